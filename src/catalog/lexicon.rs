//! Words by which policies name kinds of personal information and
//! permissions, and the words that tell what is done with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Fault, Faults, did_you_mean, embedded, load_file, matches, read};

/// Words of all kinds, with the file they come from.
#[derive(Clone, Debug)]
pub struct DataWords {
    /// Words that name one kind exactly.
    pub kinds: Vec<KindWords>,
    /// Words that name a group of kinds.
    pub groups: Vec<GroupWords>,
    /// Path of the file.
    pub file: String,
    /// Text of the file.
    pub source: Arc<str>,
}

/// Words that name one kind exactly.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindWords {
    /// Id of the kind: `device_id.imei`.
    pub kind: Spanned<String>,
    /// Chinese words.
    pub zh: Vec<Spanned<String>>,
    /// English words.
    pub en: Vec<Spanned<String>>,
    /// Chinese phrases that contain a word and mean something else.
    #[serde(rename = "not_zh", default)]
    pub shields_zh: Vec<Spanned<String>>,
    /// The same in English.
    #[serde(rename = "not_en", default)]
    pub shields_en: Vec<Spanned<String>>,
    /// Whether it is sensitive by law.
    #[serde(default)]
    pub sensitive: bool,
}

/// Words that name a group of kinds without listing them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupWords {
    /// Its id: `broad.device`.
    pub id: Spanned<String>,
    /// Name in Chinese.
    #[serde(rename = "zh_name")]
    pub name_zh: String,
    /// Name in English.
    #[serde(rename = "en_name")]
    pub name_en: String,
    /// Chinese words.
    pub zh: Vec<Spanned<String>>,
    /// English words.
    pub en: Vec<Spanned<String>>,
    /// Chinese phrases that contain a word and mean something else.
    #[serde(rename = "not_zh", default)]
    pub shields_zh: Vec<Spanned<String>>,
    /// The same in English.
    #[serde(rename = "not_en", default)]
    pub shields_en: Vec<Spanned<String>>,
    /// Kinds that the group includes; `device_id.*` are all that start so.
    pub covers: Vec<Spanned<String>>,
    /// Kinds for which the group is not enough.
    #[serde(default)]
    pub warn: Vec<Spanned<String>>,
}

impl GroupWords {
    /// Whether the group includes a kind.
    pub fn covers(&self, kind: &str) -> bool {
        self.covers
            .iter()
            .any(|pattern| matches(pattern.get_ref(), kind))
    }

    /// Whether a kind is worth a warning if only the group is named.
    pub fn warns(&self, kind: &str) -> bool {
        self.warn.iter().any(|known| known.get_ref() == kind)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LexiconFile {
    term: Vec<KindWords>,
    broad: Vec<GroupWords>,
}

impl DataWords {
    /// Reads the file; every kind and group that it speaks of must be known.
    pub fn read(file: &str, source: &Arc<str>, kinds: &[&str]) -> Result<Self, Faults> {
        Self::of(read(file, source)?, file, source, kinds)
    }

    /// The words of a file that was read.
    fn of(
        words: LexiconFile,
        file: &str,
        source: &Arc<str>,
        kinds: &[&str],
    ) -> Result<Self, Faults> {
        let LexiconFile { term, broad } = words;
        let mut faults = Vec::new();
        let mut unknown = |name: &Spanned<String>| {
            let known = kinds.iter().copied();
            faults.push(
                Fault::new(
                    file,
                    source,
                    Some(name.span()),
                    format!("unknown kind `{}`", name.get_ref()),
                )
                .help(did_you_mean(name.get_ref(), known)),
            );
        };
        let is_kind = |name: &str| kinds.contains(&name);
        for words in &term {
            if !is_kind(words.kind.get_ref()) {
                unknown(&words.kind);
            }
        }
        for group in &broad {
            for pattern in &group.covers {
                if !kinds.iter().any(|kind| matches(pattern.get_ref(), kind)) {
                    unknown(pattern);
                }
            }
            for kind in &group.warn {
                if !is_kind(kind.get_ref()) {
                    unknown(kind);
                }
            }
        }
        for group in &broad {
            let wrong = |message: &str| {
                let message = format!("`{}` {message}", group.id.get_ref());
                Fault::new(file, source, Some(group.id.span()), message)
            };
            if !group.id.get_ref().starts_with("broad.") {
                faults.push(wrong("does not start with `broad.`"));
            }
            for kind in &group.warn {
                if !group.covers(kind.get_ref()) {
                    faults.push(wrong(&format!(
                        "warns of `{}`, which it does not cover",
                        kind.get_ref()
                    )));
                }
            }
        }
        let kinds = term.iter().map(|words| &words.kind);
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for id in kinds.chain(broad.iter().map(|group| &group.id)) {
            if !known.insert(id.get_ref()) {
                let message = format!("`{}` is there twice", id.get_ref());
                faults.push(Fault::new(file, source, Some(id.span()), message));
            }
        }
        if faults.is_empty() {
            Ok(Self {
                kinds: term,
                groups: broad,
                file: file.to_owned(),
                source: Arc::clone(source),
            })
        } else {
            Err(Faults(faults))
        }
    }

    /// The group of this id.
    pub fn group(&self, id: &str) -> Option<&GroupWords> {
        self.groups.iter().find(|group| group.id.get_ref() == id)
    }

    /// Whether a kind is sensitive by law.
    pub fn is_sensitive(&self, kind: &str) -> bool {
        self.kinds
            .iter()
            .any(|words| words.sensitive && words.kind.get_ref() == kind)
    }
}

/// Words that name permissions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionWords {
    /// Full names of the permissions that share these words.
    pub names: Vec<String>,
    /// Chinese words.
    pub zh: Vec<String>,
    /// English words.
    pub en: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PermissionFile {
    permission: Vec<PermissionWords>,
}

/// What a word tells about the sentence or heading it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cue {
    /// Nothing: keeps a shorter word inside it from being seen.
    Nothing,
    /// Information is collected, whatever the sentence is about.
    Collect,
    /// Something is done with information, or somebody gives it.
    Handle,
    /// Reaches for information: counts as collecting where it is denied.
    Reach,
    /// Information is passed on.
    Share,
    /// The plain denial of the verb right behind it.
    Deny,
    /// Any other negation of a verb close behind it.
    Negate,
    /// Negation of the whole clause behind it.
    NegateClause,
    /// Turns to something else; ends what a negation reaches.
    But,
    /// The sentence holds under a condition, for a purpose or with an
    /// exception only: a denial in it is none.
    Condition,
    /// The app, or who runs it.
    We,
    /// The user.
    You,
    /// Somebody else: an SDK, a partner, another company.
    Third,
    /// The user may do something.
    May,
    /// What a user does by right: correct, delete.
    Right,
    /// How information is kept safe.
    Security,
    /// Says what belongs to personal information as such.
    Define,
    /// Speaks of permissions of the system.
    Permission,
    /// Heading of a section on what is collected.
    HeadingCollect,
    /// Heading of a section on SDKs and other parties.
    HeadingThird,
    /// Heading of a section on children.
    HeadingChildren,
    /// Heading of a section on anything else: rights, security, terms used.
    HeadingOther,
}

impl Cue {
    /// Whether it is looked for in headings, not in sentences.
    pub fn is_of_headings(self) -> bool {
        self >= Self::HeadingCollect
    }
}

/// Words by what they tell.
pub type CueWords = BTreeMap<Cue, Vec<String>>;

/// The words for kinds of information that this program carries.
///
/// # Panics
///
/// If the embedded file is wrong: a defect of the build that every test run
/// meets.
pub fn data_words() -> &'static DataWords {
    static WORDS: LazyLock<DataWords> = LazyLock::new(|| {
        const FILE: &str = "catalog/lexicon.toml";
        let (file, source) = embedded(FILE);
        let kinds: Vec<&str> = super::sdks().kinds.keys().map(String::as_str).collect();
        let words = load_file(FILE).map_err(Faults::from);
        right(words.and_then(|words| DataWords::of(words, &file, &source, &kinds)))
    });
    &WORDS
}

/// The words for permissions that this program carries.
///
/// # Panics
///
/// If the embedded file is wrong, as above.
pub fn permission_words() -> &'static [PermissionWords] {
    static WORDS: LazyLock<Vec<PermissionWords>> = LazyLock::new(|| {
        let file = load_file::<PermissionFile>("catalog/permission-terms.toml");
        right(file.map_err(Faults::from)).permission
    });
    &WORDS
}

/// The words that tell what is done, of this program.
///
/// # Panics
///
/// If the embedded file is wrong, as above.
pub fn cue_words() -> &'static CueWords {
    static WORDS: LazyLock<CueWords> =
        LazyLock::new(|| right(load_file("catalog/lexicon-cues.toml").map_err(Faults::from)));
    &WORDS
}

fn right<T>(words: Result<T, Faults>) -> T {
    match words {
        Ok(words) => words,
        Err(faults) => panic!("the words of this build are wrong:\n{faults}"),
    }
}
