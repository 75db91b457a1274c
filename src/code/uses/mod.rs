//! Which class files use members that the catalogue of APIs knows. What DEX
//! files use is with the [`program`](crate::program).
//!
//! A member is known by the class that the file names. That is the class of
//! the platform, unless the app calls it by way of a subclass of its own.

#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use super::ApiUse;
use super::work::Work;
use crate::catalog::{self, Api, Named, Role, Subject};
use crate::decode::DecodeError;
use crate::decode::classfile::ClassFile;
use crate::evidence::Place;

/// Actions that are listed beside kinds of information.
const ACTIONS: [&str; 3] = ["self_launch", "associated_launch", "shell"];

/// When a member that is used gives what the catalogue says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    Always,
    /// With a constant that decides.
    WithConstant,
    Perhaps,
}

/// `None` for a member that is not listed.
fn gives(api: &Api) -> Option<Gives> {
    match &api.subject {
        Subject::Kind(_) => {}
        Subject::Action(action) => {
            ACTIONS.contains(&action.as_str()).then_some(())?;
        }
    }
    Some(match api.role {
        Role::Source | Role::Field | Role::Register | Role::SelfLaunch => Gives::Always,
        Role::SourceIfConst if !api.when.is_empty() => Gives::WithConstant,
        Role::SourceIfConst
        | Role::SourceIfOtherPkg
        | Role::SourceIfBeside
        | Role::SourceIfSensitiveField
        | Role::UriField
        | Role::UriSource
        | Role::Launch
        | Role::LaunchIfOtherPkg => Gives::Perhaps,
        _ => return None,
    })
}

#[derive(Clone, Copy, Debug)]
struct Watch {
    api: &'static Api,
    gives: Gives,
}

fn watches(found: Vec<Named>) -> Vec<Watch> {
    let watch = |named: Named| {
        let api = catalog::apis().at(named.api)?;
        let gives = match gives(api)? {
            Gives::Always if named.overload => Gives::Perhaps,
            gives => gives,
        };
        Some(Watch { api, gives })
    };
    found.into_iter().filter_map(watch).collect()
}

/// Uses of the same member for the same kind as one, which is only possible
/// if all of them are.
fn merged<P: Fn() -> Place>(
    class: &str,
    uses: impl Iterator<Item = (&'static Api, bool, P)>,
) -> Vec<ApiUse> {
    let mut all: Vec<ApiUse> = Vec::new();
    let mut seen: FxHashMap<(&str, &str, &Subject), usize> = FxHashMap::default();
    for (api, possible, place) in uses {
        let key = (api.class.as_str(), api.member.as_str(), &api.subject);
        let known = seen.get(&key).and_then(|at| all.get_mut(*at));
        if let Some(known) = known {
            if known.possible && !possible {
                known.possible = false;
                known.place = place();
            }
            continue;
        }
        seen.insert(key, all.len());
        all.push(ApiUse {
            class: class.to_owned(),
            api: api.name(),
            kind: api.subject.id().to_owned(),
            possible,
            place: place(),
        });
    }
    all.sort_unstable();
    all
}

/// What a class file names. Its constants stand beside each other without the
/// methods that load them, so one that decides makes a use possible.
pub(super) fn of_class_file(
    class: &ClassFile<'_>,
    name: &str,
    place: impl Fn() -> Place,
    work: &mut Work,
) -> Result<Vec<ApiUse>, DecodeError> {
    let mut found: Vec<Watch> = Vec::new();
    for reference in class.references() {
        let reference = reference?;
        if let Some(owner) = catalog::apis().class(reference.owner) {
            let descriptor = || Some(reference.descriptor);
            found.extend(watches(owner.find(
                reference.name,
                reference.is_field,
                descriptor,
            )));
        }
    }
    let is_open = |watch: &Watch| watch.gives == Gives::WithConstant;
    if found.iter().any(is_open) {
        for string in class.strings() {
            let bytes = string?.bytes;
            if work.look(bytes.len() + found.len()).is_err() {
                break;
            }
            for watch in &mut found {
                if is_open(watch) && watch.api.decides(bytes) {
                    watch.gives = Gives::Perhaps;
                }
            }
        }
    }
    found.retain(|watch| !is_open(watch));
    let place = || place().at(name);
    let uses = found
        .iter()
        .map(|watch| (watch.api, watch.gives != Gives::Always, place));
    Ok(merged(name, uses))
}
