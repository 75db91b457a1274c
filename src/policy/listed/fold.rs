//! Names and texts made comparable: no case, no width, no spaces, no marks.

/// A text with nothing but its letters and digits, and the way back.
#[derive(Debug, Default)]
pub(super) struct Folded {
    pub text: String,
    /// For each byte of `text` the byte of the source where its character
    /// begins.
    from: Vec<usize>,
    end: usize,
}

impl Folded {
    pub fn of(source: &str) -> Self {
        let mut folded = Self {
            end: source.len(),
            ..Self::default()
        };
        for (at, c) in source.char_indices() {
            if let Some(c) = fold_char(c) {
                folded.text.push(c);
                folded.from.resize(folded.text.len(), at);
            }
        }
        folded
    }

    /// The byte of the source where the character at byte `at` begins.
    pub fn source(&self, at: usize) -> usize {
        self.from.get(at).copied().unwrap_or(self.end)
    }
}

/// Only letters and digits, in lower case and of one width.
pub(super) fn fold(text: &str) -> String {
    text.chars().filter_map(fold_char).collect()
}

fn fold_char(c: char) -> Option<char> {
    let c = narrow(c);
    c.is_alphanumeric()
        .then(|| c.to_lowercase().next().unwrap_or(c))
}

/// A full-width form as the plain character.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => u32::from(c)
            .checked_sub(0xfee0)
            .and_then(char::from_u32)
            .unwrap_or(c),
        _ => c,
    }
}

/// Words at the ends of a name that do not tell products apart.
const EDITION: [&str; 30] = [
    "sdk",
    "android",
    "安卓",
    "ios",
    "iphone",
    "鸿蒙",
    "harmonyos",
    "客户端",
    "移动端",
    "版本",
    "版",
    "端",
    "软件开发工具包",
    "开发工具包",
    "开发包",
    "组件",
    "插件",
    "模块",
    "服务",
    "功能",
    "平台",
    "软件",
    "第三方",
    "三方",
    "使用",
    "集成",
    "公司",
    "service",
    "services",
    "for",
];

/// A folded name, then the same without edition words and version numbers at
/// its ends, word by word; the last form is the barest.
pub(super) fn barer(folded: &str) -> Vec<&str> {
    let mut forms = vec![folded];
    let mut rest = folded;
    for _ in 0..8 {
        let stripped = EDITION.iter().find_map(|word| {
            rest.strip_suffix(word)
                .or_else(|| rest.strip_prefix(word))
                .filter(|bare| bare.chars().count() >= 2)
        });
        let numberless = rest.trim_end_matches(|c: char| c.is_ascii_digit());
        let numberless = numberless
            .strip_suffix('v')
            .filter(|_| numberless.len() < rest.len())
            .unwrap_or(numberless);
        rest = match stripped {
            Some(bare) => bare,
            None if numberless.len() < rest.len() && numberless.chars().count() >= 3 => numberless,
            None => break,
        };
        forms.push(rest);
    }
    forms
}

/// Whether a text has a Han character.
pub(super) fn has_han(text: &str) -> bool {
    text.chars().any(is_han)
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_spaces_and_marks_make_no_difference() {
        assert_eq!(fold("友盟+ Ｕ－Ａｐｐ（SDK）"), "友盟uappsdk");
        let folded = Folded::of("极光 推送");
        assert_eq!(folded.text, "极光推送");
        assert_eq!(folded.source("极光".len()), "极光 ".len());
    }

    #[test]
    fn editions_and_versions_go_word_by_word() {
        let forms = barer("极光推送sdk安卓版");
        assert!(forms.contains(&"极光推送"), "{forms:?}");
        assert_eq!(barer("微信opensdkv6824").last(), Some(&"微信open"));
        assert_eq!(barer("sdk"), ["sdk"]);
    }
}
