//! `ResChunk_header`: how binary XML and resource tables are cut up.
//!
//! Source: `struct ResChunk_header` in `androidfw/ResourceTypes.h` of the
//! Android Open Source Project.

use super::DecodeError;
use super::cursor::Cursor;

/// `RES_STRING_POOL_TYPE`.
pub const STRING_POOL: u16 = 0x0001;
/// `RES_TABLE_TYPE`: a resource table.
pub const TABLE: u16 = 0x0002;
/// `RES_XML_TYPE`: a binary XML document.
pub const XML: u16 = 0x0003;

/// One chunk and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The type constant.
    pub kind: u16,
    /// Size of the header in bytes, at least 8.
    pub header: usize,
    /// Offset of the chunk.
    pub start: usize,
    /// Offset after the chunk, never after the data.
    pub end: usize,
    /// The chunk says that it is longer than the data.
    pub cut_short: bool,
}

impl Chunk {
    /// The chunk at `start`; what lies after `end` is not looked at.
    ///
    /// # Errors
    /// When there is no room for a header, or its sizes contradict each
    /// other.
    pub fn at(data: &[u8], start: usize, end: usize) -> Result<Self, DecodeError> {
        let data = data.get(..end).unwrap_or(data);
        let mut cursor = Cursor::new(data, start, "chunk header");
        let kind = cursor.u16()?;
        let header = usize::from(cursor.u16()?);
        let size = cursor.index()?;
        if header < 8 || size < header {
            return Err(DecodeError::new(
                "chunk header",
                "has sizes that contradict each other",
                start,
            ));
        }
        let wanted = start.saturating_add(size);
        Ok(Self {
            kind,
            header,
            start,
            end: wanted.min(data.len()),
            cut_short: wanted > data.len(),
        })
    }

    /// Where the content begins, never after the end of the chunk.
    pub fn body(&self) -> usize {
        self.start.saturating_add(self.header).min(self.end)
    }

    /// A reader at `offset` bytes from the start of the chunk that cannot
    /// leave the chunk.
    pub fn cursor<'a>(&self, data: &'a [u8], offset: usize, what: &'static str) -> Cursor<'a> {
        let data = data.get(..self.end).unwrap_or(data);
        Cursor::new(data, self.start.saturating_add(offset), what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_never_reaches_past_the_data() {
        let data = [1, 0, 8, 0, 0xff, 0xff, 0xff, 0xff, 9, 9];
        let chunk = Chunk::at(&data, 0, data.len()).unwrap();
        assert_eq!((chunk.kind, chunk.body(), chunk.end), (1, 8, 10));
        assert!(chunk.cut_short);
        assert!(chunk.cursor(&data, 8, "sample").u32().is_err());
    }

    #[test]
    fn a_header_larger_than_its_chunk_is_an_error() {
        let data = [1, 0, 12, 0, 10, 0, 0, 0, 0, 0, 0, 0];
        assert!(Chunk::at(&data, 0, data.len()).is_err());
        assert!(Chunk::at(&data[..7], 0, 7).is_err());
    }
}
