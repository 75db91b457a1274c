use super::*;
use crate::decode::xml::{ANDROID, Value};

fn read(text: &str) -> Document {
    parse(text.as_bytes(), &Limits::default()).unwrap()
}

fn refused(text: &str) -> DecodeError {
    parse(text.as_bytes(), &Limits::default()).unwrap_err()
}

fn kinds(document: &Document) -> Vec<&'static str> {
    document.anomalies.iter().map(|odd| odd.0).collect()
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

const MANIFEST: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<!-- A library. -->
<manifest xmlns:android="http://schemas.android.com/apk/res/android"
    xmlns:tools="http://schemas.android.com/tools"
    package="com.example.lib" >

    <uses-sdk android:minSdkVersion="21" tools:overrideLibrary="a.b" />
    <application>
        <service
            android:name=".PushService"
            android:exported="false"
            android:label="@string/push" />
    </application>
</manifest>
"#;

#[test]
fn a_library_manifest_keeps_names_namespaces_lines_and_offsets() {
    let document = read(MANIFEST);
    let root = &document.root;
    assert_eq!(document.anomalies, []);
    assert_eq!((root.name.as_str(), root.line), ("manifest", 3));
    assert_eq!(
        root.plain("package").unwrap().value,
        text("com.example.lib")
    );

    let sdk = &root.children[0];
    assert_eq!(
        sdk.android(0x0101_020c, "minSdkVersion")
            .unwrap()
            .value
            .as_int(),
        Some(21)
    );
    assert_eq!(
        sdk.attributes[1].namespace,
        "http://schemas.android.com/tools"
    );
    assert_eq!(sdk.attributes[1].name, "overrideLibrary");

    let service = &root.children[1].children[0];
    assert_eq!(service.line, 9);
    assert!(MANIFEST[service.offset as usize..].starts_with("<service"));
    let [name, exported, label] = &service.attributes[..] else {
        panic!("three attributes");
    };
    assert_eq!(
        (name.namespace.as_str(), name.name.as_str()),
        (ANDROID, "name")
    );
    assert!(MANIFEST[name.offset as usize..].starts_with("android:name="));
    assert_eq!(exported.value.as_bool(), Some(false));
    assert_eq!(label.value, Value::NamedReference("@string/push".into()));
}

#[test]
fn text_is_kept_without_the_white_space_between_tags() {
    let root = read("<a>\n <b> x &amp; <![CDATA[<y>]]> &#38;</b>\n <c/>z</a>").root;
    assert_eq!(root.text, "z");
    assert_eq!(root.children[0].text, " x & <y> &");
    assert_eq!(root.children[1].name, "c");
}

#[test]
fn offsets_are_those_of_the_file_in_every_encoding() {
    let body = "<a>\n<b n='隐私'/><c n='😀'/></a>";
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(body.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let utf8 = [b"\xef\xbb\xbf", body.as_bytes()].concat();
    let declared = format!("<?xml version='1.0' encoding='GB18030'?>{body}");
    let gb18030 = encoding_rs::GB18030.encode(&declared).0.into_owned();
    for (bytes, unit) in [(utf8, 1), (utf16, 2), (gb18030, 1)] {
        let root = parse(&bytes, &Limits::default()).unwrap().root;
        assert_eq!(root.children[0].attributes[0].value, text("隐私"));
        let second = &root.children[1];
        assert_eq!(second.attributes[0].value, text("😀"));
        for (offset, letter) in [
            (second.offset + unit, b'c'),
            (second.attributes[0].offset, b'n'),
        ] {
            let at = offset as usize;
            assert!(bytes[at..at + unit as usize].contains(&letter), "at {at}");
        }
        assert_eq!(second.line, 2);
    }
}

#[test]
fn a_document_type_is_not_read_and_its_entities_are_not_expanded() {
    let document = read(
        "<!DOCTYPE a [<!ENTITY x 'aaaa'><!ENTITY y '&x;&x;'>]>\
         <a n='&y;&amp;'>&y;<b m='&lt;'/></a>",
    );
    assert_eq!(document.root.text, "&y;");
    assert_eq!(document.root.attributes[0].value, text("&y;&amp;"));
    assert_eq!(document.root.children[0].attributes[0].value, text("<"));
    assert_eq!(
        kinds(&document),
        ["xml-doctype", "xml-entity", "xml-entity"]
    );
}

#[test]
fn namespaces_end_with_their_element() {
    let document = read(
        "<a xmlns='u:1' xmlns:p='u:2'><b xmlns:p='u:3' p:n=''/><p:c p:n='' n=''/>\
         <d xmlns=''/><q:e q:n=''/></a>",
    );
    let spaces: Vec<_> = document
        .root
        .children
        .iter()
        .map(|c| c.namespace.as_str())
        .collect();
    assert_eq!(spaces, ["u:1", "u:2", "", ""]);
    let [b, c, _, e] = &document.root.children[..] else {
        panic!("four children");
    };
    assert_eq!(b.attributes[0].namespace, "u:3");
    assert_eq!(c.attributes[0].namespace, "u:2");
    assert_eq!(c.attributes[1].namespace, "");
    assert_eq!(
        (e.name.as_str(), e.attributes[0].name.as_str()),
        ("q:e", "q:n")
    );
    assert_eq!(
        kinds(&document),
        ["xml-unbound-prefix", "xml-unbound-prefix"]
    );
}

#[test]
fn an_attribute_that_comes_twice_is_kept_twice_and_noted() {
    let document = read("<a n='1' n='2'/>");
    assert_eq!(document.root.attributes.len(), 2);
    assert_eq!(kinds(&document), ["xml-duplicate-attribute"]);
}

#[test]
fn what_is_not_well_formed_is_refused_with_its_place() {
    assert_eq!(refused(""), DecodeError::new("XML", "has no element", 0));
    assert_eq!(
        refused("<a>\n<b>"),
        DecodeError::new("XML", "is cut short", 7)
    );
    assert_eq!(refused("<a/><b/>").why, "has a second root element");
    assert_eq!(refused("<a/>x").why, "has text outside the root element");
    assert_eq!(refused("<a></b>").why, "is not well-formed");
    assert_eq!(refused("</a>").why, "is not well-formed");
    assert_eq!(refused("<a n=1/>").why, "has a malformed attribute");
    assert_eq!(refused("<a><b n='").why, "is not well-formed");
}

#[test]
fn size_and_depth_are_bounded() {
    let deep = "<a>".repeat(300) + &"</a>".repeat(300);
    assert_eq!(refused(&deep).why, "nests too deep");
    let limits = Limits {
        tree_nodes: 10,
        ..Limits::default()
    };
    let wide = format!("<a>{}</a>", "<b n=''/>".repeat(5));
    assert_eq!(
        parse(wide.as_bytes(), &limits).unwrap_err().why,
        "has too many nodes"
    );
    let long = format!(
        "<a xmlns:p='{}'>{}</a>",
        "u".repeat(50_000),
        "<p:b/>".repeat(10_000)
    );
    assert_eq!(refused(&long).why, "unfolds to too much");
    let many = "<a xmlns:p='u' xmlns='v'>".repeat(150);
    assert_eq!(refused(&many).why, "declares too many namespaces");
}
