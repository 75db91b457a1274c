//! Why a description gives no package.

use std::fmt;

/// What is wrong with a description: where, as the keys lead there or as
/// the line of the file, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleError {
    /// Keys down to the one that is wrong: `class com.example.A, method
    /// "void a()", code 2`. Empty if `why` names the line.
    pub place: String,
    /// What is wrong, in English. Of TOML errors with the line in question.
    pub why: String,
}

impl SampleError {
    pub(super) fn new(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            why: why.into(),
        }
    }

    /// The same error, seen from one level further out.
    pub(super) fn within(self, outer: &str) -> Self {
        let place = if self.place.is_empty() {
            outer.to_owned()
        } else {
            format!("{outer}, {}", self.place)
        };
        Self { place, ..self }
    }
}

impl fmt::Display for SampleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            f.write_str(self.why.trim_end())
        } else {
            write!(f, "{}: {}", self.place, self.why)
        }
    }
}

impl std::error::Error for SampleError {}
