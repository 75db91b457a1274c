//! Where in a text SDKs and third parties are listed: under which heading,
//! after which introduction, for which platform.

use crate::decode::prose::{BlockKind, Prose};

use super::Matcher;
use super::fields::speaks_of_sdks;
use super::fold::narrow;

/// What holds at each block of a text.
#[derive(Debug, Default)]
pub(super) struct Regions {
    blocks: Vec<Region>,
}

/// What holds at a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Region {
    /// A heading above or an introduction before speaks of SDKs or third
    /// parties.
    pub sdks: bool,
    /// An introduction stands right before, or nothing but items between,
    /// and one of the items is the name of an SDK.
    pub introduced: bool,
    /// The nearest heading speaks of permissions, cookies or words defined.
    pub other: bool,
    /// Platform that a heading above names.
    pub platform: Option<String>,
}

impl Regions {
    pub fn of(prose: &Prose, matcher: &Matcher) -> Self {
        let title = prose.title.as_deref().unwrap_or_default();
        let whole = is_list_title(title);
        let mut blocks = Vec::with_capacity(prose.blocks.len());
        // Headings that are open, from the highest.
        let mut path: Vec<(u8, Region)> = Vec::new();
        let mut introduced = 0_usize;
        let mut in_list = false;
        let mut platform: Option<String> = None;
        for (number, block) in prose.blocks.iter().enumerate() {
            let words = prose.words(&block.at);
            if let BlockKind::Heading(level) = block.kind {
                // A heading that is the name of an SDK opens nothing.
                let above = path.iter().rev().find(|(other, _)| *other < level);
                let names = matcher.is_name(words) && above.is_some();
                path.retain(|(other, _)| *other < level);
                let inherited = path.last().map_or(whole, |(_, region)| region.sdks);
                let region = Region {
                    sdks: inherited || speaks_of_sdks(words),
                    introduced: false,
                    other: is_other(words) && !names_sdks(words),
                    platform: platform_of_heading(words)
                        .or_else(|| path.last().and_then(|(_, r)| r.platform.clone())),
                };
                if !names {
                    platform = None;
                }
                path.push((level, region));
                introduced = if is_introduction(words) {
                    INTRODUCED
                } else {
                    introduced
                };
                if !speaks_of_sdks(words) && !inherited {
                    introduced = 0;
                }
            } else if is_introduction(words) {
                introduced = INTRODUCED;
            } else if block.kind == BlockKind::Paragraph && introduced > 0 {
                introduced = introduced.saturating_sub(1);
            }
            in_list = is_introduction(words) && names_follow(prose, number, matcher)
                || in_list && block.kind == BlockKind::Item;
            // 「Android：」 on a line of its own.
            if block.kind != BlockKind::Row
                && words.chars().count() <= 24
                && let Some(named) = self::platform(words)
                && is_platform_line(words)
            {
                platform = Some(named);
            }
            let open = path.last().map(|(_, region)| region.clone());
            let mut region = open.unwrap_or(Region {
                sdks: whole || number > 0 && is_first_title(prose),
                ..Region::default()
            });
            region.sdks |= introduced > 0;
            region.introduced = in_list;
            if platform.is_some() {
                region.platform.clone_from(&platform);
            }
            blocks.push(region);
        }
        for run in lists_of_names(prose, matcher) {
            for region in blocks.get_mut(run).into_iter().flatten() {
                region.sdks = true;
            }
        }
        Self { blocks }
    }

    /// What holds at a block, by its number.
    pub fn at(&self, block: usize) -> Region {
        self.blocks.get(block).cloned().unwrap_or_default()
    }
}

/// Whether one of the items right after a block is the name of an SDK.
fn names_follow(prose: &Prose, number: usize, matcher: &Matcher) -> bool {
    prose
        .blocks
        .iter()
        .skip(number.saturating_add(1))
        .take_while(|block| block.kind == BlockKind::Item)
        .take(INTRODUCED)
        .any(|block| matcher.is_name(prose.words(&block.at)))
}

/// Runs of items most of which are nothing but the name of an SDK.
fn lists_of_names(prose: &Prose, matcher: &Matcher) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let (mut start, mut names) = (0_usize, 0_usize);
    for number in 0..=prose.blocks.len() {
        let item = prose
            .blocks
            .get(number)
            .filter(|block| block.kind == BlockKind::Item);
        if let Some(block) = item {
            names = names.saturating_add(usize::from(matcher.is_name(prose.words(&block.at))));
            continue;
        }
        let items = number.saturating_sub(start);
        if names >= 2 && names.saturating_mul(2) >= items {
            runs.push(start..number);
        }
        (start, names) = (number.saturating_add(1), 0);
    }
    runs
}

/// So many paragraphs after an introduction it still holds.
const INTRODUCED: usize = 12;

/// Whether the first line is the title of a list of SDKs.
fn is_first_title(prose: &Prose) -> bool {
    prose
        .blocks
        .first()
        .is_some_and(|block| is_list_title(prose.words(&block.at)))
}

fn is_list_title(title: &str) -> bool {
    let short = title.chars().count() <= 60;
    let list = ["清单", "目录", "列表", "list", "List", "LIST", "SDK", "sdk"];
    short && speaks_of_sdks(title) && list.iter().any(|word| title.contains(word))
}

/// Whether a line introduces a list of SDKs or third parties.
pub(super) fn is_introduction(words: &str) -> bool {
    if words.chars().count() > 400 || !speaks_of_sdks(words) {
        return false;
    }
    let words = words.trim_end();
    let han = [
        "如下", "以下", "包括", "下列", "清单", "列表", "目录", "包含", "下表", "名单", "明细",
    ];
    let latin = [
        "following",
        "below",
        "link to",
        "links to",
        "such as",
        "include",
        "list",
        "used by the app",
    ];
    let lower = words.to_lowercase();
    han.iter().any(|word| words.contains(word))
        || latin.iter().any(|word| lower.contains(word))
        || words.ends_with([':', '：'])
}

fn names_sdks(words: &str) -> bool {
    let lower: String = words.chars().map(narrow).collect::<String>().to_lowercase();
    lower.contains("sdk")
}

/// Headings of tables that look like lists of SDKs and are none.
pub(super) fn is_other(words: &str) -> bool {
    let lower: String = words
        .chars()
        .take(200)
        .map(narrow)
        .collect::<String>()
        .to_lowercase();
    [
        "权限",
        "cookie",
        "定义",
        "术语",
        "permission",
        "definition",
        "解释",
        "联系我们",
        "变更记录",
        "更新记录",
        "修订",
        "changelog",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// The platforms that words name: `android`, `ios`, `harmonyos`.
pub(super) fn platform(words: &str) -> Option<String> {
    let lower: String = words
        .chars()
        .take(200)
        .map(narrow)
        .collect::<String>()
        .to_lowercase();
    let all = [
        ("android", &["android", "安卓"][..]),
        ("ios", &["ios", "苹果", "iphone"][..]),
        ("harmonyos", &["harmony", "鸿蒙"][..]),
    ];
    let named: Vec<&str> = all
        .into_iter()
        .filter(|(_, words)| words.iter().any(|word| lower.contains(word)))
        .map(|(name, _)| name)
        .collect();
    (!named.is_empty()).then(|| named.join(","))
}

/// The platform in the brackets of a name: 「友盟SDK（iOS）」.
pub(super) fn platform_in_brackets(name: &str) -> Option<String> {
    let open = name.rfind(['（', '(', '-', '【', '['])?;
    platform(name.get(open..)?)
}

/// A heading for one platform; one that names all says nothing.
fn platform_of_heading(words: &str) -> Option<String> {
    (words.chars().count() <= 60)
        .then(|| platform(words))
        .flatten()
}

/// Whether a line says nothing but which platform follows.
fn is_platform_line(words: &str) -> bool {
    let mut rest = super::fold::fold(super::names::unnumbered(words).0);
    for word in [
        "android",
        "安卓",
        "ios",
        "苹果",
        "iphone",
        "harmonyos",
        "harmony",
        "鸿蒙",
        "系统",
        "平台",
        "版本",
        "版",
        "端",
        "sdk",
        "第三方",
        "列表",
        "清单",
        "目录",
        "客户端",
        "app",
        "应用",
        "使用的",
        "如下",
        "接入",
    ] {
        rest = rest.replace(word, "");
    }
    rest.is_empty()
}
