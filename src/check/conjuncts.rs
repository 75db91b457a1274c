//! What of a condition must hold all together.

/// The pieces that the outermost `and`s join; the whole, if an `or` stands
/// beside them.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut word = String::new();
    let (mut depth, mut quote) = (0_usize, None);
    // A blank at the end finishes the last word.
    for c in text.chars().chain([' ']) {
        let is_outer = depth == 0 && quote.is_none();
        if is_outer && !(c.is_alphanumeric() || c == '_' || c == '.') {
            match word.as_str() {
                "or" | "if" | "else" => return vec![text.to_owned()],
                "and" => pieces.push(String::new()),
                _ => push(&mut pieces, &word),
            }
            word.clear();
        }
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if is_outer && (c.is_alphanumeric() || c == '_' || c == '.') {
            word.push(c);
        } else {
            push(&mut pieces, c.encode_utf8(&mut [0; 4]));
        }
    }
    pieces.iter().map(|piece| piece.trim().to_owned()).collect()
}

fn push(pieces: &mut [String], text: &str) {
    if let Some(last) = pieces.last_mut() {
        last.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn outermost_ands_divide_and_inner_ones_do_not() {
        assert_eq!(
            split("a.kind not in ['x and y'] and (b or c and d) and f('and') | length > 0"),
            [
                "a.kind not in ['x and y']",
                "(b or c and d)",
                "f('and') | length > 0"
            ]
        );
        assert_eq!(split("band and land"), ["band", "land"]);
        assert_eq!(split("a"), ["a"]);
    }

    #[test]
    fn an_or_beside_them_keeps_the_whole() {
        assert_eq!(split("a and b or c"), ["a and b or c"]);
        assert_eq!(split("a if b and c else d"), ["a if b and c else d"]);
    }
}
