//! Follows values through the blocks of one method.

use super::body::{
    Asked, Bodies, Body, Call, Dispatch, Handed, Member, Reflected, Site, Started, Use,
};
use super::flow::{Flow, is_switch};
use super::gates::{Gate, Guard, Source, Store};
use super::listeners::Listeners;
use super::models::Model;
use super::names::NONE;
use super::summary::{Known, Returns};
use super::value::{Content, LONGEST_ARRAY, Register, State, Target, Texts, Value};
use super::world::{FieldRef, File, MethodRef, Sig, Type, World};
use crate::catalog;
use crate::decode::dex::{EncodedValue, Insn};

/// Which remembered values are taken to be unset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// None: any branch may be taken.
    Any,
    /// One of them, by its place in the list of conditions.
    Only(usize),
    /// All.
    First,
}

/// One method being followed.
pub(super) struct Run<'b, 'a> {
    pub bodies: &'b Bodies<'a>,
    pub file: &'b File<'a>,
    pub flow: &'b Flow<'a>,
    pub texts: Texts,
    pub mode: Mode,
    /// Calls deep that results are looked up.
    pub depth: u8,
    /// Conditions that were met.
    pub gates: Vec<Gate>,
    /// What the method gives back, of all that was followed in this mode.
    pub returned: Option<Register>,
    /// What is done goes here, in the last walk.
    pub body: Option<Body>,
    /// What holds the block back that is being walked.
    pub guard: Guard,
}

/// Visits of a block, on the average; values settle in two or three.
const VISITS: usize = 24;

/// State at the start of each block; `None` for one that does not run.
pub(super) type States = Vec<Option<State>>;

/// Where a block leads.
pub(super) enum Next {
    /// To the one after it, and to these code units.
    Both(Vec<u32>),
    Only(Vec<u32>),
    After,
}

impl Run<'_, '_> {
    /// Follows all values until nothing changes.
    /// `None` if that takes too long.
    pub fn settle(&mut self, entry: &State) -> Option<States> {
        self.returned = None;
        let mut states: States = vec![None; self.flow.len()];
        let mut visits = self.flow.len().saturating_mul(VISITS).saturating_add(64);
        let Some(first) = states.first_mut() else {
            return Some(states);
        };
        *first = Some(entry.clone());
        // Blocks stand in the order of the code, which is close to the order
        // of running.
        let mut waiting = std::collections::BTreeSet::from([0]);
        while let Some(block) = waiting.pop_first() {
            visits = visits.checked_sub(1)?;
            let Some(Some(start)) = states.get(block) else {
                continue;
            };
            let before = start.clone();
            let mut state = start.clone();
            let next = self.walk(block, &mut state);
            let last = self.flow.block(block).last();
            let after = || last.and_then(|insn| self.flow.next(insn));
            let mut to: Vec<u32> = match &next {
                Next::After => after().into_iter().collect(),
                Next::Both(units) | Next::Only(units) => {
                    let blocks = units.iter().filter_map(|at| self.flow.block_at(*at));
                    blocks.collect()
                }
            };
            if matches!(next, Next::Both(_)) {
                to.extend(after());
            }
            for next in to {
                flow_to(&mut states, &mut waiting, next, &state);
            }
            for handler in self.flow.handlers(block) {
                flow_to(&mut states, &mut waiting, *handler, &before);
                flow_to(&mut states, &mut waiting, *handler, &state);
            }
        }
        Some(states)
    }

    /// Follows one block, and notes what it does if there is a body.
    pub fn walk(&mut self, block: usize, state: &mut State) -> Next {
        let mut result = Register::UNKNOWN;
        let flow = self.flow;
        let insns = flow.block(block);
        for (position, insn) in insns.iter().enumerate() {
            let used = insns
                .get(position + 1)
                .is_some_and(|next| matches!(next.opcode, 0x0a..=0x0c));
            match insn.opcode {
                0x0a..=0x0c => set(state, insn, result),
                0x0e => self.give_back(Register::UNKNOWN),
                0x0f..=0x11 => {
                    let register = first(insn);
                    self.give_back(state.get(register));
                }
                0x24 | 0x25 => {
                    let values = insn.registers.iter().map(|r| state.get(r).value).collect();
                    result = self.new_array(state, insn, values);
                }
                0x6e..=0x72 | 0x74..=0x78 => result = self.call(state, insn, used),
                0xfa..=0xfd => {
                    result = Register::UNKNOWN;
                    self.linked(insn);
                }
                _ => self.step(state, insn),
            }
        }
        insns
            .last()
            .map_or(Next::Only(Vec::new()), |insn| self.next(state, insn))
    }

    fn give_back(&mut self, register: Register) {
        self.returned = Some(match self.returned {
            None => register,
            Some(before) => before.join(register),
        });
    }

    fn next(&self, state: &State, insn: &Insn) -> Next {
        match insn.opcode {
            0x0e..=0x11 | 0x27 => Next::Only(Vec::new()),
            0x28..=0x2a => Next::Only(self.flow.targets(insn)),
            0x32..=0x3d => {
                let left = state.get(first(insn)).value;
                let right = match insn.opcode {
                    0x32..=0x37 => state.get(second(insn)).value,
                    _ => Value::Int(0),
                };
                let least = self.bodies.app.min_sdk.map(i64::from);
                match decided(insn.opcode, left, right, least) {
                    None => Next::Both(self.flow.targets(insn)),
                    Some(true) => Next::Only(self.flow.targets(insn)),
                    Some(false) => Next::After,
                }
            }
            _ if is_switch(insn) => {
                let Value::Int(value) = state.get(first(insn)).value else {
                    return Next::Both(self.flow.targets(insn));
                };
                let mut cases = self.flow.cases(insn).into_iter();
                cases
                    .find(|(case, _)| i64::from(*case) == value)
                    .map_or(Next::After, |(_, to)| Next::Only(vec![to]))
            }
            _ => Next::After,
        }
    }

    /// An instruction that neither calls nor branches.
    fn step(&mut self, state: &mut State, insn: &Insn) {
        let index = insn.index.unwrap_or(NONE);
        match insn.opcode {
            0x01..=0x09 => {
                let from = state.get(second(insn));
                set(state, insn, from);
            }
            0x12..=0x19 => {
                let value = insn.literal.map_or(Value::Unknown, Value::Int);
                set(state, insn, Register::value(value));
                self.screen(value, insn);
            }
            0x1a | 0x1b => {
                let value = self
                    .file
                    .dex
                    .string(index)
                    .map_or(Value::Unknown, |text| Value::Text(self.texts.add(&text)));
                set(state, insn, Register::value(value));
            }
            0x1c => {
                let of = self.type_at(index);
                set(state, insn, Register::value(Value::Class(of)));
                self.note(
                    |body, at, guard| body.classes.push(Site { at, of, guard }),
                    insn,
                );
            }
            0x1f => {
                let mut register = state.get(first(insn));
                if !register.exact {
                    register.of = self.type_at(index);
                }
                set(state, insn, register);
            }
            0x22 => {
                let of = self.type_at(index);
                let made = Register {
                    value: Value::New(insn.at),
                    of,
                    exact: true,
                };
                state.hold(made.value, Content::Unknown);
                set(state, insn, made);
                self.note(
                    |body, at, guard| body.made.push(Site { at, of, guard }),
                    insn,
                );
            }
            0x23 => {
                let length = match state.get(second(insn)).value {
                    Value::Int(length) => usize::try_from(length).ok(),
                    _ => None,
                };
                let array = match length.filter(|length| *length <= LONGEST_ARRAY) {
                    Some(length) => self.new_array(state, insn, vec![Value::Int(0); length]),
                    None => Register::UNKNOWN,
                };
                set(state, insn, array);
            }
            0x44..=0x4a => {
                let value = match (
                    state.content(state.get(second(insn)).value),
                    state.get(third(insn)).value,
                ) {
                    (Some(Content::Array(array)), Value::Int(at)) => {
                        let values = self.texts.array(array);
                        let value = usize::try_from(at).ok().and_then(|at| values.get(at));
                        value.copied().unwrap_or(Value::Unknown)
                    }
                    _ => Value::Unknown,
                };
                set(state, insn, Register::value(value));
            }
            0x4b..=0x51 => self.store_item(state, insn),
            0x52..=0x58 => {
                let register = self.flag(index);
                set(state, insn, register);
                self.used_field(index, insn);
            }
            0x59..=0x5f => {
                let value = state.get(first(insn)).value;
                if let Some(field) = self.field_at(index) {
                    let value = Known::of(value, &self.texts);
                    self.note(|body, _, _| body.written.push((field, value)), insn);
                }
            }
            0x60..=0x66 => {
                let mut register = self.static_field(index);
                if self.is_api_level(index) {
                    register.value = Value::ApiLevel;
                }
                if let Some(name) = self.bodies.watched.uri(self.file, index) {
                    register.value = Value::Text(self.texts.add(&name));
                }
                set(state, insn, register);
                self.screen(register.value, insn);
                self.used_field(index, insn);
                self.touch(index, insn);
            }
            0x67..=0x6d => {
                let value = state.get(first(insn)).value;
                if let Some(field) = self.field_at(index) {
                    let value = Known::of(value, &self.texts);
                    self.note(|body, _, _| body.written.push((field, value)), insn);
                }
                self.touch(index, insn);
            }
            0x7b..=0xe2 => {
                let value = computed(state, insn);
                set(state, insn, Register::value(value));
            }
            // Whatever else writes a register writes its first.
            0x0d | 0x20 | 0x21 | 0x2d..=0x31 => {
                let value = if insn.opcode == 0x31 {
                    compared(state, insn)
                } else {
                    Value::Unknown
                };
                set(state, insn, Register::value(value));
            }
            _ => {}
        }
    }

    fn type_at(&self, index: u32) -> Type {
        self.file.types.get(index as usize).copied().unwrap_or(NONE)
    }

    fn field_at(&self, index: u32) -> Option<FieldRef> {
        self.file.fields.get(index as usize).copied()
    }

    fn method_at(&self, index: u32) -> Option<MethodRef> {
        self.file.methods.get(index as usize).copied()
    }

    fn note(&mut self, add: impl FnOnce(&mut Body, u32, Guard), insn: &Insn) {
        if let Some(body) = &mut self.body {
            add(body, insn.at, self.guard);
        }
    }

    /// Notes a number that is the id of a layout.
    fn screen(&mut self, value: Value, insn: &Insn) {
        if let Value::Int(number) = value
            && self.body.is_some()
            && self.bodies.screens.of(number).is_some()
        {
            self.note(
                |body, at, guard| body.screens.push((at, number, guard)),
                insn,
            );
        }
    }

    fn touch(&mut self, field: u32, insn: &Insn) {
        if let Some(field) = self.field_at(field) {
            let of = field.class;
            self.note(
                |body, at, guard| body.touched.push(Site { at, of, guard }),
                insn,
            );
        }
    }

    fn used_field(&mut self, index: u32, insn: &Insn) {
        if self.body.is_some() && self.bodies.watched.is_field(self.file, index) {
            let arguments = Vec::new();
            self.note(
                |body, at, guard| {
                    body.uses.push(Use {
                        at,
                        member: Member::Field(index),
                        arguments,
                        parameters: Vec::new(),
                        unknown_text: false,
                        guard,
                    });
                },
                insn,
            );
        }
    }

    fn new_array(&mut self, state: &mut State, insn: &Insn, values: Vec<Value>) -> Register {
        let made = Value::New(insn.at);
        let short = values.len() <= LONGEST_ARRAY;
        let array = short.then(|| self.texts.new_array(values)).flatten();
        let content = array.map_or(Content::Unknown, Content::Array);
        state.hold(made, content);
        Register::value(made)
    }

    fn store_item(&mut self, state: &mut State, insn: &Insn) {
        let array = state.get(second(insn)).value;
        let Some(Content::Array(number)) = state.content(array) else {
            return;
        };
        let mut values = self.texts.array(number).to_vec();
        let at = match state.get(third(insn)).value {
            Value::Int(at) => usize::try_from(at).ok(),
            _ => None,
        };
        let stored = match at.and_then(|at| values.get_mut(at)) {
            Some(item) => {
                *item = state.get(first(insn)).value;
                self.texts.new_array(values)
            }
            None => None,
        };
        let content = stored.map_or(Content::Unknown, Content::Array);
        state.hold(array, content);
    }

    fn static_field(&mut self, index: u32) -> Register {
        let Some(field) = self.field_at(index) else {
            return Register::UNKNOWN;
        };
        let unknown = Register::of(field.of);
        let world = self.bodies.world;
        let Some(initial) = self.bodies.initial(field, self.depth) else {
            return unknown;
        };
        let value = |run: &mut Self| Register {
            value: initial.value.inside(&mut run.texts, &[]),
            ..unknown
        };
        if initial.is_final || !self.bodies.written.contains(&field) {
            return value(self);
        }
        // Only flags are taken for conditions.
        if world.types.text(field.of) != b"Z" {
            return unknown;
        }
        let gate = Gate::field(field, world);
        if self.unset(&gate) {
            value(self)
        } else {
            unknown
        }
    }

    fn is_api_level(&self, index: u32) -> bool {
        let world = self.bodies.world;
        self.field_at(index).is_some_and(|field| {
            world.names.text(field.name) == b"SDK_INT"
                && world.types.text(field.class) == b"Landroid/os/Build$VERSION;"
        })
    }

    /// A field of an object: false until somebody sets it.
    fn flag(&mut self, index: u32) -> Register {
        let Some(field) = self.field_at(index) else {
            return Register::UNKNOWN;
        };
        let world = self.bodies.world;
        let unknown = Register::of(field.of);
        if world.types.text(field.of) != b"Z" || world.class_of(field.class).is_none() {
            return unknown;
        }
        if self.unset(&Gate::field(field, world)) {
            Register {
                value: Value::Int(0),
                ..unknown
            }
        } else {
            unknown
        }
    }

    /// Notes a condition, and says whether what it rests on is unset.
    fn unset(&mut self, gate: &Gate) -> bool {
        let unset = match self.mode {
            Mode::Any => false,
            Mode::Only(at) => self.gates.get(at) == Some(gate),
            Mode::First => true,
        };
        if !self.gates.contains(gate) && self.gates.len() < 256 {
            self.gates.push(gate.clone());
        }
        unset
    }

    /// `invoke-*`; gives the result.
    fn call(&mut self, state: &mut State, insn: &Insn, used: bool) -> Register {
        let index = insn.index.unwrap_or(NONE);
        let Some(MethodRef { class, sig }) = self.method_at(index) else {
            return Register::UNKNOWN;
        };
        let (is_static, is_direct) = match insn.opcode {
            0x71 | 0x77 => (true, true),
            0x6f | 0x70 | 0x75 | 0x76 => (false, true),
            _ => (false, false),
        };
        let world = self.bodies.world;
        let receiver = if is_static {
            Register::UNKNOWN
        } else {
            state.get(first(insn))
        };
        let name = world.name_no(sig);
        let model = self.bodies.models.of(class, name);
        let model =
            model.filter(|model| *model != Model::OwnPackage || asks_context(world, class, sig));
        let store = self.bodies.stores.of(class, name);
        let watched = self.bodies.watched.is_method(self.file, index);
        let mut result = Register::of(world.result(sig));
        let target = if !used || self.depth == 0 {
            None
        } else if is_direct {
            // `invoke-super` names the class that it is called from or one
            // above; either way the method is found above.
            world.direct(class, sig)
        } else if receiver.exact {
            world
                .class_of(receiver.of)
                .and_then(|of| world.dispatch(of, sig))
        } else {
            world.only(narrower(receiver.of, class, world), sig)
        };
        let asks = target.is_some();
        if model.is_some() || store.is_some() || watched || asks {
            let arguments = self.arguments(state, insn, sig, is_static);
            if let Some(store) = store {
                result = self.remembered(store, &arguments, is_static, result);
            } else if let Some(model) = model {
                result = self.model(model, state, insn, &arguments, result);
            } else if let Some(method) = target.filter(|_| asks) {
                let returns = self.bodies.returns(method, self.depth - 1);
                result = self.returned_by(&returns, &arguments, result);
            }
            if watched && self.body.is_some() {
                self.used_method(state, insn, index, &arguments, is_static);
            }
        }
        if self.body.is_some() && world.direct(class, sig).is_none() {
            self.hand(state, insn, class, sig, is_static);
        }
        let call = Call {
            at: insn.at,
            dispatch: if is_direct {
                Dispatch::Direct
            } else {
                Dispatch::Virtual
            },
            class,
            sig,
            receiver: receiver.of,
            exact: receiver.exact,
            guard: self.guard,
            gives_texts: self.body.is_some() && self.given(state, insn, class, sig, is_static),
        };
        if let Some(body) = &mut self.body {
            body.calls.push(call);
            if is_static {
                body.touched.push(Site {
                    at: insn.at,
                    of: class,
                    guard: call.guard,
                });
            }
        }
        // An object that is handed on may be changed there.
        if model.is_none() {
            for register in insn.registers.iter() {
                let value = state.get(register).value;
                if let Some(Content::Built(_)) = state.content(value) {
                    state.hold(value, Content::Unknown);
                }
            }
        }
        result
    }

    /// Notes the texts that a method of the app is called with.
    fn given(
        &mut self,
        state: &State,
        insn: &Insn,
        class: Type,
        sig: Sig,
        is_static: bool,
    ) -> bool {
        let is_text = |register| matches!(state.get(register).value, Value::Text(_));
        if self.bodies.world.class_of(class).is_none() || !insn.registers.iter().any(is_text) {
            return false;
        }
        let arguments = self.arguments(state, insn, sig, is_static);
        for (number, argument) in (0..).zip(arguments) {
            if let Value::Text(text) = argument.value {
                let text = self.texts.get(text).unwrap_or_default().to_owned();
                self.note(|body, at, _| body.given.push((at, number, text)), insn);
            }
        }
        true
    }

    /// A method of the platform is given objects that it may call later.
    fn hand(&mut self, state: &State, insn: &Insn, class: Type, sig: u32, is_static: bool) {
        let world = self.bodies.world;
        let listeners = &self.bodies.listeners;
        if Listeners::takes_back(world.name(sig)) {
            return;
        }
        let mut handed = Vec::new();
        let mut registers = insn.registers.iter();
        if !is_static
            && let Some(register) = registers.next()
            && let Some(taken_for) = listeners.starts(world, class, world.name(sig))
        {
            handed.push((taken_for, state.get(register)));
        }
        for (taken_for, wide) in world.parameters(sig) {
            let Some(register) = registers.next() else {
                break;
            };
            if *wide {
                registers.next();
            }
            if listeners.is_one(*taken_for) {
                handed.push((*taken_for, state.get(register)));
            }
        }
        for (taken_for, register) in handed {
            if register.value == Value::Int(0) {
                continue;
            }
            self.note(
                |body, at, guard| {
                    body.handed.push(Handed {
                        at,
                        taken_for,
                        of: register.of,
                        exact: register.exact,
                        guard,
                    });
                },
                insn,
            );
        }
    }

    /// The arguments, `this` first, each once.
    fn arguments(&self, state: &State, insn: &Insn, sig: u32, is_static: bool) -> Vec<Register> {
        let mut registers = insn.registers.iter();
        let mut arguments = Vec::new();
        if !is_static {
            arguments.extend(registers.next().map(|r| state.get(r)));
        }
        for (_, wide) in self.bodies.world.parameters(sig) {
            let Some(register) = registers.next() else {
                break;
            };
            arguments.push(state.get(register));
            if *wide {
                registers.next();
            }
        }
        arguments
    }

    /// A call that reads a remembered value.
    fn remembered(
        &mut self,
        store: Store,
        arguments: &[Register],
        is_static: bool,
        result: Register,
    ) -> Register {
        let skip = usize::from(!is_static);
        let argument = |at: u16| arguments.get(usize::from(at) + skip);
        let key = store.key.and_then(argument).map(|key| key.value);
        if store.is_name {
            // Whoever is asked with the object is asked with the key.
            let value = key.unwrap_or_default();
            return Register { value, ..result };
        }
        let gate = match key {
            _ if store.consent => Gate::told(),
            Some(Value::Text(key)) => Gate::key(self.texts.get(key)),
            Some(Value::Param(number)) => Gate {
                source: Source::KeyOf(number),
                consent: false,
            },
            _ => Gate::key(None),
        };
        let default = store.default.and_then(argument);
        let default = default.map_or(Value::Int(store.missing), |default| default.value);
        if self.unset(&gate) {
            Register {
                value: default,
                ..result
            }
        } else {
            result
        }
    }

    /// The result of a method of the app.
    fn returned_by(
        &mut self,
        returns: &Returns,
        arguments: &[Register],
        result: Register,
    ) -> Register {
        let gates: Vec<Gate> = returns.gates_for(&self.texts, arguments).collect();
        let mut known = &returns.any;
        if returns.first != returns.any && !gates.is_empty() {
            // Each of them is noted, whatever the others are.
            let set = gates.into_iter().filter(|gate| !self.unset(gate)).count();
            if set == 0 {
                known = &returns.first;
            }
        }
        Register {
            value: known.inside(&mut self.texts, arguments),
            of: if returns.of == NONE {
                result.of
            } else {
                returns.of
            },
            exact: returns.exact,
        }
    }

    fn used_method(
        &mut self,
        state: &State,
        insn: &Insn,
        index: u32,
        arguments: &[Register],
        is_static: bool,
    ) {
        let skip = usize::from(!is_static);
        let parameters = arguments
            .iter()
            .skip(skip)
            .enumerate()
            .filter_map(|(at, argument)| match argument.value {
                Value::Param(number) => Some((at, number)),
                _ => None,
            })
            .collect();
        let mut arguments: Vec<Option<String>> = arguments
            .iter()
            .skip(skip)
            .map(|argument| match state.content(argument.value) {
                Some(Content::Array(array)) => {
                    let items = self.texts.array(array).iter();
                    let items: Vec<String> =
                        items.filter_map(|value| self.texts.of(*value)).collect();
                    Some(items.join("\n"))
                }
                Some(Content::Target(target)) => self.texts.get(target.action).map(str::to_owned),
                _ => self.texts.of(argument.value),
            })
            .collect();
        let world = self.bodies.world;
        let sig = self.method_at(index).map_or(NONE, |method| method.sig);
        let texts = world.parameters(sig).iter().map(|(of, _)| {
            let of = world.types.text(*of);
            [
                &b"Ljava/lang/String;"[..],
                b"[Ljava/lang/String;",
                b"Ljava/lang/CharSequence;",
            ]
            .contains(&of)
        });
        // A text that is null on the first start comes from a memory.
        let texts: Vec<bool> = texts.collect();
        for (argument, is_text) in arguments.iter_mut().zip(&texts) {
            if *is_text && matches!(argument.as_deref(), Some("0" | "")) {
                *argument = None;
            }
        }
        let unknown_text = texts
            .into_iter()
            .zip(&arguments)
            .any(|(is_text, argument)| is_text && argument.is_none());
        self.note(
            |body, at, guard| {
                body.uses.push(Use {
                    at,
                    member: Member::Method(index),
                    arguments,
                    parameters,
                    unknown_text,
                    guard,
                });
            },
            insn,
        );
    }

    /// `invoke-custom`: a lambda that was not turned into a class.
    fn linked(&mut self, insn: &Insn) {
        if !matches!(insn.opcode, 0xfc | 0xfd) {
            return;
        }
        let dex = &self.file.dex;
        let Some(site) = insn.index.and_then(|index| dex.call_site(index).ok()) else {
            return;
        };
        for argument in site.arguments {
            let EncodedValue::MethodHandle(handle) = argument else {
                continue;
            };
            let Some(handle) = dex.method_handle(handle).ok().filter(|h| h.kind >= 4) else {
                continue;
            };
            if let Some(MethodRef { class, sig }) = self.method_at(handle.target) {
                self.note(
                    |body, at, guard| {
                        body.calls.push(Call {
                            at,
                            dispatch: Dispatch::Direct,
                            class,
                            sig,
                            receiver: NONE,
                            exact: false,
                            guard,
                            gives_texts: false,
                        });
                    },
                    insn,
                );
            }
        }
    }

    /// A method of the platform whose effect is known.
    fn model(
        &mut self,
        model: Model,
        state: &mut State,
        insn: &Insn,
        arguments: &[Register],
        result: Register,
    ) -> Register {
        let value = |at: usize| arguments.get(at).map_or(Value::Unknown, |a| a.value);
        let known = |value: Value| Register { value, ..result };
        let flag =
            |set: Option<bool>| known(set.map_or(Value::Unknown, |set| Value::Int(i64::from(set))));
        match model {
            Model::BuilderNew => {
                let start = match value(1) {
                    Value::Text(text) => Some(text),
                    _ if arguments.len() == 1 => Some(self.texts.add("")),
                    _ => None,
                };
                let content = start.map_or(Content::Unknown, Content::Built);
                state.hold(value(0), content);
                result
            }
            Model::BuilderAppend => {
                let more = self.shown(value(1), insn);
                let joined = match (state.content(value(0)), more) {
                    (Some(Content::Built(text)), Some(more)) => self.texts.joined(text, &more),
                    _ => None,
                };
                state.hold(value(0), joined.map_or(Content::Unknown, Content::Built));
                // It gives itself back.
                arguments.first().copied().unwrap_or(result)
            }
            Model::BuilderText => match state.content(value(0)) {
                Some(Content::Built(text)) => known(Value::Text(text)),
                _ => result,
            },
            Model::Concat => {
                let joined = match (value(0), self.texts.of(value(1))) {
                    (Value::Text(text), Some(more)) => self.texts.joined(text, &more),
                    _ => None,
                };
                known(joined.map_or(Value::Unknown, Value::Text))
            }
            Model::Same => {
                let last = arguments.last().copied().unwrap_or(result);
                let first = arguments.first().copied().unwrap_or(result);
                // `Uri.parse(text)` has one argument, `uri.toString()` too;
                // `Class.getMethod`-like ones start with the class.
                let from = if matches!(first.value, Value::Class(_)) {
                    first
                } else {
                    last
                };
                let from = if arguments.len() == 1 { first } else { from };
                known(from.value)
            }
            Model::ParseFlag => flag(match value(0) {
                Value::Text(text) => {
                    let text = self.texts.get(text);
                    text.map(|text| text.eq_ignore_ascii_case("true"))
                }
                _ => None,
            }),
            Model::Equals => {
                let at = arguments.len().saturating_sub(2);
                flag(same(value(at), value(at + 1)))
            }
            Model::IsEmpty => flag(match value(0) {
                Value::Text(text) => self.texts.get(text).map(str::is_empty),
                Value::Int(0) => Some(true),
                _ => None,
            }),
            Model::Length => match value(0) {
                Value::Text(text) => {
                    let length = self.texts.get(text).map(|text| text.encode_utf16().count());
                    let length = length.and_then(|length| i64::try_from(length).ok());
                    known(length.map_or(Value::Unknown, Value::Int))
                }
                _ => result,
            },
            Model::ClassNamed => {
                let name = arguments.iter().find_map(|a| match a.value {
                    Value::Text(text) => Some(text),
                    _ => None,
                });
                let of = name
                    .and_then(|name| self.texts.get(name))
                    .and_then(|name| self.bodies.world.type_of_class(name));
                if let Some(of) = of {
                    self.note(
                        |body, at, guard| body.touched.push(Site { at, of, guard }),
                        insn,
                    );
                }
                let by_name = || name.map_or(Value::Unknown, Value::ClassName);
                known(of.map_or_else(by_name, Value::Class))
            }
            Model::ClassName => match value(0) {
                Value::Class(of) => {
                    let name = self.bodies.world.dotted(of);
                    known(Value::Text(self.texts.add(&name)))
                }
                _ => result,
            },
            Model::MemberNamed => match (self.class_name(value(0)), self.texts.of(value(1))) {
                (Some(class), Some(member)) => {
                    let member = self.texts.add(&format!("{class}.{member}"));
                    known(Value::Member(member))
                }
                _ => result,
            },
            Model::Invoke => {
                if let Value::Member(member) = value(0) {
                    let member = self.texts.get(member).unwrap_or_default().to_owned();
                    let given = match state.content(value(2)) {
                        Some(Content::Array(array)) => {
                            let items = self.texts.array(array).iter();
                            items.map(|item| self.texts.of(*item)).collect()
                        }
                        _ => Vec::new(),
                    };
                    self.reflected(member, given, insn);
                }
                result
            }
            Model::NewInstance => {
                let Value::Class(of) = value(0) else {
                    return result;
                };
                self.note(
                    |body, at, guard| body.made.push(Site { at, of, guard }),
                    insn,
                );
                let class = self.bodies.world.dotted(of);
                self.reflected(format!("{class}.<init>"), Vec::new(), insn);
                Register {
                    of,
                    exact: true,
                    ..result
                }
            }
            Model::Load => {
                if let Some(class) = self.class_name(value(0)) {
                    self.note(|body, at, guard| body.loaded.push((at, class, guard)), insn);
                }
                result
            }
            Model::Put => {
                if let Value::Text(key) = value(1) {
                    let key = self.texts.get(key).unwrap_or_default().into();
                    let value = value(2);
                    self.note(|body, _, _| body.put.push((key, value)), insn);
                }
                result
            }
            Model::OwnPackage => known(Value::Text(self.texts.add(&self.bodies.app.package))),
            Model::First => arguments.first().copied().unwrap_or(result),
            Model::Pending => arguments
                .iter()
                .find(|argument| matches!(state.content(argument.value), Some(Content::Target(_))))
                .map_or(result, |intent| Register {
                    value: intent.value,
                    ..result
                }),
            Model::Intent | Model::ComponentName => {
                let mut target = match state.content(value(0)) {
                    Some(Content::Target(target)) => target,
                    _ => Target::NOWHERE,
                };
                for argument in arguments.get(1..).unwrap_or_default() {
                    match argument.value {
                        Value::Class(of) => target.class = of,
                        Value::Text(text) => {
                            let named = self.texts.get(text);
                            let class =
                                named.and_then(|name| self.bodies.world.type_of_class(name));
                            match class {
                                Some(class) => target.class = class,
                                None if model == Model::ComponentName => target.package = text,
                                None if target.action == NONE => target.action = text,
                                None => {}
                            }
                        }
                        other => {
                            if let Some(Content::Target(other)) = state.content(other) {
                                target = other;
                            }
                        }
                    }
                }
                state.hold(value(0), Content::Target(target));
                if target.class != NONE && model == Model::Intent {
                    let class = target.class;
                    self.note(
                        |body, at, guard| {
                            body.started.push(Started {
                                at,
                                class,
                                pending: true,
                                guard,
                            });
                        },
                        insn,
                    );
                }
                arguments.first().copied().unwrap_or(result)
            }
            Model::Start => {
                for argument in arguments {
                    let Some(Content::Target(Target { class, action, .. })) =
                        state.content(argument.value)
                    else {
                        continue;
                    };
                    if class == NONE
                        && let Some(action) = self.texts.get(action).map(str::to_owned)
                    {
                        self.note(
                            |body, at, guard| body.asked.push(Asked { at, action, guard }),
                            insn,
                        );
                    }
                    if class != NONE {
                        self.note(
                            |body, at, guard| {
                                body.started.push(Started {
                                    at,
                                    class,
                                    pending: false,
                                    guard,
                                });
                            },
                            insn,
                        );
                    }
                }
                result
            }
        }
    }

    fn class_name(&self, value: Value) -> Option<String> {
        match value {
            Value::Class(of) => Some(self.bodies.world.dotted(of)),
            Value::ClassName(name) => self.texts.get(name).map(str::to_owned),
            _ => None,
        }
    }

    fn reflected(&mut self, member: String, arguments: Vec<Option<String>>, insn: &Insn) {
        if catalog::apis().named(&member).next().is_some() {
            let member = Member::Named(member.clone());
            self.note(
                |body, at, guard| {
                    body.uses.push(Use {
                        at,
                        member,
                        unknown_text: arguments.iter().all(Option::is_none),
                        arguments,
                        parameters: Vec::new(),
                        guard,
                    });
                },
                insn,
            );
        }
        self.note(
            |body, at, guard| {
                body.reflected.push(Reflected { at, member, guard });
            },
            insn,
        );
    }

    /// An argument of `append` as text.
    fn shown(&self, value: Value, insn: &Insn) -> Option<String> {
        let sig = self.method_at(insn.index?)?.sig;
        match value {
            Value::Int(number) => match self.bodies.world.descriptor(sig).get(1) {
                Some(b'C') => Some(char::from_u32(u32::try_from(number).ok()?)?.to_string()),
                Some(b'Z') => Some((number != 0).to_string()),
                Some(b'I' | b'J') => Some(number.to_string()),
                _ => None,
            },
            Value::Text(text) => self.texts.get(text).map(str::to_owned),
            _ => None,
        }
    }
}

/// Whether `getPackageName` is asked of a context: other classes of the
/// platform tell other packages.
fn asks_context(world: &World<'_>, class: Type, sig: Sig) -> bool {
    let of_platform = world.types.text(class);
    world.direct(class, sig).is_none()
        && (world.class_of(class).is_some()
            || of_platform.starts_with(b"Landroid/content/Context")
            || of_platform.starts_with(b"Landroid/app/"))
}

/// The narrower of what is known of an object and what the call names.
fn narrower(of: Type, named: Type, world: &World<'_>) -> Type {
    if world.class_of(of).is_some() {
        of
    } else {
        named
    }
}

fn flow_to(
    states: &mut States,
    waiting: &mut std::collections::BTreeSet<usize>,
    next: u32,
    state: &State,
) {
    let next = next as usize;
    let changed = match states.get_mut(next) {
        Some(Some(known)) => known.join(state),
        Some(unknown) => {
            *unknown = Some(state.clone());
            true
        }
        None => false,
    };
    if changed {
        waiting.insert(next);
    }
}

fn first(insn: &Insn) -> u16 {
    insn.registers.get(0).unwrap_or(u16::MAX)
}

fn second(insn: &Insn) -> u16 {
    insn.registers.get(1).unwrap_or(u16::MAX)
}

fn third(insn: &Insn) -> u16 {
    insn.registers.get(2).unwrap_or(u16::MAX)
}

fn set(state: &mut State, insn: &Insn, to: Register) {
    state.set(first(insn), to);
}

/// Whether two values are the same, if that is known.
fn same(left: Value, right: Value) -> Option<bool> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left == right),
        (Value::Text(left), Value::Text(right)) | (Value::Class(left), Value::Class(right)) => {
            Some(left == right)
        }
        // Null is no object.
        (Value::Int(0), Value::Text(_) | Value::Class(_) | Value::New(_))
        | (Value::Text(_) | Value::Class(_) | Value::New(_), Value::Int(0)) => Some(false),
        _ => None,
    }
}

/// Whether a branch is taken, if that is known. `least` is the lowest API
/// level of the device.
fn decided(opcode: u8, left: Value, right: Value, least: Option<i64>) -> Option<bool> {
    // The tests against zero stand in the same order.
    let test = if opcode >= 0x38 { opcode - 6 } else { opcode };
    match test {
        0x32 => return same(left, right),
        0x33 => return same(left, right).map(|same| !same),
        _ => {}
    }
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(match test {
            0x34 => left < right,
            0x35 => left >= right,
            0x36 => left > right,
            _ => left <= right,
        }),
        (Value::ApiLevel, Value::Int(level)) => match test {
            0x34 if level <= least? => Some(false),
            0x35 if level <= least? => Some(true),
            0x36 if level < least? => Some(true),
            0x37 if level < least? => Some(false),
            _ => None,
        },
        (Value::Int(level), Value::ApiLevel) => match test {
            0x36 if level <= least? => Some(false),
            0x37 if level <= least? => Some(true),
            0x34 if level < least? => Some(true),
            0x35 if level < least? => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// `cmp-long`.
fn compared(state: &State, insn: &Insn) -> Value {
    match (state.get(second(insn)).value, state.get(third(insn)).value) {
        (Value::Int(left), Value::Int(right)) => Value::Int(match left.cmp(&right) {
            std::cmp::Ordering::Less => -1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => 1,
        }),
        _ => Value::Unknown,
    }
}

/// Arithmetic on whole numbers.
fn computed(state: &State, insn: &Insn) -> Value {
    let number = |register: u16| match state.get(register).value {
        Value::Int(number) => Some(number),
        _ => None,
    };
    let computed = || {
        let opcode = insn.opcode;
        if opcode < 0x90 {
            let from = number(second(insn))?;
            return match opcode {
                0x7b => i32::try_from(from).ok()?.checked_neg().map(i64::from),
                0x7d => from.checked_neg(),
                0x81 | 0x84 => Some(from),
                0x8d => i8::try_from(from).ok().map(i64::from),
                0x8e => u16::try_from(from).ok().map(i64::from),
                0x8f => i16::try_from(from).ok().map(i64::from),
                _ => None,
            };
        }
        let (operation, left, right) = match opcode {
            0x90..=0xaf => (opcode - 0x90, number(second(insn))?, number(third(insn))?),
            0xb0..=0xcf => (opcode - 0xb0, number(first(insn))?, number(second(insn))?),
            0xd0..=0xd7 => (opcode - 0xd0, number(second(insn))?, insn.literal?),
            _ => (opcode - 0xd8, number(second(insn))?, insn.literal?),
        };
        // `rsub` takes the place of `sub` with a literal.
        let turned = opcode >= 0xd0 && operation == 1;
        let (left, right) = if turned { (right, left) } else { (left, right) };
        let whole = |value: Option<i64>| value.and_then(|value| i32::try_from(value).ok());
        let int = |value: Option<i64>| whole(value).map(i64::from);
        match operation {
            0 => int(left.checked_add(right)),
            1 => int(left.checked_sub(right)),
            2 => int(left.checked_mul(right)),
            3 => int(left.checked_div(right)),
            4 => int(left.checked_rem(right)),
            5 => Some(left & right),
            6 => Some(left | right),
            7 => Some(left ^ right),
            8 => int(left.checked_shl(u32::try_from(right).ok()?)),
            9 => int(left.checked_shr(u32::try_from(right).ok()?)),
            0x0b => left.checked_add(right),
            0x0c => left.checked_sub(right),
            0x0d => left.checked_mul(right),
            _ => None,
        }
    };
    computed().map_or(Value::Unknown, Value::Int)
}
