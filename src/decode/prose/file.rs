//! A document file of any format that is read.

use super::{Prose, docx, html, markdown, of_text, pdf};
use crate::decode::DecodeError;
use crate::decode::text::{self, Text};
use crate::evidence::{GapKind, Place};

/// A document that was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// The text.
    pub prose: Prose,
    /// What its offsets lead to.
    pub source: Source,
}

/// What the offsets of a text lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The part inside the file that has the text: `word/document.xml`.
    pub inner: Option<&'static str>,
    /// The file, or the part of it, decoded; of a PDF document the text as it
    /// was put together.
    pub decoded: Text,
    /// Where in it the pages of a PDF document begin; empty for others.
    pub pages: Vec<usize>,
}

impl Source {
    /// The place of byte `offset` of the source of the file at `place`.
    pub fn place(&self, place: &Place, offset: usize) -> Place {
        if !self.pages.is_empty() {
            let page = self.pages.partition_point(|start| *start <= offset);
            return Place {
                locator: Some(format!("page {page}")),
                ..place.clone()
            };
        }
        let byte = self.decoded.byte_offset(offset);
        let place = place.clone().offset(byte);
        match self.inner {
            // A word processor writes the whole text in one line.
            Some(inner) => Place {
                file: format!("{}!/{inner}", place.file),
                ..place
            },
            None => place.line(self.decoded.line(offset)),
        }
    }
}

/// Why a document was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What this means for the search.
    pub kind: GapKind,
    /// What is wrong.
    pub error: DecodeError,
}

/// Reads a document, by its content first and by the extension of its name
/// where the content leaves it open.
///
/// # Errors
/// When the format is not read, or the file does not follow it.
pub fn read(bytes: &[u8], name: &str) -> Result<Read, Unread> {
    if bytes.starts_with(b"PK\x03\x04") {
        let (prose, decoded) = docx::read(bytes).map_err(|error| Unread {
            kind: GapKind::Malformed,
            error,
        })?;
        let source = Source {
            inner: Some(docx::DOCUMENT),
            decoded,
            pages: Vec::new(),
        };
        return Ok(Read { prose, source });
    }
    if pdf::is_pdf(bytes) {
        let document = pdf::read(bytes)?;
        let source = Source {
            inner: None,
            decoded: document.text,
            pages: document.pages,
        };
        return Ok(Read {
            prose: document.prose,
            source,
        });
    }
    if let Some((what, why)) = refused(bytes) {
        return Err(Unread {
            kind: GapKind::Unsupported,
            error: DecodeError::new(what, why, 0),
        });
    }
    let decoded = text::decode(bytes);
    let prose = of_named(&decoded.text, name);
    let source = Source {
        inner: None,
        decoded,
        pages: Vec::new(),
    };
    Ok(Read { prose, source })
}

/// Formats that are known and not read.
fn refused(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        Some((
            "word-processor document",
            "is of the old binary format, which is not read",
        ))
    } else if bytes.starts_with(b"{\\rtf") {
        Some(("RTF document", "is of a format that is not read"))
    } else if text::looks_binary(bytes) {
        Some(("file", "is no text"))
    } else {
        None
    }
}

/// Lays out a decoded text in the format that it shows or that its name
/// promises.
fn of_named(text: &str, name: &str) -> Prose {
    let start: String = text.trim_start().chars().take(16).collect();
    let start = start.to_ascii_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        return html::read(text);
    }
    let extension = name.rsplit('.').next().unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "md" | "mdx" | "markdown" => markdown::read(text),
        "htm" | "html" | "xhtml" => html::read(text),
        _ => of_text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::BlockKind;
    use super::*;

    fn kinds(bytes: &[u8], name: &str) -> Vec<BlockKind> {
        let read = read(bytes, name).unwrap();
        read.prose.blocks.iter().map(|block| block.kind).collect()
    }

    #[test]
    fn content_decides_and_then_the_name() {
        const P: BlockKind = BlockKind::Paragraph;
        const H: BlockKind = BlockKind::Heading(1);
        let cases: [(&[u8], &str, &[BlockKind]); 6] = [
            (b"<html><h1>A</h1>b.</html>", "privacy.md", &[H, P]),
            (b"# A\n\nWe <b>use</b> it.", "privacy.md", &[H, P]),
            (b"# A\n\nWe use it.", "privacy.txt", &[H, P]),
            (b"<h1>A</h1><p>We use it.", "privacy", &[H, P]),
            (b"We use it.\nWe keep it.", "privacy.html", &[P, P]),
            (b"Policy\nWe keep it.", "PRIVACY.TXT", &[H, P]),
        ];
        for (bytes, name, expected) in cases {
            assert_eq!(kinds(bytes, name), expected, "{name}");
        }
    }

    #[test]
    fn a_quote_is_placed_in_the_bytes_of_the_file() {
        let text = "<p>隐私</p>\n<p>我们&amp;您 收集</p>";
        let bytes = encoding_rs::GBK.encode(text).0.into_owned();
        let read = read(&bytes, "a.html").unwrap();
        assert_eq!(read.source.decoded.encoding, "gb18030");
        let at = read.prose.text.find("收集").unwrap();
        let offset = read.prose.source(at);
        let place = read.source.place(&Place::file("assets/a.html"), offset);
        let before = encoding_rs::GBK
            .encode(text.split_once("收集").unwrap().0)
            .0
            .len();
        assert_eq!((place.line, place.offset), (Some(2), Some(before as u64)));
        assert_eq!(place.file, "assets/a.html");
    }

    #[test]
    fn what_is_not_read_says_what_it_is() {
        for (bytes, what) in [
            (&b"%PDF-1.7"[..], "PDF document"),
            (b"\n%PDF-1.4\n", "PDF document"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1", "word-processor document"),
            (b"{\\rtf1 a}", "RTF document"),
            (b"PK\x03\x04", "word-processor document"),
            (b"\0\x01\x02\x03", "file"),
        ] {
            assert_eq!(read(bytes, "a.txt").unwrap_err().error.what, what);
        }
    }
}
