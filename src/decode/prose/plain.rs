//! Plain text: a line is a block.

use super::{BlockKind, Builder, Prose};

/// Lays out plain text.
pub fn read(text: &str) -> Prose {
    let mut builder = Builder::default();
    let mut at = 0_usize;
    for line in text.split_inclusive('\n') {
        let marks = line.bytes().take_while(|b| *b == b'#').count();
        builder.block(match u8::try_from(marks) {
            Ok(level @ 1..=6) => BlockKind::Heading(level),
            _ => BlockKind::Paragraph,
        });
        builder.push(line.trim_start_matches('#'), at);
        at = at.saturating_add(line.len());
    }
    builder.finish()
}
