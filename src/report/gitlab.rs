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
use crate::check::{Finding, Severity, fingerprint};

/// The issues of a run of `check`. Checks that found nothing and cannot
/// decide are no issues; what a person must look at is one of `info`. What is
/// wrong with the settings is an issue of their file.
pub fn render(result: &RunResult, shown: Shown, lang: Lang) -> String {
    let findings = result
        .findings
        .iter()
        .filter(|finding| shown.shows(finding) && !finding.undecided)
        .map(|finding| Issue {
            description: description(finding, lang),
            check: &finding.check,
            fingerprint: finding.fingerprint.clone(),
            severity: severity(finding),
            spot: Spot::of(result, finding),
        });
    let settings = result.diagnostics.iter().map(|one| Issue {
        description: terminal(one.text.get(lang)).into_owned(),
        check: one.kind.word(),
        // By the English text, so that a language changes nothing.
        fingerprint: fingerprint(one.kind.word(), "", &one.text.en, ""),
        severity: if one.fails() { "critical" } else { "minor" },
        spot: Spot::setting(one),
    });
    let mut seen = BTreeMap::new();
    let issues: Vec<Value> = findings
        .chain(settings)
        .map(|issue| issue.json(&mut seen))
        .collect();
    super::json::pretty(&issues)
}

struct Issue<'a> {
    description: String,
    check: &'a str,
    fingerprint: String,
    severity: &'static str,
    spot: Spot,
}

impl Issue<'_> {
    /// GitLab wants each fingerprint once: the same issue in another input of
    /// the run has a number behind it.
    fn json(self, seen: &mut BTreeMap<String, usize>) -> Value {
        let times = seen.entry(self.fingerprint.clone()).or_default();
        *times += 1;
        let fingerprint = match times {
            1 => self.fingerprint,
            times => format!("{}-{times}", self.fingerprint),
        };
        json!({
            "description": self.description,
            "check_name": self.check,
            "fingerprint": fingerprint,
            "severity": self.severity,
            "location": { "path": self.spot.path, "lines": { "begin": self.spot.line() } },
        })
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
