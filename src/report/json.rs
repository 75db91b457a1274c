//! The result as JSON: the primary format.

use std::fmt::Write as _;

use serde::Serialize;

use super::escape::is_unsafe;
use super::result::RunResult;

/// Pretty-printed JSON with a line feed at the end.
pub fn render(result: &RunResult) -> String {
    pretty(result)
}

/// Any value the same way.
pub fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value)
        .unwrap_or_else(|error| unreachable!("the result has only string keys: {error}"));
    text.push('\n');
    escaped(text)
}

/// The same JSON with control characters and the marks that reorder or hide
/// text as `\\u` escapes: a terminal or a log viewer shows JSON too. They can
/// stand in strings only.
fn escaped(text: String) -> String {
    if !text.chars().any(|c| c != '\n' && is_unsafe(c)) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || !is_unsafe(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn json_keeps_its_meaning_and_loses_its_hidden_marks() {
        let text = "{\"a\": \"x\u{202e}y\u{9b}z\u{e0041}\"}\n";
        let safe = escaped(text.to_owned());
        assert_eq!(safe, "{\"a\": \"x\\u202ey\\u009bz\\udb40\\udc41\"}\n");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&safe), read(text));
    }
}
