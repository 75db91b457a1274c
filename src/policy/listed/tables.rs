//! Tables that list SDKs.

use std::ops::Range;

use crate::decode::prose::{Prose, Row, Table};

use super::fields::{self, Field};
use super::names::{self, is_company, is_nothing};
use super::region::{self, Region, Regions};
use super::{Form, ListedSdk, Matcher};

/// Rows that are looked at to tell what a column holds.
const SAMPLE: usize = 40;

/// Reads every table of a text.
pub(super) fn read(prose: &Prose, regions: &Regions, matcher: &Matcher) -> Vec<ListedSdk> {
    let mut entries = Vec::new();
    // Columns of the table before, which the next may go on with.
    let mut before: Option<Vec<Option<Field>>> = None;
    for table in &prose.tables {
        let Some(start) = start_of(table) else {
            continue;
        };
        let block = prose.block_at(start).unwrap_or(0);
        let caption = caption(prose, block);
        let reader = Reader {
            prose,
            matcher,
            region: regions.at(block),
            caption,
        };
        if let Some(read) = reader.keyed(table) {
            before = None;
            entries.extend(read);
            continue;
        }
        let head = reader.header(table);
        let columns = match head {
            Some((row, columns)) => reader.settled(table, row.saturating_add(1), columns),
            None => before
                .clone()
                .filter(|columns| {
                    let width = |row: &Row| row.cells.len() == columns.len();
                    table.rows.iter().take(SAMPLE).all(width)
                })
                .or_else(|| reader.by_content(table)),
        };
        let first = head.map_or(0, |(row, _)| row);
        match columns {
            Some(columns) => {
                entries.extend(reader.rows(table, first, &columns));
                before = Some(columns);
            }
            None => before = None,
        }
    }
    entries
}

fn start_of(table: &Table) -> Option<usize> {
    let cells = table.rows.iter().flat_map(|row| &row.cells);
    cells.map(|cell| cell.start).min()
}

/// The words in front of a table that say what it is.
fn caption(prose: &Prose, block: usize) -> &str {
    let before = block.checked_sub(1).and_then(|at| prose.blocks.get(at));
    before.map_or("", |block| prose.words(&block.at))
}

struct Reader<'p> {
    prose: &'p Prose,
    matcher: &'p Matcher,
    region: Region,
    caption: &'p str,
}

impl<'p> Reader<'p> {
    fn words(&self, row: &Row, column: usize) -> &'p str {
        let cell = row.cells.get(column);
        cell.map_or("", |cell| self.prose.words(cell)).trim()
    }

    /// The header: the first of the top rows that names a name and another
    /// field, with what its columns hold.
    fn header<'t>(&self, table: &'t Table) -> Option<(usize, &'t Row)> {
        let named = |row: &&'t Row| {
            let fields = self.fields(row);
            let told = fields.iter().flatten().filter(|f| **f != Field::Other);
            let distinct = distinct(&row.cells);
            told.count() >= 2 && distinct >= 2 && fields.iter().flatten().count() * 2 >= distinct
        };
        table
            .rows
            .iter()
            .enumerate()
            .take(4)
            .find(|(_, row)| named(row))
    }

    fn fields(&self, row: &Row) -> Vec<Option<Field>> {
        (0..row.cells.len())
            .map(|column| fields::of(self.words(row, column)))
            .collect()
    }

    /// What the columns below a header hold, if the table lists SDKs. Where
    /// a header is not clear, its cells decide.
    fn settled(&self, table: &Table, first: usize, head: &Row) -> Option<Vec<Option<Field>>> {
        let mut columns = self.fields(head);
        let facts: Vec<Facts> = (0..columns.len())
            .map(|column| self.facts(table, first, column))
            .collect();
        let named = columns
            .iter()
            .flatten()
            .any(|field| *field > Field::Name(1) && field.is_name());
        for (field, facts) in columns.iter_mut().zip(&facts) {
            match field {
                // 「第三方名称」 over a column of companies.
                Some(Field::Name(_)) if facts.company > 50 => *field = Some(Field::Company),
                // 「公司」 over a column of products.
                Some(Field::Company) if facts.company < 20 && facts.known > 60 => {
                    *field = Some(Field::Name(2));
                }
                Some(Field::Purpose) | None if !named && facts.known > 60 => {
                    *field = Some(Field::Name(1));
                }
                Some(Field::Name(1)) if facts.known < 30 => *field = Some(Field::Purpose),
                _ => {}
            }
        }
        // One column is the name: the one whose header is surest, then the
        // one that holds most names.
        let mut best: Option<(usize, (u8, u32))> = None;
        for (column, field) in columns.iter().enumerate() {
            if let Some(Field::Name(surely)) = field {
                let known = facts.get(column).map_or(0, |facts| facts.known);
                let rank = (*surely, known);
                if best.is_none_or(|(_, other)| rank > other) {
                    best = Some((column, rank));
                }
            }
        }
        let name = best.map(|(column, _)| column);
        for (column, field) in columns.iter_mut().enumerate() {
            if let Some(Field::Name(_)) = field
                && Some(column) != name
            {
                let companies = facts.get(column).is_some_and(|facts| facts.company > 20);
                *field = Some(if companies {
                    Field::Company
                } else {
                    Field::Other
                });
            }
        }
        let name = match name {
            Some(name) => name,
            // A list of companies: each is its own name.
            None => columns.iter().position(|f| *f == Some(Field::Company))?,
        };
        let others = [
            Field::Purpose,
            Field::Data,
            Field::Link,
            Field::Company,
            Field::Package,
        ];
        let has_more = columns
            .iter()
            .enumerate()
            .any(|(at, field)| at != name && field.is_some_and(|f| others.contains(&f)));
        let header: String = (0..head.cells.len())
            .map(|column| self.words(head, column))
            .collect();
        let facts = facts.get(name)?;
        let surely = matches!(columns.get(name), Some(Some(Field::Name(3))));
        let speaks = surely
            || fields::speaks_of_sdks(&header)
            || fields::speaks_of_sdks(self.caption)
            || self.region.sdks
            || facts.known >= 34;
        let otherwise = facts.permission > 30
            || region::is_other(&header)
                && !surely
                && facts.known < 34
                && !header.contains("第三方")
            || (self.region.other || region::is_other(self.caption)) && !surely && facts.known < 34;
        (speaks && has_more && !otherwise).then_some(columns)
    }

    /// What the columns of a table without header hold, if their content
    /// shows that it lists SDKs.
    fn by_content(&self, table: &Table) -> Option<Vec<Option<Field>>> {
        let width = table.rows.iter().map(|row| row.cells.len()).max()?;
        if !(2..=12).contains(&width) || table.rows.len() < 2 {
            return None;
        }
        let facts: Vec<Facts> = (0..width)
            .map(|column| self.facts(table, 0, column))
            .collect();
        let wanted = if self.region.sdks { 34 } else { 60 };
        let name = (0..width).max_by_key(|column| {
            let known = facts.get(*column).map_or(0, |facts| facts.known);
            (known, std::cmp::Reverse(*column))
        })?;
        if facts.get(name)?.known < wanted {
            return None;
        }
        let mut columns: Vec<Option<Field>> = facts
            .iter()
            .map(|facts| {
                if facts.company > 50 {
                    Some(Field::Company)
                } else if facts.url > 50 {
                    Some(Field::Link)
                } else if facts.data > 50 {
                    Some(Field::Data)
                } else if facts.purpose > 50 {
                    Some(Field::Purpose)
                } else {
                    None
                }
            })
            .collect();
        if let Some(field) = columns.get_mut(name) {
            *field = Some(Field::Name(2));
        }
        let more = columns.iter().flatten().count() >= 2;
        (more || self.region.sdks).then_some(columns)
    }

    /// What part of a column's cells looks like what.
    fn facts(&self, table: &Table, first: usize, column: usize) -> Facts {
        let mut cells = 0_u32;
        let mut counts = Facts::default();
        let mut last: Option<&Range<usize>> = None;
        for row in table.rows.iter().skip(first) {
            let Some(cell) = row.cells.get(column) else {
                continue;
            };
            let words = self.words(row, column);
            if last == Some(cell) || is_nothing(words) || distinct(&row.cells) < 2 {
                continue;
            }
            last = Some(cell);
            cells = cells.saturating_add(1);
            let lower = words.to_lowercase();
            let is_short = words.chars().count() <= 60;
            let known = is_short
                && (self.matcher.is_known(words)
                    || self.matcher.is_name(words)
                    || lower.contains("sdk") && !names::is_generic(words));
            counts.known += u32::from(known);
            counts.company += u32::from(is_company(words));
            counts.url += u32::from(
                names::addresses(words).next().is_some()
                    || super::target_at(self.prose, cell).is_some(),
            );
            counts.permission += u32::from(lower.contains("permission") || words.ends_with("权限"));
            counts.data += u32::from(
                [
                    "imei", "设备", "信息", "mac", "地址", "标识", "data", "device",
                ]
                .iter()
                .any(|w| lower.contains(w)),
            );
            counts.purpose += u32::from(
                [
                    "用于", "提供", "推送", "统计", "支付", "登录", "分享", "服务", "实现", "for",
                    "to ",
                ]
                .iter()
                .any(|w| lower.contains(w)),
            );
            if cells >= u32::try_from(SAMPLE).unwrap_or(u32::MAX) {
                break;
            }
        }
        counts.of_hundred(cells)
    }

    /// The entries of a table whose columns are known.
    fn rows(&self, table: &Table, first: usize, columns: &[Option<Field>]) -> Vec<ListedSdk> {
        let Some(name_at) = columns
            .iter()
            .position(|field| field.is_some_and(Field::is_name))
            .or_else(|| {
                columns
                    .iter()
                    .position(|field| *field == Some(Field::Company))
            })
        else {
            return Vec::new();
        };
        let mut platform = self.region.platform.clone();
        let mut entries: Vec<ListedSdk> = Vec::new();
        let mut last_name: Option<&Range<usize>> = None;
        for row in table.rows.iter().skip(first) {
            let told = self.fields(row).iter().flatten().count();
            if told >= 2 && told * 3 >= distinct(&row.cells) * 2 {
                continue; // the header, again
            }
            if distinct(&row.cells) < 2 {
                let words = self.words(row, 0);
                platform = region::platform(words).or(platform);
                continue; // a line across the table
            }
            let Some(name_cell) = row.cells.get(name_at) else {
                continue;
            };
            let at = range_of(row, name_cell);
            let written = self.words(row, name_at);
            let goes_on = last_name == Some(name_cell) || written.is_empty();
            if goes_on {
                if let Some(entry) = entries.last_mut() {
                    entry.at.end = entry.at.end.max(at.end);
                    self.fill(entry, row, columns, name_at);
                }
                continue;
            }
            if is_nothing(written) {
                continue;
            }
            let name = names::clean(written);
            let letters = name.chars().any(char::is_alphabetic);
            if !letters || names::is_generic(&name) && !name.is_ascii() {
                // 「支付」 as a name: the row is told by its company.
                if columns.iter().all(|f| *f != Some(Field::Company)) || !letters {
                    continue;
                }
            }
            last_name = Some(name_cell);
            let mut entry = ListedSdk::new(name, Form::Table, at);
            entry.platform.clone_from(&platform);
            self.fill(&mut entry, row, columns, name_at);
            entries.push(entry);
        }
        entries
    }

    fn fill(&self, entry: &mut ListedSdk, row: &Row, columns: &[Option<Field>], name_at: usize) {
        for (column, field) in columns.iter().enumerate() {
            let Some(field) = field else {
                continue;
            };
            let is_own = column == name_at && *field != Field::Company;
            if !is_own {
                entry.put(*field, self.words(row, column));
            }
            if *field == Field::Link
                && let Some(cell) = row.cells.get(column)
                && let Some(target) = super::target_at(self.prose, cell)
            {
                entry.link = Some(target);
            }
        }
    }

    /// A table with keys in its first column: one entry a column, or entries
    /// one below the other.
    fn keyed(&self, table: &Table) -> Option<Vec<ListedSdk>> {
        let width = table.rows.iter().map(|row| row.cells.len()).max()?;
        let keys: Vec<Option<Field>> = table
            .rows
            .iter()
            .map(|row| fields::of(self.words(row, 0)))
            .collect();
        let told = keys
            .iter()
            .flatten()
            .filter(|f| **f != Field::Other)
            .count();
        let mut kinds: Vec<Field> = keys.iter().flatten().copied().collect();
        kinds.sort_unstable();
        kinds.dedup();
        let name = kinds.iter().any(|field| field.is_name());
        if width < 2 || !name || kinds.len() < 3 || told * 2 < table.rows.len() {
            return None;
        }
        // A header row that happens to begin with a name is no key column.
        let across = table
            .rows
            .first()
            .map_or(0, |row| self.fields(row).iter().flatten().count());
        if across >= 2 && width > 2 {
            return None;
        }
        let whole: String = table
            .rows
            .iter()
            .take(SAMPLE)
            .map(|row| self.words(row, 0))
            .collect();
        let known =
            |row: &Row| (1..row.cells.len()).any(|c| self.matcher.is_known(self.words(row, c)));
        let speaks = fields::speaks_of_sdks(&whole)
            || self.region.sdks
            || table.rows.first().is_some_and(known);
        if !speaks {
            return None;
        }
        let mut entries = Vec::new();
        for column in 1..width {
            let mut entry: Option<ListedSdk> = None;
            for (row, key) in table.rows.iter().zip(&keys) {
                let (Some(cell), Some(key)) = (row.cells.get(column), key) else {
                    continue;
                };
                let words = self.words(row, column);
                if key.is_name() && (entry.is_none() || *key != Field::Name(1)) {
                    entries.extend(entry.take());
                    if !is_nothing(words) {
                        let mut new =
                            ListedSdk::new(names::clean(words), Form::Table, cell.clone());
                        new.platform.clone_from(&self.region.platform);
                        entry = Some(new);
                    }
                } else if let Some(entry) = &mut entry {
                    if width == 2 {
                        entry.at.end = cell.end;
                    }
                    entry.put(*key, words);
                    if *key == Field::Link
                        && let Some(target) = super::target_at(self.prose, cell)
                    {
                        entry.link = Some(target);
                    }
                    for package in names::packages(words) {
                        entry.packages.push(package);
                    }
                }
            }
            entries.extend(entry);
        }
        Some(entries)
    }
}

/// What part of the cells of a column looks like what, of a hundred.
#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    known: u32,
    company: u32,
    url: u32,
    permission: u32,
    data: u32,
    purpose: u32,
}

impl Facts {
    fn of_hundred(self, cells: u32) -> Self {
        let part = |count: u32| count.saturating_mul(100).checked_div(cells).unwrap_or(0);
        Self {
            known: part(self.known),
            company: part(self.company),
            url: part(self.url),
            permission: part(self.permission),
            data: part(self.data),
            purpose: part(self.purpose),
        }
    }
}

/// How many different cells a row has: one that spans columns counts once.
fn distinct(cells: &[Range<usize>]) -> usize {
    let mut starts: Vec<(usize, usize)> = cells.iter().map(|c| (c.start, c.end)).collect();
    starts.sort_unstable();
    starts.dedup();
    starts.len()
}

/// The row in the text, from its name on; cells that hang down from rows
/// above stand elsewhere.
fn range_of(row: &Row, name: &Range<usize>) -> Range<usize> {
    let own = row.cells.iter().filter(|cell| cell.start >= name.start);
    let end = own.map(|cell| cell.end).max().unwrap_or(name.end);
    name.start..end
}
