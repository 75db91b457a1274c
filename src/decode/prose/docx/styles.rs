//! Which styles of a document are headings, and its title.

use std::collections::BTreeMap;

use quick_xml::Reader as Tokens;
use quick_xml::events::Event;

use super::{attribute, local, resolved, without_prefix};

/// Most styles that stand on each other.
const MAX_BASES: usize = 10;

/// The paragraph styles by their ids.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: BTreeMap<String, Style>,
}

#[derive(Debug, Default)]
struct Style {
    name: String,
    base: Option<String>,
    outline: Option<u8>,
}

impl Styles {
    /// Reads `word/styles.xml`, as far as it is well-formed.
    pub fn read(xml: &str) -> Self {
        let mut styles = BTreeMap::new();
        let mut open: Option<(String, Style)> = None;
        let mut tokens = Tokens::from_str(xml);
        while let Ok(event) = tokens.read_event() {
            match event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let value = || attribute(&tag, "val");
                    match (local(&tag), &mut open) {
                        ("style", _) => {
                            let id = attribute(&tag, "styleId").unwrap_or_default();
                            open = Some((id, Style::default()));
                        }
                        ("name", Some((_, style))) => {
                            style.name = value().unwrap_or_default().to_lowercase();
                        }
                        ("basedOn", Some((_, style))) => style.base = value(),
                        ("outlineLvl", Some((_, style))) => {
                            style.outline = value().and_then(|level| level.parse().ok());
                        }
                        _ => {}
                    }
                }
                Event::End(tag) if without_prefix(tag.name().0) == "style" => {
                    styles.extend(open.take());
                }
                Event::Eof => break,
                _ => {}
            }
        }
        Self { styles }
    }

    /// The outline level of a style, from 0; none for running text. Without
    /// `styles.xml` the id says it: `Heading1`.
    pub fn outline(&self, id: Option<&str>) -> Option<u8> {
        let mut id = id?;
        if self.styles.is_empty() {
            return by_name(&id.to_lowercase());
        }
        for _ in 0..MAX_BASES {
            let style = self.styles.get(id)?;
            if let Some(level) = style.outline {
                return Some(level).filter(|level| *level < 9);
            }
            if let Some(level) = by_name(&style.name) {
                return Some(level);
            }
            id = style.base.as_deref()?;
        }
        None
    }
}

/// The level that the name of a built-in style stands for. Lines of a table
/// of contents are no text either.
fn by_name(name: &str) -> Option<u8> {
    if matches!(name, "title" | "标题" | "標題") {
        return Some(0);
    }
    if name == "subtitle" || name == "副标题" {
        return Some(1);
    }
    if name.starts_with("toc ") || name.starts_with("目录") {
        return Some(5);
    }
    let number = ["heading", "标题", "標題"]
        .iter()
        .find_map(|word| name.strip_prefix(word))?;
    let level: u8 = number.trim().parse().ok()?;
    level.checked_sub(1).filter(|level| *level < 9)
}

/// `dc:title` of `docProps/core.xml`.
pub(super) fn core_title(xml: &str) -> Option<String> {
    let mut title = String::new();
    let mut inside = false;
    let mut tokens = Tokens::from_str(xml);
    while let Ok(event) = tokens.read_event() {
        match event {
            Event::Start(tag) => inside = local(&tag) == "title",
            Event::End(_) if inside => break,
            Event::Text(text) if inside => title.push_str(&text),
            Event::GeneralRef(reference) if inside => {
                title.push_str(&resolved(&reference).unwrap_or_default());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let title: Vec<&str> = title.split_whitespace().collect();
    (!title.is_empty()).then(|| title.join(" "))
}
