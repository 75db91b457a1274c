//! HTML, as found: left open, exported by word processors, with scripts.
//!
//! Tokens are those of the HTML standard; what they mean for the layout is
//! in `layout`.

use std::convert::Infallible;

use html5gum::{Emitter, Error, State, Tokenizer, naive_next_state};

use super::Prose;
use super::layout::{Sink, Tag, laid_out};

/// Lays out a page or a piece of one.
pub fn read(html: &str) -> Prose {
    laid_out(|sink| {
        let mut hidden = Hidden::default();
        feed(html, 0, &mut hidden, sink);
    })
}

/// Whether a text is HTML: it has a tag of HTML in its first 4096 characters.
pub fn is_html(text: &str) -> bool {
    const TAGS: [&str; 21] = [
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
        "<h3",
        "<strong",
        "<b>",
        "<span",
        "<table",
        "<font",
        "<section",
        "<ul",
        "<ol",
        "<a href",
        "<meta",
    ];
    let head: String = text.chars().take(4096).collect();
    let head = head.to_ascii_lowercase();
    TAGS.iter().any(|tag| head.contains(tag))
}

/// Gives a piece of HTML that begins at byte `base` of the source to `sink`.
/// What is hidden at its end stays hidden at the beginning of the next.
pub(super) fn feed(html: &str, base: usize, hidden: &mut Hidden, sink: &mut dyn Sink) {
    let reader = Reader {
        html,
        base,
        hidden,
        sink,
        position: 0,
        run: 0..0,
        tag: Tag::default(),
        is_end: false,
        is_closed: false,
        last_start: String::new(),
        attribute: String::new(),
        value: String::new(),
        title: String::new(),
    };
    let Ok(()) = Tokenizer::new_with_emitter(html, reader).finish();
}

/// Longest name of a tag or an attribute that is told from others.
const MAX_NAME: usize = 64;
/// Longest attribute value that is kept, in bytes.
const MAX_VALUE: usize = 4096;
/// Longest title, in bytes.
const MAX_TITLE: usize = 4096;

/// An element whose content is not shown, and how often it is open.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    name: String,
    depth: usize,
}

impl Hidden {
    fn is_open(&self) -> bool {
        self.depth > 0
    }

    fn start(&mut self, name: &str) {
        if self.is_open() {
            if self.name == name {
                self.depth = self.depth.saturating_add(1);
            } else if self.name == "svg" && matches!(name, "p" | "div" | "h1" | "h2" | "table") {
                // These break out of an image.
                self.depth = 0;
            }
        } else if matches!(
            name,
            "script" | "style" | "template" | "noscript" | "svg" | "iframe" | "title" | "xml"
        ) {
            name.clone_into(&mut self.name);
            self.depth = 1;
        }
    }

    /// Whether the end tag ended what was hidden, or is itself hidden.
    fn end(&mut self, name: &str) -> bool {
        let was_open = self.is_open();
        if was_open && self.name == name {
            self.depth = self.depth.saturating_sub(1);
        }
        was_open
    }
}

/// Turns tokens into calls of a sink.
struct Reader<'a> {
    html: &'a str,
    base: usize,
    hidden: &'a mut Hidden,
    sink: &'a mut dyn Sink,
    /// Bytes read so far.
    position: usize,
    /// Text that is not handed on yet: it stands in the source as it is.
    run: std::ops::Range<usize>,
    tag: Tag,
    is_end: bool,
    is_closed: bool,
    last_start: String,
    attribute: String,
    value: String,
    title: String,
}

impl Reader<'_> {
    fn flush(&mut self) {
        let run = std::mem::replace(&mut self.run, self.position..self.position);
        let Some(text) = self.html.get(run.clone()).filter(|text| !text.is_empty()) else {
            return;
        };
        if !self.hidden.is_open() {
            self.sink.text(text, self.base.saturating_add(run.start));
        } else if self.hidden.name == "title" {
            push(&mut self.title, text, MAX_TITLE);
        }
    }

    fn characters(&mut self, text: &str, at: usize) {
        if !self.hidden.is_open() {
            for c in text.chars() {
                self.sink.char(c, self.base.saturating_add(at));
            }
        } else if self.hidden.name == "title" {
            push(&mut self.title, text, MAX_TITLE);
        }
    }

    /// Keeps the attribute that was read, if it matters.
    fn end_attribute(&mut self) {
        let value = std::mem::take(&mut self.value);
        match self.attribute.as_str() {
            "href" if self.tag.href.is_none() => self.tag.href = Some(value.trim().to_owned()),
            "colspan" => self.tag.columns = value.trim().parse().unwrap_or(1),
            "rowspan" => self.tag.rows = value.trim().parse().unwrap_or(1),
            "style" => {
                let style = value.to_ascii_lowercase().replace(' ', "");
                let has = |what: &str| style.contains(what);
                self.tag.bold = ["font-weight:bold", "font-weight:6", "font-weight:7"]
                    .iter()
                    .any(|bold| has(bold));
                self.tag.pre = has("white-space:pre");
            }
            _ => {}
        }
        self.attribute.clear();
    }
}

/// Appends as much as fits.
fn push(to: &mut String, text: &str, most: usize) {
    if to.len().saturating_add(text.len()) <= most {
        to.push_str(text);
    }
}

fn push_bytes(to: &mut String, bytes: &[u8], most: usize) {
    push(to, &String::from_utf8_lossy(bytes), most);
}

impl Emitter for Reader<'_> {
    type Token = Infallible;

    fn move_position(&mut self, offset: isize) {
        self.position = self.position.saturating_add_signed(offset);
    }

    fn init_string(&mut self) {
        if self.run.is_empty() {
            self.run = self.position..self.position;
        }
    }

    fn emit_string(&mut self, text: &[u8]) {
        let start = self.position.saturating_sub(text.len());
        let as_written =
            start >= self.run.end && self.html.as_bytes().get(start..self.position) == Some(text);
        if as_written && start == self.run.end {
            self.run.end = self.position;
        } else if as_written {
            self.flush();
            self.run = start..self.position;
        } else {
            let at = self.run.end;
            self.flush();
            self.characters(&String::from_utf8_lossy(text), at);
            self.run = self.position..self.position;
        }
    }

    fn init_start_tag(&mut self) {
        self.tag = Tag::default();
        self.is_end = false;
        self.is_closed = false;
    }

    fn init_end_tag(&mut self) {
        self.init_start_tag();
        self.is_end = true;
    }

    fn push_tag_name(&mut self, name: &[u8]) {
        push_bytes(&mut self.tag.name, name, MAX_NAME);
    }

    fn init_attribute(&mut self) {
        self.end_attribute();
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        push_bytes(&mut self.attribute, name, MAX_NAME);
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        if matches!(
            self.attribute.as_str(),
            "href" | "colspan" | "rowspan" | "style"
        ) {
            push_bytes(&mut self.value, value, MAX_VALUE);
        }
    }

    fn set_self_closing(&mut self) {
        self.is_closed = true;
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.flush();
        self.end_attribute();
        let tag = std::mem::take(&mut self.tag);
        if self.is_end {
            self.last_start.clear();
            if self.hidden.end(&tag.name) {
                if tag.name == "title" {
                    self.sink.title(&std::mem::take(&mut self.title));
                }
            } else {
                self.sink.end(&tag.name);
            }
            return None;
        }
        self.hidden.start(&tag.name);
        if self.is_closed && self.hidden.name == "svg" {
            self.hidden.end(&tag.name);
        }
        if !self.hidden.is_open() {
            self.sink.start(&tag);
        }
        self.last_start = tag.name;
        naive_next_state(self.last_start.as_bytes())
    }

    fn emit_eof(&mut self) {
        self.flush();
    }

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start = String::from_utf8_lossy(name.unwrap_or_default()).into_owned();
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.is_end && !self.last_start.is_empty() && self.last_start == self.tag.name
    }

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn init_comment(&mut self) {
        self.flush();
    }

    fn init_doctype(&mut self) {
        self.flush();
    }

    fn emit_error(&mut self, _: Error) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn emit_current_comment(&mut self) {}
    fn emit_current_doctype(&mut self) {}
    fn set_force_quirks(&mut self) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
}

#[cfg(test)]
mod tests;
