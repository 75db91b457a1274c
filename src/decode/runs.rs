//! Texts in files whose format is not read: runs of characters.

/// A run of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run<T> {
    /// The text.
    pub text: T,
    /// Where it begins, in bytes.
    pub offset: usize,
}

/// Shortest run: of UTF-8 in bytes, of UTF-16 in units.
const MIN_UTF8: usize = 12;
const MIN_UTF16: usize = 4;

/// Runs of UTF-8 without control characters.
pub fn utf8(bytes: &[u8]) -> impl Iterator<Item = Run<&str>> {
    let mut at = 0_usize;
    bytes.utf8_chunks().flat_map(move |chunk| {
        let start = at;
        let (valid, invalid) = (chunk.valid(), chunk.invalid().len());
        at = at.saturating_add(valid.len()).saturating_add(invalid);
        let mut from = start;
        valid.split_inclusive(is_control).filter_map(move |part| {
            let offset = from;
            from = from.saturating_add(part.len());
            let text = part.strip_suffix(is_control).unwrap_or(part);
            (text.len() >= MIN_UTF8).then_some(Run { text, offset })
        })
    })
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

/// Runs of little-endian UTF-16 at even offsets that have Han characters;
/// other characters are ASCII, punctuation and full-width forms.
pub fn utf16(bytes: &[u8]) -> impl Iterator<Item = Run<String>> {
    let units = bytes.as_chunks::<2>().0;
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        loop {
            let rest = units.get(at..).filter(|rest| !rest.is_empty())?;
            let length = rest.iter().take_while(|unit| is_text(**unit)).count();
            let start = at;
            at = at.saturating_add(length).saturating_add(1);
            let run = rest.get(..length).unwrap_or_default();
            if length < MIN_UTF16 || !run.iter().any(|unit| is_han(u16::from_le_bytes(*unit))) {
                continue;
            }
            let units = run.iter().map(|unit| u16::from_le_bytes(*unit));
            return Some(Run {
                text: char::decode_utf16(units).flatten().collect(),
                offset: start.saturating_mul(2),
            });
        }
    })
}

const fn is_han(unit: u16) -> bool {
    matches!(unit, 0x4E00..=0x9FFF)
}

const fn is_text(unit: [u8; 2]) -> bool {
    let unit = u16::from_le_bytes(unit);
    is_han(unit)
        || matches!(
            unit,
            0x09 | 0x0A | 0x0D | 0x20..=0x7E | 0xA0..=0xFF | 0x2010..=0x203B | 0x2460..=0x24FF
                | 0x3000..=0x303F | 0xFF00..=0xFFEF
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_between_other_bytes_is_found() {
        let bytes = b"\0\xFFshort\0\xE9\x9A\x90\xE7\xA7\x81 policy text\0\x01a longer text\xFF";
        let found: Vec<_> = utf8(bytes).map(|run| (run.text, run.offset)).collect();
        assert_eq!(found, [("隐私 policy text", 8), ("a longer text", 28)]);
    }

    #[test]
    fn utf16_is_found_if_it_is_chinese() {
        let mut bytes = vec![0, 0, 1, 2];
        for text in ["我们收集 IMEI。", "\0", "no Chinese here", "\0"] {
            bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        }
        let found: Vec<_> = utf16(&bytes).map(|run| (run.text, run.offset)).collect();
        assert_eq!(found, [("我们收集 IMEI。".to_owned(), 4)]);
        assert_eq!(utf16(&[0x2D]).count(), 0);
    }
}
