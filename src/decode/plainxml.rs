//! Plain XML: the manifest and the resources of a library (AAR), as their
//! author wrote them.
//!
//! Follows XML 1.0 with namespaces. A document that is not well-formed is an
//! error, as it is to every tool that would have to build it. Entities that
//! a document type defines are never expanded.
//!
//! Only the framework knows which attribute takes a number, a truth value or
//! the name of a flag, so all of these stay [`Text`](super::xml::Value::Text), which
//! [`as_bool`](super::xml::Value::as_bool) and [`as_int`](super::xml::Value::as_int) understand. References stay
//! names: [`NamedReference`](super::xml::Value::NamedReference).

mod places;
mod value;

use std::borrow::Cow;
use std::collections::BTreeSet;

use quick_xml::events::attributes::{self, Attributes};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::{Reader as Tokens, XmlVersion};

use super::DecodeError;
use super::escape::between_tags;
use super::text;
use super::xml::{Attribute, Document, Element, Oddity, note};
use crate::limits::Limits;
use places::Places;

/// Largest file that is read, in bytes. The largest manifests of libraries
/// have some hundred kilobytes.
const LARGEST: usize = 64 << 20;
/// Most namespace declarations in scope at one place.
const NAMESPACES: usize = 256;
/// Text that a document may unfold to, as a multiple of its own size: every
/// attribute repeats the address of its namespace.
const TEXT_RATIO: usize = 64;
/// Namespace that the prefix `xml` always has.
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const WHAT: &str = "XML";

/// Reads a document in any encoding that its mark or declaration names.
/// Lines and offsets are those of the file.
///
/// # Errors
/// When the document is not well-formed, or larger than
/// [`Limits::tree_depth`] and [`Limits::tree_nodes`] allow.
pub fn parse(data: &[u8], limits: &Limits) -> Result<Document, DecodeError> {
    if data.len() > LARGEST {
        return Err(DecodeError::new(WHAT, "is larger than the limit", LARGEST));
    }
    let text = text::decode(data);
    let mut reader = Reader {
        text: &text.text,
        places: Places::new(&text),
        tokens: Tokens::from_str(&text.text),
        namespaces: Vec::new(),
        open: Vec::new(),
        pending: String::new(),
        root: None,
        nodes: limits.tree_nodes,
        depth: limits.tree_depth,
        unfolded: data.len().saturating_mul(TEXT_RATIO).max(1 << 16),
        oddities: Vec::new(),
        lost: None,
    };
    if text.repaired {
        let detail = format!("bytes that are not {}", text.encoding);
        reader.odd("xml-encoding", detail, 0);
    }
    reader.document()
}

struct Reader<'a> {
    text: &'a str,
    places: Places<'a>,
    tokens: Tokens<&'a [u8]>,
    /// Depth, prefix (empty for the default) and address, innermost last.
    namespaces: Vec<(usize, &'a str, String)>,
    open: Vec<Element>,
    /// Text since the last tag.
    pending: String,
    root: Option<Element>,
    /// Elements and attributes that may still be read.
    nodes: usize,
    depth: usize,
    /// Bytes of namespace addresses that may still be copied.
    unfolded: usize,
    oddities: Vec<Oddity>,
    lost: Option<String>,
}

impl<'a> Reader<'a> {
    fn document(mut self) -> Result<Document, DecodeError> {
        loop {
            let at = position(&self.tokens);
            let Ok(event) = self.tokens.read_event() else {
                return Err(self.error("is not well-formed", self.error_position(at)));
            };
            match event {
                Event::Start(tag) => self.start(&tag, at)?,
                Event::Empty(tag) => {
                    self.start(&tag, at)?;
                    self.end(at)?;
                }
                Event::End(_) => self.end(at)?,
                Event::Text(text) => self.pending.push_str(&text.xml10_content()),
                Event::CData(text) => self.pending.push_str(&text.xml10_content()),
                Event::GeneralRef(name) => self.reference(&name, at),
                Event::DocType(_) => {
                    self.odd("xml-doctype", "has a document type: not read".into(), at);
                }
                Event::Comment(_) | Event::PI(_) => self.flush(at)?,
                Event::Decl(_) => {}
                Event::Eof => return self.finish(at),
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<(), DecodeError> {
        self.flush(at)?;
        if self.open.len() >= self.depth {
            return Err(self.error("nests too deep", at));
        }
        if self.open.is_empty() && self.root.is_some() {
            return Err(self.error("has a second root element", at));
        }
        self.spend_node(at)?;
        // The tag itself borrows from the event; the text lives longer.
        let content = at.saturating_add(1);
        let end = content.saturating_add(tag.len());
        let tag = self.text.get(content..end).unwrap_or_default();
        let name_length = tag.find([' ', '\t', '\r', '\n']).unwrap_or(tag.len());
        let tag = Tag {
            text: tag,
            at: content,
            name: tag.get(..name_length).unwrap_or_default(),
        };

        let (offset, line) = self.places.at(at);
        self.declare(&tag)?;
        let (namespace, name) = self.expand(tag.name, true, at)?;
        let mut element = Element {
            namespace,
            name,
            line,
            offset,
            ..Element::default()
        };
        self.attributes(&tag, &mut element)?;
        self.open.push(element);
        Ok(())
    }

    /// Takes the namespace declarations of a tag into scope.
    fn declare(&mut self, tag: &Tag<'a>) -> Result<(), DecodeError> {
        for attribute in tag.attributes() {
            let Ok((key, at, value)) = attribute else {
                return Err(self.error("has a malformed attribute", tag.at));
            };
            let prefix = match key.strip_prefix("xmlns:") {
                Some(prefix) => prefix,
                None if key == "xmlns" => "",
                None => continue,
            };
            if self.namespaces.len() >= NAMESPACES {
                return Err(self.error("declares too many namespaces", at));
            }
            let uri = self.normal(&value, at).into_owned();
            self.namespaces.push((self.open.len(), prefix, uri));
        }
        Ok(())
    }

    fn attributes(&mut self, tag: &Tag<'a>, element: &mut Element) -> Result<(), DecodeError> {
        let mut seen = BTreeSet::new();
        for (key, at, value) in tag.attributes().flatten() {
            self.spend_node(at)?;
            if !seen.insert(key) {
                let detail = format!("{key} twice in {}", element.name);
                self.odd("xml-duplicate-attribute", detail, at);
            }
            if key == "xmlns" || key.starts_with("xmlns:") {
                continue;
            }
            let (namespace, name) = self.expand(key, false, at)?;
            let value = value::typed(&self.normal(&value, at));
            let (offset, _) = self.places.at(at);
            element.attributes.push(Attribute {
                namespace,
                name,
                resource_id: None,
                value,
                offset,
            });
        }
        Ok(())
    }

    /// The namespace and the local name of a qualified name. A prefix that
    /// nothing declares stays part of the name.
    fn expand(
        &mut self,
        name: &str,
        default: bool,
        at: usize,
    ) -> Result<(String, String), DecodeError> {
        let (prefix, local) = match name.split_once(':') {
            Some((prefix, local)) => (prefix, local),
            None if default => ("", name),
            None => return Ok((String::new(), name.to_owned())),
        };
        let mut inner_first = self.namespaces.iter().rev();
        let uri = match inner_first.find(|(_, declared, _)| *declared == prefix) {
            Some((_, _, uri)) => uri.clone(),
            None if prefix == "xml" => XML.to_owned(),
            None if prefix.is_empty() => String::new(),
            None => {
                self.odd("xml-unbound-prefix", format!("prefix of {name}"), at);
                return Ok((String::new(), name.to_owned()));
            }
        };
        self.unfolded = match self.unfolded.checked_sub(uri.len()) {
            Some(left) => left,
            None => return Err(self.error("unfolds to too much", at)),
        };
        Ok((uri, local.to_owned()))
    }

    /// An attribute value with white space and entities replaced; as
    /// written, if it has an entity that is not one of the five of XML.
    fn normal(&mut self, value: &Cow<'a, str>, at: usize) -> Cow<'a, str> {
        let attribute = attributes::Attribute {
            key: QName(""),
            value: value.clone(),
        };
        attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .unwrap_or_else(|_| {
                self.unexpanded(at);
                value.clone()
            })
    }

    /// An entity or character reference in text.
    fn reference(&mut self, name: &BytesRef<'_>, at: usize) {
        if let Ok(Some(character)) = name.resolve_char_ref() {
            self.pending.push(character);
            return;
        }
        let name: &str = name;
        if let Some(text) = quick_xml::escape::resolve_xml_entity(name) {
            self.pending.push_str(text);
            return;
        }
        self.pending.push('&');
        self.pending.push_str(name);
        self.pending.push(';');
        self.unexpanded(at);
    }

    fn unexpanded(&mut self, at: usize) {
        let detail = "entity that is not expanded";
        self.lost.get_or_insert_with(|| detail.to_owned());
        self.odd("xml-entity", detail.to_owned(), at);
    }

    fn end(&mut self, at: usize) -> Result<(), DecodeError> {
        self.flush(at)?;
        let Some(element) = self.open.pop() else {
            return Err(self.error("has an end without a start", at));
        };
        let depth = self.open.len();
        while self.namespaces.last().is_some_and(|(at, ..)| *at >= depth) {
            self.namespaces.pop();
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    /// Gives the pending text to its element. White space alone between two
    /// tags is none, as in binary XML.
    fn flush(&mut self, at: usize) -> Result<(), DecodeError> {
        let Some(text) = between_tags(&std::mem::take(&mut self.pending)) else {
            return Ok(());
        };
        match self.open.last_mut() {
            Some(element) => {
                element.text.push_str(&text);
                Ok(())
            }
            None => Err(self.error("has text outside the root element", at)),
        }
    }

    fn finish(mut self, at: usize) -> Result<Document, DecodeError> {
        self.flush(at)?;
        if !self.open.is_empty() {
            return Err(self.error("is cut short", at));
        }
        match self.root {
            Some(root) => Ok(Document {
                root,
                anomalies: self.oddities,
                lost: self.lost,
            }),
            None => Err(DecodeError::new(WHAT, "has no element", 0)),
        }
    }

    fn spend_node(&mut self, at: usize) -> Result<(), DecodeError> {
        match self.nodes.checked_sub(1) {
            Some(left) => {
                self.nodes = left;
                Ok(())
            }
            None => Err(self.error("has too many nodes", at)),
        }
    }

    fn odd(&mut self, kind: &'static str, detail: String, at: usize) {
        note(&mut self.oddities, kind, detail, self.places.once(at));
    }

    fn error(&self, why: &'static str, at: usize) -> DecodeError {
        DecodeError::new(WHAT, why, self.places.once(at))
    }

    fn error_position(&self, otherwise: usize) -> usize {
        match usize::try_from(self.tokens.error_position()) {
            Ok(at) if at > 0 => at,
            _ => otherwise,
        }
    }
}

/// Key, offset in the text, and raw value.
type RawAttribute<'a> = (&'a str, usize, Cow<'a, str>);

/// A start tag without its angle brackets.
struct Tag<'a> {
    text: &'a str,
    /// Offset in the text.
    at: usize,
    name: &'a str,
}

impl<'a> Tag<'a> {
    fn attributes(&self) -> impl Iterator<Item = Result<RawAttribute<'a>, ()>> + use<'a> {
        let (text, start) = (self.text, self.at);
        let mut attributes = Attributes::new(text, self.name.len());
        attributes.with_checks(false);
        attributes.map(move |attribute| {
            let attribute = attribute.map_err(|_| ())?;
            let key: &'a str = attribute.key.0;
            let within = key.as_ptr().addr().saturating_sub(text.as_ptr().addr());
            Ok((key, start.saturating_add(within), attribute.value))
        })
    }
}

fn position(tokens: &Tokens<&[u8]>) -> usize {
    usize::try_from(tokens.buffer_position()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
