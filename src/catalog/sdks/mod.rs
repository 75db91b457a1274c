//! The SDKs and libraries that this program knows, and the vocabularies in
//! which their entries speak.

mod entry;
mod lint;

pub use entry::{
    Aliases, Category, Data, DataKind, Evidence, Floor, Grounds, Library, Notice, OnOff, Sdk,
    Start, Switch, VersionSource,
};

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use rayon::prelude::*;
use serde::Deserialize;

use super::{EMBEDDED, Fault, Faults, by_id, embedded, read};

/// Every SDK and library of the catalogue.
#[derive(Clone, Debug, Default)]
pub struct Sdks {
    /// SDKs that handle personal information, sorted by id.
    pub sdks: Vec<Sdk>,
    /// Libraries that collect nothing, sorted by id.
    pub libraries: Vec<Library>,
    /// Categories by id.
    pub categories: BTreeMap<String, Category>,
    /// Kinds of data by id.
    pub kinds: BTreeMap<String, DataKind>,
}

/// The SDKs that this program carries.
///
/// # Panics
///
/// If an embedded file is wrong; the mistake is drawn. That is a defect of
/// the build which every test run meets.
pub fn sdks() -> &'static Sdks {
    static BUILTIN: LazyLock<Sdks> = LazyLock::new(|| match Sdks::load() {
        Ok(sdks) => sdks,
        Err(faults) => panic!("the SDK catalogue of this build is wrong:\n{faults}"),
    });
    &BUILTIN
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LibraryFile {
    library: Vec<Library>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryFile {
    category: Vec<toml::Spanned<Category>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    kind: Vec<toml::Spanned<DataKind>>,
}

impl Sdks {
    /// Reads the embedded files. [`Sdks::lint`] checks what they say.
    pub fn load() -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut sdks = Vec::new();
        let mut libraries = Vec::new();
        let files: Vec<_> = EMBEDDED
            .par_iter()
            .filter_map(|(path, text)| Some((*path, Entries::read(path, text)?)))
            .collect();
        for (_, entries) in files {
            match entries {
                Ok(Entries::Sdk(sdk)) => sdks.push(*sdk),
                Ok(Entries::Libraries(more)) => libraries.extend(more),
                Err(fault) => faults.push(fault),
            }
        }
        sdks.sort_by(|a, b| a.id.cmp(&b.id));
        libraries.sort_by(|a, b| a.id.cmp(&b.id));
        let mut catalogue = Self {
            sdks,
            libraries,
            ..Self::default()
        };
        let (file, source) = embedded("catalog/sdk-categories.toml");
        match read::<CategoryFile>(&file, &source) {
            Ok(all) => {
                catalogue.categories = by_id(&file, &source, all.category, |c| &c.id, &mut faults);
            }
            Err(fault) => faults.push(fault),
        }
        let (file, source) = embedded("catalog/data-kinds.toml");
        match read::<KindFile>(&file, &source) {
            Ok(all) => catalogue.kinds = by_id(&file, &source, all.kind, |k| &k.id, &mut faults),
            Err(fault) => faults.push(fault),
        }
        if faults.is_empty() {
            Ok(catalogue)
        } else {
            Err(Faults(faults))
        }
    }

    /// An SDK by its id.
    pub fn sdk(&self, id: &str) -> Option<&Sdk> {
        let at = self.sdks.binary_search_by(|sdk| sdk.id.as_str().cmp(id));
        self.sdks.get(at.ok()?)
    }

    /// A library by its id.
    pub fn library(&self, id: &str) -> Option<&Library> {
        let at = self
            .libraries
            .binary_search_by(|library| library.id.as_str().cmp(id));
        self.libraries.get(at.ok()?)
    }

    /// Classes and members whose constants are versions.
    pub fn wanted_constants(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sdks
            .iter()
            .flat_map(|sdk| sdk.version.iter().filter_map(VersionSource::member))
    }
}

/// What one file of the catalogue holds.
enum Entries {
    Sdk(Box<Sdk>),
    Libraries(Vec<Library>),
}

impl Entries {
    fn read(path: &str, text: &str) -> Option<Result<Self, Fault>> {
        let file = || (format!("checks/{path}"), Arc::from(text));
        if let Some(name) = path.strip_prefix("catalog/sdks/") {
            let id = name.strip_suffix(".toml")?.to_owned();
            let (file, source) = file();
            return Some(
                read::<Sdk>(&file, &source).map(|sdk| Self::Sdk(Box::new(Sdk { id, ..sdk }))),
            );
        }
        path.starts_with("catalog/libraries/").then(|| {
            let (file, source) = file();
            read::<LibraryFile>(&file, &source).map(|all| Self::Libraries(all.library))
        })
    }
}
