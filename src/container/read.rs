//! The content of an entry, within its limits.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::archive::{Archive, Entry, Method};
use super::budget::Budget;
use super::error::ReadError;
use crate::evidence::{Anomaly, Place};

/// Below this, any ratio is affordable.
const SMALL: u64 = 16 * 1024 * 1024;
/// Output space added at a time once an entry outgrows its declared size.
const STEP: usize = 64 * 1024;
/// Deflate cannot expand more than this (one bit of length code for 258
/// bytes), so it bounds the first allocation.
const MAX_EXPANSION: u64 = 1032;

/// Reads an entry as Android would: a method other than deflate is stored,
/// the encryption mark is ignored, a wrong CRC is only noted.
pub(super) fn whole(
    archive: &Archive,
    entry: &Entry,
    place: &dyn Fn() -> String,
    budget: &Budget,
) -> Result<Vec<u8>, ReadError> {
    pay(cost(entry, budget)?, budget)?;
    paid(archive, entry, place, budget)
}

/// The content of an entry that has been paid for.
pub(super) fn paid(
    archive: &Archive,
    entry: &Entry,
    place: &dyn Fn() -> String,
    budget: &Budget,
) -> Result<Vec<u8>, ReadError> {
    if entry.data_offset.is_none() {
        return Err(malformed("no local header where the directory says"));
    }
    if !fits(archive, entry) {
        return Err(malformed("data reach past the end of the archive"));
    }
    let content = match entry.method {
        Method::Stored => stored(archive, entry),
        Method::Deflated => inflated(archive, entry, budget),
        Method::Other(_) if entry.size == entry.compressed_size => stored(archive, entry),
        Method::Other(_) => inflated(archive, entry, budget)
            .ok()
            .filter(|content| u64::try_from(content.len()) == Ok(entry.size))
            .map_or_else(|| stored(archive, entry), Ok),
    };
    let content = match content {
        Err(ReadError::Malformed(_)) if entry.encrypted => return Err(ReadError::Encrypted),
        other => other?,
    };
    verify(entry, &content, place, budget)?;
    Ok(content)
}

/// Pays for content. Stored bytes that are not copied are paid for too: many
/// entries can share them, and each is looked at.
pub(super) fn pay(bytes: u64, budget: &Budget) -> Result<(), ReadError> {
    if budget.spend_bytes(bytes) {
        return Ok(());
    }
    Err(ReadError::Limit(format!(
        "{bytes} bytes, more than what is left of the {} of one input",
        budget.limits().total_bytes
    )))
}

/// What it costs to hold the content of an entry, if that is allowed.
pub(super) fn cost(entry: &Entry, budget: &Budget) -> Result<u64, ReadError> {
    let cost = entry.size.max(entry.compressed_size);
    let limit = budget.limits().entry_bytes;
    if cost > limit {
        return Err(ReadError::Limit(format!(
            "{cost} bytes, more than the {limit} of one entry"
        )));
    }
    Ok(cost)
}

/// The first `len` bytes of an entry, or fewer; empty if it cannot be read.
/// `inflater` is used again for every entry.
pub(super) fn head(
    archive: &Archive,
    entry: &Entry,
    len: usize,
    inflater: &mut Decompress,
) -> Vec<u8> {
    let plain = |archive: &Archive| {
        let want = entry.size.min(u64::try_from(len).unwrap_or(u64::MAX));
        archive.packed(entry, want).unwrap_or_default().to_vec()
    };
    if entry.method != Method::Deflated {
        return plain(archive);
    }
    let packed = entry.compressed_size.min(4096);
    let input = archive.packed(entry, packed).unwrap_or_default();
    let mut head = Vec::with_capacity(len);
    inflater.reset(false);
    match inflater.decompress_vec(input, &mut head, FlushDecompress::None) {
        Ok(_) => head,
        Err(_) => Vec::new(),
    }
}

fn malformed(why: &str) -> ReadError {
    ReadError::Malformed(why.to_owned())
}

/// Whether the bytes that will be read are there at all.
fn fits(archive: &Archive, entry: &Entry) -> bool {
    let len = match entry.method {
        Method::Stored => entry.size,
        _ => entry.compressed_size,
    };
    archive.packed(entry, len).is_some()
}

fn stored(archive: &Archive, entry: &Entry) -> Result<Vec<u8>, ReadError> {
    archive
        .packed(entry, entry.size)
        .map(<[u8]>::to_vec)
        .ok_or_else(|| malformed("data reach past the end of the archive"))
}

fn inflated(archive: &Archive, entry: &Entry, budget: &Budget) -> Result<Vec<u8>, ReadError> {
    let input = archive
        .packed(entry, entry.compressed_size)
        .ok_or_else(|| malformed("data reach past the end of the archive"))?;
    let limits = budget.limits();
    let believable = entry
        .size
        .min(entry.compressed_size.saturating_mul(MAX_EXPANSION))
        .saturating_add(16);
    let first = usize::try_from(believable)
        .map_err(|_| ReadError::Limit("does not fit in memory".to_owned()))?;
    let mut output = Vec::new();
    reserve(&mut output, first)?;
    let mut inflater = Decompress::new(false);
    loop {
        let (read, written) = (inflater.total_in(), inflater.total_out());
        let rest = usize::try_from(read)
            .ok()
            .and_then(|at| input.get(at..))
            .unwrap_or_default();
        let status = inflater
            .decompress_vec(rest, &mut output, FlushDecompress::None)
            .map_err(|_| ReadError::Malformed(format!("does not inflate after {written} bytes")))?;
        let produced = inflater.total_out();
        if produced > SMALL && produced.checked_div(entry.compressed_size) > Some(limits.ratio) {
            return Err(ReadError::Limit(format!(
                "inflates to more than {} times its stored size",
                limits.ratio
            )));
        }
        if status == Status::StreamEnd {
            return Ok(output);
        }
        if output.len() == output.capacity() {
            grow(&mut output, entry, produced, budget)?;
        } else if inflater.total_in() == read && produced == written {
            return Err(ReadError::Malformed(format!(
                "deflate data end early, after {produced} bytes"
            )));
        }
    }
}

/// More space for an entry that is larger than it says: paid for from the
/// budget like any other.
fn grow(
    output: &mut Vec<u8>,
    entry: &Entry,
    produced: u64,
    budget: &Budget,
) -> Result<(), ReadError> {
    let limit = budget.limits().entry_bytes;
    let step = u64::try_from(STEP).unwrap_or(u64::MAX);
    if produced.saturating_add(step) > limit || !budget.spend_bytes(step) {
        return Err(ReadError::Limit(format!(
            "inflates to more than {produced} bytes, {} declared",
            entry.size
        )));
    }
    reserve(output, STEP)
}

fn reserve(output: &mut Vec<u8>, more: usize) -> Result<(), ReadError> {
    output
        .try_reserve_exact(more)
        .map_err(|_| ReadError::Limit(format!("no memory for {more} bytes")))
}

/// Compares size and CRC with what the directory says. A difference is
/// noted; only data that are evidently encrypted are refused.
pub(super) fn verify(
    entry: &Entry,
    content: &[u8],
    place: &dyn Fn() -> String,
    budget: &Budget,
) -> Result<(), ReadError> {
    let mut crc = Crc::new();
    crc.update(content);
    let same_crc = crc.sum() == entry.crc32;
    // Traditional encryption puts 12 bytes before the data (APPNOTE 6.1.3).
    let has_header = entry.compressed_size.checked_sub(entry.size) == Some(12);
    if entry.encrypted && !same_crc && entry.method == Method::Stored && has_header {
        return Err(ReadError::Encrypted);
    }
    if u64::try_from(content.len()) != Ok(entry.size) {
        budget.note(Anomaly {
            kind: "zip-size-lie".to_owned(),
            place: Place::file(place()),
            detail: format!(
                "inflates to {} bytes, the directory says {}",
                content.len(),
                entry.size
            ),
        });
    } else if !same_crc {
        budget.note(Anomaly {
            kind: "zip-bad-crc".to_owned(),
            place: Place::file(place()),
            detail: format!(
                "CRC-32 is {:08x}, the directory says {:08x}; Android does not check it",
                crc.sum(),
                entry.crc32
            ),
        });
    }
    Ok(())
}
