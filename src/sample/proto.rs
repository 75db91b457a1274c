//! Manifest, XML and resource table of app bundles, in protocol buffers.
//!
//! Format: `Resources.proto` and `Configuration.proto` of `aapt2`; the names
//! in the comments are theirs. Wire format: "Encoding" of the protocol
//! buffers documentation.

use super::attributes;
use super::bytes::Bytes;
use super::error::SampleError;
use super::resources::{Item, Locales, Resources};
use super::xml::{ANDROID, Attribute, Element, Value};

/// A message under construction.
#[derive(Default)]
struct Message(Bytes);

impl Message {
    /// A number; negative ones as the unsigned number of 64 bits.
    fn number(&mut self, field: u64, number: i64) -> &mut Self {
        self.0.uleb128(field << 3);
        self.0.uleb128(number.cast_unsigned());
        self
    }

    fn text(&mut self, field: u64, text: &str) -> &mut Self {
        self.bytes(field, text.as_bytes())
    }

    fn message(&mut self, field: u64, message: &Self) -> &mut Self {
        self.bytes(field, &message.0.0)
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) -> &mut Self {
        self.0.uleb128(field << 3 | 2);
        self.0.uleb128(bytes.len() as u64);
        self.0.raw(bytes);
        self
    }
}

/// `XmlNode`: a whole document.
pub(super) fn xml(root: &Element, resources: &Resources) -> Result<Vec<u8>, SampleError> {
    let mut line = 2;
    let node = node(root, resources, &mut line, true)?;
    Ok(node.0.0)
}

fn node(
    element: &Element,
    resources: &Resources,
    line: &mut i64,
    is_root: bool,
) -> Result<Message, SampleError> {
    let mut source = Message::default(); // SourcePosition
    source.number(1, *line);
    let mut inside = Message::default(); // XmlElement
    if is_root {
        let mut namespace = Message::default(); // XmlNamespace
        namespace.text(1, "android").text(2, ANDROID);
        inside.message(1, &namespace);
    }
    inside.text(3, &element.name);
    for attribute in &element.attributes {
        let message = self::attribute(attribute, resources)
            .map_err(|error| error.within(&format!("<{} {}>", element.name, attribute.name)))?;
        inside.message(4, &message);
    }
    if !element.text.is_empty() {
        let mut text = Message::default(); // XmlNode
        text.text(2, &element.text);
        inside.message(5, &text);
    }
    for child in &element.children {
        *line += 1;
        let child = node(child, resources, line, false)?;
        inside.message(5, &child);
    }
    let mut node = Message::default();
    node.message(1, &inside).message(3, &source);
    Ok(node)
}

/// `XmlAttribute`
fn attribute(attribute: &Attribute, resources: &Resources) -> Result<Message, SampleError> {
    let mut message = Message::default();
    if attribute.android {
        message.text(1, ANDROID);
    }
    message.text(2, &attribute.name);
    message.text(3, &attribute.value.plain());
    let id = attributes::id(&attribute.name).filter(|_| attribute.android);
    if let Some(id) = id {
        message.number(5, id.into());
    }
    let mut primitive = Message::default();
    let mut item = Message::default();
    match &attribute.value {
        Value::Text(_) => return Ok(message),
        Value::Int(number) => primitive.number(6, (*number).into()),
        Value::Flags(bits) => primitive.number(7, (*bits).into()),
        Value::Bool(flag) => primitive.number(8, (*flag).into()),
        Value::Resource(name) => {
            let mut reference = Message::default();
            reference.number(2, resources.id(name)?.into());
            reference.text(3, name);
            item.message(1, &reference);
            message.message(6, &item);
            return Ok(message);
        }
    };
    item.message(7, &primitive);
    message.message(6, &item);
    Ok(message)
}

/// `ResourceTable`
pub(super) fn table(resources: &Resources, package: &str) -> Vec<u8> {
    let id = |number: usize| {
        let mut id = Message::default();
        id.number(1, number.try_into().unwrap_or_default());
        id
    };
    let mut inside = Message::default(); // Package
    inside.message(1, &id(0x7f)).text(2, package);
    for (number, (kind, names)) in (1..).zip(&resources.types) {
        let mut message = Message::default(); // Type
        message.message(1, &id(number)).text(2, kind);
        for (number, (name, locales)) in (0..).zip(names) {
            let mut entry = Message::default(); // Entry
            entry.message(1, &id(number)).text(2, name);
            config_values(&mut entry, locales);
            message.message(3, &entry);
        }
        inside.message(3, &message);
    }
    let mut table = Message::default();
    table.message(2, &inside);
    table.0.0
}

/// `ConfigValue`, one for each locale.
fn config_values(entry: &mut Message, locales: &Locales) {
    const PROTO_XML: i64 = 3;
    for (locale, resource) in locales {
        let mut config = Message::default(); // Configuration
        if !locale.is_empty() {
            config.text(3, locale);
        }
        let mut item = Message::default();
        match resource {
            Item::Text(text) => {
                let mut string = Message::default(); // String
                string.text(1, text);
                item.message(2, &string);
            }
            Item::File(path) => {
                let mut file = Message::default(); // FileReference
                file.text(1, path);
                if super::parts::is_compiled(path) {
                    file.number(2, PROTO_XML);
                }
                item.message(5, &file);
            }
        }
        let mut value = Message::default(); // Value
        value.message(4, &item);
        let mut config_value = Message::default();
        config_value.message(1, &config).message(2, &value);
        entry.message(6, &config_value);
    }
}

/// `BundleConfig` with the version of the tool that would have built the
/// bundle.
pub(super) fn bundle_config() -> Vec<u8> {
    let mut tool = Message::default(); // Bundletool
    tool.text(2, "1.15.6");
    let mut config = Message::default();
    config.message(1, &tool);
    config.0.0
}
