//! Knowledge as data: what permissions are, which rules are cited, which
//! words regulators use. People who know the law but not Rust edit the
//! files under `checks/catalog/`.

mod answers;
mod apis;
mod app_types;
mod callbacks;
mod clauses;
mod compact;
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
    Aliases, Category, Data, DataKind, Evidence, Floor, Grounds, Library, Notice, OnOff, Sdk, Sdks,
    Start, Stops, Switch, VersionSource, sdks,
};
pub use vocabulary::{Label, Regulator};
pub use wildcard::{keyed, matches};

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Every `checks/**/*.toml`, as path below `checks/` and where it stands in
/// [`BYTES`], from and to; sorted by path.
#[allow(clippy::unreadable_literal, reason = "written by the build")]
static COMPACT: &[(&str, usize, usize)] = include!(concat!(env!("OUT_DIR"), "/places.rs"));

/// All files, one behind the other, in the form of [`compact`].
static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/compact"));

/// The same as path and text, but for SDKs and libraries: what mistakes are
/// drawn on.
static TEXTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// SHA-256 of the paths and texts of all files.
pub static DIGEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/digest"));

/// What an embedded file says, by its path below `checks/`:
/// `catalog/packers.toml`.
///
/// # Panics
///
/// If there is no such file or it is not of this type; the mistake is drawn.
/// The names are part of this program, so this is a defect that every test
/// run meets, not something that an input can cause.
pub fn knowledge<T: DeserializeOwned>(path: &str) -> T {
    match load_file(path) {
        Ok(knowledge) => knowledge,
        Err(fault) => panic!("the catalogue of this build is wrong:\n{fault}"),
    }
}

/// Paths below `checks/` of the embedded files whose paths begin so, sorted.
pub(crate) fn embedded_paths(beginning: &str) -> impl Iterator<Item = &'static str> {
    let from = COMPACT.partition_point(|(path, ..)| *path < beginning);
    let paths = COMPACT[from..].iter().map(|(path, ..)| *path);
    paths.take_while(move |path| path.starts_with(beginning))
}

/// What an embedded file says.
pub(crate) fn load_file<T: DeserializeOwned>(path: &str) -> Result<T, Fault> {
    let Some(bytes) = compact_file(path) else {
        panic!("checks/{path} is not embedded");
    };
    compact::read(bytes).map_err(|error| {
        // The text tells better what is wrong with it, and where.
        let (file, source) = embedded(path);
        let fault = read::<T>(&file, &source).err();
        fault.unwrap_or_else(|| Fault::new(&file, &source, None, error.to_string()))
    })
}

fn compact_file(path: &str) -> Option<&'static [u8]> {
    let at = COMPACT.binary_search_by(|(name, ..)| (*name).cmp(path));
    let (_, from, to) = COMPACT.get(at.ok()?)?;
    BYTES.get(*from..*to)
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

const RULES: &str = "catalog/rules.toml";
const VOCABULARY: &str = "catalog/vocabulary.toml";

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
        match load_file("catalog/permissions.toml") {
            Ok(permissions) => catalog.permissions = permissions,
            Err(fault) => faults.push(fault),
        }
        match load_file::<RulesFile>(RULES) {
            Ok(rules) => catalog.add_rules(rules, &mut faults),
            Err(fault) => faults.push(fault),
        }
        match load_file::<VocabularyFile>(VOCABULARY) {
            Ok(words) => {
                let (file, source) = embedded(VOCABULARY);
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

    fn add_rules(&mut self, rules: RulesFile, faults: &mut Vec<Fault>) {
        let (file, source) = &embedded(RULES);
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

/// Text of an embedded file with the name that a person would look for it
/// by. SDKs and libraries have none.
pub(crate) fn embedded(path: &str) -> (String, Arc<str>) {
    let at = TEXTS.binary_search_by(|(name, _)| (*name).cmp(path));
    let text = at.ok().and_then(|at| TEXTS.get(at));
    let text = text.map_or("", |(_, text)| text);
    (format!("checks/{path}"), Arc::from(text))
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
