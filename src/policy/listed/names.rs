//! What names, companies, addresses and packages look like.

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;

use super::fold::{has_han, narrow};

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("{error}"))
}

static URL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?:https?://|www\.)[a-z0-9][a-z0-9.\-]*[a-z0-9](?::\d+)?(?:[/?#][!-~&&[^<>\x22'`）|\\]]*)?",
    )
});

/// Addresses in a text, without the marks that follow them.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = &str> {
    URL.find_iter(text).map(|hit| {
        let url = hit
            .as_str()
            .trim_end_matches(['.', ',', ';', ':', '*', ']', '}']);
        if url.contains('(') {
            url
        } else {
            url.trim_end_matches(')')
        }
    })
}

static PACKAGE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:com|cn|org|io|net|me|tv|android|androidx|top|cc|im|de|ru|jp|kr|tech|team|okhttp3)\.[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*",
    )
});

/// Names of packages and classes in a text, without `.*`.
pub(super) fn packages(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for hit in PACKAGE.find_iter(text) {
        let before = text.get(..hit.start()).and_then(|t| t.chars().next_back());
        let joined = before.is_some_and(|c| c.is_ascii_alphanumeric() || "./@-_".contains(c));
        let after = text.get(hit.end()..).and_then(|t| t.chars().next());
        let is_address = after.is_some_and(|c| matches!(c, '/' | '@' | '-'));
        let last = hit.as_str().rsplit('.').next().unwrap_or_default();
        let is_host = matches!(last, "com" | "cn" | "net" | "org" | "html" | "htm" | "pdf");
        let name = hit.as_str().to_owned();
        if !joined
            && !is_address
            && !is_host
            && !name.contains(".permission.")
            && !found.contains(&name)
        {
            found.push(name);
        }
    }
    found
}

static COMPANY_ZH: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"[\p{Han}A-Za-z0-9（）()·・&\-]{2,40}?(?:有限责任公司|股份有限公司|有限公司|株式会社|有限合伙|研究院|集团公司|分公司)(?:（[^）]{1,12}）)?",
    )
});
static COMPANY_EN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:[A-Z][A-Za-z0-9&.'\-]*,? ){0,6}[A-Z][A-Za-z0-9&.'\-]*,? (?:\([A-Z][A-Za-z ]{1,20}\) )?(?:Inc|LLC|Ltd|Limited|GmbH|Corp|Corporation|Company|Co|Pte|B\.?V|S\.?à\.? ?r\.?l|S\.C\.A|S\.?A|AG|Oy|AB|PLC|Technologies|Platforms)\b\.?(?:,? (?:Ltd|Inc|LLC|Limited)\b\.?)?",
    )
});

/// The legal entity named in a text, without the words before it.
pub(super) fn company_in(text: &str) -> Option<&str> {
    // What every Chinese name of a company ends with.
    let chinese = ["公司", "株式会社", "有限合伙", "研究院"];
    let chinese = chinese.iter().any(|end| text.contains(end));
    let hit = chinese
        .then(|| COMPANY_ZH.find(text))
        .flatten()
        .or_else(|| COMPANY_EN.find(text))?
        .as_str();
    let mut company = hit.trim();
    for lead in [
        "适用于",
        "名称为",
        "主体为",
        "方为",
        "者为",
        "由",
        "是",
        "：",
        ":",
        "公司名称",
        "开发者",
        "提供方",
        "运营方",
        "主体",
        "向",
        "与",
    ] {
        if let Some((before, rest)) = company.split_once(lead)
            && before.chars().count() <= 12
            && rest.chars().count() >= 6
            && !before.ends_with(['（', '('])
        {
            company = rest;
        }
    }
    let company = after_open_bracket(company);
    let company = company.trim_start_matches(|c: char| !c.is_alphanumeric());
    (company.chars().count() >= 4).then_some(company.trim())
}

/// What stands behind the last bracket that has no partner.
fn after_open_bracket(text: &str) -> &str {
    let mut open: Vec<usize> = Vec::new();
    let mut cut = 0;
    for (at, c) in text.char_indices() {
        let end = at.saturating_add(c.len_utf8());
        match c {
            '（' | '(' => open.push(end),
            '）' | ')' if open.pop().is_none() => cut = end,
            _ => {}
        }
    }
    let cut = open.last().copied().unwrap_or(0).max(cut);
    text.get(cut..)
        .filter(|rest| !rest.is_empty())
        .unwrap_or(text)
}

/// Whether a text is the name of a company: it ends as such names do.
pub(super) fn is_company(text: &str) -> bool {
    let text = text.trim().trim_end_matches(['。', '.', '，', ';', '；']);
    let ends = [
        "公司",
        "集团",
        "研究院",
        "株式会社",
        "工作室",
        "事业部",
        "Inc",
        "LLC",
        "Ltd",
        "Limited",
        "GmbH",
        "Corp",
        "Corporation",
        "B.V",
        "S.A",
        "S.C.A",
        "S.à r.l",
        "Pte",
        "联盟",
        "中心",
    ];
    let short = text.chars().count() <= 80;
    short && ends.iter().any(|end| text.ends_with(end))
        || short && text.contains("有限公司") && !text.contains(['，', '。', '；'])
}

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:[\s*_#>•●○◆◇■□▪▶►·\-–—+√✓☆★]+|[（(【\[]\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z]|[ivxIVX]{1,4})\s*[)）】\]][、.．:]?|\d{1,3}(?:\.\d{1,2}){1,3}(?:\s+|[\p{Han}A-Z])|\d{1,3}(?:\.\d{1,2}){0,3}\s*[、.．)）:：]|[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十\d]{1,3}[、条款项：:]|[a-zA-Z][)）]|(?:合作方|第三方|服务商|接收方)[一二三四五六七八九十\d]{1,3}[：:、]|[①-⑳⑴-⒇⒈-⒛])",
    )
});

/// A text without the number or bullet at its front, and whether it had one.
pub(super) fn unnumbered(text: &str) -> (&str, bool) {
    let mut rest = text.trim_start();
    let mut had = false;
    for _ in 0..3 {
        let Some(hit) = NUMBER.find(rest) else {
            break;
        };
        // A number that ends with the first letter of the name.
        let matched = hit.as_str();
        let letter = matched
            .chars()
            .next_back()
            .filter(|c| {
                has_han(&c.to_string()) && matched.starts_with(|d: char| d.is_ascii_digit())
                    || c.is_ascii_uppercase() && matched.starts_with(|d: char| d.is_ascii_digit())
            })
            .map_or(0, char::len_utf8);
        let end = hit.end().saturating_sub(letter);
        if end == 0 {
            break;
        }
        rest = rest.get(end..).unwrap_or_default().trim_start();
        had = true;
    }
    (rest, had)
}

/// A name as written, without number, marks of emphasis and a colon.
pub(super) fn clean(name: &str) -> String {
    let name = name.replace(['“', '”', '"', '「', '」', '*'], "");
    let (name, _) = unnumbered(&name);
    let name = name
        .trim_matches(|c: char| c.is_whitespace() || "*_#：:，,。；;、|“”\"'`【】《》".contains(c));
    let opens = name.matches(['（', '(']).count();
    let closes = name.matches(['）', ')']).count();
    let name = match closes.cmp(&opens) {
        Ordering::Greater => name.trim_end_matches(['）', ')']),
        Ordering::Less => name.trim_end_matches(['（', '(']),
        Ordering::Equal => name,
    };
    name.trim().chars().take(120).collect()
}

/// What stands in the bracket that a text begins with.
pub(super) fn bracket(text: &str) -> Option<&str> {
    let inner = text.strip_prefix(['（', '('])?;
    let mut depth = 0_usize;
    for (at, c) in inner.char_indices().take(MAX_BRACKET) {
        match c {
            '（' | '(' => depth = depth.saturating_add(1),
            '）' | ')' if depth == 0 => return inner.get(..at),
            '）' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Longest bracket that is looked into, in characters.
const MAX_BRACKET: usize = 300;

/// Length of a bracket right behind a name that is a part of it: one that
/// names its package or nothing but its platform.
pub(super) fn own_bracket(after: &str) -> usize {
    let Some(inner) = bracket(after) else {
        return 0;
    };
    let is_platform = matches!(
        super::fold::fold(inner).as_str(),
        "android" | "安卓" | "ios" | "鸿蒙" | "harmonyos" | "安卓版" | "ios版" | "鸿蒙版"
    );
    let is_package =
        !inner.contains(char::is_whitespace) && inner.is_ascii() && !packages(inner).is_empty();
    if !is_platform && !is_package {
        return 0;
    }
    let width = |c: Option<char>| c.map_or(0, char::len_utf8);
    let open = width(after.chars().next());
    let inside = open.saturating_add(inner.len());
    let close = width(after.get(inside..).and_then(|t| t.chars().next()));
    inside.saturating_add(close)
}

/// Whether a short text is a clause of its own or points elsewhere, and no
/// name: 「为实现支付、分享」, 「…见本政策附录二」, "Firebase is a service".
pub(super) fn is_clause(text: &str) -> bool {
    let lower = text.to_lowercase();
    let opens = [
        "为", "為", "基于", "根据", "除", "经由", "当您", "如您", "若",
    ];
    let points = [
        "见本",
        "见下",
        "见附",
        "详见",
        "参见",
        "附录",
        "附件",
        "请务必",
        "涉及",
        "需要",
        "告知",
        "不支持",
        "适用范围",
    ];
    let latin_opens = [
        "to ", "in ", "by ", "for ", "how ", "why ", "what ", "when ", "if ", "your ", "our ",
        "we ", "please ",
    ];
    let verbs = [
        " is ", " are ", " was ", " has ", " may ", " will ", " can ",
    ];
    // 「…嵌入的第三方 SDK」
    let tight: String = lower.chars().filter(|c| !c.is_whitespace()).collect();
    opens.iter().any(|word| text.starts_with(word))
        || latin_opens.iter().any(|word| lower.starts_with(word))
        || points.iter().any(|word| text.contains(word))
        || verbs.iter().any(|word| lower.contains(word))
        || tight.ends_with("三方sdk")
        || tight.ends_with("或sdk")
}

/// A name without the bracket at its end.
pub(super) fn before_bracket(name: &str) -> &str {
    name.strip_suffix(['）', ')'])
        .and_then(|rest| rest.rfind(['（', '(']))
        .filter(|at| *at > 0)
        .and_then(|at| name.get(..at))
        .map_or(name, str::trim_end)
}

/// Whether a cell or a value says nothing: 「/」, 「无」, "N/A".
pub(super) fn is_nothing(text: &str) -> bool {
    let text: String = text
        .chars()
        .map(narrow)
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_lowercase();
    matches!(
        text.as_str(),
        "" | "/"
            | "-"
            | "--"
            | "—"
            | "——"
            | "无"
            | "暂无"
            | "n/a"
            | "na"
            | "none"
            | "\\"
            | "."
            | "空"
    )
}

/// Words in front of 「SDK」 that name no product.
const GENERIC: [&str; 99] = [
    "第三方",
    "三方",
    "相关",
    "以下",
    "上述",
    "下列",
    "该",
    "该类",
    "这些",
    "其他",
    "其它",
    "部分",
    "各类",
    "各",
    "本",
    "此",
    "此类",
    "某",
    "某些",
    "我们",
    "我们的",
    "合作",
    "合作方",
    "软件开发工具包",
    "软件工具开发包",
    "工具包",
    "开发包",
    "接入",
    "嵌入",
    "集成",
    "使用",
    "包括",
    "的",
    "等",
    "和",
    "与",
    "一些",
    "任何",
    "多个",
    "所有",
    "全部",
    "前述",
    "列表",
    "目录",
    "清单",
    "名称",
    "产品",
    "服务",
    "应用",
    "app",
    "的sdk",
    "授权",
    "外部",
    "不同",
    "类",
    "常见",
    "如下",
    "所列",
    "共享",
    "信息",
    "sdk",
    "插件",
    "组件",
    "thirdparty",
    "services",
    "service",
    "providers",
    "provider",
    "our",
    "the",
    "partners",
    "统计",
    "推送",
    "广告",
    "支付",
    "地图",
    "分享",
    "登录",
    "分析",
    "类型",
    "消息",
    "push",
    "定位",
    "风控",
    "站外",
    "简称",
    "合作伙伴",
    "伙伴",
    "人脸识别",
    "活体认证",
    "主要",
    "可能",
    "会",
    "有",
    "方",
    "关",
    "公司",
    "软件",
    "开发",
];

/// Whether a name says only that something is an SDK of a third party.
pub(super) fn is_generic(name: &str) -> bool {
    let folded = super::fold::fold(name);
    let mut rest = folded.as_str();
    for _ in 0..12 {
        let bare = GENERIC
            .iter()
            .filter_map(|word| rest.strip_prefix(word).or_else(|| rest.strip_suffix(word)))
            .min_by_key(|bare| bare.len());
        let Some(bare) = bare else {
            break;
        };
        rest = bare;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_and_names_stay() {
        for (written, name) in [
            ("（7）微信支付SDK", "微信支付SDK"),
            ("1、极光推送", "极光推送"),
            ("1. Firebase Analytics", "Firebase Analytics"),
            ("3.2 高德地图", "高德地图"),
            ("3.2高德地图", "高德地图"),
            ("360加固", "360加固"),
            ("• AdMob", "AdMob"),
            ("一、友盟+SDK：", "友盟+SDK"),
            ("①个推", "个推"),
            ("【微信 SDK】", "微信 SDK"),
            ("7-Zip", "7-Zip"),
        ] {
            assert_eq!(clean(written), name);
        }
    }

    #[test]
    fn companies_are_found_in_sentences() {
        assert_eq!(
            company_in("由深圳市腾讯计算机系统有限公司提供"),
            Some("深圳市腾讯计算机系统有限公司")
        );
        assert_eq!(
            company_in("友盟同欣（北京）科技有限公司"),
            Some("友盟同欣（北京）科技有限公司")
        );
        assert_eq!(
            company_in("provided by Google LLC for ads"),
            Some("Google LLC")
        );
        assert_eq!(company_in("向用户推送消息"), None);
        assert!(is_company("支付宝（中国）网络技术有限公司"));
        assert!(!is_company("高德地图"));
    }

    #[test]
    fn addresses_and_packages_are_told_apart() {
        let text = "cn.jpush.android.*，见https://www.jiguang.cn/license/privacy。或 a@b.com";
        assert_eq!(packages(text), ["cn.jpush.android"]);
        let urls: Vec<&str> = addresses(text).collect();
        assert_eq!(urls, ["https://www.jiguang.cn/license/privacy"]);
        assert!(packages("lbs.amap.com/pages cn.bing.com").is_empty());
    }

    #[test]
    fn a_name_must_name_something() {
        assert!(is_generic("第三方SDK"));
        assert!(is_generic("上述合作方SDK"));
        assert!(is_generic("统计类SDK"));
        assert!(!is_generic("友盟SDK"));
    }
}
