//! The shape of `apkaudit.toml`; `config` says what the keys mean.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// The shape of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct File {
    pub extends: Vec<Spanned<String>>,
    pub app: AppFile,
    pub checks: ChecksFile,
    pub gate: GateFile,
    pub output: OutputFile,
    pub suppress: Vec<Spanned<SuppressFile>>,
}

/// `[app]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct AppFile {
    pub r#type: Option<Spanned<toml::Value>>,
    pub policy: Option<Spanned<Vec<String>>>,
    pub sdk_list: Option<Spanned<Vec<String>>>,
    pub permissions: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChecksFile {
    pub regimes: Option<Spanned<Vec<Spanned<String>>>>,
    pub select: Option<Spanned<Vec<String>>>,
    pub ignore: Option<Spanned<Vec<String>>>,
    pub directories: Option<Spanned<Vec<String>>>,
    pub levels: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct GateFile {
    pub fail_on: Option<Spanned<String>>,
    pub strict: Option<Spanned<bool>>,
    pub baseline: Option<Spanned<String>>,
    pub diagnostics: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct OutputFile {
    pub format: Option<Spanned<String>>,
    pub lang: Option<Spanned<String>>,
    pub profile: Option<Spanned<String>>,
    pub min_severity: Option<Spanned<String>>,
    pub min_confidence: Option<Spanned<String>>,
    pub reports: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SuppressFile {
    pub check: Spanned<String>,
    #[serde(default)]
    pub package: Option<Spanned<OneOrMore>>,
    #[serde(default)]
    pub permission: Option<Spanned<OneOrMore>>,
    #[serde(default)]
    pub component: Option<Spanned<OneOrMore>>,
    #[serde(default)]
    pub sdk: Option<Spanned<OneOrMore>>,
    #[serde(default)]
    pub api: Option<Spanned<OneOrMore>>,
    #[serde(default)]
    pub data: Option<Spanned<OneOrMore>>,
    #[serde(default)]
    pub clause: Option<Spanned<OneOrMore>>,
    #[serde(default)]
    pub host: Option<Spanned<OneOrMore>>,
    #[serde(default)]
    pub reason: Option<Spanned<String>>,
    #[serde(default)]
    pub until: Option<Spanned<toml::Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    /// All of them.
    pub fn list(&self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text.clone()],
            Self::More(texts) => texts.clone(),
        }
    }
}
