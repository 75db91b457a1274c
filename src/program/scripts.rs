//! What scripts and cross-platform frameworks call in the classes of the app.

use rustc_hash::FxHashMap;

use super::names::NONE;
use super::world::{Class, ClassNo, File, MethodNo, Name, Type, World};
use crate::catalog;

/// What the app has of it.
#[derive(Debug, Default)]
pub(super) struct Scripts {
    classes: FxHashMap<Type, ScriptClass>,
    /// Types of which an app gives classes to a framework.
    by_class: Vec<Type>,
    /// By class: methods of its own that scripts can call, and the annotation
    /// that says so.
    marked: FxHashMap<ClassNo, Vec<(MethodNo, Type)>>,
}

/// What a framework calls on objects of a type and below.
#[derive(Debug)]
pub(super) struct ScriptClass {
    /// By itself, once there is an object.
    pub at_once: Vec<Name>,
    /// While the process starts, not only for the first screen.
    pub at_start: bool,
    /// When a script says so.
    pub by_script: Vec<Name>,
    /// The same, by the beginning of the descriptor.
    pub descriptors: &'static [String],
}

/// Annotations of one method that are looked at.
const MOST_MARKS: usize = 32;

impl Scripts {
    /// Looks up the types and annotations that the app names.
    pub fn new(world: &World<'_>) -> Self {
        let entries = catalog::script_entries();
        let mut classes = FxHashMap::default();
        let mut by_class = Vec::new();
        for entry in &entries.classes {
            let Some(of) = world.type_of_class(&entry.name) else {
                continue;
            };
            let numbers = |names: &[String]| {
                let names = names.iter();
                let names = names.filter_map(|name| world.names.get(name.as_bytes()));
                names.collect()
            };
            if entry.by_class {
                by_class.push(of);
            }
            classes.insert(
                of,
                ScriptClass {
                    at_once: numbers(&entry.at_once),
                    at_start: entry.at_start,
                    by_script: numbers(&entry.by_script),
                    descriptors: &entry.descriptor,
                },
            );
        }
        let annotations = entries.annotations.iter();
        let annotations: Vec<Type> = annotations
            .filter_map(|annotation| world.type_of_class(&annotation.name))
            .collect();
        Self {
            classes,
            by_class,
            marked: marked(world, &annotations),
        }
    }

    /// What a framework calls on objects of a type.
    pub fn of(&self, of: Type) -> Option<&ScriptClass> {
        self.classes.get(&of)
    }

    /// Whether an app gives classes below this type to a framework.
    pub fn takes_class(&self, world: &World<'_>, of: Type) -> bool {
        self.by_class.iter().any(|above| world.is_below(of, *above))
    }

    /// The methods that a class itself marks for scripts, and by what.
    pub fn marked(&self, class: ClassNo) -> &[(MethodNo, Type)] {
        self.marked.get(&class).map_or(&[], |marked| marked)
    }
}

/// Methods that carry one of these annotations, by their class.
fn marked(world: &World<'_>, annotations: &[Type]) -> FxHashMap<ClassNo, Vec<(MethodNo, Type)>> {
    /// No compiler shares annotations more than a few times.
    const LEAST: usize = 1 << 16;
    let mut all = FxHashMap::default();
    if annotations.is_empty() {
        return all;
    }
    let mut looks: Vec<usize> = world
        .files
        .iter()
        .map(|file| file.dex.data().len().saturating_add(LEAST))
        .collect();
    for (number, class) in (0..).zip(world.written_classes()) {
        let file = world.files.get(class.file as usize);
        if let Some((file, looks)) = file.zip(looks.get_mut(class.file as usize)) {
            let marked = marked_of(world, file, class, annotations, looks);
            if !marked.is_empty() {
                all.insert(number, marked);
            }
        }
    }
    all
}

/// The same of one class; every look at an annotation is counted.
fn marked_of(
    world: &World<'_>,
    file: &File<'_>,
    class: &Class,
    annotations: &[Type],
    looks: &mut usize,
) -> Vec<(MethodNo, Type)> {
    let mut by_member: FxHashMap<u32, Type> = FxHashMap::default();
    let Some(directory) = file.dex.annotations(&class.def).ok().flatten() else {
        return Vec::new();
    };
    for (member, set) in directory.methods() {
        let Some(left) = looks.checked_sub(1) else {
            break;
        };
        *looks = left;
        let types = file.dex.annotation_types(set).into_iter().flatten();
        for index in types.take(MOST_MARKS) {
            *looks = looks.saturating_sub(1);
            let of = file.types.get(index as usize).copied().unwrap_or(NONE);
            if annotations.contains(&of) {
                by_member.insert(member, of);
            }
        }
    }
    if by_member.is_empty() {
        return Vec::new();
    }
    let marked = class.methods.clone().filter_map(|method| {
        let by = by_member.get(&world.method(method)?.encoded.method)?;
        Some((method, *by))
    });
    marked.collect()
}
