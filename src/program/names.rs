//! One number for each name, over all DEX files.

use rustc_hash::FxHashMap;

/// Stands for no name, type, class or method.
pub(super) const NONE: u32 = u32::MAX;

/// Texts that live in the DEX files, each with a number.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    numbers: FxHashMap<&'a [u8], u32>,
    texts: Vec<&'a [u8]>,
}

impl<'a> Names<'a> {
    /// The number of a text, a new one if it was not seen.
    pub fn add(&mut self, text: &'a [u8]) -> u32 {
        let next = u32::try_from(self.texts.len()).unwrap_or(NONE);
        let number = *self.numbers.entry(text).or_insert(next);
        if number == next {
            self.texts.push(text);
        }
        number
    }

    /// One more number for a text that has one, which is not found by it.
    pub fn again(&mut self, number: u32) -> u32 {
        let next = u32::try_from(self.texts.len()).unwrap_or(NONE);
        self.texts.push(self.text(number));
        next
    }

    /// The number of a text that was seen.
    pub fn get(&self, text: &[u8]) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> &'a [u8] {
        self.texts.get(number as usize).copied().unwrap_or_default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }
}
