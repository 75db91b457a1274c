//! What is wrong with the settings themselves, once they met an app: they
//! age, and nobody should have to look for it.

use serde::{Deserialize, Serialize};

use crate::catalog::Bilingual;
use crate::evidence::Place;

/// Kinds of diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiagnosticKind {
    /// A suppression whose last day is over; it does not count any more.
    ExpiredSuppression,
    /// A suppression that meets no finding.
    UnusedSuppression,
    /// An entry of the baseline that is not found any more.
    StaleBaseline,
    /// The app asks for a permission that `app.permissions` does not list.
    UnexpectedPermission,
}

/// What a diagnostic does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiagnosticLevel {
    /// Nothing.
    Allow,
    /// It is told.
    Warn,
    /// It fails the gate.
    Deny,
}

/// One diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Kind.
    pub kind: DiagnosticKind,
    /// What it does; never `allow`.
    pub level: DiagnosticLevel,
    /// What is the case.
    pub text: Bilingual,
    /// Where the setting stands: a line of `apkaudit.toml`, or the baseline.
    pub place: Place,
}

impl Diagnostic {
    /// Whether it fails the gate.
    pub fn fails(&self) -> bool {
        self.level == DiagnosticLevel::Deny
    }
}

impl DiagnosticKind {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::ExpiredSuppression,
        Self::UnusedSuppression,
        Self::StaleBaseline,
        Self::UnexpectedPermission,
    ];

    /// The word for it: kebab-case.
    pub fn word(self) -> &'static str {
        match self {
            Self::ExpiredSuppression => "expired-suppression",
            Self::UnusedSuppression => "unused-suppression",
            Self::StaleBaseline => "stale-baseline",
            Self::UnexpectedPermission => "unexpected-permission",
        }
    }
}

impl DiagnosticLevel {
    /// Their words.
    pub const WORDS: [&'static str; 3] = ["allow", "warn", "deny"];

    /// The level of this name.
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "allow" => Some(Self::Allow),
            "warn" => Some(Self::Warn),
            "deny" => Some(Self::Deny),
            _ => None,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}
