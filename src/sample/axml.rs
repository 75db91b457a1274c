//! Binary XML, as the packages of apps hold it.
//!
//! Format: `ResourceTypes.h` of the Android framework,
//! `ResXMLTree_header` and following.

use std::collections::BTreeSet;

use super::attributes;
use super::bytes::{Bytes, size16, size32};
use super::error::SampleError;
use super::pool::{Encoding, Pool};
use super::resources::Resources;
use super::xml::{ANDROID, Attribute, Element, Value};

const RES_XML: u16 = 0x0003;
const START_NAMESPACE: u16 = 0x0100;
const END_NAMESPACE: u16 = 0x0101;
const START_ELEMENT: u16 = 0x0102;
const END_ELEMENT: u16 = 0x0103;
const CDATA: u16 = 0x0104;
const RESOURCE_MAP: u16 = 0x0180;
const NODE_HEADER: u16 = 16;
/// No string.
const NONE: u32 = u32::MAX;
/// Line of the first element; the next ones follow line by line.
const FIRST_LINE: u32 = 2;

const TYPE_REFERENCE: u8 = 0x01;
const TYPE_STRING: u8 = 0x03;
const TYPE_INT_DEC: u8 = 0x10;
const TYPE_INT_HEX: u8 = 0x11;
const TYPE_INT_BOOLEAN: u8 = 0x12;

/// Writes a document. References are looked up in `resources`.
pub(super) fn write(
    root: &Element,
    resources: &Resources,
    encoding: Encoding,
) -> Result<Vec<u8>, SampleError> {
    let ids = attribute_ids(root);
    let names = ids.iter().map(|(_, name)| (*name).to_owned()).collect();
    let mut writer = Writer {
        pool: Pool::reserve(names),
        ids: ids.into_iter().collect(),
        resources,
        nodes: Bytes::default(),
        line: FIRST_LINE,
    };
    writer.document(root)?;

    let pool = writer.pool.write(encoding);
    let mut map = Bytes::default();
    map.u16(RESOURCE_MAP);
    map.u16(8);
    map.size(8 + 4 * writer.ids.len());
    for (id, _) in &writer.ids {
        map.u32(*id);
    }
    let mut file = Bytes::default();
    file.u16(RES_XML);
    file.u16(8);
    file.size(8 + pool.len() + map.len() + writer.nodes.len());
    file.raw(&pool.0);
    file.raw(&map.0);
    file.raw(&writer.nodes.0);
    Ok(file.0)
}

/// The attributes with a framework id that the document uses, by id.
fn attribute_ids(root: &Element) -> BTreeSet<(u32, &str)> {
    let mut ids = BTreeSet::new();
    root.walk(&mut |element| {
        for attribute in &element.attributes {
            if let Some(id) = id_of(attribute) {
                ids.insert((id, attribute.name.as_str()));
            }
        }
    });
    ids
}

fn id_of(attribute: &Attribute) -> Option<u32> {
    attribute
        .android
        .then(|| attributes::id(&attribute.name))
        .flatten()
}

struct Writer<'a> {
    pool: Pool,
    /// Ids and names in the order of the first strings of the pool.
    ids: Vec<(u32, &'a str)>,
    resources: &'a Resources,
    nodes: Bytes,
    line: u32,
}

impl Writer<'_> {
    fn document(&mut self, root: &Element) -> Result<(), SampleError> {
        self.namespace(START_NAMESPACE);
        self.element(root)?;
        self.namespace(END_NAMESPACE);
        Ok(())
    }

    fn namespace(&mut self, kind: u16) {
        let prefix = self.pool.index("android");
        let uri = self.pool.index(ANDROID);
        self.node(kind, 24);
        self.nodes.size(prefix);
        self.nodes.size(uri);
    }

    fn element(&mut self, element: &Element) -> Result<(), SampleError> {
        const START: u16 = 20;
        const ATTRIBUTE: u16 = 20;
        let mut attributes: Vec<&Attribute> = element.attributes.iter().collect();
        // The framework merges them with sorted lists of ids.
        attributes.sort_by_key(|a| id_of(a).unwrap_or(u32::MAX));
        let name = self.pool.index(&element.name);
        let size = usize::from(NODE_HEADER + START) + usize::from(ATTRIBUTE) * attributes.len();
        self.node(START_ELEMENT, size);
        self.nodes.u32(NONE); // namespace
        self.nodes.size(name);
        self.nodes.u16(START); // where the attributes begin
        self.nodes.u16(ATTRIBUTE);
        self.nodes.u16(size16(attributes.len()));
        for _ in ["id", "class", "style"] {
            self.nodes.u16(0); // position of such an attribute
        }
        for attribute in attributes {
            self.attribute(attribute)
                .map_err(|error| error.within(&format!("<{} {}>", element.name, attribute.name)))?;
        }
        if !element.text.is_empty() {
            let text = self.pool.index(&element.text);
            self.node(CDATA, 28);
            self.nodes.size(text);
            self.value(TYPE_STRING, size32(text));
        }
        let line = self.line;
        for child in &element.children {
            self.line += 1;
            self.element(child)?;
        }
        self.node_at(END_ELEMENT, 24, line);
        self.nodes.u32(NONE);
        self.nodes.size(name);
        Ok(())
    }

    fn attribute(&mut self, attribute: &Attribute) -> Result<(), SampleError> {
        let known = id_of(attribute).and_then(|id| self.ids.iter().position(|(i, _)| *i == id));
        let name = known.unwrap_or_else(|| self.pool.index(&attribute.name));
        if attribute.android {
            let uri = self.pool.index(ANDROID);
            self.nodes.size(uri);
        } else {
            self.nodes.u32(NONE);
        }
        self.nodes.size(name);
        let (raw, kind, data) = match &attribute.value {
            Value::Text(text) => {
                let index = size32(self.pool.index(text));
                (index, TYPE_STRING, index)
            }
            Value::Int(number) => (NONE, TYPE_INT_DEC, number.cast_unsigned()),
            Value::Flags(bits) => (NONE, TYPE_INT_HEX, *bits),
            Value::Bool(flag) => (NONE, TYPE_INT_BOOLEAN, if *flag { NONE } else { 0 }),
            Value::Resource(name) => (NONE, TYPE_REFERENCE, self.resources.id(name)?),
        };
        self.nodes.u32(raw);
        self.value(kind, data);
        Ok(())
    }

    /// `Res_value`.
    fn value(&mut self, kind: u8, data: u32) {
        self.nodes.u16(8);
        self.nodes.u8(0);
        self.nodes.u8(kind);
        self.nodes.u32(data);
    }

    fn node(&mut self, kind: u16, size: usize) {
        self.node_at(kind, size, self.line);
    }

    fn node_at(&mut self, kind: u16, size: usize, line: u32) {
        self.nodes.u16(kind);
        self.nodes.u16(NODE_HEADER);
        self.nodes.size(size);
        self.nodes.u32(line);
        self.nodes.u32(NONE); // comment
    }
}
