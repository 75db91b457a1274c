//! The result of a run: the primary format, of which every other format is
//! a pure function.

use serde::{Deserialize, Serialize};

use crate::catalog::Bilingual;
use crate::check::{Check, Checks, Finding, Regime, Selection, Selector, Severity};
use crate::evidence::{Anomaly, Gap};
use crate::facts::Facts;
use crate::gate::{Diagnostic, Gate};

/// Version of the JSON shape. It changes when a reader of the old shape
/// would misread the new one.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything one run of `check` or `inspect` found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// Version of this shape.
    pub schema_version: u32,
    /// The program that wrote it.
    pub tool: Tool,
    /// Inputs in the order given, directories walked in name order.
    pub inputs: Vec<Input>,
    /// Findings of all inputs; most severe first within an input. Empty for
    /// `inspect`.
    pub findings: Vec<Finding>,
    /// Which checks ran; none for `inspect`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<Selected>,
    /// What is wrong with suppressions, baseline and permission list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
    /// Gate decision; none for `inspect`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
}

/// Which checks ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selected {
    /// Regimes whose checks ran; all if empty.
    pub regimes: Vec<Regime>,
    /// What was named to run; all if empty.
    pub select: Vec<String>,
    /// What was named not to run.
    pub ignore: Vec<String>,
    /// How many ran.
    pub checks: usize,
    /// How many there are.
    pub known: usize,
    /// Those that ran, sorted by id.
    #[serde(default)]
    pub ran: Vec<Ran>,
}

/// A check that ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    /// Its id.
    pub check: String,
    /// Name of the problem, without the particulars of an app.
    pub title: Bilingual,
    /// Rows of the issue table: `B03`.
    pub refs: Vec<String>,
    /// Severity, unless a rule of it says otherwise.
    pub severity: Severity,
    /// Whose rules it rests on.
    pub regimes: Vec<Regime>,
}

/// The program and its knowledge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `apkaudit`.
    pub name: String,
    /// Version of the program.
    pub version: String,
    /// Version of the check set.
    pub checks: String,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Path as given, with `/` between folders.
    pub path: String,
    /// Why it could not be analysed; the fields below are then empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Bilingual>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
    /// What could not be looked at.
    #[serde(default)]
    pub gaps: Vec<Gap>,
    /// Tricks and defects of the file formats.
    #[serde(default)]
    pub anomalies: Vec<Anomaly>,
    /// All facts; only `inspect` writes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Box<Facts>>,
}

/// The facts that head every report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Kind of package, kebab-case.
    pub kind: crate::container::PackageKind,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
    /// Application id; empty for a document.
    pub package: String,
    /// `versionName`.
    pub version_name: Option<String>,
    /// `versionCode`.
    pub version_code: Option<i64>,
    /// `targetSdkVersion`.
    pub target_sdk: Option<u32>,
    /// Frameworks by name.
    pub frameworks: Vec<String>,
    /// DEX files read.
    pub dex: usize,
    /// Methods defined in them.
    pub methods: u64,
    /// SDKs that handle personal information, proven or likely.
    #[serde(default)]
    pub sdks: usize,
    /// Code or manifest could not be read in full: more SDKs may be inside.
    #[serde(default)]
    pub sdks_incomplete: bool,
    /// Third-party package roots that the catalogue does not know.
    #[serde(default)]
    pub unknown_roots: usize,
    /// Policy texts found.
    pub policies: Vec<PolicyText>,
    /// Links to policies found.
    pub policy_links: usize,
}

/// One policy text in the head of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyText {
    /// Path inside the input.
    pub file: String,
    /// Language.
    pub language: crate::policy::Language,
    /// Length in characters.
    pub chars: u64,
    /// Date the text states, `YYYY-MM-DD`, or less if it states less.
    pub date: Option<String>,
}

impl RunResult {
    /// The result of a run of this program with check set `checks`.
    pub fn new(
        checks: String,
        inputs: Vec<Input>,
        findings: Vec<Finding>,
        gate: Option<Gate>,
    ) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(checks),
            inputs,
            findings,
            selection: None,
            diagnostics: Vec::new(),
            gate,
        }
    }
}

impl Selected {
    /// What `selection` left of `known` checks.
    pub fn new(selection: &Selection, checks: &Checks, known: usize) -> Self {
        let words = |selectors: &[Selector]| selectors.iter().map(ToString::to_string).collect();
        Self {
            regimes: selection.regimes.clone(),
            select: words(&selection.select),
            ignore: words(&selection.ignore),
            checks: checks.checks().len(),
            known,
            ran: checks.checks().iter().map(Ran::of).collect(),
        }
    }
}

impl Ran {
    fn of(check: &Check) -> Self {
        Self {
            check: check.id.clone(),
            title: Bilingual::new(&check.text.zh.general, &check.text.en.general),
            refs: check.refs.clone(),
            severity: check.severity,
            regimes: check.regimes.clone(),
        }
    }
}

impl Tool {
    /// This program with the given check-set version.
    pub fn this(checks: String) -> Self {
        Self {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            checks,
        }
    }
}

impl Input {
    /// An input that was analysed.
    pub fn analysed(path: String, facts: &Facts) -> Self {
        Self {
            path,
            error: None,
            summary: Some(Summary::of(facts)),
            gaps: facts.gaps.clone(),
            anomalies: facts.anomalies.clone(),
            facts: None,
        }
    }

    /// An input that could not be analysed.
    pub fn refused(path: String, error: Bilingual) -> Self {
        Self {
            path,
            error: Some(error),
            summary: None,
            gaps: Vec::new(),
            anomalies: Vec::new(),
            facts: None,
        }
    }
}

impl Summary {
    fn of(facts: &Facts) -> Self {
        let identity = &facts.identity;
        Self {
            kind: identity.kind,
            sha256: identity.sha256.clone(),
            size: identity.size,
            package: identity.package.clone(),
            version_name: identity.version_name.clone(),
            version_code: identity.version_code,
            target_sdk: identity.target_sdk,
            frameworks: identity.frameworks.iter().map(|f| f.name.clone()).collect(),
            dex: facts.code.dex.len(),
            methods: facts
                .code
                .dex
                .iter()
                .map(|dex| u64::from(dex.methods))
                .sum(),
            policies: facts
                .policy
                .documents
                .iter()
                .filter(|document| document.class == crate::policy::Class::Policy)
                .map(|document| PolicyText {
                    file: document.place.file.clone(),
                    language: document.language,
                    chars: document.chars,
                    date: document.date.clone(),
                })
                .collect(),
            sdks: facts.sdks.inside().count(),
            sdks_incomplete: facts.sdks.incomplete,
            unknown_roots: facts.sdks.unknown.len(),
            policy_links: facts.policy.urls.len(),
        }
    }
}
