//! Packers and hardening: who hides the code, and by what it shows.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::patterns::{Index, Patterns};
use super::{Certainty, Trace, TraceKind, Traces};
use crate::catalog;
use crate::evidence::{Gap, GapKind, Part};

/// A product that hides or hardens the app's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packer {
    /// Catalogue id, or `unknown` if only missing classes show that code is
    /// hidden.
    pub id: String,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// Whether the product hides DEX code from static reading. If not, it
    /// obfuscates or protects libraries only.
    pub hides_code: bool,
    /// How sure.
    pub certainty: Certainty,
    /// SDKs that its own stub carries, by id of the SDK catalogue: they are
    /// the packer's, not the app's.
    #[serde(default)]
    pub brings: Vec<String>,
    /// By what, sorted.
    pub evidence: Vec<Trace>,
}

/// Entries of `checks/catalog/packers.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    packer: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name_zh: String,
    name_en: String,
    hides_code: bool,
    #[serde(default)]
    brings: Vec<String>,
    #[serde(rename = "source")]
    _source: String,
    #[serde(default)]
    decisive: Patterns,
    #[serde(default)]
    likely: Patterns,
}

/// Fewest declared classes of which a share says anything.
const FEWEST_DECLARED: usize = 4;
/// Share of declared classes, in percent, that must be missing from DEX
/// before hidden code is the best explanation. Manifests of real apps name
/// a few classes of libraries that a shrinker has dropped.
const MISSING_SHARE: usize = 60;

/// The packers of an app, sorted by id.
///
/// If one is surely present, others that are only likely and would hide the
/// code too are left out: their names overlap. Classes that are declared
/// but missing while no packer is known by name give one entry `unknown`.
///
/// `traces.components` must hold only components that this package should
/// define: none of another split (`android:splitName`), for an alias the
/// class of its target. `traces.classes` must hold the classes of nested
/// DEX files too: code that an app loads itself is not hidden.
pub fn detect(traces: &Traces<'_>) -> Vec<Packer> {
    let index = Index::new(traces);
    let missing = missing_classes(traces);
    let is_whole = is_whole(traces);
    let mut packers: Vec<Packer> = catalogue()
        .packer
        .iter()
        .filter_map(|entry| known(entry, &index, missing.as_ref(), is_whole))
        .collect();
    let sure = packers
        .iter()
        .any(|p| p.hides_code && p.certainty == Certainty::Present);
    if sure {
        packers.retain(|p| !p.hides_code || p.certainty == Certainty::Present);
    }
    if !packers.iter().any(|p| p.hides_code)
        && let Some(trace) = missing
    {
        packers.push(unknown(trace));
    }
    packers.sort_by(|a, b| a.id.cmp(&b.id));
    packers
}

/// What the packers hide, as gaps. A product that is only likely hides
/// nothing as long as the declared classes are there.
pub fn gaps(packers: &[Packer]) -> Vec<Gap> {
    packers
        .iter()
        .filter(|packer| packer.hides_code)
        .filter(|packer| packer.certainty == Certainty::Present || packer.id == UNKNOWN)
        .filter_map(|packer| {
            let first = packer.evidence.first()?;
            Some(Gap {
                part: Part::Code,
                kind: GapKind::Packed,
                place: first.place.clone(),
                detail: if packer.id == UNKNOWN {
                    format!("code is hidden: {}", first.value)
                } else {
                    format!("code is hidden by {}", packer.name_en)
                },
            })
        })
        .collect()
}

/// Id of a packer without a name.
const UNKNOWN: &str = "unknown";

fn known(
    entry: &Entry,
    index: &Index<'_>,
    missing: Option<&Trace>,
    is_whole: bool,
) -> Option<Packer> {
    let find = |patterns: &Patterns| -> Vec<Trace> {
        patterns
            .all()
            .flat_map(|(kind, pattern)| index.find(kind, pattern))
            .collect()
    };
    let decisive = find(&entry.decisive);
    let likely = find(&entry.likely);
    if decisive.is_empty() && likely.is_empty() {
        return None;
    }
    let mut pieces: BTreeSet<(TraceKind, &str)> = likely
        .iter()
        .map(|trace| (trace.kind, trace.value.as_str()))
        .collect();
    if entry.hides_code {
        pieces.extend(missing.map(|trace| (trace.kind, trace.value.as_str())));
    }
    // A library that was left in the package of an app whose own classes are
    // all there, without the classes that would load it.
    let left_over = missing.is_none()
        && is_whole
        && pieces.is_empty()
        && decisive
            .iter()
            .all(|trace| matches!(trace.kind, TraceKind::Library | TraceKind::File));
    let certainty = if (!decisive.is_empty() && !left_over) || pieces.len() > 1 {
        Certainty::Present
    } else {
        Certainty::Likely
    };
    let mut evidence = decisive;
    evidence.extend(likely);
    if entry.hides_code {
        evidence.extend(missing.cloned());
    }
    evidence.sort();
    evidence.dedup();
    Some(Packer {
        id: entry.id.clone(),
        name_zh: entry.name_zh.clone(),
        name_en: entry.name_en.clone(),
        hides_code: entry.hides_code,
        certainty,
        brings: entry.brings.clone(),
        evidence,
    })
}

fn unknown(trace: Trace) -> Packer {
    Packer {
        id: UNKNOWN.to_owned(),
        name_zh: "未知加固（清单中的类大多不在 DEX 中）".to_owned(),
        name_en: "unknown packer (most declared classes are in no DEX file)".to_owned(),
        hides_code: true,
        certainty: Certainty::Likely,
        brings: Vec::new(),
        evidence: vec![trace],
    }
}

/// A trace if most of the classes that the manifest declares are defined
/// nowhere, although some code is there.
fn missing_classes(traces: &Traces<'_>) -> Option<Trace> {
    if traces.classes.is_empty() || is_split_base(traces) {
        return None;
    }
    let declared: BTreeSet<&str> = traces
        .components
        .iter()
        .map(|component| component.name.as_str())
        .filter(|class| !of_the_platform(class))
        .collect();
    let missing: Vec<&str> = declared
        .iter()
        .copied()
        .filter(|class| {
            traces
                .classes
                .binary_search_by(|(defined, _)| (*defined).cmp(class))
                .is_err()
        })
        .collect();
    let first = missing.first()?;
    if declared.len() < FEWEST_DECLARED
        || missing.len().saturating_mul(100) < declared.len().saturating_mul(MISSING_SHARE)
    {
        return None;
    }
    let place = traces
        .components
        .iter()
        .find(|component| component.name == *first)
        .map(|component| component.place.clone())?;
    Some(Trace {
        kind: TraceKind::MissingClasses,
        value: format!(
            "{} of {} declared classes are in no DEX file",
            missing.len(),
            declared.len()
        ),
        place,
    })
}

/// Whether the app's own entries are there to read: the class of
/// `<application>`, and every component that it declares.
fn is_whole(traces: &Traces<'_>) -> bool {
    let mut declared = traces
        .application
        .iter()
        .chain(&traces.components)
        .map(|named| named.name.as_str())
        .filter(|class| !of_the_platform(class))
        .peekable();
    declared.peek().is_some()
        && declared.all(|class| {
            let found = traces
                .classes
                .binary_search_by(|(name, _)| (*name).cmp(class));
            found.is_ok()
        })
}

/// Classes that the device brings.
fn of_the_platform(class: &str) -> bool {
    ["android.", "com.android.internal.", "java.", "javax."]
        .iter()
        .any(|prefix| class.starts_with(prefix))
}

/// A base whose splits are elsewhere declares the components of its feature
/// modules too (bundletool writes this name into such a base).
fn is_split_base(traces: &Traces<'_>) -> bool {
    traces
        .meta_data
        .iter()
        .any(|meta| meta.name == "com.android.vending.splits.required")
}

fn catalogue() -> Catalogue {
    catalog::knowledge("catalog/packers.toml")
}
