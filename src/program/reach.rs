//! Which methods run, from where, and when.
//!
//! A class counts once code that runs makes an object of it (rapid type
//! analysis), or the system does; only then do calls on its supertypes run
//! its methods, and the system its callbacks. Levels are worked off one after
//! another, so that what is reached early is never explained by something
//! later; within a level the shortest path is found first.

use std::collections::{BTreeMap, VecDeque};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::body::{Bodies, Body, Call, Dispatch, Use};
use super::gates::{Gate, Guard, Source};
use super::names::NONE;
use super::roots::Root;
use super::summary::Known;
use super::value::Value;
use super::world::{ClassNo, FieldRef, MethodNo, Sig, Type, World};
use crate::catalog::When;

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
    step: Step,
    /// How many methods it runs.
    targets: u32,
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
}

/// What the library for background work calls.
const WORKER: &[u8] = b"Landroidx/work/ListenableWorker;";

/// When something runs that was opened by a value.
const fn opened(known: bool) -> Level {
    if known { Level::Start } else { Level::Perhaps }
}

/// Classes that one call is held against, and calls that one class is held
/// against; the largest apps stay far below.
const MOST_CLASSES: usize = 8192;
const MOST_PAIRS: usize = 16_384;

/// More targets than this are not followed from one pair.
const MOST_TARGETS: u32 = 60;

/// What runs.
#[derive(Debug)]
pub(super) struct Reach<'b, 'a> {
    bodies: &'b Bodies<'a>,
    /// Classes that files of the package name for an interface.
    services: &'b BTreeMap<String, Vec<String>>,
    /// Components that the manifest declares.
    components: FxHashMap<Type, bool>,
    /// Components by actions of their own, and whether they are screens.
    actions: FxHashMap<String, Vec<(Type, bool)>>,
    /// By method.
    reached: Vec<Option<Reached>>,
    pub uses: Vec<ReachedUse>,
    /// By class: an object of it was made.
    live: Vec<bool>,
    /// By type: classes at or below it of which there are objects.
    live_below: FxHashMap<Type, Vec<ClassNo>>,
    initialised: Vec<bool>,
    /// By type: the platform was given something of it, taken for a type.
    handed: FxHashMap<Type, Vec<(Type, Step)>>,
    /// Classes of which the platform has objects, and what it takes them
    /// for.
    taken: FxHashSet<(ClassNo, Type)>,
    pairs: FxHashMap<Type, Vec<u32>>,
    pair_of: FxHashSet<(Type, Sig)>,
    called: Vec<Called>,
    pub gates: Vec<Gate>,
    /// Texts that a method is called with: parameter and text.
    given: FxHashMap<MethodNo, Vec<(u16, String)>>,
    waiting: [VecDeque<(What, Step)>; LEVELS.len()],
    /// What waits for a field or a remembered value to be set.
    held: BTreeMap<Source, Vec<(What, Step)>>,
    /// What was set, and whether to something known.
    set: FxHashMap<Source, bool>,
    level: Level,
    /// Pairs with more targets than are followed.
    pub wide: u32,
    /// Methods whose values were not followed.
    pub too_large: u32,
    object: Type,
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
            components,
            actions,
            reached: vec![None; world.methods.len()],
            uses: Vec::new(),
            live: vec![false; world.classes.len()],
            live_below: FxHashMap::default(),
            initialised: vec![false; world.classes.len()],
            handed: FxHashMap::default(),
            taken: FxHashSet::default(),
            pairs: FxHashMap::default(),
            pair_of: FxHashSet::default(),
            called: Vec::new(),
            gates: Vec::new(),
            given: FxHashMap::default(),
            waiting: Default::default(),
            held: BTreeMap::new(),
            set: FxHashMap::default(),
            level: Level::Start,
            wide: 0,
            too_large: 0,
            object: world.type_named(b"Ljava/lang/Object;").unwrap_or(NONE),
        };
        for (number, root) in (0..).zip(roots) {
            let step = Step {
                level: root.level,
                from: NONE,
                at: 0,
                edge: Edge::Root(number),
                root: number,
                gate: NONE,
            };
            reach.enter(root, step);
        }
        for level in LEVELS {
            reach.level = level;
            if level == Level::User {
                reach.release_all();
            }
            reach.work_off(level);
        }
        reach
    }

    /// How a method was reached.
    pub fn of(&self, method: MethodNo) -> Option<&Reached> {
        self.reached.get(method as usize)?.as_ref()
    }

    /// How many methods a choice runs.
    pub fn targets(&self, edge: Edge) -> u32 {
        match edge {
            Edge::Chosen(pair) => self.called.get(pair as usize).map_or(1, |c| c.targets),
            _ => 1,
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

    /// The texts that a parameter of a method is given where it is called.
    pub fn given(&self, method: MethodNo, parameter: u16) -> impl Iterator<Item = &str> {
        let given = self.given.get(&method).into_iter().flatten();
        given
            .filter(move |(number, _)| *number == parameter)
            .map(|(_, text)| text.as_str())
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

    fn put(&mut self, what: What, step: Step) {
        if let What::Method(method) = what
            && self.of(method).is_some()
        {
            return;
        }
        if let Some(waiting) = self.waiting.get_mut(step.level.max(self.level) as usize) {
            waiting.push_back((what, step));
        }
    }

    /// The same, unless a condition holds it back.
    fn put_guarded(&mut self, what: What, mut step: Step, guard: Guard, body: &Body) {
        let (at, consent) = match guard {
            Guard::None => {
                self.put(what, step);
                return;
            }
            Guard::Perhaps(at) => (at, false),
            Guard::Consent(at) => (at, true),
        };
        let Some(gate) = body.gates.get(usize::from(at)) else {
            self.put(what, step);
            return;
        };
        step.gate = self.gate(gate);
        // Whoever sets what it rests on opens it, if that can be seen.
        let seen = match &gate.source {
            Source::Field(_) => true,
            Source::Key(Some(key)) => self.bodies.put.contains(&**key),
            Source::Key(None) | Source::KeyOf(_) => false,
        };
        if seen && self.level < Level::User {
            if let Some(known) = self.set.get(&gate.source) {
                step.level = step.level.max(opened(*known));
                self.put(what, step);
            } else {
                let held = self.held.entry(gate.source.clone()).or_default();
                held.push((what, step));
            }
            return;
        }
        let level = if consent || seen {
            Level::User
        } else {
            Level::Perhaps
        };
        step.level = step.level.max(level);
        self.put(what, step);
    }

    fn gate(&mut self, gate: &Gate) -> u32 {
        let at = self.gates.iter().position(|known| known == gate);
        let at = at.unwrap_or_else(|| {
            self.gates.push(gate.clone());
            self.gates.len() - 1
        });
        u32::try_from(at).unwrap_or(NONE)
    }

    /// Before the user acts nobody writes these any more.
    fn release_all(&mut self) {
        let held = std::mem::take(&mut self.held);
        for (what, mut step) in held.into_values().flatten() {
            step.level = step.level.max(Level::User);
            self.put(what, step);
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
            // The order of the results is that of the methods.
            let bodies: Vec<Body> = methods
                .par_iter()
                .with_min_len(8)
                .map(|method| self.bodies.read(*method))
                .collect();
            for (what, step) in rest {
                match what {
                    What::Object(class) => self.object(class, step),
                    What::Component(class) => self.component(class, step),
                    What::Taken(class, taken_for) => self.take(class, taken_for, step),
                    What::Handed(of, taken_for) => self.hand(of, taken_for, step),
                    What::Used(used) => self.uses.push(ReachedUse {
                        method: step.from,
                        used: *used,
                        level: step.level,
                        gate: step.gate,
                    }),
                    What::Method(_) => {}
                }
            }
            for (method, body) in methods.into_iter().zip(bodies) {
                self.follow(method, &body);
            }
        }
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
        });
        true
    }

    /// Everything that the body of a method leads to.
    fn follow(&mut self, method: MethodNo, body: &Body) {
        let Some(reached) = self.of(method).copied() else {
            return;
        };
        let world = self.world();
        self.too_large += u32::from(body.too_large);
        let step = |at: u32, edge: Edge| Step {
            level: reached.level,
            from: method,
            at,
            edge,
            root: reached.root,
            gate: reached.gate,
        };
        for call in &body.calls {
            if call.gives_texts {
                self.give(call, body);
            }
            if call.dispatch == Dispatch::Direct {
                if let Some(target) = world.direct(call.class, call.sig) {
                    let step = step(call.at, Edge::Call);
                    self.put_guarded(What::Method(target), step, call.guard, body);
                }
                continue;
            }
            let known = world.class_of(call.receiver);
            if call.exact {
                if let Some(target) = known.and_then(|class| world.dispatch(class, call.sig)) {
                    let step = step(call.at, Edge::Call);
                    self.put_guarded(What::Method(target), step, call.guard, body);
                }
                continue;
            }
            let base = if known.is_some() {
                call.receiver
            } else {
                call.class
            };
            // Everything is below it, and everybody asks it for the same.
            if base == self.object || base == NONE {
                continue;
            }
            if call.guard != Guard::None {
                // Who is meant is looked up at once: a call that is held
                // back must not open the pair for all.
                for class in self.live_below.get(&base).cloned().unwrap_or_default() {
                    if let Some(target) = world.dispatch(class, call.sig) {
                        let step = step(call.at, Edge::Call);
                        self.put_guarded(What::Method(target), step, call.guard, body);
                    }
                }
                if let Some(target) = world.only(base, call.sig) {
                    let step = step(call.at, Edge::Call);
                    self.put_guarded(What::Method(target), step, call.guard, body);
                }
                continue;
            }
            self.call(base, call.sig, step(call.at, Edge::Call));
        }
        for made in &body.made {
            if let Some(class) = world.class_of(made.of) {
                let step = step(made.at, Edge::Callback);
                self.put_guarded(What::Object(class), step, made.guard, body);
            }
        }
        for handed in &body.handed {
            let step = step(handed.at, Edge::Callback);
            let known = world.class_of(handed.of);
            let what = match known.filter(|_| handed.exact) {
                Some(class) => What::Taken(class, handed.taken_for),
                None if known.is_some() => What::Handed(handed.of, handed.taken_for),
                None => What::Handed(handed.taken_for, handed.taken_for),
            };
            self.put_guarded(what, step, handed.guard, body);
        }
        for touched in &body.touched {
            if touched.guard == Guard::None
                && let Some(class) = world.class_of(touched.of)
            {
                self.initialise(class, step(touched.at, Edge::Initialiser));
            }
        }
        for reflected in &body.reflected {
            let (class, name) = reflected.member.rsplit_once('.').unwrap_or_default();
            let class = world.type_of_class(class).and_then(|of| world.class_of(of));
            let name = world.names.get(name.as_bytes());
            if let Some((class, name)) = class.zip(name) {
                for above in world.line(class) {
                    for target in world.own_named(above, name) {
                        let step = step(reflected.at, Edge::Reflection);
                        self.put_guarded(What::Method(target), step, reflected.guard, body);
                    }
                }
            }
        }
        for (at, interface, guard) in &body.loaded {
            for class in self.services.get(interface).into_iter().flatten() {
                let class = world.type_of_class(class).and_then(|of| world.class_of(of));
                if let Some(class) = class {
                    let step = step(*at, Edge::Reflection);
                    self.put_guarded(What::Component(class), step, *guard, body);
                }
            }
        }
        for (at, number, guard) in &body.screens {
            self.screen(*number, step(*at, Edge::Layout), *guard, body);
        }
        self.workers(body, &step);
        for started in &body.started {
            let Some(&screen) = self.components.get(&started.class) else {
                continue;
            };
            let Some(class) = world.class_of(started.class) else {
                continue;
            };
            let mut step = step(started.at, Edge::Intent);
            if screen {
                step.level = step.level.max(Level::FirstScreen);
            }
            if started.pending {
                step.level = step.level.max(Level::User);
            }
            self.put_guarded(What::Component(class), step, started.guard, body);
        }
        for asked in &body.asked {
            for (of, screen) in self.actions.get(&asked.action).cloned().unwrap_or_default() {
                if let Some(class) = world.class_of(of) {
                    let mut step = step(asked.at, Edge::Intent);
                    if screen {
                        step.level = step.level.max(Level::FirstScreen);
                    }
                    self.put_guarded(What::Component(class), step, asked.guard, body);
                }
            }
        }
        if self.level < Level::User {
            for (field, value) in &body.written {
                self.write(*field, value);
            }
            for (key, value) in &body.put {
                if *value != Value::Int(0) {
                    let known = matches!(value, Value::Int(_) | Value::Text(_));
                    self.open(Source::Key(Some(key.clone())), known);
                }
            }
        }
        self.initializers(method, body, step(0, Edge::Reflection));
        for used in body.uses.iter().cloned() {
            let guard = used.guard;
            let step = step(used.at, Edge::Call);
            self.put_guarded(What::Used(Box::new(used)), step, guard, body);
        }
    }

    /// The classes that an initialiser of `androidx.startup` asks for are
    /// initialised too.
    fn initializers(&mut self, method: MethodNo, body: &Body, step: Step) {
        let world = self.world();
        let Some(known) = world.method(method) else {
            return;
        };
        if world.name(known.sig) != b"dependencies" {
            return;
        }
        let Some(initializer) = world.type_named(super::roots::INITIALIZER) else {
            return;
        };
        let of = world.class(known.class).map_or(NONE, |class| class.of);
        if !world.is_below(of, initializer) {
            return;
        }
        for site in &body.classes {
            if let Some(class) = world.class_of(site.of)
                && world.is_below(site.of, initializer)
            {
                let step = Step {
                    at: site.at,
                    ..step
                };
                self.put(What::Object(class), step);
                self.constructor(class, step);
                for name in super::roots::INITIALIZER_METHODS {
                    if let Some(name) = world.names.get(name.as_bytes()) {
                        self.named(class, name, step);
                    }
                }
            }
        }
    }

    /// Notes that a field is set.
    fn write(&mut self, field: FieldRef, value: &Known) {
        let starts = match self.bodies.initial(field, 1) {
            Some(initial) => match initial.value {
                Known::Int(start) => start,
                _ => return,
            },
            None => 0,
        };
        let known = match value {
            Known::Int(value) if *value == starts => return,
            Known::Unknown | Known::Param(_) => false,
            _ => true,
        };
        self.open(Source::Field(field), known);
    }

    /// Notes that what a condition rests on is set to another value than at
    /// the start, and whether that value is known.
    fn open(&mut self, source: Source, known: bool) {
        let before = self.set.insert(source.clone(), known);
        if before == Some(true) {
            self.set.insert(source, true);
            return;
        }
        for (what, mut step) in self.held.remove(&source).unwrap_or_default() {
            step.level = step.level.max(opened(known));
            self.put(what, step);
        }
    }

    /// Notes the texts that a method is called with.
    fn give(&mut self, call: &Call, body: &Body) {
        const MOST: usize = 64;
        let world = self.world();
        let target = match call.dispatch {
            Dispatch::Direct => world.direct(call.class, call.sig),
            Dispatch::Virtual => world.only(call.class, call.sig),
        };
        let Some(target) = target else {
            return;
        };
        let given = self.given.entry(target).or_default();
        for (_, parameter, text) in body.given.iter().filter(|(at, ..)| *at == call.at) {
            let one = (*parameter, text.clone());
            if given.len() < MOST && !given.contains(&one) {
                given.push(one);
            }
        }
    }

    /// What a layout brings: its views and fragments are made, and a click
    /// may call methods of the screen that shows it, whichever that is.
    fn screen(&mut self, number: i64, mut step: Step, guard: Guard, body: &Body) {
        let world = self.world();
        let Some(screen) = self.bodies.screens.of(number) else {
            return;
        };
        step.level = step.level.max(Level::FirstScreen);
        for class in &screen.classes {
            self.put_guarded(What::Component(*class), step, guard, body);
        }
        step.level = step.level.max(Level::User);
        let mut screens: Vec<Type> = self.components.keys().copied().collect();
        screens.sort_unstable();
        for class in screens.iter().filter_map(|of| world.class_of(*of)) {
            for name in &screen.clicks {
                self.named(class, *name, step);
            }
        }
    }

    /// Workers of `androidx.work` that are named where work is handed in.
    fn workers(&mut self, body: &Body, step: &impl Fn(u32, Edge) -> Step) {
        let world = self.world();
        let Some(worker) = world.type_named(WORKER) else {
            return;
        };
        let hands_in = |call: &super::body::Call| {
            world.types.text(call.class).starts_with(b"Landroidx/work/")
                && [&b"enqueue"[..], b"beginWith", b"beginUnique"]
                    .iter()
                    .any(|start| world.name(call.sig).starts_with(start))
        };
        let enqueued = body.calls.iter().any(hands_in);
        for site in &body.classes {
            let Some(class) = world.class_of(site.of) else {
                continue;
            };
            if !world.is_below(site.of, worker) {
                continue;
            }
            let mut step = step(site.at, Edge::Event);
            if !enqueued {
                step.level = step.level.max(Level::User);
            }
            self.put_guarded(What::Component(class), step, site.guard, body);
            for name in ["doWork", "startWork"] {
                if let Some(name) = world.names.get(name.as_bytes()) {
                    self.named(class, name, step);
                }
            }
        }
    }

    /// A call on any object at or below a type.
    fn call(&mut self, base: Type, sig: Sig, step: Step) {
        let world = self.world();
        if !self.pair_of.insert((base, sig)) {
            return;
        }
        let pair = u32::try_from(self.called.len()).unwrap_or(NONE);
        self.called.push(Called {
            sig,
            step,
            targets: 0,
        });
        self.pairs.entry(base).or_default().push(pair);
        let live = self.live_below.get(&base).cloned().unwrap_or_default();
        self.wide += u32::from(live.len() > MOST_CLASSES);
        for class in live.into_iter().take(MOST_CLASSES) {
            if let Some(target) = world.dispatch(class, sig) {
                self.choose(pair, target, step.level);
            }
        }
    }

    /// One target of a pair.
    fn choose(&mut self, pair: u32, target: MethodNo, level: Level) {
        let Some(called) = self.called.get_mut(pair as usize) else {
            return;
        };
        // The same method again is no new target, as far as that is cheap to
        // tell: it was reached.
        let known = self
            .reached
            .get(target as usize)
            .copied()
            .flatten()
            .is_some();
        if !known {
            called.targets += 1;
            if called.targets > MOST_TARGETS {
                self.wide += u32::from(called.targets == MOST_TARGETS + 1);
                return;
            }
        }
        let step = Step {
            level: called.step.level.max(level),
            edge: Edge::Chosen(pair),
            ..called.step
        };
        self.put(What::Method(target), step);
    }

    /// The initialisers of a class and those above it run once.
    fn initialise(&mut self, class: ClassNo, step: Step) {
        let world = self.world();
        let Some(name) = world.names.get(b"<clinit>") else {
            return;
        };
        for class in world.line(class) {
            match self.initialised.get_mut(class as usize) {
                Some(done @ false) => *done = true,
                _ => return,
            }
            for method in world.own_named(class, name) {
                let edge = match step.edge {
                    Edge::Root(_) => step.edge,
                    _ => Edge::Initialiser,
                };
                self.put(What::Method(method), Step { edge, ..step });
            }
        }
    }

    /// There is an object of a class now.
    fn object(&mut self, class: ClassNo, step: Step) {
        match self.live.get_mut(class as usize) {
            Some(live @ false) => *live = true,
            _ => return,
        }
        let world = self.world();
        self.initialise(class, step);
        let mut room = MOST_PAIRS;
        for of in self.above(class) {
            self.live_below.entry(of).or_default().push(class);
            let pairs = self.pairs.get(&of).cloned().unwrap_or_default();
            self.wide += u32::from(pairs.len() > room);
            let now = pairs.len().min(room);
            room -= now;
            for pair in pairs.into_iter().take(now) {
                let sig = self
                    .called
                    .get(pair as usize)
                    .map_or(NONE, |called| called.sig);
                if let Some(target) = world.dispatch(class, sig) {
                    self.choose(pair, target, step.level);
                }
            }
            for (taken_for, handed) in self.handed.get(&of).cloned().unwrap_or_default() {
                let level = handed.level.max(step.level);
                self.put(What::Taken(class, taken_for), Step { level, ..handed });
            }
        }
    }

    /// Every type above a class, those of the platform too as far as they
    /// are known and the app names them.
    fn above(&self, class: ClassNo) -> Vec<Type> {
        let world = self.world();
        let mut all = world.supers(class);
        for at in 0..all.len() {
            let Some(of) = all
                .get(at)
                .copied()
                .filter(|of| world.class_of(*of).is_none())
            else {
                continue;
            };
            for more in self.bodies.listeners.above(of) {
                if !all.contains(more) {
                    all.push(*more);
                }
            }
        }
        all
    }

    /// The platform is given objects of a type or below.
    fn hand(&mut self, of: Type, taken_for: Type, step: Step) {
        let handed = self.handed.entry(of).or_default();
        if handed.iter().any(|(known, _)| *known == taken_for) {
            return;
        }
        handed.push((taken_for, step));
        for class in self.live_below.get(&of).cloned().unwrap_or_default() {
            self.take(class, taken_for, step);
        }
    }

    /// The platform has an object of a class.
    fn take(&mut self, class: ClassNo, taken_for: Type, step: Step) {
        if !self.taken.insert((class, taken_for)) {
            return;
        }
        let listeners = &self.bodies.listeners;
        for of in self.above(class) {
            if of == taken_for
                || listeners.above(of).contains(&taken_for)
                || listeners.above(taken_for).contains(&of)
            {
                self.callbacks(class, of, step);
            }
        }
    }

    /// What the system calls on an object, because of a type above it.
    fn callbacks(&mut self, class: ClassNo, of: Type, step: Step) {
        let world = self.world();
        let listeners = &self.bodies.listeners;
        for (when, names) in listeners.of(of) {
            for name in names {
                let level = match when {
                    When::Auto if listeners.is_of_screens(of) => Level::FirstScreen,
                    When::Auto => Level::Start,
                    When::User => Level::User,
                    When::Later => Level::Other,
                };
                let edge = match step.edge {
                    Edge::Callback | Edge::Intent if listeners.waits(world, of, *name) => {
                        Edge::Event
                    }
                    edge => edge,
                };
                let level = step.level.max(level);
                self.named(
                    class,
                    *name,
                    Step {
                        level,
                        edge,
                        ..step
                    },
                );
            }
        }
    }
}
