//! The name of a signer in an APK. The certificate is well-formed, the
//! signature is not valid: nobody holds a key.
//!
//! Formats: "APK Signature Scheme v2" and "v3" of the Android documentation;
//! RFC 5280 for the certificate, X.690 for its encoding.

use super::bytes::{Bytes, size32};
use super::description::{Scheme, Signing};
use super::error::SampleError;

const MAGIC: &[u8] = b"APK Sig Block 42";
/// RSASSA-PKCS1-v1_5 with SHA-256.
const ALGORITHM: u32 = 0x0103;
/// Length of an end record without a comment, and where in it the offset of
/// the central directory is.
const END: usize = 22;
const DIRECTORY: usize = 16;

/// Puts a signing block before the central directory.
pub(super) fn sign(archive: Vec<u8>, signing: &Signing) -> Result<Vec<u8>, SampleError> {
    if signing.subject.is_empty() {
        return Ok(archive);
    }
    let certificate = certificate(&signing.subject)?;
    let mut pairs = Bytes::default();
    for scheme in &signing.schemes {
        let block = signers(*scheme, &certificate);
        pairs.u64(block.len() as u64 + 4);
        pairs.u32(match scheme {
            Scheme::V2 => 0x7109_871a,
            Scheme::V3 => 0xf053_68c0,
        });
        pairs.raw(&block.0);
    }
    let size = pairs.len() as u64 + 8 + MAGIC.len() as u64;
    let mut block = Bytes::default();
    block.u64(size);
    block.raw(&pairs.0);
    block.u64(size);
    block.raw(MAGIC);

    let inconsistent = || SampleError::new("signing", "the archive has no end record");
    let end = archive.len().checked_sub(END).ok_or_else(inconsistent)?;
    let offset = archive
        .get(end + DIRECTORY..end + DIRECTORY + 4)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_le_bytes)
        .ok_or_else(inconsistent)?;
    let (entries, directory) = archive
        .split_at_checked(offset as usize)
        .ok_or_else(inconsistent)?;
    let mut signed = Bytes(entries.to_vec());
    signed.raw(&block.0);
    signed.raw(directory);
    let end = signed.len() - END;
    signed.patch(end + DIRECTORY, offset + size32(block.len()));
    Ok(signed.0)
}

/// Content with its length before it.
fn counted(content: &Bytes) -> Bytes {
    let mut out = Bytes::default();
    out.size(content.len());
    out.raw(&content.0);
    out
}

fn joined(parts: &[Bytes]) -> Bytes {
    Bytes(parts.iter().flat_map(|part| part.0.clone()).collect())
}

/// The list of signers, which is one.
fn signers(scheme: Scheme, certificate: &[u8]) -> Bytes {
    let with_algorithm = |content: Bytes| {
        let mut out = Bytes::default();
        out.u32(ALGORITHM);
        out.raw(&counted(&content).0);
        counted(&counted(&out))
    };
    let mut levels = Bytes::default();
    if scheme == Scheme::V3 {
        levels.u32(28);
        levels.u32(0x7fff_ffff);
    }
    let digests = with_algorithm(Bytes(vec![0; 32]));
    let certificates = counted(&counted(&Bytes(certificate.to_vec())));
    let attributes = counted(&Bytes::default());
    let signed = counted(&joined(&[
        digests,
        certificates,
        levels.clone(),
        attributes,
    ]));
    let signatures = with_algorithm(Bytes(vec![0; 256]));
    let key = counted(&Bytes(public_key()));
    let signer = counted(&joined(&[signed, levels, signatures, key]));
    counted(&signer)
}

/// Tags of the encoding.
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const NULL: u8 = 0x05;
const OBJECT: u8 = 0x06;
const UTF8_STRING: u8 = 0x0c;
const PRINTABLE_STRING: u8 = 0x13;
const UTC_TIME: u8 = 0x17;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const VERSION: u8 = 0xa0;

/// One value with tag and length.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = size32(content.len()).to_be_bytes();
    match content.len() {
        0..0x80 => out.push(length[3]),
        0x80..0x100 => out.extend([0x81, length[3]]),
        _ => out.extend([0x82, length[2], length[3]]),
    }
    out.extend(content);
    out
}

/// A self-signed certificate of an RSA key.
fn certificate(subject: &str) -> Result<Vec<u8>, SampleError> {
    // sha256WithRSAEncryption
    let algorithm = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
    let algorithm = der(
        SEQUENCE,
        &[der(OBJECT, &algorithm), der(NULL, &[])].concat(),
    );
    let name = name(subject)?;
    let validity = [
        der(UTC_TIME, b"240101000000Z"),
        der(UTC_TIME, b"490101000000Z"),
    ]
    .concat();
    let body = [
        der(VERSION, &der(INTEGER, &[2])),
        der(INTEGER, &[1]), // serial number
        algorithm.clone(),
        name.clone(), // issuer
        der(SEQUENCE, &validity),
        name,
        public_key(),
    ]
    .concat();
    let signature = der(BIT_STRING, &[0; 257]);
    let whole = [der(SEQUENCE, &body), algorithm, signature].concat();
    Ok(der(SEQUENCE, &whole))
}

/// `CN=Example,C=CN` as a name, which is written from the end.
fn name(subject: &str) -> Result<Vec<u8>, SampleError> {
    let mut parts = Vec::new();
    for part in subject.split(',').rev() {
        let wrong = || {
            let why = format!("`{part}` is none of CN=…, OU=…, O=…, L=…, ST=…, C=…");
            SampleError::new("signing.subject", why)
        };
        let (kind, value) = part.trim().split_once('=').ok_or_else(wrong)?;
        let (id, tag) = match kind {
            "CN" => (3, UTF8_STRING),
            "C" => (6, PRINTABLE_STRING),
            "L" => (7, UTF8_STRING),
            "ST" => (8, UTF8_STRING),
            "O" => (10, UTF8_STRING),
            "OU" => (11, UTF8_STRING),
            _ => return Err(wrong()),
        };
        let pair = [der(OBJECT, &[0x55, 0x04, id]), der(tag, value.as_bytes())].concat();
        parts.push(der(SET, &der(SEQUENCE, &pair)));
    }
    Ok(der(SEQUENCE, &parts.concat()))
}

/// An RSA key of 2048 bits that nobody can sign with.
fn public_key() -> Vec<u8> {
    // rsaEncryption
    let algorithm = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    let algorithm = [der(OBJECT, &algorithm), der(NULL, &[])].concat();
    let mut modulus = vec![0];
    modulus.extend(vec![0xc5; 256]);
    let key = [der(INTEGER, &modulus), der(INTEGER, &[0x01, 0x00, 0x01])].concat();
    let mut bits = vec![0];
    bits.extend(der(SEQUENCE, &key));
    der(
        SEQUENCE,
        &[der(SEQUENCE, &algorithm), der(BIT_STRING, &bits)].concat(),
    )
}
