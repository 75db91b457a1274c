//! Archives that mislead tools. Android does not look at the fields that
//! `fake-encryption` and `unknown-method` write wrong, and refuses an
//! archive with a name that is there twice.
//!
//! Format: APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.3.12.

use super::archive::Archive;
use super::description::Zip;
use super::error::SampleError;

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
/// Bit 0 of the flags: the entry is encrypted.
const ENCRYPTED: u8 = 0x01;
/// A compression method that no specification knows.
const UNKNOWN_METHOD: u16 = 0x4d49;

/// Where the fields of a header are.
struct Header {
    start: usize,
    flags: usize,
    method: usize,
    name: usize,
    name_length: usize,
}

/// Writes the archive and then plays the tricks.
pub(super) fn play(tricks: &Zip, mut archive: Archive) -> Result<Vec<u8>, SampleError> {
    let stand_in = tricks.duplicate.as_deref().map(stand_in);
    if let Some(name) = &tricks.duplicate {
        known(&archive, "zip.duplicate", name)?;
    }
    if let Some(name) = &tricks.unknown_method {
        known(&archive, "zip.unknown-method", name)?;
    }
    if let Some(stand_in) = &stand_in {
        archive.add(stand_in, Vec::new());
    }
    let mut bytes = archive.plain()?;
    for header in headers(&bytes) {
        let name = header.name..header.name + header.name_length;
        let called = |wanted: &str| bytes.get(name.clone()) == Some(wanted.as_bytes());
        let unknown = tricks.unknown_method.as_deref().is_some_and(called);
        let doubled = stand_in.as_deref().is_some_and(called);
        if tricks.fake_encryption {
            bytes[header.start + header.flags] |= ENCRYPTED;
        }
        if unknown {
            let method = header.start + header.method;
            bytes[method..method + 2].copy_from_slice(&UNKNOWN_METHOD.to_le_bytes());
        }
        if let (true, Some(wanted)) = (doubled, &tricks.duplicate) {
            bytes[name].copy_from_slice(wanted.as_bytes());
        }
    }
    Ok(bytes)
}

fn known(archive: &Archive, place: &str, name: &str) -> Result<(), SampleError> {
    if archive.has(name) {
        return Ok(());
    }
    Err(SampleError::new(
        place,
        format!("there is no entry `{name}`"),
    ))
}

/// A name of the same length that sorts behind all others.
fn stand_in(name: &str) -> String {
    "~".repeat(name.len())
}

/// Local and central headers of an archive that was written here: no
/// content but that of the entries themselves, sizes in the headers.
fn headers(bytes: &[u8]) -> Vec<Header> {
    let u16_at = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let u32_at = |at: usize| u16_at(at) | u16_at(at + 2) << 16;
    let mut headers = Vec::new();
    let mut at = 0;
    loop {
        let rest = &bytes[at..];
        if rest.starts_with(LOCAL) {
            headers.push(Header {
                start: at,
                flags: 6,
                method: 8,
                name: at + 30,
                name_length: u16_at(at + 26),
            });
            at += 30 + u16_at(at + 26) + u16_at(at + 28) + u32_at(at + 18);
        } else if rest.starts_with(CENTRAL) {
            headers.push(Header {
                start: at,
                flags: 8,
                method: 10,
                name: at + 46,
                name_length: u16_at(at + 28),
            });
            at += 46 + u16_at(at + 28) + u16_at(at + 30) + u16_at(at + 32);
        } else {
            return headers;
        }
    }
}
