//! Parts of libraries that do nothing before the app asks for them: their
//! methods are held back until one runs that asks.

use rustc_hash::FxHashMap;

use super::super::world::{ClassNo, Method, MethodNo, Type, World};
use super::Step;
use crate::catalog;
use crate::decode::dex;

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
        for (number, part) in catalog::dormant().iter().enumerate() {
            dormant.held.push(Some(Vec::new()));
            let named = part.classes.iter();
            if named
                .clone()
                .any(|class| world.type_of_class(class).is_some())
            {
                dormant.by_name(world, part, number);
            } else {
                dormant.by_text(world, part, number);
            }
        }
        dormant
    }

    /// A part whose classes have their names.
    fn by_name(&mut self, world: &World<'_>, part: &catalog::Dormant, number: usize) {
        let belongs = |of: Type| {
            let name = world.dotted(of);
            part.classes.iter().any(|class| {
                let rest = name.strip_prefix(&**class);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('$'))
            })
        };
        let classes: Vec<bool> = world.classes.iter().map(|c| belongs(c.of)).collect();
        for (method, known) in (0..).zip(&world.methods) {
            if classes.get(known.class as usize) == Some(&true) {
                self.of.insert(method, number);
            }
        }
        for asked in &part.asked {
            self.asks(world, asked, number);
        }
    }

    /// A part whose classes were renamed.
    fn by_text(&mut self, world: &World<'_>, part: &catalog::Dormant, number: usize) {
        for texts in &part.texts {
            for method in methods_with(world, texts) {
                self.of.insert(method, number);
            }
        }
        for text in &part.asked_texts {
            for method in methods_with(world, std::slice::from_ref(text)) {
                self.asked.entry(method).or_default().push(number);
            }
        }
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

/// The methods that hold all of these texts.
fn methods_with(world: &World<'_>, texts: &[String]) -> Vec<MethodNo> {
    let mut all = Vec::new();
    for file in &world.files {
        let indices = texts.iter().map(|text| file.dex.string_named(text));
        let Some(indices) = indices.collect::<Option<Vec<u32>>>() else {
            continue;
        };
        let holds = |(_, method): &(MethodNo, &Method)| {
            let class = world.class(method.class);
            let code = world.code(method);
            let code = code.filter(|_| class.is_some_and(|class| class.file == file.number));
            let mut left = indices.clone();
            // What is malformed was counted when the file was read.
            let _ = code.map(|code| {
                dex::scan(code.units, |event| {
                    if event.kind == dex::Kind::ConstString {
                        left.retain(|index| *index != event.index);
                    }
                })
            });
            left.is_empty()
        };
        all.extend((0..).zip(&world.methods).filter(holds).map(|(no, _)| no));
    }
    all
}
