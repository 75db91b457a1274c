//! The words that reports use for kinds, in Chinese and English.

use crate::catalog::Lang;
use crate::evidence::{Gap, GapKind, Part};

/// The text of this language.
pub fn pick<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// A part of an app.
pub fn part(part: Part, lang: Lang) -> &'static str {
    let (zh, en) = match part {
        Part::Container => ("安装包结构", "package structure"),
        Part::Manifest => ("清单文件", "manifest"),
        Part::Resources => ("资源", "resources"),
        Part::Code => ("代码", "code"),
        Part::Native => ("原生库", "native libraries"),
        Part::Policy => ("隐私政策", "privacy policy"),
        Part::Signature => ("签名", "signature"),
    };
    pick(lang, zh, en)
}

/// What a gap means for the reader, in one sentence without full stop.
pub fn gap(gap: &Gap, lang: Lang) -> String {
    let part = part(gap.part, lang);
    let (zh, en) = match gap.kind {
        GapKind::Missing => ("不在包内", "is not in the package"),
        GapKind::Malformed => (
            "格式损坏，无法完整读取",
            "is malformed and could not be read in full",
        ),
        GapKind::Unsupported => ("格式暂不支持", "is in a format that is not supported yet"),
        GapKind::Encrypted => ("已加密，无法读取", "is encrypted"),
        GapKind::Limit => (
            "超出读取上限，未全部读取",
            "goes beyond a limit and was read only in part",
        ),
        GapKind::Packed => ("已加固，代码不可见", "is hidden by a packer"),
        GapKind::Remote => ("仅有链接，未联网读取", "is only linked; nothing is fetched"),
        GapKind::Opaque => (
            "为仅可见字符串的形式",
            "is in a form of which only strings can be read",
        ),
        GapKind::NotFound => ("未找到，也未另行提供", "was not found and not given"),
    };
    match lang {
        Lang::Zh => format!("{part}{zh}"),
        Lang::En => format!("{part} {en}"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_numbers_read_well() {
        assert_eq!(size(999), "999 B");
        assert_eq!(size(41_345_678), "41.3 MB");
        assert_eq!(number(61_204), "61,204");
        assert_eq!(number(7), "7");
        assert_eq!(number(1_000_000), "1,000,000");
    }
}
