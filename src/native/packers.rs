//! Packers and hardening: who hides the code, and by what it shows.

use serde::{Deserialize, Serialize};

use super::{Certainty, Trace};

/// A product that hides or hardens the app's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packer {
    /// Catalogue id, or `unknown` if only missing classes show that code is
    /// hidden.
    pub id: String,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// Whether the product hides DEX code from static reading. If not, it
    /// obfuscates or protects libraries only.
    pub hides_code: bool,
    /// How sure.
    pub certainty: Certainty,
    /// By what, sorted.
    pub evidence: Vec<Trace>,
}
