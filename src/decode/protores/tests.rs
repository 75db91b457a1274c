use std::collections::BTreeMap;

use super::*;
use crate::decode::arsc;
use crate::decode::resources::StringEntry;
use crate::decode::xml::Value;

/// One app built in both forms: see `fixtures/decode/build.sh`.
const PROTO: &[u8] = include_bytes!("../../../fixtures/decode/proto/resources.pb");
const BINARY: &[u8] = include_bytes!("../../../fixtures/decode/binary/resources.arsc");

fn read(data: &[u8]) -> ResourceTable {
    let table = parse(data, &Limits::default()).unwrap();
    assert_eq!(table.anomalies(), []);
    table
}

fn binary() -> ResourceTable {
    arsc::parse(BINARY, &Limits::default()).unwrap()
}

fn message(field: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![field << 3 | 2, content.len() as u8];
    assert!(content.len() < 0x80);
    out.extend(content);
    out
}

/// Parent and items of a bag, or one value; texts instead of indices, and
/// items in the order of their keys.
type Plain = (u32, Vec<(u32, Value)>);

/// Everything a table says, by name and qualifiers.
fn everything(table: &ResourceTable) -> BTreeMap<(u32, String, String), Plain> {
    let mut all = BTreeMap::new();
    for id in table.ids() {
        let name = table.name(id).unwrap();
        for (config, value) in table.values(id) {
            let mut parts: Vec<(u32, Value)> = table
                .items(value)
                .iter()
                .map(|item| (item.key, table.typed(item.value)))
                .collect();
            let parent = match value {
                ResValue::Item(raw) => {
                    parts.push((0, table.typed(*raw)));
                    0
                }
                ResValue::Bag { parent, .. } => *parent,
            };
            parts.sort_by_key(|part| part.0);
            let old = all.insert((id, name.clone(), config.qualifiers()), (parent, parts));
            assert_eq!(old, None, "{name} twice");
        }
    }
    all
}

#[test]
fn a_bundle_says_the_same_as_the_binary_table() {
    let (proto, binary) = (read(PROTO), binary());
    let (ours, theirs) = (everything(&proto), everything(&binary));
    assert_eq!(ours.len(), 36);
    for (key, value) in &ours {
        assert_eq!(Some(value), theirs.get(key), "{key:?}");
    }
    assert_eq!(ours.len(), theirs.len());
    assert!(proto.packages().eq(binary.packages()));
    assert!(proto.libraries().eq(binary.libraries()));
    assert_eq!(proto.locales(), binary.locales());
}

#[test]
fn texts_and_files_are_found_like_those_of_the_binary_table() {
    let (proto, binary) = (read(PROTO), binary());
    let sorted = |table: &ResourceTable| {
        let mut all: Vec<StringEntry> = table.strings().collect();
        all.sort_by(|a, b| (&a.name, &a.qualifiers).cmp(&(&b.name, &b.qualifiers)));
        all
    };
    assert_eq!(sorted(&proto), sorted(&binary));
    for id in binary.ids() {
        let all = |table: &ResourceTable| (table.files(id), table.resolve_value(id));
        assert_eq!(all(&proto), all(&binary), "{:?}", binary.name(id));
    }
}

#[test]
fn names_lead_to_texts_in_every_language() {
    let table = read(PROTO);
    let name = table.find("string", "app_name").unwrap();
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        pairs.iter().map(owned).collect()
    };
    let all = pairs(&[("", "Decode"), ("zh-CN", "解码"), ("sr-Latn", "Dekod")]);
    let mut found = table.text(name);
    found.sort_by_key(|(locale, _)| ["", "zh-CN", "sr-Latn"].iter().position(|l| l == locale));
    assert_eq!(found, all);
    let styled = table.find("string", "styled").unwrap();
    assert_eq!(table.text(styled), pairs(&[("", "A bold word")]));
    let escaped = table.find("string", "escaped").unwrap();
    assert_eq!(table.text(escaped), pairs(&[("", "It's\n隐私 & more")]));
    let network = table.find("xml", "network").unwrap();
    assert_eq!(table.files(network), ["res/xml/network.xml"]);
}

#[test]
fn staged_ids_and_libraries_are_kept() {
    let entry = [
        message(1, b"\x08\x05"),
        message(2, b"x"),
        message(
            6,
            &message(2, &message(4, &message(2, &message(1, b"text")))),
        ),
        message(7, b"\x10\x81\x80\x84\x88\x0f"),
    ]
    .concat();
    let kind = [
        message(1, b"\x08\x02"),
        message(2, b"string"),
        message(3, &entry),
    ]
    .concat();
    let package = [
        message(3, &kind),
        message(1, b"\x08\x7f"),
        message(2, b"a.b"),
    ]
    .concat();
    let library = [message(1, b"\x08\x02"), message(2, b"lib")].concat();
    let table = read(&[message(2, &package), message(5, &library)].concat());
    assert_eq!(table.name(0x7f02_0005).as_deref(), Some("string/x"));
    assert_eq!(table.text(0xf101_0001_u32), table.text(0x7f02_0005));
    assert_eq!(
        table.text(0x7f02_0005),
        [(String::new(), "text".to_owned())]
    );
    assert_eq!(table.libraries().collect::<Vec<_>>(), [(2, "lib")]);
}

#[test]
fn what_has_no_id_is_noted_and_passed_over() {
    let entry = [message(1, b"\x08\x80\x80\x04"), message(2, b"x")].concat();
    let kind = [message(1, b"\x08\x01"), message(3, &entry)].concat();
    let package = [message(3, &message(2, b"string")), message(3, &kind)].concat();
    let table = parse(&message(2, &package), &Limits::default()).unwrap();
    assert!(table.is_empty());
    let kinds: Vec<_> = table.anomalies().iter().map(|odd| odd.0).collect();
    assert_eq!(kinds, ["protores-type-id", "protores-entry-id"]);
}

#[test]
fn packages_are_bounded_and_damage_is_an_error() {
    let many = message(2, b"").repeat(300);
    let refused = |data: &[u8]| parse(data, &Limits::default()).unwrap_err().why;
    assert_eq!(refused(&many), "has too many packages");
    assert_eq!(refused(&PROTO[..PROTO.len() - 1]), "is cut short");
    assert!(parse(BINARY, &Limits::default()).is_err());
    assert!(parse(b"", &Limits::default()).unwrap().is_empty());
}
