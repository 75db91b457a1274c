//! A mistake in a knowledge file, drawn on the file.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// One mistake in a TOML file that people wrote: a check or a catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Path as the user knows it.
    pub file: String,
    /// Text of the whole file.
    pub source: Arc<str>,
    /// Bytes of `source` that are wrong; none if the file as a whole is.
    pub span: Option<Range<usize>>,
    /// What is wrong, in one line.
    pub message: String,
    /// What would be right, if that can be guessed.
    pub help: Option<String>,
}

/// Every mistake of a set of files, in the order of files and places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Fault {
    /// A mistake in `source`, with nothing to suggest yet.
    pub fn new(
        file: &str,
        source: &Arc<str>,
        span: Option<Range<usize>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            source: Arc::clone(source),
            span,
            message: message.into(),
            help: None,
        }
    }

    /// The same mistake with advice.
    #[must_use]
    pub fn help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// The line with carets below what is wrong on it.
    fn draw(
        &self,
        f: &mut fmt::Formatter<'_>,
        line: usize,
        column: usize,
        length: usize,
    ) -> fmt::Result {
        let margin = line.to_string().len();
        let text = self.source.lines().nth(line - 1).unwrap_or("");
        let before: String = text.chars().take(column - 1).collect();
        let marked = text.get(before.len()..).unwrap_or("");
        let marked: String = marked
            .char_indices()
            .take_while(|(at, _)| *at < length)
            .map(|(_, c)| c)
            .collect();
        let blanks = " ".repeat(columns(&before));
        let carets = "^".repeat(marked.trim_end().width().max(1));
        writeln!(f, "{:margin$} |", "")?;
        writeln!(f, "{line} | {}", text.replace('\t', " "))?;
        writeln!(f, "{:margin$} | {blanks}{carets}", "")
    }

    /// Line and column of the mistake, both from 1, the column in
    /// characters.
    pub fn position(&self) -> Option<(usize, usize)> {
        let start = self.span.as_ref()?.start;
        let before = self.source.get(..start)?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..)?.chars().count() + 1;
        Some((before.matches('\n').count() + 1, column))
    }
}

/// ```text
/// error: unknown field `wen`
///   --> d/camera.toml:12:1
///    |
/// 12 | wen = "permission.level == 'dangerous'"
///    | ^^^
///    = help: did you mean `when`?
/// ```
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", self.message)?;
        let margin = self
            .position()
            .map_or(1, |(line, _)| line.to_string().len());
        match (self.position(), &self.span) {
            (Some((line, column)), Some(span)) => {
                writeln!(f, "{:margin$}--> {}:{line}:{column}", "", self.file)?;
                self.draw(f, line, column, span.len())?;
            }
            _ => writeln!(f, "{:margin$}--> {}", "", self.file)?,
        }
        if let Some(help) = &self.help {
            writeln!(f, "{:margin$} = help: {help}", "")?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

/// Columns on a terminal, a tab as one.
fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(1)).sum()
}

/// Reads TOML into a type; the mistake is drawn on the text, with the name
/// that was probably meant.
pub fn read<T: DeserializeOwned>(file: &str, source: &Arc<str>) -> Result<T, Fault> {
    toml::from_str(source).map_err(|error| {
        // "unknown field `wen`, expected one of `for`, `when`"
        let full = error.message();
        let (message, expected) = match full.split_once(", expected ") {
            Some((message, expected)) if full.starts_with("unknown ") => (message, expected),
            _ => (full, ""),
        };
        let given = quoted(message).next().unwrap_or("");
        let help = (!expected.is_empty()).then(|| {
            did_you_mean(given, quoted(expected)).unwrap_or_else(|| format!("expected {expected}"))
        });
        Fault::new(file, source, error.span(), message.trim_end()).help(help)
    })
}

/// Words in backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// "did you mean `…`?" if one of the names is close to what was given.
pub fn did_you_mean<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(given, names).map(|name| format!("did you mean `{name}`?"))
}

/// The name that is closest to what was given, if any is close.
pub fn closest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |name: &str| strsim::jaro_winkler(&given.to_lowercase(), &name.to_lowercase());
    let (score, name) = names
        .into_iter()
        .map(|name| (near(name), name))
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))?;
    (score > 0.82).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Rule {
        #[expect(dead_code, reason = "only the reading is tested")]
        when: String,
        #[expect(dead_code, reason = "only the reading is tested")]
        level: Option<crate::catalog::Level>,
    }

    fn drawn(text: &str) -> String {
        read::<Rule>("d/camera.toml", &Arc::from(text))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn an_unknown_key_is_underlined_and_the_right_one_suggested() {
        assert_eq!(
            drawn("# comment\nwen = \"true\"\n"),
            "error: unknown field `wen`
 --> d/camera.toml:2:1
  |
2 | wen = \"true\"
  | ^^^
  = help: did you mean `when`?
"
        );
    }

    #[test]
    fn a_word_that_is_near_nothing_gets_the_list() {
        let text = drawn("when = \"\"\nlevel = \"x\"\n");
        assert!(text.starts_with("error: unknown variant `x`\n"), "{text}");
        assert!(
            text.contains("2 | level = \"x\"\n  |         ^^^\n"),
            "{text}"
        );
        assert!(text.contains("help: expected one of `normal`"), "{text}");
    }

    #[test]
    fn broken_toml_shows_where() {
        let text = drawn("when = \"a\nlevel = 1");
        assert!(text.contains("--> d/camera.toml:1:"), "{text}");
        assert!(text.contains("1 | when = \"a\n"), "{text}");
    }

    #[test]
    fn carets_stand_below_wide_characters() {
        let source: Arc<str> = Arc::from("title = \"权限 xx\"");
        let at = source.find("xx").unwrap();
        let fault = Fault::new("a.toml", &source, Some(at..at + 2), "wrong");
        assert_eq!(fault.position(), Some((1, 13)));
        let text = fault.to_string();
        assert!(
            text.contains(&format!("\n  | {}^^\n", " ".repeat(14))),
            "{text}"
        );
    }
}
