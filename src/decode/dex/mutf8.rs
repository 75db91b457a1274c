//! Modified UTF-8, the text of DEX and class files ("MUTF-8" of the Dalvik
//! executable format; section 4.4.7 of the Java virtual machine
//! specification).

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text of `bytes`, borrowed where it is plain UTF-8 already.
///
/// Nothing is lost: a surrogate without its partner becomes the six
/// characters `\ud83d`, a byte that belongs to no character becomes `\xff`.
/// Neither can be confused with a name, which never holds a backslash.
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(decode(bytes)),
    }
}

fn decode(mut rest: &[u8]) -> String {
    let mut text = String::with_capacity(rest.len());
    while !rest.is_empty() {
        let (unit, after) = unit(rest);
        rest = after;
        match unit {
            Unit::Char(c) => text.push(c),
            Unit::High(high) => match self::unit(rest) {
                (Unit::Low(low), after) => {
                    rest = after;
                    text.extend(char::decode_utf16([high, low]).flatten());
                }
                _ => escape(&mut text, high),
            },
            Unit::Low(low) => escape(&mut text, low),
            // Writing to a string cannot fail.
            Unit::Byte(byte) => {
                let _ = write!(text, "\\x{byte:02x}");
            }
        }
    }
    text
}

fn escape(text: &mut String, surrogate: u16) {
    let _ = write!(text, "\\u{surrogate:04x}");
}

enum Unit {
    Char(char),
    High(u16),
    Low(u16),
    Byte(u8),
}

/// The first unit of `bytes` and what follows it; an empty slice gives NUL.
fn unit(bytes: &[u8]) -> (Unit, &[u8]) {
    let (value, rest) = match *bytes {
        [] => (0, bytes),
        [a @ 0..=0x7f, ref rest @ ..] => (u32::from(a), rest),
        [a @ 0xc0..=0xdf, b @ 0x80..=0xbf, ref rest @ ..] => {
            (bits(a, 0x1f, 6) | bits(b, 0x3f, 0), rest)
        }
        [
            a @ 0xe0..=0xef,
            b @ 0x80..=0xbf,
            c @ 0x80..=0xbf,
            ref rest @ ..,
        ] => (
            bits(a, 0x0f, 12) | bits(b, 0x3f, 6) | bits(c, 0x3f, 0),
            rest,
        ),
        // Not in the specification, but read by Android.
        [
            a @ 0xf0..=0xf4,
            b @ 0x80..=0xbf,
            c @ 0x80..=0xbf,
            d @ 0x80..=0xbf,
            ref rest @ ..,
        ] => (
            bits(a, 0x07, 18) | bits(b, 0x3f, 12) | bits(c, 0x3f, 6) | bits(d, 0x3f, 0),
            rest,
        ),
        [a, ref rest @ ..] => return (Unit::Byte(a), rest),
    };
    let surrogate = u16::try_from(value).unwrap_or(0);
    let unit = match value {
        0xd800..=0xdbff => Unit::High(surrogate),
        0xdc00..=0xdfff => Unit::Low(surrogate),
        _ => Unit::Char(char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)),
    };
    (unit, rest)
}

const fn bits(byte: u8, mask: u8, shift: u32) -> u32 {
    ((byte & mask) as u32).wrapping_shl(shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(
            text("隐私政策".as_bytes()),
            Cow::Borrowed("隐私政策")
        ));
    }

    #[test]
    fn the_two_peculiarities_of_mutf8() {
        assert_eq!(text(b"a\xc0\x80b"), "a\0b", "NUL takes two bytes");
        assert_eq!(
            text(b"\xed\xa0\xbd\xed\xb8\x80!"),
            "😀!",
            "a pair of surrogates is one character"
        );
    }

    #[test]
    fn nothing_is_lost() {
        assert_eq!(text(b"a\xed\xa0\xbd"), "a\\ud83d");
        assert_eq!(text(b"\xed\xb8\x80z"), "\\ude00z");
        assert_eq!(text(b"\xed\xa0\xbd\xed\xa0\xbd\xed\xb8\x80"), "\\ud83d😀");
        assert_eq!(text(b"\xff\xe4\xb8"), "\\xff\\xe4\\xb8");
    }
}
