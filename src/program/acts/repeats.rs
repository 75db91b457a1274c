//! Information that is read again and again, and recordings that no screen
//! shows, told by the way that leads to them.

use rustc_hash::FxHashMap;

use super::super::body::Member;
use super::super::reach::{Edge, Reached};
use super::super::uses::{self, Found, Writer};
use super::super::world::MethodNo;
use super::deeds::After;
use super::values::is_followed;
use super::{Act, Deed};
use crate::catalog::{self, Api};

/// Code units of a method that run something again, and after how long.
type Again = FxHashMap<MethodNo, Vec<(u32, After)>>;

/// The acts.
pub(super) fn all(writer: &Writer<'_, '_>) -> Vec<Act> {
    let (mut timers, mut itself) = (Again::default(), Again::default());
    for found in writer.found() {
        if let Member::Deed(deed) = &found.used.member {
            let (again, after) = match **deed {
                Deed::Repeats(after) => (&mut timers, after),
                Deed::RepeatsItself(after) => (&mut itself, after),
                _ => continue,
            };
            let of_method = again.entry(found.method).or_default();
            of_method.push((found.used.at, after));
        }
    }
    let mut acts = Vec::new();
    for found in writer.found().filter(|found| found.reached.is_some()) {
        let Some(api) = api(writer, &found) else {
            continue;
        };
        let kind = uses::kind(api, found.used, &writer.bodies.app);
        let way = writer.way(found.method);
        if is_followed(kind)
            && let Some(After(after)) = repeated(writer, &way, &timers, &itself)
        {
            let constants = after.map(|after| after.to_string()).into_iter().collect();
            acts.push(written(
                writer,
                &found,
                "repeats-collection",
                kind,
                constants,
            ));
        }
        if matches!(kind, "camera" | "microphone") && in_background(writer, &way) {
            acts.push(written(
                writer,
                &found,
                "records-in-background",
                kind,
                vec![api.name()],
            ));
        }
    }
    acts
}

/// What a use certainly gives.
fn api(writer: &Writer<'_, '_>, found: &Found<'_>) -> Option<&'static Api> {
    let world = writer.world();
    let file = world.file_of(world.method(found.method)?)?;
    let Member::Method(index) = found.used.member else {
        return None;
    };
    let named = writer.bodies.watched.method(file, index);
    let apis = named
        .iter()
        .filter_map(|named| catalog::apis().at(named.api));
    let package = &writer.bodies.app.package;
    let mut certain = apis.filter(|api| uses::gives(api, found.used, package) == Some(false));
    certain.next()
}

/// After how long a way is gone again, if it is: on it stands what a timer
/// calls, and every step after that is certain.
fn repeated(
    writer: &Writer<'_, '_>,
    way: &[(MethodNo, Reached)],
    timers: &Again,
    itself: &Again,
) -> Option<After> {
    for (method, reached) in way {
        let name = writer
            .world()
            .method(*method)
            .map(|m| writer.world().name(m.sig));
        let is_called_again = matches!(name, Some(b"run" | b"handleMessage"));
        if let Some((_, after)) = itself.get(method).and_then(|all| all.first())
            && is_called_again
        {
            return Some(*after);
        }
        if name == Some(b"onTick") && is_below(writer, *method, &[b"Landroid/os/CountDownTimer;"]) {
            return Some(After(None));
        }
        let of_timer = timers
            .get(&reached.from)
            .and_then(|all| match reached.edge {
                Edge::Callback | Edge::Event => {
                    let same = all.iter().find(|(at, _)| *at == reached.at);
                    // A worker is named before it is handed in.
                    same.or_else(|| all.first().filter(|_| reached.edge == Edge::Event))
                }
                Edge::Intent => all.first(),
                _ => None,
            });
        if let Some((_, after)) = of_timer {
            return Some(*after);
        }
        if is_choice(writer, reached) {
            return None;
        }
    }
    None
}

fn is_choice(writer: &Writer<'_, '_>, reached: &Reached) -> bool {
    writer.reach.targets(reached) > 1
}

/// What runs without a screen.
const BACKGROUND: [&[u8]; 6] = [
    b"Landroid/app/Service;",
    b"Landroid/app/IntentService;",
    b"Landroid/app/job/JobService;",
    b"Landroid/content/BroadcastReceiver;",
    b"Landroidx/work/ListenableWorker;",
    b"Landroidx/work/Worker;",
];

/// Whether the last component on the way is a service, receiver or worker.
fn in_background(writer: &Writer<'_, '_>, way: &[(MethodNo, Reached)]) -> bool {
    for (method, reached) in way {
        if is_below(writer, *method, &BACKGROUND) {
            return true;
        }
        if is_choice(writer, reached) || is_below(writer, *method, &[b"Landroid/app/Activity;"]) {
            return false;
        }
    }
    false
}

/// Whether the class of a method is below one of these.
fn is_below(writer: &Writer<'_, '_>, method: MethodNo, types: &[&[u8]]) -> bool {
    let world = writer.world();
    let Some(method) = world.method(method) else {
        return false;
    };
    let supers = world.supers(method.class);
    supers
        .iter()
        .any(|of| types.contains(&world.types.text(*of)))
}

fn written(
    writer: &Writer<'_, '_>,
    found: &Found<'_>,
    act: &str,
    kind: &str,
    constants: Vec<String>,
) -> Act {
    let whence = writer.whence(found.method, found.used.at, found.reached, false);
    Act {
        kind: kind.to_owned(),
        constants,
        ..Act::at(act, whence)
    }
}
