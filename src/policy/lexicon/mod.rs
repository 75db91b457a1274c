//! Which kinds of personal information a text names, what it says of them,
//! and which permissions it names.

mod finder;
mod permissions;
mod stance;

pub use permissions::{PermissionHit, Permissions};

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use self::finder::{Finder, Word};
use self::stance::{CueHit, Stance};
use super::sentences::{Sentence, Sentences};
use crate::catalog::{self, Cue, CueWords, DataWords, Fault, Faults};
use crate::decode::prose::BlockKind;

/// A kind of information, or a group of kinds, named in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataHit<'w> {
    /// Id of the kind, or of the group if `broad`.
    pub kind: &'w str,
    /// The word, in bytes of the normalised text.
    pub at: Range<usize>,
    /// The sentence it stands in: its number.
    pub sentence: usize,
    /// Whether it is a group: 「设备信息」.
    pub broad: bool,
    /// What is said of it.
    pub polarity: Polarity,
    /// Of whom.
    pub subject: Subject,
}

/// What a text says of information that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Polarity {
    /// It is collected, used, or given by the user.
    Collected,
    /// It is not collected, plainly and without a condition.
    Denied,
    /// Neither: a definition, a right, security, a conditional or a denial of
    /// something else.
    Other,
}

/// Of whom a text says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The app, or who runs it.
    App,
    /// An SDK or another company.
    Sdk,
    /// Others: children and their parents.
    Other,
}

/// The words of kinds, ready to be found.
#[derive(Debug)]
pub struct Lexicon {
    terms: Finder<Term>,
    cues: Cues,
}

/// What a word of the lexicon stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Kind(String),
    Group(String),
    /// Nothing; it hides the words inside it.
    Shield,
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(id) | Self::Group(id) => write!(f, "`{id}`"),
            Self::Shield => f.write_str("a phrase that means something else"),
        }
    }
}

/// Words that tell what a sentence or a heading is about.
#[derive(Debug)]
struct Cues {
    sentences: Finder<Vec<Cue>>,
    headings: Finder<Vec<Cue>>,
}

impl Cues {
    fn new(words: &CueWords) -> Result<Self, String> {
        let of = |wanted: &dyn Fn(Cue) -> bool| {
            let mut found: BTreeMap<Word, Vec<Cue>> = BTreeMap::new();
            for (cue, list) in words.iter().filter(|(cue, _)| wanted(**cue)) {
                for word in list {
                    found.entry(Word::of(word)).or_default().push(*cue);
                }
            }
            Finder::new(found)
        };
        Ok(Self {
            sentences: of(&|cue| !cue.is_of_headings())?,
            headings: of(&|cue| cue.is_of_headings() || cue == Cue::Nothing)?,
        })
    }
}

impl Lexicon {
    /// The lexicon that this program carries.
    ///
    /// # Panics
    ///
    /// If an embedded file is wrong: a defect of the build that every test
    /// run meets.
    pub fn builtin() -> &'static Self {
        static LEXICON: LazyLock<Lexicon> =
            LazyLock::new(
                || match Lexicon::compile(catalog::data_words(), catalog::cue_words()) {
                    Ok(lexicon) => lexicon,
                    Err(faults) => panic!("the lexicon of this build is wrong:\n{faults}"),
                },
            );
        &LEXICON
    }

    /// Makes the words ready. No word may stand for two things.
    pub fn compile(words: &DataWords, cues: &CueWords) -> Result<Self, Faults> {
        let mut gather = Gather {
            words,
            terms: BTreeMap::new(),
            faults: Vec::new(),
        };
        for kind in &words.kinds {
            let term = Term::Kind(kind.kind.get_ref().clone());
            gather.lists(
                &term,
                [&kind.zh, &kind.en],
                [&kind.shields_zh, &kind.shields_en],
            );
        }
        for group in &words.groups {
            let term = Term::Group(group.id.get_ref().clone());
            gather.lists(
                &term,
                [&group.zh, &group.en],
                [&group.shields_zh, &group.shields_en],
            );
        }
        if !gather.faults.is_empty() {
            return Err(Faults(gather.faults));
        }
        let wrong = |message| Faults::from(Fault::new(&words.file, &words.source, None, message));
        Ok(Self {
            terms: Finder::new(gather.terms).map_err(wrong)?,
            cues: Cues::new(cues).map_err(wrong)?,
        })
    }

    /// What the text names, in its order.
    pub fn read(&self, text: &Sentences) -> Vec<DataHit<'_>> {
        let terms = self.terms.find(&text.normal.text);
        let cues: Vec<CueHit<'_>> = self
            .cues
            .sentences
            .find(&text.normal.text)
            .into_iter()
            .filter(|(at, tells)| match around(&terms, at) {
                // 「读取短信」 is a term, and says what is done.
                Some(word) => word.start == at.start && tells.contains(&Cue::Collect),
                None => true,
            })
            .collect();
        let mut reader = Reader {
            text,
            headings: headings(&self.cues.headings, text),
            lists: Lists::default(),
        };
        let mut hits = Vec::new();
        let (mut terms, mut cues) = (terms.as_slice(), cues.as_slice());
        for (number, sentence) in text.all.iter().enumerate() {
            let named = split(&mut terms, sentence);
            let words = split(&mut cues, sentence);
            let stance = Stance::of(&text.normal.text, &sentence.at, words);
            let setting = reader.setting(number, sentence);
            for (at, term) in named {
                let (kind, broad) = match term {
                    Term::Kind(kind) => (kind, false),
                    Term::Group(group) => (group, true),
                    Term::Shield => continue,
                };
                let subject = setting.subject(&stance, at.start);
                hits.push(DataHit {
                    kind,
                    at: at.clone(),
                    sentence: number,
                    broad,
                    polarity: setting.polarity(sentence, &stance, at, subject),
                    subject,
                });
            }
            let headings = &self.cues.headings;
            reader.lists.open(text, sentence, &stance, || {
                About::of(headings, text.words(&sentence.at))
            });
        }
        hits
    }
}

/// Gathers the words of the file.
struct Gather<'w> {
    words: &'w DataWords,
    terms: BTreeMap<Word, Term>,
    faults: Vec<Fault>,
}

impl Gather<'_> {
    fn lists(
        &mut self,
        term: &Term,
        lists: [&Vec<Spanned<String>>; 2],
        shields: [&Vec<Spanned<String>>; 2],
    ) {
        for word in lists.into_iter().flatten() {
            self.add(word, term.clone());
        }
        for word in shields.into_iter().flatten() {
            self.add(word, Term::Shield);
        }
    }

    fn add(&mut self, word: &Spanned<String>, term: Term) {
        let written = word.get_ref();
        let form = Word::of(written);
        if form.text() != written {
            self.fault(word, format!("texts have `{written}` as `{}`", form.text()));
        }
        match self.terms.get(&form) {
            Some(known) if *known != term => {
                self.fault(word, format!("`{written}` is {known} and {term}"));
            }
            _ => {
                self.terms.insert(form, term);
            }
        }
    }

    fn fault(&mut self, word: &Spanned<String>, message: String) {
        let Self { words, faults, .. } = self;
        let span = Some(word.span());
        faults.push(Fault::new(&words.file, &words.source, span, message));
    }
}

/// Takes from the front what stands in the sentence; all are in order.
fn split<'h, T>(
    rest: &mut &'h [(Range<usize>, T)],
    sentence: &Sentence,
) -> &'h [(Range<usize>, T)] {
    let from = rest.partition_point(|(at, _)| at.start < sentence.at.start);
    let to = rest.partition_point(|(at, _)| at.start < sentence.at.end);
    let inside = rest.get(from..to).unwrap_or_default();
    *rest = rest.get(to..).unwrap_or_default();
    inside
}

/// The one of these words, which are in order, that a place is inside of.
fn around<'h, T>(words: &'h [(Range<usize>, T)], at: &Range<usize>) -> Option<&'h Range<usize>> {
    let after = words.partition_point(|(word, _)| word.start <= at.start);
    let (word, _) = words.get(after.checked_sub(1)?)?;
    (at.end <= word.end).then_some(word)
}

/// What a heading, the head of a table or the line above a list is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct About {
    collecting: bool,
    third: bool,
    children: bool,
    other: bool,
}

impl About {
    fn of(finder: &Finder<Vec<Cue>>, words: &str) -> Self {
        let mut about = Self::default();
        for cue in finder.find(words).into_iter().flat_map(|(_, cues)| cues) {
            match cue {
                Cue::HeadingCollect => about.collecting = true,
                Cue::HeadingThird => about.third = true,
                Cue::HeadingChildren => about.children = true,
                Cue::HeadingOther => about.other = true,
                _ => {}
            }
        }
        about
    }
}

fn headings(finder: &Finder<Vec<Cue>>, text: &Sentences) -> Vec<Option<About>> {
    text.all
        .iter()
        .map(|sentence| {
            matches!(sentence.kind, BlockKind::Heading(_))
                .then(|| About::of(finder, text.words(&sentence.at)))
        })
        .collect()
}

struct Reader<'t> {
    text: &'t Sentences,
    /// Of each sentence that is a heading.
    headings: Vec<Option<About>>,
    lists: Lists,
}

/// The list or table that a sentence may be part of.
#[derive(Debug, Default)]
struct Lists {
    /// What the first row of the table is about.
    head: Option<About>,
    /// What the line above the list says, and of whom.
    lead: Option<Lead>,
}

#[derive(Clone, Debug)]
struct Lead {
    handles: bool,
    negates: Option<bool>,
    third: bool,
}

impl Lists {
    /// Sees what the sentence opens for those behind it.
    fn open(
        &mut self,
        text: &Sentences,
        sentence: &Sentence,
        stance: &Stance,
        about: impl FnOnce() -> About,
    ) {
        if sentence.kind == BlockKind::Row {
            self.head.get_or_insert_with(about);
            return;
        }
        self.head = None;
        let words = text.words(&sentence.at).trim_end();
        if matches!(sentence.kind, BlockKind::Heading(_)) {
            self.lead = None;
        } else if words.ends_with(':') {
            let end = sentence.at.end.saturating_sub(1);
            self.lead = Some(Lead {
                handles: stance.handles() && (!stance.aside || stance.collects()),
                negates: stance.negates(end),
                third: stance.is_of_third(end),
            });
        } else if !is_listed(sentence, words) {
            self.lead = None;
        }
    }
}

/// Whether a sentence is part of a list: an item, or a line that starts with
/// a number or a mark.
fn is_listed(sentence: &Sentence, words: &str) -> bool {
    let first = words.trim_start().chars().next();
    matches!(sentence.kind, BlockKind::Item | BlockKind::Row)
        || first.is_some_and(|c| c.is_ascii_digit() || "-*·•●○■◆▪(①②③④⑤⑥⑦⑧⑨".contains(c))
}

/// Where a sentence stands.
#[derive(Clone, Debug, Default)]
struct Setting {
    collecting: bool,
    other: bool,
    third: bool,
    children: bool,
    lead: Option<Lead>,
}

impl Reader<'_> {
    fn setting(&self, number: usize, sentence: &Sentence) -> Setting {
        let own = self.headings.get(number).copied().flatten();
        let above = self
            .text
            .headings(sentence)
            .filter_map(|heading| self.headings.get(heading).copied().flatten());
        let mut setting = Setting::default();
        for about in own.into_iter().chain(above) {
            setting.children |= about.children;
            setting.third |= about.third;
            if !setting.collecting && !setting.other {
                setting.collecting = about.collecting;
                setting.other = about.other && !about.collecting;
            }
        }
        if sentence.kind == BlockKind::Row
            && let Some(about) = self.lists.head
        {
            setting.third |= about.third;
            setting.collecting |= about.collecting;
            setting.other &= !about.collecting;
        }
        let words = self.text.words(&sentence.at);
        if is_listed(sentence, words) {
            setting.lead.clone_from(&self.lists.lead);
        }
        setting
    }
}

impl Setting {
    fn subject(&self, stance: &Stance, at: usize) -> Subject {
        let lead = self.lead.as_ref().is_some_and(|lead| lead.third);
        if self.children {
            Subject::Other
        } else if self.third || lead || stance.is_of_third(at) {
            Subject::Sdk
        } else {
            Subject::App
        }
    }

    fn polarity(
        &self,
        sentence: &Sentence,
        stance: &Stance,
        at: &Range<usize>,
        subject: Subject,
    ) -> Polarity {
        let is_heading = matches!(sentence.kind, BlockKind::Heading(_));
        if (!sentence.says || stance.asks) && !is_heading {
            return Polarity::Other;
        }
        let lead = self.lead.as_ref().filter(|_| !stance.handles());
        let negated = stance
            .negates(at.end.saturating_sub(1))
            .or_else(|| lead.and_then(|lead| lead.negates));
        if let Some(denied) = negated {
            return if denied && subject == Subject::App {
                Polarity::Denied
            } else {
                Polarity::Other
            };
        }
        let says = if stance.aside || self.other {
            stance.collects()
        } else {
            stance.handles()
                || (self.collecting && !stance.only_negates())
                || lead.is_some_and(|lead| lead.handles)
        };
        if says {
            Polarity::Collected
        } else {
            Polarity::Other
        }
    }
}

#[cfg(test)]
mod tests;
