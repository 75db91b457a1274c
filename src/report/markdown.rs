//! Explanations as Markdown.

use std::fmt::Write as _;

use super::escape::markdown;
use super::sheet::Sheet;

/// Markdown under construction.
#[derive(Debug, Default)]
pub struct Markdown {
    out: String,
    /// Rows since the last heading or text, by label.
    rows: Vec<(String, Vec<String>)>,
}

impl Markdown {
    /// The finished text.
    pub fn finish(mut self) -> String {
        self.list();
        self.out
    }

    /// Markdown as it is, as a block of its own.
    pub fn block(&mut self, text: &str) {
        self.list();
        self.gap();
        let _ = writeln!(self.out, "{}", text.trim_end());
    }

    /// An empty line, if there is anything above.
    fn gap(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    /// Writes the rows that wait.
    fn list(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if !rows.is_empty() {
            self.gap();
        }
        for (label, values) in rows {
            match values.as_slice() {
                [value] => {
                    let _ = writeln!(self.out, "- **{label}**: {value}");
                }
                values => {
                    let _ = writeln!(self.out, "- **{label}**:");
                    for value in values {
                        let _ = writeln!(self.out, "  - {value}");
                    }
                }
            }
        }
    }
}

impl Sheet for Markdown {
    fn heading(&mut self, text: &str) {
        self.block(&format!("## {}", markdown(text)));
    }

    fn row(&mut self, label: &str, value: &str) {
        let value = markdown(value);
        match self.rows.last_mut() {
            Some((_, values)) if label.is_empty() => values.push(value),
            _ => self.rows.push((markdown(label), vec![value])),
        }
    }

    fn paragraph(&mut self, label: &str, text: &str) {
        self.block(&format!("### {}", markdown(label)));
        let mut in_code = false;
        for line in text.trim().lines() {
            let fence = is_code(line) != in_code;
            if fence && in_code {
                self.out.push_str("```\n");
            }
            if fence || !in_code {
                self.out.push('\n');
            }
            if fence && !in_code {
                self.out.push_str("```\n");
            }
            in_code = is_code(line);
            if in_code {
                let _ = writeln!(self.out, "{}", line.replace("```", "'''"));
            } else {
                let _ = writeln!(self.out, "{}", markdown(line));
            }
        }
        if in_code {
            self.out.push_str("```\n");
        }
    }
}

/// Whether a line is code to paste, not a sentence.
fn is_code(line: &str) -> bool {
    let line = line.trim();
    line.starts_with(['<', '}']) || line.ends_with([';', '{', '}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_a_list_and_code_a_block() {
        let mut page = Markdown::default();
        page.heading("loud-app  <b>");
        page.paragraph("fix", "Take it out:\n<uses-permission … />\nand say so.");
        page.row("severity", "high");
        page.row("basis", "one");
        page.row("", "two");
        assert_eq!(
            page.finish(),
            "## loud-app  \\<b\\>\n\n### fix\n\nTake it out:\n\n```\n<uses-permission … />\n```\n\n\
             and say so.\n\n- **severity**: high\n- **basis**:\n  - one\n  - two\n"
        );
    }
}
