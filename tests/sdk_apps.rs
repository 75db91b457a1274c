//! Three builds of one app with many SDKs: plain, through R8 with the
//! vendors' rules, through R8 without. What is to be found in each stands in
//! `fixtures/apps/sdks-expected.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use apkaudit::container::Package;
use apkaudit::facts::{Options, extract};
use apkaudit::limits::Limits;
use apkaudit::sdk::{FoundSdk, SdkFacts};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct App {
    package: String,
    missed: Vec<String>,
    libraries: Vec<String>,
    unknown: Vec<String>,
    renamed: bool,
    sdk: BTreeMap<String, Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    status: String,
    version: Option<String>,
    by: Vec<String>,
}

#[test]
fn sdks_are_found_as_far_as_r8_leaves_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/apps");
    let text = fs::read_to_string(folder.join("sdks-expected.toml")).unwrap();
    let apps: BTreeMap<String, App> = toml::from_str(&text).unwrap();
    assert_eq!(apps.len(), 3, "all three builds are described");
    let mut wrong = String::new();
    for (name, app) in &apps {
        let found = sdks(&folder.join(&app.package));
        compare(name, app, &found, &mut wrong);
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn sdks(path: &Path) -> SdkFacts {
    let limits = Limits::default();
    let package = Package::open(path, &limits).unwrap_or_else(|error| panic!("{error}"));
    extract(&package, &limits, &Options::default()).sdks
}

fn compare(name: &str, app: &App, facts: &SdkFacts, wrong: &mut String) {
    let by_id: BTreeMap<&str, &FoundSdk> = facts
        .found
        .iter()
        .map(|sdk| (sdk.id.as_str(), sdk))
        .collect();
    let ids: BTreeSet<&str> = by_id
        .keys()
        .copied()
        .chain(app.sdk.keys().map(String::as_str))
        .collect();
    for id in ids {
        let expected = app.sdk.get(id).map(expected_row);
        let found = by_id.get(id).map(|sdk| found_row(sdk));
        let kinds = by_id.get(id).map_or_else(Vec::new, |sdk| kinds(sdk));
        let lacking: Vec<&str> = app
            .sdk
            .get(id)
            .into_iter()
            .flat_map(|sdk| &sdk.by)
            .map(String::as_str)
            .filter(|kind| !kinds.iter().any(|found| found == kind))
            .collect();
        if expected != found || !lacking.is_empty() {
            let none = || "-".to_owned();
            let _ = writeln!(
                wrong,
                "{name:<6} {id:<24} expected {:<20} found {:<20} not shown by {lacking:?}",
                expected.unwrap_or_else(none),
                found.unwrap_or_else(none),
            );
        }
    }
    for id in &app.missed {
        if by_id.contains_key(id.as_str()) {
            let _ = writeln!(wrong, "{name:<6} {id:<24} is found after all");
        }
    }
    for id in &app.libraries {
        if !facts.libraries.iter().any(|library| library.id == *id) {
            let _ = writeln!(wrong, "{name:<6} {id:<24} is a library that is not found");
        }
    }
    let unknown: Vec<&str> = facts
        .unknown
        .iter()
        .map(|root| root.name.as_str())
        .collect();
    if unknown != app.unknown {
        let _ = writeln!(
            wrong,
            "{name:<6} unknown roots: {:?} found {unknown:?}",
            app.unknown
        );
    }
    if (facts.classes.renamed > 0) != app.renamed {
        let _ = writeln!(
            wrong,
            "{name:<6} {} classes are renamed",
            facts.classes.renamed
        );
    }
}

fn expected_row(sdk: &Expected) -> String {
    format!("{} {}", sdk.status, sdk.version.as_deref().unwrap_or("-"))
}

fn found_row(sdk: &FoundSdk) -> String {
    let version = sdk.version.as_ref().map_or("-", |v| v.value.as_str());
    format!("{} {version}", word(&sdk.status))
}

fn kinds(sdk: &FoundSdk) -> Vec<String> {
    let confirmed = sdk.evidence.iter().filter(|trace| trace.confirmed);
    confirmed.map(|trace| word(&trace.kind)).collect()
}

/// The word that the output has for it.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
