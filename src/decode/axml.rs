//! Binary XML: the manifest and the XML resources of an APK.
//!
//! Follows what `ResXMLTree` of the Android Open Source Project
//! (`androidfw/ResourceTypes.cpp`) accepts, and is more lenient where that
//! gives up in the middle: what was read until then is kept, and each
//! departure from the usual form becomes an oddity.

use std::collections::BTreeSet;

use super::DecodeError;
use super::chunk::{self, Chunk};
use super::res_value::{self, RawValue};
use super::string_pool::StringPool;
use super::xml::{Attribute, Document, Element, Oddity, Value, note};
use crate::limits::Limits;

const START_NAMESPACE: u16 = 0x0100;
const END_NAMESPACE: u16 = 0x0101;
const START_ELEMENT: u16 = 0x0102;
const END_ELEMENT: u16 = 0x0103;
const CDATA: u16 = 0x0104;
const LAST_NODE: u16 = 0x017f;
const RESOURCE_MAP: u16 = 0x0180;

const ROOT_HEADER: usize = 8;
const ATTRIBUTE_SIZE: usize = 20;
/// Of `ResXMLTree_attrExt`, and of it followed by a flag description.
const ATTRIBUTE_STARTS: [usize; 2] = [20, 32];
/// No string.
const NONE: u32 = u32::MAX;
/// Text that a document may unfold to, as a multiple of its own size:
/// elements can repeat one long string as often as they like.
const TEXT_RATIO: usize = 64;

/// Reads a binary XML document.
///
/// # Errors
/// When no element can be read, or when the document is larger than
/// [`Limits::tree_depth`] and [`Limits::tree_nodes`] allow.
pub fn parse(data: &[u8], limits: &Limits) -> Result<Document, DecodeError> {
    let mut reader = Reader {
        data,
        pool: StringPool::default(),
        ids: Vec::new(),
        open: Vec::new(),
        root: None,
        nodes: limits.tree_nodes,
        text: data.len().saturating_mul(TEXT_RATIO).max(1 << 16),
        depth: limits.tree_depth,
        oddities: Vec::new(),
        lost: None,
    };
    reader.document()?;
    reader.finish()
}

struct Reader<'a> {
    data: &'a [u8],
    pool: StringPool,
    ids: Vec<u32>,
    open: Vec<Element>,
    root: Option<Element>,
    /// Elements and attributes that may still be read.
    nodes: usize,
    /// Bytes of text that may still be kept.
    text: usize,
    depth: usize,
    oddities: Vec<Oddity>,
    lost: Option<String>,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<(), DecodeError> {
        let whole = Chunk::at(self.data, 0, self.data.len())?;
        if whole.kind != chunk::XML {
            self.odd("axml-type", format!("root type {:#06x}", whole.kind), 0);
        }
        if whole.header != ROOT_HEADER {
            let detail = format!("root header of {} bytes instead of 8", whole.header);
            self.odd("axml-header-size", detail, 2);
        }
        if whole.cut_short {
            self.odd("axml-size", "says more bytes than there are".into(), 4);
        } else if whole.end < self.data.len() {
            let extra = self.data.len().saturating_sub(whole.end);
            self.odd("axml-trailing", format!("{extra} bytes follow"), whole.end);
        }

        let mut at = whole.body();
        let mut in_nodes = false;
        while at < whole.end {
            let part = match Chunk::at(self.data, at, whole.end) {
                Ok(part) => part,
                Err(error) => {
                    self.odd("axml-chunk", format!("{}: reading stops", error.why), at);
                    break;
                }
            };
            if part.cut_short {
                self.odd("axml-chunk", "says more bytes than there are".into(), at);
            }
            if (part.end.saturating_sub(at) | part.header) & 3 != 0 {
                self.odd("axml-chunk", "size is not a multiple of 4".into(), at);
            }
            self.part(&part, &mut in_nodes)?;
            at = part.end;
        }
        Ok(())
    }

    fn part(&mut self, part: &Chunk, in_nodes: &mut bool) -> Result<(), DecodeError> {
        match part.kind {
            chunk::STRING_POOL | RESOURCE_MAP if *in_nodes => {
                let detail = "strings or resource map after the first node: not read".into();
                self.odd("axml-late-chunk", detail, part.start);
            }
            chunk::STRING_POOL => {
                if !self.pool.is_empty() {
                    let detail = "replaces an earlier string pool".into();
                    self.odd("axml-second-pool", detail, part.start);
                }
                match StringPool::parse(self.data, part, &mut self.oddities) {
                    Ok(pool) => self.pool = pool,
                    Err(error) => self.lose("axml-chunk", error.to_string(), part.start),
                }
            }
            RESOURCE_MAP => self.ids = resource_map(self.data, part),
            START_NAMESPACE..=LAST_NODE => {
                *in_nodes = true;
                let result = match part.kind {
                    START_ELEMENT => self.start_element(part),
                    END_ELEMENT => {
                        self.end_element(part.start);
                        Ok(())
                    }
                    CDATA => self.cdata(part),
                    START_NAMESPACE | END_NAMESPACE => Ok(()),
                    other => {
                        let detail = format!("node type {other:#06x} passed over");
                        self.odd("axml-unknown-chunk", detail, part.start);
                        Ok(())
                    }
                };
                match result {
                    Err(error) if error.why == CUT_SHORT => {
                        self.lose("axml-chunk", error.to_string(), part.start);
                    }
                    other => return other,
                }
            }
            other => {
                let detail = format!("chunk type {other:#06x} passed over");
                self.odd("axml-unknown-chunk", detail, part.start);
            }
        }
        Ok(())
    }

    fn start_element(&mut self, part: &Chunk) -> Result<(), DecodeError> {
        if self.open.len() >= self.depth {
            return Err(DecodeError::new("element", "nests too deep", part.start));
        }
        self.spend_node(part.start)?;
        let line = part.cursor(self.data, 8, "element").u32()?;
        let mut cursor = part.cursor(self.data, part.header, "element");
        let namespace = cursor.u32()?;
        let name = cursor.u32()?;
        let first = usize::from(cursor.u16()?);
        let size = usize::from(cursor.u16()?);
        let count = usize::from(cursor.u16()?);
        if count > 0 && !ATTRIBUTE_STARTS.contains(&first) {
            let detail = format!("attributes start at {first} instead of 20");
            self.odd("axml-attribute-start", detail, part.start);
        }
        if count > 0 && size != ATTRIBUTE_SIZE {
            let detail = format!("attributes of {size} bytes instead of 20");
            self.odd("axml-attribute-size", detail, part.start);
        }

        let mut element = Element {
            namespace: self.string(namespace, part.start)?,
            name: self.string(name, part.start)?,
            line: if line == NONE { 0 } else { line },
            offset: part.start as u64,
            ..Element::default()
        };
        let mut at = part.header.saturating_add(first);
        // Attributes of no size are all one: a count of 65,535 costs nothing
        // to write.
        let distinct = if size == 0 { count.min(1) } else { count };
        for _ in 0..distinct {
            self.spend_node(part.start)?;
            match self.attribute(part, at) {
                Ok(attribute) => element.attributes.push(attribute),
                Err(error) if error.why == CUT_SHORT => {
                    let have = element.attributes.len();
                    let detail = format!("{count} attributes said, {have} there");
                    self.lose("axml-attribute-count", detail, part.start);
                    break;
                }
                Err(error) => return Err(error),
            }
            at = at.saturating_add(size);
        }
        self.look_at_order(&element);
        self.open.push(element);
        Ok(())
    }

    fn attribute(&mut self, part: &Chunk, at: usize) -> Result<Attribute, DecodeError> {
        let mut cursor = part.cursor(self.data, at, "attribute");
        let offset = cursor.pos();
        let namespace = cursor.u32()?;
        let name = cursor.u32()?;
        let text = cursor.u32()?;
        cursor.skip(3)?; // size of the value, and a reserved byte
        let raw = RawValue {
            kind: cursor.u8()?,
            data: cursor.u32()?,
        };
        let resource_id = usize::try_from(name)
            .ok()
            .and_then(|name| self.ids.get(name))
            .copied()
            .filter(|id| *id != 0);
        // Android reads attributes that have an id by their typed value, and
        // the others by the text as written.
        let raw = match raw.kind {
            res_value::STRING if resource_id.is_none() && text != NONE && text != raw.data => {
                let detail = "text and typed value are two strings".into();
                self.odd("axml-two-values", detail, offset);
                RawValue { data: text, ..raw }
            }
            res_value::NULL if text != NONE && raw.data == 0 => RawValue {
                kind: res_value::STRING,
                data: text,
            },
            _ => raw,
        };
        let value = if raw.kind == res_value::STRING {
            self.optional_string(raw.data, offset)?
                .map_or(Value::Null, Value::Text)
        } else {
            raw.typed(|_| None)
        };
        Ok(Attribute {
            namespace: self.string(namespace, offset)?,
            name: self.string(name, offset)?,
            resource_id,
            value,
            offset: offset as u64,
        })
    }

    fn end_element(&mut self, offset: usize) {
        let Some(element) = self.open.pop() else {
            self.odd("axml-unbalanced", "end without a start".into(), offset);
            return;
        };
        self.close(element);
    }

    fn close(&mut self, element: Element) {
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(element);
        } else if self.root.is_none() {
            self.root = Some(element);
        } else {
            let detail = format!("second root element {}: not read", element.name);
            let offset = usize::try_from(element.offset).unwrap_or_default();
            self.odd("axml-second-root", detail, offset);
        }
    }

    fn cdata(&mut self, part: &Chunk) -> Result<(), DecodeError> {
        let index = part
            .cursor(self.data, part.header, "character data")
            .u32()?;
        let text = self.string(index, part.start)?;
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(&text);
        }
        Ok(())
    }

    /// The string at `index`; empty if there is none.
    fn string(&mut self, index: u32, offset: usize) -> Result<String, DecodeError> {
        Ok(self.optional_string(index, offset)?.unwrap_or_default())
    }

    fn optional_string(
        &mut self,
        index: u32,
        offset: usize,
    ) -> Result<Option<String>, DecodeError> {
        if index == NONE {
            return Ok(None);
        }
        let Some(entry) = self.pool.entry(self.data, index) else {
            self.lose("axml-string", format!("no string {index}"), offset);
            return Ok(None);
        };
        self.text = self
            .text
            .checked_sub(entry.bytes.len())
            .ok_or(DecodeError::new("text", "unfolds to too much", offset))?;
        let text = self.pool.decode(entry.bytes);
        if !entry.terminated {
            let detail = format!("string {index} has no terminator");
            self.odd("axml-string", detail, offset);
        }
        Ok(Some(text))
    }

    fn spend_node(&mut self, offset: usize) -> Result<(), DecodeError> {
        let error = DecodeError::new("document", "has too many nodes", offset);
        self.nodes = self.nodes.checked_sub(1).ok_or(error)?;
        Ok(())
    }

    /// Android finds attributes by walking them in the order of their ids;
    /// one that is out of order or comes twice may be missed or hidden.
    fn look_at_order(&mut self, element: &Element) {
        const FRAMEWORK: u32 = 1;
        let offset = usize::try_from(element.offset).unwrap_or_default();
        let mut seen = BTreeSet::new();
        let mut last = 0;
        for attribute in &element.attributes {
            let names = match attribute.resource_id {
                Some(_) => ("", ""),
                None => (attribute.namespace.as_str(), attribute.name.as_str()),
            };
            if !seen.insert((attribute.resource_id, names)) {
                let detail = format!("{} twice in {}", attribute.name, element.name);
                note(
                    &mut self.oddities,
                    "axml-duplicate-attribute",
                    detail,
                    offset,
                );
            }
            if let Some(id) = attribute.resource_id.filter(|id| id >> 24 == FRAMEWORK) {
                if id < last {
                    let detail = format!("{} out of order in {}", attribute.name, element.name);
                    note(&mut self.oddities, "axml-attribute-order", detail, offset);
                }
                last = id;
            }
        }
    }

    fn odd(&mut self, kind: &'static str, detail: String, offset: usize) {
        note(&mut self.oddities, kind, detail, offset);
    }

    /// Something without which the tree is not whole. What follows the end
    /// of the first element is not part of it.
    fn lose(&mut self, kind: &'static str, detail: String, offset: usize) {
        if self.root.is_none() {
            self.lost.get_or_insert_with(|| detail.clone());
        }
        self.odd(kind, detail, offset);
    }

    fn finish(mut self) -> Result<Document, DecodeError> {
        if !self.open.is_empty() {
            let detail = format!("{} elements without an end", self.open.len());
            self.lose("axml-unbalanced", detail, self.data.len());
        }
        while let Some(element) = self.open.pop() {
            self.close(element);
        }
        match self.root {
            Some(root) => Ok(Document {
                root,
                anomalies: self.oddities,
                lost: self.lost,
            }),
            None => Err(DecodeError::new("document", "has no element", 0)),
        }
    }
}

/// What [`super::cursor::Cursor`] says at the end of the data.
const CUT_SHORT: &str = "is cut short";

/// Resource ids of the first strings of the pool.
fn resource_map(data: &[u8], part: &Chunk) -> Vec<u32> {
    data.get(part.body()..part.end)
        .unwrap_or_default()
        .chunks_exact(4)
        .filter_map(|id| Some(u32::from_le_bytes(<[u8; 4]>::try_from(id).ok()?)))
        .collect()
}

#[cfg(test)]
mod tests;
