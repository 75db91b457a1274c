//! What an archive is, by its content, and the modules in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::archive::Archive;
use super::bytes::Bytes;
use super::error::OpenError;
use super::package::{Module, ModuleKind, Package, PackageKind};
use super::{sniff, splits};
use crate::evidence::{Gap, GapKind, Part, Place};

const MANIFEST: &str = "AndroidManifest.xml";
const BUNDLE_MANIFEST: &str = "/manifest/AndroidManifest.xml";

/// Opens the archive and fills in kind, modules, anomalies and gaps.
pub(super) fn open(package: &mut Package, bytes: Bytes) -> Result<(), OpenError> {
    let whole = package.file_name();
    let (archive, anomalies) = Archive::open(bytes, &whole, "", true, &package.budget)?;
    package.anomalies = anomalies;
    let shell = Module {
        name: String::new(),
        place_prefix: String::new(),
        kind: ModuleKind::Archive,
        archive,
        directory: String::new(),
        budget: Arc::clone(&package.budget),
    };
    if let Some(directories) = bundle_modules(&shell.archive) {
        open_bundle(package, shell, &directories);
        return Ok(());
    }
    let promised = PackageKind::of_extension(&package.path);
    if let Some(kind) = single_kind(&shell, promised) {
        package.kind = match kind {
            ModuleKind::Aar => PackageKind::Aar,
            ModuleKind::Jar => PackageKind::Jar,
            _ => PackageKind::Apk,
        };
        package.modules = vec![Module { kind, ..shell }];
        return Ok(());
    }
    let Some(set) = splits::plan(&shell, promised) else {
        let what = sniff::archive(&shell.archive);
        let jar = promised == Some(PackageKind::Jar) && [sniff::PLAIN, sniff::JAVA].contains(&what);
        return Err(if jar {
            OpenError::NoClasses
        } else {
            OpenError::NoManifest(what)
        });
    };
    splits::open(package, shell, set)
}

/// An APK or an AAR, by the manifest at the root, a JAR without one, or none
/// of them.
fn single_kind(module: &Module, promised: Option<PackageKind>) -> Option<ModuleKind> {
    let Some(manifest) = module.entry(MANIFEST) else {
        // What is called an app and has lost its manifest is no library.
        let may_be = promised.is_none_or(|kind| kind == PackageKind::Jar);
        return (may_be && sniff::is_library(&module.archive)).then_some(ModuleKind::Jar);
    };
    let has = |name| module.entry(name).is_some();
    if has("classes.dex") || has("resources.arsc") {
        return Some(ModuleKind::Apk);
    }
    // A library keeps its manifest as plain text.
    let mut inflater = flate2::Decompress::new(false);
    let head = super::read::head(&module.archive, manifest, 64, &mut inflater);
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    let plain = text.trim_ascii_start().starts_with(b"<");
    Some(if plain {
        ModuleKind::Aar
    } else {
        ModuleKind::Apk
    })
}

/// The directories of a bundle's modules, `base` first; `None` if the
/// archive is no bundle.
fn bundle_modules(archive: &Archive) -> Option<Vec<String>> {
    let directories: BTreeSet<&str> = archive
        .entries()
        .iter()
        .filter_map(|entry| entry.name.strip_suffix(BUNDLE_MANIFEST))
        .filter(|directory| !directory.contains('/') && !directory.is_empty())
        .collect();
    let marked = archive.entry("BundleConfig.pb").is_some();
    // A single manifest below some directory is not enough to be a bundle.
    let is_bundle = marked || (directories.contains("base") && archive.entry(MANIFEST).is_none());
    if !is_bundle {
        return None;
    }
    let (base, others): (Vec<&str>, Vec<&str>) = directories
        .into_iter()
        .partition(|&directory| directory == "base");
    Some(base.into_iter().chain(others).map(str::to_owned).collect())
}

fn open_bundle(package: &mut Package, shell: Module, directories: &[String]) {
    package.kind = PackageKind::Aab;
    if directories.first().is_none_or(|first| first != "base") {
        package.gaps.push(Gap {
            part: Part::Manifest,
            kind: GapKind::Missing,
            place: Place::file("base/manifest/AndroidManifest.xml"),
            detail: "the bundle has no base module".to_owned(),
        });
    }
    package.modules = directories
        .iter()
        .map(|name| {
            let directory = format!("{name}/");
            Module {
                name: name.clone(),
                kind: ModuleKind::Bundle,
                archive: shell.archive.below(&directory),
                directory,
                ..shell.clone()
            }
        })
        .collect();
    package.outer = Some(shell);
}
