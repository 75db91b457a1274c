//! Which objects a parameter or a field holds: a call on it runs the methods
//! of these only, and the platform, if it is given it, calls only these.
//!
//! A parameter is followed as long as all calls of its method are seen as
//! calls of that one method; a field takes what methods that run store in
//! it. If something comes in that is not known, everything that lives may be
//! meant, as for any other value.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::super::body::{Body, Passed, Slot};
use super::super::gates::{Guard, Source};
use super::super::names::NONE;
use super::super::world::{MethodNo, Sig, Type};
use super::{Choice, Edge, Reach, Step, What};

/// What a slot is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wait {
    /// A method is called on what it holds, known to be of a type.
    Call(Type, Sig, Site),
    /// The platform is given it, known to be of one type, taken for another.
    Hand(Type, Type),
}

/// A call: method and code unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site(MethodNo, u32);

impl Site {
    pub fn new(method: MethodNo, at: u32) -> Self {
        Self(method, at)
    }

    pub fn argument(self, parameter: u16) -> Slot {
        Slot::Site(self.0, self.1, parameter)
    }
}

/// What comes into a slot.
#[derive(Clone, Copy, Debug)]
pub(super) enum Inflow {
    /// An object of exactly this class.
    Class(Type),
    /// What another slot holds.
    From(Slot),
    /// Something that is not known.
    Any,
}

/// What is known of one slot.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// Classes, and where an argument of that class was passed.
    classes: Vec<(Type, Option<Step>)>,
    any: bool,
    waits: Vec<(Wait, Step)>,
    to: Vec<(Slot, Step)>,
}

/// All slots that something was asked of, or came into.
pub(super) type Slots = FxHashMap<Slot, Content>;

/// A slot with more classes takes anything, and so does one that is filled
/// from a slot which goes to more slots.
const MOST_CLASSES: usize = 64;
const MOST_SLOTS: usize = 1024;

impl Reach<'_, '_> {
    /// What a method stores in fields, and passes on to one that it calls.
    pub(super) fn flows(&mut self, body: &Body, step: &impl Fn(u32, Edge) -> Step) {
        for stored in &body.stored {
            let inflow = inflow(stored.value);
            if let Some(inflow) = inflow {
                let what = What::Into(Slot::Field(stored.field), inflow);
                self.put_guarded(what, step(stored.at, Edge::Call), stored.guard, body);
            }
        }
    }

    /// The arguments of a call whose only target is known.
    pub(super) fn pass(&mut self, target: MethodNo, at: u32, body: &Body, step: Step) {
        let first = body.passed.partition_point(|passed| passed.at < at);
        let passed = body.passed.iter().skip(first);
        let mut this = false;
        for passed in passed.take_while(|passed| passed.at == at) {
            this |= passed.parameter == 0;
            if let Some(inflow) = inflow(passed.value) {
                let what = What::Into(Slot::Param(target, passed.parameter), inflow);
                self.put_guarded(what, step, passed.guard, body);
            }
        }
        if !this && self.follows_this(target) {
            self.put(What::Into(Slot::Param(target, 0), Inflow::Any), step);
        }
        let first = body.numbers.partition_point(|(number, ..)| *number < at);
        let numbers = body.numbers.iter().skip(first);
        for (_, parameter, value, guard) in numbers.take_while(|(number, ..)| *number == at) {
            // What it rests on may be set already, or be set later: then it
            // is perhaps another.
            for gate in body.gates.iter().filter(|_| value.is_some()) {
                if self.set.contains_key(&gate.source) {
                    self.open(Source::Argument(target, *parameter), false);
                } else {
                    let rest = self.rest_on.entry(gate.source.clone()).or_default();
                    rest.push((target, *parameter));
                }
            }
            if *guard == Guard::NONE {
                self.argue(target, *parameter, *value);
            } else {
                let what = What::Argue(target, *parameter, *value);
                self.put_guarded(what, step, *guard, body);
            }
        }
    }

    /// The arguments of a call of which it is not yet known what it runs.
    pub(super) fn keep_arguments(&mut self, site: Site, body: &Body, step: Step) {
        let first = body.passed.partition_point(|passed| passed.at < site.1);
        let passed = body.passed.iter().skip(first);
        for passed in passed.take_while(|passed| passed.at == site.1) {
            if let Some(inflow) = inflow(passed.value) {
                self.flow_in(site.argument(passed.parameter), inflow, step);
            }
        }
    }

    /// A method takes its arguments from slots. The numbers among them are
    /// not followed.
    pub(super) fn link(
        &mut self,
        target: MethodNo,
        this: Inflow,
        from: impl Fn(u16) -> Slot,
        step: Step,
    ) {
        let world = self.world();
        let Some(known) = world.method(target) else {
            return;
        };
        let skip = u16::from(!known.is_static());
        if self.follows_this(target) {
            self.flow_in(Slot::Param(target, 0), this, step);
        }
        for (number, (of, _)) in (skip..).zip(world.parameters(known.sig)) {
            if matches!(world.types.text(*of), b"Z" | b"I") {
                self.argue(target, number, None);
            }
        }
        for parameter in self.followed(known.sig) {
            let inflow = Inflow::From(from(parameter));
            self.flow_in(Slot::Param(target, parameter), inflow, step);
        }
    }

    /// Whether the object of a method is followed.
    fn follows_this(&self, method: MethodNo) -> bool {
        let method = self.world().method(method);
        let class = method.filter(|method| !method.is_static());
        let class = class.and_then(|method| self.world().class(method.class));
        class.is_some_and(|class| self.bodies.started.get(class.of as usize) == Some(&true))
    }

    /// The parameters of a method of an object that are followed.
    pub(super) fn followed(&self, sig: Sig) -> Vec<u16> {
        let followed = |of: Type| self.bodies.followed.get(of as usize) == Some(&true);
        let parameters = (1..).zip(self.world().parameters(sig));
        let followed = parameters.filter(|(_, (of, _))| followed(*of));
        followed.map(|(number, _)| number).collect()
    }

    /// A method is called with a number or flag.
    pub(super) fn argue(&mut self, method: MethodNo, parameter: u16, value: Option<i64>) {
        let unseen = self.unseen.contains(&method);
        let value = value.filter(|_| !unseen);
        match self.numbers.entry((method, parameter)) {
            Entry::Vacant(number) => {
                number.insert(value);
            }
            Entry::Occupied(number) => {
                if *number.get() != value && self.forget(method, parameter) {
                    self.open(Source::Argument(method, parameter), value.is_some());
                }
            }
        }
    }

    /// A number that a method is called with is not known any more; false if
    /// it was not.
    fn forget(&mut self, method: MethodNo, parameter: u16) -> bool {
        let number = self.numbers.get_mut(&(method, parameter));
        number.and_then(Option::take).is_some()
    }

    /// The numbers and flags that a method was called with up to now.
    pub(super) fn numbers_of(&self, method: MethodNo) -> Vec<(u16, i64)> {
        const MOST: u16 = 16;
        let number = |parameter| {
            let number = self.numbers.get(&(method, parameter))?;
            Some((parameter, (*number)?))
        };
        (0..MOST).filter_map(number).collect()
    }

    /// A slot is asked for what it holds.
    pub(super) fn wait(&mut self, slot: Slot, wait: Wait, step: Step) {
        if self.is_open(slot) {
            self.broad(wait, step);
            return;
        }
        let content = self.slots.entry(slot).or_default();
        content.waits.push((wait, step));
        if content.any {
            self.broad(wait, step);
            return;
        }
        for (class, origin) in content.classes.clone() {
            self.fire(wait, step, class, origin);
        }
    }

    /// Something comes into a slot.
    pub(super) fn flow_in(&mut self, slot: Slot, inflow: Inflow, step: Step) {
        // Where an argument is passed matters; when a field is set does not.
        let mut waiting = vec![(slot, inflow, Some(step))];
        while let Some((slot, inflow, origin)) = waiting.pop() {
            let origin = origin.filter(|_| !matches!(slot, Slot::Field(_)));
            match inflow {
                Inflow::From(source) => {
                    let open = self.is_open(source);
                    let content = self.slots.entry(source).or_default();
                    if content.to.len() > MOST_SLOTS {
                        waiting.push((slot, Inflow::Any, None));
                        continue;
                    }
                    if content.to.iter().any(|(to, _)| *to == slot) {
                        continue;
                    }
                    content.to.push((slot, step));
                    if content.any || open {
                        waiting.push((slot, Inflow::Any, None));
                    }
                    for (class, passed) in &content.classes {
                        let origin = passed.or(origin);
                        waiting.push((slot, Inflow::Class(*class), origin));
                    }
                }
                Inflow::Class(class) => {
                    let content = self.slots.entry(slot).or_default();
                    if content.any || content.classes.iter().any(|(known, _)| *known == class) {
                        continue;
                    }
                    if content.classes.len() >= MOST_CLASSES {
                        waiting.push((slot, Inflow::Any, None));
                        continue;
                    }
                    content.classes.push((class, origin));
                    for (to, step) in &content.to {
                        waiting.push((*to, Inflow::Class(class), origin.or(Some(*step))));
                    }
                    for (wait, step) in content.waits.clone() {
                        self.fire(wait, step, class, origin);
                    }
                }
                Inflow::Any => {
                    let content = self.slots.entry(slot).or_default();
                    if std::mem::replace(&mut content.any, true) {
                        continue;
                    }
                    waiting.extend(content.to.iter().map(|(to, _)| (*to, Inflow::Any, None)));
                    for (wait, step) in std::mem::take(&mut content.waits) {
                        self.broad(wait, step);
                    }
                }
            }
        }
    }

    /// Somebody calls a method of whom the arguments are not seen.
    pub(super) fn call_unseen(&mut self, method: MethodNo, step: Step) {
        let world = self.world();
        let Some(known) = world.method(method) else {
            return;
        };
        if !self.unseen.insert(method) {
            return;
        }
        let parameters = world.parameters(known.sig).len() + usize::from(!known.is_static());
        for number in 0..u16::try_from(parameters).unwrap_or(u16::MAX) {
            if self.numbers.contains_key(&(method, number)) {
                self.argue(method, number, None);
            }
            let slot = Slot::Param(method, number);
            if self.slots.contains_key(&slot) && self.is_open(slot) {
                self.flow_in(slot, Inflow::Any, step);
            }
        }
    }

    /// Whether anything may come into a slot, because somebody who is not
    /// seen calls its method. A task that the platform gives is its own or
    /// one that it was given, which it runs anyway.
    fn is_open(&self, slot: Slot) -> bool {
        const TASKS: [&[u8]; 4] = [
            b"Ljava/lang/Runnable;",
            b"Ljava/util/concurrent/Callable;",
            b"Ljava/util/concurrent/FutureTask;",
            b"Ljava/util/concurrent/RunnableFuture;",
        ];
        let Slot::Param(method, number) = slot else {
            return false;
        };
        if !self.unseen.contains(&method) {
            return false;
        }
        let world = self.world();
        let of = world.method(method).and_then(|method| {
            let number = number.checked_sub(u16::from(!method.is_static()))?;
            world.parameters(method.sig).get(usize::from(number))
        });
        !of.is_some_and(|(of, _)| TASKS.contains(&world.types.text(*of)))
    }

    /// Fields into which nothing was ever put may be filled in a way that is
    /// not seen.
    pub(super) fn open_empty(&mut self) {
        let empty = |content: &Content| content.classes.is_empty() && !content.any;
        let mut fields: Vec<(Slot, Step)> = self
            .slots
            .iter()
            .filter(|(slot, content)| matches!(slot, Slot::Field(_)) && empty(content))
            .filter_map(|(slot, content)| Some((*slot, content.waits.first()?.1)))
            .collect();
        fields.sort_unstable_by_key(|(slot, _)| *slot);
        for (field, step) in fields {
            self.flow_in(field, Inflow::Any, step);
        }
    }

    /// An object of a class is there where it was waited for.
    fn fire(&mut self, wait: Wait, step: Step, class: Type, origin: Option<Step>) {
        let world = self.world();
        let this = Inflow::Class(class);
        let Some(class) = world.class_of(class) else {
            return;
        };
        let step = match origin {
            // The way goes by who passed it, through whoever asks for it.
            Some(origin) => Step {
                level: origin.level.max(step.level),
                gate: if step.gate == NONE {
                    origin.gate
                } else {
                    step.gate
                },
                by_way_of: (step.from, step.at),
                ..origin
            },
            None => step,
        };
        let step = Step {
            level: step.level.max(self.level),
            ..step
        };
        match wait {
            Wait::Call(_, sig, site) => {
                if let Some(target) = world.dispatch(class, sig) {
                    self.link(target, this, |parameter| site.argument(parameter), step);
                    self.choice(step, Choice::Call, target);
                    let edge = Edge::Call;
                    self.put(What::Method(target), Step { edge, ..step });
                }
            }
            Wait::Hand(_, taken_for) => {
                self.choice(step, Choice::Hand, class);
                let edge = Edge::Callback;
                self.put(What::Taken(class, taken_for), Step { edge, ..step });
            }
        }
    }

    /// Any object that lives may be meant.
    fn broad(&mut self, wait: Wait, step: Step) {
        let step = Step {
            level: step.level.max(self.level),
            ..step
        };
        match wait {
            Wait::Call(base, sig, site) => self.call(base, sig, site, step),
            Wait::Hand(of, taken_for) => self.put(What::Handed(of, taken_for), step),
        }
    }
}

fn inflow(value: Passed) -> Option<Inflow> {
    match value {
        Passed::Null => None,
        Passed::Exact(class) if class == NONE => Some(Inflow::Any),
        Passed::Exact(class) => Some(Inflow::Class(class)),
        Passed::From(slot) => Some(Inflow::From(slot)),
        Passed::Unknown => Some(Inflow::Any),
    }
}
