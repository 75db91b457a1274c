//! What the documents of each set name: kinds of personal information,
//! permissions, SDKs.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::clauses::Level;
use super::lexicon::{DataHit, Lexicon, PermissionHit, Permissions, Polarity, Subject};
use super::listed::{self, ListedSdk, Matcher};
use super::quote::Quote;
use super::sentences::Sentences;
use super::sets::PolicySet;
use super::{Class, Document};

/// A kind of personal information that a set names; once for each thing
/// that is said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataMention {
    /// Id of the set.
    pub set: String,
    /// As in the set.
    pub main: bool,
    /// Id of the kind, or of the group if `broad`.
    pub kind: String,
    /// Whether it is a group: 设备信息.
    pub broad: bool,
    /// What is said of it.
    pub polarity: Polarity,
    /// Of whom.
    pub subject: Subject,
    /// The words, where they come first.
    pub quote: Quote,
}

/// A permission that a set names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionMention {
    /// Id of the set.
    pub set: String,
    /// As in the set.
    pub main: bool,
    /// Its constant.
    pub permission: String,
    /// Whether the text has the constant, not only words for it.
    pub constant: bool,
    /// The words, where they come first.
    pub quote: Quote,
}

/// An SDK or third party that a set lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedFact {
    /// Id of the set.
    pub set: String,
    /// As in the set.
    pub main: bool,
    /// The entry.
    pub entry: ListedSdk,
    /// The first words of it.
    pub quote: Quote,
}

/// What all sets name.
#[derive(Clone, Debug, Default)]
pub(super) struct Mentions {
    pub data: Vec<DataMention>,
    pub permissions: Vec<PermissionMention>,
    pub listed: Vec<ListedFact>,
}

/// The words of one document, whatever set it is in.
pub(super) struct Words {
    data: Vec<DataHit<'static>>,
    permissions: BTreeMap<&'static str, PermissionHit>,
    listed: Vec<ListedSdk>,
}

/// What the documents name. `texts` are their sentences.
pub(super) fn words(documents: &[Document], texts: &[Option<Sentences>]) -> Vec<Option<Words>> {
    let all = documents.iter().zip(texts);
    let words = all.map(|(document, text)| {
        let text = text.as_ref()?;
        let ((data, permissions), listed) = rayon::join(
            || {
                let data = Lexicon::builtin().read(text);
                (data, Permissions::builtin().read(text))
            },
            || match document.class {
                Class::Children => Vec::new(),
                _ => listed::read(&document.prose, Matcher::builtin()),
            },
        );
        Some(Words {
            data,
            permissions,
            listed,
        })
    });
    words.collect()
}

/// Joins what the documents of each set name. `texts` are their sentences,
/// `words` what [`words`] found in them.
pub(super) fn read(
    sets: &[PolicySet],
    documents: &[Document],
    texts: &[Option<Sentences>],
    words: &[Option<Words>],
) -> Mentions {
    let mut mentions = Mentions::default();
    let mut seen = BTreeSet::new();
    let mut listed = BTreeSet::new();
    for set in sets {
        for index in set
            .documents
            .iter()
            .filter_map(|n| usize::try_from(*n).ok())
        {
            let (Some(document), Some(Some(text)), Some(Some(words))) =
                (documents.get(index), texts.get(index), words.get(index))
            else {
                continue;
            };
            data(set, document, text, &words.data, &mut mentions, &mut seen);
            permissions(set, document, text, &words.permissions, &mut mentions);
            list(set, document, &words.listed, &mut mentions, &mut listed);
        }
    }
    mentions
}

fn data(
    set: &PolicySet,
    document: &Document,
    text: &Sentences,
    hits: &[DataHit<'_>],
    mentions: &mut Mentions,
    seen: &mut BTreeSet<(String, String, Polarity, Subject)>,
) {
    for hit in hits {
        let key = (
            set.id.clone(),
            hit.kind.to_owned(),
            hit.polarity,
            hit.subject,
        );
        let Some(sentence) = text.all.get(hit.sentence) else {
            continue;
        };
        if seen.insert(key) {
            mentions.data.push(DataMention {
                set: set.id.clone(),
                main: set.main,
                kind: hit.kind.to_owned(),
                broad: hit.broad,
                polarity: hit.polarity,
                subject: hit.subject,
                quote: Quote::of(document, text, sentence, &hit.at, Level::Medium),
            });
        }
    }
}

fn permissions(
    set: &PolicySet,
    document: &Document,
    text: &Sentences,
    hits: &BTreeMap<&str, PermissionHit>,
    mentions: &mut Mentions,
) {
    for (permission, hit) in hits {
        let known = mentions
            .permissions
            .iter()
            .any(|known| known.set == set.id && known.permission == *permission);
        let Some(sentence) = text.all.get(hit.sentence).filter(|_| !known) else {
            continue;
        };
        mentions.permissions.push(PermissionMention {
            set: set.id.clone(),
            main: set.main,
            permission: (*permission).to_owned(),
            constant: hit.constant,
            quote: Quote::of(document, text, sentence, &hit.at, Level::Medium),
        });
    }
}

fn list(
    set: &PolicySet,
    document: &Document,
    entries: &[ListedSdk],
    mentions: &mut Mentions,
    listed: &mut BTreeSet<(String, String, Option<String>, Option<String>)>,
) {
    for entry in entries {
        // What two documents of a set list in the same words is one entry.
        let key = (
            set.id.clone(),
            entry.name.clone(),
            entry.company.clone(),
            entry.platform.clone(),
        );
        if listed.insert(key) {
            mentions.listed.push(ListedFact {
                set: set.id.clone(),
                main: set.main,
                entry: entry.clone(),
                quote: Quote::at(document, &entry.at),
            });
        }
    }
}
