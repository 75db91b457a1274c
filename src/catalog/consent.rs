//! How apps remember that their user agreed.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Faults, load_file};

const FILE: &str = "catalog/consent.toml";

/// Words and calls by which a condition about consent is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Fragments of keys and names that record consent.
    pub keys: Vec<String>,
    /// Fragments that make it something else.
    pub not_keys: Vec<String>,
    /// Fragments that record the first start.
    pub first: Vec<String>,
    /// Fragments of names of methods that tell consent.
    pub methods: Vec<String>,
    /// Calls that read a remembered value.
    pub store: Vec<Store>,
    /// Calls that ask whether a file is there.
    pub file: Vec<Store>,
    /// Calls that make an object which stands for a key.
    pub name: Vec<Store>,
    /// Calls of libraries that keep consent themselves.
    pub told: Vec<Store>,
    /// Words of a consent dialog.
    pub dialog: Dialog,
}

/// Calls that read what an app remembered.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// Dotted class.
    pub class: String,
    /// Methods.
    pub methods: Vec<String>,
    /// Position of the key among the parameters, from 0.
    pub key: Option<u16>,
    /// Position of the value if there is none.
    pub default: Option<u16>,
    /// The value if there is none and no default is given.
    #[serde(default)]
    pub missing: Missing,
}

/// What a call gives if nothing was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Missing {
    /// A flag.
    Flag(bool),
    /// A number; zero is null and an empty text too.
    Number(i64),
}

impl Default for Missing {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl Missing {
    /// As bytecode has it.
    pub fn bits(self) -> i64 {
        match self {
            Self::Flag(set) => i64::from(set),
            Self::Number(number) => number,
        }
    }
}

/// Words on the buttons of a consent dialog, in any language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialog {
    /// To agree.
    pub agree: Vec<String>,
    /// To refuse.
    pub refuse: Vec<String>,
    /// Titles and links by which such a dialog is known.
    pub terms: Vec<String>,
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
        Ok(load_file(FILE)?)
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
