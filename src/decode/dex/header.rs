//! `header_item`: the only place where its offsets are named.

use super::{Cursor, DecodeError};

/// Offsets in bytes from the start of a header.
mod at {
    pub const MAGIC: usize = 0x00;
    pub const CHECKSUM: usize = 0x08;
    pub const FILE_SIZE: usize = 0x20;
    pub const HEADER_SIZE: usize = 0x24;
    pub const ENDIAN_TAG: usize = 0x28;
    pub const MAP_OFF: usize = 0x34;
    pub const STRING_IDS: usize = 0x38;
    pub const TYPE_IDS: usize = 0x40;
    pub const PROTO_IDS: usize = 0x48;
    pub const FIELD_IDS: usize = 0x50;
    pub const METHOD_IDS: usize = 0x58;
    pub const CLASS_DEFS: usize = 0x60;
    pub const CONTAINER_SIZE: usize = 0x70;
    pub const HEADER_OFFSET: usize = 0x74;
}

const WHAT: &str = "DEX header";
const ENDIAN_CONSTANT: u32 = 0x1234_5678;
const HEADER_SIZE_V35: u32 = 0x70;
const HEADER_SIZE_V41: u32 = 0x78;

/// A table named in the header: how many items, and where they start in the
/// file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub count: u32,
    pub offset: u32,
}

/// The fields of `header_item` that do not name a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Format version: 35 to 41.
    pub version: u32,
    /// Adler-32 of everything after this field, as recorded, not verified.
    pub checksum: u32,
    /// Size in bytes of this DEX as recorded. In a container (version 41)
    /// one of several; otherwise Android wants it to be the file's size.
    pub file_size: u32,
    /// Size in bytes of all DEX of the file together; `file_size` before
    /// version 41.
    pub container_size: u32,
    /// Where this header starts in the file; 0 before version 41.
    pub header_offset: u32,
    /// Where the map list starts in the file; 0 if there is none.
    pub map_off: u32,
}

/// The header and its tables, as recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawHeader {
    pub header: Header,
    pub strings: Section,
    pub types: Section,
    pub protos: Section,
    pub fields: Section,
    pub methods: Section,
    pub classes: Section,
}

/// Reads the header at `start` of the physical file `data`.
pub(super) fn read(data: &[u8], start: usize) -> Result<RawHeader, DecodeError> {
    let version = version(data, start)?;
    let word = |offset: usize| Cursor::new(data, start.saturating_add(offset), WHAT).u32();
    let section = |offset: usize| -> Result<Section, DecodeError> {
        Ok(Section {
            count: word(offset)?,
            offset: word(offset.saturating_add(4))?,
        })
    };
    let wrong = |offset: usize, why: &'static str| {
        DecodeError::new(WHAT, why, start.saturating_add(offset))
    };

    if word(at::ENDIAN_TAG)? != ENDIAN_CONSTANT {
        return Err(wrong(at::ENDIAN_TAG, "is not little-endian"));
    }
    let container = version >= 41;
    let least = if container {
        HEADER_SIZE_V41
    } else {
        HEADER_SIZE_V35
    };
    if word(at::HEADER_SIZE)? < least {
        return Err(wrong(at::HEADER_SIZE, "has a size that is too small"));
    }
    let file_size = word(at::FILE_SIZE)?;
    let (container_size, header_offset) = if container {
        (word(at::CONTAINER_SIZE)?, word(at::HEADER_OFFSET)?)
    } else {
        (file_size, 0)
    };
    if usize::try_from(header_offset) != Ok(start) {
        return Err(wrong(at::HEADER_OFFSET, "is not where it says"));
    }
    Ok(RawHeader {
        header: Header {
            version,
            checksum: word(at::CHECKSUM)?,
            file_size,
            container_size,
            header_offset,
            map_off: word(at::MAP_OFF)?,
        },
        strings: section(at::STRING_IDS)?,
        types: section(at::TYPE_IDS)?,
        protos: section(at::PROTO_IDS)?,
        fields: section(at::FIELD_IDS)?,
        methods: section(at::METHOD_IDS)?,
        classes: section(at::CLASS_DEFS)?,
    })
}

/// `dex\n0NN\0`, for the versions that Android has used.
fn version(data: &[u8], start: usize) -> Result<u32, DecodeError> {
    let mut cursor = Cursor::new(data, start.saturating_add(at::MAGIC), WHAT);
    let [b'd', b'e', b'x', b'\n', b'0', tens, ones, 0] = *cursor.take(8)? else {
        return Err(DecodeError::new(WHAT, "has no DEX magic", start));
    };
    match (tens, ones) {
        (b'3', b'5'..=b'9') => Ok(30u32.saturating_add(u32::from(ones.wrapping_sub(b'0')))),
        (b'4', b'0') => Ok(40),
        (b'4', b'1') => Ok(41),
        _ => Err(DecodeError::new(WHAT, "has an unknown version", start)),
    }
}
