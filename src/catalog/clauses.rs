//! Clauses of privacy policies: what a policy should say, and the words by
//! which that is recognised. One file a clause.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::{Bilingual, Fault, Faults, embedded, embedded_paths, load_file, read};

/// Folder of the clause files below `checks/`.
const FOLDER: &str = "catalog/clauses/";
/// Word lists that all clause files share.
const SHARED: &str = "words.toml";

/// One clause.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseRule {
    /// Kebab-case name; the name of its file.
    pub id: String,
    /// Name in Chinese.
    #[serde(rename = "zh_name")]
    pub zh: String,
    /// Name in English.
    #[serde(rename = "en_name")]
    pub en: String,
    /// Rows of the issue table that rest on it.
    #[serde(rename = "ref", default)]
    pub refs: Vec<String>,
    /// What it means to have it.
    pub kind: ClauseKind,
    /// Where the wordings come from.
    pub source: String,
    /// How sure they are.
    pub certainty: ClauseCertainty,
    /// Word lists of this file.
    #[serde(default)]
    pub words: BTreeMap<String, Vec<String>>,
    /// Patterns of Chinese. None if code judges the clause.
    #[serde(rename = "zh", default)]
    pub chinese: ClausePatterns,
    /// Patterns of English.
    #[serde(rename = "en", default)]
    pub english: ClausePatterns,
    /// Texts, and what must be found in them.
    #[serde(default)]
    pub example: Vec<ClauseExample>,
}

/// What it means for a policy to have a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClauseKind {
    /// It should be there.
    Duty,
    /// It should not be there.
    Defect,
    /// Neither; other judgements build on it.
    Note,
}

/// How sure the wordings of a clause are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClauseCertainty {
    /// Written from general knowledge of such texts.
    Memory,
    /// Compared with several published policies.
    Lists,
    /// Given by an official template or standard.
    Documented,
}

/// Patterns of one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClausePatterns {
    /// Headings under which a hit counts more.
    #[serde(default)]
    pub headings: Vec<String>,
    /// What says it.
    #[serde(default)]
    pub present: Vec<ClausePattern>,
    /// What says it only halfway: a right without a way.
    #[serde(default)]
    pub weak: Vec<ClausePattern>,
    /// What refers to another document that says it.
    #[serde(default)]
    pub elsewhere: Vec<ClausePattern>,
    /// What keeps a sentence from being looked at.
    #[serde(rename = "not", default)]
    pub blockers: Vec<String>,
}

/// A pattern, alone or with its own conditions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum ClausePattern {
    /// Alone.
    Plain(String),
    /// With conditions.
    With(ConditionedPattern),
}

/// A pattern with its own conditions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionedPattern {
    /// The pattern.
    pub is: String,
    /// Its own blockers.
    #[serde(rename = "not", default)]
    pub blockers: Vec<String>,
    /// Headings it needs above it.
    #[serde(default)]
    pub under: Vec<String>,
    /// Whether the sentences behind are searched as well: `true` for the
    /// next one, or how many.
    #[serde(default)]
    pub next: Following,
}

/// How many sentences behind are searched as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Following {
    /// The next one, or none.
    Next(bool),
    /// So many.
    Count(u8),
}

impl Default for Following {
    fn default() -> Self {
        Self::Next(false)
    }
}

impl Following {
    /// So many.
    pub fn count(self) -> usize {
        match self {
            Self::Next(next) => usize::from(next),
            Self::Count(count) => usize::from(count.min(10)),
        }
    }
}

impl ClausePattern {
    /// The pattern with its conditions.
    pub fn parts(&self) -> ConditionedPattern {
        match self {
            Self::Plain(is) => ConditionedPattern {
                is: is.clone(),
                ..ConditionedPattern::default()
            },
            Self::With(pattern) => pattern.clone(),
        }
    }
}

/// A text, and what must be found in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseExample {
    /// The text, in Markdown.
    pub text: String,
    /// `present`, `weak` or `absent`.
    pub is: ExampleVerdict,
    /// What it shows.
    #[serde(default)]
    pub about: String,
}

/// What an example expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExampleVerdict {
    /// The clause is there.
    Present,
    /// Only halfway.
    Weak,
    /// It is not.
    Absent,
}

/// A clause with the file it comes from.
#[derive(Clone, Debug)]
pub struct ClauseEntry {
    /// The clause.
    pub rule: ClauseRule,
    /// Path of its file.
    pub file: String,
    /// Text of its file.
    pub source: Arc<str>,
}

impl ClauseRule {
    /// Its name in both languages.
    pub fn name(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }
}

/// All clauses, sorted by id, and the word lists they share.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    /// Clauses.
    pub entries: Vec<ClauseEntry>,
    /// Shared word lists.
    pub words: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SharedWords {
    words: BTreeMap<String, Vec<String>>,
}

/// What one file holds.
enum Parsed {
    Words(SharedWords),
    Clause(Box<ClauseRule>),
}

impl Parsed {
    fn of(
        file: &str,
        words: impl FnOnce() -> Result<SharedWords, Fault>,
        clause: impl FnOnce() -> Result<ClauseRule, Fault>,
    ) -> Result<Self, Fault> {
        if file_name(file) == SHARED {
            words().map(Self::Words)
        } else {
            clause().map(|clause| Self::Clause(Box::new(clause)))
        }
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Clauses {
    /// Reads clause files, given as path and text.
    pub fn read<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self, Faults> {
        let files = files.map(|(file, text)| {
            let source: Arc<str> = Arc::from(text);
            let parsed = Parsed::of(file, || read(file, &source), || read(file, &source));
            (file, source, parsed)
        });
        Self::gather(files)
    }

    /// The embedded files.
    fn builtin() -> Result<Self, Faults> {
        let files = embedded_paths(FOLDER).map(|path| {
            let parsed = Parsed::of(path, || load_file(path), || load_file(path));
            (path, embedded(path).1, parsed)
        });
        Self::gather(files)
    }

    fn gather<'a>(
        files: impl Iterator<Item = (&'a str, Arc<str>, Result<Parsed, Fault>)>,
    ) -> Result<Self, Faults> {
        let mut clauses = Self::default();
        let mut faults = Vec::new();
        for (file, source, parsed) in files {
            let name = file_name(file);
            match parsed {
                Ok(Parsed::Words(shared)) => clauses.words = shared.words,
                Ok(Parsed::Clause(rule)) => {
                    let rule = *rule;
                    if name.strip_suffix(".toml") != Some(rule.id.as_str()) {
                        let message = format!("the file of `{0}` is `{0}.toml`", rule.id);
                        faults.push(Fault::new(file, &source, None, message));
                    }
                    clauses.entries.push(ClauseEntry {
                        rule,
                        file: file.to_owned(),
                        source,
                    });
                }
                Err(fault) => faults.push(fault),
            }
        }
        clauses.entries.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
        if faults.is_empty() {
            Ok(clauses)
        } else {
            Err(Faults(faults))
        }
    }

    /// The clause of this id.
    pub fn get(&self, id: &str) -> Option<&ClauseRule> {
        let at = self
            .entries
            .binary_search_by(|entry| entry.rule.id.as_str().cmp(id))
            .ok()?;
        self.entries.get(at).map(|entry| &entry.rule)
    }
}

/// The clauses that this program carries.
///
/// # Panics
///
/// If an embedded file is wrong: a defect of the build that every test run
/// meets.
pub fn clauses() -> &'static Clauses {
    static CLAUSES: LazyLock<Clauses> = LazyLock::new(|| match Clauses::builtin() {
        Ok(clauses) => clauses,
        Err(faults) => panic!("the clauses of this build are wrong:\n{faults}"),
    });
    &CLAUSES
}
