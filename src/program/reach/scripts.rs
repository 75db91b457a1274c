//! What frameworks, scripts and native code call on objects of the app.

use super::super::names::NONE;
use super::super::world::{ClassNo, Type};
use super::{Edge, Level, Reach, Step, What};

impl Reach<'_, '_> {
    /// What a framework calls on an object because of a type above it: some
    /// by itself, some when a script says so, and when that is nobody knows.
    pub(super) fn framework(&mut self, class: ClassNo, above: &[Type], step: Step) {
        let world = self.world();
        let bodies = self.bodies;
        for of in above {
            let Some(known) = bodies.scripts.of(*of) else {
                continue;
            };
            let earliest = if known.at_start {
                Level::Start
            } else {
                Level::FirstScreen
            };
            let level = step.level.max(earliest);
            for name in &known.at_once {
                self.named(class, *name, Step { level, ..step });
            }
            for name in &known.by_script {
                self.named(class, *name, outside(self.script));
            }
            if known.descriptors.is_empty() {
                continue;
            }
            for class in world.line(class) {
                let methods = world
                    .class(class)
                    .map_or(0..0, |class| class.methods.clone());
                let now = self.spend(methods.len());
                for number in methods.take(now) {
                    let descriptor = world.method(number).map(|m| world.descriptor(m.sig));
                    let begins = |start: &String| {
                        descriptor.is_some_and(|text| text.starts_with(start.as_bytes()))
                    };
                    if known.descriptors.iter().any(begins) {
                        self.put(What::Method(number), outside(self.script));
                    }
                }
            }
        }
        for above in world.line(class) {
            let marked = bodies.scripts.marked(above);
            let now = self.spend(marked.len());
            for (method, _) in marked.iter().take(now) {
                let sig = world.method(*method).map_or(NONE, |method| method.sig);
                let runs = world.dispatch(class, sig).unwrap_or(*method);
                self.put(What::Method(runs), outside(self.script));
            }
        }
    }

    /// What native code may call, after everything else: names in a library
    /// are no proof.
    pub(super) fn native_code(&mut self) {
        self.with_native = true;
        for method in self.bodies.natives.without_object(self.world()) {
            self.put(What::Method(method), outside(self.native));
        }
        let live = (0..).zip(self.live.clone());
        for (class, _) in live.filter(|(_, live)| live.is_some()) {
            self.called_natively(class);
        }
    }

    /// What native code may call on an object.
    pub(super) fn called_natively(&mut self, class: ClassNo) {
        if !self.with_native {
            return;
        }
        let world = self.world();
        let bodies = self.bodies;
        for above in world.line(class) {
            let called = bodies.natives.of(above);
            let now = self.spend(called.len());
            for method in called.iter().take(now) {
                let sig = world.method(*method).map_or(NONE, |method| method.sig);
                let runs = world.dispatch(class, sig).unwrap_or(*method);
                self.put(What::Method(runs), outside(self.native));
            }
        }
    }
}

/// Something outside of the classes calls it, nobody knows when.
fn outside(root: u32) -> Step {
    Step {
        level: Level::Other,
        from: NONE,
        at: 0,
        edge: Edge::Root(root),
        root,
        gate: NONE,
        by_way_of: (NONE, 0),
    }
}
