//! The parts of the engine one by one. What they find together is held
//! against the small apps of `fixtures/flows` and `fixtures/acts`.

mod methods;
mod values;
mod world;

use super::Bytecode;
use super::world::{MethodNo, Type, World};
use crate::code;
use crate::container::Package;
use crate::limits::Limits;
use crate::sample;

/// The DEX files of an app with these classes (`src/sample`).
fn files(classes: &str) -> Vec<Bytecode> {
    let limits = Limits::default();
    let toml = format!("package = \"com.example\"\n{classes}");
    let app = sample::build(&toml, None).unwrap();
    let package = Package::from_bytes(&app.file_name, app.bytes, &limits).unwrap();
    let loaded = code::load(&package).into_iter();
    loaded.filter_map(Bytecode::of).collect()
}

fn world(files: &[Bytecode]) -> World<'_> {
    World::read(files, &Limits::default())
}

fn of(world: &World<'_>, class: &str) -> Type {
    world.type_of_class(class).unwrap()
}

/// The method of a class itself, by its name.
fn own(world: &World<'_>, class: &str, name: &str) -> MethodNo {
    let class = world.class_of(of(world, class)).unwrap();
    let name = world.names.get(name.as_bytes()).unwrap();
    world.own_named(class, name).next().unwrap()
}
