//! Plain text: a line is a block.

use super::{BlockKind, Builder, Prose};

/// Lays out plain text.
pub fn read(text: &str) -> Prose {
    let mut builder = Builder::default();
    let mut at = 0_usize;
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("## ") {
            Some(_) => builder.block(BlockKind::Heading(2)),
            None => builder.block(BlockKind::Paragraph),
        }
        builder.push(line.trim_start_matches('#'), at);
        at = at.saturating_add(line.len());
    }
    builder.finish()
}
