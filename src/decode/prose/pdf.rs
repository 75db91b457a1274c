//! PDF documents (ISO 32000-1), their text.
//!
//! Finds objects by looking through the file, follows the pages, reads what
//! they and the forms on them write through the tables of the fonts, and puts
//! lines, paragraphs and rows of tables together again. What it cannot read
//! as a whole it refuses with the reason. See
//! `docs/adr/0009-own-reader-for-pdf.md`.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Prose, Unread, plain};
use crate::decode::DecodeError;
use crate::decode::text::Text;
use crate::evidence::GapKind;

mod budget;
mod content;
mod file;
mod fonts;
mod glyphs;
mod lexer;
mod lines;
#[cfg(test)]
mod tests;

use budget::{Budget, Fault};
use content::{Fonts, Matrix};
use file::File;
use lexer::{Dict, Object};

/// Largest document, in bytes.
const LARGEST: usize = 16 << 20;
/// Most pages.
const MAX_PAGES: usize = 1000;
/// Longest text, in bytes.
const MAX_TEXT: usize = 4 << 20;
/// Fewest characters of a text; less is a scanned document.
const MIN_CHARS: usize = 50;
/// One character of so many may be unknown: marks of lists are.
const MAX_UNKNOWN: usize = 50;
const WHAT: &str = "PDF document";

/// A document that was read.
#[derive(Debug)]
pub(super) struct Document {
    pub prose: Prose,
    /// The text as it was put together, which the offsets lead to.
    pub text: Text,
    /// Where in it each page begins, in bytes.
    pub pages: Vec<usize>,
}

/// Whether a file is a PDF document: its mark is near its beginning.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    let head = bytes.get(..1024).unwrap_or(bytes);
    memchr::memmem::find(head, b"%PDF-").is_some()
}

/// Lays out a document.
///
/// # Errors
/// When it is encrypted, damaged, too large, scanned, or written with fonts
/// that do not say which characters they mean.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Unread> {
    let budget = Budget::default();
    let pages = if bytes.len() > LARGEST {
        budget.fail(GapKind::Limit, "is larger than the limit of 16 MiB")
    } else {
        pages(&File::new(bytes, &budget))
    };
    let unread = |(kind, why): Fault| Unread {
        kind,
        error: DecodeError::new(WHAT, why, 0),
    };
    if let Some(fault) = budget.fault() {
        return Err(unread(fault));
    }
    let (text, pages) = lines::write(pages.unwrap_or_default());
    if let Some(fault) = fault_of(&text) {
        return Err(unread(fault));
    }
    Ok(Document {
        prose: plain::read(&text),
        text: Text::of_unicode(&text),
        pages,
    })
}

/// What is wrong with the text as a whole.
fn fault_of(text: &str) -> Option<Fault> {
    let is_unknown = |c: &char| {
        let private = matches!(*c, '\u{E000}'..='\u{F8FF}');
        *c == char::REPLACEMENT_CHARACTER || private || (c.is_control() && !c.is_whitespace())
    };
    let chars = text.chars().filter(|c| !c.is_whitespace()).count();
    let unknown = text.chars().filter(is_unknown).count();
    if text.len() > MAX_TEXT {
        Some((GapKind::Limit, "is beyond the limit"))
    } else if chars < MIN_CHARS {
        Some((GapKind::Unsupported, "has no text, at most pictures of it"))
    } else if unknown.saturating_mul(MAX_UNKNOWN) > chars {
        let why = "has fonts that do not say which characters they mean";
        Some((GapKind::Unsupported, why))
    } else {
        None
    }
}

/// The rows of every page in order. The tree of pages is walked with a stack
/// of its own. None if the document has a fault.
fn pages(file: &File<'_>) -> Option<Vec<Vec<lines::Row>>> {
    let budget = file.budget;
    if file.is_encrypted() {
        return budget.fail(GapKind::Encrypted, "is encrypted");
    }
    let Some(root) = file.root() else {
        return budget.fail(GapKind::Malformed, "has no catalogue of pages");
    };
    let mut open = vec![(root.get("Pages")?.clone(), Rc::new(Inherited::new()))];
    let mut seen = BTreeSet::new();
    let mut fonts = Fonts::new();
    let mut pages = Vec::new();
    while let Some((node, mut inherited)) = open.pop() {
        if let Object::Ref(id) = node
            && !seen.insert(id)
        {
            return budget.fail(GapKind::Malformed, "has a page twice");
        }
        if pages.len() >= MAX_PAGES {
            return budget.exceed();
        }
        let Some(node) = file.dict(&node) else {
            return budget.fail(GapKind::Malformed, "lacks a page that it names");
        };
        for key in ["Resources", "Rotate"] {
            if let Some(own) = node.get(key) {
                Rc::make_mut(&mut inherited).insert(key.to_owned(), own.clone());
            }
        }
        match file.get(&node, "Kids") {
            Some(Object::Array(kids)) => {
                open.extend(
                    kids.into_iter()
                        .rev()
                        .map(|kid| (kid, Rc::clone(&inherited))),
                );
            }
            _ => pages.push(page(file, &mut fonts, &node, &inherited)?),
        }
        budget.object()?;
    }
    Some(pages)
}

/// What a page has from those above it in the tree, as long as it has none
/// of its own.
type Inherited = Dict;

fn page(
    file: &File<'_>,
    fonts: &mut Fonts,
    page: &Dict,
    inherited: &Inherited,
) -> Option<Vec<lines::Row>> {
    let streams = match page.get("Contents") {
        Some(contents) => match file.resolve(contents) {
            Some(Object::Array(all)) => all,
            _ => vec![contents.clone()],
        },
        None => Vec::new(),
    };
    let mut content = Vec::new();
    for stream in &streams {
        content.extend(file.stream(stream)?.1);
        content.push(b'\n');
    }
    let resources = file.get_dict(inherited, "Resources").unwrap_or_default();
    let shown = content::page(file, fonts, content, resources, turned(file, inherited));
    if shown.pieces.is_empty() && shown.has_pictures {
        let why = "has a page that is only a picture";
        return file.budget.fail(GapKind::Unsupported, why);
    }
    file.budget
        .fault()
        .is_none()
        .then(|| lines::rows(shown.pieces))
}

/// How a page is turned for reading.
fn turned(file: &File<'_>, inherited: &Inherited) -> Matrix {
    let turn = file.get(inherited, "Rotate").and_then(|turn| turn.number());
    let quarters = (turn.unwrap_or(0.0) / 90.0).rem_euclid(4.0);
    let (cos, sin) = match lexer::whole(quarters) {
        1 => (0.0, -1.0),
        2 => (-1.0, 0.0),
        3 => (0.0, 1.0),
        _ => (1.0, 0.0),
    };
    [cos, sin, -sin, cos, 0.0, 0.0]
}
