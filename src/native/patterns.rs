//! Name patterns of the catalogue, and finding them among an app's names.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Named, Trace, TraceKind, Traces};
use crate::catalog::{keyed, matches};

/// Patterns by the kind of name they match. `*` stands for any characters,
/// none included; a class pattern may have it only at its end.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Patterns {
    application: Vec<String>,
    component: Vec<String>,
    class: Vec<String>,
    library: Vec<String>,
    file: Vec<String>,
    meta_data: Vec<String>,
}

impl Patterns {
    /// Every pattern with the kind of name it matches.
    pub fn all(&self) -> impl Iterator<Item = (TraceKind, &str)> {
        [
            (TraceKind::Application, &self.application),
            (TraceKind::Component, &self.component),
            (TraceKind::Class, &self.class),
            (TraceKind::Library, &self.library),
            (TraceKind::File, &self.file),
            (TraceKind::MetaData, &self.meta_data),
        ]
        .into_iter()
        .flat_map(|(kind, list)| list.iter().map(move |pattern| (kind, pattern.as_str())))
    }
}

/// Most traces kept of one pattern: a folder pattern matches thousands.
const MAX_TRACES: usize = 3;

/// The names of an app, prepared for many look-ups.
pub struct Index<'a> {
    traces: &'a Traces<'a>,
    files: BTreeMap<&'a str, &'a Named>,
    libraries: BTreeMap<&'a str, Vec<&'a Named>>,
}

impl<'a> Index<'a> {
    /// Sorts file names and the last parts of `.so` names.
    pub fn new(traces: &'a Traces<'a>) -> Self {
        let mut libraries: BTreeMap<&str, Vec<&Named>> = BTreeMap::new();
        let mut files = BTreeMap::new();
        for file in &traces.files {
            files.entry(file.name.as_str()).or_insert(file);
            if let Some(name) = file.name.rsplit('/').next()
                && name.strip_suffix(".so").is_some()
            {
                libraries.entry(name).or_default().push(file);
            }
        }
        for list in libraries.values_mut() {
            list.sort();
        }
        Self {
            traces,
            files,
            libraries,
        }
    }

    /// Traces of the names that match `pattern`, at most three, sorted.
    pub fn find(&self, kind: TraceKind, pattern: &str) -> Vec<Trace> {
        match kind {
            TraceKind::Application => named(&self.traces.application, kind, pattern),
            TraceKind::Component => named(&self.traces.components, kind, pattern),
            TraceKind::MetaData => named(&self.traces.meta_data, kind, pattern),
            TraceKind::Class => self.classes(pattern),
            TraceKind::Library => keyed(&self.libraries, pattern)
                .filter_map(|(name, files)| Some((name, *files.first()?)))
                .take(MAX_TRACES)
                .map(|(name, file)| trace(kind, name, file))
                .collect(),
            TraceKind::File => keyed(&self.files, pattern)
                .take(MAX_TRACES)
                .map(|(name, file)| trace(kind, name, file))
                .collect(),
            TraceKind::Content | TraceKind::MissingClasses => Vec::new(),
        }
    }

    /// Files whose path matches `pattern`, in order of path.
    pub fn files<'s>(&'s self, pattern: &'s str) -> impl Iterator<Item = &'a Named> + 's {
        keyed(&self.files, pattern).map(|(_, file)| *file)
    }

    fn classes(&self, pattern: &str) -> Vec<Trace> {
        let classes = &self.traces.classes;
        let exact = !pattern.ends_with('*');
        let prefix = pattern.trim_end_matches('*');
        let start = classes.partition_point(|(class, _)| *class < prefix);
        classes
            .iter()
            .skip(start)
            .take_while(|(class, _)| {
                if exact {
                    *class == prefix
                } else {
                    class.starts_with(prefix)
                }
            })
            .take(MAX_TRACES)
            .map(|(class, file)| Trace {
                kind: TraceKind::Class,
                value: (*class).to_owned(),
                place: crate::evidence::Place::file(*file).at(*class),
            })
            .collect()
    }
}

fn named(names: &[Named], kind: TraceKind, pattern: &str) -> Vec<Trace> {
    let mut found: Vec<Trace> = names
        .iter()
        .filter(|named| matches(pattern, &named.name))
        .map(|named| trace(kind, &named.name, named))
        .collect();
    found.sort();
    found.dedup();
    found.truncate(MAX_TRACES);
    found
}

fn trace(kind: TraceKind, value: &str, named: &Named) -> Trace {
    Trace {
        kind,
        value: value.to_owned(),
        place: named.place.clone(),
    }
}
