//! What code reads, when, and with whom the app talks.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Changes, hidden, may_be};
use crate::catalog::Bilingual;
use crate::endpoint::Kind;
use crate::evidence::Part;
use crate::facts::Facts;
use crate::program::{Grade, Phase};
use crate::sdk::Touch;

/// A kind of data that the code of one owner reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataUse {
    /// Whose the code is: `app`, `sdk:jpush`, …
    pub owner: String,
    /// Kind of data.
    pub kind: String,
    /// Its name.
    pub name: Bilingual,
    /// What is called, sorted.
    pub apis: Vec<String>,
    /// Only calls whose arguments decide and are not known.
    pub possible: bool,
}

/// Data that the code of one owner can come to before the user agreed, or an
/// SDK that it can start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlyUse {
    /// Whose the code is.
    pub owner: String,
    /// Kind of data, or `sdk_init`.
    pub kind: String,
    /// Its name.
    pub name: Bilingual,
    /// For `sdk_init`, which SDK is started.
    pub starts: Option<String>,
    /// How sure it is.
    pub grade: Grade,
    /// When it can run first.
    pub phase: Phase,
}

/// A host that the package names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Its name or address.
    pub host: String,
    /// Some address of it is not encrypted.
    pub cleartext: bool,
    /// Whose code names it, sorted; empty if it stands elsewhere.
    pub owners: Vec<String>,
}

pub(super) fn uses(old: &Facts, new: &Facts) -> Changes<DataUse> {
    Changes::of(touches(old), touches(new), |_, _| false)
        .renamed(
            |was, is| was.kind == is.kind && may_be(&was.owner, &is.owner),
            |was, is| was.owner != is.owner,
        )
        .hidden(unread(old), unread(new))
}

fn unread(facts: &Facts) -> bool {
    facts.program.coverage.left_out > 0 || hidden(facts, &[Part::Code, Part::Container])
}

fn touches(facts: &Facts) -> BTreeMap<(String, String), DataUse> {
    let sdks = &facts.sdks;
    let of = |owner: String, touches: &[Touch]| -> Vec<DataUse> {
        let all = touches.iter();
        all.map(|touch| DataUse {
            owner: owner.clone(),
            kind: touch.kind.clone(),
            name: touch.name.clone(),
            apis: touch.apis.clone(),
            possible: touch.possible,
        })
        .collect()
    };
    let mut all = of("app".to_owned(), &sdks.touches);
    all.extend(of(super::UNKNOWN.to_owned(), &sdks.unattributed));
    for sdk in &sdks.found {
        all.extend(of(format!("sdk:{}", sdk.id), &sdk.touches));
    }
    for library in &sdks.libraries {
        all.extend(of(format!("library:{}", library.id), &library.touches));
    }
    for root in &sdks.unknown {
        all.extend(of(format!("root:{}", root.name), &root.touches));
    }
    all.into_iter()
        .map(|used| ((used.owner.clone(), used.kind.clone()), used))
        .collect()
}

pub(super) fn early(old: &Facts, new: &Facts) -> Changes<EarlyUse> {
    let of = |facts: &Facts| -> BTreeMap<(String, String, Option<String>), EarlyUse> {
        let all = facts.program.early.iter();
        all.map(|early| {
            let used = EarlyUse {
                owner: early.owner.clone(),
                kind: early.kind.clone(),
                name: early.name.clone(),
                starts: early.starts.clone(),
                grade: early.grade,
                phase: early.phase,
            };
            let key = (used.owner.clone(), used.kind.clone(), used.starts.clone());
            (key, used)
        })
        .collect()
    };
    let differs = |was: &EarlyUse, is: &EarlyUse| (was.grade, was.phase) != (is.grade, is.phase);
    Changes::of(of(old), of(new), differs)
        .renamed(
            |was, is| {
                (&was.kind, &was.starts) == (&is.kind, &is.starts) && may_be(&was.owner, &is.owner)
            },
            |was, is| was.owner != is.owner || differs(was, is),
        )
        .hidden(unread(old), unread(new))
}

/// Hosts that are possibly contacted. One that the other side names only as
/// documentation is not new.
pub(super) fn hosts(old: &Facts, new: &Facts) -> Changes<Host> {
    let named = |facts: &Facts| -> BTreeSet<String> {
        let all = facts.endpoints.iter();
        all.map(|endpoint| endpoint.host.clone()).collect()
    };
    let (was, is) = (named(old), named(new));
    let mut changes = Changes::of(talked_to(old), talked_to(new), |was, is| {
        was.cleartext != is.cleartext
    });
    changes.new.retain(|host| !was.contains(&host.host));
    changes.gone.retain(|host| !is.contains(&host.host));
    let unread = |facts| {
        hidden(
            facts,
            &[Part::Code, Part::Resources, Part::Native, Part::Container],
        )
    };
    changes.hidden(unread(old), unread(new))
}

fn talked_to(facts: &Facts) -> BTreeMap<String, Host> {
    let mut hosts: BTreeMap<String, Host> = BTreeMap::new();
    let all = facts.endpoints.iter();
    for endpoint in all.filter(|endpoint| endpoint.kind == Kind::Endpoint) {
        let host = hosts.entry(endpoint.host.clone()).or_insert_with(|| Host {
            host: endpoint.host.clone(),
            cleartext: false,
            owners: Vec::new(),
        });
        host.cleartext |= endpoint.cleartext;
        host.owners.extend(endpoint.owners.iter().cloned());
        host.owners.sort();
        host.owners.dedup();
    }
    hosts
}
