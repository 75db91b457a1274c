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
    let (before, rest) = text.split_at_checked(colon)?;
    let after = rest.strip_prefix(':')?;
    let escaped = after.starts_with("\\/\\/");
    if !escaped && !after.starts_with("//") {
        return None;
    }
    let (scheme, before) = SCHEMES.iter().find_map(|scheme| {
        let (before, tail) = before.split_at_checked(before.len().checked_sub(scheme.len())?)?;
        tail.eq_ignore_ascii_case(scheme)
            .then_some((scheme, before))
    })?;
    let begins_word = before
        .chars()
        .next_back()
        .is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '_'));
    if !begins_word {
        return None;
    }
    let start = before.len();
    let body = text.get(start..)?;
    let head = body.as_bytes().get(..MAX_URL).unwrap_or(body.as_bytes());
    let end = if escaped {
        escaped_end(head)
    } else {
        let end = head.iter().copied().position(ends_url);
        end.unwrap_or(head.len())
    };
    let raw = body.get(..end)?;
    let url = if escaped {
        let mut url = raw.replace("\\/", "/");
        url.truncate(without_sentence(&url).len());
        Cow::Owned(url)
    } else {
        Cow::Borrowed(without_sentence(raw))
    };
    (url.len() > scheme.len().saturating_add(3)).then_some(Found { url, start })
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
    let mut at = 0_usize;
    while let Some(&byte) = bytes.get(at) {
        let next = at.saturating_add(1);
        if byte == b'\\' && bytes.get(next) == Some(&b'/') {
            at = next.saturating_add(1);
        } else if ends_url(byte) {
            break;
        } else {
            at = next;
        }
    }
    at
}

/// HTML entities of characters that end a URL.
const ENTITIES: [&str; 6] = ["&quot;", "&lt;", "&gt;", "&#39;", "&#34;", "&nbsp;"];

/// Brackets, of which a closing one at the end belongs to the URL only if
/// the URL has opened it.
const PAIRS: [(u8, u8); 3] = [(b'(', b')'), (b'[', b']'), (b'{', b'}')];

/// Cuts what follows the URL in a sentence, a Markdown link, a style sheet
/// or HTML.
fn without_sentence(url: &str) -> &str {
    let mut url = url;
    if url.contains('&') {
        for entity in ENTITIES {
            url = url.split(entity).next().unwrap_or(url);
        }
    }
    if !url.ends_with(|last: char| last.is_ascii_punctuation()) {
        return url;
    }
    let count = |wanted: u8| url.bytes().filter(|byte| *byte == wanted).count();
    let mut loose = PAIRS.map(|(open, close)| (close, count(close).saturating_sub(count(open))));
    let cut = url.bytes().rev().position(|byte| {
        match loose.iter_mut().find(|(close, _)| *close == byte) {
            Some((_, left)) if *left > 0 => {
                *left = left.saturating_sub(1);
                false
            }
            Some(_) => true,
            None => !matches!(byte, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'*'),
        }
    });
    let length = url.len().saturating_sub(cut.unwrap_or(url.len()));
    url.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        urls(text).map(|found| found.url.into_owned()).collect()
    }

    #[test]
    fn a_url_ends_where_its_sentence_goes_on() {
        for (text, url) in [
            ("见https://a.cn/p/1。谢谢", "https://a.cn/p/1"),
            ("请访问https://a.cn/policy查看", "https://a.cn/policy"),
            ("（https://a.cn/x）", "https://a.cn/x"),
            ("See https://a.com/x. Then", "https://a.com/x"),
            ("(see http://a.com/x)", "http://a.com/x"),
            ("http://a.com/w_(disc)", "http://a.com/w_(disc)"),
            ("[link](https://a.com/x), and", "https://a.com/x"),
            ("url(http://a.com/i.png)", "http://a.com/i.png"),
            (
                "<a href='https://a.com/?q=1&b=2#t'>",
                "https://a.com/?q=1&b=2#t",
            ),
            ("href=&quot;https://a.com/x&quot;&gt;", "https://a.com/x"),
            (
                "{\"u\":\"https:\\/\\/a.com\\/x\\/\",\"v\":1}",
                "https://a.com/x/",
            ),
            ("https://a.com/{id}/x", "https://a.com/{id}/x"),
            ("{\"a\":https://a.com/x}", "https://a.com/x"),
            ("WSS://a.com:8443/s", "WSS://a.com:8443/s"),
            ("ftp://a.com/f!", "ftp://a.com/f"),
            ("http://.", ""),
        ] {
            assert_eq!(found(text).join(" "), url, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_url_is_none() {
        for text in [
            "news://a.com",
            "content://com.example/x",
            "file:///android_asset/a.html",
            "https://",
            "http:/a.com",
            "time: //comment",
            "xhttp://a.com",
            "http:\\a.com",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
