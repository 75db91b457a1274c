//! The form in which the build embeds knowledge files, read by serde.
//!
//! A file is one value. A value is where it stands in the TOML text (start
//! and length in bytes), a letter, and what the letter says:
//!
//! | letter | behind it |
//! |---|---|
//! | `0`, `1` | nothing: false, true |
//! | `i` | an integer: eight bytes, the lowest first |
//! | `s` | a text: its length in bytes, and the bytes in UTF-8 |
//! | `a` | an array: how many values, and the values |
//! | `t` | a table: how many entries; each is a text and a value |
//!
//! Positions, lengths and counts are numbers of seven bits a byte, the lowest
//! first; all but the last byte have the highest bit set. `build.rs` writes
//! it; the tests hold every file against its TOML. Why not JSON or a crate:
//! `docs/adr/0013-knowledge-in-a-form-of-our-own.md`.

use std::fmt;
use std::ops::Range;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;
use serde_spanned::de::{SpannedDeserializer, is_spanned};

/// Why bytes do not give a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

fn wrong<T>(what: &str) -> Result<T, Error> {
    Err(Error(what.to_owned()))
}

/// Reads one value, which takes all of the bytes.
pub fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    let mut rest = bytes;
    let value = T::deserialize(Value::next(&mut rest)?)?;
    if rest.is_empty() {
        Ok(value)
    } else {
        wrong("there is more than a value")
    }
}

fn byte(rest: &mut &[u8]) -> Result<u8, Error> {
    let Some((first, behind)) = rest.split_first() else {
        return wrong("it ends early");
    };
    *rest = behind;
    Ok(*first)
}

fn bytes<'de>(rest: &mut &'de [u8], length: usize) -> Result<&'de [u8], Error> {
    let Some((found, behind)) = rest.split_at_checked(length) else {
        return wrong("it ends early");
    };
    *rest = behind;
    Ok(found)
}

fn number(rest: &mut &[u8]) -> Result<usize, Error> {
    let mut number = 0_usize;
    for shift in [0, 7, 14, 21, 28] {
        let byte = byte(rest)?;
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    wrong("a number is too large")
}

fn text<'de>(rest: &mut &'de [u8]) -> Result<&'de str, Error> {
    let length = number(rest)?;
    std::str::from_utf8(bytes(rest, length)?).map_err(|error| Error(error.to_string()))
}

/// A value whose position was read.
struct Value<'r, 'de> {
    rest: &'r mut &'de [u8],
    span: Range<usize>,
}

impl<'r, 'de> Value<'r, 'de> {
    fn next(rest: &'r mut &'de [u8]) -> Result<Self, Error> {
        let start = number(rest)?;
        let length = number(rest)?;
        Ok(Self {
            rest,
            span: start..start.saturating_add(length),
        })
    }
}

impl<'de> Deserializer<'de> for Value<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match byte(self.rest)? {
            b'0' => visitor.visit_bool(false),
            b'1' => visitor.visit_bool(true),
            b'i' => match bytes(self.rest, 8)?.try_into() {
                Ok(bytes) => visitor.visit_i64(i64::from_le_bytes(bytes)),
                Err(_) => wrong("it ends early"),
            },
            b's' => visitor.visit_borrowed_str(text(self.rest)?),
            b'a' => {
                let mut items = Several::next(self.rest)?;
                let value = visitor.visit_seq(&mut items)?;
                items.done(value)
            }
            b't' => {
                let mut entries = Several::next(self.rest)?;
                let value = visitor.visit_map(&mut entries)?;
                entries.done(value)
            }
            letter => Err(Error(format!("there is no value `{letter}`"))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if is_spanned(name) {
            let span = self.span.clone();
            visitor.visit_map(SpannedDeserializer::new(self, span))
        } else {
            self.deserialize_any(visitor)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match byte(self.rest)? {
            b's' => visitor.visit_enum(BorrowedStrDeserializer::new(text(self.rest)?)),
            b't' => {
                let mut entries = Several::next(self.rest)?;
                let value = visitor.visit_enum(MapAccessDeserializer::new(&mut entries))?;
                entries.done(value)
            }
            _ => wrong("a word is needed"),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for Value<'_, 'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The items of an array, or the entries of a table.
struct Several<'r, 'de> {
    rest: &'r mut &'de [u8],
    left: usize,
}

impl<'r, 'de> Several<'r, 'de> {
    fn next(rest: &'r mut &'de [u8]) -> Result<Self, Error> {
        let left = number(rest)?;
        Ok(Self { rest, left })
    }

    fn done<T>(&self, value: T) -> Result<T, Error> {
        match self.left {
            0 => Ok(value),
            left => Err(Error(format!("{left} values too many"))),
        }
    }
}

impl<'de> SeqAccess<'de> for Several<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        seed.deserialize(Value::next(self.rest)?).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        // A value has three bytes at least.
        Some(self.left.min(self.rest.len() / 3))
    }
}

impl<'de> MapAccess<'de> for Several<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        seed.deserialize(BorrowedStrDeserializer::new(text(self.rest)?))
            .map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Value::next(self.rest)?)
    }
}

#[cfg(test)]
mod tests;
