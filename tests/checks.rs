//! Every check says on its own examples what it promises, and nothing on
//! apps that are in order.
//!
//! The examples go through the whole line: a description becomes a package,
//! the package is opened and read like any other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use apkaudit::catalog;
use apkaudit::check::{Checks, Finding, Verdict};
use apkaudit::container::Package;
use apkaudit::facts::{Facts, Options, extract};
use apkaudit::limits::Limits;
use apkaudit::sample;

#[test]
fn every_check_finds_what_its_examples_say_and_nothing_else() {
    let run = builtin().test();
    assert!(
        run.run > 80,
        "the examples are there: {} were found",
        run.run
    );
    let failures: String = run.failures.iter().map(ToString::to_string).collect();
    assert!(run.failures.is_empty(), "{failures}");
}

#[test]
fn apps_in_order_are_not_accused_by_any_check() {
    let checks = builtin();
    let mut wrong = Vec::new();
    let cases = clean_cases();
    assert!(cases.len() >= 4, "the clean apps are there: {cases:?}");
    for case in &cases {
        let description = fs::read_to_string(case.join("app.toml")).unwrap();
        let facts = facts(&description, Some(case));
        assert!(
            !facts.identity.package.is_empty(),
            "{} is read",
            case.display()
        );
        for finding in checks.evaluate(&facts) {
            if finding.asserts() {
                wrong.push(format!(
                    "{}: {} {}: {}",
                    case.display(),
                    finding.check,
                    in_words(&finding),
                    finding.text.en.title
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_clean_app_with_a_policy_passes_the_search_for_one() {
    let checks = builtin();
    for case in ["shop-zh", "reader-en", "player-old-phones"] {
        let folder = clean().join(case);
        let description = fs::read_to_string(folder.join("app.toml")).unwrap();
        let findings = checks.evaluate(&facts(&description, Some(&folder)));
        let policy = findings
            .iter()
            .find(|finding| finding.check == "policy-missing")
            .unwrap();
        assert_eq!(policy.verdict, Verdict::Pass, "{case}: {policy:?}");
    }
}

#[test]
fn texts_never_pass_judgement() {
    for check in builtin().checks() {
        for text in [
            &check.text.zh.general,
            &check.text.zh.why,
            &check.text.zh.how,
            &check.text.zh.limits,
            &check.text.zh.fix,
            &check.text.en.general,
            &check.text.en.why,
            &check.text.en.how,
            &check.text.en.limits,
            &check.text.en.fix,
        ] {
            for word in ["违法", "非法", "illegal", "unlawful"] {
                assert!(!text.contains(word), "{}: {word} in {text}", check.id);
            }
        }
    }
}

#[test]
fn a_check_cites_a_clause_of_every_regime_that_it_rests_on() {
    let catalog = catalog::builtin();
    for check in builtin()
        .checks()
        .iter()
        .filter(|check| !check.clauses.is_empty())
    {
        let cited: BTreeSet<&str> = check
            .clauses
            .iter()
            .map(|cited| &catalog.clauses[&cited.id].instrument)
            .map(|instrument| catalog.instruments[instrument].regime.as_str())
            .collect();
        let rests: BTreeSet<&str> = check.regimes.iter().map(|regime| regime.word()).collect();
        assert_eq!(cited, rests, "{}", check.id);
    }
}

#[test]
fn checks_that_divide_a_matter_name_each_other() {
    let checks = builtin();
    let mut pairs = 0;
    for check in checks.checks() {
        for beside in &check.beside {
            pairs += 1;
            let other = checks.named(&beside.check);
            let other = other.unwrap_or_else(|| panic!("{}: no {}", check.id, beside.check));
            let back = other.beside.iter().any(|back| back.check == check.id);
            assert!(back, "{} does not name {}", other.id, check.id);
        }
    }
    assert!(pairs >= 10, "{pairs} are named");
}

#[test]
fn every_check_says_the_same_of_an_app_twice() {
    let checks = builtin();
    let folder = clean().join("reader-en");
    let description = fs::read_to_string(folder.join("app.toml")).unwrap();
    let first = checks.evaluate(&facts(&description, Some(&folder)));
    let second = checks.evaluate(&facts(&description, Some(&folder)));
    assert!(first.len() >= checks.checks().len());
    assert_eq!(first, second);
}

fn builtin() -> Checks {
    Checks::builtin().unwrap_or_else(|errors| panic!("{errors}"))
}

/// `risk com.example.Boot`, or `pass`.
fn in_words(finding: &Finding) -> String {
    match finding.verdict {
        Verdict::Pass | Verdict::NotApplicable => finding.verdict.to_string(),
        verdict => format!("{verdict} {}", finding.subject),
    }
}

fn facts(description: &str, folder: Option<&Path>) -> Facts {
    let sample =
        sample::build(description, folder).unwrap_or_else(|error| panic!("{error}\n{description}"));
    let limits = Limits::default();
    let package = Package::from_bytes(&sample.file_name, sample.bytes, &limits)
        .unwrap_or_else(|error| panic!("{error}\n{description}"));
    extract(&package, &limits, &Options::default())
}

fn clean() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/clean")
}

fn clean_cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(clean())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("app.toml").is_file())
        .collect();
    cases.sort();
    cases
}
