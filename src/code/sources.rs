//! Where bytecode lies in a package.

use rustc_hash::FxHashSet;

use super::file::FileRead;
use crate::container::{Entry, Module, ModuleKind, Nested, Package};
use crate::evidence::{Anomaly, GapKind};

/// The DEX files that Android loads by itself, of all modules.
pub(super) fn ordinary(package: &Package) -> Vec<(&Module, &Entry)> {
    let mut found = Vec::new();
    for module in &package.modules {
        let mut last = "";
        for entry in module.entries() {
            // Of entries with one name, the first counts.
            if entry.name != last && number(module, &entry.name).is_some() {
                found.push((module, entry));
            }
            last = &entry.name;
        }
    }
    found
}

/// Gaps for entries that are called `.dex` and are something else: encrypted
/// code, most of the time.
pub(super) fn called_dex(package: &Package, nested: &[Nested]) -> Vec<FileRead> {
    let known: FxHashSet<&str> = nested.iter().map(|file| file.place.file.as_str()).collect();
    let inner = nested.iter().filter_map(|file| file.module.as_ref());
    let mut gaps = Vec::new();
    for module in package.modules.iter().chain(inner) {
        for entry in module.entries() {
            let called = entry.name.len() > 4
                && entry.name.as_bytes()[entry.name.len() - 4..].eq_ignore_ascii_case(b".dex");
            if !called || number(module, &entry.name).is_some() {
                continue;
            }
            let place = module.place(entry);
            if !known.contains(place.file.as_str()) {
                let detail = format!(
                    "is called .dex but does not begin like one ({} bytes): encrypted, or something else",
                    entry.size
                );
                gaps.push(FileRead::unread(place, GapKind::Malformed, detail));
            }
        }
    }
    gaps
}

/// `classesN.dex` that Android leaves aside, because it stops at the first
/// number that is missing.
pub(super) fn not_loaded(package: &Package) -> Vec<Anomaly> {
    let mut anomalies = Vec::new();
    for module in &package.modules {
        let numbers: FxHashSet<u32> = module
            .entries()
            .filter_map(|entry| number(module, &entry.name))
            .collect();
        let mut missing = 1;
        while numbers.contains(&missing) {
            missing += 1;
        }
        for entry in module.entries() {
            if number(module, &entry.name).is_some_and(|n| n > missing || n == 0) {
                anomalies.push(Anomaly {
                    kind: "dex-not-loaded".to_owned(),
                    place: module.place(entry),
                    detail: format!(
                        "Android does not load it: there is no {}",
                        if missing == 1 {
                            "classes.dex".to_owned()
                        } else {
                            format!("classes{missing}.dex")
                        }
                    ),
                });
            }
        }
    }
    anomalies
}

/// N of `classesN.dex`, 1 for `classes.dex`, 0 for a number that Android
/// does not ask for; `None` for any other entry.
fn number(module: &Module, name: &str) -> Option<u32> {
    let file = match module.kind {
        ModuleKind::Apk => name,
        ModuleKind::Bundle => name.strip_prefix("dex/")?,
        ModuleKind::Aar | ModuleKind::Jar | ModuleKind::Archive => return None,
    };
    let digits = file.strip_prefix("classes")?.strip_suffix(".dex")?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(match digits {
        "" => 1,
        "1" => 0,
        _ if digits.starts_with('0') => 0,
        _ => digits.parse().unwrap_or(0),
    })
}
