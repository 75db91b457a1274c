//! The string literals of Unity's `global-metadata.dat`.
//!
//! Source: `Il2CppGlobalMetadataHeader` and `Il2CppStringLiteral` of the
//! engine's public headers: magic number, version, then offset and size of
//! the table of literals (length, offset) and of their data in UTF-8.

use super::DecodeError;
use super::cursor::Cursor;

const WHAT: &str = "global metadata";
const MAGIC: u32 = 0xFAB1_1BAF;
/// Size of an entry of the table.
const ENTRY: usize = 8;

/// A string literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal<'a> {
    /// The text; bytes that are not UTF-8 end it.
    pub text: &'a str,
    /// Where it stands in the file, in bytes.
    pub offset: usize,
}

/// The literals in the order of the table.
///
/// # Errors
/// If the magic number is another, or the tables lie outside the file.
/// A literal outside the data is left out.
pub fn literals(bytes: &[u8]) -> Result<impl Iterator<Item = Literal<'_>>, DecodeError> {
    let mut header = Cursor::new(bytes, 0, WHAT);
    if header.u32()? != MAGIC {
        return Err(DecodeError::new(WHAT, "has another magic number", 0));
    }
    header.skip(4)?; // version
    let table = section(bytes, &mut header)?;
    let data_offset = Cursor::new(bytes, header.pos(), WHAT).index()?;
    let data = section(bytes, &mut header)?;
    Ok(table.chunks_exact(ENTRY).filter_map(move |entry| {
        let mut entry = Cursor::new(entry, 0, WHAT);
        let length = entry.index().ok()?;
        let at = entry.index().ok()?;
        let text = data.get(at..at.checked_add(length)?)?;
        Some(Literal {
            text: text.utf8_chunks().next()?.valid(),
            offset: data_offset.checked_add(at)?,
        })
    }))
}

/// The bytes that the next two fields, offset and size, mean.
fn section<'a>(bytes: &'a [u8], header: &mut Cursor<'_>) -> Result<&'a [u8], DecodeError> {
    let offset = header.index()?;
    let size = header.index()?;
    Cursor::new(bytes, offset, WHAT).take(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Vec<u8> {
        let data = "Play隐私政策";
        let mut file = MAGIC.to_le_bytes().to_vec();
        for word in [29, 24, 24, 48, data.len() as u32, 4, 0, 12, 4, 99, 0] {
            file.extend(u32::to_le_bytes(word));
        }
        file.extend(data.bytes());
        file
    }

    #[test]
    fn literals_are_read_and_those_outside_left_out() {
        let file = metadata();
        let found: Vec<_> = literals(&file)
            .unwrap()
            .map(|l| (l.text, l.offset))
            .collect();
        assert_eq!(found, [("Play", 48), ("隐私政策", 52)]);
    }

    #[test]
    fn damage_is_an_error_or_leaves_something_out() {
        let file = metadata();
        for end in 0..file.len() {
            assert!(literals(&file[..end]).is_err(), "{end}");
        }
        assert!(literals(&[0; 64]).is_err());
    }
}
