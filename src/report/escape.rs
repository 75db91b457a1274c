//! Text from an app made safe for where it goes.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text for a terminal: control characters (escape sequences among them) and
/// the marks that reorder or hide text become visible as `\u{…}`; a line
/// feed becomes a space.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c == '\n' || c == '\t' || is_unsafe(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            c if is_unsafe(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Text for Markdown, in one line: what would become a link, a tag, a table
/// or emphasis stays text.
pub fn markdown(text: &str) -> String {
    let text = terminal(text);
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let inner = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let special = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' => true,
            // Inside of a word it is no emphasis.
            '_' => !inner(before) || !inner(rest.peek().copied()),
            '#' | '+' | '-' => before.is_none(),
            '&' => rest
                .peek()
                .is_some_and(|next| next.is_ascii_alphanumeric() || *next == '#'),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

/// Text for Markdown that a forge shows, in one line: besides, nothing
/// becomes a link, a mention of somebody or a reference to an issue by
/// itself.
pub fn inline(text: &str) -> String {
    unlinked(&markdown(text))
}

/// Text between HTML tags in Markdown, in one line.
pub fn tag_text(text: &str) -> String {
    let text = terminal(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    unlinked(&text)
}

/// Breaks addresses, mentions and references with an empty comment, which
/// does not show.
fn unlinked(text: &str) -> String {
    const BREAK: &str = "<!-- -->";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (this, after) = rest.split_at(c.len_utf8());
        let starts = |what: &str| {
            let begin = rest.get(..what.len());
            begin.is_some_and(|begin| begin.eq_ignore_ascii_case(what))
        };
        out.push_str(this);
        let linked = match c {
            '@' => true,
            ':' => after.starts_with("//"),
            '#' => after.starts_with(|c: char| c.is_ascii_digit()),
            'w' | 'W' => starts("www."),
            'm' | 'M' => starts("mailto:"),
            'x' | 'X' => starts("xmpp:"),
            'G' | 'g' => starts("GH-"),
            _ => false,
        };
        if linked {
            out.push_str(BREAK);
        }
        rest = after;
    }
    out
}

/// Text for a URI: what is no unreserved character and not `kept` is
/// percent-encoded.
pub fn percent(text: &str, kept: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        let stays = b"-._~".contains(&byte) || kept.as_bytes().contains(&byte);
        if byte.is_ascii_alphanumeric() || stays {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Control characters, bidirectional controls and invisible format
/// characters.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::{inline, markdown, tag_text, terminal};

    #[test]
    fn an_app_cannot_write_escape_sequences_to_the_terminal() {
        assert_eq!(terminal("\u{1b}[31mred"), "\\u{1b}[31mred");
        assert_eq!(terminal("abc\u{202e}gpj.exe"), "abc\\u{202e}gpj.exe");
        assert_eq!(terminal("two\nlines"), "two lines");
    }

    #[test]
    fn an_app_cannot_write_links_and_tags_into_markdown() {
        assert_eq!(markdown("<img src=x>"), "\\<img src=x\\>");
        assert_eq!(markdown("[a](http://b)"), "\\[a\\](http://b)");
        assert_eq!(markdown("a | b\n# c"), "a \\| b # c");
        assert_eq!(markdown("_x_ READ_PHONE_STATE"), "\\_x\\_ READ_PHONE_STATE");
        assert_eq!(markdown("# - &lt; a & b"), "\\# - \\&lt; a & b");
    }

    #[test]
    fn an_app_cannot_call_people_or_link_in_a_comment() {
        assert_eq!(
            inline("see http://b.example"),
            "see http:<!-- -->//b.example"
        );
        assert_eq!(inline("WWW.b.example"), "W<!-- -->WW.b.example");
        assert_eq!(
            inline("@octocat #12 gh-3"),
            "@<!-- -->octocat #<!-- -->12 g<!-- -->h-3"
        );
        assert_eq!(tag_text("</summary> @me"), "&lt;/summary&gt; @<!-- -->me");
    }

    #[test]
    fn ordinary_text_of_any_script_stays_as_it_is() {
        assert_eq!(terminal("示例商城 – Señor"), "示例商城 – Señor");
    }
}
