//! How apps remember that their user agreed.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Faults, embedded, read};

const FILE: &str = "catalog/consent.toml";

/// Words and calls by which a condition about consent is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Consent {
    /// Fragments of keys and names that record consent.
    pub keys: Vec<String>,
    /// Fragments that make it something else.
    #[serde(default)]
    pub not_keys: Vec<String>,
    /// Fragments that record the first start.
    pub first: Vec<String>,
    /// Fragments of names of methods that tell consent.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Calls that read a remembered value.
    pub store: Vec<Store>,
    /// Words on the buttons of a consent dialog.
    #[serde(default)]
    pub dialog: Vec<Dialog>,
}

/// Calls that read a remembered value.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Store {
    /// Dotted class.
    pub class: String,
    /// Methods.
    pub methods: Vec<String>,
    /// Position of the key among the parameters, from 0.
    pub key: Option<u16>,
    /// Position of the value if there is none; zero, false or null without.
    pub default: Option<u16>,
    /// The value if there is none and no default is given.
    #[serde(default)]
    pub missing: i64,
    /// What is read.
    #[serde(default)]
    pub kind: Stored,
}

/// What a call reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stored {
    /// The value kept under a key.
    #[default]
    Value,
    /// A file or whether it is there.
    File,
    /// The key itself, to be asked with later.
    Name,
}

/// Words on buttons, in any language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Dialog {
    /// To agree.
    pub agree: Vec<String>,
    /// To refuse.
    pub refuse: Vec<String>,
}

/// The words and calls that this program knows.
///
/// # Panics
///
/// If the embedded file is wrong; the mistake is drawn. That is a defect of
/// the build which every test run meets.
pub fn consent() -> &'static Consent {
    static BUILTIN: LazyLock<Consent> = LazyLock::new(|| match Consent::load() {
        Ok(consent) => consent,
        Err(faults) => panic!("the catalogue of this build is wrong:\n{faults}"),
    });
    &BUILTIN
}

impl Consent {
    /// Reads the embedded file.
    pub fn load() -> Result<Self, Faults> {
        let (file, source) = embedded(FILE);
        Ok(read(&file, &source)?)
    }

    /// Whether a key or a name is about consent, or about the first start,
    /// when consent is asked for.
    pub fn is_about(&self, name: &str) -> bool {
        let plain: String = name
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        let has = |fragments: &[String]| fragments.iter().any(|part| plain.contains(&**part));
        !has(&self.not_keys) && (has(&self.keys) || has(&self.first))
    }
}
