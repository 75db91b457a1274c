//! From offsets in the decoded text to offsets in the file.

use encoding_rs::Encoding;

use crate::decode::text::Text;

/// Turns offsets of the text into offsets and lines of the file. Each step
/// costs only the way from the last one, so that a long line with many
/// elements stays linear.
pub(super) struct Places<'a> {
    text: &'a Text,
    /// The last offset asked for: in the text and in the file.
    last: (usize, u64),
}

impl<'a> Places<'a> {
    pub fn new(text: &'a Text) -> Self {
        Self {
            text,
            last: (0, text.byte_offset(0)),
        }
    }

    /// Offset in the file, and line from 1. Offsets are asked for in
    /// ascending order; one that is not costs a walk over its line.
    pub fn at(&mut self, offset: usize) -> (u64, u32) {
        let file = self.file_offset(offset);
        self.last = (offset, file);
        (file, self.text.line(offset))
    }

    /// Offset in the file, without remembering it.
    pub fn once(&self, offset: usize) -> usize {
        usize::try_from(self.file_offset(offset)).unwrap_or(usize::MAX)
    }

    fn file_offset(&self, offset: usize) -> u64 {
        let (from, file) = self.last;
        let Some(passed) = self.text.text.get(from..offset) else {
            return self.text.byte_offset(offset);
        };
        match passed.rfind('\n') {
            Some(feed) => {
                let line = from.saturating_add(feed).saturating_add(1);
                let rest = self.text.text.get(line..offset).unwrap_or_default();
                self.text.byte_offset(line).saturating_add(self.width(rest))
            }
            None => file.saturating_add(self.width(passed)),
        }
    }

    /// Bytes that a part of the text takes in the file.
    fn width(&self, text: &str) -> u64 {
        let width = match self.text.encoding {
            "UTF-8" => text.len(),
            "UTF-16LE" | "UTF-16BE" => text.encode_utf16().count().saturating_mul(2),
            other => match Encoding::for_label(other.as_bytes()) {
                Some(charset) => charset.encode(text).0.len(),
                None => text.len(),
            },
        };
        width as u64
    }
}
