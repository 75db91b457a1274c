//! The difference as text.

use super::{SHOWN, notes, nothing, sections, side};
use crate::catalog::Lang;
use crate::diff::Diff;
use crate::report::page::Page;
use crate::report::words::pick;

/// Columns of the names of the sides.
const LABEL: usize = 3;

pub(super) fn render(diff: &Diff, lang: Lang, width: usize) -> String {
    let mut page = Page::new(width, LABEL);
    page.row(pick(lang, "旧", "old"), &side(&diff.old));
    page.row(pick(lang, "新", "new"), &side(&diff.new));
    for note in notes(diff, lang) {
        page.row("  !", &note);
    }
    let sections = sections(diff, lang);
    if sections.is_empty() {
        page.blank();
        page.heading(nothing(diff, lang));
    }
    for section in sections {
        page.blank();
        page.heading(&section.title);
        for (sign, text) in section.rows.iter().take(SHOWN) {
            page.row(&format!("  {sign}"), text);
        }
        let more = section.rows.len().saturating_sub(SHOWN);
        if more > 0 {
            page.row("", &super::super::inspect::and_more(more, lang));
        }
        for note in &section.notes {
            page.row("", note);
        }
    }
    page.finish()
}
