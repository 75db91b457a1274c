//! What besides calls shows that an app uses a permission.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Bilingual, Faults, load_file};

const FILE: &str = "catalog/permission-uses.toml";
const PREFIX: &str = "android.permission.";

/// What is known of the use of one permission.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionKnown {
    /// Full name, or the name without `android.permission.`.
    pub name: String,
    /// All ways of use from Java code are believed to be known: here, and as
    /// `needs` of members. Only then "no use found" is said.
    pub judged: bool,
    /// Beginnings of addresses of content that need it.
    #[serde(default)]
    pub uris: Vec<String>,
    /// Actions of intents that need it.
    #[serde(default)]
    pub intents: Vec<String>,
    /// Actions of broadcasts that need it.
    #[serde(default)]
    pub broadcasts: Vec<String>,
    /// Types of foreground services that need it.
    #[serde(default)]
    pub services: Vec<String>,
    /// Native libraries of the system that need it: `libcamera2ndk.so`.
    #[serde(default)]
    pub native: Vec<String>,
    /// How to do without it.
    pub instead: Option<Bilingual>,
    /// Where this is known from.
    pub source: Vec<String>,
    /// How it was looked up: `docs` or `memory`.
    pub certainty: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    permission: Vec<PermissionKnown>,
}

/// Full name of a permission that may be written short.
pub(super) fn full(name: &str) -> String {
    if name.contains('.') {
        name.to_owned()
    } else {
        format!("{PREFIX}{name}")
    }
}

/// The permissions by full name.
///
/// # Panics
///
/// If the embedded file is wrong; the mistake is drawn. That is a defect of
/// the build which every test run meets.
pub fn permission_uses() -> &'static BTreeMap<String, PermissionKnown> {
    static BUILTIN: LazyLock<BTreeMap<String, PermissionKnown>> = LazyLock::new(|| match load() {
        Ok(uses) => uses,
        Err(faults) => panic!("the catalogue of this build is wrong:\n{faults}"),
    });
    &BUILTIN
}

fn load() -> Result<BTreeMap<String, PermissionKnown>, Faults> {
    let File { permission } = load_file(FILE)?;
    let by_name = permission.into_iter();
    Ok(by_name.map(|known| (full(&known.name), known)).collect())
}
