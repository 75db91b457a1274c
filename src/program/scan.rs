//! One fast look at all code: which methods use members of the catalogue,
//! and which static fields are ever set.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::acts::{Doing, Doings};
use super::models::Models;
use super::refusals::CONTRACTS;
use super::value::LONGEST;
use super::watched::Watched;
use super::world::{FieldRef, Method, MethodNo, Type, World};
use crate::decode::dex::{self, Kind};

/// What the look shows.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// Methods with code.
    pub methods: u32,
    /// Methods that use members of the catalogue or do what is told as an act,
    /// in order.
    pub using: Vec<MethodNo>,
    /// Static fields that are set outside of the initialiser of a class.
    pub written: FxHashSet<FieldRef>,
    /// Fields of objects that are set after the object was made, and whether
    /// a constructor sets them too.
    pub filled: FxHashMap<FieldRef, bool>,
    /// Texts in methods that keep values under keys.
    pub put: FxHashSet<String>,
    /// Methods that make a contract for a request for permissions.
    pub contracts: Vec<MethodNo>,
    pub watched: Watched,
    pub doings: Doings,
}

/// Methods that one thread takes at a time.
const CHUNK: usize = 2048;

/// What a part of the methods shows.
#[derive(Debug, Default)]
struct Part {
    methods: u32,
    using: Vec<MethodNo>,
    written: FxHashSet<FieldRef>,
    filled: FxHashSet<FieldRef>,
    /// Fields of objects that constructors set.
    born: FxHashSet<FieldRef>,
    put: FxHashSet<String>,
    contracts: Vec<MethodNo>,
}

/// Looks through the code of all methods.
pub(super) fn scan(world: &World<'_>, models: &Models) -> Scanned {
    let (watched, doings) = rayon::join(|| Watched::new(world), || Doings::new(world));
    let contracts: Vec<Type> = CONTRACTS
        .iter()
        .filter_map(|contract| world.type_named(contract))
        .collect();
    let parts: Vec<Part> = world
        .written()
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(chunk, methods)| {
            let first = u32::try_from(chunk.saturating_mul(CHUNK)).unwrap_or(u32::MAX);
            part(
                world,
                models,
                (&watched, &doings),
                &contracts,
                first,
                methods,
            )
        })
        .collect();
    let mut scanned = Scanned {
        watched,
        doings,
        ..Scanned::default()
    };
    let mut born = FxHashSet::default();
    for part in parts {
        let filled = part.filled.into_iter().map(|field| (field, false));
        scanned.filled.extend(filled);
        born.extend(part.born);
        scanned.methods = scanned.methods.saturating_add(part.methods);
        scanned.using.extend(part.using);
        scanned.written.extend(part.written);
        scanned.put.extend(part.put);
        scanned.contracts.extend(part.contracts);
    }
    for (field, born_too) in &mut scanned.filled {
        *born_too = born.contains(field);
    }
    scanned
}

fn part(
    world: &World<'_>,
    models: &Models,
    (watched, doings): (&Watched, &Doings),
    contracts: &[Type],
    first: MethodNo,
    methods: &[Method],
) -> Part {
    let mut part = Part::default();
    let mut texts = Vec::new();
    for (number, method) in (first..).zip(methods) {
        let Some((file, code)) = world.file_of(method).zip(world.code(method)) else {
            continue;
        };
        part.methods += 1;
        let name = world.name(method.sig);
        let in_clinit = name == b"<clinit>";
        let makes = in_clinit || name == b"<init>";
        let (mut uses, mut puts, mut asks) = (false, false, false);
        texts.clear();
        // What is malformed was counted when the file was read.
        let _ = dex::scan(code.units, |event| match event.kind {
            Kind::ConstString => texts.push(event.index),
            Kind::StaticPut if !in_clinit => {
                part.written.extend(file.fields.get(event.index as usize));
            }
            Kind::InstancePut => {
                let set = if makes {
                    &mut part.born
                } else {
                    &mut part.filled
                };
                set.extend(file.fields.get(event.index as usize));
            }
            Kind::NewInstance => {
                let of = file.types.get(event.index as usize);
                asks |= of.is_some_and(|of| contracts.contains(of));
            }
            Kind::StaticGet | Kind::InstanceGet => uses |= watched.is_field(file, event.index),
            kind if kind.is_invoke() && kind != Kind::InvokeCustom => {
                uses |= watched.is_method(file, event.index)
                    || doings.of(file, event.index).is_some_and(Doing::tells_alone);
                puts |= file
                    .methods
                    .get(event.index as usize)
                    .is_some_and(|called| models.puts(called.class, world.name_no(called.sig)));
            }
            _ => {}
        });
        if uses {
            part.using.push(number);
        }
        if asks {
            part.contracts.push(number);
        }
        if puts {
            texts.sort_unstable();
            texts.dedup();
            let short = |text: &u32| {
                let bytes = file.dex.string_bytes(*text);
                bytes.is_ok_and(|bytes| bytes.len() <= LONGEST)
            };
            let texts = texts.drain(..).filter(short);
            let texts = texts.filter_map(|text| file.dex.string(text).ok());
            part.put.extend(texts.map(std::borrow::Cow::into_owned));
        }
    }
    part
}
