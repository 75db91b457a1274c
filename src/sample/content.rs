//! The bytes of a described file.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use super::archive::Archive;
use super::description::{Content, OtherContent};
use super::error::SampleError;

/// The bytes of `content`. `folder` is where `from` looks.
pub(super) fn bytes(content: &Content, folder: Option<&Path>) -> Result<Vec<u8>, SampleError> {
    let other = match content {
        Content::Text(text) => return Ok(text.clone().into_bytes()),
        Content::Other(other) => other,
    };
    match other {
        OtherContent {
            text: Some(text),
            encoding,
            base64: None,
            from: None,
            zip: None,
        } => encoded(text, encoding.as_deref().unwrap_or("utf-8")),
        OtherContent {
            text: None,
            encoding: None,
            base64: Some(base64),
            from: None,
            zip: None,
        } => decode_base64(base64),
        OtherContent {
            text: None,
            encoding: None,
            base64: None,
            from: Some(name),
            zip: None,
        } => beside(name, folder),
        OtherContent {
            text: None,
            encoding: None,
            base64: None,
            from: None,
            zip: Some(entries),
        } => archive(entries, folder),
        _ => {
            let why = "needs exactly one of text (with or without encoding), base64, from, zip";
            Err(SampleError::new("", why))
        }
    }
}

fn encoded(text: &str, label: &str) -> Result<Vec<u8>, SampleError> {
    let units = || text.encode_utf16();
    match label.to_ascii_lowercase().as_str() {
        "utf-16le" => return Ok(units().flat_map(u16::to_le_bytes).collect()),
        "utf-16be" => return Ok(units().flat_map(u16::to_be_bytes).collect()),
        _ => {}
    }
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())
        .ok_or_else(|| SampleError::new("encoding", format!("`{label}` is not known")))?;
    let (bytes, _, unmappable) = encoding.encode(text);
    if unmappable {
        let why = format!("the text has characters that {label} lacks");
        return Err(SampleError::new("text", why));
    }
    Ok(bytes.into_owned())
}

fn beside(name: &str, folder: Option<&Path>) -> Result<Vec<u8>, SampleError> {
    let wrong = |why: String| SampleError::new("from", why);
    let folder = folder.ok_or_else(|| wrong("there is no folder to read from".to_owned()))?;
    let inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    if !Path::new(name).components().all(inside) {
        return Err(wrong(format!("`{name}` leads out of the folder")));
    }
    std::fs::read(folder.join(name)).map_err(|error| wrong(format!("`{name}`: {error}")))
}

fn archive(
    entries: &BTreeMap<String, Content>,
    folder: Option<&Path>,
) -> Result<Vec<u8>, SampleError> {
    let mut archive = Archive::default();
    for (name, content) in entries {
        let bytes = bytes(content, folder).map_err(|error| error.within(name))?;
        archive.add(name, bytes);
    }
    archive.plain()
}

/// RFC 4648, section 4; blanks and line ends are passed over.
fn decode_base64(text: &str) -> Result<Vec<u8>, SampleError> {
    let mut bytes = Vec::new();
    let mut bits = 0_u32;
    let mut count = 0;
    let digits = text.bytes().filter(|b| !b.is_ascii_whitespace());
    for digit in digits.take_while(|b| *b != b'=') {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => {
                let why = format!("`{}` is no base64 digit", char::from(digit));
                return Err(SampleError::new("base64", why));
            }
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count).to_le_bytes()[0]);
        }
    }
    Ok(bytes)
}
