//! From texts to the list of URLs.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;

use rustc_hash::{FxHashSet, FxHasher};

use super::host::{self, Parts};
use super::mention::Form;
use super::references::is_reference;
use super::{Endpoint, EndpointFacts, HostKind, Kind};
use crate::decode::url::urls;
use crate::evidence::Place;
use crate::limits::Limits;

/// Places kept of one URL.
const MAX_PLACES: usize = 5;

/// Gathers the URLs of many texts. The result does not depend on the order
/// in which texts come.
///
/// ```
/// use apkaudit::endpoint::Collector;
/// use apkaudit::evidence::Place;
/// use apkaudit::limits::Limits;
///
/// let mut collector = Collector::new(&Limits::default());
/// collector.add("隐私政策：https://shop.example.cn/privacy。", |offset| {
///     Place::file("assets/about.txt").offset(offset as u64)
/// });
/// let facts = collector.finish();
/// assert_eq!(facts.endpoints[0].url, "https://shop.example.cn/privacy");
/// ```
#[derive(Debug)]
pub struct Collector {
    listed: usize,
    found: BTreeMap<String, Sighting>,
    left_out: FxHashSet<u64>,
}

/// A URL before it is turned into a fact.
#[derive(Debug, Default)]
struct Sighting {
    places: BTreeSet<Place>,
    count: u64,
    /// It stands somewhere where code may take it from.
    taken: bool,
}

impl Collector {
    /// An empty list that keeps at most `limits.listed` URLs: the first in
    /// order of URL.
    pub fn new(limits: &Limits) -> Self {
        Self {
            listed: limits.listed,
            found: BTreeMap::new(),
            left_out: FxHashSet::default(),
        }
    }

    /// Looks for URLs in a text of code or of resources. `place` tells where
    /// the text at a byte offset stands; it is asked only where there is a
    /// URL.
    pub fn add(&mut self, text: &str, place: impl Fn(usize) -> Place) {
        self.add_of(text, Form::Sentence, place);
    }

    /// The same for a text of another form.
    pub(super) fn add_of(&mut self, text: &str, form: Form, place: impl Fn(usize) -> Place) {
        for found in urls(text) {
            if host::parts(&found.url).is_none() {
                continue;
            }
            let taken = !form.is_mention(text, found.start);
            let place = place(found.start);
            if let Some(sighting) = self.found.get_mut(found.url.as_ref()) {
                sighting.see(place, taken);
            } else if self.has_room_for(&found.url) {
                let mut sighting = Sighting::default();
                sighting.see(place, taken);
                self.found.insert(found.url.into_owned(), sighting);
            }
        }
    }

    /// Joins what another collector found.
    pub fn merge(&mut self, other: Self) {
        self.left_out.extend(other.left_out);
        for (url, sighting) in other.found {
            if let Some(known) = self.found.get_mut(&url) {
                known.count = known.count.saturating_add(sighting.count);
                known.places.extend(sighting.places);
                known.taken |= sighting.taken;
                known.keep_first();
            } else if self.has_room_for(&url) {
                self.found.insert(url, sighting);
            }
        }
    }

    /// The facts, sorted by URL.
    pub fn finish(self) -> EndpointFacts {
        EndpointFacts {
            endpoints: self
                .found
                .into_iter()
                .filter_map(|(url, sighting)| endpoint(url, sighting))
                .collect(),
            not_listed: u64::try_from(self.left_out.len()).unwrap_or(u64::MAX),
        }
    }

    /// Makes room for a new URL: if the list is full, whichever is last in
    /// order is left out. What is left out once never comes back.
    fn has_room_for(&mut self, url: &str) -> bool {
        if self.found.len() < self.listed {
            return true;
        }
        let is_last = self
            .found
            .last_key_value()
            .is_none_or(|(last, _)| url > last.as_str());
        if is_last {
            self.leave_out(url);
            return false;
        }
        if let Some((last, _)) = self.found.pop_last() {
            self.leave_out(&last);
        }
        true
    }

    fn leave_out(&mut self, url: &str) {
        /// Enough to say how many there are; a text with more is no app's.
        const MOST: usize = 1_000_000;
        if self.left_out.len() < MOST {
            let mut hasher = FxHasher::default();
            hasher.write(url.as_bytes());
            self.left_out.insert(hasher.finish());
        }
    }
}

impl Sighting {
    fn see(&mut self, place: Place, taken: bool) {
        self.taken |= taken;
        self.count = self.count.saturating_add(1);
        self.places.insert(place);
        self.keep_first();
    }

    fn keep_first(&mut self) {
        while self.places.len() > MAX_PLACES {
            self.places.pop_last();
        }
    }
}

fn endpoint(url: String, sighting: Sighting) -> Option<Endpoint> {
    let Parts {
        scheme,
        host,
        kind: host_kind,
        path,
    } = host::parts(&url)?;
    let kind = if is_reference(&host, path) {
        Kind::Reference
    } else if sighting.taken {
        Kind::Endpoint
    } else {
        Kind::Mention
    };
    let plain = matches!(scheme.as_str(), "http" | "ws" | "ftp");
    Some(Endpoint {
        owners: Vec::new(),
        cleartext: plain && kind == Kind::Endpoint && host_kind != HostKind::Local,
        scheme,
        host,
        kind,
        host_kind,
        places: sighting.places.into_iter().collect(),
        count: sighting.count,
        url,
    })
}
