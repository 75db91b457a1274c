//! URLs in running text, in code and in data.

use std::borrow::Cow;

use memchr::memmem;

/// A URL found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// As written, but for `\/`, which stands for `/` in JSON.
    pub url: Cow<'a, str>,
    /// Where it begins in the text, in bytes.
    pub start: usize,
}

/// Schemes that are looked for.
const SCHEMES: [&str; 5] = ["https", "http", "wss", "ws", "ftp"];
/// Longest URL, in bytes; a longer one is cut.
const MAX_URL: usize = 2048;

/// The URLs of a text, in order. The scheme must stand at the beginning of
/// a word. A URL ends before white space, quotes, angle brackets and any
/// character that is not ASCII (Chinese text follows without a space), and
/// without punctuation that belongs to the sentence around it.
pub fn urls(text: &str) -> impl Iterator<Item = Found<'_>> {
    memmem::find_iter(text.as_bytes(), b":").filter_map(|colon| at_colon(text, colon))
}

fn at_colon(text: &str, colon: usize) -> Option<Found<'_>> {
    let after = text.get(colon + 1..)?;
    let escaped = after.starts_with("\\/\\/");
    if !escaped && !after.starts_with("//") {
        return None;
    }
    let before = text.get(..colon)?;
    let scheme = SCHEMES.iter().find(|scheme| {
        before.len() >= scheme.len()
            && before
                .get(before.len() - scheme.len()..)
                .is_some_and(|tail| tail.eq_ignore_ascii_case(scheme))
    })?;
    let start = colon - scheme.len();
    let begins_word = before[..start]
        .chars()
        .next_back()
        .is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '_'));
    if !begins_word {
        return None;
    }
    let body = text.get(start..)?;
    let head = &body.as_bytes()[..body.len().min(MAX_URL)];
    let end = if escaped {
        escaped_end(head)
    } else {
        head.iter()
            .copied()
            .position(ends_url)
            .unwrap_or(head.len())
    };
    let raw = body.get(..end)?;
    let url = if escaped {
        Cow::Owned(raw.replace("\\/", "/"))
    } else {
        Cow::Borrowed(raw)
    };
    let length = without_sentence(&url).len();
    let url = match url {
        Cow::Borrowed(url) => Cow::Borrowed(&url[..length]),
        Cow::Owned(mut url) => {
            url.truncate(length);
            Cow::Owned(url)
        }
    };
    (url.len() > scheme.len() + "://".len()).then_some(Found { url, start })
}

/// Bytes that no URL contains unescaped (RFC 3986, appendix C, and the
/// upper half). Braces stay: they mark templates.
fn ends_url(byte: u8) -> bool {
    byte <= b' '
        || byte >= 0x7f
        || matches!(
            byte,
            b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b'|' | b'^'
        )
}

/// The end of a URL whose slashes are written `\/`.
fn escaped_end(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\\' && bytes.get(at + 1) == Some(&b'/') {
            at += 2;
        } else if ends_url(byte) {
            break;
        } else {
            at += 1;
        }
    }
    at
}

/// Cuts what follows the URL in a sentence, a Markdown link, a style sheet
/// or HTML.
fn without_sentence(url: &str) -> &str {
    let mut url = url;
    let entities = if url.contains('&') {
        &ENTITIES[..]
    } else {
        &[]
    };
    for entity in entities {
        url = url.split(*entity).next().unwrap_or(url);
    }
    if !url.ends_with(|last: char| last.is_ascii_punctuation()) {
        return url;
    }
    let count = |wanted: u8| url.bytes().filter(|byte| *byte == wanted).count();
    let mut loose = PAIRS.map(|(open, close)| count(close).saturating_sub(count(open)));
    let kept = url.bytes().rev().position(|byte| {
        let pair = PAIRS.iter().position(|(_, close)| *close == byte);
        match pair {
            Some(pair) if loose[pair] > 0 => {
                loose[pair] -= 1;
                false
            }
            Some(_) => true,
            None => !matches!(byte, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'*'),
        }
    });
    kept.map_or("", |cut| &url[..url.len() - cut])
}

/// HTML entities of characters that end a URL.
const ENTITIES: [&str; 6] = ["&quot;", "&lt;", "&gt;", "&#39;", "&#34;", "&nbsp;"];

/// Brackets, of which a closing one at the end belongs to the URL only if
/// the URL has opened it.
const PAIRS: [(u8, u8); 3] = [(b'(', b')'), (b'[', b']'), (b'{', b'}')];
