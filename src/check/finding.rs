//! What a check says about an app.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::scale::{Confidence, Severity, Verdict};
use crate::catalog::{Bilingual, Lang, Mark};
use crate::evidence::Place;

/// One statement of one check on one input.
///
/// Every check that ran gives at least one: what it found, or that it
/// passed, does not apply, or needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the check.
    pub check: String,
    /// Rows of the issue table: `B03`.
    pub refs: Vec<String>,
    /// Index of the input in the result.
    pub input: usize,
    /// What the finding is about: a permission, a class, a host; `app` for
    /// the app as a whole.
    pub subject: String,
    /// Whose code or declaration it is: `app`, or the name of a library.
    pub owner: String,
    /// How definite the statement is.
    pub verdict: Verdict,
    /// How grave the consequence is.
    pub severity: Severity,
    /// How good the evidence is.
    pub confidence: Confidence,
    /// Why this confidence.
    pub reason: Bilingual,
    /// What was seen, and where.
    pub evidence: Vec<Evidence>,
    /// Clauses that the check rests on.
    pub clauses: Vec<CitedClause>,
    /// What the regulators call such an issue.
    pub labels: Labels,
    /// The texts for people.
    pub text: Texts,
    /// What it is about, sorted: `permission:…`, `component:…`, `sdk:…`,
    /// `data:…` (kind of information), `clause:…`, `api:…`, `host:…`.
    /// Suppressions and baselines go by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
    /// Identity over versions of the app: SHA-256, the first 32 hexadecimal
    /// digits, of check, package, subject and owner (see [`lasting_owner`]).
    /// Never of lines, offsets or messages.
    pub fingerprint: String,
    /// Nothing was found, and parts that the check needs could not be seen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undecided: bool,
    /// Somebody decided that this finding does not count.
    pub suppressed: bool,
    /// Who decided it, why and until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppression: Option<Suppressed>,
    /// How it stands to the baseline; none without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// What it is about beyond its entry in the baseline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beyond: Vec<String>,
    /// Line of the project's sources that brings it about, if they were
    /// given and it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Place>,
}

/// Who decided that a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// What decided it.
    pub by: SuppressedBy,
    /// Why; empty for a baseline.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Last day, `YYYY-MM-DD`; none for a baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Where it stands: `apkaudit.toml:14`, or the path of the baseline.
    pub place: String,
}

/// What takes a finding out of the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuppressedBy {
    /// A suppression of the configuration.
    Config,
    /// The baseline.
    Baseline,
}

/// How a finding stands to a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing like it was there.
    New,
    /// It was there, but is graver now or about more.
    Grown,
    /// It was there.
    Known,
}

impl Standing {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Grown => "grown",
            Self::Known => "known",
        }
    }
}

/// One thing that was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// What.
    pub what: Bilingual,
    /// Where.
    pub place: Place,
    /// Text from the app, as it stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// Methods on the way there, from the entry on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub way: Vec<String>,
}

/// A clause as a report cites it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedClause {
    /// Catalogue id.
    pub id: String,
    /// Short name of the instrument and number of the clause.
    pub text: Bilingual,
    /// How sure the citation is.
    pub mark: Mark,
}

/// Names of the issue in the vocabularies of four regulators.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// Ministry of Industry and Information Technology.
    pub miit: Vec<CitedLabel>,
    /// National Computer Virus Emergency Response Center.
    pub cverc: Vec<CitedLabel>,
    /// Ministry of Public Security.
    pub mps: Vec<CitedLabel>,
    /// Cyberspace Administration of China.
    #[serde(default)]
    pub cac: Vec<CitedLabel>,
}

impl Labels {
    /// All of them, with the short name of the regulator.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &CitedLabel)> {
        [
            ("MIIT", &self.miit),
            ("CVERC", &self.cverc),
            ("MPS", &self.mps),
            ("CAC", &self.cac),
        ]
        .into_iter()
        .flat_map(|(name, labels)| labels.iter().map(move |label| (name, label)))
    }
}

/// A label as a report cites it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedLabel {
    /// Catalogue id.
    pub id: String,
    /// The regulator's words, and a translation.
    pub text: Bilingual,
    /// How sure the citation is.
    pub mark: Mark,
}

/// The texts of a finding in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// Chinese.
    pub zh: Text,
    /// English.
    pub en: Text,
}

/// The texts of a finding in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// What is the case, in one line.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// How it is decided.
    pub how: String,
    /// What the check cannot see.
    pub limits: String,
    /// How to fix it.
    pub fix: String,
}

impl Texts {
    /// The texts of this language.
    pub fn get(&self, lang: Lang) -> &Text {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl Finding {
    /// Whether the finding claims a problem: a violation or a risk. Only
    /// these can fail a gate.
    pub fn asserts(&self) -> bool {
        matches!(self.verdict, Verdict::Violation | Verdict::Risk)
    }
}

#[cfg(test)]
impl Finding {
    /// A risk of the app itself, about nothing in particular.
    pub fn example(check: &str) -> Self {
        Self {
            check: check.to_owned(),
            refs: Vec::new(),
            input: 0,
            subject: "app".to_owned(),
            owner: "app".to_owned(),
            verdict: Verdict::Risk,
            severity: Severity::High,
            confidence: Confidence::Medium,
            reason: Bilingual::default(),
            evidence: Vec::new(),
            clauses: Vec::new(),
            labels: Labels::default(),
            text: Texts::default(),
            about: Vec::new(),
            fingerprint: String::new(),
            undecided: false,
            suppressed: false,
            suppression: None,
            standing: None,
            beyond: Vec::new(),
            source: None,
        }
    }
}

/// Whose a finding is in every build: a shrinker takes the names by which
/// the app's own code is known, so that code of nobody known counts as the
/// app's.
pub fn lasting_owner(owner: &str) -> &str {
    if owner == "unknown" { "app" } else { owner }
}

/// Identity of a finding over versions of an app; see
/// [`Finding::fingerprint`].
pub fn fingerprint(check: &str, package: &str, subject: &str, owner: &str) -> String {
    let mut hash = Sha256::new();
    for part in [check, package, subject, lasting_owner(owner)] {
        // The length before each part keeps ("ab", "c") from ("a", "bc").
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    super::hex(&hash.finalize()[..16])
}
