//! Code and archives inside entries.

use flate2::Decompress;
use rayon::prelude::*;

use super::archive::{Archive, Entry};
use super::bytes::Bytes;
use super::error::ReadError;
use super::package::{Module, ModuleKind, Package};
use super::{read, sniff};
use crate::evidence::{Gap, GapKind, Part, Place};

/// A DEX header is 112 bytes; a ZIP archive with one entry is not smaller
/// than 98.
const SMALLEST: u64 = 98;
/// Bytes that tell what an entry is.
const HEAD: usize = 8;
/// Entries sniffed with one inflater.
const CHUNK: usize = 256;

/// What lies inside an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NestedKind {
    /// A DEX file.
    Dex,
    /// An archive with an `AndroidManifest.xml`.
    Apk,
    /// An archive with `.class` files or a `classes.dex`.
    Jar,
    /// Any other ZIP archive.
    Zip,
}

/// Code or an archive inside an entry, whatever the entry is called.
#[derive(Clone, Debug)]
pub struct Nested {
    /// The entry it was found in.
    pub place: Place,
    /// What it is.
    pub kind: NestedKind,
    /// Its size in bytes.
    pub size: u64,
    /// 1 in an entry of a module, 2 in an entry of an archive in an entry
    /// of a module, and so on.
    pub depth: usize,
    /// The opened archive; `None` for a DEX file.
    pub module: Option<Module>,
    /// Its bytes.
    pub bytes: Bytes,
}

/// An entry that looks like code or an archive.
struct Candidate<'a> {
    module: &'a Module,
    entry: &'a Entry,
    place: Place,
    dex: bool,
}

/// Finds everything nested, level by level, in the order of places.
pub(super) fn find(package: &Package) -> Vec<Nested> {
    let limits = package.budget.limits();
    let mut found: Vec<Nested> = Vec::new();
    let mut level: Vec<Module> = package.modules.clone();
    let mut depth = 1_usize;
    while !level.is_empty() {
        let mut candidates: Vec<Candidate<'_>> = level.par_iter().flat_map_iter(sniffed).collect();
        // DEX first: if a limit cuts the list, it should not cut code.
        candidates.sort_by(|a, b| (!a.dex, &a.place).cmp(&(!b.dex, &b.place)));
        let room = candidates.partition_point(|c| c.dex);
        if depth > limits.depth && room < candidates.len() {
            stop(package, &candidates, room, "archives nested too deep");
            candidates.truncate(room);
        }
        let paid = candidates
            .iter()
            .take_while(|_| package.budget.spend_nested())
            .count();
        if paid < candidates.len() {
            stop(package, &candidates, paid, "too many nested files");
            candidates.truncate(paid);
        }
        let opened = open_all(candidates, depth);
        let mut next = Vec::new();
        for result in opened {
            match result {
                Ok(nested) => {
                    next.extend(nested.module.clone());
                    found.push(nested);
                }
                Err(gap) => package.budget.note_gap(gap),
            }
        }
        level = next;
        depth = depth.saturating_add(1);
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

/// Notes that candidates from `from` on are left aside.
fn stop(package: &Package, candidates: &[Candidate<'_>], from: usize, why: &str) {
    let Some(first) = candidates.get(from) else {
        return;
    };
    package.budget.note_gap(Gap {
        part: Part::Code,
        kind: GapKind::Limit,
        place: first.place.clone(),
        detail: format!(
            "{why}: {} from here on were not opened",
            candidates.len().saturating_sub(from)
        ),
    });
}

/// The entries of a module that begin like code or an archive. Only their
/// first bytes are inflated.
fn sniffed(module: &Module) -> Vec<Candidate<'_>> {
    module
        .archive
        .entries()
        .par_chunks(CHUNK)
        .flat_map_iter(|chunk| {
            let mut inflater = Decompress::new(false);
            let mut found = Vec::new();
            for entry in chunk {
                if entry.size < SMALLEST || is_ordinary(module, &entry.name) {
                    continue;
                }
                let head = read::head(&module.archive, entry, HEAD, &mut inflater);
                let dex = sniff::is_dex(&head);
                if dex || sniff::is_zip(&head) {
                    found.push(Candidate {
                        module,
                        entry,
                        place: module.place(entry),
                        dex,
                    });
                }
            }
            found
        })
        .collect()
}

/// The DEX files that Android itself loads from an APK: not nested.
fn is_ordinary(module: &Module, name: &str) -> bool {
    let file = match module.kind {
        ModuleKind::Apk => name,
        ModuleKind::Bundle => match name.strip_prefix("dex/") {
            Some(file) => file,
            None => return false,
        },
        ModuleKind::Aar | ModuleKind::Jar | ModuleKind::Archive => return false,
    };
    file.strip_prefix("classes")
        .and_then(|rest| rest.strip_suffix(".dex"))
        .is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}

/// Opens the candidates. Limits are spent in the order of the candidates,
/// whatever the number of threads, so that the same ones are left out every
/// time; only the inflating between is done at once.
fn open_all(candidates: Vec<Candidate<'_>>, depth: usize) -> Vec<Result<Nested, Gap>> {
    let paid: Vec<_> = candidates
        .into_iter()
        .map(|candidate| {
            let paid = candidate.pay();
            (candidate, paid)
        })
        .collect();
    let contents: Vec<_> = paid
        .into_par_iter()
        .map(|(candidate, paid)| {
            let bytes = paid.and_then(|()| candidate.bytes());
            (candidate, bytes)
        })
        .collect();
    contents
        .into_iter()
        .map(|(candidate, bytes)| {
            let bytes =
                bytes.map_err(|error| candidate.gap(error.gap_kind(), error.to_string()))?;
            candidate.open(bytes, depth)
        })
        .collect()
}

impl Candidate<'_> {
    /// An archive that is stored as it is costs nothing: only its directory
    /// is looked at.
    fn pay(&self) -> Result<(), ReadError> {
        let budget = &self.module.budget;
        match self.module.archive.stored(self.entry) {
            Some(_) if !self.dex => Ok(()),
            Some(bytes) => read::pay(u64::try_from(bytes.len()).unwrap_or(u64::MAX), budget),
            None => read::pay(read::cost(self.entry, budget)?, budget),
        }
    }

    fn bytes(&self) -> Result<Bytes, ReadError> {
        let archive = &self.module.archive;
        let place = || self.place.file.clone();
        match archive.stored(self.entry) {
            Some(bytes) => Ok(bytes),
            None => read::paid(archive, self.entry, &place, &self.module.budget).map(Bytes::new),
        }
    }

    fn open(&self, bytes: Bytes, depth: usize) -> Result<Nested, Gap> {
        let place = self.place.clone();
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if self.dex {
            return Ok(Nested {
                place,
                kind: NestedKind::Dex,
                size,
                depth,
                module: None,
                bytes,
            });
        }
        let prefix = format!("{}!/", place.file);
        let budget = &self.module.budget;
        let (archive, anomalies) =
            Archive::open(bytes.clone(), &place.file, &prefix, false, budget)
                .map_err(|error| self.gap(error.gap_kind(), error.to_string()))?;
        for anomaly in anomalies {
            budget.note(anomaly);
        }
        Ok(Nested {
            place,
            kind: kind(&archive),
            size,
            depth,
            module: Some(Module {
                name: self.entry.name.clone(),
                place_prefix: prefix,
                kind: ModuleKind::Archive,
                archive,
                directory: String::new(),
                budget: budget.clone(),
            }),
            bytes,
        })
    }

    fn gap(&self, kind: GapKind, detail: String) -> Gap {
        Gap {
            part: part(&self.entry.name, self.dex),
            kind,
            place: self.place.clone(),
            detail,
        }
    }
}

fn kind(archive: &Archive) -> NestedKind {
    let is_code =
        |entry: &Entry| entry.name.as_bytes().ends_with(b".class") || entry.name == "classes.dex";
    if archive.entry("AndroidManifest.xml").is_some() {
        NestedKind::Apk
    } else if archive.entries().iter().any(is_code) {
        NestedKind::Jar
    } else {
        NestedKind::Zip
    }
}

/// What is missing if this entry cannot be opened: code if its name says so,
/// otherwise just a file.
fn part(name: &str, dex: bool) -> Part {
    let code = [".dex", ".jar", ".apk", ".so"]
        .iter()
        .any(|extension| name.to_ascii_lowercase().ends_with(extension));
    if dex || code {
        Part::Code
    } else {
        Part::Container
    }
}
