//! Plain text: a line is a block. Tables are lines of cells that tabs or
//! bars keep apart.

use super::{BlockKind, Builder, Prose, headings};

/// Most cells of a row.
const MAX_CELLS: usize = 20;

/// Lays out plain text. Lines that begin with `#` to `######` and a space
/// are headings, as in Markdown.
pub fn read(text: &str) -> Prose {
    let mut builder = Builder::default();
    let mut lines = Vec::new();
    let mut at = 0_usize;
    for line in text.split_inclusive(['\n', '\r', '\u{2028}', '\u{0B}', '\u{0C}']) {
        if !line.trim().is_empty() {
            lines.push((at, line));
        }
        at = at.saturating_add(line.len());
    }
    let mut rest = lines.as_slice();
    while let Some(((at, line), after)) = rest.split_first() {
        let rows = rows_of_table(rest);
        if let Some((table, after)) = rows.and_then(|(separator, rows)| {
            let (table, after) = rest.split_at_checked(rows)?;
            Some(((separator, table), after))
        }) {
            write_table(&mut builder, table.0, table.1);
            rest = after;
            continue;
        }
        let (kind, words) = match marked_heading(line) {
            Some((level, words)) => (BlockKind::Heading(level), words),
            None => (BlockKind::Paragraph, *line),
        };
        builder.block(kind);
        let skipped = line.len().saturating_sub(words.len());
        builder.push(words, at.saturating_add(skipped));
        rest = after;
    }
    let mut prose = builder.finish();
    headings::mark(&mut prose, &[]);
    prose
}

/// `## Title`: the level, and what follows the mark. A single `#` needs a
/// space, or else it is a `#topic`.
fn marked_heading(line: &str) -> Option<(u8, &str)> {
    let words = line.trim_start_matches('#');
    let level = u8::try_from(line.len().saturating_sub(words.len())).ok()?;
    let is_mark = (2..=6).contains(&level) || (level == 1 && words.starts_with([' ', '\t']));
    is_mark.then_some((level, words))
}

/// What keeps the cells of the first line apart and how many lines have as
/// many of it, if they make a table.
fn rows_of_table(lines: &[(usize, &str)]) -> Option<(char, usize)> {
    let (_, first) = lines.first()?;
    ['\t', '|', '｜'].into_iter().find_map(|separator| {
        let count = separators(first, separator);
        if !(2..MAX_CELLS).contains(&count) {
            return None;
        }
        let rows = lines
            .iter()
            .take_while(|(_, line)| separators(line, separator) == count)
            .count();
        (rows >= 2).then_some((separator, rows))
    })
}

fn separators(line: &str, separator: char) -> usize {
    line.trim_matches(['\n', '\r', ' '])
        .chars()
        .filter(|c| *c == separator)
        .count()
}

fn write_table(builder: &mut Builder, separator: char, rows: &[(usize, &str)]) {
    builder.table();
    for (at, line) in rows {
        // A line of dashes below the head.
        if line
            .chars()
            .all(|c| matches!(c, '-' | ':' | '|' | ' ' | '+' | '\n' | '\r'))
        {
            continue;
        }
        builder.row(false);
        // Bars at the ends frame the row.
        let framed = separator != '\t';
        let inner = if framed {
            line.trim_matches(|c: char| c.is_whitespace())
                .trim_matches(separator)
        } else {
            line
        };
        let lead = line.find(inner).unwrap_or(0);
        let mut at = at.saturating_add(lead);
        for cell in inner.split(separator) {
            builder.cell(1, 1);
            builder.push(cell, at);
            at = at
                .saturating_add(cell.len())
                .saturating_add(separator.len_utf8());
        }
    }
    builder.end_table();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        super::super::tests::shown(&read(text))
    }

    #[test]
    fn numbers_make_headings_and_levels() {
        assert_eq!(
            shown(
                "示例隐私政策\n更新日期：2026年1月1日\n一、我们如何收集信息\n（一）注册与登录\n您注册时，我们收集手机号。\n\
                 1. 账号信息\n我们收集您的昵称与头像。\n1.1 头像\n用于展示。\n第二条 适用范围\n本政策适用于示例应用。\n\
                 二、如何联系我们\n您可以发邮件至 a@example.com。\n"
            ),
            [
                "h1 示例隐私政策",
                "p 更新日期：2026年1月1日",
                "h2 一、我们如何收集信息",
                "h3 （一）注册与登录",
                "p 您注册时，我们收集手机号。",
                "h4 1. 账号信息",
                "p 我们收集您的昵称与头像。",
                "h5 1.1 头像",
                "p 用于展示。",
                "h2 第二条 适用范围",
                "p 本政策适用于示例应用。",
                "h2 二、如何联系我们",
                "p 您可以发邮件至 a@example.com。",
            ]
        );
        assert_eq!(
            shown(
                "Privacy Policy\nWe respect your privacy and tell you here what we do.\nHow we use data\n\
                 We use the data that you give us to run the service.\n1. Information we collect\n\
                 We collect your name.\nSection 2. Your rights\nYou may ask us to delete your data at any time."
            ),
            [
                "h1 Privacy Policy",
                "p We respect your privacy and tell you here what we do.",
                "h5 How we use data",
                "p We use the data that you give us to run the service.",
                "h4 1. Information we collect",
                "p We collect your name.",
                "h2 Section 2. Your rights",
                "p You may ask us to delete your data at any time.",
            ]
        );
    }

    #[test]
    fn a_list_of_short_items_is_evidence_and_no_chain_of_headings() {
        assert_eq!(
            shown(
                "我们收集以下信息：\n1. 设备型号\n2. 操作系统版本\n3. IMEI\n以上信息用于安全风控，未经同意不会共享。\n\
                 （1）手机号码\n（2）头像\n• 位置信息\n- 通讯录\n① 我们会向您发送验证码。"
            ),
            [
                "p 我们收集以下信息：",
                "li 1. 设备型号",
                "li 2. 操作系统版本",
                "li 3. IMEI",
                "p 以上信息用于安全风控，未经同意不会共享。",
                "li （1）手机号码",
                "li （2）头像",
                "li • 位置信息",
                "li - 通讯录",
                "li ① 我们会向您发送验证码。",
            ]
        );
    }

    #[test]
    fn a_table_of_contents_is_known_by_its_lines_coming_again() {
        assert_eq!(
            shown(
                "1. 信息的收集\n2. 账号注销 ...... 5\n1. 信息的收集\n我们收集设备信息。\n2. 账号注销\n您可以在设置中注销。"
            ),
            [
                "h4 1. 信息的收集",
                "h4 2. 账号注销 ...... 5",
                "h4 1. 信息的收集",
                "p 我们收集设备信息。",
                "h4 2. 账号注销",
                "p 您可以在设置中注销。",
            ]
        );
    }

    #[test]
    fn lines_with_the_same_separators_are_a_table() {
        let text = "SDK名称\t公司\t用途\n推送\t甲公司\t消息推送\n\n统计|乙公司\n| 名称 | 用途 |\n|---|---|\n| 地图 | 定位 |\n";
        let prose = read(text);
        assert_eq!(
            super::super::tests::shown(&prose),
            [
                "tr SDK名称|公司|用途",
                "tr 推送|甲公司|消息推送",
                "p 统计|乙公司",
                "tr 名称|用途",
                "tr 地图|定位",
            ]
        );
        assert_eq!(prose.tables.len(), 2);
        for word in ["甲公司", "乙公司", "定位"] {
            let at = prose.text.find(word).unwrap();
            assert_eq!(prose.source(at), text.find(word).unwrap(), "{word}");
        }
    }

    #[test]
    fn long_texts_take_no_longer_for_their_length() {
        for line in ["1. a\n", "一、\n", "\t\t\n", "a|b|c\n", "(((((", "# #"] {
            let text = line.repeat(50_000);
            assert!(read(&text).text.len() <= text.len());
        }
    }
}
