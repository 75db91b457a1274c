//! The names that an expression looks up, told by its words alone: an
//! expression need not be read to know what it may look into.

/// Words of an expression that stand neither in quotes nor behind a dot.
pub(super) fn of_expression(expression: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = Vec::new();
    let mut quote = None;
    let mut escaped = false;
    // Where the word begins that is being read, if it is one that counts.
    let mut start = None;
    let mut before = ' ';
    for (at, c) in expression.char_indices() {
        if let Some(open) = quote {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if c == open => quote = None,
                _ => {}
            }
        } else if is_part(c) {
            if !is_part(before) && before != '.' {
                start = Some(at);
            }
        } else {
            words.extend(start.take().and_then(|start| expression.get(start..at)));
            if matches!(c, '\'' | '"') {
                quote = Some(c);
            }
        }
        before = c;
    }
    words.extend(start.and_then(|start| expression.get(start..)));
    words
}

/// The same of the expressions in a text.
pub(super) fn of_text(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let inside = rest.get(open + 2..).unwrap_or_default();
        let ends = inside.find("}}").into_iter().chain(inside.find("%}"));
        let end = ends.min().unwrap_or(inside.len());
        words.extend(of_expression(inside.get(..end).unwrap_or_default()));
        rest = inside.get(end..).unwrap_or_default();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_quoted_words_are_no_names() {
        let expression =
            r"has_gap('code') and sdk.code | select('in', program.uses) != 'it\'s network'";
        assert_eq!(
            of_expression(expression),
            ["has_gap", "and", "sdk", "select", "program"]
        );
        assert_eq!(of_expression("policy"), ["policy"]);
    }

    #[test]
    fn of_a_text_only_expressions_count() {
        let text = "the code {{ native.name }}{% if gaps %} of the network{% endif %}";
        assert_eq!(of_text(text), ["native", "if", "gaps", "endif"]);
        assert_eq!(of_text("the code"), [""; 0]);
    }
}
