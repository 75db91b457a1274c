//! Apps that went through the real chain, plain and through R8: those in
//! order are accused of nothing, and one planted defect is found by its own
//! checks and no other.
//!
//! `fixtures/apps/README.md` says where they come from. All checks run, with
//! the rules of all regimes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use apkaudit::check::{Checks, Finding, Verdict};
use apkaudit::container::Package;
use apkaudit::facts::{Options, extract};
use apkaudit::limits::Limits;
use rayon::prelude::*;
use serde::Deserialize;
use toml::Value;

/// What `fixtures/apps/build.sh` reads as well.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What is planted.
    about: String,
    /// The clean app.
    base: String,
    /// The checks that say violation or risk.
    expect: BTreeSet<String>,
    #[serde(rename = "vendors", default)]
    _vendors: Vec<String>,
    #[serde(rename = "edit", default)]
    _edits: Vec<Value>,
    #[serde(rename = "files", default)]
    _files: BTreeMap<String, String>,
}

/// The clean apps and the checks that ask to look at something. Each of
/// them was read: the SDK for push reads the list of apps and the IMEI, as
/// the policy says; a run log reads the location every five seconds; what
/// opens personal data is listed; Google Play has a form.
const CLEAN: [(&str, &[&str]); 3] = [
    ("clean", &[]),
    (
        "clean-shop",
        &["app-list-access", "dangerous-permissions", "immutable-ids"],
    ),
    (
        "clean-runs",
        &[
            "advertising-id",
            "collection-repeated",
            "dangerous-permissions",
            "data-safety-answers",
        ],
    ),
];

#[test]
fn apps_in_order_are_accused_of_nothing() {
    let checks = Checks::builtin().unwrap();
    for (app, to_look_at) in CLEAN {
        for form in ["", "-r8"] {
            let package = apps().join(app).join(format!("{app}{form}.apk"));
            let findings = findings(&checks, &package);
            let asserted = asserted(&findings);
            assert!(asserted.is_empty(), "{app}{form}: {asserted:#?}");
            let asked: Vec<&str> = findings
                .iter()
                .filter(|finding| finding.verdict == Verdict::Review)
                .map(|finding| finding.check.as_str())
                .collect();
            let asked: BTreeSet<&str> = asked.into_iter().collect();
            let known: BTreeSet<&str> = to_look_at.iter().copied().collect();
            assert_eq!(asked, known, "{app}{form}");
        }
    }
}

#[test]
fn a_planted_defect_is_found_by_its_own_checks_and_no_other() {
    let checks = Checks::builtin().unwrap();
    let cases = cases();
    assert!(cases.len() >= 9, "{} cases are there", cases.len());
    let wrong: Vec<String> = cases
        .par_iter()
        .flat_map(|(name, case)| {
            let folder = apps().join("planted").join(name);
            assert!(
                CLEAN.iter().any(|(app, _)| *app == case.base),
                "{name}: {} is no clean app",
                case.base
            );
            ["plain", "r8"].map(|form| {
                let said = asserted(&findings(&checks, &folder.join(format!("{form}.apk"))));
                let ids: BTreeSet<String> = said.keys().cloned().collect();
                let missed: Vec<&String> = case.expect.difference(&ids).collect();
                let besides: Vec<_> = said
                    .iter()
                    .filter(|(id, _)| !case.expect.contains(*id))
                    .collect();
                (ids != case.expect).then(|| {
                    format!(
                        "{name} {form}: {}\n  missed: {missed:?}\n  besides: {besides:#?}",
                        case.about
                    )
                })
            })
        })
        .flatten()
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Titles of what is asserted, by check.
fn asserted(findings: &[Finding]) -> BTreeMap<String, Vec<String>> {
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.asserts()) {
        let title = format!("{}: {}", finding.subject, finding.text.en.title);
        said.entry(finding.check.clone()).or_default().push(title);
    }
    said
}

fn findings(checks: &Checks, package: &Path) -> Vec<Finding> {
    let bytes = fs::read(package).unwrap_or_else(|error| panic!("{}: {error}", package.display()));
    let limits = Limits::default();
    let name = package.file_name().unwrap().to_string_lossy();
    let package = Package::from_bytes(&name, bytes, &limits).unwrap();
    checks.evaluate(&extract(&package, &limits, &Options::default()))
}

fn apps() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/apps")
}

fn cases() -> Vec<(String, Case)> {
    let entries = fs::read_dir(apps().join("planted")).unwrap();
    let mut cases: Vec<(String, Case)> = entries
        .map(|entry| entry.unwrap().path().join("case.toml"))
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.parent().and_then(Path::file_name).unwrap();
            let text = fs::read_to_string(&path).unwrap();
            let case =
                toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (name.to_string_lossy().into_owned(), case)
        })
        .collect();
    cases.sort_by(|one, other| one.0.cmp(&other.0));
    cases
}
