use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::*;
use crate::catalog::COMPACT;

/// Anything, with where it stands.
#[derive(Debug, PartialEq)]
enum Tree {
    Truth(bool),
    Number(i64),
    Text(String),
    Array(Vec<(Range<usize>, Tree)>),
    Table(BTreeMap<String, (Range<usize>, Tree)>),
}

fn placed(tree: Spanned<Tree>) -> (Range<usize>, Tree) {
    (tree.span(), tree.into_inner())
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Grow;
        impl<'de> Visitor<'de> for Grow {
            type Value = Tree;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }

            fn visit_bool<E>(self, truth: bool) -> Result<Tree, E> {
                Ok(Tree::Truth(truth))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Tree, E> {
                Ok(Tree::Number(number))
            }

            fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
                Ok(Tree::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
                let mut array = Vec::new();
                while let Some(item) = items.next_element()? {
                    array.push(placed(item));
                }
                Ok(Tree::Array(array))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
                let mut table = BTreeMap::new();
                while let Some((key, item)) = entries.next_entry()? {
                    table.insert(key, placed(item));
                }
                Ok(Tree::Table(table))
            }
        }
        deserializer.deserialize_any(Grow)
    }
}

#[test]
fn every_embedded_file_is_its_toml_with_every_position() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("checks");
    let mut values = 0;
    for (name, _, _) in COMPACT {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let expected: Tree = toml::from_str(&text).unwrap();
        let found: Tree = read(crate::catalog::compact_file(name).unwrap()).unwrap();
        assert_eq!(found, expected, "{name}");
        values += 1;
    }
    assert!(values > 1000, "{values}");
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Plain,
    Named(String),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    kind: Vec<Kind>,
    #[serde(default)]
    size: Option<u8>,
}

/// A table of one entry, its value at 7 to 9.
fn entry(key: &str, letter: u8, behind: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 9, b't', 1];
    bytes.push(u8::try_from(key.len()).unwrap());
    bytes.extend(key.as_bytes());
    bytes.extend([7, 2, letter]);
    bytes.extend(behind);
    bytes
}

#[test]
fn words_and_tables_are_variants() {
    let items = b"\x02\x00\x00s\x05plain\x00\x00t\x01\x05named\x00\x00s\x01x";
    let record: Record = read(&entry("kind", b'a', items)).unwrap();
    let named = Kind::Named("x".to_owned());
    assert_eq!(record.kind, [Kind::Plain, named]);
    assert_eq!(record.size, None);
}

#[test]
fn what_is_wrong_is_told() {
    let error = |bytes: &[u8]| read::<Record>(bytes).unwrap_err().to_string();
    let size = 300_i64.to_le_bytes();
    assert!(error(&entry("size", b'i', &size)).contains("300"));
    assert!(error(&entry("sice", b'i', &size)).starts_with("unknown field `sice`"));
    let whole = entry("kind", b'a', b"\x00");
    assert!(read::<Record>(&whole).is_ok());
    for length in 0..whole.len() {
        assert_eq!(error(&whole[..length]), "it ends early", "{length} bytes");
    }
    assert_eq!(
        error(&[&whole[..], b"0"].concat()),
        "there is more than a value"
    );
    assert_eq!(error(&entry("kind", b'z', b"")), "there is no value `122`");
    let two = b"\x02\x00\x00s\x01a\x00\x00s\x01b";
    let mut rest: &[u8] = &entry("kind", b'a', two)[9..];
    let one = <[String; 1]>::deserialize(Value::next(&mut rest).unwrap());
    assert_eq!(one.unwrap_err().to_string(), "1 values too many");
}
