//! Names, values and texts by id, and ids by name.

use std::collections::BTreeSet;

use super::{BagItem, Config, Entry, Package, ResValue, ResourceTable, Texts};
use crate::decode::res_value;
use crate::decode::res_value::RawValue;
use crate::decode::xml::Value;

/// Longest chain of references that is followed; Android's own bound.
const CHAIN: usize = 20;

/// Most values that are looked at for the texts of one resource.
const TEXT_STEPS: usize = 4000;

/// Most bytes of text that are kept for one resource.
const TEXT_BYTES: usize = 4 << 20;

/// Types whose values are files or colours, never texts.
const FILE_TYPES: [&str; 13] = [
    "anim",
    "animator",
    "color",
    "drawable",
    "font",
    "interpolator",
    "layout",
    "menu",
    "mipmap",
    "navigation",
    "raw",
    "transition",
    "xml",
];

impl ResourceTable {
    /// `string/app_name`; none if the table has no such resource, as of the
    /// framework's ids. If the name was removed: `string/0x7f110001`.
    pub fn name(&self, id: u32) -> Option<String> {
        let entry = self.entries_of(self.final_id(id)).first()?;
        Some(self.entry_name(entry))
    }

    /// The resource with this type and name. If several packages have one,
    /// the first in the order of ids.
    pub fn find(&self, kind: &str, name: &str) -> Option<u32> {
        let mut found: Vec<u32> = Vec::new();
        for (at, package) in self.packages.iter().enumerate() {
            let types: Vec<u8> = package
                .types
                .iter()
                .filter(|(_, text)| *text == kind)
                .map(|(id, _)| *id)
                .collect();
            if types.is_empty() {
                continue;
            }
            let keys = self.keys_named(package, name);
            let at = u32::try_from(at).ok();
            let entry = self.entries.iter().find(|entry| {
                Some(entry.package) == at
                    && types.contains(&type_id(entry.id))
                    && keys.contains(&entry.key)
            });
            found.extend(entry.map(|entry| entry.id));
        }
        found.into_iter().min()
    }

    /// All ids, ascending.
    pub fn ids(&self) -> impl Iterator<Item = u32> {
        let mut last = None;
        self.entries.iter().filter_map(move |entry| {
            let new = last != Some(entry.id);
            last = Some(entry.id);
            new.then_some(entry.id)
        })
    }

    /// Ids of the resources of one type (`xml`, `string`), ascending.
    pub fn ids_of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = u32> + 'a {
        let mut last = None;
        self.entries.iter().filter_map(move |entry| {
            let new = last != Some(entry.id);
            last = Some(entry.id);
            (new && self.type_name(entry) == Some(kind)).then_some(entry.id)
        })
    }

    /// The values of a resource, the default first, references not followed.
    pub fn values(&self, id: u32) -> impl Iterator<Item = (&Config, &ResValue)> {
        self.entries_of(self.final_id(id))
            .iter()
            .filter_map(|entry| Some((self.config(entry)?, &entry.value)))
    }

    /// The items of a bag of this table; nothing for a single value.
    pub fn items(&self, value: &ResValue) -> &[BagItem] {
        let ResValue::Bag { first, count, .. } = value else {
            return &[];
        };
        let range = usize::try_from(*first)
            .ok()
            .zip(usize::try_from(*count).ok());
        range
            .and_then(|(first, count)| self.items.get(first..first.checked_add(count)?))
            .unwrap_or_default()
    }

    /// A stored value with its type, references not followed.
    pub fn typed(&self, value: RawValue) -> Value {
        value.typed(|index| self.string(index))
    }

    /// The texts of a resource by locale (BCP 47, empty for the default),
    /// references followed, each pair once, in file order with the default
    /// locale first.
    pub fn text(&self, id: u32) -> Vec<(String, String)> {
        let mut search = TextSearch {
            table: self,
            path: Vec::new(),
            steps: TEXT_STEPS,
            room: TEXT_BYTES,
            found: Vec::new(),
        };
        search.follow(id, "");
        let mut found = search.found;
        found.sort_by_key(|(locale, _)| !locale.is_empty());
        let mut kept = BTreeSet::new();
        found.retain(|pair| kept.insert(pair.clone()));
        found
    }

    /// The value of a resource in the default configuration, or in the
    /// first there is, references followed. None for unknown ids, bags and
    /// circles; a reference that leads out of the table stays one.
    pub fn resolve_value(&self, id: u32) -> Option<Value> {
        let mut id = id;
        for step in 0..CHAIN {
            let entries = self.entries_of(self.final_id(id));
            let Some(entry) = entries.first() else {
                return (step > 0).then_some(Value::Reference(id));
            };
            let ResValue::Item(value) = entry.value else {
                return None;
            };
            match value.reference() {
                Some(target) => id = target,
                None => return Some(self.typed(value)),
            }
        }
        None
    }

    /// Paths of the files that a resource stands for (`res/xml/a.xml`), in
    /// all configurations, references followed, each once.
    pub fn files(&self, id: u32) -> Vec<String> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            if seen.len() >= CHAIN || !seen.insert(id) {
                continue;
            }
            for entry in self.entries_of(self.final_id(id)) {
                let ResValue::Item(value) = entry.value else {
                    continue;
                };
                next.extend(value.reference());
                if let Some(path) = self.file(entry).filter(|path| !found.contains(path)) {
                    found.push(path);
                }
            }
        }
        found
    }

    /// Locales (BCP 47) for which the table has at least one value; the
    /// default is not among them.
    pub fn locales(&self) -> BTreeSet<String> {
        let used: BTreeSet<u32> = self.entries.iter().map(|entry| entry.config).collect();
        used.into_iter()
            .filter_map(|at| self.configs.get(usize::try_from(at).ok()?))
            .map(Config::locale)
            .filter(|locale| !locale.is_empty())
            .collect()
    }

    /// The path, if the value of `entry` is a file and not a text.
    pub(super) fn file(&self, entry: &Entry) -> Option<String> {
        let ResValue::Item(value) = entry.value else {
            return None;
        };
        if value.kind != res_value::STRING {
            return None;
        }
        let kind = self.type_name(entry).unwrap_or_default();
        let always = FILE_TYPES.contains(&kind);
        if !always && kind == "string" {
            return None;
        }
        self.string(value.data)
            .filter(|path| always || path.starts_with("res/"))
    }

    pub(super) fn config(&self, entry: &Entry) -> Option<&Config> {
        self.configs.get(usize::try_from(entry.config).ok()?)
    }

    pub(super) fn string(&self, index: u32) -> Option<String> {
        match &self.texts {
            Texts::Pool { bytes, values } => values.get(bytes, index),
            Texts::List(list) => list.get(usize::try_from(index).ok()?).cloned(),
        }
    }

    pub(super) fn type_name(&self, entry: &Entry) -> Option<&str> {
        let types = &self.package(entry)?.types;
        types.get(&type_id(entry.id)).map(String::as_str)
    }

    /// Names of all entries without their type, each once: `app_name`.
    /// Names that were removed are left out.
    pub fn entry_names(&self) -> impl Iterator<Item = String> {
        let keys: BTreeSet<(u32, u32)> = self
            .entries
            .iter()
            .map(|entry| (entry.package, entry.key))
            .collect();
        keys.into_iter().filter_map(|(package, key)| {
            let name = match &self.texts {
                Texts::Pool { bytes, .. } => {
                    let package = self.packages.get(usize::try_from(package).ok()?)?;
                    package.keys.get(bytes, key)
                }
                Texts::List(_) => self.string(key),
            };
            name.filter(|name| !name.is_empty())
        })
    }

    pub(super) fn entry_name(&self, entry: &Entry) -> String {
        let kind = self.type_name(entry).unwrap_or("?");
        let key = match &self.texts {
            Texts::Pool { bytes, .. } => self
                .package(entry)
                .and_then(|package| package.keys.get(bytes, entry.key)),
            Texts::List(_) => self.string(entry.key),
        };
        match key.filter(|key| !key.is_empty()) {
            Some(key) => format!("{kind}/{key}"),
            None => format!("{kind}/{:#010x}", entry.id),
        }
    }

    fn keys_named(&self, package: &Package, name: &str) -> BTreeSet<u32> {
        match &self.texts {
            Texts::Pool { bytes, .. } => (0..package.keys.len())
                .filter(|key| package.keys.get(bytes, *key).as_deref() == Some(name))
                .collect(),
            Texts::List(list) => (0..)
                .zip(list)
                .filter(|(_, text)| *text == name)
                .map(|(key, _)| key)
                .collect(),
        }
    }

    fn package(&self, entry: &Entry) -> Option<&Package> {
        self.packages.get(usize::try_from(entry.package).ok()?)
    }

    /// The id that a staged id stands for; others are final.
    fn final_id(&self, id: u32) -> u32 {
        self.aliases.get(&id).copied().unwrap_or(id)
    }

    /// Puts the entries in the order in which they are looked up: by id, and
    /// the default configuration first.
    pub(crate) fn sort_entries(&mut self) {
        let plain: Vec<bool> = self.configs.iter().map(Config::is_default).collect();
        let is_default = |entry: &Entry| {
            let at = usize::try_from(entry.config).ok();
            at.and_then(|at| plain.get(at)).copied().unwrap_or_default()
        };
        self.entries
            .sort_by_key(|entry| (entry.id, !is_default(entry)));
    }

    pub(super) fn entries_of(&self, id: u32) -> &[Entry] {
        let first = self.entries.partition_point(|entry| entry.id < id);
        let rest = self.entries.get(first..).unwrap_or_default();
        let count = rest.partition_point(|entry| entry.id == id);
        rest.get(..count).unwrap_or_default()
    }
}

struct TextSearch<'a> {
    table: &'a ResourceTable,
    /// The references that led here.
    path: Vec<u32>,
    steps: usize,
    room: usize,
    found: Vec<(String, String)>,
}

impl TextSearch<'_> {
    /// Adds the texts of `id`; for one `locale` only, or its fallback, if
    /// the reference came from there.
    fn follow(&mut self, id: u32, locale: &str) {
        if self.path.len() >= CHAIN || self.path.contains(&id) {
            return;
        }
        self.path.push(id);
        let table = self.table;
        let entries = table.entries_of(table.final_id(id));
        let entries = entries.get(..self.steps).unwrap_or(entries);
        self.steps = self.steps.saturating_sub(entries.len());
        let locale_of = |entry| table.config(entry).map(Config::locale).unwrap_or_default();
        let wanted = entries.iter().any(|entry| locale_of(entry) == locale);
        for entry in entries {
            let own = locale_of(entry);
            let fits = locale.is_empty() || own == if wanted { locale } else { "" };
            let ResValue::Item(value) = entry.value else {
                continue;
            };
            if !fits {
                continue;
            }
            let locale = if own.is_empty() { locale } else { &own };
            if let Some(target) = value.reference() {
                self.follow(target, locale);
            } else if value.kind == res_value::STRING
                && let Some(text) = table.string(value.data)
                && let Some(room) = self.room.checked_sub(text.len())
            {
                self.room = room;
                self.found.push((locale.to_owned(), text));
            }
        }
        self.path.pop();
    }
}

/// The type of a resource id.
fn type_id(id: u32) -> u8 {
    let [_, kind, _, _] = id.to_be_bytes();
    kind
}
