//! A JAR with class files, as libraries have before they are dexed.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::file::{FileRead, gap_kind};
use super::uses;
use super::work::{Spent, Work, wide};
use super::{CodeString, Constant, JarFacts, Wanted, members};
use crate::container::{Entry, Module};
use crate::decode::DecodeError;
use crate::decode::classfile::ClassFile;
use crate::decode::dex::text;
use crate::evidence::{GapKind, Place};
use crate::limits::Limits;

/// A class file larger than this was written by no compiler: its constant
/// pool and its methods are bounded by 65,535 each.
const LARGEST_CLASS: u64 = 32 * 1024 * 1024;
/// Most bytes of names of members that one JAR may refer to.
const REFERENCE_BYTES: usize = 64 * 1024 * 1024;

/// Whether an archive has class files that a dexer would take.
pub(super) fn is_jar(module: &Module) -> bool {
    module.entries().any(is_class)
}

/// Dexers leave aside what lies in `META-INF/`: the variants of classes for
/// newer versions of Java.
fn is_class(entry: &Entry) -> bool {
    entry.name.as_bytes().ends_with(b".class") && !entry.name.starts_with("META-INF/")
}

/// Reads all class files of a JAR.
pub(super) fn read(
    place: &Place,
    size: u64,
    module: &Module,
    limits: &Limits,
    wanted: &Wanted,
) -> FileRead {
    let mut jar = Jar {
        read: FileRead::of(place),
        facts: JarFacts {
            place: place.clone(),
            size,
            ..JarFacts::default()
        },
        references: References::default(),
        first_defect: None,
        listed: limits.listed,
        wanted,
    };
    let mut last = "";
    for entry in module.entries().filter(|entry| is_class(entry)) {
        // Of entries with one name, the first counts.
        if entry.name != last {
            jar.entry(module, entry);
        }
        last = &entry.name;
    }
    jar.finish()
}

struct Jar<'a> {
    read: FileRead,
    facts: JarFacts,
    references: References,
    first_defect: Option<(Place, GapKind, String)>,
    listed: usize,
    wanted: &'a Wanted,
}

impl Jar<'_> {
    fn entry(&mut self, module: &Module, entry: &Entry) {
        if entry.size > LARGEST_CLASS {
            let detail = format!("{} bytes, more than any compiler writes", entry.size);
            self.defect(module.place(entry), GapKind::Limit, detail);
            return;
        }
        match module.read(entry) {
            Ok(bytes) => {
                if let Err(error) = self.class(module, entry, &bytes) {
                    self.defect(module.place(entry), gap_kind(&error), error.to_string());
                }
            }
            Err(error) => self.defect(module.place(entry), error.gap_kind(), error.to_string()),
        }
    }

    /// Takes what a class file says; what stands before a defect stays.
    fn class(&mut self, module: &Module, entry: &Entry, bytes: &[u8]) -> Result<(), DecodeError> {
        let class = ClassFile::parse(bytes)?;
        if class.is_module() {
            return Ok(());
        }
        let name = class.name()?.replace('/', ".");
        if let Some(wanted) = self.wanted.of(&name) {
            for (member, value) in members::in_class_file(&class, wanted)? {
                let constant = Constant::new(&module.place(entry).file, &name, member, value);
                self.read.members.push(constant);
            }
        }
        self.read.classes.push(name.clone());
        let methods = u32::try_from(class.methods.len()).unwrap_or(u32::MAX);
        self.facts.methods = self.facts.methods.saturating_add(methods);
        let mut work = Work::for_file(bytes.len());
        let mut file = None;
        let spent = |Spent| {
            DecodeError::new(
                "constant pool",
                "points to the same bytes again and again",
                0,
            )
        };
        for reference in class.references() {
            let reference = reference?;
            let length = reference.owner.len().saturating_add(reference.name.len());
            work.look(length).map_err(spent)?;
            self.references.add(reference.owner, reference.name);
        }
        let used = uses::of_class_file(&class, &name, || module.place(entry), &mut work)?;
        self.read
            .add_uses(used, self.listed, &mut work)
            .map_err(spent)?;
        for string in class.strings() {
            let string = string?;
            work.look(string.bytes.len()).map_err(spent)?;
            self.read.searched += 1;
            let kept = || CodeString {
                text: text(string.bytes).into_owned(),
                file: Arc::clone(
                    file.get_or_insert_with(|| module.place(entry).file.as_str().into()),
                ),
                offset: wide(string.offset),
                class: Some(name.as_str().into()),
            };
            self.read
                .strings
                .look(string.bytes, self.listed, &mut work, kept)
                .map_err(spent)?;
        }
        Ok(())
    }

    fn defect(&mut self, place: Place, kind: GapKind, detail: String) {
        self.facts.malformed = self.facts.malformed.saturating_add(1);
        self.first_defect.get_or_insert((place, kind, detail));
    }

    fn finish(mut self) -> FileRead {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        if let Some((place, kind, detail)) = self.first_defect.take() {
            let detail = format!(
                "{} class files cannot be read; the first: {detail}",
                self.facts.malformed
            );
            self.read.gap(place, kind, detail);
        }
        self.read.classes.sort_unstable();
        self.read.classes.dedup();
        let references = self.references.outside(&self.read.classes);
        self.read.named = self.references.owners();
        self.facts.class_count = count(self.read.classes.len());
        self.facts.reference_count = count(references.len());
        let cut = self.read.classes.len() > self.listed || references.len() > self.listed;
        if cut || self.references.full {
            let detail = format!(
                "{} classes and {} members of other classes; at most {} of each are listed",
                self.read.classes.len(),
                references.len(),
                self.listed
            );
            let place = self.facts.place.clone();
            self.read.gap(place, GapKind::Limit, detail);
        }
        let classes = self.read.classes.iter().take(self.listed);
        self.facts.classes = classes.cloned().collect();
        self.facts.references = references;
        self.facts.references.truncate(self.listed);
        self.read.jar = Some(self.facts);
        self.read
    }
}

/// The members that class files name, by owner, each once.
#[derive(Default)]
struct References {
    names: FxHashMap<Box<[u8]>, FxHashSet<Box<[u8]>>>,
    bytes: usize,
    full: bool,
}

impl References {
    fn add(&mut self, owner: &[u8], name: &[u8]) {
        // An array has the methods of java.lang.Object, and no library does
        // anything with it.
        if owner.starts_with(b"[") {
            return;
        }
        let known = self.names.get_mut(owner);
        if known.as_ref().is_some_and(|names| names.contains(name)) {
            return;
        }
        // The whole name is made at the end.
        let bytes = owner.len().saturating_add(name.len());
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > REFERENCE_BYTES {
            self.full = true;
        } else if let Some(names) = known {
            names.insert(name.into());
        } else {
            let names = FxHashSet::from_iter([name.into()]);
            self.names.insert(owner.into(), names);
        }
    }

    /// Dotted names of the owners, without the platform's and Kotlin's.
    fn owners(&self) -> Vec<String> {
        self.names
            .keys()
            .map(|owner| text(owner))
            .filter(|owner| !super::dex::of_the_platform(owner))
            .map(|owner| owner.replace('/', "."))
            .collect()
    }

    /// Dotted names of the members whose class is none of `own`, sorted.
    fn outside(&self, own: &[String]) -> Vec<String> {
        let mut all = Vec::new();
        for (owner, names) in &self.names {
            let owner = text(owner).replace('/', ".");
            if own.binary_search(&owner).is_err() {
                all.extend(names.iter().map(|name| format!("{owner}.{}", text(name))));
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}
