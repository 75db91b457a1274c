//! The SDKs and third parties that a text lists, each joined to the
//! catalogue.
//!
//! Four readers look at a text in turn, the most regular form first: tables,
//! keys with values, numbered or listed names, sentences. What one has read
//! the next leaves alone. All keep the words as they are written; what they
//! mean is for [`Matcher`] to say.

mod address;
mod fields;
mod fold;
mod functions;
mod index;
mod joining;
mod keyed;
mod matching;
mod named;
mod names;
mod phrases;
mod region;
mod sentences;
mod tables;
#[cfg(test)]
mod tests;

pub use matching::Matcher;

use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::decode::prose::Prose;

/// An SDK or third party as a text lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedSdk {
    /// What it is called, without number and bullet.
    pub name: String,
    /// The company that is said to offer it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// What it is said to be used for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// What it is said to collect or be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// How it is said to get it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Address of its policy or site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Packages and classes that the entry names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<String>,
    /// Platforms that the entry is for, where the text tells them apart:
    /// `android`, `ios`, `harmonyos`, or several joined by a comma.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// How the text lists it.
    pub form: Form,
    /// The entry in bytes of [`Prose::text`].
    #[serde(skip)]
    pub at: Range<usize>,
    /// SDKs of the catalogue that it discloses, sorted by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sdks: Vec<Joined>,
    /// Library of the catalogue that it is instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library: Option<String>,
}

/// How a text lists an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A row or a column of a table.
    Table,
    /// Keys with values.
    Keyed,
    /// A numbered paragraph or an item of a list.
    Numbered,
    /// A sentence.
    Sentence,
}

/// An SDK that an entry discloses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Joined {
    /// Its id.
    pub id: String,
    /// By what it was told.
    pub by: By,
}

/// By what an entry was joined to an SDK, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// Name of a package or class.
    Package,
    /// Address of the vendor's policy for it.
    Url,
    /// Its name.
    Alias,
    /// Vendor or channel with a function.
    Feature,
    /// Legal entity with a function.
    Company,
    /// The vendor alone: which of its SDKs is not clear.
    Vendor,
}

/// What an entry is to say beside the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// Who gets the data.
    Company,
    /// What for.
    Purpose,
    /// Which data.
    Data,
    /// Where its rules are.
    Link,
}

impl ListedSdk {
    fn new(name: String, form: Form, at: Range<usize>) -> Self {
        Self {
            name,
            company: None,
            purpose: None,
            data: None,
            method: None,
            link: None,
            packages: Vec::new(),
            platform: None,
            form,
            at,
            sdks: Vec::new(),
            library: None,
        }
    }

    /// What the entry does not say. A brand is no company: whom the data
    /// goes to must be told by a legal name, be it as a part of the name.
    pub fn missing(&self) -> Vec<Detail> {
        let company = self.company.is_some() || names::is_company(&self.name);
        [
            (Detail::Company, company),
            (Detail::Purpose, self.purpose.is_some()),
            (Detail::Data, self.data.is_some()),
            (Detail::Link, self.link.is_some()),
        ]
        .into_iter()
        .filter(|(_, said)| !said)
        .map(|(detail, _)| detail)
        .collect()
    }

    /// Takes what another entry for the same SDK says beyond this one.
    fn take_more(&mut self, other: Self) {
        self.company = self.company.take().or(other.company);
        self.purpose = self.purpose.take().or(other.purpose);
        self.data = self.data.take().or(other.data);
        self.method = self.method.take().or(other.method);
        self.link = self.link.take().or(other.link);
        for joined in other.sdks {
            if !self.sdks.iter().any(|sdk| sdk.id == joined.id) {
                self.sdks.push(joined);
            }
        }
        self.sdks.sort();
    }

    /// Puts words into a field; what is there already stays in front.
    fn put(&mut self, field: fields::Field, words: &str) {
        use fields::Field;
        let words = words.trim();
        let slot = match field {
            Field::Company => &mut self.company,
            Field::Purpose => &mut self.purpose,
            Field::Data => &mut self.data,
            Field::Method => &mut self.method,
            Field::Link => &mut self.link,
            Field::Platform => {
                self.platform = region::platform(words).or(self.platform.take());
                return;
            }
            Field::Package | Field::Name(_) | Field::Other => return,
        };
        let nothing = names::is_nothing(words);
        // "None" is an answer to which data, "-" is none.
        let says_none = field == Field::Data && words.contains('无');
        if nothing && !says_none || words.chars().count() > MAX_FIELD {
            return;
        }
        match slot {
            Some(text) if text.contains(words) || text.chars().count() > MAX_FIELD => {}
            Some(text) if field != Field::Link => {
                text.push('；');
                text.push_str(words);
            }
            Some(_) => {}
            None => *slot = Some(words.to_owned()),
        }
    }
}

/// Longest text of a field, in characters; longer is a part of the text that
/// was taken for a field.
const MAX_FIELD: usize = 4000;

/// Most entries that a text is read for.
const MAX_ENTRIES: usize = 3000;

/// The SDKs and third parties that a text lists, in its order.
pub fn read(prose: &Prose, matcher: &Matcher) -> Vec<ListedSdk> {
    let regions = region::Regions::of(prose, matcher);
    let mut taken = BTreeSet::new();
    let mut entries = tables::read(prose, &regions, matcher);
    entries.extend(keyed::read(prose, &regions, matcher, &mut taken));
    entries.extend(named::read(prose, &regions, matcher, &mut taken));
    for entry in &mut entries {
        finish(entry, prose, matcher);
    }
    entries.truncate(MAX_ENTRIES);
    let more = sentences::read(prose, &regions, matcher, &taken);
    let mut told: Vec<Told> = entries.iter().map(Told::of).collect();
    for mut entry in more {
        finish(&mut entry, prose, matcher);
        let new = Told::of(&entry);
        let same = told.iter().position(|other| other.tells(&new));
        if let Some(other) = same.and_then(|at| entries.get_mut(at)) {
            other.take_more(entry);
        } else {
            told.push(new);
            entries.push(entry);
        }
    }
    entries.sort_by_key(|entry| entry.at.start);
    entries.truncate(MAX_ENTRIES);
    entries
}

/// Fills in what the words of an entry say by themselves, and joins it.
fn finish(entry: &mut ListedSdk, prose: &Prose, matcher: &Matcher) {
    let whole = prose.words(&entry.at);
    for package in names::packages(whole) {
        if !entry.packages.contains(&package) {
            entry.packages.push(package);
        }
    }
    if let Some(link) = entry.link.take() {
        let address = names::addresses(&link).next().map(str::to_owned);
        entry.link = address
            .or_else(|| target_at(prose, &entry.at))
            .or_else(|| Some(link).filter(|link| link.contains('.') && link.is_ascii()));
    }
    if entry.link.is_none() {
        entry.link = target_at(prose, &entry.at)
            .or_else(|| names::addresses(whole).next().map(str::to_owned));
    }
    if entry.company.is_none() {
        entry.company = names::company_in(&entry.name)
            .or_else(|| names::company_in(whole))
            .map(str::to_owned);
    }
    if entry.platform.is_none() {
        entry.platform = region::platform_in_brackets(&entry.name);
    }
    matcher.join(entry, whole);
}

/// Target of the first web link within a range of the text.
fn target_at(prose: &Prose, at: &Range<usize>) -> Option<String> {
    let from = prose.links.partition_point(|link| link.at.end <= at.start);
    prose
        .links
        .iter()
        .skip(from)
        .take_while(|link| link.at.start < at.end)
        .map(|link| link.target.trim())
        .find(|target| target.starts_with("http://") || target.starts_with("https://"))
        .map(str::to_owned)
}

/// What an entry tells: its bare name, and the SDKs it surely is.
struct Told {
    name: String,
    sdks: BTreeSet<String>,
}

impl Told {
    fn of(entry: &ListedSdk) -> Self {
        let folded = fold::fold(names::before_bracket(&entry.name));
        let name = fold::barer(&folded).last().copied().unwrap_or(&folded);
        let certain = entry.sdks.iter().filter(|sdk| sdk.by != By::Vendor);
        Self {
            name: name.to_owned(),
            sdks: certain.map(|sdk| sdk.id.clone()).collect(),
        }
    }

    /// Whether another entry speaks of the same SDK.
    fn tells(&self, other: &Self) -> bool {
        self.name == other.name || !other.sdks.is_disjoint(&self.sdks)
    }
}
