//! The documents of one app, joined: what each set of them says of every
//! clause.
//!
//! A policy, the list of SDKs and the children's rules of one app are one
//! set; policies in different languages, or of different origin, are judged
//! apart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::clauses::{ClauseHit, Level, rules};
use super::lexicon::{Polarity, Subject};
use super::mentions::{self, Mentions};
use super::normal;
use super::products::{self, AppNames, NamesApp, ProductName};
use super::quote::Quote;
use super::sentences::Sentences;
use super::{Class, Document, Language, Origin};
use crate::catalog::ClauseKind;
use crate::evidence::Place;

/// Shortest set, in characters, whose silence says something.
const SHORTEST_SOLID: u64 = 800;
/// Most sets beside the main one: an app has one for each language.
const MAX_SETS: usize = 12;
/// Most quotes of one clause.
const MAX_QUOTES: usize = 3;

/// Documents that are judged together: a policy with what goes with it, or
/// what goes with one without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySet {
    /// Name: language, and a number if there are several: `zh`, `en`,
    /// `zh-hant`, `zh-2`.
    pub id: String,
    /// Language.
    pub language: Language,
    /// Whether this is the set by which the app is judged: the best one in
    /// Chinese, else the best one.
    pub main: bool,
    /// Whether it is surely a policy and whole: only then its silence is
    /// more than something to look at.
    pub solid: bool,
    /// Its documents: numbers in the list of documents, the policy first.
    pub documents: Vec<u32>,
    /// Length in characters.
    pub chars: u64,
    /// What its policies call the product, the most certain name first.
    #[serde(default)]
    pub names: Vec<ProductName>,
    /// Whether that is the app.
    pub names_app: NamesApp,
}

/// What one set says of one clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseFact {
    /// Id of the clause.
    pub id: String,
    /// Id of the set.
    pub set: String,
    /// As in the set.
    pub main: bool,
    /// As in the set.
    pub solid: bool,
    /// What it means to have it.
    pub kind: ClauseKind,
    /// Whether the set has it.
    pub verdict: ClauseVerdict,
    /// The words that say it, the firmest first; with an absence, words that
    /// come near.
    pub quotes: Vec<Quote>,
    /// Words that refer to another document for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<Quote>,
    /// Numbers in the quotes: days, years.
    pub numbers: Vec<Number>,
    /// Title of the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where the policy is.
    pub place: Place,
    /// How many documents were searched.
    pub documents: u32,
    /// How many characters they have.
    pub chars: u64,
}

/// Whether a set has a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClauseVerdict {
    /// It has.
    Present,
    /// Only halfway or in a generic word.
    PresentWeak,
    /// It refers to another document that is not there.
    LinkedElsewhere,
    /// It has not.
    AbsentInText,
}

/// A number with its unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// The number.
    pub value: u32,
    /// The word behind it: `工作日`, `days`.
    pub unit: String,
}

/// What a document calls its product, if it is a policy.
type Products = Option<(Vec<ProductName>, NamesApp)>;

/// Sets of documents, and what each says.
#[derive(Clone, Debug, Default)]
pub(super) struct Joined {
    pub sets: Vec<PolicySet>,
    pub clauses: Vec<ClauseFact>,
    pub mentions: Mentions,
}

/// Which documents can be in one set with each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    language: &'static str,
    origin: OriginRank,
    /// Place of the policy, of which each file has its own set.
    file: String,
}

/// Origins from the best to the least: what was given beside the package is
/// what the user means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum OriginRank {
    Given,
    File,
    Resource,
    Code,
}

/// Joins the documents and judges each set.
pub(super) fn join(documents: &[Document], app: &AppNames) -> Joined {
    let texts: Vec<Option<Sentences>> = documents
        .iter()
        .map(|document| is_part(document.class).then(|| Sentences::of(&document.prose)))
        .collect();
    let ((products, found), words) = rayon::join(
        || {
            let products = documents.iter().zip(&texts).map(|(document, text)| {
                let policy = document.class == Class::Policy;
                let text = text.as_ref().filter(|_| policy)?;
                Some(products::read(document, text, app))
            });
            let products: Vec<Products> = products.collect();
            let clauses = texts.iter();
            let clauses = clauses.map(|text| text.as_ref().map(|text| rules().read(text)));
            let clauses: Vec<Option<Vec<Vec<ClauseHit>>>> = clauses.collect();
            (products, clauses)
        },
        || mentions::words(documents, &texts),
    );
    let mut sets = group(documents, &products);
    choose_main(&mut sets, documents);
    limit(&mut sets);
    let mut clauses = Vec::new();
    // A list or a note alone does not say what a policy should.
    let with_policy = sets.iter().filter(|set| has_policy(set, documents));
    for set in with_policy {
        for (number, (id, kind)) in rules().clauses().enumerate() {
            let mut hits: Vec<(ClauseHit, Quote)> = Vec::new();
            for index in set
                .documents
                .iter()
                .filter_map(|d| usize::try_from(*d).ok())
            {
                let (Some(document), Some(Some(text)), Some(Some(found))) =
                    (documents.get(index), texts.get(index), found.get(index))
                else {
                    continue;
                };
                for hit in found.get(number).into_iter().flatten() {
                    let Some(sentence) = text.all.get(hit.sentence) else {
                        continue;
                    };
                    let quote = Quote::of(document, text, sentence, &hit.at, hit.level);
                    hits.push((hit.clone(), quote));
                }
            }
            clauses.push(judge(set, id, kind, hits, documents));
        }
    }
    let mentions = mentions::read(&sets, documents, &texts, &words);
    for clause in &mut clauses {
        by_mentions(clause, &mentions);
    }
    Joined {
        sets,
        clauses,
        mentions,
    }
}

fn has_policy(set: &PolicySet, documents: &[Document]) -> bool {
    set.documents
        .iter()
        .filter_map(|number| documents.get(usize::try_from(*number).ok()?))
        .any(|document| document.class == Class::Policy)
}

/// Keeps the main set and the first others.
fn limit(sets: &mut Vec<PolicySet>) {
    let mut kept = 0_usize;
    sets.retain(|set| {
        kept = kept.saturating_add(1);
        set.main || kept <= MAX_SETS
    });
}

/// Classes whose text is read for clauses.
fn is_part(class: Class) -> bool {
    matches!(
        class,
        Class::Policy | Class::SdkList | Class::Children | Class::PermissionNote
    )
}

fn judge(
    set: &PolicySet,
    id: &str,
    kind: ClauseKind,
    mut hits: Vec<(ClauseHit, Quote)>,
    documents: &[Document],
) -> ClauseFact {
    hits.sort_by_key(|(hit, _)| std::cmp::Reverse(hit.level));
    let mut verdict = match hits.first().map(|(hit, _)| hit.level) {
        Some(Level::Strong | Level::Medium) => ClauseVerdict::Present,
        Some(Level::Weak) => ClauseVerdict::PresentWeak,
        Some(Level::Elsewhere) => ClauseVerdict::LinkedElsewhere,
        None => ClauseVerdict::AbsentInText,
    };
    if verdict == ClauseVerdict::PresentWeak
        && hits.iter().any(|(hit, _)| hit.level == Level::Elsewhere)
    {
        verdict = ClauseVerdict::LinkedElsewhere;
    }
    if id == "effective-date" {
        verdict = date(set, documents);
    }
    let numbers = hits
        .iter()
        .flat_map(|(hit, _)| &hit.numbers)
        .map(|(value, unit)| Number {
            value: *value,
            unit: unit.clone(),
        })
        .collect();
    let first = set
        .documents
        .first()
        .and_then(|number| documents.get(usize::try_from(*number).ok()?));
    ClauseFact {
        title: first.and_then(|document| document.title.clone()),
        place: first.map_or_else(Place::default, |document| document.place.clone()),
        documents: u32::try_from(set.documents.len()).unwrap_or(u32::MAX),
        chars: set.chars,
        id: id.to_owned(),
        set: set.id.clone(),
        main: set.main,
        solid: set.solid,
        kind,
        verdict,
        elsewhere: hits
            .iter()
            .find(|(hit, _)| hit.level == Level::Elsewhere)
            .map(|(_, quote)| quote.clone()),
        quotes: hits
            .into_iter()
            .map(|(_, quote)| quote)
            .take(MAX_QUOTES)
            .collect(),
        numbers,
    }
}

/// Clauses that what the set names decides.
fn by_mentions(clause: &mut ClauseFact, mentions: &Mentions) {
    match clause.id.as_str() {
        "data-itemised" => {
            let mut named = mentions.data.iter().filter(|mention| {
                mention.set == clause.set
                    && mention.polarity == Polarity::Collected
                    && mention.subject == Subject::App
            });
            let count = named.clone().filter(|mention| !mention.broad).count();
            clause.verdict = match count {
                0 if named.clone().next().is_none() => ClauseVerdict::AbsentInText,
                0 | 1 => ClauseVerdict::PresentWeak,
                _ => ClauseVerdict::Present,
            };
            let quotes = named.by_ref().map(|mention| mention.quote.clone());
            clause.quotes = quotes.take(MAX_QUOTES).collect();
        }
        "sdk-list" => {
            let mut rows = mentions.listed.iter().filter(|row| row.set == clause.set);
            if let Some(row) = rows.next() {
                clause.verdict = ClauseVerdict::Present;
                clause.quotes = vec![row.quote.clone()];
            }
        }
        _ => {}
    }
}

/// Whether a policy of the set states a date.
fn date(set: &PolicySet, documents: &[Document]) -> ClauseVerdict {
    let policies = || {
        set.documents
            .iter()
            .filter_map(|number| documents.get(usize::try_from(*number).ok()?))
            .filter(|document| document.class == Class::Policy)
    };
    if policies().any(|document| document.date.is_some()) {
        ClauseVerdict::Present
    } else if policies().any(|document| document.year_named) {
        ClauseVerdict::PresentWeak
    } else {
        ClauseVerdict::AbsentInText
    }
}

/// One set for what was given, one for each policy file, one for all
/// resource strings and one for all code strings, each in its language; the
/// lists and children's rules of a language are in each of its sets.
fn group(documents: &[Document], products: &[Products]) -> Vec<PolicySet> {
    let mut policies: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    let mut seen: Vec<&str> = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        if document.class != Class::Policy || seen.contains(&document.sha256.as_str()) {
            continue;
        }
        seen.push(&document.sha256);
        policies.entry(key(document)).or_default().push(index);
    }
    let languages: Vec<&str> = policies.keys().map(|key| key.language).collect();
    for document in documents {
        let alone = document.class != Class::Policy && is_part(document.class);
        if alone && !languages.contains(&language(document)) {
            policies.entry(key(document)).or_default();
        }
    }
    // Languages of which several files are policies: parts of one, or one of
    // them somebody else's. What one does not say, another may. If one names
    // the app, those that name another product are somebody else's.
    let file = |key: &&Key| key.origin == OriginRank::File;
    let named = |key: &Key, members: &[usize]| {
        let yes = |(other, members): (&Key, &Vec<usize>)| {
            other.language == key.language && names_app(members, products).1 == NamesApp::Yes
        };
        names_app(members, products).1 != NamesApp::No || !policies.iter().any(yes)
    };
    let of_files: Vec<&str> = policies
        .iter()
        .filter(|(key, members)| file(key) && named(key, members))
        .map(|(key, _)| key.language)
        .collect();
    let files: Vec<&str> = of_files
        .iter()
        .filter(|language| of_files.iter().filter(|other| other == language).count() > 1)
        .copied()
        .collect();
    let mut sets: Vec<PolicySet> = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, members) in policies {
        let count = counts.entry(key.language).or_default();
        *count = count.saturating_add(1);
        let id = if *count == 1 {
            key.language.to_owned()
        } else {
            format!("{}-{count}", key.language)
        };
        let beside = documents
            .iter()
            .enumerate()
            .filter(|(_, document)| {
                document.class != Class::Policy
                    && is_part(document.class)
                    && language(document) == key.language
            })
            .map(|(index, _)| index);
        let (names, names_app) = names_app(&members, products);
        let members: Vec<usize> = members.into_iter().chain(beside).collect();
        let in_set = || members.iter().filter_map(|index| documents.get(*index));
        let chars = in_set().map(|document| document.chars).sum();
        sets.push(PolicySet {
            id,
            language: in_set()
                .next()
                .map_or(Language::Other, |document| document.language),
            main: false,
            solid: chars >= SHORTEST_SOLID
                && key.origin <= OriginRank::File
                && !(key.origin == OriginRank::File && files.contains(&key.language))
                && in_set().any(|document| document.class == Class::Policy && document.recognised),
            documents: members
                .iter()
                .filter_map(|index| u32::try_from(*index).ok())
                .collect(),
            chars,
            names,
            names_app,
        });
    }
    sets
}

/// What these policies call the product, and whether that is the app: yes if
/// one says so, no if all name another.
fn names_app(members: &[usize], products: &[Products]) -> (Vec<ProductName>, NamesApp) {
    let all: Vec<&(Vec<ProductName>, NamesApp)> = members
        .iter()
        .filter_map(|index| products.get(*index)?.as_ref())
        .collect();
    let mut names: Vec<ProductName> = Vec::new();
    for name in all.iter().flat_map(|(names, _)| names) {
        if !names.iter().any(|known| known.name == name.name) {
            names.push(name.clone());
        }
    }
    let has = |wanted: NamesApp| all.iter().any(|(_, verdict)| *verdict == wanted);
    let verdict = if has(NamesApp::Yes) {
        NamesApp::Yes
    } else if has(NamesApp::Unknown) || all.is_empty() {
        NamesApp::Unknown
    } else {
        NamesApp::No
    };
    (names, verdict)
}

fn key(document: &Document) -> Key {
    let origin = match document.origin {
        Origin::Given => OriginRank::Given,
        Origin::File => OriginRank::File,
        Origin::Resource => OriginRank::Resource,
        Origin::Code => OriginRank::Code,
    };
    let file = match origin {
        OriginRank::File => document.place.file.clone(),
        _ => document.locale.clone().unwrap_or_default(),
    };
    Key {
        language: language(document),
        origin,
        file,
    }
}

/// Language with the script of Chinese.
fn language(document: &Document) -> &'static str {
    match document.language {
        Language::Zh if normal::is_traditional(&document.prose.text) => "zh-hant",
        Language::Zh => "zh",
        Language::En => "en",
        Language::Other => "other",
    }
}

/// The set by which the app is judged: given before bundled; one that names
/// the app before those that name another product; simplified Chinese before
/// traditional, these before English; one that names the app; the longest.
fn choose_main(sets: &mut [PolicySet], documents: &[Document]) {
    let one_names = sets.iter().any(|set| set.names_app == NamesApp::Yes);
    let rank = |set: &PolicySet| {
        let first = set
            .documents
            .first()
            .and_then(|number| documents.get(usize::try_from(*number).ok()?));
        let language = ["zh", "zh-hant", "en", "other"]
            .iter()
            .position(|known| first.is_some_and(|first| language(first) == *known));
        let origin = first.map(|first| key(first).origin);
        let alone = !has_policy(set, documents);
        let bundled = origin != Some(OriginRank::Given);
        (
            alone,
            bundled,
            one_names && set.names_app == NamesApp::No,
            language,
            set.names_app != NamesApp::Yes,
            origin,
            std::cmp::Reverse(set.chars),
        )
    };
    let best = sets
        .iter()
        .enumerate()
        .min_by_key(|(_, set)| rank(set))
        .map(|(index, _)| index);
    if let Some(set) = best.and_then(|best| sets.get_mut(best)) {
        set.main = true;
    }
}
