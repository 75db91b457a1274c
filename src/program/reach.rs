//! Which methods run, from where, and when.
//!
//! A class counts once code that runs makes an object of it (rapid type
//! analysis), or the system does; only then do calls on its supertypes run
//! its methods, and the system its callbacks. Levels are worked off one after
//! another, so that what is reached early is never explained by something
//! later; within a level the shortest path is found first.

mod dormant;
mod follow;
mod objects;
mod scripts;
mod slots;

use std::collections::{BTreeMap, VecDeque};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use dormant::Dormant;
use slots::{Inflow, Slots, Wait};

use super::body::{Bodies, Body, Brings, MOST_USES, Slot, Use};
use super::gates::{Gate, Guard, Source};
use super::names::NONE;
use super::roots::{Root, RootKind};
use super::world::{ClassNo, MethodNo, Sig, Type, World};

/// When something runs, from early to late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// While the process starts.
    Start,
    /// Until the first screen stands.
    FirstScreen,
    /// In one of these, if a condition holds that is not known.
    Perhaps,
    /// After an act of the user, or behind a consent gate.
    User,
    /// In other entries of the app.
    Other,
}

/// The levels, in order.
const LEVELS: [Level; 5] = [
    Level::Start,
    Level::FirstScreen,
    Level::Perhaps,
    Level::User,
    Level::Other,
];

/// How one thing leads to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// The system runs it: number of the root.
    Root(u32),
    /// A call that can run one method only.
    Call,
    /// A call that can run several: number of the pair in
    /// [`Reach::called`].
    Chosen(u32),
    /// The system calls it on an object that it was given there.
    Callback,
    /// The same, when something outside of the app happens.
    Event,
    /// The initialiser of a class that is first touched there.
    Initialiser,
    /// By name.
    Reflection,
    /// A component is started.
    Intent,
    /// A layout names it.
    Layout,
}

/// What may be meant at a place: the method of a call, or the object that the
/// platform is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Choice {
    Call,
    Hand,
}

/// How a method was reached first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached {
    pub level: Level,
    /// The method that leads here, [`NONE`] for a root.
    pub from: MethodNo,
    /// Code unit there.
    pub at: u32,
    pub edge: Edge,
    /// Number of the root at the start of the path.
    pub root: u32,
    /// Number in [`Reach::gates`] of the last condition on the path.
    pub gate: u32,
    /// A method between, which was given the object there, and the code unit
    /// where it calls it; [`NONE`] if there is none.
    pub by_way_of: (MethodNo, u32),
}

/// A member of the catalogue that is used where code runs.
#[derive(Clone, Debug)]
pub(super) struct ReachedUse {
    pub method: MethodNo,
    pub used: Use,
    pub level: Level,
    pub gate: u32,
}

/// A pair of class and signature that calls name.
#[derive(Debug)]
struct Called {
    sig: Sig,
    /// Only one method can be meant, so that its arguments are seen.
    one: bool,
    step: Step,
    /// The methods that it runs, each once; one more than are followed says
    /// that there are more.
    targets: Vec<MethodNo>,
}

/// Where a step starts from.
#[derive(Clone, Copy, Debug)]
struct Step {
    level: Level,
    from: MethodNo,
    at: u32,
    edge: Edge,
    root: u32,
    gate: u32,
    by_way_of: (MethodNo, u32),
}

/// A text that a method is called with, and by whom.
#[derive(Clone, Debug)]
pub(super) struct Given {
    parameter: u16,
    brings: Brings,
    pub from: MethodNo,
    /// Code unit of the call.
    pub at: u32,
    pub level: Level,
    pub gate: u32,
}

/// What a step leads to.
#[derive(Clone, Debug)]
enum What {
    Method(MethodNo),
    /// An object of a class.
    Object(ClassNo),
    /// The system makes an object of a component.
    Component(ClassNo),
    /// The platform has an object of a class, taken for a type.
    Taken(ClassNo, Type),
    /// The platform has objects of a type or below, taken for a type.
    Handed(Type, Type),
    Used(Box<Use>),
    /// A slot is asked for what it holds.
    Wait(Slot, Wait),
    /// Something comes into a slot.
    Into(Slot, Inflow),
    /// A method is called with a number or flag, if that is known.
    Argue(MethodNo, u16, Option<i64>),
    /// A parameter of a method is given a text.
    Give(MethodNo, u16, Box<Brings>),
}

/// What the library for background work calls.
const WORKER: &[u8] = b"Landroidx/work/ListenableWorker;";

/// What a condition holds back.
#[derive(Clone, Debug)]
struct Held {
    what: What,
    /// As far as the condition.
    step: Step,
    /// The number of the condition.
    gate: u32,
    /// Those of more conditions, which have to hold too.
    more: Vec<u32>,
}

/// Somebody set what a condition rests on, to a known value or not. One that
/// is known to hold is none any more; of an object that a field is `filled`
/// with it is not known whether that was before.
fn opened(step: Step, gate: u32, known: bool, filled: bool) -> Step {
    if known && filled {
        Step { gate, ..step }
    } else if known {
        step
    } else {
        Step {
            level: step.level.max(Level::Perhaps),
            gate,
            ..step
        }
    }
}

/// How often a call, a callback or a click is held against a class, over
/// all; the largest apps stay far below.
const MOST_LOOKS: usize = 1 << 22;

/// Code units of methods that are read before they are followed: the bodies
/// of so many stand in memory.
const UNITS_AT_ONCE: usize = 1 << 20;

/// More targets than this are not followed from one pair.
const MOST_TARGETS: usize = 60;

/// What runs.
#[derive(Debug)]
pub(super) struct Reach<'b, 'a> {
    bodies: &'b Bodies<'a>,
    /// Classes that files of the package name for an interface.
    services: &'b BTreeMap<String, Vec<String>>,
    /// Components that the manifest declares.
    components: FxHashMap<Type, bool>,
    /// Their classes, sorted.
    component_classes: Vec<ClassNo>,
    /// Methods that a click in some layout calls.
    clicked: FxHashSet<u32>,
    /// What is left of [`MOST_LOOKS`].
    looks: usize,
    /// Components by actions of their own, and whether they are screens.
    actions: FxHashMap<String, Vec<(Type, bool)>>,
    /// By method.
    reached: Vec<Option<Reached>>,
    pub uses: Vec<ReachedUse>,
    /// By class: an object of it was made, and the method that was first
    /// ([`NONE`] for the system).
    live: Vec<Option<MethodNo>>,
    /// By class: when the system makes an object of it.
    entered: Vec<Option<Level>>,
    /// By type: classes at or below it of which there are objects.
    live_below: FxHashMap<Type, Vec<ClassNo>>,
    /// What calls on a type run, and how many objects were asked for that.
    below: FxHashMap<(Type, Sig), (usize, Vec<MethodNo>)>,
    initialised: Vec<bool>,
    /// By type: the platform was given something of it, taken for a type.
    handed: FxHashMap<Type, Vec<(Type, Step)>>,
    /// Classes of which the platform has objects, and what it takes them
    /// for.
    taken: FxHashSet<(ClassNo, Type)>,
    pairs: FxHashMap<Type, Vec<u32>>,
    pair_of: FxHashMap<(Type, Sig), u32>,
    called: Vec<Called>,
    pub gates: Vec<Gate>,
    gate_numbers: FxHashMap<Gate, u32>,
    /// Texts that methods are called with.
    given: FxHashMap<MethodNo, Vec<Given>>,
    waiting: [VecDeque<(What, Step)>; LEVELS.len()],
    /// What waits for a field or a remembered value to be set.
    held: BTreeMap<Source, Vec<Held>>,
    /// What was set, and whether to something known.
    set: FxHashMap<Source, bool>,
    level: Level,
    /// Pairs with more targets than are followed.
    pub wide: u32,
    /// Methods whose values were not followed.
    pub too_large: u32,
    /// Uses that are not kept.
    pub left_out: u32,
    object: Type,
    /// Numbers of the roots that stand for scripts and for native code.
    script: u32,
    native: u32,
    /// What native code may call is looked at too.
    with_native: bool,
    slots: Slots,
    /// Methods of whose calls not all are seen.
    unseen: FxHashSet<MethodNo>,
    /// Numbers and flags that methods are called with; none if they differ.
    numbers: FxHashMap<(MethodNo, u16), Option<i64>>,
    /// Arguments that are known only as long as something is not set.
    rest_on: FxHashMap<Source, Vec<(MethodNo, u16)>>,
    /// The only methods that calls can run, by what they name.
    only: FxHashMap<(Type, Sig), Option<MethodNo>>,
    /// By method and code unit: the methods or classes that what a slot holds
    /// may mean there.
    choices: FxHashMap<(MethodNo, u32, Choice), Vec<u32>>,
    /// Parts of libraries that nobody has asked for yet.
    dormant: Dormant,
}

impl<'b, 'a> Reach<'b, 'a> {
    /// Follows everything from the roots.
    pub fn new(
        bodies: &'b Bodies<'a>,
        roots: &[Root],
        components: FxHashMap<Type, bool>,
        actions: FxHashMap<String, Vec<(Type, bool)>>,
        services: &'b BTreeMap<String, Vec<String>>,
    ) -> Self {
        let world = bodies.world;
        let mut reach = Self {
            bodies,
            services,
            component_classes: {
                let mut classes: Vec<ClassNo> = components
                    .keys()
                    .filter_map(|of| world.class_of(*of))
                    .collect();
                classes.sort_unstable();
                classes
            },
            components,
            clicked: FxHashSet::default(),
            looks: MOST_LOOKS,
            actions,
            reached: vec![None; world.methods.len()],
            uses: Vec::new(),
            live: vec![None; world.classes.len()],
            entered: vec![None; world.classes.len()],
            live_below: FxHashMap::default(),
            below: FxHashMap::default(),
            initialised: vec![false; world.classes.len()],
            handed: FxHashMap::default(),
            taken: FxHashSet::default(),
            pairs: FxHashMap::default(),
            pair_of: FxHashMap::default(),
            called: Vec::new(),
            gates: Vec::new(),
            gate_numbers: FxHashMap::default(),
            given: FxHashMap::default(),
            waiting: Default::default(),
            held: BTreeMap::new(),
            set: FxHashMap::default(),
            level: Level::Start,
            wide: 0,
            too_large: 0,
            left_out: 0,
            object: world.type_named(b"Ljava/lang/Object;").unwrap_or(NONE),
            script: number_of(roots, RootKind::Script),
            native: number_of(roots, RootKind::Native),
            with_native: false,
            slots: Slots::default(),
            unseen: FxHashSet::default(),
            numbers: FxHashMap::default(),
            rest_on: FxHashMap::default(),
            only: FxHashMap::default(),
            choices: FxHashMap::default(),
            dormant: Dormant::new(world),
        };
        for (number, root) in (0..).zip(roots) {
            let step = Step {
                level: root.level,
                from: NONE,
                at: 0,
                edge: Edge::Root(number),
                root: number,
                gate: NONE,
                by_way_of: (NONE, 0),
            };
            reach.enter(root, step);
        }
        for level in LEVELS {
            reach.level = level;
            if level == Level::User {
                reach.release_all();
            }
            reach.work_off(level);
            if level == Level::Other {
                reach.open_empty();
                reach.work_off(level);
                reach.native_code();
                reach.work_off(level);
            }
        }
        reach
    }

    /// How a method was reached.
    pub fn of(&self, method: MethodNo) -> Option<&Reached> {
        self.reached.get(method as usize)?.as_ref()
    }

    /// The method that makes an object of a class, as far as one does.
    pub fn maker(&self, class: ClassNo) -> Option<MethodNo> {
        let maker = self.live.get(class as usize).copied().flatten();
        maker.filter(|maker| *maker != NONE)
    }

    /// How many methods a step may run, of which it runs one.
    pub fn targets(&self, step: &Reached) -> usize {
        let held = |kind: Choice| {
            let among = self.choices.get(&(step.from, step.at, kind));
            among.map_or(1, Vec::len)
        };
        match step.edge {
            Edge::Chosen(pair) => {
                let called = self.called.get(pair as usize);
                called.map_or(1, |called| called.targets.len())
            }
            Edge::Call => held(Choice::Call),
            Edge::Callback | Edge::Event => held(Choice::Hand),
            _ => 1,
        }
    }

    /// Notes that one place may mean a method, or an object, among others.
    fn choice(&mut self, step: Step, kind: Choice, one: u32) {
        let among = self.choices.entry((step.from, step.at, kind)).or_default();
        if among.len() <= MOST_TARGETS && !among.contains(&one) {
            among.push(one);
        }
    }

    /// Number of methods reached, by level.
    pub fn counts(&self) -> [u32; LEVELS.len()] {
        let mut counts = [0; LEVELS.len()];
        for reached in self.reached.iter().flatten() {
            if let Some(count) = counts.get_mut(reached.level as usize) {
                *count += 1;
            }
        }
        counts
    }

    /// Number of methods at which a way begins with a caller of this kind
    /// outside of the classes.
    pub fn entered_by(&self, kind: RootKind) -> u32 {
        let number = match kind {
            RootKind::Script => self.script,
            _ => self.native,
        };
        let reached = self.reached.iter().flatten();
        let entered = reached.filter(|reached| reached.edge == Edge::Root(number));
        u32::try_from(entered.count()).unwrap_or(u32::MAX)
    }

    /// The texts that a parameter of a method is given where it is called,
    /// through other methods too, and where the text comes from.
    pub fn given(&self, method: MethodNo, parameter: u16) -> Vec<(&str, Given)> {
        const MOST_LOOKED_AT: usize = 256;
        let mut texts = Vec::new();
        let mut seen = FxHashSet::default();
        let mut waiting = vec![(method, parameter, Level::Start)];
        while let Some((method, parameter, level)) = waiting.pop() {
            if seen.len() >= MOST_LOOKED_AT || !seen.insert((method, parameter)) {
                continue;
            }
            let given = self.given.get(&method).into_iter().flatten();
            for given in given.filter(|given| given.parameter == parameter) {
                let level = level.max(given.level);
                match &given.brings {
                    Brings::Text(text) => {
                        let level = Given {
                            level,
                            ..given.clone()
                        };
                        texts.push((text.as_str(), level));
                    }
                    Brings::Parameter(number) => waiting.push((given.from, *number, level)),
                }
            }
        }
        texts
    }

    /// A parameter of a method is given a text.
    fn bring(&mut self, target: MethodNo, parameter: u16, brings: Brings, step: Step) {
        const MOST: usize = 64;
        let given = self.given.entry(target).or_default();
        let same = |one: &Given| {
            one.parameter == parameter && one.brings == brings && one.from == step.from
        };
        if given.len() < MOST && !given.iter().any(same) {
            given.push(Given {
                parameter,
                brings,
                from: step.from,
                at: step.at,
                level: step.level,
                gate: step.gate,
            });
        }
    }

    fn world(&self) -> &'b World<'a> {
        self.bodies.world
    }

    /// The system makes the object of a root, and calls the methods of it
    /// that are named.
    fn enter(&mut self, root: &Root, step: Step) {
        let world = self.world();
        let Some(class) = world.class_of(root.of) else {
            return;
        };
        self.component(class, step);
        for name in root.methods {
            if let Some(name) = world.names.get(name.as_bytes()) {
                self.named(class, name, step);
            }
        }
    }

    /// The system makes an object, and calls what it has for it.
    fn component(&mut self, class: ClassNo, step: Step) {
        let world = self.world();
        self.put(What::Object(class), step);
        self.constructor(class, step);
        let platform = world.line(class).last().and_then(|last| world.class(last));
        if let Some(taken_for) = platform.map(|class| class.superclass) {
            self.put(What::Taken(class, taken_for), step);
        }
    }

    /// All constructors: the system needs one of them.
    fn constructor(&mut self, class: ClassNo, step: Step) {
        let world = self.world();
        if let Some(name) = world.names.get(b"<init>") {
            for method in world.own_named(class, name) {
                self.put(What::Method(method), step);
            }
        }
        self.initialise(class, step);
    }

    /// Every method of this name that an object of the class has.
    fn named(&mut self, class: ClassNo, name: u32, step: Step) {
        let world = self.world();
        for above in world.line(class) {
            for method in world.own_named(above, name) {
                let sig = world.method(method).map_or(NONE, |method| method.sig);
                let runs = world.dispatch(class, sig).unwrap_or(method);
                self.put(What::Method(runs), step);
            }
        }
    }

    /// The only method that a call can run, if there is only one.
    fn only(&mut self, base: Type, sig: Sig) -> Option<MethodNo> {
        let world = self.world();
        let only = self.only.entry((base, sig));
        *only.or_insert_with(|| world.only(base, sig))
    }

    fn put(&mut self, what: What, step: Step) {
        if let What::Method(method) = what {
            if !matches!(step.edge, Edge::Call | Edge::Chosen(_)) {
                self.call_unseen(method, step);
            }
            if self.of(method).is_some() || self.dormant.keeps(method, step) {
                return;
            }
        }
        let level = step.level.max(self.level);
        if let What::Component(class) = what {
            // Once is enough, the earliest time.
            match self.entered.get_mut(class as usize) {
                Some(known) if known.is_none_or(|known| level < known) => *known = Some(level),
                _ => return,
            }
        }
        if let Some(waiting) = self.waiting.get_mut(level as usize) {
            waiting.push_back((what, step));
        }
    }

    /// The same, unless a condition holds it back.
    fn put_guarded(&mut self, what: What, step: Step, guard: Guard, body: &Body) {
        // One about consent is passed last, so that it is the one that is
        // told.
        let conditions = guard.gates(&body.gates);
        let consent = conditions.clone().filter(|gate| gate.consent);
        let others = conditions.filter(|gate| !gate.consent);
        let gates = consent.chain(others).map(|gate| self.gate(gate)).collect();
        self.put_behind(what, step, gates);
    }

    /// The same, unless one of these conditions does, the last one first.
    fn put_behind(&mut self, what: What, mut step: Step, mut gates: Vec<u32>) {
        while let Some(gate) = gates.pop() {
            let Some(of) = self.gates.get(gate as usize) else {
                continue;
            };
            // Whoever sets what it rests on opens it, if that can be seen.
            let seen = match &of.source {
                Source::Field(_) | Source::Argument(..) => true,
                Source::Key(Some(key)) => self.bodies.put.contains(&**key),
                Source::Key(None)
                | Source::KeyOf(_)
                | Source::Opened
                | Source::Permission(_)
                | Source::Installed(_) => false,
            };
            if seen && self.level < Level::User {
                let Some(known) = self.set.get(&of.source) else {
                    let waiting = self.held.entry(of.source.clone()).or_default();
                    let more = gates;
                    waiting.push(Held {
                        what,
                        step,
                        gate,
                        more,
                    });
                    return;
                };
                step = opened(step, gate, *known, self.fills(&of.source));
                continue;
            }
            let level = if of.consent || seen {
                Level::User
            } else {
                Level::Perhaps
            };
            step.level = step.level.max(level);
            step.gate = gate;
        }
        self.put(what, step);
    }

    /// Whether a condition asks if a field of an object is filled.
    fn fills(&self, source: &Source) -> bool {
        matches!(source, Source::Field(field) if self.bodies.starts_null(*field, 1))
    }

    fn gate(&mut self, gate: &Gate) -> u32 {
        if let Some(known) = self.gate_numbers.get(gate) {
            return *known;
        }
        let number = u32::try_from(self.gates.len()).unwrap_or(NONE);
        self.gates.push(gate.clone());
        self.gate_numbers.insert(gate.clone(), number);
        number
    }

    /// Spends on holding something against so many classes; fewer if there
    /// is no more left.
    fn spend(&mut self, classes: usize) -> usize {
        let now = classes.min(self.looks);
        self.looks -= now;
        self.wide += u32::from(now < classes);
        now
    }

    /// Before the user acts nobody writes these any more.
    fn release_all(&mut self) {
        let held = std::mem::take(&mut self.held);
        for held in held.into_values().flatten() {
            let about_consent = |gate: &u32| {
                let gate = self.gates.get(*gate as usize);
                gate.is_some_and(|gate| gate.consent)
            };
            let told = held.more.iter().copied().find(about_consent);
            let step = Step {
                level: held.step.level.max(Level::User),
                gate: told.unwrap_or(held.gate),
                ..held.step
            };
            self.put(held.what, step);
        }
    }

    fn work_off(&mut self, level: Level) {
        loop {
            let Some(waiting) = self.waiting.get_mut(level as usize) else {
                return;
            };
            let wave: Vec<_> = std::mem::take(waiting).into();
            if wave.is_empty() {
                return;
            }
            let mut methods = Vec::new();
            let mut rest = Vec::new();
            for (what, step) in wave {
                let step = Step {
                    level: step.level.max(level),
                    ..step
                };
                match what {
                    What::Method(method) => {
                        if self.mark(method, step) {
                            methods.push(method);
                        }
                    }
                    _ => rest.push((what, step)),
                }
            }
            for (what, step) in rest {
                match what {
                    What::Object(class) => self.object(class, step),
                    What::Component(class) => self.component(class, step),
                    What::Taken(class, taken_for) => self.take(class, taken_for, step),
                    What::Handed(of, taken_for) => self.hand(of, taken_for, step),
                    What::Used(_) if self.uses.len() >= MOST_USES => {
                        self.left_out = self.left_out.saturating_add(1);
                    }
                    What::Used(used) => self.uses.push(ReachedUse {
                        method: step.from,
                        used: *used,
                        level: step.level,
                        gate: step.gate,
                    }),
                    What::Wait(slot, wait) => self.wait(slot, wait, step),
                    What::Into(slot, inflow) => self.flow_in(slot, inflow, step),
                    What::Argue(method, parameter, value) => {
                        self.argue(method, parameter, value);
                    }
                    What::Give(method, parameter, brings) => {
                        self.bring(method, parameter, *brings, step);
                    }
                    What::Method(_) => {}
                }
            }
            let mut methods = methods.as_slice();
            while !methods.is_empty() {
                let mut units = 0_usize;
                let now = methods.iter().take_while(|method| {
                    let before = units;
                    units = units.saturating_add(self.units(**method));
                    before < UNITS_AT_ONCE
                });
                let (now, later) = methods.split_at(now.count());
                // The order of the results is that of the methods.
                let bodies: Vec<Body> = now
                    .par_iter()
                    .with_min_len(8)
                    .map(|method| self.bodies.read_with(*method, &self.numbers_of(*method)))
                    .collect();
                for (method, body) in now.iter().zip(bodies) {
                    self.follow(*method, &body);
                }
                methods = later;
            }
        }
    }

    /// Code units of a method.
    fn units(&self, method: MethodNo) -> usize {
        let method = self.world().method(method);
        let code = method.and_then(|method| self.world().code(method));
        code.map_or(0, |code| code.units.len())
    }

    /// Notes that a method runs; false if that was known.
    fn mark(&mut self, method: MethodNo, step: Step) -> bool {
        let Some(slot @ None) = self.reached.get_mut(method as usize) else {
            return false;
        };
        *slot = Some(Reached {
            level: step.level,
            from: step.from,
            at: step.at,
            edge: step.edge,
            root: step.root,
            gate: step.gate,
            by_way_of: step.by_way_of,
        });
        for (method, step) in self.dormant.wake(method) {
            self.put(What::Method(method), step);
        }
        true
    }
}

/// Number of the root that stands for all callers of a kind.
fn number_of(roots: &[Root], kind: RootKind) -> u32 {
    let mut roots = (0..).zip(roots);
    let found = roots.find(|(_, root)| root.stands_for(kind));
    found.map_or(NONE, |(number, _)| number)
}
