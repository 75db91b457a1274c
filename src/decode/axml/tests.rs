use super::*;
use crate::decode::xml::ANDROID;

/// A binary XML document being written, with strings in UTF-16.
#[derive(Default)]
struct Writer {
    strings: Vec<String>,
    ids: Vec<u32>,
    nodes: Vec<u8>,
}

/// Namespace, name, raw value, type, data; names are strings.
type Attr<'a> = (&'a str, &'a str, Option<&'a str>, u8, u32);

impl Writer {
    /// With these attribute names first, mapped to these ids.
    fn new(mapped: &[(&str, u32)]) -> Self {
        Self {
            strings: mapped.iter().map(|(name, _)| (*name).to_owned()).collect(),
            ids: mapped.iter().map(|(_, id)| *id).collect(),
            nodes: Vec::new(),
        }
    }

    fn index(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return NONE;
        }
        let found = self.strings.iter().position(|s| s == text);
        found.unwrap_or_else(|| {
            self.strings.push(text.to_owned());
            self.strings.len() - 1
        }) as u32
    }

    fn node(&mut self, kind: u16, line: u32, body: &[u8]) {
        self.nodes.extend(kind.to_le_bytes());
        self.nodes.extend(16_u16.to_le_bytes());
        self.nodes.extend((16 + body.len() as u32).to_le_bytes());
        self.nodes.extend(line.to_le_bytes());
        self.nodes.extend(NONE.to_le_bytes());
        self.nodes.extend(body);
    }

    fn start(&mut self, name: &str, line: u32, attributes: &[Attr<'_>]) {
        self.start_padded(name, line, attributes, 0);
    }

    /// With `pad` bytes of junk before the first and after each attribute.
    fn start_padded(&mut self, name: &str, line: u32, attributes: &[Attr<'_>], pad: usize) {
        let mut body = Vec::new();
        body.extend(NONE.to_le_bytes());
        body.extend(self.index(name).to_le_bytes());
        for half in [20 + pad, 20 + pad, attributes.len(), 0, 0, 0] {
            body.extend((half as u16).to_le_bytes());
        }
        body.extend(vec![0xaa; pad]);
        for (namespace, name, raw, kind, data) in attributes {
            for word in [
                self.index(namespace),
                self.index(name),
                raw.map_or(NONE, |raw| self.index(raw)),
            ] {
                body.extend(word.to_le_bytes());
            }
            let data = match (*kind, raw) {
                (res_value::STRING, Some(raw)) => self.index(raw),
                _ => *data,
            };
            body.extend([8, 0, 0, *kind]);
            body.extend(data.to_le_bytes());
            body.extend(vec![0xaa; pad]);
        }
        self.node(START_ELEMENT, line, &body);
    }

    fn end(&mut self, name: &str) {
        let mut body = NONE.to_le_bytes().to_vec();
        body.extend(self.index(name).to_le_bytes());
        self.node(END_ELEMENT, 0, &body);
    }

    fn text(&mut self, text: &str) {
        let mut body = self.index(text).to_le_bytes().to_vec();
        body.extend([8, 0, 0, 0, 0, 0, 0, 0]);
        self.node(CDATA, 0, &body);
    }

    fn pool(&self) -> Vec<u8> {
        let mut offsets = Vec::new();
        let mut strings = Vec::new();
        for text in &self.strings {
            offsets.extend((strings.len() as u32).to_le_bytes());
            let units: Vec<u16> = text.encode_utf16().collect();
            strings.extend((units.len() as u16).to_le_bytes());
            strings.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
            strings.extend([0, 0]);
        }
        strings.resize(strings.len().next_multiple_of(4), 0);
        let start = 28 + offsets.len();
        let mut out = vec![1, 0, 28, 0];
        for word in [start + strings.len(), self.strings.len(), 0, 0, start, 0] {
            out.extend((word as u32).to_le_bytes());
        }
        out.extend(offsets);
        out.extend(strings);
        out
    }

    fn map(&self) -> Vec<u8> {
        let mut out = vec![0x80, 1, 8, 0];
        out.extend((8 + 4 * self.ids.len() as u32).to_le_bytes());
        out.extend(self.ids.iter().flat_map(|id| id.to_le_bytes()));
        out
    }

    fn finish(&self) -> Vec<u8> {
        document(&[self.pool(), self.map(), self.nodes.clone()])
    }
}

fn document(parts: &[Vec<u8>]) -> Vec<u8> {
    let size = 8 + parts.iter().map(Vec::len).sum::<usize>();
    let mut out = vec![3, 0, 8, 0];
    out.extend((size as u32).to_le_bytes());
    out.extend(parts.concat());
    out
}

fn read(data: &[u8]) -> Document {
    parse(data, &Limits::default()).unwrap()
}

fn kinds(document: &Document) -> Vec<&'static str> {
    document.anomalies.iter().map(|odd| odd.0).collect()
}

const NAME: (&str, u32) = ("name", 0x0101_0003);
const EXPORTED: (&str, u32) = ("exported", 0x0101_0010);

fn manifest() -> Writer {
    let mut w = Writer::new(&[NAME, EXPORTED]);
    w.start(
        "manifest",
        2,
        &[("", "package", Some("com.example"), res_value::STRING, 0)],
    );
    w.start(
        "service",
        7,
        &[
            (ANDROID, "name", Some(".Push"), res_value::STRING, 0),
            (ANDROID, "exported", None, res_value::INT_BOOLEAN, u32::MAX),
        ],
    );
    w.text("hello");
    w.end("service");
    w.end("manifest");
    w
}

#[test]
fn a_manifest_becomes_a_tree_with_lines_offsets_and_types() {
    let data = manifest().finish();
    let document = read(&data);
    assert_eq!(kinds(&document), [] as [&str; 0]);
    let root = &document.root;
    assert_eq!((root.name.as_str(), root.line), ("manifest", 2));
    assert_eq!(
        root.plain("package").unwrap().value,
        Value::Text("com.example".into())
    );
    let service = root.children_named("service").next().unwrap();
    assert_eq!((service.line, service.text.as_str()), (7, "hello"));
    let at = usize::try_from(service.offset).unwrap();
    assert_eq!(&data[at..at + 2], START_ELEMENT.to_le_bytes());
    let exported = service.android(EXPORTED.1, "exported").unwrap();
    assert_eq!(exported.value, Value::Bool(true));
    assert_eq!(exported.namespace, ANDROID);
}

#[test]
fn attributes_go_by_resource_id_when_their_names_are_gone() {
    let mut w = Writer::new(&[("a", NAME.1)]);
    w.start(
        "service",
        1,
        &[("", "a", Some(".Push"), res_value::STRING, 0)],
    );
    w.end("service");
    let document = read(&w.finish());
    let name = document.root.android(NAME.1, "name").unwrap();
    assert_eq!(name.value.as_text(), Some(".Push"));
}

#[test]
fn unusual_attribute_sizes_are_followed_and_noted() {
    let mut w = Writer::new(&[NAME, EXPORTED]);
    w.start_padded(
        "service",
        1,
        &[
            (ANDROID, "name", Some(".Push"), res_value::STRING, 0),
            (ANDROID, "exported", None, res_value::INT_BOOLEAN, 0),
        ],
        4,
    );
    w.end("service");
    let document = read(&w.finish());
    assert_eq!(
        kinds(&document),
        ["axml-attribute-start", "axml-attribute-size"]
    );
    let exported = document.root.android(EXPORTED.1, "exported").unwrap();
    assert_eq!(exported.value, Value::Bool(false));
}

#[test]
fn attributes_of_no_size_are_read_once_however_many_are_said() {
    let mut data = manifest().finish();
    let service = read(&data).root.children[0].offset;
    let at = usize::try_from(service).unwrap();
    // attributeSize and attributeCount of the element (ResXMLTree_attrExt).
    data[at + 26..at + 28].copy_from_slice(&0_u16.to_le_bytes());
    data[at + 28..at + 30].copy_from_slice(&u16::MAX.to_le_bytes());
    let document = read(&data);
    assert_eq!(document.root.children[0].attributes.len(), 1);
    assert!(kinds(&document).contains(&"axml-attribute-size"));
}

#[test]
fn junk_before_between_and_after_is_passed_over_and_noted() {
    let w = manifest();
    let junk = vec![0x77, 0x77, 8, 0, 12, 0, 0, 0, 1, 2, 3, 4];
    let mut data = document(&[
        junk.clone(),
        w.pool(),
        junk.clone(),
        w.map(),
        w.nodes.clone(),
        junk,
    ]);
    data.extend(b"tail");
    data[0] = 0;
    let document = read(&data);
    assert_eq!(
        kinds(&document),
        [
            "axml-type",
            "axml-trailing",
            "axml-unknown-chunk",
            "axml-unknown-chunk",
            "axml-unknown-chunk"
        ]
    );
    assert_eq!(document.root, {
        let mut clean = read(&w.finish()).root;
        clean.offset += 24;
        for attribute in &mut clean.attributes {
            attribute.offset += 24;
        }
        for child in &mut clean.children {
            child.offset += 24;
            for attribute in &mut child.attributes {
                attribute.offset += 24;
            }
        }
        clean
    });
}

#[test]
fn a_larger_root_header_is_followed() {
    let w = manifest();
    let mut data = document(&[vec![9; 4], w.pool(), w.map(), w.nodes.clone()]);
    data[2] = 12;
    let document = read(&data);
    assert_eq!(kinds(&document), ["axml-header-size"]);
    assert_eq!(document.root.children.len(), 1);
}

#[test]
fn an_unbalanced_document_keeps_what_was_open() {
    let mut w = Writer::new(&[]);
    w.end("x");
    w.start("manifest", 1, &[]);
    w.start("application", 2, &[]);
    let document = read(&w.finish());
    assert_eq!(kinds(&document), ["axml-unbalanced", "axml-unbalanced"]);
    assert_eq!(document.root.children[0].name, "application");
}

#[test]
fn the_first_root_counts() {
    let mut w = Writer::new(&[]);
    for name in ["manifest", "fake"] {
        w.start(name, 1, &[]);
        w.end(name);
    }
    let document = read(&w.finish());
    assert_eq!(document.root.name, "manifest");
    assert_eq!(kinds(&document), ["axml-second-root"]);
}

#[test]
fn duplicate_and_unsorted_attributes_are_noted() {
    let mut w = Writer::new(&[NAME, EXPORTED]);
    let name = (ANDROID, "name", Some(".A"), res_value::STRING, 0);
    let exported = (ANDROID, "exported", None, res_value::INT_BOOLEAN, 1);
    w.start("service", 1, &[exported, name, name]);
    w.end("service");
    let document = read(&w.finish());
    assert_eq!(
        kinds(&document),
        ["axml-attribute-order", "axml-duplicate-attribute"]
    );
}

#[test]
fn a_lying_attribute_count_gives_what_is_there() {
    let mut w = Writer::new(&[NAME]);
    w.start(
        "service",
        1,
        &[(ANDROID, "name", Some(".A"), res_value::STRING, 0)],
    );
    let count = w.nodes.len() - 20 - 8;
    w.nodes[count..count + 2].copy_from_slice(&u16::MAX.to_le_bytes());
    w.end("service");
    let document = read(&w.finish());
    assert_eq!(kinds(&document), ["axml-attribute-count"]);
    assert_eq!(document.root.attributes.len(), 1);
}

#[test]
fn depth_nodes_and_text_are_bounded() {
    let limits = Limits {
        tree_depth: 10,
        tree_nodes: 100,
        ..Limits::default()
    };
    let mut deep = Writer::new(&[]);
    for _ in 0..11 {
        deep.start("a", 1, &[]);
    }
    assert_eq!(
        parse(&deep.finish(), &limits).unwrap_err().why,
        "nests too deep"
    );

    let mut wide = Writer::new(&[]);
    wide.start("a", 1, &[]);
    for _ in 0..100 {
        wide.start("a", 1, &[]);
        wide.end("a");
    }
    assert_eq!(
        parse(&wide.finish(), &limits).unwrap_err().why,
        "has too many nodes"
    );

    let mut long = Writer::new(&[]);
    let text = "x".repeat(30_000);
    long.start("a", 1, &[]);
    for _ in 0..2000 {
        long.text(&text);
    }
    let error = parse(&long.finish(), &Limits::default()).unwrap_err();
    assert_eq!(error.why, "unfolds to too much");
}

#[test]
fn a_document_without_elements_is_an_error() {
    assert!(parse(b"", &Limits::default()).is_err());
    assert!(parse(b"<manifest package='a'/>", &Limits::default()).is_err());
    assert!(parse(&Writer::new(&[]).finish(), &Limits::default()).is_err());
}

#[test]
fn no_damage_makes_it_panic_or_run_away() {
    let data = manifest().finish();
    for length in 0..data.len() {
        let _ = parse(&data[..length], &Limits::default());
    }
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut readable = 0;
    for _ in 0..5000 {
        let mut bad = data.clone();
        for _ in 0..4 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let at = state as usize % bad.len();
            bad[at] = (state >> 32) as u8;
        }
        if let Ok(document) = parse(&bad, &Limits::default()) {
            readable += 1;
            assert!(document.anomalies.len() <= 100);
        }
    }
    assert!(readable > 1000, "{readable}");
}
