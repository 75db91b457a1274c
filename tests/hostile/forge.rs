//! Forges archives: a ZIP writer that lies where it is told to, and ways to
//! change single fields of a finished archive.

use std::io::Write;
use std::path::Path;

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// The demo app as it is committed.
pub fn shop() -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read(root.join("fixtures/apps/shop/shop.apk")).unwrap()
}

/// Writes `value` at `at`, little-endian.
pub fn put16(bytes: &mut [u8], at: usize, value: u16) {
    bytes[at..at + 2].copy_from_slice(&value.to_le_bytes());
}

/// Writes `value` at `at`, little-endian.
pub fn put32(bytes: &mut [u8], at: usize, value: u32) {
    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

fn get16(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
}

fn get32(bytes: &[u8], at: usize) -> usize {
    get16(bytes, at) | get16(bytes, at + 2) << 16
}

/// Offset of the end record.
pub fn end(bytes: &[u8]) -> usize {
    (0..=bytes.len() - 22)
        .rev()
        .find(|&at| bytes[at..].starts_with(END))
        .unwrap()
}

/// Offset of the central directory.
pub fn directory(bytes: &[u8]) -> usize {
    get32(bytes, end(bytes) + 16)
}

/// Number of entries.
pub fn count(bytes: &[u8]) -> usize {
    get16(bytes, end(bytes) + 10)
}

/// Offset of the central header of the entry `name`.
pub fn central(bytes: &[u8], name: &str) -> usize {
    let mut at = directory(bytes);
    while bytes[at..].starts_with(CENTRAL) {
        let name_len = get16(bytes, at + 28);
        if &bytes[at + 46..at + 46 + name_len] == name.as_bytes() {
            return at;
        }
        at += 46 + name_len + get16(bytes, at + 30) + get16(bytes, at + 32);
    }
    unreachable!("no entry {name}");
}

/// Offset of the local header of the entry `name`.
pub fn local(bytes: &[u8], name: &str) -> usize {
    get32(bytes, central(bytes, name) + 42)
}

/// One entry to write; the headers say what the fields say.
#[derive(Clone)]
pub struct File {
    pub name: Vec<u8>,
    /// Packed bytes.
    pub data: Vec<u8>,
    pub size: u32,
    pub method: u16,
    pub flags: u16,
    pub crc: u32,
    /// Sizes stand behind the data, and in the extra fields of zip64.
    pub descriptor: bool,
    pub zip64: bool,
}

impl File {
    /// An honest stored entry.
    pub fn stored(name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Self {
        let content = content.as_ref();
        let mut crc = flate2::Crc::new();
        crc.update(content);
        Self {
            name: name.as_ref().to_vec(),
            data: content.to_vec(),
            size: u32::try_from(content.len()).unwrap(),
            method: 0,
            flags: 0,
            crc: crc.sum(),
            descriptor: false,
            zip64: false,
        }
    }

    /// An honest deflated entry.
    pub fn deflated(name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Self {
        let level = flate2::Compression::best();
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
        encoder.write_all(content.as_ref()).unwrap();
        Self {
            data: encoder.finish().unwrap(),
            method: 8,
            ..Self::stored(name, content)
        }
    }

    fn header(&self, signature: &[u8], out: &mut Vec<u8>) {
        let central = signature == CENTRAL;
        let blank = self.descriptor && !central;
        let flags = self.flags | if self.descriptor { 8 } else { 0 };
        let packed = u32::try_from(self.data.len()).unwrap();
        out.extend(signature);
        if central {
            out.extend(20_u16.to_le_bytes());
        }
        for value in [20, flags, self.method, 0, 0x21] {
            out.extend(value.to_le_bytes());
        }
        let sizes = if self.zip64 {
            [u32::MAX, u32::MAX]
        } else {
            [packed, self.size]
        };
        for value in [self.crc, sizes[0], sizes[1]] {
            out.extend(if blank { 0 } else { value }.to_le_bytes());
        }
        let extra = if self.zip64 { 20_u16 } else { 0 };
        out.extend(u16::try_from(self.name.len()).unwrap().to_le_bytes());
        out.extend(extra.to_le_bytes());
    }

    fn extra(&self, out: &mut Vec<u8>) {
        if self.zip64 {
            out.extend([1, 0, 16, 0]);
            out.extend(u64::from(self.size).to_le_bytes());
            out.extend(u64::try_from(self.data.len()).unwrap().to_le_bytes());
        }
    }
}

/// Writes the entries as an archive.
pub fn zip(files: &[File]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for file in files {
        let offset = u32::try_from(out.len()).unwrap();
        file.header(LOCAL, &mut out);
        out.extend(&file.name);
        file.extra(&mut out);
        out.extend(&file.data);
        if file.descriptor {
            out.extend(b"PK\x07\x08");
            let packed = u32::try_from(file.data.len()).unwrap();
            for value in [file.crc, packed, file.size] {
                out.extend(value.to_le_bytes());
            }
        }
        file.header(CENTRAL, &mut directory);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(&file.name);
        file.extra(&mut directory);
    }
    let start = u32::try_from(out.len()).unwrap();
    let size = u32::try_from(directory.len()).unwrap();
    let count = u16::try_from(files.len() % 0x10000).unwrap();
    out.extend(directory);
    if files.iter().any(|file| file.zip64) {
        end64(&mut out, files.len(), size, start);
    }
    out.extend(END);
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// The zip64 end record and its locator.
fn end64(out: &mut Vec<u8>, count: usize, size: u32, start: u32) {
    let at = u64::try_from(out.len()).unwrap();
    out.extend(b"PK\x06\x06");
    out.extend(44_u64.to_le_bytes());
    out.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for _ in 0..2 {
        out.extend(u64::try_from(count).unwrap().to_le_bytes());
    }
    out.extend(u64::from(size).to_le_bytes());
    out.extend(u64::from(start).to_le_bytes());
    out.extend(b"PK\x06\x07");
    out.extend([0; 4]);
    out.extend(at.to_le_bytes());
    out.extend([1, 0, 0, 0]);
}
