//! What changed between two packages, or two saved results.
//!
//! Things are compared by what they are (a permission, an owner and a kind of
//! data, a host, a clause), never by names of classes that a shrinker
//! changes. What a side does not have, or could not look at, is said: it is
//! never taken for something that is gone.

mod changes;
mod data;
mod findings;
mod identity;
mod manifest;
mod meeting;
mod policy;
mod sdks;
#[cfg(test)]
mod tests;

pub use changes::{Changed, Changes};
pub use data::{DataUse, EarlyUse, Host};
pub use findings::{FindingChanges, FindingEntry, Grown, Unclear, UnclearReason};
pub use identity::IdentityChange;
pub use manifest::{ComponentEntry, PermissionEntry};
pub use policy::{ClauseState, PolicyChanges, PolicyHead};
pub use sdks::{SdkEntry, UnknownCode};

use serde::{Deserialize, Serialize};

use crate::check::Finding;
use crate::container::PackageKind;
use crate::evidence::{GapKind, Part};
use crate::facts::Facts;

/// Version of the shape of a [`Diff`]. It changes when a reader of the old
/// shape would misread the new one.
pub const DIFF_VERSION: u32 = 1;

/// One of the two sides: what is known of it.
#[derive(Clone, Debug, Default)]
pub struct Side<'a> {
    /// What it is.
    pub head: Head,
    /// All facts, if it has them.
    pub facts: Option<&'a Facts>,
    /// Findings, if it was checked.
    pub findings: Option<Vec<&'a Finding>>,
    /// Ids of the checks that ran; none if that is not known.
    pub ran: Vec<&'a str>,
}

/// What a side is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Path as given.
    pub path: String,
    /// SHA-256 of the package.
    pub sha256: String,
    /// Application id; empty for a document.
    pub package: String,
    /// `versionName`.
    pub version_name: Option<String>,
    /// `versionCode`.
    pub version_code: Option<i64>,
    /// `targetSdkVersion`.
    pub target_sdk: Option<u32>,
    /// Check set by which it was judged.
    pub checks: String,
    /// How many parts of it could not be looked at.
    pub gaps: usize,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diff {
    /// Version of this shape.
    pub diff_version: u32,
    /// The old side.
    pub old: Head,
    /// The new side.
    pub new: Head,
    /// What could not be compared, because a side does not have it.
    pub missing: Vec<Missing>,
    /// Name, versions and signers.
    pub identity: Vec<IdentityChange>,
    /// What the facts of both sides tell; none if a side has none.
    pub facts: Option<FactChanges>,
    /// Findings; none if a side has none.
    pub findings: Option<FindingChanges>,
}

/// What a side does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Missing {
    /// Which side.
    pub side: Which,
    /// What.
    pub what: Lacking,
}

/// One of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// What was.
    Old,
    /// What is.
    New,
}

/// What a saved result can lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lacking {
    /// It was saved without facts.
    Facts,
    /// It was not checked.
    Findings,
    /// No policy text was found in it or given.
    Policy,
}

/// What the facts of both sides tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactChanges {
    /// Permissions asked for.
    pub permissions: Changes<PermissionEntry>,
    /// Activities, services, receivers, providers.
    pub components: Changes<ComponentEntry>,
    /// SDKs inside.
    pub sdks: Changes<SdkEntry>,
    /// Third-party code that the catalogue does not know.
    pub unknown_code: Changes<UnknownCode>,
    /// Kinds of data that code reads, by owner.
    pub data: Changes<DataUse>,
    /// What can run before the user agreed, by owner.
    pub early: Changes<EarlyUse>,
    /// Hosts.
    pub hosts: Changes<Host>,
    /// The policy; none if a side has none.
    pub policy: Option<PolicyChanges>,
}

/// Compares two sides.
pub fn diff(old: &Side<'_>, new: &Side<'_>) -> Diff {
    let mut missing = Vec::new();
    for (which, side) in [(Which::Old, old), (Which::New, new)] {
        let mut lack = |what, lacks: bool| {
            if lacks {
                missing.push(Missing { side: which, what });
            }
        };
        lack(Lacking::Facts, side.facts.is_none());
        lack(Lacking::Findings, side.findings.is_none());
        let has_policy = |facts: &Facts| facts.policy.sets.iter().any(|set| set.main);
        // A library has none of its own.
        let is_library =
            |facts: &Facts| matches!(facts.identity.kind, PackageKind::Aar | PackageKind::Jar);
        lack(
            Lacking::Policy,
            side.facts
                .is_some_and(|facts| !has_policy(facts) && !is_library(facts)),
        );
    }
    let facts = old.facts.zip(new.facts).map(|(was, is)| FactChanges {
        permissions: manifest::permissions(was, is),
        components: manifest::components(was, is),
        sdks: sdks::sdks(was, is),
        unknown_code: sdks::unknown(was, is),
        data: data::uses(was, is),
        early: data::early(was, is),
        hosts: data::hosts(was, is),
        policy: policy::compare(was, is),
    });
    Diff {
        diff_version: DIFF_VERSION,
        old: old.head.clone(),
        new: new.head.clone(),
        missing,
        identity: identity::compare(old, new),
        facts,
        findings: meeting::compare(old, new),
    }
}

impl Diff {
    /// Whether nothing changed, as far as was compared.
    pub fn is_empty(&self) -> bool {
        self.identity.is_empty()
            && self.facts.as_ref().is_none_or(FactChanges::is_empty)
            && self.findings.as_ref().is_none_or(FindingChanges::is_empty)
    }
}

impl FactChanges {
    fn is_empty(&self) -> bool {
        self.permissions.is_empty()
            && self.components.is_empty()
            && self.sdks.is_empty()
            && self.unknown_code.is_empty()
            && self.data.is_empty()
            && self.early.is_empty()
            && self.hosts.is_empty()
            && self.policy.as_ref().is_none_or(PolicyChanges::is_empty)
    }
}

/// Whether one of these parts could not be seen in full. What is not in the
/// app at all is seen.
fn hidden(facts: &Facts, parts: &[Part]) -> bool {
    let mut gaps = facts.gaps.iter();
    gaps.any(|gap| gap.kind != GapKind::NotFound && parts.contains(&gap.part))
}

/// Owner of code of which it is not known whose it is.
const UNKNOWN: &str = "unknown";

/// Whether one owner can be the other under names that a tool gave.
fn may_be(was: &str, is: &str) -> bool {
    was == UNKNOWN || is == UNKNOWN
}
