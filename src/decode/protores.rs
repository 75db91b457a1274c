//! `resources.pb`: the resource table of an app bundle.
//!
//! Source: `message ResourceTable` of `Resources.proto`, `Configuration.proto`
//! and `ProtoDeserialize.cpp` of aapt2. The table is the one that the APKs
//! made from the bundle carry in `resources.arsc`; what exists at build time
//! only (styleables, macros, values behind disabled flags) is left out.

mod bag;
mod config;
mod intern;

use std::collections::BTreeMap;

use super::DecodeError;
use super::proto::{self, Item, Message, Wire};
use super::res_value::{self, RawValue};
use super::resources::{Config, Entry, Package, ResValue, ResourceTable, Texts};
use super::xml::note;
use crate::limits::Limits;
use intern::Intern;

const WHAT: &str = "resource message";
/// Most packages: as many as there are ids for.
const PACKAGES: usize = 256;
/// Most configurations that differ. The framework itself has some 300.
const CONFIGS: usize = 1 << 16;

/// Reads a resource table.
///
/// # Errors
/// When the bytes are no such message, or when there are more packages or
/// configurations than any real table has.
pub fn parse(data: &[u8], _limits: &Limits) -> Result<ResourceTable, DecodeError> {
    let mut reader = Reader {
        table: ResourceTable::default(),
        texts: Intern::default(),
        configs: BTreeMap::new(),
    };
    reader.table(&Message::whole(data, WHAT))?;
    let mut table = reader.table;
    table.sort_entries();
    table.texts = Texts::List(reader.texts.finish());
    Ok(table)
}

struct Reader<'a> {
    table: ResourceTable,
    texts: Intern<'a>,
    configs: BTreeMap<Config, u32>,
}

/// Where an entry belongs.
#[derive(Clone, Copy)]
struct Place {
    /// Position among the packages of the table.
    package: u32,
    /// Package id and type id in their places.
    id: u32,
}

impl<'a> Reader<'a> {
    fn table(&mut self, message: &Message<'a>) -> Result<(), DecodeError> {
        const PACKAGE: u32 = 2;
        const DYNAMIC_REF_TABLE: u32 = 5;
        for field in message.fields() {
            match field? {
                (PACKAGE, Wire::Bytes(package)) => self.package(&package)?,
                (DYNAMIC_REF_TABLE, Wire::Bytes(library)) => self.library(&library)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn library(&mut self, message: &Message<'a>) -> Result<(), DecodeError> {
        let mut id = 0;
        let mut name = String::new();
        for field in message.fields() {
            match field? {
                (1, Wire::Bytes(wrapped)) => id = wrapped.number(1)?,
                (2, Wire::Bytes(text)) => name = text.text(),
                _ => {}
            }
        }
        self.table.libraries.insert(id, name);
        Ok(())
    }

    fn package(&mut self, message: &Message<'a>) -> Result<(), DecodeError> {
        const ID: u32 = 1;
        const NAME: u32 = 2;
        const TYPE: u32 = 3;
        if self.table.packages.len() >= PACKAGES {
            let offset = message.offset();
            return Err(DecodeError::new(WHAT, "has too many packages", offset));
        }
        let mut package = Package::default();
        for field in message.fields() {
            match field? {
                (ID, Wire::Bytes(wrapped)) => package.id = wrapped.number(1)? & 0xff,
                (NAME, Wire::Bytes(text)) => package.name = text.text(),
                _ => {}
            }
        }
        let place = Place {
            package: count(self.table.packages.len()),
            id: package.id << 24,
        };
        self.table.packages.push(package);
        for field in message.fields() {
            if let (TYPE, Wire::Bytes(kind)) = field? {
                self.kind(&kind, place)?;
            }
        }
        Ok(())
    }

    fn kind(&mut self, message: &Message<'a>, place: Place) -> Result<(), DecodeError> {
        const ID: u32 = 1;
        const NAME: u32 = 2;
        const ENTRY: u32 = 3;
        let mut id = 0;
        let mut name = String::new();
        for field in message.fields() {
            match field? {
                (ID, Wire::Bytes(wrapped)) => id = wrapped.number(1)?,
                (NAME, Wire::Bytes(text)) => name = text.text(),
                _ => {}
            }
        }
        let Some(id) = u8::try_from(id).ok().filter(|id| *id > 0) else {
            let detail = format!("type {name} has the id {id}: not read");
            self.lose("protores-type-id", detail, message);
            return Ok(());
        };
        if let Some(package) = self.table.packages.last_mut() {
            package.types.insert(id, name);
        }
        let place = Place {
            id: place.id | u32::from(id) << 16,
            ..place
        };
        for field in message.fields() {
            if let (ENTRY, Wire::Bytes(entry)) = field? {
                self.entry(&entry, place)?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, message: &Message<'a>, place: Place) -> Result<(), DecodeError> {
        const ID: u32 = 1;
        const NAME: u32 = 2;
        const CONFIG_VALUE: u32 = 6;
        const STAGED_ID: u32 = 7;
        const FLAGGED_VALUE: u32 = 9;
        let mut index = 0;
        let mut name = None;
        let mut staged = 0;
        for field in message.fields() {
            match field? {
                (ID, Wire::Bytes(wrapped)) => index = wrapped.number(1)?,
                (NAME, Wire::Bytes(text)) => name = Some(text),
                (STAGED_ID, Wire::Bytes(wrapped)) => staged = wrapped.number(2)?,
                _ => {}
            }
        }
        if index > 0xffff {
            let detail = format!("entry has the id {index}: not read");
            self.lose("protores-entry-id", detail, message);
            return Ok(());
        }
        let id = place.id | index;
        if staged != 0 {
            self.table.aliases.insert(staged, id);
        }
        let key = name.map_or(intern::NONE, |name| self.texts.add(&name));
        for field in message.fields() {
            if let (CONFIG_VALUE | FLAGGED_VALUE, Wire::Bytes(pair)) = field? {
                self.config_value(&pair, id, key, place)?;
            }
        }
        Ok(())
    }

    fn config_value(
        &mut self,
        message: &Message<'a>,
        id: u32,
        key: u32,
        place: Place,
    ) -> Result<(), DecodeError> {
        const CONFIG: u32 = 1;
        const VALUE: u32 = 2;
        let mut config = Config::default();
        let mut value = None;
        for field in message.fields() {
            match field? {
                (CONFIG, Wire::Bytes(message)) => config = config::read(&message)?,
                (VALUE, Wire::Bytes(message)) => value = Some(message),
                _ => {}
            }
        }
        let Some(value) = value else {
            return Ok(());
        };
        let Some(value) = self.value(&value)? else {
            return Ok(());
        };
        let config = self.config(config, message)?;
        self.table.entries.push(Entry {
            id,
            key,
            package: place.package,
            config,
            value,
        });
        Ok(())
    }

    fn value(&mut self, message: &Message<'a>) -> Result<Option<ResValue>, DecodeError> {
        const ITEM: u32 = 4;
        const COMPOUND: u32 = 5;
        let mut found = None;
        for field in message.fields() {
            if let (number @ (ITEM | COMPOUND), Wire::Bytes(value)) = field? {
                found = Some((number, value));
            }
        }
        match found {
            Some((ITEM, item)) => Ok(self.item(&item)?.map(ResValue::Item)),
            Some((_, compound)) => self.compound(&compound),
            None => Ok(None),
        }
    }

    /// A single value as the binary table stores it. A reference by name
    /// only, which no linked bundle has, leads nowhere.
    fn item(&mut self, message: &Message<'a>) -> Result<Option<RawValue>, DecodeError> {
        Ok(proto::item(message)?.map(|item| match item {
            Item::Raw(raw) => raw,
            Item::Text(text) => RawValue {
                kind: res_value::STRING,
                data: self.texts.add(&text),
            },
            Item::Named(name) => {
                let detail = format!("{name} has no id");
                self.lose("protores-reference", detail, message);
                RawValue {
                    kind: res_value::REFERENCE,
                    data: 0,
                }
            }
        }))
    }

    fn config(&mut self, config: Config, message: &Message<'a>) -> Result<u32, DecodeError> {
        if let Some(at) = self.configs.get(&config) {
            return Ok(*at);
        }
        if self.table.configs.len() >= CONFIGS {
            let why = "has too many configurations";
            return Err(DecodeError::new(WHAT, why, message.offset()));
        }
        let at = count(self.table.configs.len());
        self.table.configs.push(config.clone());
        self.configs.insert(config, at);
        Ok(at)
    }

    /// Something without which the table is not whole.
    fn lose(&mut self, kind: &'static str, detail: String, message: &Message<'a>) {
        self.table.lost.get_or_insert_with(|| detail.clone());
        note(&mut self.table.oddities, kind, detail, message.offset());
    }
}

/// A count of things in memory as an index of the table.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
