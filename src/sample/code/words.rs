//! A line of a description, taken apart word by word.

use super::super::error::SampleError;

/// What is left of a line.
#[derive(Clone, Copy)]
pub(super) struct Words<'a>(pub &'a str);

impl<'a> Words<'a> {
    /// Up to the next blank.
    pub fn word(&mut self) -> &'a str {
        let rest = self.0.trim_start();
        let (word, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        self.0 = rest.trim_start();
        word
    }

    /// Takes the next word if it is this one.
    pub fn take(&mut self, word: &str) -> bool {
        let mut ahead = *self;
        let found = ahead.word() == word;
        if found {
            *self = ahead;
        }
        found
    }

    /// Up to `mark`, which is taken too.
    pub fn before(&mut self, mark: char) -> Result<&'a str, SampleError> {
        let (part, rest) = self
            .0
            .split_once(mark)
            .ok_or_else(|| SampleError::new("", format!("`{mark}` is missing in `{}`", self.0)))?;
        self.0 = rest.trim_start();
        Ok(part.trim())
    }

    /// Nothing may be left.
    pub fn end(self) -> Result<(), SampleError> {
        let rest = self.0.trim();
        if rest.is_empty() {
            return Ok(());
        }
        Err(SampleError::new("", format!("`{rest}` is too much")))
    }

    /// A text in double quotes, with the escapes of Java.
    pub fn text(&mut self) -> Result<String, SampleError> {
        let wrong = |why: &str| SampleError::new("", format!("{why} in `{}`", self.0));
        let inside = self
            .0
            .strip_prefix('"')
            .ok_or_else(|| wrong("a text in double quotes is missing"))?;
        let mut text = String::new();
        let mut rest = inside.chars();
        loop {
            match rest.next() {
                None => return Err(wrong("the closing quote is missing")),
                Some('"') => break,
                Some('\\') => match rest.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('0') => text.push('\0'),
                    Some(quoted @ ('"' | '\\' | '\'')) => text.push(quoted),
                    _ => return Err(wrong("unknown escape")),
                },
                Some(other) => text.push(other),
            }
        }
        self.0 = rest.as_str().trim_start();
        Ok(text)
    }
}
