//! A bounds-checked reader over a slice, little-endian.

use super::DecodeError;

/// Reads little-endian values forward and never past the end.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    data: &'a [u8],
    pos: usize,
    what: &'static str,
}

impl<'a> Cursor<'a> {
    /// A cursor at `pos` of `data`; `what` names the structure in errors.
    pub const fn new(data: &'a [u8], pos: usize, what: &'static str) -> Self {
        Self { data, pos, what }
    }

    /// The current offset from the start of the slice.
    pub const fn pos(&self) -> usize {
        self.pos
    }

    /// Bytes left.
    pub const fn remaining(&self) -> usize {
        self.data.len().saturating_sub(self.pos)
    }

    /// An error about this structure at the current offset.
    pub const fn error(&self, why: &'static str) -> DecodeError {
        DecodeError::new(self.what, why, self.pos)
    }

    /// The next `n` bytes.
    ///
    /// # Errors
    /// When fewer than `n` are left.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], DecodeError> {
        let end = self
            .pos
            .checked_add(n)
            .ok_or_else(|| self.error("length overflows"))?;
        let bytes = self
            .data
            .get(self.pos..end)
            .ok_or_else(|| self.error("is cut short"))?;
        self.pos = end;
        Ok(bytes)
    }

    /// Passes over `n` bytes.
    ///
    /// # Errors
    /// When fewer than `n` are left.
    pub fn skip(&mut self, n: usize) -> Result<(), DecodeError> {
        self.take(n).map(|_| ())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let bytes = self.take(N)?;
        <[u8; N]>::try_from(bytes).map_err(|_| self.error("is cut short"))
    }

    /// One byte.
    ///
    /// # Errors
    /// At the end of the slice; the same for all readers below.
    pub fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array::<1>().map(u8::from_le_bytes)
    }

    /// Two bytes.
    ///
    /// # Errors
    /// At the end of the slice.
    pub fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_le_bytes)
    }

    /// Four bytes.
    ///
    /// # Errors
    /// At the end of the slice.
    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_le_bytes)
    }

    /// Eight bytes.
    ///
    /// # Errors
    /// At the end of the slice.
    pub fn u64(&mut self) -> Result<u64, DecodeError> {
        self.array().map(u64::from_le_bytes)
    }

    /// Four bytes as an offset or count in memory.
    ///
    /// # Errors
    /// At the end of the slice.
    pub fn index(&mut self) -> Result<usize, DecodeError> {
        let value = self.u32()?;
        usize::try_from(value).map_err(|_| self.error("does not fit in memory"))
    }

    /// A count of items of `size` bytes each that must still fit in what is
    /// left: the check to make before any allocation.
    ///
    /// # Errors
    /// When the items cannot fit.
    pub fn fits(&self, count: usize, size: usize) -> Result<usize, DecodeError> {
        match count.checked_mul(size) {
            Some(bytes) if bytes <= self.remaining() => Ok(count),
            _ => Err(self.error("count is larger than the data")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_forward_and_stops_at_the_end() {
        let mut cursor = Cursor::new(&[1, 2, 0, 3, 0, 0, 0], 0, "sample");
        assert_eq!(cursor.u8(), Ok(1));
        assert_eq!(cursor.u16(), Ok(2));
        assert_eq!(cursor.index(), Ok(3));
        assert_eq!(
            cursor.u8(),
            Err(DecodeError::new("sample", "is cut short", 7))
        );
    }

    #[test]
    fn a_count_that_cannot_fit_is_refused_before_allocation() {
        let cursor = Cursor::new(&[0; 8], 0, "sample");
        assert_eq!(cursor.fits(2, 4), Ok(2));
        assert!(cursor.fits(3, 4).is_err());
        assert!(cursor.fits(usize::MAX, 4).is_err());
    }
}
