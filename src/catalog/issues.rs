//! The issues that regulators cite, where they were published, and what
//! campaigns ask for.

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;
use toml::Spanned;

use super::{Bilingual, Fault, Faults, Mark, did_you_mean, embedded, load_file};

const FILE: &str = "catalog/issues.toml";

/// The issue table, and what it is held against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issues {
    /// Rows, in the order of the file.
    pub rows: Vec<Issue>,
    /// Published notices.
    pub bulletins: Vec<Bulletin>,
    /// Campaigns, drafts and collections of cases, point by point.
    pub campaigns: Vec<Campaign>,
}

/// One row of the issue table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// A letter and two digits: `B03`.
    pub id: String,
    /// Name in Chinese.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// What a file can tell of it at most.
    pub certainty: IssueCertainty,
    /// Usual consequence.
    pub severity: String,
    /// What remains for a person or a test on a device.
    pub rest: Bilingual,
}

/// What a file can tell of an issue at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssueCertainty {
    /// The file itself shows it.
    File,
    /// It can show that it is likely.
    Likely,
    /// A person has to look.
    Person,
}

/// A published notice. Apps and versions are those of its day.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bulletin {
    /// Regulator, date, and a letter if there are several.
    pub id: String,
    /// Who published it, in English.
    pub regulator: String,
    /// The same in Chinese.
    #[serde(rename = "zh-regulator")]
    pub zh_regulator: String,
    /// Day, month or year.
    pub date: String,
    /// Its words.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// Rows of the issue table that it is about.
    pub rows: Vec<String>,
    /// Apps and versions that it named.
    #[serde(default)]
    pub apps: Vec<String>,
    /// Where this was read.
    pub source: String,
    /// How sure it is.
    pub mark: Mark,
}

/// What somebody asks apps for, point by point.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// Id.
    pub id: String,
    /// Name in Chinese.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// Day, month or year.
    #[serde(default)]
    pub date: Option<String>,
    /// Where this was read.
    pub source: String,
    /// How sure it is.
    pub mark: Mark,
    /// Its points.
    pub point: Vec<CampaignPoint>,
}

/// One point of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignPoint {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Rows of the issue table that bear on it.
    pub rows: Vec<String>,
    /// What remains beside what remains of the rows.
    #[serde(default)]
    pub rest: Option<Bilingual>,
}

impl Issue {
    /// Its name.
    pub fn name(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    issue: Vec<Issue>,
    bulletin: Vec<Spanned<Bulletin>>,
    campaign: Vec<Spanned<Campaign>>,
}

impl Issues {
    /// The row of this id.
    pub fn row(&self, id: &str) -> Option<&Issue> {
        self.rows.iter().find(|row| row.id.eq_ignore_ascii_case(id))
    }

    /// Reads the embedded file and checks that the rows it names are there.
    fn load() -> Result<Self, Faults> {
        let (file, source) = embedded(FILE);
        let parsed: File = load_file(FILE)?;
        let mut faults = Vec::new();
        let mut known = |rows: &[String], span: Range<usize>| {
            for row in rows {
                let mut ids = parsed.issue.iter().map(|issue| issue.id.as_str());
                if !ids.clone().any(|id| id == row) {
                    let message = format!("`{row}` is no row of the issue table");
                    let help = did_you_mean(row, &mut ids);
                    faults.push(Fault::new(&file, &source, Some(span.clone()), message).help(help));
                }
            }
        };
        for bulletin in &parsed.bulletin {
            known(&bulletin.get_ref().rows, bulletin.span());
        }
        for campaign in &parsed.campaign {
            for point in &campaign.get_ref().point {
                known(&point.rows, campaign.span());
            }
        }
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        Ok(Self {
            rows: parsed.issue,
            bulletins: inner(parsed.bulletin),
            campaigns: inner(parsed.campaign),
        })
    }
}

fn inner<T>(items: Vec<Spanned<T>>) -> Vec<T> {
    items.into_iter().map(Spanned::into_inner).collect()
}

/// The issues that this program knows.
///
/// # Panics
///
/// If the embedded file is wrong; the mistake is drawn. That is a defect of
/// the build which every test run meets.
pub fn issues() -> &'static Issues {
    static BUILTIN: LazyLock<Issues> = LazyLock::new(|| match Issues::load() {
        Ok(issues) => issues,
        Err(faults) => panic!("the catalogue of this build is wrong:\n{faults}"),
    });
    &BUILTIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_of_the_table_is_there_once_in_order_and_says_what_remains() {
        let issues = issues();
        let ids: Vec<&str> = issues.rows.iter().map(|row| row.id.as_str()).collect();
        let sorted: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids, sorted.into_iter().collect::<Vec<_>>());
        let of = |letter: char| ids.iter().filter(|id| id.starts_with(letter)).count();
        assert_eq!(
            ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map(of),
            [12, 14, 11, 13, 6, 5, 6, 6]
        );
        for row in &issues.rows {
            for text in [&row.zh, &row.en, &row.rest.zh, &row.rest.en] {
                assert!(!text.trim().is_empty(), "{}", row.id);
            }
        }
    }

    #[test]
    fn notices_have_an_id_of_their_own_and_a_date() {
        let issues = issues();
        let ids: BTreeSet<&str> = issues.bulletins.iter().map(|b| b.id.as_str()).collect();
        assert_eq!(ids.len(), issues.bulletins.len());
        for bulletin in &issues.bulletins {
            let year = bulletin
                .date
                .get(..4)
                .and_then(|year| year.parse::<u16>().ok());
            assert!(year.is_some_and(|year| year >= 2019), "{}", bulletin.id);
            assert!(
                !bulletin.rows.is_empty() || bulletin.id.contains("renewal"),
                "{}",
                bulletin.id
            );
        }
    }

    #[test]
    fn a_point_of_a_campaign_bears_on_rows_or_says_what_remains() {
        for campaign in &issues().campaigns {
            for point in &campaign.point {
                assert!(
                    !point.rows.is_empty() || point.rest.is_some(),
                    "{}: {}",
                    campaign.id,
                    point.en
                );
            }
        }
    }
}
