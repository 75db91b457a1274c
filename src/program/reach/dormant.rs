//! Parts of libraries that do nothing before the app asks for them: their
//! methods are held back until one runs that asks.

use rustc_hash::FxHashMap;

use super::super::world::{ClassNo, MethodNo, Type, World};
use super::Step;
use crate::catalog;

/// The parts that are in the app.
#[derive(Debug, Default)]
pub(super) struct Dormant {
    /// Methods of parts.
    of: FxHashMap<MethodNo, usize>,
    /// Methods that ask for parts.
    asked: FxHashMap<MethodNo, Vec<usize>>,
    /// By part: what would run; `None` once it was asked for.
    held: Vec<Option<Vec<(MethodNo, Step)>>>,
}

impl Dormant {
    /// Looks up the parts of the catalogue.
    pub fn new(world: &World<'_>) -> Self {
        let mut dormant = Self::default();
        for part in catalog::dormant() {
            let types = part.classes.iter();
            if !types
                .clone()
                .any(|class| world.type_of_class(class).is_some())
            {
                continue;
            }
            let number = dormant.held.len();
            dormant.held.push(Some(Vec::new()));
            let belongs = |of: Type| {
                let name = world.dotted(of);
                types.clone().any(|class| {
                    let rest = name.strip_prefix(&**class);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('$'))
                })
            };
            let classes: Vec<bool> = world.classes.iter().map(|c| belongs(c.of)).collect();
            for (method, known) in (0..).zip(&world.methods) {
                if classes.get(known.class as usize) == Some(&true) {
                    dormant.of.insert(method, number);
                }
            }
            for asked in &part.asked {
                dormant.asks(world, asked, number);
            }
        }
        dormant
    }

    /// Notes the methods that ask for a part: of a class and of those below.
    fn asks(&mut self, world: &World<'_>, asked: &str, number: usize) {
        let (class, name) = asked.rsplit_once('.').unwrap_or_default();
        let of = world.type_of_class(class);
        let Some((of, name)) = of.zip(world.names.get(name.as_bytes())) else {
            return;
        };
        let classes = u32::try_from(world.classes.len()).unwrap_or(ClassNo::MAX);
        for class in 0..classes {
            let mut methods = world.own_named(class, name).peekable();
            let below = || {
                let class = world.class(class);
                class.is_some_and(|class| world.is_below(class.of, of))
            };
            if methods.peek().is_some() && below() {
                for method in methods {
                    self.asked.entry(method).or_default().push(number);
                }
            }
        }
    }

    /// Whether a method would run but is held back.
    pub fn keeps(&mut self, method: MethodNo, step: Step) -> bool {
        let part = self.of.get(&method);
        let held = part.and_then(|part| self.held.get_mut(*part));
        let Some(Some(held)) = held else {
            return false;
        };
        held.push((method, step));
        true
    }

    /// A method runs: what was held back and runs now.
    pub fn wake(&mut self, method: MethodNo) -> Vec<(MethodNo, Step)> {
        let parts = self.asked.get(&method).into_iter().flatten();
        let held = parts.filter_map(|part| self.held.get_mut(*part)?.take());
        held.flatten().collect()
    }
}
