//! The resources of a package by type, name and locale, and their ids.

use std::collections::BTreeMap;

use super::bytes::size32;
use super::error::SampleError;

/// Id of the application's own package.
const PACKAGE_ID: u32 = 0x7f;

/// What a resource is in one locale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Text(String),
    /// Entry name of a file.
    File(String),
}

/// A resource in all its locales; an empty locale is the default.
pub(super) type Locales = BTreeMap<String, Item>;

/// All resources of an app. Ids follow the alphabet.
#[derive(Clone, Debug, Default)]
pub(super) struct Resources {
    pub types: BTreeMap<String, BTreeMap<String, Locales>>,
}

impl Resources {
    pub fn add(&mut self, kind: &str, name: &str, locale: &str, item: Item) {
        self.types
            .entry(kind.to_owned())
            .or_default()
            .entry(name.to_owned())
            .or_default()
            .insert(locale.to_owned(), item);
    }

    /// Adds what a path below `res/` stands for: `res/raw-zh-rCN/a.html` is
    /// `raw/a`. Paths whose qualifiers are no locale are left out.
    pub fn add_file(&mut self, path: &str) {
        let Some((directory, file)) = path
            .strip_prefix("res/")
            .and_then(|inside| inside.split_once('/'))
        else {
            return;
        };
        let (kind, qualifiers) = directory.split_once('-').unwrap_or((directory, ""));
        let name = file.split('.').next().unwrap_or(file);
        if let Some(locale) = locale_of(qualifiers) {
            self.add(kind, name, &locale, Item::File(path.to_owned()));
        }
    }

    /// The same resources and ids, with the values of one split alone.
    pub fn emptied(&self) -> Self {
        let mut copy = self.clone();
        for names in copy.types.values_mut() {
            names.values_mut().for_each(BTreeMap::clear);
        }
        copy
    }

    pub fn is_empty(&self) -> bool {
        self.types
            .values()
            .flat_map(BTreeMap::values)
            .all(BTreeMap::is_empty)
    }

    /// The id of `string/app_name`.
    pub fn id(&self, resource: &str) -> Result<u32, SampleError> {
        let missing = || SampleError::new("", format!("there is no resource @{resource}"));
        let (kind, name) = resource.split_once('/').ok_or_else(missing)?;
        let (type_index, names) = (1_usize..)
            .zip(&self.types)
            .find(|(_, (known, _))| *known == kind)
            .map(|(index, (_, names))| (index, names))
            .ok_or_else(missing)?;
        let entry = names
            .keys()
            .position(|known| known == name)
            .ok_or_else(missing)?;
        Ok(PACKAGE_ID << 24 | size32(type_index) << 16 | size32(entry))
    }
}

/// `zh-rCN` and `b+zh+Hant+TW` as BCP 47 tags.
fn locale_of(qualifiers: &str) -> Option<String> {
    if let Some(tag) = qualifiers.strip_prefix("b+") {
        return Some(tag.replace('+', "-"));
    }
    let (language, region) = match qualifiers.split_once("-r") {
        Some((language, region)) => (language, Some(region)),
        None => (qualifiers, None),
    };
    let lower = language.bytes().all(|b| b.is_ascii_lowercase());
    if !lower || !matches!(language.len(), 0 | 2 | 3) || region.is_some_and(|r| r.contains('-')) {
        return None;
    }
    Some(match region {
        Some(region) => format!("{language}-{region}"),
        None => language.to_owned(),
    })
}

/// The parts of a BCP 47 tag: language, script, region. `None` if it has
/// others.
pub(super) fn parts(locale: &str) -> Option<(&str, &str, &str)> {
    let mut rest = locale.split('-').peekable();
    let language = rest.next().unwrap_or_default();
    let script = rest.next_if(|part| part.len() == 4).unwrap_or_default();
    let region = rest
        .next_if(|part| matches!(part.len(), 2 | 3))
        .unwrap_or_default();
    let good = matches!(language.len(), 0 | 2 | 3)
        && locale
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (good && rest.next().is_none()).then_some((language, script, region))
}

/// A locale as a resource directory writes it: `zh-rCN`, `b+zh+Hant`.
pub(super) fn qualifiers(locale: &str) -> String {
    match parts(locale) {
        Some((language, "", "")) => language.to_owned(),
        Some((language, "", region)) if region.len() == 2 => format!("{language}-r{region}"),
        _ => format!("b+{}", locale.replace('-', "+")),
    }
}
