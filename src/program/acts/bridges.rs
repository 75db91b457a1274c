//! Web pages that are given an object whose methods give information.

use super::super::Step;
use super::super::body::Member;
use super::super::names::NONE;
use super::super::summary::Known;
use super::super::uses::{Found, Writer};
use super::super::world::{ClassNo, MethodNo, World};
use super::{Act, Deed};

/// What a method has to carry to be seen by web pages.
const ANNOTATION: &[u8] = b"Landroid/webkit/JavascriptInterface;";
/// Calls deep that the results of a method are looked up.
const DEPTH: u8 = 3;
/// A class has hardly more methods for web pages.
const MOST: usize = 512;

/// The acts.
pub(super) fn all(writer: &Writer<'_, '_>) -> Vec<Act> {
    let mut acts = Vec::new();
    for found in writer.found() {
        let Member::Deed(deed) = &found.used.member else {
            continue;
        };
        let Deed::AddsBridge(of) = **deed else {
            continue;
        };
        let Some(class) = writer.world().class_of(of) else {
            continue;
        };
        for method in seen_by_pages(writer.world(), class) {
            acts.extend(bridge(writer, &found, method));
        }
    }
    acts
}

/// What a method gives to the page that has its object.
fn bridge(writer: &Writer<'_, '_>, found: &Found<'_>, method: MethodNo) -> Vec<Act> {
    let bodies = writer.bodies;
    let mut kinds: Vec<String> = Vec::new();
    if let Known::Given(kind) = &bodies.returns(method, DEPTH).any
        && !kind.starts_with('@')
    {
        kinds.push(kind.to_string());
    }
    if writer.reach.of(method).is_none() {
        // Nobody but the page runs it.
        for used in bodies.read(method).uses {
            if let Member::Deed(deed) = &used.member
                && let Deed::ShowsToWeb(kind) = &**deed
            {
                kinds.push(kind.to_string());
            }
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    let acts = kinds.into_iter().map(|kind| {
        let added = writer.whence(found.method, found.used.at, found.reached, false);
        let place = added.place.clone();
        let mut act = Act {
            kind,
            ..Act::at("bridge-gives-data", added)
        };
        let at = writer.whence(method, 0, None, false);
        act.class = at.class;
        act.place = at.place;
        act.path.push(Step {
            method: writer.world().method_name(method),
            owner: String::new(),
            by: "bridge".to_owned(),
            place,
        });
        act
    });
    acts.collect()
}

/// The methods of a class, and of those above it, that web pages can call.
fn seen_by_pages(world: &World<'_>, class: ClassNo) -> Vec<MethodNo> {
    let mut methods = Vec::new();
    for class in world.line(class) {
        let Some(known) = world.class(class) else {
            continue;
        };
        let Some(file) = world.files.get(known.file as usize) else {
            continue;
        };
        let annotations = file.dex.annotations(&known.def).ok().flatten();
        let annotated: Vec<u32> = annotations
            .into_iter()
            .flat_map(|all| all.methods().take(MOST))
            .filter(|(_, set)| {
                let set = file.dex.annotation_set(*set).into_iter().flatten();
                set.map_while(Result::ok).any(|item| {
                    let of = file.types.get(item.annotation.type_ as usize);
                    world.types.text(of.copied().unwrap_or(NONE)) == ANNOTATION
                })
            })
            .map(|(method, _)| method)
            .collect();
        methods.extend(known.methods.clone().filter(|method| {
            let method = world.method(*method);
            method.is_some_and(|method| annotated.contains(&method.encoded.method))
        }));
    }
    methods
}
