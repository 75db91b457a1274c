//! Texts laid out as a person reads them: headings, paragraphs, items and
//! tables, with the way back to the file.
//!
//! Every format has its own reader, which fills a [`Builder`].

mod builder;
pub mod docx;
mod file;
mod headings;
pub mod html;
mod layout;
pub mod markdown;
mod pdf;
pub mod plain;

pub use builder::{Builder, is_invisible};
pub use file::{Read, Source, Unread, read};

use std::ops::Range;

/// A text laid out as a person reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// Title that the format states apart from the text.
    pub title: Option<String>,
    /// The text, one line for each block; the cells of a table row stand
    /// apart by `\t`. White space is joined, and no line is empty.
    pub text: String,
    /// The lines of `text`, in order.
    pub blocks: Vec<Block>,
    /// Tables, in order.
    pub tables: Vec<Table>,
    /// Links, in order.
    pub links: Vec<Link>,
    segments: Vec<Segment>,
}

/// One line of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it is in the text, in bytes, without the line end.
    pub at: Range<usize>,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading, 1 the highest and 6 the lowest.
    Heading(u8),
    /// Running text.
    Paragraph,
    /// An item of a list.
    Item,
    /// A row of a table.
    Row,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Rows from the top.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Cells from the left, in bytes of the text. A cell that spans rows or
    /// columns comes again in each of them.
    pub cells: Vec<Range<usize>>,
    /// Whether it is marked as the head of its table.
    pub head: bool,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The words that carry it, in bytes of the text.
    pub at: Range<usize>,
    /// Its target as written.
    pub target: String,
}

/// From here to the next segment, text and source go side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Segment {
    text: usize,
    source: usize,
}

/// Lays out a text of which only its content is known: a string of an app,
/// a file without a telling extension.
pub fn of_text(text: &str) -> Prose {
    if markdown::is_markdown(text) {
        markdown::read(text)
    } else if html::is_html(text) {
        html::read(text)
    } else {
        plain::read(text)
    }
}

impl Prose {
    /// The words at a range of the text; nothing if there is no such range.
    pub fn words(&self, at: &Range<usize>) -> &str {
        self.text.get(at.clone()).unwrap_or_default()
    }

    /// Offset in the source of the character at byte `at` of the text, both
    /// in bytes. The source is what the reader was given.
    pub fn source(&self, at: usize) -> usize {
        let after = self.segments.partition_point(|segment| segment.text <= at);
        match after
            .checked_sub(1)
            .and_then(|last| self.segments.get(last))
        {
            Some(segment) => segment
                .source
                .saturating_add(at.saturating_sub(segment.text)),
            None => 0,
        }
    }

    /// The block that holds byte `at` of the text, by its number.
    pub fn block_at(&self, at: usize) -> Option<usize> {
        let after = self.blocks.partition_point(|block| block.at.start <= at);
        after.checked_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The blocks with what they are, cells of a row apart by bars.
    pub(super) fn shown(prose: &Prose) -> Vec<String> {
        let mut all = Vec::new();
        for block in &prose.blocks {
            let words = prose.words(&block.at);
            all.push(match block.kind {
                BlockKind::Heading(level) => format!("h{level} {words}"),
                BlockKind::Paragraph => format!("p {words}"),
                BlockKind::Item => format!("li {words}"),
                BlockKind::Row => format!("tr {}", words.replace('\t', "|")),
            });
        }
        all
    }
}
