//! A policy that says everything, save what a description leaves out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::Deserialize;

use super::error::SampleError;

/// Which policy the package has.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Policy {
    /// Where it is in the package.
    pub file: String,
    /// `zh` or `en`.
    pub language: Language,
    /// Clauses it does not say.
    pub without: Vec<String>,
    /// Clauses it says in other words, in Markdown.
    pub instead: BTreeMap<String, String>,
    /// What it says besides, in Markdown.
    pub also: String,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Language {
    #[default]
    Zh,
    En,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            file: "assets/privacy_policy.md".to_owned(),
            language: Language::Zh,
            without: Vec::new(),
            instead: BTreeMap::new(),
            also: String::new(),
        }
    }
}

#[derive(Deserialize)]
struct Parts {
    part: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    clauses: Vec<String>,
    zh: String,
    en: String,
}

fn parts() -> &'static [Part] {
    static PARTS: LazyLock<Vec<Part>> =
        LazyLock::new(
            || match toml::from_str::<Parts>(include_str!("policy.toml")) {
                Ok(parts) => parts.part,
                Err(error) => panic!("policy.toml: {error}"),
            },
        );
    &PARTS
}

impl Policy {
    /// The text, in Markdown.
    pub fn text(&self) -> Result<String, SampleError> {
        for clause in self.without.iter().chain(self.instead.keys()) {
            if !parts().iter().any(|part| part.clauses.contains(clause)) {
                let message = format!("no part of the sample policy says `{clause}`");
                return Err(SampleError::new("policy", message));
            }
        }
        let mut text = String::new();
        for part in parts() {
            let other = part
                .clauses
                .iter()
                .find_map(|clause| self.instead.get(clause));
            let left_out = part
                .clauses
                .iter()
                .any(|clause| self.without.contains(clause));
            let words = match (other, self.language) {
                (Some(other), _) => other,
                (None, _) if left_out => continue,
                (None, Language::Zh) => &part.zh,
                (None, Language::En) => &part.en,
            };
            let _ = writeln!(text, "{}\n", words.trim());
        }
        let _ = writeln!(text, "{}", self.also.trim());
        Ok(text)
    }
}
