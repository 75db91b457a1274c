//! The resource table, `resources.arsc`.
//!
//! Format: `ResourceTypes.h` of the Android framework, `ResTable_header` and
//! following. One package, one `ResTable_type` for each type and locale.

use std::collections::{BTreeMap, BTreeSet};

use super::bytes::{Bytes, size16, size32};
use super::error::SampleError;
use super::pool::{Encoding, Pool};
use super::resources::{Item, Locales, Resources, parts};

const TABLE: u16 = 0x0002;
const PACKAGE: u16 = 0x0200;
const TYPE: u16 = 0x0201;
const TYPE_SPEC: u16 = 0x0202;
const PACKAGE_HEADER: usize = 288;
const CONFIG: usize = 64;
const TYPE_HEADER: usize = 20 + CONFIG;
/// Bit of a type specification: differs by locale (`ACONFIGURATION_LOCALE`).
const BY_LOCALE: u32 = 0x0004;
const TYPE_STRING: u8 = 0x03;

/// Writes the table of a package with this application id.
pub(super) fn write(resources: &Resources, package: &str) -> Result<Vec<u8>, SampleError> {
    let mut values = Pool::default();
    let mut types = Pool::default();
    let mut keys = Pool::default();
    let mut chunks = Bytes::default();
    for (id, (kind, names)) in (1_u8..).zip(&resources.types) {
        types.index(kind);
        for name in names.keys() {
            keys.index(name);
        }
        type_spec(&mut chunks, id, names);
        for locale in locales(names) {
            let mut pools = (&mut values, &mut keys);
            let chunk = type_values(id, names, locale, &mut pools)?;
            chunks.raw(&chunk.0);
        }
    }
    let types = types.write(Encoding::Utf16);
    let keys = keys.write(Encoding::Utf8);

    let mut whole = Bytes::default();
    whole.u16(PACKAGE);
    whole.u16(size16(PACKAGE_HEADER));
    whole.size(PACKAGE_HEADER + types.len() + keys.len() + chunks.len());
    whole.u32(0x7f);
    let name: Vec<u8> = package.encode_utf16().flat_map(u16::to_le_bytes).collect();
    whole.padded(&name, 256);
    whole.size(PACKAGE_HEADER); // where the names of types are
    whole.u32(0); // last public type
    whole.size(PACKAGE_HEADER + types.len()); // where the names of entries are
    whole.u32(0); // last public entry
    whole.u32(0); // offset of type ids
    whole.raw(&types.0);
    whole.raw(&keys.0);
    whole.raw(&chunks.0);

    let values = values.write(Encoding::Utf8);
    let mut file = Bytes::default();
    file.u16(TABLE);
    file.u16(12);
    file.size(12 + values.len() + whole.len());
    file.u32(1); // packages
    file.raw(&values.0);
    file.raw(&whole.0);
    Ok(file.0)
}

fn locales(names: &BTreeMap<String, Locales>) -> BTreeSet<&str> {
    let all = names.values().flat_map(BTreeMap::keys);
    all.map(String::as_str).collect()
}

/// Which entries differ by configuration.
fn type_spec(out: &mut Bytes, id: u8, names: &BTreeMap<String, Locales>) {
    out.u16(TYPE_SPEC);
    out.u16(16);
    out.size(16 + 4 * names.len());
    out.u8(id);
    out.u8(0);
    out.u16(size16(locales(names).len()));
    out.size(names.len());
    for locales in names.values() {
        let by_locale = locales.keys().any(|locale| !locale.is_empty());
        out.u32(if by_locale { BY_LOCALE } else { 0 });
    }
}

/// The values of one type in one locale.
fn type_values(
    id: u8,
    names: &BTreeMap<String, Locales>,
    locale: &str,
    (values, keys): &mut (&mut Pool, &mut Pool),
) -> Result<Bytes, SampleError> {
    let mut offsets = Vec::new();
    let mut entries = Bytes::default();
    for (name, locales) in names {
        let Some(item) = locales.get(locale) else {
            offsets.push(u32::MAX);
            continue;
        };
        offsets.push(size32(entries.len()));
        let (Item::Text(text) | Item::File(text)) = item;
        entries.u16(8); // size of this entry
        entries.u16(0); // flags
        entries.size(keys.index(name));
        entries.u16(8); // size of the value
        entries.u8(0);
        entries.u8(TYPE_STRING);
        entries.size(values.index(text));
    }
    let start = TYPE_HEADER + 4 * offsets.len();
    let mut chunk = Bytes::default();
    chunk.u16(TYPE);
    chunk.u16(size16(TYPE_HEADER));
    chunk.size(start + entries.len());
    chunk.u8(id);
    chunk.u8(0); // flags
    chunk.u16(0);
    chunk.size(offsets.len());
    chunk.size(start);
    chunk.raw(&config(locale)?.0);
    for offset in offsets {
        chunk.u32(offset);
    }
    chunk.raw(&entries.0);
    Ok(chunk)
}

/// `ResTable_config` with a locale alone.
fn config(locale: &str) -> Result<Bytes, SampleError> {
    let (language, script, region) = parts(locale).ok_or_else(|| {
        SampleError::new(
            format!("locale {locale}"),
            "not of the form zh, zh-CN or zh-Hant-TW",
        )
    })?;
    let mut config = Bytes::default();
    config.size(CONFIG);
    config.u32(0); // mobile country and network
    config.padded(&packed(language, b'a'), 2);
    config.padded(&packed(region, b'0'), 2);
    config.padded(&[], 24); // screen, input, version
    config.padded(script.as_bytes(), 4);
    config.padded(&[], CONFIG - 40); // variant and later fields
    Ok(config)
}

/// Two letters as they are; three letters or digits in five bits each
/// (`packLanguageOrRegion`).
fn packed(code: &str, base: u8) -> Vec<u8> {
    let code = code.as_bytes();
    let &[first, second, third] = code else {
        return code.to_vec();
    };
    let [first, second, third] = [first, second, third].map(|c| c.wrapping_sub(base) & 0x7f);
    vec![0x80 | third << 2 | second >> 3, second << 5 | first & 0x1f]
}
