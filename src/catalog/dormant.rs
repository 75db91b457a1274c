//! Parts of libraries that do nothing before the app asks for them.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Faults, load_file};

const FILE: &str = "catalog/dormant.toml";

/// A part of a library.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dormant {
    /// What it is, for the reader.
    pub name: String,
    /// Dotted names of its classes, `$` before inner ones; those that are
    /// nested in them belong to it too.
    pub classes: Vec<String>,
    /// Class and method, any of which wakes it.
    pub asked: Vec<String>,
    /// Where its classes have other names: a method with all texts of one of
    /// these lists belongs to it.
    #[serde(default)]
    pub texts: Vec<Vec<String>>,
    /// There: a method with one of these texts wakes it.
    #[serde(default)]
    pub asked_texts: Vec<String>,
    /// Where this is told.
    pub source: String,
    /// How sure that is.
    pub certainty: DormantCertainty,
}

/// How sure an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DormantCertainty {
    /// Read in the code of the library.
    Read,
    /// From general knowledge.
    Memory,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    part: Vec<Dormant>,
}

/// The parts that this program knows.
///
/// # Panics
///
/// If the embedded file is wrong; the mistake is drawn. That is a defect of
/// the build which every test run meets.
pub fn dormant() -> &'static [Dormant] {
    static BUILTIN: LazyLock<Vec<Dormant>> = LazyLock::new(|| match load() {
        Ok(parts) => parts,
        Err(faults) => panic!("the catalogue of this build is wrong:\n{faults}"),
    });
    &BUILTIN
}

/// Reads the embedded file.
fn load() -> Result<Vec<Dormant>, Faults> {
    Ok(load_file::<File>(FILE)?.part)
}
