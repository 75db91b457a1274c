//! Policies that we wrote ourselves, with what a lawyer reads in them:
//! which clauses are there, which are not, and which SDKs are listed.
//!
//! A finding on a policy is an absence, so what is measured is the absence:
//! precision and recall of "the clause is not in the text". The report is
//! printed; with `POLICIES=<folder>` it is made for another folder of cases,
//! about which nothing is asserted.
#![expect(
    clippy::print_stdout,
    reason = "the report is what a reader of the test asks for"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use apkaudit::limits::Limits;
use apkaudit::policy::{ClauseVerdict, Discovery, Origin, PolicyFacts};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    #[serde(rename = "about")]
    _about: String,
    files: Vec<String>,
    #[serde(default, rename = "app")]
    _app: Option<String>,
    #[serde(default)]
    document: Vec<ExpectedDocument>,
    #[serde(default)]
    clauses: BTreeMap<String, String>,
    #[serde(default)]
    sdk: Vec<ExpectedSdk>,
    #[serde(default)]
    data: ExpectedData,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedDocument {
    class: String,
    language: String,
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedSdk {
    name: String,
    #[serde(default)]
    company: Option<String>,
    #[serde(default)]
    purpose: Option<bool>,
    #[serde(default)]
    data: Option<bool>,
    #[serde(default)]
    link: Option<bool>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    library: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedData {
    #[serde(default)]
    collected: Vec<String>,
    #[serde(default)]
    denied: Vec<String>,
}

/// Found and expected, found only, expected only.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    both: u32,
    extra: u32,
    missed: u32,
}

impl Tally {
    fn add(&mut self, found: bool, expected: bool) {
        match (found, expected) {
            (true, true) => self.both += 1,
            (true, false) => self.extra += 1,
            (false, true) => self.missed += 1,
            (false, false) => {}
        }
    }

    fn precision(self) -> f64 {
        ratio(self.both, self.both + self.extra)
    }

    fn recall(self) -> f64 {
        ratio(self.both, self.both + self.missed)
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:4} right {:3} extra {:3} missed  P {:.3} R {:.3}",
            self.both,
            self.extra,
            self.missed,
            self.precision(),
            self.recall()
        )
    }
}

fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 {
        1.0
    } else {
        f64::from(part) / f64::from(whole)
    }
}

#[derive(Default)]
struct Report {
    cases: u32,
    absence: BTreeMap<String, Tally>,
    defects: Tally,
    entries: Tally,
    joins: Tally,
    fields: Tally,
    collected: Tally,
    denied: Tally,
    differences: Vec<String>,
}

impl Report {
    fn absences(&self) -> Tally {
        self.absence
            .values()
            .fold(Tally::default(), |sum, one| Tally {
                both: sum.both + one.both,
                extra: sum.extra + one.extra,
                missed: sum.missed + one.missed,
            })
    }

    fn case(&mut self, folder: &Path) {
        let text = fs::read_to_string(folder.join("expect.toml")).expect("readable");
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let expected: Expected =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut discovery = Discovery::new(&Limits::default());
        for file in &expected.files {
            let bytes = fs::read(folder.join(file)).expect("readable");
            discovery.given(file, &bytes, Origin::Given);
        }
        let (facts, _) = discovery.finish();
        self.cases += 1;
        self.documents(&name, &expected, &facts);
        self.clauses(&name, &expected, &facts);
        self.sdks(&name, &expected, &facts);
        self.data(&name, &expected, &facts);
    }

    fn documents(&mut self, name: &str, expected: &Expected, facts: &PolicyFacts) {
        for (file, expected) in expected.files.iter().zip(&expected.document) {
            let Some(found) = facts
                .documents
                .iter()
                .find(|d| d.place.file.starts_with(file.as_str()))
            else {
                self.differences
                    .push(format!("{name}: {file} is not a document"));
                continue;
            };
            let mut differs = |what: &str, found: String, expected: &str| {
                if found != expected {
                    self.differences
                        .push(format!("{name}: {what} of {file}: {found}, not {expected}"));
                }
            };
            differs("class", word(&found.class), &expected.class);
            differs("language", word(&found.language), &expected.language);
            if let Some(date) = &expected.date {
                differs("date", found.date.clone().unwrap_or_default(), date);
            }
            if let Some(encoding) = &expected.encoding {
                differs("encoding", found.encoding.to_lowercase(), encoding);
            }
        }
    }

    fn clauses(&mut self, name: &str, expected: &Expected, facts: &PolicyFacts) {
        for fact in facts.clauses.iter().filter(|fact| fact.main) {
            let duty = word(&fact.kind) == "duty";
            let verdict = match fact.verdict {
                ClauseVerdict::Present => "present",
                ClauseVerdict::PresentWeak => "weak",
                ClauseVerdict::LinkedElsewhere => "linked",
                ClauseVerdict::AbsentInText => "absent",
            };
            let Some(truth) = expected.clauses.get(&fact.id) else {
                continue;
            };
            if duty {
                let tally = self.absence.entry(fact.id.clone()).or_default();
                tally.add(verdict == "absent", truth == "absent");
            } else if word(&fact.kind) == "defect" {
                self.defects.add(verdict != "absent", truth != "absent");
            }
            if verdict != truth {
                let quote = fact.quotes.first().map_or("", |quote| quote.text.as_str());
                self.differences.push(format!(
                    "{name}: {} {verdict}, not {truth}  {quote}",
                    fact.id
                ));
            }
        }
    }

    fn sdks(&mut self, name: &str, expected: &Expected, facts: &PolicyFacts) {
        let mut left: Vec<_> = facts.listed.iter().filter(|listed| listed.main).collect();
        for expected in &expected.sdk {
            let same = |found: &str| folded(found) == folded(&expected.name);
            let Some(at) = left.iter().position(|found| same(&found.entry.name)) else {
                self.entries.add(false, true);
                self.differences
                    .push(format!("{name}: SDK {} is not extracted", expected.name));
                continue;
            };
            let found = left.remove(at);
            self.entries.add(true, true);
            if let Some(id) = expected.id.as_ref().or(expected.library.as_ref()) {
                let joined = found.entry.sdks.iter().any(|sdk| sdk.id == *id)
                    || found.entry.library.as_ref() == Some(id);
                self.joins.add(joined, true);
                if !joined {
                    let ids: Vec<&str> = found.entry.sdks.iter().map(|s| s.id.as_str()).collect();
                    self.differences.push(format!(
                        "{name}: SDK {} is {ids:?}, not {id}",
                        expected.name
                    ));
                }
            }
            let fields = [
                (
                    "company",
                    found.entry.company.is_some(),
                    Some(expected.company.is_some()),
                ),
                ("purpose", found.entry.purpose.is_some(), expected.purpose),
                ("data", found.entry.data.is_some(), expected.data),
                ("link", found.entry.link.is_some(), expected.link),
            ];
            for (field, found, expected_field) in fields {
                let Some(truth) = expected_field else {
                    continue;
                };
                self.fields.add(found, truth);
                if found != truth {
                    self.differences.push(format!(
                        "{name}: SDK {}: {field} {found}, not {truth}",
                        expected.name
                    ));
                }
            }
        }
        for found in left {
            self.entries.add(true, false);
            self.differences.push(format!(
                "{name}: SDK {} is extra ({})",
                found.entry.name,
                word(&found.entry.form)
            ));
        }
    }

    fn data(&mut self, name: &str, expected: &Expected, facts: &PolicyFacts) {
        let named = |polarity: &str| -> BTreeSet<&str> {
            facts
                .data
                .iter()
                .filter(|mention| word(&mention.polarity) == polarity)
                .map(|mention| mention.kind.as_str())
                .collect()
        };
        for (kinds, found, denied) in [
            (&expected.data.collected, named("collected"), false),
            (&expected.data.denied, named("denied"), true),
        ] {
            for kind in kinds {
                // What is more special says the general too.
                let has = found.iter().any(|found| {
                    found
                        .strip_prefix(kind.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                });
                let tally = if denied {
                    &mut self.denied
                } else {
                    &mut self.collected
                };
                tally.add(has, true);
                if !has {
                    let what = if denied { "denied" } else { "collected" };
                    self.differences
                        .push(format!("{name}: {kind} is not found to be {what}"));
                }
            }
        }
        // What is denied is not to be found where nobody denies it.
        if expected.data.collected.is_empty() && expected.data.denied.is_empty() {
            return;
        }
        for kind in named("denied") {
            if !expected.data.denied.iter().any(|known| known == kind) {
                self.denied.add(true, false);
                self.differences
                    .push(format!("{name}: {kind} is not denied"));
            }
        }
    }

    fn print(&self) {
        for difference in &self.differences {
            println!("  {difference}");
        }
        println!("\n{} cases. Absence by clause:", self.cases);
        for (id, tally) in &self.absence {
            println!("  {id:24} {tally}");
        }
        for (what, tally) in [
            ("absence, all clauses", self.absences()),
            ("defects found", self.defects),
            ("SDK entries", self.entries),
            ("SDK entries joined", self.joins),
            ("fields of SDK entries", self.fields),
            ("kinds of data collected", self.collected),
            ("kinds of data denied", self.denied),
        ] {
            println!("{what:26} {tally}");
        }
    }
}

fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => panic!("no word: {other:?}"),
    }
}

/// A name as both sides may write it.
fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric() || *c == '+')
        .flat_map(char::to_lowercase)
        .collect()
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .expect("the folder of cases is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.join("expect.toml").is_file())
        .collect();
    folders.sort();
    folders
}

#[test]
fn what_is_missing_in_a_policy_is_found_and_nothing_else_is() {
    let other = std::env::var_os("POLICIES");
    let root = other
        .as_ref()
        .map_or_else(|| PathBuf::from("fixtures/policies"), PathBuf::from);
    let mut report = Report::default();
    for folder in folders(&root) {
        report.case(&folder);
    }
    report.print();
    if other.is_some() {
        return;
    }
    assert!(report.cases >= 30, "{} cases", report.cases);
    for (what, tally, least) in [
        ("absence", report.absences(), 0.95),
        ("defects found", report.defects, 0.95),
        ("SDK entries", report.entries, 0.95),
        ("SDK entries joined", report.joins, 0.95),
        ("fields of SDK entries", report.fields, 0.95),
        ("kinds of data collected", report.collected, 0.95),
    ] {
        assert!(
            tally.precision() >= least && tally.recall() >= least,
            "{what}: {tally}"
        );
    }
}
