//! The SDKs and libraries that this program knows, and the vocabularies in
//! which their entries speak.

mod entry;
mod lint;

pub use entry::{
    Aliases, Category, Data, DataKind, Evidence, Floor, Grounds, Library, Notice, OnOff, Sdk,
    Start, Stops, Switch, VersionSource,
};

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::{Fault, Faults, by_id, embedded, embedded_paths, load_file, read};

/// Where the files with one SDK each are.
const SDKS: &str = "catalog/sdks/";
/// Where the files with libraries are.
const LIBRARIES: &str = "catalog/libraries/";
const CATEGORIES: &str = "catalog/sdk-categories.toml";
const KINDS: &str = "catalog/data-kinds.toml";

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
    static BUILTIN: LazyLock<Sdks> = LazyLock::new(|| match Sdks::builtin() {
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
    /// The embedded entries. [`Sdks::lint`] checks what they say.
    fn builtin() -> Result<Self, Faults> {
        let paths = embedded_paths(LIBRARIES).chain(embedded_paths(SDKS));
        let entries = paths.map(|path| Entries::of(path, || load_file(path), || load_file(path)));
        Self::gather(entries.collect())
    }

    /// Entries from TOML files, each with its path below `checks/`.
    pub fn read<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, Faults> {
        let entries = files.into_iter().map(|(path, text)| {
            let file = format!("checks/{path}");
            let source: Arc<str> = Arc::from(text);
            Entries::of(path, || read(&file, &source), || read(&file, &source))
        });
        Self::gather(entries.collect())
    }

    fn gather(entries: Vec<Result<Entries, Fault>>) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut sdks = Vec::new();
        let mut libraries = Vec::new();
        for entries in entries {
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
        let (file, source) = embedded(CATEGORIES);
        match load_file::<CategoryFile>(CATEGORIES) {
            Ok(all) => {
                catalogue.categories = by_id(&file, &source, all.category, |c| &c.id, &mut faults);
            }
            Err(fault) => faults.push(fault),
        }
        let (file, source) = embedded(KINDS);
        match load_file::<KindFile>(KINDS) {
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
    /// The SDK that the file's name is the id of, or the libraries of a file
    /// below `libraries/`.
    fn of(
        path: &str,
        sdk: impl FnOnce() -> Result<Sdk, Fault>,
        libraries: impl FnOnce() -> Result<LibraryFile, Fault>,
    ) -> Result<Self, Fault> {
        let name = path.strip_prefix(SDKS);
        match name.map(|name| name.strip_suffix(".toml").unwrap_or(name)) {
            Some(id) => sdk().map(|sdk| {
                let id = id.to_owned();
                Self::Sdk(Box::new(Sdk { id, ..sdk }))
            }),
            None => libraries().map(|file| Self::Libraries(file.library)),
        }
    }
}
