//! The name that a policy uses for its product, held against the names of
//! the app: a policy that was copied names another.
//!
//! Only firm places count: titles, "welcome to X", "X (hereinafter …)", "the
//! X app". What is not sure is unknown.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::Document;
use super::clauses::Level;
use super::names::names;
use super::normal::{Normal, is_han};
use super::quote::Quote;
use super::sentences::Sentences;
use crate::decode::prose::BlockKind;

/// Most names that are kept of a text.
const MAX_NAMES: usize = 5;
/// Longest name, in characters.
const MAX_NAME: usize = 40;
/// Lines at the beginning in which a title can stand.
const TITLE_LINES: usize = 6;
/// A name is surely that of the product if it stands in so many firm places
/// and so often in all.
const SURE: [(u32, u32); 2] = [(2, 3), (1, 5)];

/// A name that a policy uses for its product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductName {
    /// The name as first written; empty if it is a blank.
    pub name: String,
    /// Places that tell that it is the product's: titles, greetings.
    pub firm: u32,
    /// How often the text has it in all.
    pub uses: u32,
    /// Whether it is a blank of a template: `【APP名称】`, `XXX`.
    pub blank: bool,
    /// The words.
    pub quote: Quote,
}

/// Whether a policy names the app that it comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamesApp {
    /// It has the app's name, or a part of it.
    Yes,
    /// It names another product several times, or has a blank for the name,
    /// and never the app's.
    No,
    /// Neither can be said: the app's name is unknown, common or in another
    /// script; the policy names nothing or all of a company's products.
    Unknown,
}

/// The names by which an app is known.
#[derive(Clone, Debug, Default)]
pub struct AppNames {
    /// Labels without what stands at the end of them, in one form.
    cores: Vec<String>,
    /// Parts of labels that are names on their own.
    parts: Vec<String>,
    /// Names of its developers and words of its package name: a policy that
    /// has one of them may be that of the developer.
    developers: Vec<String>,
}

impl AppNames {
    /// Of the labels in all locales, the name of the package, and the names
    /// of developers.
    pub fn new<'a>(
        labels: impl IntoIterator<Item = &'a str>,
        package: &str,
        developers: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut app = Self::default();
        for label in labels {
            let whole = core(label);
            if is_name(&whole) {
                app.cores.push(whole);
            }
            let parts = label.split(|c: char| !c.is_alphanumeric() && c != '\'');
            app.parts.extend(
                parts
                    .map(core)
                    .filter(|part| is_name(part) && is_long(part)),
            );
        }
        for list in [&mut app.cores, &mut app.parts] {
            list.sort();
            list.dedup();
        }
        let words = package.split(['.', '_']).map(squash);
        let developers = developers.into_iter().map(squash);
        app.developers = words
            .chain(developers)
            .filter(|word| is_name(word) && is_long(word) && word != "com" && word != "example")
            .collect();
        app
    }

    /// Whether a text that uses these names for its product names the app.
    fn judge(&self, text: &Text, found: &[ProductName]) -> NamesApp {
        if self.cores.is_empty() {
            return NamesApp::Unknown;
        }
        let (han, latin): (Vec<&String>, Vec<&String>) = self
            .parts
            .iter()
            .filter(|part| is_rare(part))
            .partition(|part| has_han(part));
        if self.cores.iter().chain(han).any(|name| text.has(name)) {
            return NamesApp::Yes;
        }
        // A word of a name in Latin letters is a word of the language too.
        if latin.iter().any(|part| text.has(part)) {
            return NamesApp::Unknown;
        }
        let wide = &names().products.company_wide;
        if wide.iter().any(|word| text.normal.contains(word.as_str())) {
            return NamesApp::Unknown;
        }
        let related = |name: &str| {
            let shared = self.cores.iter().any(|core| is_related(core, name));
            let part = |part: &&String| is_rare(part) && name.contains(part.as_str());
            shared
                || self.parts.iter().any(|p| part(&p))
                || self
                    .developers
                    .iter()
                    .any(|word| name.contains(word.as_str()))
        };
        if found.iter().any(|name| related(&squash(&name.name)))
            || companies(text.normal)
                .iter()
                .any(|company| related(company))
        {
            return NamesApp::Unknown;
        }
        let scripts: Vec<bool> = self.cores.iter().map(|core| has_han(core)).collect();
        let blank = found.iter().any(|name| name.blank);
        let other = |name: &ProductName| {
            let firm = name.firm.saturating_add(u32::from(blank));
            let enough = |(places, uses)| firm >= places && name.uses >= uses;
            let sure = SURE.into_iter().any(enough);
            !name.blank && sure && scripts.contains(&has_han(&name.name))
        };
        let nothing_else = found.iter().all(|name| name.blank);
        if (blank && nothing_else) || found.iter().any(other) {
            NamesApp::No
        } else {
            NamesApp::Unknown
        }
    }
}

/// A text as names are looked for in it.
struct Text<'a> {
    normal: &'a str,
    squashed: String,
}

impl<'a> Text<'a> {
    fn of(text: &'a Sentences) -> Self {
        Self {
            normal: &text.normal.text,
            squashed: squash(&text.normal.text),
        }
    }

    fn has(&self, name: &str) -> bool {
        if has_han(name) || name.chars().count() >= 6 {
            self.squashed.contains(name)
        } else {
            self.normal.match_indices(name).any(|(at, _)| {
                let before = self
                    .normal
                    .get(..at)
                    .and_then(|head| head.chars().next_back());
                let end = at.saturating_add(name.len());
                let after = self.normal.get(end..).and_then(|rest| rest.chars().next());
                let edge = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric());
                edge(before) && edge(after)
            })
        }
    }
}

/// What a policy calls its product, the most certain name first, and whether
/// that is the app.
pub(super) fn read(
    document: &Document,
    text: &Sentences,
    app: &AppNames,
) -> (Vec<ProductName>, NamesApp) {
    let names = product_names(document, text);
    let verdict = app.judge(&Text::of(text), &names);
    (names, verdict)
}

fn product_names(document: &Document, text: &Sentences) -> Vec<ProductName> {
    let mut found: BTreeMap<String, ProductName> = BTreeMap::new();
    let squashed = squash(&text.normal.text);
    let mut add = |name: &str, quote: &dyn Fn() -> Quote| {
        let Some(name) = cleaned(name) else { return };
        let blank = is_blank(&name);
        let key = if blank { String::new() } else { squash(&name) };
        if !blank && (!is_name(&key) || is_company(&key)) {
            return;
        }
        if let Some(known) = found.get_mut(&key) {
            known.firm = known.firm.saturating_add(1);
        } else if found.len() < 200 {
            let uses = if blank {
                1
            } else {
                squashed.matches(&key).count()
            };
            found.insert(
                key,
                ProductName {
                    name: if blank { String::new() } else { name },
                    firm: 1,
                    uses: u32::try_from(uses).unwrap_or(u32::MAX),
                    blank,
                    quote: quote(),
                },
            );
        }
    };
    // The title is mostly the first line as well.
    let lines = || document.prose.text.lines().take(TITLE_LINES);
    let title = document.title.as_ref();
    if let Some(title) = title.filter(|title| !lines().any(|line| line == *title)) {
        let normal = Normal::of(title);
        for name in titles(&normal.text) {
            let quote = || Quote {
                text: title.chars().take(MAX_NAME * 2).collect(),
                place: document.place.clone(),
                heading: None,
                level: Level::Medium,
            };
            add(written(title, &normal, &name), &quote);
        }
    }
    for (line, sentence) in text.all.iter().enumerate() {
        if sentence.kind == BlockKind::Row {
            continue;
        }
        let words = text.words(&sentence.at);
        let mut hits: Vec<Range<usize>> = Vec::new();
        if line < TITLE_LINES {
            hits.extend(titles(words));
        }
        if words.contains(is_han) {
            hits.extend(named(&CHINESE, words));
        } else {
            let quote = || Quote::of(document, text, sentence, &sentence.at, Level::Medium);
            let words = written(&document.prose.text, &text.normal, &sentence.at).trim_start();
            for hit in in_english(words) {
                add(words.get(hit).unwrap_or_default(), &quote);
            }
        }
        for hit in hits {
            let start = sentence.at.start;
            let at = start.saturating_add(hit.start)..start.saturating_add(hit.end);
            let quote = || Quote::of(document, text, sentence, &at, Level::Medium);
            add(written(&document.prose.text, &text.normal, &at), &quote);
        }
    }
    let mut names: Vec<ProductName> = found.into_values().collect();
    names.sort_by_key(|name| std::cmp::Reverse((name.firm, name.uses)));
    names.truncate(MAX_NAMES);
    names
}

/// The words of the source at a range of the normalised text.
fn written<'a>(source: &'a str, normal: &Normal, at: &Range<usize>) -> &'a str {
    let at = normal.source(at);
    let end = source.ceil_char_boundary(at.end.min(source.len()));
    source.get(at.start..end).unwrap_or_default()
}

/// What a name may be made of, in Chinese text.
const NAME: &str =
    r#"(?P<n>[【\[{(][^】\]})\n]{0,16}[】\]})]+|[^\s"'《》〈〉【】\[\](){},:;!?。、|/]{1,24}?)"#;
/// What a name is made of in English text: words with capitals. Texts are
/// matched as written.
const CAPITALS: &str = r"(?P<n>\[[^\]\n]{0,30}\]|\p{Lu}[\w&+'’.-]*(?: (?:[\p{Lu}\d][\w&+'’.-]*|of|and|&|the|for)){0,5}?)";
/// The same of texts that have no letters but those of ASCII: a far smaller
/// pattern.
const PLAIN_CAPITALS: &str = r"(?P<n>\[[^\]\n]{0,30}\]|[A-Z][0-9A-Za-z_&+'’.-]*(?: (?:[A-Z0-9][0-9A-Za-z_&+'’.-]*|of|and|&|the|for)){0,5}?)";

/// Names in a line that may be a title: of normalised text.
fn titles(line: &str) -> Vec<Range<usize>> {
    static TITLE: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r#"^["《#\s]*(?:关于)?{NAME}["》]?(?:的|app|应用|软件|平台|客户端|手机|移动|用户|个人|产品)*(?:隐私(?:权)?(?:保护)?(?:政策|声明|协议|条款|指引|规则)|个人信息(?:保护政策|处理规则))"#
        ))
    });
    static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"^(?P<n>[^|:\n]{2,40}?)(?:'s)?(?: mobile| app| application)*[ ]?[|:-]?[ ]?privacy (?:policy|notice|statement)$|^privacy (?:policy|notice|statement)(?: for| of| -|:| \|)(?: the)? (?P<m>[^|:\n]{2,40}?)(?: app| application)?$",
        )
    });
    if line.chars().count() > 60 {
        return Vec::new();
    }
    let line = line.trim_end_matches(['.', ' ']);
    let one = |found: regex::Captures<'_>| {
        let name = found.name("n").or_else(|| found.name("m"));
        name.map(|name| name.range())
    };
    let chinese = TITLE.captures(line).and_then(one);
    chinese
        .or_else(|| ENGLISH.captures(line).and_then(one))
        .into_iter()
        .collect()
}

/// One way to name the product in a sentence.
struct Wording {
    /// One of these stands in every such sentence: only then the pattern is
    /// made ready, and used.
    has: &'static [&'static str],
    pattern: LazyLock<Regex>,
}

/// Ways of English text with these capitals in names.
macro_rules! english {
    ($capitals:ident) => {
        [
            Wording {
                has: &["elcome to "],
                pattern: LazyLock::new(|| {
                    regex(&format!(
                        r"[Ww]elcome to (?:the )?{}(?:[,.!(]| app\b|$)",
                        $capitals
                    ))
                }),
            },
            Wording {
                has: &[" app", " App"],
                pattern: LazyLock::new(|| {
                    regex(&format!(
                        r"\b(?:[Tt]he|[Oo]ur|[Tt]his|[Uu]se|[Uu]sing|[Mm]ade|[Bb]uilt|of) (?:the )?{} (?:mobile |web )?(?:[Aa]pp|[Aa]pplication)\b",
                        $capitals
                    ))
                }),
            },
            Wording {
                has: &[" ("],
                pattern: LazyLock::new(|| {
                    regex(&format!(
                        r#"^{} \((?:the |hereinafter )*["“'‘]?(?:the )?(?:[Aa]pp|[Aa]pplication|[Ss]ervice|[Ww]e|[Uu]s)\b"#,
                        $capitals
                    ))
                }),
            },
        ]
    };
}

/// Ways of normalised Chinese text.
static CHINESE: [Wording; 4] = [
    Wording {
        has: &["欢迎"],
        pattern: LazyLock::new(|| {
            regex(&format!(
                r#"欢迎(?:您|你|大家)?(?:使用|访问|来到|下载|安装|注册|光临|加入)(?:我们的)?["《]?{NAME}["》]?(?:[,。!;:(]|app|应用|软件|客户端|平台|产品|服务|的|$)"#
            ))
        }),
    },
    Wording {
        has: &["称"],
        pattern: LazyLock::new(|| {
            regex(&format!(
                r#"(?:^|[,。;:]|使用|访问|注册|下载|为|是)["《]?{NAME}["》]?(?:app|应用|软件|客户端|平台|产品)*(?:\(|,)(?:以下|下文|下称|以下可)?(?:简称|统称|称)(?:为|:)?"?(?:本|该|我们|平台|app)"#
            ))
        }),
    },
    Wording {
        has: &["的运营", "的开发者", "的提供者"],
        pattern: LazyLock::new(|| {
            regex(&format!(
                r#"是["《]?{NAME}["》]?(?:app|应用|软件)?的(?:运营者|开发者|运营方|提供者)"#
            ))
        }),
    },
    Wording {
        has: &["由"],
        pattern: LazyLock::new(|| {
            regex(&format!(
                r#"^["《]?{NAME}["》]?(?:app|应用|软件|平台)?是?由[^。]{{2,80}}?(?:开发|运营|提供|研发)"#
            ))
        }),
    },
];

/// Ways of English text as written.
static ENGLISH: [Wording; 3] = english!(CAPITALS);

/// The same, of text that has no letters but those of ASCII.
static PLAIN_ENGLISH: [Wording; 3] = english!(PLAIN_CAPITALS);

/// Whether a text has no letters, digits or marks but those of ASCII.
fn is_plain(text: &str) -> bool {
    let mark = |c: char| matches!(c, '‘' | '’' | '“' | '”' | '–' | '—' | '…' | '•' | '\u{A0}');
    text.chars().all(|c| c.is_ascii() || mark(c))
}

/// Names in a sentence of English text as written.
fn in_english(words: &str) -> Vec<Range<usize>> {
    let ways = if is_plain(words) {
        &PLAIN_ENGLISH
    } else {
        &ENGLISH
    };
    named(ways, words)
}

/// Names in a sentence.
fn named(ways: &[Wording], words: &str) -> Vec<Range<usize>> {
    let may = |way: &&Wording| way.has.iter().any(|part| words.contains(part));
    let all = ways.iter().filter(may);
    let all = all.flat_map(|way| way.pattern.captures_iter(words));
    all.filter_map(|found| found.name("n").map(|name| name.range()))
        .collect()
}

fn regex(pattern: &str) -> Regex {
    match Regex::new(pattern) {
        Ok(pattern) => pattern,
        Err(error) => panic!("{pattern}: {error}"),
    }
}

/// A name without what surrounds it; nothing if it is too long.
fn cleaned(name: &str) -> Option<String> {
    let name = name.trim_matches(|c: char| c.is_whitespace() || "《》“”\"'「」:：#".contains(c));
    let long = name.chars().count() > MAX_NAME;
    (!name.is_empty() && !long).then(|| name.to_owned())
}

/// Whether a name is a blank: `XXX`, `某某`, `【APP名称】`, `【】`.
fn is_blank(name: &str) -> bool {
    let name = name.to_lowercase();
    let inside = name.trim_matches(|c: char| "【】[]{}()$".contains(c));
    let bare = !inside.is_empty() && inside.chars().all(|c| "x某×*_.…＊".contains(c));
    let bracketed = name.starts_with(['【', '[', '{']);
    let words = &names().products.blanks;
    (bare && inside.chars().count() > 1)
        || (bracketed
            && (inside.trim().is_empty()
                || words.iter().any(|word| inside.contains(word.as_str()))))
}

/// In one form: letters and digits alone.
fn squash(text: &str) -> String {
    let normal = Normal::of(text).text;
    normal.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A label in one form, without what stands at the end of labels.
fn core(label: &str) -> String {
    let mut core = squash(label);
    while let Some(shorter) = names().products.suffixes.iter().find_map(|suffix| {
        core.strip_suffix(suffix.as_str())
            .filter(|rest| rest.chars().count() > 1)
    }) {
        core = shorter.to_owned();
    }
    core
}

/// Whether this can tell a product from others.
fn is_name(name: &str) -> bool {
    let starts = [
        "我", "本", "该", "此", "您", "你", "其他", "以下", "相关", "贵",
    ];
    let has = [
        "我们",
        "用户",
        "第三方",
        "个人信息",
        "隐私",
        "协议",
        "政策",
        "服务条款",
        "sdk",
    ];
    name.chars().count() > 1
        && !name.chars().all(|c| c.is_ascii_digit())
        && !names().products.generic.iter().any(|known| known == name)
        && !starts.iter().any(|start| name.starts_with(start))
        && !has.iter().any(|word| name.contains(word))
}

/// Whether a part of a name stands for the whole: two Han characters or four
/// letters.
fn is_long(part: &str) -> bool {
    has_han(part) || part.chars().count() >= 4
}

fn has_han(text: &str) -> bool {
    text.contains(is_han)
}

fn is_company(name: &str) -> bool {
    let ends = [
        "公司",
        "集团",
        "工作室",
        "事务所",
        "合伙",
        "ltd",
        "inc",
        "llc",
        "gmbh",
        "corp",
        "limited",
        "coltd",
    ];
    ends.iter().any(|end| name.ends_with(end))
}

/// Whether a name has something of the app's: one in the other, or two Han
/// characters that few names have.
fn is_related(core: &str, name: &str) -> bool {
    if name.is_empty() {
        return false;
    }
    if core.contains(name) || name.contains(core) {
        return true;
    }
    let letters: Vec<char> = core.chars().collect();
    has_han(core)
        && letters.windows(2).any(|piece| {
            let piece: String = piece.iter().collect();
            is_rare(&piece) && name.contains(&piece)
        })
}

fn is_rare(piece: &str) -> bool {
    !names().products.common.iter().any(|known| known == piece)
}

/// Companies that a text names, in one form: at most a hundred.
fn companies(text: &str) -> Vec<String> {
    static COMPANY: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r#"[^\s"《》【】\[\](),:;。、]{2,24}(?:公司|集团|工作室)|[a-z][\w&' .-]{1,40}?,? (?:ltd|inc|llc|gmbh|corp|limited)\b"#,
        )
    });
    COMPANY
        .find_iter(text)
        .take(100)
        .map(|found| squash(found.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::decode::prose;
    use crate::evidence::Place;
    use crate::policy::Origin;
    use crate::policy::discover::document;

    /// A policy as it is read.
    fn policy(name: &str, bytes: &[u8]) -> (Document, Sentences) {
        let read = prose::read(bytes, name).unwrap();
        let document = document(Origin::File, Place::file(name), read.prose, "UTF-8", true);
        let text = Sentences::of(&document.prose);
        (document, text)
    }

    fn verdict(label: &str, words: &str) -> NamesApp {
        let (document, text) = policy("privacy.txt", words.as_bytes());
        let app = AppNames::new([label], "cn.shop.app", ["Android Debug"]);
        read(&document, &text, &app).1
    }

    const OTHER: &str = "小羊日历隐私政策\n欢迎使用小羊日历！小羊日历由青草网络公司运营。\n小羊日历会收集您的手机号码。小羊日历不会出售您的信息。";

    #[test]
    fn plain_english_is_read_like_any_other() {
        for words in [
            "Welcome to Little Lamb 2! The Little-Lamb app is made by us.",
            "Our [APP NAME] mobile application, the App",
            "Lamb & Sheep of the Hills (hereinafter “the App”) is free…",
            "Use the Lamb_2 Web app",
            "the app",
        ] {
            assert!(is_plain(words));
            assert_eq!(
                named(&PLAIN_ENGLISH, words),
                named(&ENGLISH, words),
                "{words}"
            );
        }
        assert!(!is_plain("Welcome to Lämmchen"));
        assert_eq!(in_english("Welcome to Lämmchen!").len(), 1);
    }

    #[test]
    fn a_policy_that_names_another_product_again_and_again_is_not_the_apps() {
        assert_eq!(verdict("潮汐提醒", OTHER), NamesApp::No);
        let english = "Kite Notes Privacy Policy\nWelcome to Kite Notes. The Kite Notes app keeps notes.\nWhen you use the Kite Notes app we collect your email address.";
        assert_eq!(verdict("Harbour Trails", english), NamesApp::No);
    }

    #[test]
    fn a_blank_in_place_of_the_name_is_no_name() {
        for words in [
            "【APP名称】隐私政策\n我们会收集您的手机号码。",
            "隐私政策\n欢迎使用XXX！我们会收集您的手机号码。",
            "Privacy Policy\nWelcome to [App Name]. We collect your email address.",
        ] {
            assert_eq!(verdict("潮汐提醒", words), NamesApp::No, "{words}");
        }
    }

    #[test]
    fn a_policy_that_has_the_apps_name_is_the_apps() {
        for label in [
            "小羊日历",
            "小羊日历极速版",
            "小羊日历-国际版",
            "小羊 日历 APP",
            "小羊日历HD",
        ] {
            assert_eq!(verdict(label, OTHER), NamesApp::Yes, "{label}");
        }
    }

    #[test]
    fn what_is_not_sure_is_unknown() {
        for (label, words) in [
            ("", OTHER),
            ("应用", OTHER),
            ("X", OTHER),
            // A name in another script may be the same name.
            ("Lamb Calendar", OTHER),
            // A part of the name.
            ("小羊记账", OTHER),
            // The company's name.
            ("青草提醒", OTHER),
            (
                "潮汐提醒",
                &OTHER.replace("不会出售", "和我们旗下各产品不会出售"),
            ),
            // Named only once.
            (
                "潮汐提醒",
                "隐私政策\n欢迎使用小羊日历！我们会收集您的手机号码。",
            ),
            ("潮汐提醒", "隐私政策\n我们会收集您的手机号码。"),
        ] {
            assert_eq!(verdict(label, words), NamesApp::Unknown, "{label}: {words}");
        }
    }

    #[test]
    fn the_policies_of_the_fixtures_are_told_apart() {
        let root = Path::new("fixtures/policies");
        let mut cases = Vec::new();
        for folder in fs::read_dir(root).unwrap() {
            let folder = folder.unwrap().path();
            let Ok(expected) = fs::read_to_string(folder.join("expect.toml")) else {
                continue;
            };
            let expected: toml::Table = toml::from_str(&expected).unwrap();
            let Some(app) = expected.get("app").and_then(|app| app.as_str()) else {
                continue;
            };
            let file = expected["files"][0].as_str().unwrap();
            let (document, text) = policy(file, &fs::read(folder.join(file)).unwrap());
            let names = product_names(&document, &text);
            cases.push((folder, app.to_owned(), text, names));
        }
        let (mut told, mut all) = (0_u32, 0_u32);
        for (folder, app, text, names) in &cases {
            let text = Text::of(text);
            let judge = |label: &str| AppNames::new([label], "cn.shop.app", []).judge(&text, names);
            let copied = folder.ends_with("zh-template-left");
            let shown: Vec<&str> = names.iter().map(|name| name.name.as_str()).collect();
            assert_eq!(
                judge(app) == NamesApp::No,
                copied,
                "{}: {shown:?}",
                folder.display()
            );
            for (_, other, ..) in cases.iter().filter(|(_, other, ..)| other != app) {
                let verdict = judge(other);
                assert_ne!(verdict, NamesApp::Yes, "{} for {other}", folder.display());
                told += u32::from(verdict == NamesApp::No);
                all += 1;
            }
        }
        assert!(told * 8 >= all, "{told} of {all}");
    }
}
