//! What the manifest says a class is, where its superclasses end at one that
//! neither the package nor the platform has: in a plug-in, the classes of its
//! host.

use std::collections::BTreeSet;

use super::names::NONE;
use super::world::{Type, World};
use crate::catalog;
use crate::manifest::{ComponentKind, ManifestFacts};

/// A superclass that is not in the package.
#[derive(Debug)]
pub(super) struct Lost {
    pub of: Type,
    /// The type of the platform that it stands below, as a component does.
    pub below: &'static str,
    /// Its code runs with the app: it is that of a screen or of the
    /// application, not of a part that may never be called.
    pub runs: bool,
}

const APPLICATION: &str = "android.app.Application";
const ACTIVITY: &str = "android.app.Activity";
const SERVICE: &str = "android.app.Service";
const RECEIVER: &str = "android.content.BroadcastReceiver";
const PROVIDER: &str = "android.content.ContentProvider";

/// Where types begin that the platform has, but those of its old library.
const OF_PLATFORM: [&str; 9] = [
    "android.",
    "com.android.",
    "dalvik.",
    "java.",
    "javax.",
    "org.apache.http.",
    "org.json.",
    "org.w3c.",
    "org.xml",
];
const OLD_LIBRARY: &str = "android.support.";

/// Superclasses of what the manifest declares that are not in the package,
/// each once for what it stands below.
pub(super) fn lost(world: &World<'_>, manifest: &ManifestFacts) -> Vec<Lost> {
    let mut all: Vec<Lost> = Vec::new();
    let application = manifest.application.class.iter();
    let application = application.map(|class| (class, APPLICATION, true));
    let components = manifest.components.iter().map(|component| {
        let (below, screen) = match component.kind {
            ComponentKind::Activity | ComponentKind::ActivityAlias => (ACTIVITY, true),
            ComponentKind::Service => (SERVICE, false),
            ComponentKind::Receiver => (RECEIVER, false),
            ComponentKind::Provider => (PROVIDER, false),
        };
        let class = component.target.as_ref().unwrap_or(&component.class);
        (class, below, screen && component.enabled)
    });
    for (class, below, runs) in application.chain(components) {
        let Some(of) = end_of_line(world, class) else {
            continue;
        };
        match all
            .iter_mut()
            .find(|lost| lost.of == of && lost.below == below)
        {
            Some(known) => known.runs |= runs,
            None => all.push(Lost { of, below, runs }),
        }
    }
    all
}

/// Names of those whose code runs with the app, sorted.
pub(super) fn names(world: &World<'_>, lost: &[Lost]) -> Vec<String> {
    let running = lost.iter().filter(|lost| lost.runs);
    let names: BTreeSet<String> = running.map(|lost| world.dotted(lost.of)).collect();
    names.into_iter().collect()
}

/// The first type above a class that the app does not define, if the platform
/// does not define it either.
fn end_of_line(world: &World<'_>, class: &str) -> Option<Type> {
    let class = world.class_of(world.type_of_class(class)?)?;
    let last = world.class(world.line(class).last()?)?.superclass;
    // A hierarchy that goes round in a circle has no end.
    if last == NONE || world.class_of(last).is_some() {
        return None;
    }
    let name = world.dotted(last);
    let of_platform = OF_PLATFORM.iter().any(|start| name.starts_with(start));
    let known = catalog::callbacks().above(&name).len() > 1;
    (!known && (!of_platform || name.starts_with(OLD_LIBRARY))).then_some(last)
}
