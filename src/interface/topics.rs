//! The words of the catalogue, found in texts, names and addresses.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::catalog::{self, Interface, Topic};
use crate::policy::{Normal, WordList, is_han, is_word};

/// Longest name or address that is looked at, in bytes.
const MAX_NAME: usize = 400;

/// A topic that something shows, by its place in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// Which topic.
    pub topic: usize,
    /// It could also mean something else.
    pub weak: bool,
}

/// The catalogue, ready for matching.
#[derive(Debug)]
pub struct Topics {
    catalogue: &'static Interface,
    list: WordList,
    /// By word of the list: what it stands for.
    meanings: Vec<Vec<(Word, usize)>>,
    /// Longest text of any topic, in characters.
    longest: usize,
}

/// What a word of the catalogue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Label,
    Whole,
    Not,
    Name,
    Url,
}

/// The words of the catalogue.
pub fn topics() -> &'static Topics {
    static TOPICS: LazyLock<Topics> = LazyLock::new(|| Topics::new(catalog::interface()));
    &TOPICS
}

/// Whether a text of a script is worth keeping: it is a label or an address
/// of a topic.
pub fn is_telling(text: &str) -> bool {
    let topics = topics();
    (!is_key(text) && !topics.label(text).is_empty())
        || (is_path(text) && !topics.url(text).is_empty())
}

impl Topics {
    fn new(catalogue: &'static Interface) -> Self {
        let mut by_text: FxHashMap<String, usize> = FxHashMap::default();
        let mut texts: Vec<String> = Vec::new();
        let mut meanings: Vec<Vec<(Word, usize)>> = Vec::new();
        for (at, topic) in catalogue.topics.iter().enumerate() {
            for (word, list) in words(topic) {
                for text in list {
                    let text = match word {
                        Word::Name | Word::Url => text.clone(),
                        _ => Normal::of(text).text,
                    };
                    let number = *by_text.entry(text.clone()).or_insert(texts.len());
                    if number == texts.len() {
                        texts.push(text);
                        meanings.push(Vec::new());
                    }
                    if let Some(meaning) = meanings.get_mut(number) {
                        meaning.push((word, at));
                    }
                }
            }
        }
        Self {
            catalogue,
            list: WordList::new(texts),
            meanings,
            longest: catalogue
                .topics
                .iter()
                .map(|topic| topic.longest)
                .max()
                .unwrap_or_default(),
        }
    }

    /// Id of a topic.
    pub fn id(&self, topic: usize) -> &'static str {
        self.catalogue
            .topics
            .get(topic)
            .map_or("", |topic| topic.id.as_str())
    }

    /// What a text of a screen shows, sorted.
    pub fn label(&self, text: &str) -> Vec<Hit> {
        // Four bytes a character at most; marks of blanks may stand beside.
        if text.len() > self.longest.saturating_mul(8) || !self.may_have(text) {
            return Vec::new();
        }
        let normal = Normal::of(text.trim()).text;
        let chars = normal.chars().count();
        let (start, end) = bare(&normal);
        let mut found: Vec<Hit> = Vec::new();
        let mut not: Vec<usize> = Vec::new();
        for (word, topic, at) in self.hits(&normal) {
            let fits = self
                .catalogue
                .topics
                .get(topic)
                .is_some_and(|topic| chars <= topic.longest);
            match word {
                Word::Not => not.push(topic),
                Word::Label if fits => found.push(Hit { topic, weak: false }),
                Word::Whole if fits && at.start <= start && end <= at.end => {
                    found.push(Hit { topic, weak: true });
                }
                _ => {}
            }
        }
        found.retain(|hit| !not.contains(&hit.topic));
        strongest(found)
    }

    /// What a name in code or resources shows, sorted; all of it is weak.
    pub fn name(&self, name: &str) -> Vec<Hit> {
        if name.len() > MAX_NAME || !name.is_ascii() {
            return Vec::new();
        }
        let words = split(name);
        let hits = self.hits(&words);
        let hits = hits.filter(|(word, ..)| *word == Word::Name);
        strongest(
            hits.map(|(_, topic, _)| Hit { topic, weak: true })
                .collect(),
        )
    }

    /// What the path of an address shows, sorted.
    pub fn url(&self, url: &str) -> Vec<Hit> {
        if url.len() > MAX_NAME {
            return Vec::new();
        }
        let path = url.split_once("://").map_or(url, |(_, rest)| {
            rest.split_once('/').map_or("", |(_, path)| path)
        });
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let hits = self.hits(path);
        let hits = hits.filter(|(word, ..)| *word == Word::Url);
        strongest(
            hits.map(|(_, topic, _)| Hit { topic, weak: false })
                .collect(),
        )
    }

    /// Whether it is worth bringing a text into one form: it has Chinese, or
    /// a word as it stands.
    fn may_have(&self, text: &str) -> bool {
        let changes = |c: char| is_han(c) || matches!(c, '\u{FF01}'..='\u{FF5E}' | '\n' | '\u{A0}');
        self.list.is_in(text)
            || text.contains("  ")
            || (!text.is_ascii() && text.chars().any(changes))
    }

    /// Words of the catalogue in a text, with what they are and whose.
    fn hits<'t>(
        &'t self,
        text: &'t str,
    ) -> impl Iterator<Item = (Word, usize, std::ops::Range<usize>)> + 't {
        let found = self.list.words(text);
        found
            .filter(|found| is_word(text, found.at.start, found.at.end, false))
            .flat_map(|found| {
                let at = found.at;
                let meanings = self.meanings.get(found.word);
                meanings
                    .into_iter()
                    .flatten()
                    .map(move |(word, topic)| (*word, *topic, at.clone()))
            })
    }
}

fn words(topic: &Topic) -> [(Word, &Vec<String>); 5] {
    [
        (Word::Label, &topic.labels),
        (Word::Whole, &topic.whole),
        (Word::Not, &topic.not),
        (Word::Name, &topic.names),
        (Word::Url, &topic.urls),
    ]
}

/// Each topic once, the clear hit before the weak one.
fn strongest(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_unstable();
    hits.dedup_by_key(|hit| hit.topic);
    hits
}

/// Where a text begins and ends without the marks around it: `>`, `《》`.
fn bare(text: &str) -> (usize, usize) {
    let inner = text.trim_matches(|c: char| !c.is_alphanumeric());
    let start = text.len().saturating_sub(
        text.trim_start_matches(|c: char| !c.is_alphanumeric())
            .len(),
    );
    (start, start.saturating_add(inner.len()))
}

/// The words of an identifier in small letters with a blank between:
/// `deleteAccountBtn`, `DELETE_ACCOUNT_BTN` and `delete-account.btn` are
/// `delete account btn`.
pub fn split(name: &str) -> String {
    let mut words = String::with_capacity(name.len().saturating_add(8));
    let mut before: Option<char> = None;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        if !c.is_ascii_alphanumeric() {
            before = None;
            if !words.is_empty() && !words.ends_with(' ') {
                words.push(' ');
            }
            continue;
        }
        let lower_next = rest.peek().is_some_and(char::is_ascii_lowercase);
        let begins = before.is_some_and(|before| {
            c.is_ascii_uppercase()
                && (before.is_ascii_lowercase() || before.is_ascii_digit() || lower_next)
        });
        if begins && !words.ends_with(' ') {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
        before = Some(c);
    }
    words
}

/// Whether a string of code or of a script is a key, a route or another name
/// and no text that a screen shows: one word in small letters, or words with
/// such marks between as texts do not have.
pub fn is_key(text: &str) -> bool {
    let begins_small = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    text.is_ascii() && !text.contains(' ') && (begins_small || text.contains(['_', '.', ':', '$']))
}

/// Whether a text can be an address or the path of one.
pub fn is_path(text: &str) -> bool {
    text.len() <= MAX_NAME && text.contains('/') && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shows(hits: &[Hit], topic: &str) -> bool {
        hits.iter().any(|hit| topics().id(hit.topic) == topic)
    }

    #[test]
    fn every_example_of_the_catalogue_is_found_or_not() {
        let mut wrong = Vec::new();
        for topic in &catalog::interface().topics {
            for example in &topic.example {
                let (text, hits) = match (&example.label, &example.name, &example.url) {
                    (Some(text), ..) => (text, topics().label(text)),
                    (_, Some(text), _) => (text, topics().name(text)),
                    (.., Some(text)) => (text, topics().url(text)),
                    _ => continue,
                };
                if shows(&hits, &topic.id) != example.found {
                    wrong.push(format!("{}: {text}, found {}", topic.id, !example.found));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn one_form_for_all_ways_to_write_a_label() {
        for text in [
            "注销账号",
            " 註銷賬號 ",
            "注销 账号 >",
            "Delete  Account",
            "ＤＥＬＥＴＥ ACCOUNT",
        ] {
            assert!(shows(&topics().label(text), "account-deletion"), "{text}");
        }
        let long = format!("{}注销账号", "很长的一段文字。".repeat(20));
        assert!(!shows(&topics().label(&long), "account-deletion"));
        assert!(!shows(
            &topics().label("undelete accountant"),
            "account-deletion"
        ));
    }

    #[test]
    fn a_word_alone_is_weak_and_a_refusal_does_not_agree() {
        let weak = |text: &str, topic: &str| {
            let hits = topics().label(text);
            hits.into_iter()
                .find(|hit| topics().id(hit.topic) == topic)
                .map(|hit| hit.weak)
        };
        assert_eq!(weak("《同意》", "consent-agree"), Some(true));
        assert_eq!(weak("不同意", "consent-agree"), None);
        assert!(weak("不同意", "consent-refuse").is_some());
    }

    #[test]
    fn names_are_split_into_words() {
        for (name, words) in [
            ("deleteAccountBtn", "delete account btn"),
            ("DELETE_ACCOUNT", "delete account"),
            ("tv-delete.account2", "tv delete account2"),
            ("HTTPServerURL", "http server url"),
            ("com.a.LoginActivity$1", "com a login activity 1"),
            ("", ""),
        ] {
            assert_eq!(split(name), words);
        }
        assert!(shows(
            &topics().name("btn_deleteAccount"),
            "account-deletion"
        ));
        assert!(!shows(
            &topics().name("undeleteAccounts"),
            "account-deletion"
        ));
    }

    #[test]
    fn keys_are_told_from_texts() {
        for (text, key) in [
            ("login", true),
            ("privacy_policy", true),
            ("ACTION_LOGIN", true),
            ("Login", false),
            ("sign in", false),
            ("登录", false),
        ] {
            assert_eq!(is_key(text), key, "{text}");
        }
    }

    #[test]
    fn only_the_path_of_an_address_counts() {
        for (url, found) in [
            ("https://api.example.cn/v1/account/delete?x=1", true),
            ("/account/delete", true),
            ("account/delete", true),
            ("https://account/deleted-things", false),
            ("https://a.cn/search?q=account/delete", false),
        ] {
            assert_eq!(
                shows(&topics().url(url), "account-deletion"),
                found,
                "{url}"
            );
        }
    }
}
