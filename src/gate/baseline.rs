//! What was there when the gate was switched on. A baseline only shrinks:
//! it is written once, and later only loses what is not found any more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::check::{Finding, Severity, Standing, Verdict};

/// Version of the file's shape.
pub const VERSION: u32 = 1;

/// Findings that are known and do not fail the gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Version of this shape.
    pub baseline_version: u32,
    /// Check set with which it was written.
    pub checks: String,
    /// The findings, sorted.
    pub findings: Vec<Entry>,
}

/// One known finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Application id; empty for a document on its own.
    pub package: String,
    /// Id of the check.
    pub check: String,
    /// What it is about.
    pub subject: String,
    /// Whose it is.
    pub owner: String,
    /// How definite it was.
    pub verdict: Verdict,
    /// How grave it was.
    pub severity: Severity,
    /// Permissions, components, SDKs, data and hosts; not the calls, which
    /// change with every version of a library.
    #[serde(default)]
    pub about: Vec<String>,
    /// How many such findings there were.
    pub count: usize,
    /// See [`Finding::fingerprint`].
    pub fingerprint: String,
}

/// A baseline that meets the findings of a run.
#[derive(Debug)]
pub struct Meeting<'a> {
    entries: BTreeMap<&'a str, (&'a Entry, usize)>,
}

impl Baseline {
    /// The findings that claim a problem, but for those that are suppressed.
    /// `package` gives the application id of an input.
    pub fn of<'a>(
        checks: String,
        findings: &'a [Finding],
        package: impl Fn(&'a Finding) -> &'a str,
    ) -> Self {
        let mut entries: BTreeMap<&str, Entry> = BTreeMap::new();
        for finding in findings.iter().filter(|f| f.asserts() && !f.suppressed) {
            let entry = entries
                .entry(&finding.fingerprint)
                .or_insert_with(|| Entry {
                    package: package(finding).to_owned(),
                    check: finding.check.clone(),
                    subject: finding.subject.clone(),
                    owner: finding.owner.clone(),
                    verdict: finding.verdict,
                    severity: finding.severity,
                    about: Vec::new(),
                    count: 0,
                    fingerprint: finding.fingerprint.clone(),
                });
            // The gravest step of both scales is the least.
            entry.verdict = entry.verdict.min(finding.verdict);
            entry.severity = entry.severity.min(finding.severity);
            entry.about.extend(lasting(finding).map(str::to_owned));
            entry.about.sort();
            entry.about.dedup();
            entry.count += 1;
        }
        let mut findings: Vec<Entry> = entries.into_values().collect();
        findings.sort();
        Self {
            baseline_version: VERSION,
            checks,
            findings,
        }
    }

    /// Takes out what is not `found` any more; nothing is added or becomes
    /// graver. `looked` says whether the check of an entry could decide on
    /// its app: what nobody looked at stays.
    pub fn prune(&mut self, found: &Self, looked: impl Fn(&Entry) -> bool) {
        self.findings.retain_mut(|entry| {
            if !looked(entry) {
                return true;
            }
            let mut now = found.findings.iter();
            let now = now.find(|now| now.fingerprint == entry.fingerprint);
            let Some(now) = now else { return false };
            entry.count = entry.count.min(now.count);
            entry.about.retain(|part| now.about.contains(part));
            // The gravest step of both scales is the least.
            entry.verdict = entry.verdict.max(now.verdict);
            entry.severity = entry.severity.max(now.severity);
            true
        });
    }

    /// Reads the text of a file, or says why it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Head {
            baseline_version: Option<u32>,
        }
        let head: Head = serde_json::from_slice(bytes)
            .map_err(|error| format!("it is no baseline ({error})"))?;
        match head.baseline_version {
            Some(VERSION) => {}
            Some(version) => {
                return Err(format!(
                    "it has version {version}, and this program reads {VERSION}"
                ));
            }
            None => return Err("it is no baseline: it has no baseline_version".to_owned()),
        }
        serde_json::from_slice(bytes)
            .map_err(|error| format!("it is not as apkaudit writes it ({error})"))
    }

    /// The text of a file.
    pub fn render(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .unwrap_or_else(|error| unreachable!("texts and numbers only: {error}"));
        text.push('\n');
        text
    }

    /// Ready to be held against findings, one after the other.
    pub fn meet(&self) -> Meeting<'_> {
        let entries = self.findings.iter();
        Meeting {
            entries: entries
                .map(|entry| (entry.fingerprint.as_str(), (entry, entry.count)))
                .collect(),
        }
    }
}

impl Meeting<'_> {
    /// How a finding stands, and what it is about beyond its entry; it uses
    /// up one of the entry.
    pub fn standing(&mut self, finding: &Finding) -> (Standing, Vec<String>) {
        let entry = self.entries.get_mut(finding.fingerprint.as_str());
        let Some((entry, left)) = entry.filter(|(_, left)| *left > 0) else {
            return (Standing::New, Vec::new());
        };
        *left -= 1;
        let more: Vec<String> = lasting(finding)
            .filter(|part| !entry.about.iter().any(|known| known == part))
            .map(str::to_owned)
            .collect();
        let graver = finding.verdict < entry.verdict || finding.severity < entry.severity;
        if graver || !more.is_empty() {
            (Standing::Grown, more)
        } else {
            (Standing::Known, more)
        }
    }

    /// Entries of which something is left, and how many.
    pub fn left(&self) -> impl Iterator<Item = (&Entry, usize)> {
        let entries = self.entries.values();
        entries
            .filter(|(_, left)| *left > 0)
            .map(|(entry, left)| (*entry, *left))
    }
}

/// The parts of a finding that last over versions.
fn lasting(finding: &Finding) -> impl Iterator<Item = &str> {
    let about = finding.about.iter().map(String::as_str);
    about.filter(|part| !part.starts_with("api:"))
}
