//! Little-endian output, which all binary formats here share.

/// Bytes that grow at the end. Offsets and lengths are those of examples,
/// far below 4 GiB.
#[derive(Clone, Debug, Default)]
pub(super) struct Bytes(pub Vec<u8>);

impl Bytes {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub fn u16(&mut self, value: u16) {
        self.raw(&value.to_le_bytes());
    }

    pub fn u32(&mut self, value: u32) {
        self.raw(&value.to_le_bytes());
    }

    pub fn u64(&mut self, value: u64) {
        self.raw(&value.to_le_bytes());
    }

    /// A count, length or offset of four bytes.
    pub fn size(&mut self, value: usize) {
        self.u32(size32(value));
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Text in `width` bytes, filled up with zeros.
    pub fn padded(&mut self, text: &[u8], width: usize) {
        let text = text.get(..width).unwrap_or(text);
        self.raw(text);
        self.0.resize(self.0.len() + width - text.len(), 0);
    }

    /// Zeros up to the next multiple of `unit`.
    pub fn align(&mut self, unit: usize) {
        let length = self.0.len().next_multiple_of(unit);
        self.0.resize(length, 0);
    }

    /// Overwrites four bytes that were written before.
    pub fn patch(&mut self, at: usize, value: u32) {
        if let Some(place) = self.0.get_mut(at..at + 4) {
            place.copy_from_slice(&value.to_le_bytes());
        }
    }

    /// `value` in groups of seven bits, the lowest first, each but the last
    /// marked (ULEB128; "varint" of protocol buffers).
    pub fn uleb128(&mut self, mut value: u64) {
        loop {
            let low = value.to_le_bytes()[0] & 0x7f;
            value >>= 7;
            if value == 0 {
                return self.u8(low);
            }
            self.u8(low | 0x80);
        }
    }
}

/// A size as the formats store it.
pub(super) fn size32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// A small size as the formats store it.
pub(super) fn size16(value: usize) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}
