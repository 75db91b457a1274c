//! Follows values through the blocks of one method.

mod answers;
mod arithmetic;
mod calls;
mod effects;
mod manifest;
mod slots;
mod variants;

pub(super) use answers::{Does, Heard, Site as DoneAt};
pub(super) use manifest::Asked;

use arithmetic::{compared, computed, decided};

use super::acts::given_item;
use super::body::{Bodies, Body, Member, Site, Use};
use super::flow::{Flow, is_switch};
use super::gates::{Gate, Guard, Source};
use super::names::NONE;
use super::summary::{Destination, Known};
use super::value::{Content, LONGEST_ARRAY, Register, State, Texts, Value};
use super::world::{FieldRef, File, MethodNo, MethodRef, Type};
use crate::decode::dex::Insn;

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
    /// What the user answered, while the method that hears of it is followed.
    pub heard: Option<Heard>,
    /// A value is [`Value::Given`], or an object holds what is.
    pub marks: bool,
    /// Where the intent goes that the method gives back.
    pub returned_to: Option<Box<Destination>>,
    /// The method itself.
    pub method: MethodNo,
    /// Type of what it gives back.
    pub result: Type,
    /// Methods that were handed what the manifest says.
    pub asked: Asked,
    /// The call that was followed last throws.
    pub fails: bool,
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
            // The cases of a switch may all go one way.
            to.sort_unstable();
            to.dedup();
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
                    let mut register = state.get(first(insn));
                    self.give_object(state, insn, register);
                    register.value = self.as_list(state, register.value);
                    self.give_back(register);
                }
                0x24 | 0x25 => {
                    let values = insn.registers.iter().map(|r| state.get(r).value).collect();
                    result = self.new_array(state, insn, values);
                }
                0x6e..=0x72 | 0x74..=0x78 => {
                    result = self.call(state, insn, used);
                    if std::mem::take(&mut self.fails) {
                        return Next::Only(Vec::new());
                    }
                }
                0xfa..=0xfd => {
                    result = Register::UNKNOWN;
                    self.linked(insn);
                }
                opcode => {
                    let reads = matches!(opcode, 0x52 | 0x54 | 0x60 | 0x62);
                    self.step(state, insn, reads && is_tested(insn, insns, position));
                }
            }
        }
        insns
            .last()
            .map_or(Next::Only(Vec::new()), |insn| self.next(state, insn))
    }

    /// Notes an object that is given back.
    fn give_object(&mut self, state: &State, insn: &Insn, register: Register) {
        if let Some(Content::Target(target)) = state.content(register.value) {
            self.returned_to = Some(Box::new(Destination::of(target, &self.texts)));
        }
        let result = self.result;
        if register.exact && self.bodies.listeners.is_one(result) {
            let of = register.of;
            self.note(|body, at, _| body.gives_back.push((at, of, result)), insn);
        }
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

    /// An instruction that neither calls nor branches; `tested` if a branch
    /// follows on what it reads.
    fn step(&mut self, state: &mut State, insn: &Insn, tested: bool) {
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
                let text = self.texts.of_file(&self.file.dex, index);
                let value = text.map_or(Value::Unknown, Value::Text);
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
                self.answer_as(&mut register, index);
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
                // Which class it is shows where it is made ready.
                if !self.bodies.world.is_merged(of) {
                    self.made(of, insn);
                }
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
                    _ => match state.get(second(insn)).value {
                        Value::Answers => self.answer_in(Value::Answers),
                        list => given_item(list, state),
                    },
                };
                set(state, insn, Register::value(value));
            }
            0x4b..=0x51 => self.store_item(state, insn),
            0x52..=0x58 => {
                let register = self
                    .tagged(state.get(second(insn)).of, index)
                    .unwrap_or_else(|| self.flag(index, tested));
                let register = self.given_field(state, insn, register);
                let register = self.told(state, insn, register);
                set(state, insn, self.held_in(index, register));
                self.used_field(index, insn);
            }
            0x59..=0x5f => {
                let value = state.get(first(insn)).value;
                self.store(state, index, insn);
                if let Some(field) = self.field_at(index) {
                    let value = Known::of(value, &self.texts);
                    self.note(|body, _, _| body.written.push((field, value)), insn);
                }
            }
            0x60..=0x66 => {
                let mut register = self.static_field(index, tested);
                if self.is_api_level(index) {
                    register.value = Value::ApiLevel;
                }
                if let Some(name) = self.bodies.watched.uri(self.file, index) {
                    register.value = Value::Text(self.texts.add(&name));
                }
                let register = self.given_field(state, insn, register);
                set(state, insn, self.held_in(index, register));
                self.screen(register.value, insn);
                self.used_field(index, insn);
                self.touch(index, insn);
            }
            0x67..=0x6d => {
                let value = state.get(first(insn)).value;
                self.store(state, index, insn);
                if let Some(field) = self.field_at(index) {
                    let value = Known::of(self.as_list(state, value), &self.texts);
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
                let value = match insn.opcode {
                    0x31 => compared(state, insn),
                    // Null is of no class.
                    0x20 if state.get(second(insn)).value == Value::Int(0) => Value::Int(0),
                    0x21 if state.get(second(insn)).value == Value::Answers => Value::Int(1),
                    _ => Value::Unknown,
                };
                set(state, insn, Register::value(value));
            }
            _ => {}
        }
    }

    fn type_at(&self, index: u32) -> Type {
        self.file.types.get(index as usize).copied().unwrap_or(NONE)
    }

    pub(super) fn field_at(&self, index: u32) -> Option<FieldRef> {
        self.file.fields.get(index as usize).copied()
    }

    fn method_at(&self, index: u32) -> Option<MethodRef> {
        self.file.methods.get(index as usize).copied()
    }

    pub(super) fn note(&mut self, add: impl FnOnce(&mut Body, u32, Guard), insn: &Insn) {
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
                    body.add_use(Use {
                        at,
                        member: Member::Field(index),
                        arguments,
                        parameters: Vec::new(),
                        unknown_text: false,
                        beside: None,
                        to: None,
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

    fn static_field(&mut self, index: u32, tested: bool) -> Register {
        let Some(field) = self.field_at(index) else {
            return Register::UNKNOWN;
        };
        let unknown = Register::of(field.of);
        let world = self.bodies.world;
        if world.types.text(field.class) == b"Ljava/lang/Boolean;" {
            let value = match world.names.text(field.name) {
                b"TRUE" => Value::Int(1),
                b"FALSE" => Value::Int(0),
                _ => Value::Unknown,
            };
            return Register { value, ..unknown };
        }
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
        if tested && let Some(null) = self.null(field) {
            return null;
        }
        // Only flags, and numbers that are tested, are taken for conditions.
        match world.types.text(field.of) {
            b"Z" => {}
            b"I" if tested => {}
            _ => return unknown,
        }
        if self.unset_field(field) {
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

    /// A field of an object: false, or a number that is `tested`, until
    /// somebody sets it.
    fn flag(&mut self, index: u32, tested: bool) -> Register {
        let Some(field) = self.field_at(index) else {
            return Register::UNKNOWN;
        };
        if tested && let Some(null) = self.null(field) {
            return null;
        }
        let world = self.bodies.world;
        let unknown = Register::of(field.of);
        let start = match world.types.text(field.of) {
            _ if world.class_of(field.class).is_none() => None,
            b"Z" => Some(0),
            b"I" if tested && self.depth > 0 => self.bodies.starts(field),
            _ => None,
        };
        let Some(start) = start else {
            return unknown;
        };
        if self.unset_field(field) {
            Register {
                value: Value::Int(start),
                ..unknown
            }
        } else {
            unknown
        }
    }

    /// A field of which it is tested whether it holds an object, as long as
    /// nothing set it.
    fn null(&mut self, field: FieldRef) -> Option<Register> {
        if !self.bodies.starts_null(field, self.depth) || !self.unset_field(field) {
            return None;
        }
        Some(Register {
            value: Value::Int(0),
            ..Register::of(field.of)
        })
    }

    /// Notes a field as a condition, and says whether it is unset.
    fn unset_field(&mut self, field: FieldRef) -> bool {
        let mut known = self.gates.iter();
        let known = known.find(|gate| gate.source == Source::Field(field));
        let gate = known
            .cloned()
            .unwrap_or_else(|| Gate::field(field, self.bodies.world));
        self.unset(&gate)
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
}

/// Whether what an instruction reads is compared, or given back, a little
/// later.
fn is_tested(insn: &Insn, insns: &[Insn], position: usize) -> bool {
    const SOON: usize = 6;
    let register = first(insn);
    let mut next = insns.iter().skip(position + 1).take(SOON);
    next.find(|next| next.registers.iter().any(|other| other == register))
        .is_some_and(|next| match insn.opcode {
            0x54 | 0x62 => matches!(next.opcode, 0x38 | 0x39),
            _ => matches!(next.opcode, 0x0f | 0x2b | 0x2c | 0x32..=0x3d),
        })
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
