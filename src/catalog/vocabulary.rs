//! The words in which regulators name issues.

use serde::{Deserialize, Serialize};

use super::{Bilingual, Mark};

/// One regulator's name of one issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Id: `miit-over-scope`.
    pub id: String,
    /// Whose word it is.
    pub regulator: Regulator,
    /// As published.
    pub zh: String,
    /// Our translation.
    pub en: String,
    /// A bulletin that used it.
    #[serde(default)]
    pub example: Option<String>,
    /// How sure it is.
    pub mark: Mark,
    /// Where this is known from.
    pub source: String,
    /// Where it was read, and when.
    #[serde(default)]
    pub proof: Option<String>,
}

/// Who publishes bulletins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Regulator {
    /// Ministry of Industry and Information Technology, and the provincial
    /// communications administrations.
    Miit,
    /// National Computer Virus Emergency Response Center.
    Cverc,
    /// Ministry of Public Security.
    Mps,
    /// Cyberspace Administration of China.
    Cac,
}

impl Regulator {
    /// Name.
    pub fn name(self) -> Bilingual {
        match self {
            Self::Miit => Bilingual::new("工信部", "MIIT"),
            Self::Cverc => Bilingual::new("国家计算机病毒应急处理中心", "CVERC"),
            Self::Mps => Bilingual::new("公安部", "MPS"),
            Self::Cac => Bilingual::new("国家网信办", "CAC"),
        }
    }
}

impl Label {
    /// The regulator's words, and a translation.
    pub fn text(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }
}
