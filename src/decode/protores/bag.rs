//! `aapt.pb.CompoundValue`: attribute definitions, styles, arrays, plurals.
//!
//! Source: for the keys of the items, `ResTable_map` in
//! `androidfw/ResourceTypes.h`.

use super::{Reader, count};
use crate::decode::DecodeError;
use crate::decode::proto::{Message, Wire, low};
use crate::decode::res_value::{self, RawValue};
use crate::decode::resources::{BagItem, ResValue};

const ATTR_TYPE: u32 = 0x0100_0000;
const ATTR_MIN: u32 = 0x0100_0001;
const ATTR_MAX: u32 = 0x0100_0002;
/// aapt2 numbers the items of an array from here.
const FIRST_OF_ARRAY: u32 = ATTR_MIN;
/// Keys of the quantities zero, one, two, few, many and other.
const QUANTITIES: [u32; 6] = [
    0x0100_0005,
    0x0100_0006,
    0x0100_0007,
    0x0100_0008,
    0x0100_0009,
    0x0100_0004,
];

impl<'a> Reader<'a> {
    /// None for what no binary table has.
    pub(super) fn compound(
        &mut self,
        message: &Message<'a>,
    ) -> Result<Option<ResValue>, DecodeError> {
        const ATTR: u32 = 1;
        const STYLE: u32 = 2;
        const ARRAY: u32 = 4;
        const PLURAL: u32 = 5;
        let mut found = None;
        for field in message.fields() {
            if let (number @ 1..=6, Wire::Bytes(value)) = field? {
                found = Some((number, value));
            }
        }
        let Some((number, value)) = found else {
            return Ok(None);
        };
        let first = self.table.items.len();
        let mut parent = 0;
        match number {
            ATTR => self.attribute(&value)?,
            STYLE => parent = self.style(&value)?,
            ARRAY => self.array(&value)?,
            PLURAL => self.plural(&value)?,
            _ => return Ok(None),
        }
        let length = self.table.items.len().saturating_sub(first);
        Ok(Some(ResValue::Bag {
            parent,
            first: count(first),
            count: count(length),
        }))
    }

    fn attribute(&mut self, message: &Message<'a>) -> Result<(), DecodeError> {
        const FORMATS: u32 = 1;
        const MIN: u32 = 2;
        const MAX: u32 = 3;
        const SYMBOL: u32 = 4;
        self.number(ATTR_TYPE, res_value::INT_DEC, message.number(FORMATS)?);
        // Without bounds, these hold the least and the largest number.
        let bounds = [
            (ATTR_MIN, message.number(MIN)?, i32::MIN),
            (ATTR_MAX, message.number(MAX)?, i32::MAX),
        ];
        for (key, bound, none) in bounds {
            if bound.cast_signed() != none {
                self.number(key, res_value::INT_DEC, bound);
            }
        }
        for field in message.fields() {
            if let (SYMBOL, Wire::Bytes(symbol)) = field? {
                self.symbol(&symbol)?;
            }
        }
        Ok(())
    }

    fn symbol(&mut self, message: &Message<'a>) -> Result<(), DecodeError> {
        let mut key = 0;
        let mut kind = res_value::INT_DEC;
        let mut data = 0;
        for field in message.fields() {
            match field? {
                (3, Wire::Bytes(name)) => key = reference_id(&name)?,
                (4, Wire::Varint(value)) => data = low(value),
                (5, Wire::Varint(value)) => {
                    let [byte, ..] = value.to_le_bytes();
                    kind = if byte == 0 { kind } else { byte };
                }
                _ => {}
            }
        }
        self.number(key, kind, data);
        Ok(())
    }

    /// Gives the id of the style that this one inherits from.
    fn style(&mut self, message: &Message<'a>) -> Result<u32, DecodeError> {
        const PARENT: u32 = 1;
        const ENTRY: u32 = 3;
        let mut parent = 0;
        for field in message.fields() {
            match field? {
                (PARENT, Wire::Bytes(reference)) => parent = reference_id(&reference)?,
                (ENTRY, Wire::Bytes(entry)) => {
                    let mut key = 0;
                    let mut item = None;
                    for field in entry.fields() {
                        match field? {
                            (3, Wire::Bytes(name)) => key = reference_id(&name)?,
                            (4, Wire::Bytes(value)) => item = Some(value),
                            _ => {}
                        }
                    }
                    self.push(key, item)?;
                }
                _ => {}
            }
        }
        Ok(parent)
    }

    fn array(&mut self, message: &Message<'a>) -> Result<(), DecodeError> {
        const ELEMENT: u32 = 1;
        const ITEM: u32 = 3;
        let mut key = FIRST_OF_ARRAY;
        for field in message.fields() {
            let (ELEMENT, Wire::Bytes(element)) = field? else {
                continue;
            };
            let mut item = None;
            for field in element.fields() {
                if let (ITEM, Wire::Bytes(value)) = field? {
                    item = Some(value);
                }
            }
            self.push(key, item)?;
            key = key.wrapping_add(1);
        }
        Ok(())
    }

    fn plural(&mut self, message: &Message<'a>) -> Result<(), DecodeError> {
        const ENTRY: u32 = 1;
        const ARITY: u32 = 3;
        const ITEM: u32 = 4;
        for field in message.fields() {
            let (ENTRY, Wire::Bytes(entry)) = field? else {
                continue;
            };
            let mut item = None;
            for field in entry.fields() {
                if let (ITEM, Wire::Bytes(value)) = field? {
                    item = Some(value);
                }
            }
            let [zero_to_many @ .., other] = QUANTITIES;
            let arity = usize::try_from(entry.number(ARITY)?).ok();
            let key = arity.and_then(|arity| zero_to_many.get(arity).copied());
            self.push(key.unwrap_or(other), item)?;
        }
        Ok(())
    }

    /// Adds an item under `key`, if it has a value.
    fn push(&mut self, key: u32, item: Option<Message<'a>>) -> Result<(), DecodeError> {
        if let Some(item) = item
            && let Some(value) = self.item(&item)?
        {
            self.table.items.push(BagItem { key, value });
        }
        Ok(())
    }

    fn number(&mut self, key: u32, kind: u8, data: u32) {
        let value = RawValue { kind, data };
        self.table.items.push(BagItem { key, value });
    }
}

fn reference_id(message: &Message<'_>) -> Result<u32, DecodeError> {
    message.number(2)
}
