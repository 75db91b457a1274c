//! Classes and calls as the analysis sees them, so that others can compare.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Bytecode;
use super::names::NONE;
use super::world::{Class, Method, MethodRef, Sig, Type, World};
use crate::decode::dex::{self, Kind};
use crate::limits::Limits;

/// The class hierarchy of an app, and the calls that its code makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    /// Classes that the app defines, sorted by name. Of several with one name
    /// only the first counts, as on the device.
    pub classes: Vec<ClassShape>,
    /// Calls, each once for a method that makes them; sorted.
    pub calls: Vec<DirectCall>,
}

/// A class and what stands above it. Names are descriptors:
/// `Lcom/example/App;`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClassShape {
    /// Its name.
    pub name: String,
    /// What it extends; `None` for `java.lang.Object` alone.
    pub superclass: Option<String>,
    /// What it implements, or extends as an interface, in order.
    pub interfaces: Vec<String>,
}

/// A call that an instruction makes. Methods are written as
/// `Lcom/example/App;.onCreate:()V`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirectCall {
    /// The method that calls.
    pub caller: Arc<str>,
    /// What kind of call it is.
    pub kind: Kind,
    /// The method that the instruction names.
    pub named: Arc<str>,
    /// The method of the app that runs, where the instruction alone decides
    /// that: for `invoke-direct`, `-static` and `-super`.
    pub runs: Option<Arc<str>>,
}

/// Classes and calls of an app. `files` stand in the order in which Android
/// looks for classes. What links at run time (`invoke-custom`) is left out.
///
/// ```
/// use apkaudit::{Limits, Package, code, program};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let limits = Limits::default();
/// let package = Package::open("fixtures/apps/shop/shop.apk".as_ref(), &limits)?;
/// let files: Vec<_> = code::load(&package)
///     .into_iter()
///     .filter_map(program::Bytecode::of)
///     .collect();
/// let structure = program::structure(&files, &limits);
/// let mut classes = structure.classes.iter();
/// let shop = classes.find(|class| class.name == "Lcom/example/shop/ShopApplication;");
/// assert_eq!(shop.unwrap().superclass.as_deref(), Some("Landroid/app/Application;"));
/// # Ok(())
/// # }
/// ```
pub fn structure(files: &[Bytecode], limits: &Limits) -> Structure {
    let world = World::read(files, limits);
    let mut classes: Vec<ClassShape> = world
        .written_classes()
        .iter()
        .map(|class| shape(&world, class))
        .collect();
    classes.sort();
    let mut names = MethodNames::default();
    let mut calls = Vec::new();
    for method in world.written() {
        of_method(&world, method, &mut names, &mut calls);
    }
    calls.sort();
    calls.dedup();
    Structure { classes, calls }
}

fn shape(world: &World<'_>, class: &Class) -> ClassShape {
    let name = |of: Type| dex::text(world.types.text(of)).into_owned();
    ClassShape {
        name: name(class.of),
        superclass: (class.superclass != NONE).then(|| name(class.superclass)),
        interfaces: class.interfaces.iter().map(|of| name(*of)).collect(),
    }
}

/// The calls of one method.
fn of_method(
    world: &World<'_>,
    method: &Method,
    names: &mut MethodNames,
    calls: &mut Vec<DirectCall>,
) {
    let Some((file, code)) = world.file_of(method).zip(world.code(method)) else {
        return;
    };
    let class = world.class(method.class).map_or(NONE, |class| class.of);
    let caller = names.of(world, class, method.sig);
    // What is malformed was counted when the file was read.
    let _ = dex::scan(code.units, |event| {
        if !event.kind.is_invoke() || event.kind == Kind::InvokeCustom {
            return;
        }
        let Some(&MethodRef { class, sig }) = file.methods.get(event.index as usize) else {
            return;
        };
        let runs = match event.kind {
            Kind::InvokeDirect | Kind::InvokeStatic | Kind::InvokeSuper => world.direct(class, sig),
            _ => None,
        };
        let runs = runs.and_then(|runs| world.method(runs)).map(|runs| {
            let class = world.class(runs.class).map_or(NONE, |class| class.of);
            names.of(world, class, runs.sig)
        });
        calls.push(DirectCall {
            caller: Arc::clone(&caller),
            kind: event.kind,
            named: names.of(world, class, sig),
            runs,
        });
    });
}

/// Written names of methods, each made once.
#[derive(Debug, Default)]
struct MethodNames {
    known: FxHashMap<(Type, Sig), Arc<str>>,
}

impl MethodNames {
    fn of(&mut self, world: &World<'_>, class: Type, sig: Sig) -> Arc<str> {
        let written = || {
            let [class, name, proto] = [
                world.types.text(class),
                world.name(sig),
                world.descriptor(sig),
            ]
            .map(dex::text);
            format!("{class}.{name}:{proto}").into()
        };
        Arc::clone(self.known.entry((class, sig)).or_insert_with(written))
    }
}
