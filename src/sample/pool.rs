//! `ResStringPool`, the string table of binary XML and of resource tables.
//!
//! Format: `ResourceTypes.h` of the Android framework,
//! `ResStringPool_header`.

use super::bytes::{Bytes, size16};

/// How the strings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Supplementary characters as two surrogates of three bytes each, as
    /// `aapt2` does.
    Utf8,
    Utf16,
}

/// Strings in the order in which they were first asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    strings: Vec<String>,
    /// Strings before this position are not found again.
    reserved: usize,
}

impl Pool {
    /// Begins with strings that keep their positions and serve one purpose
    /// alone, such as names of attributes with a resource id.
    pub fn reserve(strings: Vec<String>) -> Self {
        Self {
            reserved: strings.len(),
            strings,
        }
    }

    /// Position of a string, which is added if it is new.
    pub fn index(&mut self, text: &str) -> usize {
        let mut free = self.strings.iter().skip(self.reserved);
        if let Some(position) = free.position(|known| known == text) {
            return self.reserved + position;
        }
        self.strings.push(text.to_owned());
        self.strings.len() - 1
    }

    /// The chunk.
    pub fn write(&self, encoding: Encoding) -> Bytes {
        const HEADER: usize = 28;
        const UTF8_FLAG: u32 = 1 << 8;
        let mut data = Bytes::default();
        let mut offsets = Vec::new();
        for text in &self.strings {
            offsets.push(data.len());
            match encoding {
                Encoding::Utf8 => write_utf8(&mut data, text),
                Encoding::Utf16 => write_utf16(&mut data, text),
            }
        }
        data.align(4);
        let start = HEADER + 4 * offsets.len();
        let mut chunk = Bytes::default();
        chunk.u16(0x0001);
        chunk.u16(size16(HEADER));
        chunk.size(start + data.len());
        chunk.size(offsets.len());
        chunk.u32(0); // styles
        chunk.u32(match encoding {
            Encoding::Utf8 => UTF8_FLAG,
            Encoding::Utf16 => 0,
        });
        chunk.size(start);
        chunk.u32(0); // start of the styles
        for offset in offsets {
            chunk.size(offset);
        }
        chunk.raw(&data.0);
        chunk
    }
}

fn write_utf16(data: &mut Bytes, text: &str) {
    let length = text.encode_utf16().count();
    if length > 0x7fff {
        data.u16(size16(length >> 16) | 0x8000);
    }
    data.u16(size16(length & 0xffff));
    for unit in text.encode_utf16() {
        data.u16(unit);
    }
    data.u16(0);
}

fn write_utf8(data: &mut Bytes, text: &str) {
    let encoded = surrogates_in_utf8(text);
    write_short_length(data, text.encode_utf16().count());
    write_short_length(data, encoded.len());
    data.raw(&encoded);
    data.u8(0);
}

/// A length of one byte, or of two of which the first is marked.
fn write_short_length(data: &mut Bytes, length: usize) {
    let [high, low] = size16(length).to_be_bytes();
    if length > 0x7f {
        data.u8(high | 0x80);
    }
    data.u8(low);
}

/// UTF-8 with supplementary characters in two halves (CESU-8).
pub(super) fn surrogates_in_utf8(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for character in text.chars() {
        if u32::from(character) < 0x1_0000 {
            bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        for half in character.encode_utf16(&mut [0; 2]) {
            let [high, low] = half.to_be_bytes();
            bytes.push(0xe0 | high >> 4);
            bytes.push(0x80 | (high & 0x0f) << 2 | low >> 6);
            bytes.push(0x80 | low & 0x3f);
        }
    }
    bytes
}
