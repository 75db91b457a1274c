//! Cross-platform frameworks and game engines.

use serde::{Deserialize, Serialize};

use super::libraries::content;
use super::patterns::{Index, Patterns};
use super::{Trace, TraceKind, Traces};
use crate::catalog;
use crate::container::Package;
use crate::evidence::{Gap, GapKind, Part, Place};

/// A framework that carries app logic outside DEX, or an engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framework {
    /// Catalogue id: `flutter`.
    pub id: String,
    /// Name as its makers write it.
    pub name: String,
    /// Form the logic is in, if the framework has several: `hermes`,
    /// `plain-js`, `il2cpp`, `mono`, `aot`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Whether the logic is in a form of which only strings are readable.
    pub opaque: bool,
    /// Where the logic is of an app that is built with it.
    pub logic: Logic,
    /// Whether it draws the screens itself, so that layouts say nothing of
    /// them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draws: bool,
    /// By what, sorted.
    pub evidence: Vec<Trace>,
}

/// Where the logic of an app is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Logic {
    /// In its Java classes.
    #[default]
    Classes,
    /// Outside of them, with no way to the platform but through them.
    Bridged,
    /// Outside of them, with ways of its own.
    Direct,
}

/// Entries of `checks/catalog/frameworks.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    framework: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(default)]
    logic: Logic,
    #[serde(default)]
    draws: bool,
    traces: Patterns,
    #[serde(default)]
    variant: Vec<Variant>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Variant {
    id: String,
    opaque: bool,
    #[serde(default)]
    traces: Patterns,
    magic_file: Option<String>,
    magic: Option<String>,
}

/// Most files whose first bytes are compared for one variant.
const MAX_MAGIC_FILES: usize = 16;

/// The frameworks of an app, sorted by id; empty if it uses the platform's
/// own tool-kit only.
pub fn detect(traces: &Traces<'_>, package: &Package) -> Vec<Framework> {
    let index = Index::new(traces);
    let mut frameworks: Vec<Framework> = catalogue()
        .framework
        .iter()
        .filter_map(|entry| framework(entry, &index, package))
        .collect();
    // MAUI stands on the same runtime; one of both names is enough.
    if frameworks.iter().any(|f| f.id == "maui") {
        frameworks.retain(|f| f.id != "xamarin");
    }
    frameworks.sort_by(|a, b| a.id.cmp(&b.id));
    frameworks
}

/// What the frameworks keep from being read, as gaps: logic that is compiled,
/// logic that is not in the package of an app, and screens that are drawn
/// without layouts or lie with the logic that is missing.
pub fn gaps(frameworks: &[Framework], package: &Package) -> Vec<Gap> {
    let screens = |framework: &Framework| {
        let name = &framework.name;
        let absent = framework.variant.is_none() && framework.logic != Logic::Classes;
        let (kind, detail) = if framework.draws {
            (GapKind::Opaque, format!("{name} draws its screens itself"))
        } else if absent && package.kind.is_app() {
            let detail = format!("{name}: the pages or screens of the app were not found");
            (GapKind::Missing, detail)
        } else {
            return None;
        };
        Some(Gap {
            part: Part::Interface,
            kind,
            place: framework.evidence.last()?.place.clone(),
            detail,
        })
    };
    let gap = |framework: &Framework| {
        let name = &framework.name;
        let (kind, detail) = match &framework.variant {
            Some(variant) if framework.opaque => (
                GapKind::Opaque,
                format!("{name} ({variant}): of its logic only strings are readable"),
            ),
            None if framework.logic != Logic::Classes && package.kind.is_app() => (
                GapKind::Missing,
                format!("{name}: the script or compiled logic of the app was not found"),
            ),
            _ => return None,
        };
        Some(Gap {
            part: Part::Code,
            kind,
            place: framework.evidence.last()?.place.clone(),
            detail,
        })
    };
    let code = frameworks.iter().filter_map(gap);
    code.chain(frameworks.iter().filter_map(screens)).collect()
}

fn framework(entry: &Entry, index: &Index<'_>, package: &Package) -> Option<Framework> {
    let mut evidence = find(&entry.traces, index);
    if evidence.is_empty() {
        return None;
    }
    let variant = entry.variant.iter().find_map(|variant| {
        let mut traces = find(&variant.traces, index);
        traces.extend(by_magic(variant, index, package));
        (!traces.is_empty()).then_some((variant, traces))
    });
    if let Some((_, traces)) = &variant {
        evidence.extend(traces.iter().cloned());
    }
    evidence.sort();
    evidence.dedup();
    Some(Framework {
        id: entry.id.clone(),
        name: entry.name.clone(),
        variant: variant.as_ref().map(|(variant, _)| variant.id.clone()),
        opaque: variant.is_some_and(|(variant, _)| variant.opaque),
        logic: entry.logic,
        draws: entry.draws,
        evidence,
    })
}

fn find(patterns: &Patterns, index: &Index<'_>) -> Vec<Trace> {
    patterns
        .all()
        .flat_map(|(kind, pattern)| index.find(kind, pattern))
        .collect()
}

/// The first file that begins with the bytes of the variant.
fn by_magic(variant: &Variant, index: &Index<'_>, package: &Package) -> Option<Trace> {
    let magic = bytes_of(variant.magic.as_deref()?)?;
    index
        .files(variant.magic_file.as_deref()?)
        .take(MAX_MAGIC_FILES)
        .find(|file| begins_with(package, &file.place, &magic))
        .map(|file| Trace {
            kind: TraceKind::Content,
            value: file.name.clone(),
            place: file.place.clone(),
        })
}

fn begins_with(package: &Package, place: &Place, magic: &[u8]) -> bool {
    package.modules.iter().any(|module| {
        let above = module.place_of("").file;
        place
            .file
            .strip_prefix(&above)
            .and_then(|name| module.entry(name))
            .and_then(|entry| content(module, entry).ok())
            .is_some_and(|bytes| bytes.starts_with(magic))
    })
}

fn bytes_of(hexadecimal: &str) -> Option<Vec<u8>> {
    (0..hexadecimal.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(hexadecimal.get(at..at + 2)?, 16).ok())
        .collect()
}

fn catalogue() -> Catalogue {
    catalog::knowledge("catalog/frameworks.toml")
}
