//! From tags and words to blocks and tables. HTML, Markdown and word
//! processor documents all speak to this in the tags of HTML.
//!
//! A source is fed twice: the first time to a [`Survey`] that tells tables
//! of data from tables that only lay out a page, the second time to the
//! [`Layout`]. Nothing here nests with the input but two small stacks.

use super::{BlockKind, Builder, Prose, headings};

/// Takes a text in the order of its source.
pub(super) trait Sink {
    /// A start tag. The tag of a void element has no end tag.
    fn start(&mut self, tag: &Tag);
    /// An end tag, with or without its start tag.
    fn end(&mut self, name: &str);
    /// Words that stand at byte `at` of the source in the same letters.
    fn text(&mut self, text: &str, at: usize);
    /// A character that is written otherwise there.
    fn char(&mut self, c: char, at: usize);
    /// The title of the document.
    fn title(&mut self, title: &str);
}

/// A start tag, as far as it matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tag {
    /// Name in lower case.
    pub name: String,
    /// Target of a link.
    pub href: Option<String>,
    /// Columns that a cell spans; 0 counts as 1.
    pub columns: usize,
    /// Rows that a cell spans; 0 counts as 1.
    pub rows: usize,
    /// A cell that goes on with the one above it.
    pub above: bool,
    /// Bold by its style.
    pub bold: bool,
    /// Keeps its line ends by its style.
    pub pre: bool,
}

impl Tag {
    /// A tag without attributes.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }
}

/// Lays out a source, which `feed` gives to a sink.
pub(super) fn laid_out(feed: impl Fn(&mut dyn Sink)) -> Prose {
    let mut survey = Survey::default();
    feed(&mut survey);
    survey.close_all();
    let mut layout = Layout::new(survey);
    feed(&mut layout);
    layout.finish()
}

/// What a tag means for the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Heading(u8),
    Item,
    Break,
    Block,
    Inline,
    /// Inline, and bold.
    Bold,
    /// Inline, and may be bold by its style.
    Styled,
    Link,
    Table,
    /// `thead`, `tbody`, `tfoot`.
    Group,
    Row,
    Cell,
}

fn role(name: &str) -> Role {
    match name {
        "h1" => Role::Heading(1),
        "h2" => Role::Heading(2),
        "h3" => Role::Heading(3),
        "h4" => Role::Heading(4),
        "h5" => Role::Heading(5),
        "h6" => Role::Heading(6),
        "li" | "dd" => Role::Item,
        "br" => Role::Break,
        "b" | "strong" => Role::Bold,
        "span" | "font" => Role::Styled,
        "a" => Role::Link,
        "table" => Role::Table,
        "thead" | "tbody" | "tfoot" => Role::Group,
        "tr" => Role::Row,
        "td" | "th" => Role::Cell,
        "abbr" | "bdi" | "bdo" | "big" | "cite" | "code" | "del" | "em" | "i" | "img" | "ins"
        | "kbd" | "label" | "mark" | "q" | "s" | "small" | "strike" | "sub" | "sup" | "tt"
        | "u" | "var" | "wbr" | "col" | "colgroup" => Role::Inline,
        // `o:p` and other tags of word processors.
        _ if name.contains(':') => Role::Inline,
        _ => Role::Block,
    }
}

/// Most cells of all tables of a text; further tables become blocks.
const MAX_CELLS: usize = 50_000;
/// Most columns of a table of data.
const MAX_COLUMNS: usize = 60;
/// Deepest nesting of tables that is looked at.
const MAX_DEPTH: usize = 100;
/// Characters in a cell that speak for the layout of a page.
const LONG_CELL: usize = 600;
/// Characters that no cell of a table of data has.
const LONGEST_CELL: usize = 3000;

/// Finds out which tables hold data.
#[derive(Debug, Default)]
struct Survey {
    /// For each table in order of its start tag.
    data: Vec<bool>,
    open: Vec<Surveyed>,
    /// Tables inside the deepest one that is looked at.
    deeper: usize,
    cells: usize,
    /// Whether any tag but those within a line was met.
    blocks: bool,
}

#[derive(Debug, Default)]
struct Surveyed {
    table: usize,
    in_cell: bool,
    /// Holds another table, or a heading with text under it.
    layout: bool,
    /// Cells of the row so far, and of the longest row.
    columns: usize,
    most: usize,
    cells: usize,
    /// Rows of two cells and more.
    rows: usize,
    chars: usize,
    longest: usize,
    /// Characters up to the end of a heading in the cell that is open.
    heading: Option<usize>,
}

impl Surveyed {
    fn end_cell(&mut self) {
        if self
            .heading
            .take()
            .is_some_and(|end| self.chars > end.saturating_add(10))
        {
            self.layout = true;
        }
        self.longest = self.longest.max(self.chars);
        self.chars = 0;
        self.in_cell = false;
    }

    fn end_row(&mut self) {
        self.end_cell();
        self.most = self.most.max(self.columns);
        self.rows = self.rows.saturating_add(usize::from(self.columns > 1));
        self.columns = 0;
    }

    fn is_data(&self) -> bool {
        let long = if self.rows >= 3 {
            LONGEST_CELL
        } else {
            LONG_CELL
        };
        !self.layout && (2..=MAX_COLUMNS).contains(&self.most) && self.longest <= long
    }
}

impl Survey {
    fn start_table(&mut self) {
        if self.open.last().is_some_and(|table| !table.in_cell) {
            self.end_table();
        }
        if let Some(outer) = self.open.last_mut() {
            outer.layout = true;
        }
        self.data.push(false);
        if self.open.len() < MAX_DEPTH {
            self.open.push(Surveyed {
                table: self.data.len().saturating_sub(1),
                ..Surveyed::default()
            });
        } else {
            self.deeper = self.deeper.saturating_add(1);
        }
    }

    fn end_table(&mut self) {
        if self.deeper > 0 {
            self.deeper = self.deeper.saturating_sub(1);
            return;
        }
        let Some(mut table) = self.open.pop() else {
            return;
        };
        table.end_row();
        if table.is_data() && self.cells.saturating_add(table.cells) <= MAX_CELLS {
            self.cells = self.cells.saturating_add(table.cells);
            if let Some(data) = self.data.get_mut(table.table) {
                *data = true;
            }
        }
    }

    fn close_all(&mut self) {
        self.deeper = 0;
        while !self.open.is_empty() {
            self.end_table();
        }
    }
}

impl Sink for Survey {
    fn start(&mut self, tag: &Tag) {
        let role = role(&tag.name);
        self.blocks |= !matches!(role, Role::Inline | Role::Bold | Role::Styled | Role::Link);
        if role == Role::Table {
            self.start_table();
            return;
        }
        let Some(table) = self.open.last_mut().filter(|_| self.deeper == 0) else {
            return;
        };
        match role {
            Role::Group | Role::Row => table.end_row(),
            Role::Cell => {
                table.end_cell();
                table.in_cell = true;
                table.cells = table.cells.saturating_add(1);
                table.columns = table.columns.saturating_add(1);
            }
            Role::Heading(_) if table.heading.is_some() => table.layout = true,
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        let role = role(name);
        if role == Role::Table {
            self.end_table();
            return;
        }
        let Some(table) = self.open.last_mut().filter(|_| self.deeper == 0) else {
            return;
        };
        match role {
            Role::Group | Role::Row => table.end_row(),
            Role::Cell => table.end_cell(),
            Role::Heading(_) if table.in_cell => table.heading = Some(table.chars),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, _: usize) {
        if let Some(table) = self.open.last_mut()
            && table.in_cell
        {
            let chars = text.chars().filter(|c| !c.is_whitespace()).count();
            table.chars = table.chars.saturating_add(chars);
        }
    }

    fn char(&mut self, c: char, at: usize) {
        self.text(c.encode_utf8(&mut [0; 4]), at);
    }

    fn title(&mut self, _: &str) {}
}

/// A table that is open.
#[derive(Clone, Copy, Debug)]
struct Open {
    data: bool,
    in_cell: bool,
    in_row: bool,
    in_head: bool,
    /// Whether all cells of the row so far are heads.
    heads: bool,
}

/// Writes the blocks.
struct Layout {
    builder: Builder,
    data: std::vec::IntoIter<bool>,
    open: Vec<Open>,
    /// The block that the next words begin.
    next: Option<BlockKind>,
    /// The block that the last words went to.
    current: BlockKind,
    /// The target of a link without words yet.
    link: Option<String>,
    /// Inline elements that are open, and whether they are bold.
    inline: Vec<bool>,
    bold: usize,
    /// Where the block began, as long as all its words are bold.
    all_bold: Option<usize>,
    /// Where the blocks begin that are wholly bold.
    bold_blocks: Vec<usize>,
    /// The element that keeps line ends, and how often it is open.
    pre: Option<(String, usize)>,
    /// No tag breaks lines, so the line ends do.
    lines: bool,
}

impl Layout {
    fn new(survey: Survey) -> Self {
        Self {
            builder: Builder::default(),
            data: survey.data.into_iter(),
            open: Vec::new(),
            next: Some(BlockKind::Paragraph),
            current: BlockKind::Paragraph,
            link: None,
            inline: Vec::new(),
            bold: 0,
            all_bold: None,
            bold_blocks: Vec::new(),
            pre: None,
            lines: !survey.blocks,
        }
    }

    fn finish(mut self) -> Prose {
        self.note_bold();
        let mut prose = self.builder.finish();
        headings::mark(&mut prose, &self.bold_blocks);
        prose
    }

    /// The next words begin another block. An item or a heading without
    /// words so far goes on into the blocks inside it.
    fn block(&mut self) {
        if !matches!(self.next, Some(BlockKind::Item | BlockKind::Heading(_))) {
            self.next = Some(BlockKind::Paragraph);
        }
    }

    fn end_block(&mut self) {
        self.next = Some(BlockKind::Paragraph);
        self.inline.clear();
        self.bold = 0;
    }

    fn line_break(&mut self) {
        if self.next.is_none() && matches!(self.current, BlockKind::Heading(_)) {
            self.builder.push(" ", 0);
        } else {
            self.block();
        }
    }

    fn begin_words(&mut self) {
        if let Some(kind) = self.next.take() {
            self.note_bold();
            self.builder.block(kind);
            self.current = kind;
            self.all_bold = (!self.builder.in_cell()).then(|| self.builder.written());
        }
        if self.bold == 0 {
            self.all_bold = None;
        }
        if let Some(target) = self.link.take() {
            self.builder.link(&target);
        }
    }

    fn note_bold(&mut self) {
        self.bold_blocks.extend(self.all_bold.take());
    }

    fn words(&mut self, text: &str, at: usize) {
        if text.trim().is_empty() {
            if self.next.is_none() {
                self.builder.push(text, at);
            }
            return;
        }
        self.begin_words();
        self.builder.push(text, at);
    }

    fn start_table(&mut self) {
        if self.open.last().is_some_and(|table| !table.in_cell) {
            self.end_table();
        }
        let data = self.data.next().unwrap_or(false);
        self.open.push(Open {
            data,
            in_cell: false,
            in_row: false,
            in_head: false,
            heads: true,
        });
        self.end_block();
        if data {
            self.note_bold();
            self.builder.table();
        }
    }

    fn end_table(&mut self) {
        self.end_row();
        if self.open.pop().is_some_and(|table| table.data) {
            self.builder.end_table();
        }
        self.end_block();
    }

    fn end_row(&mut self) {
        self.end_block();
        let Some(table) = self.open.last_mut() else {
            return;
        };
        table.in_cell = false;
        if std::mem::take(&mut table.in_row) && table.data {
            if table.in_head || table.heads {
                self.builder.head();
            }
            self.builder.end_row();
        }
    }

    fn start_row(&mut self) {
        self.end_row();
        if let Some(table) = self.open.last_mut() {
            table.in_row = true;
            table.heads = true;
            if table.data {
                self.builder.row(false);
            }
        }
    }

    fn start_cell(&mut self, tag: &Tag) {
        if self.open.last().is_some_and(|table| !table.in_row) {
            self.start_row();
        }
        self.end_block();
        if let Some(table) = self.open.last_mut() {
            table.in_cell = true;
            table.heads &= tag.name == "th";
            if table.data {
                if tag.above {
                    self.builder.cell_from_above(tag.columns);
                } else {
                    self.builder.cell(tag.columns, tag.rows);
                }
                self.next = None;
                self.all_bold = None;
            }
        }
    }

    fn end_cell(&mut self) {
        self.end_block();
        if let Some(table) = self.open.last_mut() {
            table.in_cell = false;
            if table.data {
                self.builder.end_cell();
            }
        }
    }

    fn push_inline(&mut self, bold: bool) {
        self.inline.push(bold);
        self.bold = self.bold.saturating_add(usize::from(bold));
    }

    fn pop_inline(&mut self) {
        if self.inline.pop() == Some(true) {
            self.bold = self.bold.saturating_sub(1);
        }
    }
}

impl Sink for Layout {
    fn start(&mut self, tag: &Tag) {
        let role = role(&tag.name);
        match &mut self.pre {
            Some((name, depth)) if *name == tag.name => *depth = depth.saturating_add(1),
            None if (tag.pre || tag.name == "pre") && role != Role::Break => {
                self.pre = Some((tag.name.clone(), 1));
            }
            _ => {}
        }
        match role {
            Role::Heading(level) => self.next = Some(BlockKind::Heading(level)),
            Role::Item => self.next = Some(BlockKind::Item),
            Role::Break => self.line_break(),
            Role::Block => self.block(),
            Role::Inline => {}
            Role::Bold => self.push_inline(true),
            Role::Styled => self.push_inline(tag.bold),
            Role::Link => self.link.clone_from(&tag.href),
            Role::Table => self.start_table(),
            Role::Group => {
                self.end_row();
                if let Some(table) = self.open.last_mut() {
                    table.in_head = tag.name == "thead";
                }
            }
            Role::Row => self.start_row(),
            Role::Cell => self.start_cell(tag),
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((kept, depth)) = &mut self.pre
            && kept == name
        {
            *depth = depth.saturating_sub(1);
            if *depth == 0 {
                self.pre = None;
            }
        }
        match role(name) {
            Role::Heading(_) | Role::Item | Role::Block => self.end_block(),
            Role::Break => self.line_break(),
            Role::Inline => {}
            Role::Bold | Role::Styled => self.pop_inline(),
            Role::Link => {
                self.link = None;
                self.builder.end_link();
            }
            Role::Table => {
                if !self.open.is_empty() {
                    self.end_table();
                }
            }
            Role::Group => {
                self.end_row();
                if let Some(table) = self.open.last_mut() {
                    table.in_head = false;
                }
            }
            Role::Row => self.end_row(),
            Role::Cell => self.end_cell(),
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        if !self.lines && self.pre.is_none() {
            self.words(text, at);
            return;
        }
        let mut at = at;
        for line in text.split_inclusive('\n') {
            self.words(line, at);
            at = at.saturating_add(line.len());
            if line.ends_with('\n') {
                self.line_break();
            }
        }
    }

    fn char(&mut self, c: char, at: usize) {
        if c.is_whitespace() {
            self.words(c.encode_utf8(&mut [0; 4]), at);
        } else {
            self.begin_words();
            self.builder.push_char(c, at);
        }
    }

    fn title(&mut self, title: &str) {
        self.builder.title(title);
    }
}
