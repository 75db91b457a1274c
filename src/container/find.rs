//! Packages in a directory.

use std::path::{Path, PathBuf};

use super::package::PackageKind;

/// Every package at or below `path`, sorted, by file extension; a path that
/// is no directory is given back as it is, whatever its extension. Policy
/// documents inside a directory are not taken: there they belong to
/// something else. Links are not followed.
///
/// The second part lists what could not be walked, in words.
pub fn find_packages(path: &Path) -> (Vec<PathBuf>, Vec<String>) {
    if !path.is_dir() {
        return (vec![path.to_owned()], Vec::new());
    }
    let mut found = Vec::new();
    let mut failed = Vec::new();
    for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let kind = PackageKind::of_extension(entry.path());
                if kind.is_some_and(|kind| kind != PackageKind::Policy) {
                    found.push(entry.into_path());
                }
            }
            Ok(_) => {}
            Err(error) => failed.push(error.to_string()),
        }
    }
    (found, failed)
}
