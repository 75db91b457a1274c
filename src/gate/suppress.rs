//! Findings that a team accepts for a time, named by what they mean.

use std::collections::BTreeMap;

use super::config::Spot;
use super::date::Date;
use crate::check::{Check, Finding, Selector};

/// One accepted matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Checks.
    pub check: Selector,
    /// Where the checks are named.
    pub check_spot: Spot,
    /// Application ids; any if none.
    pub package: Option<Vec<Pattern>>,
    /// Names by kind of part, as [`Finding::about`] has them: `sdk`, `data`.
    pub parts: BTreeMap<&'static str, Vec<Pattern>>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Date,
    /// Where it stands.
    pub spot: Spot,
}

/// A name; `*` at the end stands for any rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    open: bool,
}

impl Pattern {
    /// Reads a name or the beginning of names.
    pub fn new(text: &str) -> Self {
        let start = text.strip_suffix('*');
        Self {
            text: start.unwrap_or(text).to_owned(),
            open: start.is_some(),
        }
    }

    /// Whether it means this name.
    pub fn is(&self, name: &str) -> bool {
        if self.open {
            name.starts_with(&self.text)
        } else {
            name == self.text
        }
    }
}

impl Suppression {
    /// Whether it is about an app.
    pub fn is_of(&self, package: &str) -> bool {
        let of = self.package.as_ref();
        of.is_none_or(|packages| packages.iter().any(|one| one.is(package)))
    }

    /// Whether it accepts a finding of a check on an app, and all of it: of
    /// two kinds of data, of which it names one, it accepts neither. A kind
    /// of part that it does not name asks for nothing.
    pub fn accepts(&self, check: &Check, package: &str, finding: &Finding) -> bool {
        self.check.names(check)
            && self.is_of(package)
            && self.parts.iter().all(|(kind, names)| {
                let parts = finding
                    .about
                    .iter()
                    .filter_map(|part| part.strip_prefix(kind)?.strip_prefix(':'));
                let mut parts = parts.peekable();
                parts.peek().is_some() && parts.all(|part| names.iter().any(|name| name.is(part)))
            })
    }
}
