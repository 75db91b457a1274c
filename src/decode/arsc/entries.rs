//! `ResTable_type`: the values of one type in one configuration.

use super::Reader;
use crate::decode::DecodeError;
use crate::decode::chunk::Chunk;
use crate::decode::cursor::Cursor;
use crate::decode::res_value::{self, RawValue};
use crate::decode::resources::{BagItem, Config, Entry, ResValue};
use crate::decode::string_pool::StringPool;

const SPARSE: u8 = 0x01;
const OFFSET16: u8 = 0x02;
const COMPLEX: u16 = 0x0001;
const COMPACT: u16 = 0x0008;
/// Where the configuration starts in the chunk.
const CONFIG: usize = 20;
const BAG_ITEM: usize = 12;

/// Where the types of a package belong.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Position among the packages of the table.
    pub package: u32,
    /// Package id.
    pub id: u32,
    /// What has to be added to the type ids of the file.
    pub type_offset: u8,
    /// Entry names.
    pub keys: StringPool,
}

/// What a table may unfold to: many entries can share one value, one bag or
/// one text, so that a small file can say a lot.
pub(super) struct Budget {
    values: usize,
    text: usize,
}

impl Budget {
    pub fn new(size: usize) -> Self {
        Self {
            // Each value takes at least two bytes of offset and each item of
            // a bag twelve bytes, unless it is shared.
            values: size.saturating_add(1 << 10),
            text: size.saturating_mul(16).max(1 << 26),
        }
    }

    fn spend(&mut self, values: usize, text: usize, offset: usize) -> Result<(), DecodeError> {
        let error = DecodeError::new("resource table", "unfolds to too much", offset);
        self.values = self.values.checked_sub(values).ok_or(error.clone())?;
        self.text = self.text.checked_sub(text).ok_or(error)?;
        Ok(())
    }
}

impl Reader<'_> {
    pub(super) fn type_entries(&mut self, part: &Chunk, place: Place) -> Result<(), DecodeError> {
        let mut cursor = part.cursor(self.data, 8, "resource type");
        let kind = cursor.u8()?;
        let flags = cursor.u8()?;
        cursor.skip(2)?;
        let count = cursor.index()?;
        let start = cursor.index()?;
        if kind == 0 {
            self.lose("arsc-type-id", "type id 0: not read".into(), part.start);
            return Ok(());
        }
        let config = Config::parse(self.data, part, CONFIG)?;
        let config = self.config(config);
        let id = place.id << 24 | u32::from(kind.wrapping_add(place.type_offset)) << 16;

        let mut offsets = part.cursor(self.data, part.header, "resource type");
        let short = flags & (SPARSE | OFFSET16) == OFFSET16;
        let room = if short {
            offsets.remaining() / 2
        } else {
            offsets.remaining() / 4
        };
        if count > room {
            let detail = format!("says {count} entries, has room for {room}");
            self.lose("arsc-entry-count", detail, part.start);
        }
        for position in 0..count.min(room) {
            let (index, offset) = if flags & SPARSE != 0 {
                let index = offsets.u16()?;
                (u32::from(index), usize::from(offsets.u16()?) << 2)
            } else {
                let index = u32::try_from(position).unwrap_or(u32::MAX);
                let offset = if short {
                    match offsets.u16()? {
                        u16::MAX => continue,
                        offset => usize::from(offset) << 2,
                    }
                } else {
                    match offsets.u32()? {
                        u32::MAX => continue,
                        offset => usize::try_from(offset).unwrap_or(usize::MAX),
                    }
                };
                (index, offset)
            };
            if index > 0xffff {
                break;
            }
            let at = start.saturating_add(offset);
            match self.entry(part, at, place) {
                Ok((key, value)) => self.table.entries.push(Entry {
                    id: id | index,
                    key,
                    package: place.package,
                    config,
                    value,
                }),
                Err(error) if error.why == "is cut short" => {
                    let detail = format!("entry {:#010x}: {}", id | index, error.why);
                    self.lose("arsc-entry", detail, part.start.saturating_add(at));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        part: &Chunk,
        at: usize,
        place: Place,
    ) -> Result<(u32, ResValue), DecodeError> {
        let mut cursor = part.cursor(self.data, at, "entry");
        let offset = cursor.pos();
        let size = cursor.u16()?;
        let flags = cursor.u16()?;
        let word = cursor.u32()?;
        if flags & COMPACT != 0 {
            // The size is the key, the key is the data, and the upper half
            // of the flags is the type.
            let [_, kind] = flags.to_le_bytes();
            let value = RawValue { kind, data: word };
            let key = u32::from(size);
            self.spend(place, key, value, offset)?;
            return Ok((key, ResValue::Item(value)));
        }
        let body = at.saturating_add(usize::from(size));
        if flags & COMPLEX == 0 {
            let value = raw_value(&mut part.cursor(self.data, body, "value"))?;
            self.spend(place, word, value, offset)?;
            return Ok((word, ResValue::Item(value)));
        }
        let parent = cursor.u32()?;
        let count = cursor.index()?;
        let mut cursor = part.cursor(self.data, body, "bag");
        let room = cursor.remaining() / BAG_ITEM;
        if count > room {
            let detail = format!("bag says {count} items, has room for {room}");
            self.lose("arsc-bag-count", detail, offset);
        }
        let first = u32::try_from(self.table.items.len()).unwrap_or(u32::MAX);
        let count = count.min(room);
        self.budget.spend(1, 0, offset)?;
        for _ in 0..count {
            let key = cursor.u32()?;
            let value = raw_value(&mut cursor)?;
            self.spend(place, word, value, offset)?;
            self.table.items.push(BagItem { key, value });
        }
        let bag = ResValue::Bag {
            parent,
            first,
            count: u32::try_from(count).unwrap_or(u32::MAX),
        };
        Ok((word, bag))
    }

    /// Pays for a value; a text costs its length and that of its name.
    fn spend(
        &mut self,
        place: Place,
        key: u32,
        value: RawValue,
        offset: usize,
    ) -> Result<(), DecodeError> {
        let mut text = 0;
        if value.kind == res_value::STRING {
            if self.values.entry(self.data, value.data).is_none() {
                let detail = format!("no string {}", value.data);
                self.lose("arsc-string", detail, offset);
            }
            let length = |pool: StringPool, index| {
                pool.entry(self.data, index)
                    .map_or(0, |entry| entry.bytes.len())
            };
            text = length(self.values, value.data).saturating_add(length(place.keys, key));
        }
        self.budget.spend(1, text, offset)
    }

    fn config(&mut self, config: Config) -> u32 {
        if let Some(at) = self.configs.get(&config) {
            return *at;
        }
        let at = u32::try_from(self.table.configs.len()).unwrap_or(u32::MAX);
        self.table.configs.push(config.clone());
        self.configs.insert(config, at);
        at
    }
}

fn raw_value(cursor: &mut Cursor<'_>) -> Result<RawValue, DecodeError> {
    cursor.skip(3)?; // size and a reserved byte
    Ok(RawValue {
        kind: cursor.u8()?,
        data: cursor.u32()?,
    })
}
