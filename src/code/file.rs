//! What one file of bytecode gave.

use std::sync::Arc;

use super::constants::Strings;
use super::{Constant, DexFacts, JarFacts};
use crate::evidence::{Anomaly, Gap, GapKind, Part, Place};

/// What one DEX or JAR file gave.
#[derive(Debug, Default)]
pub(super) struct FileRead {
    /// Its path.
    pub file: Arc<str>,
    /// The DEX in it: several in a container.
    pub dex: Vec<DexFacts>,
    /// The JAR that it is.
    pub jar: Option<JarFacts>,
    /// Dotted names of the classes.
    pub classes: Vec<String>,
    /// Its string constants of interest.
    pub strings: Strings,
    /// Wanted members that are constants.
    pub members: Vec<Constant>,
    /// Number of string constants.
    pub searched: u64,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// What is strange.
    pub anomalies: Vec<Anomaly>,
}

impl FileRead {
    /// Nothing yet of the file at `place`.
    pub fn of(place: &Place) -> Self {
        Self {
            file: place.file.as_str().into(),
            ..Self::default()
        }
    }

    /// A file of which nothing could be read.
    pub fn unread(place: Place, kind: GapKind, detail: String) -> Self {
        let mut read = Self::of(&place);
        read.gap(place, kind, detail);
        read
    }

    /// Notes what could not be read.
    pub fn gap(&mut self, place: Place, kind: GapKind, detail: String) {
        self.gaps.push(Gap {
            part: Part::Code,
            kind,
            place,
            detail,
        });
    }
}

/// How an error leaves a gap: a version of the format that is not known is
/// no damage.
pub(super) fn gap_kind(error: &crate::decode::DecodeError) -> GapKind {
    if error.why.contains("unknown version") {
        GapKind::Unsupported
    } else {
        GapKind::Malformed
    }
}
