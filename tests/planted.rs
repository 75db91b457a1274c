//! A clean app with one thing planted: exactly the checks that are about it
//! speak, and no other. A near miss: none speaks.
//!
//! `fixtures/planted/README.md` says how a case is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use apkaudit::catalog;
use apkaudit::check::{Checks, Finding, Verdict};
use apkaudit::container::Package;
use apkaudit::facts::{Options, extract};
use apkaudit::limits::Limits;
use apkaudit::sample;
use rayon::prelude::*;
use serde::Deserialize;
use toml::{Table, Value};

/// `fixtures/planted/<topic>.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What is planted, or what is near it.
    about: String,
    /// The clean app: `base/<base>.toml`.
    base: String,
    /// What is added to its description: tables are joined, lists are
    /// continued, other values replaced.
    #[serde(default)]
    add: String,
    /// Keys of the description that are left out first: `strings.agree`.
    #[serde(default)]
    without: Vec<String>,
    /// What the user says which type of app it is.
    #[serde(default, rename = "app-type")]
    app_type: Option<String>,
    /// The checks that say violation or risk; none for a near miss.
    #[serde(default)]
    expect: BTreeSet<String>,
    /// The checks that ask to look at a subject at which they do not ask to
    /// look in the base; not compared if it is left out.
    review: Option<BTreeSet<String>>,
}

/// The subject of a check that could not look.
const NOT_SEEN: &str = "app";

/// The policy of all bases gives cause for these: it names permissions and
/// SDKs that the bases do not have.
const IN_EVERY_BASE: [&str; 2] = ["policy-asks-much", "sdk-listed-not-inside"];

/// What checks say of an app.
struct Said {
    /// Titles of what they assert, by check.
    asserted: BTreeMap<String, Vec<String>>,
    /// Check and subject of what is to be looked at.
    to_look_at: BTreeSet<(String, String)>,
}

#[test]
fn the_clean_apps_give_no_cause_for_any_check() {
    let checks = Checks::builtin().unwrap();
    let bases = bases();
    assert!(bases.len() >= 3, "the clean apps are there: {bases:?}");
    for (name, base) in bases {
        let said = speaking(&checks, &base, None).asserted;
        assert!(said.is_empty(), "{name}: {said:#?}");
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "how many cases there are")]
fn what_is_planted_is_found_by_its_own_checks_and_no_other() {
    let checks = Checks::builtin().unwrap();
    let bases = bases();
    let cases = cases();
    let known: BTreeSet<&str> = checks.checks().iter().map(|c| c.id.as_str()).collect();
    let wrong: Vec<String> = cases
        .par_iter()
        .filter_map(|(file, case)| {
            for id in case.expect.iter().chain(case.review.iter().flatten()) {
                assert!(known.contains(id.as_str()), "{file}: {id} is no check");
            }
            let base = bases.get(&case.base);
            let base = base.unwrap_or_else(|| panic!("{file}: no base `{}`", case.base));
            let said = speaking(&checks, &planted(base, case), case.app_type.as_deref());
            let mut wrong = compare(&case.expect, &said.asserted);
            if let Some(review) = &case.review {
                let before = speaking(&checks, base, None).to_look_at;
                let mut new: BTreeMap<String, Vec<String>> = BTreeMap::new();
                for (id, subject) in said.to_look_at.difference(&before) {
                    new.entry(id.clone()).or_default().push(subject.clone());
                }
                wrong += &compare(review, &new);
            }
            (!wrong.is_empty()).then(|| format!("{file}: {}{wrong}", case.about))
        })
        .collect();
    let near = cases.iter().filter(|(_, case)| case.is_near_miss()).count();
    println!("{} cases, {near} of them near misses", cases.len());
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_check_that_only_asks_to_look_has_a_case() {
    let checks = Checks::builtin().unwrap();
    let cases = cases();
    let planted: BTreeSet<&String> = cases
        .iter()
        .flat_map(|(_, case)| case.expect.iter().chain(case.review.iter().flatten()))
        .collect();
    let without: Vec<&String> = checks
        .checks()
        .iter()
        .map(|check| &check.id)
        .filter(|id| !planted.contains(id) && !IN_EVERY_BASE.contains(&id.as_str()))
        .collect();
    assert!(without.is_empty(), "nothing is planted for {without:?}");
}

#[test]
fn every_check_that_can_accuse_has_a_case() {
    let checks = Checks::builtin().unwrap();
    let cases = cases();
    let planted: BTreeSet<&String> = cases.iter().flat_map(|(_, case)| &case.expect).collect();
    let accuses = |expect: &String| expect.starts_with("violation") || expect.starts_with("risk");
    let without: Vec<&String> = checks
        .checks()
        .iter()
        .filter(|check| {
            let mut expected = check.examples.iter().flat_map(|example| &example.expect);
            expected.any(accuses)
        })
        .map(|check| &check.id)
        .filter(|id| !planted.contains(id))
        .collect();
    assert!(without.is_empty(), "nothing is planted for {without:?}");
    let near = cases.iter().filter(|(_, case)| case.is_near_miss());
    assert!(
        near.count() * 3 >= cases.len(),
        "near misses keep false accusations away: at least one case in three"
    );
}

impl Case {
    /// Whether nobody may say anything.
    fn is_near_miss(&self) -> bool {
        self.expect.is_empty() && self.review.as_ref().is_none_or(BTreeSet::is_empty)
    }
}

/// What is expected and not said, and what is said besides; nothing if all is well.
fn compare(expected: &BTreeSet<String>, said: &BTreeMap<String, Vec<String>>) -> String {
    let missed: Vec<_> = expected
        .iter()
        .filter(|id| !said.contains_key(*id))
        .collect();
    let besides: Vec<_> = said
        .iter()
        .filter(|(id, _)| !expected.contains(*id))
        .collect();
    if missed.is_empty() && besides.is_empty() {
        return String::new();
    }
    format!("\n  missed: {missed:?}\n  besides: {besides:#?}")
}

fn speaking(checks: &Checks, description: &Table, app_type: Option<&str>) -> Said {
    let text = toml::to_string(description).unwrap();
    let sample = sample::build(&text, None).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let limits = Limits::default();
    let package = Package::from_bytes(&sample.file_name, sample.bytes, &limits).unwrap();
    let options = Options {
        app_type: app_type.map(|named| catalog::app_type(named).unwrap()),
        ..Options::default()
    };
    said(checks.evaluate(&extract(&package, &limits, &options)))
}

fn said(findings: Vec<Finding>) -> Said {
    let mut said = Said {
        asserted: BTreeMap::new(),
        to_look_at: BTreeSet::new(),
    };
    for finding in findings {
        if finding.asserts() {
            let title = format!("{}: {}", finding.subject, finding.text.en.title);
            said.asserted.entry(finding.check).or_default().push(title);
        } else if finding.verdict == Verdict::Review && finding.subject != NOT_SEEN {
            said.to_look_at.insert((finding.check, finding.subject));
        }
    }
    said
}

fn planted(base: &Table, case: &Case) -> Table {
    let mut description = base.clone();
    for key in &case.without {
        let (folder, last) = key.rsplit_once('.').unwrap_or(("", key));
        let mut table = &mut description;
        for part in folder.split('.').filter(|part| !part.is_empty()) {
            table = table.get_mut(part).and_then(Value::as_table_mut).unwrap();
        }
        let removed = table.remove(last);
        assert!(
            removed.is_some(),
            "{}: {key} is not in the base",
            case.about
        );
    }
    let add: Table = case
        .add
        .parse()
        .unwrap_or_else(|error| panic!("{}: {error}", case.about));
    join(&mut description, add);
    description
}

fn join(base: &mut Table, add: Table) {
    for (key, value) in add {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(known)), Value::Table(more)) => join(known, more),
            (Some(Value::Array(known)), Value::Array(more)) => known.extend(more),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/planted")
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<(String, String)> = entries
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn bases() -> BTreeMap<String, Table> {
    let files = files(&folder().join("base")).into_iter();
    files
        .map(|(name, text)| {
            let table = text
                .parse()
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, table)
        })
        .collect()
}

fn cases() -> Vec<(String, Case)> {
    let mut cases = Vec::new();
    for (name, text) in files(&folder()) {
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        cases.extend(file.case.into_iter().map(|case| (name.clone(), case)));
    }
    cases
}
