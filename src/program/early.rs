//! What is collected before the user agreed, by whom.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::granted::{Granted, Permissions};
use super::{DataUse, Grade, Phase, ProgramFacts, Step, acts, told};
use crate::catalog::{self, Bilingual};
use crate::manifest::ManifestFacts;

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
    pub fn own(
        &mut self,
        manifest: &ManifestFacts,
        of: impl Fn(&str) -> String,
        vendor: impl Fn(&str) -> Option<String>,
    ) {
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
        let permissions = Permissions::new(manifest);
        let asked = Asked::early(&self.uses);
        for used in &self.uses {
            let Some(grade) = used.grade else {
                continue;
            };
            let Some(least) = allowed(&used.needs, &permissions, asked.for_any(&used.needs)) else {
                continue;
            };
            let starts = (used.kind == "sdk_init").then(|| class_of(used));
            if starts.as_ref() == Some(&used.owner) {
                // The SDK's own code calls its own entry.
                continue;
            }
            let key = (used.owner.clone(), used.kind.clone(), starts);
            early.entry(key).or_default().push(DataUse {
                grade: Some(grade.max(least)),
                ..used.clone()
            });
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

/// Groups of permissions that are asked for before the user agreed; `None`
/// if it is not known which.
struct Asked(Option<BTreeSet<String>>);

impl Asked {
    fn early(uses: &[DataUse]) -> Self {
        let requests = uses
            .iter()
            .filter(|used| used.kind == "permission_request" && used.grade.is_some());
        let mut groups = BTreeSet::new();
        for request in requests {
            // The names of an array stand on a line each.
            let texts = request.constants.iter().flat_map(|text| text.lines());
            let mut names = texts
                .filter(|text| text.contains(".permission."))
                .peekable();
            if names.peek().is_none() {
                return Self(None);
            }
            groups.extend(names.map(group));
        }
        Self(Some(groups))
    }

    /// Whether the user may be asked for one of these.
    fn for_any(&self, needs: &[String]) -> bool {
        let groups = self.0.as_ref();
        groups.is_none_or(|groups| needs.iter().any(|name| groups.contains(&group(name))))
    }
}

/// The group that the user is asked for together, or the permission itself.
fn group(name: &str) -> String {
    let known = catalog::permission(name).and_then(|known| known.group.clone());
    known.unwrap_or_else(|| name.to_owned())
}

/// How sure something that needs one of these permissions can be on the first
/// start; `None` if the system refuses it on any. Permissions that the user
/// does not give may only make the answer shorter.
fn allowed(needs: &[String], permissions: &Permissions, asks_early: bool) -> Option<Grade> {
    let granted = || needs.iter().map(|name| permissions.of(name));
    let any = |wanted: Granted| granted().any(|granted| granted == wanted);
    let by_user = |name: &String| {
        let known = catalog::permission(name).map(|known| known.level);
        matches!(
            known,
            Some(catalog::Level::Dangerous | catalog::Level::Special)
        )
    };
    if needs.is_empty() || !needs.iter().all(by_user) || any(Granted::Yes) || any(Granted::Unknown)
    {
        Some(Grade::Definite)
    } else if !any(Granted::NotYet) && !any(Granted::OnOld) {
        None
    } else if asks_early {
        // The user may give it in this very start.
        Some(Grade::Definite)
    } else if any(Granted::OnOld) {
        Some(Grade::Likely)
    } else {
        Some(Grade::Possible)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::UsesPermission;

    fn grade(min_sdk: u32, asks_early: bool, needs: &[&str]) -> Option<Grade> {
        let mut manifest = ManifestFacts {
            package: "com.example".to_owned(),
            min_sdk: Some(min_sdk),
            target_sdk: Some(34),
            ..ManifestFacts::default()
        };
        manifest.permissions.requested.push(UsesPermission {
            name: "android.permission.ACCESS_FINE_LOCATION".to_owned(),
            ..UsesPermission::default()
        });
        let needs = needs
            .iter()
            .map(|name| format!("android.permission.{name}"));
        let needs: Vec<String> = needs.collect();
        allowed(&needs, &Permissions::new(&manifest), asks_early)
    }

    #[test]
    fn a_request_speaks_for_its_group() {
        let request = |constants: &[&str]| DataUse {
            kind: "permission_request".to_owned(),
            grade: Some(Grade::Likely),
            constants: constants.iter().map(|text| (*text).to_owned()).collect(),
            ..DataUse::default()
        };
        let place = ["android.permission.ACCESS_FINE_LOCATION".to_owned()];
        let camera = request(&["android.permission.CAMERA", "1"]);
        let coarse =
            request(&["android.permission.CAMERA\nandroid.permission.ACCESS_COARSE_LOCATION"]);
        let unknown = request(&["1"]);
        assert!(!Asked::early(&[]).for_any(&place));
        assert!(!Asked::early(std::slice::from_ref(&camera)).for_any(&place));
        assert!(Asked::early(&[coarse]).for_any(&place), "the same group");
        assert!(
            Asked::early(&[camera, unknown]).for_any(&place),
            "not known"
        );
    }

    #[test]
    fn what_the_system_refuses_is_not_early() {
        assert_eq!(grade(24, true, &["READ_SMS"]), None, "not declared");
        let storage = ["READ_EXTERNAL_STORAGE", "MANAGE_EXTERNAL_STORAGE"];
        assert_eq!(grade(24, true, &storage), None, "none of them is");
        assert_eq!(grade(24, true, &[]), Some(Grade::Definite));
        let location = ["ACCESS_FINE_LOCATION"];
        assert_eq!(grade(24, true, &location), Some(Grade::Definite), "asked");
        assert_eq!(grade(24, false, &location), Some(Grade::Possible));
        assert_eq!(
            grade(21, false, &location),
            Some(Grade::Likely),
            "Android 5"
        );
    }
}
