//! Text from an app made safe for where it goes.

use std::borrow::Cow;

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
    use super::terminal;

    #[test]
    fn an_app_cannot_write_escape_sequences_to_the_terminal() {
        assert_eq!(terminal("\u{1b}[31mred"), "\\u{1b}[31mred");
        assert_eq!(terminal("abc\u{202e}gpj.exe"), "abc\\u{202e}gpj.exe");
        assert_eq!(terminal("two\nlines"), "two lines");
    }

    #[test]
    fn ordinary_text_of_any_script_stays_as_it_is() {
        assert_eq!(terminal("示例商城 – Señor"), "示例商城 – Señor");
    }
}
