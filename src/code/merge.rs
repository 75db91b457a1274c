//! What all files gave, as one value.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::constants::KINDS;
use super::file::FileRead;
use super::{ApiUse, CodeFacts, CodeString, Constant, DefinedClass, PackageFacts};
use crate::evidence::{Gap, GapKind, Part, Place};
use crate::limits::Limits;

/// Takes the facts and gaps out of `files`, sorted.
pub(super) fn all(files: &mut [FileRead], limits: &Limits) -> (CodeFacts, Vec<Gap>) {
    files.sort_by(|a, b| a.file.cmp(&b.file));
    let mut gaps: Vec<Gap> = files
        .iter_mut()
        .flat_map(|file| std::mem::take(&mut file.gaps))
        .collect();
    let strings = strings(files, limits, &mut gaps);
    let constants = constants(files, limits, &mut gaps);
    let uses = uses(files, limits, &mut gaps);
    gaps.sort();
    let classes = classes(files);
    let facts = CodeFacts {
        packages: packages(&classes),
        named: named(files, &classes),
        classes,
        strings,
        constants,
        uses,
        strings_searched: files.iter().map(|file| file.searched).sum(),
        dex: files
            .iter_mut()
            .flat_map(|file| std::mem::take(&mut file.dex))
            .collect(),
        jars: files
            .iter_mut()
            .filter_map(|file| file.jar.take())
            .collect(),
    };
    (facts, gaps)
}

/// The wanted constants, and a gap if there were more than `Limits::listed`.
fn constants(files: &mut [FileRead], limits: &Limits, gaps: &mut Vec<Gap>) -> Vec<Constant> {
    let mut all: Vec<Constant> = files
        .iter_mut()
        .flat_map(|file| std::mem::take(&mut file.members))
        .collect();
    all.sort_unstable();
    all.dedup();
    if let Some(first) = all.get(limits.listed) {
        gaps.push(Gap {
            part: Part::Code,
            kind: GapKind::Limit,
            place: first.place.clone(),
            detail: format!(
                "constants that versions are read from: {} of {} kept",
                limits.listed,
                all.len()
            ),
        });
    }
    all.truncate(limits.listed);
    all
}

/// Uses of members that the catalogue knows, and a gap if there were more
/// than `Limits::listed`.
fn uses(files: &mut [FileRead], limits: &Limits, gaps: &mut Vec<Gap>) -> Vec<ApiUse> {
    let mut all = Vec::new();
    let mut more = 0;
    for file in &mut *files {
        all.append(&mut file.uses);
        more += file.more_uses;
    }
    all.par_sort_unstable();
    more += all.len().saturating_sub(limits.listed);
    all.truncate(limits.listed);
    if let Some(last) = all.last().filter(|_| more > 0) {
        gaps.push(Gap {
            part: Part::Code,
            kind: GapKind::Limit,
            place: Place::file(&*last.place.file),
            detail: format!(
                "uses of members that give personal information: {} kept, {more} left aside",
                all.len()
            ),
        });
    }
    all
}

/// Every class once, with the first file that defines it.
fn classes(files: &mut [FileRead]) -> Vec<DefinedClass> {
    let count = files.iter().map(|file| file.classes.len()).sum();
    let mut classes = Vec::with_capacity(count);
    for file in files {
        let names = std::mem::take(&mut file.classes);
        classes.extend(names.into_iter().map(|name| DefinedClass {
            name,
            file: Arc::clone(&file.file),
        }));
    }
    classes.par_sort_unstable();
    classes.dedup_by(|later, first| later.name == first.name);
    classes
}

/// Every class that a file names and none defines, with the first such
/// file.
fn named(files: &mut [FileRead], defined: &[DefinedClass]) -> Vec<DefinedClass> {
    let mut all = Vec::new();
    for file in files {
        let names = std::mem::take(&mut file.named);
        let outside = names.into_iter().filter(|name| {
            let at = defined.binary_search_by(|class| class.name.as_str().cmp(name));
            at.is_err()
        });
        all.extend(outside.map(|name| DefinedClass {
            name,
            file: Arc::clone(&file.file),
        }));
    }
    all.par_sort_unstable();
    all.dedup_by(|later, first| later.name == first.name);
    all
}

fn packages(classes: &[DefinedClass]) -> Vec<PackageFacts> {
    let mut counts: FxHashMap<&str, u32> = FxHashMap::default();
    for class in classes {
        let package = class
            .name
            .rsplit_once('.')
            .map_or("", |(package, _)| package);
        *counts.entry(package).or_default() += 1;
    }
    let mut packages: Vec<PackageFacts> = counts
        .into_iter()
        .map(|(name, classes)| PackageFacts {
            owner: String::new(),
            name: name.to_owned(),
            classes,
        })
        .collect();
    packages.sort_unstable();
    packages
}

/// At most `Limits::listed` strings of each kind, in the order of the files,
/// and a gap where there were more.
fn strings(files: &mut [FileRead], limits: &Limits, gaps: &mut Vec<Gap>) -> Vec<CodeString> {
    let mut all = Vec::new();
    for (kind, name) in KINDS {
        let kind = kind as usize;
        let mut room = limits.listed;
        let mut more = 0;
        let mut first_cut = None;
        for file in &mut *files {
            let mut strings = std::mem::take(&mut file.strings.kept[kind]);
            let cut = strings.len().saturating_sub(room) + file.strings.more[kind];
            if cut > 0 {
                first_cut.get_or_insert_with(|| Arc::clone(&file.file));
            }
            more += cut;
            strings.truncate(room);
            room -= strings.len();
            all.append(&mut strings);
        }
        if let Some(file) = first_cut {
            gaps.push(Gap {
                part: Part::Code,
                kind: GapKind::Limit,
                place: Place::file(&*file),
                detail: format!(
                    "{name} in string constants: {} kept, {more} from here on left aside",
                    limits.listed
                ),
            });
        }
    }
    all.par_sort_unstable();
    all
}
