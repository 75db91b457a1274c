//! What is new, gone and different in two collections.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What changed of one kind of thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes<T> {
    /// Only in the new side.
    pub new: Vec<T>,
    /// Only in the old side.
    pub gone: Vec<T>,
    /// In both, and different.
    pub changed: Vec<Changed<T>>,
    /// How many are the same.
    pub same: usize,
    /// The old side could not be seen in full: what is new may be old.
    pub old_hidden: bool,
    /// The new side could not be seen in full: what is gone may be there.
    pub new_hidden: bool,
}

/// One thing as it was and as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed<T> {
    /// As it was.
    pub old: T,
    /// As it is.
    pub new: T,
}

impl<T> Changes<T> {
    /// Compares things by their keys. `differs` says of two with the same
    /// key whether there is anything to tell.
    pub fn of<K: Ord>(
        old: BTreeMap<K, T>,
        mut new: BTreeMap<K, T>,
        differs: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let mut all = Self {
            new: Vec::new(),
            gone: Vec::new(),
            changed: Vec::new(),
            same: 0,
            old_hidden: false,
            new_hidden: false,
        };
        for (key, was) in old {
            match new.remove(&key) {
                None => all.gone.push(was),
                Some(is) if differs(&was, &is) => {
                    all.changed.push(Changed { old: was, new: is });
                }
                Some(_) => all.same += 1,
            }
        }
        all.new.extend(new.into_values());
        all
    }

    /// Says which side could not be seen in full.
    #[must_use]
    pub fn hidden(mut self, old: bool, new: bool) -> Self {
        self.old_hidden = old;
        self.new_hidden = new;
        self
    }

    /// Pairs what is gone with something new that is the same by another
    /// name; each stands for one. Such pairs are no change but where
    /// `differs` says so.
    #[must_use]
    pub fn renamed(
        mut self,
        is_same: impl Fn(&T, &T) -> bool,
        differs: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let mut gone = Vec::new();
        for was in std::mem::take(&mut self.gone) {
            match self.new.iter().position(|is| is_same(&was, is)) {
                None => gone.push(was),
                Some(at) => {
                    let is = self.new.remove(at);
                    if differs(&was, &is) {
                        self.changed.push(Changed { old: was, new: is });
                    } else {
                        self.same += 1;
                    }
                }
            }
        }
        self.gone = gone;
        self
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty() && self.changed.is_empty()
    }
}
