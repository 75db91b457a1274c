//! Fills a text from the beginning to the end of a source.

use std::ops::Range;

use super::{Block, BlockKind, Link, Prose, Row, Segment, Table};

/// Most cells that spans may add to all tables of a text.
const MAX_SPANNED: usize = 20_000;

/// Fills a [`Prose`] from the beginning to the end of a source.
///
/// ```
/// use apkaudit::decode::prose::{BlockKind, Builder};
///
/// let mut builder = Builder::default();
/// builder.block(BlockKind::Heading(1));
/// builder.push("一、  收集", 4);
/// builder.block(BlockKind::Paragraph);
/// builder.push("我们收集", 40);
/// let prose = builder.finish();
/// assert_eq!(prose.text, "一、 收集\n我们收集");
/// assert_eq!(prose.source("一、 收集\n我们".len()), 40 + "我们".len());
/// ```
#[derive(Debug, Default)]
pub struct Builder {
    prose: Prose,
    open: Option<(BlockKind, usize)>,
    /// White space was met that is not yet written.
    space: bool,
    link: Option<(usize, String)>,
    table: Option<OpenTable>,
    /// Cells that spans have added.
    spanned: usize,
}

#[derive(Debug, Default)]
struct OpenTable {
    rows: Vec<OpenRow>,
    cell: Option<usize>,
}

#[derive(Debug, Default)]
struct OpenRow {
    head: bool,
    cells: Vec<OpenCell>,
}

#[derive(Clone, Debug, Default)]
struct OpenCell {
    at: Range<usize>,
    columns: usize,
    rows: usize,
    /// Goes on with the cell above.
    above: bool,
}

impl Builder {
    /// Title that the format states apart from the text.
    pub fn title(&mut self, title: &str) {
        let words: Vec<&str> = title.split_whitespace().collect();
        if self.prose.title.is_none() && !words.is_empty() {
            self.prose.title = Some(words.join(" "));
        }
    }

    /// Ends the block that is open and begins another; inside a table cell
    /// only a space.
    pub fn block(&mut self, kind: BlockKind) {
        if self.in_cell() {
            self.space = true;
            return;
        }
        self.end_block();
        self.open = Some((kind, self.prose.text.len()));
    }

    /// Adds text that stands at byte `source` of the source in the same
    /// letters.
    pub fn push(&mut self, text: &str, source: usize) {
        for (at, c) in text.char_indices() {
            self.push_char(c, source.saturating_add(at));
        }
    }

    /// Adds a character that is written otherwise at byte `source` of the
    /// source: a character reference, a field.
    pub fn push_char(&mut self, c: char, source: usize) {
        if c.is_whitespace() {
            self.space = true;
            return;
        }
        if c == '\0' || is_invisible(c) {
            return;
        }
        if self.open.is_none() && !self.in_cell() {
            self.open = Some((BlockKind::Paragraph, self.prose.text.len()));
        }
        if std::mem::take(&mut self.space) && !self.at_start() {
            self.mark(source);
            self.prose.text.push(' ');
        }
        self.mark(source);
        self.prose.text.push(c);
    }

    /// Begins a link.
    pub fn link(&mut self, target: &str) {
        self.end_link();
        self.link = Some((self.prose.text.len(), target.to_owned()));
    }

    /// Ends the link that is open, if one is.
    pub fn end_link(&mut self) {
        if let Some((start, target)) = self.link.take() {
            let words = self.prose.text.get(start..).unwrap_or_default();
            let lead = words.len().saturating_sub(words.trim_start().len());
            let at = start.saturating_add(lead)..self.prose.text.len();
            if !at.is_empty() {
                self.prose.links.push(Link { at, target });
            }
        }
    }

    /// Begins a table. Tables do not nest: the reader lays out an inner one
    /// as blocks of the outer cell.
    pub fn table(&mut self) {
        self.end_table();
        self.end_block();
        self.table = Some(OpenTable::default());
    }

    /// Begins a row of the table.
    pub fn row(&mut self, head: bool) {
        self.end_row();
        if let Some(table) = &mut self.table {
            table.rows.push(OpenRow {
                head,
                cells: Vec::new(),
            });
        }
        self.open = Some((BlockKind::Row, self.prose.text.len()));
    }

    /// Begins a cell of the row that spans so many columns and rows.
    pub fn cell(&mut self, columns: usize, rows: usize) {
        self.begin_cell(columns, rows, false);
    }

    /// Begins a cell that goes on with the one above it, as word processors
    /// write a cell that spans rows.
    pub fn cell_from_above(&mut self, columns: usize) {
        self.begin_cell(columns, 1, true);
    }

    fn begin_cell(&mut self, columns: usize, rows: usize, above: bool) {
        self.end_cell();
        if self
            .table
            .as_ref()
            .is_none_or(|table| table.rows.is_empty())
        {
            return;
        }
        let start_of_row = self
            .table
            .as_ref()
            .and_then(|table| table.rows.last())
            .is_some_and(|row| row.cells.is_empty());
        if !start_of_row {
            self.prose.text.push('\t');
        }
        self.space = false;
        let start = self.prose.text.len();
        if let Some(table) = &mut self.table {
            table.cell = Some(start);
            if let Some(row) = table.rows.last_mut() {
                row.cells.push(OpenCell {
                    at: start..start,
                    columns: columns.clamp(1, 64),
                    rows: rows.clamp(1, 1000),
                    above,
                });
            }
        }
    }

    /// Marks the row that is open as the head of its table.
    pub fn head(&mut self) {
        if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
            row.head = true;
        }
    }

    /// Ends the cell that is open, if one is.
    pub fn end_cell(&mut self) {
        self.end_link();
        let end = self.prose.text.len();
        if let Some(table) = &mut self.table
            && table.cell.take().is_some()
            && let Some(cell) = table.rows.last_mut().and_then(|row| row.cells.last_mut())
        {
            cell.at.end = end;
        }
        self.space = false;
    }

    /// Ends the row that is open, if one is.
    pub fn end_row(&mut self) {
        self.end_cell();
        self.end_block();
    }

    /// Ends the table that is open, if one is.
    pub fn end_table(&mut self) {
        self.end_row();
        if let Some(table) = self.table.take() {
            let table = spread(table.rows, &mut self.spanned);
            if !table.rows.is_empty() {
                self.prose.tables.push(table);
            }
        }
    }

    /// Whether a table cell is open.
    pub fn in_cell(&self) -> bool {
        self.table
            .as_ref()
            .is_some_and(|table| table.cell.is_some())
    }

    /// Length of the text so far, in bytes.
    pub(super) fn written(&self) -> usize {
        self.prose.text.len()
    }

    /// The text as far as it was given.
    pub fn finish(mut self) -> Prose {
        self.end_table();
        self.end_block();
        if self.prose.text.ends_with('\n') {
            self.prose.text.pop();
        }
        self.prose
    }

    fn at_start(&self) -> bool {
        let start = match (&self.table, self.open) {
            (Some(table), _) if table.cell.is_some() => table.cell,
            (_, Some((_, start))) => Some(start),
            _ => None,
        };
        start.is_none_or(|start| start == self.prose.text.len())
    }

    fn end_block(&mut self) {
        self.end_link();
        self.space = false;
        let Some((kind, start)) = self.open.take() else {
            return;
        };
        let end = self.prose.text.len();
        let blank = self
            .prose
            .text
            .get(start..)
            .is_none_or(|line| line.trim().is_empty());
        if blank {
            self.prose.text.truncate(start);
            while self
                .prose
                .segments
                .last()
                .is_some_and(|last| last.text >= start)
            {
                self.prose.segments.pop();
            }
            if kind == BlockKind::Row
                && let Some(table) = &mut self.table
            {
                table.rows.pop();
            }
            return;
        }
        self.prose.blocks.push(Block {
            kind,
            at: start..end,
        });
        self.prose.text.push('\n');
    }

    /// The next byte of the text comes from byte `source` of the source.
    fn mark(&mut self, source: usize) {
        let text = self.prose.text.len();
        let runs_on = self.prose.segments.last().is_some_and(|last| {
            last.source.saturating_add(text.saturating_sub(last.text)) == source
        });
        if !runs_on {
            if self
                .prose
                .segments
                .last()
                .is_some_and(|last| last.text == text)
            {
                self.prose.segments.pop();
            }
            self.prose.segments.push(Segment { text, source });
        }
    }
}

/// Rows with every spanning cell in each row and column that it spans.
fn spread(rows: Vec<OpenRow>, added: &mut usize) -> Table {
    let mut table = Table::default();
    // For each column: the cell from above and in how many rows it goes on.
    let mut hanging: Vec<Option<(Range<usize>, usize)>> = Vec::new();
    for row in rows {
        let mut cells = Vec::new();
        let mut own = row.cells.into_iter();
        loop {
            let column = cells.len();
            if let Some(slot) = hanging.get_mut(column)
                && let Some((at, left)) = slot.take()
                && *added < MAX_SPANNED
            {
                *added = added.saturating_add(1);
                cells.push(at.clone());
                if let Some(left) = left.checked_sub(1).filter(|left| *left > 0) {
                    *slot = Some((at, left));
                }
                continue;
            }
            let Some(cell) = own.next() else {
                break;
            };
            for repeated in 0..cell.columns {
                let column = cells.len();
                if repeated > 0 && *added >= MAX_SPANNED {
                    break;
                }
                *added = added.saturating_add(usize::from(repeated > 0));
                let above =
                    || -> Option<Range<usize>> { table.rows.last()?.cells.get(column).cloned() };
                let at = if cell.above { above() } else { None };
                cells.push(at.unwrap_or_else(|| cell.at.clone()));
                if cell.rows > 1 {
                    if hanging.len() <= column {
                        hanging.resize(column.saturating_add(1), None);
                    }
                    if let Some(slot) = hanging.get_mut(column) {
                        *slot = Some((cell.at.clone(), cell.rows.saturating_sub(1)));
                    }
                }
            }
        }
        if !cells.is_empty() {
            table.rows.push(Row {
                cells,
                head: row.head,
            });
        }
    }
    table
}

/// Zero width, soft hyphens, direction marks, variation selectors: what a
/// reader does not see.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_joined_and_every_word_finds_its_way_back() {
        let source = "  我们  收集\n 设备信息 。";
        let mut builder = Builder::default();
        builder.push(source, 0);
        let prose = builder.finish();
        assert_eq!(prose.text, "我们 收集 设备信息 。");
        for word in ["我们", "收集", "设备信息", "。"] {
            let at = prose.text.find(word).unwrap();
            assert_eq!(prose.source(at), source.find(word).unwrap(), "{word}");
        }
        assert_eq!(prose.blocks.len(), 1);
    }

    #[test]
    fn a_cell_that_spans_rows_comes_again_in_each() {
        let mut builder = Builder::default();
        builder.table();
        builder.row(true);
        for head in ["公司", "SDK"] {
            builder.cell(1, 1);
            builder.push(head, 0);
        }
        builder.row(false);
        builder.cell(1, 2);
        builder.push("甲公司", 0);
        builder.cell(1, 1);
        builder.push("推送", 0);
        builder.row(false);
        builder.cell(1, 1);
        builder.block(BlockKind::Paragraph);
        builder.push("统计", 0);
        builder.block(BlockKind::Paragraph);
        builder.push("分享", 0);
        let prose = builder.finish();
        assert_eq!(prose.text, "公司\tSDK\n甲公司\t推送\n统计 分享");
        let rows: Vec<Vec<&str>> = prose.tables[0]
            .rows
            .iter()
            .map(|row| row.cells.iter().map(|cell| prose.words(cell)).collect())
            .collect();
        assert_eq!(
            rows,
            [["公司", "SDK"], ["甲公司", "推送"], ["甲公司", "统计 分享"]]
        );
        assert!(prose.tables[0].rows[0].head);
    }

    #[test]
    fn blocks_without_words_leave_no_trace() {
        let mut builder = Builder::default();
        builder.block(BlockKind::Heading(1));
        builder.push("  ", 0);
        builder.block(BlockKind::Item);
        builder.push("一", 9);
        builder.table();
        builder.row(false);
        builder.cell(1, 1);
        builder.cell(1, 1);
        let prose = builder.finish();
        assert_eq!(prose.text, "一");
        assert_eq!(prose.blocks.len(), 1);
        assert_eq!(prose.tables, []);
        assert_eq!(prose.source(0), 9);
    }
}
