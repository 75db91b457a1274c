//! The decision whether a build may go on: findings, what the team set, what
//! was known before, and today's date in; a decision out.

mod baseline;
mod config;
mod date;
mod diagnostics;
mod file;
mod settle;
mod suppress;
#[cfg(test)]
mod team;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::check::{Confidence, Finding, Severity, UnknownWord, Verdict};

pub use baseline::{Baseline, Entry};
pub use config::{Config, FILE_NAME, Level, Parsed, Set, Spot};
pub use date::{Date, NoDate};
pub use diagnostics::{Diagnostic, DiagnosticKind, DiagnosticLevel};
pub use settle::{App, Rules, settle};
pub use suppress::{Pattern, Suppression};

/// From where on a finding fails the gate: both at this step or graver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threshold {
    /// Least severity.
    pub severity: Severity,
    /// Least confidence.
    pub confidence: Confidence,
}

/// What was decided, and on what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// No finding reaches the threshold, and no diagnostic is denied.
    pub passed: bool,
    /// The threshold; none if findings never fail the gate.
    pub threshold: Option<Threshold>,
    /// What set the threshold: `--fail-on`, `apkaudit.toml:14`, `default`.
    #[serde(default)]
    pub setting: String,
    /// Findings that reach the threshold.
    pub failing: usize,
    /// Diagnostics of the level `deny`.
    #[serde(default)]
    pub denied: usize,
    /// All findings by verdict, suppressed ones apart.
    pub counts: Counts,
}

/// Numbers of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    /// The file itself shows it.
    pub violation: usize,
    /// Likely.
    pub risk: usize,
    /// A person must look.
    pub review: usize,
    /// Passed.
    pub pass: usize,
    /// Nothing to say.
    pub not_applicable: usize,
    /// Of any verdict, but somebody decided that they do not count.
    pub suppressed: usize,
}

/// Decides. Only violations and risks that are not suppressed can fail the
/// gate; what a person must look at never does by itself.
pub fn decide(findings: &[Finding], threshold: Option<Threshold>) -> Gate {
    let failing = threshold.map_or(0, |threshold| {
        findings.iter().filter(|f| threshold.fails(f)).count()
    });
    Gate {
        passed: failing == 0,
        threshold,
        setting: String::new(),
        failing,
        denied: 0,
        counts: Counts::of(findings),
    }
}

impl Threshold {
    /// Whether this finding fails a gate with this threshold.
    pub fn fails(self, finding: &Finding) -> bool {
        // The gravest step of both scales is the least.
        finding.asserts()
            && !finding.suppressed
            && finding.severity <= self.severity
            && finding.confidence <= self.confidence
    }
}

impl Counts {
    fn of(findings: &[Finding]) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            let count = match finding.verdict {
                _ if finding.suppressed => &mut counts.suppressed,
                Verdict::Violation => &mut counts.violation,
                Verdict::Risk => &mut counts.risk,
                Verdict::Review => &mut counts.review,
                Verdict::Pass => &mut counts.pass,
                Verdict::NotApplicable => &mut counts.not_applicable,
            };
            *count += 1;
        }
        counts
    }
}

/// `high:medium`
impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.severity, self.confidence)
    }
}

/// `high:medium`, or `high` for `high:medium`.
impl FromStr for Threshold {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let (severity, confidence) = text.split_once(':').unwrap_or((text, "medium"));
        Ok(Self {
            severity: severity.parse()?,
            confidence: confidence.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(verdict: Verdict, severity: Severity, confidence: Confidence) -> Finding {
        Finding {
            verdict,
            severity,
            confidence,
            ..Finding::example("example")
        }
    }

    fn high_medium() -> Threshold {
        "high:medium".parse().unwrap()
    }

    #[test]
    fn a_finding_fails_the_gate_only_if_both_scales_reach_the_threshold() {
        let fails = |severity, confidence| {
            let findings = [finding(Verdict::Risk, severity, confidence)];
            !decide(&findings, Some(high_medium())).passed
        };
        assert!(fails(Severity::High, Confidence::Medium));
        assert!(fails(Severity::Critical, Confidence::High));
        assert!(!fails(Severity::Medium, Confidence::High));
        assert!(!fails(Severity::Critical, Confidence::Low));
    }

    #[test]
    fn what_a_person_must_look_at_never_fails_the_gate() {
        let findings = [finding(
            Verdict::Review,
            Severity::Critical,
            Confidence::High,
        )];
        let gate = decide(&findings, Some(high_medium()));
        assert!(gate.passed);
        assert_eq!((gate.failing, gate.counts.review), (0, 1));
    }

    #[test]
    fn a_suppressed_finding_is_counted_apart() {
        let mut suppressed = finding(Verdict::Violation, Severity::Critical, Confidence::High);
        suppressed.suppressed = true;
        let gate = decide(&[suppressed], Some(high_medium()));
        assert!(gate.passed);
        assert_eq!((gate.counts.violation, gate.counts.suppressed), (0, 1));
    }

    #[test]
    fn without_a_threshold_nothing_fails() {
        let findings = [finding(
            Verdict::Violation,
            Severity::Critical,
            Confidence::High,
        )];
        let gate = decide(&findings, None);
        assert!(gate.passed && gate.threshold.is_none());
        assert_eq!(gate.counts.violation, 1);
    }

    #[test]
    fn thresholds_read_as_they_are_written() {
        assert_eq!(high_medium().to_string(), "high:medium");
        assert_eq!(
            "low".parse::<Threshold>().unwrap().to_string(),
            "low:medium"
        );
        assert!("high:none".parse::<Threshold>().is_err());
    }
}
