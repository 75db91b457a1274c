//! Bytes of a text file to Unicode, with a way back to the bytes.
//!
//! Order: byte order mark, declared charset (HTML `meta`, XML declaration),
//! strict UTF-8, UTF-16 without mark, GB18030 against Big5, and last a
//! statistical detector. Encoding names and labels are those of the WHATWG
//! Encoding Standard.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// A decoded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text, without a byte order mark, line ends as in the file.
    pub text: String,
    /// Name of the encoding: `UTF-8`, `gb18030`, `UTF-16LE`.
    pub encoding: &'static str,
    /// Whether a mark, a declaration that fits, or strict validity decided.
    /// If not, the encoding is a guess by frequency.
    pub certain: bool,
    /// Whether some bytes could not be decoded and became U+FFFD.
    pub repaired: bool,
    charset: &'static Encoding,
    lines: Vec<LineStart>,
    /// Size of the file in bytes.
    file_len: usize,
}

/// Where one line starts, in the text and in the file. Both in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LineStart {
    text: usize,
    file: usize,
}

/// How far into a file a charset declaration is looked for, in bytes: the
/// number the HTML standard gives.
const DECLARATION_WINDOW: usize = 1024;

/// Decodes a text file. Never fails: what no encoding explains becomes
/// U+FFFD and `repaired`.
pub fn decode(bytes: &[u8]) -> Text {
    if let Some((charset, mark)) = Encoding::for_bom(bytes) {
        return Text::new(bytes, mark, charset, true);
    }
    let utf8 = std::str::from_utf8(bytes).is_ok();
    if let Some(charset) = declared(bytes) {
        // Pages are saved as UTF-8 under an old GB 2312 declaration. Text
        // of another encoding is hardly ever valid UTF-8 beyond a few words.
        let charset = if utf8 && non_ascii(bytes) > 24 {
            UTF_8
        } else {
            charset
        };
        let text = Text::new(bytes, 0, charset, true);
        if !text.repaired {
            return text;
        }
    }
    if let Some(charset) = utf16_without_mark(bytes) {
        return Text::new(bytes, 0, charset, true);
    }
    if utf8 {
        return Text::new(bytes, 0, UTF_8, true);
    }
    if let Some(charset) = chinese(bytes) {
        return Text::new(bytes, 0, charset, false);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let charset = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    Text::new(bytes, 0, charset, false)
}

/// Whether the first 8 KiB look like no text in any encoding: control
/// characters, or NUL where UTF-16 would not have it.
pub fn looks_binary(bytes: &[u8]) -> bool {
    let head = bytes.get(..8192).unwrap_or(bytes);
    if Encoding::for_bom(head).is_some() || utf16_without_mark(head).is_some() {
        return false;
    }
    head.iter()
        .any(|b| matches!(b, 0x00..=0x08 | 0x0E..=0x1A | 0x1C..=0x1F))
}

impl Text {
    /// A text that was put together and never was bytes in another encoding.
    pub(crate) fn of_unicode(text: &str) -> Self {
        Self::new(text.as_bytes(), 0, UTF_8, true)
    }

    fn new(bytes: &[u8], mark: usize, charset: &'static Encoding, certain: bool) -> Self {
        // Windows code page 936 and GB 2312 are subsets of GB 18030.
        let charset = if charset == encoding_rs::GBK {
            GB18030
        } else {
            charset
        };
        let body = bytes.get(mark..).unwrap_or_default();
        let mut text = String::with_capacity(body.len());
        let mut lines = vec![LineStart {
            text: 0,
            file: mark,
        }];
        let mut repaired = false;
        let mut file = mark;
        for line in lines_of(body, charset) {
            let (decoded, errors) = if charset == UTF_16LE || charset == UTF_16BE {
                utf16(line, charset == UTF_16BE)
            } else {
                charset.decode_without_bom_handling(line)
            };
            repaired |= errors;
            text.push_str(&decoded);
            file = file.saturating_add(line.len());
            lines.push(LineStart {
                text: text.len(),
                file,
            });
        }
        // After a final line end no further line starts.
        if lines.len() > 1 {
            lines.pop();
        }
        Self {
            text,
            encoding: charset.name(),
            certain,
            repaired,
            charset,
            lines,
            file_len: bytes.len(),
        }
    }

    /// The offset in the file of the character at `offset` of `text`, both
    /// in bytes. Exact, unless the line it is in has undecodable bytes
    /// before it; then it may be off by as much as these are long.
    pub fn byte_offset(&self, offset: usize) -> u64 {
        let start = self.start_of(offset);
        let within = self
            .text
            .get(start.text..offset.min(self.text.len()))
            .unwrap_or_default();
        let width = if self.charset == UTF_8 {
            within.len()
        } else if self.charset == UTF_16LE || self.charset == UTF_16BE {
            within.encode_utf16().count().saturating_mul(2)
        } else {
            self.charset.encode(within).0.len()
        };
        // Bytes that could not be decoded are longer in the text than in the
        // file; the next line bounds the guess.
        let next = self.lines.partition_point(|line| line.file <= start.file);
        let end = self.lines.get(next).map_or(self.file_len, |line| line.file);
        start.file.saturating_add(width).min(end) as u64
    }

    /// The line, from 1, of the character at byte `offset` of `text`.
    pub fn line(&self, offset: usize) -> u32 {
        let count = self.lines.partition_point(|l| l.text <= offset);
        u32::try_from(count.max(1)).unwrap_or(u32::MAX)
    }

    fn start_of(&self, offset: usize) -> LineStart {
        let count = self.lines.partition_point(|l| l.text <= offset);
        self.lines
            .get(count.saturating_sub(1))
            .copied()
            .unwrap_or(LineStart { text: 0, file: 0 })
    }
}

/// The lines of a file, each with its line feed. In every multi-byte
/// encoding of the standard 0x0A is a line feed and never part of another
/// character, save in UTF-16.
fn lines_of<'a>(body: &'a [u8], charset: &'static Encoding) -> Vec<&'a [u8]> {
    if charset == UTF_16LE || charset == UTF_16BE {
        let feed: [u8; 2] = if charset == UTF_16LE {
            [0x0A, 0]
        } else {
            [0, 0x0A]
        };
        let mut lines = Vec::new();
        let mut rest = body;
        while !rest.is_empty() {
            let end = rest
                .chunks(2)
                .position(|unit| unit == feed)
                .map_or(rest.len(), |at| at.saturating_add(1).saturating_mul(2));
            let (line, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            lines.push(line);
            rest = after;
        }
        lines
    } else {
        body.split_inclusive(|b| *b == 0x0A).collect()
    }
}

fn utf16(line: &[u8], big: bool) -> (Cow<'_, str>, bool) {
    let odd = !line.len().is_multiple_of(2);
    let units = line.as_chunks::<2>().0.iter().map(|pair| {
        if big {
            u16::from_be_bytes(*pair)
        } else {
            u16::from_le_bytes(*pair)
        }
    });
    let mut errors = odd;
    let mut text: String = char::decode_utf16(units)
        .map(|unit| {
            unit.unwrap_or_else(|_| {
                errors = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    if odd {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    (Cow::Owned(text), errors)
}

/// The charset that the file itself names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..DECLARATION_WINDOW).unwrap_or(bytes);
    let head = head.to_ascii_lowercase();
    let label = if head.starts_with(b"<?xml") {
        let end = memchr::memmem::find(&head, b"?>").unwrap_or(head.len());
        label_after(head.get(..end)?, b"encoding")
    } else {
        None
    };
    let label = label.or_else(|| {
        let tag = memchr::memmem::find(&head, b"<meta")?;
        label_after(head.get(tag..)?, b"charset")
    })?;
    let charset = Encoding::for_label(&label)?;
    // A declaration that could be read as ASCII cannot be UTF-16.
    Some(if charset == UTF_16LE || charset == UTF_16BE {
        UTF_8
    } else {
        charset
    })
}

/// The value behind `name`, `=`, and an optional quote.
fn label_after(head: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let at = memchr::memmem::find(head, name)?;
    let rest = head.get(at.checked_add(name.len())?..)?;
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?;
    let label: Vec<u8> = rest
        .iter()
        .copied()
        .skip_while(|b| matches!(b, b'"' | b'\'' | b' '))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'))
        .take(40)
        .collect();
    (!label.is_empty()).then_some(label)
}

fn non_ascii(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| !b.is_ascii()).count()
}

/// UTF-16 shows by its units: nearly all are Han, ASCII or the punctuation
/// of both, and none is an unpaired surrogate.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..4096).unwrap_or(bytes);
    if head.len() < 8 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let plausible = |big: bool| {
        let (text, errors) = utf16(head, big);
        let mut usual = 0_usize;
        let mut ascii = 0_usize;
        let mut total = 0_usize;
        for c in text.chars() {
            total = total.saturating_add(1);
            if matches!(c, '\t' | '\n' | '\r' | ' '..='~') {
                ascii = ascii.saturating_add(1);
                usual = usual.saturating_add(1);
            } else if matches!(c, '\u{3000}'..='\u{303F}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF00}'..='\u{FF5E}' | '\u{2010}'..='\u{2026}')
            {
                usual = usual.saturating_add(1);
            }
        }
        // Some ASCII (line ends, digits) is what plain ASCII, read as
        // UTF-16, never has: two letters make one Han unit.
        !errors
            && usual.saturating_mul(100) >= total.saturating_mul(98)
            && ascii.saturating_mul(100) >= total
            && ascii > 0
    };
    if plausible(false) {
        Some(UTF_16LE)
    } else if plausible(true) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The most frequent characters of Chinese running text and of this
/// field, in both scripts.
const FREQUENT: &str = "的是不我您在有和人这個个信息隱隐私使用服務务資资訊权權收集第三方们們同意為为以及或其將将等中了一";

/// GB 18030 or Big5, whichever reads without error and has more of the
/// frequent characters.
fn chinese(bytes: &[u8]) -> Option<&'static Encoding> {
    [GB18030, BIG5]
        .into_iter()
        .filter_map(|charset| {
            let text = charset.decode_without_bom_handling_and_without_replacement(bytes)?;
            let (mut frequent, mut han) = (0_usize, 0_usize);
            for c in text.chars().filter(|c| !c.is_ascii()).take(20_000) {
                han = han.saturating_add(1);
                if FREQUENT.contains(c) {
                    frequent = frequent.saturating_add(1);
                }
            }
            // Running text has about one in four.
            (frequent.saturating_mul(20) >= han && han > 0).then_some((frequent, charset))
        })
        .max_by_key(|(frequent, _)| *frequent)
        .map(|(_, charset)| charset)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCE: &str =
        "隐私政策\n我们会收集您的个人信息，包括设备标识符。\n未经您同意，我们不会与第三方共享。\n";
    const TRADITIONAL: &str = "隱私權政策\n我們會收集您的個人資訊，包括裝置識別碼。\n未經您同意，我們不會與第三方分享。\n";

    fn encoded(charset: &'static Encoding, text: &str) -> Vec<u8> {
        if charset == UTF_16LE {
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        } else if charset == UTF_16BE {
            text.encode_utf16().flat_map(u16::to_be_bytes).collect()
        } else {
            charset.encode(text).0.into_owned()
        }
    }

    #[test]
    fn every_encoding_of_chinese_policies_is_recognised() {
        for (charset, source) in [
            (UTF_8, SENTENCE),
            (GB18030, SENTENCE),
            (BIG5, TRADITIONAL),
            (UTF_16LE, SENTENCE),
            (UTF_16BE, SENTENCE),
        ] {
            let text = decode(&encoded(charset, source));
            assert_eq!(text.text, source, "{}", charset.name());
            assert_eq!(text.encoding, charset.name());
            assert!(!text.repaired);
        }
    }

    #[test]
    fn a_byte_order_mark_decides_and_is_not_text() {
        let mut bytes = vec![0xEF, 0xBB, 0xBF];
        bytes.extend(SENTENCE.as_bytes());
        let text = decode(&bytes);
        assert_eq!(text.text, SENTENCE);
        assert_eq!(text.byte_offset(0), 3);

        let mut bytes = vec![0xFF, 0xFE];
        bytes.extend(encoded(UTF_16LE, "policy"));
        let text = decode(&bytes);
        assert_eq!((text.text.as_str(), text.encoding), ("policy", "UTF-16LE"));
        assert_eq!(text.byte_offset(3), 8);
    }

    #[test]
    fn a_declaration_is_believed_if_the_bytes_follow_it() {
        let page = |charset: &str| {
            format!(
                "<html><meta http-equiv=Content-Type content=\"text/html; charset={charset}\">{SENTENCE}"
            )
        };
        let text = decode(&encoded(GB18030, &page("gb2312")));
        assert_eq!(text.encoding, "gb18030");
        assert!(text.certain);
        assert!(text.text.contains("我们会收集"));

        // The template says GB 2312, the editor saved UTF-8.
        let text = decode(page("gb2312").as_bytes());
        assert_eq!(text.encoding, "UTF-8");
        assert!(text.text.contains("我们会收集"));

        // The template says UTF-8, the editor saved GBK.
        let text = decode(&encoded(GB18030, &page("utf-8")));
        assert_eq!(text.encoding, "gb18030");
        assert!(!text.certain);

        let xml = format!("<?xml version='1.0' encoding='GBK'?><p>{SENTENCE}</p>");
        assert_eq!(decode(&encoded(GB18030, &xml)).encoding, "gb18030");
    }

    #[test]
    fn every_character_leads_back_to_its_bytes_and_line() {
        for charset in [UTF_8, GB18030, UTF_16LE, UTF_16BE] {
            let bytes = encoded(charset, SENTENCE);
            let text = decode(&bytes);
            for (at, _) in SENTENCE.char_indices() {
                let expected = encoded(charset, &SENTENCE[..at]).len() as u64;
                assert_eq!(text.byte_offset(at), expected, "{} at {at}", charset.name());
            }
            let third = SENTENCE.find("未经").unwrap();
            assert_eq!(text.line(third), 3);
            assert_eq!(text.line(third - 1), 2);
            assert_eq!(text.line(0), 1);
            assert_eq!(text.line(SENTENCE.len()), 3);
        }
    }

    #[test]
    fn bad_bytes_are_repaired_and_do_not_shift_the_lines_after_them() {
        let mut bytes = b"<meta charset=utf-8>\xFF\xFE\xFF bad\n".to_vec();
        let good = bytes.len();
        bytes.extend(b"good line\n");
        let text = decode(&bytes);
        assert!(text.repaired || !text.certain);
        let at = text.text.find("good").unwrap();
        assert_eq!(text.byte_offset(at), good as u64);
        assert_eq!(text.line(at), 2);
        // In a line of bad bytes the place is a guess, but inside the file.
        let text = decode(&[0xFF; 40]);
        assert!(text.byte_offset(text.text.len()) <= 40);
    }

    #[test]
    fn english_is_never_taken_for_utf16_nor_binary_for_text() {
        let text = decode(b"We collect personal information. You may withdraw consent.\n ");
        assert_eq!((text.encoding, text.certain), ("UTF-8", true));
        assert!(looks_binary(b"\x7FELF\x02\x01\x01\0\0\0\0\0"));
        assert!(looks_binary(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"));
        assert!(!looks_binary(SENTENCE.as_bytes()));
        assert!(!looks_binary(&encoded(UTF_16LE, SENTENCE)));
        assert!(!looks_binary(&encoded(GB18030, SENTENCE)));
    }

    #[test]
    fn damaged_files_are_decoded_without_panic() {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).unwrap()
        };
        for charset in [UTF_8, GB18030, BIG5, UTF_16LE] {
            let bytes = encoded(charset, SENTENCE);
            for _ in 0..300 {
                let mut damaged = bytes[..next() % bytes.len()].to_vec();
                for _ in 0..next() % 4 {
                    if let Some(at) = (!damaged.is_empty()).then(|| next() % damaged.len()) {
                        damaged[at] = u8::try_from(next() % 256).unwrap();
                    }
                }
                let text = decode(&damaged);
                let _ = looks_binary(&damaged);
                for at in [0, text.text.len() / 2, text.text.len(), usize::MAX] {
                    // Nothing may point far outside: a repaired character
                    // is at most four bytes.
                    assert!(text.byte_offset(at) <= 4 * damaged.len() as u64 + 4);
                    assert!(text.line(at) >= 1);
                }
            }
        }
    }
}
