//! The formats of a result, and which results they can show.

use std::fmt;

use super::result::RunResult;
use super::text::Shown;
use crate::catalog::Lang;

/// Output formats: each is a pure function of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For people.
    Text,
    /// One line a finding.
    Concise,
    /// The whole result.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Code Quality report of GitLab.
    GitLab,
    /// Test report.
    JUnit,
    /// Annotations of GitHub Actions.
    GitHub,
    /// Summary of a step, comment on a pull request.
    Markdown,
    /// Table.
    Csv,
    /// Numbers.
    Metrics,
    /// Bill of materials.
    CycloneDx,
}

/// How a result is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Which findings; `json`, `junit`, `metrics` and `cyclonedx` always
    /// have all of them.
    pub shown: Shown,
    /// Language of the texts.
    pub lang: Lang,
    /// Columns of text.
    pub width: usize,
}

/// Why a result cannot be shown in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The format shows findings, and the result is one of `inspect`.
    Findings(Format),
    /// The format shows facts, and the result was saved without them.
    Facts(Format),
}

impl Format {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Text,
        Self::Concise,
        Self::Json,
        Self::Sarif,
        Self::GitLab,
        Self::JUnit,
        Self::GitHub,
        Self::Markdown,
        Self::Csv,
        Self::Metrics,
        Self::CycloneDx,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::GitLab => "gitlab",
            Self::JUnit => "junit",
            Self::GitHub => "github",
            Self::Markdown => "markdown",
            Self::Csv => "csv",
            Self::Metrics => "metrics",
            Self::CycloneDx => "cyclonedx",
        }
    }

    /// What it is for, in one line.
    pub fn about(self) -> &'static str {
        match self {
            Self::Text => "For people",
            Self::Concise => "One line a finding, for editors and grep",
            Self::Json => "The whole result, for programs and for `report`",
            Self::Sarif => "SARIF 2.1.0, for code scanning",
            Self::GitLab => "GitLab Code Quality",
            Self::JUnit => "JUnit test report, for Jenkins and others",
            Self::GitHub => "Annotations of GitHub Actions",
            Self::Markdown => "Summary of a pipeline step, comment on a pull request",
            Self::Csv => "Table that spreadsheets open",
            Self::Metrics => "Numbers in flat JSON, for quality red lines",
            Self::CycloneDx => "SDKs and libraries as a CycloneDX 1.6 bill of materials (JSON)",
        }
    }

    /// Whether it shows findings, which only `check` has.
    pub fn needs_findings(self) -> bool {
        !matches!(self, Self::Text | Self::Json | Self::CycloneDx)
    }

    /// Whether it shows facts, which `check` keeps only if they are asked
    /// for.
    pub fn needs_facts(self) -> bool {
        self == Self::CycloneDx
    }
}

/// The result in this format.
pub fn render(result: &RunResult, format: Format, view: &View) -> Result<String, Unfit> {
    let View { shown, lang, width } = *view;
    let judged = result.gate.is_some();
    if format.needs_findings() && !judged {
        return Err(Unfit::Findings(format));
    }
    let has_facts = |input: &super::Input| input.facts.is_some() || input.summary.is_none();
    if format.needs_facts() && !result.inputs.iter().all(has_facts) {
        return Err(Unfit::Facts(format));
    }
    Ok(match format {
        Format::Text if judged => super::text::render(result, shown, lang, width),
        Format::Text => super::inspect::render(result, lang, width),
        Format::Concise => super::concise::render(result, shown, lang),
        Format::Json => super::json::render(result),
        Format::Csv => super::csv::render(result, shown, lang),
        Format::Metrics => super::metrics::render(result),
        Format::CycloneDx => super::cyclonedx::render(result),
        Format::Sarif => super::sarif::render(result, shown, lang),
        Format::GitLab => super::gitlab::render(result, shown, lang),
        Format::JUnit => super::junit::render(result, lang),
        Format::GitHub => super::github::render(result, shown, lang),
        Format::Markdown => super::summary::render(result, shown, lang),
    })
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Findings(format) => write!(
                f,
                "{} shows findings, and this is a result of inspect: use apkaudit check",
                format.word()
            ),
            Self::Facts(format) => write!(
                f,
                "{} shows facts, and this result was saved without them: save it with \
                 apkaudit inspect -f json, or with apkaudit check -o {0}=… -o json=…",
                format.word()
            ),
        }
    }
}
