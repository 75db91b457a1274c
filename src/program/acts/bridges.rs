//! Web pages that are given an object whose methods give information.

use super::super::Step;
use super::super::body::{Bodies, Member};
use super::super::names::NONE;
use super::super::summary::Known;
use super::super::uses::{Found, Writer};
use super::super::world::{ClassNo, MethodNo};
use super::{Act, Deed};

/// What a method has to carry to be seen by web pages.
const ANNOTATION: &[u8] = b"Landroid/webkit/JavascriptInterface;";
/// Calls deep that the results of a method are looked up.
const DEPTH: u8 = 3;

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
        for method in seen_by_pages(writer.bodies, class) {
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
fn seen_by_pages(bodies: &Bodies<'_>, class: ClassNo) -> Vec<MethodNo> {
    let annotation = bodies.world.type_named(ANNOTATION).unwrap_or(NONE);
    let line = bodies.world.line(class);
    let marked = line.flat_map(|class| bodies.scripts.marked(class));
    let seen = marked.filter(|(_, by)| *by == annotation);
    seen.map(|(method, _)| *method).collect()
}
