//! The constants that versions are read from: static fields with a value,
//! and methods that do nothing but return one.

mod dex;
mod jar;

#[cfg(test)]
mod tests;

pub(super) use dex::of_class as in_dex;
pub(super) use jar::of_class as in_class_file;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Constant;
use crate::evidence::Place;

/// A text longer than this is no version.
const LONGEST: usize = 1024;

/// Members whose constant values are wanted: names of fields and methods by
/// the dotted name of their class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    classes: FxHashMap<String, FxHashSet<String>>,
}

impl Wanted {
    /// Adds a field, or all methods of a name.
    pub fn insert(&mut self, class: impl Into<String>, member: impl Into<String>) {
        let members = self.classes.entry(class.into()).or_default();
        members.insert(member.into());
    }

    /// The members of a class.
    pub(super) fn of(&self, class: &str) -> Option<&FxHashSet<String>> {
        self.classes.get(class)
    }
}

impl<C: Into<String>, M: Into<String>> FromIterator<(C, M)> for Wanted {
    fn from_iter<I: IntoIterator<Item = (C, M)>>(members: I) -> Self {
        let mut wanted = Self::default();
        for (class, member) in members {
            wanted.insert(class, member);
        }
        wanted
    }
}

impl Constant {
    /// Of a member of a class in `file`.
    pub(super) fn new(file: &str, class: &str, member: String, value: String) -> Self {
        Self {
            place: Place::file(file).at(format!("{class}.{member}")),
            class: class.to_owned(),
            member,
            value,
        }
    }
}
