//! SDKs that sentences name: 「我们的产品集成友盟+SDK…」, "We use Google
//! Analytics to …", 「包括极光推送、Bugly和高德地图」.
//!
//! A sentence must say that the app has the SDK in it, or that the SDK
//! collects something. A company that is mentioned is no entry.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;

use crate::decode::prose::{BlockKind, Prose};

use super::fold::fold;
use super::names;
use super::phrases;
use super::region::Regions;
use super::{Form, ListedSdk, Matcher};

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("{error}"))
}

/// The app has something in it.
static HAS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"集成|接入|嵌入|内置|引入|植入|搭载|(?:我们|我們|本应用|本應用|本软件|本程序|本程式|本服务|本服務|本产品|App|APP|应用|平台|本游戏|产品)[^。；，]{0,16}(?:使用|采用|调用|用到|通过)|使用了|采用了|调用了|包括|包含|委托|(?i:\b(?:we|app|application|service|game|it)\b[^.;]{0,40}\b(?:use|uses|using|integrate|integrates|integrated|include|includes|embed|embeds|rely|relies|utili[sz]es?|incorporates?|contains?|employs?)\b|\b(?:providers?|partners?|processors?|third parties)\b[^.;]{0,20}\b(?:are|is)\b|\b(?:made|counted|measured|sent|travels?|go|goes|runs?|provided|handled|processed|delivered|displayed|shown|logged|analy[sz]ed|stored)\b[^.;]{0,24}\b(?:through|via|with|by)\b|\bpowered by\b|\bsuch as\b|\bprovided by\b|\bincluding\b)",
    )
});
/// An SDK does something.
static DOES: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^.{0,12}?(?:需要|会|可能|将|可以|能够)?.{0,8}?(?:收集|获取|读取|采集|手机您|提供)|(?i:^\s*(?:sdk)?\s*(?:may|will|can|also)?\s*(?:collects?|uses?|receives?|process(?:es)?|gathers?))",
    )
});
/// A name that ends with SDK or with what vendors call their platforms.
static NAMED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)[A-Za-z0-9\p{Han}+·\-&.]{1,24}(?:[ ]?SDK|开放平台|開放平台)"));

/// Sentences that deny, or that speak of what a user does.
const BLOCKED: [&str; 12] = [
    "未集成",
    "没有集成",
    "不集成",
    "未接入",
    "没有接入",
    "不使用",
    "未使用",
    "没有使用",
    "不包含",
    "do not use",
    "does not use",
    "don't use",
];

/// Reads the sentences of all blocks that no other reader has taken.
pub(super) fn read(
    prose: &Prose,
    regions: &Regions,
    matcher: &Matcher,
    taken: &BTreeSet<usize>,
) -> Vec<ListedSdk> {
    let mut entries: Vec<ListedSdk> = Vec::new();
    let mut known = FxHashMap::default();
    for (number, block) in prose.blocks.iter().enumerate() {
        let region = regions.at(number);
        if taken.contains(&number)
            || matches!(block.kind, BlockKind::Row | BlockKind::Heading(_))
            || region.other
        {
            continue;
        }
        // The entries that the sentence before told of.
        let mut told: Vec<usize> = Vec::new();
        for at in sentences(prose.words(&block.at), block.at.start) {
            if entries.len() >= super::MAX_ENTRIES {
                return entries;
            }
            let words = prose.words(&at);
            if goes_on(words, told.len()) && candidates(words, matcher).is_empty() {
                for index in &told {
                    if let Some(entry) = entries.get_mut(*index) {
                        phrases::fill(entry, words);
                        entry.at.end = at.end;
                    }
                }
                continue;
            }
            told = sentence(prose, matcher, &at, region.sdks, &mut entries, &mut known);
        }
    }
    entries
}

/// Whether a sentence says more of what the one before named, which were so
/// many.
fn goes_on(words: &str, told: usize) -> bool {
    let words = words.trim();
    let lower = words.to_lowercase();
    let own = ["我们的", "本政策", "本应用", "our ", "this policy"];
    if words.chars().count() > LONG || own.iter().any(|word| lower.contains(word)) {
        return false;
    }
    let one = [
        "它",
        "其",
        "该",
        "該",
        "此",
        "it ",
        "its ",
        "this service",
        "the service",
    ];
    let many = ["它们", "它們", "均", "these ", "they ", "their ", "both "];
    let policy = ["隐私", "隱私", "privacy", "policy"];
    let begins = |with: &[&str]| with.iter().any(|word| lower.starts_with(word));
    match told {
        0 => false,
        1 => {
            begins(&one)
                || begins(&many)
                || names::addresses(words).next().is_some()
                    && policy.iter().any(|word| lower.contains(word))
        }
        _ => begins(&many),
    }
}

/// Reads a sentence; the entries that it tells of.
fn sentence(
    prose: &Prose,
    matcher: &Matcher,
    at: &Range<usize>,
    region: bool,
    entries: &mut Vec<ListedSdk>,
    known: &mut FxHashMap<String, usize>,
) -> Vec<usize> {
    let words = prose.words(at);
    let lower = words.to_lowercase();
    if BLOCKED.iter().any(|word| lower.contains(word)) {
        return Vec::new();
    }
    let mut told: Vec<usize> = Vec::new();
    let has = HAS.find(words).map(|hit| hit.end());
    let mut names_at = candidates(words, matcher);
    let libraries = libraries(words, matcher);
    names_at.retain(|at| {
        let apart = |other: &Range<usize>| other.end <= at.start || at.end <= other.start;
        libraries.iter().all(apart)
    });
    names_at.extend(libraries.iter().cloned());
    names_at.sort_by_key(|at| at.start);
    // In a sentence that runs on and on, or tells of each name in brackets,
    // each name has what follows it.
    let long = words.chars().count() > LONG
        || names_at.len() > 1
            && names_at
                .iter()
                .any(|at| phrases::has_bracket(words.get(at.end..).unwrap_or_default()));
    for (index, name_at) in names_at.iter().enumerate() {
        let next = names_at.get(index.saturating_add(1)).map(|next| next.start);
        let end = next.filter(|_| long).unwrap_or(words.len());
        let name = names::clean(words.get(name_at.clone()).unwrap_or_default());
        let after = words.get(name_at.end..end).unwrap_or_default();
        let says_sdk = name.to_lowercase().ends_with("sdk");
        let before = words.get(..name_at.start).unwrap_or_default();
        if !says_sdk && is_use(before, after) {
            continue;
        }
        let integrated = has.is_some_and(|end| end <= name_at.start.saturating_add(3));
        let acts = (says_sdk || region) && DOES.is_match(after);
        let mut entry = ListedSdk::new(name.clone(), Form::Sentence, at.clone());
        let bracket = phrases::fill_bracket(&mut entry, after);
        let listed = bracket && (says_sdk || region) || libraries.contains(name_at);
        if !integrated && !acts && !listed {
            continue;
        }
        let own = if long {
            let end = at.start.saturating_add(end);
            at.start.saturating_add(name_at.start)
                ..end.min(
                    prose.text.floor_char_boundary(
                        at.start
                            .saturating_add(name_at.start)
                            .saturating_add(3 * LONG),
                    ),
                )
        } else {
            at.clone()
        };
        entry.at = own;
        if !bracket {
            phrases::fill(&mut entry, after);
        }
        phrases::fill_before(&mut entry, before);
        // What is not called an SDK must be said to be in the app.
        let about = [
            "sdk",
            "插件",
            "第三方",
            "集成",
            "接入",
            "嵌入",
            "内置",
            "third",
            "开源",
            "開源",
            "open source",
            "open-source",
        ];
        let is_about = about.iter().any(|word| lower.contains(word));
        let said = entry.purpose.is_some() || entry.data.is_some();
        let plain = integrated && (said || !super::fold::has_han(words));
        if !says_sdk && !region && !is_about && !plain {
            continue;
        }
        let folded = fold(names::before_bracket(&name));
        let bare = |name: &str| {
            super::fold::barer(name)
                .last()
                .copied()
                .unwrap_or_default()
                .to_owned()
        };
        let bare = bare(&folded);
        let index = known.get(&bare).copied();
        if let Some(other) = index.and_then(|at| entries.get_mut(at)) {
            if other.purpose.is_none() {
                other.purpose = entry.purpose;
            }
            if other.data.is_none() {
                other.data = entry.data;
            }
        } else {
            known.insert(bare, entries.len());
            entries.push(entry);
        }
        let index = index.unwrap_or(entries.len().saturating_sub(1));
        if !told.contains(&index) {
            told.push(index);
        }
    }
    told
}

/// Whether the words around a name speak of what a user does with it:
/// 「当您使用微信支付功能时」.
fn is_use(before: &str, after: &str) -> bool {
    let near: String = before.chars().rev().take(12).collect();
    let near: String = near.chars().rev().collect();
    let clause = near
        .rsplit(['，', '。', '、', '；'])
        .next()
        .unwrap_or(&near);
    let does = [
        "使用", "开通", "選擇", "选择", "通过", "绑定", "授权", "打开",
    ];
    let user = clause.contains('您') || clause.contains("用户");
    user && does.iter().any(|word| clause.trim_end().ends_with(word))
        || after.starts_with("功能") && !before.contains("集成") && !before.contains("接入")
}

/// Longest sentence whose names have all of it in common, in characters.
const LONG: usize = 240;

/// Names of SDKs in a sentence: those of the catalogue, and words that end
/// with SDK.
fn candidates(words: &str, matcher: &Matcher) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let known = matcher.known(words);
    let latin = !super::fold::has_han(words);
    for hit in &known {
        let name = words.get(hit.at.clone()).unwrap_or_default();
        if in_address(words, &hit.at) || latin && is_word(name) {
            continue;
        }
        let tail = words.get(hit.at.end..).unwrap_or_default();
        let mark = tail
            .chars()
            .next()
            .filter(|c| *c == '+')
            .map_or(0, char::len_utf8);
        let rest = tail.get(mark..).unwrap_or_default();
        let space = rest.len().saturating_sub(rest.trim_start().len());
        let is_sdk = rest
            .trim_start()
            .get(..3)
            .is_some_and(|word| word.eq_ignore_ascii_case("sdk"));
        let end = hit.at.end.saturating_add(mark);
        let ends_so = words
            .get(hit.at.clone())
            .is_some_and(|name| name.to_lowercase().ends_with("sdk"));
        if is_sdk && !ends_so {
            found.push(hit.at.start..end.saturating_add(space).saturating_add(3));
        } else if hit.strong || is_product(words.get(hit.at.clone()).unwrap_or_default()) {
            found.push(hit.at.start..end);
        }
    }
    for hit in NAMED.find_iter(words) {
        let start = hit.start().saturating_add(lead(hit.as_str()));
        let at = start..hit.end();
        let name = words.get(at.clone()).unwrap_or_default();
        let overlaps = found
            .iter()
            .any(|other| other.start < at.end && at.start < other.end);
        let letters = name.chars().count();
        let is_clause = [
            "会", "以", "将", "可能", "还有", "通过", "需要", "这", "哪", "其", "有些",
        ]
        .iter()
        .any(|word| name.contains(word));
        if !is_clause
            && !in_address(words, &at)
            && !overlaps
            && letters > 4
            && !names::is_generic(name)
            && !is_common(name)
        {
            found.push(at);
        }
    }
    for at in &mut found {
        let own = names::own_bracket(words.get(at.end..).unwrap_or_default());
        at.end = at.end.saturating_add(own);
    }
    found.sort_by_key(|at| at.start);
    found
}

/// Open-source parts that a sentence lists: 「开源组件：Room、Retrofit、
/// Lottie」. Most must be known, since their names are plain words.
fn libraries(words: &str, matcher: &Matcher) -> Vec<Range<usize>> {
    let lower = words.to_lowercase();
    let open = ["开源", "開源", "open source", "open-source"];
    if !open.iter().any(|word| lower.contains(word)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut known = 0_usize;
    let mut from = 0_usize;
    for part in words.split_inclusive(['、', '，', ',', '：', ':', '。', '.', ' ', '和', '与'])
    {
        let at = from..from.saturating_add(part.len());
        from = at.end;
        let name = part.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '+');
        let capital = name.chars().next().is_some_and(|c| c.is_ascii_uppercase());
        if capital && name.is_ascii() && name.len() >= 3 {
            known = known.saturating_add(usize::from(matcher.is_name(name)));
            found.push(at.start..at.start.saturating_add(name.len()));
        }
    }
    if known >= 2 && known.saturating_mul(2) >= found.len() {
        found
    } else {
        Vec::new()
    }
}

/// Whether a name in an English sentence is a word of the language or a kind
/// of data: "answers", "Advertising ID".
fn is_word(name: &str) -> bool {
    let capital = name.contains(|c: char| c.is_uppercase());
    let lower = name.to_lowercase();
    !capital && !lower.ends_with("sdk") || lower.ends_with(" id") || lower.ends_with(" ids")
}

/// Whether a name is a part of an address.
fn in_address(words: &str, at: &Range<usize>) -> bool {
    let before = words
        .get(..at.start)
        .and_then(|head| head.chars().next_back());
    let mut tail = words.get(at.end..).unwrap_or_default().chars();
    let (next, second) = (tail.next(), tail.next());
    before.is_some_and(|c| matches!(c, '.' | '/' | '-' | '_' | '@'))
        || next.is_some_and(|c| matches!(c, '.' | '/' | '_'))
            && second.is_some_and(|c| c.is_ascii_lowercase() || c == '/')
        || words
            .get(at.clone())
            .is_some_and(|name| name.starts_with("www"))
}

/// Whether an ambiguous name is at least that of a product: "Google
/// Analytics" is several, and none is a company.
fn is_product(name: &str) -> bool {
    let product = ["Analytics", "AdSense", "Ads", "Maps", "Crashlytics"];
    name.contains(' ') && product.iter().any(|word| name.ends_with(word))
}

/// Length of the words in front of a name: verbs and links.
fn lead(words: &str) -> usize {
    [
        "集成了",
        "集成",
        "接入了",
        "接入",
        "嵌入了",
        "嵌入",
        "使用了",
        "使用",
        "采用了",
        "采用",
        "引入",
        "内置",
        "包括",
        "包含",
        "提供的",
        "调用",
        "通过",
        "的",
        "和",
        "与",
        "及",
        "由",
        "为",
        "如",
        "了",
        "是",
        "在",
    ]
    .iter()
    .filter_map(|word| words.rfind(word).map(|at| at.saturating_add(word.len())))
    .max()
    .unwrap_or(0)
}

/// Words that end with SDK and name none.
fn is_common(name: &str) -> bool {
    let folded = fold(name);
    [
        "类sdk",
        "等sdk",
        "个sdk",
        "种sdk",
        "些sdk",
        "方sdk",
        "关sdk",
        "有sdk",
        "多sdk",
        "合作sdk",
        "功能sdk",
        "服务sdk",
        "信息sdk",
        "供sdk",
        "用sdk",
        "成sdk",
        "入sdk",
        "的sdk",
        "其sdk",
        "下sdk",
        "partysdk",
        "softwaresdk",
        "此sdk",
        "款sdk",
        "该sdk",
        "以及sdk",
        "不同sdk",
    ]
    .iter()
    .any(|word| folded.ends_with(word))
}

/// Sentences of a block, in bytes of the text.
fn sentences(words: &str, start: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut chars = words.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next_is_space = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        let ends = matches!(c, '。' | '！' | '？' | '；')
            || matches!(c, '.' | ';' | '!' | '?') && next_is_space;
        if ends {
            let end = at.saturating_add(c.len_utf8());
            found.push(start.saturating_add(from)..start.saturating_add(end));
            from = end;
        }
    }
    if from < words.len() {
        found.push(start.saturating_add(from)..start.saturating_add(words.len()));
    }
    found
}
