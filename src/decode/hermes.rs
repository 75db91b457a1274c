//! The strings of Hermes bytecode, the compiled form of React Native's
//! JavaScript.
//!
//! Source: `BytecodeFileFormat.h` of the Hermes repository, its versions 57
//! (2019) to 100 (2026). Up to the size of the string storage the file
//! header is the same in all of them; what follows differs, but the header
//! always ends at byte 128. Then come, each aligned to four bytes: function
//! headers (16 bytes each, 12 since version 98), string kinds, hashes of
//! identifiers, the string table, its overflow table, and the storage.

mod uses;

use std::borrow::Cow;

use super::DecodeError;
use super::cursor::Cursor;

pub use uses::Use;

/// First eight bytes of a file in the form that is executed.
pub const MAGIC: [u8; 8] = 0x1F19_03C1_03BC_1FC6_u64.to_le_bytes();

const WHAT: &str = "Hermes bytecode";
/// Version from which the fields stand in this order.
const FIRST_VERSION: u32 = 57;
/// Length of the hash of the source.
const SHA1: usize = 20;
/// Where the file header ends.
const HEADER: usize = 128;
/// Sizes that a function header has had.
const FUNCTION_HEADERS: [usize; 2] = [16, 12];
/// Size of a string kind, a hash and an entry of the string table.
const WORD: usize = 4;
/// Size of an entry of the overflow table.
const OVERFLOW: usize = 8;
/// Length of a string whose entry is in the overflow table.
const OVERFLOWED: u32 = 0xFF;
/// How often the storage may be given out: strings overlap where one is a
/// part of another, but not much.
const SHARED: usize = 16;

/// The counts of the file header that lead to the strings.
struct Header {
    functions: usize,
    kinds: usize,
    identifiers: usize,
    strings: usize,
    overflows: usize,
    storage: usize,
}

/// A string of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HermesString<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Where its first byte stands in the file.
    pub offset: usize,
}

/// The string table of a file.
#[derive(Clone, Copy, Debug)]
pub struct Strings<'a> {
    entries: &'a [u8],
    overflows: &'a [u8],
    storage: &'a [u8],
    storage_offset: usize,
    file: &'a [u8],
    code_offset: usize,
}

/// Whether a file begins like Hermes bytecode.
pub fn is_hermes(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

impl<'a> Strings<'a> {
    /// Finds the string table.
    ///
    /// # Errors
    /// If the file is no bytecode, older than version 57, cut short, or if
    /// its tables are not where a known version has them.
    pub fn find(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let header = Header::read(bytes)?;
        let mut first = None;
        for size in FUNCTION_HEADERS {
            match header.tables(bytes, size) {
                Ok(strings) => return Ok(strings),
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or_else(|| DecodeError::new(WHAT, "has no strings", HEADER)))
    }

    /// The strings in the order of the table: by kind and how often they
    /// are used, and among those used once, as most of a text is, in the
    /// order of the source. Ends with an error after an entry that points
    /// outside, or once entries repeat too much of the storage.
    pub fn iter(&self) -> impl Iterator<Item = Result<HermesString<'a>, DecodeError>> + use<'a> {
        let table = *self;
        let mut left = table.storage.len().saturating_mul(SHARED);
        let mut broken = false;
        (0..table.count()).map_while(move |index| {
            if broken {
                return None;
            }
            let string = table.string(index, &mut left);
            broken = string.is_err();
            Some(string)
        })
    }

    /// Number of strings.
    pub const fn count(&self) -> usize {
        self.entries.len() / WORD
    }

    const fn literals_offset(&self) -> usize {
        self.storage_offset.saturating_add(self.storage.len())
    }

    /// What lies between the strings and the code: literals among others.
    fn literals(&self) -> &'a [u8] {
        self.file
            .get(self.literals_offset()..self.code_offset)
            .unwrap_or_default()
    }

    /// From the first function on.
    fn code(&self) -> &'a [u8] {
        self.file.get(self.code_offset..).unwrap_or_default()
    }

    fn string(&self, index: usize, left: &mut usize) -> Result<HermesString<'a>, DecodeError> {
        let mut entry = Cursor::new(self.entries, index.saturating_mul(WORD), WHAT);
        let word = entry.u32()?;
        let wide = word & 1 == 1;
        let (mut offset, mut length) = ((word >> 1) & 0x7F_FFFF, word >> 24);
        if length == OVERFLOWED {
            let at = usize::try_from(offset).unwrap_or(usize::MAX);
            let mut entry = Cursor::new(self.overflows, at.saturating_mul(OVERFLOW), WHAT);
            offset = entry.u32()?;
            length = entry.u32()?;
        }
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let size = length.saturating_mul(if wide { 2 } else { 1 });
        let at = self.storage_offset.saturating_add(offset);
        let bytes = Cursor::new(self.storage, offset, WHAT)
            .take(size)
            .map_err(|_| DecodeError::new(WHAT, "has a string outside the storage", at))?;
        *left = left
            .checked_sub(size)
            .ok_or_else(|| DecodeError::new(WHAT, "repeats its strings too often", at))?;
        let text = if wide {
            Cow::Owned(utf16(bytes))
        } else {
            // One byte a character; the compiler writes ASCII only.
            match std::str::from_utf8(bytes) {
                Ok(text) if text.is_ascii() => Cow::Borrowed(text),
                _ => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
            }
        };
        Ok(HermesString { text, offset: at })
    }
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut cursor = Cursor::new(bytes, 0, WHAT);
        if cursor.take(MAGIC.len())? != MAGIC {
            return Err(DecodeError::new(WHAT, "has another magic number", 0));
        }
        if cursor.u32()? < FIRST_VERSION {
            return Err(DecodeError::new(WHAT, "is of a version before 57", 8));
        }
        cursor.skip(SHA1)?;
        cursor.skip(2 * WORD)?; // file length, index of the global function
        Ok(Self {
            functions: cursor.index()?,
            kinds: cursor.index()?,
            identifiers: cursor.index()?,
            strings: cursor.index()?,
            overflows: cursor.index()?,
            storage: cursor.index()?,
        })
    }

    /// The tables, if function headers are `size` bytes long. Whether they
    /// are is told by the string kinds, runs whose sum is the number of
    /// strings.
    fn tables<'a>(&self, bytes: &'a [u8], size: usize) -> Result<Strings<'a>, DecodeError> {
        let mut cursor = Cursor::new(bytes, HEADER, WHAT);
        let functions = cursor.take(self.functions.saturating_mul(size))?;
        let kinds_offset = cursor.pos();
        let mut kinds = Cursor::new(cursor.take(self.kinds.saturating_mul(WORD))?, 0, WHAT);
        let mut told = 0_usize;
        while kinds.remaining() > 0 {
            let run = kinds.u32()? & 0x7FFF_FFFF;
            told = told.saturating_add(usize::try_from(run).unwrap_or(usize::MAX));
        }
        if told != self.strings {
            return Err(DecodeError::new(
                WHAT,
                "has its tables at unknown places",
                kinds_offset,
            ));
        }
        cursor.skip(self.identifiers.saturating_mul(WORD))?;
        let entries = cursor.take(self.strings.saturating_mul(WORD))?;
        let overflows = cursor.take(self.overflows.saturating_mul(OVERFLOW))?;
        let storage_offset = cursor.pos();
        let storage = cursor.take(self.storage)?;
        Ok(Strings {
            entries,
            overflows,
            storage,
            storage_offset,
            file: bytes,
            code_offset: code_offset(functions, size).max(cursor.pos()),
        })
    }
}

/// Where the first function begins: the smallest offset in headers that hold
/// one. A header that does not points to a larger one behind the code.
fn code_offset(functions: &[u8], size: usize) -> usize {
    functions
        .chunks_exact(size)
        .filter_map(|header| Cursor::new(header, 0, WHAT).u32().ok())
        .map(|word| word & 0x1FF_FFFF)
        .min()
        .and_then(|offset| usize::try_from(offset).ok())
        .unwrap_or(0)
}

/// Little-endian UTF-16; half of a pair on its own becomes U+FFFD.
fn utf16(bytes: &[u8]) -> String {
    let units = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|unit| u16::from_le_bytes(*unit));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A file with these strings and one function.
    pub(crate) fn bytecode(version: u32, function_header: usize, strings: &[&str]) -> Vec<u8> {
        let (mut entries, mut overflows, mut storage) = (Vec::new(), Vec::new(), Vec::new());
        for text in strings {
            let wide = !text.is_ascii();
            if wide && storage.len() % 2 == 1 {
                storage.push(0);
            }
            let at = storage.len() as u32;
            let length = if wide {
                let units: Vec<u16> = text.encode_utf16().collect();
                storage.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
                units.len() as u32
            } else {
                storage.extend(text.bytes());
                text.len() as u32
            };
            let (at, length) = if length < OVERFLOWED {
                (at, length)
            } else {
                let index = (overflows.len() / OVERFLOW) as u32;
                overflows.extend([at, length].iter().flat_map(|word| word.to_le_bytes()));
                (index, OVERFLOWED)
            };
            entries.extend((u32::from(wide) | (at << 1) | (length << 24)).to_le_bytes());
        }
        let mut file = MAGIC.to_vec();
        file.extend(version.to_le_bytes());
        file.extend([0; SHA1]);
        let overflow_count = (overflows.len() / OVERFLOW) as u32;
        let count = strings.len() as u32;
        for word in [0, 0, 1, 1, 2, count, overflow_count, storage.len() as u32] {
            file.extend(word.to_le_bytes());
        }
        file.resize(HEADER, 0);
        file.resize(HEADER + function_header, 7);
        file.extend(count.to_le_bytes());
        file.extend([9; 2 * WORD]);
        file.extend(entries);
        file.extend(overflows);
        file.extend(storage);
        // Code, if any, follows.
        let code = file.len() as u32;
        file[HEADER..HEADER + 4].copy_from_slice(&code.to_le_bytes());
        file
    }

    fn texts(file: &[u8]) -> Vec<String> {
        let strings = Strings::find(file).unwrap();
        strings
            .iter()
            .map(|string| string.unwrap().text.into_owned())
            .collect()
    }

    #[test]
    fn the_strings_of_old_and_new_versions_are_read() {
        let long = "We collect what you give us. ".repeat(20);
        let wanted = ["View", "隐私政策", &long, "", "我们收集"];
        for (version, function_header) in [(59, 16), (84, 16), (96, 16), (98, 12), (100, 12)] {
            let file = bytecode(version, function_header, &wanted);
            assert_eq!(texts(&file), wanted, "{version}");
        }
    }

    #[test]
    fn a_string_knows_where_it_stands() {
        let file = bytecode(96, 16, &["ab", "隐私"]);
        let strings = Strings::find(&file).unwrap();
        let last = strings.iter().last().unwrap().unwrap();
        assert_eq!(file[last.offset..], [0x90, 0x96, 0xC1, 0x79]);
    }

    #[test]
    fn damage_is_an_error_and_never_a_panic() {
        let file = bytecode(96, 16, &["View", "隐私政策", &"x".repeat(300)]);
        for end in 0..file.len() {
            if let Ok(strings) = Strings::find(&file[..end]) {
                assert!(strings.iter().count() <= 3);
            }
        }
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 0xFF;
            if let Ok(strings) = Strings::find(&damaged) {
                assert!(strings.iter().count() <= 3);
            }
        }
        let mut old = file.clone();
        old[8] = 50;
        assert_eq!(
            Strings::find(&old).unwrap_err().why,
            "is of a version before 57"
        );
        let mut other = file;
        other[57] = 3;
        assert_eq!(Strings::find(&other).unwrap_err().why, "is cut short");
    }

    #[test]
    fn many_entries_for_one_text_do_not_multiply_it() {
        let text = "x".repeat(10_000);
        let mut file = bytecode(96, 16, &[text.as_str(); 100]);
        let storage = file.len() - 1_000_000;
        let overflows = storage - 100 * OVERFLOW;
        for entry in 0..100 {
            file[overflows + entry * OVERFLOW..][..4].fill(0);
        }
        // The storage holds the text once.
        file.truncate(storage + 10_000);
        file[60..64].copy_from_slice(&10_000_u32.to_le_bytes());
        let strings = Strings::find(&file).unwrap();
        assert_eq!(strings.iter().flatten().count(), SHARED);
        assert_eq!(
            strings.iter().last().unwrap().unwrap_err().why,
            "repeats its strings too often"
        );
    }
}
