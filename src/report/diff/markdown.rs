//! The difference as a comment on a pull request. Nothing from an app
//! becomes a link, a mention or markup.

use std::fmt::Write as _;

use super::{SHOWN, Sign, notes, nothing, sections, side};
use crate::catalog::Lang;
use crate::diff::Diff;
use crate::report::escape::{inline, tag_text};
use crate::report::summary::Budget;
use crate::report::words::pick;

/// Characters of one row.
const ROW: usize = 600;

pub(super) fn render(diff: &Diff, lang: Lang) -> String {
    let mut page = Budget::default();
    let title = pick(lang, "变化", "what changed");
    let (old, new) = (inline(&side(&diff.old)), inline(&side(&diff.new)));
    page.add(&format!("## apkaudit: {title}\n\n{old} → {new}\n"));
    for note in notes(diff, lang) {
        page.add(&format!("\n> {}\n", inline(&note)));
    }
    let sections = sections(diff, lang);
    if sections.is_empty() {
        page.add(&format!("\n{}\n", nothing(diff, lang)));
    }
    let mut left_out = 0;
    for (index, section) in sections.iter().enumerate() {
        let count = section.rows.len();
        let title = tag_text(&section.title);
        // What is first is most important, and open.
        let open = if index == 0 { " open" } else { "" };
        let mut block = format!("\n<details{open}><summary><b>{title}</b> ({count})</summary>\n\n");
        for (sign, text) in section.rows.iter().take(SHOWN) {
            let _ = writeln!(block, "- {}{}", bold(*sign, lang), inline(&short(text)));
        }
        if count > SHOWN {
            let more = super::super::inspect::and_more(count - SHOWN, lang);
            let _ = writeln!(block, "- {more}");
        }
        for note in &section.notes {
            let _ = writeln!(block, "\n{}", inline(note));
        }
        block.push_str("\n</details>\n");
        if !page.add(&block) {
            left_out += count;
        }
    }
    page.finish(left_out, lang)
}

fn bold(sign: Sign, lang: Lang) -> &'static str {
    match sign {
        Sign::New => pick(lang, "**新增** ", "**new** "),
        Sign::Gone => pick(lang, "**减少** ", "**gone** "),
        Sign::Changed => pick(lang, "**改变** ", "**changed** "),
        Sign::Unclear => pick(lang, "**不明** ", "**not clear** "),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(ROW) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.split_at(end).0),
    }
}
