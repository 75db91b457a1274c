//! Protocol buffers as they lie in the file: fields one after the other,
//! nothing copied.
//!
//! Source: "Encoding" of the Protocol Buffers documentation. Read by hand
//! and not by generated code, because evidence needs offsets and because two
//! bytes of an empty message become a whole structure there.

mod item;

pub(crate) use item::{Item, item};

use super::DecodeError;
use super::cursor::Cursor;
use super::string_pool::decode_utf8;

/// A message, still encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// The file up to the end of the message.
    data: &'a [u8],
    start: usize,
    what: &'static str,
}

/// The value of one field.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wire<'a> {
    /// Integers, booleans, enumerations.
    Varint(u64),
    /// `fixed32`, `float`.
    Word(u32),
    /// `fixed64`, `double`: none is used by the formats read here.
    Long,
    /// Messages, texts, bytes.
    Bytes(Message<'a>),
}

impl<'a> Message<'a> {
    /// A file that is one message; `what` names it in errors.
    pub const fn whole(data: &'a [u8], what: &'static str) -> Self {
        Self {
            data,
            start: 0,
            what,
        }
    }

    /// Offset in the file.
    pub const fn offset(&self) -> usize {
        self.start
    }

    /// The fields in file order: number and value. Ends after an error.
    pub fn fields(&self) -> Fields<'a> {
        Fields {
            message: *self,
            rest: Some(Cursor::new(self.data, self.start, self.what)),
        }
    }

    /// The encoded bytes.
    pub fn bytes(&self) -> &'a [u8] {
        self.data.get(self.start..).unwrap_or_default()
    }

    /// The bytes as text.
    pub fn text(&self) -> String {
        decode_utf8(self.bytes())
    }

    /// The last message, text or run of bytes with this field number; none
    /// if there is none or the message is malformed.
    pub fn last(&self, field: u32) -> Option<Message<'a>> {
        let mut found = None;
        for next in self.fields() {
            if let (number, Wire::Bytes(inner)) = next.ok()?
                && number == field
            {
                found = Some(inner);
            }
        }
        found
    }

    /// The last varint with this field number, cut to 32 bits; zero, the
    /// default of every field, if there is none.
    pub fn number(&self, field: u32) -> Result<u32, DecodeError> {
        let mut found = 0;
        for next in self.fields() {
            if let (number, Wire::Varint(value)) = next?
                && number == field
            {
                found = low(value);
            }
        }
        Ok(found)
    }
}

/// Iterates over the fields of a message.
pub(crate) struct Fields<'a> {
    message: Message<'a>,
    rest: Option<Cursor<'a>>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Wire<'a>), DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut cursor = self.rest.take()?;
        if cursor.remaining() == 0 {
            return None;
        }
        let field = field(&self.message, &mut cursor);
        if field.is_ok() {
            self.rest = Some(cursor);
        }
        Some(field)
    }
}

fn field<'a>(whole: &Message<'a>, cursor: &mut Cursor<'a>) -> Result<(u32, Wire<'a>), DecodeError> {
    let tag = varint(cursor)?;
    let number = match u32::try_from(tag >> 3) {
        Ok(number) if number > 0 => number,
        _ => return Err(cursor.error("has a field number out of range")),
    };
    let value = match tag & 7 {
        0 => Wire::Varint(varint(cursor)?),
        1 => {
            cursor.skip(8)?;
            Wire::Long
        }
        2 => {
            let length = usize::try_from(varint(cursor)?).unwrap_or(usize::MAX);
            let start = cursor.pos();
            cursor.skip(length)?;
            Wire::Bytes(Message {
                data: whole.data.get(..cursor.pos()).unwrap_or_default(),
                start,
                what: whole.what,
            })
        }
        5 => Wire::Word(cursor.u32()?),
        // Groups, which no format read here has.
        _ => return Err(cursor.error("has an unknown wire type")),
    };
    Ok((number, value))
}

fn varint(cursor: &mut Cursor<'_>) -> Result<u64, DecodeError> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = cursor.u8()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(cursor.error("has a number of more than ten bytes"))
}

/// The low 32 bits, to which readers of 32-bit fields cut a number.
pub(crate) const fn low(value: u64) -> u32 {
    let [a, b, c, d, ..] = value.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests;
