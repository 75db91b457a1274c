//! `encoded_value`, `encoded_array`.

use super::annotation::{self, Annotation};
use super::leb::uleb;
use super::{Cursor, DecodeError, Dex};

/// A constant ("encoded_value encoding"). Indices count in the tables that
/// their names say.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the specification")]
pub enum EncodedValue {
    Byte(i8),
    Short(i16),
    Char(u16),
    Int(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    MethodType(u32),
    MethodHandle(u32),
    String(u32),
    Type(u32),
    Field(u32),
    Method(u32),
    Enum(u32),
    Array(Vec<EncodedValue>),
    Annotation(Annotation),
    Null,
    Boolean(bool),
}

/// Reads nested values within a budget of depth and number.
pub(super) struct Reader<'a> {
    pub cursor: Cursor<'a>,
    depth: usize,
    nodes: usize,
}

impl<'a> Reader<'a> {
    pub fn new(cursor: Cursor<'a>, dex: &Dex<'_>) -> Self {
        Self {
            cursor,
            depth: dex.tree_depth,
            nodes: dex.tree_nodes,
        }
    }

    /// `encoded_array`, without the tag.
    pub fn array(&mut self) -> Result<Vec<EncodedValue>, DecodeError> {
        let count = uleb(&mut self.cursor)?;
        self.cursor.fits(super::size(count), 1)?;
        let mut values = Vec::new();
        for _ in 0..count {
            values.push(self.value()?);
        }
        Ok(values)
    }

    /// `encoded_value`.
    pub fn value(&mut self) -> Result<EncodedValue, DecodeError> {
        self.nodes = self
            .nodes
            .checked_sub(1)
            .ok_or_else(|| self.cursor.error("has more values than the limit"))?;
        let tag = self.cursor.u8()?;
        let (kind, argument) = (tag & 0x1f, tag.wrapping_shr(5));
        Ok(match kind {
            0x00 => EncodedValue::Byte(self.cursor.u8()?.cast_signed()),
            0x02 => EncodedValue::Short(truncate(self.signed(argument, 2)?)),
            0x03 => EncodedValue::Char(
                truncate(self.unsigned(argument, 2)?.cast_signed()).cast_unsigned(),
            ),
            0x04 => EncodedValue::Int(self.signed(argument, 4)?.try_into().unwrap_or(0)),
            0x06 => EncodedValue::Long(self.signed(argument, 8)?),
            0x10 => EncodedValue::Float(f32::from_bits(self.float_bits(argument)?)),
            0x11 => EncodedValue::Double(f64::from_bits(self.padded(argument, 8)?)),
            0x15 => EncodedValue::MethodType(self.index(argument)?),
            0x16 => EncodedValue::MethodHandle(self.index(argument)?),
            0x17 => EncodedValue::String(self.index(argument)?),
            0x18 => EncodedValue::Type(self.index(argument)?),
            0x19 => EncodedValue::Field(self.index(argument)?),
            0x1a => EncodedValue::Method(self.index(argument)?),
            0x1b => EncodedValue::Enum(self.index(argument)?),
            0x1c => EncodedValue::Array(self.nested(Self::array)?),
            0x1d => EncodedValue::Annotation(self.nested(annotation::encoded)?),
            0x1e => EncodedValue::Null,
            0x1f => EncodedValue::Boolean(argument != 0),
            _ => return Err(self.cursor.error("has a value of unknown type")),
        })
    }

    fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        self.depth = self
            .depth
            .checked_sub(1)
            .ok_or_else(|| self.cursor.error("is nested deeper than the limit"))?;
        let value = read(self);
        self.depth = self.depth.saturating_add(1);
        value
    }

    /// `argument + 1` bytes, at most `most`, as the low bytes of eight.
    fn unsigned(&mut self, argument: u8, most: u8) -> Result<u64, DecodeError> {
        if argument >= most {
            return Err(self.cursor.error("has a value wider than its type"));
        }
        let bytes = self.cursor.take(usize::from(argument).saturating_add(1))?;
        let value = bytes.iter().rev();
        Ok(value.fold(0, |value, byte| value.wrapping_shl(8) | u64::from(*byte)))
    }

    /// The same with its sign extended.
    fn signed(&mut self, argument: u8, most: u8) -> Result<i64, DecodeError> {
        let value = self.unsigned(argument, most)?;
        let unused = unused_bits(argument, 8);
        Ok(value
            .wrapping_shl(unused)
            .cast_signed()
            .wrapping_shr(unused))
    }

    /// The same as the high bytes of `width`.
    fn padded(&mut self, argument: u8, width: u8) -> Result<u64, DecodeError> {
        let value = self.unsigned(argument, width)?;
        Ok(value.wrapping_shl(unused_bits(argument, width)))
    }

    fn float_bits(&mut self, argument: u8) -> Result<u32, DecodeError> {
        Ok(u32::try_from(self.padded(argument, 4)?).unwrap_or(0))
    }

    fn index(&mut self, argument: u8) -> Result<u32, DecodeError> {
        Ok(u32::try_from(self.unsigned(argument, 4)?).unwrap_or(u32::MAX))
    }
}

/// Bits of a value of `width` bytes that `argument + 1` bytes leave open.
fn unused_bits(argument: u8, width: u8) -> u32 {
    u32::from(width.saturating_sub(argument).saturating_sub(1)).saturating_mul(8)
}

/// The low 16 bits.
fn truncate(value: i64) -> i16 {
    let [a, b, ..] = value.to_le_bytes();
    i16::from_le_bytes([a, b])
}

/// `encoded_array_item`.
pub(super) fn array(cursor: Cursor<'_>, dex: &Dex<'_>) -> Result<Vec<EncodedValue>, DecodeError> {
    Reader::new(cursor, dex).array()
}
