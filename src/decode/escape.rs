//! Texts as their author wrote them, turned into what binary XML has of them.
//!
//! Source: "String resources: Escape special characters" of the Android
//! documentation, and what aapt2 does to attribute values and texts when it
//! writes binary XML. In plain XML and in the protocol buffers of a bundle
//! they still stand as written.

use std::borrow::Cow;

/// `text` with `\n`, `\t`, `\uXXXX` replaced, and any other escaped
/// character as itself. An incomplete `\u` stays as written.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('u') => match unicode(chars.as_str()) {
                Some((character, tail)) => {
                    out.push(character);
                    rest = tail;
                    continue;
                }
                None => out.push_str("\\u"),
            },
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character of four hexadecimal digits, and what follows them; a
/// surrogate pair is written as two escapes.
fn unicode(text: &str) -> Option<(char, &str)> {
    let (unit, rest) = unit(text)?;
    if let Some(character) = char::from_u32(u32::from(unit)) {
        return Some((character, rest));
    }
    let (low, rest) = self::unit(rest.strip_prefix("\\u")?)?;
    let character = char::decode_utf16([unit, low]).next()?.ok()?;
    Some((character, rest))
}

fn unit(text: &str) -> Option<(u16, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}

/// Text between two tags, white space at either end drawn together to one
/// space. None if there is nothing else.
pub(crate) fn between_tags(text: &str) -> Option<String> {
    let inner = text.trim_ascii();
    if inner.is_empty() {
        return None;
    }
    let space = |end: Option<char>| end.is_some_and(|c| c.is_ascii_whitespace());
    let mut out = String::with_capacity(inner.len());
    if space(text.chars().next()) {
        out.push(' ');
    }
    out.push_str(inner);
    if space(text.chars().next_back()) {
        out.push(' ');
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_what_they_stand_for() {
        assert_eq!(unescape("plain"), "plain");
        assert_eq!(unescape(r"a\nb\tc"), "a\nb\tc");
        assert_eq!(unescape(r"It\'s \@home \\ \?"), r"It's @home \ ?");
        assert_eq!(unescape(r"\u9690\u79c1!"), "隐私!");
        assert_eq!(unescape(r"\ud83d\ude00"), "\u{1f600}");
    }

    #[test]
    fn text_between_tags_keeps_one_space_at_either_end() {
        assert_eq!(between_tags(" \n "), None);
        assert_eq!(between_tags("a  b"), Some("a  b".into()));
        assert_eq!(between_tags("\n  a\n b\n "), Some(" a\n b ".into()));
    }

    #[test]
    fn an_escape_that_is_none_stays_as_written() {
        assert_eq!(unescape(r"\u12"), r"\u12");
        assert_eq!(unescape(r"\u隐私"), r"\u隐私");
        assert_eq!(unescape(r"\ud83dx"), r"\ud83dx");
        assert_eq!(unescape("end\\"), "end\\");
    }
}
