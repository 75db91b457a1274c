//! What code does when it hears that the user refused a permission, or
//! granted it: the method is followed path by path with that answer, through
//! the helpers that it hands the answer to.

use std::cell::Cell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::super::body::Member;
use super::super::names::NONE;
use super::super::value::{Register, State, Value};
use super::super::world::{MethodNo, Type, World};
use super::arithmetic::same;
use super::{Body, Next, Run};
use crate::catalog::{self, Role};
use crate::decode::dex::Insn;

/// A place in the code: method and code unit.
pub(crate) type Site = (MethodNo, u32);

/// The answer that is followed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard {
    pub granted: bool,
    /// The screens that the launcher opens.
    pub launchers: Rc<[Type]>,
    /// Calls deep that it is followed.
    deep: u8,
    /// Blocks that may still be followed, helpers included.
    left: Rc<Cell<u32>>,
    /// What helpers did on the block that is being walked.
    does: Does,
}

impl Heard {
    /// Spends on looking at a method; false if nothing is left.
    pub fn spend(&self, units: usize) -> bool {
        let cost = u32::try_from(units / 64).unwrap_or(u32::MAX);
        let left = self.left.get().saturating_sub(cost);
        self.left.set(left);
        left > 0
    }

    /// One answer to all that was asked.
    pub fn new(granted: bool, launchers: Rc<[Type]>) -> Self {
        Self {
            granted,
            launchers,
            deep: 3,
            left: Rc::new(Cell::new(4_000)),
            ..Self::default()
        }
    }
}

/// What a path does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Does {
    /// Ends the app.
    pub ends: Option<Site>,
    /// Opens a screen or a dialog, or goes on in another way that is seen.
    pub opens: bool,
    /// Asks for a permission.
    pub asks: Option<Site>,
    /// Shows a dialog with a button that ends the app.
    pub exit_button: Option<Site>,
    /// A button of a dialog leads on.
    pub goes_on: bool,
    /// What is given back, if that is known.
    returned: Option<Value>,
}

impl Does {
    fn and(&mut self, more: &Self) {
        self.ends = self.ends.or(more.ends);
        self.opens |= more.opens;
        self.asks = self.asks.or(more.asks);
        self.exit_button = self.exit_button.or(more.exit_button);
        self.goes_on |= more.goes_on;
    }
}

/// States of one block that are followed.
const MOST_STATES: usize = 24;

impl Run<'_, '_> {
    /// Follows every path from the start; what each one does.
    pub fn paths(&mut self, method: MethodNo, entry: State) -> Vec<Does> {
        let mut waiting = vec![(0_usize, entry, Does::default())];
        let mut seen: FxHashMap<usize, Vec<(State, Does)>> = FxHashMap::default();
        let mut ended: Vec<Does> = Vec::new();
        while let Some((block, mut state, mut does)) = waiting.pop() {
            let Some(heard) = &mut self.heard else {
                break;
            };
            let Some(left) = heard.left.get().checked_sub(1) else {
                break;
            };
            heard.left.set(left);
            let states = seen.entry(block).or_default();
            let one = (state.clone(), does.clone());
            if states.len() >= MOST_STATES || states.contains(&one) {
                continue;
            }
            states.push(one);
            let before = state.clone();
            self.returned = None;
            self.body = Some(Body::default());
            let next = self.walk(block, &mut state);
            let body = self.body.take().unwrap_or_default();
            let handlers: Vec<usize> = self
                .flow
                .handlers(block)
                .iter()
                .map(|at| *at as usize)
                .collect();
            for handler in handlers {
                waiting.push((handler, before.clone(), does.clone()));
            }
            let done = self.done(method, &body);
            does.and(&done);
            let mut to: Vec<u32> = match &next {
                Next::After => Vec::new(),
                Next::Both(units) | Next::Only(units) => units
                    .iter()
                    .filter_map(|at| self.flow.block_at(*at))
                    .collect(),
            };
            if !matches!(next, Next::Only(_)) {
                let last = self.flow.block(block).last();
                to.extend(last.and_then(|insn| self.flow.next(insn)));
            }
            if to.is_empty() {
                does.returned = self.returned.map(|returned| returned.value);
                if !ended.contains(&does) {
                    ended.push(does);
                }
                continue;
            }
            to.dedup();
            for next in to {
                waiting.push((next as usize, state.clone(), does.clone()));
            }
        }
        ended
    }

    /// What a block does itself, and what helpers did that it called.
    fn done(&mut self, method: MethodNo, body: &Body) -> Does {
        let world = self.bodies.world;
        let Some(heard) = &mut self.heard else {
            return Does::default();
        };
        let mut does = std::mem::take(&mut heard.does);
        let heard = heard.clone();
        for call in &body.calls {
            let site = Some((method, call.at));
            let of = if world.class_of(call.receiver).is_some() {
                call.receiver
            } else {
                call.class
            };
            if ends(world, &heard.launchers, of, call.class, call.sig) {
                does.ends = does.ends.or(site);
            } else {
                does.opens |= opens(world, call.class, call.sig);
            }
        }
        for used in &body.uses {
            if let Member::Method(index) = used.member
                && self.has_role(index, Role::PermissionRequest)
            {
                does.asks = does.asks.or(Some((method, used.at)));
            }
        }
        // What is posted runs a little later.
        for handed in &body.handed {
            if let Some(class) = world.class_of(handed.of)
                && let Some(run) = world.named(class, b"run")
                && let Some(heard) = deeper(&heard)
            {
                for more in self.bodies.hear(run, &[], heard) {
                    does.and(&more);
                }
            }
        }
        does
    }

    fn has_role(&self, index: u32, role: Role) -> bool {
        let named = self.bodies.watched.method(self.file, index);
        named.iter().any(|named| {
            catalog::apis()
                .at(named.api)
                .is_some_and(|api| api.role == role)
        })
    }

    /// A call while an answer is followed: what it gives.
    pub(super) fn hear(
        &mut self,
        state: &mut State,
        insn: &Insn,
        call: &super::super::body::Call,
        arguments: &[Register],
        result: Register,
    ) -> Register {
        let Some(heard) = &self.heard else {
            return result;
        };
        let granted = heard.granted;
        let known = |value: Value| Register { value, ..result };
        let world = self.bodies.world;
        let name = world.name(call.sig);
        let value = |at: usize| arguments.get(at).map_or(Value::Unknown, |a| a.value);
        if self.has_role(insn.index.unwrap_or(NONE), Role::PermissionCheck) {
            let flag = world.types.text(world.result(call.sig)) == b"Z";
            return match name {
                b"shouldShowRequestPermissionRationale" => result,
                _ if flag => known(Value::Int(i64::from(granted))),
                _ => known(Value::Int(i64::from(granted) - 1)),
            };
        }
        match name {
            b"areAllPermissionsGranted" => return known(Value::Int(i64::from(granted))),
            b"areEqual" => {
                let equal = same(value(0), value(1));
                return equal.map_or(result, |equal| known(Value::Int(i64::from(equal))));
            }
            _ => {}
        }
        if let Some(found) = of_answers(state, insn, name, arguments, granted) {
            return known(found);
        }
        if is_button(name) {
            let button = self.button(arguments.get(2).or(arguments.last()));
            if let Some(heard) = &mut self.heard {
                heard.does.and(&button);
            }
            return result;
        }
        let Some(target) = self.target(call) else {
            return result;
        };
        let Some(deep) = self.heard.as_ref().and_then(deeper) else {
            return result;
        };
        let given: Vec<Value> = arguments
            .iter()
            .map(|argument| kept(argument.value))
            .collect();
        let paths = self.bodies.hear(target, &given, deep);
        let mut returned = paths.iter().map(|does| does.returned);
        let first = returned.next().flatten().map(kept);
        let all = first.filter(|first| returned.all(|other| other == Some(*first)));
        if let Some(heard) = &mut self.heard {
            for does in &paths {
                heard.does.and(does);
            }
        }
        all.filter(|value| *value != Value::Unknown)
            .map_or(result, known)
    }

    /// The method of the app that a call runs, if that is one.
    fn target(&self, call: &super::super::body::Call) -> Option<MethodNo> {
        use super::super::body::Dispatch;
        let world = self.bodies.world;
        if call.dispatch == Dispatch::Direct {
            return world.direct(call.class, call.sig);
        }
        let known = world.class_of(call.receiver);
        if call.exact {
            return known.and_then(|class| world.dispatch(class, call.sig));
        }
        let base = if known.is_some() {
            call.receiver
        } else {
            call.class
        };
        world.only(base, call.sig)
    }

    /// What a click on a button of a dialog does.
    fn button(&self, listener: Option<&Register>) -> Does {
        let goes_on = Does {
            goes_on: true,
            ..Does::default()
        };
        let world = self.bodies.world;
        let class = listener
            .filter(|listener| listener.exact)
            .and_then(|listener| world.class_of(listener.of));
        let click = class.and_then(|class| world.named(class, b"onClick"));
        let Some((click, heard)) = click.zip(self.heard.as_ref().and_then(deeper)) else {
            // No listener closes the dialog; one that is not known may do
            // anything.
            return goes_on;
        };
        let mut does = Does::default();
        for path in self.bodies.hear(click, &[], heard) {
            does.and(&path);
        }
        match does.ends {
            Some(end) => Does {
                exit_button: Some(end),
                ..Does::default()
            },
            None if does.opens || does.asks.is_some() => Does::default(),
            None => goes_on,
        }
    }

    /// The answer that stands in an array.
    pub(super) fn answer_in(&self, array: Value) -> Value {
        match &self.heard {
            Some(heard) if array == Value::Answers => Value::Int(i64::from(heard.granted) - 1),
            _ => Value::Unknown,
        }
    }

    /// An answer that is taken for a flag is one.
    pub(super) fn answer_as(&self, register: &mut Register, index: u32) {
        if let Some(heard) = &self.heard
            && register.value == Value::Answers
            && self.bodies.world.types.text(self.type_at(index)) == b"Ljava/lang/Boolean;"
        {
            register.value = Value::Int(i64::from(heard.granted));
        }
    }
}

/// The same answer for a method that is called, if that is not too deep.
fn deeper(heard: &Heard) -> Option<Heard> {
    Some(Heard {
        deep: heard.deep.checked_sub(1)?,
        does: Does::default(),
        ..heard.clone()
    })
}

/// A value that means the same in another method.
fn kept(value: Value) -> Value {
    match value {
        Value::Int(_)
        | Value::Class(_)
        | Value::ApiLevel
        | Value::Answers
        | Value::NoMoreAnswers => value,
        _ => Value::Unknown,
    }
}

fn is_button(name: &[u8]) -> bool {
    matches!(
        name,
        b"setPositiveButton" | b"setNegativeButton" | b"setNeutralButton"
    )
}

/// Whether a call ends the app: `of` is the class of the object.
fn ends(world: &World<'_>, launchers: &[Type], of: Type, class: Type, sig: u32) -> bool {
    match world.name(sig) {
        b"exit" | b"halt" => matches!(
            world.types.text(class),
            b"Ljava/lang/System;" | b"Ljava/lang/Runtime;"
        ),
        b"killProcess" => world.types.text(class) == b"Landroid/os/Process;",
        b"finishAffinity" | b"finishAndRemoveTask" => world.descriptor(sig) == b"()V",
        b"finish" => {
            world.descriptor(sig) == b"()V"
                && launchers
                    .iter()
                    .any(|launcher| world.is_below(*launcher, of))
        }
        _ => false,
    }
}

/// Whether a call shows something else.
fn opens(world: &World<'_>, class: Type, sig: u32) -> bool {
    let name = world.name(sig);
    match name {
        b"show" => {
            let class = world.types.text(class);
            !class.ends_with(b"/Toast;") && !class.ends_with(b"/Snackbar;")
        }
        b"setContentView" | b"navigate" => true,
        _ => name.starts_with(b"startActivity") || name.starts_with(b"commit"),
    }
}

/// A call on a collection of answers.
fn of_answers(
    state: &mut State,
    insn: &Insn,
    name: &[u8],
    arguments: &[Register],
    granted: bool,
) -> Option<Value> {
    let first = arguments.first()?.value;
    if first == Value::NoMoreAnswers && name == b"hasNext" {
        return Some(Value::Int(0));
    }
    if first != Value::Answers {
        return None;
    }
    Some(match name {
        b"hasNext" => {
            let register = insn.registers.get(0)?;
            let mut spent = state.get(register);
            spent.value = Value::NoMoreAnswers;
            state.set(register, spent);
            Value::Int(1)
        }
        b"booleanValue" => Value::Int(i64::from(granted)),
        b"containsValue" | b"contains" => match arguments.get(1)?.value {
            Value::Int(flag) => Value::Int(i64::from((flag != 0) == granted)),
            _ => return None,
        },
        b"size" => Value::Int(1),
        b"isEmpty" => Value::Int(0),
        b"iterator" | b"values" | b"entrySet" | b"get" | b"getOrDefault" | b"getValue"
        | b"next" => Value::Answers,
        _ => return None,
    })
}
