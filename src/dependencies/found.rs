//! What has been found so far.

use std::collections::{BTreeMap, BTreeSet};

use super::names::squeezed;
use super::{Dependency, Ecosystem, How};
use crate::container::{Entry, Module};
use crate::evidence::{Gap, GapKind, Part, Place};
use crate::limits::Limits;

/// Longest name or version, in bytes: nothing real comes near.
const LONGEST: usize = 256;

/// Dependencies and gaps.
pub(super) struct Found<'a> {
    /// What may be read and listed.
    pub limits: &'a Limits,
    /// By ecosystem, name and version: the best list and its place.
    all: BTreeMap<(Ecosystem, String, Option<String>), (How, Place)>,
    left_out: Option<(Place, u64)>,
    /// Names of pictures that came from npm packages, squeezed.
    drawables: BTreeMap<String, Place>,
    gaps: Vec<Gap>,
}

impl<'a> Found<'a> {
    pub fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            all: BTreeMap::new(),
            left_out: None,
            drawables: BTreeMap::new(),
            gaps: Vec::new(),
        }
    }

    /// Adds a dependency. What is no name is passed over, and a version
    /// that is none is left out.
    pub fn add(
        &mut self,
        ecosystem: Ecosystem,
        name: &str,
        version: Option<&str>,
        how: How,
        place: &Place,
    ) {
        let name = name.trim();
        if name.is_empty() || name.len() > LONGEST || name.chars().any(char::is_control) {
            return;
        }
        let version = version.map(str::trim).filter(|v| is_version(v));
        let key = (ecosystem, name.to_owned(), version.map(str::to_owned));
        if let Some(known) = self.all.get_mut(&key) {
            if (how, place) < (known.0, &known.1) {
                *known = (how, place.clone());
            }
        } else if self.all.len() < self.limits.listed {
            self.all.insert(key, (how, place.clone()));
        } else {
            let left_out = self.left_out.get_or_insert_with(|| (place.clone(), 0));
            left_out.1 = left_out.1.saturating_add(1);
        }
    }

    /// Adds the name of a picture, without `node_modules_`.
    pub fn drawable(&mut self, name: &str, place: Place) {
        if self.drawables.len() < self.limits.listed {
            self.drawables.entry(name.to_owned()).or_insert(place);
        }
    }

    /// Notes what could not be read.
    pub fn gap(&mut self, kind: GapKind, place: &Place, detail: impl Into<String>) {
        self.gaps.push(Gap {
            part: Part::Dependencies,
            kind,
            place: place.clone(),
            detail: detail.into(),
        });
    }

    /// The content of an entry of at most `most` bytes; else a gap.
    pub fn content(&mut self, module: &Module, entry: &Entry, most: u64) -> Option<Vec<u8>> {
        let place = module.place(entry);
        if entry.size > most {
            let detail = format!("{} bytes, more than the {most} of such a list", entry.size);
            self.gap(GapKind::Limit, &place, detail);
            return None;
        }
        match module.read(entry) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.gap(error.gap_kind(), &place, error.to_string());
                None
            }
        }
    }

    /// Everything, sorted. A name without a version is left out where the
    /// same name has one.
    pub fn finish(mut self) -> (Vec<Dependency>, Vec<Gap>) {
        self.pictures();
        if let Some((place, count)) = self.left_out.take() {
            let detail = format!("{count} dependencies from here on are not listed");
            self.gap(GapKind::Limit, &place, detail);
        }
        let versioned: BTreeSet<(Ecosystem, String)> = self
            .all
            .keys()
            .filter(|(_, _, version)| version.is_some())
            .map(|(ecosystem, name, _)| (*ecosystem, name.clone()))
            .collect();
        let dependencies = self
            .all
            .into_iter()
            .map(|((ecosystem, name, version), (how, place))| Dependency {
                ecosystem,
                name,
                version,
                how,
                place,
            })
            .filter(|one| {
                one.version.is_some() || !versioned.contains(&(one.ecosystem, one.name.clone()))
            })
            .collect();
        (dependencies, self.gaps)
    }

    /// The pictures that belong to no npm package known by its full name.
    fn pictures(&mut self) {
        let known: BTreeSet<String> = self
            .all
            .keys()
            .filter(|(ecosystem, _, _)| *ecosystem == Ecosystem::Npm)
            .map(|(_, name, _)| squeezed(name))
            .collect();
        for (name, place) in std::mem::take(&mut self.drawables) {
            let ends = name.match_indices('_').map(|(at, _)| at);
            let mut prefixes = ends.filter_map(|end| name.get(..end));
            if !prefixes.clone().any(|prefix| known.contains(prefix))
                && let Some(first) = prefixes.next()
            {
                self.add(Ecosystem::Npm, first, None, How::DrawableName, &place);
            }
        }
    }
}

/// Whether a text is a version. Some build tools leave something else in its
/// place: `task ':core:writeVersionFile' property 'version'`,
/// `${project.version}`.
fn is_version(text: &str) -> bool {
    text.len() <= LONGEST
        && text.bytes().any(|b| b.is_ascii_digit())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-_+~".contains(&b))
}
