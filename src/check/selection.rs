//! Which checks run: those of some regimes, and those that somebody names.

use std::fmt;
use std::str::FromStr;

use super::check::Check;
use super::finding::Labels;
use super::schema::Regime;
use crate::catalog::{self, Catalog, closest};

/// Which checks run, and whose rules their findings cite.
///
/// ```
/// use apkaudit::Checks;
/// use apkaudit::check::{Regime, Selection};
///
/// let selection = Selection {
///     regimes: vec![Regime::Play],
///     ignore: vec!["A".parse()?, "advertising-id".parse()?],
///     ..Selection::default()
/// };
/// let checks = Checks::builtin()?.only(&selection)?;
/// assert!(checks.named("account-deletion-web").is_some());
/// assert!(checks.named("advertising-id").is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Regimes whose checks run; all if empty.
    pub regimes: Vec<Regime>,
    /// Only checks that one of these names; all if empty.
    pub select: Vec<Selector>,
    /// Checks that do not run.
    pub ignore: Vec<Selector>,
}

/// A name for one or more checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// All that rest on the rules of a regime: `play`.
    Regime(Regime),
    /// All with a row of this letter in the issue table: `C`. `X` are those
    /// without any row.
    Family(char),
    /// All with this row of the issue table: `C03`.
    Row(String),
    /// The check with this id: `sdk-undisclosed`.
    Check(String),
}

/// A name that is that of no check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSelector {
    given: String,
    nearest: Option<String>,
}

impl fmt::Display for UnknownSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no check is named by \"{}\"", self.given)?;
        match &self.nearest {
            Some(name) => write!(f, "; did you mean \"{name}\"?"),
            None => write!(
                f,
                ": give the id of a check, a row (C03) or letter (C) of the issue table, or a regime \
                 ({}); apkaudit checks list shows all",
                Regime::ALL.map(Regime::word).join(", ")
            ),
        }
    }
}

impl std::error::Error for UnknownSelector {}

impl FromStr for Selector {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let regime = Regime::ALL.into_iter().find(|r| r.word() == text);
        let upper = text.to_ascii_uppercase();
        let mut letters = upper.chars();
        Ok(match (regime, letters.next(), letters.as_str()) {
            (Some(regime), ..) => Self::Regime(regime),
            (_, Some(letter @ 'A'..='Z'), "") => Self::Family(letter),
            (_, Some('A'..='Z'), digits)
                if digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()) =>
            {
                Self::Row(upper)
            }
            _ => Self::Check(text.to_owned()),
        })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Regime(regime) => f.write_str(regime.word()),
            Self::Family(letter) => write!(f, "{letter}"),
            Self::Row(name) | Self::Check(name) => f.write_str(name),
        }
    }
}

impl Selector {
    /// Whether it names this check.
    pub fn names(&self, check: &Check) -> bool {
        match self {
            Self::Regime(regime) => check.regimes.contains(regime),
            Self::Family('X') => check.refs.is_empty(),
            Self::Family(letter) => check.refs.iter().any(|row| row.starts_with(*letter)),
            Self::Row(row) => check.refs.contains(row),
            Self::Check(id) => check.id == *id,
        }
    }
}

impl Selection {
    /// Whether a check runs. One without a regime is of all.
    fn has(&self, check: &Check) -> bool {
        let any = |selectors: &[Selector]| selectors.iter().any(|s| s.names(check));
        let of_regime = self.regimes.is_empty()
            || check.regimes.is_empty()
            || check.regimes.iter().any(|r| self.regimes.contains(r));
        of_regime && (self.select.is_empty() || any(&self.select)) && !any(&self.ignore)
    }

    /// Leaves the checks that run, with the clauses and labels of the
    /// regimes.
    pub(super) fn apply(&self, checks: &mut Vec<Check>) -> Result<(), UnknownSelector> {
        for selector in self.select.iter().chain(&self.ignore) {
            if !checks.iter().any(|check| selector.names(check)) {
                return Err(unknown(selector, checks));
            }
        }
        checks.retain(|check| self.has(check));
        if !self.regimes.is_empty() {
            for check in checks {
                self.cite(check, catalog::builtin());
            }
        }
        Ok(())
    }

    fn cite(&self, check: &mut Check, catalog: &Catalog) {
        let ours = |word: &str| self.regimes.iter().any(|regime| regime.word() == word);
        check.clauses.retain(|cited| {
            let clause = catalog.clauses.get(&cited.id);
            let instrument = clause.and_then(|c| catalog.instruments.get(&c.instrument));
            instrument.is_none_or(|instrument| ours(&instrument.regime))
        });
        if !ours(Regime::Cn.word()) && !ours(Regime::CnDraft.word()) {
            check.labels = Labels::default();
        }
    }
}

fn unknown(selector: &Selector, checks: &[Check]) -> UnknownSelector {
    let given = selector.to_string();
    let names = checks
        .iter()
        .flat_map(|check| check.refs.iter().chain([&check.id]))
        .map(String::as_str)
        .chain(Regime::ALL.map(Regime::word));
    UnknownSelector {
        nearest: closest(&given, names).map(str::to_owned),
        given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Checks;

    fn select(text: &str) -> Vec<Selector> {
        let names = text.split(',').filter(|name| !name.is_empty());
        names.map(|name| name.parse().unwrap()).collect()
    }

    fn only(regimes: &[Regime], chosen: &str, ignored: &str) -> Result<Checks, UnknownSelector> {
        Checks::builtin().unwrap().only(&Selection {
            regimes: regimes.to_vec(),
            select: select(chosen),
            ignore: select(ignored),
        })
    }

    #[test]
    fn a_name_is_a_regime_a_letter_a_row_or_an_id() {
        assert_eq!(
            select("cn-draft,c,c03,sdk-undisclosed"),
            [
                Selector::Regime(Regime::CnDraft),
                Selector::Family('C'),
                Selector::Row("C03".to_owned()),
                Selector::Check("sdk-undisclosed".to_owned()),
            ]
        );
    }

    #[test]
    fn a_regime_leaves_its_checks_and_only_what_it_says() {
        let catalog = catalog::builtin();
        let play = only(&[Regime::Play], "", "").unwrap();
        assert!(play.named("account-deletion-web").is_some());
        assert!(play.named("complaint-channel-missing").is_none());
        for check in play.checks() {
            assert_eq!(check.labels, Labels::default(), "{}", check.id);
            for cited in &check.clauses {
                let clause = &catalog.clauses[&cited.id];
                assert_eq!(catalog.instruments[&clause.instrument].regime, "play");
            }
        }
        let cn = only(&[Regime::Cn], "", "").unwrap();
        assert!(
            !cn.named("permissions-at-launch")
                .unwrap()
                .labels
                .miit
                .is_empty()
        );
    }

    #[test]
    fn what_is_named_runs_but_for_what_is_ignored() {
        let checks = only(&[], "F,sdk-undisclosed", "F01,gdpr").unwrap();
        assert!(checks.named("complaint-channel-missing").is_some());
        for check in checks.checks() {
            let chosen =
                check.id == "sdk-undisclosed" || check.refs.iter().any(|r| r.starts_with('F'));
            assert!(
                chosen && !check.regimes.contains(&Regime::Gdpr),
                "{}",
                check.id
            );
            assert!(!check.refs.iter().any(|row| row == "F01"), "{}", check.id);
        }
        let without_row = only(&[], "x", "").unwrap();
        assert!(
            without_row
                .checks()
                .iter()
                .all(|check| check.refs.is_empty())
        );
    }

    #[test]
    fn a_name_of_no_check_is_refused_with_the_nearest_one() {
        let message = only(&[], "sdk-undisclosd", "").unwrap_err().to_string();
        assert!(
            message.contains("did you mean \"sdk-undisclosed\"?"),
            "{message}"
        );
        let message = only(&[], "", "☃").unwrap_err().to_string();
        assert!(message.contains("checks list"), "{message}");
    }
}
