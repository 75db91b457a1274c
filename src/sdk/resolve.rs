//! From traces to a verdict: inside, likely, only named, a part of another.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{LibraryTraces, SdkTraces, Traces};
use super::touches::Touches;
use super::version::Reader;
use super::{
    FoundLibrary, FoundSdk, Outdated, Seen, Start, Status, SwitchState, Trace, TraceKind, Version,
    is_below,
};
use crate::catalog::{Bilingual, Grounds, OnOff, Sdk, Sdks, Stops, matches};

/// Fewest classes below its prefixes by which an SDK is present: one class
/// alone may be a stub to compile against.
const FEWEST_CLASSES: u32 = 2;

/// What was concluded about an SDK with traces.
#[derive(Debug)]
pub struct Resolved {
    /// Index in the catalogue.
    pub sdk: usize,
    /// How sure it is that it is inside.
    pub status: Status,
    /// The SDK or packer whose part it is.
    pub part_of: Option<String>,
    /// The traces, the strongest first.
    pub traces: Vec<Trace>,
    /// Classes defined.
    pub classes: u32,
}

/// Weighs the traces of every SDK.
pub fn resolve(seen: &Seen<'_>, catalogue: &Sdks, traces: &Traces<'_>) -> Vec<Resolved> {
    let mut all: Vec<Resolved> = traces
        .sdks
        .iter()
        .filter_map(|(at, found)| {
            let sdk = catalogue.sdks.get(*at)?;
            let status = match status(sdk, found)? {
                // All code of a library is there to see: what only its
                // manifest names, it expects of the app.
                Status::Present | Status::Likely
                    if seen.package.is_empty()
                        && !seen.classes.is_empty()
                        && declared_only(found) =>
                {
                    Status::ReferenceOnly
                }
                status => status,
            };
            Some(Resolved {
                sdk: *at,
                status,
                part_of: None,
                traces: found.traces.clone(),
                classes: found.classes,
            })
        })
        .collect();
    let mut inside: BTreeSet<usize> = all
        .iter()
        .filter(|r| r.status == Status::Present)
        .map(|r| r.sdk)
        .collect();
    for resolved in &mut all {
        let Some(found) = traces.sdks.get(&resolved.sdk) else {
            continue;
        };
        let bundler = found
            .bundled
            .iter()
            .find(|(by, count)| {
                **by != resolved.sdk && inside.contains(by) && **count == found.classes
            })
            .map(|(by, _)| *by);
        if let Some(by) = bundler
            && only_code(&resolved.traces)
        {
            inside.remove(&resolved.sdk);
            resolved.status = Status::PartOf;
            resolved.part_of = catalogue.sdks.get(by).map(|sdk| sdk.id.clone());
        }
    }
    for (packer, brings) in &seen.packers {
        for resolved in &mut all {
            let Some(sdk) = catalogue.sdks.get(resolved.sdk) else {
                continue;
            };
            if brings.contains(&sdk.id) && only_code(&resolved.traces) {
                resolved.status = Status::PartOf;
                resolved.part_of = Some((*packer).to_owned());
            }
        }
    }
    all
}

/// Whether nothing that the app's maker wrote into the manifest shows it.
fn only_code(traces: &[Trace]) -> bool {
    traces.iter().all(|trace| {
        matches!(
            trace.kind,
            TraceKind::Classes | TraceKind::Library | TraceKind::Jni | TraceKind::Reference
        )
    })
}

/// Whether nothing but names in the manifest shows it.
fn declared_only(found: &SdkTraces) -> bool {
    found.traces.iter().all(|trace| {
        matches!(
            trace.kind,
            TraceKind::Component
                | TraceKind::Registrar
                | TraceKind::MetaData
                | TraceKind::Permission
                | TraceKind::Query
                | TraceKind::Reference
        )
    })
}

/// How sure the traces make it; none if they say nothing.
fn status(sdk: &Sdk, found: &SdkTraces) -> Option<Status> {
    let fewest = sdk.evidence.min_classes.unwrap_or(FEWEST_CLASSES);
    let enough = found.sentinel || found.classes >= fewest;
    let stub =
        !enough && (sdk.evidence.min_classes.is_some() || !sdk.evidence.sentinels.is_empty());
    let proving: BTreeSet<TraceKind> = found
        .traces
        .iter()
        .filter(|trace| trace.confirmed && counts(trace.kind, stub))
        .map(|trace| trace.kind)
        .collect();
    let decided = proving
        .iter()
        .any(|kind| kind.decides() && (*kind != TraceKind::Classes || enough));
    // What a library's file name and its exports say is one thing.
    let independent = proving
        .iter()
        .filter(|kind| **kind != TraceKind::Jni || !proving.contains(&TraceKind::Library))
        .count();
    if decided || independent > 1 {
        return Some(Status::Present);
    }
    let unconfirmed: BTreeSet<TraceKind> = found
        .traces
        .iter()
        .filter(|trace| !trace.confirmed && counts(trace.kind, stub))
        .map(|trace| trace.kind)
        .collect();
    if independent == 1 || own_names(found, stub) || unconfirmed.len() > 1 {
        return Some(Status::Likely);
    }
    let named = found
        .traces
        .iter()
        .any(|trace| trace.kind == TraceKind::Reference);
    named.then_some(Status::ReferenceOnly)
}

/// Whether a trace of this kind counts at all.
fn counts(kind: TraceKind, stub: bool) -> bool {
    match kind {
        TraceKind::Reference => false,
        TraceKind::Classes => !stub,
        _ => true,
    }
}

/// Whether there is a name that nobody confirmed, but that belongs to this
/// entry alone.
fn own_names(found: &SdkTraces, stub: bool) -> bool {
    let own = |trace: &Trace| !trace.confirmed && !trace.hint && counts(trace.kind, stub);
    found.traces.iter().any(own)
}

/// The SDKs as they are reported, sorted by id.
pub fn found(
    seen: &Seen<'_>,
    catalogue: &Sdks,
    resolved: &[Resolved],
    touches: &Touches,
    versions: &Reader<'_>,
) -> Vec<FoundSdk> {
    let inside: Vec<&Sdk> = resolved
        .iter()
        .filter(|r| r.status.is_inside())
        .filter_map(|r| catalogue.sdks.get(r.sdk))
        .collect();
    let found = resolved.iter().filter_map(|resolved| {
        let sdk = catalogue.sdks.get(resolved.sdk)?;
        let shown = resolved.status.is_inside();
        let coordinates = versions.coordinates(&sdk.maven);
        let version = if resolved.status == Status::ReferenceOnly {
            None
        } else {
            versions.of(sdk)
        };
        Some(FoundSdk {
            id: sdk.id.clone(),
            name: sdk.name(),
            category: sdk.category.clone(),
            vendor: sdk.vendor(),
            company: sdk.company.clone(),
            country: sdk.country.clone(),
            status: resolved.status,
            grounds: sdk.evidence.certainty.unwrap_or(Grounds::Memory),
            outdated: outdated(sdk, version.as_ref()),
            version,
            classes: resolved.classes,
            evidence: resolved.traces.clone(),
            touches: touches.of(&format!("sdk:{}", sdk.id)),
            part_of: resolved.part_of.clone(),
            brought_by: inside
                .iter()
                .filter(|other| other.brings.contains(&sdk.id))
                .map(|other| other.id.clone())
                .collect(),
            start_known: start_known(seen, sdk),
            runs_first: if shown {
                runs_first(seen, catalogue, sdk, touches)
            } else {
                Vec::new()
            },
            woken: if shown {
                woken(seen, sdk, touches)
            } else {
                Vec::new()
            },
            switches: if shown {
                switches(seen, sdk)
            } else {
                Vec::new()
            },
            disabled_by: if shown { disabled_by(seen, sdk) } else { None },
            coordinates,
        })
    });
    let mut found: Vec<FoundSdk> = found.collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

fn outdated(sdk: &Sdk, version: Option<&Version>) -> Option<Outdated> {
    let floor = sdk.floor.as_ref()?;
    is_below(&version?.value, &floor.version).then(|| Outdated {
        floor: floor.version.clone(),
        why: Bilingual::new(&floor.why_zh, &floor.why_en),
        grounds: floor.certainty,
    })
}

/// On what grounds the catalogue lists a class; none if it does not.
fn listed(sdk: &Sdk, patterns: &[String], class: &str) -> Option<Grounds> {
    let grounds = sdk.start.as_ref()?.certainty;
    let named = patterns.iter().any(|pattern| matches(pattern, class));
    named.then_some(grounds)
}

/// Whether a method that starts it has kept its name in this package.
fn start_known(seen: &Seen<'_>, sdk: &Sdk) -> bool {
    let methods = sdk.start.iter().flat_map(|start| &start.init);
    let mut classes = methods.filter_map(|method| Some(method.rsplit_once('.')?.0));
    let has = |names: &[(&str, &str)], class: &str| {
        let at = names.binary_search_by(|(name, _)| (*name).cmp(class));
        at.is_ok()
    };
    classes.any(|class| has(&seen.classes, class) || has(&seen.referenced, class))
}

/// The setting that a component needs to start anything, if it is not there.
fn without(seen: &Seen<'_>, catalogue: &Sdks, class: &str) -> Option<String> {
    let starts = catalogue.sdks.iter().filter_map(|sdk| sdk.start.as_ref());
    let needs = starts.flat_map(|start| &start.needs);
    let mut needs = needs.filter(|needs| needs.component == class);
    let has_meta_data = |name: &str| seen.meta_data.iter().any(|(named, _)| named.name == name);
    let has_resource = |name: &str| seen.resources.iter().any(|named| named.name == name);
    needs.find_map(|needs| {
        let meta_data = needs.meta_data.as_ref().filter(|name| !has_meta_data(name));
        let resource = needs.resource.as_ref();
        let resource = resource.filter(|name| !seen.resources_hidden && !has_resource(name));
        meta_data.or(resource).cloned()
    })
}

/// A provider that several SDKs list starts the one whose component it is,
/// and those that would begin to work in it unless a switch is off.
fn runs_first(seen: &Seen<'_>, catalogue: &Sdks, sdk: &Sdk, touches: &Touches) -> Vec<Start> {
    let patterns = sdk.start.as_ref().map_or(&[][..], |start| &start.auto);
    let begins = sdk.switch.iter().any(|switch| switch.stops != Stops::No);
    let providers = seen.components.iter().filter(|c| c.runs_first);
    let providers = providers.filter_map(|c| {
        let class = c.named.name;
        let own = touches.component_of(class, &sdk.id);
        let known = listed(sdk, patterns, class);
        let counts = own || (known.is_some() && (begins || !touches.component_of_other(class)));
        counts.then_some((c.named, c.open, known))
    });
    let initialisers = seen.registrars.iter().filter_map(|named| {
        let known = listed(sdk, patterns, named.name)?;
        Some((*named, false, Some(known)))
    });
    let starts = providers.chain(initialisers);
    let starts = starts.map(|(named, open, known)| Start {
        class: named.name.to_owned(),
        by: None,
        open,
        known,
        without: without(seen, catalogue, named.name),
        place: named.place.clone(),
    });
    sorted(starts)
}

/// As with [`runs_first`], a component that several SDKs list is of one.
fn woken(seen: &Seen<'_>, sdk: &Sdk, touches: &Touches) -> Vec<Start> {
    let patterns = sdk
        .start
        .as_ref()
        .map_or(&[][..], |start| &start.self_start);
    let enabled = seen.components.iter().filter(|c| c.enabled);
    let starts = enabled.filter_map(|c| {
        let class = c.named.name;
        let own = touches.component_of(class, &sdk.id);
        let other = !own && touches.component_of_other(class);
        let known = listed(sdk, patterns, class).filter(|_| !other);
        let event = c.woken_by.is_some() && own;
        (known.is_some() || event).then(|| Start {
            class: class.to_owned(),
            by: c.woken_by.map(str::to_owned),
            open: c.open,
            known,
            without: None,
            place: c.named.place.clone(),
        })
    });
    sorted(starts)
}

fn sorted(starts: impl Iterator<Item = Start>) -> Vec<Start> {
    let set: BTreeSet<Start> = starts.collect();
    set.into_iter().collect()
}

/// The name of the switch that keeps the SDK from beginning by itself.
fn disabled_by(seen: &Seen<'_>, sdk: &Sdk) -> Option<String> {
    let states = switches(seen, sdk);
    let stopping = |kind| states.iter().filter(move |state| state.stops == kind);
    let off = |state: &&SwitchState| !state.on;
    let own = stopping(Stops::All).find(off);
    let given = stopping(Stops::All).any(|state| state.value.is_some());
    let default = stopping(Stops::Default).find(off).filter(|_| !given);
    own.or(default).map(|state| state.meta_data.clone())
}

fn switches(seen: &Seen<'_>, sdk: &Sdk) -> Vec<SwitchState> {
    let state = |switch: &crate::catalog::Switch| {
        let given = seen
            .meta_data
            .iter()
            .find(|(named, _)| named.name == switch.meta_data);
        let value = given.and_then(|(_, value)| *value);
        SwitchState {
            meta_data: switch.meta_data.clone(),
            what: Bilingual::new(&switch.what_zh, &switch.what_en),
            off_value: switch.off.clone(),
            stops: switch.stops,
            value: value.map(str::to_owned),
            on: match value {
                Some(value) => !same_value(value, &switch.off),
                None => switch.absent == OnOff::On,
            },
            grounds: switch.certainty,
            place: given.map(|(named, _)| named.place.clone()),
        }
    };
    sdk.switch.iter().map(state).collect()
}

/// Whether two values of meta-data are the same, truth values in any form.
fn same_value(a: &str, b: &str) -> bool {
    let plain = |value: &str| match value.to_ascii_lowercase().as_str() {
        "0" | "false" => "false".to_owned(),
        "1" | "-1" | "true" => "true".to_owned(),
        other => other.to_owned(),
    };
    plain(a) == plain(b)
}

/// The libraries as they are reported, sorted by id.
pub fn libraries(
    catalogue: &Sdks,
    traces: BTreeMap<usize, LibraryTraces>,
    touches: &Touches,
    versions: &Reader<'_>,
) -> Vec<FoundLibrary> {
    let found = traces.into_iter().filter_map(|(at, found)| {
        let library = catalogue.libraries.get(at)?;
        let coordinates = versions.coordinates(&library.maven);
        Some(FoundLibrary {
            id: library.id.clone(),
            name: library.name.clone(),
            version: versions.listed(&library.maven),
            classes: found.classes,
            evidence: found.traces,
            touches: touches.of(&format!("library:{}", library.id)),
            coordinates,
        })
    });
    found.collect()
}
