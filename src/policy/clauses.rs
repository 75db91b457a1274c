//! Which clauses a text has, by the patterns of the clause files.

use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::sentences::{Sentence, Sentences};
use super::terms::{
    Candidates, Found, Hits, Pattern, Scanner, Vocabulary, WINDOW_EN, WINDOW_ZH, Words,
};
use crate::catalog::{
    self, ClauseEntry, ClauseKind, ClausePatterns, Clauses, ExampleVerdict, Fault, Faults,
};
use crate::decode::prose::Prose;

/// Most hits kept for one clause in one text.
const MAX_HITS: usize = 8;

/// How firmly a hit says the clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A reference to another document that is to say it.
    Elsewhere,
    /// A lone or generic word.
    Weak,
    /// The wording, wherever it stands.
    Medium,
    /// The wording under a heading of the clause.
    Strong,
}

/// A hit in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseHit {
    /// How firmly.
    pub level: Level,
    /// The sentence it stands in: its number.
    pub sentence: usize,
    /// From the first word that matched to the last, in bytes of the
    /// normalised text.
    pub at: Range<usize>,
    /// Numbers in it, with the words behind them.
    pub numbers: Vec<(u32, String)>,
}

/// The rules of all clauses, ready to run.
#[derive(Debug)]
pub struct Rules {
    scanner: Scanner,
    clauses: Vec<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    id: String,
    kind: ClauseKind,
    /// Chinese, English.
    sides: [Side; 2],
}

#[derive(Debug, Default)]
struct Side {
    headings: Vec<Pattern>,
    present: Vec<Conditioned>,
    weak: Vec<Conditioned>,
    /// Numbers of its patterns.
    ids: Range<u32>,
    elsewhere: Vec<Conditioned>,
    blockers: Vec<Pattern>,
}

#[derive(Debug)]
struct Conditioned {
    is: Pattern,
    blockers: Vec<Pattern>,
    under: Vec<Pattern>,
    next: usize,
}

/// The rules that this program carries.
///
/// # Panics
///
/// If a pattern is wrong: a defect of the build that every test run meets.
pub fn rules() -> &'static Rules {
    static RULES: LazyLock<Rules> = LazyLock::new(|| match Rules::compile(catalog::clauses()) {
        Ok(rules) => rules,
        Err(faults) => panic!("the clauses of this build are wrong:\n{faults}"),
    });
    &RULES
}

impl Rules {
    /// Reads the patterns of all clauses.
    pub fn compile(clauses: &Clauses) -> Result<Self, Faults> {
        let mut vocabulary = Vocabulary::default();
        let mut faults = Vec::new();
        let mut compiled = Vec::new();
        for entry in &clauses.entries {
            let words = [&entry.rule.words, &clauses.words];
            let sides = [
                (&entry.rule.chinese, WINDOW_ZH),
                (&entry.rule.english, WINDOW_EN),
            ]
            .map(|(patterns, window)| {
                let mut reader = Reader {
                    vocabulary: &mut vocabulary,
                    words: &words,
                    window,
                    entry,
                    faults: &mut faults,
                };
                reader.side(patterns)
            });
            compiled.push(Compiled {
                id: entry.rule.id.clone(),
                kind: entry.rule.kind,
                sides,
            });
        }
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        Ok(Self {
            scanner: vocabulary.build(),
            clauses: compiled,
        })
    }

    /// Ids and kinds of the clauses, in order.
    pub fn clauses(&self) -> impl Iterator<Item = (&str, ClauseKind)> {
        self.clauses
            .iter()
            .map(|clause| (clause.id.as_str(), clause.kind))
    }

    /// What the text has of each clause, in the order of the clauses: hits
    /// by falling level, then by place.
    pub fn read(&self, text: &Sentences) -> Vec<Vec<ClauseHit>> {
        let hits = self.scanner.scan(&text.normal.text);
        let candidates: Vec<Candidates> = text
            .all
            .iter()
            .map(|sentence| self.scanner.candidates(&hits, &sentence.at))
            .collect();
        let view = View {
            text,
            hits: &hits,
            candidates: &candidates,
        };
        self.clauses
            .iter()
            .map(|clause| {
                let mut found: Vec<ClauseHit> = clause
                    .sides
                    .iter()
                    .flat_map(|side| side.read(&view))
                    .collect();
                found.sort_by_key(|hit| (std::cmp::Reverse(hit.level), hit.sentence));
                let elsewhere = found
                    .iter()
                    .find(|hit| hit.level == Level::Elsewhere)
                    .cloned();
                found.retain(|hit| hit.level != Level::Elsewhere);
                found.truncate(MAX_HITS);
                found.extend(elsewhere);
                found
            })
            .collect()
    }

    /// What the clause `id` is in a text: the verdict of an example.
    pub fn verdict(&self, id: &str, prose: &Prose) -> Option<ExampleVerdict> {
        let at = self.clauses.iter().position(|clause| clause.id == id)?;
        let found = self.read(&Sentences::of(prose));
        Some(match found.get(at)?.first().map(|hit| hit.level) {
            None | Some(Level::Elsewhere) => ExampleVerdict::Absent,
            Some(Level::Weak) => ExampleVerdict::Weak,
            Some(Level::Medium | Level::Strong) => ExampleVerdict::Present,
        })
    }
}

struct Reader<'a> {
    vocabulary: &'a mut Vocabulary,
    words: &'a [&'a Words],
    window: usize,
    entry: &'a ClauseEntry,
    faults: &'a mut Vec<Fault>,
}

impl Reader<'_> {
    fn side(&mut self, patterns: &ClausePatterns) -> Side {
        let start = self.vocabulary.patterns();
        let mut side = Side {
            headings: self.patterns(&patterns.headings),
            present: self.conditioned(&patterns.present),
            weak: self.conditioned(&patterns.weak),
            elsewhere: self.conditioned(&patterns.elsewhere),
            blockers: self.patterns(&patterns.blockers),
            ids: 0..0,
        };
        side.ids = start..self.vocabulary.patterns();
        side
    }

    fn conditioned(&mut self, patterns: &[catalog::ClausePattern]) -> Vec<Conditioned> {
        patterns
            .iter()
            .filter_map(|pattern| {
                let parts = pattern.parts();
                Some(Conditioned {
                    is: self.pattern(&parts.is)?,
                    blockers: self.patterns(&parts.blockers),
                    under: self.patterns(&parts.under),
                    next: parts.next.count(),
                })
            })
            .collect()
    }

    fn patterns(&mut self, patterns: &[String]) -> Vec<Pattern> {
        patterns
            .iter()
            .filter_map(|pattern| self.pattern(pattern))
            .collect()
    }

    fn pattern(&mut self, text: &str) -> Option<Pattern> {
        match self.vocabulary.pattern(text, self.words, self.window) {
            Ok(pattern) => Some(pattern),
            Err(message) => {
                let span = self
                    .entry
                    .source
                    .find(text)
                    .map(|start| start..start.saturating_add(text.len()));
                self.faults.push(Fault::new(
                    &self.entry.file,
                    &self.entry.source,
                    span,
                    message,
                ));
                None
            }
        }
    }
}

/// A text with its hits.
struct View<'a> {
    text: &'a Sentences,
    hits: &'a Hits<'a>,
    /// Patterns that each sentence is worth a look for.
    candidates: &'a [Candidates],
}

impl View<'_> {
    fn find(&self, pattern: &Pattern, sentence: usize) -> Option<Found> {
        let at = &self.text.all.get(sentence)?.at;
        if !pattern.may(self.candidates.get(sentence)?) {
            return None;
        }
        pattern.find(self.hits, at)
    }

    /// The same with the sentences behind, none of which is a heading. The
    /// first part must stand in the sentence itself.
    fn find_on(&self, pattern: &Pattern, sentence: usize, next: usize) -> Option<Found> {
        if next == 0 {
            return self.find(pattern, sentence);
        }
        if !pattern.may(self.candidates.get(sentence)?) {
            return None;
        }
        pattern.find(self.hits, &self.range(sentence, next)?)
    }

    /// The sentence with so many behind it, none of which is a heading.
    fn range(&self, sentence: usize, next: usize) -> Option<Range<usize>> {
        let own = self.text.all.get(sentence)?;
        let end = self
            .text
            .all
            .iter()
            .skip(sentence.saturating_add(1))
            .take(next)
            .take_while(|behind| behind.heading == own.heading && behind.says)
            .last()
            .map_or(own.at.end, |last| last.at.end);
        Some(own.at.start..end)
    }

    fn any(&self, patterns: &[Pattern], sentence: usize) -> bool {
        patterns
            .iter()
            .any(|pattern| self.find(pattern, sentence).is_some())
    }

    fn under(&self, headings: &[Pattern], sentence: &Sentence) -> bool {
        self.text
            .headings(sentence)
            .any(|heading| self.any(headings, heading))
    }
}

impl Side {
    fn read(&self, view: &View<'_>) -> Vec<ClauseHit> {
        let mut found = Vec::new();
        for (number, sentence) in view.text.all.iter().enumerate() {
            let worth = view
                .candidates
                .get(number)
                .is_some_and(|candidates| candidates.any_of(&self.ids));
            if !sentence.says || !worth {
                continue;
            }
            let hit = Self::first(&self.present, view, number).map(|hit| {
                let strong = view.under(&self.headings, sentence);
                (if strong { Level::Strong } else { Level::Medium }, hit)
            });
            let found_by = |patterns, level| Some((level, Self::first(patterns, view, number)?));
            let hit = hit
                .or_else(|| found_by(&self.weak, Level::Weak))
                .or_else(|| found_by(&self.elsewhere, Level::Elsewhere));
            let Some((level, hit)) = hit else {
                continue;
            };
            if view.any(&self.blockers, number) {
                continue;
            }
            found.push(ClauseHit {
                level,
                sentence: number,
                at: hit.at,
                numbers: hit.numbers,
            });
        }
        found
    }

    fn first(patterns: &[Conditioned], view: &View<'_>, number: usize) -> Option<Found> {
        let sentence = view.text.all.get(number)?;
        patterns.iter().find_map(|pattern| {
            let found = view.find_on(&pattern.is, number, pattern.next)?;
            let under = pattern.under.is_empty() || view.under(&pattern.under, sentence);
            let blocked = || {
                let range = view.range(number, pattern.next);
                range.is_some_and(|range| {
                    let blockers = pattern.blockers.iter();
                    blockers
                        .into_iter()
                        .any(|b| b.find(view.hits, &range).is_some())
                })
            };
            (under && !blocked()).then_some(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::prose::plain;

    fn rules(file: &str) -> Rules {
        let files = [
            ("clauses/words.toml", "[words]\nkeep = ['保存', '存储']"),
            ("clauses/retention.toml", file),
        ];
        Rules::compile(&Clauses::read(files.into_iter()).unwrap()).unwrap()
    }

    const RETENTION: &str = r#"
        id = "retention"
        zh_name = "保存期限"
        en_name = "retention"
        kind = "duty"
        source = "ours"
        certainty = "memory"
        [zh]
        headings = ["存储"]
        present = [
            "<keep> + 期限",
            { is = "以下期限 + #", next = true },
            { is = "最短时间", under = ["存储"], not = ["设备"] },
        ]
        weak = ["<keep>"]
        not = ["日志"]
    "#;

    #[test]
    fn level_comes_from_wording_and_heading() {
        let rules = rules(RETENTION);
        let level = |text: &str| {
            let text = Sentences::of(&plain::read(text));
            rules.read(&text)[0].first().map(|hit| hit.level)
        };
        assert_eq!(level("我们保存信息的期限为一年。"), Some(Level::Medium));
        assert_eq!(
            level("## 存储\n我们保存信息的期限为一年。"),
            Some(Level::Strong)
        );
        assert_eq!(level("我们保存信息。"), Some(Level::Weak));
        assert_eq!(
            level("## 存储期限\n我们收集信息。"),
            None,
            "a heading alone"
        );
        assert_eq!(level("保存日志的期限为一年。"), None, "blocked");
        assert_eq!(level("我们保存信息。期限另定。"), Some(Level::Weak));
        assert_eq!(level("以下期限内：\n30 天。"), Some(Level::Medium));
        assert_eq!(level("在最短时间内。"), None, "needs its heading");
        assert_eq!(level("## 存储\n在最短时间内。"), Some(Level::Strong));
        assert_eq!(
            level("## 存储\n设备在最短时间内。"),
            None,
            "its own blocker"
        );
    }

    #[test]
    fn a_wrong_pattern_is_drawn_on_its_file() {
        let text = RETENTION.replace("<keep> + 期限", "<kep> + 期限");
        let files = [("clauses/retention.toml", text.as_str())];
        let clauses = Clauses::read(files.into_iter()).unwrap();
        let faults = Rules::compile(&clauses).unwrap_err().to_string();
        assert!(faults.contains("there is no word list `kep`"), "{faults}");
        assert!(faults.contains("clauses/retention.toml:11:"), "{faults}");
    }
}
