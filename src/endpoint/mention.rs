//! Whether a text names a URL for people: in a comment, as a link that
//! somebody may tap, or in running text. No code contacts it there.

/// What a text is, for this question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Every URL in it is for people: Markdown.
    Reading,
    /// A page: links and text are for people, what it loads is not.
    Page,
    /// A text of code or of resources: a URL after a word is in a sentence.
    Sentence,
    /// Code or data with comments that begin with one of these.
    Comments(&'static [&'static str]),
}

/// Bytes before a URL that are looked at.
const BEFORE: usize = 400;

impl Form {
    /// The form of a file with this extension.
    pub fn of(extension: &str) -> Self {
        match extension.to_ascii_lowercase().as_str() {
            "md" => Self::Reading,
            "html" | "htm" | "xhtml" => Self::Page,
            "yaml" | "yml" | "toml" | "properties" | "conf" | "config" | "cfg" | "env" => {
                Self::Comments(&["#", "!"])
            }
            "ini" => Self::Comments(&[";", "#"]),
            "lua" => Self::Comments(&["--"]),
            "xml" | "plist" => Self::Comments(&["<!--"]),
            "js" | "mjs" | "bundle" => Self::Comments(&["//", "/*", "*"]),
            _ => Self::Comments(&[]),
        }
    }

    /// Whether the URL that begins at byte `start` of the text is for people.
    pub fn is_mention(self, text: &str, start: usize) -> bool {
        let from = (start.saturating_sub(BEFORE)..=start).find(|at| text.is_char_boundary(*at));
        let before = from.and_then(|from| text.get(from..start)).unwrap_or("");
        match self {
            Self::Reading => true,
            Self::Page => is_for_readers(before),
            Self::Sentence if before.contains('<') => is_for_readers(before),
            Self::Sentence => {
                // Chinese is written without blanks; a list of URLs is no sentence.
                let after_word = before.ends_with(|c: char| c.is_whitespace() || !c.is_ascii());
                let word = before.split_whitespace().next_back();
                after_word && word.is_some_and(|word| !word.contains("://"))
            }
            Self::Comments(marks) => {
                let line = match before.rsplit_once('\n') {
                    Some((_, line)) => line,
                    // The beginning of a long line, as of packed scripts, is not in view.
                    None if before.len() < start => return false,
                    None => before,
                };
                marks.iter().any(|mark| line.trim_start().starts_with(mark))
            }
        }
    }
}

/// Whether a URL in a page is text or the target of a link, by what stands
/// before it.
fn is_for_readers(before: &str) -> bool {
    let Some(attribute) = before.strip_suffix(['"', '\'']) else {
        // `url(http://…)` of a style is loaded; all else is running text.
        return !before.ends_with("url(");
    };
    let attribute = attribute.trim_end().to_ascii_lowercase();
    let tag = attribute.rsplit('<').next().unwrap_or_default();
    let is_link = tag.starts_with("a ") || tag.starts_with("area ");
    is_link && attribute.trim_end_matches([' ', '=']).ends_with("href")
}

#[cfg(test)]
mod tests {
    use super::Form;

    fn is_mention(extension: &str, text: &str) -> bool {
        Form::of(extension).is_mention(text, text.find("http").unwrap())
    }

    #[test]
    fn comments_and_running_text_are_for_people() {
        for (extension, text) in [
            ("yaml", "# 字典来源 http://cc-cedict.org/\n"),
            ("yml", "a: 1\n  # from http://www.moedict.tw/"),
            ("properties", "! see http://log.shop.cn"),
            ("md", "server: http://api.shop.cn"),
            ("js", "/*\n * jsperf: http://jsperf.com/b64tests\n */"),
            ("js", "  // http://jsperf.com"),
            ("xml", "<!-- http://a.shop.cn -->"),
            ("lua", "-- http://a.shop.cn"),
            ("html", "<p>See http://a.shop.cn for more"),
            ("html", "<a class=x href=\"http://a.shop.cn/help\">"),
            ("HTM", "<A HREF = 'http://a.shop.cn/help'>"),
        ] {
            assert!(is_mention(extension, text), "{text}");
        }
    }

    #[test]
    fn a_sentence_of_code_is_for_people() {
        let is_mention = |text: &str| Form::Sentence.is_mention(text, text.find("http").unwrap());
        for text in [
            "Read http://a.shop.cn/why before you call this",
            "详见http://a.shop.cn/help",
            "<a href=\"http://a.shop.cn/help\">help</a>",
        ] {
            assert!(is_mention(text), "{text}");
        }
        for text in [
            "http://api.shop.cn/in",
            "{\"url\": \"http://api.shop.cn\"}",
            "base=http://api.shop.cn;retry=3",
            "  http://api.shop.cn",
            "<img src=\"http://a.shop.cn/x.png\">",
        ] {
            assert!(!is_mention(text), "{text}");
        }
    }

    #[test]
    fn what_stands_in_the_middle_of_a_long_line_begins_no_comment() {
        for length in 380..420 {
            let text = format!("a(\"//{}\",\"http://api.shop.cn\")", "x".repeat(length));
            assert!(!is_mention("js", &text), "{length}");
        }
    }

    #[test]
    fn what_code_or_a_page_loads_is_not() {
        for (extension, text) in [
            ("yaml", "server: http://api.shop.cn"),
            ("json", "{\"server\": \"http://api.shop.cn\"}"),
            ("txt", "http://api.shop.cn"),
            ("js", "fetch(\"http://api.shop.cn\") // yes"),
            ("bundle", "a=1;b='http://api.shop.cn'"),
            ("html", "<script src=\"http://cdn.shop.cn/a.js\">"),
            (
                "html",
                "<link rel=stylesheet href=\"http://cdn.shop.cn/a.css\">",
            ),
            ("html", "<form action='http://api.shop.cn/in'>"),
            ("html", "<script>var base = \"http://api.shop.cn\";"),
            ("html", "<style>a { background: url(http://a.shop.cn/x.png)"),
        ] {
            assert!(!is_mention(extension, text), "{text}");
        }
    }
}
