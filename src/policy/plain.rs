//! Marked-up text to plain text. A simple stripper: it knows which tags
//! break a line and which hide their content, and nothing of the document
//! tree.

/// A text without its markup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plain {
    /// Content of `<title>`, if there is one.
    pub title: Option<String>,
    /// The text: a line for each block, no empty lines, spaces joined.
    pub text: String,
}

/// Tags whose content is no text.
const HIDDEN: [&str; 5] = ["script", "style", "template", "noscript", "svg"];

/// Tags that do not break a line.
const INLINE: [&str; 24] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "ins", "kbd",
    "label", "mark", "o:p", "s", "small", "span", "strong", "sub", "sup", "tt", "u",
];

/// Whether a text is HTML: it has a tag of HTML in its first 4096 bytes.
pub fn is_html(text: &str) -> bool {
    let head: String = text
        .chars()
        .take(4096)
        .collect::<String>()
        .to_ascii_lowercase();
    [
        "<!doctype html",
        "<html",
        "<body",
        "<head",
        "<p>",
        "<p ",
        "<div",
        "<br",
        "<h1",
        "<h2",
        "<strong",
        "<b>",
        "<span",
        "<table",
        "<font",
        "<a href",
    ]
    .iter()
    .any(|tag| head.contains(tag))
}

/// HTML to plain text.
pub fn of_html(html: &str) -> Plain {
    let mut title = None;
    let mut text = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        push(&mut text, &rest[..at]);
        let tail = &rest[at..];
        if let Some(comment) = tail.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let is_tag = tail[1..]
            .starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if !is_tag {
            text.push('<');
            rest = &tail[1..];
            continue;
        }
        let Some(end) = tail.find('>') else {
            rest = "";
            break;
        };
        let name = tag_name(&tail[1..end]);
        rest = &tail[end + 1..];
        if name == "title" || HIDDEN.contains(&name.as_str()) {
            let (content, after) = element_content(rest, &name);
            if name == "title" && title.is_none() {
                let mut line = String::new();
                push(&mut line, content);
                title = Some(joined(&line)).filter(|title| !title.is_empty());
            }
            rest = after;
        } else if matches!(name.as_str(), "td" | "th" | "/td" | "/th") {
            text.push('\t');
        } else if !INLINE.contains(&name.trim_start_matches('/')) {
            text.push('\n');
        }
    }
    push(&mut text, rest);
    Plain {
        title,
        text: lines(&text),
    }
}

/// Plain text or Markdown: only its lines are tidied.
pub fn of_text(text: &str) -> Plain {
    Plain {
        title: None,
        text: lines(text),
    }
}

fn tag_name(tag: &str) -> String {
    let closing = tag.starts_with('/');
    let name: String = tag
        .trim_start_matches('/')
        .chars()
        .take_while(|c| !c.is_whitespace() && !matches!(c, '/' | '>'))
        .take(32)
        .collect();
    let name = name.to_ascii_lowercase();
    if closing { format!("/{name}") } else { name }
}

/// What stands before the end tag of `name`, and what follows it. Without
/// an end tag everything is content.
fn element_content<'a>(rest: &'a str, name: &str) -> (&'a str, &'a str) {
    let mut from = 0;
    while let Some(at) = rest[from..].find("</").map(|at| at + from) {
        let tag = &rest.as_bytes()[at + 2..];
        let same = tag
            .get(..name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
        if same {
            let after = rest[at..].find('>').map_or("", |end| &rest[at + end + 1..]);
            return (&rest[..at], after);
        }
        from = at + 2;
    }
    (rest, "")
}

/// Appends text with its character references resolved.
fn push(text: &mut String, raw: &str) {
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        // The longest reference is `&thetasym;`; more is no reference.
        let end = tail.bytes().take(12).position(|b| b == b';');
        if let Some((c, end)) = end.and_then(|end| Some((character(&tail[..end])?, end))) {
            text.push(c);
            rest = &tail[end + 1..];
        } else {
            text.push('&');
            rest = tail;
        }
    }
    text.push_str(rest);
}

/// The character of a reference without `&` and `;`: numbers, and the names
/// that occur in texts of this kind.
fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control() || c.is_whitespace());
    }
    Some(match name {
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "middot" => '·',
        "bull" => '•',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "laquo" => '«',
        "raquo" => '»',
        _ => return None,
    })
}

/// Lines with their spaces joined, empty ones left out.
fn lines(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for line in text.lines() {
        let line = joined(line);
        if !line.is_empty() {
            if !tidy.is_empty() {
                tidy.push('\n');
            }
            tidy.push_str(&line);
        }
    }
    tidy
}

/// One line with its runs of white space joined and none at the ends.
fn joined(line: &str) -> String {
    let mut tidy = String::with_capacity(line.len());
    for word in line.split_whitespace() {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_words_stay() {
        let page = "<html><head><title> 隐私&nbsp;政策 </title><style>p{}</style></head>\
            <body><h1>隐私政策</h1><p>我们<b>收集</b>设备&#20449;息 &amp; 位置。</p>\
            <!-- <p>old</p> --><table><tr><td>名称</td><td>用途</td></tr></table>\
            <script>var s='</p>收集';</script>尾 a < b</body></html>";
        let plain = of_html(page);
        assert_eq!(plain.title.as_deref(), Some("隐私 政策"));
        assert_eq!(
            plain.text,
            "隐私政策\n我们收集设备信息 & 位置。\n名称 用途\n尾 a < b"
        );
    }

    #[test]
    fn broken_markup_loses_no_text_before_it_and_never_panics() {
        for (page, text) in [
            ("甲<p", "甲"),
            ("甲<!-- 乙", "甲"),
            ("甲<script>乙", "甲"),
            ("甲&#xFFFFFFFF;乙", "甲&#xFFFFFFFF;乙"),
            ("甲&;&nosuch;乙", "甲&;&nosuch;乙"),
            ("<", "<"),
            ("甲</乙", "甲"),
            ("&隐私政策;", "&隐私政策;"),
        ] {
            assert_eq!(of_html(page).text, text, "{page}");
        }
    }

    #[test]
    fn a_text_is_html_if_it_has_tags() {
        assert!(is_html("<p>我们</p>"));
        assert!(is_html("  <!DOCTYPE HTML>"));
        assert!(!is_html("a < b and <c>"));
        assert!(!is_html("# 隐私政策\n"));
    }
}
