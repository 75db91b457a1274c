//! Which personal information the code of each owner reads.

use std::collections::{BTreeMap, BTreeSet};

use super::owners::Owners;
use super::roots::Roots;
use super::{Seen, Touch};
use crate::catalog::{Bilingual, Sdks};

/// Most calls that are named of one kind.
const NAMED: usize = 8;

/// Reads by owner.
#[derive(Debug, Default)]
pub struct Touches {
    by_owner: BTreeMap<String, Vec<Touch>>,
    components: BTreeMap<String, String>,
    counts: BTreeMap<String, u32>,
}

impl Touches {
    /// What an owner reads, sorted by kind.
    pub fn of(&self, owner: &str) -> Vec<Touch> {
        self.by_owner.get(owner).cloned().unwrap_or_default()
    }

    /// Whether a component's class is of an SDK.
    pub fn component_of(&self, class: &str, sdk: &str) -> bool {
        self.components
            .get(class)
            .and_then(|owner| owner.strip_prefix("sdk:"))
            == Some(sdk)
    }

    /// Whether a component's class is of some SDK or library.
    pub fn component_of_other(&self, class: &str) -> bool {
        let owner = self.components.get(class);
        owner.is_some_and(|owner| owner.starts_with("sdk:") || owner.starts_with("library:"))
    }

    /// Number of components of an owner.
    pub fn components(&self, owner: &str) -> u32 {
        self.counts.get(owner).copied().unwrap_or_default()
    }
}

/// Gathers the reads and components of every owner.
pub fn by_owner(seen: &Seen<'_>, owners: &Owners<'_>, roots: &Roots, catalogue: &Sdks) -> Touches {
    struct Calls<'a> {
        apis: BTreeSet<&'a str>,
        classes: BTreeSet<&'a str>,
        possible: bool,
        first: &'a super::SeenUse<'a>,
    }
    let mut calls: BTreeMap<(String, &str), Calls<'_>> = BTreeMap::new();
    for seen in &seen.uses {
        let owner = owners.of_class(seen.class, roots);
        let entry = calls.entry((owner, seen.kind)).or_insert_with(|| Calls {
            apis: BTreeSet::new(),
            classes: BTreeSet::new(),
            possible: true,
            first: seen,
        });
        entry.apis.insert(seen.api);
        entry.classes.insert(seen.class);
        // The witness is a call that is certain, if there is one.
        if entry.possible && !seen.possible {
            entry.first = seen;
        }
        entry.possible &= seen.possible;
    }
    let mut touches = Touches::default();
    for ((owner, kind), calls) in calls {
        let name = catalogue.kinds.get(kind).map_or_else(
            || Bilingual::new(kind, kind),
            |k| Bilingual::new(&k.zh, &k.en),
        );
        touches.by_owner.entry(owner).or_default().push(Touch {
            kind: kind.to_owned(),
            name,
            apis: calls
                .apis
                .into_iter()
                .take(NAMED)
                .map(str::to_owned)
                .collect(),
            classes: u32::try_from(calls.classes.len()).unwrap_or(u32::MAX),
            possible: calls.possible,
            caller: calls.first.class.to_owned(),
            place: calls.first.place.clone(),
        });
    }
    for component in &seen.components {
        let owner = owners.of_class(component.class().name, roots);
        let count = touches.counts.entry(owner.clone()).or_default();
        *count = count.saturating_add(1);
        touches
            .components
            .insert(component.named.name.to_owned(), owner);
    }
    touches
}
