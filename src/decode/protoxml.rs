//! Protocol-buffer XML: the manifest and the XML resources of an app bundle.
//!
//! Source: `message XmlNode` of `Resources.proto` of aapt2. What a bundle
//! says here becomes binary XML in the APKs made from it; the document is
//! the same.

use super::DecodeError;
use super::escape::{between_tags, unescape};
use super::proto::{self, Item, Message, Wire, low};
use super::xml::{Attribute, Document, Element, Value};
use crate::limits::Limits;

const WHAT: &str = "XML message";

/// Reads a document.
///
/// # Errors
/// When the bytes are no such message, when it has no element, or when it is
/// larger than [`Limits::tree_depth`] and [`Limits::tree_nodes`] allow.
pub fn parse(data: &[u8], limits: &Limits) -> Result<Document, DecodeError> {
    let mut reader = Reader {
        nodes: limits.tree_nodes,
    };
    let whole = Message::whole(data, WHAT);
    match reader.node(&whole, limits.tree_depth)? {
        Some(Node::Element(root)) => Ok(Document {
            root,
            anomalies: Vec::new(),
            lost: None,
        }),
        _ => Err(DecodeError::new(WHAT, "has no element", 0)),
    }
}

enum Node<'a> {
    Element(Element),
    Text(Message<'a>),
}

struct Reader {
    /// Elements and attributes that may still be read.
    nodes: usize,
}

impl Reader {
    fn node<'a>(
        &mut self,
        message: &Message<'a>,
        depth: usize,
    ) -> Result<Option<Node<'a>>, DecodeError> {
        const ELEMENT: u32 = 1;
        const TEXT: u32 = 2;
        const SOURCE: u32 = 3;
        let mut node = None;
        let mut line = 0;
        for field in message.fields() {
            match field? {
                (ELEMENT, Wire::Bytes(value)) => {
                    // A message that comes in parts is their sum.
                    let mut element = match node.take() {
                        Some(Node::Element(element)) => element,
                        _ => self.element_at(&value, depth)?,
                    };
                    self.element(&value, &mut element, depth)?;
                    node = Some(Node::Element(element));
                }
                (TEXT, Wire::Bytes(value)) => node = Some(Node::Text(value)),
                (SOURCE, Wire::Bytes(value)) => line = value.number(1)?,
                _ => {}
            }
        }
        if let Some(Node::Element(element)) = &mut node {
            element.line = line;
        }
        Ok(node)
    }

    fn element_at(&mut self, message: &Message<'_>, depth: usize) -> Result<Element, DecodeError> {
        if depth == 0 {
            let offset = message.offset();
            return Err(DecodeError::new("element", "nests too deep", offset));
        }
        self.spend_node(message)?;
        Ok(Element {
            offset: message.offset() as u64,
            ..Element::default()
        })
    }

    fn element(
        &mut self,
        message: &Message<'_>,
        element: &mut Element,
        depth: usize,
    ) -> Result<(), DecodeError> {
        const NAMESPACE: u32 = 2;
        const NAME: u32 = 3;
        const ATTRIBUTE: u32 = 4;
        const CHILD: u32 = 5;
        for field in message.fields() {
            let (number, Wire::Bytes(value)) = field? else {
                continue;
            };
            match number {
                NAMESPACE => element.namespace = value.text(),
                NAME => element.name = value.text(),
                ATTRIBUTE => {
                    let attribute = self.attribute(&value)?;
                    element.attributes.push(attribute);
                }
                CHILD => match self.node(&value, depth.saturating_sub(1))? {
                    Some(Node::Element(child)) => element.children.push(child),
                    Some(Node::Text(text)) => {
                        let text = between_tags(&text.text());
                        element.text.push_str(&text.unwrap_or_default());
                    }
                    None => {}
                },
                _ => {}
            }
        }
        Ok(())
    }

    fn attribute(&mut self, message: &Message<'_>) -> Result<Attribute, DecodeError> {
        const NAMESPACE: u32 = 1;
        const NAME: u32 = 2;
        const VALUE: u32 = 3;
        const RESOURCE_ID: u32 = 5;
        const COMPILED_ITEM: u32 = 6;
        self.spend_node(message)?;
        let mut attribute = Attribute {
            namespace: String::new(),
            name: String::new(),
            resource_id: None,
            value: Value::Null,
            offset: message.offset() as u64,
        };
        let mut written = String::new();
        let mut compiled = None;
        for field in message.fields() {
            match field? {
                (NAMESPACE, Wire::Bytes(value)) => attribute.namespace = value.text(),
                (NAME, Wire::Bytes(value)) => attribute.name = value.text(),
                (VALUE, Wire::Bytes(value)) => written = value.text(),
                (RESOURCE_ID, Wire::Varint(id)) => {
                    attribute.resource_id = Some(low(id)).filter(|id| *id != 0);
                }
                (COMPILED_ITEM, Wire::Bytes(value)) => compiled = proto::item(&value)?,
                _ => {}
            }
        }
        attribute.value = match compiled {
            Some(Item::Raw(raw)) => raw.typed(|_| None),
            Some(Item::Text(text)) => Value::Text(text.text()),
            Some(Item::Named(name)) => Value::NamedReference(name),
            None => Value::Text(unescape(&written).into_owned()),
        };
        Ok(attribute)
    }

    fn spend_node(&mut self, message: &Message<'_>) -> Result<(), DecodeError> {
        let error = DecodeError::new("document", "has too many nodes", message.offset());
        self.nodes = self.nodes.checked_sub(1).ok_or(error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
