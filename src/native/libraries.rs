//! The shared libraries of a package: all are listed, one copy of each is
//! read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::looked_up::{LookedUp, looked_up};
use super::{Library, NativeFacts};
use crate::container::{Entry, Method, Module, ModuleKind, Package};
use crate::decode::elf;
use crate::evidence::{Gap, GapKind, Part};
use crate::limits::Limits;

/// ABIs in the order in which one is chosen to be read: what most devices
/// run comes first.
const PREFERRED: [&str; 6] = [
    "arm64-v8a",
    "armeabi-v7a",
    "armeabi",
    "x86_64",
    "x86",
    "riscv64",
];

/// Most classes kept of the `Java_*` symbols of one library.
const MAX_JNI_CLASSES: usize = 32;

/// One library file before it is read.
struct Candidate<'a> {
    module: &'a Module,
    entry: &'a Entry,
    library: Library,
}

/// Lists the shared libraries of all modules and reads one copy of each
/// name, `arm64-v8a` first, in parallel.
///
/// A library that cannot be read becomes a gap. A `.so` that is an archive
/// or a DEX file is no library but nested code, which `container` finds; it
/// is listed with `read: false` and is no gap. The last is what the libraries
/// may look up in classes.
pub fn read(package: &Package, limits: &Limits) -> (NativeFacts, Vec<Gap>, Vec<LookedUp>) {
    let mut candidates: Vec<Candidate<'_>> =
        package.modules.iter().flat_map(shared_objects).collect();
    candidates.sort_by(|a, b| {
        let key = |c: &Candidate<'_>| (c.library.name.clone(), c.library.abi.clone());
        key(a)
            .cmp(&key(b))
            .then_with(|| a.library.place.cmp(&b.library.place))
    });
    let chosen = chosen(&candidates);
    let results: Vec<(Library, Option<Gap>, Option<LookedUp>)> = candidates
        .into_par_iter()
        .enumerate()
        .map(|(index, candidate)| {
            if chosen.contains(&index) {
                look_into(candidate)
            } else {
                (candidate.library, None, None)
            }
        })
        .collect();
    let mut facts = NativeFacts::default();
    let mut gaps = Vec::new();
    let mut looked_up = Vec::new();
    for (library, gap, names) in results {
        facts.libraries.push(library);
        gaps.extend(gap);
        looked_up.extend(names);
    }
    facts.abis = facts
        .libraries
        .iter()
        .map(|library| library.abi.clone())
        .filter(|abi| !abi.is_empty())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let beyond = facts.libraries.len().saturating_sub(limits.listed);
    if let Some(first) = facts.libraries.get(limits.listed).filter(|_| beyond > 0) {
        gaps.push(Gap {
            part: Part::Native,
            kind: GapKind::Limit,
            place: first.place.clone(),
            detail: format!("{beyond} libraries from here on are not listed"),
        });
        facts.libraries.truncate(limits.listed);
    }
    gaps.sort();
    (facts, gaps, looked_up)
}

fn shared_objects(module: &Module) -> impl Iterator<Item = Candidate<'_>> {
    module.entries().filter_map(move |entry| {
        let name = entry.name.rsplit('/').next()?;
        name.strip_suffix(".so").filter(|stem| !stem.is_empty())?;
        Some(Candidate {
            module,
            entry,
            library: Library {
                name: name.to_owned(),
                abi: abi(module.kind, &entry.name).unwrap_or_default().to_owned(),
                place: module.place(entry),
                size: entry.size,
                ..Library::default()
            },
        })
    })
}

/// The ABI folder of `lib/<abi>/<name>`, or of `jni/<abi>/<name>` in an
/// Android library (developer.android.com, "AAR file anatomy").
fn abi(kind: ModuleKind, path: &str) -> Option<&str> {
    let top = if kind == ModuleKind::Aar {
        "jni/"
    } else {
        "lib/"
    };
    let (abi, name) = path.strip_prefix(top)?.split_once('/')?;
    (!name.contains('/')).then_some(abi)
}

/// The index of the copy to read, for each name.
fn chosen(candidates: &[Candidate<'_>]) -> BTreeSet<usize> {
    let rank = |abi: &str| {
        PREFERRED
            .iter()
            .position(|known| *known == abi)
            .unwrap_or(PREFERRED.len())
    };
    let mut best: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let here = (rank(&candidate.library.abi), index);
        best.entry(&candidate.library.name)
            .and_modify(|known| *known = here.min(*known))
            .or_insert(here);
    }
    best.into_values().map(|(_, index)| index).collect()
}

fn look_into(candidate: Candidate<'_>) -> (Library, Option<Gap>, Option<LookedUp>) {
    let Candidate {
        module,
        entry,
        mut library,
    } = candidate;
    let gap = |kind, detail| {
        Some(Gap {
            part: Part::Native,
            kind,
            place: library.place.clone(),
            detail,
        })
    };
    let bytes = match content(module, entry) {
        Ok(bytes) => bytes,
        Err(error) => {
            let gap = gap(error.gap_kind(), error.to_string());
            return (library, gap, None);
        }
    };
    if !bytes.starts_with(b"\x7fELF") {
        let gap = no_elf(&bytes).and_then(|(kind, detail)| gap(kind, detail.to_owned()));
        return (library, gap, None);
    }
    match elf::library(&bytes) {
        Ok(read) => {
            fill(&mut library, read);
            (library, None, looked_up(&bytes))
        }
        Err(error) => {
            let gap = gap(GapKind::Malformed, error.to_string());
            (library, gap, None)
        }
    }
}

/// What is unread in a `.so` that is no ELF file: nothing if it is nested
/// code, which is read elsewhere.
fn no_elf(bytes: &[u8]) -> Option<(GapKind, &'static str)> {
    const ARCHIVES: [(&[u8], &str); 4] = [
        (b"\x1f\x8b", "is a gzip archive, not a library"),
        (b"\xfd7zXZ\0", "is an xz archive, not a library"),
        (b"\x28\xb5\x2f\xfd", "is a zstd archive, not a library"),
        (b"7z\xbc\xaf\x27\x1c", "is a 7z archive, not a library"),
    ];
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"dex\n0") {
        return None;
    }
    let archive = ARCHIVES.iter().find(|(magic, _)| bytes.starts_with(magic));
    Some(match archive {
        Some((_, what)) => (GapKind::Unsupported, what),
        None => (GapKind::Malformed, "does not begin like an ELF file"),
    })
}

/// The content of an entry, without a copy if it is stored as it is.
pub(super) fn content<'a>(
    module: &'a Module,
    entry: &Entry,
) -> Result<Cow<'a, [u8]>, crate::container::ReadError> {
    if entry.method == Method::Stored && entry.size == entry.compressed_size {
        let stored = entry
            .data_offset
            .and_then(|at| usize::try_from(at).ok())
            .zip(usize::try_from(entry.size).ok())
            .and_then(|(at, size)| module.archive_bytes().get(at..at.checked_add(size)?));
        if let Some(bytes) = stored {
            return Ok(Cow::Borrowed(bytes));
        }
    }
    module.read(entry).map(Cow::Owned)
}

fn fill(library: &mut Library, read: elf::Library) {
    let classes: BTreeSet<String> = read
        .jni_names
        .iter()
        .filter_map(|name| jni_class(name))
        .collect();
    library.read = true;
    library.soname = read.soname;
    library.needed = read.needed;
    library.jni_exports = read.jni_exports;
    library.jni_classes = classes.into_iter().take(MAX_JNI_CLASSES).collect();
    library.exports = read.exports;
    library.build_id = read.build_id;
    library.ndk = read.ndk;
}

/// The dotted class of a `Java_<class>_<method>` symbol, unescaped by the
/// table of the JNI specification, "Resolving Native Method Names".
fn jni_class(symbol: &str) -> Option<String> {
    let mangled = symbol.strip_prefix("Java_")?;
    let mut parts = vec![String::new()];
    let mut rest = mangled.chars();
    while let Some(c) = rest.next() {
        let tail = rest.as_str();
        if c != '_' {
            parts.last_mut()?.push(c);
            continue;
        }
        let mut ahead = tail.chars();
        match (ahead.next(), ahead.next()) {
            (Some('1'), _) => parts.last_mut()?.push('_'),
            (Some('2' | '3'), _) => return None,
            (Some('0'), _) => {
                let code = u32::from_str_radix(tail.get(1..5)?, 16).ok()?;
                parts.last_mut()?.push(char::from_u32(code)?);
                rest = tail.get(5..)?.chars();
                continue;
            }
            // The signature of an overloaded method begins.
            (Some('_'), next) if !matches!(next, Some('0'..='3')) => break,
            _ => {
                parts.push(String::new());
                continue;
            }
        }
        rest.next();
    }
    parts.pop()?;
    let class = parts.join(".");
    (!class.is_empty()).then_some(class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jni_symbol_names_its_class() {
        for (symbol, class) in [
            ("Java_com_example_Native_start", "com.example.Native"),
            ("Java_com_a_1b_C_run", "com.a_b.C"),
            (
                "Java_com_example_Outer_00024Inner_go",
                "com.example.Outer$Inner",
            ),
            ("Java_com_example_Native__1init", "com.example.Native"),
            (
                "Java_com_example_Native_put__ILjava_lang_String_2",
                "com.example.Native",
            ),
            ("Java_com_example_Native_put___3B", "com.example.Native"),
            ("Java_\u{4e2d}_run", "\u{4e2d}"),
        ] {
            assert_eq!(jni_class(symbol).as_deref(), Some(class), "{symbol}");
        }
        for symbol in [
            "Java_",
            "Java_run",
            "JNI_OnLoad",
            "Java_a_0zzzz_b",
            "Java_a_00",
        ] {
            assert_eq!(jni_class(symbol), None, "{symbol}");
        }
    }

    #[test]
    fn libraries_lie_in_abi_folders() {
        let apk = ModuleKind::Apk;
        assert_eq!(abi(apk, "lib/arm64-v8a/liba.so"), Some("arm64-v8a"));
        assert_eq!(abi(ModuleKind::Aar, "jni/x86/liba.so"), Some("x86"));
        assert_eq!(abi(apk, "jni/x86/liba.so"), None);
        assert_eq!(abi(apk, "lib/x86/deeper/liba.so"), None);
        assert_eq!(abi(apk, "assets/liba.so"), None);
    }
}
