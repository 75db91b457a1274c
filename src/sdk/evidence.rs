//! Every trace of every entry, before anything is concluded from it.

use std::collections::BTreeMap;

use super::names::Index;
use super::prefixes::{Belongs, Entry, Prefixes, package_of};
use super::{Named, Seen, Trace, TraceKind};
use crate::catalog::{Evidence, Grounds, Sdks};
use crate::evidence::Place;

/// The traces of a package.
pub struct Traces<'a> {
    /// The prefixes of the catalogue.
    pub prefixes: Prefixes<'a>,
    /// Traces of SDKs by index in the catalogue.
    pub sdks: BTreeMap<usize, SdkTraces>,
    /// Traces of libraries by index in the catalogue.
    pub libraries: BTreeMap<usize, LibraryTraces>,
}

/// Traces of one SDK.
#[derive(Debug, Default)]
pub struct SdkTraces {
    /// The traces, in order of kind.
    pub traces: Vec<Trace>,
    /// Classes below its prefixes.
    pub classes: u32,
    /// Of these, classes in namespaces that another SDK bundles, by its
    /// index.
    pub bundled: BTreeMap<usize, u32>,
    /// One of the classes that mean presence is defined.
    pub sentinel: bool,
}

/// Traces of one library.
#[derive(Debug, Default)]
pub struct LibraryTraces {
    /// The traces, in order of kind.
    pub traces: Vec<Trace>,
    /// Classes below its prefixes.
    pub classes: u32,
}

/// Classes of one owner: the number, and the first.
#[derive(Clone, Copy, Debug)]
struct Tally<'a> {
    count: u32,
    first: (&'a str, &'a str),
}

impl<'a> Tally<'a> {
    fn add(map: &mut BTreeMap<Entry, Self>, entry: Entry, class: (&'a str, &'a str)) {
        let some = map.entry(entry).or_insert(Self {
            count: 0,
            first: class,
        });
        some.count = some.count.saturating_add(1);
    }
}

/// Gathers all traces.
pub fn collect<'c>(seen: &Seen<'_>, catalogue: &'c Sdks) -> Traces<'c> {
    let prefixes = Prefixes::new(catalogue, seen.package);
    let mut traces = Traces {
        prefixes: Prefixes::default(),
        sdks: BTreeMap::new(),
        libraries: BTreeMap::new(),
    };
    classes(seen, catalogue, &prefixes, &mut traces);
    owned_names(seen, catalogue, &prefixes, &mut traces);
    references(seen, &prefixes, &mut traces);
    let index = Names::new(seen);
    for (at, sdk) in catalogue.sdks.iter().enumerate() {
        let mut found = index.all(&sdk.evidence, Worth::of(&sdk.evidence));
        if let Some(weak) = &sdk.weak {
            found.extend(index.all(weak, Worth::Hint));
        }
        found.extend(Names::dependencies(seen, &sdk.maven, TraceKind::Dependency));
        found.extend(Names::dependencies(seen, &sdk.plugins, TraceKind::Plugin));
        if !found.is_empty() {
            traces.sdks.entry(at).or_default().traces.extend(found);
        }
    }
    for (at, library) in catalogue.libraries.iter().enumerate() {
        let mut found = Names::listed(
            &index.libraries,
            TraceKind::Library,
            &library.libraries,
            Worth::Proof,
        );
        found.extend(Names::listed(
            &index.files,
            TraceKind::File,
            &library.meta_inf,
            Worth::Proof,
        ));
        found.extend(Names::dependencies(
            seen,
            &library.maven,
            TraceKind::Dependency,
        ));
        found.extend(Names::dependencies(
            seen,
            &library.plugin,
            TraceKind::Plugin,
        ));
        if !found.is_empty() {
            traces.libraries.entry(at).or_default().traces.extend(found);
        }
    }
    for found in traces.sdks.values_mut() {
        merge(&mut found.traces);
    }
    for found in traces.libraries.values_mut() {
        merge(&mut found.traces);
    }
    traces.prefixes = prefixes;
    traces
}

/// What a name is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worth {
    /// It is confirmed and counts as proof of its kind.
    Proof,
    /// It belongs to the entry alone, and nobody confirmed it.
    Unproven,
    /// It says nothing alone.
    Hint,
}

impl Worth {
    fn of(evidence: &Evidence) -> Self {
        if evidence.certainty.is_some_and(Grounds::proves) {
            Self::Proof
        } else {
            Self::Unproven
        }
    }
}

/// Of one kind and degree the first trace, with the number of all.
fn merge(traces: &mut Vec<Trace>) {
    traces.sort_by(|a, b| {
        let key = |t: &Trace| (t.kind, !t.confirmed, t.hint);
        key(a).cmp(&key(b)).then_with(|| a.value.cmp(&b.value))
    });
    let same =
        |a: &Trace, b: &Trace| a.kind == b.kind && a.confirmed == b.confirmed && a.hint == b.hint;
    traces.dedup_by(|next, first| same(next, first) && next.value == first.value);
    traces.dedup_by(|next, first| {
        let same = same(next, first);
        if same {
            first.count = first.count.saturating_add(next.count);
        }
        same
    });
}

/// Classes defined, by longest prefix.
fn classes<'a>(
    seen: &Seen<'a>,
    catalogue: &Sdks,
    prefixes: &Prefixes<'_>,
    traces: &mut Traces<'_>,
) {
    let mut owned: BTreeMap<Entry, Tally<'a>> = BTreeMap::new();
    let mut weak: BTreeMap<Entry, Tally<'a>> = BTreeMap::new();
    let mut of_package: Option<(&str, Belongs)> = None;
    for &(class, file) in &seen.classes {
        let package = package_of(class);
        let known = matches!(&of_package, Some((last, _)) if *last == package);
        if !known {
            of_package = Some((package, prefixes.of(package)));
        }
        let of_class;
        let belongs = if prefixes.splits(package) {
            of_class = prefixes.of(class);
            &of_class
        } else {
            let Some((_, belongs)) = &of_package else {
                continue;
            };
            belongs
        };
        if let Some(entry) = belongs.owner {
            Tally::add(&mut owned, entry, (class, file));
            if let Entry::Sdk(at) = entry {
                for by in &belongs.bundles {
                    let bundled = &mut traces.sdks.entry(at).or_default().bundled;
                    let count = bundled.entry(*by).or_default();
                    *count = count.saturating_add(1);
                }
            }
        } else {
            for at in &belongs.weak {
                Tally::add(&mut weak, Entry::Sdk(*at), (class, file));
            }
        }
    }
    for (entry, some) in owned {
        match entry {
            Entry::Sdk(at) => {
                let sdk = catalogue.sdks.get(at);
                let worth = sdk.map_or(Worth::Unproven, |sdk| Worth::of(&sdk.evidence));
                let found = traces.sdks.entry(at).or_default();
                found.classes = some.count;
                found.sentinel = sdk.is_some_and(|sdk| {
                    sdk.evidence.sentinels.iter().any(|sentinel| {
                        let at = seen.classes.binary_search_by(|(c, _)| (*c).cmp(sentinel));
                        at.is_ok()
                    })
                });
                found.traces.push(some.trace(TraceKind::Classes, worth));
            }
            Entry::Library(at) => {
                let found = traces.libraries.entry(at).or_default();
                found.classes = some.count;
                found
                    .traces
                    .push(some.trace(TraceKind::Classes, Worth::Proof));
            }
        }
    }
    for (entry, some) in weak {
        if let Entry::Sdk(at) = entry {
            let found = traces.sdks.entry(at).or_default();
            found
                .traces
                .push(some.trace(TraceKind::Classes, Worth::Hint));
        }
    }
}

impl Tally<'_> {
    fn trace(&self, kind: TraceKind, worth: Worth) -> Trace {
        let (class, file) = self.first;
        Trace {
            kind,
            value: class.to_owned(),
            count: self.count,
            confirmed: worth == Worth::Proof,
            hint: worth == Worth::Hint,
            place: Place::file(file).at(class),
        }
    }
}

/// Components, registrars and JNI classes that lie below a prefix.
fn owned_names(
    seen: &Seen<'_>,
    catalogue: &Sdks,
    prefixes: &Prefixes<'_>,
    traces: &mut Traces<'_>,
) {
    let components = seen
        .components
        .iter()
        .map(|c| (TraceKind::Component, c.class()));
    let registrars = seen.registrars.iter().map(|r| (TraceKind::Registrar, *r));
    let jni = seen.jni.iter().map(|j| (TraceKind::Jni, *j));
    for (kind, named) in components.chain(registrars).chain(jni) {
        let belongs = prefixes.of(named.name);
        let Some(Entry::Sdk(at)) = belongs.owner else {
            continue;
        };
        // A namespace that another SDK brought along with its code.
        let bundled = belongs
            .bundles
            .iter()
            .any(|by| traces.sdks.get(by).is_some_and(|found| found.classes > 0));
        if bundled {
            continue;
        }
        let worth = catalogue
            .sdks
            .get(at)
            .map_or(Worth::Unproven, |sdk| Worth::of(&sdk.evidence));
        let found = traces.sdks.entry(at).or_default();
        found.traces.push(trace(kind, named, worth));
    }
}

/// Classes that code names and nothing defines.
fn references<'a>(seen: &Seen<'a>, prefixes: &Prefixes<'_>, traces: &mut Traces<'_>) {
    let mut named: BTreeMap<Entry, Tally<'a>> = BTreeMap::new();
    for &(class, file) in &seen.referenced {
        if let Some(entry @ Entry::Sdk(_)) = prefixes.of(class).owner {
            Tally::add(&mut named, entry, (class, file));
        }
    }
    for (entry, some) in named {
        if let Entry::Sdk(at) = entry {
            let found = traces.sdks.entry(at).or_default();
            found
                .traces
                .push(some.trace(TraceKind::Reference, Worth::Proof));
        }
    }
}

fn trace(kind: TraceKind, named: Named<'_>, worth: Worth) -> Trace {
    Trace {
        kind,
        value: named.name.to_owned(),
        count: 1,
        confirmed: worth == Worth::Proof,
        hint: worth == Worth::Hint,
        place: named.place.clone(),
    }
}

/// The names of a package by kind.
struct Names<'a> {
    components: Index<'a>,
    registrars: Index<'a>,
    meta_data: Index<'a>,
    permissions: Index<'a>,
    queries: Index<'a>,
    libraries: Index<'a>,
    jni: Index<'a>,
    files: Index<'a>,
    resources: Index<'a>,
}

impl<'a> Names<'a> {
    fn new(seen: &Seen<'a>) -> Self {
        Self {
            components: Index::new(seen.components.iter().map(|c| c.named)),
            registrars: Index::new(seen.registrars.iter().copied()),
            meta_data: Index::new(seen.meta_data.iter().map(|(named, _)| *named)),
            permissions: Index::new(seen.permissions.iter().copied()),
            queries: Index::new(seen.queries.iter().copied()),
            libraries: Index::new(seen.libraries.iter().copied()),
            jni: Index::new(seen.jni.iter().copied()),
            files: Index::new(seen.files.iter().copied()),
            resources: Index::new(seen.resources.iter().copied()),
        }
    }

    /// Traces of all names of one evidence.
    fn all(&self, evidence: &Evidence, worth: Worth) -> Vec<Trace> {
        let jni = evidence
            .jni
            .iter()
            .flat_map(|prefix| [prefix.clone(), format!("{prefix}.*"), format!("{prefix}$*")]);
        let jni: Vec<String> = jni.collect();
        [
            (&self.components, TraceKind::Component, &evidence.components),
            (&self.registrars, TraceKind::Registrar, &evidence.registrars),
            (&self.meta_data, TraceKind::MetaData, &evidence.meta_data),
            (
                &self.permissions,
                TraceKind::Permission,
                &evidence.permissions,
            ),
            (&self.queries, TraceKind::Query, &evidence.queries),
            (&self.libraries, TraceKind::Library, &evidence.libraries),
            (&self.jni, TraceKind::Jni, &jni),
            (&self.files, TraceKind::File, &evidence.files),
            (&self.resources, TraceKind::Resource, &evidence.resources),
        ]
        .into_iter()
        .flat_map(|(index, kind, patterns)| Self::listed(index, kind, patterns, worth))
        .collect()
    }

    /// One trace for each name that a pattern finds.
    fn listed(index: &Index<'a>, kind: TraceKind, patterns: &[String], worth: Worth) -> Vec<Trace> {
        patterns
            .iter()
            .flat_map(|pattern| index.find(pattern))
            .map(|named| trace(kind, named, worth))
            .collect()
    }

    /// Traces in the exact lists of dependencies: names as `ecosystem:name`,
    /// or Maven coordinates.
    fn dependencies(seen: &Seen<'a>, names: &[String], kind: TraceKind) -> Vec<Trace> {
        let wanted = |dependency: &&super::SeenDependency<'a>| {
            names.iter().any(|name| match kind {
                TraceKind::Dependency => dependency.ecosystem == "maven" && dependency.name == name,
                _ => name
                    .split_once(':')
                    .is_some_and(|(e, n)| e == dependency.ecosystem && n == dependency.name),
            })
        };
        if names.is_empty() {
            return Vec::new();
        }
        let found = seen.dependencies.iter().filter(wanted);
        found
            .map(|dependency| Trace {
                kind,
                value: dependency.name.to_owned(),
                count: 1,
                confirmed: true,
                hint: false,
                place: dependency.place.clone(),
            })
            .collect()
    }
}
