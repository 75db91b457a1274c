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

/// Words that mark texts and labels about privacy.
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
    let hints = hints(bytes);
    if hints & SCHEME != 0 {
        return Some(Kept::Url);
    }
    let han = hints & HAN != 0 && has_han(bytes);
    if (hints & WORD != 0 && has_word(bytes)) || (han && has_han_word(bytes)) {
        Some(Kept::Policy)
    } else if han || (bytes.len() >= LONG && is_prose(bytes)) {
        Some(Kept::Text)
    } else if bytes.starts_with(b"~~") {
        Some(Kept::Marker)
    } else {
        None
    }
}

/// `://`, the only triple of its hint.
const SCHEME: u8 = 1;
/// Bytes as of a Han character.
const HAN: u8 = 1 << 1;
/// Three letters in a row that are rare outside of [`WORDS`].
const WORD: u8 = 0b1111 << 2;

/// Which hint a byte gives as first, second and third of a triple. Every
/// string of interest has a triple of which all three give the same hint,
/// and few others have; to look for triples takes no branch.
static HINTS: [[u8; 256]; 3] = {
    let mut hints = [[0; 256]; 3];
    let triples: [&[u8; 3]; 6] = [b"://", b"acy", b"icy", b"ree", b"rms", b"nse"];
    let bits = [SCHEME, 1 << 2, 1 << 2, 1 << 3, 1 << 4, 1 << 5];
    let mut triple = 0;
    while triple < triples.len() {
        let mut at = 0;
        while at < 3 {
            let byte = triples[triple][at];
            hints[at][byte as usize] |= bits[triple];
            if byte.is_ascii_lowercase() {
                hints[at][byte.to_ascii_uppercase() as usize] |= bits[triple];
            }
            at += 1;
        }
        triple += 1;
    }
    // U+3000 to U+9FFF, and U+F000 to U+FFFF.
    let mut byte = 0x80;
    while byte < 0xf0 {
        if byte < 0xc0 {
            hints[1][byte] |= HAN;
            hints[2][byte] |= HAN;
        } else if matches!(byte, 0xe3..=0xe9 | 0xef) {
            hints[0][byte] |= HAN;
        }
        byte += 1;
    }
    hints
};

fn hints(bytes: &[u8]) -> u8 {
    let [first, second, third] = &HINTS;
    bytes.array_windows().fold(0, |hints, &[a, b, c]| {
        hints | (first[usize::from(a)] & second[usize::from(b)] & third[usize::from(c)])
    })
}

fn has_word(bytes: &[u8]) -> bool {
    let is = |start: &[u8], word: &[u8]| {
        start
            .get(..word.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(word))
    };
    (0..bytes.len()).any(|at| WORDS.iter().any(|word| is(&bytes[at..], word)))
}

/// CJK unified ideographs, extension A and the compatibility block.
fn has_han(bytes: &[u8]) -> bool {
    bytes.array_windows().any(|&[lead, second, _]| match lead {
        0xe3 => second >= 0x90,
        0xe4..=0xe9 => second >= 0x80,
        0xef => matches!(second, 0xa4..=0xab),
        _ => false,
    })
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
                class: None,
            };
            strings.look(text.as_bytes(), 2, &mut work, string).unwrap();
        }
        assert_eq!(strings.kept[Kept::Url as usize].len(), 2);
        assert_eq!(strings.more, [1, 0, 0, 0]);
        assert_eq!(strings.kept[Kept::Policy as usize].len(), 1);
    }
}
