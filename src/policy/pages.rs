//! Texts that code draws line by line, put together again: a policy that
//! was compiled into many small strings becomes one text.

use std::collections::VecDeque;
use std::ops::Range;

use super::names::names;
use crate::decode::prose::html;

/// Furthest that two lines of one page stand apart, in bytes: what draws a
/// line, with its styles, lies between.
const MAX_BETWEEN: usize = 800;
/// What a word of running policy text counts for a line, and what each of
/// its characters, up to a limit, and the line itself count against it.
const WORD: i64 = 15;
const MAX_AGAINST: i64 = 160;
const LINE: i64 = 6;
/// Loss after which a page has ended: about 60 labels of a user interface.
const MAX_LOSS: i64 = 1500;
/// Most characters after the last line that speaks for a policy, at the end
/// of a run: the address of the company, not the rest of the screens.
const MAX_TAIL: usize = 400;
/// Lines before the first telling one: titles and dates.
const MAX_LEAD: usize = 3;
/// Longest title, in characters.
const MAX_TITLE: usize = 40;
/// Length in characters of a string that is a text of its own.
const WHOLE: usize = 2000;
/// Shortest text, in characters.
const SHORTEST: usize = 200;
/// Length of a text after which another title begins another text.
const SETTLED: usize = 600;
/// Longest text, in characters.
const MAX_PAGE: usize = 512 * 1024;

/// A text put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// Its lines, or a whole text with its markup.
    pub text: String,
    /// Where its first line stands, in bytes.
    pub offset: usize,
}

/// Takes the strings of a file in order and gives its texts.
#[derive(Debug, Default)]
pub(super) struct Pages {
    open: Vec<Line>,
    chars: usize,
    score: i64,
    best: i64,
    /// Lines up to the best score.
    best_lines: usize,
    /// Titles that may begin a text.
    lead: VecDeque<Line>,
    last: usize,
    done: Vec<Page>,
}

#[derive(Debug)]
struct Line {
    text: String,
    offset: usize,
    chars: usize,
    chinese: bool,
    score: i64,
}

impl Pages {
    /// The next string: `offset` is its place, `at` where it is used, which
    /// is what tells whether two strings are neighbours.
    pub fn add(&mut self, text: &str, offset: usize, at: Range<usize>) {
        let Some(line) = Line::of(text, offset) else {
            return;
        };
        let apart = at.start.saturating_sub(self.last) > MAX_BETWEEN;
        self.last = at.end;
        if apart {
            self.flush();
        }
        if line.chars >= WHOLE {
            self.flush();
            self.done.push(Page {
                text: text.to_owned(),
                offset,
            });
            return;
        }
        if self.begins_another(&line) {
            self.flush();
        }
        self.push(line);
    }

    /// The texts, in order.
    pub fn finish(mut self) -> Vec<Page> {
        self.flush();
        self.done
    }

    fn begins_another(&self, line: &Line) -> bool {
        let Some(first) = self.open.first() else {
            return false;
        };
        let other_language = line.chars >= MAX_TITLE && line.chinese != first.chinese;
        let agreement = self.chars >= SETTLED
            && line.chars <= MAX_TITLE
            && ["协议", "条款", "Agreement", "Service", "Terms of Use"]
                .iter()
                .any(|end| line.text.ends_with(end))
            && !names().labels.is_match(&line.text);
        other_language || agreement || self.chars > MAX_PAGE
    }

    fn push(&mut self, line: Line) {
        if self.open.is_empty() {
            if line.score <= 0 {
                if line.chars <= MAX_TITLE {
                    self.lead.push_back(line);
                    if self.lead.len() > MAX_LEAD {
                        self.lead.pop_front();
                    }
                } else {
                    self.lead.clear();
                }
                return;
            }
            self.open.extend(self.lead.drain(..));
            self.chars = self.open.iter().map(|line| line.chars).sum();
        }
        self.chars = self.chars.saturating_add(line.chars);
        self.score = self.score.saturating_add(line.score);
        self.open.push(line);
        if self.score >= self.best {
            self.best = self.score;
            self.best_lines = self.open.len();
        } else if self.score < 0 && self.chars < SHORTEST {
            // No text yet, but maybe its title and date.
            let from = self.open.len().saturating_sub(MAX_LEAD);
            let titles = self.open.drain(from..);
            self.lead = titles.filter(|line| line.chars <= MAX_TITLE).collect();
            self.close();
        } else if self.score < 0 || self.best.saturating_sub(self.score) > MAX_LOSS {
            self.open.truncate(self.best_lines);
            self.close();
        }
    }

    /// The strings that follow are not neighbours of those before.
    fn flush(&mut self) {
        let tail: usize = self
            .open
            .iter()
            .skip(self.best_lines)
            .map(|line| line.chars)
            .sum();
        if tail > MAX_TAIL {
            self.open.truncate(self.best_lines);
        }
        self.close();
        self.lead.clear();
    }

    fn close(&mut self) {
        let chars: usize = self.open.iter().map(|line| line.chars).sum();
        if let Some(first) = self.open.first().filter(|_| chars >= SHORTEST) {
            let lines: Vec<&str> = self.open.iter().map(|line| line.text.as_str()).collect();
            self.done.push(Page {
                text: lines.join("\n"),
                offset: first.offset,
            });
        }
        self.open.clear();
        (self.chars, self.score, self.best, self.best_lines) = (0, 0, 0, 0);
    }
}

impl Line {
    /// A string as a line of text; none if it is a name, a style or code.
    fn of(text: &str, offset: usize) -> Option<Self> {
        if !is_text(text) {
            return None;
        }
        let text = if text.contains(['<', '&']) {
            html::read(text).text
        } else {
            text.trim().to_owned()
        };
        let chars = text.chars().count();
        let against = i64::try_from(chars).unwrap_or(i64::MAX).min(MAX_AGAINST) + LINE;
        let words = names().running.find_iter(&text).take(200).count();
        let score = i64::try_from(words).unwrap_or(0) * WORD - against;
        Some(Self {
            chinese: text.chars().any(is_han),
            text,
            offset,
            chars,
            score,
        })
        .filter(|line| line.chars > 0)
    }
}

/// Whether a person would read it: Chinese, English words, or a telephone
/// number or an address as they stand in contacts.
pub(super) fn is_text(text: &str) -> bool {
    let (mut han, mut letters, mut digits, mut spaces, mut all) = (0_usize, 0, 0, 0, 0_usize);
    for c in text.chars().take(4000) {
        all += 1;
        match c {
            _ if is_han(c) => han += 1,
            '0'..='9' => digits += 1,
            _ if c.is_alphabetic() => letters += 1,
            _ if c.is_whitespace() => spaces += 1,
            _ => {}
        }
    }
    if han > 0 {
        return han >= 2;
    }
    let words = spaces >= 1 && (letters + spaces) * 100 >= all * 85;
    let sentence = words && spaces >= 3 && all >= 20;
    let title = words && text.starts_with(|c: char| c.is_uppercase());
    let markup = text.starts_with('<') && all >= SHORTEST;
    let contact = all <= 64
        && ((text.contains('@') && text.contains('.') && letters >= 5 && spaces == 0)
            || (digits >= 7 && digits * 3 >= all * 2));
    sentence || title || markup || contact
}

fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [&str; 12] = [
        "示例应用隐私政策",
        "更新日期：2026年1月2日",
        "我们非常重视您的个人信息与隐私保护。",
        "一、我们收集的信息",
        "注册时，我们会收集您的手机号码，用于创建账号和保障账号安全。",
        "为了统计崩溃，我们会收集设备信息，包括设备型号和系统版本。",
        "二、共享",
        "未经您的同意，我们不会向第三方共享您的个人信息，法律另有规定的除外。",
        "三、您的权利",
        "您可以查阅、更正、删除您的个人信息，注销账号，撤回同意，我们会在十五个工作日内答复您。",
        "四、联系我们，我们会尽快处理您的投诉和关于个人信息的请求，并把结果告诉您。",
        "kefu@example.cn",
    ];

    fn pages(strings: &[(&str, usize)]) -> Vec<Page> {
        let mut pages = Pages::default();
        let mut at = 0;
        for (text, between) in strings {
            at += between;
            pages.add(text, at, at..at + text.len());
            at += text.len();
        }
        pages.finish()
    }

    #[test]
    fn a_policy_drawn_line_by_line_is_one_text() {
        let mut strings = vec![
            ("首页", 100),
            ("view", 20),
            ("设置", 40),
            ("关于我们", 5000),
        ];
        for line in LINES {
            strings.push(("text-item", 30));
            strings.push((line, 60));
        }
        strings.extend([("我的订单", 3000), ("购物车", 50)]);
        let found = pages(&strings);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].text,
            format!("关于我们\n{}", LINES.join("\n")),
            "with a title before it and the address after it"
        );
    }

    #[test]
    fn labels_of_the_screens_around_it_are_no_part_of_it() {
        let label = ("保存到相册", 30);
        let mut strings = vec![label; 300];
        strings.extend(LINES.map(|line| (line, 40)));
        strings.extend(vec![label; 300]);
        let found = pages(&strings);
        assert_eq!(found.len(), 1);
        assert!(found[0].text.contains("更新日期"), "{}", found[0].text);
        assert!(found[0].text.ends_with("告诉您。"), "{}", found[0].text);
    }

    #[test]
    fn screens_alone_are_no_text() {
        let labels = [
            "登录",
            "请输入您的密码",
            "我们",
            "同意",
            "修改密码成功",
            "网络错误，请稍后再试",
        ];
        let strings: Vec<(&str, usize)> = (0..600).map(|n| (labels[n % 6], 30)).collect();
        assert_eq!(pages(&strings), []);
    }

    #[test]
    fn two_languages_are_two_texts() {
        let english = "We collect the personal information that you give us when you use our services, and we share it with third parties only with your consent.";
        let mut strings = LINES.map(|line| (line, 10)).to_vec();
        strings.extend([(english, 10); 3]);
        let found = pages(&strings);
        assert_eq!(found.len(), 2);
        assert!(found[1].text.starts_with("We collect"));
    }

    #[test]
    fn a_long_string_is_a_text_of_its_own() {
        let page = format!(
            "<h1>隐私政策</h1><p>{}</p>",
            "我们收集您的信息。".repeat(300)
        );
        let found = pages(&[(page.as_str(), 10), (page.as_str(), 10)]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].text, page, "tables and links in it are read later");
    }

    #[test]
    fn names_styles_and_code_are_no_text() {
        for text in [
            "text-item",
            "utf-8",
            "padding: 0 10px",
            "function(e){return e.a}",
            "https://a.cn/x",
            "1.0.2",
        ] {
            assert!(!is_text(text), "{text}");
        }
        for text in ["隐私", "Privacy Policy", "010-12345678", "a@example.cn"] {
            assert!(is_text(text), "{text}");
        }
    }
}
