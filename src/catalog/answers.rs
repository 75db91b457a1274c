//! Methods of libraries that hear what the user answered to a request for
//! permissions.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Faults, load_file};

const FILE: &str = "catalog/permission-answers.toml";

/// A method that hears the answer to a request for permissions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionAnswer {
    /// Dotted interface or class that an app extends.
    pub class: String,
    /// The method that is called.
    pub method: String,
    /// What its call says.
    pub hears: Hears,
    /// The parameter that says it, counted from 1.
    pub parameter: Option<u16>,
    /// Where the names come from.
    pub source: String,
    /// How that was looked up: `read` or `memory`.
    pub certainty: String,
}

/// What the call of a method says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hears {
    /// Something was refused.
    Refused,
    /// A parameter says whether all was granted.
    Answer,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    answer: Vec<PermissionAnswer>,
}

/// The methods that this program knows.
///
/// # Panics
///
/// If the embedded file is wrong; the mistake is drawn. That is a defect of
/// the build which every test run meets.
pub fn permission_answers() -> &'static [PermissionAnswer] {
    static BUILTIN: LazyLock<Vec<PermissionAnswer>> = LazyLock::new(|| match load() {
        Ok(answers) => answers,
        Err(faults) => panic!("the catalogue of this build is wrong:\n{faults}"),
    });
    &BUILTIN
}

fn load() -> Result<Vec<PermissionAnswer>, Faults> {
    let File { answer } = load_file(FILE)?;
    Ok(answer)
}
