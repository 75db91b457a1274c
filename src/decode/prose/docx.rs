//! Word-processor documents (Office Open XML, ECMA-376 part 1): the text of
//! `word/document.xml` with the headings of its styles, lists, tables and
//! links. Deleted text, headers, footers, notes and comments are left out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use quick_xml::Reader as Tokens;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use super::Prose;
use super::layout::{Sink, Tag, laid_out};
use crate::decode::DecodeError;
use crate::decode::text::{self, Text};

mod styles;

use styles::Styles;

/// The part that has the text.
pub const DOCUMENT: &str = "word/document.xml";

/// Largest document part, unpacked, in bytes.
const LARGEST: u64 = 32 << 20;
/// Largest other part that is read.
const LARGEST_OTHER: u64 = 4 << 20;
/// Most parts of a document.
const MAX_PARTS: usize = 10_000;
/// Longest field instruction that is kept, in bytes.
const MAX_FIELD: usize = 4096;
const WHAT: &str = "word-processor document";

/// Lays out a document. Offsets of the text are those of
/// `word/document.xml`, which comes along decoded.
///
/// # Errors
/// When it is no such document, is encrypted or damaged, or unpacks to more
/// than 32 MiB.
pub fn read(bytes: &[u8]) -> Result<(Prose, Text), DecodeError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| DecodeError::new(WHAT, "is no readable ZIP archive", 0))?;
    if archive.len() > MAX_PARTS {
        return Err(DecodeError::new(WHAT, "has too many parts", 0));
    }
    let document = part(&mut archive, DOCUMENT, LARGEST)?
        .ok_or_else(|| DecodeError::new(WHAT, "has no word/document.xml", 0))?;
    let document = text::decode(&document);
    let mut other = |name: &str| -> Result<String, DecodeError> {
        let bytes = part(&mut archive, name, LARGEST_OTHER)?.unwrap_or_default();
        Ok(text::decode(&bytes).text)
    };
    let styles = Styles::read(&other("word/styles.xml")?);
    let links = links(&other("word/_rels/document.xml.rels")?);
    let title = styles::core_title(&other("docProps/core.xml")?);

    let failed = RefCell::new(None);
    let mut prose = laid_out(|sink| {
        let reader = Reader {
            styles: &styles,
            links: &links,
            sink,
            paragraph: None,
            cell: None,
            in_run: false,
            bold: false,
            invisible: false,
            in_text: false,
            hidden: 0,
            head: false,
            field: None,
        };
        if let Err(error) = reader.read(&document.text) {
            *failed.borrow_mut() = Some(error);
        }
    });
    if let Some(error) = failed.into_inner() {
        return Err(error);
    }
    prose.title = title;
    Ok((prose, document))
}

/// A part, unpacked. None if there is no such part.
fn part(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    most: u64,
) -> Result<Option<Vec<u8>>, DecodeError> {
    let Some(index) = archive.index_for_name(name) else {
        return Ok(None);
    };
    let file = archive
        .by_index(index)
        .map_err(|_| DecodeError::new(WHAT, "has a part that cannot be unpacked", 0))?;
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|_| DecodeError::new(WHAT, "has a damaged part", 0))?;
    if bytes.len() as u64 > most {
        return Err(DecodeError::new(WHAT, "unpacks to more than the limit", 0));
    }
    Ok(Some(bytes))
}

/// Targets of links by their ids, from the relationships of the document.
fn links(relationships: &str) -> BTreeMap<String, String> {
    let mut links = BTreeMap::new();
    let mut tokens = Tokens::from_str(relationships);
    while let Ok(event) = tokens.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag) if local(&tag) == "Relationship" => {
                let is_link = attribute(&tag, "Type").is_some_and(|t| t.ends_with("/hyperlink"));
                if let (true, Some(id), Some(target)) =
                    (is_link, attribute(&tag, "Id"), attribute(&tag, "Target"))
                {
                    links.insert(id, target);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    links
}

/// The name of an element without its prefix.
fn local<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    without_prefix(name(tag))
}

fn name<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    let tag: &str = tag;
    tag.split([' ', '\t', '\r', '\n', '/'])
        .next()
        .unwrap_or_default()
}

fn without_prefix(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The value of the first attribute with this name, whatever its prefix.
fn attribute(tag: &BytesStart<'_>, wanted: &str) -> Option<String> {
    let text: &str = tag;
    let mut attributes = Attributes::new(text, name(tag).len());
    attributes.with_checks(false);
    attributes
        .flatten()
        .take(64)
        .find(|attribute| without_prefix(attribute.key.0) == wanted)
        .map(
            |attribute| match quick_xml::escape::unescape(&attribute.value) {
                Ok(value) => value.into_owned(),
                Err(_) => attribute.value.into_owned(),
            },
        )
}

/// A property that is on unless it says otherwise.
fn is_on(tag: &BytesStart<'_>) -> bool {
    !matches!(
        attribute(tag, "val").as_deref(),
        Some("0" | "false" | "off" | "none")
    )
}

fn resolved(reference: &BytesRef<'_>) -> Option<String> {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return Some(c.to_string());
    }
    quick_xml::escape::resolve_xml_entity(reference).map(str::to_owned)
}

/// A paragraph whose text has not begun.
#[derive(Default)]
struct Paragraph {
    style: Option<String>,
    outline: Option<u8>,
    listed: bool,
    /// The tag that it was given, once its text has begun.
    tag: Option<&'static str>,
}

struct Reader<'a> {
    styles: &'a Styles,
    links: &'a BTreeMap<String, String>,
    sink: &'a mut dyn Sink,
    paragraph: Option<Paragraph>,
    /// A cell that has begun and is not handed on yet.
    cell: Option<Tag>,
    in_run: bool,
    bold: bool,
    invisible: bool,
    in_text: bool,
    /// How many elements are open whose content is not shown.
    hidden: usize,
    /// The row is the head of its table.
    head: bool,
    /// The instruction of the field that is being read.
    field: Option<String>,
}

impl Reader<'_> {
    fn read(mut self, xml: &str) -> Result<(), DecodeError> {
        let mut tokens = Tokens::from_str(xml);
        let mut has_body = false;
        loop {
            let at = usize::try_from(tokens.buffer_position()).unwrap_or(usize::MAX);
            let Ok(event) = tokens.read_event() else {
                return Err(DecodeError::new(DOCUMENT, "is not well-formed", at));
            };
            match event {
                Event::Start(tag) => {
                    has_body |= local(&tag) == "body";
                    self.start(&tag, at);
                }
                Event::Empty(tag) => {
                    self.start(&tag, at);
                    self.end(local(&tag));
                }
                Event::End(tag) => self.end(without_prefix(tag.name().0)),
                Event::Text(text) => self.text(&text, at),
                Event::CData(text) => self.text(&text, at.saturating_add("<![CDATA[".len())),
                Event::GeneralRef(reference) => {
                    if let Some(text) = resolved(&reference) {
                        self.characters(&text, at);
                    }
                }
                Event::Eof if has_body => return Ok(()),
                Event::Eof => return Err(DecodeError::new(DOCUMENT, "has no body", at)),
                _ => {}
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, at: usize) {
        let name = local(tag);
        if matches!(name, "del" | "moveFrom" | "Fallback") {
            self.hidden = self.hidden.saturating_add(1);
        }
        if self.hidden > 0 {
            return;
        }
        match name {
            "p" => {
                self.begin_cell();
                self.paragraph = Some(Paragraph::default());
            }
            "pStyle" => self.property(|paragraph| paragraph.style = attribute(tag, "val")),
            "outlineLvl" => {
                let level = attribute(tag, "val").and_then(|level| level.parse().ok());
                self.property(|paragraph| paragraph.outline = level);
            }
            "numPr" => self.property(|paragraph| paragraph.listed = true),
            "r" => {
                self.in_run = true;
                self.bold = false;
                self.invisible = false;
            }
            "b" if self.in_run => self.bold = is_on(tag),
            "vanish" if self.in_run => self.invisible = is_on(tag),
            "t" | "instrText" => self.in_text = name == "t",
            "tab" | "ptab" if self.in_run => self.sink.text(" ", at),
            "noBreakHyphen" if self.in_run => self.sink.char('-', at),
            "br" | "cr" if self.in_run => self.sink.start(&Tag::new("br")),
            "hyperlink" => {
                let target = attribute(tag, "id").and_then(|id| self.links.get(&id).cloned());
                self.begin_paragraph();
                self.link(target);
            }
            "fldChar" => self.field(attribute(tag, "fldCharType").as_deref()),
            "tbl" => {
                self.begin_cell();
                self.sink.start(&Tag::new("table"));
            }
            "tr" => {
                self.head = false;
                self.sink.start(&Tag::new("tr"));
            }
            "tblHeader" => self.head = is_on(tag),
            "tc" => self.cell = Some(Tag::new(if self.head { "th" } else { "td" })),
            "gridSpan" => {
                let columns = attribute(tag, "val").and_then(|columns| columns.parse().ok());
                if let (Some(cell), Some(columns)) = (&mut self.cell, columns) {
                    cell.columns = columns;
                }
            }
            "vMerge" => {
                let goes_on = attribute(tag, "val").is_none_or(|merge| merge == "continue");
                if let Some(cell) = &mut self.cell {
                    cell.above = goes_on;
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.hidden > 0 {
            if matches!(name, "del" | "moveFrom" | "Fallback") {
                self.hidden = self.hidden.saturating_sub(1);
            }
            return;
        }
        match name {
            "p" => {
                let tag = self.paragraph.take().and_then(|paragraph| paragraph.tag);
                self.sink.end(tag.unwrap_or("p"));
            }
            "r" => self.in_run = false,
            "t" => self.in_text = false,
            "hyperlink" => self.sink.end("a"),
            "tbl" => self.sink.end("table"),
            "tr" => self.sink.end("tr"),
            "tc" => {
                self.begin_cell();
                self.sink.end("td");
            }
            _ => {}
        }
    }

    /// Notes a property of a paragraph whose text has not begun.
    fn property(&mut self, note: impl FnOnce(&mut Paragraph)) {
        if let Some(paragraph) = self.paragraph.as_mut().filter(|p| p.tag.is_none()) {
            note(paragraph);
        }
    }

    fn begin_cell(&mut self) {
        if let Some(cell) = self.cell.take() {
            self.sink.start(&cell);
        }
    }

    fn begin_paragraph(&mut self) {
        let Some(paragraph) = self.paragraph.as_mut().filter(|p| p.tag.is_none()) else {
            return;
        };
        let level = match paragraph.outline {
            Some(outline) => Some(outline).filter(|outline| *outline < 9),
            None => self.styles.outline(paragraph.style.as_deref()),
        };
        let tag = match level {
            Some(0) => "h1",
            Some(1) => "h2",
            Some(2) => "h3",
            Some(3) => "h4",
            Some(4) => "h5",
            Some(_) => "h6",
            // A bold line of a list may be a heading.
            None if paragraph.listed && !self.bold => "li",
            None => "p",
        };
        paragraph.tag = Some(tag);
        self.sink.start(&Tag::new(tag));
    }

    fn link(&mut self, target: Option<String>) {
        self.sink.start(&Tag {
            href: target,
            ..Tag::new("a")
        });
    }

    /// A field such as `HYPERLINK "https://…"`: instruction, then result.
    fn field(&mut self, mark: Option<&str>) {
        match mark {
            Some("begin") => self.field = Some(String::new()),
            Some("separate") => {
                let instruction = self.field.take().unwrap_or_default();
                let target = instruction
                    .trim_start()
                    .strip_prefix("HYPERLINK")
                    .and_then(|rest| rest.split('"').nth(1))
                    .filter(|target| target.contains(':'));
                if let Some(target) = target {
                    self.begin_paragraph();
                    self.link(Some(target.to_owned()));
                }
            }
            Some("end") => {
                self.field = None;
                self.sink.end("a");
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        if let Some(field) = self.field.as_mut().filter(|_| !self.in_text) {
            if field.len().saturating_add(text.len()) <= MAX_FIELD {
                field.push_str(text);
            }
        } else if self.is_shown() {
            self.begin_words();
            self.sink.text(text, at);
            self.end_words();
        }
    }

    fn characters(&mut self, text: &str, at: usize) {
        if self.is_shown() {
            self.begin_words();
            for c in text.chars() {
                self.sink.char(c, at);
            }
            self.end_words();
        } else if let Some(field) = self.field.as_mut().filter(|field| field.len() < MAX_FIELD) {
            field.push_str(text);
        }
    }

    fn is_shown(&self) -> bool {
        self.in_text && self.hidden == 0 && !self.invisible
    }

    fn begin_words(&mut self) {
        self.begin_cell();
        self.begin_paragraph();
        if self.bold {
            self.sink.start(&Tag::new("b"));
        }
    }

    fn end_words(&mut self) {
        if self.bold {
            self.sink.end("b");
        }
    }
}

#[cfg(test)]
mod tests;
