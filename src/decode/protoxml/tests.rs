use super::*;
use crate::decode::{axml, plainxml};

/// The same files in the three forms of XML; `fixtures/decode/build.sh`
/// made the binary form and this one from the text.
macro_rules! fixture {
    ($form:literal, $file:literal) => {
        include_bytes!(concat!("../../../fixtures/decode/", $form, "/", $file))
    };
}

fn read(data: &[u8]) -> Element {
    let document = parse(data, &Limits::default()).unwrap();
    assert_eq!(document.anomalies, []);
    document.root
}

fn binary(data: &[u8]) -> Element {
    axml::parse(data, &Limits::default()).unwrap().root
}

fn refused(data: &[u8]) -> DecodeError {
    parse(data, &Limits::default()).unwrap_err()
}

/// Without offsets, and with the attributes in the order of binary XML:
/// those with ids first.
fn comparable(mut element: Element) -> Element {
    element.offset = 0;
    for attribute in &mut element.attributes {
        attribute.offset = 0;
    }
    element.attributes.sort_by_key(|attribute| {
        let id = attribute.resource_id.unwrap_or(u32::MAX);
        (id, attribute.namespace.clone(), attribute.name.clone())
    });
    element.children = element.children.into_iter().map(comparable).collect();
    element
}

/// With truth values as the text they are written as.
fn untyped(mut element: Element) -> Element {
    for attribute in &mut element.attributes {
        if let Value::Bool(value) = attribute.value {
            attribute.value = Value::Text(value.to_string());
        }
    }
    element.children = element.children.into_iter().map(untyped).collect();
    element
}

fn message(field: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![field << 3 | 2];
    let mut length = content.len();
    while length > 0x7f {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend(content);
    out
}

#[test]
fn a_bundle_says_the_same_as_binary_xml() {
    let pairs: [(&[u8], &[u8]); 4] = [
        (
            fixture!("proto", "AndroidManifest.xml"),
            fixture!("binary", "AndroidManifest.xml"),
        ),
        (
            fixture!("proto", "res/layout/main.xml"),
            fixture!("binary", "res/layout/main.xml"),
        ),
        (
            fixture!("proto", "res/xml/network.xml"),
            fixture!("binary", "res/xml/network.xml"),
        ),
        (
            fixture!("proto", "res/drawable-night-v8/box.xml"),
            fixture!("binary", "res/drawable-night-v8/box.xml"),
        ),
    ];
    for (proto, axml) in pairs {
        assert_eq!(comparable(read(proto)), comparable(binary(axml)));
    }
}

#[test]
fn xml_without_resource_ids_says_the_same_in_all_three_forms() {
    let plain = plainxml::parse(fixture!("src", "res/xml/network.xml"), &Limits::default());
    let plain = untyped(comparable(plain.unwrap().root));
    let proto = read(fixture!("proto", "res/xml/network.xml"));
    let binary = binary(fixture!("binary", "res/xml/network.xml"));
    assert_eq!(untyped(comparable(proto)), plain);
    assert_eq!(untyped(comparable(binary)), plain);
}

#[test]
fn a_manifest_has_typed_values_lines_and_offsets() {
    let data = fixture!("proto", "AndroidManifest.xml");
    let root = read(data);
    assert_eq!((root.name.as_str(), root.line), ("manifest", 2));
    assert_eq!(
        root.android(0x0101_021c, "versionName").unwrap().value,
        Value::Text("1.0 隐私".into())
    );
    let application = root.children_named("application").next().unwrap();
    let label = application.android(0x0101_0001, "label").unwrap();
    assert!(matches!(label.value, Value::Reference(0x7f00_0000..)));
    let values: Vec<&Value> = application
        .children_named("meta-data")
        .filter_map(|data| Some(&data.android(0x0101_0024, "value")?.value))
        .collect();
    assert_eq!(
        values,
        [
            &Value::Text("It's @home".into()),
            &Value::Int(42),
            &Value::Int(42),
            &Value::Float(1.5),
            &Value::Bool(true),
            &Value::Color(0x80ff_0000),
            &Value::Text(String::new()),
        ]
    );
    let at = label.offset as usize;
    let name = data[at..].windows(5).position(|bytes| bytes == b"label");
    assert!(
        name.is_some_and(|name| name < 60),
        "offset of the attribute"
    );
}

#[test]
fn an_element_that_comes_in_two_parts_is_their_sum() {
    let first = message(
        1,
        &[message(3, b"a"), message(4, &message(2, b"x"))].concat(),
    );
    let second = message(1, &message(5, &message(1, &message(3, b"b"))));
    let root = read(&[first, second].concat());
    assert_eq!(root.name, "a");
    assert_eq!(root.attributes[0].name, "x");
    assert_eq!(root.children[0].name, "b");
}

#[test]
fn a_reference_without_an_id_keeps_its_name() {
    let item = message(1, &message(3, b"string/x"));
    let attribute = message(4, &[message(2, b"n"), message(6, &item)].concat());
    let root = read(&message(1, &attribute));
    assert_eq!(
        root.attributes[0].value,
        Value::NamedReference("@string/x".into())
    );
}

#[test]
fn what_is_no_document_is_refused() {
    assert_eq!(refused(b"").why, "has no element");
    assert_eq!(refused(&message(2, b"text")).why, "has no element");
    assert_eq!(refused(b"\x0a\x05abc").why, "is cut short");
    assert!(
        parse(
            fixture!("binary", "AndroidManifest.xml"),
            &Limits::default()
        )
        .is_err()
    );
}

#[test]
fn size_and_depth_are_bounded() {
    let mut deep = message(1, b"");
    for _ in 0..300 {
        deep = message(1, &message(5, &deep));
    }
    assert_eq!(refused(&deep).why, "nests too deep");
    let limits = Limits {
        tree_nodes: 10,
        ..Limits::default()
    };
    let wide = message(1, &message(4, b"").repeat(10));
    assert_eq!(parse(&wide, &limits).unwrap_err().why, "has too many nodes");
}
