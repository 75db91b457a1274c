//! Which field of an entry a table header or a key speaks of.

use super::fold::{has_han, narrow};

/// A field of an entry, or what a column holds instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    /// What the SDK or the third party is called. The number says how surely:
    /// 「SDK名称」 is 3, 「第三方名称」 is 2 and may head companies,
    /// 「功能类型」 is 1.
    Name(u8),
    Company,
    Purpose,
    Data,
    Method,
    Link,
    Package,
    Platform,
    /// Number, version, category, frequency: read past.
    Other,
}

impl Field {
    pub fn is_name(self) -> bool {
        matches!(self, Self::Name(_))
    }
}

/// Longest header or key that is looked at, in characters.
const LONGEST: usize = 40;

/// Words with the field that they stand for; the first that fits counts.
/// `=` in front: the whole header is this word.
const HAN: [(&str, Field); 85] = [
    // 「SDK名称及版本」 is a name first.
    ("sdk名称", Field::Name(3)),
    ("sdk产品", Field::Name(3)),
    // What looks like a field and is none.
    ("联系方式", Field::Other),
    ("注册地址", Field::Other),
    ("办公地址", Field::Other),
    ("序号", Field::Other),
    ("编号", Field::Other),
    ("版本", Field::Other),
    ("频", Field::Other),
    ("期限", Field::Other),
    ("时间", Field::Other),
    ("日期", Field::Other),
    ("合规指南", Field::Other),
    ("合规说明", Field::Other),
    ("是否", Field::Other),
    ("备注", Field::Other),
    ("权限", Field::Other),
    // Links before data: 「隐私政策」, 「个人信息保护规则链接」.
    ("链接", Field::Link),
    ("隐私政策", Field::Link),
    ("隐私权政策", Field::Link),
    ("隐私协议", Field::Link),
    ("隐私权协议", Field::Link),
    ("隐私条款", Field::Link),
    ("隐私保护", Field::Link),
    ("隐私声明", Field::Link),
    ("隐私规则", Field::Link),
    ("=隐私", Field::Link),
    ("隐私说明", Field::Link),
    ("官网", Field::Link),
    ("网址", Field::Link),
    ("网站", Field::Link),
    ("处理规则", Field::Link),
    ("包名", Field::Package),
    ("=平台", Field::Platform),
    ("适用平台", Field::Platform),
    ("运行平台", Field::Platform),
    ("系统平台", Field::Platform),
    ("操作系统", Field::Platform),
    ("适用系统", Field::Platform),
    ("适用端", Field::Platform),
    ("平台类型", Field::Platform),
    ("=系统", Field::Platform),
    ("=终端", Field::Platform),
    // Names that hold words of other fields.
    ("sdk/", Field::Name(3)),
    ("功能类型", Field::Name(1)),
    ("类型名称", Field::Name(1)),
    ("业务类型", Field::Other),
    ("sdk类型", Field::Name(1)),
    ("服务类型", Field::Purpose),
    // Companies that are told by 「sdk」 too.
    ("公司", Field::Company),
    ("主体", Field::Company),
    ("运营", Field::Company),
    ("开发者", Field::Company),
    ("开发商", Field::Company),
    ("提供方", Field::Company),
    ("提供者", Field::Company),
    ("提供商", Field::Company),
    ("厂商", Field::Company),
    ("厂家", Field::Company),
    ("供应商", Field::Company),
    ("所属", Field::Company),
    ("机构", Field::Company),
    ("归属", Field::Company),
    ("接收方", Field::Company),
    // Manner, purpose, data.
    ("使用范围", Field::Purpose),
    ("方式", Field::Method),
    ("方法", Field::Method),
    ("目的", Field::Purpose),
    ("用途", Field::Purpose),
    ("场景", Field::Purpose),
    ("作用", Field::Purpose),
    ("功能", Field::Purpose),
    ("业务", Field::Purpose),
    ("描述", Field::Purpose),
    ("说明", Field::Purpose),
    ("原因", Field::Purpose),
    ("收集", Field::Data),
    ("信息", Field::Data),
    ("数据", Field::Data),
    ("字段", Field::Data),
    ("采集", Field::Data),
    ("范围", Field::Data),
    // Names, from the surest.
    ("第三方sdk", Field::Name(3)),
    ("sdk", Field::Name(3)),
    ("插件", Field::Name(3)),
];

/// Names that are asked last.
const HAN_NAMES: [(&str, u8); 12] = [
    ("产品名称", 2),
    ("服务名称", 2),
    ("组件名称", 2),
    ("第三方", 2),
    ("三方", 2),
    ("合作方", 2),
    ("合作伙伴", 2),
    ("服务商", 2),
    ("接入方", 2),
    ("=名称", 2),
    ("=产品", 2),
    ("=服务", 2),
];

const LATIN: [(&str, Field); 50] = [
    ("contact", Field::Other),
    ("version", Field::Other),
    ("category", Field::Other),
    ("retention", Field::Other),
    ("licen", Field::Other),
    ("=no.", Field::Other),
    ("legal basis", Field::Other),
    ("sdk name", Field::Name(3)),
    ("name of sdk", Field::Name(3)),
    ("name of the sdk", Field::Name(3)),
    ("privacy policy", Field::Link),
    ("privacy notice", Field::Link),
    ("privacy", Field::Link),
    ("link", Field::Link),
    ("url", Field::Link),
    ("website", Field::Link),
    ("more information", Field::Link),
    ("package", Field::Package),
    ("=platform", Field::Platform),
    ("=os", Field::Platform),
    ("operating system", Field::Platform),
    ("=method", Field::Method),
    ("method of", Field::Method),
    ("sharing method", Field::Method),
    ("processing method", Field::Method),
    ("how ", Field::Method),
    ("purpose", Field::Purpose),
    ("usage", Field::Purpose),
    ("=use", Field::Purpose),
    ("used for", Field::Purpose),
    ("use case", Field::Purpose),
    ("function", Field::Purpose),
    ("description", Field::Purpose),
    ("reason", Field::Purpose),
    ("what for", Field::Purpose),
    ("why", Field::Purpose),
    ("scenario", Field::Purpose),
    ("what it does", Field::Purpose),
    ("data", Field::Data),
    ("information", Field::Data),
    ("company", Field::Company),
    ("developer", Field::Company),
    ("operator", Field::Company),
    ("entity", Field::Company),
    ("owner", Field::Company),
    ("sdk", Field::Name(3)),
    ("third party", Field::Name(2)),
    ("third-party", Field::Name(2)),
    ("provider", Field::Name(2)),
    ("vendor", Field::Name(2)),
];

const LATIN_NAMES: [&str; 13] = [
    "component",
    "components",
    "software",
    "service",
    "services",
    "name",
    "partner",
    "product",
    "tool",
    "library",
    "processor",
    "sub-processor",
    "recipient",
];

/// What a header or a key stands for.
pub(super) fn of(header: &str) -> Option<Field> {
    let plain: String = header
        .chars()
        .take(LONGEST.saturating_add(1))
        .map(narrow)
        .collect();
    let plain = plain.to_lowercase();
    let plain = plain.trim_matches(|c: char| c.is_whitespace() || "*_:|【】[]()#.•·-".contains(c));
    let is_content =
        plain.contains("://") || plain.contains("有限公司") || plain.contains("责任公司");
    if plain.is_empty() || plain.chars().count() > LONGEST || is_content {
        return None;
    }
    // 「友盟SDK」 names one; 「第三方SDK」 heads a column.
    if plain.ends_with("sdk") && !super::names::is_generic(plain) {
        return None;
    }
    if has_han(plain) {
        let tight: String = plain.chars().filter(|c| !c.is_whitespace()).collect();
        // What stands in brackets only explains.
        let head = tight.split('(').next().filter(|head| !head.is_empty());
        return of_han(head.unwrap_or(&tight));
    }
    let exact = |word: &str, text: &str| match word.strip_prefix('=') {
        Some(word) => text == word,
        None => text.contains(word),
    };
    LATIN
        .iter()
        .find(|(word, _)| exact(word, plain))
        .map(|(_, field)| *field)
        .or_else(|| {
            let named = LATIN_NAMES.contains(&plain)
                || plain.ends_with(" name")
                || plain.ends_with(" service")
                || plain.ends_with(" provider");
            named.then_some(Field::Name(2))
        })
}

fn of_han(tight: &str) -> Option<Field> {
    let fits = |word: &str| match word.strip_prefix('=') {
        Some(word) => tight == word,
        None => tight.contains(word),
    };
    if tight == "类别" || tight == "类型" || tight == "分类" {
        return Some(Field::Name(1));
    }
    // 「公司名称/SDK名称」: both; the content decides.
    if tight.contains("sdk名称") && tight.contains("公司") {
        return Some(Field::Name(2));
    }
    // 「信息名称」, 「数据名称」, 「权限名称」, 「应用名称」: of no third party.
    if tight.ends_with("名称")
        && ["信息", "数据", "权限", "应用", "cookie", "功能", "app"]
            .iter()
            .any(|of| tight.trim_end_matches("名称").ends_with(of))
    {
        return Some(if tight.contains("信息") || tight.contains("数据") {
            Field::Data
        } else {
            Field::Other
        });
    }
    HAN.iter()
        .find(|(word, _)| fits(word))
        .map(|(_, field)| *field)
        .or_else(|| {
            let (_, surely) = HAN_NAMES.iter().find(|(word, _)| fits(word))?;
            Some(Field::Name(*surely))
        })
}

/// Whether a header or key says that it is about SDKs or third parties.
pub(super) fn speaks_of_sdks(text: &str) -> bool {
    let text: String = text
        .chars()
        .take(400)
        .map(narrow)
        .collect::<String>()
        .to_lowercase();
    [
        "sdk",
        "第三方",
        "三方",
        "合作方",
        "插件",
        "合作伙伴",
        "third party",
        "third-party",
        "third parties",
        "service provider",
        "plugin",
    ]
    .iter()
    .any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_told_by_their_words() {
        for (header, field) in [
            ("SDK 名称", Field::Name(3)),
            ("第三方SDK名称", Field::Name(3)),
            ("第三方名称", Field::Name(2)),
            ("功能类型", Field::Name(1)),
            ("第三方公司名称", Field::Company),
            ("SDK提供方名称", Field::Company),
            ("SDK厂商", Field::Company),
            ("合作方主体", Field::Company),
            ("第三方SDK提供方公司名称", Field::Company),
            ("使用目的", Field::Purpose),
            ("收集个人信息的目的", Field::Purpose),
            ("使用目的及功能场景", Field::Purpose),
            ("服务类型", Field::Purpose),
            ("SDK收集个人信息类型", Field::Data),
            ("收集类型", Field::Data),
            ("共享信息", Field::Data),
            ("信息名称", Field::Data),
            ("共享方式", Field::Method),
            ("隐私权政策链接", Field::Link),
            ("第三方SDK隐私政策", Field::Link),
            ("官网链接", Field::Link),
            ("SDK包名", Field::Package),
            ("平台", Field::Platform),
            ("权限名称", Field::Other),
            ("应用名称", Field::Other),
            ("联系方式", Field::Other),
            ("Third-party service", Field::Name(2)),
            ("SDK Name", Field::Name(3)),
            ("Provider", Field::Name(2)),
            ("Company", Field::Company),
            ("Data collected", Field::Data),
            ("Privacy Policy", Field::Link),
            ("Purpose of use", Field::Purpose),
        ] {
            assert_eq!(of(header), Some(field), "{header}");
        }
        assert_eq!(of("友盟"), None);
        assert_eq!(of("AdMob"), None);
    }
}
