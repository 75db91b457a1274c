//! Calls: what is given to them, what they give back, and what is noted of
//! them.

use super::super::acts::Called;
use super::super::body::{Aim, Body, Brings, Call, Dispatch, Handed, Member, Site, Use, Waits};
use super::super::gates::{Gate, Source, Store};
use super::super::listeners::Listeners;
use super::super::names::NONE;
use super::super::refusals::{CALLBACK, CONTRACTS};
use super::super::summary::Returns;
use super::super::value::{Content, MORE, Register, State, Target, Value};
use super::super::world::{MethodRef, Sig, Type, World};
use super::{Run, first};
use crate::decode::dex::{EncodedValue, Insn};

/// A longer text that a call is given is not kept.
const LONGEST_ARGUMENT: usize = 1024;
const INTENT: &[u8] = b"Landroid/content/Intent;";
/// Texts that one method gives to others.
const MOST_GIVEN: usize = 4096;

impl Run<'_, '_> {
    /// `invoke-*`; gives the result.
    pub(super) fn call(&mut self, state: &mut State, insn: &Insn, used: bool) -> Register {
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
        let model = model.filter(|model| !model.is_inherited() || asks_context(world, class, sig));
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
                let returns = match self.asked(method, &arguments) {
                    Some(returns) => returns,
                    None => self.bodies.returns(method, self.depth - 1),
                };
                result = self.returned_by(state, insn, &returns, &arguments, result);
            }
            if watched {
                let found = self.used_method(state, insn, index, &arguments, is_static);
                let of_made = self.is_made_location(state, class, arguments.first());
                if used && !of_made {
                    result = self.given_by(&found, result);
                }
                self.note(|body, _, _| body.add_use(found), insn);
            }
        }
        if is_direct && !is_static {
            self.make_ready(state, insn, class, sig);
        }
        let called = Called {
            index,
            to: MethodRef { class, sig },
            is_static,
            is_direct,
        };
        result = self.after_call(state, insn, called, result);
        if self.body.is_some() {
            if world.class_of(class).is_some() || self.bodies.listeners.is_one(class) {
                self.pass(state, insn, sig, is_static);
            }
            if world.direct(class, sig).is_none() {
                self.hand(state, insn, class, sig, is_static);
            }
        }
        let call = Call {
            at: insn.at,
            dispatch: if is_direct {
                Dispatch::Direct
            } else {
                Dispatch::Virtual
            },
            class: self.of_variant(receiver.of, class, sig),
            sig,
            receiver: receiver.of,
            exact: receiver.exact,
            slot: self.slot(receiver.value),
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
        if self.body.is_some() && world.name(sig).starts_with(b"register") {
            self.registers(state, insn);
        }
        if receiver.value == Value::LaunchIntent {
            let arguments = self.arguments(state, insn, sig, is_static);
            result = self.launch_intent(world.name(sig), &arguments, result);
        }
        if self.heard.is_some() {
            let arguments = self.arguments(state, insn, sig, is_static);
            result = self.hear(state, insn, &call, &arguments, result);
        }
        // An object that is handed on may be changed there.
        if model.is_none() {
            for register in insn.registers.iter() {
                let value = state.get(register).value;
                if let Some(Content::Built(_) | Content::Begun(_)) = state.content(value) {
                    state.hold(value, Content::Unknown);
                }
            }
        }
        result
    }

    /// What the launcher's intent says: an action, and nothing else.
    fn launch_intent(&mut self, name: &[u8], arguments: &[Register], result: Register) -> Register {
        let value = match name {
            b"getAction" => Value::Text(self.texts.add("android.intent.action.MAIN")),
            b"hasExtra" | b"getData" | b"getDataString" | b"getType" | b"getScheme"
            | b"getExtras" | b"getClipData" => Value::Int(0),
            _ if name.starts_with(b"get") && name.ends_with(b"Extra") => {
                // The value if there is none stands last, or it is null.
                let last = arguments.get(2);
                last.map_or(Value::Int(0), |default| default.value)
            }
            _ => return result,
        };
        if self.unset(&Gate::opened()) {
            Register { value, ..result }
        } else {
            result
        }
    }

    /// Notes what hears the result of a contract for permissions.
    fn registers(&mut self, state: &State, insn: &Insn) {
        let world = self.bodies.world;
        let given = || insn.registers.iter().map(|register| state.get(register));
        let contract = |of: Type| CONTRACTS.contains(&world.types.text(of));
        let Some(callback) = world.type_named(CALLBACK) else {
            return;
        };
        if given().any(|register| contract(register.of)) {
            let hears: Vec<Type> = given()
                .map(|register| register.of)
                .filter(|of| world.class_of(*of).is_some() && world.is_below(*of, callback))
                .collect();
            self.note(|body, _, _| body.registered.extend(hears), insn);
        }
    }

    /// Notes the texts and intents that a method of the app is called with.
    fn given(
        &mut self,
        state: &State,
        insn: &Insn,
        class: Type,
        sig: Sig,
        is_static: bool,
    ) -> bool {
        let is_text = |register| {
            let register = state.get(register);
            match register.value {
                Value::Text(_) => true,
                Value::Param(_) => self.is_text(register.of),
                value => matches!(
                    state.content(value),
                    Some(Content::Array(_) | Content::Target(_))
                ),
            }
        };
        if self.bodies.world.class_of(class).is_none() || !insn.registers.iter().any(is_text) {
            return false;
        }
        let arguments = self.arguments(state, insn, sig, is_static);
        let mut gives = false;
        for (number, argument) in (0..).zip(arguments) {
            let text = match (argument.value, state.content(argument.value)) {
                (Value::Text(text), _) => self.texts.get(text).map(str::to_owned),
                (_, Some(Content::Array(array))) => self.listed(array),
                (_, Some(Content::Target(target))) => self.intent(target),
                _ => None,
            };
            let text = text.filter(|text| text.len() <= LONGEST_ARGUMENT);
            let brings = match (text, argument.value) {
                (Some(text), _) => Brings::Text(text),
                (None, Value::Param(from)) if self.is_text(argument.of) => Brings::Parameter(from),
                _ => continue,
            };
            let full = |body: &Body| body.given.len() >= MOST_GIVEN;
            if !self.body.as_ref().is_some_and(full) {
                self.note(|body, at, _| body.given.push((at, number, brings)), insn);
                gives = true;
            }
        }
        gives
    }

    /// Whether a type is that of texts, of arrays of them, or of intents.
    fn is_text(&self, of: Type) -> bool {
        let of = self.bodies.world.types.text(of);
        matches!(of, b"Ljava/lang/String;" | b"[Ljava/lang/String;" | INTENT)
    }

    /// An array of texts as one text, an item a line; other values as they
    /// are. It holds outside of the method too.
    pub(super) fn as_list(&mut self, state: &State, value: Value) -> Value {
        let Some(Content::Array(array)) = state.content(value) else {
            return value;
        };
        let items = self.texts.array(array);
        let texts = items.iter().all(|item| matches!(item, Value::Text(_)));
        let list = texts.then(|| self.listed(array)).flatten();
        let list = list.filter(|list| list.len() <= LONGEST_ARGUMENT);
        list.map_or(value, |list| Value::Text(self.texts.add(&list)))
    }

    /// The texts of an array, on a line each.
    fn listed(&self, array: u32) -> Option<String> {
        let items = self.texts.array(array).iter();
        let items: Vec<String> = items.filter_map(|value| self.texts.of(*value)).collect();
        (!items.is_empty()).then(|| items.join("\n"))
    }

    /// A method of the platform is given objects that it may call later.
    fn hand(&mut self, state: &State, insn: &Insn, class: Type, sig: u32, is_static: bool) {
        let world = self.bodies.world;
        let listeners = &self.bodies.listeners;
        if Listeners::takes_back(world.name(sig)) {
            return;
        }
        let waits = if world.name(sig) == b"registerReceiver" {
            self.broadcasts(state, insn)
        } else {
            Waits::Type
        };
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
            let slot = self.slot(register.value);
            self.note(
                |body, at, guard| {
                    body.handed.push(Handed {
                        at,
                        taken_for,
                        of: register.of,
                        exact: register.exact,
                        slot,
                        waits,
                        guard,
                    });
                },
                insn,
            );
        }
    }

    /// When a receiver hears something, by the filter that it is given with.
    fn broadcasts(&self, state: &State, insn: &Insn) -> Waits {
        let mut given = insn.registers.iter().map(|register| state.get(register));
        let filter = given.find_map(|register| match state.content(register.value) {
            Some(Content::Target(target)) => self.texts.get(target.action),
            _ => None,
        });
        match filter {
            Some(action) if Listeners::comes_at_once(action) => Waits::Type,
            Some(_) => Waits::Sent,
            None => Waits::Perhaps,
        }
    }

    /// The arguments, `this` first, each once.
    pub(in super::super) fn arguments(
        &self,
        state: &State,
        insn: &Insn,
        sig: u32,
        is_static: bool,
    ) -> Vec<Register> {
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
        state: &mut State,
        insn: &Insn,
        returns: &Returns,
        arguments: &[Register],
        result: Register,
    ) -> Register {
        let gates: Vec<Gate> = returns.gates_for(&self.texts, arguments).collect();
        let mut known = &returns.any;
        if !returns.first.decides_like(&returns.any) && !gates.is_empty() {
            // Each of them is noted, whatever the others are.
            let set = gates.into_iter().filter(|gate| !self.unset(gate)).count();
            if set == 0 {
                known = &returns.first;
            }
        }
        if let Some(to) = &returns.to {
            let target = to.inside(&mut self.texts);
            return got(state, insn, target, result);
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
        &self,
        state: &State,
        insn: &Insn,
        index: u32,
        arguments: &[Register],
        is_static: bool,
    ) -> Use {
        let skip = usize::from(!is_static);
        let world = self.bodies.world;
        let sig = self.method_at(index).map_or(NONE, |method| method.sig);
        let queries = world.name(sig).starts_with(b"query");
        let is_intent = |of: Type| world.types.text(of) == INTENT;
        let parameters = arguments
            .iter()
            .skip(skip)
            .enumerate()
            .filter_map(|(at, argument)| match argument.value {
                // Of an intent only a query is about what it says.
                Value::Param(_) if !queries && is_intent(argument.of) => None,
                Value::Param(number) => Some((at, number)),
                _ => None,
            })
            .collect();
        let to =
            arguments
                .iter()
                .skip(skip)
                .find_map(|argument| match state.content(argument.value) {
                    Some(Content::Target(target)) => self.aim(target),
                    _ => None,
                });
        let mut arguments: Vec<Option<String>> = arguments
            .iter()
            .skip(skip)
            .map(|argument| match state.content(argument.value) {
                Some(Content::Array(array)) => self.listed(array),
                Some(Content::Target(target)) => self.intent(target),
                _ => self.texts.of(argument.value),
            })
            .map(|text| text.filter(|text| text.len() <= LONGEST_ARGUMENT))
            .collect();
        let texts = world.parameters(sig).iter().map(|(of, _)| {
            let of = world.types.text(*of);
            [
                &b"Ljava/lang/String;"[..],
                b"[Ljava/lang/String;",
                b"Ljava/lang/CharSequence;",
                INTENT,
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
        // The first of them decides; of a command its first word.
        let first = texts.iter().position(|is_text| *is_text);
        let unknown_text = first.is_some_and(|first| {
            let text = arguments.get(first).and_then(Option::as_deref);
            text.is_none_or(|text| text.ends_with(MORE) && !text.contains([' ', '/']))
        });
        Use {
            at: insn.at,
            member: Member::Method(index),
            arguments,
            parameters,
            unknown_text,
            beside: None,
            to,
            guard: self.guard,
        }
    }

    /// An intent in words: its action, behind what narrows it.
    fn intent(&self, target: Target) -> Option<String> {
        let text = |number| self.texts.get(number);
        let class = (target.class != NONE).then(|| self.bodies.world.dotted(target.class));
        let narrow = class
            .as_deref()
            .or(text(target.category))
            .or(text(target.package));
        match (narrow, text(target.action)) {
            (Some(narrow), Some(action)) => Some(format!("{narrow} {action}")),
            (one, other) => one.or(other).map(str::to_owned),
        }
    }

    /// Whom an intent is for, if it says so.
    fn aim(&self, target: Target) -> Option<Aim> {
        if target.class != NONE {
            return Some(Aim::Own);
        }
        let package = self.texts.get(target.package)?;
        let own = package.strip_prefix(self.bodies.app.package.as_str());
        Some(
            if own.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
                Aim::Own
            } else {
                Aim::Other(package.to_owned())
            },
        )
    }

    /// `invoke-custom`: a lambda that was not turned into a class.
    pub(super) fn linked(&mut self, insn: &Insn) {
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
                            slot: None,
                            guard,
                            gives_texts: false,
                        });
                    },
                    insn,
                );
            }
        }
    }
}

/// The result of a call that gives an intent.
pub(super) fn got(state: &mut State, insn: &Insn, to: Target, result: Register) -> Register {
    let value = Value::Got(insn.at);
    state.hold(value, Content::Target(to));
    Register { value, ..result }
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
