//! What the body of a method leads to.

use rustc_hash::FxHashSet;

use super::super::body::{Body, Call, Dispatch, Waits};
use super::super::gates::{Guard, Source};
use super::super::names::NONE;
use super::super::roots::{INITIALIZER, INITIALIZER_METHODS};
use super::super::summary::Known;
use super::super::value::Value;
use super::super::world::{FieldRef, MethodNo, Sig, World};
use super::slots::{Inflow, Site, Wait};
use super::{Edge, Level, Reach, Step, WORKER, What, opened};

/// Whether a method is called when the app crashes, whoever calls it.
fn crashes(world: &World<'_>, sig: Sig) -> bool {
    match world.name(sig) {
        b"uncaughtException" => {
            world.descriptor(sig) == b"(Ljava/lang/Thread;Ljava/lang/Throwable;)V"
        }
        b"handleException" => {
            world.descriptor(sig) == b"(Lkotlin/coroutines/CoroutineContext;Ljava/lang/Throwable;)V"
        }
        _ => false,
    }
}

impl Reach<'_, '_> {
    /// Everything that the body of a method leads to.
    pub(super) fn follow(&mut self, method: MethodNo, body: &Body) {
        let Some(reached) = self.of(method).copied() else {
            return;
        };
        let world = self.world();
        self.too_large += u32::from(body.too_large);
        self.left_out = self.left_out.saturating_add(body.left_out);
        let step = |at: u32, edge: Edge| Step {
            level: reached.level,
            from: method,
            at,
            edge,
            root: reached.root,
            gate: reached.gate,
            by_way_of: (NONE, 0),
        };
        for call in &body.calls {
            let mut at = step(call.at, Edge::Call);
            if crashes(world, call.sig) {
                at.level = at.level.max(Level::Other);
            }
            if call.gives_texts {
                self.give(call, body, at);
            }
            if call.dispatch == Dispatch::Direct {
                if let Some(target) = world.direct(call.class, call.sig) {
                    self.pass(target, call.at, body, at);
                    self.put_guarded(What::Method(target), at, call.guard, body);
                }
                continue;
            }
            let known = world.class_of(call.receiver);
            if call.exact {
                if let Some(target) = known.and_then(|class| world.dispatch(class, call.sig)) {
                    self.pass(target, call.at, body, at);
                    self.put_guarded(What::Method(target), at, call.guard, body);
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
            let only = self.only(base, call.sig);
            let site = Site::new(method, call.at);
            if let Some(target) = only {
                self.pass(target, call.at, body, at);
            } else {
                self.keep_arguments(site, body, at);
            }
            if let Some(slot) = call.slot.filter(|_| only.is_none()) {
                let what = What::Wait(slot, Wait::Call(base, call.sig, site));
                self.put_guarded(what, at, call.guard, body);
                continue;
            }
            if call.guard != Guard::NONE {
                // Who is meant is looked up at once: a call that is held
                // back must not open the pair for all.
                for target in self.targets_below(base, call.sig) {
                    if only.is_none() {
                        let from = |parameter| site.argument(parameter);
                        self.link(target, Inflow::Any, from, at);
                    }
                    self.put_guarded(What::Method(target), at, call.guard, body);
                }
                if let Some(target) = only {
                    self.put_guarded(What::Method(target), at, call.guard, body);
                }
                continue;
            }
            self.call(base, call.sig, site, at);
        }
        self.flows(body, &step);
        for made in &body.made {
            if let Some(class) = world.class_of(made.of) {
                let step = step(made.at, Edge::Callback);
                self.put_guarded(What::Object(class), step, made.guard, body);
            }
        }
        for handed in &body.handed {
            let mut step = step(handed.at, Edge::Callback);
            step.level = match handed.waits {
                Waits::Type => step.level,
                Waits::Perhaps => step.level.max(Level::Perhaps),
                Waits::Sent => step.level.max(Level::Other),
            };
            let known = world.class_of(handed.of);
            // An object of the platform itself runs nothing of the app; what
            // it was made of was given to it then.
            if handed.exact && known.is_none() && handed.of != NONE {
                continue;
            }
            let slot = handed.slot.filter(|_| !handed.exact);
            let of = if known.is_some() {
                handed.of
            } else {
                handed.taken_for
            };
            let what = match known.filter(|_| handed.exact) {
                Some(class) => What::Taken(class, handed.taken_for),
                None => match slot {
                    Some(slot) => What::Wait(slot, Wait::Hand(of, handed.taken_for)),
                    None => What::Handed(of, handed.taken_for),
                },
            };
            self.put_guarded(what, step, handed.guard, body);
        }
        if matches!(reached.edge, Edge::Root(_) | Edge::Callback | Edge::Event) {
            for (at, of, taken_for) in &body.gives_back {
                if let Some(class) = world.class_of(*of) {
                    self.put(What::Taken(class, *taken_for), step(*at, Edge::Callback));
                }
            }
        }
        for touched in &body.touched {
            if touched.guard == Guard::NONE
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
        for site in &body.classes {
            if self.bodies.scripts.takes_class(world, site.of)
                && let Some(class) = world.class_of(site.of)
            {
                let step = step(site.at, Edge::Reflection);
                self.put_guarded(What::Component(class), step, site.guard, body);
            }
        }
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
            let asks = self.actions.get(&asked.action);
            let now = asks.map_or(0, Vec::len);
            let now = self.spend(now);
            let asks = self.actions.get(&asked.action).into_iter().flatten();
            for (of, screen) in asks.take(now).copied().collect::<Vec<_>>() {
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
        let Some(initializer) = world.type_named(INITIALIZER) else {
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
                for name in INITIALIZER_METHODS {
                    if let Some(name) = world.names.get(name.as_bytes()) {
                        self.named(class, name, step);
                    }
                }
            }
        }
    }

    /// Notes that a field is set.
    fn write(&mut self, field: FieldRef, value: &Known) {
        if self.bodies.starts_null(field, 1) {
            if *value != Known::Int(0) {
                self.open(Source::Field(field), true);
            }
            return;
        }
        let starts = match self.bodies.initial(field, 1) {
            Some(initial) => match initial.value {
                Known::Int(start) => start,
                _ => return,
            },
            None => match self.bodies.world.types.text(field.of) {
                b"Z" => 0,
                b"I" => match self.bodies.starts(field) {
                    Some(start) => start,
                    None => return,
                },
                _ => return,
            },
        };
        let known = match value {
            Known::Int(value) if *value == starts => return,
            Known::Unknown | Known::Param(_) | Known::Given(_) => false,
            _ => true,
        };
        self.open(Source::Field(field), known);
    }

    /// Notes that what a condition rests on is set to another value than at
    /// the start, and whether that value is known.
    pub(super) fn open(&mut self, source: Source, known: bool) {
        let mut opening = vec![(source, known)];
        while let Some((source, known)) = opening.pop() {
            for (method, parameter) in self.rest_on.remove(&source).unwrap_or_default() {
                opening.push((Source::Argument(method, parameter), false));
            }
            let before = self.set.insert(source.clone(), known);
            if before == Some(true) {
                self.set.insert(source, true);
                continue;
            }
            let filled = self.fills(&source);
            for held in self.held.remove(&source).unwrap_or_default() {
                let step = opened(held.step, held.gate, known, filled);
                self.put_behind(held.what, step, held.more);
            }
        }
    }

    /// Notes the texts that a method is called with.
    fn give(&mut self, call: &Call, body: &Body, step: Step) {
        let world = self.world();
        let target = match call.dispatch {
            Dispatch::Direct => world.direct(call.class, call.sig),
            Dispatch::Virtual => world.only(call.class, call.sig),
        };
        let Some(target) = target else {
            return;
        };
        // They stand in the order of the code.
        let first = body.given.partition_point(|(at, ..)| *at < call.at);
        let here = body.given.iter().skip(first);
        for (_, parameter, brings) in here.take_while(|(at, ..)| *at == call.at) {
            let what = What::Give(target, *parameter, Box::new(brings.clone()));
            self.put_guarded(what, step, call.guard, body);
        }
    }

    /// What a layout brings: its views and fragments are made, and a click
    /// may call methods of the screen that shows it, whichever that is.
    fn screen(&mut self, number: i64, mut step: Step, guard: Guard, body: &Body) {
        let Some(screen) = self.bodies.screens.of(number) else {
            return;
        };
        step.level = step.level.max(Level::FirstScreen);
        let now = self.spend(screen.classes.len());
        for class in screen.classes.iter().take(now) {
            self.put_guarded(What::Component(*class), step, guard, body);
        }
        step.level = step.level.max(Level::User);
        for name in &screen.clicks {
            // Whoever names a layout with it first, it stays reached.
            if !self.clicked.insert(*name) {
                continue;
            }
            for class in self.component_classes.clone() {
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
        let hands_in = |call: &Call| {
            world.types.text(call.class).starts_with(b"Landroidx/work/")
                && [&b"enqueue"[..], b"beginWith", b"beginUnique"]
                    .iter()
                    .any(|start| world.name(call.sig).starts_with(start))
        };
        let enqueued = body.calls.iter().any(hands_in);
        let mut seen = FxHashSet::default();
        for site in &body.classes {
            if !seen.insert((site.of, site.guard)) {
                continue;
            }
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
}
