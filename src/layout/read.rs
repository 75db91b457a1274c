//! Which files of a package are layouts and the like, and what reading them
//! may cost.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::view::{cost, kind_of, views};
use super::{Layout, LayoutFacts, LayoutKind, View};
use crate::container::{Entry, Module, ModuleKind, Package};
use crate::decode::resources::ResourceTable;
use crate::evidence::{Gap, GapKind, Part, Place};
use crate::limits::Limits;
use crate::manifest::Reader;

/// Types of resources that are read.
const TYPES: [&str; 4] = ["layout", "menu", "navigation", "xml"];

/// Largest file that is read, in bytes.
const LARGEST: u64 = 4 << 20;
/// Most nodes of one file.
const NODES: usize = 100_000;
/// Most bytes of text that one file may take from the tables.
const TEXTS: usize = 4 << 20;
/// Files that are read at one time: most of them, and of their bytes.
const BATCH: usize = 128;
const BATCH_BYTES: u64 = 8 << 20;
/// Most bytes of memory for the views of a package.
const KEPT: usize = 128 << 20;

/// A resource table and the module whose files it names.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Index of the module in its package.
    pub module: usize,
    /// Its table.
    pub table: &'a ResourceTable,
}

/// Reads the layouts, menus, navigation graphs and preference screens of a
/// package, in parallel. Which files these are is what the tables say: their
/// paths may be shortened to `res/a1.xml`. A library has no table; there it
/// is the folder that says it.
///
/// A file that a table names and the package does not have is no gap:
/// builds that remove unused resources leave such names behind.
pub fn read(package: &Package, sources: &[Source<'_>], limits: &Limits) -> (LayoutFacts, Vec<Gap>) {
    let mut names = Names::new();
    for (at, module) in package.modules.iter().enumerate() {
        if module.kind == ModuleKind::Aar {
            named_by_folder(at, module, &mut names);
        }
    }
    for source in sources {
        named_by_table(*source, &mut names);
    }
    let tables: Vec<&ResourceTable> = sources.iter().map(|source| source.table).collect();
    let mut gaps = Gaps::default();
    let files = files(package, &names, &mut gaps);
    let read = read_files(&files, &names, &tables, limits, &mut gaps);
    (layouts(&read, &names, limits, &mut gaps), gaps.finish())
}

/// A file by its module and path, and the type of resource it is.
type Key = (usize, String, &'static str);

/// The names and ids of each file.
type Names = BTreeMap<Key, BTreeSet<(String, Option<u32>)>>;

fn named_by_table(source: Source<'_>, names: &mut Names) {
    for kind in TYPES {
        for id in source.table.ids_of_type(kind) {
            let name = source.table.name(id).unwrap_or_default();
            let name = name.split_once('/').map_or("", |(_, name)| name);
            for path in source.table.files(id) {
                let of_file = names.entry((source.module, path, kind)).or_default();
                of_file.insert((name.to_owned(), Some(id)));
            }
        }
    }
}

/// `res/layout-land/main.xml` is a layout called `main`.
fn named_by_folder(at: usize, module: &Module, names: &mut Names) {
    for entry in module.entries() {
        let mut parts = entry.name.split('/');
        let (Some("res"), Some(folder), Some(file), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let folder = folder.split('-').next().unwrap_or_default();
        let kind = TYPES.into_iter().find(|kind| *kind == folder);
        if let Some((kind, name)) = kind.zip(file.strip_suffix(".xml")) {
            let of_file = names.entry((at, entry.name.clone(), kind)).or_default();
            of_file.insert((name.to_owned(), None));
        }
    }
}

struct File<'a> {
    key: &'a Key,
    module: &'a Module,
    entry: &'a Entry,
}

/// The files that are there and not too large.
fn files<'a>(package: &'a Package, names: &'a Names, gaps: &mut Gaps) -> Vec<File<'a>> {
    let mut files = Vec::new();
    for key in names.keys() {
        let (at, path, _) = key;
        let Some(module) = package.modules.get(*at) else {
            continue;
        };
        let Some(entry) = module.entry(path) else {
            continue;
        };
        if entry.size > LARGEST {
            let detail = format!("{} bytes, more than a layout can need", entry.size);
            gaps.note(GapKind::Limit, module.place(entry), detail);
            continue;
        }
        files.push(File { key, module, entry });
    }
    files
}

/// The views of each file that is of a kind with views.
type Read<'a> = BTreeMap<&'a Key, (LayoutKind, Place, Vec<View>)>;

/// Reads the files, a batch at a time: what is held of them is bounded, and
/// the same whatever the number of threads.
fn read_files<'a>(
    files: &[File<'a>],
    names: &Names,
    tables: &[&ResourceTable],
    limits: &Limits,
    gaps: &mut Gaps,
) -> Read<'a> {
    let limits = Limits {
        tree_nodes: limits.tree_nodes.min(NODES),
        ..limits.clone()
    };
    let mut read = Read::new();
    let mut room = KEPT;
    let mut rest = files;
    while !rest.is_empty() {
        let (batch, after) = rest.split_at(batch(rest));
        let done: Vec<Done> = batch
            .par_iter()
            .map(|file| read_file(file, tables, &limits))
            .collect();
        for (index, (file, done)) in batch.iter().zip(done).enumerate() {
            for (kind, place, detail) in done.gaps {
                gaps.note(kind, place, detail);
            }
            let Some((kind, views)) = done.views else {
                continue;
            };
            // Each name of a file has its own copy.
            let copies = names.get(file.key).map_or(1, BTreeSet::len);
            let size: usize = views.iter().map(cost).fold(0, usize::saturating_add);
            let Some(left) = room.checked_sub(size.saturating_mul(copies)) else {
                let left_out = after
                    .len()
                    .saturating_add(batch.len().saturating_sub(index));
                let detail = format!("{left_out} layouts from here on are not read");
                gaps.note(GapKind::Limit, file.module.place(file.entry), detail);
                return read;
            };
            room = left;
            read.insert(file.key, (kind, file.module.place(file.entry), views));
        }
        rest = after;
    }
    read
}

/// How many of the files are read next: at least one.
fn batch(files: &[File<'_>]) -> usize {
    let mut bytes = 0_u64;
    let fits = files.iter().take(BATCH).take_while(|file| {
        bytes = bytes.saturating_add(file.entry.size);
        bytes <= BATCH_BYTES
    });
    fits.count().max(1)
}

/// What reading one file gave.
#[derive(Default)]
struct Done {
    views: Option<(LayoutKind, Vec<View>)>,
    gaps: Vec<(GapKind, Place, String)>,
}

fn read_file(file: &File<'_>, tables: &[&ResourceTable], limits: &Limits) -> Done {
    let mut done = Done::default();
    let place = file.module.place(file.entry);
    let document = match file.module.xml(file.entry, limits) {
        Ok(document) => document,
        Err(error) => {
            done.gaps.push((error.gap_kind(), place, error.to_string()));
            return done;
        }
    };
    let (_, _, kind) = file.key;
    let Some(kind) = kind_of(kind, &document.root) else {
        return done;
    };
    if let Some(lost) = document.lost {
        let detail = format!("only a part of it can be read: {lost}");
        done.gaps.push((GapKind::Malformed, place.clone(), detail));
    }
    let reader = Reader::with_allowance(&place.file, tables, TEXTS);
    done.views = Some((kind, views(kind, &document.root, &reader)));
    if reader.exhausted() {
        let detail = "refers to more text than a layout can need".to_owned();
        done.gaps.push((GapKind::Limit, place, detail));
    }
    done
}

/// A layout for each name of each file.
fn layouts(read: &Read<'_>, names: &Names, limits: &Limits, gaps: &mut Gaps) -> LayoutFacts {
    let mut all: Vec<(&str, &Place, Option<u32>, &Key)> = Vec::new();
    for (key, (_, place, _)) in read {
        for (name, id) in names.get(*key).into_iter().flatten() {
            all.push((name, place, *id, key));
        }
    }
    all.sort();
    if let Some((_, place, ..)) = all.get(limits.listed) {
        let beyond = all.len().saturating_sub(limits.listed);
        let detail = format!("{beyond} layouts from here on are not listed");
        gaps.note(GapKind::Limit, (*place).clone(), detail);
    }
    let layout = |(name, place, id, key): (&str, &Place, Option<u32>, &Key)| {
        let (kind, _, views) = read.get(key)?;
        Some(Layout {
            kind: *kind,
            name: name.to_owned(),
            id,
            place: place.clone(),
            views: views.clone(),
        })
    };
    LayoutFacts {
        layouts: all
            .into_iter()
            .take(limits.listed)
            .filter_map(layout)
            .collect(),
    }
}

/// Gaps of one kind as one: an obfuscator that damages one file on purpose
/// damages them all.
#[derive(Default)]
struct Gaps {
    first: BTreeMap<GapKind, (Place, String, usize)>,
}

impl Gaps {
    fn note(&mut self, kind: GapKind, place: Place, detail: String) {
        let first = self.first.entry(kind).or_insert((place, detail, 0));
        first.2 = first.2.saturating_add(1);
    }

    fn finish(self) -> Vec<Gap> {
        let gap = |(kind, (place, detail, count))| Gap {
            part: Part::Resources,
            kind,
            place,
            detail: match count {
                1 => detail,
                more => format!("{detail} ({more} files with such a gap)"),
            },
        };
        self.first.into_iter().map(gap).collect()
    }
}
