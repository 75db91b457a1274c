//! Packages in a directory.

use std::path::{Path, PathBuf};

use super::package::PackageKind;

/// Every package at or below `path`, sorted, by file extension; a path that
/// is no directory is given back as it is, whatever its extension. Policy
/// documents inside a directory are not taken: there they belong to
/// something else. Nor are the sources and the documentation that Maven keeps
/// beside a JAR. Links are not followed.
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
                if is_package(entry.path()) {
                    found.push(entry.into_path());
                }
            }
            Ok(_) => {}
            Err(error) => failed.push(error.to_string()),
        }
    }
    (found, failed)
}

fn is_package(path: &Path) -> bool {
    match PackageKind::of_extension(path) {
        None | Some(PackageKind::Policy) => false,
        Some(PackageKind::Jar) => {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            !["-sources", "-javadoc"].iter().any(|of| stem.ends_with(of))
        }
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_gives_packages_and_no_sources() {
        for (name, taken) in [
            ("app.apk", true),
            ("libs/push-3.1.JAR", true),
            ("libs/push-3.1-sources.jar", false),
            ("libs/push-3.1-javadoc.jar", false),
            ("privacy.html", false),
            ("README", false),
        ] {
            assert_eq!(is_package(Path::new(name)), taken, "{name}");
        }
    }
}
