//! `aapt.pb.Item`: a value of an XML attribute or of a resource.
//!
//! Source: `Resources.proto` and `ProtoDeserialize.cpp` of aapt2, for what
//! becomes of an item in the binary formats.

use super::{Message, Wire, low};
use crate::decode::DecodeError;
use crate::decode::res_value::{self, RawValue};

/// A value as the message gives it.
#[derive(Clone, Debug)]
pub(crate) enum Item<'a> {
    /// A number, nothing, or a reference by id.
    Raw(RawValue),
    /// Text, styled or not, or the path of a file.
    Text(Message<'a>),
    /// A reference by name only: `@string/app_name`.
    Named(String),
}

/// Reads an item. None if it is of a kind that this version does not know.
pub(crate) fn item<'a>(message: &Message<'a>) -> Result<Option<Item<'a>>, DecodeError> {
    const REF: u32 = 1;
    const STR: u32 = 2;
    const RAW_STR: u32 = 3;
    const STYLED_STR: u32 = 4;
    const FILE: u32 = 5;
    const ID: u32 = 6;
    const PRIM: u32 = 7;
    let mut found = None;
    for field in message.fields() {
        let (number, Wire::Bytes(value)) = field? else {
            continue;
        };
        match number {
            REF => found = Some(reference(&value)?),
            STR | RAW_STR | STYLED_STR | FILE => found = Some(Item::Text(first_text(&value)?)),
            // An id only takes up its place.
            ID => found = Some(raw(res_value::INT_BOOLEAN, 0)),
            PRIM => found = primitive(&value)?.or(found),
            _ => {}
        }
    }
    Ok(found)
}

const fn raw<'a>(kind: u8, data: u32) -> Item<'a> {
    Item::Raw(RawValue { kind, data })
}

fn reference<'a>(message: &Message<'a>) -> Result<Item<'a>, DecodeError> {
    let mut attribute = false;
    let mut id = 0;
    let mut name = None;
    let mut dynamic = false;
    for field in message.fields() {
        match field? {
            (1, Wire::Varint(value)) => attribute = value == 1,
            (2, Wire::Varint(value)) => id = low(value),
            (3, Wire::Bytes(value)) => name = Some(value),
            (5, Wire::Bytes(value)) => dynamic = value.number(1)? != 0,
            _ => {}
        }
    }
    let sign = if attribute { '?' } else { '@' };
    match name {
        Some(name) if id == 0 && !name.bytes().is_empty() => {
            Ok(Item::Named(format!("{sign}{}", name.text())))
        }
        _ => {
            let kind = match (attribute, dynamic && id != 0) {
                (false, false) => res_value::REFERENCE,
                (true, false) => res_value::ATTRIBUTE,
                (false, true) => res_value::DYNAMIC_REFERENCE,
                (true, true) => res_value::DYNAMIC_ATTRIBUTE,
            };
            Ok(raw(kind, id))
        }
    }
}

/// Field 1 of a text, styled text or file. Empty if it is left out.
fn first_text<'a>(message: &Message<'a>) -> Result<Message<'a>, DecodeError> {
    let mut text = Message {
        start: message.data.len(),
        ..*message
    };
    for field in message.fields() {
        if let (1, Wire::Bytes(value)) = field? {
            text = value;
        }
    }
    Ok(text)
}

fn primitive<'a>(message: &Message<'a>) -> Result<Option<Item<'a>>, DecodeError> {
    const EMPTY: u32 = 1;
    let mut found = None;
    for field in message.fields() {
        let value = match field? {
            (1, Wire::Bytes(_)) => raw(res_value::NULL, 0),
            (2, Wire::Bytes(_)) => raw(res_value::NULL, EMPTY),
            (3, Wire::Word(bits)) => raw(res_value::FLOAT, bits),
            // Formerly stored as a number, which had the same bits.
            (4, Wire::Word(bits)) => raw(res_value::DIMENSION, bits),
            (5, Wire::Word(bits)) => raw(res_value::FRACTION, bits),
            (6, Wire::Varint(value)) => raw(res_value::INT_DEC, low(value)),
            (7, Wire::Varint(value)) => raw(res_value::INT_HEX, low(value)),
            (8, Wire::Varint(value)) => {
                let data = if value == 0 { 0 } else { u32::MAX };
                raw(res_value::INT_BOOLEAN, data)
            }
            (9, Wire::Varint(value)) => raw(0x1c, low(value)),
            (10, Wire::Varint(value)) => raw(0x1d, low(value)),
            (11, Wire::Varint(value)) => raw(0x1e, low(value)),
            (12, Wire::Varint(value)) => raw(0x1f, low(value)),
            (13, Wire::Varint(value)) => raw(res_value::DIMENSION, low(value)),
            (14, Wire::Varint(value)) => raw(res_value::FRACTION, low(value)),
            _ => continue,
        };
        found = Some(value);
    }
    Ok(found)
}
