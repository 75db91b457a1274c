//! Findings that are new, mended, graver, or cannot be compared.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::catalog::Bilingual;
use crate::check::{Confidence, Severity, Verdict};
use crate::gate::Threshold;

/// How the findings of both sides differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingChanges {
    /// Nothing like it was there.
    pub new: Vec<FindingEntry>,
    /// It was there, but is graver now or about more.
    pub grown: Vec<Grown>,
    /// It was there and is not found any more.
    pub fixed: Vec<FindingEntry>,
    /// A difference that says nothing about the app.
    pub unclear: Vec<Unclear>,
    /// How many are as they were.
    pub unchanged: usize,
}

/// A finding: a violation, a risk, or something that a person must look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingEntry {
    /// Id of the check.
    pub check: String,
    /// Rows of the issue table.
    pub refs: Vec<String>,
    /// What it is about.
    pub subject: String,
    /// Whose it is.
    pub owner: String,
    /// How definite it is.
    pub verdict: Verdict,
    /// How grave it is.
    pub severity: Severity,
    /// How good the evidence is.
    pub confidence: Confidence,
    /// What is the case.
    pub title: Bilingual,
    /// Permissions, components, SDKs, data and hosts; not the calls.
    pub about: Vec<String>,
    /// The team accepts it, by its settings.
    pub suppressed: bool,
    /// Of a new one: the check could not decide on the old side, so that it
    /// may be old.
    pub perhaps_old: bool,
}

impl FindingEntry {
    /// The order of lists: claims before what a person must look at, the
    /// gravest first.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let key = |of: &Self| (of.verdict >= Verdict::Review, of.severity, of.confidence);
        let name = |of: &Self| (of.check.clone(), of.subject.clone(), of.owner.clone());
        key(self)
            .cmp(&key(other))
            .then_with(|| name(self).cmp(&name(other)))
    }
}

/// A finding that is graver or about more than it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grown {
    /// As it is.
    pub finding: FindingEntry,
    /// How definite it was.
    pub was_verdict: Verdict,
    /// How grave it was.
    pub was_severity: Severity,
    /// Whose it was, if a tool changed the names of classes by which that
    /// is known; several with `|` between them.
    pub was_owner: Option<String>,
    /// What it is about now and was not.
    pub beyond: Vec<String>,
}

/// A finding of one side, and why the other says nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unclear {
    /// The finding.
    pub finding: FindingEntry,
    /// Why.
    pub reason: UnclearReason,
}

/// Why a difference says nothing about the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnclearReason {
    /// Of the new side; the check did not run on the old one.
    NotCheckedBefore,
    /// Of the old side; the check did not run on the new one.
    NotCheckedNow,
    /// Of the old side; the check cannot decide on the new one.
    UndecidedNow,
    /// It was claimed, and now a person must look. Of the new side, if it
    /// has a finding of its own for that.
    ToReviewNow,
}

impl FindingChanges {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty()
            && self.grown.is_empty()
            && self.fixed.is_empty()
            && self.unclear.is_empty()
    }

    /// New and grown violations and risks at or above this, that the team
    /// does not accept.
    pub fn failing(&self, threshold: Threshold) -> usize {
        let grown = self.grown.iter().map(|grown| &grown.finding);
        let all = self.new.iter().chain(grown);
        all.filter(|of| {
            let asserts = matches!(of.verdict, Verdict::Violation | Verdict::Risk);
            // The gravest step of both scales is the least.
            asserts
                && !of.suppressed
                && of.severity <= threshold.severity
                && of.confidence <= threshold.confidence
        })
        .count()
    }
}
