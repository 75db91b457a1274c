//! Sets of APKs that are one app: `.apks`, `.xapk`, `.apkm`.

use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;

use super::archive::{Archive, Entry};
use super::bytes::Bytes;
use super::error::OpenError;
use super::package::{Module, ModuleKind, Package, PackageKind};
use super::sniff;
use crate::evidence::{Anomaly, Gap, GapKind, Part, Place};

/// Which entries of a set are the app.
pub(super) struct Plan {
    kind: PackageKind,
    /// Entry names, the base first.
    apks: Vec<String>,
    /// What was left aside, in words.
    left: Option<String>,
    /// APKs that stand for others on other versions of Android, each with
    /// the one that was chosen.
    variants: Vec<(String, String)>,
}

/// Chooses the APKs that make up one installation; `None` if the archive
/// holds no APK.
pub(super) fn plan(shell: &Module, promised: Option<PackageKind>) -> Option<Plan> {
    let apks: Vec<&Entry> = shell
        .entries()
        .filter(|entry| entry.name.to_ascii_lowercase().ends_with(".apk"))
        .collect();
    if apks.is_empty() {
        return None;
    }
    let has = |name| shell.entry(name).is_some();
    let below = |directory: &str| -> Vec<&Entry> {
        apks.iter()
            .copied()
            .filter(|entry| entry.name.starts_with(directory))
            .collect()
    };
    let splits = below("splits/");
    let standalones = below("standalones/");
    let set = has("toc.pb") || has("universal.apk") || !splits.is_empty();
    if set || !standalones.is_empty() {
        return Some(bundletool(&apks, &splits, &standalones));
    }
    let root: Vec<&Entry> = apks
        .iter()
        .copied()
        .filter(|entry| !entry.name.contains('/'))
        .collect();
    let chosen = if root.is_empty() { apks } else { root };
    let kind = match promised {
        _ if has("manifest.json") => PackageKind::Xapk,
        _ if has("info.json") => PackageKind::Apkm,
        Some(kind @ (PackageKind::Apks | PackageKind::Xapk | PackageKind::Apkm)) => kind,
        _ => PackageKind::Apks,
    };
    let base = base_of(shell, &chosen);
    Some(Plan {
        kind,
        apks: base_first(&chosen, &base),
        left: None,
        variants: Vec::new(),
    })
}

/// An APK set of bundletool: the splits of one variant if there are any,
/// else the universal APK, else one of the standalone ones. `splits/` holds
/// APKs of several variants: `base-master.apk`, `base-master_2.apk` for
/// newer versions of Android.
fn bundletool(all: &[&Entry], splits: &[&Entry], standalones: &[&Entry]) -> Plan {
    let kind = PackageKind::Apks;
    if !splits.is_empty() {
        let (first, other): (Vec<&Entry>, Vec<&Entry>) = splits
            .iter()
            .copied()
            .partition(|entry| variant_of(entry, splits).is_none());
        let base = first
            .iter()
            .map(|entry| entry.name.clone())
            .find(|name| stem(name) == "base-master")
            .unwrap_or_default();
        let variants = other
            .into_iter()
            .filter_map(|entry| Some((entry.name.clone(), variant_of(entry, splits)?)))
            .collect();
        return Plan {
            kind,
            apks: base_first(&first, &base),
            left: None,
            variants,
        };
    }
    let universal = all.iter().find(|entry| stem(&entry.name) == "universal");
    let chosen = universal
        .or_else(|| {
            standalones
                .iter()
                .find(|entry| entry.name.contains("arm64_v8a"))
        })
        .or(standalones.first())
        .or(all.first());
    let apks: Vec<String> = chosen.iter().map(|entry| entry.name.clone()).collect();
    let others = all.len().saturating_sub(apks.len());
    let left = (universal.is_none() && others > 0).then(|| {
        format!("{others} other standalone APKs of the same app for other devices were not read")
    });
    Plan {
        kind,
        apks,
        left,
        variants: Vec::new(),
    }
}

/// The split of which this one has the name with `_2`, `_3` … added.
fn variant_of(entry: &Entry, all: &[&Entry]) -> Option<String> {
    let (first, number) = stem(&entry.name).rsplit_once('_')?;
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let chosen = all.iter().find(|other| stem(&other.name) == first)?;
    Some(chosen.name.clone())
}

/// The part of a `manifest.json` of an XAPK that is needed.
#[derive(Deserialize)]
struct XapkManifest {
    #[serde(default)]
    package_name: String,
    #[serde(default)]
    split_apks: Vec<XapkSplit>,
}

#[derive(Deserialize)]
struct XapkSplit {
    file: String,
    #[serde(default)]
    id: String,
}

/// The entry name of the base APK of a set, by what the set says, then by
/// name, then by size.
fn base_of(shell: &Module, apks: &[&Entry]) -> String {
    let manifest = shell
        .entry("manifest.json")
        .and_then(|entry| shell.read(entry).ok())
        .and_then(|bytes| serde_json::from_slice::<XapkManifest>(&bytes).ok());
    let known = |name: &str| {
        apks.iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.name.clone())
    };
    if let Some(manifest) = manifest {
        let said = manifest
            .split_apks
            .iter()
            .find(|split| split.id == "base")
            .and_then(|split| known(&split.file))
            .or_else(|| known(&format!("{}.apk", manifest.package_name)));
        if let Some(name) = said {
            return name;
        }
    }
    if let Some(entry) = apks.iter().find(|entry| stem(&entry.name) == "base") {
        return entry.name.clone();
    }
    let is_split = |entry: &&&Entry| {
        let name = stem(&entry.name);
        name.starts_with("config.") || name.starts_with("split_")
    };
    let largest = |entries: Vec<&&Entry>| {
        entries
            .into_iter()
            .max_by(|a, b| a.size.cmp(&b.size).then_with(|| b.name.cmp(&a.name)))
            .map(|entry| entry.name.clone())
    };
    largest(apks.iter().filter(|entry| !is_split(entry)).collect())
        .or_else(|| largest(apks.iter().collect()))
        .unwrap_or_default()
}

fn base_first(apks: &[&Entry], base: &str) -> Vec<String> {
    let mut names: Vec<String> = apks.iter().map(|entry| entry.name.clone()).collect();
    names.sort_by(|a, b| (a != base, a).cmp(&(b != base, b)));
    names.dedup();
    names
}

/// The file name without directory and extension.
fn stem(name: &str) -> &str {
    let file = name.rsplit_once('/').map_or(name, |(_, file)| file);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// Opens the chosen APKs as modules.
pub(super) fn open(package: &mut Package, shell: Module, plan: Plan) -> Result<(), OpenError> {
    package.kind = plan.kind;
    if let Some(detail) = plan.left {
        package
            .gaps
            .push(gap(GapKind::Unsupported, &package.file_name(), detail));
    }
    let opened: Vec<Result<(Module, Vec<Anomaly>), Gap>> = plan
        .apks
        .par_iter()
        .filter_map(|name| shell.entry(name))
        .map(|entry| open_apk(&shell, entry))
        .collect();
    let mut first_error = None;
    for result in opened {
        match result {
            Ok((module, anomalies)) => {
                package.modules.push(module);
                package.anomalies.extend(anomalies);
            }
            Err(gap) => {
                first_error.get_or_insert_with(|| format!("({}) {}", gap.place.file, gap.detail));
                package.gaps.extend(of_every_part(&gap));
            }
        }
    }
    let other = unlike(&shell, &plan.variants, &package.modules);
    if let Some(first) = other.first() {
        let detail = format!(
            "{} APKs for other versions of Android have other content and were not read",
            other.len()
        );
        package.gaps.push(gap(GapKind::Unsupported, first, detail));
    }
    package.outer = Some(shell);
    match first_error {
        Some(error) if package.modules.is_empty() => Err(OpenError::NoReadableSplit(error)),
        _ => Ok(()),
    }
}

/// The variants that hold anything that the chosen APKs do not hold. Their
/// manifests differ in the versions of Android they are for, and their
/// signatures with them.
fn unlike<'a>(
    shell: &Module,
    variants: &'a [(String, String)],
    chosen: &[Module],
) -> Vec<&'a String> {
    let content = |module: &Module| -> Vec<(String, u32, u64)> {
        let of_variant =
            |name: &str| name == "AndroidManifest.xml" || name.starts_with("META-INF/");
        let entries = module.entries().filter(|entry| !of_variant(&entry.name));
        entries
            .map(|entry| (entry.name.clone(), entry.crc32, entry.size))
            .collect()
    };
    let same = |(variant, of): &(String, String)| {
        let prefix = format!("{of}!/");
        let chosen = chosen.iter().find(|module| module.place_prefix == prefix)?;
        let (module, _) = open_apk(shell, shell.entry(variant)?).ok()?;
        Some(content(&module) == content(chosen))
    };
    let other = variants.iter().filter(|pair| same(pair) != Some(true));
    other.map(|(variant, _)| variant).collect()
}

fn open_apk(shell: &Module, entry: &Entry) -> Result<(Module, Vec<Anomaly>), Gap> {
    let failed = |kind, detail| gap(kind, &entry.name, detail);
    let bytes = match shell.archive.stored(entry) {
        Some(bytes) => bytes,
        None => Bytes::new(
            shell
                .read(entry)
                .map_err(|error| failed(error.gap_kind(), error.to_string()))?,
        ),
    };
    let prefix = format!("{}!/", entry.name);
    let (archive, anomalies) = Archive::open(bytes, &entry.name, &prefix, true, &shell.budget)
        .map_err(|error| failed(error.gap_kind(), error.to_string()))?;
    if archive.entry("AndroidManifest.xml").is_none() {
        return Err(failed(
            GapKind::Missing,
            OpenError::NoManifest(sniff::archive(&archive)).to_string(),
        ));
    }
    let module = Module {
        name: stem(&entry.name).to_owned(),
        place_prefix: prefix,
        kind: ModuleKind::Apk,
        archive,
        directory: String::new(),
        budget: Arc::clone(&shell.budget),
    };
    Ok((module, anomalies))
}

/// An APK that cannot be opened may have held any part of the app.
fn of_every_part(gap: &Gap) -> impl Iterator<Item = Gap> {
    let parts = [
        Part::Container,
        Part::Manifest,
        Part::Resources,
        Part::Code,
        Part::Native,
        Part::Policy,
    ];
    parts.into_iter().map(|part| Gap {
        part,
        ..gap.clone()
    })
}

fn gap(kind: GapKind, file: &str, detail: String) -> Gap {
    Gap {
        part: Part::Container,
        kind,
        place: Place::file(file),
        detail,
    }
}
