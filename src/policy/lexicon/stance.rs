//! What a sentence says of the information it names: that it is collected,
//! that it is not, or neither, and of whom it speaks.

use std::ops::Range;

use crate::catalog::Cue;

/// A word of the sentence, with what it tells.
pub type CueHit<'c> = (Range<usize>, &'c Vec<Cue>);

/// Most characters between a negation and its verb.
const REACH_ZH: usize = 6;
/// The same in bytes of Latin text.
const REACH_EN: usize = 20;

/// What a sentence says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stance {
    /// Verbs that are not negated, in order.
    verbs: Vec<Verb>,
    /// What negations reach, in bytes of the text.
    negated: Vec<Negated>,
    /// Subjects, in order.
    subjects: Vec<(usize, Who)>,
    /// It is about rights, security or what words mean: only a plain verb of
    /// collecting counts.
    pub aside: bool,
    /// It is a question.
    pub asks: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Verb {
    at: usize,
    collects: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Negated {
    at: Range<usize>,
    denied: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    We,
    You,
    Third,
}

/// A negation and the verbs it turns.
struct Turned {
    verbs: Range<usize>,
    plain: bool,
}

impl Stance {
    /// Reads the words of a sentence at `at`.
    pub fn of(text: &str, at: &Range<usize>, cues: &[CueHit<'_>]) -> Self {
        let sentence = Sentence { text, at, cues };
        let mut stance = Self {
            subjects: sentence.subjects(),
            aside: sentence.is_aside(),
            asks: sentence.asks(),
            ..Self::default()
        };
        let is_plain = !sentence.any(Cue::Condition) && !sentence.any(Cue::Third) && !stance.asks;
        let mut turned: Vec<Range<usize>> = Vec::new();
        for (number, (cue, tells)) in cues.iter().enumerate() {
            if tells.contains(&Cue::NegateClause) {
                let reach = cue.end..sentence.clause_end(cue.end);
                turned.push(reach.clone());
                stance.negated.push(Negated {
                    at: reach,
                    denied: false,
                });
            } else if let Some(found) = sentence.turned(number) {
                let behind = found.verbs.end;
                let ours = !matches!(stance.who(cue.start), Some(Who::You | Who::Third));
                turned.push(found.verbs);
                stance.negated.push(Negated {
                    at: behind..sentence.reach(behind),
                    denied: found.plain && is_plain && ours,
                });
            }
        }
        stance.verbs = cues
            .iter()
            .filter(|(at, tells)| {
                is_verb(tells) && !turned.iter().any(|turned| turned.contains(&at.start))
            })
            .map(|(at, tells)| Verb {
                at: at.start,
                collects: tells.contains(&Cue::Collect),
            })
            .collect();
        stance
    }

    /// Whether it says that something is collected.
    pub fn collects(&self) -> bool {
        self.verbs.iter().any(|verb| verb.collects)
    }

    /// Whether it says that anything is done with information.
    pub fn handles(&self) -> bool {
        !self.verbs.is_empty()
    }

    /// Whether a negation is all that it says.
    pub fn only_negates(&self) -> bool {
        !self.negated.is_empty() && self.verbs.is_empty()
    }

    /// Whether a negation reaches a place: `Some(true)` for a plain denial
    /// of collecting.
    pub fn negates(&self, at: usize) -> Option<bool> {
        let mut reached = self.negated.iter().filter(|n| n.at.contains(&at));
        let first = reached.next()?;
        Some(first.denied && reached.all(|other| other.denied))
    }

    /// Whether somebody else is who does it, for information named at a
    /// place.
    pub fn is_of_third(&self, at: usize) -> bool {
        let before = self.verbs.iter().rev().find(|verb| verb.at < at);
        let verb = before.or_else(|| self.verbs.first());
        verb.is_some_and(|verb| self.who(verb.at) == Some(Who::Third))
    }

    /// The subject that stands last before a place.
    fn who(&self, at: usize) -> Option<Who> {
        self.subjects
            .iter()
            .take_while(|(start, _)| *start < at)
            .last()
            .map(|(_, who)| *who)
    }
}

struct Sentence<'a> {
    text: &'a str,
    at: &'a Range<usize>,
    cues: &'a [CueHit<'a>],
}

impl Sentence<'_> {
    fn any(&self, cue: Cue) -> bool {
        self.cues.iter().any(|(_, tells)| tells.contains(&cue))
    }

    fn words(&self, at: Range<usize>) -> &str {
        self.text.get(at).unwrap_or_default()
    }

    fn asks(&self) -> bool {
        let words = self.words(self.at.clone());
        words.trim_end().ends_with('?') || words.contains('吗')
    }

    fn is_aside(&self) -> bool {
        (self.any(Cue::May) && self.any(Cue::Right))
            || self.any(Cue::Security)
            || self.any(Cue::Define)
    }

    fn subjects(&self) -> Vec<(usize, Who)> {
        self.cues
            .iter()
            .filter_map(|(at, tells)| {
                let who = tells.iter().find_map(|cue| match cue {
                    Cue::We => Some(Who::We),
                    Cue::You => Some(Who::You),
                    Cue::Third => Some(Who::Third),
                    _ => None,
                })?;
                Some((at.start, who))
            })
            .collect()
    }

    /// The verbs that the negation of this number turns.
    fn turned(&self, number: usize) -> Option<Turned> {
        let (cue, tells) = self.cues.get(number)?;
        let denies = tells.contains(&Cue::Deny);
        if !denies && !tells.contains(&Cue::Negate) {
            return None;
        }
        let mut verbs = self
            .cues
            .iter()
            .skip(number.saturating_add(1))
            .filter(|(_, tells)| is_verb(tells));
        let (first, tells) = verbs.next()?;
        let between = self.words(cue.end..first.start);
        let near = if between.is_ascii() {
            between.len() <= REACH_EN
        } else {
            between.chars().count() <= REACH_ZH
        };
        if !near || between.contains(',') {
            return None;
        }
        let reaches = |tells: &[Cue]| tells.contains(&Cue::Collect) || tells.contains(&Cue::Reach);
        let mut collects = reaches(tells);
        let mut end = first.end;
        for (verb, tells) in verbs {
            if !is_joint(self.words(end..verb.start)) {
                break;
            }
            collects |= reaches(tells);
            end = verb.end;
        }
        Some(Turned {
            verbs: first.start..end,
            plain: denies && collects && between.trim().is_empty(),
        })
    }

    /// Where what is said behind `from` ends: before the part of the
    /// sentence in which something else is said or done.
    fn reach(&self, from: usize) -> usize {
        let stops = |tells: &[Cue]| {
            is_verb(tells)
                || tells.iter().any(|cue| {
                    matches!(
                        cue,
                        Cue::But | Cue::Deny | Cue::Negate | Cue::NegateClause | Cue::We | Cue::May
                    )
                })
        };
        let first = self.cues.partition_point(|(at, _)| at.start < from);
        let stop = self
            .cues
            .iter()
            .skip(first)
            .find(|(_, tells)| stops(tells))
            .map(|(at, _)| at.start);
        let Some(stop) = stop else {
            return self.at.end;
        };
        match self.words(from..stop).rfind(',') {
            Some(comma) => from.saturating_add(comma),
            None => stop,
        }
    }

    /// The next comma, or the end.
    fn clause_end(&self, from: usize) -> usize {
        match self.words(from..self.at.end).find(',') {
            Some(comma) => from.saturating_add(comma),
            None => self.at.end,
        }
    }
}

fn is_verb(tells: &[Cue]) -> bool {
    tells
        .iter()
        .any(|cue| matches!(cue, Cue::Collect | Cue::Handle | Cue::Share))
}

/// Whether the words between two verbs join them: 「收集、存储或使用」.
fn is_joint(between: &str) -> bool {
    let joined = between.trim_matches([' ', '、', ',', '/', '和', '或', '与', '及', '者', '以']);
    matches!(joined, "" | "and" | "or" | "and/or" | "也不" | "也不会")
}
