//! Knowledge as data: what permissions are, which rules are cited, which
//! words regulators use. People who know the law but not Rust edit the
//! files under `checks/catalog/`.

mod answers;
mod apis;
mod app_types;
mod callbacks;
mod clauses;
mod consent;
mod dormant;
mod fault;
mod interface;
mod issues;
mod language;
mod lexicon;
mod permission_uses;
mod permissions;
mod rules;
mod scripts;
mod sdks;
mod vocabulary;
mod wildcard;

pub use answers::{Hears, PermissionAnswer, permission_answers};
pub use apis::{Api, Apis, Certainty, ClassApis, Named, Role, Subject, Tells, apis};
pub use app_types::{AppType, GuessedType, SubType, Words, app_type, app_types, guess};
pub use callbacks::{Callback, Callbacks, When, callbacks};
pub use clauses::{
    ClauseCertainty, ClauseEntry, ClauseExample, ClauseKind, ClausePattern, ClausePatterns,
    ClauseRule, Clauses, ConditionedPattern, ExampleVerdict, Following, clauses,
};
pub use consent::{Consent, Dialog, Missing, Store, consent};
pub use dormant::{Dormant, DormantCertainty, dormant};
pub use fault::{Fault, Faults, closest, did_you_mean, read};
pub use interface::{Interface, Topic, TopicCertainty, TopicExample, interface};
pub use issues::{Bulletin, Campaign, CampaignPoint, Issue, IssueCertainty, Issues, issues};
pub use language::{Bilingual, Lang, Mark};
pub use lexicon::{
    Cue, CueWords, DataWords, GroupWords, KindWords, PermissionWords, cue_words, data_words,
    permission_words,
};
pub use permission_uses::{PermissionKnown, permission_uses};
pub use permissions::{Level, Permission, Permissions};
pub use rules::{Clause, Instrument};
pub use scripts::{ScriptClass, ScriptEntries, ScriptFile, script_entries};
pub use sdks::{
    Aliases, Category, Data, DataKind, ENTRIES_DIGEST, Evidence, Floor, Grounds, Library, Notice,
    OnOff, Sdk, Sdks, Start, Stops, Switch, VersionSource, sdks,
};
pub use vocabulary::{Label, Regulator};
pub use wildcard::{keyed, matches};

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Every `checks/**/*.toml`, as path below `checks/` and text, sorted by path.
pub(crate) static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/checks.rs"));

/// Text of an embedded file, by its path below `checks/`:
/// `catalog/packers.toml`.
///
/// # Panics
///
/// If there is no such file. The names are part of this program, so this is
/// a defect that every test run meets, not something that an input can cause.
pub fn file(path: &str) -> &'static str {
    EMBEDDED
        .iter()
        .find(|(name, _)| *name == path)
        .map_or_else(|| panic!("checks/{path} is not embedded"), |(_, text)| text)
}

/// What checks cite and explain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// Permissions by full name.
    pub permissions: Permissions,
    /// Legal instruments by id.
    pub instruments: BTreeMap<String, Instrument>,
    /// Clauses by id.
    pub clauses: BTreeMap<String, Clause>,
    /// Regulators' labels by id.
    pub labels: BTreeMap<String, Label>,
}

/// The catalogue that this program carries.
///
/// # Panics
///
/// If an embedded file is wrong; the mistake is drawn. That is a defect of
/// the build which every test run meets.
pub fn builtin() -> &'static Catalog {
    static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| match Catalog::load() {
        Ok(catalog) => catalog,
        Err(faults) => panic!("the catalogue of this build is wrong:\n{faults}"),
    });
    &BUILTIN
}

/// What the catalogue knows of a permission, by its full name.
pub fn permission(name: &str) -> Option<&'static Permission> {
    builtin().permissions.get(name)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    instrument: Vec<toml::Spanned<Instrument>>,
    clause: Vec<toml::Spanned<Clause>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VocabularyFile {
    label: Vec<toml::Spanned<Label>>,
}

impl Catalog {
    /// Reads the embedded files and checks that what they refer to is there.
    pub fn load() -> Result<Self, Faults> {
        let mut catalog = Self::default();
        let mut faults = Vec::new();
        let (file, source) = embedded("catalog/permissions.toml");
        match read(&file, &source) {
            Ok(permissions) => catalog.permissions = permissions,
            Err(fault) => faults.push(fault),
        }
        let (file, source) = embedded("catalog/rules.toml");
        match read::<RulesFile>(&file, &source) {
            Ok(rules) => catalog.add_rules(&file, &source, rules, &mut faults),
            Err(fault) => faults.push(fault),
        }
        let (file, source) = embedded("catalog/vocabulary.toml");
        match read::<VocabularyFile>(&file, &source) {
            Ok(words) => {
                catalog.labels = by_id(&file, &source, words.label, |l| &l.id, &mut faults);
            }
            Err(fault) => faults.push(fault),
        }
        if faults.is_empty() {
            Ok(catalog)
        } else {
            Err(Faults(faults))
        }
    }

    /// Short name of the instrument and number of the clause.
    pub fn citation(&self, clause: &Clause) -> Bilingual {
        let short = self
            .instruments
            .get(&clause.instrument)
            .map_or_else(Bilingual::default, Instrument::short);
        Bilingual {
            zh: format!("{} {}", short.zh, clause.number)
                .trim_end()
                .to_owned(),
            en: format!("{} {}", short.en, clause.number_en())
                .trim_end()
                .to_owned(),
        }
    }

    fn add_rules(
        &mut self,
        file: &str,
        source: &Arc<str>,
        rules: RulesFile,
        faults: &mut Vec<Fault>,
    ) {
        self.instruments = by_id(file, source, rules.instrument, |i| &i.id, faults);
        for clause in &rules.clause {
            let instrument = &clause.get_ref().instrument;
            if !self.instruments.contains_key(instrument) {
                let names = self.instruments.keys().map(String::as_str);
                let message = format!("clause of an unknown instrument `{instrument}`");
                faults.push(
                    Fault::new(file, source, Some(clause.span()), message)
                        .help(did_you_mean(instrument, names)),
                );
            }
        }
        self.clauses = by_id(file, source, rules.clause, |c| &c.id, faults);
    }
}

/// An embedded file with the name that a person would look for it by.
fn embedded(path: &str) -> (String, Arc<str>) {
    (format!("checks/{path}"), Arc::from(file(path)))
}

fn by_id<T: DeserializeOwned>(
    file: &str,
    source: &Arc<str>,
    items: Vec<toml::Spanned<T>>,
    id: impl Fn(&T) -> &String,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, T> {
    let mut map = BTreeMap::new();
    for item in items {
        let span = item.span();
        let item = item.into_inner();
        let key = id(&item).clone();
        if map.contains_key(&key) {
            let message = format!("`{key}` is there twice");
            faults.push(Fault::new(file, source, Some(span), message));
        }
        map.insert(key, item);
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_catalogue_is_right() {
        let catalog = builtin();
        assert!(
            catalog.permissions.len() > 100,
            "{}",
            catalog.permissions.len()
        );
        assert!(catalog.clauses.len() > 50, "{}", catalog.clauses.len());
        assert!(catalog.labels.len() > 10, "{}", catalog.labels.len());
    }

    #[test]
    fn every_text_is_there_in_both_languages() {
        let catalog = builtin();
        let texts = catalog
            .permissions
            .iter()
            .map(|(name, p)| (name, p.text()))
            .chain(catalog.instruments.iter().map(|(id, i)| (id, i.name())))
            .chain(catalog.clauses.iter().map(|(id, c)| (id, c.text())))
            .chain(catalog.labels.iter().map(|(id, l)| (id, l.text())));
        for (id, text) in texts {
            assert!(
                !text.zh.trim().is_empty() && !text.en.trim().is_empty(),
                "{id}"
            );
        }
    }

    #[test]
    fn a_permission_is_found_by_its_full_name() {
        let camera = permission("android.permission.CAMERA").unwrap();
        assert_eq!(camera.level, Level::Dangerous);
        assert_eq!(camera.group.as_deref(), Some("CAMERA"));
        assert!(permission("com.example.NOT_KNOWN").is_none());
    }

    #[test]
    fn a_citation_names_the_instrument_shortly() {
        let instrument = Instrument {
            id: "R".to_owned(),
            zh: "认定方法（国信办秘字〔2019〕191号）".to_owned(),
            en: "Method (2019 no. 191)".to_owned(),
            short_zh: None,
            short_en: None,
            issued: None,
            in_force: None,
            regime: "cn".to_owned(),
            source: String::new(),
            mark: Mark::Verified,
            proof: None,
        };
        assert_eq!(instrument.short(), Bilingual::new("认定方法", "Method"));
    }
}
