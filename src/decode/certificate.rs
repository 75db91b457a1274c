//! The parts of an X.509 certificate that tell who it belongs to.
//!
//! Sources: RFC 5280 section 4.1 (structure), RFC 4514 (the subject as
//! text). Certificates of apps are often self-made and break rules that a
//! strict parser insists on, and Android installs them all the same; so only
//! what is needed is read.

use std::fmt::Write as _;

use super::DecodeError;
use super::der::{Element, Elements, INTEGER, OBJECT_IDENTIFIER, SEQUENCE, SET, context};

/// Where issuer, serial number and subject stand in a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct X509<'a> {
    /// Serial number: the content of the `INTEGER`.
    pub serial: &'a [u8],
    /// Issuer: the whole `Name`.
    pub issuer: &'a [u8],
    /// Subject: the content of the `Name`.
    subject: &'a [u8],
}

impl<'a> X509<'a> {
    /// Reads the first fields of a certificate in DER.
    ///
    /// # Errors
    /// When it does not begin like one.
    pub fn read(der: &'a [u8]) -> Result<Self, DecodeError> {
        const WHAT: &str = "certificate";
        let certificate = Elements::new(der, WHAT).expect(SEQUENCE)?;
        let signed = Elements::new(certificate.body, WHAT).expect(SEQUENCE)?;
        let mut fields = Elements::new(signed.body, WHAT);
        let _version = fields.optional(context(0))?;
        let serial = fields.expect(INTEGER)?.body;
        let _algorithm = fields.expect(SEQUENCE)?;
        let issuer = fields.expect(SEQUENCE)?.whole;
        let _validity = fields.expect(SEQUENCE)?;
        let subject = fields.expect(SEQUENCE)?.body;
        Ok(Self {
            serial,
            issuer,
            subject,
        })
    }

    /// The subject as RFC 4514 text, the last part of the name first:
    /// `CN=Android Debug,O=Android,C=US`.
    ///
    /// # Errors
    /// When the name is malformed.
    pub fn subject(&self) -> Result<String, DecodeError> {
        let mut parts = Vec::new();
        let mut names = Elements::new(self.subject, "distinguished name");
        while let Some(set) = names.read()? {
            if set.tag != SET {
                return Err(DecodeError::new("distinguished name", "lacks a set", 0));
            }
            parts.push(relative_name(set.body)?);
        }
        parts.reverse();
        Ok(parts.join(","))
    }
}

/// One relative distinguished name: nearly always a single attribute.
fn relative_name(set: &[u8]) -> Result<String, DecodeError> {
    let mut attributes = Elements::new(set, "distinguished name");
    let mut parts = Vec::new();
    while let Some(attribute) = attributes.read()? {
        let mut pair = Elements::new(attribute.body, "distinguished name");
        let kind = pair.expect(OBJECT_IDENTIFIER)?.body;
        let value =
            pair.read()?
                .ok_or(DecodeError::new("distinguished name", "lacks a value", 0))?;
        parts.push(match (keyword(kind), text(&value)) {
            (Some(keyword), Some(text)) => format!("{keyword}={}", escaped(&text)),
            _ => format!("{}=#{}", dotted(kind), hex(value.whole)),
        });
    }
    Ok(parts.join("+"))
}

/// The short name of an attribute type: the table of RFC 4514 section 3, and
/// others registered with IANA that certificates carry.
fn keyword(oid: &[u8]) -> Option<&'static str> {
    Some(match oid {
        [0x55, 4, 3] => "CN",
        [0x55, 4, 4] => "SN",
        [0x55, 4, 5] => "SERIALNUMBER",
        [0x55, 4, 6] => "C",
        [0x55, 4, 7] => "L",
        [0x55, 4, 8] => "ST",
        [0x55, 4, 9] => "STREET",
        [0x55, 4, 10] => "O",
        [0x55, 4, 11] => "OU",
        [0x55, 4, 12] => "TITLE",
        [0x55, 4, 17] => "POSTALCODE",
        [0x55, 4, 42] => "GIVENNAME",
        // 1.2.840.113549.1.9.1
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1] => "EMAILADDRESS",
        // 0.9.2342.19200300.100.1.1 and .25
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1] => "UID",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25] => "DC",
        _ => return None,
    })
}

/// The value of an attribute as text; `None` if it is no string.
///
/// `PrintableString` and its kin should be ASCII, but tools put UTF-8 or
/// Latin-1 there.
fn text(value: &Element<'_>) -> Option<String> {
    let units = |bytes: &[u8]| -> Vec<u16> {
        bytes
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |unit, &b| (unit << 8) | u16::from(b)))
            .collect()
    };
    Some(match value.tag {
        // UTF8, numeric, printable, teletex, IA5, visible, general
        0x0c | 0x12 | 0x13 | 0x14 | 0x16 | 0x1a | 0x1b => match std::str::from_utf8(value.body) {
            Ok(text) => text.to_owned(),
            Err(_) => value.body.iter().map(|&byte| char::from(byte)).collect(),
        },
        // BMP: UTF-16, big-endian
        0x1e => String::from_utf16_lossy(&units(value.body)),
        // Universal: UTF-32, big-endian
        0x1c => value
            .body
            .chunks_exact(4)
            .map(|four| four.iter().fold(0, |c, &b| (c << 8) | u32::from(b)))
            .map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect(),
        _ => return None,
    })
}

/// RFC 4514 section 2.4; control characters as hexadecimal pairs too.
fn escaped(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut out = String::with_capacity(value.len());
    for (index, c) in value.chars().enumerate() {
        match c {
            ' ' if index == 0 || index == last => out.push_str("\\ "),
            '#' if index == 0 => out.push_str("\\#"),
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(out, "\\{byte:02X}");
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// An object identifier in dotted decimals (X.690 section 8.19).
fn dotted(oid: &[u8]) -> String {
    let mut text = String::new();
    let mut number = 0_u64;
    for &byte in oid {
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            // The first number holds two: 40 × first + second.
            let first = (number / 40).min(2);
            let _ = write!(
                text,
                "{first}.{}",
                number.saturating_sub(first.saturating_mul(40))
            );
        } else {
            let _ = write!(text, ".{number}");
        }
        number = 0;
    }
    text
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(tag: u8, body: &[u8]) -> Vec<u8> {
        let mut out = vec![tag, u8::try_from(body.len()).unwrap()];
        out.extend(body);
        out
    }

    fn attribute(oid: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
        let pair = [element(OBJECT_IDENTIFIER, oid), element(tag, value)].concat();
        element(SEQUENCE, &pair)
    }

    fn subject(sets: &[Vec<u8>]) -> String {
        let subject: Vec<u8> = sets.iter().flat_map(|set| element(SET, set)).collect();
        let fields = [
            element(INTEGER, &[1]),
            element(SEQUENCE, &[]),
            element(SEQUENCE, &[]),
            element(SEQUENCE, &[]),
            element(SEQUENCE, &subject),
        ]
        .concat();
        let der = element(SEQUENCE, &element(SEQUENCE, &fields));
        X509::read(&der).unwrap().subject().unwrap()
    }

    #[test]
    fn a_subject_is_written_from_its_last_part_to_its_first() {
        let text = subject(&[
            attribute(&[0x55, 4, 6], 0x13, b"CN"),
            attribute(&[0x55, 4, 10], 0x0c, "示例, 公司".as_bytes()),
            attribute(&[0x55, 4, 3], 0x1e, &[0x4e, 0x2d, 0, b'#']),
        ]);
        assert_eq!(text, "CN=中#,O=示例\\, 公司,C=CN");
    }

    #[test]
    fn odd_values_are_escaped_and_unknown_types_are_hexadecimal() {
        let both = [
            attribute(&[0x55, 4, 3], 0x14, b" caf\xe9\n "),
            attribute(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1], 0x16, b"a@b"),
        ]
        .concat();
        let text = subject(&[attribute(&[0x55, 4, 45], 0x03, &[0, 1]), both]);
        assert_eq!(
            text,
            "CN=\\ café\\0A\\ +EMAILADDRESS=a@b,2.5.4.45=#03020001"
        );
    }

    #[test]
    fn a_certificate_that_ends_early_is_an_error() {
        assert!(X509::read(&[]).is_err());
        assert!(X509::read(&element(SEQUENCE, &element(SEQUENCE, &[2, 1, 1]))).is_err());
    }
}
