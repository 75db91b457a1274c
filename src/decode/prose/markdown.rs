//! Markdown, and MDX: Markdown with HTML and components of JSX in it.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::html::{self, Hidden};
use super::layout::{self, Sink, laid_out};
use super::{Prose, plain};

mod jsx;

/// Largest text that is read as Markdown, in bytes; a larger one is read
/// line by line.
const LARGEST: usize = 8 << 20;

/// Lays out Markdown.
pub fn read(text: &str) -> Prose {
    if text.len() > LARGEST {
        return plain::read(text);
    }
    let masked = jsx::masked(text);
    laid_out(|sink| Reader::new(text, &masked, sink).read())
}

/// Whether a text without a telling name is Markdown: it has a heading with
/// `#`, or a table with its line of dashes.
pub fn is_markdown(text: &str) -> bool {
    let start = text.trim_start();
    !start.starts_with('<')
        && text.lines().take(400).any(|line| {
            let title = line.trim_start_matches('#');
            let level = line.len().saturating_sub(title.len());
            let heading = (1..=6).contains(&level) && title.starts_with(' ');
            let dashes = line.trim().len() >= 7
                && line.contains("---")
                && line.contains('|')
                && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '));
            heading || dashes
        })
}

/// Turns the events of Markdown into tags.
struct Reader<'a> {
    /// The text as it is, and with what is no text blanked out. Both have
    /// the same offsets.
    text: &'a str,
    masked: &'a str,
    sink: &'a mut dyn Sink,
    hidden: Hidden,
    /// Inside the alternative text of an image, a front matter or a piece
    /// of HTML that is read as a whole.
    silent: usize,
    /// Inside a block of code that is really HTML set in.
    set_in: bool,
    /// The item of a numbered list has no words yet but its number.
    fresh: bool,
    /// The last character that was written.
    last: char,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, masked: &'a str, sink: &'a mut dyn Sink) -> Self {
        Self {
            text,
            masked,
            sink,
            hidden: Hidden::default(),
            silent: 0,
            set_in: false,
            fresh: false,
            last: ' ',
        }
    }

    fn read(mut self) {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
        // Whether each list that is open is numbered.
        let mut lists = Vec::new();
        for (event, at) in Parser::new_ext(self.masked, options).into_offset_iter() {
            match event {
                Event::Start(Tag::List(first)) => {
                    lists.push(first.is_some());
                    self.start("ul");
                }
                Event::End(TagEnd::List(_)) => {
                    lists.pop();
                    self.sink.end("ul");
                }
                Event::Start(Tag::Item) => self.item(lists.last() == Some(&true), &at),
                Event::Start(tag) => self.start_tag(&tag, &at),
                Event::End(tag) => self.end_tag(tag),
                Event::Text(words) => self.words(&words, &at),
                Event::Code(words) => {
                    let code = self.text.get(at.clone()).unwrap_or_default();
                    let lead = code.find(&*words).unwrap_or(0);
                    let start = at.start.saturating_add(lead);
                    self.words(&words, &(start..start.saturating_add(words.len())));
                }
                Event::InlineHtml(_) => self.html(&at),
                Event::SoftBreak => self.soft_break(at.start),
                Event::HardBreak => self.start("br"),
                Event::Rule => self.start("hr"),
                // Blocks of HTML are read as a whole.
                _ => {}
            }
        }
    }

    fn start(&mut self, name: &str) {
        self.fresh = false;
        if self.silent == 0 {
            self.sink.start(&layout::Tag::new(name));
        }
    }

    /// The number of an item is part of what a person reads.
    fn item(&mut self, numbered: bool, at: &Range<usize>) {
        if !numbered {
            self.start("li");
            return;
        }
        self.start("p");
        let item = self.text.get(at.clone()).unwrap_or_default();
        let digits = item.trim_start_matches(|c: char| c.is_ascii_digit());
        let end = item.len().saturating_sub(digits.len()).saturating_add(1);
        if let Some(number) = item.get(..end) {
            self.sink.text(number, at.start);
            self.sink.text(" ", at.start.saturating_add(end));
        }
        self.fresh = true;
    }

    fn start_tag(&mut self, tag: &Tag<'_>, at: &Range<usize>) {
        if self.silent > 0 {
            self.silent = self.silent.saturating_add(1);
            return;
        }
        match tag {
            Tag::Paragraph if self.fresh => self.fresh = false,
            Tag::Paragraph => self.start("p"),
            Tag::Heading { level, .. } => self.start(heading(*level as usize)),
            Tag::BlockQuote(_) => self.start("blockquote"),
            Tag::CodeBlock(kind) => {
                let code = self.text.get(at.clone()).unwrap_or_default().trim_start();
                self.set_in = matches!(kind, CodeBlockKind::Indented) && code.starts_with('<');
                if self.set_in {
                    self.html(at);
                    self.silent = 1;
                } else {
                    self.start("pre");
                }
            }
            Tag::HtmlBlock => {
                self.html(at);
                self.silent = 1;
            }
            Tag::Table(_) => self.start("table"),
            Tag::TableHead => {
                self.start("thead");
                self.start("tr");
            }
            Tag::TableRow => self.start("tr"),
            Tag::TableCell => self.start("td"),
            Tag::Strong => self.start("strong"),
            Tag::Link { dest_url, .. } => self.sink.start(&layout::Tag {
                href: Some(dest_url.to_string()),
                ..layout::Tag::new("a")
            }),
            Tag::Image { .. } => self.silent = 1,
            Tag::MetadataBlock(MetadataBlockKind::YamlStyle) => {
                self.title(at);
                self.silent = 1;
            }
            _ => {}
        }
    }

    fn end_tag(&mut self, tag: TagEnd) {
        if self.silent > 0 {
            self.silent = self.silent.saturating_sub(1);
            return;
        }
        match tag {
            TagEnd::Paragraph | TagEnd::Item => self.sink.end("p"),
            TagEnd::Heading(level) => self.sink.end(heading(level as usize)),
            TagEnd::BlockQuote(_) => self.sink.end("blockquote"),
            TagEnd::CodeBlock => self.sink.end("pre"),
            TagEnd::Table => self.sink.end("table"),
            TagEnd::TableHead => {
                self.sink.end("tr");
                self.sink.end("thead");
            }
            TagEnd::TableRow => self.sink.end("tr"),
            TagEnd::TableCell => self.sink.end("td"),
            TagEnd::Strong => self.sink.end("strong"),
            TagEnd::Link => self.sink.end("a"),
            _ => {}
        }
    }

    fn words(&mut self, words: &str, at: &Range<usize>) {
        if self.silent > 0 {
            return;
        }
        self.fresh = false;
        if self.masked.get(at.clone()) == Some(words) {
            self.sink.text(words, at.start);
        } else {
            for c in words.chars() {
                self.sink.char(c, at.start);
            }
        }
        self.last = words.chars().last().unwrap_or(self.last);
    }

    fn html(&mut self, at: &Range<usize>) {
        if self.silent == 0
            && let Some(piece) = self.masked.get(at.clone())
        {
            html::feed(piece, at.start, &mut self.hidden, self.sink);
        }
    }

    /// A line end inside a paragraph: in English a space, in Chinese the
    /// author meant a line.
    fn soft_break(&mut self, at: usize) {
        let behind = self.text.get(at..).unwrap_or_default();
        let next = behind.chars().take(16).find(|c| c.is_alphanumeric());
        if self.last.is_ascii() && next.is_none_or(|c| c.is_ascii()) {
            self.words(" ", &(at..at.saturating_add(1)));
        } else {
            self.start("br");
        }
    }

    /// The title of the front matter.
    fn title(&mut self, at: &Range<usize>) {
        let lines = self.text.get(at.clone()).unwrap_or_default().lines();
        for line in lines.take(100) {
            if let Some(title) = line.strip_prefix("title:") {
                self.sink.title(title.trim().trim_matches(['"', '\'']));
            }
        }
    }
}

fn heading(level: usize) -> &'static str {
    match level {
        1 => "h1",
        2 => "h2",
        3 => "h3",
        4 => "h4",
        5 => "h5",
        _ => "h6",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;
    use super::*;

    fn leads_back(text: &str, prose: &Prose, words: &[&str]) {
        for word in words {
            let at = prose.text.find(word).unwrap_or_else(|| panic!("{word}"));
            assert_eq!(prose.source(at), text.rfind(word).unwrap(), "{word}");
        }
    }

    #[test]
    fn headings_lists_and_tables_keep_their_places() {
        let text = "---\ntitle: \"示例隐私政策\"\nlang: zh\n---\n\n# 隐私\\_政策\n\n我们**收集**您的信息。\n未经同意不会共享 &amp; 出售。\n\n\
            - 手机号\n- 头像 `avatar`\n\n1. 信息的收集\n\n   我们收集设备信息。\n2. 您可以[注销](https://a.cn/x)账号。\n\n\
            | 名称 | 用途 |\n|---|:--|\n| 推送 | 消息<br>提醒 |\n| 地图 | 定位 |\n\nWe collect\nyour name. ![图](a.png)\n";
        let prose = read(text);
        assert_eq!(prose.title.as_deref(), Some("示例隐私政策"));
        assert_eq!(
            shown(&prose),
            [
                "h1 隐私_政策",
                "p 我们收集您的信息。",
                "p 未经同意不会共享 & 出售。",
                "li 手机号",
                "li 头像 avatar",
                "h4 1. 信息的收集",
                "p 我们收集设备信息。",
                "li 2. 您可以注销账号。",
                "tr 名称|用途",
                "tr 推送|消息 提醒",
                "tr 地图|定位",
                "p We collect your name.",
            ]
        );
        assert!(prose.tables[0].rows[0].head);
        assert_eq!(prose.links[0].target, "https://a.cn/x");
        leads_back(
            text,
            &prose,
            &[
                "收集您的",
                "出售",
                "avatar",
                "信息的收集",
                "注销",
                "提醒",
                "定位",
                "your",
            ]
            .map(|word| {
                if word == "收集您的" {
                    "您的信息"
                } else {
                    word
                }
            }),
        );
    }

    #[test]
    fn html_and_components_inside_are_read() {
        let text = "import Table from '../table'\nimport { Td } from './cells'\n\nexport const meta = {\n  title: 'x'\n}\n\n\
            # SDK 目录\n\n{/* 仅供内部 */}\n\n<Table style={{ width: '100%' }} onClick={() => a > b}>\n  <Tr>\n    <Th width={20}>名称</Th>\n\n    <Th>公司</Th>\n  </Tr>\n\n\
              <Tr>\n    <Td>\n\n**推送**{' '}服务\n\n</Td>\n    <Td rowSpan=\"1\">甲公司</Td>\n  </Tr>\n</Table>\n\n<Note>本目录会更新。</Note>\n\n尾 <b>声</b>\n";
        let prose = read(text);
        assert_eq!(
            shown(&prose),
            [
                "h1 SDK 目录",
                "tr 名称|公司",
                "tr 推送 服务|甲公司",
                "p 本目录会更新。",
                "p 尾 声"
            ]
        );
        leads_back(
            text,
            &prose,
            &["名称", "公司", "服务", "甲公司", "更新"]
                .map(|word| if word == "公司" { "声" } else { word }),
        );
    }

    #[test]
    fn a_text_is_markdown_if_it_has_its_marks() {
        assert!(is_markdown("# 隐私政策\n\n正文"));
        assert!(is_markdown("正文\n| a | b |\n|---|---|\n"));
        assert!(!is_markdown("一、收集\n#话题 不是标题"));
        assert!(!is_markdown("<h1>隐私</h1>\n# 一"));
    }

    #[test]
    fn hostile_texts_take_time_in_proportion() {
        for line in [
            "> ",
            "- ",
            "1. ",
            "*",
            "[",
            "![",
            "**a",
            "`",
            "<",
            "<a ",
            "|",
            "|-|-\n",
            "&",
            "\\",
            "a\n=\n",
            "[a]: b\n[a]",
            "{",
            "={",
            "<T a={",
            "{/*",
            "import x from '\n",
            "  - a\n",
            "<td>\n\n",
            "#",
            "[a](",
            "~~~\n",
            "___\n",
        ] {
            let text = line.repeat(5_000);
            let prose = read(&text);
            assert!(
                prose.text.len() <= text.len().saturating_add(text.len()),
                "{line}"
            );
        }
    }
}
