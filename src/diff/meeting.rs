//! How the findings of two sides meet: as with a baseline, by check, subject
//! and owner, counted, and by what they are about. Where the evidence for the
//! same became stronger or weaker, a check may say it under another subject,
//! and a shrinker may hide whose code it is; that is neither new nor mended.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::{FindingChanges, FindingEntry, Grown, Unclear, UnclearReason};
use super::{Side, may_be};
use crate::catalog::Bilingual;
use crate::check::{Finding, Severity, SuppressedBy, Verdict, lasting_owner};

/// What stays of a finding over versions of an app.
type Key<'a> = (&'a str, &'a str, &'a str);

/// What was there under one key.
struct Known<'a> {
    /// The gravest.
    finding: &'a Finding,
    verdict: Verdict,
    severity: Severity,
    about: BTreeSet<&'a str>,
    left: usize,
}

/// Compares; none if a side was not checked.
pub(super) fn compare(old: &Side<'_>, new: &Side<'_>) -> Option<FindingChanges> {
    let was = old.findings.as_ref()?;
    let is = new.findings.as_ref()?;
    let mut open: Vec<&Finding> = is.iter().copied().filter(|of| is_open(of)).collect();
    open.sort_by_key(|of| (of.verdict, of.severity, of.confidence, key(of)));
    let mut meeting = Meeting {
        old,
        new,
        known: known(was),
        before: before(was),
        all: FindingChanges::default(),
    };
    let mut others: Vec<&Finding> = Vec::new();
    for &finding in &open {
        if !meeting.by_name(finding) {
            others.push(finding);
        }
    }
    others.retain(|finding| !meeting.stronger(finding));
    others.retain(|finding| !meeting.of_another(finding));
    meeting.weaker(&open, &mut others);
    meeting.only_new(&others, &undecided(was));
    meeting.only_old(&undecided(is));
    let mut all = meeting.all;
    all.new.sort_by(FindingEntry::order);
    all.grown.sort_by(|a, b| a.finding.order(&b.finding));
    all.fixed.sort_by(FindingEntry::order);
    all.unclear.sort_by(|a, b| a.finding.order(&b.finding));
    Some(all)
}

/// The findings of the old side, until those of the new one have met them.
struct Meeting<'a> {
    old: &'a Side<'a>,
    new: &'a Side<'a>,
    known: BTreeMap<Key<'a>, Known<'a>>,
    /// What a check says of an owner, whatever the subject.
    before: BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>>,
    all: FindingChanges,
}

impl<'a> Meeting<'a> {
    /// Meets a finding of the same check, subject and owner, if one is left.
    fn by_name(&mut self, finding: &'a Finding) -> bool {
        let entry = self.known.get_mut(&key(finding));
        let Some(entry) = entry.filter(|of| of.left > 0) else {
            return false;
        };
        entry.left -= 1;
        // What was claimed and now only has to be looked at is nothing more.
        let owner = lasting_owner(&finding.owner);
        let before = self.before.get(&(finding.check.as_str(), owner));
        let told = before.filter(|_| finding.verdict == Verdict::Review);
        let beyond: Vec<String> = lasting(finding)
            .filter(|part| !told.unwrap_or(&entry.about).contains(part))
            .map(str::to_owned)
            .collect();
        let graver = finding.verdict < entry.verdict || finding.severity < entry.severity;
        if is_claim(entry.verdict) && !is_claim(finding.verdict) {
            let unclear = unclear(finding, UnclearReason::ToReviewNow);
            self.all.unclear.push(unclear);
        } else if graver || !beyond.is_empty() {
            self.all.grown.push(Grown {
                finding: entry_of(finding),
                was_verdict: entry.verdict,
                was_severity: entry.severity,
                was_owner: None,
                beyond,
            });
        } else {
            self.all.unchanged += 1;
        }
        true
    }

    /// Meets findings of another subject by which a person only had to look
    /// at what is claimed now.
    fn stronger(&mut self, finding: &'a Finding) -> bool {
        if !is_claim(finding.verdict) {
            return false;
        }
        let mut of_it: Vec<&mut Known<'a>> = self
            .known
            .values_mut()
            .filter(|of| !is_claim(of.verdict) && of.is_on(finding, of.left > 0))
            .collect();
        let Some(was_severity) = of_it.iter().map(|of| of.severity).min() else {
            return false;
        };
        let told = |part: &&str| of_it.iter().any(|of| of.about.contains(part));
        let beyond = lasting(finding).filter(|part| !told(part));
        let beyond = beyond.map(str::to_owned).collect();
        for entry in &mut of_it {
            entry.left = 0;
        }
        self.all.grown.push(Grown {
            finding: entry_of(finding),
            was_verdict: Verdict::Review,
            was_severity,
            was_owner: None,
            beyond,
        });
        true
    }

    /// Meets findings of other owners, if nobody knows whose one side's is:
    /// names of classes tell that, and a shrinker changes them.
    fn of_another(&mut self, finding: &'a Finding) -> bool {
        let of_it: Vec<&mut Known<'a>> = self
            .known
            .values_mut()
            .filter(|of| {
                let was = of.finding;
                of.left > 0
                    && (&was.check, &was.subject) == (&finding.check, &finding.subject)
                    && is_claim(of.verdict) == is_claim(finding.verdict)
                    && may_be(&was.owner, &finding.owner)
            })
            .collect();
        let verdict = of_it.iter().map(|of| of.verdict).min();
        let severity = of_it.iter().map(|of| of.severity).min();
        let Some((was_verdict, was_severity)) = verdict.zip(severity) else {
            return false;
        };
        let told = |part: &&str| of_it.iter().any(|of| of.about.contains(part));
        let beyond = lasting(finding).filter(|part| !part.starts_with("sdk:") && !told(part));
        let beyond = beyond.map(str::to_owned).collect();
        let owners: Vec<&str> = of_it.iter().map(|of| of.finding.owner.as_str()).collect();
        let was_owner = Some(owners.join("|"));
        for entry in of_it {
            entry.left = 0;
        }
        self.all.grown.push(Grown {
            finding: entry_of(finding),
            was_verdict,
            was_severity,
            was_owner,
            beyond,
        });
        true
    }

    /// Meets what was claimed with findings of another subject by which a
    /// person now has to look at it.
    fn weaker(&mut self, open: &[&'a Finding], others: &mut Vec<&'a Finding>) {
        let claims = self.known.values_mut();
        for entry in claims.filter(|of| of.left > 0 && is_claim(of.verdict)) {
            let is_other = |of: &Finding| others.iter().any(|other| std::ptr::eq(*other, of));
            let finding = open
                .iter()
                .find(|of| !is_claim(of.verdict) && entry.is_on(of, is_other(of)));
            let Some(&finding) = finding else { continue };
            // One that met another already is told there.
            let told = if is_other(finding) {
                finding
            } else {
                entry.finding
            };
            entry.left = 0;
            others.retain(|other| !std::ptr::eq(*other, finding));
            let unclear = unclear(told, UnclearReason::ToReviewNow);
            self.all.unclear.push(unclear);
        }
    }

    /// What met nothing of the old side.
    fn only_new(&mut self, findings: &[&'a Finding], undecided: &BTreeSet<&str>) {
        for finding in findings {
            if ran(self.old, &finding.check) {
                self.all.new.push(FindingEntry {
                    perhaps_old: undecided.contains(finding.check.as_str()),
                    ..entry_of(finding)
                });
            } else {
                let unclear = unclear(finding, UnclearReason::NotCheckedBefore);
                self.all.unclear.push(unclear);
            }
        }
    }

    /// What nothing of the new side met.
    fn only_old(&mut self, undecided: &BTreeSet<&str>) {
        for entry in self.known.values() {
            let check = entry.finding.check.as_str();
            let reason = if !ran(self.new, check) {
                Some(UnclearReason::NotCheckedNow)
            } else if undecided.contains(check) {
                Some(UnclearReason::UndecidedNow)
            } else {
                None
            };
            for _ in 0..entry.left {
                match reason {
                    Some(reason) => self.all.unclear.push(unclear(entry.finding, reason)),
                    None => self.all.fixed.push(entry_of(entry.finding)),
                }
            }
        }
    }
}

impl Known<'_> {
    /// Whether a finding of the same check and owner is about some of the
    /// same. `alone` says that both could be one if they are about nothing.
    fn is_on(&self, finding: &Finding, alone: bool) -> bool {
        let same = self.finding.check == finding.check
            && lasting_owner(&self.finding.owner) == lasting_owner(&finding.owner);
        let mut parts = lasting(finding).peekable();
        same && if parts.peek().is_none() {
            alone && self.about.is_empty()
        } else {
            parts.any(|part| self.about.contains(part))
        }
    }
}

/// Whether it claims a problem.
fn is_claim(verdict: Verdict) -> bool {
    verdict < Verdict::Review
}

fn before<'a>(findings: &[&'a Finding]) -> BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>> {
    let mut all: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for finding in findings.iter().filter(|of| is_open(of)) {
        let of_owner = all.entry((finding.check.as_str(), lasting_owner(&finding.owner)));
        of_owner.or_default().extend(lasting(finding));
    }
    all
}

/// Checks that cannot decide.
fn undecided<'a>(findings: &[&'a Finding]) -> BTreeSet<&'a str> {
    let all = findings.iter().filter(|of| of.undecided);
    all.map(|of| of.check.as_str()).collect()
}

fn known<'a>(findings: &[&'a Finding]) -> BTreeMap<Key<'a>, Known<'a>> {
    let mut known: BTreeMap<Key<'_>, Known<'_>> = BTreeMap::new();
    for &finding in findings.iter().filter(|of| is_open(of)) {
        let entry = known.entry(key(finding)).or_insert_with(|| Known {
            finding,
            verdict: finding.verdict,
            severity: finding.severity,
            about: BTreeSet::new(),
            left: 0,
        });
        // The gravest step of both scales is the least.
        entry.verdict = entry.verdict.min(finding.verdict);
        entry.severity = entry.severity.min(finding.severity);
        entry.about.extend(lasting(finding));
        entry.left += 1;
    }
    known
}

/// The application id is no part of it: a build for tests has another.
fn key(finding: &Finding) -> Key<'_> {
    (
        &finding.check,
        &finding.subject,
        lasting_owner(&finding.owner),
    )
}

/// Whether a finding asks for anything, and not only because a part could
/// not be seen.
fn is_open(finding: &Finding) -> bool {
    finding.verdict <= Verdict::Review && !finding.undecided
}

/// Whether a check ran; where that is not written, it did.
fn ran(side: &Side<'_>, check: &str) -> bool {
    side.ran.is_empty() || side.ran.contains(&check)
}

/// The parts of a finding that last over versions.
fn lasting(finding: &Finding) -> impl Iterator<Item = &str> {
    let about = finding.about.iter().map(String::as_str);
    about.filter(|part| !part.starts_with("api:"))
}

fn unclear(finding: &Finding, reason: UnclearReason) -> Unclear {
    Unclear {
        finding: entry_of(finding),
        reason,
    }
}

fn entry_of(finding: &Finding) -> FindingEntry {
    let by_settings = |of: &crate::check::Suppressed| of.by == SuppressedBy::Config;
    FindingEntry {
        check: finding.check.clone(),
        refs: finding.refs.clone(),
        subject: finding.subject.clone(),
        owner: finding.owner.clone(),
        verdict: finding.verdict,
        severity: finding.severity,
        confidence: finding.confidence,
        title: Bilingual::new(&finding.text.zh.title, &finding.text.en.title),
        about: lasting(finding).map(str::to_owned).collect(),
        // What a baseline knows is compared like all else.
        suppressed: finding.suppression.as_ref().is_some_and(by_settings),
        perhaps_old: false,
    }
}
