//! Small real apps whose code does one thing that matters to privacy and is
//! no use of data: what must be found, and what must not.
//! `-- --nocapture` prints the table of kinds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use apkaudit::container::Package;
use apkaudit::facts::{Options, extract};
use apkaudit::limits::Limits;
use apkaudit::program::{Act, Phase};
use serde::Deserialize;

/// `case.toml`, see `fixtures/acts/README.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    kind: String,
    #[serde(default)]
    expect: Vec<Expected>,
    #[serde(default)]
    absent: Vec<Absent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    act: String,
    r#in: Option<String>,
    kind: Option<String>,
    recipient: Option<String>,
    constants: Option<Vec<String>>,
    phase: Option<String>,
    r8: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Absent {
    act: String,
}

/// What is known not to be told, and why. A case that is mended must leave
/// this list.
const KNOWN: [(&str, &str); 47] = [
    ("bridge-sends/plain", "where a connection sends to"),
    ("bridge-sends/r8", "where a connection sends to"),
    ("icon-helper/plain", "which component a helper is handed"),
    ("icon-helper/r8", "which component a helper is handed"),
    (
        "interval-helper/plain",
        "a number that a method of another class gives",
    ),
    ("repeat-loop/plain", "a loop that sleeps"),
    ("repeat-loop/r8", "a loop that sleeps"),
    ("repeat-work/r8", "a worker whose library was renamed"),
    ("shake-game/plain", "what a sensor serves for"),
    ("shake-game/r8", "what a sensor serves for"),
    (
        "tls-kotlin/r8",
        "looks at parameters for null, which R8 puts into the method",
    ),
    ("web-both/plain", "a helper that goes on"),
    ("web-both/r8", "a helper that goes on"),
    ("refusal-again-launcher/r8", "R8 renames the library"),
    (
        "refusal-again-resume/plain",
        "no answer is heard; permissions-asked-again looks at onResume",
    ),
    (
        "refusal-again-resume/r8",
        "no answer is heard; permissions-asked-again looks at onResume",
    ),
    ("refusal-again-xx/r8", "requests by a library's own call"),
    ("refusal-dexter-many/r8", "R8 renames the library"),
    ("refusal-dexter-one/r8", "R8 renames the library"),
    (
        "refusal-dialog-click/plain",
        "missed, and the cause not looked into",
    ),
    (
        "refusal-dialog-click/r8",
        "missed, and the cause not looked into",
    ),
    ("refusal-dialog-own/plain", "a dialog of the app's own"),
    ("refusal-dialog-own/r8", "a dialog of the app's own"),
    ("refusal-dialog-xx/r8", "R8 renames the library"),
    ("refusal-easy/r8", "R8 renames the library"),
    (
        "refusal-false-equals/plain",
        "missed, and the cause not looked into",
    ),
    (
        "refusal-false-equals/r8",
        "missed, and the cause not looked into",
    ),
    (
        "refusal-kotlin/plain",
        "which of two function objects is meant",
    ),
    (
        "refusal-kotlin/r8",
        "which of two function objects is meant",
    ),
    ("refusal-launcher-boolean/r8", "R8 renames the library"),
    ("refusal-launcher-lambda/r8", "R8 renames the library"),
    (
        "refusal-launcher-map/plain",
        "missed, and the cause not looked into",
    ),
    ("refusal-launcher-map/r8", "R8 renames the library"),
    ("refusal-launcher-map-contains/r8", "R8 renames the library"),
    (
        "refusal-list/plain",
        "missed, and the cause not looked into",
    ),
    ("refusal-list/r8", "missed, and the cause not looked into"),
    (
        "refusal-looks-again/r8",
        "missed, and the cause not looked into",
    ),
    (
        "refusal-map-get/r8",
        "missed, and the cause not looked into",
    ),
    (
        "refusal-message/plain",
        "missed, and the cause not looked into",
    ),
    (
        "refusal-message/r8",
        "missed, and the cause not looked into",
    ),
    ("refusal-permissionx/r8", "R8 renames the library"),
    (
        "refusal-permissionx-again/plain",
        "requests by a library's own call",
    ),
    (
        "refusal-permissionx-again/r8",
        "requests by a library's own call",
    ),
    (
        "refusal-rx/plain",
        "the library is not in permission-answers.toml",
    ),
    ("refusal-xx/r8", "R8 renames the library"),
    ("request-dialog-own/plain", "a dialog of the app's own"),
    (
        "request-permissionx/plain",
        "requests by a library's own call",
    ),
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
fn what_code_does_is_told_and_what_it_does_not_is_not() {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut faults = Vec::new();
    for folder in folders() {
        let text = fs::read_to_string(folder.join("case.toml")).expect("readable");
        let case: Case = toml::from_str(&text).expect("as described in the README");
        let row = rows.entry(case.kind.clone()).or_default();
        row.cases += 1;
        for form in ["plain", "r8"] {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let acts = acts(&folder.join(format!("{form}.apk")));
            for expected in &case.expect {
                if form == "r8" && expected.r8 == Some(false) {
                    continue;
                }
                if acts.iter().any(|act| fits(act, expected, form == "plain")) {
                    row.found += 1;
                } else {
                    row.missed += 1;
                    let what = &expected.act;
                    let seen = shown(&acts, what);
                    let about = &case.about;
                    let fault = format!("{name}/{form}: no {what} but [{seen}] ({about})");
                    faults.push(fault);
                }
            }
            for Absent { act } in &case.absent {
                let seen = shown(&acts, act);
                if seen.is_empty() {
                    row.silent += 1;
                } else {
                    row.wrong += 1;
                    let about = &case.about;
                    let fault = format!("{name}/{form}: not to be said {act} {seen} ({about})");
                    faults.push(fault);
                }
            }
        }
    }
    println!("{:<28} cases found missed silent false", "kind");
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
    assert!(all.cases >= 150, "the cases are read: {}", all.cases);
    let known = |fault: &String| {
        let case = fault.split(':').next().unwrap_or_default();
        KNOWN.iter().any(|(name, _)| *name == case)
    };
    let (expected, unexpected): (Vec<_>, Vec<_>) = faults.into_iter().partition(known);
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
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
        "{kind:<28} {:5} {:5} {:6} {:6} {:5}",
        row.cases, row.found, row.missed, row.silent, row.wrong
    );
}

/// Whether an act is the one that is expected; R8 takes the names away.
fn fits(act: &Act, expected: &Expected, plain: bool) -> bool {
    let phase = match act.phase {
        Phase::Start => "start",
        Phase::FirstScreen => "first-screen",
        Phase::User | Phase::Other => "later",
        Phase::Unreached => "unreached",
    };
    act.act == expected.act
        && expected.kind.as_ref().is_none_or(|kind| act.kind == *kind)
        && (expected.recipient.is_none() || act.recipient == expected.recipient)
        && expected
            .constants
            .as_ref()
            .is_none_or(|constants| act.constants == *constants)
        && expected
            .phase
            .as_ref()
            .is_none_or(|when| when == phase || when == "any")
        && (!plain
            || expected.r#in.as_ref().is_none_or(|method| {
                let place = act.place.locator.as_deref().unwrap_or_default();
                place == method || place.ends_with(&format!(".{method}"))
            }))
}

/// The acts of a kind that can run, as a person reads them.
fn shown(acts: &[Act], act: &str) -> String {
    let same = acts
        .iter()
        .filter(|found| found.act == act && found.phase != Phase::Unreached);
    let all = same.map(|found| {
        format!(
            "{} {:?} {:?} {:?} in {}",
            found.kind,
            found.recipient,
            found.constants,
            found.phase,
            found.place.locator.as_deref().unwrap_or_default()
        )
    });
    all.collect::<Vec<_>>().join("; ")
}

fn acts(path: &Path) -> Vec<Act> {
    let limits = Limits::default();
    let package = Package::open(path, &limits).expect("a package");
    extract(&package, &limits, &Options::default()).program.acts
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/acts");
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.join("case.toml").is_file())
        .collect();
    folders.sort();
    folders
}
