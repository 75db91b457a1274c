//! A check file as it is written.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::names::Each;
use super::scale::{Confidence, Severity, Verdict};
use crate::evidence::Part;

/// `checks/<family>/<id>.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckFile {
    pub id: Spanned<String>,
    #[serde(rename = "ref", default)]
    pub refs: Vec<Spanned<String>>,
    pub status: Status,
    pub severity: Severity,
    pub regimes: Vec<Regime>,
    #[serde(default)]
    pub needs: Vec<Part>,
    #[serde(default)]
    pub applies: Option<Spanned<String>>,
    #[serde(default)]
    pub clauses: Vec<Spanned<String>>,
    #[serde(default)]
    pub labels: LabelsFile,
    #[serde(default)]
    pub beside: Vec<BesideFile>,
    pub text: TextsFile,
    #[serde(default)]
    pub rule: Vec<RuleFile>,
    #[serde(default)]
    pub example: Vec<Spanned<ExampleFile>>,
}

/// How settled a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Its id and meaning stay.
    Stable,
    /// It may change; it may still lack examples.
    Preview,
}

/// Whose rules a check rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Regime {
    /// Mainland China.
    Cn,
    /// Drafts of mainland China.
    CnDraft,
    /// Google Play.
    Play,
    /// European Union.
    Gdpr,
    /// Rules for children, anywhere.
    Kids,
}

impl Regime {
    /// All of them, the first one is the default.
    pub const ALL: [Self; 5] = [Self::Cn, Self::CnDraft, Self::Play, Self::Gdpr, Self::Kids];

    /// The word for it: kebab-case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cn => "cn",
            Self::CnDraft => "cn-draft",
            Self::Play => "play",
            Self::Gdpr => "gdpr",
            Self::Kids => "kids",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelsFile {
    #[serde(default)]
    pub miit: Vec<Spanned<String>>,
    #[serde(default)]
    pub cverc: Vec<Spanned<String>>,
    #[serde(default)]
    pub mps: Vec<Spanned<String>>,
    #[serde(default)]
    pub cac: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BesideFile {
    pub check: String,
    pub zh: String,
    pub en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextsFile {
    pub zh: TextFile,
    pub en: TextFile,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextFile {
    pub title: Spanned<String>,
    pub general: Spanned<String>,
    pub why: Spanned<String>,
    pub how: Spanned<String>,
    pub limits: Spanned<String>,
    pub fix: Spanned<String>,
}

impl TextFile {
    /// The texts that are the same for every finding.
    pub fn plain(&self) -> [(&'static str, &Spanned<String>); 5] {
        [
            ("general", &self.general),
            ("why", &self.why),
            ("how", &self.how),
            ("limits", &self.limits),
            ("fix", &self.fix),
        ]
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    #[serde(rename = "for")]
    pub each: Each,
    pub when: Spanned<String>,
    pub verdict: Spanned<Verdict>,
    pub confidence: Confidence,
    #[serde(default)]
    pub severity: Option<Severity>,
    #[serde(default)]
    pub needs: Vec<Part>,
    #[serde(default)]
    pub subject: Option<Spanned<String>>,
    #[serde(default)]
    pub owner: Option<Spanned<String>>,
    #[serde(default)]
    pub group: bool,
    #[serde(default)]
    pub by: Option<Spanned<String>>,
    #[serde(default)]
    pub title: Option<PairFile>,
    pub reason: PairFile,
    #[serde(default)]
    pub evidence: Vec<RowFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairFile {
    pub zh: Spanned<String>,
    pub en: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowFile {
    pub what: PairFile,
    #[serde(default)]
    pub place: Option<Spanned<String>>,
    #[serde(default)]
    pub each: Option<Spanned<String>>,
    #[serde(rename = "if", default)]
    pub filter: Option<Spanned<String>>,
    #[serde(default)]
    pub excerpt: Option<Spanned<String>>,
    #[serde(default)]
    pub way: Option<Spanned<String>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    pub about: String,
    pub app: String,
    #[serde(default, rename = "app-type")]
    pub app_type: Option<Spanned<String>>,
    pub expect: Vec<String>,
}

/// Where a text stands; nowhere for a default that no file has.
pub fn span(text: &Spanned<String>) -> Option<Range<usize>> {
    let span = text.span();
    (!span.is_empty()).then_some(span)
}
