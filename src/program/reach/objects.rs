//! Objects: who is made, who is called on them, and what the platform calls.

use super::super::body::Slot;
use super::super::names::NONE;
use super::super::world::{ClassNo, MethodNo, Sig, Type};
use super::slots::{Inflow, Site};
use super::{Called, Choice, Edge, Level, MOST_TARGETS, Reach, Step, What};
use crate::catalog::When;

impl Reach<'_, '_> {
    /// A call on any object at or below a type, there with its arguments.
    pub(super) fn call(&mut self, base: Type, sig: Sig, site: Site, step: Step) {
        let pair = match self.pair_of.get(&(base, sig)) {
            Some(pair) => *pair,
            None => self.new_pair(base, sig, step),
        };
        for parameter in self.followed(sig) {
            let inflow = Inflow::From(site.argument(parameter));
            self.flow_in(Slot::Pair(pair, parameter), inflow, step);
        }
    }

    fn new_pair(&mut self, base: Type, sig: Sig, step: Step) -> u32 {
        let one = self.only(base, sig).is_some();
        let pair = u32::try_from(self.called.len()).unwrap_or(NONE);
        self.pair_of.insert((base, sig), pair);
        self.called.push(Called {
            sig,
            one,
            step,
            targets: Vec::new(),
        });
        self.pairs.entry(base).or_default().push(pair);
        for target in self.targets_below(base, sig) {
            self.choose(pair, target, step.level);
        }
        pair
    }

    /// The methods that a call on a type runs by the objects that there are,
    /// each once; one more than are followed says that there are more.
    pub(super) fn targets_below(&mut self, base: Type, sig: Sig) -> Vec<MethodNo> {
        let world = self.world();
        let (seen, mut targets) = self.below.remove(&(base, sig)).unwrap_or_default();
        let live = self.live_below.get(&base).map_or(0, Vec::len);
        let now = if targets.len() > MOST_TARGETS {
            0
        } else {
            self.spend(live - seen)
        };
        let classes = self.live_below.get(&base).into_iter().flatten();
        for class in classes.skip(seen).take(now) {
            if let Some(target) = world.dispatch(*class, sig)
                && !targets.contains(&target)
            {
                targets.push(target);
                if targets.len() > MOST_TARGETS {
                    break;
                }
            }
        }
        self.below.insert((base, sig), (live, targets.clone()));
        targets
    }

    /// One target of a pair.
    fn choose(&mut self, pair: u32, target: MethodNo, level: Level) {
        let Some(called) = self.called.get_mut(pair as usize) else {
            return;
        };
        if called.targets.contains(&target) {
            return;
        }
        called.targets.push(target);
        if called.targets.len() > MOST_TARGETS {
            self.wide += u32::from(called.targets.len() == MOST_TARGETS + 1);
            called.targets.truncate(MOST_TARGETS + 1);
            return;
        }
        let step = Step {
            level: called.step.level.max(level),
            edge: if called.one {
                Edge::Call
            } else {
                Edge::Chosen(pair)
            },
            ..called.step
        };
        let from = |parameter| Slot::Pair(pair, parameter);
        self.link(target, Inflow::Any, from, step);
        self.put(What::Method(target), step);
    }

    /// The initialisers of a class and those above it run once.
    pub(super) fn initialise(&mut self, class: ClassNo, step: Step) {
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
    pub(super) fn object(&mut self, class: ClassNo, step: Step) {
        match self.live.get_mut(class as usize) {
            Some(live @ None) => *live = Some(step.from),
            _ => return,
        }
        let world = self.world();
        self.initialise(class, step);
        let above = self.above(class);
        self.framework(class, &above, step);
        self.called_natively(class);
        for of in above {
            self.live_below.entry(of).or_default().push(class);
            let now = self.pairs.get(&of).map_or(0, Vec::len);
            let now = self.spend(now);
            for at in 0..now {
                let pair = self.pairs.get(&of).and_then(|pairs| pairs.get(at));
                let Some(&pair) = pair else {
                    break;
                };
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
                self.choice(handed, Choice::Hand, class);
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
    pub(super) fn hand(&mut self, of: Type, taken_for: Type, step: Step) {
        let handed = self.handed.entry(of).or_default();
        if handed.iter().any(|(known, _)| *known == taken_for) {
            return;
        }
        handed.push((taken_for, step));
        let now = self.live_below.get(&of).map_or(0, Vec::len);
        let now = self.spend(now);
        let live = self.live_below.get(&of).into_iter().flatten();
        for class in live.take(now).copied().collect::<Vec<_>>() {
            self.choice(step, Choice::Hand, class);
            self.take(class, taken_for, step);
        }
    }

    /// The platform has an object of a class.
    pub(super) fn take(&mut self, class: ClassNo, taken_for: Type, step: Step) {
        if !self.taken.insert((class, taken_for)) || self.spend(1) == 0 {
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
