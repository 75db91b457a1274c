//! LEB128, as in "LEB128" of the Dalvik executable format.

use super::{Cursor, DecodeError};

/// Unsigned, 32 bits, at most five bytes.
pub(super) fn uleb(cursor: &mut Cursor<'_>) -> Result<u32, DecodeError> {
    let (value, _) = groups(cursor)?;
    Ok(value)
}

/// Unsigned plus one: `None` stands for -1, "no index".
pub(super) fn uleb_p1(cursor: &mut Cursor<'_>) -> Result<Option<u32>, DecodeError> {
    Ok(uleb(cursor)?.checked_sub(1))
}

/// Signed, 32 bits.
pub(super) fn sleb(cursor: &mut Cursor<'_>) -> Result<i32, DecodeError> {
    let (value, bits) = groups(cursor)?;
    let unused = 32u32.saturating_sub(bits);
    Ok(value
        .wrapping_shl(unused)
        .cast_signed()
        .wrapping_shr(unused))
}

/// The value and how many of its low bits were given (at most 32).
fn groups(cursor: &mut Cursor<'_>) -> Result<(u32, u32), DecodeError> {
    let mut value = 0u32;
    let mut shift = 0u32;
    loop {
        let byte = cursor.u8()?;
        value |= u32::from(byte & 0x7f).wrapping_shl(shift);
        shift = shift.saturating_add(7);
        if byte & 0x80 == 0 {
            return Ok((value, shift.min(32)));
        }
        if shift >= 35 {
            return Err(cursor.error("has a LEB128 number longer than five bytes"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(bytes: &[u8]) -> Cursor<'_> {
        Cursor::new(bytes, 0, "number")
    }

    #[test]
    fn the_examples_of_the_specification() {
        for (bytes, signed, unsigned, plus_one) in [
            (&[0x00u8][..], 0, 0u32, None),
            (&[0x01], 1, 1, Some(0)),
            (&[0x7f], -1, 127, Some(126)),
            (&[0x80, 0x7f], -128, 16256, Some(16255)),
        ] {
            assert_eq!(sleb(&mut at(bytes)), Ok(signed));
            assert_eq!(uleb(&mut at(bytes)), Ok(unsigned));
            assert_eq!(uleb_p1(&mut at(bytes)), Ok(plus_one));
        }
    }

    #[test]
    fn five_bytes_are_the_most() {
        assert_eq!(uleb(&mut at(&[0xff, 0xff, 0xff, 0xff, 0x0f])), Ok(u32::MAX));
        assert_eq!(sleb(&mut at(&[0xff, 0xff, 0xff, 0xff, 0x0f])), Ok(-1));
        assert!(uleb(&mut at(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x00])).is_err());
        assert!(uleb(&mut at(&[0x80])).is_err());
    }
}
