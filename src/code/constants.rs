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
    /// Begins with `~~`: a build tool's mark of itself.
    Marker,
}

/// The kinds, in order.
pub(super) const KINDS: [(Kept, &str); 4] = [
    (Kept::Url, "URLs"),
    (Kept::Policy, "strings with a word of policies"),
    (Kept::Text, "Chinese or long strings"),
    (Kept::Marker, "marks of build tools"),
];

/// Words that mark texts and labels about privacy, each with the position of
/// its letter `c` or `m`: the rarest ones that find them all.
const WORDS: [(&[u8], usize); 5] = [
    (b"privacy", 5),
    (b"policy", 4),
    (b"consent", 0),
    (b"agreement", 5),
    (b"terms", 3),
];

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
        match MARKS[usize::from(byte)] {
            Mark::Nothing => {}
            Mark::Scheme => {
                if bytes[at..].starts_with(b"://") {
                    return Some(Kept::Url);
                }
            }
            Mark::Word => policy = policy || is_word(bytes, at),
            Mark::Han => han = han || is_han(&bytes[at..]),
        }
    }
    if policy || (han && has_han_word(bytes)) {
        Some(Kept::Policy)
    } else if han || (bytes.len() >= LONG && is_prose(bytes)) {
        Some(Kept::Text)
    } else if bytes.starts_with(b"~~") {
        Some(Kept::Marker)
    } else {
        None
    }
}

/// What a byte may be the mark of.
#[derive(Clone, Copy)]
enum Mark {
    Nothing,
    Scheme,
    Word,
    Han,
}

static MARKS: [Mark; 256] = marks();

const fn marks() -> [Mark; 256] {
    let mut table = [Mark::Nothing; 256];
    table[b':' as usize] = Mark::Scheme;
    let mut word = 0;
    while word < WORDS.len() {
        let mark = WORDS[word].0[WORDS[word].1];
        table[mark as usize] = Mark::Word;
        table[mark.to_ascii_uppercase() as usize] = Mark::Word;
        word += 1;
    }
    // U+3400 to U+9FFF, and U+F900 to U+FAFF.
    let mut lead = 0xe3;
    while lead <= 0xe9 {
        table[lead] = Mark::Han;
        lead += 1;
    }
    table[0xef] = Mark::Han;
    table
}

/// Whether the letter at `at` is the one that marks a word.
fn is_word(bytes: &[u8], at: usize) -> bool {
    WORDS.iter().any(|(word, mark)| {
        at.checked_sub(*mark)
            .and_then(|start| bytes.get(start..start + word.len()))
            .is_some_and(|found| found.eq_ignore_ascii_case(word))
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
            ("~~R8{\"backend\":\"dex\"}", Some(Kept::Marker)),
            ("onCreate", None),
            ("Nutzungsbedingungen (Terms)", Some(Kept::Policy)),
            ("agreements", Some(Kept::Policy)),
            ("gave_CONSENT", Some(Kept::Policy)),
            ("term.me cy", None),
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
        assert_eq!(strings.more, [1, 0, 0, 0]);
        assert_eq!(strings.kept[Kept::Policy as usize].len(), 1);
    }
}
