//! The types of app of the Chinese rule on necessary personal information,
//! and what each may not do without.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Bilingual, Faults, Mark, load_file};

const FILE: &str = "catalog/app-types.toml";

/// One type of app.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AppType {
    /// Number in the rule, from 1.
    pub code: u8,
    /// Id: `map-navigation`.
    pub id: String,
    /// Name in Chinese, as the rule has it.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// What the basic function is.
    pub function: Bilingual,
    /// Personal information without which the basic function cannot be.
    pub necessary: Words,
    /// The same as kinds of the catalogue.
    pub kinds: Vec<String>,
    /// Groups of permissions that the basic function needs. Derived by us.
    pub groups: Vec<String>,
    /// Groups that usual optional functions use when the user asks for them.
    pub on_use: Vec<String>,
    /// Words in the name of an app that point to the type.
    pub names: Words,
    /// Words that speak against it.
    #[serde(default)]
    pub not: Vec<String>,
    /// How sure the entry is.
    pub mark: Mark,
    /// Kinds of app within the type that need other permissions.
    #[serde(default)]
    pub sub: Vec<SubType>,
}

/// A kind of app within a type.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SubType {
    /// Id: `torch`.
    pub id: String,
    /// Name in Chinese.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// Groups of permissions that the basic function needs.
    pub groups: Vec<String>,
    /// Groups that usual optional functions use.
    pub on_use: Vec<String>,
    /// Words in the name of an app that point to it.
    pub names: Words,
    /// Words that speak against it.
    #[serde(default)]
    pub not: Vec<String>,
}

/// Words in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Chinese.
    pub zh: Vec<String>,
    /// English.
    pub en: Vec<String>,
}

impl Words {
    /// The word that is in a name: anywhere in Chinese, as a whole word in
    /// English. `name` is in lower case.
    fn found_in(&self, name: &str) -> Option<&str> {
        let zh = self.zh.iter().find(|word| name.contains(word.as_str()));
        let en = || {
            let mut words = self.en.iter();
            words.find(|word| has_word(name, word))
        };
        zh.or_else(en).map(String::as_str)
    }
}

/// Whether `word` stands in `name` with no other letter or digit beside it.
fn has_word(name: &str, word: &str) -> bool {
    let inner = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    name.match_indices(word).any(|(at, _)| {
        let before = name.get(..at).and_then(|text| text.chars().next_back());
        let after = name
            .get(at + word.len()..)
            .and_then(|text| text.chars().next());
        !inner(before) && !inner(after)
    })
}

/// What the name of an app points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuessedType {
    /// The type.
    pub of: &'static AppType,
    /// The kind within it, if the name tells.
    pub sub: Option<&'static SubType>,
    /// The word that told.
    pub word: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    r#type: Vec<AppType>,
}

/// The types, in the order of the rule.
///
/// # Panics
///
/// If the embedded file is wrong; the mistake is drawn. That is a defect of
/// the build which every test run meets.
pub fn app_types() -> &'static [AppType] {
    static BUILTIN: LazyLock<Vec<AppType>> = LazyLock::new(|| match load() {
        Ok(types) => types,
        Err(faults) => panic!("the catalogue of this build is wrong:\n{faults}"),
    });
    &BUILTIN
}

fn load() -> Result<Vec<AppType>, Faults> {
    Ok(load_file::<File>(FILE)?.r#type)
}

/// The type with this number or id.
pub fn app_type(named: &str) -> Option<&'static AppType> {
    let code = named.parse::<u8>().ok();
    let mut types = app_types().iter();
    types.find(|of| Some(of.code) == code || of.id == named)
}

/// What the name of an app points to; nothing if it points to several types.
pub fn guess(name: &str) -> Option<GuessedType> {
    let name = name.to_lowercase();
    let blocked = |not: &[String]| not.iter().any(|word| name.contains(word.as_str()));
    let mut found: Option<GuessedType> = None;
    for of in app_types().iter().filter(|of| !blocked(&of.not)) {
        let subs = of.sub.iter().filter(|sub| !blocked(&sub.not));
        let mut subs = subs.filter_map(|sub| Some((sub, sub.names.found_in(&name)?)));
        let first = subs.next();
        let several = subs.next().is_some();
        let word = first
            .map(|(_, word)| word)
            .or_else(|| of.names.found_in(&name));
        let Some(word) = word else {
            continue;
        };
        if found.is_some() {
            return None;
        }
        found = Some(GuessedType {
            of,
            sub: first.filter(|_| !several).map(|(sub, _)| sub),
            word,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_thirty_nine_types_of_the_rule_are_there_in_its_order() {
        let types = app_types();
        let codes: Vec<u8> = types.iter().map(|of| of.code).collect();
        assert_eq!(codes, (1..=39).collect::<Vec<u8>>());
        let ids: BTreeSet<&str> = types.iter().map(|of| of.id.as_str()).collect();
        assert_eq!(ids.len(), 39);
        let none = types.iter().filter(|of| of.necessary.zh.is_empty());
        assert_eq!(none.count(), 13, "types that need no personal information");
        for of in types {
            assert_eq!(of.necessary.zh.len(), of.necessary.en.len(), "{}", of.id);
        }
    }

    #[test]
    fn kinds_and_groups_are_those_of_the_catalogue() {
        let kinds: BTreeSet<&str> = super::super::sdks()
            .kinds
            .keys()
            .map(String::as_str)
            .collect();
        let permissions = super::super::builtin().permissions.values();
        let groups: BTreeSet<&str> = permissions.filter_map(|p| p.group.as_deref()).collect();
        for of in app_types() {
            for kind in &of.kinds {
                assert!(kinds.contains(kind.as_str()), "{}: {kind}", of.id);
            }
            let subs = of
                .sub
                .iter()
                .flat_map(|sub| sub.groups.iter().chain(&sub.on_use));
            for group in of.groups.iter().chain(&of.on_use).chain(subs) {
                assert!(groups.contains(group.as_str()), "{}: {group}", of.id);
            }
        }
    }

    #[test]
    fn a_type_is_named_by_number_or_id_and_guessed_by_name() {
        assert_eq!(
            app_type("1").unwrap().id,
            app_type("map-navigation").unwrap().id
        );
        assert!(app_type("40").is_none() && app_type("").is_none());

        let torch = guess("超级手电筒").unwrap();
        assert_eq!((torch.of.code, torch.word), (38, "手电筒"));
        assert!(torch.sub.is_some());
        assert_eq!(guess("Daily Flashlight").unwrap().of.code, 38);
        assert_eq!(guess("墨墨浏览器").unwrap().of.code, 32);
    }

    #[test]
    fn a_name_that_says_nothing_or_several_things_gives_no_type() {
        assert!(guess("Example").is_none());
        assert!(guess("悦宽").is_none());
        assert!(guess("").is_none());
        assert!(guess("Mapmaker").is_none(), "map is a part of another word");
    }
}
