//! Names of one kind, sorted for look-up by pattern.

use super::Named;
use crate::catalog::matches;

/// Names with their places, sorted by name.
#[derive(Debug, Default)]
pub struct Index<'a> {
    sorted: Vec<Named<'a>>,
}

impl<'a> Index<'a> {
    /// The names, each once.
    pub fn new(names: impl IntoIterator<Item = Named<'a>>) -> Self {
        let mut sorted: Vec<Named<'a>> = names.into_iter().collect();
        sorted.sort_by(|a, b| (a.name, a.place).cmp(&(b.name, b.place)));
        sorted.dedup_by(|a, b| a.name == b.name);
        Self { sorted }
    }

    /// Names that match a pattern with `*`, in order. Only those that begin
    /// like the pattern are looked at.
    pub fn find<'p>(&'p self, pattern: &'p str) -> impl Iterator<Item = Named<'a>> + 'p {
        let prefix = pattern.split('*').next().unwrap_or_default();
        let start = self.sorted.partition_point(|named| named.name < prefix);
        self.sorted
            .get(start..)
            .unwrap_or_default()
            .iter()
            .take_while(move |named| named.name.starts_with(prefix))
            .filter(move |named| matches(pattern, named.name))
            .copied()
    }
}
