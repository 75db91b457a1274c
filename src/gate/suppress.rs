//! Findings that a team accepts for a time, named by what they mean.

use std::collections::BTreeSet;

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
    /// Permissions.
    pub permission: Option<Vec<Pattern>>,
    /// Classes of components.
    pub component: Option<Vec<Pattern>>,
    /// Ids of SDKs.
    pub sdk: Option<Vec<Pattern>>,
    /// Calls, `class.method`.
    pub api: Option<Vec<Pattern>>,
    /// Kinds of information.
    pub data: Option<Vec<Pattern>>,
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
    /// two kinds of data, of which it names one, it accepts neither.
    pub fn accepts(&self, check: &Check, package: &str, finding: &Finding) -> bool {
        self.check.names(check)
            && self.is_of(package)
            && all(self.sdk.as_ref(), &parts(finding, "sdk:"))
            && all(self.permission.as_ref(), &parts(finding, "permission:"))
            && all(self.component.as_ref(), &parts(finding, "component:"))
            && all(self.api.as_ref(), &parts(finding, "api:"))
            && all(self.data.as_ref(), &parts(finding, "data:"))
    }
}

/// The parts of one kind that a finding is about.
fn parts<'a>(finding: &'a Finding, kind: &str) -> BTreeSet<&'a str> {
    let parts = finding.about.iter();
    parts.filter_map(|part| part.strip_prefix(kind)).collect()
}

/// Whether there are parts, and each is named. No list asks for nothing.
fn all(names: Option<&Vec<Pattern>>, parts: &BTreeSet<&str>) -> bool {
    names.is_none_or(|names| {
        let named = |part: &&str| names.iter().any(|name| name.is(part));
        !parts.is_empty() && parts.iter().all(named)
    })
}
