//! Permissions and components.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Changes, hidden};
use crate::evidence::Part;
use crate::facts::Facts;
use crate::manifest::{Component, ComponentKind};
use crate::permission::Verdict;

/// A permission that the app asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionEntry {
    /// Full name.
    pub name: String,
    /// `normal`, `dangerous`, …; none if it is not known.
    pub level: Option<String>,
    /// The app itself defines it.
    pub own: bool,
    /// Last API level at which it is asked for.
    pub max_sdk: Option<u32>,
    /// Who uses it.
    pub used: Verdict,
    /// Owners of the code that uses it, sorted.
    pub owners: Vec<String>,
    /// SDKs inside that ask for it, by id.
    pub asked_by: Vec<String>,
}

/// A component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentEntry {
    /// Its kind.
    pub kind: ComponentKind,
    /// Its class, or its own name if it is an alias.
    pub class: String,
    /// Whose it is.
    pub owner: String,
    /// Other apps can start it.
    pub exported: bool,
    /// Enabled at installation.
    pub enabled: bool,
    /// Permission that a caller needs.
    pub permission: Option<String>,
    /// What its filters wait for, sorted.
    pub actions: Vec<String>,
}

pub(super) fn permissions(old: &Facts, new: &Facts) -> Changes<PermissionEntry> {
    let of = |facts: &Facts| -> BTreeMap<String, PermissionEntry> {
        let requested = facts.permissions.requested.iter();
        requested
            .map(|of| {
                let mut uses = facts.permission_uses.iter();
                let used = uses.find(|used| used.name == of.name);
                let mut declared = facts.permissions.declared.iter();
                let own = declared.find(|own| own.name == of.name);
                let entry = PermissionEntry {
                    name: of.name.clone(),
                    level: of
                        .level
                        .clone()
                        .or_else(|| own.map(|own| own.protection.clone())),
                    own: own.is_some(),
                    max_sdk: of.max_sdk,
                    used: used.map_or(Verdict::NotJudged, |used| used.verdict),
                    owners: used.map(|used| used.owners.clone()).unwrap_or_default(),
                    asked_by: of.asked_by.clone(),
                };
                (of.name.clone(), entry)
            })
            .collect()
    };
    let blind = |facts| hidden(facts, &[Part::Code]);
    let sees_users = (!blind(old), !blind(new));
    Changes::of(of(old), of(new), |was, is| {
        was.max_sdk != is.max_sdk
            || (sees_users.0 && more_users(was, is))
            || (sees_users.1 && more_users(is, was))
    })
    .hidden(manifest_hidden(old), manifest_hidden(new))
}

fn manifest_hidden(facts: &Facts) -> bool {
    hidden(facts, &[Part::Manifest, Part::Container])
}

/// Whether `more` has users that `less` surely has not. Code of which it is
/// not known whose it is can be anybody's, and a library is a tool of others.
fn more_users(less: &PermissionEntry, more: &PermissionEntry) -> bool {
    let known = |owners: &Vec<String>| !owners.iter().any(|owner| owner == "unknown");
    let mut others = more.owners.iter();
    known(&less.owners)
        && others.any(|owner| {
            owner != "unknown" && !owner.starts_with("library:") && !less.owners.contains(owner)
        })
}

pub(super) fn components(old: &Facts, new: &Facts) -> Changes<ComponentEntry> {
    let of = |facts: &Facts| -> BTreeMap<(ComponentKind, String), ComponentEntry> {
        let all = facts.components.iter();
        all.map(|of| ((of.kind, of.class.clone()), entry(of)))
            .collect()
    };
    let differs = |was: &ComponentEntry, is: &ComponentEntry| {
        (was.exported, was.enabled, &was.permission) != (is.exported, is.enabled, &is.permission)
    };
    Changes::of(of(old), of(new), differs)
        .renamed(is_renamed, differs)
        .hidden(manifest_hidden(old), manifest_hidden(new))
}

fn entry(of: &Component) -> ComponentEntry {
    let filters = of.intent_filters.iter();
    let actions: BTreeSet<String> = filters.flat_map(|filter| filter.actions.clone()).collect();
    ComponentEntry {
        kind: of.kind,
        class: of.class.clone(),
        owner: of.owner.clone(),
        exported: of.exported,
        enabled: of.enabled,
        permission: of.permission.clone(),
        actions: actions.into_iter().collect(),
    }
}

/// Whether two components can be one whose class was renamed: one name is
/// such as tools give, and all else is alike.
fn is_renamed(was: &ComponentEntry, is: &ComponentEntry) -> bool {
    const SHORT: usize = 3;
    let given = |class: &str| {
        let name = class.rsplit('.').next().unwrap_or(class);
        name.chars().count() <= SHORT
    };
    let own = |owner: &str| matches!(owner, "app" | "unknown");
    let same_owner = was.owner == is.owner || (own(&was.owner) && own(&is.owner));
    (given(&was.class) || given(&is.class))
        && same_owner
        && was.kind == is.kind
        && was.exported == is.exported
        && was.actions == is.actions
        && was.permission == is.permission
}
