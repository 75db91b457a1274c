//! What each permission lets an app do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Bilingual, Mark};

/// One permission. One that is not in the catalogue is not known, never
/// harmless.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// Platform permission group, without its prefix: `CONTACTS`. Only of
    /// dangerous permissions.
    #[serde(default)]
    pub group: Option<String>,
    /// How it is granted.
    pub level: Level,
    /// First API level that has it.
    #[serde(default)]
    pub since: Option<u32>,
    /// Last API level at which it has an effect.
    #[serde(default)]
    pub until: Option<u32>,
    /// What it lets an app do, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// Personal data that it opens.
    #[serde(default)]
    pub data: Vec<String>,
    /// Where this is known from.
    pub source: String,
    /// How sure level and API levels are.
    pub mark: Mark,
}

/// How a permission is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// At installation, without asking.
    Normal,
    /// By a dialog, since API 23.
    Dangerous,
    /// On a page of the system settings.
    Special,
    /// Only to the system, preinstalled apps or apps of the same signer.
    Signature,
}

impl Level {
    /// The word for it: kebab-case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Dangerous => "dangerous",
            Self::Special => "special",
            Self::Signature => "signature",
        }
    }
}

impl Permission {
    /// What it lets an app do.
    pub fn text(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }
}

/// Permissions by full name.
pub type Permissions = BTreeMap<String, Permission>;
