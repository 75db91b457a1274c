//! Which classes use members that the catalogue of APIs knows.
//!
//! A member is known by the class that an instruction names. That is the
//! class of the platform, unless the app calls it by way of a subclass of its
//! own.

#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use super::ApiUse;
use super::marks::Marks;
use super::work::{Spent, Work};
use crate::catalog::{self, Api, Named, Role, Subject};
use crate::decode::DecodeError;
use crate::decode::classfile::ClassFile;
use crate::decode::dex::{self, ClassDef, Dex, Event, Kind, Units};
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
        | Role::SourceIfSensitiveField
        | Role::UriField
        | Role::UriSource
        | Role::Launch
        | Role::LaunchIfOtherPkg => Gives::Perhaps,
        _ => return None,
    })
}

/// Members that the catalogue lists, among those that a DEX names.
#[derive(Debug)]
pub(super) struct Watched {
    methods: Marks,
    fields: Marks,
    /// By index, and whether it is one of a field.
    members: FxHashMap<(u32, bool), Vec<Watch>>,
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

impl Watched {
    /// Looks through the tables of a DEX.
    pub fn of(dex: &Dex<'_>, work: &mut Work) -> Result<Self, Spent> {
        let indices = |count: usize| 0..u32::try_from(count).unwrap_or(u32::MAX);
        let mut watched = Self {
            methods: Marks::new(dex.method_count()),
            fields: Marks::new(dex.field_count()),
            members: FxHashMap::default(),
        };
        let mut classes = FxHashMap::default();
        let mut known = Marks::new(dex.type_count());
        for index in indices(dex.type_count()) {
            let Ok(bytes) = type_bytes(dex, index) else {
                continue;
            };
            work.look(bytes.len())?;
            let name = bytes
                .strip_prefix(b"L")
                .and_then(|name| name.strip_suffix(b";"));
            if let Some(class) = name.and_then(|name| catalog::apis().class(name)) {
                classes.insert(index, class);
                known.set(index);
            }
        }
        for index in indices(dex.method_count()) {
            let Some(id) = dex.method(index).ok().filter(|id| known.has(id.class)) else {
                continue;
            };
            let Ok(name) = dex.string_bytes(id.name) else {
                continue;
            };
            work.look(name.len())?;
            let mut spent = Ok(());
            let found = classes[&id.class].find(name, false, || {
                let text = method_descriptor(dex, id.proto, work);
                text.unwrap_or_else(|Spent| {
                    spent = Err(Spent);
                    None
                })
            });
            spent?;
            let found = watches(found);
            if !found.is_empty() {
                watched.methods.set(index);
                watched.members.insert((index, false), found);
            }
        }
        for index in indices(dex.field_count()) {
            let Some(id) = dex.field(index).ok().filter(|id| known.has(id.class)) else {
                continue;
            };
            let Ok(name) = dex.string_bytes(id.name) else {
                continue;
            };
            work.look(name.len())?;
            let Ok(descriptor) = type_bytes(dex, id.type_) else {
                continue;
            };
            work.look(descriptor.len())?;
            let found = watches(classes[&id.class].find(name, true, || Some(descriptor)));
            if !found.is_empty() {
                watched.fields.set(index);
                watched.members.insert((index, true), found);
            }
        }
        Ok(watched)
    }
}

fn type_bytes<'a>(dex: &Dex<'a>, index: u32) -> Result<&'a [u8], DecodeError> {
    dex.type_string(index)
        .and_then(|string| dex.string_bytes(string))
}

/// `None` for one that cannot be read, or of more parameters than a method
/// has.
fn method_descriptor(dex: &Dex<'_>, index: u32, work: &mut Work) -> Result<Option<Vec<u8>>, Spent> {
    let Ok(proto) = dex.proto(index) else {
        return Ok(None);
    };
    let Ok(parameters) = dex.parameters(&proto) else {
        return Ok(None);
    };
    if parameters.len() > 255 {
        return Ok(None);
    }
    let mut text = vec![b'('];
    for parameter in parameters {
        let Ok(bytes) = type_bytes(dex, parameter) else {
            return Ok(None);
        };
        work.look(bytes.len())?;
        text.extend(bytes);
    }
    text.push(b')');
    let Ok(bytes) = type_bytes(dex, proto.return_type) else {
        return Ok(None);
    };
    work.look(bytes.len())?;
    text.extend(bytes);
    Ok(Some(text))
}

/// What one class of a DEX uses.
#[derive(Debug)]
pub(super) struct ClassUses<'a> {
    watched: &'a Watched,
    /// What the method being read uses: index, and whether of a field.
    used: Vec<(u32, bool)>,
    /// Of the methods read.
    found: Vec<Found>,
}

/// A use in one method.
#[derive(Clone, Copy, Debug)]
struct Found {
    api: &'static Api,
    gives: Gives,
    method: u32,
}

impl<'a> ClassUses<'a> {
    pub const fn new(watched: &'a Watched) -> Self {
        Self {
            watched,
            used: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Whether nothing was found since [`ClassUses::finish`].
    pub const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Notes a call.
    pub fn call(&mut self, event: Event) {
        if self.watched.methods.has(event.index) && event.kind != Kind::InvokeCustom {
            self.used.push((event.index, false));
        }
    }

    /// Notes the reading of a field.
    pub fn access(&mut self, event: Event) {
        if matches!(event.kind, Kind::StaticGet | Kind::InstanceGet)
            && self.watched.fields.has(event.index)
        {
            self.used.push((event.index, true));
        }
    }

    /// Takes what was noted of a method. A constant in the method decides for
    /// every call in it.
    pub fn method(
        &mut self,
        dex: &Dex<'_>,
        method: u32,
        units: Units<'_>,
        work: &mut Work,
    ) -> Result<(), Spent> {
        if self.used.is_empty() {
            return Ok(());
        }
        let first = self.found.len();
        for used in self.used.drain(..) {
            let watches = self.watched.members.get(&used);
            self.found
                .extend(watches.into_iter().flatten().map(|watch| Found {
                    api: watch.api,
                    gives: watch.gives,
                    method,
                }));
        }
        decide(&mut self.found[first..], Gives::Always, dex, units, work)
    }

    /// What the class uses, sorted; afterwards there is room for the next.
    /// A constant that stands in another method may decide.
    pub fn finish(
        &mut self,
        dex: &Dex<'_>,
        class: &ClassDef,
        file: &str,
        work: &mut Work,
    ) -> Result<Vec<ApiUse>, Spent> {
        let mut found = std::mem::take(&mut self.found);
        if is_open(&found)
            && let Ok(Some(data)) = dex.class_data(class)
            && let Ok(methods) = data.methods()
        {
            for method in methods.map_while(Result::ok) {
                if let Ok(Some(code)) = dex.code(&method) {
                    decide(&mut found, Gives::Perhaps, dex, code.units, work)?;
                }
            }
        }
        found.retain(|found| found.gives != Gives::WithConstant);
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let Ok(class) = dex.type_descriptor(class.class) else {
            return Ok(Vec::new());
        };
        let class = dex::dotted(&class);
        let uses = found.iter().map(|found| {
            let place = || {
                let name = dex.method(found.method).and_then(|id| dex.string(id.name));
                let name = name.unwrap_or_default();
                Place::file(file).at(format!("{class}.{name}"))
            };
            (found.api, found.gives != Gives::Always, place)
        });
        Ok(merged(&class, uses))
    }
}

fn is_open(found: &[Found]) -> bool {
    found.iter().any(|found| found.gives == Gives::WithConstant)
}

/// Looks for constants that decide what is still open, which then gives
/// `gives`.
fn decide(
    found: &mut [Found],
    gives: Gives,
    dex: &Dex<'_>,
    units: Units<'_>,
    work: &mut Work,
) -> Result<(), Spent> {
    if !is_open(found) {
        return Ok(());
    }
    work.look(units.len() * 2)?;
    let mut constants = Vec::new();
    // What is malformed was counted when it was read first.
    let _ = dex::scan(units, |event| {
        if event.kind == Kind::ConstString {
            constants.push(event.index);
        }
    });
    constants.sort_unstable();
    constants.dedup();
    for index in constants {
        let Ok(bytes) = dex.string_bytes(index) else {
            continue;
        };
        work.look(bytes.len() + found.len())?;
        for found in &mut *found {
            if found.gives == Gives::WithConstant && found.api.decides(bytes) {
                found.gives = gives;
            }
        }
    }
    Ok(())
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
            known.calls = known.calls.saturating_add(1);
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
            calls: 1,
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
    let mut uses = merged(name, uses);
    for one in &mut uses {
        one.calls = 1;
    }
    Ok(uses)
}
