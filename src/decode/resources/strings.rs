//! All texts of a table.

use super::{Config, Entry, ResValue, ResourceTable};
use crate::decode::res_value;

/// A text of a resource table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringEntry {
    /// Id of the resource.
    pub id: u32,
    /// `string/app_name`, `array/planets[0]`, `plurals/songs[one]`.
    pub name: String,
    /// BCP 47 tag; empty for the default.
    pub locale: String,
    /// All qualifiers, as in the name of a resource folder.
    pub qualifiers: String,
    /// The text.
    pub text: String,
}

/// Iterates over the texts of a table: see [`ResourceTable::strings`].
#[derive(Debug)]
pub struct Strings<'a> {
    table: &'a ResourceTable,
    entry: usize,
    item: usize,
    /// Locale and qualifiers of the configuration last seen: mostly the
    /// same for many entries.
    config: Option<(u32, String, String)>,
}

impl ResourceTable {
    /// Every text of the table in the order of ids: values of type string,
    /// and items of arrays, plurals and styles. References are not followed
    /// and paths of files are left out.
    pub fn strings(&self) -> Strings<'_> {
        Strings {
            table: self,
            entry: 0,
            item: 0,
            config: None,
        }
    }
}

impl Iterator for Strings<'_> {
    type Item = StringEntry;

    fn next(&mut self) -> Option<StringEntry> {
        loop {
            let entry = self.table.entries.get(self.entry)?;
            match &entry.value {
                ResValue::Item(value) => {
                    self.entry = self.entry.saturating_add(1);
                    if value.kind == res_value::STRING
                        && self.table.file(entry).is_none()
                        && let Some(text) = self.table.string(value.data)
                    {
                        let name = self.table.entry_name(entry);
                        return Some(self.found(entry, name, text));
                    }
                }
                bag @ ResValue::Bag { .. } => {
                    let Some(item) = self.table.items(bag).get(self.item) else {
                        self.entry = self.entry.saturating_add(1);
                        self.item = 0;
                        continue;
                    };
                    let at = self.item;
                    self.item = self.item.saturating_add(1);
                    if item.value.kind == res_value::STRING
                        && let Some(text) = self.table.string(item.value.data)
                    {
                        // Not every writer of arrays numbers the items alike.
                        let label = match self.table.type_name(entry) {
                            Some("array") => at.to_string(),
                            _ => item.label(),
                        };
                        let name = format!("{}[{label}]", self.table.entry_name(entry));
                        return Some(self.found(entry, name, text));
                    }
                }
            }
        }
    }
}

impl Strings<'_> {
    fn found(&mut self, entry: &Entry, name: String, text: String) -> StringEntry {
        let (locale, qualifiers) = match &self.config {
            Some((at, locale, qualifiers)) if *at == entry.config => {
                (locale.clone(), qualifiers.clone())
            }
            _ => {
                let config = self.table.config(entry);
                let locale = config.map(Config::locale).unwrap_or_default();
                let qualifiers = config.map(Config::qualifiers).unwrap_or_default();
                self.config = Some((entry.config, locale.clone(), qualifiers.clone()));
                (locale, qualifiers)
            }
        };
        StringEntry {
            id: entry.id,
            name,
            locale,
            qualifiers,
            text,
        }
    }
}
