//! The date of a text: of effect, of update or of publication.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Characters at the beginning and at the end in which a date can stand on
/// a line of its own, and in which a year is looked for.
const EDGE: usize = 300;

/// The first date that the text states as its own, as `YYYY-MM-DD`;
/// `YYYY-MM` if it names no day, `YYYY` if day and month cannot be told
/// apart (`01/05/2026`).
///
/// A date counts if a word such as 更新 or "effective" stands before it in
/// its line or on the line above, if 起, 生效 or the like follows at once,
/// or if it is a line of its own at the beginning or the end. A date
/// elsewhere is none: laws have dates too.
pub(super) fn date(text: &str) -> Option<String> {
    if !has_year(text) {
        return None;
    }
    let text = ascii_digits(text);
    // The day from which it holds goes before the day it was written.
    let mut before = [&EFFECT, &BEFORE].into_iter();
    before
        .find_map(|pattern| {
            pattern
                .captures_iter(&text)
                .find_map(|found| written(&found))
        })
        .or_else(|| {
            AFTER
                .captures_iter(&text)
                .filter(|found| !of_a_law(&text, found))
                .find_map(|found| written(&found))
        })
        .or_else(|| {
            edges(&text)
                .into_iter()
                .find_map(|edge| ALONE.captures_iter(edge).find_map(|found| written(&found)))
        })
}

/// Whether a year of this century stands at the beginning or at the end of
/// the text: what may be a date in a form that is not known.
pub(super) fn year_named(text: &str) -> bool {
    static YEAR: LazyLock<Regex> =
        LazyLock::new(|| compiled("20[0-9][0-9]|[２][０][０-９][０-９]|二[〇○零]"));
    edges(text).into_iter().any(|edge| YEAR.is_match(edge))
}

/// The first and the last 300 characters.
fn edges(text: &str) -> [&str; 2] {
    let head = text
        .char_indices()
        .nth(EDGE)
        .map_or(text, |(at, _)| text.get(..at).unwrap_or(text));
    let tail = text
        .char_indices()
        .rev()
        .nth(EDGE.saturating_sub(1))
        .map_or(text, |(at, _)| text.get(at..).unwrap_or(text));
    [head, tail]
}

fn has_year(text: &str) -> bool {
    text.contains("20") || text.contains('二') || text.contains('２')
}

/// Full-width digits as plain ones.
fn ascii_digits(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| ('０'..='９').contains(&c)) {
        return Cow::Borrowed(text);
    }
    let plain = |c: char| match u32::from(c).checked_sub(u32::from('０')) {
        Some(digit) => char::from_digit(digit, 10).unwrap_or(c),
        None => c,
    };
    Cow::Owned(text.chars().map(plain).collect())
}

/// Whether the date belongs to a law that the same clause names:
/// 《个人信息保护法》自2021年11月1日起施行.
fn of_a_law(text: &str, found: &Captures<'_>) -> bool {
    let start = found.get(0).map_or(0, |whole| whole.start());
    let before = text.get(..start).unwrap_or_default();
    let clause = before
        .rsplit(['。', '；', ';', '，', ',', '\n'])
        .next()
        .unwrap_or_default();
    ["法》", "条例》", "规定》", "办法》", "规范》", "标准》"]
        .iter()
        .any(|end| clause.contains(end))
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// A word of taking effect, then the date.
static EFFECT: LazyLock<Regex> = LazyLock::new(|| {
    let date = date_pattern();
    compiled(&format!(
        r"(?i)(?:生效|施行|effective|takes? effect|in effect|applies)[^\n。；;，,0-9]{{0,24}}?{date}"
    ))
});

/// A word that makes the date the text's own, then the date.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    let date = date_pattern();
    let word = "(?:更新|生效|发布|公布|修订|修改|施行|版本|最近|最新|發布|生效日|effective|updated?|revised|revision|modified|published|version|(?:last|most recently) (?:changed|amended)|applies|takes? effect|in effect|in force)";
    // Within the line, or at the start of the next one if the word ends
    // its line.
    let gap = r"(?:(?:[^\n。；;.]|\.[0-9]){0,24}?|[^\n。；;，,]{0,8}?\s*\n\s*)";
    compiled(&format!("(?i){word}{gap}{date}"))
});

/// The date, then a word that makes it the text's own.
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    let date = date_pattern();
    let effect = "(?:生效|施行|实施|执行|适用|更新|发布|修订|修改|公布|發布)";
    compiled(&format!(
        r"(?i){date}[】\]]?\s*日?\s*[起开]?始?\s*(?:正式)?{effect}"
    ))
});

/// A line that is a date.
static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    let date = date_pattern();
    compiled(&format!(
        r"(?im)^\s*[（(【\[]?\s*{date}[】\]]?\s*日?\s*版?\s*[）)】\]]?\s*$"
    ))
});

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("tested")
}

/// Ways to write a date. Groups are named by what they hold and the way.
fn date_pattern() -> String {
    let month = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
    let nth = "(?:st|nd|rd|th)?";
    let edge = r"(?-u:\b)";
    let ways = [
        // 2026年1月5日, 2026-01-05, 【2026】年【1】月【5】日
        r"(?P<y1>20[0-9]{2})\s*[】\]]?\s*[年./-]\s*[【\[]?\s*(?P<m1>[0-9]{1,2})\s*[】\]]?\s*[月./-]\s*[【\[]?\s*(?P<d1>[0-9]{1,2})".to_owned(),
        // 2026年1月
        r"(?P<y2>20[0-9]{2})\s*[】\]]?\s*年\s*[【\[]?\s*(?P<m2>[0-9]{1,2})\s*[】\]]?\s*月".to_owned(),
        // 20260105
        format!("{edge}(?P<y3>20[0-9]{{2}})(?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12][0-9]|3[01]){edge}"),
        // 二〇二六年一月五日
        "(?P<y4>二[〇○零][〇○零一二三四五六七八九]{2})年(?P<m4>[一二三四五六七八九十]{1,2})月(?:(?P<d4>[一二三四五六七八九十]{1,3})[日号])?".to_owned(),
        // January 5, 2026
        format!(r"{edge}(?P<m5>{month})\.?\s+(?P<d5>[0-9]{{1,2}}){nth},?\s+(?P<y5>20[0-9]{{2}})"),
        // 5 January 2026
        format!(r"{edge}(?P<d6>[0-9]{{1,2}}){nth}\s+(?:of\s+)?(?P<m6>{month})\.?,?\s+(?P<y6>20[0-9]{{2}})"),
        // January 2026
        format!(r"{edge}(?P<m7>{month})\.?,?\s+(?P<y7>20[0-9]{{2}}){edge}"),
        // 01/05/2026: either may be the month
        format!("{edge}(?P<e8>[0-9]{{1,2}})[/.-](?P<d8>[0-9]{{1,2}})[/.-](?P<y8>20[0-9]{{2}}){edge}"),
    ];
    format!(r"[【\[]?\s*(?:{})", ways.join("|"))
}

/// The date of a match, or none if there is no such day.
fn written(found: &Captures<'_>) -> Option<String> {
    let part = |name: &str| found.name(name).map(|part| part.as_str());
    let any = |names: &[&str]| names.iter().find_map(|name| part(name));
    let year = number(any(&["y1", "y2", "y3", "y4", "y5", "y6", "y7", "y8"])?)?;
    let day = any(&["d1", "d3", "d4", "d5", "d6", "d8"]).map(number);
    if let Some(first) = part("e8") {
        let (first, second) = (number(first)?, day??);
        return match (first <= 12, second <= 12) {
            (true, true) if first != second => Some(year.to_string()),
            (true, _) => in_calendar(year, first, Some(second)),
            (false, _) => in_calendar(year, second, Some(first)),
        };
    }
    let month = match any(&["m5", "m6", "m7"]) {
        Some(name) => month_named(name)?,
        None => number(any(&["m1", "m2", "m3", "m4"])?)?,
    };
    match day {
        Some(day) => in_calendar(year, month, Some(day?)),
        None => in_calendar(year, month, None),
    }
}

fn month_named(name: &str) -> Option<u32> {
    let name = name.to_ascii_lowercase();
    let at = MONTHS.iter().position(|known| name.starts_with(known))?;
    u32::try_from(at + 1).ok()
}

/// A number in digits, or in Chinese: 二〇二六 digit by digit, 二十一 up to 99.
fn number(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let digit = |c: char| match c {
        '〇' | '○' | '零' => Some(0),
        _ => "一二三四五六七八九"
            .chars()
            .position(|known| known == c)
            .and_then(|at| u32::try_from(at + 1).ok()),
    };
    if let Some((tens, ones)) = text.split_once('十') {
        let one = |text: &str, empty| match text.chars().next() {
            None => Some(empty),
            Some(c) => digit(c),
        };
        return Some(one(tens, 1)? * 10 + one(ones, 0)?);
    }
    text.chars()
        .try_fold(0, |number: u32, c| Some(number * 10 + digit(c)?))
}

fn in_calendar(year: u32, month: u32, day: Option<u32>) -> Option<String> {
    if !(1..=12).contains(&month) {
        return None;
    }
    match day {
        Some(day) => (1..=31)
            .contains(&day)
            .then(|| format!("{year}-{month:02}-{day:02}")),
        None => Some(format!("{year}-{month:02}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_counts_if_the_text_states_it_as_its_own() {
        for (text, expected) in [
            (
                "更新日期：2026年2月10日　生效日期：2026年3月1日",
                "2026-03-01",
            ),
            ("本政策最近更新于2025.1.5", "2025-01-05"),
            ("生效时间: 2024-12-31", "2024-12-31"),
            ("本政策自2026年1月1日起生效", "2026-01-01"),
            ("自2026年1月1日起生效。", "2026-01-01"),
            ("2026年1月1日生效", "2026-01-01"),
            (
                "依据《个人信息保护法》制定，本政策自2026年1月1日起施行",
                "2026-01-01",
            ),
            ("更新日期：\n2026年1月1日", "2026-01-01"),
            ("更新日期\n\n 2026年1月1日", "2026-01-01"),
            ("更新日期：二〇二六年一月一日", "2026-01-01"),
            ("示例公司\n二〇二五年十二月三十一日", "2025-12-31"),
            ("生效日期：二零二六年二月二十日", "2026-02-20"),
            ("更新日期：【2026】年【1】月【5】日", "2026-01-05"),
            ("更新日期：２０２６年１月５日", "2026-01-05"),
            ("更新日期：20260101", "2026-01-01"),
            ("版本更新20260101", "2026-01-01"),
            ("更新日期：2025年12月", "2025-12"),
            ("（2025年12月版）", "2025-12"),
            ("隐私政策\n2026年1月1日\n我们重视", "2026-01-01"),
            ("Last updated: January 5, 2026", "2026-01-05"),
            ("Last Updated:\nJanuary 5, 2026", "2026-01-05"),
            ("Last updated: March 2026", "2026-03"),
            ("Effective date: 3rd Sept. 2025", "2025-09-03"),
            ("Effective 2025/07/01", "2025-07-01"),
            ("Effective Date: 01/05/2026", "2026"),
            ("Effective Date: 25/12/2026", "2026-12-25"),
            ("Effective Date: 12/25/2026", "2026-12-25"),
            ("Effective Date: 05/05/2026", "2026-05-05"),
            ("This policy takes effect on 1 February 2026.", "2026-02-01"),
            ("This notice was last changed on May 2, 2025.", "2025-05-02"),
            ("Last amended 2 May 2025", "2025-05-02"),
            ("Version 1.2, January 5, 2026", "2026-01-05"),
        ] {
            assert_eq!(date(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_date_of_something_else_is_none() {
        for text in [
            "本政策自发布之日起生效。",
            "《个人信息保护法》（2021年8月20日通过）",
            "《个人信息保护法》自2021年11月1日起施行",
            "我们公司自2018年5月1日起提供服务",
            "生效日期：2026年13月40日",
            "We may update this policy from time to time. In May 2025 we moved.",
            "We were founded in May 2020 in Berlin.",
            "更新日期：\n其他。2021年1月1日",
            "电话：20260101234",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn a_year_at_the_edge_may_be_a_date_in_an_unknown_form() {
        let body = "我们重视您的隐私。".repeat(200);
        assert!(year_named(&format!("隐私政策 Stand 2026\n{body}")));
        assert!(year_named(&format!("{body}\n二〇二六")));
        assert!(!year_named(&format!("{body}2021年通过的法律{body}")));
        assert!(!year_named(""));
    }
}
