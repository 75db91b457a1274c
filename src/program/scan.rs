//! One fast look at all code: which methods use members of the catalogue,
//! and which static fields are ever set.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::watched::Watched;
use super::world::{FieldRef, MethodNo, World};
use crate::decode::dex::{self, Kind};

/// What the look shows.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// Methods with code.
    pub methods: u32,
    /// Methods that use members of the catalogue, in order.
    pub using: Vec<MethodNo>,
    /// Static fields that are set outside of the initialiser of a class.
    pub written: FxHashSet<FieldRef>,
    pub watched: Watched,
}

/// Methods that one thread takes at a time.
const CHUNK: usize = 2048;

/// Looks through the code of all methods.
pub(super) fn scan(world: &World<'_>) -> Scanned {
    let watched = Watched::new(world);
    let parts: Vec<(u32, Vec<MethodNo>, FxHashSet<FieldRef>)> = world
        .methods
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(chunk, methods)| {
            let first = u32::try_from(chunk.saturating_mul(CHUNK)).unwrap_or(u32::MAX);
            part(world, &watched, first, methods)
        })
        .collect();
    let mut scanned = Scanned {
        watched,
        ..Scanned::default()
    };
    for (methods, using, written) in parts {
        scanned.methods = scanned.methods.saturating_add(methods);
        scanned.using.extend(using);
        scanned.written.extend(written);
    }
    scanned
}

fn part(
    world: &World<'_>,
    watched: &Watched,
    first: MethodNo,
    methods: &[super::world::Method],
) -> (u32, Vec<MethodNo>, FxHashSet<FieldRef>) {
    let mut with_code = 0;
    let mut using = Vec::new();
    let mut written = FxHashSet::default();
    for (number, method) in (first..).zip(methods) {
        let Some((file, code)) = world.file_of(method).zip(world.code(method)) else {
            continue;
        };
        with_code += 1;
        let in_clinit = world.name(method.sig) == b"<clinit>";
        let mut uses = false;
        // What is malformed was counted when the file was read.
        let _ = dex::scan(code.units, |event| match event.kind {
            Kind::StaticPut if !in_clinit => {
                written.extend(file.fields.get(event.index as usize));
            }
            Kind::StaticGet | Kind::InstanceGet => uses |= watched.is_field(file, event.index),
            kind if kind.is_invoke() && kind != Kind::InvokeCustom => {
                uses |= watched.is_method(file, event.index);
            }
            _ => {}
        });
        if uses {
            using.push(number);
        }
    }
    (with_code, using, written)
}
