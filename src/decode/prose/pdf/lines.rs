//! From pieces of text on pages to lines, paragraphs and rows of tables.
//!
//! Producers write a page in the order in which it is read, and the cells of
//! a table one after the other. So the order is kept, and places only tell
//! what belongs together: what goes on at the same height is a line, what
//! begins to the right and not below is the next cell of a row, and a line
//! that was broken at the margin goes on in the next.

use std::collections::BTreeMap;

use super::content::{Piece, SPACE};

mod tables;

/// Gap between cells on one height, in sizes of the letters.
const CELL_GAP: f64 = 0.4;
/// Furthest that lines of a cell stand apart, in sizes of the letters.
const CELL_PITCH: f64 = 2.2;
/// Most lines of a cell in a row of two; more are columns of a page.
const MAX_CELL_LINES: usize = 15;
/// How much larger than the text a heading is.
const LARGER: f64 = 1.12;
/// Longest heading, in characters.
const MAX_HEADING: usize = 60;

/// Text on one height.
#[derive(Debug)]
struct Line {
    y: f64,
    start: f64,
    end: f64,
    size: f64,
    bold: bool,
    text: String,
}

/// Cells from the left, each of lines from the top; mostly a single line.
#[derive(Debug)]
pub(super) struct Row {
    cells: Vec<Vec<Line>>,
}

/// The rows of a page.
pub(super) fn rows(pieces: Vec<Piece>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in lines(pieces) {
        match rows.last_mut() {
            Some(row) if row.has_beside(&line) => begin_cell(&mut rows, line),
            Some(row) if row.goes_on_with(&line) => row.go_on(line),
            _ => rows.push(Row::new(line)),
        }
    }
    let rows = rows.into_iter().flat_map(Row::checked).collect();
    in_order(rows)
}

/// Puts pieces together that go on at the same height.
fn lines(pieces: Vec<Piece>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for piece in pieces {
        // Some producers write spaces as tabs.
        let text = piece.text.replace(char::is_whitespace, " ");
        if let Some(line) = lines.last_mut() {
            let size = line.size.max(piece.size);
            let gap = piece.x - line.end;
            let is_cell = piece.placed && gap > size * CELL_GAP && !is_list_mark(&line.text);
            if (line.y - piece.y).abs() <= size * 0.5 && piece.x >= line.start && !is_cell {
                if gap > size * SPACE && !line.text.ends_with(' ') {
                    line.text.push(' ');
                }
                line.text.push_str(&text);
                line.end = piece.end;
                line.size = size;
                line.bold &= piece.bold || text.trim().is_empty();
                continue;
            }
        }
        if !text.trim().is_empty() {
            lines.push(Line {
                y: piece.y,
                start: piece.x,
                end: piece.end,
                size: piece.size,
                bold: piece.bold,
                text,
            });
        }
    }
    lines
}

/// `•`, `1.`, `(2)`, `三、` alone.
fn is_list_mark(text: &str) -> bool {
    let text = text.trim();
    let inner = text.trim_matches(['(', '（', ')', '）', '.', '．', '、']);
    let letters = inner.chars().count();
    let is_number = inner
        .chars()
        .all(|c| c.is_ascii_digit() || ".ivxIVX一二三四五六七八九十".contains(c));
    if inner == text {
        return letters == 1 && !text.contains(char::is_alphanumeric);
    }
    (1..=4).contains(&letters) && (is_number || letters == 1)
}

/// Begins the next cell of the last row. If it is the second, the lines
/// above the first belong to the first cell too.
fn begin_cell(rows: &mut Vec<Row>, line: Line) {
    let Some(mut row) = rows.pop() else {
        return;
    };
    if let [cell] = row.cells.as_mut_slice() {
        let mut above = Vec::new();
        let mut pitch = None;
        let bottom = cell.last().map_or(line.y, |last| last.y);
        while let (Some(before), Some(lowest)) = (
            rows.last().and_then(Row::single),
            above.last().or(cell.first()),
        ) {
            let step = before.y - lowest.y;
            let usual = pitch.unwrap_or(lowest.size * CELL_PITCH);
            let close = step > 0.0 && step <= usual * 1.1;
            // The cell beside begins at the top, or is in the middle.
            let beside = before.y <= line.y + (line.y - bottom) + line.size * 0.5;
            let alike = (before.start - lowest.start).abs() <= lowest.size;
            if !(close && beside && alike && before.end <= line.start) {
                break;
            }
            pitch = Some(step);
            above.extend(rows.pop().into_iter().flat_map(|row| row.cells).flatten());
        }
        above.reverse();
        cell.splice(0..0, above);
    }
    row.cells.push(vec![line]);
    rows.push(row);
}

impl Row {
    fn new(line: Line) -> Self {
        Self {
            cells: vec![vec![line]],
        }
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.cells.iter().flatten()
    }

    /// The only line of the row.
    fn single(&self) -> Option<&Line> {
        match self.cells.as_slice() {
            [cell] => match cell.as_slice() {
                [line] => Some(line),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a line begins to the right of the last cell and not below.
    fn has_beside(&self, line: &Line) -> bool {
        let Some(cell) = self.cells.last() else {
            return false;
        };
        let right = cell.iter().map(|line| line.end).fold(f64::MIN, f64::max);
        let lowest = cell.last().map_or(f64::MAX, |line| line.y);
        line.start >= right - line.size * 0.1 && line.y >= lowest - line.size * 0.5
    }

    /// Whether a line goes on with the last of several cells.
    fn goes_on_with(&self, line: &Line) -> bool {
        let (Some(cell), true) = (self.cells.last(), self.cells.len() > 1) else {
            return false;
        };
        let left = cell.iter().map(|line| line.start).fold(f64::MAX, f64::min);
        let step = cell.last().map_or(0.0, |lowest| lowest.y - line.y);
        step > 0.0 && step <= line.size * CELL_PITCH && line.start >= left - line.size
    }

    fn go_on(&mut self, line: Line) {
        if let Some(cell) = self.cells.last_mut() {
            cell.push(line);
        }
    }

    fn top(&self) -> f64 {
        self.lines().map(|line| line.y).fold(f64::MIN, f64::max)
    }

    fn bottom(&self) -> f64 {
        self.lines().map(|line| line.y).fold(f64::MAX, f64::min)
    }

    fn left(&self) -> f64 {
        self.lines().map(|line| line.start).fold(f64::MAX, f64::min)
    }

    fn right(&self) -> f64 {
        self.lines().map(|line| line.end).fold(f64::MIN, f64::max)
    }

    /// The row itself, or its lines if it is two columns of the page, which
    /// are long or do not stand side by side.
    fn checked(self) -> Vec<Self> {
        let is_columns = match self.cells.as_slice() {
            [left, right] => {
                let ends = |cell: &[Line]| Some((cell.first()?.y, cell.last()?.y));
                let apart = match (ends(left), ends(right)) {
                    (Some((top, bottom)), Some((its_top, its_bottom))) => {
                        let size = left.first().map_or(0.0, |line| line.size * 2.0);
                        its_bottom > top + size || its_top < bottom - size
                    }
                    _ => true,
                };
                apart || left.len().max(right.len()) > MAX_CELL_LINES
            }
            _ => false,
        };
        if is_columns {
            let lines = self.cells.into_iter().flatten();
            return lines.map(Self::new).collect();
        }
        vec![self]
    }

    /// What is the same on every page that has this row at its edge.
    fn without_digits(&self) -> String {
        let text = self.lines().flat_map(|line| line.text.chars());
        text.filter(|c| !c.is_ascii_digit() && !c.is_whitespace())
            .collect()
    }
}

/// Rows from the top if the order of writing is another one. A page of
/// several columns stays in the order of writing.
fn in_order(mut rows: Vec<Row>) -> Vec<Row> {
    let pairs = || rows.iter().zip(rows.iter().skip(1));
    let has_columns =
        pairs().any(|(row, next)| next.top() > row.top() && next.left() >= row.right());
    if !has_columns {
        rows.sort_by(|a, b| b.top().total_cmp(&a.top()));
    }
    rows
}

/// The text of all pages, and where each page begins in it.
pub(super) fn write(mut pages: Vec<Vec<Row>>) -> (String, Vec<usize>) {
    remove_heads_and_feet(&mut pages);
    let style = Style::of(&pages);
    let margins: Vec<f64> = pages
        .iter()
        .map(|rows| {
            let lines = rows.iter().filter_map(Row::single);
            lines.map(|line| line.end).fold(0.0, f64::max)
        })
        .collect();
    let rows = pages
        .into_iter()
        .enumerate()
        .flat_map(|(page, rows)| rows.into_iter().map(move |row| (page, row)));
    let rows = tables::aligned(rows.collect());

    let mut text = String::new();
    let mut starts = Vec::new();
    let mut before: Option<&Line> = None;
    for (page, row) in &rows {
        while starts.len() <= *page {
            starts.push(text.len());
        }
        let right = margins.get(*page).copied().unwrap_or(0.0);
        let line = row.single();
        match (before, line) {
            (Some(before), Some(line)) if style.is_continued(before, line, right) => {
                join(&mut text, line, true);
            }
            _ => {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.extend(line.and_then(|line| style.mark(line)));
                write_row(&mut text, row);
            }
        }
        before = line;
    }
    starts.resize(margins.len().max(1), text.len());
    (text, starts)
}

/// Takes away the first and the last row of the pages where most pages have
/// the same there but for numbers.
fn remove_heads_and_feet(pages: &mut [Vec<Row>]) {
    for edge in [Row::top, |row: &Row| -row.bottom()] {
        let outermost = |rows: &[Row]| -> Option<usize> {
            let places = rows.iter().enumerate();
            places
                .max_by(|(_, a), (_, b)| edge(a).total_cmp(&edge(b)))
                .map(|(at, _)| at)
        };
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let keys: Vec<Option<(usize, String)>> = pages
            .iter()
            .map(|rows| {
                let at = outermost(rows)?;
                let key = rows.get(at)?.without_digits();
                let count = counts.entry(key.clone()).or_default();
                *count = count.saturating_add(1);
                Some((at, key))
            })
            .collect();
        let most = pages.len().div_ceil(2).max(2);
        for (rows, found) in pages.iter_mut().zip(keys) {
            if let Some((at, key)) = found
                && counts.get(&key).is_some_and(|count| *count >= most)
            {
                rows.remove(at);
            }
        }
    }
}

fn write_row(text: &mut String, row: &Row) {
    for (number, cell) in row.cells.iter().enumerate() {
        if number > 0 {
            text.push('\t');
        }
        let right = cell.iter().map(|line| line.end).fold(f64::MIN, f64::max);
        let mut lines = cell.iter();
        let mut before = lines.next();
        text.push_str(before.map_or("", |line| line.text.trim()));
        for line in lines {
            let full = before.is_some_and(|before| before.is_full(line, right));
            join(text, line, full);
            before = Some(line);
        }
    }
}

/// Writes a line after the one it goes on with. Between Chinese there is no
/// space, and none in an address that was broken because it is long.
fn join(text: &mut String, line: &Line, full: bool) {
    let words = line.text.trim();
    let last = text.trim_end().len();
    text.truncate(last);
    let is_wide = |c: Option<char>| c.is_some_and(|c| c >= '\u{2E80}');
    let wide = is_wide(text.chars().next_back()) || is_wide(words.chars().next());
    let token = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let in_address = full && (token.contains("://") || token.ends_with('-'));
    if !(in_address || (full && wide)) {
        text.push(' ');
    }
    text.push_str(words);
}

impl Line {
    /// Whether the line reaches the right so that what the next begins with
    /// did not fit on it.
    fn is_full(&self, next: &Self, right: f64) -> bool {
        let mut chars = next.text.trim_start().chars();
        let needed = match chars.next() {
            // A mark must not begin a line and takes a character along.
            Some(c) if c >= '\u{2E80}' => 2.0,
            _ => {
                let word = next.text.split_whitespace().next().unwrap_or_default();
                let letters = u32::try_from(word.chars().count()).unwrap_or(u32::MAX);
                f64::from(letters) * 0.6 + 1.0
            }
        };
        self.end + needed * self.size >= right
    }
}

/// How most of a document is set.
struct Style {
    /// Size of the letters of most of the text.
    size: f64,
    /// Whether most of the text is bold.
    bold: bool,
    /// Larger sizes from the largest.
    larger: Vec<f64>,
    /// Distance of lines in sizes of the letters.
    pitch: f64,
}

impl Style {
    fn of(pages: &[Vec<Row>]) -> Self {
        let mut bold = 0_usize;
        let mut all = 0_usize;
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        let mut pitches: BTreeMap<usize, usize> = BTreeMap::new();
        for rows in pages {
            for line in rows.iter().flat_map(Row::lines) {
                let count = sizes
                    .entry(super::lexer::whole(line.size * 4.0))
                    .or_default();
                let letters = line.text.chars().count();
                *count = count.saturating_add(letters);
                all = all.saturating_add(letters);
                if line.bold {
                    bold = bold.saturating_add(letters);
                }
            }
            for (row, next) in rows.iter().zip(rows.iter().skip(1)) {
                let (Some(line), Some(next)) = (row.single(), next.single()) else {
                    continue;
                };
                let pitch = super::lexer::whole((line.y - next.y) / line.size * 20.0);
                if (20..=60).contains(&pitch) {
                    let count = pitches.entry(pitch).or_default();
                    *count = count.saturating_add(1);
                }
            }
        }
        let most = |counts: &BTreeMap<usize, usize>| {
            let (value, _) = counts.iter().max_by_key(|(_, count)| **count)?;
            u32::try_from(*value).ok().map(f64::from)
        };
        let size = most(&sizes).unwrap_or(40.0) / 4.0;
        let larger = sizes
            .keys()
            .rev()
            .filter_map(|size| u32::try_from(*size).ok());
        Self {
            size,
            bold: bold > all / 2,
            larger: larger
                .map(|value| f64::from(value) / 4.0)
                .take_while(|value| *value > size * LARGER)
                .collect(),
            pitch: most(&pitches).unwrap_or(30.0) / 20.0,
        }
    }

    /// The mark of a heading, as Markdown has it, for a line in large or bold
    /// letters.
    fn mark(&self, line: &Line) -> Option<String> {
        let text = line.text.trim_end();
        let is_large = line.size > self.size * LARGER;
        let is_bold = line.bold && !self.bold && !text.ends_with(['。', '：', '；', '.', ':', ';']);
        if !(is_large || is_bold) || text.chars().nth(MAX_HEADING).is_some() {
            return None;
        }
        let above = self.larger.iter().filter(|size| **size > line.size + 0.25);
        let level = above.count().saturating_add(1).min(6);
        Some(format!("{} ", "#".repeat(level)))
    }

    /// Whether a line was only broken at the margin: it is full, no sentence
    /// ends there, and the next follows as lines of a paragraph do.
    fn is_continued(&self, line: &Line, next: &Line, right: f64) -> bool {
        let text = line.text.trim_end();
        let ends = text.ends_with(['。', '；', '：', '！', '？', '.', '!', '?', ':', ';']);
        let step = (line.y - next.y) / line.size;
        // The next page begins above.
        let close = step < 0.0 || step <= self.pitch * 1.2;
        let alike = (line.size - next.size).abs() < 0.6 && line.bold == next.bold;
        let indented = next.start > line.start + line.size * 0.8;
        let first = text.split(' ').next().unwrap_or_default();
        let next_first = next.text.trim_start().split(' ').next().unwrap_or_default();
        let begins = is_list_mark(next_first) || (indented && !is_list_mark(first));
        line.is_full(next, right) && close && alike && !ends && !begins
    }
}
