//! Whether a request for a permission comes with an explanation: on the way
//! to it a dialog or a message is shown, or the system is asked whether one
//! is due.

use super::Act;
use super::body::Member;
use super::flow::Flow;
use super::uses::Writer;
use super::world::{MethodNo, World};
use crate::catalog::{self, Role};

/// Methods before a request that belong to it.
const NEAR: usize = 4;

/// The requests that code which runs makes, and explains.
pub(super) fn requests(writer: &Writer<'_, '_>) -> Vec<Act> {
    let requests = writer.reach.uses.iter().filter(|found| {
        let Member::Method(index) = found.used.member else {
            return false;
        };
        let world = writer.bodies.world;
        let method = world.method(found.method);
        let Some(file) = method.and_then(|method| world.file_of(method)) else {
            return false;
        };
        let named = writer.bodies.watched.method(file, index).iter();
        named
            .filter_map(|named| catalog::apis().at(named.api))
            .any(|api| api.role == Role::PermissionRequest)
    });
    requests
        .filter(|found| is_explained(writer, found.method, found.used.at))
        .map(|found| {
            Act::at(
                "request-explained",
                writer.whence_of(found.method, found.used.at),
            )
        })
        .collect()
}

/// Whether one of the last methods on the way to a request explains it,
/// before it goes on to the request. What stands behind in the method comes
/// too late, or on another way.
fn is_explained(writer: &Writer<'_, '_>, mut method: MethodNo, mut at: u32) -> bool {
    let world = writer.bodies.world;
    for _ in 0..NEAR {
        let explanations: Vec<u32> = writer
            .bodies
            .read(method)
            .calls
            .iter()
            .filter(|call| explains(world.name(call.sig), world.types.text(call.class)))
            .map(|call| call.at)
            .collect();
        let shows = !explanations.is_empty() && {
            let code = world.method(method).and_then(|method| world.code(method));
            code.is_some_and(|code| leads(&Flow::new(code), &explanations, at))
        };
        if shows || answers_dialog(world, method) {
            return true;
        }
        match writer.reach.of(method) {
            Some(reached) => (method, at) = (reached.from, reached.at),
            None => return false,
        }
    }
    false
}

/// Whether one of the instructions can run before the one at `at`.
fn leads(flow: &Flow<'_>, from: &[u32], at: u32) -> bool {
    let before = flow.before(at);
    let own = flow.block_of(at);
    from.iter().any(|from| {
        let block = flow.block_of(*from);
        // In the block of the request itself the order decides.
        (block != own || *from <= at)
            && block.is_some_and(|block| before.get(block as usize) == Some(&true))
    })
}

fn explains(name: &[u8], class: &[u8]) -> bool {
    match name {
        // The text is an argument of it.
        b"requestPermissions" => class == b"Lpub/devrel/easypermissions/EasyPermissions;",
        _ => [
            &b"shouldShowRequestPermissionRationale"[..],
            b"showRequestPermissionRationale",
            b"show",
            b"showDialog",
            b"showAtLocation",
            b"showAsDropDown",
        ]
        .contains(&name),
    }
}

/// Whether a method runs when a button of a dialog is tapped.
fn answers_dialog(world: &World<'_>, method: MethodNo) -> bool {
    world.method(method).is_some_and(|method| {
        world.name(method.sig) == b"onClick"
            && world
                .descriptor(method.sig)
                .starts_with(b"(Landroid/content/DialogInterface;")
    })
}
