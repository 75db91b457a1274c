//! What is said of apps in which SDKs seem to be that are not, or hide.
//!
//! Every folder of `fixtures/sdks` is one app, described in `app.toml`, with
//! what is to be found in it in `expected.toml`: every SDK with its status
//! and no other, where listed also the plain libraries and the unknown roots.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use apkaudit::container::Package;
use apkaudit::facts::{Options, extract};
use apkaudit::limits::Limits;
use apkaudit::sample;
use apkaudit::sdk::{SdkFacts, Status, UnknownRoot};
use serde::Deserialize;

/// `expected.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// What the case is about.
    why: String,
    /// `jpush present`, sorted.
    sdks: Vec<String>,
    /// Ids of plain libraries; not looked at if left out.
    libraries: Option<Vec<String>>,
    /// `com.example.kit 12 device_id.android_id`: the root, its classes, what
    /// it reads.
    #[serde(default)]
    unknown: Vec<String>,
    /// Whether the list is said to be incomplete.
    #[serde(default)]
    incomplete: bool,
}

#[test]
fn only_what_is_inside_is_called_an_sdk() {
    let cases = cases();
    assert!(cases.len() >= 16, "the cases are there: {cases:?}");
    let mut failures = String::new();
    for case in &cases {
        let expected = expected(case);
        let facts = detect(case);
        let differences = differences(&facts, &expected);
        if !differences.is_empty() {
            let name = case.file_name().unwrap_or_default().display();
            writeln!(failures, "\n{name}: {}", expected.why).unwrap();
            failures += &differences;
            failures += &table(&facts);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn what_a_packer_brings_is_said_to_be_the_packers() {
    let facts = detect(&folder().join("packed"));
    let bugly = facts.found.iter().find(|sdk| sdk.id == "bugly").unwrap();
    assert_eq!(bugly.part_of.as_deref(), Some("tencent-legu"));
    assert_eq!(facts.inside().count(), 0);
}

#[test]
fn an_sdk_in_a_nested_file_is_found_where_it_lies() {
    let facts = detect(&folder().join("nested-dex"));
    let place = facts.found[0].evidence[0].place.clone();
    assert!(
        format!("{place:?}").contains("assets/plugin.jar"),
        "{place:?}"
    );
}

/// Everything that is not as expected, one a line.
fn differences(facts: &SdkFacts, expected: &Expected) -> String {
    let mut text = String::new();
    let found = facts.found.iter();
    let found = found.map(|sdk| format!("{} {}", sdk.id, status(sdk.status)));
    compare(&mut text, "SDK", &found.collect::<Vec<_>>(), &expected.sdks);
    if let Some(libraries) = &expected.libraries {
        let found = facts.libraries.iter().map(|library| library.id.clone());
        compare(&mut text, "library", &found.collect::<Vec<_>>(), libraries);
    }
    let unknown: Vec<String> = facts.unknown.iter().map(in_words).collect();
    compare(&mut text, "unknown", &unknown, &expected.unknown);
    if facts.incomplete != expected.incomplete {
        writeln!(text, "  incomplete: {}", facts.incomplete).unwrap();
    }
    text
}

fn compare(text: &mut String, what: &str, found: &[String], expected: &[String]) {
    for missing in expected.iter().filter(|one| !found.contains(one)) {
        writeln!(text, "  {what} missing: {missing}").unwrap();
    }
    for wrong in found.iter().filter(|one| !expected.contains(one)) {
        writeln!(text, "  {what} not expected: {wrong}").unwrap();
    }
}

/// All evidence, for whoever has to find out why.
fn table(facts: &SdkFacts) -> String {
    let mut text = String::new();
    for sdk in &facts.found {
        for trace in &sdk.evidence {
            let sure = if trace.confirmed {
                ""
            } else {
                " (unconfirmed)"
            };
            writeln!(
                text,
                "    {:24} {:14} {:?} {} x{}{sure}, {:?}",
                sdk.id,
                status(sdk.status),
                trace.kind,
                trace.value,
                trace.count,
                trace.place
            )
            .unwrap();
        }
    }
    text
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Present => "present",
        Status::Likely => "likely",
        Status::ReferenceOnly => "reference-only",
        Status::PartOf => "part-of",
    }
}

fn in_words(root: &UnknownRoot) -> String {
    let mut words = format!("{} {}", root.name, root.classes);
    for touch in &root.touches {
        words.push(' ');
        words += &touch.kind;
    }
    words
}

fn detect(case: &Path) -> SdkFacts {
    let description = fs::read_to_string(case.join("app.toml")).unwrap();
    let name = case.display();
    let sample =
        sample::build(&description, Some(case)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let limits = Limits::default();
    let package = Package::from_bytes(&sample.file_name, sample.bytes, &limits)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    extract(&package, &limits, &Options::default()).sdks
}

fn expected(case: &Path) -> Expected {
    let text = fs::read_to_string(case.join("expected.toml")).unwrap();
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", case.display()))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sdks")
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("app.toml").is_file())
        .collect();
    cases.sort();
    cases
}
