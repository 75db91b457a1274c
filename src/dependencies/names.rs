//! Names of packages inside code and file names.

use std::collections::BTreeSet;

use memchr::memmem;

use crate::container::{Entry, Module, ModuleKind};

/// Longest name of a Dart package (no limit is documented) and of an npm
/// package (its documented limit), in bytes.
const LONGEST_DART: usize = 64;
const LONGEST_NPM: usize = 214;

/// Packages named in compiled Dart code, which keeps the names of source
/// files: `package:firebase_core/firebase_core.dart`. At most `most`.
pub(super) fn dart_packages(bytes: &[u8], most: usize) -> BTreeSet<&str> {
    const MARK: &[u8] = b"package:";
    let mut found = BTreeSet::new();
    for at in memmem::find_iter(bytes, MARK) {
        let rest = bytes
            .get(at.saturating_add(MARK.len())..)
            .unwrap_or_default();
        let Some(name) = before_slash(rest, LONGEST_DART) else {
            continue;
        };
        if is_dart_name(name) && (found.len() < most || found.contains(name)) {
            found.insert(name);
        }
    }
    found
}

/// Whether this is a name of a Dart package (dart.dev, "The pubspec file").
pub(super) fn is_dart_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// The compiled Dart code of a module; of several, that for the devices most
/// people have.
pub(super) fn dart_library(module: &Module) -> Option<&Entry> {
    const ABIS: [&str; 4] = ["arm64-v8a", "armeabi-v7a", "x86_64", "x86"];
    let top = if module.kind == ModuleKind::Aar {
        "jni"
    } else {
        "lib"
    };
    ABIS.iter()
        .find_map(|abi| module.entry(&format!("{top}/{abi}/libapp.so")))
}

/// npm packages of paths below `node_modules/`, followed by a slash. At most
/// `most`.
pub(super) fn npm_packages(bytes: &[u8], most: usize) -> BTreeSet<String> {
    const MARK: &[u8] = b"node_modules/";
    let mut found = BTreeSet::new();
    for at in memmem::find_iter(bytes, MARK) {
        let rest = bytes
            .get(at.saturating_add(MARK.len())..)
            .unwrap_or_default();
        let Some(name) = npm_name(rest) else {
            continue;
        };
        if found.len() < most || found.contains(&name) {
            found.insert(name);
        }
    }
    found
}

/// The npm package at the start of a path.
pub(super) fn npm_name(path: &[u8]) -> Option<String> {
    let first = before_slash(path, LONGEST_NPM)?;
    if let Some(scope) = first.strip_prefix('@') {
        let rest = path.get(first.len().checked_add(1)?..)?;
        let name = before_slash(rest, LONGEST_NPM)?;
        return (is_npm_part(scope) && is_npm_part(name)).then(|| format!("@{scope}/{name}"));
    }
    is_npm_part(first).then(|| first.to_owned())
}

fn is_npm_part(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}

/// The text before the first slash.
fn before_slash(bytes: &[u8], longest: usize) -> Option<&str> {
    let end = bytes
        .iter()
        .take(longest.saturating_add(1))
        .position(|&b| b == b'/')?;
    str::from_utf8(bytes.get(..end)?).ok()
}

/// A path as React Native makes the name of a picture of it.
pub(super) fn squeezed(path: &str) -> String {
    path.chars()
        .filter_map(|c| match c.to_ascii_lowercase() {
            '/' => Some('_'),
            c if c.is_ascii_alphanumeric() || c == '_' => Some(c),
            _ => None,
        })
        .collect()
}
