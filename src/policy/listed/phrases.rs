//! What running text says of an SDK: what it is for, what it gets.

use std::sync::LazyLock;

use regex::Regex;

use super::ListedSdk;
use super::fields::Field;
use super::names;

/// Case is ignored among ASCII letters only (`(?i-u:…)`), which is made ready
/// many times faster than for all of Unicode.
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("{error}"))
}

/// Longest part that is kept, in characters.
const LONGEST: usize = 300;

static PURPOSE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:用于|用於|用来|用來|用作|以便|目的是|目的为|目的|为了|為了|以实现|以實現|以提供|以帮助|以支持|提供|实现|帮助|进行|来为|为您|为用户|作为|负责)[^。；;！\n]{2,}",
    )
});
static PURPOSE_EN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?i-u:used? (?:for|to|by)|in order to|so that|to (?:provide|show|serve|display|analy[sz]e|collect|improve|help|send|deliver|enable|understand|track|measure|monitor|detect|process|manage|allow|store|authenticate|support)|provides?|for (?:the purpose|[a-z]+)|helps?|allows?|enables?|(?:crash|usage|app) (?:reporting|analytics|statistics)|(?:analytics|advertising|crash reporting|authentication|payments?|push notifications?|hosting|storage))\b[^.;\n]*",
    )
});
static DATA: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:收集|获取|读取|采集|手机您|手机设备|共享|上传|访问|处理|使用您|接收|涉及|申请|调用)[^。；;！\n]{0,40}?(?:信息|设备|IMEI|IMSI|MAC|Mac|标识|地址|位置|号码|数据|权限|Android|OAID|ID|列表|状态|照片|昵称|头像|内容)[^。；;！\n]*",
    )
});
/// Data of any kind right after a verb: 「收集录音」.
static TAKEN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:收集|采集|採集|获取|獲取|读取|讀取|取得|蒐集)(?:了|到|您的|用户的)?([^，。；;,！（）()\n]{2,})",
    )
});
/// That nothing is collected is an answer too.
static NONE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:不会?|均不|並不|并不|不会向外|不往外|不对外)(?:收集|采集|获取|上传|传输|外传|传)(?:任何)?[^，。；\n]{0,12}(?:信息|数据|东西|資料|资料|内容)|\b(?i-u:do(?:es)? not (?:collect|receive|transmit|send|share) any [a-z ]{0,30}(?:data|information))",
    )
});
static DATA_EN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?i-u:collects?|learns?|receives?|process(?:es)?|access(?:es)?|gathers?|obtains?|transmits?|shares?|shared|sends?)\b[^.;\n]{0,60}?\b(?i-u:data|information|ids?|identifiers?|address(?:es)?|location|device|logs?|reports?|records?|tokens?|email|names?|usage|statistics|events?|cookies?)\b[^.;\n]*",
    )
});

/// What comes before the name: 「为了分析崩溃原因，我们使用…」, "Visits are
/// counted with …".
static PURPOSE_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:^|[，。；：])\s*(?:为了|為了|为|為|用于|用於)([^，。；\n]{2,60})[，,]|^\s*((?:[Tt]o|[Ii]n order to|[Ff]or) [^,.;\n]{3,80}),|^\s*([A-Z][^.;:\n]{2,60}? (?:(?:is|are|was|were|gets?) (?:made|counted|measured|sent|handled|processed|delivered|displayed|shown|logged|analy[sz]ed|stored|reported|provided)|travels?|runs?|goes|go)\b[^.;,\n]{0,24}?) (?:through|via|with|by|on)\b",
    )
});
/// A clause about the name before it: "Stripe, which handles payments".
static WHICH: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^\s*(?:\([^)\n]{0,80}\))?,? (?:which|that|who) (?:(?:only|also|in turn) )?([a-z]+s\b[^,.;\n]*)",
    )
});

/// Verbs that say what an SDK gets, or nothing at all.
const NO_PURPOSE: [&str; 14] = [
    "collects",
    "receives",
    "learns",
    "gathers",
    "obtains",
    "accesses",
    "processes",
    "transmits",
    "shares",
    "sends",
    "stores",
    "is",
    "has",
    "does",
];

/// Fills the purpose of an entry from the words in front of its name, where
/// it is still empty.
pub(super) fn fill_before(entry: &mut ListedSdk, before: &str) {
    if entry.purpose.is_none()
        && let Some(hit) = PURPOSE_BEFORE.captures(before)
        && let Some(words) = hit.iter().skip(1).flatten().next()
        && !["For example", "For instance", "For more", "To do "]
            .iter()
            .any(|lead| words.as_str().starts_with(lead))
    {
        entry.put(Field::Purpose, &short(words.as_str()));
    }
}

/// Fills an entry from the bracket behind its name, which tells field by
/// field: 「（甲有限公司，统计分析，收集设备型号）」. Whether it did.
pub(super) fn fill_bracket(entry: &mut ListedSdk, after: &str) -> bool {
    let parts = bracket_parts(after);
    let Some(company) = parts.iter().find(|part| names::is_company(part)) else {
        return false;
    };
    let data = parts
        .iter()
        .position(|part| DATA.is_match(part) || TAKEN.is_match(part));
    if entry.company.is_none() {
        entry.put(Field::Company, company);
    }
    let purpose = parts.iter().take(data.unwrap_or(parts.len())).find(|part| {
        !names::is_company(part)
            && names::addresses(part).next().is_none()
            && !part.contains("隐私")
    });
    if let Some(purpose) = purpose
        && entry.purpose.is_none()
    {
        entry.put(Field::Purpose, &short(purpose));
    }
    if let Some(data) = data.and_then(|at| parts.get(at))
        && entry.data.is_none()
        && !is_denied(data, data.len())
    {
        entry.put(Field::Data, &short(data));
    }
    true
}

/// Whether the bracket behind a name tells of it field by field.
pub(super) fn has_bracket(after: &str) -> bool {
    bracket_parts(after)
        .iter()
        .any(|part| names::is_company(part))
}

/// The fields in the bracket that a text begins with; none if it has but one.
fn bracket_parts(after: &str) -> Vec<&str> {
    let inner = names::bracket(after.trim_start()).unwrap_or_default();
    // "(Mixpanel, Inc.)" is one company.
    if names::is_company(inner) && !super::fold::has_han(inner) {
        return Vec::new();
    }
    let parts: Vec<&str> = inner
        .split(['，', ',', '；', ';'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() < 2 { Vec::new() } else { parts }
}

/// Fills the purpose of an entry from the words that a colon or a dash puts
/// behind its name, where it is still empty: "Sentry: crash reporting".
pub(super) fn fill_label(entry: &mut ListedSdk, after: &str) {
    let after = after.trim_start();
    let bracket = names::bracket(after).map_or(0, |inner| {
        let open = after.chars().next().map_or(0, char::len_utf8);
        open.saturating_mul(2).saturating_add(inner.len())
    });
    let rest = after.get(bracket..).unwrap_or_default().trim_start();
    let Some(label) = rest.strip_prefix(['：', ':', '—', '–', '-']) else {
        return;
    };
    let end = label.find(['，', '。', '；', ';', ',', '.', '\n']);
    let words = end
        .map_or(label, |end| label.get(..end).unwrap_or(label))
        .trim();
    let lower = words.to_lowercase();
    let other = [
        "收集", "获取", "隐私", "公司", "http", "privacy", "collect", "policy",
    ];
    let short_enough = (2..=60).contains(&words.chars().count());
    if entry.purpose.is_none() && short_enough && !other.iter().any(|word| lower.contains(word)) {
        entry.put(Field::Purpose, words);
    }
}

/// Fills purpose and data of an entry from running text, where they are
/// still empty.
pub(super) fn fill(entry: &mut ListedSdk, text: &str) {
    if entry.purpose.is_none()
        && let Some(words) = WHICH
            .captures(text)
            .and_then(|hit| Some(hit.get(1)?.as_str()))
        && !NO_PURPOSE.contains(&words.split(' ').next().unwrap_or_default())
    {
        entry.put(Field::Purpose, &short(words));
    }
    if entry.purpose.is_none()
        && let Some(hit) = PURPOSE.find(text).or_else(|| PURPOSE_EN.find(text))
    {
        let words = until(
            hit.as_str(),
            &[
                "，收集",
                "，需要收集",
                "，可能收集",
                "，会收集",
                "，获取",
                "，隐私",
            ],
        );
        entry.put(Field::Purpose, &short(words));
    }
    fill_data(entry, text);
}

/// Fills the data of an entry from running text, where they are still empty.
pub(super) fn fill_data(entry: &mut ListedSdk, text: &str) {
    if entry.data.is_none()
        && let Some(hit) = DATA
            .find(text)
            .or_else(|| DATA_EN.find(text))
            .or_else(|| taken(text))
            .filter(|hit| !is_denied(text, hit.start()))
            .or_else(|| NONE.find(text))
    {
        let words = until(hit.as_str(), &["用于", "以便", "以提供", "，以", "，为"]);
        entry.put(Field::Data, &short(words));
    }
}

/// What is collected, whatever it is called; no consent and no service.
fn taken(text: &str) -> Option<regex::Match<'_>> {
    let hit = TAKEN.captures(text)?;
    let what = hit.get(1)?.as_str();
    let other = ["同意", "授权", "目的", "方式", "服务", "帮助", "规则"];
    (!other.iter().any(|word| what.contains(word))).then(|| hit.get(0))?
}

/// Whether the words in front of a verb deny it.
fn is_denied(text: &str, at: usize) -> bool {
    let before: String = text
        .get(..at)
        .map(|head| head.chars().rev().take(4).collect())
        .unwrap_or_default();
    before.contains('不') || before.contains('未')
}

fn until<'t>(text: &'t str, ends: &[&str]) -> &'t str {
    let at = ends
        .iter()
        .filter_map(|end| text.find(end))
        .filter(|at| *at > 6)
        .min();
    at.and_then(|at| text.get(..at)).unwrap_or(text)
}

fn short(text: &str) -> String {
    text.trim_matches(|c: char| c.is_whitespace() || "，,、）)".contains(c))
        .chars()
        .take(LONGEST)
        .collect()
}
