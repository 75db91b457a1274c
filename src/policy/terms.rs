//! The pattern language of the clause files: terms in one sentence, one
//! after the other or in any order, within a window.
//!
//! ```text
//! 保存|存储 + 期限|时间     one after the other, at most 40 characters between
//! <keep> +8 # +2 年|月|日   word list, at most 8 between, a number
//! 拒绝 & 不影响             both in the sentence, in any order
//! delet* + account          Latin terms are whole words; * is any ending
//! ```
//!
//! All terms of all patterns are looked for in one pass. A pattern looks at
//! a bounded window behind its first term, so the time is linear in the text
//! whatever the text is.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::normal::{Normal, is_han};
use super::wordlist::WordList;

/// Window between two parts, in characters, if the pattern gives none.
pub const WINDOW_ZH: usize = 40;
/// The same for English, whose words are longer.
pub const WINDOW_EN: usize = 80;
/// Most hits of one part that are followed in one sentence.
const MAX_FRONT: usize = 64;

/// Word lists by name.
pub type Words = BTreeMap<String, Vec<String>>;

/// A pattern as parsed: parts in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Its number among all patterns.
    id: u32,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    link: Link,
    terms: Vec<u32>,
}

/// How a part stands to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    First,
    /// After it, with at most so many characters between.
    Within(usize),
    /// Anywhere in the sentence.
    Anywhere,
}

/// Pseudo-term for a number.
const NUMBER: u32 = 0;

/// Gathers terms while patterns are read; then [`Vocabulary::build`].
#[derive(Debug, Default)]
pub struct Vocabulary {
    ids: FxHashMap<Term, u32>,
    terms: Vec<Term>,
    /// Terms as written: many patterns have the same.
    written: FxHashMap<String, u32>,
    /// Patterns by the terms of their first part: term and pattern.
    first: Vec<(u32, u32)>,
    patterns: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Term {
    text: String,
    /// Any ending may follow (Latin terms only).
    open: bool,
}

impl Vocabulary {
    /// Reads a pattern. A word list is that of the first of `words` that has
    /// it. The error says what is wrong, in one line.
    pub fn pattern(
        &mut self,
        text: &str,
        words: &[&Words],
        window: usize,
    ) -> Result<Pattern, String> {
        let mut parts = Vec::new();
        let mut link = Link::First;
        let mut part = String::new();
        let mut rest = text.chars().peekable();
        loop {
            match rest.next() {
                Some('\\') => {
                    part.push('\\');
                    part.extend(rest.next());
                }
                Some(c @ ('+' | '&')) => {
                    parts.push(self.part(link, &part, words)?);
                    part.clear();
                    link = if c == '&' {
                        Link::Anywhere
                    } else {
                        let mut digits = String::new();
                        while let Some(digit) = rest.next_if(char::is_ascii_digit) {
                            digits.push(digit);
                        }
                        match digits.as_str() {
                            "" => Link::Within(window),
                            digits => Link::Within(
                                digits
                                    .parse()
                                    .ok()
                                    .filter(|gap| *gap <= 300)
                                    .ok_or_else(|| format!("`+{digits}` is too far"))?,
                            ),
                        }
                    };
                }
                Some(c) => part.push(c),
                None => break,
            }
        }
        parts.push(self.part(link, &part, words)?);
        let id = self.patterns;
        self.patterns = id.saturating_add(1);
        for term in parts.first().map_or(&[][..], |first| &first.terms) {
            self.first.push((*term, id));
        }
        Ok(Pattern { id, parts })
    }

    /// How many patterns were read: the number of the next one.
    pub fn patterns(&self) -> u32 {
        self.patterns
    }

    fn part(&mut self, link: Link, text: &str, words: &[&Words]) -> Result<Part, String> {
        let mut terms = Vec::new();
        for alternative in text.split('|') {
            let alternative = alternative.trim();
            if let Some(name) = alternative
                .strip_prefix('<')
                .and_then(|name| name.strip_suffix('>'))
            {
                let list = words
                    .iter()
                    .find_map(|words| words.get(name))
                    .ok_or_else(|| format!("there is no word list `{name}`"))?;
                for word in list {
                    terms.push(self.term(word)?);
                }
            } else {
                terms.push(self.term(alternative)?);
            }
        }
        terms.sort_unstable();
        terms.dedup();
        Ok(Part { link, terms })
    }

    fn term(&mut self, text: &str) -> Result<u32, String> {
        let text = text.trim();
        if text == "#" {
            return Ok(NUMBER);
        }
        if let Some(id) = self.written.get(text) {
            return Ok(*id);
        }
        let id = self.new_term(text)?;
        self.written.insert(text.to_owned(), id);
        Ok(id)
    }

    fn new_term(&mut self, text: &str) -> Result<u32, String> {
        let unescaped = text.replace('\\', "");
        let (text, open) = match unescaped.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (unescaped.as_str(), false),
        };
        let text = Normal::of(text).text;
        if text.is_empty() {
            return Err("an alternative is empty".to_owned());
        }
        if text.contains(['<', '>', '#']) {
            return Err(format!(
                "`{text}`: < > # stand for lists and numbers, alone"
            ));
        }
        let term = Term { text, open };
        if let Some(id) = self.ids.get(&term) {
            return Ok(*id);
        }
        self.terms.push(term.clone());
        let id = u32::try_from(self.terms.len()).map_err(|_| "too many terms".to_owned())?;
        self.ids.insert(term, id);
        Ok(id)
    }

    /// What finds all terms.
    pub fn build(self) -> Scanner {
        // The same text may stand with and without an open end.
        let list = WordList::new(self.terms.iter().map(|term| term.text.as_str()));
        let mut first = self.first;
        first.sort_unstable();
        Scanner {
            list,
            terms: self.terms,
            first,
        }
    }
}

/// Finds every term in a text.
#[derive(Debug)]
pub struct Scanner {
    list: WordList,
    terms: Vec<Term>,
    /// Term and pattern, sorted.
    first: Vec<(u32, u32)>,
}

/// The patterns whose first part has a term in a sentence, sorted by number.
#[derive(Debug, Default)]
pub struct Candidates(Vec<u32>);

/// A term in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hit {
    start: usize,
    end: usize,
    term: u32,
    value: u32,
}

/// The terms of a text, in order.
#[derive(Debug)]
pub struct Hits<'a> {
    text: &'a str,
    hits: Vec<Hit>,
}

/// Where a pattern holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// From the first part to the last, in bytes of the text.
    pub at: Range<usize>,
    /// Numbers of the pattern, each with the words of the part behind it.
    pub numbers: Vec<(u32, String)>,
}

impl Scanner {
    /// Finds all terms and numbers of a normalised text.
    pub fn scan<'a>(&self, text: &'a str) -> Hits<'a> {
        let mut hits: Vec<Hit> = Vec::new();
        for found in self.list.words(text) {
            let Some(term) = self.terms.get(found.word) else {
                continue;
            };
            let (start, end) = (found.at.start, found.at.end);
            if is_word(text, start, end, term.open) {
                let term = u32::try_from(found.word).unwrap_or(u32::MAX);
                hits.push(Hit {
                    start,
                    end,
                    term: term.saturating_add(1),
                    value: 0,
                });
            }
        }
        numbers(text, &mut hits);
        hits.sort_unstable_by_key(|hit| (hit.start, hit.end, hit.term));
        Hits { text, hits }
    }
}

impl Scanner {
    /// The patterns that a range of a text is worth a look for.
    pub fn candidates(&self, hits: &Hits<'_>, range: &Range<usize>) -> Candidates {
        let mut terms: Vec<u32> = hits.within(range).iter().map(|hit| hit.term).collect();
        terms.sort_unstable();
        terms.dedup();
        let mut patterns: Vec<u32> = terms
            .iter()
            .flat_map(|term| {
                let from = self.first.partition_point(|(known, _)| known < term);
                let known = self.first.get(from..).unwrap_or_default();
                known.iter().take_while(move |(known, _)| known == term)
            })
            .map(|(_, pattern)| *pattern)
            .collect();
        patterns.sort_unstable();
        patterns.dedup();
        Candidates(patterns)
    }
}

impl Candidates {
    /// Whether one of the patterns with these numbers is among them.
    pub fn any_of(&self, patterns: &Range<u32>) -> bool {
        let at = self.0.partition_point(|known| *known < patterns.start);
        self.0.get(at).is_some_and(|first| *first < patterns.end)
    }
}

/// Whether a hit is a word of its own: no letter or digit beside a Latin end
/// of it, save Han characters.
pub fn is_word(text: &str, start: usize, end: usize, open: bool) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
    let before = text.get(..start).unwrap_or_default();
    let word = text.get(start..end).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let starts_inside = letter(word.chars().next()) && letter(before.chars().next_back());
    let ends_inside = letter(word.chars().next_back()) && letter(after.chars().next());
    !starts_inside && (open || !ends_inside)
}

/// Numbers in digits, in Chinese numerals up to 9999, in English words.
fn numbers(text: &str, hits: &mut Vec<Hit>) {
    let mut rest = text.char_indices().peekable();
    let mut previous_latin = false;
    while let Some((start, c)) = rest.next() {
        let is_latin = c.is_ascii_alphabetic();
        if c.is_ascii_digit() && !previous_latin {
            let mut value = c.to_digit(10).unwrap_or(0);
            let mut end = start.saturating_add(1);
            while let Some((at, digit)) = rest.next_if(|(_, c)| c.is_ascii_digit()) {
                value = value
                    .saturating_mul(10)
                    .saturating_add(digit.to_digit(10).unwrap_or(0));
                end = at.saturating_add(1);
            }
            hits.push(Hit {
                start,
                end,
                term: NUMBER,
                value,
            });
        } else if numeral(c).is_some() {
            let mut word = String::from(c);
            let mut end = start.saturating_add(c.len_utf8());
            while let Some((at, c)) =
                rest.next_if(|(_, c)| numeral(*c).is_some() && word.len() < 24)
            {
                word.push(c);
                end = at.saturating_add(c.len_utf8());
            }
            hits.push(Hit {
                start,
                end,
                term: NUMBER,
                value: chinese(&word),
            });
        } else if is_latin && !previous_latin {
            let word: String = text
                .get(start..)
                .unwrap_or_default()
                .chars()
                .take(12)
                .take_while(|c| c.is_ascii_alphabetic() || *c == '-')
                .collect();
            if let Some(value) = english(&word) {
                hits.push(Hit {
                    start,
                    end: start.saturating_add(word.len()),
                    term: NUMBER,
                    value,
                });
            }
        }
        previous_latin = is_latin;
    }
}

/// What a Chinese numeral stands for: a digit, or a multiplier.
fn numeral(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => return None,
    })
}

fn chinese(word: &str) -> u32 {
    if !word.contains(['十', '拾', '百', '佰', '千', '仟']) {
        return word
            .chars()
            .filter_map(numeral)
            .fold(0, |value: u32, digit| {
                value.saturating_mul(10).saturating_add(digit)
            });
    }
    let (mut sum, mut digit) = (0_u32, None);
    for value in word.chars().filter_map(numeral) {
        if value >= 10 {
            sum = sum.saturating_add(value.saturating_mul(digit.take().unwrap_or(1)));
        } else {
            digit = Some(value);
        }
    }
    sum.saturating_add(digit.unwrap_or(0))
}

fn english(word: &str) -> Option<u32> {
    const WORDS: [(&str, u32); 21] = [
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("twelve", 12),
        ("thirteen", 13),
        ("fourteen", 14),
        ("fifteen", 15),
        ("sixteen", 16),
        ("eighteen", 18),
        ("twenty", 20),
        ("thirty", 30),
        ("forty-five", 45),
        ("sixty", 60),
        ("ninety", 90),
    ];
    WORDS
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, value)| *value)
}

impl Hits<'_> {
    fn within(&self, range: &Range<usize>) -> &[Hit] {
        let from = self.hits.partition_point(|hit| hit.start < range.start);
        let to = self.hits.partition_point(|hit| hit.start < range.end);
        self.hits.get(from..to).unwrap_or_default()
    }

    fn apart(&self, end: usize, start: usize) -> Option<usize> {
        Some(self.text.get(end..start)?.chars().count())
    }
}

impl Pattern {
    /// Whether its first part has a term in the sentence: cheap, and needed.
    pub fn may(&self, candidates: &Candidates) -> bool {
        candidates.0.binary_search(&self.id).is_ok()
    }

    /// The first place in the range where the pattern holds.
    pub fn find(&self, hits: &Hits<'_>, range: &Range<usize>) -> Option<Found> {
        let all: Vec<&Hit> = hits
            .within(range)
            .iter()
            .filter(|hit| hit.end <= range.end)
            .collect();
        let first = self.parts.first()?;
        all.iter()
            .enumerate()
            .filter(|(_, hit)| first.has(hit))
            .take(MAX_FRONT)
            .find_map(|(at, hit)| self.follow(hits, &all, at, hit))
    }

    fn follow(&self, hits: &Hits<'_>, all: &[&Hit], at: usize, first: &Hit) -> Option<Found> {
        // Each way to have come so far: index of its last hit, and the hits.
        let mut front: Vec<(usize, Vec<Hit>)> = vec![(at, vec![*first])];
        for part in self.parts.iter().skip(1) {
            let mut next: Vec<(usize, Vec<Hit>)> = Vec::new();
            for (last, way) in &front {
                let end = way.last().map_or(first.end, |hit| hit.end);
                let found = match part.link {
                    Link::Anywhere | Link::First => {
                        // What one part took, another does not take again.
                        let free = |hit: &Hit| {
                            way.iter()
                                .all(|used| hit.end <= used.start || hit.start >= used.end)
                        };
                        all.iter()
                            .position(|hit| part.has(hit) && free(hit))
                            .map(|index| vec![index])
                            .unwrap_or_default()
                    }
                    Link::Within(gap) => {
                        let reach = end.saturating_add(gap.saturating_mul(4));
                        all.iter()
                            .enumerate()
                            .skip(last.saturating_add(1))
                            .take_while(|(_, hit)| hit.start <= reach)
                            .filter(|(_, hit)| hit.start >= end && part.has(hit))
                            .filter(|(_, hit)| {
                                hits.apart(end, hit.start).is_some_and(|apart| apart <= gap)
                            })
                            .map(|(index, _)| index)
                            .collect()
                    }
                };
                for index in found {
                    if next.len() < MAX_FRONT
                        && !next.iter().any(|(known, _)| *known == index)
                        && let Some(hit) = all.get(index)
                    {
                        let mut way = way.clone();
                        way.push(**hit);
                        next.push((index, way));
                    }
                }
            }
            if next.is_empty() {
                return None;
            }
            front = next;
        }
        let (_, way) = front.into_iter().next()?;
        let start = way.iter().map(|hit| hit.start).min()?;
        let end = way.iter().map(|hit| hit.end).max()?;
        let numbers = way
            .iter()
            .zip(way.iter().skip(1).map(Some).chain([None]))
            .filter(|(hit, _)| hit.term == NUMBER)
            .map(|(hit, next)| {
                let unit = next
                    .and_then(|next| hits.text.get(next.start..next.end))
                    .unwrap_or_default();
                (hit.value, unit.to_owned())
            })
            .collect();
        Some(Found {
            at: start..end,
            numbers,
        })
    }
}

impl Part {
    fn has(&self, hit: &Hit) -> bool {
        self.terms.binary_search(&hit.term).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(pattern: &str, text: &str) -> Option<Found> {
        let words = Words::from([(
            "keep".to_owned(),
            vec!["保存".to_owned(), "存储".to_owned()],
        )]);
        let mut vocabulary = Vocabulary::default();
        let pattern = vocabulary.pattern(pattern, &[&words], WINDOW_ZH).unwrap();
        let scanner = vocabulary.build();
        let text = Normal::of(text).text;
        let hits = scanner.scan(&text);
        let found = pattern.find(&hits, &(0..text.len()));
        let may = pattern.may(&scanner.candidates(&hits, &(0..text.len())));
        assert!(may || found.is_none(), "the filter loses a hit");
        found
    }

    #[test]
    fn parts_follow_each_other_within_a_window() {
        assert!(find("<keep> + 期限|时间", "我们保存信息的期限为一年").is_some());
        assert!(find("<keep> + 期限|时间", "期限届满前我们保存信息").is_none());
        assert!(find("<keep> +2 期限", "保存信息的期限").is_none());
        assert!(find("保存 +0 期限", "保存期限").is_some());
        let far = format!("保存{}期限", "的".repeat(41));
        assert!(find("保存 + 期限", &far).is_none());
    }

    #[test]
    fn ampersand_is_any_order() {
        assert!(find("拒绝 & 不影响", "不影响其他功能，您可以拒绝").is_some());
        assert!(find("拒绝 & 不影响", "您可以拒绝").is_none());
    }

    #[test]
    fn latin_terms_are_whole_words_unless_open() {
        assert!(find("delete + account", "delete your account").is_some());
        assert!(find("delete", "deleted").is_none());
        assert!(find("delet*", "deleted").is_some());
        assert!(find("sdk", "我们集成SDK用于推送").is_some());
        assert!(find("id", "android").is_none());
    }

    #[test]
    fn numbers_come_with_their_unit() {
        for (text, value, unit) in [
            ("15个工作日内", 15, "工作日"),
            ("十五个工作日内", 15, "工作日"),
            ("三十天内答复", 30, "天"),
            ("一百二十日", 120, "日"),
            ("within thirty days", 30, "days"),
        ] {
            let found = find("# +2 工作日|天|日|days", text).unwrap();
            assert_eq!(found.numbers, [(value, unit.to_owned())], "{text}");
        }
    }

    #[test]
    fn a_later_hit_of_a_middle_part_may_be_the_right_one() {
        assert!(find("甲 +3 乙 +0 丙", "甲乙乙丙").is_some());
    }

    #[test]
    fn wrong_patterns_say_what_is_wrong() {
        let mut vocabulary = Vocabulary::default();
        for (pattern, wrong) in [
            ("<no> + 甲", "there is no word list `no`"),
            ("甲 + ", "an alternative is empty"),
            ("甲||乙", "an alternative is empty"),
            ("甲 +999 乙", "`+999` is too far"),
        ] {
            let error = vocabulary.pattern(pattern, &[], WINDOW_ZH).unwrap_err();
            assert_eq!(error, wrong);
        }
    }
}
