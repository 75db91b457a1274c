//! The three scales of a finding: verdict, severity, confidence. Each is
//! ordered with the gravest first, so that sorting puts it on top.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How definite a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The file itself shows it.
    Violation,
    /// Likely; the behaviour is not proven.
    Risk,
    /// A person must look.
    Review,
    /// Looked for, with all needed parts in view, and not found.
    Pass,
    /// The check has nothing to say on this app.
    NotApplicable,
}

/// How grave the consequence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// What regulators take apps down for.
    Critical,
    /// Cited as an issue of its own.
    High,
    /// Cited beside others.
    Medium,
    /// Worth repairing.
    Low,
    /// To know.
    Info,
}

/// How good the evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Read from the file; no other explanation.
    High,
    /// Other explanations are possible but not likely.
    Medium,
    /// A hint.
    Low,
}

/// Words of a scale, and what was given instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    given: String,
    words: &'static [&'static str],
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is none of {}", self.given, self.words.join(", "))
    }
}

impl std::error::Error for UnknownWord {}

/// A scale's words, both ways.
macro_rules! words {
    ($scale:ident { $($word:literal => $variant:ident),+ $(,)? }) => {
        impl $scale {
            /// The words of this scale, gravest first.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word for this step: kebab-case.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $scale {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }

        impl FromStr for $scale {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { given: text.to_owned(), words: Self::WORDS }),
                }
            }
        }
    };
}

words!(Verdict {
    "violation" => Violation,
    "risk" => Risk,
    "review" => Review,
    "pass" => Pass,
    "not-applicable" => NotApplicable,
});
words!(Severity {
    "critical" => Critical,
    "high" => High,
    "medium" => Medium,
    "low" => Low,
    "info" => Info,
});
words!(Confidence {
    "high" => High,
    "medium" => Medium,
    "low" => Low,
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_comes_first() {
        assert!(Severity::Critical < Severity::High && Severity::Low < Severity::Info);
        assert!(Confidence::High < Confidence::Low);
        assert!(Verdict::Violation < Verdict::Risk && Verdict::Review < Verdict::Pass);
    }

    #[test]
    fn words_are_the_same_for_arguments_and_json() {
        for word in Severity::WORDS {
            let severity: Severity = word.parse().unwrap();
            assert_eq!(serde_json::to_value(severity).unwrap(), *word);
        }
        for word in Verdict::WORDS {
            let verdict: Verdict = word.parse().unwrap();
            assert_eq!(serde_json::to_value(verdict).unwrap(), *word);
        }
        let error = "hi".parse::<Confidence>().unwrap_err();
        assert_eq!(error.to_string(), "\"hi\" is none of high, medium, low");
    }
}
