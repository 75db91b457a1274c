//! Who is inside, and above all who is not: every folder of `fixtures/sdks`
//! is an app (`app.toml` says what it is about) and what must be found in it
//! (`expected.toml`), no more and no less.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use apkaudit::container::Package;
use apkaudit::facts::{Facts, Options, extract};
use apkaudit::limits::Limits;
use apkaudit::sample;
use apkaudit::sdk::Status;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// `jpush present`; id and status, sorted.
    found: Vec<String>,
    /// Unknown third-party roots, the largest first.
    unknown: Vec<String>,
}

#[test]
fn every_app_holds_the_sdks_that_are_expected_and_no_others() {
    let cases = cases();
    assert!(cases.len() >= 15, "the fixtures are there: {cases:?}");
    let mut wrong = String::new();
    for case in &cases {
        let text = fs::read_to_string(case.join("expected.toml")).unwrap();
        let mut expected: Expected = toml::from_str(&text).unwrap();
        expected.found.sort();
        let facts = facts(case);
        let found = found(&facts);
        let unknown: Vec<String> = facts.sdks.unknown.iter().map(|r| r.name.clone()).collect();
        if found != expected.found || unknown != expected.unknown {
            explain(&mut wrong, case, &expected, &facts, &found, &unknown);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_list_of_a_packed_app_is_never_complete() {
    let facts = facts(&folder().join("packed"));
    assert!(facts.sdks.incomplete);
    let bugly = facts
        .sdks
        .found
        .iter()
        .find(|sdk| sdk.id == "bugly")
        .unwrap();
    assert_eq!(bugly.part_of.as_deref(), Some("tencent-legu"));
}

#[test]
fn unknown_code_says_what_it_reads() {
    let facts = facts(&folder().join("unknown-root"));
    let root = &facts.sdks.unknown[0];
    let kinds: Vec<&str> = root.touches.iter().map(|t| t.kind.as_str()).collect();
    assert_eq!(kinds, ["device_id.android_id"]);
    assert_eq!(root.touches[0].caller, "net.unknownmaker.track.Device");
    assert!(!root.touches[0].possible);
}

#[test]
fn renamed_classes_are_counted_and_blamed_on_nobody() {
    let facts = facts(&folder().join("renamed"));
    assert_eq!(facts.sdks.classes.renamed, 6);
    assert!(facts.sdks.unknown.is_empty());
}

fn found(facts: &Facts) -> Vec<String> {
    let mut found: Vec<String> = facts
        .sdks
        .found
        .iter()
        .map(|sdk| {
            let status = match sdk.status {
                Status::Present => "present",
                Status::Likely => "likely",
                Status::ReferenceOnly => "reference-only",
                Status::PartOf => "part-of",
            };
            format!("{} {status}", sdk.id)
        })
        .collect();
    found.sort();
    found
}

fn explain(
    out: &mut String,
    case: &Path,
    expected: &Expected,
    facts: &Facts,
    found: &[String],
    unknown: &[String],
) {
    let _ = writeln!(out, "{}", case.file_name().unwrap().to_string_lossy());
    let _ = writeln!(
        out,
        "  expected {:?} unknown {:?}",
        expected.found, expected.unknown
    );
    let _ = writeln!(out, "  found    {found:?} unknown {unknown:?}");
    for sdk in &facts.sdks.found {
        if !expected
            .found
            .iter()
            .any(|e| found.contains(e) && e.starts_with(&format!("{} ", sdk.id)))
        {
            for trace in &sdk.evidence {
                let _ = writeln!(
                    out,
                    "    {} {:?} {} ×{} {}",
                    sdk.id, trace.kind, trace.value, trace.count, trace.confirmed
                );
            }
        }
    }
}

fn facts(case: &Path) -> Facts {
    let description = fs::read_to_string(case.join("app.toml")).unwrap();
    let built = sample::build(&description, Some(case))
        .unwrap_or_else(|error| panic!("{}: {error}", case.display()));
    let limits = Limits::default();
    let package = Package::from_bytes(&built.file_name, built.bytes, &limits).unwrap();
    extract(&package, &limits, &Options::default())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sdks")
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    cases
}
