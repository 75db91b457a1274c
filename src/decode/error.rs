//! The one error of this layer.

use std::fmt;

/// What is wrong with the bytes, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// What was being read: `string pool`, `class_def`, …
    pub what: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
    /// Offset in bytes from the start of the slice.
    pub offset: usize,
}

impl DecodeError {
    /// An error about `what` at `offset`.
    pub const fn new(what: &'static str, why: &'static str, offset: usize) -> Self {
        Self { what, why, offset }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at byte {:#x}", self.what, self.why, self.offset)
    }
}

impl std::error::Error for DecodeError {}
