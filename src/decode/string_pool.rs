//! `ResStringPool`: the strings of binary XML and of resource tables.
//!
//! Source: `struct ResStringPool_header` and `ResStringPool::setTo`,
//! `stringAt`, `string8At` in `androidfw` of the Android Open Source
//! Project.

use super::DecodeError;
use super::chunk::Chunk;
use super::cursor::Cursor;
use super::xml::{Oddity, note};

const UTF8_FLAG: u32 = 0x100;
const HEADER_SIZE: usize = 28;

/// Where the strings of a pool lie. The bytes stay with the caller; a
/// string is decoded when it is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StringPool {
    utf8: bool,
    count: u32,
    offsets: usize,
    strings: usize,
    end: usize,
    short: bool,
}

impl StringPool {
    /// Reads the header of the pool in `chunk`. A lie in it (a count larger
    /// than the data, offsets outside the chunk) becomes an oddity as long
    /// as some strings can still be found.
    ///
    /// # Errors
    /// When the header itself is cut short.
    pub fn parse(
        data: &[u8],
        chunk: &Chunk,
        oddities: &mut Vec<Oddity>,
    ) -> Result<Self, DecodeError> {
        let mut cursor = chunk.cursor(data, 8, "string pool");
        let count = cursor.u32()?;
        let styles = cursor.u32()?;
        let flags = cursor.u32()?;
        let strings_start = cursor.index()?;
        let styles_start = cursor.index()?;
        let mut short = false;
        let mut odd = |detail: String| note(oddities, "string-pool", detail, chunk.start);

        if chunk.header != HEADER_SIZE {
            odd(format!("header of {} bytes instead of 28", chunk.header));
        }
        let offsets = chunk.body();
        let room = chunk.end.saturating_sub(offsets) / 4;
        let count = match u32::try_from(room) {
            Ok(room) if room < count => {
                odd(format!("says {count} strings, has room for {room}"));
                short = true;
                room
            }
            _ => count,
        };
        let strings = chunk.start.saturating_add(strings_start);
        if count > 0 && strings >= chunk.end {
            odd(format!(
                "strings start at {strings_start}, outside the pool"
            ));
            short = true;
        }
        let styled = chunk.start.saturating_add(styles_start);
        let end = if styles == 0 {
            chunk.end
        } else if styled <= strings || styled > chunk.end {
            odd(format!(
                "says {styles} styles at {styles_start}, outside the pool"
            ));
            chunk.end
        } else {
            styled
        };
        Ok(Self {
            utf8: flags & UTF8_FLAG != 0,
            count,
            offsets,
            strings,
            end,
            short,
        })
    }

    /// Number of strings, never more than fit into the file.
    pub const fn len(&self) -> u32 {
        self.count
    }

    /// Whether the pool says that it has strings for which the file has no
    /// room.
    pub const fn is_short(&self) -> bool {
        self.short
    }

    /// Whether there are no strings.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The string at `index`; none if the index or its offset leads outside
    /// the pool. `data` is the file the pool was parsed from.
    pub fn get(&self, data: &[u8], index: u32) -> Option<String> {
        let entry = self.entry(data, index)?;
        Some(self.decode(entry.bytes))
    }

    pub(crate) fn decode(&self, bytes: &[u8]) -> String {
        if self.utf8 {
            decode_utf8(bytes)
        } else {
            decode_utf16(bytes)
        }
    }

    /// The stored bytes of the string at `index`.
    pub(crate) fn entry<'a>(&self, data: &'a [u8], index: u32) -> Option<Entry<'a>> {
        if index >= self.count {
            return None;
        }
        let at = usize::try_from(index).ok()?.checked_mul(4)?;
        let mut cursor = Cursor::new(data, self.offsets.checked_add(at)?, "string pool");
        let offset = cursor.index().ok()?;
        let start = self.strings.checked_add(offset)?;
        let mut cursor = Cursor::new(data.get(..self.end)?, start, "string");
        if self.utf8 {
            utf8_length(&mut cursor)?; // in UTF-16 units, not needed
            let length = utf8_length(&mut cursor)?;
            let rest = data.get(cursor.pos()..self.end)?;
            Some(utf8_entry(rest, length))
        } else {
            let length = utf16_length(&mut cursor)?.checked_mul(2)?;
            let rest = data.get(cursor.pos()..self.end)?;
            Some(Entry {
                bytes: rest.get(..length).unwrap_or(rest),
                terminated: rest
                    .get(length..)
                    .is_some_and(|rest| rest.starts_with(&[0, 0])),
            })
        }
    }
}

/// A string as stored.
pub(crate) struct Entry<'a> {
    /// In the encoding of the pool, cut at its end.
    pub bytes: &'a [u8],
    /// Whether the zero that has to follow is there. Android takes strings
    /// without it for null.
    pub terminated: bool,
}

/// The length field has 15 bits; of longer strings it holds the remainder,
/// and Android looks for the terminator one step of 2^15 further each time.
fn utf8_entry(rest: &[u8], length: usize) -> Entry<'_> {
    let mut end = length;
    while let Some(byte) = rest.get(end) {
        if *byte == 0 {
            return Entry {
                bytes: rest.get(..end).unwrap_or(rest),
                terminated: true,
            };
        }
        end = end.saturating_add(1 << 15);
    }
    Entry {
        bytes: rest.get(..length).unwrap_or(rest),
        terminated: false,
    }
}

fn utf8_length(cursor: &mut Cursor<'_>) -> Option<usize> {
    let first = usize::from(cursor.u8().ok()?);
    if first & 0x80 == 0 {
        return Some(first);
    }
    Some((first & 0x7f) << 8 | usize::from(cursor.u8().ok()?))
}

fn utf16_length(cursor: &mut Cursor<'_>) -> Option<usize> {
    let first = usize::from(cursor.u16().ok()?);
    if first & 0x8000 == 0 {
        return Some(first);
    }
    Some((first & 0x7fff) << 16 | usize::from(cursor.u16().ok()?))
}

/// UTF-8 as the Android tools write it: characters beyond the basic plane
/// are often two surrogates of three bytes each. Everything else that is
/// not UTF-8 becomes U+FFFD.
pub fn decode_utf8(bytes: &[u8]) -> String {
    if let Ok(text) = str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        match str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                return text;
            }
            Err(error) => {
                let (valid, bad) = rest
                    .split_at_checked(error.valid_up_to())
                    .unwrap_or((&[], rest));
                text.push_str(str::from_utf8(valid).unwrap_or_default());
                let (symbol, length) = match (surrogate_pair(bad), bad) {
                    (Some(symbol), _) => (symbol, 6),
                    (None, [0xc0, 0x80, ..]) => ('\0', 2),
                    _ => ('\u{fffd}', error.error_len().unwrap_or(bad.len()).max(1)),
                };
                text.push(symbol);
                rest = bad.get(length..).unwrap_or_default();
            }
        }
    }
}

fn surrogate_pair(bytes: &[u8]) -> Option<char> {
    let [0xed, a, b, 0xed, c, d, ..] = *bytes else {
        return None;
    };
    if !(0xa0..=0xaf).contains(&a) || !(0xb0..=0xbf).contains(&c) {
        return None;
    }
    let unit = |high: u8, low: u8| 0xd000 | u16::from(high & 0x3f) << 6 | u16::from(low & 0x3f);
    char::decode_utf16([unit(a, b), unit(c, d)]).next()?.ok()
}

/// UTF-16, little-endian; lone surrogates become U+FFFD.
pub fn decode_utf16(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .filter_map(|pair| Some(u16::from_le_bytes(<[u8; 2]>::try_from(pair).ok()?)));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or('\u{fffd}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pool chunk out of its parts, with offsets that count from
    /// `strings`.
    fn pool(flags: u32, offsets: &[u32], strings: &[u8]) -> Vec<u8> {
        let start = 28 + 4 * offsets.len();
        let mut out = Vec::new();
        out.extend([1, 0, 28, 0]);
        for word in [
            start + strings.len(),
            offsets.len(),
            0,
            flags as usize,
            start,
            0,
        ] {
            out.extend((word as u32).to_le_bytes());
        }
        for offset in offsets {
            out.extend(offset.to_le_bytes());
        }
        out.extend(strings);
        out
    }

    fn parse(data: &[u8]) -> (StringPool, Vec<Oddity>) {
        let mut odd = Vec::new();
        let chunk = Chunk::at(data, 0, data.len()).unwrap();
        let pool = StringPool::parse(data, &chunk, &mut odd).unwrap();
        (pool, odd)
    }

    #[test]
    fn utf8_strings_with_short_and_long_lengths() {
        let mut strings = b"\x02\x06\xe9\x9a\x90\xe7\xa7\x81\0".to_vec();
        let long = "x".repeat(300);
        let at = strings.len() as u32;
        strings.extend([0x81, 0x2c, 0x81, 0x2c]);
        strings.extend(long.as_bytes());
        strings.push(0);
        let data = pool(UTF8_FLAG, &[0, at], &strings);
        let (pool, odd) = parse(&data);
        assert_eq!(pool.get(&data, 0).as_deref(), Some("隐私"));
        assert_eq!(pool.get(&data, 1), Some(long));
        assert_eq!(pool.get(&data, 2), None);
        assert_eq!(odd, []);
    }

    #[test]
    fn a_utf8_string_longer_than_its_length_field_is_found_by_its_terminator() {
        let text = "y".repeat(40_000);
        let length = 40_000_usize - (1 << 15);
        let mut strings = vec![
            0x80 | (length >> 8) as u8,
            length as u8,
            0x80 | (length >> 8) as u8,
            length as u8,
        ];
        strings.extend(text.as_bytes());
        strings.push(0);
        let data = pool(UTF8_FLAG, &[0], &strings);
        assert_eq!(parse(&data).0.get(&data, 0), Some(text));
    }

    #[test]
    fn utf16_strings_with_short_and_long_lengths() {
        let mut strings = vec![2, 0];
        strings.extend("隐私".encode_utf16().flat_map(u16::to_le_bytes));
        strings.extend([0, 0]);
        let at = strings.len() as u32;
        strings.extend([0x00, 0x80, 0x01, 0x00, b'z', 0, 0, 0]);
        let data = pool(0, &[0, at], &strings);
        let (pool, _) = parse(&data);
        assert_eq!(pool.get(&data, 0).as_deref(), Some("隐私"));
        assert_eq!(pool.get(&data, 1).as_deref(), Some("z"));
    }

    #[test]
    fn surrogates_in_utf8_become_the_character_they_stand_for() {
        assert_eq!(decode_utf8(b"a\xed\xa0\xbd\xed\xb8\x80b"), "a\u{1f600}b");
        assert_eq!(decode_utf8(b"\xc0\x80"), "\0");
        assert_eq!(
            decode_utf8(b"\xed\xa0\xbdx\xff"),
            "\u{fffd}\u{fffd}\u{fffd}x\u{fffd}"
        );
        assert_eq!(decode_utf8(b"ok\xe9\x9a"), "ok\u{fffd}");
    }

    #[test]
    fn lies_are_noted_and_do_not_cost_memory() {
        let mut data = pool(UTF8_FLAG, &[0], b"\x01\x01a\0");
        data[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        data[12..16].copy_from_slice(&9_u32.to_le_bytes());
        let (pool, odd) = parse(&data);
        assert_eq!(pool.len(), 2);
        assert_eq!(pool.get(&data, 0).as_deref(), Some("a"));
        assert_eq!(pool.get(&data, 1), None);
        assert_eq!(odd.len(), 2);
    }

    #[test]
    fn a_string_without_terminator_is_still_read() {
        let data = pool(UTF8_FLAG, &[0], b"\x03\x03abcd");
        let (pool, _) = parse(&data);
        assert!(!pool.entry(&data, 0).unwrap().terminated);
        assert_eq!(pool.get(&data, 0).as_deref(), Some("abc"));
    }
}
