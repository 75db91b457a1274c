//! Cross-platform frameworks, game engines and build tools.

use serde::{Deserialize, Serialize};

use super::Trace;
use crate::evidence::Place;

/// A framework that carries app logic outside DEX, or an engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framework {
    /// Catalogue id: `flutter`.
    pub id: String,
    /// Name as its makers write it.
    pub name: String,
    /// Form the logic is in, if the framework has several: `hermes`,
    /// `plain-js`, `il2cpp`, `mono`, `aot`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Whether the logic is in a form of which only strings are readable.
    pub opaque: bool,
    /// By what, sorted.
    pub evidence: Vec<Trace>,
}

/// A tool that built the package, as the package itself names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BuildTool {
    /// `android-gradle-plugin`, `r8`, `d8`, `kotlin`, `bundletool`, …
    pub name: String,
    /// Version as written; empty if not given.
    pub version: String,
    /// Where.
    pub place: Place,
}
