//! The string literals of JavaScript, and so of JSON, without parsing it.
//!
//! Source: lexical grammar of ECMA-262, sections 12.7 to 12.9. Whether `/`
//! divides or begins a regular expression is told by what stands before it,
//! as all tools do that do not parse.

use std::borrow::Cow;

use memchr::{memchr, memchr3, memmem};

/// A string literal, or a part of a template literal between two `${}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal<'a> {
    /// As written, without its quotes.
    pub raw: &'a str,
    /// Where `raw` begins in the text, in bytes.
    pub start: usize,
}

impl<'a> Literal<'a> {
    /// Where `raw` ends.
    pub const fn end(&self) -> usize {
        self.start.saturating_add(self.raw.len())
    }

    /// The string that it stands for.
    pub fn text(&self) -> Cow<'a, str> {
        unescape(self.raw)
    }
}

/// The literals of a script in order, in one pass whatever the script.
#[derive(Clone, Debug)]
pub struct Literals<'a> {
    text: &'a str,
    at: usize,
    /// Whether a `/` would begin a regular expression here.
    operand: bool,
    /// Open `${`, each with the number of braces open inside.
    templates: Vec<u32>,
    /// Quotes, slashes and comments that did not end, and up to where none
    /// of the kind does.
    unclosed: [usize; 5],
}

/// Kinds of [`Literals::unclosed`].
const SINGLE: usize = 0;
const DOUBLE: usize = 1;
const TEMPLATE: usize = 2;
const REGEX: usize = 3;
const COMMENT: usize = 4;

/// Words after which an operand comes, so that `/` begins an expression.
const BEFORE_OPERAND: [&str; 13] = [
    "return",
    "typeof",
    "case",
    "in",
    "of",
    "delete",
    "void",
    "throw",
    "new",
    "do",
    "else",
    "instanceof",
    "yield",
];

impl<'a> Literals<'a> {
    /// The literals of `text`.
    pub const fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            operand: true,
            templates: Vec::new(),
            unclosed: [0; 5],
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn tail(&self, at: usize) -> &'a [u8] {
        self.text.as_bytes().get(at..).unwrap_or_default()
    }

    fn is_unclosed(&self, kind: usize) -> bool {
        self.unclosed
            .get(kind)
            .is_some_and(|until| self.at < *until)
    }

    fn give_up(&mut self, kind: usize, until: usize) {
        if let Some(known) = self.unclosed.get_mut(kind) {
            *known = until;
        }
    }

    /// The literal that the quote at `self.at` begins; none if its line
    /// ends first, as a quote in a comment or a regular expression may.
    fn quoted(&mut self, quote: u8) -> Option<Literal<'a>> {
        let kind = if quote == b'"' { DOUBLE } else { SINGLE };
        let start = self.at.saturating_add(1);
        if !self.is_unclosed(kind) {
            let mut at = start;
            loop {
                let Some(found) = memchr3(quote, b'\\', b'\n', self.tail(at)) else {
                    self.give_up(kind, self.text.len());
                    break;
                };
                at = at.saturating_add(found);
                match self.byte(at) {
                    Some(b'\\') => at = at.saturating_add(2),
                    Some(b'\n') => {
                        self.give_up(kind, at);
                        break;
                    }
                    _ => {
                        self.at = at.saturating_add(1);
                        self.operand = false;
                        let raw = self.text.get(start..at)?;
                        return Some(Literal { raw, start });
                    }
                }
            }
        }
        self.at = start;
        None
    }

    /// The part of a template literal that begins at `start`, up to its end
    /// or the next `${`.
    fn template(&mut self, start: usize) -> Option<Literal<'a>> {
        if self.is_unclosed(TEMPLATE) {
            self.at = start;
            return None;
        }
        let mut at = start;
        loop {
            let Some(found) = memchr3(b'`', b'\\', b'$', self.tail(at)) else {
                self.give_up(TEMPLATE, self.text.len());
                self.at = start;
                return None;
            };
            at = at.saturating_add(found);
            let next = at.saturating_add(1);
            match self.byte(at) {
                Some(b'\\') => at = at.saturating_add(2),
                Some(b'$') if self.byte(next) != Some(b'{') => at = next,
                Some(b'$') => {
                    self.templates.push(0);
                    self.at = at.saturating_add(2);
                    self.operand = true;
                    break;
                }
                _ => {
                    self.at = next;
                    self.operand = false;
                    break;
                }
            }
        }
        let raw = self.text.get(start..at)?;
        Some(Literal { raw, start })
    }

    /// Passes over what `/` begins: a comment, a regular expression, or
    /// itself.
    fn slash(&mut self) {
        let next = self.at.saturating_add(1);
        let body = self.at.saturating_add(2);
        match self.byte(next) {
            Some(b'/') => {
                self.at = memchr(b'\n', self.tail(body))
                    .map_or(self.text.len(), |end| body.saturating_add(end));
            }
            Some(b'*') if !self.is_unclosed(COMMENT) => {
                if let Some(end) = memmem::find(self.tail(body), b"*/") {
                    self.at = body.saturating_add(end).saturating_add(2);
                } else {
                    self.give_up(COMMENT, self.text.len());
                    self.at = body;
                }
            }
            _ if self.operand && !self.is_unclosed(REGEX) => match self.regex_end(next) {
                Ok(end) => {
                    self.at = end;
                    self.operand = false;
                }
                Err(line_end) => {
                    self.give_up(REGEX, line_end);
                    self.at = next;
                }
            },
            _ => {
                self.at = next;
                self.operand = true;
            }
        }
    }

    /// Where a regular expression whose body begins at `at` ends; else
    /// where its line does.
    fn regex_end(&self, mut at: usize) -> Result<usize, usize> {
        let mut class = false;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\n' => return Err(at),
                b'\\' => at = at.saturating_add(1),
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => return Ok(at.saturating_add(1)),
                _ => {}
            }
            at = at.saturating_add(1);
        }
        Err(self.text.len())
    }

    fn word(&mut self) {
        let length = self
            .tail(self.at)
            .iter()
            .position(|byte| !is_word(*byte))
            .unwrap_or_else(|| self.text.len().saturating_sub(self.at));
        let end = self.at.saturating_add(length);
        let word = self.text.get(self.at..end).unwrap_or_default();
        self.operand = BEFORE_OPERAND.contains(&word);
        self.at = end;
    }
}

impl<'a> Iterator for Literals<'a> {
    type Item = Literal<'a>;

    fn next(&mut self) -> Option<Literal<'a>> {
        while let Some(byte) = self.byte(self.at) {
            let next = self.at.saturating_add(1);
            let found = match byte {
                b'"' | b'\'' => self.quoted(byte),
                b'`' => self.template(next),
                b'}' if self.templates.last() == Some(&0) => {
                    self.templates.pop();
                    self.template(next)
                }
                b'/' => {
                    self.slash();
                    None
                }
                _ if is_word(byte) => {
                    self.word();
                    None
                }
                _ => {
                    self.at = next;
                    match (byte, self.templates.last_mut()) {
                        (b'{', Some(open)) => *open = open.saturating_add(1),
                        (b'}', Some(open)) => *open = open.saturating_sub(1),
                        _ => {}
                    }
                    if !byte.is_ascii_whitespace() {
                        self.operand = !matches!(byte, b')' | b']' | b'}');
                    }
                    None
                }
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The string that a literal stands for.
fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let escape = chars.next();
        rest = chars.as_str();
        match escape {
            Some('n' | 'v' | 'f') => out.push('\n'),
            Some('t') => out.push('\t'),
            // A line may go on after its end.
            Some('r' | 'b' | '0' | '\n' | '\r' | '\u{2028}' | '\u{2029}') | None => {}
            Some('x') => rest = push_hexadecimal(&mut out, rest, 2),
            Some('u') if rest.starts_with('{') => rest = push_braced(&mut out, rest),
            Some('u') => rest = push_hexadecimal(&mut out, rest, 4),
            Some(other) => out.push(other),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The number that the first `digits` digits are, and what follows them.
fn hexadecimal(text: &str, digits: usize) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    number
        .bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(number, 16).ok())
        .flatten()
        .map(|number| (number, rest))
}

fn push_hexadecimal<'a>(out: &mut String, text: &'a str, digits: usize) -> &'a str {
    let Some((unit, rest)) = hexadecimal(text, digits) else {
        return text;
    };
    if let Some(character) = char::from_u32(unit) {
        out.push(character);
        return rest;
    }
    let low = rest
        .strip_prefix("\\u")
        .and_then(|low| hexadecimal(low, 4))
        .filter(|(low, _)| (0xD800..0xDC00).contains(&unit) && (0xDC00..0xE000).contains(low));
    match low {
        Some((low, rest)) => {
            let pair = [unit, low].map(|unit| u16::try_from(unit).unwrap_or_default());
            out.extend(char::decode_utf16(pair).flatten());
            rest
        }
        None => rest,
    }
}

fn push_braced<'a>(out: &mut String, text: &'a str) -> &'a str {
    let inner = text.strip_prefix('{').unwrap_or(text);
    let digits = inner.bytes().take(7).position(|byte| byte == b'}');
    match digits.and_then(|digits| hexadecimal(inner, digits)) {
        Some((number, rest)) => {
            out.extend(char::from_u32(number));
            rest.strip_prefix('}').unwrap_or(rest)
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str) -> Vec<String> {
        Literals::new(script)
            .map(|literal| literal.text().into_owned())
            .collect()
    }

    #[test]
    fn strings_of_every_kind_are_found_and_undone() {
        assert_eq!(
            texts(r#"a("x",'y\'s',`z`,"\u9690\u79C1\x20\u{653F}\n\"q\"")"#),
            ["x", "y's", "z", "隐私 政\n\"q\""]
        );
        assert_eq!(texts(r#""\ud83d\ude00|\ud83d|\u12|\xZ""#), ["😀||12|Z"]);
        assert_eq!(texts("'one \\\n line'"), ["one  line"]);
        assert_eq!(texts(r#"{"k":["v",1]}"#), ["k", "v"]);
    }

    #[test]
    fn a_template_gives_its_parts_and_the_strings_inside() {
        assert_eq!(
            texts("`甲${f({a:'b'},`丙${c}丁`)}乙`+'戊'"),
            ["甲", "b", "丙", "丁", "乙", "戊"]
        );
        assert_eq!(texts("`cost $5`"), ["cost $5"]);
    }

    #[test]
    fn quotes_in_comments_and_regular_expressions_are_none() {
        assert_eq!(texts("// don't\nf('a')/* it's */('b')"), ["a", "b"]);
        assert_eq!(texts(r#"x=/["'\/]/g.test(y);z='a'"#), ["a"]);
        assert_eq!(texts("return /'/.test(y)?'a':b/2/'c'"), ["a", "c"]);
        assert_eq!(texts("a=b/c;d='e'/f"), ["e"]);
    }

    #[test]
    fn what_does_not_end_spoils_its_line_only() {
        assert_eq!(texts("it's broken\nf('a')"), ["a"]);
        assert_eq!(texts("x = `open ('a')"), ["a"]);
        assert_eq!(texts("/* open ('a')"), ["a"]);
        assert_eq!(texts("'a\\"), [""; 0]);
    }

    #[test]
    fn a_literal_knows_where_it_stands() {
        let script = "f('甲','乙')";
        for literal in Literals::new(script) {
            assert_eq!(&script[literal.start..literal.end()], literal.raw);
        }
    }

    #[test]
    fn no_script_takes_more_than_one_pass() {
        for unit in [
            "\\'", "'\\", "\\\"'", "(/[", "/*'", "`${", "`$", "{\"", "${`",
        ] {
            let script = unit.repeat(400_000);
            assert!(Literals::new(&script).count() <= script.len());
        }
    }
}
