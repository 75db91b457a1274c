//! Every format of a result, held against what its readers take.

mod hostile;
mod json_schema;
mod limits;
mod saved;
mod settings;
mod shapes;

use std::path::Path;

use apkaudit::catalog::{Bilingual, Lang};
use apkaudit::check::{Confidence, Selection, Severity};
use apkaudit::report::{Format, Input, Profile, RunResult, Selected, Shown, View, render};
use apkaudit::{Checks, Facts, Limits, Options, Package, extract, gate};

/// As on the command line without options.
pub(crate) const VIEW: View = View {
    shown: Shown {
        profile: Profile::Review,
        min_severity: Severity::Info,
        min_confidence: Confidence::Low,
    },
    lang: Lang::En,
    width: 100,
};

/// What `check` finds in these apps, and one that cannot be opened.
pub(crate) fn checked(paths: &[&str]) -> RunResult {
    let checks = Checks::builtin().unwrap();
    let mut inputs = Vec::new();
    let mut findings = Vec::new();
    for path in paths {
        let Some(facts) = facts(path) else {
            let error = Bilingual::new("无法打开", "cannot be opened");
            inputs.push(Input::refused((*path).to_owned(), error));
            continue;
        };
        let mut found = checks.evaluate(&facts);
        for finding in &mut found {
            finding.input = inputs.len();
        }
        findings.extend(found);
        let mut input = Input::analysed((*path).to_owned(), &facts);
        input.facts = Some(Box::new(facts));
        inputs.push(input);
    }
    let gate = gate::decide(&findings, Some("high:medium".parse().unwrap()));
    let known = checks.checks().len();
    let mut result = RunResult::new(checks.version(), inputs, findings, Some(gate));
    result.selection = Some(Selected::new(&Selection::default(), &checks, known));
    result
}

/// What is in a package, if it can be opened.
pub(crate) fn facts(path: &str) -> Option<Facts> {
    let limits = Limits::default();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let package = Package::open(&path, &limits).ok()?;
    Some(extract(&package, &limits, &Options::default()))
}

/// The demo app.
pub(crate) fn shop() -> RunResult {
    checked(&["fixtures/apps/shop/shop.apk"])
}

/// The result in a format.
pub(crate) fn shown(result: &RunResult, format: Format) -> String {
    render(result, format, &VIEW).unwrap()
}

/// The same, read as JSON.
pub(crate) fn json(result: &RunResult, format: Format) -> serde_json::Value {
    serde_json::from_str(&shown(result, format)).unwrap()
}
