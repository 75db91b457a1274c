//! Finds words of a list in a text: what starts first and, of that, the
//! longest.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::policy::normal::Normal;
use crate::policy::terms::is_word;
use crate::policy::wordlist::WordList;

/// Longest token that is looked at to tell whether it is a link.
const TOKEN: usize = 200;

/// A list of words, each with what it stands for.
#[derive(Debug)]
pub struct Finder<T> {
    list: WordList,
    words: Vec<(Word, T)>,
}

/// A word in the form of the texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    text: String,
    /// Written with `*`: any ending may follow (Latin words only).
    open: bool,
}

impl Word {
    /// A word as written in a file.
    pub fn of(written: &str) -> Self {
        let (text, open) = match written.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (written, false),
        };
        Self {
            text: Normal::of(text).text,
            open,
        }
    }

    /// The word in the form of the texts.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl<T> Finder<T> {
    /// The finder of these words.
    pub fn new(words: BTreeMap<Word, T>) -> Result<Self, String> {
        if words.keys().any(|word| word.text.is_empty()) {
            return Err("a word is empty".to_owned());
        }
        Ok(Self {
            list: WordList::new(words.keys().map(|word| word.text.as_str())),
            words: words.into_iter().collect(),
        })
    }

    /// The words of a normalised text, in order, none inside another. Latin
    /// words are whole words, and none is taken out of a link or an address.
    pub fn find<'t>(&'t self, text: &str) -> Vec<(Range<usize>, &'t T)> {
        let mut all: Vec<(usize, usize, &T)> = self
            .list
            .words(text)
            .filter_map(|found| {
                let (word, what) = self.words.get(found.word)?;
                let (start, end) = (found.at.start, found.at.end);
                is_word(text, start, end, word.open).then(|| {
                    let ending = if word.open { letters(text, end) } else { 0 };
                    (start, end.saturating_add(ending), what)
                })
            })
            .collect();
        all.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
        let mut free = 0_usize;
        all.retain(|(start, end, _)| {
            let taken = *start < free;
            if !taken {
                free = *end;
            }
            !taken
        });
        all.into_iter()
            .map(|(start, end, what)| (start..end, what))
            .filter(|(at, _)| !in_link(text, at))
            .collect()
    }
}

/// How many Latin letters stand behind `at`.
fn letters(text: &str, at: usize) -> usize {
    let behind = text.as_bytes().get(at..).unwrap_or_default();
    behind
        .iter()
        .take(TOKEN)
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count()
}

/// Whether a Latin word is part of a link or a mail address.
fn in_link(text: &str, at: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let is_token = |byte: &u8| byte.is_ascii_graphic() && !b"\"'<>()[],;".contains(byte);
    let before = bytes.get(..at.start).unwrap_or_default();
    let after = bytes.get(at.end..).unwrap_or_default();
    let left = before.iter().rev().take(TOKEN).take_while(|b| is_token(b));
    let right = after.iter().take(TOKEN).take_while(|b| is_token(b));
    let start = at.start.saturating_sub(left.count());
    let end = at.end.saturating_add(right.count());
    let token = text.get(start..end).unwrap_or_default();
    token.contains("://") || token.starts_with("www.") || token.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let words = [
            "mac",
            "mac os",
            "位置",
            "位置信息",
            "显著位置",
            "ip",
            "collect*",
        ];
        let words = words
            .iter()
            .map(|word| (Word::of(word), 0_u8))
            .collect::<BTreeMap<_, _>>();
        let text = Normal::of(text).text;
        Finder::new(words)
            .unwrap()
            .find(&text)
            .into_iter()
            .map(|(at, _)| text[at].to_owned())
            .collect()
    }

    #[test]
    fn the_first_and_then_the_longest_word_wins() {
        assert_eq!(found("位置信息、显著位置信息"), ["位置信息", "显著位置"]);
        assert_eq!(found("Mac OS 与 MAC地址"), ["mac os", "mac"]);
    }

    #[test]
    fn a_long_word_that_goes_on_gives_way_to_the_short_one() {
        assert_eq!(found("mac osx"), ["mac"]);
        assert_eq!(found("ship, zip, machine"), [""; 0]);
        assert_eq!(found("collecting"), ["collecting"]);
        assert_eq!(found("ágip"), [""; 0]);
    }

    #[test]
    fn links_and_addresses_name_nothing() {
        assert_eq!(found("见https://example.com/ip/mac。IP"), ["ip"]);
        assert_eq!(found("www.example.com/ip mac@example.com"), [""; 0]);
    }
}
