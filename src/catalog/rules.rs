//! Legal instruments and their clauses, in our own words.

use serde::{Deserialize, Serialize};

use super::{Bilingual, Mark};

/// A law, a regulator's document, a standard, a store's policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Instrument {
    /// Id: `R191`.
    pub id: String,
    /// Name in Chinese, with its number in brackets.
    pub zh: String,
    /// Name in English, with its issuer and number in brackets.
    pub en: String,
    /// Name for a line of citations, in Chinese; by default the name
    /// without what stands in brackets.
    #[serde(default)]
    pub short_zh: Option<String>,
    /// The same in English.
    #[serde(default)]
    pub short_en: Option<String>,
    /// Date or year of issue.
    #[serde(default)]
    pub issued: Option<String>,
    /// Date or year from which it applies.
    #[serde(default)]
    pub in_force: Option<String>,
    /// `cn`, `cn-draft`, `play`, `gdpr`, `kids`.
    pub regime: String,
    /// Where this is known from.
    pub source: String,
    /// How sure it is.
    pub mark: Mark,
}

/// One clause of an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Id: `R191-2.1`.
    pub id: String,
    /// Id of the instrument.
    pub instrument: String,
    /// Number as the instrument writes it: `二（1）`.
    pub number: String,
    /// What it says, in our words, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// How sure number and content are.
    pub mark: Mark,
    /// Where this is known from.
    pub source: String,
}

impl Instrument {
    /// Full name.
    pub fn name(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }

    /// Name for a line of citations.
    pub fn short(&self) -> Bilingual {
        let plain = |name: &str, bracket: char| {
            let end = name.find(bracket).unwrap_or(name.len());
            name.get(..end).unwrap_or(name).trim().to_owned()
        };
        Bilingual {
            zh: self
                .short_zh
                .clone()
                .unwrap_or_else(|| plain(&self.zh, '（')),
            en: self
                .short_en
                .clone()
                .unwrap_or_else(|| plain(&self.en, '(')),
        }
    }
}

impl Clause {
    /// What it says, in our words.
    pub fn text(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }
}
