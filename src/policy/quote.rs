//! Quotes: the words of a text that a statement rests on, and where they
//! stand.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::clauses::Level;
use super::sentences::Sentences;
use super::{Document, Sentence};
use crate::evidence::Place;

/// Longest quote, in characters.
const LONGEST: usize = 120;

/// Words of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The words as written, at most 120 characters.
    pub text: String,
    /// Where they stand.
    pub place: Place,
    /// The nearest heading above them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// How firmly they say it.
    pub level: Level,
}

impl Quote {
    /// The sentence around a range of the normalised text.
    pub(super) fn of(
        document: &Document,
        text: &Sentences,
        sentence: &Sentence,
        at: &Range<usize>,
        level: Level,
    ) -> Self {
        let whole = text.normal.source(&sentence.at);
        let hit = text.normal.source(at);
        // What goes on into the next sentence is quoted as well.
        let whole = whole.start..whole.end.max(hit.end);
        let heading = sentence
            .heading
            .and_then(|heading| text.all.get(heading))
            .map(|heading| words(document, &text.normal.source(&heading.at)))
            .map(|heading| cut(&heading, 0).trim().to_owned());
        let source = words(document, &whole);
        let lead = hit.start.saturating_sub(whole.start);
        Self {
            text: cut(&source, lead).trim().to_owned(),
            place: document.place_of(hit.start),
            heading,
            level,
        }
    }

    /// The words of a range of the laid-out text.
    pub(super) fn at(document: &Document, at: &Range<usize>) -> Self {
        Self {
            text: cut(&words(document, at), 0).trim().to_owned(),
            place: document.place_of(at.start),
            heading: None,
            level: Level::Medium,
        }
    }
}

/// The words of a document at a range that may end inside a character.
fn words(document: &Document, at: &Range<usize>) -> String {
    let text = document.prose.text.as_str();
    let end = (at.end..=text.len())
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(text.len());
    let line = text.get(at.start..end).unwrap_or_default();
    line.replace(['\n', '\t'], " ")
}

/// At most 120 characters of a text, so that byte `at` is among them.
fn cut(text: &str, at: usize) -> String {
    let count = text.chars().count();
    if count <= LONGEST {
        return text.to_owned();
    }
    let before = text.get(..at).map_or(0, |head| head.chars().count());
    let start = before
        .saturating_sub(20)
        .min(count.saturating_sub(LONGEST.saturating_sub(2)));
    let mut quote = String::new();
    if start > 0 {
        quote.push('…');
    }
    let room = LONGEST.saturating_sub(2);
    quote.extend(text.chars().skip(start).take(room));
    if start.saturating_add(room) < count {
        quote.push('…');
    }
    quote
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sentence_is_cut_around_the_words() {
        let text = format!("{}保存期限{}", "前".repeat(100), "后".repeat(100));
        let quote = cut(&text, 300);
        assert_eq!(quote.chars().count(), LONGEST);
        assert!(quote.starts_with('…') && quote.ends_with('…'));
        assert!(quote.contains("保存期限"));
        assert_eq!(cut("短", 0), "短");
    }
}
