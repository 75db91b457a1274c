//! What code does that matters to privacy and is no use of data: it accepts
//! any certificate, loads code, writes identifiers to the log, hands them to
//! an SDK, hides its icon, ends when a permission is refused, …

mod bridges;
mod deeds;
mod handed;
mod notes;
mod repeats;
mod tls;
mod values;

pub(super) use deeds::{Deed, Doing, Doings};
pub(super) use values::{Called, Given, given_item};

use handed::Handed;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::body::{Bodies, Member};
use super::refusals::Refusal;
use super::run::DoneAt;
use super::summary::Known;
use super::uses::{Found, Whence, Writer};
use super::world::{FieldRef, MethodNo, MethodRef, Type, World};
use super::{Grade, Phase, Step};
use crate::evidence::Place;
use crate::manifest::ManifestFacts;

/// Something that code does.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Act {
    /// What: `refusal-ends-app`, …
    pub act: String,
    /// Kind of personal information that it is about, if it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// Whose the code is: `app`, `sdk:jpush`, …
    pub owner: String,
    /// Whom it gives something to, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// Dotted name of the class whose code does it.
    pub class: String,
    /// Where: file, class and method, line if there is one.
    pub place: Place,
    /// Constants that say more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constants: Vec<String>,
    /// When it can happen.
    pub phase: Phase,
    /// How sure it is that it happens before the user agreed; only then
    /// given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Kind of the entry that leads here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The shortest way here from an entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Step>,
}

/// Fields that keep information, and its kind.
pub(super) type Kept = FxHashMap<FieldRef, Box<str>>;

/// Looks for fields in which a class keeps what a source gave it; `using` are
/// the methods that have sources.
pub(super) fn kept(bodies: &Bodies<'_>, using: &[MethodNo]) -> Kept {
    let world = bodies.world;
    let written: Vec<(FieldRef, Box<str>)> = using
        .par_iter()
        .flat_map_iter(|method| {
            let class = world.method(*method).and_then(|m| world.class(m.class));
            let written = bodies.read(*method).written.into_iter();
            written.filter_map(move |(field, value)| match value {
                Known::Given(mark) if is_own(world, class?.of, field) => Some((field, mark)),
                _ => None,
            })
        })
        .collect();
    let mut kept = Kept::default();
    for (field, mark) in written {
        kept.entry(field).or_insert(mark);
    }
    kept
}

/// Whether a field belongs to a class, or to the one around it, and is made
/// for one kind of thing.
fn is_own(world: &World<'_>, class: Type, field: FieldRef) -> bool {
    outermost(world, class) == outermost(world, field.class)
        && world.types.text(field.of) != b"Ljava/lang/Object;"
}

/// Descriptor of a class up to the first `$`.
fn outermost<'a>(world: &World<'a>, class: Type) -> &'a [u8] {
    let text = world.types.text(class);
    text.split(|byte| matches!(byte, b'$' | b';'))
        .next()
        .unwrap_or(text)
}

/// All acts but those that follow a refusal.
pub(super) fn all(writer: &Writer<'_, '_>, manifest: &ManifestFacts) -> Vec<Act> {
    let mut acts: Vec<Act> = Vec::new();
    let mut handed = Handed::new(writer.bodies);
    for found in writer.found() {
        let Member::Deed(deed) = &found.used.member else {
            continue;
        };
        acts.extend(act(writer, &found, deed, &mut handed));
    }
    acts.extend(icons(writer, manifest));
    acts.extend(bridges::all(writer));
    acts.extend(tls::all(writer));
    acts.extend(repeats::all(writer));
    acts
}

/// The act that a note stands for by itself.
fn act(
    writer: &Writer<'_, '_>,
    found: &Found<'_>,
    deed: &Deed,
    handed: &mut Handed<'_, '_>,
) -> Vec<Act> {
    let world = writer.world();
    let write = |act: &str, kind: &str, constants| {
        let whence = writer.whence(found.method, found.used.at, found.reached, false);
        Act {
            kind: kind.to_owned(),
            constants,
            ..Act::at(act, whence)
        }
    };
    let one = match deed {
        Deed::Logs(kind) => write("log-of-data", kind, Vec::new()),
        Deed::WritesOutside { kind, own } => {
            let folder = own.then(|| "own-folder".to_owned());
            write(
                "external-storage-of-data",
                kind,
                folder.into_iter().collect(),
            )
        }
        Deed::ShowsToWeb(kind) => write("bridge-gives-data", kind, Vec::new()),
        Deed::Passes { kind, to, .. } => {
            let from = world
                .method(found.method)
                .and_then(|m| world.class(m.class));
            let mut acts: Vec<Act> = handed
                .to(deed)
                .iter()
                .flat_map(|deed| act(writer, found, deed, handed))
                .collect();
            if from.is_some_and(|from| !of_one_package(world, from.of, to.class)) {
                let act = write("data-to-sdk", kind, vec![named(world, *to)]);
                acts.push(Act {
                    recipient: Some(world.dotted(to.class)),
                    ..act
                });
            }
            return acts;
        }
        Deed::Loads(from) => write("dynamic-code", "", from.clone()),
        Deed::Installs(how) => write("asks-to-install", "", vec![how.clone()]),
        Deed::Listens(of) => {
            let name = match of {
                1 => "accelerometer",
                4 => "gyroscope",
                10 => "linear_acceleration",
                _ => return Vec::new(),
            };
            write("shake-sensor", "sensor", vec![name.to_owned()])
        }
        Deed::Locates(intervals) => {
            write("location-interval", "location.precise", intervals.clone())
        }
        Deed::AcceptsAnyHost => write("hostname-any", "", Vec::new()),
        Deed::AddsBridge(_) | Deed::Switches { .. } | Deed::Repeats(_) | Deed::RepeatsItself(_) => {
            return Vec::new();
        }
    };
    vec![one]
}

/// `com.example.Tracker.report`.
fn named(world: &World<'_>, to: MethodRef) -> String {
    let name = crate::decode::dex::text(world.name(to.sig));
    format!("{}.{name}", world.dotted(to.class))
}

/// Whether two classes have the first two parts of their packages in common:
/// then nobody gives anything to another.
fn of_one_package(world: &World<'_>, one: Type, another: Type) -> bool {
    let start = |of: Type| {
        let mut parts = world.types.text(of).split(|byte| *byte == b'/');
        (parts.next(), parts.next())
    };
    start(one) == start(another)
}

/// Components with the icon of the app that code switches off, where none is
/// left or switched on instead.
fn icons(writer: &Writer<'_, '_>, manifest: &ManifestFacts) -> Vec<Act> {
    const ON: i64 = 1;
    let launchers = || {
        let enabled = manifest.components.iter().filter(|one| one.enabled);
        enabled.filter(|one| one.is_launcher())
    };
    let mut switches: FxHashMap<MethodNo, Vec<(Found<'_>, &str, i64)>> = FxHashMap::default();
    for found in writer.found() {
        if let Member::Deed(deed) = &found.used.member
            && let Deed::Switches { component, state } = &**deed
        {
            let of_method = switches.entry(found.method).or_default();
            of_method.push((found, component, *state));
        }
    }
    let mut acts = Vec::new();
    for switches in switches.values() {
        let off = |class: &str| {
            let mut off = switches.iter().filter(|(_, _, state)| *state > ON);
            off.any(|(_, component, _)| *component == class)
        };
        let on = switches
            .iter()
            .any(|(_, _, state)| (0..=ON).contains(state));
        if on || launchers().any(|launcher| !off(&launcher.class)) {
            continue;
        }
        for (found, component, state) in switches {
            if *state > ON && launchers().any(|launcher| launcher.class == *component) {
                let whence = writer.whence(found.method, found.used.at, found.reached, false);
                acts.push(Act {
                    constants: vec![(*component).to_owned()],
                    ..Act::at("hides-icon", whence)
                });
            }
        }
    }
    acts
}

impl Act {
    pub(super) fn at(act: &str, whence: Whence) -> Self {
        Self {
            act: act.to_owned(),
            class: whence.class,
            place: whence.place,
            phase: whence.phase,
            grade: whence.grade,
            entry: whence.entry,
            path: whence.path,
            ..Self::default()
        }
    }
}

impl Writer<'_, '_> {
    /// What a refusal leads to.
    pub(super) fn refusal(&self, refusal: Refusal, heard_in: MethodNo, done: DoneAt) -> Act {
        // Where it ends may be a helper; the reader starts where the answer
        // is heard.
        let at = if done.0 == heard_in { done.1 } else { 0 };
        Act {
            constants: vec![self.world().method_name(done.0)],
            ..Act::at(refusal.word(), self.whence_of(heard_in, at))
        }
    }
}

/// Writes down whom information is given to, and leaves out what the code of
/// one owner gives to itself, to the app or to libraries. `of` gives the owner
/// of a class.
pub(super) fn give(acts: &mut Vec<Act>, of: &impl Fn(&str) -> String) {
    for act in &mut *acts {
        act.recipient = act.recipient.as_deref().map(of);
    }
    acts.retain(|act| {
        let given = act.recipient.as_ref();
        given.is_none_or(|to| to.starts_with("sdk:") && *to != act.owner)
    });
    acts.sort();
}
