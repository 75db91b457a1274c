//! Information that a source gave, followed inside of a method: through
//! texts, collections, JSON, digests and objects that hold it, into fields
//! and out of helpers.
//!
//! Beside kinds of information a value may be marked with a word that starts
//! with `@`: the path or the object comes from there.

use super::super::body::{Member, Use};
use super::super::run::Run;
use super::super::uses;
use super::super::value::{Content, Register, State, TextNo, Value};
use super::super::world::{MethodRef, Type, World};
use super::deeds::{Deed, Doing};
use crate::catalog;
use crate::decode::dex::Insn;

/// Below a folder that other apps can read.
pub(super) const OUTSIDE: &str = "@outside";
/// Below the folder of the app on the storage that other apps can read.
pub(super) const OUTSIDE_OWN: &str = "@outside-own";
/// The app's own package.
pub(super) const OWN: &str = "@own";
/// A sensor; its type stands behind.
pub(super) const SENSOR: &str = "@sensor:";

/// What is followed: information that tells who somebody is, where, or what
/// belongs to the person. A model or a state of the network does not.
const FOLLOWED: [&str; 18] = [
    "device_id",
    "sim_id.",
    "phone_number",
    "call_log",
    "contacts",
    "sms",
    "calendar",
    "location.precise",
    "location.coarse",
    "location.cell",
    "network.wifi_",
    "network.ip",
    "app_list",
    "app_usage",
    "account",
    "clipboard",
    "notification_content",
    "user_dictionary",
];

/// Whether information of a kind is followed.
pub(super) fn is_followed(kind: &str) -> bool {
    FOLLOWED.iter().any(|start| kind.starts_with(start))
}

/// Beginnings of paths that other apps can read.
const OUTSIDE_PATHS: [&str; 5] = [
    "/sdcard",
    "/mnt/sdcard",
    "/storage/emulated/",
    "/storage/sdcard",
    "file:///sdcard",
];

/// Packages of the platform whose methods give on what they are given.
const GIVE_ON: [&[u8]; 8] = [
    b"Ljava/",
    b"Ljavax/",
    b"Lorg/json/",
    b"Landroid/util/",
    b"Landroid/text/",
    b"Landroid/net/Uri",
    b"Landroid/os/",
    b"Lkotlin/",
];

/// Beginnings of the names of methods that keep an argument in the object.
const KEEP: [&[u8]; 10] = [
    b"put", b"add", b"append", b"set", b"insert", b"write", b"update", b"with", b"push", b"offer",
];

/// A parameter, and the kind of information that it has.
pub(in super::super) type Given<'k> = (u16, &'k str);

/// A call whose effect on marks is looked at.
#[derive(Clone, Copy)]
pub(in super::super) struct Called {
    pub index: u32,
    pub to: MethodRef,
    pub is_static: bool,
    pub is_direct: bool,
}

impl Run<'_, '_> {
    /// A value with a mark.
    fn marked(&mut self, mark: &str, register: Register) -> Register {
        self.marks = true;
        Register {
            value: Value::Given(self.texts.add(mark)),
            ..register
        }
    }

    /// The mark of a value, or of what is in the object.
    pub(super) fn mark(&self, state: &State, register: Register) -> Option<TextNo> {
        self.mark_of(state, register.value, true)
    }

    fn mark_of(&self, state: &State, value: Value, deep: bool) -> Option<TextNo> {
        if let Value::Given(mark) = value {
            return Some(mark);
        }
        match state.content(value)? {
            Content::Given(mark) => Some(mark),
            Content::Array(array) if deep => {
                let items = self.texts.array(array).iter();
                items
                    .copied()
                    .find_map(|item| self.mark_of(state, item, false))
            }
            _ => None,
        }
    }

    /// The kind of information that a value may hold.
    pub(super) fn kind(&self, state: &State, register: Register) -> Option<&str> {
        let mark = self.texts.get(self.mark(state, register)?)?;
        (!mark.starts_with('@')).then_some(mark)
    }

    /// Information that the parameters of the method bring: one that is
    /// given, and places.
    pub(in super::super) fn given_parameters(
        &mut self,
        entry: &mut State,
        given: Option<Given<'_>>,
    ) {
        let location = self.bodies.doings.location;
        for register in 0..entry.registers.len() {
            let Ok(number) = u16::try_from(register) else {
                break;
            };
            let register = entry.get(number);
            let marked = match given {
                Some((parameter, kind)) if register.value == Value::Param(parameter) => {
                    self.marked(kind, register)
                }
                _ if location.is_some() && location == Some(register.of) => {
                    self.marked("location.precise", register)
                }
                _ => continue,
            };
            entry.set(number, marked);
        }
    }

    /// Whether an object is a position that nothing says was measured: made
    /// here, or by another method of the package.
    pub(in super::super) fn is_made_location(
        &self,
        state: &State,
        class: Type,
        object: Option<&Register>,
    ) -> bool {
        self.bodies.doings.location == Some(class)
            && object.is_some_and(|object| self.mark(state, *object).is_none())
    }

    /// The result of a member of the catalogue, as information of its kind.
    pub(in super::super) fn given_by(&mut self, used: &Use, result: Register) -> Register {
        let Member::Method(index) = used.member else {
            return result;
        };
        let watched = &self.bodies.watched;
        let found = watched.method(self.file, index).iter().find_map(|named| {
            let api = catalog::apis().at(named.api)?;
            let certain = uses::gives(api, used, &self.bodies.app.package) == Some(false);
            let kind = uses::kind(api, used, &self.bodies.app);
            (certain && !named.overload && uses::is_source(api) && is_followed(kind))
                .then_some(kind)
        });
        match found {
            Some(kind) if result.value == Value::Unknown => self.marked(kind, result),
            _ => result,
        }
    }

    /// What a field holds.
    pub(in super::super) fn given_field(
        &mut self,
        state: &State,
        insn: &Insn,
        register: Register,
    ) -> Register {
        let Some(field) = insn.index.and_then(|index| self.field_at(index)) else {
            return register;
        };
        if register.value != Value::Unknown {
            return register;
        }
        let bodies = self.bodies;
        if let Some(mark) = bodies.kept.get(&field) {
            return self.marked(mark, register);
        }
        if Some(field.of) == bodies.doings.location {
            return self.marked("location.precise", register);
        }
        if bodies.doings.own_paths.contains(&field) {
            return self.marked(OWN, register);
        }
        // `info.packageName` of the list of apps.
        let is_static = (0x60..=0x66).contains(&insn.opcode);
        let base = insn.registers.get(1).filter(|_| self.marks && !is_static);
        if let Some(base) = base
            && bodies.world.class_of(field.class).is_none()
            && carries(bodies.world, field.of)
            && let Value::Given(mark) = state.get(base).value
        {
            return Register {
                value: Value::Given(mark),
                ..register
            };
        }
        if bodies.doings.any_host.contains(&field) {
            self.deed(Deed::AcceptsAnyHost, insn);
        }
        if is_static
            && let Some(index) = insn.index
            && let Some(kind) = bodies.watched.kind_of_field(self.file, index)
            && is_followed(kind)
        {
            return self.marked(kind, register);
        }
        register
    }

    /// After a call: what it hands on, keeps and gives back, and what is
    /// noted of it.
    pub(in super::super) fn after_call(
        &mut self,
        state: &mut State,
        insn: &Insn,
        called: Called,
        result: Register,
    ) -> Register {
        self.marks |= matches!(result.value, Value::Given(_));
        let bodies = self.bodies;
        let doing = bodies.doings.of(self.file, called.index);
        // A method of the package may make one up, from what a server or
        // another app told it.
        let is_own = || bodies.world.only(called.to.class, called.to.sig).is_some();
        let is_location = bodies.doings.location == Some(result.of);
        let result = if result.value == Value::Unknown && is_location && !is_own() {
            self.marked("location.precise", result)
        } else {
            result
        };
        if doing.is_none() && !self.marks {
            return result;
        }
        let arguments = self.arguments(state, insn, called.to.sig, called.is_static);
        if self.body.is_some() {
            if let Some(doing) = doing {
                self.note_doing(doing, state, insn, called, &arguments);
            }
            self.note_passing(state, insn, called, &arguments);
        }
        let of_source = match doing {
            Some(Doing::OutsideFolder) => Some(OUTSIDE.to_owned()),
            Some(Doing::OutsideOwnFolder) => Some(OUTSIDE_OWN.to_owned()),
            Some(Doing::OwnPath) => Some(OWN.to_owned()),
            Some(Doing::Sensor) => match arguments.last().map(|argument| argument.value) {
                Some(Value::Int(of)) => Some(format!("{SENSOR}{of}")),
                _ => None,
            },
            Some(Doing::OpenFile) => {
                let outside = |argument: &Register| match argument.value {
                    Value::Text(text) => self.texts.get(text).is_some_and(|text| {
                        OUTSIDE_PATHS.iter().any(|start| text.starts_with(start))
                    }),
                    _ => false,
                };
                if arguments.iter().any(outside) {
                    self.marks = true;
                    let mark = self.texts.add(OUTSIDE);
                    hold(state, insn, &arguments, mark);
                }
                None
            }
            _ => None,
        };
        match of_source {
            Some(mark) => self.marked(&mark, result),
            None if self.marks => self.carry(state, insn, called, &arguments, result),
            None => result,
        }
    }

    /// Marks go from arguments to the object and to the result.
    fn carry(
        &mut self,
        state: &mut State,
        insn: &Insn,
        called: Called,
        arguments: &[Register],
        result: Register,
    ) -> Register {
        let world = self.bodies.world;
        let MethodRef { class, sig } = called.to;
        let name = world.name(sig);
        let skip = usize::from(!called.is_static);
        let receiver = arguments
            .first()
            .filter(|_| !called.is_static)
            .and_then(|receiver| self.mark(state, *receiver));
        let given = arguments
            .iter()
            .skip(skip)
            .find_map(|argument| self.mark(state, *argument));
        let keeps = name == b"<init>" || KEEP.iter().any(|start| name.starts_with(start));
        if let Some(mark) = given.filter(|_| receiver.is_none() && keeps && !called.is_static) {
            hold(state, insn, arguments, mark);
        }
        if result.value != Value::Unknown || !carries(world, world.result(sig)) {
            return result;
        }
        let of_app = world.class_of(class).is_some();
        let gives_on = || {
            let text = world.types.text(class);
            GIVE_ON.iter().any(|start| text.starts_with(start))
        };
        let mark = if of_app {
            // Its own text, or itself.
            let own = || {
                let of = world.result(sig);
                of == class || world.types.text(of) == b"Ljava/lang/String;"
            };
            receiver.filter(|_| own())
        } else {
            receiver.or_else(|| given.filter(|_| gives_on()))
        };
        match mark {
            Some(mark) if name != b"getClass" => Register {
                value: Value::Given(mark),
                ..result
            },
            _ => result,
        }
    }
}

/// An item of a list that a source gave.
pub(in super::super) fn given_item(list: Value, state: &State) -> Value {
    match (list, state.content(list)) {
        (Value::Given(_), _) => list,
        (_, Some(Content::Given(mark))) => Value::Given(mark),
        _ => Value::Unknown,
    }
}

/// The object of a call holds what has a mark.
fn hold(state: &mut State, insn: &Insn, arguments: &[Register], mark: TextNo) {
    let Some(object) = arguments.first() else {
        return;
    };
    match state.content(object.value) {
        Some(Content::Built(_) | Content::Begun(_) | Content::Unknown) => {
            state.hold(object.value, Content::Given(mark));
        }
        None if object.value == Value::Unknown => {
            if let Some(register) = insn.registers.get(0) {
                let value = Value::Given(mark);
                state.set(register, Register { value, ..*object });
            }
        }
        _ => {}
    }
}

/// Whether a value of a type can hold information: an object or a fraction.
fn carries(world: &World<'_>, of: Type) -> bool {
    let text = world.types.text(of);
    matches!(text.first(), Some(b'L' | b'[' | b'D' | b'F'))
        && !matches!(text, b"Ljava/lang/Boolean;" | b"[Z" | b"Ljava/lang/Class;")
}
