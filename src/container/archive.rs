//! A ZIP archive in memory: its entries, each with the place of its data.

use super::budget::Budget;
use super::bytes::{Bytes, slice_at, u16_at, u32_at};
use super::directory::{self, Directory, Record};
use super::error::{OpenError, ReadError};
use super::tally::Tally;
use super::{compare, names, read};
use crate::evidence::{Anomaly, Gap, GapKind, Part, Place};

const LOCAL: u32 = 0x0403_4b50;
const LOCAL_LEN: usize = 30;
/// General purpose bit 0: encrypted.
const ENCRYPTED: u16 = 1;
/// General purpose bit 3: sizes stand behind the data.
const DESCRIPTOR: u16 = 8;

/// How the data of an entry is packed (APPNOTE.TXT 4.4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// As it is.
    Stored,
    /// Deflate.
    Deflated,
    /// Any other number. Android's asset reader takes such an entry as
    /// stored (`ZipAssetsProvider` in `ApkAssets`/`AssetsProvider.cpp`).
    Other(u16),
}

/// One file in an archive.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Name inside the module, `/` between its parts.
    pub name: String,
    /// Size in bytes after inflation, as the central directory says.
    pub size: u64,
    /// Size in bytes in the archive, as the central directory says.
    pub compressed_size: u64,
    /// How it is packed.
    pub method: Method,
    /// CRC-32 of the content, as the central directory says.
    pub crc32: u32,
    /// Offset in bytes of the local header in the archive.
    pub header_offset: u64,
    /// Offset in bytes of the data in the archive; `None` if there is no
    /// local header where the directory says.
    pub data_offset: Option<u64>,
    /// Whether the entry is marked as encrypted. Android ignores the mark.
    pub encrypted: bool,
}

/// An opened archive. Entries are sorted by name; of equal names, the one
/// that stands first in the central directory comes first.
#[derive(Clone, Debug)]
pub struct Archive {
    bytes: Bytes,
    entries: Vec<Entry>,
    directory_offset: usize,
}

impl Archive {
    /// Reads the central directory and all local headers.
    ///
    /// `whole` is the place of the archive for anomalies, `prefix` what
    /// stands before its entry names in a place. With `compared`, the `zip`
    /// crate reads the archive too and a disagreement is an anomaly.
    pub(super) fn open(
        bytes: Bytes,
        whole: &str,
        prefix: &str,
        compared: bool,
        budget: &Budget,
    ) -> Result<(Self, Vec<Anomaly>), OpenError> {
        if bytes.is_empty() {
            return Err(OpenError::Empty);
        }
        let mut tally = Tally::default();
        let limit = budget.limits().entries;
        let directory = directory::read(&bytes, limit, &mut tally)?;
        if !budget.spend_entries(directory.records.len()) {
            return Err(OpenError::TooManyEntries(
                directory.records.len(),
                budget.limits().total_entries,
            ));
        }
        let found = u64::try_from(directory.records.len()).unwrap_or(u64::MAX);
        if directory.count > found {
            budget.note_gap(Gap {
                part: Part::Container,
                kind: GapKind::Malformed,
                place: Place::file(whole),
                detail: format!(
                    "the central directory counts {} entries, {found} can be found",
                    directory.count
                ),
            });
        }
        if compared && let Some(detail) = compare::disagreement(&bytes, &directory) {
            tally.whole("zip-readers-disagree", detail);
        }
        let directory_offset = directory.start;
        let entries = entries(&bytes, &directory, &mut tally);
        let archive = Self {
            bytes,
            entries,
            directory_offset,
        };
        Ok((archive, tally.into_anomalies(whole, prefix)))
    }

    /// All entries, sorted by name.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The first entry with this name.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        let at = self.entries.partition_point(|e| e.name.as_str() < name);
        self.entries.get(at).filter(|e| e.name == name)
    }

    /// The bytes of the archive.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Offset in bytes of the central directory: signing blocks end here.
    pub fn directory_offset(&self) -> usize {
        self.directory_offset
    }

    /// The entries below `prefix`, with the prefix taken from their names.
    pub(super) fn below(&self, prefix: &str) -> Self {
        Self {
            bytes: self.bytes.clone(),
            directory_offset: self.directory_offset,
            entries: self
                .entries
                .iter()
                .filter_map(|entry| {
                    let name = entry.name.strip_prefix(prefix)?.to_owned();
                    Some(Entry {
                        name,
                        ..entry.clone()
                    })
                })
                .collect(),
        }
    }

    /// The content of an entry. `place` names it in anomalies.
    pub(super) fn read(
        &self,
        entry: &Entry,
        place: &dyn Fn() -> String,
        budget: &Budget,
    ) -> Result<Vec<u8>, ReadError> {
        read::whole(self, entry, place, budget)
    }

    /// The same, without a copy if it is stored as it is.
    pub(super) fn content(
        &self,
        entry: &Entry,
        place: &dyn Fn() -> String,
        budget: &Budget,
    ) -> Result<Bytes, ReadError> {
        match self.stored(entry) {
            Some(bytes) => {
                read::pay(entry.size, budget)?;
                read::verify(entry, &bytes, place, budget)?;
                Ok(bytes)
            }
            None => self.read(entry, place, budget).map(Bytes::new),
        }
    }

    /// The stored bytes of an entry: the `compressed_size` bytes at its data
    /// offset.
    pub(super) fn packed(&self, entry: &Entry, len: u64) -> Option<&[u8]> {
        let at = usize::try_from(entry.data_offset?).ok()?;
        slice_at(&self.bytes, at, usize::try_from(len).ok()?)
    }

    /// The content of an entry that is stored as it is, without a copy.
    pub(super) fn stored(&self, entry: &Entry) -> Option<Bytes> {
        if entry.method != Method::Stored || entry.size != entry.compressed_size {
            return None;
        }
        let at = usize::try_from(entry.data_offset?).ok()?;
        let end = at.checked_add(usize::try_from(entry.size).ok()?)?;
        self.bytes.slice(at..end)
    }
}

/// Turns directory headers into entries and compares each with its local
/// header.
fn entries(file: &[u8], directory: &Directory<'_>, tally: &mut Tally) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(directory.records.len());
    for record in &directory.records {
        let (name, utf8) = names::decode(record.name);
        if !utf8 {
            tally.entry("zip-name-encoding", &name, || {
                "name is not UTF-8 and is shown in code page 437; Android refuses such a file"
                    .to_owned()
            });
        }
        if let Some(what) = names::mischief(&name) {
            tally.entry("zip-unsafe-name", &name, || format!("name {what}"));
        }
        header_tricks(record, &name, tally);
        let data_offset = local(file, record, directory.start, &name, tally);
        let empty_directory = name.ends_with('/') && record.size == 0;
        if empty_directory {
            continue;
        }
        if name.ends_with('/') {
            tally.entry("zip-directory-with-data", &name, || {
                format!("a directory with {} bytes of content", record.size)
            });
        }
        entries.push(Entry {
            name,
            size: record.size,
            compressed_size: record.compressed_size,
            method: match record.method {
                0 => Method::Stored,
                8 => Method::Deflated,
                other => Method::Other(other),
            },
            crc32: record.crc32,
            header_offset: record.header_offset,
            data_offset,
            encrypted: record.flags & ENCRYPTED != 0,
        });
    }
    overlaps(&entries, directory.start, tally);
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    for (first, second) in entries.iter().zip(entries.iter().skip(1)) {
        if first.name == second.name {
            tally.entry("zip-duplicate-name", &first.name, || {
                "the name stands twice in the directory; the first is read; Android refuses such a file since version 4.4".to_owned()
            });
        }
    }
    entries
}

/// Fields of the central header that Android ignores and other tools obey.
fn header_tricks(record: &Record<'_>, name: &str, tally: &mut Tally) {
    if record.flags & ENCRYPTED != 0 {
        tally.entry("zip-encryption-bit", name, || {
            "marked as encrypted; Android ignores the mark".to_owned()
        });
    }
    if !matches!(record.method, 0 | 8) {
        tally.entry("zip-unknown-method", name, || {
            format!(
                "compression method {:#06x}; Android takes it as stored",
                record.method
            )
        });
    }
    if record.disk != 0 {
        tally.entry("zip-disk-number", name, || {
            format!(
                "said to be on disk {}; Android ignores the field",
                record.disk
            )
        });
    }
    if record.method == 0 && record.size != record.compressed_size {
        tally.entry("zip-stored-size", name, || {
            format!(
                "stored, but {} bytes packed and {} unpacked; Android takes the latter",
                record.compressed_size, record.size
            )
        });
    }
}

/// Reads the local header, compares it with the central one, and gives the
/// offset of the data. Android takes the length of name and extra field from
/// here and all else from the directory.
fn local(
    file: &[u8],
    record: &Record<'_>,
    directory_start: usize,
    name: &str,
    tally: &mut Tally,
) -> Option<u64> {
    let Some(local) = local_header(file, record) else {
        tally.entry("zip-local-header", name, || {
            format!(
                "no local header at {:#x}; Android cannot read this entry",
                record.header_offset
            )
        });
        return None;
    };
    if local.name != record.name {
        tally.entry("zip-local-header", name, || {
            format!(
                "the local header calls it {:?}; Android cannot read this entry",
                names::decode(local.name).0
            )
        });
    }
    if local.method != record.method {
        tally.entry("zip-local-method", name, || {
            format!(
                "method {:#06x} in the local header, {:#06x} in the directory; Android takes the latter",
                local.method, record.method
            )
        });
    }
    let same = local.crc32 == record.crc32
        && local.size == record.size
        && local.compressed_size == record.compressed_size;
    if local.flags & DESCRIPTOR == 0 && !same {
        tally.entry("zip-local-size", name, || {
            "size or CRC differs between local header and directory; Android cannot read this entry"
                .to_owned()
        });
    }
    let end = local.data_offset.checked_add(record.compressed_size);
    if end.is_none_or(|end| usize::try_from(end).map_or(true, |end| end > directory_start)) {
        tally.entry("zip-size-lie", name, || {
            format!(
                "{} bytes of data do not fit before the directory",
                record.compressed_size
            )
        });
    }
    Some(local.data_offset)
}

/// A local header (APPNOTE.TXT 4.3.7).
struct Local<'a> {
    name: &'a [u8],
    flags: u16,
    method: u16,
    crc32: u32,
    compressed_size: u64,
    size: u64,
    data_offset: u64,
}

fn local_header<'a>(file: &'a [u8], record: &Record<'_>) -> Option<Local<'a>> {
    let at = usize::try_from(record.header_offset).ok()?;
    let header = slice_at(file, at, LOCAL_LEN)?;
    if u32_at(header, 0)? != LOCAL {
        return None;
    }
    let name_len = usize::from(u16_at(header, 26)?);
    let extra_len = usize::from(u16_at(header, 28)?);
    let name_at = at.checked_add(LOCAL_LEN)?;
    let extra_at = name_at.checked_add(name_len)?;
    let data_at = extra_at.checked_add(extra_len)?;
    let mut compressed_size = u64::from(u32_at(header, 18)?);
    let mut size = u64::from(u32_at(header, 22)?);
    if size == 0xffff_ffff || compressed_size == 0xffff_ffff {
        let extra = slice_at(file, extra_at, extra_len)?;
        directory::widen(extra, &mut size, &mut compressed_size, &mut 0);
    }
    Some(Local {
        name: slice_at(file, name_at, name_len)?,
        flags: u16_at(header, 6)?,
        method: u16_at(header, 8)?,
        crc32: u32_at(header, 14)?,
        compressed_size,
        size,
        data_offset: u64::try_from(data_at).ok()?,
    })
}

/// Entries whose bytes another entry also claims.
fn overlaps(entries: &[Entry], directory_start: usize, tally: &mut Tally) {
    let mut spans: Vec<(u64, u64, &str)> = entries
        .iter()
        .filter_map(|entry| {
            let end = entry.data_offset?.checked_add(entry.compressed_size)?;
            Some((entry.header_offset, end, entry.name.as_str()))
        })
        .filter(|&(_, end, _)| usize::try_from(end).is_ok_and(|end| end <= directory_start))
        .collect();
    spans.sort_unstable();
    let mut reached = 0;
    for (start, end, name) in spans {
        if start < reached {
            tally.entry("zip-overlap", name, || {
                "its bytes belong to another entry too".to_owned()
            });
        }
        reached = reached.max(end);
    }
}
