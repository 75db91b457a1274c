//! Code Quality report of GitLab: an array of issues with a unique
//! fingerprint each. GitLab shows the description and the place, and
//! compares the fingerprints of two branches.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::escape::terminal;
use super::result::RunResult;
use super::spot::Spot;
use super::text::Shown;
use super::words::pick;
use crate::catalog::Lang;
use crate::check::{Finding, Severity};

/// The issues of a run of `check`. Checks that found nothing and cannot
/// decide are no issues; what a person must look at is one of `info`.
pub fn render(result: &RunResult, shown: Shown, lang: Lang) -> String {
    let mut seen = BTreeMap::new();
    let issues: Vec<Value> = result
        .findings
        .iter()
        .filter(|finding| shown.shows(finding) && !finding.undecided)
        .map(|finding| {
            let spot = Spot::of(result, finding);
            json!({
                "description": description(finding, lang),
                "check_name": finding.check,
                "fingerprint": fingerprint(finding, &mut seen),
                "severity": severity(finding),
                "location": { "path": spot.path, "lines": { "begin": spot.line() } },
            })
        })
        .collect();
    super::json::pretty(&issues)
}

/// That of the finding; the same finding in another input of the run has a
/// number behind it.
fn fingerprint<'f>(finding: &'f Finding, seen: &mut BTreeMap<&'f str, usize>) -> String {
    let times = seen.entry(&finding.fingerprint).or_default();
    *times += 1;
    match times {
        1 => finding.fingerprint.clone(),
        times => format!("{}-{times}", finding.fingerprint),
    }
}

fn description(finding: &Finding, lang: Lang) -> String {
    let title = terminal(&finding.text.get(lang).title);
    if finding.asserts() {
        title.into_owned()
    } else {
        pick(lang, "需人工复核：{}", "To be looked at: {}").replace("{}", &title)
    }
}

fn severity(finding: &Finding) -> &'static str {
    if !finding.asserts() {
        return "info";
    }
    match finding.severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
