//! Many words, looked for in a text in one pass.
//!
//! The words lie sorted, so that those that begin alike lie side by side: at
//! each place of the text the words that fit so far are narrowed down letter
//! by letter. An automaton would read a text somewhat faster, but is built at
//! every start, and for some thousand words that takes longer than most texts.
//!
//! Words are in small letters; a capital letter of ASCII in the text is taken
//! for the small one.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::normal::is_han;

/// Words with their numbers.
#[derive(Debug)]
pub struct WordList {
    /// Sorted by the bytes of the words, then by number.
    words: Vec<(String, usize)>,
    /// Where the words lie that begin with an ASCII character.
    ascii: Vec<Range<usize>>,
    /// The same of all other characters.
    others: FxHashMap<char, Range<usize>>,
}

/// A word in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spotted {
    /// Which word: its place in what the list was made of.
    pub word: usize,
    /// Where, in bytes.
    pub at: Range<usize>,
}

impl WordList {
    /// A list of words, numbered from 0. Empty ones are never found.
    pub fn new(words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let words = words.into_iter().enumerate();
        let mut words: Vec<(String, usize)> = words.map(|(at, word)| (word.into(), at)).collect();
        words.sort_unstable();
        let mut list = Self {
            words,
            ascii: vec![0..0; 128],
            others: FxHashMap::default(),
        };
        let firsts = list.words.iter().map(|(word, _)| word.chars().next());
        for (at, first) in firsts.enumerate() {
            let Some(first) = first else { continue };
            let range = match list.ascii.get_mut(first as usize) {
                Some(range) => range,
                None => list.others.entry(first).or_insert(at..at),
            };
            if range.start == range.end {
                range.start = at;
            }
            range.end = at.saturating_add(1);
        }
        list
    }

    /// Every word of the list that stands in the text, also one inside
    /// another, by where it begins and then by length. No word is found in
    /// the middle of a word of Latin or other letters.
    pub fn words<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Spotted> + 't {
        let mut inside = false;
        text.char_indices().flat_map(move |(start, c)| {
            let letter = c.is_alphanumeric() && !is_han(c);
            let skip = inside && letter;
            inside = letter;
            let mut found = Vec::new();
            if !skip {
                self.at(text, start, c, |word, end| {
                    let at = start..end;
                    found.push(Spotted { word, at });
                });
            }
            found
        })
    }

    /// The words that stand in the text one behind the other: what begins
    /// first and, of that, the longest.
    pub fn longest(&self, text: &str) -> Vec<Spotted> {
        let mut all = Vec::new();
        let mut free = 0;
        for (start, c) in text.char_indices() {
            let mut longest = None;
            if start >= free {
                self.at(text, start, c, |word, end| longest = Some((word, end)));
            }
            if let Some((word, end)) = longest {
                free = end;
                let at = start..end;
                all.push(Spotted { word, at });
            }
        }
        all
    }

    /// Whether a word stands anywhere in the text, be it in the middle of
    /// another.
    pub fn is_in(&self, text: &str) -> bool {
        let mut found = false;
        text.char_indices().any(|(start, c)| {
            self.at(text, start, c, |_, _| found = true);
            found
        })
    }

    /// The words that begin at `start` with `first`, the shortest first, each
    /// with its end.
    fn at(&self, text: &str, start: usize, first: char, mut found: impl FnMut(usize, usize)) {
        let range = match self.ascii.get(first.to_ascii_lowercase() as usize) {
            Some(range) => Some(range),
            None => self.others.get(&first),
        };
        let words = range.and_then(|range| self.words.get(range.clone()));
        let mut words = words.unwrap_or_default();
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        let mut length = first.len_utf8();
        while !words.is_empty() {
            while let Some(((word, number), behind)) = words.split_first()
                && word.len() == length
            {
                found(*number, start.saturating_add(length));
                words = behind;
            }
            let Some(byte) = rest.get(length).map(u8::to_ascii_lowercase) else {
                return;
            };
            let next = |word: &str| word.as_bytes().get(length).copied().unwrap_or_default();
            let from = words.partition_point(|(word, _)| next(word) < byte);
            let fits = words.get(from..).unwrap_or_default();
            let to = fits.partition_point(|(word, _)| next(word) == byte);
            words = fits.get(..to).unwrap_or_default();
            length = length.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 9] = [
        "mac",
        "mac os",
        "mac",
        "位置",
        "位置信息",
        "置信",
        "ip",
        "a.b",
        "é",
    ];

    fn spotted(text: &str, found: impl IntoIterator<Item = Spotted>) -> Vec<(usize, &str)> {
        let words = found.into_iter().map(|found| (found.word, &text[found.at]));
        words.collect()
    }

    #[test]
    fn every_word_is_found_also_inside_and_behind_another() {
        let list = WordList::new(WORDS);
        let text = "显示位置信息, mac os ip位置a.b";
        let all = [
            (3, "位置"),
            (4, "位置信息"),
            (5, "置信"),
            (0, "mac"),
            (2, "mac"),
            (1, "mac os"),
            (6, "ip"),
            (3, "位置"),
            (7, "a.b"),
        ];
        assert_eq!(spotted(text, list.words(text)), all);
        assert_eq!(spotted("", list.words("")), []);
        assert_eq!(
            spotted("imac éip aéa", list.words("imac éip aéa")),
            [(8, "é")]
        );
    }

    #[test]
    fn the_longest_of_the_first() {
        let list = WordList::new(WORDS);
        let text = "位置信息imac os";
        assert_eq!(
            spotted(text, list.longest(text)),
            [(4, "位置信息"), (1, "mac os")]
        );
    }

    #[test]
    fn a_word_is_in_a_text_wherever_it_stands_and_however_it_is_written() {
        let list = WordList::new(WORDS);
        assert!(list.is_in("iMAC"));
        assert!(!list.is_in("MA C 位 置"));
        assert_eq!(spotted("MAC Os", list.longest("MAC Os")), [(1, "MAC Os")]);
    }

    /// The plain way, for every text of a few letters.
    #[test]
    fn nothing_is_lost_and_nothing_is_found_that_is_not_there() {
        let words = ["a", "ab", "ba", "abba", "bb", "甲a", "a甲", "甲"];
        let list = WordList::new(words);
        let letters = ['a', 'b', '甲', ' '];
        for number in 0..letters.len().pow(6) {
            let letter = |place: u32| letters[number / letters.len().pow(place) % letters.len()];
            let text: String = (0..6).map(letter).collect();
            let mut plain = Vec::new();
            for (start, c) in text.char_indices() {
                let before = text[..start].chars().next_back();
                let letter = |c: char| c.is_ascii_alphabetic();
                if before.is_some_and(letter) && letter(c) {
                    continue;
                }
                for (number, word) in words.iter().enumerate() {
                    if text[start..].starts_with(word) {
                        plain.push((start, word.len(), number));
                    }
                }
            }
            plain.sort_unstable();
            let found = list.words(&text);
            let found: Vec<_> = found.map(|f| (f.at.start, f.at.len(), f.word)).collect();
            assert_eq!(found, plain, "{text}");
        }
    }
}
