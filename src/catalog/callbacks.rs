//! Methods that the system calls on objects of the app.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::{Faults, load_file};

const TYPES: &str = "catalog/platform-types.toml";
const FILE: &str = "catalog/callbacks.toml";

/// When the system calls a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// By itself, once the object is there.
    Auto,
    /// After an act of the user.
    User,
    /// Later in the life of the object or the app.
    Later,
}

/// Methods of one class of the platform.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Callback {
    /// Dotted name of the class or interface.
    pub name: String,
    /// When they are called.
    pub when: When,
    /// Their names, in the order of calling.
    pub methods: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    class: Vec<Callback>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Types {
    parents: BTreeMap<String, Vec<String>>,
}

/// All of them, by class.
#[derive(Debug, Default)]
pub struct Callbacks {
    by_class: FxHashMap<String, Vec<Callback>>,
    /// What types of the platform extend and implement.
    parents: FxHashMap<String, Vec<String>>,
    /// The types that have parents, each before those above it, as
    /// descriptors.
    lines: Vec<Vec<String>>,
}

/// The methods that this program knows.
///
/// # Panics
///
/// If the embedded file is wrong; the mistake is drawn. That is a defect of
/// the build which every test run meets.
pub fn callbacks() -> &'static Callbacks {
    static BUILTIN: LazyLock<Callbacks> = LazyLock::new(|| match Callbacks::load() {
        Ok(callbacks) => callbacks,
        Err(faults) => panic!("the catalogue of this build is wrong:\n{faults}"),
    });
    &BUILTIN
}

impl Callbacks {
    /// Reads the embedded file.
    pub fn load() -> Result<Self, Faults> {
        let mut callbacks = Self::default();
        for class in load_file::<File>(FILE)?.class {
            let name = class.name.clone();
            callbacks.by_class.entry(name).or_default().push(class);
        }
        let parents = load_file::<Types>(TYPES)?.parents;
        callbacks.parents = parents.clone().into_iter().collect();
        let line = |class: &String| callbacks.above(class).into_iter().map(descriptor).collect();
        callbacks.lines = parents.keys().map(line).collect();
        Ok(callbacks)
    }

    /// A type of the platform and those above it, nearest first, each once.
    pub fn above<'c>(&'c self, class: &'c str) -> Vec<&'c str> {
        let mut all = vec![class];
        let mut next = 0;
        while let Some(class) = all.get(next) {
            next += 1;
            for parent in self.parents.get(*class).into_iter().flatten() {
                if !all.contains(&parent.as_str()) {
                    all.push(parent);
                }
            }
        }
        all
    }

    /// The types of the platform that stand below others, each before those
    /// above it, as DEX files name them.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &[String])> {
        let lines = self.lines.iter().map(Vec::as_slice);
        lines.filter_map(|line| line.split_first().map(|(of, above)| (of.as_str(), above)))
    }

    /// Those of a class, by its dotted name.
    pub fn of(&self, class: &str) -> &[Callback] {
        self.by_class.get(class).map_or(&[], |found| found)
    }
}

/// `Landroid/app/Activity;`
fn descriptor(class: &str) -> String {
    format!("L{};", class.replace('.', "/"))
}
