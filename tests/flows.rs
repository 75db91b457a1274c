//! Small real apps whose code comes to personal information in one known
//! way each: what must be found before the user agreed, and what must not.
//! `-- --nocapture` prints the table of kinds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use apkaudit::check::{Checks, Finding};
use apkaudit::container::Package;
use apkaudit::facts::{Facts, GivenText, Options, extract};
use apkaudit::limits::Limits;
use apkaudit::program::{DataUse, Grade, Phase, ProgramFacts};
use serde::Deserialize;

/// `case.toml`, see `fixtures/flows/README.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    kind: String,
    #[serde(default)]
    expect: Vec<Expected>,
    #[serde(default)]
    absent: Vec<Absent>,
    /// The checks that say violation or risk, beside a policy that says
    /// everything of a shop.
    checks: BTreeSet<String>,
    /// The same of the app that went through R8, where it differs.
    #[serde(default, rename = "checks-r8")]
    checks_r8: Option<BTreeSet<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    phase: String,
    data: Option<String>,
    action: Option<String>,
    api: String,
    grade: Option<Grade>,
    #[serde(default)]
    via: Vec<String>,
    gate: Option<String>,
    entry: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Absent {
    phase: String,
    data: Option<String>,
    api: String,
}

/// What is known not to be told, and why. A case that is mended must leave
/// this list.
const KNOWN: [(&str, &str); 13] = [
    (
        "crash-handler/plain",
        "crashes are taken for something later",
    ),
    ("crash-handler/r8", "crashes are taken for something later"),
    (
        "dead-arithmetic/plain",
        "a result that is computed from a parameter",
    ),
    (
        "dead-instance-of/plain",
        "whether there is an object of a class",
    ),
    (
        "dead-instance-of/r8",
        "whether there is an object of a class",
    ),
    ("gate-exception/plain", "a helper that throws"),
    (
        "gate-instance-field/plain",
        "the key behind a field, only the field",
    ),
    ("gate-leaves-before-resume/plain", "finish() in onCreate"),
    ("gate-leaves-before-resume/r8", "finish() in onCreate"),
    (
        "gate-parameter/plain",
        "a flag that is handed to another method",
    ),
    (
        "mode-unset/r8",
        "a branch on a number that R8 keeps in a register is no condition",
    ),
    (
        "work-manager-not-enqueued/plain",
        "whether a worker is handed in, where it is made in another method",
    ),
    ("work-manager/r8", "a worker whose library was renamed"),
];

/// One row of the table.
#[derive(Default)]
struct Row {
    cases: usize,
    found: usize,
    missed: usize,
    silent: usize,
    wrong: usize,
}

#[test]
#[expect(clippy::print_stdout, reason = "the table is what a person reads")]
fn what_runs_before_consent_is_found_and_what_does_not_is_not() {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut faults = Vec::new();
    let mut noise = Vec::new();
    let checks = Checks::builtin().expect("the checks are right");
    for folder in folders() {
        let text = fs::read_to_string(folder.join("case.toml")).expect("readable");
        let case: Case = toml::from_str(&text).expect("as described above");
        let row = rows.entry(case.kind.clone()).or_default();
        row.cases += 1;
        for form in ["plain", "r8"] {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let app = facts(&folder.join(format!("{form}.apk")));
            let spoken = speaking(&checks, &app);
            let other = case.checks_r8.as_ref().filter(|_| form == "r8");
            if spoken != *other.unwrap_or(&case.checks) {
                noise.push(format!("{name}/{form}: {spoken:?}"));
            }
            let facts = app.program;
            for expected in &case.expect {
                match missing(&facts, expected, form == "plain") {
                    None => row.found += 1,
                    Some(why) => {
                        row.missed += 1;
                        faults.push(format!("{name}/{form}: {why} ({})", case.about));
                    }
                }
            }
            for absent in &case.absent {
                match said(&facts, absent) {
                    None => row.silent += 1,
                    Some(why) => {
                        row.wrong += 1;
                        faults.push(format!("{name}/{form}: {why} ({})", case.about));
                    }
                }
            }
        }
    }
    println!("{:<36} cases found missed silent false", "kind");
    let mut all = Row::default();
    for (kind, row) in &rows {
        print(kind, row);
        all.cases += row.cases;
        all.found += row.found;
        all.missed += row.missed;
        all.silent += row.silent;
        all.wrong += row.wrong;
    }
    print("all", &all);
    assert!(all.cases >= 60, "the cases are read: {}", all.cases);
    let known = |fault: &String| {
        let case = fault.split(':').next().unwrap_or_default();
        KNOWN.iter().any(|(name, _)| *name == case)
    };
    let (expected, unexpected): (Vec<_>, Vec<_>) = faults.into_iter().partition(known);
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    assert!(
        noise.is_empty(),
        "other checks speak:\n{}",
        noise.join("\n")
    );
    for (name, why) in KNOWN {
        let still = expected
            .iter()
            .any(|fault| fault.starts_with(&format!("{name}:")));
        assert!(still, "{name} is told now: take it off the list ({why})");
    }
}

#[expect(clippy::print_stdout, reason = "a row of the table")]
fn print(kind: &str, row: &Row) {
    println!(
        "{kind:<36} {:5} {:5} {:6} {:6} {:5}",
        row.cases, row.found, row.missed, row.silent, row.wrong
    );
}

/// Why an expectation does not hold.
fn missing(facts: &ProgramFacts, expected: &Expected, plain: bool) -> Option<String> {
    let what = expected.data.as_ref().or(expected.action.as_ref());
    let same: Vec<&DataUse> = facts
        .uses
        .iter()
        .filter(|used| used.api == expected.api)
        .filter(|used| what.is_none_or(|what| used.kind == *what))
        .collect();
    let phase = |used: &DataUse| match used.phase {
        Phase::Start => "start",
        Phase::FirstScreen => "first-screen",
        Phase::User | Phase::Other => "later",
        Phase::Unreached => "unreached",
    };
    let fits = |used: &&&DataUse| {
        phase(used) == expected.phase
            && (expected.grade.is_none() || used.grade == expected.grade || {
                // What R8 merges is no choice any more, and bridges are one.
                let close = [Some(Grade::Definite), Some(Grade::Likely)];
                close.contains(&expected.grade) && close.contains(&used.grade)
            })
            && (!plain || passes(used, &expected.via))
            && (expected.entry.is_none() || used.entry == expected.entry)
            && (expected.gate.as_ref().is_none_or(|gate| {
                used.gate
                    .as_ref()
                    .is_some_and(|found| found == gate || (found.ends_with(&format!(".{gate}"))))
                    || (!plain && !gate.contains('_'))
            }))
    };
    if same.iter().any(|used| fits(&used)) {
        return None;
    }
    let seen: Vec<String> = same
        .iter()
        .map(|used| {
            let way: Vec<&str> = used.path.iter().map(|step| step.method.as_str()).collect();
            format!(
                "{} {:?} gate {:?} by {}",
                phase(used),
                used.grade,
                used.gate,
                way.join(" > ")
            )
        })
        .collect();
    Some(format!(
        "expected {} {} {:?} via {:?} gate {:?}; seen [{}]",
        expected.phase,
        expected.api,
        expected.grade,
        expected.via,
        expected.gate,
        seen.join("; ")
    ))
}

/// Whether the way passes these methods in this order.
fn passes(used: &DataUse, via: &[String]) -> bool {
    let mut steps = used.path.iter();
    via.iter().all(|name| {
        steps.any(|step| step.method == *name || step.method.ends_with(&format!(".{name}")))
    })
}

/// What is said that must not be.
fn said(facts: &ProgramFacts, absent: &Absent) -> Option<String> {
    let early = |phase| matches!(phase, Phase::Start | Phase::FirstScreen);
    let wrong = facts
        .uses
        .iter()
        .filter(|used| used.api == absent.api)
        .filter(|used| absent.data.as_ref().is_none_or(|data| used.kind == *data))
        .find(|used| match absent.phase.as_str() {
            "any" => used.phase != Phase::Unreached,
            _ => early(used.phase),
        })?;
    let way: Vec<&str> = wrong.path.iter().map(|step| step.method.as_str()).collect();
    Some(format!(
        "{} must not be said ({}): {:?} {:?} by {}",
        absent.api,
        absent.phase,
        wrong.phase,
        wrong.grade,
        way.join(" > ")
    ))
}

fn facts(path: &Path) -> Facts {
    let limits = Limits::default();
    let package = Package::open(path, &limits).expect("a package");
    let policy = GivenText {
        name: "privacy.html".to_owned(),
        bytes: include_bytes!("../fixtures/clean/shop-zh/privacy.html").to_vec(),
    };
    let options = Options {
        policies: vec![policy],
        ..Options::default()
    };
    extract(&package, &limits, &options)
}

/// The checks that say violation or risk.
fn speaking(checks: &Checks, facts: &Facts) -> BTreeSet<String> {
    let findings = checks.evaluate(facts).into_iter();
    let asserting = findings.filter(Finding::asserts);
    asserting.map(|finding| finding.check).collect()
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/flows");
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.join("case.toml").is_file())
        .collect();
    folders.sort();
    folders
}
