//! Lines for a terminal of a given width, wide characters counted as two.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Breaks `text` into lines of at most `width` columns. Latin words stay
/// whole; between Han characters a line may break anywhere, except before
/// closing punctuation. A word longer than a line is cut.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(10);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for piece in pieces(text) {
        let columns = piece.width();
        let fits = used + piece.trim_end().width() <= width;
        let hanging = piece.chars().all(closes);
        if !fits && !hanging && !line.is_empty() {
            lines.push(line.trim_end().to_owned());
            line.clear();
            used = 0;
        }
        if columns > width && line.is_empty() {
            for c in piece.chars() {
                let columns = c.width().unwrap_or(0);
                if used + columns > width {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push(c);
                used += columns;
            }
            continue;
        }
        line.push_str(piece);
        used += columns;
    }
    if !line.trim_end().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Pieces that must not be broken: a word with the blanks after it, or one
/// wide character.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = if is_wide(first) {
            first.len_utf8()
        } else {
            let mut blank = false;
            rest.char_indices()
                .find(|&(_, c)| {
                    let ends = is_wide(c) || (blank && c != ' ');
                    blank = blank || c == ' ';
                    ends
                })
                .map_or(rest.len(), |(at, _)| at)
        };
        let (piece, tail) = rest.split_at(end.max(first.len_utf8()));
        rest = tail;
        Some(piece)
    })
}

fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

fn closes(c: char) -> bool {
    "，。；：！？、）】》」』”’".contains(c)
}

/// `text` filled with blanks to `width` columns.
pub fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole() {
        assert_eq!(wrap("one two three four", 10), ["one two", "three four"]);
    }

    #[test]
    fn han_text_breaks_between_characters_but_not_before_a_full_stop() {
        assert_eq!(wrap("个人信息保护政策。", 16), ["个人信息保护政策。"]);
        assert_eq!(
            wrap("个人信息保护政策公开", 16),
            ["个人信息保护政策", "公开"]
        );
    }

    #[test]
    fn a_word_longer_than_the_line_is_cut() {
        assert_eq!(wrap("abcdefghijkl", 10), ["abcdefghij", "kl"]);
    }

    #[test]
    fn padding_counts_columns() {
        assert_eq!(pad("中", 4), "中  ");
    }
}
