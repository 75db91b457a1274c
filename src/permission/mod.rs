//! Who uses the permissions that an app asks for: its own code, an SDK, a
//! component of the manifest, or nobody that was found; and where the app
//! asks the user for them.
//!
//! "Not found" is only said of permissions whose ways of use the catalogue
//! believes to know all, and only if all code was seen.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalog::{self, PermissionKnown};
use crate::evidence::{Gap, GapKind, Part, Place};
use crate::manifest::{Component, ComponentKind, ManifestFacts, UsesPermission};
use crate::native::{Framework, Logic, NativeFacts};
use crate::program::{DataUse, Grade, Phase, ProgramFacts};

/// A permission that the app asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionUse {
    /// Full name.
    pub name: String,
    /// `normal`, `dangerous`, `special`, …; none for one that the catalogue
    /// does not have.
    pub level: Option<String>,
    /// Where the manifest asks for it.
    pub place: Place,
    /// Who uses it.
    pub verdict: Verdict,
    /// Why nothing is said, if the verdict is `not-judged`: `unknown` (the
    /// catalogue does not know all its ways of use) or `not-seen` (code was
    /// not seen).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Owners of the code that uses it, sorted.
    pub owners: Vec<String>,
    /// What uses it, the surest first.
    pub uses: Vec<User>,
    /// How many more there are than are listed.
    #[serde(default)]
    pub more: u32,
    /// Where the user is asked for it.
    pub asked: Vec<Asked>,
}

/// Who uses a permission.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Code of the app.
    App,
    /// Code of which it is not known whose it is.
    Unknown,
    /// SDKs only.
    Sdk,
    /// Open-source libraries only.
    Library,
    /// Components of the manifest only.
    Manifest,
    /// Nobody, and all ways of use are known.
    NotFound,
    /// Nobody was found, which says nothing.
    #[default]
    NotJudged,
}

/// Something that uses a permission.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct User {
    /// When it can run.
    pub phase: Phase,
    /// Whether a constant that decides is not known.
    pub possible: bool,
    /// Whose it is.
    pub owner: String,
    /// `call`, `address` (of content), `intent`, `receiver`, `service` or
    /// `native`.
    pub by: String,
    /// Member, address, action, component or library of the system.
    pub what: String,
    /// Where.
    pub place: Place,
}

/// A request for a permission.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Asked {
    /// When it can happen.
    pub phase: Phase,
    /// How sure it is that it happens before the user agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Whose code asks.
    pub owner: String,
    /// Where.
    pub place: Place,
}

/// Uses and requests that are listed of one permission.
const LISTED: usize = 20;

/// What is known of the app.
#[derive(Clone, Copy, Debug)]
pub struct Rooms<'a> {
    /// Its manifest.
    pub manifest: &'a ManifestFacts,
    /// What its code does, owners known.
    pub program: &'a ProgramFacts,
    /// Its native libraries.
    pub native: &'a NativeFacts,
    /// What it is built with.
    pub frameworks: &'a [Framework],
    /// What could not be looked at.
    pub gaps: &'a [Gap],
}

/// Every permission that the app asks for, in the order of the manifest, each
/// once.
pub fn table(rooms: &Rooms<'_>) -> Vec<PermissionUse> {
    let mut seen = BTreeSet::new();
    let requested = rooms.manifest.permissions.requested.iter();
    requested
        .filter(|permission| seen.insert(permission.name.as_str()))
        .map(|permission| one(rooms, permission))
        .collect()
}

fn one(rooms: &Rooms<'_>, permission: &UsesPermission) -> PermissionUse {
    let name = permission.name.as_str();
    let known = catalog::permission_uses().get(name);
    let mut uses: BTreeSet<User> = rooms
        .program
        .uses
        .iter()
        .filter_map(|used| in_code(used, name, known))
        .collect();
    if let Some(known) = known {
        for component in rooms.manifest.components.iter().filter(|c| c.enabled) {
            uses.extend(in_manifest(component, known));
        }
        uses.extend(in_native(rooms.native, known));
    }
    let mut asked: Vec<Asked> = rooms
        .program
        .uses
        .iter()
        .filter(|used| used.kind == "permission_request" && asks(used, name))
        .map(|used| Asked {
            phase: used.phase,
            grade: used.grade,
            owner: used.owner.clone(),
            place: used.place.clone(),
        })
        .collect();
    asked.sort();
    asked.dedup();
    asked.truncate(LISTED);
    let owners: BTreeSet<String> = uses.iter().map(|user| user.owner.clone()).collect();
    let unseen = || {
        let gap = |gap: &Gap| {
            matches!(gap.part, Part::Code | Part::Manifest) && gap.kind != GapKind::NoEntry
        };
        let framework = |framework: &Framework| framework.logic == Logic::Direct;
        rooms.gaps.iter().any(gap) || rooms.frameworks.iter().any(framework)
    };
    let by_manifest = |user: &User| matches!(user.by.as_str(), "receiver" | "service");
    let (verdict, reason) = if uses.is_empty() {
        match known {
            Some(known) if known.judged => {
                if unseen() {
                    (Verdict::NotJudged, Some("not-seen"))
                } else {
                    (Verdict::NotFound, None)
                }
            }
            _ => (Verdict::NotJudged, Some("unknown")),
        }
    } else if uses.iter().all(by_manifest) {
        (Verdict::Manifest, None)
    } else {
        // What is only possible decides if nothing else does.
        let sure = uses.iter().any(|user| !by_manifest(user) && !user.possible);
        let code = uses.iter().filter(|user| !by_manifest(user));
        let code = code.filter(|user| !(sure && user.possible));
        (verdict(code.map(|user| user.owner.as_str())), None)
    };
    let more = u32::try_from(uses.len().saturating_sub(LISTED)).unwrap_or(u32::MAX);
    PermissionUse {
        name: name.to_owned(),
        level: catalog::permission(name).map(|entry| entry.level.word().to_owned()),
        place: permission.place.clone(),
        verdict,
        reason: reason.map(str::to_owned),
        owners: owners.into_iter().collect(),
        uses: uses.into_iter().take(LISTED).collect(),
        more,
        asked,
    }
}

/// Whose code it is altogether.
fn verdict<'o>(owners: impl Iterator<Item = &'o str>) -> Verdict {
    let one = |owner: &str| {
        if owner.starts_with("sdk:") {
            Verdict::Sdk
        } else if owner.starts_with("library:") || owner == "platform" {
            Verdict::Library
        } else if owner == "app" {
            Verdict::App
        } else {
            Verdict::Unknown
        }
    };
    // The app comes before others, SDKs before libraries.
    owners.map(one).min().unwrap_or_default()
}

/// A use in code, if it needs the permission.
fn in_code(used: &DataUse, name: &str, known: Option<&PermissionKnown>) -> Option<User> {
    let starts = |known: &[String]| {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        used.constants
            .iter()
            .flat_map(|constant| constant.lines())
            .find(|constant| known.iter().any(|start| constant.starts_with(start)))
            .map(str::to_owned)
    };
    let (by, what) = if used.needs.iter().any(|needs| needs == name) {
        ("call", used.api.clone())
    } else if let Some(known) = known {
        let address = starts(&known.uris).filter(|_| used.kind != "permission_request");
        let intent = || {
            let mut constants = used.constants.iter();
            let action = constants.find(|constant| known.intents.contains(constant))?;
            Some(("intent", action.clone()))
        };
        address
            .map(|address| ("address", address))
            .or_else(intent)?
    } else {
        return None;
    };
    Some(User {
        phase: used.phase,
        possible: used.possible,
        owner: used.owner.clone(),
        by: by.to_owned(),
        what,
        place: used.place.clone(),
    })
}

/// A component that needs the permission.
fn in_manifest(component: &Component, known: &PermissionKnown) -> Option<User> {
    let mut actions = component
        .intent_filters
        .iter()
        .flat_map(|filter| &filter.actions);
    let broadcast = actions
        .find(|action| known.broadcasts.contains(action))
        .filter(|_| component.kind == ComponentKind::Receiver);
    let mut types = component.foreground_service_types.iter();
    let service = types.find(|of| known.services.contains(of));
    let (by, what) = match (broadcast, service) {
        (Some(action), _) => ("receiver", format!("{} ({action})", component.class)),
        (None, Some(of)) => ("service", format!("{} ({of})", component.class)),
        (None, None) => return None,
    };
    Some(User {
        phase: Phase::Other,
        possible: false,
        owner: component.owner.clone(),
        by: by.to_owned(),
        what,
        place: component.place.clone(),
    })
}

/// Native libraries that are linked to one of the system's that needs it.
fn in_native<'n>(
    native: &'n NativeFacts,
    known: &'n PermissionKnown,
) -> impl Iterator<Item = User> + 'n {
    native.libraries.iter().flat_map(|library| {
        let needed = library.needed.iter();
        needed
            .filter(|needed| known.native.contains(needed))
            .map(|needed| User {
                phase: Phase::Unreached,
                possible: true,
                owner: library.owner.clone(),
                by: "native".to_owned(),
                what: needed.clone(),
                place: library.place.clone(),
            })
    })
}

/// Whether a request is for this permission.
fn asks(used: &DataUse, name: &str) -> bool {
    let mut constants = used.constants.iter().flat_map(|constant| constant.lines());
    constants.any(|constant| constant == name)
}
