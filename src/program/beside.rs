//! Members of which the calls beside them tell what they are for: the path of
//! shared storage may be listed, or only measured.

use rustc_hash::FxHashSet;

use super::body::{Body, Member};
use super::watched::Watched;
use super::world::{File, World};
use crate::catalog::{self, Api, Role};

/// Works it out for all such uses of a method.
pub(super) fn look(world: &World<'_>, watched: &Watched, file: &File<'_>, body: &mut Body) {
    let api = |member: &Member| {
        let Member::Method(index) = member else {
            return None;
        };
        let named = watched.method(file, *index).iter();
        let mut apis = named.filter_map(|named| catalog::apis().at(named.api));
        apis.find(|api| api.role == Role::SourceIfBeside)
    };
    if !body.uses.iter().any(|used| api(&used.member).is_some()) {
        return;
    }
    let called: FxHashSet<String> = body
        .calls
        .iter()
        .map(|call| {
            let name = String::from_utf8_lossy(world.name(call.sig));
            format!("{}.{name}", world.dotted(call.class))
        })
        .collect();
    for used in &mut body.uses {
        if let Some(api) = api(&used.member) {
            used.beside = tells(api, &called);
        }
    }
}

fn tells(api: &Api, called: &FxHashSet<String>) -> Option<bool> {
    let any = |names: &[String]| names.iter().any(|name| called.contains(name));
    if any(&api.beside) {
        return Some(true);
    }
    (!any(&api.not_beside)).then_some(false)
}
