//! Text as patterns see it: one form for all ways to write the same words,
//! with the way back.

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use crate::catalog;
use crate::decode::prose::is_invisible;

/// Text in one form: compatibility characters replaced (NFKC), lower case,
/// traditional characters folded to simplified ones, quotation marks
/// straight, nothing invisible, no space beside a Han character.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Normal {
    /// The text; line ends and tabs are kept.
    pub text: String,
    /// From here to the next pair, text and source go side by side: starts
    /// in both, in bytes.
    back: Vec<(usize, usize)>,
}

impl Normal {
    /// Brings a text into this form.
    pub fn of(source: &str) -> Self {
        let mut normal = Self {
            text: String::with_capacity(source.len()),
            back: Vec::new(),
        };
        let mut space: Option<usize> = None;
        for (at, c) in source.char_indices() {
            if matches!(c, '\n' | '\t') {
                space = None;
                normal.push(c, at);
            } else if c.is_whitespace() {
                space.get_or_insert(at);
            } else if !c.is_control() && !is_invisible(c) {
                if let Some(at) = space.take() {
                    let before = normal.text.chars().next_back();
                    let apart = before.is_some_and(|b| !is_wide(b) && !matches!(b, '\n' | '\t'));
                    if apart && !is_wide(c) {
                        normal.push(' ', at);
                    }
                }
                normal.fold(c, at);
            }
        }
        normal
    }

    /// Where the source has what stands at this range, in bytes.
    pub fn source(&self, at: &Range<usize>) -> Range<usize> {
        self.back_at(at.start)..self.back_at(at.end.saturating_sub(1)).saturating_add(1)
    }

    fn back_at(&self, at: usize) -> usize {
        let after = self.back.partition_point(|(text, _)| *text <= at);
        match after.checked_sub(1).and_then(|last| self.back.get(last)) {
            Some((text, source)) => source.saturating_add(at.saturating_sub(*text)),
            None => 0,
        }
    }

    fn fold(&mut self, c: char, at: usize) {
        if c.is_ascii() {
            self.push(c.to_ascii_lowercase(), at);
        } else if let Some(simple) = simplified(c) {
            self.push(simple, at);
        } else if is_han(c) {
            self.push(c, at);
        } else {
            for c in std::iter::once(c).nfkc().take(18) {
                for c in c.to_lowercase() {
                    let c = match c {
                        '“' | '”' | '„' | '「' | '」' | '『' | '』' => '"',
                        '‘' | '’' => '\'',
                        '–' | '—' | '‐' | '‑' => '-',
                        other => simplified(other).unwrap_or(other),
                    };
                    self.push(c, at);
                }
            }
        }
    }

    fn push(&mut self, c: char, source: usize) {
        let text = self.text.len();
        let runs_on = self.back.last().is_some_and(|(from, origin)| {
            origin.saturating_add(text.saturating_sub(*from)) == source
        });
        if !runs_on {
            if self.back.last().is_some_and(|(from, _)| *from == text) {
                self.back.pop();
            }
            self.back.push((text, source));
        }
        self.text.push(c);
    }
}

/// Whether a character is a Han character.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3134F}')
}

/// A Han character or the punctuation that goes with them: no space stands
/// beside it.
fn is_wide(c: char) -> bool {
    is_han(c) || matches!(c, '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}')
}

/// Whether the Han characters of a text are traditional ones: one in twenty
/// of the first 2,000 has a simplified form.
pub fn is_traditional(text: &str) -> bool {
    let han = text.chars().filter(|c| is_han(*c)).take(2000);
    let (traditional, all) = han.fold((0_usize, 0_usize), |(traditional, all), c| {
        let one = usize::from(simplified(c).is_some());
        (traditional.saturating_add(one), all.saturating_add(1))
    });
    traditional.saturating_mul(20) > all
}

/// The simplified character for a traditional one.
fn simplified(c: char) -> Option<char> {
    static PAIRS: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
        #[derive(serde::Deserialize)]
        struct File {
            pairs: String,
        }
        let file: File = catalog::knowledge("catalog/traditional.toml");
        let pair = |pair: &str| {
            let mut characters = pair.chars();
            Some((characters.next()?, characters.next()?))
        };
        file.pairs.split_whitespace().filter_map(pair).collect()
    });
    PAIRS.get(&c).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_all_ways_to_write_it() {
        for (source, normal) in [
            ("ＩＭＥＩ（设备）：１５個 工作日", "imei(设备):15个工作日"),
            ("隱私權政策 —— 個人資料", "隐私权政策--个人资料"),
            ("SDK 名称", "sdk名称"),
            ("We  Collect your\u{200B} data", "we collect your data"),
            ("“同意”与「拒絕」", "\"同意\"与\"拒绝\""),
            ("⽤户的⼿机", "用户的手机"),
            ("甲\t 乙\n  丙", "甲\t乙\n丙"),
        ] {
            assert_eq!(Normal::of(source).text, normal);
        }
    }

    #[test]
    fn every_word_finds_its_way_back() {
        let source = "Ａ 个人資料 保存　期限 is １５ days";
        let normal = Normal::of(source);
        for (found, words) in [
            ("资料", "資料"),
            ("期限", "期限"),
            ("15", "１５"),
            ("days", "days"),
        ] {
            let start = normal.text.find(found).unwrap();
            let at = normal.source(&(start..start + found.len()));
            assert!(source[at.start..].starts_with(words), "{found}: {at:?}");
        }
    }
}
