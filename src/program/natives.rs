//! Methods of the app that native code may call, as the names in the shared
//! libraries say.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::world::{ClassNo, MethodNo, World};
use crate::decode::dex::access;
use crate::native::LookedUp;

/// Methods that native code may call.
#[derive(Debug, Default)]
pub(super) struct Natives {
    called: FxHashMap<ClassNo, Vec<MethodNo>>,
}

/// Methods that are held against the names of libraries, over all.
const MOST_LOOKS: usize = 1 << 22;

impl Natives {
    /// A method may be called if one library has its name and its descriptor,
    /// and has the name of its class too or could know it: the class has
    /// native methods.
    pub fn new(world: &World<'_>, libraries: &[LookedUp]) -> Self {
        let mut called: FxHashMap<ClassNo, Vec<MethodNo>> = FxHashMap::default();
        if libraries.is_empty() {
            return Self::default();
        }
        let with_native = world.methods.iter().filter(|method| {
            let flags = method.encoded.access_flags;
            flags & access::NATIVE != 0
        });
        let with_native: BTreeSet<ClassNo> = with_native.map(|method| method.class).collect();
        let mut looks = MOST_LOOKS;
        for library in libraries {
            let named = library.names.iter().filter(|name| name.contains('/'));
            let named = named.filter_map(|name| {
                let of = world.type_named(format!("L{name};").as_bytes())?;
                world.class_of(of)
            });
            let classes: BTreeSet<ClassNo> = named.chain(with_native.iter().copied()).collect();
            for class in classes {
                let methods = world
                    .class(class)
                    .map_or(0..0, |class| class.methods.clone());
                let now = methods.len().min(looks);
                looks -= now;
                let fits = methods
                    .take(now)
                    .filter(|method| fits(world, *method, library));
                let fits: Vec<MethodNo> = fits.collect();
                if !fits.is_empty() {
                    called.entry(class).or_default().extend(fits);
                }
            }
        }
        Self { called }
    }

    /// Those of a class itself.
    pub fn of(&self, class: ClassNo) -> &[MethodNo] {
        self.called.get(&class).map_or(&[], |called| called)
    }

    /// Those that need no object, in order.
    pub fn without_object(&self, world: &World<'_>) -> Vec<MethodNo> {
        let all = self.called.values().flatten().copied();
        let mut all: Vec<MethodNo> = all
            .filter(|method| {
                world
                    .method(*method)
                    .is_some_and(super::world::Method::is_static)
            })
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

fn fits(world: &World<'_>, method: MethodNo, library: &LookedUp) -> bool {
    let Some(method) = world.method(method) else {
        return false;
    };
    let has = |texts: &BTreeSet<String>, text: &[u8]| {
        str::from_utf8(text).is_ok_and(|text| texts.contains(text))
    };
    has(&library.names, world.name(method.sig))
        && has(&library.descriptors, world.descriptor(method.sig))
}
