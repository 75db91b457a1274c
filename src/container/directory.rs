//! The central directory of a ZIP archive, read as Android reads it.
//!
//! Formats: APPNOTE.TXT 6.3.10, sections 4.3.12 (central directory header),
//! 4.3.14 to 4.3.16 (end records) and 4.5.3 (zip64 extra field). Behaviour:
//! `libziparchive` of the Android Open Source Project, which opens every
//! package on a device. Where it refuses a file we still read on and report
//! the anomaly: a tool that sees nothing says nothing.

use super::bytes::{slice_at, u16_at, u32_at, u64_at};
use super::error::OpenError;
use super::tally::Tally;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END64: u32 = 0x0606_4b50;
const LOCATOR64: u32 = 0x0706_4b50;
const END_LEN: usize = 22;
const CENTRAL_LEN: usize = 46;
const LOCATOR64_LEN: usize = 20;
/// Enough for any archive; bounds the search among planted signatures.
const MAX_CANDIDATES: usize = 64;

/// One central directory header.
#[derive(Clone, Debug)]
pub(super) struct Record<'a> {
    pub name: &'a [u8],
    pub flags: u16,
    pub method: u16,
    pub crc32: u32,
    pub compressed_size: u64,
    pub size: u64,
    pub disk: u16,
    /// Offset of the local header in the file, prefix included.
    pub header_offset: u64,
}

/// The directory as a whole.
#[derive(Debug)]
pub(super) struct Directory<'a> {
    /// Offset in the file of the first central header.
    pub start: usize,
    pub records: Vec<Record<'a>>,
    /// Number of entries that the end record counts.
    pub count: u64,
}

/// An end record that was found, and the directory it points to.
struct End {
    /// Offset of the end record.
    at: usize,
    /// Where the directory must end: this record or its zip64 companion.
    bound: usize,
    count: u64,
    size: u64,
    start: usize,
    /// Bytes before the archive that its offsets do not count.
    shift: usize,
    disk: bool,
    exact: bool,
}

/// Finds and walks the central directory.
pub(super) fn read<'a>(
    file: &'a [u8],
    limit: usize,
    tally: &mut Tally,
) -> Result<Directory<'a>, OpenError> {
    let end = find_end(file, tally)?;
    let records = walk(file, &end, limit, tally)?;
    if records.is_empty() {
        return Err(OpenError::NoEntries);
    }
    if end.shift != 0 {
        tally.whole(
            "zip-prefixed-data",
            format!("{} bytes stand before the archive and its offsets do not count them; Android refuses such a file", end.shift),
        );
    } else if u32_at(file, 0) != Some(LOCAL) {
        tally.whole(
            "zip-prefixed-data",
            "the file does not begin with a local header; Android refuses such a file".to_owned(),
        );
    }
    if end.disk {
        tally.whole(
            "zip-disk-number",
            "the end record names another disk; Android ignores the field".to_owned(),
        );
    }
    Ok(Directory {
        start: end.start,
        records,
        count: end.count,
    })
}

/// Looks for the end record from the end of the file, as Android does:
/// the last signature counts. If that one leads nowhere, an earlier one may
/// still lead to the entries.
fn find_end(file: &[u8], tally: &mut Tally) -> Result<End, OpenError> {
    let window = file
        .len()
        .saturating_sub(END_LEN.saturating_add(usize::from(u16::MAX)));
    let tail = file.get(window..).unwrap_or_default();
    let finder = memchr::memmem::FinderRev::new(b"PK\x05\x06");
    let mut fallback: Option<(usize, End)> = None;
    for (index, found) in finder.rfind_iter(tail).take(MAX_CANDIDATES).enumerate() {
        let at = window.saturating_add(found);
        let Some(end) = end_at(file, at) else {
            continue;
        };
        // One that fits the file exactly is best; else the last one that
        // leads to a directory at all.
        if end.exact {
            fallback = Some((index, end));
            break;
        }
        fallback.get_or_insert((index, end));
    }
    let Some((index, end)) = fallback else {
        return Err(missing(file));
    };
    if index > 0 {
        tally.whole(
            "zip-several-ends",
            format!(
                "the last end record leads to no directory; the one at {:#x} does; Android goes by the last and refuses or sees no entries",
                end.at
            ),
        );
    }
    if !end.exact {
        tally.whole(
            "zip-trailing-data",
            "bytes stand behind the end record that its comment length does not count; Android refuses such a file".to_owned(),
        );
    }
    Ok(end)
}

/// What to say when no directory can be found.
fn missing(file: &[u8]) -> OpenError {
    match super::sniff::other(file) {
        Some(what) => OpenError::NotAnArchive(what),
        None if file.starts_with(b"PK\x05\x06") => OpenError::NoEntries,
        None => OpenError::Truncated,
    }
}

/// Reads the end record at `at` and checks that a directory is where it
/// says.
fn end_at(file: &[u8], at: usize) -> Option<End> {
    let field16 = |n: usize| u16_at(file, at.checked_add(n)?);
    let field32 = |n: usize| u32_at(file, at.checked_add(n)?);
    let comment = usize::from(field16(20)?);
    let exact = at.checked_add(END_LEN)?.checked_add(comment)? == file.len();
    let disk = field16(4)? != 0 || field16(6)? != 0;
    let (mut count, mut size, mut offset) = (
        u64::from(field16(10)?),
        u64::from(field32(12)?),
        u64::from(field32(16)?),
    );
    let mut bound = at;
    let wide = count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff;
    if wide && let Some((at64, values)) = end64(file, at) {
        (count, size, offset) = values;
        bound = at64;
    }
    let start = usize::try_from(offset).ok()?;
    let is_directory = |at: usize| at < bound && u32_at(file, at) == Some(CENTRAL);
    let by_size = bound.checked_sub(usize::try_from(size).ok()?);
    let (start, shift) = if is_directory(start) {
        (start, 0)
    } else {
        let by_size = by_size.filter(|&at| is_directory(at))?;
        (by_size, by_size.checked_sub(start)?)
    };
    Some(End {
        at,
        bound,
        count,
        size,
        start,
        shift,
        disk,
        exact,
    })
}

/// The zip64 end record that belongs to the end record at `end`: its offset,
/// and count, size and offset of the directory.
fn end64(file: &[u8], end: usize) -> Option<(usize, (u64, u64, u64))> {
    let locator = end.checked_sub(LOCATOR64_LEN)?;
    if u32_at(file, locator)? != LOCATOR64 {
        return None;
    }
    let at = usize::try_from(u64_at(file, locator.checked_add(8)?)?).ok()?;
    if at >= locator || u32_at(file, at)? != END64 {
        return None;
    }
    Some((
        at,
        (
            u64_at(file, at.checked_add(32)?)?,
            u64_at(file, at.checked_add(40)?)?,
            u64_at(file, at.checked_add(48)?)?,
        ),
    ))
}

/// Walks the headers as far as they go, whatever the count says, and over a
/// broken one.
fn walk<'a>(
    file: &'a [u8],
    end: &End,
    limit: usize,
    tally: &mut Tally,
) -> Result<Vec<Record<'a>>, OpenError> {
    let mut at = end.start;
    let mut records = Vec::new();
    loop {
        if let Some((record, next)) = record_at(file, at, end) {
            if records.len() >= limit {
                return Err(OpenError::TooManyEntries(records.len(), limit));
            }
            records.push(record);
            at = next;
        } else if let Some(next) = next_header(file, at, end) {
            tally.whole(
                "zip-directory-broken",
                format!("no directory header at {at:#x}, the next is at {next:#x}; Android refuses such a file"),
            );
            at = next;
        } else {
            break;
        }
    }
    let found = u64::try_from(records.len()).unwrap_or(u64::MAX);
    if found != end.count {
        tally.whole(
            "zip-entry-count",
            format!(
                "the end record counts {} entries, the directory holds {found}; Android goes by the count",
                end.count
            ),
        );
    }
    let walked = at.saturating_sub(end.start);
    if u64::try_from(walked).ok() != Some(end.size) {
        tally.whole(
            "zip-directory-size",
            format!(
                "the end record gives the directory {} bytes, its headers take {walked}",
                end.size
            ),
        );
    }
    Ok(records)
}

/// Where the next header may begin after a broken one.
fn next_header(file: &[u8], at: usize, end: &End) -> Option<usize> {
    let from = at.checked_add(1)?;
    let found = memchr::memmem::find(file.get(from..end.bound)?, &CENTRAL.to_le_bytes())?;
    from.checked_add(found)
}

/// The central header at `at` and the offset behind it.
fn record_at<'a>(file: &'a [u8], at: usize, end: &End) -> Option<(Record<'a>, usize)> {
    let header = slice_at(file, at, CENTRAL_LEN)?;
    if at.checked_add(CENTRAL_LEN)? > end.bound || u32_at(header, 0)? != CENTRAL {
        return None;
    }
    let name_len = usize::from(u16_at(header, 28)?);
    let extra_len = usize::from(u16_at(header, 30)?);
    let comment_len = usize::from(u16_at(header, 32)?);
    let name_at = at.checked_add(CENTRAL_LEN)?;
    let name = slice_at(file, name_at, name_len)?;
    let extra_at = name_at.checked_add(name_len)?;
    let extra = slice_at(file, extra_at, extra_len)?;
    let next = extra_at.checked_add(extra_len)?.checked_add(comment_len)?;
    if next > end.bound {
        return None;
    }
    let mut compressed_size = u64::from(u32_at(header, 20)?);
    let mut size = u64::from(u32_at(header, 24)?);
    let mut offset = u64::from(u32_at(header, 42)?);
    if [compressed_size, size, offset].contains(&0xffff_ffff) {
        widen(extra, &mut size, &mut compressed_size, &mut offset);
    }
    let record = Record {
        name,
        flags: u16_at(header, 8)?,
        method: u16_at(header, 10)?,
        crc32: u32_at(header, 16)?,
        compressed_size,
        size,
        disk: u16_at(header, 34)?,
        header_offset: offset.checked_add(u64::try_from(end.shift).ok()?)?,
    };
    Some((record, next))
}

/// Takes the 64-bit values from the zip64 extra field, in its order: size,
/// compressed size, offset; each only if the 32-bit field is full. Some
/// writers give all three although one is enough.
pub(super) fn widen(extra: &[u8], size: &mut u64, compressed_size: &mut u64, offset: &mut u64) {
    let mut at = 0_usize;
    while let (Some(id), Some(len)) = (u16_at(extra, at), u16_at(extra, at.saturating_add(2))) {
        let body_at = at.saturating_add(4);
        if id == 1 {
            let body = slice_at(extra, body_at, usize::from(len)).unwrap_or_default();
            let mut values = body.chunks_exact(8).filter_map(|c| u64_at(c, 0));
            let complete = body.len() >= 24;
            for field in [size, compressed_size, offset] {
                if (complete || *field == 0xffff_ffff)
                    && let Some(value) = values.next()
                {
                    *field = value;
                }
            }
            return;
        }
        at = body_at.saturating_add(usize::from(len));
    }
}
