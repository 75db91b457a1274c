//! One shape for resource tables, whatever they were written as:
//! `resources.arsc` of an APK or `resources.pb` of an app bundle.
//!
//! A table keeps the bytes it came from and decodes texts when asked.

mod config;
mod lookup;
mod strings;

use std::collections::BTreeMap;

pub use config::Config;
pub use strings::{StringEntry, Strings};

use super::res_value::RawValue;
use super::string_pool::StringPool;
use super::xml::Oddity;

/// The resources of an app.
///
/// Ids are the framework's `0xPPTTEEEE`: package, type, entry.
#[derive(Clone, Debug, Default)]
pub struct ResourceTable {
    /// Where [`RawValue`] strings and entry names lie.
    pub(crate) texts: Texts,
    pub(crate) packages: Vec<Package>,
    pub(crate) configs: Vec<Config>,
    /// Sorted by id; of one id the default first, the others in file order.
    pub(crate) entries: Vec<Entry>,
    /// Contents of the bags.
    pub(crate) items: Vec<BagItem>,
    /// Ids given to staged resources, and the final ids they stand for.
    pub(crate) aliases: BTreeMap<u32, u32>,
    pub(crate) libraries: BTreeMap<u32, String>,
    pub(crate) oddities: Vec<Oddity>,
    pub(crate) lost: Option<String>,
}

/// Where the texts of a table are.
#[derive(Clone, Debug)]
pub(crate) enum Texts {
    /// In the file, found through its string pools.
    Pool { bytes: Vec<u8>, values: StringPool },
    /// Here.
    List(Vec<String>),
}

impl Default for Texts {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

/// One package of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Package {
    pub id: u32,
    pub name: String,
    /// Names of the types by type id.
    pub types: BTreeMap<u8, String>,
    /// Names of the entries, unless they are in [`Texts::List`].
    pub keys: StringPool,
}

/// One value of one resource in one configuration.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub id: u32,
    /// Name of the entry, in the package's keys.
    pub key: u32,
    pub package: u32,
    pub config: u32,
    pub value: ResValue,
}

/// What a resource is in one configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResValue {
    /// A single value.
    Item(RawValue),
    /// A style, an array, plurals or an attribute definition: items under
    /// keys, see [`ResourceTable::items`].
    Bag {
        /// Style that this one inherits from; 0 if none.
        parent: u32,
        /// Where the items lie in the table.
        first: u32,
        /// How many there are.
        count: u32,
    },
}

/// One item of a bag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BagItem {
    /// Id of an attribute (styles); position or quantity (arrays, plurals),
    /// see [`BagItem::label`].
    pub key: u32,
    /// The value.
    pub value: RawValue,
}

impl BagItem {
    /// The part of a name that tells this item from the others of its bag:
    /// `0`, `1`, … in arrays, `one`, `other`, … in plurals, and the id of
    /// the attribute elsewhere.
    pub fn label(&self) -> String {
        match self.key {
            0x0100_0004 => "other".to_owned(),
            0x0100_0005 => "zero".to_owned(),
            0x0100_0006 => "one".to_owned(),
            0x0100_0007 => "two".to_owned(),
            0x0100_0008 => "few".to_owned(),
            0x0100_0009 => "many".to_owned(),
            0x0200_0000..=0x0200_ffff => (self.key & 0xffff).to_string(),
            other => format!("{other:#010x}"),
        }
    }
}

impl ResourceTable {
    /// What is unusual about the file: kind, particulars, offset in bytes.
    /// At most a hundred.
    pub fn anomalies(&self) -> &[Oddity] {
        &self.oddities
    }

    /// What is missing from the table because it could not be read, if
    /// anything is: the first such thing, in English.
    pub fn lost(&self) -> Option<&str> {
        self.lost.as_deref()
    }

    /// Packages of the table: id and name.
    pub fn packages(&self) -> impl Iterator<Item = (u32, &str)> {
        self.packages.iter().map(|p| (p.id, p.name.as_str()))
    }

    /// Shared libraries that the table refers to: id at build time and
    /// package name.
    pub fn libraries(&self) -> impl Iterator<Item = (u32, &str)> {
        self.libraries.iter().map(|(id, name)| (*id, name.as_str()))
    }

    /// Number of values over all configurations.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the table has no values.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
