//! What one file of bytecode gave.

use std::sync::Arc;

use super::constants::Strings;
use super::work::{Spent, Work};
use super::{ApiUse, Constant, DexFacts, JarFacts};
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
    /// Dotted names of classes that it names and may not define.
    pub named: Vec<String>,
    /// Its string constants of interest.
    pub strings: Strings,
    /// Wanted members that are constants.
    pub members: Vec<Constant>,
    /// Uses of members that the catalogue knows.
    pub uses: Vec<ApiUse>,
    /// How many more there were.
    pub more_uses: usize,
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

    /// Notes that reading went on for too long.
    pub fn spent(&mut self, place: Place) {
        let detail = "its tables point to the same bytes again and again; reading stopped";
        self.gap(place, GapKind::Limit, detail.to_owned());
    }

    /// Adds the uses of one class, if there is room for `listed`.
    pub fn add_uses(
        &mut self,
        uses: Vec<ApiUse>,
        listed: usize,
        work: &mut Work,
    ) -> Result<(), Spent> {
        for one in uses {
            if self.uses.len() < listed {
                let method = one.place.locator.as_ref().map_or(0, String::len);
                work.keep(one.class.len() * 2 + self.file.len() + method)?;
                self.uses.push(one);
            } else {
                self.more_uses += 1;
            }
        }
        Ok(())
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
