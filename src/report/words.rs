//! The words that reports use for kinds, in Chinese and English.

use crate::catalog::Lang;

/// The text of this language.
pub fn pick<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// Bytes for people: `41.3 MB` (decimal, as stores count).
pub fn size(bytes: u64) -> String {
    const STEPS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    for (step, unit) in STEPS {
        if bytes >= step {
            let tenths = bytes.saturating_mul(10) / step;
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
    }
    format!("{bytes} B")
}

/// A number with thousands separated.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of things in English.
pub fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_numbers_read_well() {
        assert_eq!(size(999), "999 B");
        assert_eq!(size(41_345_678), "41.3 MB");
        assert_eq!(number(61_204), "61,204");
        assert_eq!(counted(1, "risk", "risks"), "1 risk");
        assert_eq!(counted(0, "risk", "risks"), "0 risks");
        assert_eq!(number(7), "7");
        assert_eq!(number(1_000_000), "1,000,000");
    }
}
