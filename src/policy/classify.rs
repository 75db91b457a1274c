//! What kind of text a text is, and its language.

use std::collections::BTreeSet;

use regex::Regex;

use super::names::names;
use super::{Class, Language};

/// Characters at the beginning that are looked at for a title.
const HEAD: usize = 300;
/// Longest line that is a title.
const MAX_TITLE: usize = 80;
/// Shortest text, in characters, that its words alone can make a policy.
const SHORTEST_POLICY: usize = 400;
/// Different words of a policy that make one of a text without a title.
const ENOUGH_WORDS: usize = 5;

/// The class by title and words (design: title and first 300 characters,
/// then words of the running text).
///
/// `named` says that the text stands in a file of its own with a telling
/// name, or was given as a policy.
pub(super) fn class(title: Option<&str>, text: &str, named: bool) -> Class {
    let length = text.chars().count();
    let policy = distinct(&names().policy, text);
    let agreement = distinct(&names().agreement, text);
    // A text in a file of its own that is longer than a dialog may speak of
    // refusing without being one.
    let dialog_length = if named { SHORTEST_POLICY } else { 1200 };
    let dialog = length < dialog_length && names().buttons.is_match(text);
    let of_title = title_class(title, text);
    if is_of_vendor(title, text) {
        return Class::VendorNotice;
    }
    let sounds = of_title == Some(Class::Policy) || policy >= 3;
    let other_title = of_title.is_some_and(|class| class != Class::Policy);
    if dialog && sounds && !other_title {
        return Class::ShortNotice;
    }
    match of_title {
        Some(Class::Policy) if !named && length < SHORTEST_POLICY => Class::ShortNotice,
        // A user agreement with a policy's title, or with both titles.
        Some(Class::Policy) if agreement >= 4 && agreement > policy => Class::UserAgreement,
        Some(class) => class,
        None if length >= SHORTEST_POLICY && policy >= ENOUGH_WORDS && has_sentences(text) => {
            if agreement >= 3 && agreement.saturating_mul(2) > policy {
                Class::UserAgreement
            } else {
                Class::Policy
            }
        }
        None if length < SHORTEST_POLICY && policy >= 3 => Class::ShortNotice,
        None => Class::Unknown,
    }
}

/// Whether a text is written in sentences, unlike a dictionary or a table
/// that has every word of a policy somewhere: one sentence ends in 300
/// characters of the beginning, on average.
fn has_sentences(text: &str) -> bool {
    let (mut ends, mut all) = (0_usize, 0_usize);
    let mut before = ' ';
    for c in text.chars().take(20_000) {
        all += 1;
        let stop = matches!(c, '。' | '；' | '！' | '？') || (before == '.' && c.is_whitespace());
        ends += usize::from(stop);
        before = c;
    }
    ends * 300 >= all
}

/// Whether the vendor of an SDK speaks to the developers who use it: the
/// title or first line names the SDK, and its words are those of such texts.
fn is_of_vendor(title: Option<&str>, text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let titles = [title.unwrap_or_default(), first];
    let of_sdk = titles.iter().any(|title| {
        let title = title.to_lowercase();
        let list = ["清单", "目录", "列表", "名单", "list", "third", "第三方"];
        title.contains("sdk") && !list.iter().any(|word| title.contains(word))
    });
    of_sdk && distinct(&names().vendor, text) >= 2
}

/// The class that the title names, or else one of the first lines that is
/// short enough to be a heading.
fn title_class(title: Option<&str>, text: &str) -> Option<Class> {
    let by_line = |line: &str| {
        names()
            .titles
            .iter()
            .find(|(_, words)| words.is_match(line))
            .map(|(class, _)| *class)
    };
    if let Some(class) = title.and_then(by_line) {
        return Some(class);
    }
    let head: String = text.chars().take(HEAD).collect();
    head.lines()
        .filter(|line| line.chars().count() <= MAX_TITLE / 2 && !is_sentence(line))
        .find_map(by_line)
}

fn is_sentence(line: &str) -> bool {
    line.contains(['。', '，', '；', '！']) || line.ends_with(['.', ';', ','])
}

/// The title: of the markup, else the first line if it is short.
pub(super) fn title(marked: Option<String>, text: &str) -> Option<String> {
    marked.or_else(|| {
        let line = text.lines().next()?.trim_start_matches('#').trim();
        (!line.is_empty()).then(|| line.chars().take(MAX_TITLE).collect())
    })
}

fn distinct(words: &Regex, text: &str) -> usize {
    let found: BTreeSet<String> = words
        .find_iter(text)
        .map(|word| word.as_str().to_lowercase())
        .collect();
    found.len()
}

/// The language by letters: Chinese has a Han character for at most four
/// Latin letters, and no kana or hangul to speak of.
pub(super) fn language(text: &str) -> Language {
    let (mut han, mut latin, mut other) = (0_usize, 0_usize, 0_usize);
    for c in text.chars().filter(|c| c.is_alphabetic()).take(20_000) {
        match c {
            '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' => han += 1,
            'a'..='z' | 'A'..='Z' => latin += 1,
            _ => other += 1,
        }
    }
    let all = han + latin + other;
    // A Chinese text may have its translation below.
    let chinese = han * 5 >= all || han >= 400;
    if chinese && han > 0 && other * 5 < all {
        return Language::Zh;
    }
    if latin * 10 < all * 9 {
        return Language::Other;
    }
    let words: Vec<&str> = text.split_whitespace().take(4000).collect();
    let function = words
        .iter()
        .filter(|word| {
            [
                "the", "and", "of", "to", "we", "you", "your", "our", "that", "with", "or",
            ]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
        })
        .count();
    // Running English has about one in four.
    if latin > 0 && (function * 10 >= words.len() || words.len() < 8) {
        Language::En
    } else {
        Language::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_told_by_its_letters() {
        assert_eq!(language("我们收集 IMEI 与 Android ID 等信息"), Language::Zh);
        assert_eq!(
            language("We collect the information that you give us and share it with our partners."),
            Language::En
        );
        assert_eq!(
            language(
                "Wir erheben personenbezogene Daten, wenn Sie unsere Dienste nutzen und sich anmelden."
            ),
            Language::Other
        );
        assert_eq!(
            language("当社は、お客様の個人情報を収集します。プライバシーポリシー"),
            Language::Other
        );
        assert_eq!(language(""), Language::Other);
    }
}
