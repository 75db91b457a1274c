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
    /// Where it was read, what was compared, and when.
    #[serde(default)]
    pub proof: Option<String>,
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
    /// Where it was read, what was compared, and when.
    #[serde(default)]
    pub proof: Option<String>,
}

impl Clause {
    /// Number as an English text writes it: `第五十一条` is `Art. 51`,
    /// `二（1）` is `2(1)`, `附录B` is `Annex B`. Other numbers stay.
    pub fn number_en(&self) -> String {
        let number = &self.number;
        if let Some(annex) = number.strip_prefix("附录") {
            return format!("Annex {annex}");
        }
        let article = number
            .strip_prefix('第')
            .and_then(|rest| rest.strip_suffix('条'))
            .and_then(han_number);
        if let Some(article) = article {
            return format!("Art. {article}");
        }
        if let Some((item, rest)) = number.split_once('（')
            && let Some(point) = rest.strip_suffix('）')
            && let Some(item) = han_number(item)
        {
            return format!("{item}({point})");
        }
        if let Some(circled) = number
            .chars()
            .next()
            .filter(|_| number.chars().count() == 1)
            && ('①'..='⑳').contains(&circled)
        {
            return format!("({})", u32::from(circled) - u32::from('①') + 1);
        }
        number.clone()
    }
}

/// A number below one hundred in Han numerals.
fn han_number(text: &str) -> Option<usize> {
    let digit = |c: char| {
        "一二三四五六七八九"
            .chars()
            .position(|d| d == c)
            .map(|at| at + 1)
    };
    let mut chars = text.chars();
    match (chars.next()?, chars.next(), chars.next(), chars.next()) {
        ('十', None, ..) => Some(10),
        (c, None, ..) => digit(c),
        ('十', Some(ones), None, _) => Some(10 + digit(ones)?),
        (tens, Some('十'), None, _) => Some(10 * digit(tens)?),
        (tens, Some('十'), Some(ones), None) => Some(10 * digit(tens)? + digit(ones)?),
        _ => None,
    }
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

#[cfg(test)]
mod tests {
    use crate::catalog;

    #[test]
    fn numbers_of_clauses_are_readable_in_english() {
        let number = |number: &str| {
            let mut clause = catalog::builtin().clauses.values().next().unwrap().clone();
            number.clone_into(&mut clause.number);
            clause.number_en()
        };
        assert_eq!(number("第五十一条"), "Art. 51");
        assert_eq!(number("第十条"), "Art. 10");
        assert_eq!(number("第十七条"), "Art. 17");
        assert_eq!(number("第二十条"), "Art. 20");
        assert_eq!(number("第四条"), "Art. 4");
        assert_eq!(number("二（1）"), "2(1)");
        assert_eq!(number("附录B"), "Annex B");
        assert_eq!(number("⑤"), "(5)");
        assert_eq!(number("077.6"), "077.6");
        assert_eq!(number("User Data"), "User Data");
    }

    #[test]
    fn no_english_citation_has_han_characters() {
        let catalog = catalog::builtin();
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for clause in catalog.clauses.values() {
            let citation = catalog.citation(clause).en;
            assert!(!citation.contains(is_han), "{}: {citation}", clause.id);
        }
    }
}
