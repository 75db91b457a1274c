//! Dalvik executables, versions 035 to 041, read in place.
//!
//! Source of the format: "Dalvik executable format", "Dalvik bytecode" and
//! "Dalvik executable instruction formats" of the Android Open Source
//! Project. Nothing is copied and nothing is decoded before it is asked for;
//! a defect in one class or method is an error of that class or method, not
//! of the file.
//!
//! Three ways to look at code, from fast to full: [`scan`] gives only calls,
//! constants and field accesses; [`insns`] gives every instruction with its
//! operands; [`Code::tries`] and [`Dex::lines`] give what lies beside them.

mod annotation;
mod class;
mod code;
mod debug;
mod format;
mod header;
mod ids;
mod insn;
mod leb;
mod mutf8;
mod opcode;
mod scan;
mod table;
mod value;

pub use annotation::{Annotation, AnnotationItem, Annotations, Visibility};
pub use class::{ClassData, ClassDef, EncodedField, EncodedMethod, Fields, Methods, access};
pub use code::{Code, Handler, Try, Units};
pub use debug::{Line, Lines};
pub use format::Format;
pub use header::Header;
pub use ids::{CallSite, FieldId, MethodHandle, MethodId, ProtoId, dotted};
pub use insn::{Insn, Insns, Payload, Registers, insn, insns, payload};
pub use mutf8::text;
pub use opcode::{Opcode, Refers, opcode};
pub use scan::{Event, Kind, scan};
pub use value::EncodedValue;

use super::DecodeError;
use super::cursor::Cursor;
use crate::limits::Limits;
use header::{RawHeader, Section};

/// The index that stands for "none" (`NO_INDEX`).
const NO_INDEX: u32 = u32::MAX;

/// The tables of call sites and of method handles.
type LinkTables<'a> = (&'a [[u8; 4]], &'a [[u8; 8]]);

/// One DEX: its header and tables, over the bytes of the file.
#[derive(Clone, Copy, Debug)]
pub struct Dex<'a> {
    /// The physical file: every offset counts from its start, in a
    /// container too.
    data: &'a [u8],
    header: Header,
    strings: &'a [[u8; 4]],
    types: &'a [[u8; 4]],
    protos: &'a [[u8; 12]],
    fields: &'a [[u8; 8]],
    methods: &'a [[u8; 8]],
    classes: &'a [[u8; 32]],
    call_sites: &'a [[u8; 4]],
    method_handles: &'a [[u8; 8]],
    tree_depth: usize,
    tree_nodes: usize,
}

impl<'a> Dex<'a> {
    /// Reads the first DEX of a file: the only one, unless the file is a
    /// container of version 041.
    ///
    /// # Errors
    /// When the header is not that of a known version or a table does not
    /// lie inside the file. Classes and code are not looked at.
    pub fn parse(data: &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        Self::parse_at(data, 0, limits)
    }

    /// Reads all DEX of a file, in order: one, or those of a container.
    ///
    /// # Errors
    /// As [`Dex::parse`], for any of them.
    pub fn parse_all(data: &'a [u8], limits: &Limits) -> Result<Vec<Self>, DecodeError> {
        let first = Self::parse(data, limits)?;
        let end = if first.header.version < 41 {
            0
        } else {
            data.len().min(size(first.header.container_size))
        };
        let mut start = size(first.header.file_size);
        let mut all = vec![first];
        while start < end {
            let next = Self::parse_at(data, start, limits)?;
            // A header is at least 0x78 bytes, so this ends.
            let after = start.saturating_add(size(next.header.file_size));
            if after < start.saturating_add(0x78) {
                return Err(DecodeError::new(
                    "DEX header",
                    "has a size that is too small",
                    start,
                ));
            }
            all.push(next);
            start = after;
        }
        Ok(all)
    }

    fn parse_at(data: &'a [u8], start: usize, limits: &Limits) -> Result<Self, DecodeError> {
        if u64::try_from(data.len()).is_ok_and(|len| len > limits.entry_bytes) {
            return Err(DecodeError::new(
                "DEX",
                "is larger than the limit",
                data.len(),
            ));
        }
        let raw = header::read(data, start)?;
        let RawHeader { header, .. } = raw;
        let (call_sites, method_handles) = map_only_tables(data, &header)?;
        Ok(Self {
            data,
            header,
            strings: table(data, raw.strings, "string_ids")?,
            types: table(data, raw.types, "type_ids")?,
            protos: table(data, raw.protos, "proto_ids")?,
            fields: table(data, raw.fields, "field_ids")?,
            methods: table(data, raw.methods, "method_ids")?,
            classes: table(data, raw.classes, "class_defs")?,
            call_sites,
            method_handles,
            tree_depth: limits.tree_depth,
            tree_nodes: limits.tree_nodes,
        })
    }

    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The bytes of the physical file.
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    fn cursor(&self, offset: u32, what: &'static str) -> Cursor<'a> {
        Cursor::new(self.data, size(offset), what)
    }
}

/// The tables that only the map list knows: call sites (type 7) and method
/// handles (type 8). A broken map is no obstacle, as it is none to Android
/// before version 038.
fn map_only_tables<'a>(data: &'a [u8], header: &Header) -> Result<LinkTables<'a>, DecodeError> {
    const CALL_SITE_ID: u16 = 7;
    const METHOD_HANDLE: u16 = 8;
    const ITEM_SIZE: usize = 12;
    /// There are 22 kinds, and each may be there once.
    const MOST_ITEMS: usize = 64;
    let mut call_sites: &[[u8; 4]] = &[];
    let mut method_handles: &[[u8; 8]] = &[];
    let mut map = Cursor::new(data, size(header.map_off), "map_list");
    if header.version < 38 || header.map_off == 0 {
        return Ok((call_sites, method_handles));
    }
    let count = map.index()?;
    if count > MOST_ITEMS {
        return Err(map.error("has more items than there are kinds"));
    }
    for _ in 0..map.fits(count, ITEM_SIZE)? {
        let kind = map.u16()?;
        map.skip(2)?;
        let section = Section {
            count: map.u32()?,
            offset: map.u32()?,
        };
        match kind {
            CALL_SITE_ID => call_sites = table(data, section, "call_site_ids")?,
            METHOD_HANDLE => method_handles = table(data, section, "method_handles")?,
            _ => {}
        }
    }
    Ok((call_sites, method_handles))
}

/// The items of a table, checked to lie inside the file.
fn table<'a, const N: usize>(
    data: &'a [u8],
    section: Section,
    what: &'static str,
) -> Result<&'a [[u8; N]], DecodeError> {
    if section.count == 0 {
        return Ok(&[]);
    }
    let mut cursor = Cursor::new(data, size(section.offset), what);
    let count = cursor.fits(size(section.count), N)?;
    let bytes = cursor.take(count.saturating_mul(N))?;
    Ok(bytes.as_chunks().0)
}

/// The two words of an eight-byte item.
#[expect(clippy::many_single_char_names, reason = "they are bytes")]
const fn words([a, b, c, d, e, f, g, h]: [u8; 8]) -> (u32, u32) {
    (
        u32::from_le_bytes([a, b, c, d]),
        u32::from_le_bytes([e, f, g, h]),
    )
}

/// The low and the high half of a word.
const fn halves(word: u32) -> (u32, u32) {
    (word & 0xffff, word.wrapping_shr(16))
}

/// A 32-bit count or offset as one in memory; one that does not fit becomes
/// one that no file reaches.
fn size(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
