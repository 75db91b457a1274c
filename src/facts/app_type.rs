//! What type of app it is: said by the user, or guessed by its name.

use serde::{Deserialize, Serialize};

use crate::catalog::{self, AppType, Bilingual, SubType};
use crate::manifest::Label;

/// The type of app by the Chinese rule on necessary personal information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppTypeFact {
    /// Number in the rule.
    pub code: u8,
    /// Id: `map-navigation`.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// The kind of app within the type, where it is known.
    pub sub: Option<String>,
    /// The user said so. Otherwise the name of the app points to it, which
    /// accuses nobody.
    pub given: bool,
    /// The word in the name that points to it.
    pub word: Option<String>,
    /// The basic function needs no personal information.
    pub needs_none: bool,
    /// Kinds of personal information that the basic function needs.
    pub kinds: Vec<String>,
    /// Groups of permissions that the basic function needs. Derived by us.
    pub groups: Vec<String>,
    /// Groups that usual optional functions use when the user asks for them.
    pub on_use: Vec<String>,
}

/// The type that was given; otherwise the one to which the names of the app
/// point, if all that point anywhere point to the same.
pub fn of(given: Option<&'static AppType>, labels: &[Label]) -> Option<AppTypeFact> {
    if let Some(of) = given {
        return Some(fact(of, None, None));
    }
    let mut guesses = labels
        .iter()
        .filter_map(|label| catalog::guess(&label.text));
    let first = guesses.next()?;
    let alike = guesses.all(|other| other.of == first.of && other.sub == first.sub);
    alike.then(|| fact(first.of, first.sub, Some(first.word)))
}

fn fact(of: &AppType, sub: Option<&SubType>, word: Option<&str>) -> AppTypeFact {
    AppTypeFact {
        code: of.code,
        id: of.id.clone(),
        name: match sub {
            Some(sub) => Bilingual::new(&sub.zh, &sub.en),
            None => Bilingual::new(&of.zh, &of.en),
        },
        sub: sub.map(|sub| sub.id.clone()),
        given: word.is_none(),
        word: word.map(str::to_owned),
        needs_none: of.necessary.zh.is_empty(),
        kinds: of.kinds.clone(),
        groups: sub.map_or(&of.groups, |sub| &sub.groups).clone(),
        on_use: sub.map_or(&of.on_use, |sub| &sub.on_use).clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(texts: &[&str]) -> Vec<Label> {
        let label = |text: &&str| Label {
            locale: String::new(),
            text: (*text).to_owned(),
        };
        texts.iter().map(label).collect()
    }

    #[test]
    fn what_the_user_says_counts_before_the_name() {
        let map = catalog::app_type("map-navigation");
        let fact = of(map, &labels(&["手电筒"])).unwrap();
        assert!(fact.given && fact.word.is_none());
        assert_eq!(fact.groups, ["LOCATION"]);
    }

    #[test]
    fn names_in_two_languages_that_point_to_the_same_type_are_a_guess() {
        let fact = of(None, &labels(&["手电筒", "Flashlight"])).unwrap();
        assert!(!fact.given && fact.needs_none);
        assert_eq!(fact.word.as_deref(), Some("手电筒"));
        assert!(of(None, &labels(&["手电筒", "Web browser"])).is_none());
        assert!(of(None, &labels(&["Example"])).is_none());
        assert!(of(None, &[]).is_none());
    }
}
