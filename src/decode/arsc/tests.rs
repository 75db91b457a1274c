use super::*;
use crate::decode::res_value::{INT_BOOLEAN, INT_DEC, REFERENCE, RawValue, STRING};
use crate::decode::resources::ResValue;
use crate::decode::xml::Value;

/// A value pool, a package with a type pool and a key pool, and whatever
/// chunks a test puts into the package.
struct Table {
    values: Vec<&'static str>,
    types: Vec<&'static str>,
    keys: Vec<&'static str>,
    parts: Vec<Vec<u8>>,
    type_offset: u32,
}

impl Table {
    fn new() -> Self {
        Self {
            values: vec!["Shop", "商店", "Laden", "res/xml/net.xml", "r/a.xml"],
            types: vec!["string", "xml", "array", "plurals", "bool"],
            keys: vec!["app_name", "network", "planets", "songs", "alias"],
            parts: Vec::new(),
            type_offset: 0,
        }
    }

    fn with(mut self, part: Vec<u8>) -> Self {
        self.parts.push(part);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let types = pool(&self.types);
        let keys = pool(&self.keys);
        let mut body = words(&[0x7f]);
        let mut name: Vec<u8> = "com.example"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        name.resize(PACKAGE_NAME, 0);
        body.extend(name);
        let at = 288 + types.len() as u32;
        body.extend(words(&[288, 0, at, 0, self.type_offset]));
        let content = [types, keys, self.parts.concat()].concat();
        let package = chunk(PACKAGE, &body, &content);
        let content = [pool(&self.values), package].concat();
        chunk(chunk::TABLE, &words(&[1]), &content)
    }

    fn read(&self) -> ResourceTable {
        parse(&self.bytes(), &Limits::default()).unwrap()
    }
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn chunk(kind: u16, header: &[u8], content: &[u8]) -> Vec<u8> {
    let mut out = kind.to_le_bytes().to_vec();
    out.extend((8 + header.len() as u16).to_le_bytes());
    out.extend(words(&[(8 + header.len() + content.len()) as u32]));
    out.extend(header);
    out.extend(content);
    out
}

fn pool(strings: &[&str]) -> Vec<u8> {
    let mut offsets = Vec::new();
    let mut bytes = Vec::new();
    for text in strings {
        offsets.push(bytes.len() as u32);
        bytes.push(text.encode_utf16().count() as u8);
        bytes.push(text.len() as u8);
        bytes.extend(text.as_bytes());
        bytes.push(0);
    }
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    let start = 28 + 4 * strings.len() as u32;
    let header = words(&[strings.len() as u32, 0, 0x100, start, 0]);
    chunk(
        chunk::STRING_POOL,
        &header,
        &[words(&offsets), bytes].concat(),
    )
}

/// A type chunk: the offsets as they stand in the file, then the entries.
fn type_chunk(
    kind: u8,
    flags: u8,
    count: u32,
    locale: [u8; 4],
    offsets: &[u8],
    entries: &[u8],
) -> Vec<u8> {
    let start = 20 + 64 + offsets.len() as u32;
    let mut header = vec![kind, flags, 0, 0];
    header.extend(words(&[count, start, 64, 0]));
    header.extend(locale);
    header.resize(12 + 64, 0);
    chunk(TYPE, &header, &[offsets, entries].concat())
}

fn simple(key: u32, kind: u8, data: u32) -> Vec<u8> {
    let mut out = vec![8, 0, 0, 0];
    out.extend(words(&[key]));
    out.extend([8, 0, 0, kind]);
    out.extend(words(&[data]));
    out
}

fn bag(key: u32, items: &[(u32, u8, u32)]) -> Vec<u8> {
    let mut out = vec![16, 0, 1, 0];
    out.extend(words(&[key, 0, items.len() as u32]));
    for (name, kind, data) in items {
        out.extend(words(&[*name]));
        out.extend([8, 0, 0, *kind]);
        out.extend(words(&[*data]));
    }
    out
}

const ANY: [u8; 4] = [0; 4];
const APP_NAME: u32 = 0x7f01_0000;

#[test]
fn texts_come_with_their_locales() {
    let table = Table::new()
        .with(type_chunk(
            1,
            0,
            1,
            *b"zhCN",
            &words(&[0]),
            &simple(0, STRING, 1),
        ))
        .with(type_chunk(
            1,
            0,
            1,
            ANY,
            &words(&[0]),
            &simple(0, STRING, 0),
        ))
        .read();
    assert_eq!(table.anomalies(), []);
    assert_eq!(table.name(APP_NAME).as_deref(), Some("string/app_name"));
    assert_eq!(table.name(0x0104_0000), None);
    assert_eq!(table.find("string", "app_name"), Some(APP_NAME));
    assert_eq!(table.find("xml", "app_name"), None);
    let text = |locale: &str, text: &str| (locale.to_owned(), text.to_owned());
    assert_eq!(
        table.text(APP_NAME),
        [text("", "Shop"), text("zh-CN", "商店")]
    );
    assert_eq!(
        table.resolve_value(APP_NAME),
        Some(Value::Text("Shop".into()))
    );
    assert_eq!(table.locales().into_iter().collect::<Vec<_>>(), ["zh-CN"]);
    assert_eq!(
        table.packages().collect::<Vec<_>>(),
        [(0x7f, "com.example")]
    );
}

#[test]
fn references_are_followed_and_circles_end() {
    let entries = [
        simple(4, REFERENCE, APP_NAME + 1),
        simple(0, STRING, 2),
        simple(4, REFERENCE, APP_NAME + 3),
        simple(4, REFERENCE, APP_NAME + 2),
        simple(4, REFERENCE, 0x0104_0000),
    ]
    .concat();
    let offsets = words(&[0, 16, 32, 48, 64]);
    let table = Table::new()
        .with(type_chunk(1, 0, 5, ANY, &offsets, &entries))
        .read();
    assert_eq!(table.text(APP_NAME), [(String::new(), "Laden".to_owned())]);
    assert_eq!(table.text(APP_NAME + 2), []);
    assert_eq!(table.resolve_value(APP_NAME + 2), None);
    assert_eq!(
        table.resolve_value(APP_NAME + 4),
        Some(Value::Reference(0x0104_0000))
    );
}

#[test]
fn arrays_and_plurals_have_a_text_for_each_item() {
    let array = bag(2, &[(0x0200_0000, STRING, 0), (0x0200_0001, STRING, 1)]);
    let plurals = bag(3, &[(0x0100_0006, STRING, 2), (0x0100_0004, STRING, 0)]);
    let table = Table::new()
        .with(type_chunk(3, 0, 1, ANY, &words(&[0]), &array))
        .with(type_chunk(4, 0, 1, *b"de\0\0", &words(&[0]), &plurals))
        .read();
    let all: Vec<String> = table
        .strings()
        .map(|s| format!("{} {} {}", s.name, s.locale, s.text))
        .collect();
    assert_eq!(
        all,
        [
            "array/planets[0]  Shop",
            "array/planets[1]  商店",
            "plurals/songs[one] de Laden",
            "plurals/songs[other] de Shop",
        ]
    );
}

#[test]
fn files_are_paths_and_not_texts() {
    let table = Table::new()
        .with(type_chunk(
            2,
            0,
            1,
            ANY,
            &words(&[0]),
            &simple(1, STRING, 3),
        ))
        .with(type_chunk(
            2,
            0,
            1,
            *b"de\0\0",
            &words(&[0]),
            &simple(1, STRING, 4),
        ))
        .read();
    let id = table.find("xml", "network").unwrap();
    assert_eq!(table.files(id), ["res/xml/net.xml", "r/a.xml"]);
    assert_eq!(table.strings().count(), 0);
    assert_eq!(table.ids_of_type("xml").collect::<Vec<_>>(), [id]);
}

#[test]
fn sparse_compact_and_short_offset_entries_are_read() {
    let compact = |key: u16, kind: u8, data: u32| {
        let mut out = key.to_le_bytes().to_vec();
        out.extend([8, kind]);
        out.extend(words(&[data]));
        out
    };
    let entries = [compact(0, STRING, 0), compact(4, STRING, 2)].concat();
    // Entry 5 at offset 0, entry 9 at offset 8, in units of four bytes.
    let sparse = [5, 0, 0, 0, 9, 0, 2, 0];
    let short = [0, 0, 0xff, 0xff, 2, 0, 0, 0];
    let table = Table::new()
        .with(type_chunk(1, SPARSE, 2, ANY, &sparse, &entries))
        .with(type_chunk(5, OFFSET16, 3, ANY, &short, &entries))
        .read();
    let ids: Vec<u32> = table.ids().collect();
    assert_eq!(ids, [0x7f01_0005, 0x7f01_0009, 0x7f05_0000, 0x7f05_0002]);
    assert_eq!(
        table.resolve_value(0x7f01_0009),
        Some(Value::Text("Laden".into()))
    );
    assert_eq!(table.name(0x7f05_0002).as_deref(), Some("bool/alias"));
}

const SPARSE: u8 = 1;
const OFFSET16: u8 = 2;

#[test]
fn type_ids_of_a_split_are_offset() {
    let mut table = Table::new().with(type_chunk(
        5,
        0,
        1,
        ANY,
        &words(&[0]),
        &simple(0, INT_BOOLEAN, u32::MAX),
    ));
    table.type_offset = 3;
    let table = table.read();
    assert_eq!(table.name(0x7f08_0000).as_deref(), Some("bool/app_name"));
    assert_eq!(table.resolve_value(0x7f08_0000), Some(Value::Bool(true)));
}

#[test]
fn staged_ids_libraries_and_flagged_types_are_read() {
    let mut library = words(&[2]);
    library.extend("lib".encode_utf16().flat_map(u16::to_le_bytes));
    library.resize(4 + PACKAGE_NAME, 0);
    let inner = type_chunk(1, 0, 1, ANY, &words(&[0]), &simple(0, STRING, 0));
    let table = Table::new()
        .with(chunk(
            STAGED_ALIAS,
            &words(&[1]),
            &words(&[0x7fff_0000, APP_NAME]),
        ))
        .with(chunk(LIBRARY, &words(&[1]), &library))
        .with(chunk(OVERLAYABLE, &[0; 1024], &[]))
        .with(chunk(FLAGGED, &words(&[0, 0]), &inner))
        .read();
    assert_eq!(table.anomalies(), []);
    assert_eq!(table.name(0x7fff_0000).as_deref(), Some("string/app_name"));
    assert_eq!(table.libraries().collect::<Vec<_>>(), [(2, "lib")]);
}

#[test]
fn names_that_were_removed_become_ids() {
    let table = Table::new()
        .with(type_chunk(
            1,
            0,
            1,
            ANY,
            &words(&[0]),
            &simple(99, INT_DEC, 7),
        ))
        .read();
    assert_eq!(table.name(APP_NAME).as_deref(), Some("string/0x7f010000"));
    let value = RawValue {
        kind: INT_DEC,
        data: 7,
    };
    let values: Vec<&ResValue> = table.values(APP_NAME).map(|(_, value)| value).collect();
    assert_eq!(values, [&ResValue::Item(value)]);
}

#[test]
fn lies_become_oddities_and_what_is_there_is_read() {
    let mut table = Table::new()
        .with(type_chunk(
            1,
            0,
            9,
            ANY,
            &words(&[0, 4000]),
            &simple(0, STRING, 0),
        ))
        .with(chunk(0x0999, &[], &[1, 2, 3, 4]))
        .bytes();
    table.extend([2, 2, 2, 2]);
    let table = parse(&table, &Limits::default()).unwrap();
    assert_eq!(table.text(APP_NAME).len(), 1);
    let kinds: Vec<&str> = table.anomalies().iter().map(|odd| odd.0).collect();
    assert!(kinds.contains(&"arsc-entry-count"), "{kinds:?}");
    assert!(kinds.contains(&"arsc-entry"), "{kinds:?}");
    assert!(kinds.contains(&"arsc-unknown-chunk"), "{kinds:?}");
}

#[test]
fn a_bag_that_many_entries_share_is_paid_for_each_time() {
    let items = vec![(0x0200_0000, INT_DEC, 0); 1000];
    let offsets = words(&vec![0; 1000]);
    let table = Table::new().with(type_chunk(3, 0, 1000, ANY, &offsets, &bag(2, &items)));
    let error = parse(&table.bytes(), &Limits::default()).unwrap_err();
    assert_eq!(error.why, "unfolds to too much");
}

#[test]
fn no_damage_makes_it_panic_or_run_away() {
    let array = bag(2, &[(0x0200_0000, STRING, 0), (0x0200_0001, STRING, 1)]);
    let data = Table::new()
        .with(type_chunk(
            1,
            0,
            1,
            *b"zhCN",
            &words(&[0]),
            &simple(0, STRING, 1),
        ))
        .with(type_chunk(
            1,
            0,
            1,
            ANY,
            &words(&[0]),
            &simple(4, REFERENCE, APP_NAME),
        ))
        .with(type_chunk(3, 0, 1, ANY, &words(&[0]), &array))
        .bytes();
    let walk = |data: &[u8]| {
        let Ok(table) = parse(data, &Limits::default()) else {
            return 0;
        };
        for id in table.ids() {
            let _ = (table.text(id), table.files(id), table.resolve_value(id));
        }
        table.strings().count() + table.locales().len()
    };
    for length in 0..data.len() {
        walk(&data[..length]);
    }
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut found = 0;
    for _ in 0..5000 {
        let mut bad = data.clone();
        for _ in 0..4 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let at = state as usize % bad.len();
            bad[at] = (state >> 32) as u8;
        }
        found += walk(&bad);
    }
    assert!(found > 5000, "{found}");
}
