//! The catalogue of names, titles and words that policies are known by.

use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use serde::Deserialize;

use super::{ButtonKind, Class};
use crate::catalog;
use crate::endpoint::is_documentation;

/// `checks/catalog/policy-names.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    files: Files,
    title: Vec<Title>,
    words: WordLists,
    answers: Answers,
    parts: PartWords,
    labels: Pair,
    links: LinkLists,
    hosts: Hosts,
    products: Products,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Files {
    names: Vec<String>,
    words: Vec<String>,
    text: Vec<String>,
    documents: Vec<String>,
    folders: Vec<String>,
    not_names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Title {
    class: Class,
    zh: Vec<String>,
    en: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordLists {
    policy_zh: Vec<String>,
    policy_en: Vec<String>,
    agreement_zh: Vec<String>,
    agreement_en: Vec<String>,
    vendor_zh: Vec<String>,
    vendor_en: Vec<String>,
    running_zh: Vec<String>,
    running_en: Vec<String>,
    buttons: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    zh: Vec<String>,
    en: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkLists {
    anywhere: Vec<String>,
    words: Vec<String>,
    others: Vec<String>,
}

/// Whole texts of buttons, and words by which a text asks for consent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answers {
    accept: Vec<String>,
    refuse: Vec<String>,
    asks: Vec<String>,
}

/// Words in names of string resources that say what a part of a text is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartWords {
    pub title: Vec<String>,
    pub text: Vec<String>,
    pub accept: Vec<String>,
    pub refuse: Vec<String>,
    pub button: Vec<String>,
}

/// Hosts of policies that say something about them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hosts {
    /// Services where anyone publishes documents without charge.
    pub free: Vec<String>,
    /// Words for tests in the name of a host.
    pub test: Vec<String>,
}

/// Words about the names of products.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Products {
    /// Names that tell no app from another.
    pub generic: Vec<String>,
    /// Pieces that many names have.
    pub common: Vec<String>,
    /// Ends of labels that are no part of the name.
    pub suffixes: Vec<String>,
    /// By these a policy is that of a company for all it offers.
    pub company_wide: Vec<String>,
    /// Words of blanks, in brackets.
    pub blanks: Vec<String>,
}

/// Words of the catalogue in a text, made ready when they are first looked
/// for: few packages ask for all.
pub(super) type Pattern = LazyLock<Regex, Box<dyn FnOnce() -> Regex + Send>>;

/// The catalogue, ready for matching.
pub(super) struct Names {
    files: Files,
    /// A word that tells what a title is, per class, in order of decision.
    pub titles: Vec<(Class, Pattern)>,
    /// Words of a privacy policy's running text.
    pub policy: Pattern,
    /// Words that only user agreements have.
    pub agreement: Pattern,
    /// Words by which vendors of SDKs speak to developers.
    pub vendor: Pattern,
    /// Words that running text of policies has in every sentence.
    pub running: Pattern,
    /// Hosts that say something about a policy.
    pub hosts: Hosts,
    /// Words about the names of products.
    pub products: Products,
    /// Buttons of a consent dialog.
    pub buttons: Pattern,
    answers: Answers,
    asks: Pattern,
    /// Words in names of string resources.
    pub parts: PartWords,
    /// Phrases of the user interface.
    pub labels: Pattern,
    links: Pattern,
    /// Parts of links that tell for sure.
    privacy: Pattern,
    /// Words with `policy` that mean something else.
    others: Vec<String>,
}

/// What a file's name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByName {
    /// A policy or the like, as text or as a document.
    Named,
    /// Some text in a folder where policies lie.
    Text,
    /// Nothing.
    No,
}

/// The catalogue, read once.
pub(super) fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let catalogue: Catalogue = catalog::knowledge("catalog/policy-names.toml");
        let Catalogue {
            files,
            title,
            words,
            answers,
            parts,
            labels,
            links,
            hosts,
            products,
        } = catalogue;
        Names {
            files,
            titles: title
                .iter()
                .map(|title| (title.class, any_of(&[&title.zh, &title.en])))
                .collect(),
            policy: any_of(&[&words.policy_zh, &words.policy_en]),
            agreement: any_of(&[&words.agreement_zh, &words.agreement_en]),
            vendor: any_of(&[&words.vendor_zh, &words.vendor_en]),
            running: pattern(format!(
                r"{}|(?-u:\b)(?:{})(?-u:\b)",
                alternatives(&[&words.policy_zh, &words.running_zh, &words.policy_en]),
                alternatives(&[&words.running_en])
            )),
            hosts,
            products,
            buttons: any_of(&[&words.buttons]),
            asks: any_of(&[&answers.asks]),
            answers,
            parts,
            labels: any_of(&[&labels.zh, &labels.en]),
            links: pattern(format!(
                r"{}|(?-u:\b)(?:{})(?-u:\b)",
                alternatives(&[&links.anywhere]),
                alternatives(&[&links.words])
            )),
            privacy: any_of(&[&links.anywhere]),
            others: links.others,
        }
    })
}

impl Names {
    /// What the path of a file promises.
    pub fn by_name(&self, path: &str) -> ByName {
        let path = path.to_lowercase();
        let file = path.rsplit('/').next().unwrap_or_default();
        let Some((stem, extension)) = file.rsplit_once('.') else {
            return ByName::No;
        };
        let has = |list: &[String]| list.iter().any(|known| known == extension);
        let is_text = has(&self.files.text);
        if !is_text && !has(&self.files.documents) {
            return ByName::No;
        }
        let other = self.files.not_names.iter().any(|part| stem.contains(part));
        if self.is_telling(stem) && !other {
            return ByName::Named;
        }
        let in_folder = self.files.folders.iter().any(|folder| {
            path.starts_with(folder.as_str()) || path.contains(&format!("/{folder}"))
        });
        if is_text && extension != "json" && in_folder {
            ByName::Text
        } else {
            ByName::No
        }
    }

    /// Whether a name in lower case is that of a policy, an agreement or the
    /// like.
    pub fn is_telling(&self, name: &str) -> bool {
        let part = |part: &String| name.contains(part.as_str());
        let word = |word: &str| self.files.words.iter().any(|known| known == word);
        self.files.names.iter().any(part) || name.split(|c: char| !c.is_alphabetic()).any(word)
    }

    /// Whether a whole text is that of a button that accepts or refuses.
    pub fn answer(&self, text: &str) -> Option<ButtonKind> {
        let text = text
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase();
        if self.answers.refuse.contains(&text) {
            Some(ButtonKind::Refuse)
        } else if self.answers.accept.contains(&text) {
            Some(ButtonKind::Accept)
        } else {
            None
        }
    }

    /// Whether a text names a policy and asks for consent.
    pub fn asks_for_consent(&self, text: &str) -> bool {
        self.labels.is_match(text) && self.asks.is_match(text)
    }

    /// Whether a URL leads to a policy or an agreement, by its words.
    pub fn is_policy_link(&self, url: &str) -> bool {
        // `_` is no boundary of a word to the pattern, but is one here.
        let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
        let mut plain = after_scheme.to_ascii_lowercase();
        for other in &self.others {
            plain = plain.replace(other, "");
        }
        self.links.is_match(&plain.replace(['_', '-'], "/"))
            && (self.privacy.is_match(&plain) || !is_documentation(url))
    }
}

fn any_of(lists: &[&Vec<String>]) -> Pattern {
    pattern(alternatives(lists))
}

/// One alternative for each word. Case is ignored among ASCII letters only,
/// which the matcher does many times faster than for all of Unicode.
fn alternatives(lists: &[&Vec<String>]) -> String {
    let words: Vec<String> = lists
        .iter()
        .flat_map(|list| list.iter())
        .map(|word| {
            let word = regex::escape(word);
            if word.is_ascii() {
                format!("(?i-u:{word})")
            } else if word.contains(|c: char| c.is_ascii_alphabetic()) {
                format!("(?i:{word})")
            } else {
                word
            }
        })
        .collect();
    words.join("|")
}

fn pattern(pattern: String) -> Pattern {
    let read = move || Regex::new(&pattern).expect("the words of the catalogue are escaped");
    LazyLock::new(Box::new(read))
}
