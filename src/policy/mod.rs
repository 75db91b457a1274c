//! Policy texts: where they are in the package, what kind of text each is,
//! and what it says: clauses, personal information, permissions, SDKs.

mod bundles;
mod classify;
pub mod clauses;
mod consent;
mod date;
mod discover;
mod files;
mod lexicon;
mod listed;
mod mentions;
mod names;
mod normal;
mod notes;
mod pages;
mod products;
mod quote;
mod sentences;
mod sets;
mod strings;
mod terms;
#[cfg(test)]
mod tests;
mod wordlist;

pub use discover::{Discovery, Shown};
pub use lexicon::{Polarity, Subject};
pub use listed::{By, Detail, Form, Joined, ListedSdk, Matcher};
pub use mentions::{DataMention, ListedFact, PermissionMention};
pub use normal::{Normal, is_han};
pub use notes::UrlNote;
pub use products::{AppNames, NamesApp, ProductName};
pub use quote::Quote;
pub use sentences::{Sentence, Sentences};

pub use terms::is_word;
pub use wordlist::WordList;

pub use sets::{ClauseFact, ClauseVerdict, Number, PolicySet};

use serde::{Deserialize, Serialize};

use crate::decode::prose::{Prose, Source};
use crate::evidence::Place;

/// What was found of policy texts, and what was searched for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFacts {
    /// Texts, sorted by place.
    pub documents: Vec<Document>,
    /// Documents that are judged together.
    pub sets: Vec<PolicySet>,
    /// What each set says of each clause, by set and id.
    pub clauses: Vec<ClauseFact>,
    /// Kinds of personal information that each set names.
    pub data: Vec<DataMention>,
    /// Permissions that each set names.
    pub permissions: Vec<PermissionMention>,
    /// SDKs and third parties that each set lists, in its order.
    pub listed: Vec<ListedFact>,
    /// Whether there is a policy to judge, or one is known to be somewhere
    /// that was not read: only linked, damaged, beyond a limit.
    pub known: bool,
    /// Links to policies and agreements, sorted.
    pub urls: Vec<PolicyUrl>,
    /// Words of the user interface that name a policy, sorted.
    pub labels: Vec<Label>,
    /// What was looked through.
    pub searched: Searched,
}

/// One text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Where; of a text in several strings the first, with the name of the
    /// last.
    pub place: Place,
    /// In what it was carried.
    pub origin: Origin,
    /// What kind of text it is, by its title and first 300 characters.
    pub class: Class,
    /// Language, by counting Han and Latin letters.
    pub language: Language,
    /// Locale of the resource it stands in, if any: `zh-CN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Title, or the first line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Length of the plain text in characters.
    pub chars: u64,
    /// Effective or updated date if the text states one, as `YYYY-MM-DD`;
    /// `YYYY-MM` if it names no day, `YYYY` if day and month cannot be told
    /// apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Whether a year of this century stands in the first or last 300
    /// characters: maybe a date in a form that is not known.
    #[serde(default)]
    pub year_named: bool,
    /// Encoding of the file: `UTF-8`, `gb18030`.
    pub encoding: String,
    /// SHA-256 of the plain text in UTF-8, hexadecimal.
    pub sha256: String,
    /// Buttons, if it is shown in a consent dialog.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// The text laid out. Not part of the serialised facts.
    #[serde(skip)]
    pub prose: Prose,
    /// Whether its class was told by its own words.
    #[serde(skip)]
    recognised: bool,
    /// What the offsets of the text lead to.
    #[serde(skip)]
    back: Back,
}

/// What the offsets of a text lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Back {
    /// The document as a whole.
    #[default]
    Whole,
    /// A file.
    File(Source),
    /// Strings of which the text was put together: where each begins in it,
    /// in bytes, and its place.
    Parts(Vec<(usize, Place)>),
}

impl Document {
    /// Where byte `at` of the text stands.
    pub fn place_of(&self, at: usize) -> Place {
        let at = self.prose.source(at);
        match &self.back {
            Back::Whole => self.place.clone(),
            Back::File(source) => source.place(&self.place, at),
            Back::Parts(parts) => {
                let after = parts.partition_point(|(start, _)| *start <= at);
                let part = after.checked_sub(1).and_then(|part| parts.get(part));
                part.map_or(&self.place, |(_, place)| place).clone()
            }
        }
    }
}

/// A button of a consent dialog.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Button {
    /// What it does.
    pub kind: ButtonKind,
    /// Its text.
    pub text: String,
    /// Where.
    pub place: Place,
}

/// What a button of a consent dialog does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ButtonKind {
    /// Agrees.
    Accept,
    /// Refuses, or leaves.
    Refuse,
}

/// In what a text was carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A file of the package.
    File,
    /// A string resource.
    Resource,
    /// A string constant in code: DEX, or what a framework runs.
    Code,
    /// A file given beside the package.
    Given,
}

/// What kind of text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Privacy policy.
    Policy,
    /// User agreement, terms of service.
    UserAgreement,
    /// List of SDKs or third parties.
    SdkList,
    /// Children's privacy rules.
    Children,
    /// Permissions and their purposes.
    PermissionNote,
    /// Short notice or consent dialog: speaks of privacy, too short to be
    /// the policy.
    ShortNotice,
    /// Open-source licences.
    Licence,
    /// What the vendor of an SDK tells the developers who use it.
    VendorNotice,
    /// None of these by simple rules.
    Unknown,
}

/// Language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Chinese.
    Zh,
    /// English, or at least Latin script with English function words.
    En,
    /// Anything else.
    Other,
}

/// A link to a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolicyUrl {
    /// The URL as written.
    pub url: String,
    /// Where; the first place if it stands in several.
    pub place: Place,
    /// What the address says of itself, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<UrlNote>,
}

/// A text of the user interface that names a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Label {
    /// The text as written, at most 200 characters.
    pub text: String,
    /// Where; the first place if it stands in several.
    pub place: Place,
}

/// How much was looked through: the ground for saying that nothing is
/// there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    /// Files whose text was read.
    pub files: u64,
    /// Resource strings and string constants.
    pub strings: u64,
}
