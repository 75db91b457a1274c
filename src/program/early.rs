//! What is collected before the user agreed, by whom.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{DataUse, Grade, Phase, ProgramFacts, Step, acts, told};
use crate::catalog::{self, Bilingual};

/// Information of one kind that the code of one owner can come to before the
/// user agreed; or an SDK that it can start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Early {
    /// Whose the code is: `app`, `sdk:jpush`, …
    pub owner: String,
    /// A kind of information, or `sdk_init`.
    pub kind: String,
    /// Its name.
    pub name: Bilingual,
    /// For `sdk_init`, which SDK is started: `sdk:jpush`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<String>,
    /// It tells little about a person by itself, or is no information.
    #[serde(default)]
    pub general: bool,
    /// That of the surest use.
    pub grade: Grade,
    /// That of the earliest use.
    pub phase: Phase,
    /// The uses, the surest first, those with the shortest way first.
    pub uses: Vec<DataUse>,
}

impl ProgramFacts {
    /// Writes down whose everything is, and gathers what is early. `of` gives
    /// the owner of a class, `vendor` the maker of an owner.
    pub fn own(&mut self, of: impl Fn(&str) -> String, vendor: impl Fn(&str) -> Option<String>) {
        let own = |owner: &mut String, class: &str, path: &mut Vec<Step>| {
            *owner = of(class);
            for step in path {
                let class = step.method.rsplit_once('.').map_or("", |(class, _)| class);
                step.owner = of(class);
            }
        };
        for used in &mut self.uses {
            own(&mut used.owner, &used.class, &mut used.path);
        }
        for act in &mut self.acts {
            own(&mut act.owner, &act.class, &mut act.path);
        }
        // A widget of a library reads what it shows, whatever that is.
        self.uses
            .retain(|used| used.kind != "user_input" || !used.owner.starts_with("library:"));
        acts::give(&mut self.acts, &of);
        let class_of = |used: &DataUse| {
            let class = used.api.rsplit_once('.').map_or("", |(class, _)| class);
            of(class)
        };
        told::hold_back(&mut self.uses, class_of, vendor);
        self.uses.sort();
        let mut early: BTreeMap<(String, String, Option<String>), Vec<DataUse>> = BTreeMap::new();
        for used in self.uses.iter().filter(|used| used.grade.is_some()) {
            let starts = (used.kind == "sdk_init").then(|| class_of(used));
            if starts.as_ref() == Some(&used.owner) {
                // The SDK's own code calls its own entry.
                continue;
            }
            let key = (used.owner.clone(), used.kind.clone(), starts);
            early.entry(key).or_default().push(used.clone());
        }
        let not_early = BTreeSet::from([
            "consent_api",
            "permission_request",
            "permission_use",
            "self_launch",
        ]);
        self.early = early
            .into_iter()
            .filter(|((_, kind, _), _)| !not_early.contains(kind.as_str()))
            .filter_map(|((owner, kind, starts), mut uses)| {
                uses.sort_by_key(|used| (used.grade, used.phase, used.path.len()));
                let known = catalog::sdks().kinds.get(&kind);
                Some(Early {
                    owner,
                    name: name(&kind),
                    general: known.is_none_or(|kind| kind.general),
                    kind,
                    starts,
                    grade: uses.first()?.grade?,
                    phase: uses.iter().map(|used| used.phase).min()?,
                    uses,
                })
            })
            .collect();
        self.early.sort_by_key(sensitivity);
    }
}

/// Location first, then what identifies a phone or its owner, what is general
/// last; else in the order of the names.
fn sensitivity(early: &Early) -> (bool, usize) {
    const FIRST: [&str; 4] = ["location", "device_id", "sim_id", "phone_number"];
    let first = FIRST.iter().position(|kind| early.kind.starts_with(kind));
    (early.general, first.unwrap_or(FIRST.len()))
}

fn name(kind: &str) -> Bilingual {
    let known = catalog::sdks().kinds.get(kind);
    known.map_or_else(
        || Bilingual::new(kind, kind),
        |kind| Bilingual::new(&kind.zh, &kind.en),
    )
}
