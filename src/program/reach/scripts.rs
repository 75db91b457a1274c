//! What frameworks and scripts call on objects of the app.

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
                self.named(class, *name, self.by_script());
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
                        self.put(What::Method(number), self.by_script());
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
                self.put(What::Method(runs), self.by_script());
            }
        }
    }

    /// A script calls it.
    fn by_script(&self) -> Step {
        Step {
            level: Level::Other,
            from: NONE,
            at: 0,
            edge: Edge::Root(self.script),
            root: self.script,
            gate: NONE,
            by_way_of: (NONE, 0),
        }
    }
}
