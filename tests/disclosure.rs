//! One app, several policies: an SDK that is inside is disclosed, in part, or
//! not at all, and only what is missing is a finding.

use std::fs;
use std::path::{Path, PathBuf};

use apkaudit::check::{Checks, Verdict};
use apkaudit::container::Package;
use apkaudit::disclosure::SdkVerdict;
use apkaudit::facts::{Facts, Options, extract};
use apkaudit::limits::Limits;
use apkaudit::sample;
use serde::Deserialize;

/// `expect.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    about: String,
    sdk: String,
    verdict: SdkVerdict,
    missing: Vec<String>,
    /// `<verdict> <check> <subject>` of the checks on SDK lists.
    findings: Vec<String>,
}

/// Checks that rest on the list of SDKs.
const ON_LISTS: [&str; 2] = ["sdk-undisclosed", "sdk-disclosure-incomplete"];

#[test]
fn what_the_policy_lists_is_not_accused_and_what_it_leaves_out_is() {
    let checks = Checks::builtin().expect("the built-in checks are right");
    let cases = cases();
    assert!(cases.len() >= 7, "{cases:?}");
    for case in cases {
        let text = fs::read_to_string(case.join("expect.toml")).expect("readable");
        let expected: Expected = toml::from_str(&text).expect("as described above");
        let about = format!("{}: {}", case.display(), expected.about);
        let facts = facts(&case);
        let sdk = facts
            .disclosure
            .sdks
            .iter()
            .find(|sdk| sdk.id == expected.sdk)
            .unwrap_or_else(|| panic!("{about}: {} is not inside", expected.sdk));
        assert_eq!(sdk.verdict, expected.verdict, "{about}");
        let missing: Vec<String> = sdk
            .missing
            .iter()
            .map(|detail| format!("{detail:?}").to_lowercase())
            .filter(|detail| detail != "link")
            .collect();
        assert_eq!(missing, expected.missing, "{about}");
        let found: Vec<String> = checks
            .evaluate(&facts)
            .iter()
            .filter(|finding| ON_LISTS.contains(&finding.check.as_str()))
            .filter(|finding| {
                matches!(
                    finding.verdict,
                    Verdict::Violation | Verdict::Risk | Verdict::Review
                )
            })
            .map(|finding| {
                let verdict = finding.verdict.word();
                format!("{verdict} {} {}", finding.check, finding.subject)
            })
            .collect();
        assert_eq!(found, expected.findings, "{about}");
    }
}

fn facts(case: &Path) -> Facts {
    let app = fs::read_to_string(case.join("app.toml")).expect("readable");
    let sample = sample::build(&app, Some(case)).expect("a package");
    let limits = Limits::default();
    let package = Package::from_bytes(&sample.file_name, sample.bytes, &limits).expect("it opens");
    extract(&package, &limits, &Options::default())
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir("fixtures/disclosure")
        .expect("the cases are there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.join("expect.toml").is_file())
        .collect();
    cases.sort();
    cases
}
