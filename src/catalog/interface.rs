//! Words by which screens, addresses and names show what an app offers its
//! user: to close the account, to withdraw consent, to refuse.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use toml::Spanned;

use super::{Bilingual, Fault, Faults, embedded, load_file};

const FILE: &str = "catalog/interface.toml";

/// Longest text that counts as a label if a topic says nothing, in
/// characters.
const LONGEST: usize = 40;

/// Everything that is known of the words of screens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interface {
    /// What an app can offer, in the order of the file.
    #[serde(rename = "topic")]
    pub topics: Vec<Topic>,
}

/// One thing that an app offers, asks or says on its screens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Kebab-case name.
    pub id: String,
    /// Name for people.
    pub name: Bilingual,
    /// Found inside a short text of a screen.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Found only as the whole text; weak.
    #[serde(default)]
    pub whole: Vec<String>,
    /// A text that holds one of these is not it.
    #[serde(default)]
    pub not: Vec<String>,
    /// Identifiers split into words: names of resources, ids, classes,
    /// methods.
    #[serde(default)]
    pub names: Vec<String>,
    /// Parts of the path of an address.
    #[serde(default)]
    pub urls: Vec<String>,
    /// Longest text in characters that counts as a label.
    #[serde(default = "longest")]
    pub longest: usize,
    /// Where the words were seen.
    pub source: Vec<String>,
    /// How sure they are.
    pub certainty: TopicCertainty,
    /// Texts, names and addresses, and whether they are it.
    #[serde(default)]
    pub example: Vec<TopicExample>,
}

/// How sure the words of a topic are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TopicCertainty {
    /// Nearly all of them were read in published apps or rules.
    Seen,
    /// Most are from general knowledge.
    #[default]
    Memory,
}

/// A text, a name or an address, and whether it shows the topic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicExample {
    /// A text of a screen.
    pub label: Option<String>,
    /// A name in code or resources.
    pub name: Option<String>,
    /// An address, or its path.
    pub url: Option<String>,
    /// Whether it is found.
    pub found: bool,
}

const fn longest() -> usize {
    LONGEST
}

/// The words that this program knows.
///
/// # Panics
///
/// If the embedded file is wrong; the mistake is drawn. That is a defect of
/// the build which every test run meets.
pub fn interface() -> &'static Interface {
    static BUILTIN: LazyLock<Interface> = LazyLock::new(|| match Interface::load() {
        Ok(interface) => interface,
        Err(faults) => panic!("the catalogue of this build is wrong:\n{faults}"),
    });
    &BUILTIN
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    topic: Vec<Spanned<Topic>>,
}

impl Interface {
    /// Reads the embedded file.
    pub fn load() -> Result<Self, Faults> {
        let (file, source) = embedded(FILE);
        Self::of(load_file(FILE)?, &file, &source)
    }

    fn of(read: File, file: &str, source: &Arc<str>) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut ids = BTreeSet::new();
        let mut topics = Vec::new();
        for topic in read.topic {
            let span = topic.span();
            let topic = topic.into_inner();
            let mut mistakes = mistakes(&topic);
            if !ids.insert(topic.id.clone()) {
                mistakes.push(format!("`{}` is there twice", topic.id));
            }
            for message in mistakes {
                let span = Some(span.start..span.start.saturating_add(1));
                faults.push(Fault::new(file, source, span, message));
            }
            topics.push(topic);
        }
        if faults.is_empty() {
            Ok(Self { topics })
        } else {
            Err(Faults(faults))
        }
    }

    /// The topic of this id.
    pub fn get(&self, id: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.id == id)
    }
}

/// What is wrong with a topic, apart from what its examples show.
fn mistakes(topic: &Topic) -> Vec<String> {
    let mut mistakes = Vec::new();
    let id = &topic.id;
    let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(kebab) {
        mistakes.push(format!("`{id}` is no kebab-case name"));
    }
    if topic.name.zh.trim().is_empty() || topic.name.en.trim().is_empty() {
        mistakes.push(format!("`{id}` has no name in both languages"));
    }
    if topic.labels.is_empty() && topic.whole.is_empty() && topic.names.is_empty() {
        mistakes.push(format!("nothing shows `{id}`"));
    }
    for word in topic.labels.iter().chain(&topic.whole).chain(&topic.not) {
        if word.trim().is_empty() {
            mistakes.push(format!("`{id}` has an empty word"));
        } else if word.chars().count() > topic.longest.max(LONGEST) {
            mistakes.push(format!("`{word}` is longer than a label of `{id}` can be"));
        }
    }
    for name in &topic.names {
        let word = |word: &str| word.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9'));
        if name.is_empty() || !name.split(' ').all(|part| !part.is_empty() && word(part)) {
            mistakes.push(format!(
                "`{name}`: names are small words with one blank between"
            ));
        }
    }
    for url in &topic.urls {
        let plain = |c: char| c.is_ascii_graphic() && !c.is_ascii_uppercase();
        if url.len() < 4 || !url.chars().all(plain) {
            mistakes.push(format!("`{url}` is no part of an address in small letters"));
        }
    }
    for example in &topic.example {
        let given = [&example.label, &example.name, &example.url];
        if given.into_iter().flatten().count() != 1 {
            mistakes.push(format!(
                "an example of `{id}` gives one of label, name and url"
            ));
        }
    }
    mistakes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Topics that checks ask for.
    const ASKED: [&str; 23] = [
        "account-deletion",
        "sign-in",
        "sign-out",
        "consent-agree",
        "consent-refuse",
        "consent-vague",
        "consent-text",
        "policy-link",
        "terms-link",
        "settings",
        "about",
        "correction",
        "data-deletion",
        "data-export",
        "withdrawal",
        "complaint",
        "personalisation-switch",
        "collected-list",
        "shared-list",
        "face-verification",
        "other-verification",
        "skip-ad",
        "shake-ad",
    ];

    #[test]
    fn every_topic_that_checks_ask_for_is_there_with_examples() {
        for id in ASKED {
            let topic = interface().get(id).unwrap_or_else(|| panic!("{id}"));
            let found = |found| topic.example.iter().any(|e| e.found == found);
            assert!(found(true) && found(false), "{id}: examples of both kinds");
        }
    }

    #[test]
    fn a_mistake_is_told_with_its_topic() {
        let wrong = |text: &str| {
            let source: Arc<str> = text.into();
            let file = "interface.toml";
            let parsed = super::super::read(file, &source).unwrap();
            Interface::of(parsed, file, &source).unwrap_err().0[0]
                .message
                .clone()
        };
        let topic = "[[topic]]\nid = 'a'\nname = { zh = '甲', en = 'a' }\nsource = ['s']\n\
                     certainty = 'memory'\n";
        assert_eq!(wrong(topic), "nothing shows `a`");
        for (more, message) in [
            ("names = ['deleteAccount']", "small words"),
            ("names = ['delete  account']", "small words"),
            ("whole = ['x']\nurls = ['A/B/C']", "small letters"),
            ("labels = ['']", "an empty word"),
            ("whole = ['x']\n[[topic.example]]\nfound = true", "one of"),
        ] {
            let found = wrong(&format!("{topic}{more}"));
            assert!(found.contains(message), "{more}: {found}");
        }
        let twice = format!("{topic}whole = ['x']\n{topic}whole = ['x']\n");
        assert_eq!(wrong(&twice), "`a` is there twice");
    }
}
