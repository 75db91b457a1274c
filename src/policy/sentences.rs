//! Sentences of a text, each with the headings above it.

use std::ops::Range;

use super::normal::Normal;
use crate::decode::prose::{BlockKind, Prose};

/// Longest sentence in bytes; what is longer is cut. Real ones end earlier,
/// and the cut bounds the work on text that never ends a sentence.
const LONGEST: usize = 3000;

/// A text in sentences.
#[derive(Clone, Debug)]
pub struct Sentences {
    /// The text in one form.
    pub normal: Normal,
    /// Sentences, in order.
    pub all: Vec<Sentence>,
}

/// One sentence: a heading, or a piece of text up to the next full stop,
/// semicolon or line end; a row of a table is one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Where it is in the normalised text, in bytes.
    pub at: Range<usize>,
    /// What it is part of.
    pub kind: BlockKind,
    /// The nearest heading above it: its number among the sentences.
    pub heading: Option<usize>,
    /// Whether it can be evidence. Headings and definitions are none.
    pub says: bool,
}

impl Sentences {
    /// Cuts a text into sentences.
    pub fn of(prose: &Prose) -> Self {
        let normal = Normal::of(&prose.text);
        let mut all: Vec<Sentence> = Vec::new();
        // Numbers of the headings that are open, and their levels.
        let mut open: Vec<(u8, usize)> = Vec::new();
        let mut start = 0_usize;
        for (line, block) in normal.text.split('\n').zip(&prose.blocks) {
            let at = start..start.saturating_add(line.len());
            start = at.end.saturating_add(1);
            if let BlockKind::Heading(level) = block.kind {
                open.retain(|(above, _)| *above < level);
                let heading = open.last().map(|(_, number)| *number);
                open.push((level, all.len()));
                all.push(Sentence {
                    at,
                    kind: block.kind,
                    heading,
                    says: false,
                });
                continue;
            }
            let heading = open.last().map(|(_, number)| *number);
            for piece in pieces(line, block.kind == BlockKind::Row) {
                let words = line.get(piece.clone()).unwrap_or_default();
                all.push(Sentence {
                    at: at.start.saturating_add(piece.start)..at.start.saturating_add(piece.end),
                    kind: block.kind,
                    heading,
                    says: !is_definition(words),
                });
            }
        }
        Self { normal, all }
    }

    /// The words of a range of the normalised text.
    pub fn words(&self, at: &Range<usize>) -> &str {
        self.normal.text.get(at.clone()).unwrap_or_default()
    }

    /// Headings above a sentence, the nearest first.
    pub fn headings(&self, sentence: &Sentence) -> impl Iterator<Item = usize> {
        let mut next = sentence.heading;
        std::iter::from_fn(move || {
            let heading = next?;
            next = self.all.get(heading).and_then(|above| above.heading);
            Some(heading)
        })
        .take(6)
    }
}

/// The sentences of one line, in bytes of it.
fn pieces(line: &str, whole: bool) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0_usize;
    let mut cut = |end: usize, start: &mut usize| {
        if line
            .get(*start..end)
            .is_some_and(|words| !words.trim().is_empty())
        {
            pieces.push(*start..end);
        }
        *start = end;
    };
    for (at, c) in line.char_indices() {
        let after = at.saturating_add(c.len_utf8());
        let ends = match c {
            '。' | '!' | '?' | ';' => !whole,
            '.' => !whole && is_full_stop(line, at),
            _ => false,
        };
        let too_long = after.saturating_sub(start) >= LONGEST;
        if ends || too_long {
            cut(after, &mut start);
        }
    }
    cut(line.len(), &mut start);
    pieces
}

/// Whether the full stop at `at` ends a sentence: a space or the end
/// follows, and what stands before is no abbreviation or number.
fn is_full_stop(line: &str, at: usize) -> bool {
    let after = line.get(at.saturating_add(1)..).unwrap_or_default();
    if !(after.is_empty() || after.starts_with([' ', '"', '\t'])) {
        return false;
    }
    let from = at.saturating_sub(16);
    let before = (from..=at)
        .find_map(|from| line.get(from..at))
        .unwrap_or_default();
    let word = before
        .rsplit(|c: char| !c.is_alphanumeric() && c != '.')
        .next()
        .unwrap_or_default();
    const SHORT: [&str; 16] = [
        "e.g", "i.e", "inc", "ltd", "co", "no", "vs", "mr", "ms", "dr", "st", "corp", "llc", "art",
        "para", "u.s",
    ];
    !(word.is_empty() || SHORT.contains(&word) || word.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a sentence says what a word means: 「敏感个人信息是指…」, "Personal
/// data" means ….
fn is_definition(words: &str) -> bool {
    let head = |chars: usize| {
        words
            .char_indices()
            .nth(chars)
            .map_or(words, |(at, _)| words.get(..at).unwrap_or(words))
    };
    let chinese = ["是指", "指的是", "系指", "的定义"];
    chinese.iter().any(|word| head(30).contains(word)) || is_english_definition(head(100))
}

/// Whether the beginning of a sentence is a term, in quotation marks or of a
/// few words, and then "means" or "refers to". "By means of", "this means
/// that" and "this policy refers to" define nothing.
fn is_english_definition(head: &str) -> bool {
    let verbs = [
        " means ",
        " means: ",
        " mean ",
        " refers to ",
        " refer to ",
        " is defined as ",
        " are defined as ",
    ];
    let found = verbs
        .iter()
        .filter_map(|verb| Some((head.find(verb)?, *verb)));
    let Some((at, verb)) = found.min() else {
        return false;
    };
    let term = head.get(..at).unwrap_or_default().trim();
    if term.ends_with('"') || term.ends_with("shall") {
        return true;
    }
    let after = head
        .get(at.saturating_add(verb.len())..)
        .unwrap_or_default();
    let other = [
        "by",
        "other",
        "any",
        "all",
        "these",
        "this",
        "that",
        "it",
        "which",
        "what",
        "automated",
        "automatic",
        "electronic",
        "technical",
        "appropriate",
        "such",
        "reasonable",
        "policy",
        "notice",
        "we",
        "you",
        "may",
        "will",
        "can",
        "also",
    ];
    let last = term.rsplit(' ').next().unwrap_or_default();
    let is_verb =
        !(after.starts_with("of ") || after.starts_with("to ") || after.starts_with("that "));
    is_verb && term.split(' ').count() <= 8 && !term.contains([',', ':']) && !other.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::prose::Builder;

    fn sentences(blocks: &[(BlockKind, &str)]) -> Sentences {
        let mut builder = Builder::default();
        for (kind, words) in blocks {
            builder.block(*kind);
            builder.push(words, 0);
        }
        Sentences::of(&builder.finish())
    }

    #[test]
    fn sentences_end_where_a_reader_stops() {
        let text = sentences(&[
            (BlockKind::Heading(2), "三、存储"),
            (
                BlockKind::Paragraph,
                "我们保存一年；到期删除。Example Inc. keeps it. It is 1.5 years.",
            ),
        ]);
        let words: Vec<&str> = text.all.iter().map(|s| text.words(&s.at)).collect();
        assert_eq!(
            words,
            [
                "三、存储",
                "我们保存一年;",
                "到期删除。",
                "example inc. keeps it.",
                " it is 1.5 years."
            ]
        );
        assert_eq!(text.all[1].heading, Some(0));
        assert!(!text.all[0].says && text.all[1].says);
    }

    #[test]
    fn headings_are_known_from_the_nearest_to_the_highest() {
        let text = sentences(&[
            (BlockKind::Heading(1), "政策"),
            (BlockKind::Heading(2), "一、收集"),
            (BlockKind::Heading(2), "二、存储"),
            (BlockKind::Heading(3), "（一）期限"),
            (BlockKind::Paragraph, "一年。"),
        ]);
        let headings: Vec<usize> = text.headings(&text.all[4]).collect();
        assert_eq!(headings, [3, 2, 0]);
    }

    #[test]
    fn a_definition_in_english_is_told_from_other_uses_of_its_words() {
        for (words, says) in [
            (
                "\"sensitive personal information\" means data on health that we collect.",
                false,
            ),
            (
                "the term \"personal data of a child\" refers to data of those under 14.",
                false,
            ),
            ("personal data means any information about you.", false),
            ("cookies are defined as small files.", false),
            ("we collect your location by means of gps.", true),
            ("this means that we delete your account.", true),
            ("we may use other means to verify you.", true),
            ("this policy refers to data that we keep for a year.", true),
        ] {
            let text = sentences(&[(BlockKind::Paragraph, words)]);
            assert_eq!(text.all[0].says, says, "{words}");
        }
    }

    #[test]
    fn a_definition_says_nothing_about_the_app() {
        let text = sentences(&[(
            BlockKind::Paragraph,
            "敏感个人信息是指一旦泄露…的信息。我们处理您的敏感个人信息。",
        )]);
        assert_eq!(
            text.all.iter().map(|s| s.says).collect::<Vec<_>>(),
            [false, true]
        );
    }
}
