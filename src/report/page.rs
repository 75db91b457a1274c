//! Rows of a text report: a label column and wrapped values.

use std::fmt::Write as _;

use owo_colors::OwoColorize;
use unicode_width::UnicodeWidthStr;

use super::escape::terminal;
use super::wrap::{pad, wrap};

/// Text under construction. Styles are always written; whoever prints
/// strips them where they are not wanted.
pub struct Page {
    out: String,
    width: usize,
    label: usize,
}

impl Page {
    /// An empty page of `width` columns with labels of `label` columns.
    pub fn new(width: usize, label: usize) -> Self {
        Self {
            out: String::new(),
            width,
            label,
        }
    }

    /// The finished text.
    pub fn finish(self) -> String {
        self.out
    }

    /// Text as it is, without line feed.
    pub fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.out.push('\n');
    }

    /// A bold heading on a line of its own.
    pub fn heading(&mut self, text: &str) {
        let _ = writeln!(self.out, "{}", terminal(text).bold());
    }

    /// A label and a value; the value is made safe, wrapped and indented
    /// below itself.
    pub fn row(&mut self, label: &str, value: &str) {
        self.indented(label, value, 0);
    }

    fn indented(&mut self, label: &str, value: &str, indent: usize) {
        let indent = indent.min(16);
        let width = self.width.saturating_sub(self.label + 4 + indent);
        for (index, line) in wrap(&terminal(value), width).iter().enumerate() {
            let label = pad(if index == 0 { label } else { "" }, self.label);
            let _ = writeln!(self.out, "  {}  {:indent$}{line}", label.dimmed(), "");
        }
    }

    /// A label and a text of several lines, which keep their indentation:
    /// words and snippets to paste.
    pub fn paragraph(&mut self, label: &str, text: &str) {
        for (index, line) in text.trim().lines().enumerate() {
            let label = if index == 0 { label } else { "" };
            let inner = line.trim_start();
            let indent = line.len() - inner.len();
            self.indented(label, inner, indent);
        }
    }

    /// A label and a value with something at the right edge of its first
    /// line, if there is room; otherwise one blank after it.
    pub fn row_right(&mut self, label: &str, value: &str, right: &str) {
        let (value, right) = (terminal(value), terminal(right));
        let used = self.label + 4 + value.width();
        let free = self.width.saturating_sub(used + right.width());
        if right.is_empty() || free < 2 {
            self.row(label, &format!("{value}  {right}"));
            return;
        }
        let _ = writeln!(
            self.out,
            "  {}  {value}{}{}",
            pad(label, self.label).dimmed(),
            " ".repeat(free),
            right.dimmed()
        );
    }
}
