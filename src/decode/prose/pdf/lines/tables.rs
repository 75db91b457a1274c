//! Cells under one another.

use super::{Line, Row};

/// Gives neighbouring rows of several cells a cell for each of their common
/// columns, empty where they have none there. A row that goes on after a page
/// break becomes one again. Where there are no columns, what is on one height
/// is a line.
pub(super) fn aligned(rows: Vec<(usize, Row)>) -> Vec<(usize, Row)> {
    let mut out = Vec::new();
    let mut table: Vec<(usize, Row)> = Vec::new();
    for (page, row) in rows {
        if row.cells.len() > 1 {
            table.push((page, row));
        } else {
            out.extend(finished(std::mem::take(&mut table)));
            out.push((page, row));
        }
    }
    out.extend(finished(table));
    out
}

fn finished(table: Vec<(usize, Row)>) -> Vec<(usize, Row)> {
    let most = table.iter().map(|(_, row)| row.cells.len()).max();
    let columns = columns(&table);
    if table.len() < 2 || most != Some(columns.len()) {
        let rows = table.into_iter();
        return rows.map(|(page, row)| (page, joined(row))).collect();
    }
    let mut out: Vec<(usize, Row)> = Vec::new();
    for (page, row) in table {
        let mut cells: Vec<Vec<Line>> = columns.iter().map(|_| Vec::new()).collect();
        for cell in row.cells {
            let left = left(&cell);
            let column = columns.partition_point(|(_, right)| *right < left);
            if let Some(to) = cells.get_mut(column) {
                to.extend(cell);
            }
        }
        match out.last_mut() {
            Some((before, above)) if *before < page && cells.first().is_some_and(Vec::is_empty) => {
                for (to, cell) in above.cells.iter_mut().zip(cells) {
                    to.extend(cell);
                }
            }
            _ => out.push((page, Row { cells })),
        }
    }
    out
}

/// Where columns begin and end, from the left: what overlaps is one.
fn columns(table: &[(usize, Row)]) -> Vec<(f64, f64)> {
    let cells = table.iter().flat_map(|(_, row)| &row.cells);
    let mut all: Vec<(f64, f64)> = cells.map(|cell| (left(cell), right(cell))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut columns: Vec<(f64, f64)> = Vec::new();
    for (left, right) in all {
        match columns.last_mut() {
            Some(column) if left < column.1 => column.1 = column.1.max(right),
            _ => columns.push((left, right)),
        }
    }
    columns
}

/// A row whose cells are all on one height is one line with gaps.
fn joined(mut row: Row) -> Row {
    if row.top() - row.bottom() > 1.0 {
        return row;
    }
    let mut lines = std::mem::take(&mut row.cells).into_iter().flatten();
    let mut whole = lines.next();
    for line in lines {
        if let Some(whole) = &mut whole {
            whole.text.push(' ');
            whole.text.push_str(&line.text);
            whole.end = line.end;
            whole.bold &= line.bold;
        }
    }
    row.cells.push(Vec::from_iter(whole));
    row
}

fn left(cell: &[Line]) -> f64 {
    cell.iter().map(|line| line.start).fold(f64::MAX, f64::min)
}

fn right(cell: &[Line]) -> f64 {
    cell.iter().map(|line| line.end).fold(f64::MIN, f64::max)
}
