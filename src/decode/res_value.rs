//! `Res_value`: the typed value of binary XML and of resource tables.
//!
//! Source: `struct Res_value` in `androidfw/ResourceTypes.h` of the Android
//! Open Source Project.

use super::xml::Value;

/// `TYPE_NULL`: undefined, or with data 1 empty.
pub const NULL: u8 = 0x00;
/// `TYPE_REFERENCE`: a resource id.
pub const REFERENCE: u8 = 0x01;
/// `TYPE_ATTRIBUTE`: the id of a theme attribute.
pub const ATTRIBUTE: u8 = 0x02;
/// `TYPE_STRING`: an index into the string pool.
pub const STRING: u8 = 0x03;
/// `TYPE_FLOAT`: an IEEE single.
pub const FLOAT: u8 = 0x04;
/// `TYPE_DIMENSION`: a packed number with a unit.
pub const DIMENSION: u8 = 0x05;
/// `TYPE_FRACTION`: a packed fraction.
pub const FRACTION: u8 = 0x06;
/// `TYPE_DYNAMIC_REFERENCE`: a resource id whose package is known at run
/// time only.
pub const DYNAMIC_REFERENCE: u8 = 0x07;
/// `TYPE_DYNAMIC_ATTRIBUTE`: the same for a theme attribute.
pub const DYNAMIC_ATTRIBUTE: u8 = 0x08;
/// `TYPE_INT_DEC`: the first of the integer types.
pub const INT_DEC: u8 = 0x10;
/// `TYPE_INT_HEX`.
pub const INT_HEX: u8 = 0x11;
/// `TYPE_INT_BOOLEAN`: zero is false, everything else true.
pub const INT_BOOLEAN: u8 = 0x12;
/// `TYPE_INT_COLOR_ARGB8`: the first of the colour types.
pub const FIRST_COLOR: u8 = 0x1c;
/// `TYPE_INT_COLOR_RGB4`: the last of the colour types.
pub const LAST_COLOR: u8 = 0x1f;

/// A value as the file stores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RawValue {
    /// One of the type constants of this module.
    pub kind: u8,
    /// The number itself, an id, or an index into the string pool.
    pub data: u32,
}

impl RawValue {
    /// The typed value; `text` looks up the string pool. A string whose
    /// index leads nowhere is null, as in Android.
    pub fn typed(self, text: impl FnOnce(u32) -> Option<String>) -> Value {
        let data = self.data;
        match self.kind {
            NULL if data == 1 => Value::Empty,
            NULL => Value::Null,
            REFERENCE | DYNAMIC_REFERENCE if data == 0 => Value::Null,
            REFERENCE | DYNAMIC_REFERENCE => Value::Reference(data),
            ATTRIBUTE | DYNAMIC_ATTRIBUTE => Value::ThemeAttribute(data),
            STRING => text(data).map_or(Value::Null, Value::Text),
            FLOAT => Value::Float(f32::from_bits(data)),
            DIMENSION => Value::Dimension(data),
            FRACTION => Value::Fraction(data),
            INT_BOOLEAN => Value::Bool(data != 0),
            FIRST_COLOR..=LAST_COLOR => Value::Color(data),
            INT_DEC..FIRST_COLOR => Value::Int(data.cast_signed()),
            other => Value::Other(other, data),
        }
    }

    /// The id that a reference points to.
    pub const fn reference(self) -> Option<u32> {
        match self.kind {
            REFERENCE | DYNAMIC_REFERENCE if self.data != 0 => Some(self.data),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(kind: u8, data: u32) -> Value {
        RawValue { kind, data }.typed(|index| (index == 7).then(|| "seven".to_owned()))
    }

    #[test]
    fn each_type_becomes_its_value() {
        assert_eq!(typed(NULL, 0), Value::Null);
        assert_eq!(typed(NULL, 1), Value::Empty);
        assert_eq!(typed(REFERENCE, 0), Value::Null);
        assert_eq!(
            typed(DYNAMIC_REFERENCE, 0x0201_0000),
            Value::Reference(0x0201_0000)
        );
        assert_eq!(typed(STRING, 7), Value::Text("seven".into()));
        assert_eq!(typed(STRING, 8), Value::Null);
        assert_eq!(typed(FLOAT, 0x3f80_0000), Value::Float(1.0));
        assert_eq!(typed(INT_DEC, u32::MAX), Value::Int(-1));
        assert_eq!(typed(INT_BOOLEAN, u32::MAX), Value::Bool(true));
        assert_eq!(typed(0x1d, 0xff00_ff00), Value::Color(0xff00_ff00));
        assert_eq!(typed(0x77, 5), Value::Other(0x77, 5));
    }
}
