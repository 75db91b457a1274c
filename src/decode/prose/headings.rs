//! Headings and items of texts that do not mark them: by their numbers, by
//! bold type, and by standing alone.

use std::collections::BTreeMap;

use super::{BlockKind, Prose};

/// Longest heading that the markup states, in characters. A tag left open
/// must not make a heading of half a page.
const MAX_MARKED: usize = 150;
/// Longest heading that only looks like one: in characters if it has Han
/// characters, else in words.
const MAX_HAN: usize = 40;
const MAX_WORDS: usize = 14;
/// Longest heading without a number, in the same measures.
const MAX_HAN_ALONE: usize = 20;
const MAX_WORDS_ALONE: usize = 10;
/// Shortest text under a heading without a number or bold type, in
/// characters.
const MIN_UNDER: usize = 16;

/// How a line is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    /// 第一章, Part I, Chapter 1
    Chapter,
    /// 第一条, Article 1, Section 1
    Article,
    /// 一、
    Han,
    /// （一）
    HanInBrackets,
    /// 1. or 1、, with how many numbers: 1.2.3 has three
    Digits(u8),
    /// (1), 1), ①, a.
    Small,
}

impl Number {
    fn level(self) -> u8 {
        match self {
            Self::Chapter => 1,
            Self::Article | Self::Han => 2,
            Self::HanInBrackets => 3,
            Self::Digits(count) => count.saturating_add(3).min(6),
            Self::Small => 6,
        }
    }

    /// Whether it may number the items of a list as well as headings.
    fn counts_items(self) -> bool {
        !matches!(self, Self::Chapter | Self::Article | Self::Han)
    }
}

/// Tells headings and items among the paragraphs of a text. `bold` has the
/// starts of blocks that are wholly bold, in order.
pub(super) fn mark(prose: &mut Prose, bold: &[usize]) {
    for block in &mut prose.blocks {
        let words = prose.text.get(block.at.clone()).unwrap_or_default();
        if matches!(block.kind, BlockKind::Heading(_)) && words.chars().nth(MAX_MARKED).is_some() {
            block.kind = BlockKind::Paragraph;
        }
    }
    let marked = prose
        .blocks
        .iter()
        .any(|block| matches!(block.kind, BlockKind::Heading(_)));
    let lines: Vec<Line<'_>> = prose
        .blocks
        .iter()
        .map(|block| Line {
            text: prose.text.get(block.at.clone()).unwrap_or_default(),
            kind: block.kind,
            bold: bold.binary_search(&block.at.start).is_ok(),
        })
        .collect();
    let mut often: BTreeMap<&str, usize> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.may_be_heading()) {
        let title = title(line.text);
        if !title.is_empty() {
            let count = often.entry(title).or_default();
            *count = count.saturating_add(1);
        }
    }
    let mut kinds: Vec<BlockKind> = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| lines.get(index));
        let after = index.checked_add(1).and_then(|index| lines.get(index));
        let recurs = often.get(title(line.text)).is_some_and(|count| *count > 1);
        kinds.push(line.judged(before, after, kinds.last().copied(), recurs, marked));
    }
    for (block, kind) in prose.blocks.iter_mut().zip(kinds) {
        block.kind = kind;
    }
}

#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a str,
    kind: BlockKind,
    bold: bool,
}

impl Line<'_> {
    fn judged(
        &self,
        before: Option<&Self>,
        after: Option<&Self>,
        kind_before: Option<BlockKind>,
        recurs: bool,
        marked: bool,
    ) -> BlockKind {
        if self.kind != BlockKind::Paragraph {
            return self.kind;
        }
        let number = number(self.text).map(|(number, _)| number);
        if !self.may_be_heading() {
            let item = is_bullet(self.text) || number.is_some_and(Number::counts_items);
            return if item { BlockKind::Item } else { self.kind };
        }
        if let Some(number) = number {
            let like = |other: Option<&Self>| {
                other.is_some_and(|other| {
                    other.may_be_heading()
                        && self::number(other.text).is_some_and(|(other, _)| other == number)
                })
            };
            // Short items one after the other are a list, unless they come
            // again: then this is the table of contents.
            let list = number.counts_items()
                && !recurs
                && !self.bold
                && (like(before) || like(after) || after.is_none());
            return if list {
                BlockKind::Item
            } else {
                BlockKind::Heading(number.level())
            };
        }
        if is_bullet(self.text) {
            return BlockKind::Item;
        }
        let plain_words = !self
            .text
            .contains(['，', ',', '：', ':', '、', '|', '@', '/']);
        // A key with its value is no title.
        let keyed = self.text.contains(['：', ':']);
        let first = before.is_none() && after.is_some();
        if first && (!marked || self.bold) && self.stands_alone() && !keyed {
            return BlockKind::Heading(1);
        }
        if self.bold && plain_words && after.is_some() {
            return BlockKind::Heading(5);
        }
        let under = after.is_some_and(|after| {
            after.text.chars().nth(MIN_UNDER).is_some()
                && (!after.may_be_heading() || self::number(after.text).is_some())
        });
        let follows_short = before.is_some_and(Self::may_be_heading)
            && !matches!(kind_before, Some(BlockKind::Heading(_)));
        if !marked && plain_words && under && !follows_short && self.stands_alone() {
            return BlockKind::Heading(5);
        }
        self.kind
    }

    /// Whether it is short and no sentence.
    fn may_be_heading(&self) -> bool {
        if !matches!(self.kind, BlockKind::Paragraph) {
            return false;
        }
        let text = self.text.trim_end();
        let ends = text.ends_with([
            '。', '；', ';', '，', ',', '：', ':', '！', '!', '.', '、', '…',
        ]);
        !ends && !text.contains(['。', '；']) && fits(text, MAX_HAN, MAX_WORDS)
    }

    fn stands_alone(&self) -> bool {
        let first = self.text.chars().next();
        let capital = first.is_some_and(|c| !c.is_lowercase() && c.is_alphabetic());
        let number = self.text.chars().filter(char::is_ascii_digit).count();
        capital && number <= 2 && fits(self.text, MAX_HAN_ALONE, MAX_WORDS_ALONE)
    }
}

fn fits(text: &str, han: usize, words: usize) -> bool {
    if text.chars().any(is_han) {
        text.chars().nth(han).is_none()
    } else {
        text.split_whitespace().nth(words).is_none() && text.len() <= 120
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}')
}

/// The words after the number.
fn title(text: &str) -> &str {
    let rest = match number(text) {
        Some((_, length)) => text.get(length..).unwrap_or_default(),
        None => text,
    };
    // Page numbers of a table of contents, and their dots.
    rest.trim_matches(|c: char| {
        c.is_whitespace() || c.is_ascii_digit() || matches!(c, '.' | '…' | '·')
    })
}

/// How the line is numbered, and how many bytes the number has.
fn number(text: &str) -> Option<(Number, usize)> {
    let first = text.chars().next()?;
    match first {
        '第' => {
            let (_, rest) = han_number(text.strip_prefix('第')?)?;
            let number = match rest.chars().next()? {
                '章' | '部' | '编' => Number::Chapter,
                '条' | '節' | '节' | '條' => Number::Article,
                _ => return None,
            };
            let rest = rest.strip_prefix("部分").unwrap_or_else(|| skip(rest));
            Some((number, length(text, rest)))
        }
        '（' | '(' => {
            let inner = skip(text);
            let (number, rest) = match han_number(inner) {
                Some((_, rest)) => (Number::HanInBrackets, rest),
                None => (Number::Small, small_number(inner)?),
            };
            rest.starts_with(['）', ')'])
                .then(|| (number, length(text, skip(rest))))
        }
        '①'..='⑳' | '⑴'..='⒇' | '❶'..='❿' => {
            Some((Number::Small, length(text, skip(text))))
        }
        _ if first.is_ascii_digit() => digits(text),
        _ if first.is_ascii_alphabetic() => english(text),
        _ => {
            let (_, rest) = han_number(text)?;
            rest.starts_with(['、', '.', '．', '，', ' ', '：'])
                .then(|| (Number::Han, length(text, skip(rest))))
        }
    }
}

/// `1.`, `1、`, `1.2`, `1.2.3 `, `1)`, `1 `.
fn digits(text: &str) -> Option<(Number, usize)> {
    let mut rest = text;
    let mut count = 0_u8;
    loop {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let width = length(rest, after);
        if width == 0 || width > 2 || count > 5 {
            break;
        }
        count = count.saturating_add(1);
        rest = after;
        match rest.strip_prefix(['.', '．']) {
            Some(after) => rest = after,
            None => break,
        }
    }
    let dotted = length(text, rest) > 0 && text.get(..length(text, rest))?.ends_with(['.', '．']);
    let number = Number::Digits(count);
    match rest.chars().next() {
        Some(')' | '）') if count == 1 && !dotted => {
            Some((Number::Small, length(text, skip(rest))))
        }
        Some('、') if count > 0 => Some((number, length(text, skip(rest)))),
        // `1.5 GB` and `2026.1.5` are no numbers of lines, `1.1 Data` is.
        Some(c) if count > 1 && (c.is_whitespace() || is_han(c)) => {
            Some((number, length(text, rest)))
        }
        Some(c) if count == 1 && dotted && !c.is_ascii_digit() => {
            Some((number, length(text, rest)))
        }
        _ => None,
    }
}

/// `Article 3`, `Section 2.1`, `Part I`, `a.`, `A)`.
fn english(text: &str) -> Option<(Number, usize)> {
    for (word, number) in [
        ("article ", Number::Article),
        ("section ", Number::Article),
        ("chapter ", Number::Chapter),
        ("part ", Number::Chapter),
    ] {
        let head = text.get(..word.len()).unwrap_or_default();
        if !head.eq_ignore_ascii_case(word) {
            continue;
        }
        let rest = text.get(word.len()..)?;
        let after = rest
            .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | 'I' | 'V' | 'X'));
        return (length(rest, after) > 0).then(|| (number, length(text, after)));
    }
    let rest = small_number(text)?;
    rest.starts_with([')', '）'])
        .then(|| (Number::Small, length(text, skip(rest))))
}

/// What follows a number in digits or a single letter.
fn small_number(text: &str) -> Option<&str> {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    match length(text, digits) {
        1 | 2 => Some(digits),
        0 if text.starts_with(|c: char| c.is_ascii_alphabetic()) => Some(skip(text)),
        _ => None,
    }
}

/// A number of one to four Han digits, and what follows.
fn han_number(text: &str) -> Option<(&str, &str)> {
    const DIGITS: [char; 22] = [
        '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百', '零', '〇', '壹', '贰',
        '叁', '肆', '伍', '陆', '柒', '捌', '玖',
    ];
    let rest = text.trim_start_matches(|c: char| DIGITS.contains(&c) || c.is_ascii_digit());
    let number = text.get(..length(text, rest))?;
    let han = number.chars().any(|c| DIGITS.contains(&c));
    let width = number.chars().count();
    ((1..=4).contains(&width) && (han || is_article_digit(rest))).then_some((number, rest))
}

/// 第3条 has its number in digits.
fn is_article_digit(rest: &str) -> bool {
    rest.starts_with(['章', '条', '節', '节', '條', '部', '编'])
}

fn is_bullet(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    match first {
        Some(
            '•' | '●' | '○' | '■' | '□' | '▪' | '◆' | '◇' | '➢' | '·' | '\u{f0b7}' | '\u{f06c}',
        ) => true,
        Some('-' | '*' | '–' | '—') => chars.next().is_some_and(char::is_whitespace),
        _ => false,
    }
}

fn length(text: &str, rest: &str) -> usize {
    text.len().saturating_sub(rest.len())
}

/// The text without its first character.
fn skip(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}
