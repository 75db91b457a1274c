//! Resource strings by locale.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::app::Table;

/// Resource strings of the app. Counts always; texts only if asked for,
/// since they can be many megabytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StringFacts {
    /// Number of string values per locale; the empty locale is the default.
    pub locales: BTreeMap<String, usize>,
    /// The texts, sorted; absent unless asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<StringText>,
}

/// One string value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StringText {
    /// Resource name: `string/app_name`, `array/planets[0]`,
    /// `plurals/songs[one]`.
    pub name: String,
    /// Locale; empty for the default.
    pub locale: String,
    /// All qualifiers, locale included, as aapt2 prints them.
    pub qualifiers: String,
    /// The text.
    pub text: String,
}

impl StringFacts {
    /// Counts the strings of all tables, and lists them if `with_texts`.
    pub(super) fn read(tables: &[Table], with_texts: bool) -> Self {
        let mut facts = Self::default();
        for string in tables.iter().flat_map(|table| table.resources.strings()) {
            *facts.locales.entry(string.locale.clone()).or_default() += 1;
            if with_texts {
                facts.texts.push(StringText {
                    name: string.name,
                    locale: string.locale,
                    qualifiers: string.qualifiers,
                    text: string.text,
                });
            }
        }
        facts.texts.sort();
        facts
    }
}
