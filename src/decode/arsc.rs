//! `resources.arsc`: the resource table of an APK.
//!
//! Source: `struct ResTable_header` and what follows it in
//! `androidfw/ResourceTypes.h`, and `LoadedArsc.cpp`, of the Android Open
//! Source Project.

mod entries;

use std::collections::BTreeMap;

use super::DecodeError;
use super::chunk::{self, Chunk};
use super::resources::{Config, Package, ResourceTable, Texts};
use super::string_pool::{StringPool, decode_utf16};
use super::xml::{Oddity, note};
use crate::limits::Limits;

const PACKAGE: u16 = 0x0200;
const TYPE: u16 = 0x0201;
const TYPE_SPEC: u16 = 0x0202;
const LIBRARY: u16 = 0x0203;
const OVERLAYABLE: u16 = 0x0204;
const OVERLAYABLE_POLICY: u16 = 0x0205;
const STAGED_ALIAS: u16 = 0x0206;
/// Types that hold only while a feature flag is set.
const FLAGGED: u16 = 0x0207;
const FLAG_LIST: u16 = 0x0208;

/// Bytes of the fixed name field of a package.
const PACKAGE_NAME: usize = 256;

/// Reads a resource table. Texts stay in the bytes, of which the table
/// keeps a copy.
///
/// # Errors
/// When the first chunk is no table, or when the table unfolds to far more
/// than its size.
pub fn parse(data: &[u8], _limits: &Limits) -> Result<ResourceTable, DecodeError> {
    let mut reader = Reader {
        data,
        table: ResourceTable::default(),
        values: StringPool::default(),
        configs: BTreeMap::new(),
        budget: entries::Budget::new(data.len()),
    };
    reader.table()?;
    let mut table = reader.table;
    table.sort_entries();
    table.texts = Texts::Pool {
        bytes: data.to_vec(),
        values: reader.values,
    };
    Ok(table)
}

struct Reader<'a> {
    data: &'a [u8],
    table: ResourceTable,
    values: StringPool,
    configs: BTreeMap<Config, u32>,
    budget: entries::Budget,
}

impl Reader<'_> {
    fn table(&mut self) -> Result<(), DecodeError> {
        let whole = Chunk::at(self.data, 0, self.data.len())?;
        if whole.kind != chunk::TABLE {
            self.odd("arsc-type", format!("root type {:#06x}", whole.kind), 0);
        }
        if whole.cut_short {
            self.lose("arsc-size", "says more bytes than there are".into(), 4);
        }
        let mut pools = 0_usize;
        for part in self.parts(whole.body(), whole.end) {
            match part.kind {
                chunk::STRING_POOL => {
                    // The first one counts, as in Android.
                    if pools == 0 {
                        self.values = self.strings(&part)?;
                    } else {
                        let detail = "second pool of values: not read".into();
                        self.odd("arsc-second-pool", detail, part.start);
                    }
                    pools = pools.saturating_add(1);
                }
                PACKAGE => self.package(&part)?,
                FLAG_LIST => {}
                other => {
                    let detail = format!("chunk type {other:#06x} passed over");
                    self.odd("arsc-unknown-chunk", detail, part.start);
                }
            }
        }
        Ok(())
    }

    /// The chunks between two offsets, up to the first that is none.
    fn parts(&mut self, start: usize, end: usize) -> Vec<Chunk> {
        let mut parts = Vec::new();
        let mut at = start;
        while at < end {
            match Chunk::at(self.data, at, end) {
                Ok(part) => {
                    if part.cut_short {
                        let detail = "says more bytes than there are".into();
                        self.lose("arsc-chunk", detail, at);
                    }
                    at = part.end;
                    parts.push(part);
                }
                Err(error) => {
                    let detail = format!("{}: reading stops", error.why);
                    self.lose("arsc-chunk", detail, at);
                    break;
                }
            }
        }
        parts
    }

    fn package(&mut self, whole: &Chunk) -> Result<(), DecodeError> {
        let mut cursor = whole.cursor(self.data, 8, "package");
        let id = cursor.u32()? & 0xff;
        let name = decode_utf16(cursor.take(PACKAGE_NAME)?);
        let name = name.split('\0').next().unwrap_or_default().to_owned();
        let type_strings = cursor.index()?;
        cursor.skip(4)?; // last public type
        let key_strings = cursor.index()?;
        cursor.skip(4)?; // last public key
        let type_offset = if cursor.pos() < whole.body() {
            cursor.u32().unwrap_or_default()
        } else {
            0 // a package of the first years
        };

        let parts = self.parts(whole.body(), whole.end);
        let types = self.pool(whole, &parts, type_strings, 0)?;
        let keys = self.pool(whole, &parts, key_strings, 1)?;
        let type_offset = u8::try_from(type_offset & 0xff).unwrap_or_default();
        let mut names = BTreeMap::new();
        for (id, index) in (1..=u8::MAX).zip(0..types.len()) {
            if let Some(name) = types.get(self.data, index) {
                names.insert(id.wrapping_add(type_offset), name);
            }
        }
        let at = u32::try_from(self.table.packages.len()).unwrap_or(u32::MAX);
        self.table.packages.push(Package {
            id,
            name,
            types: names,
            keys,
        });
        let place = entries::Place {
            package: at,
            id,
            type_offset,
            keys,
        };
        for part in &parts {
            self.package_part(part, place)?;
        }
        Ok(())
    }

    fn package_part(&mut self, part: &Chunk, place: entries::Place) -> Result<(), DecodeError> {
        match part.kind {
            TYPE => match self.type_entries(part, place) {
                Err(error) if error.why == "is cut short" => {
                    self.lose("arsc-chunk", error.to_string(), part.start);
                }
                other => return other,
            },
            FLAGGED => {
                for inner in self.parts(part.body(), part.end) {
                    if inner.kind == TYPE {
                        self.package_part(&inner, place)?;
                    }
                }
            }
            LIBRARY => self.libraries(part),
            STAGED_ALIAS => self.aliases(part),
            chunk::STRING_POOL | TYPE_SPEC | OVERLAYABLE | OVERLAYABLE_POLICY | FLAG_LIST => {}
            other => {
                let detail = format!("chunk type {other:#06x} passed over");
                self.odd("arsc-unknown-chunk", detail, part.start);
            }
        }
        Ok(())
    }

    /// The pool at `offset` of the package or, if none is there, the
    /// `index`th of the package.
    fn pool(
        &mut self,
        whole: &Chunk,
        parts: &[Chunk],
        offset: usize,
        index: usize,
    ) -> Result<StringPool, DecodeError> {
        let at = whole.start.saturating_add(offset);
        let mut pools = parts.iter().filter(|part| part.kind == chunk::STRING_POOL);
        let chosen = if let Some(part) = pools.clone().find(|part| part.start == at) {
            part
        } else {
            let detail = format!("no string pool at {offset} of the package");
            let other = pools.nth(index);
            if other.is_none() {
                self.table.lost.get_or_insert_with(|| detail.clone());
            }
            self.odd("arsc-pool-offset", detail, at);
            match other {
                Some(part) => part,
                None => return Ok(StringPool::default()),
            }
        };
        self.strings(chosen)
    }

    fn strings(&mut self, part: &Chunk) -> Result<StringPool, DecodeError> {
        let pool = StringPool::parse(self.data, part, &mut self.table.oddities)?;
        if pool.is_short() {
            let detail = || "string pool says more than there is".to_owned();
            self.table.lost.get_or_insert_with(detail);
        }
        Ok(pool)
    }

    /// Ids at build time and names of shared libraries.
    fn libraries(&mut self, part: &Chunk) {
        let mut cursor = part.cursor(self.data, part.header, "library");
        while let (Ok(id), Ok(name)) = (cursor.u32(), cursor.take(PACKAGE_NAME)) {
            let name = decode_utf16(name);
            let name = name.split('\0').next().unwrap_or_default();
            self.table.libraries.insert(id, name.to_owned());
        }
    }

    fn aliases(&mut self, part: &Chunk) {
        let mut cursor = part.cursor(self.data, part.header, "staged alias");
        while let (Ok(staged), Ok(id)) = (cursor.u32(), cursor.u32()) {
            self.table.aliases.insert(staged, id);
        }
    }

    /// Something without which the table is not whole.
    fn lose(&mut self, kind: &'static str, detail: String, offset: usize) {
        self.table.lost.get_or_insert_with(|| detail.clone());
        self.odd(kind, detail, offset);
    }

    fn odd(&mut self, kind: &'static str, detail: String, offset: usize) {
        let oddities: &mut Vec<Oddity> = &mut self.table.oddities;
        note(oddities, kind, detail, offset);
    }
}

#[cfg(test)]
mod tests;
