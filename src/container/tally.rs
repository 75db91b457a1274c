//! Anomalies of one archive, counted by kind: ten thousand entries with the
//! same trick are one anomaly.

use std::collections::BTreeMap;

use crate::evidence::{Anomaly, Place};

/// Collects anomalies while an archive is read.
#[derive(Debug, Default)]
pub(super) struct Tally {
    kinds: BTreeMap<&'static str, Kind>,
}

#[derive(Debug)]
struct Kind {
    entry: Option<String>,
    detail: String,
    more: usize,
}

impl Tally {
    /// An anomaly of the archive as a whole.
    pub fn whole(&mut self, kind: &'static str, detail: String) {
        self.add(kind, None, detail);
    }

    /// An anomaly of one entry; the first of a kind is described, the others
    /// are counted.
    pub fn entry(&mut self, kind: &'static str, name: &str, detail: impl FnOnce() -> String) {
        match self.kinds.get_mut(kind) {
            Some(known) => known.more = known.more.saturating_add(1),
            None => self.add(kind, Some(name.to_owned()), detail()),
        }
    }

    fn add(&mut self, kind: &'static str, entry: Option<String>, detail: String) {
        self.kinds
            .entry(kind)
            .and_modify(|known| known.more = known.more.saturating_add(1))
            .or_insert(Kind {
                entry,
                detail,
                more: 0,
            });
    }

    /// The anomalies, by kind. `whole` is the place of the archive itself,
    /// `prefix` what stands before the names of its entries.
    pub fn into_anomalies(self, whole: &str, prefix: &str) -> Vec<Anomaly> {
        self.kinds
            .into_iter()
            .map(|(kind, found)| Anomaly {
                kind: kind.to_owned(),
                place: Place::file(match found.entry {
                    Some(name) => format!("{prefix}{name}"),
                    None => whole.to_owned(),
                }),
                detail: match found.more {
                    0 => found.detail,
                    more => format!("{} (and {more} more entries)", found.detail),
                },
            })
            .collect()
    }
}
