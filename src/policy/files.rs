//! Which files of a package are read in search of policies.

use super::discover::Discovery;
use super::names::{ByName, names};
use super::{Class, Origin};
use crate::container::{Entry, Module, NestedKind, Package};
use crate::evidence::{Gap, GapKind, Part, Place};

/// Largest text file that is read, in bytes. Policies saved by word
/// processors reach a megabyte.
const MAX_FILE: u64 = 4 * 1024 * 1024;
/// Smallest file without a telling name that is looked into, in bytes: a
/// shorter text is no policy.
const MIN_SNIFFED: u64 = 600;
/// Largest such file.
const MAX_SNIFFED_FILE: u64 = 2 * 1024 * 1024;
/// Size in bytes up to which such files are looked into before larger ones,
/// which are books and word lists more often than policies.
const USUAL: u64 = 512 * 1024;
/// Most files without a telling name that are looked into, and their sum in
/// bytes.
const MAX_SNIFFED: usize = 300;
const MAX_SNIFFED_BYTES: u64 = 8 * 1024 * 1024;
/// Most files with a telling name.
const MAX_NAMED: usize = 500;

impl Discovery {
    /// Looks through the files of a package: those that are named like
    /// policies first, then other texts in the folders where policies lie,
    /// up to 300 files and 8 MiB, and the code of frameworks; archives inside
    /// are searched by name and for such code. For a document on its own,
    /// the document.
    pub fn files(&mut self, package: &Package) {
        if let Some(document) = &package.document {
            self.given(&package.file_name(), document, Origin::File);
            return;
        }
        self.expected = !package.kind.is_library();
        let nested = package.nested();
        let mut named: Vec<(&Module, &Entry)> = Vec::new();
        let mut texts: Vec<(&Module, &Entry)> = Vec::new();
        for module in &package.modules {
            for entry in module.entries() {
                match names().by_name(&entry.name) {
                    ByName::Named => named.push((module, entry)),
                    ByName::Text => texts.push((module, entry)),
                    ByName::No => {}
                }
            }
        }
        // A library's own archive is no place for the app's policy; a
        // mini-program or a nested package is.
        for module in nested
            .iter()
            .filter(|nested| matches!(nested.kind, NestedKind::Apk | NestedKind::Zip))
            .filter_map(|nested| nested.module.as_ref())
        {
            for entry in module.entries() {
                match names().by_name(&entry.name) {
                    ByName::Named => named.push((module, entry)),
                    ByName::Text | ByName::No => {}
                }
            }
        }
        let inner = nested
            .iter()
            .filter(|nested| matches!(nested.kind, NestedKind::Apk | NestedKind::Zip))
            .filter_map(|nested| nested.module.as_ref());
        let modules: Vec<&Module> = package.modules.iter().chain(inner).collect();
        self.bundles(&modules);
        let names = package.modules.iter().flat_map(Module::entries);
        let assets = names.filter(|entry| entry.name.starts_with("assets/"));
        self.assets = Some(assets.map(|entry| entry.name.clone()).collect());
        let beyond = named.len().saturating_sub(MAX_NAMED);
        for (module, entry) in named.iter().take(MAX_NAMED) {
            self.named(module, entry);
        }
        let skipped = beyond + self.unnamed(texts);
        if skipped > 0 {
            self.gaps.push(Gap {
                part: Part::Policy,
                kind: GapKind::Limit,
                place: Place::default(),
                detail: format!("{skipped} more text files were not searched for policies"),
            });
        }
    }

    /// Looks into texts without a telling name, the usual sizes first, and
    /// says how many were too many or too large. Those that cannot be read
    /// make one gap.
    fn unnamed(&mut self, mut texts: Vec<(&Module, &Entry)>) -> usize {
        texts.retain(|(_, entry)| entry.size >= MIN_SNIFFED);
        texts.sort_by_key(|(_, entry)| entry.size > USUAL);
        let mut left = MAX_SNIFFED_BYTES;
        let (mut skipped, mut read, mut unreadable) = (0_usize, 0_usize, 0_usize);
        let mut first: Option<Gap> = None;
        for (module, entry) in texts {
            if read >= MAX_SNIFFED || entry.size > left.min(MAX_SNIFFED_FILE) {
                skipped += 1;
                continue;
            }
            read += 1;
            left -= entry.size;
            let place = module.place(entry);
            match module.read(entry) {
                Ok(bytes) => self.file(&bytes, Origin::File, &place, false),
                Err(error) => {
                    unreadable += 1;
                    first.get_or_insert_with(|| Gap {
                        part: Part::Policy,
                        kind: error.gap_kind(),
                        place,
                        detail: error.to_string(),
                    });
                }
            }
        }
        if let Some(mut gap) = first {
            if unreadable > 1 {
                gap.detail = format!("{}, and {} more text files", gap.detail, unreadable - 1);
            }
            self.gaps.push(gap);
        }
        skipped
    }

    /// Takes a document that was given as a policy: `name` is its file
    /// name, which becomes its place.
    pub fn given(&mut self, name: &str, bytes: &[u8], origin: Origin) {
        let before = self.documents.len();
        self.file(bytes, origin, &Place::file(name), true);
        // Who gives a text means it; that it does not look like a policy
        // only keeps its silence from saying much.
        for document in self.documents.iter_mut().skip(before) {
            if document.class == Class::Unknown {
                document.class = Class::Policy;
                document.recognised = false;
            }
        }
    }

    /// Takes a document that was given as the list of SDKs, whatever its
    /// title says.
    pub fn given_list(&mut self, name: &str, bytes: &[u8]) {
        let before = self.documents.len();
        self.given(name, bytes, Origin::Given);
        for document in self.documents.iter_mut().skip(before) {
            document.class = Class::SdkList;
        }
    }

    fn named(&mut self, module: &Module, entry: &Entry) {
        let place = module.place(entry);
        let gap = |kind, detail| Gap {
            part: Part::Policy,
            kind,
            place: place.clone(),
            detail,
        };
        if entry.size > MAX_FILE {
            let detail = format!("{} bytes, more than the {MAX_FILE} of a text", entry.size);
            self.gaps.push(gap(GapKind::Limit, detail));
            return;
        }
        match module.read(entry) {
            Ok(bytes) => self.file(&bytes, Origin::File, &place, true),
            Err(error) => self.gaps.push(gap(error.gap_kind(), error.to_string())),
        }
    }
}
