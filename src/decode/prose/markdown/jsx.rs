//! What MDX adds to Markdown and is no text: modules, comments, expressions.

/// Longest expression that is looked through for its end, in bytes.
const LONGEST: usize = 4096;
/// Most such looks without an end; after so many the text is no MDX.
const MAX_OPEN: usize = 1000;

/// The text with everything that only a program reads replaced by blanks of
/// the same length in bytes.
pub(super) fn masked(text: &str) -> String {
    let mut masked = text.to_owned().into_bytes();
    let bytes = text.as_bytes();
    modules(text, &mut masked);
    let (mut at, mut open) = (0_usize, 0_usize);
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| memchr::memchr2(b'{', b'<', rest))
        .filter(|_| open < MAX_OPEN)
    {
        let start = at.saturating_add(found);
        let rest = text.get(start..).unwrap_or_default();
        let end = if rest.starts_with('<') {
            tag(rest).inspect(|end| expressions(rest, *end, start, &mut masked))
        } else {
            expression_without_text(rest).inspect(|end| blank(&mut masked, start, *end))
        };
        let is_long =
            rest.starts_with("{/*") || rest.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic);
        open = open.saturating_add(usize::from(end.is_none() && is_long));
        at = start.saturating_add(end.unwrap_or(1).max(1));
    }
    String::from_utf8(masked).unwrap_or_else(|_| text.to_owned())
}

/// Blanks out `import` and `export`, each up to the next empty line.
fn modules(text: &str, masked: &mut [u8]) {
    let (mut at, mut inside) = (0_usize, false);
    for line in text.split_inclusive('\n') {
        let is_import = line.starts_with("import ") && line.contains(['"', '\'']);
        let is_export = line.starts_with("export ") && line.contains(['=', '{', '(']);
        inside = (inside || is_import || is_export) && !line.trim().is_empty();
        if inside {
            blank(masked, at, line.len());
        }
        at = at.saturating_add(line.len());
    }
}

/// Length of a comment `{/* … */}` or of an expression that only gives
/// white space, `{' '}`.
fn expression_without_text(rest: &str) -> Option<usize> {
    if rest.starts_with("{/*") {
        let head = prefix(rest, LONGEST);
        return head.find("*/}").map(|end| end.saturating_add(3));
    }
    ["{' '}", "{\" \"}", "{` `}", "{\"\"}", "{''}"]
        .iter()
        .find(|known| rest.starts_with(**known))
        .map(|known| known.len())
}

/// Length of a start tag that has an expression in it: `<Td style={{…}}>`.
fn tag(rest: &str) -> Option<usize> {
    let bytes = prefix(rest, LONGEST).as_bytes();
    if !bytes.get(1).is_some_and(u8::is_ascii_alphabetic) {
        return matches!(bytes.get(1..3), Some(b"/>")).then_some(3);
    }
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == *byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'{') => depth = depth.saturating_add(1),
            (None, b'}') => depth = depth.saturating_sub(1),
            (None, b'>') if depth == 0 => return Some(at.saturating_add(1)),
            (None, b'<') if at > 0 && depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// Blanks out `={…}` in the tag that begins at byte `start` of the text.
fn expressions(rest: &str, end: usize, start: usize, masked: &mut [u8]) {
    let bytes = rest.as_bytes().get(..end).unwrap_or_default();
    let mut depth = 0_usize;
    let mut from = 0_usize;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' => {
                if depth == 0 {
                    from = at;
                }
                depth = depth.saturating_add(1);
            }
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let equals = bytes.get(from.saturating_sub(1)) == Some(&b'=');
                    let from = from.saturating_sub(usize::from(equals));
                    let length = at.saturating_add(1).saturating_sub(from);
                    blank(masked, start.saturating_add(from), length);
                }
            }
            _ => {}
        }
    }
}

fn blank(masked: &mut [u8], start: usize, length: usize) {
    let range = start..start.saturating_add(length);
    for byte in masked.get_mut(range).unwrap_or_default() {
        if *byte != b'\n' && *byte != b'\r' {
            *byte = b' ';
        }
    }
}

/// At most so many bytes from the beginning.
fn prefix(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}
