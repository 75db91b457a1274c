//! Which string constants other rooms want to see.

use super::CodeString;
use super::work::{Spent, Work};

/// Why a string is kept. Each kind has its own limit, so that many of one
/// do not push out another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kept {
    /// Has `://`.
    Url,
    /// Has a word of policies and consent, in English or Chinese.
    Policy,
    /// Has other Han characters, or reads like prose and is long.
    Text,
}

/// The kinds, in order.
pub(super) const KINDS: [(Kept, &str); 3] = [
    (Kept::Url, "URLs"),
    (Kept::Policy, "strings with a word of policies"),
    (Kept::Text, "Chinese or long strings"),
];

/// Words that mark texts and labels about privacy. Each begins with another
/// letter, but for the two with `p`.
const WORDS: [&[u8]; 5] = [b"privacy", b"policy", b"agreement", b"terms", b"consent"];

/// The same in Chinese: privacy, agreement, policy, terms, consent;
/// simplified and traditional.
const HAN_WORDS: [&str; 8] = [
    "隐私", "隱私", "协议", "協議", "政策", "条款", "條款", "同意",
];

/// A text of this many bytes that reads like prose is kept in any language.
const LONG: usize = 200;

/// Strings that were kept, by kind.
#[derive(Debug, Default)]
pub(super) struct Strings {
    /// The strings, in the order of [`KINDS`].
    pub kept: [Vec<CodeString>; KINDS.len()],
    /// How many more there were of each.
    pub more: [usize; KINDS.len()],
}

impl Strings {
    /// Adds `bytes` if it is of a kind and there is room for `listed`.
    pub fn look(
        &mut self,
        bytes: &[u8],
        listed: usize,
        work: &mut Work,
        string: impl FnOnce() -> CodeString,
    ) -> Result<(), Spent> {
        let Some(kind) = kind(bytes) else {
            return Ok(());
        };
        let kind = kind as usize;
        if self.kept[kind].len() < listed {
            work.keep(bytes.len())?;
            self.kept[kind].push(string());
        } else {
            self.more[kind] += 1;
        }
        Ok(())
    }
}

/// What the bytes of a string, in modified UTF-8, are kept for.
fn kind(bytes: &[u8]) -> Option<Kept> {
    let mut han = false;
    let mut policy = false;
    for (at, &byte) in bytes.iter().enumerate() {
        match BEGINS[usize::from(byte)] {
            Begin::Nothing => {}
            Begin::Scheme => {
                if bytes[at..].starts_with(b"://") {
                    return Some(Kept::Url);
                }
            }
            Begin::Word => policy = policy || starts_with_word(&bytes[at..]),
            Begin::Han => han = han || is_han(&bytes[at..]),
        }
    }
    if policy || (han && has_han_word(bytes)) {
        Some(Kept::Policy)
    } else if han || (bytes.len() >= LONG && is_prose(bytes)) {
        Some(Kept::Text)
    } else {
        None
    }
}

/// What may begin with a byte.
#[derive(Clone, Copy)]
enum Begin {
    Nothing,
    Scheme,
    Word,
    Han,
}

static BEGINS: [Begin; 256] = begins();

const fn begins() -> [Begin; 256] {
    let mut table = [Begin::Nothing; 256];
    table[b':' as usize] = Begin::Scheme;
    let mut word = 0;
    while word < WORDS.len() {
        let first = WORDS[word][0];
        table[first as usize] = Begin::Word;
        table[first.to_ascii_uppercase() as usize] = Begin::Word;
        word += 1;
    }
    // U+3400 to U+9FFF, and U+F900 to U+FAFF.
    let mut lead = 0xe3;
    while lead <= 0xe9 {
        table[lead] = Begin::Han;
        lead += 1;
    }
    table[0xef] = Begin::Han;
    table
}

fn starts_with_word(bytes: &[u8]) -> bool {
    WORDS.iter().any(|word| {
        bytes
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    })
}

/// CJK unified ideographs, extension A and the compatibility block.
fn is_han(bytes: &[u8]) -> bool {
    match *bytes {
        [0xe3, second, ..] => second >= 0x90,
        [0xe4..=0xe9, second, ..] => second >= 0x80,
        [0xef, second, ..] => matches!(second, 0xa4..=0xab),
        _ => false,
    }
}

fn has_han_word(bytes: &[u8]) -> bool {
    HAN_WORDS
        .iter()
        .any(|word| memchr::memmem::find(bytes, word.as_bytes()).is_some())
}

/// Mostly letters, with a blank after every dozen of them at the latest on
/// the average: not Base64, not a table of numbers.
fn is_prose(bytes: &[u8]) -> bool {
    let letters = bytes
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80)
        .count();
    let blanks = memchr::memchr_iter(b' ', bytes).count();
    letters * 3 >= bytes.len() * 2 && blanks * 12 >= letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_policy_words_and_chinese_are_kept() {
        for (text, kept) in [
            ("https://example.com/x", Some(Kept::Url)),
            ("see market://details?id=", Some(Kept::Url)),
            ("User Agreement", Some(Kept::Policy)),
            ("PRIVACY_POLICY_ACCEPTED", Some(Kept::Policy)),
            ("请阅读《隐私政策》", Some(Kept::Policy)),
            ("登录", Some(Kept::Text)),
            ("onCreate", None),
            ("a: b", None),
            ("プライ", None),
            ("ｆｕｌｌ", None),
            ("", None),
        ] {
            assert_eq!(kind(text.as_bytes()), kept, "{text}");
        }
    }

    #[test]
    fn long_prose_is_kept_and_long_data_are_not() {
        let prose =
            "Wir verarbeiten personenbezogene Daten nur, soweit dies nach dem Gesetz erlaubt ist. "
                .repeat(3);
        assert_eq!(kind(prose.as_bytes()), Some(Kept::Text));
        assert_eq!(kind(&prose.as_bytes()[..150]), None);
        assert_eq!(kind("MIIBIjANBgkqhkiG9w0B".repeat(20).as_bytes()), None);
        assert_eq!(kind("12 34 56 ".repeat(40).as_bytes()), None);
    }

    #[test]
    fn a_limit_on_one_kind_leaves_room_for_the_others() {
        let mut strings = Strings::default();
        let mut work = Work::for_file(1024);
        for text in ["http://a", "http://b", "http://c", "隐私"] {
            let string = || CodeString {
                text: text.to_owned(),
                file: "x".into(),
                offset: 0,
            };
            strings.look(text.as_bytes(), 2, &mut work, string).unwrap();
        }
        assert_eq!(strings.kept[Kept::Url as usize].len(), 2);
        assert_eq!(strings.more, [1, 0, 0]);
        assert_eq!(strings.kept[Kept::Policy as usize].len(), 1);
    }
}
