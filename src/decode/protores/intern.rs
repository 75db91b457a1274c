//! The texts of a table, each kept once.

use rustc_hash::FxHashMap;

use crate::decode::proto::Message;

/// The index of no text.
pub(super) const NONE: u32 = u32::MAX;

/// Numbers texts in the order of their first appearance. Holds no more than
/// the file does.
#[derive(Default)]
pub(super) struct Intern<'a> {
    list: Vec<String>,
    known: FxHashMap<&'a [u8], u32>,
}

impl<'a> Intern<'a> {
    /// The index of a text.
    pub fn add(&mut self, text: &Message<'a>) -> u32 {
        let next = u32::try_from(self.list.len()).unwrap_or(NONE);
        *self.known.entry(text.bytes()).or_insert_with(|| {
            self.list.push(text.text());
            next
        })
    }

    /// All texts by index.
    pub fn finish(self) -> Vec<String> {
        self.list
    }
}
