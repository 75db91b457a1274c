//! The values of the format (ISO 32000-1, 7.3), one after the other.

use std::collections::BTreeMap;

use super::budget::Budget;

/// Deepest nesting of arrays and dictionaries.
const MAX_DEPTH: usize = 24;
/// Most values of one object.
const MAX_VALUES: usize = 200_000;

pub(super) type Dict = BTreeMap<String, Object>;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Number(f64),
    Text(Vec<u8>),
    Name(String),
    Array(Vec<Object>),
    Dict(Dict),
    Ref(u32),
    /// `true`, `null`, or an operator of a content stream.
    Word(String),
}

impl Object {
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// A number that counts something, as whole as it can be.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a range that both types have"
)]
pub(super) fn whole(number: f64) -> usize {
    number.clamp(0.0, 1e9) as usize
}

/// Reads values one after the other.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    budget: &'a Budget,
    pub at: usize,
}

/// A value, or a bracket of one.
enum Token {
    Value(Object),
    Array,
    Dict,
    Close,
}

/// An array or dictionary that is not closed yet.
struct Open {
    is_dict: bool,
    values: Vec<Object>,
}

impl Open {
    fn closed(self) -> Object {
        if !self.is_dict {
            return Object::Array(self.values);
        }
        let mut dict = Dict::new();
        let mut values = self.values.into_iter();
        while let Some(key) = values.next() {
            // What has no name is passed over.
            if let Object::Name(key) = key
                && let Some(value) = values.next()
            {
                dict.insert(key, value);
            }
        }
        Object::Dict(dict)
    }
}

impl<'a> Lexer<'a> {
    pub fn new(bytes: &'a [u8], at: usize, budget: &'a Budget) -> Self {
        Self { bytes, budget, at }
    }

    /// The next value; none at the end. Brackets that belong to nothing are
    /// passed over.
    pub fn object(&mut self) -> Option<Object> {
        let mut open: Vec<Open> = Vec::new();
        let mut count = 0_usize;
        loop {
            let start = self.at;
            self.budget.operation()?;
            let token = self.token()?;
            self.budget.bytes(self.at.saturating_sub(start))?;
            count = count.saturating_add(1);
            let value = match token {
                Token::Array | Token::Dict => {
                    if open.len() >= MAX_DEPTH {
                        return self.budget.exceed();
                    }
                    open.push(Open {
                        is_dict: matches!(token, Token::Dict),
                        values: Vec::new(),
                    });
                    continue;
                }
                Token::Close => match open.pop() {
                    Some(open) => open.closed(),
                    None => continue,
                },
                Token::Value(value) => value,
            };
            match open.last_mut() {
                None => return Some(value),
                Some(_) if count > MAX_VALUES => return self.budget.exceed(),
                Some(open) => open.values.push(value),
            }
        }
    }

    fn token(&mut self) -> Option<Token> {
        self.skip_space();
        let second = self.bytes.get(self.at.saturating_add(1));
        let (length, token) = match (self.peek()?, second) {
            (b'[', _) => (1, Token::Array),
            (b'<', Some(b'<')) => (2, Token::Dict),
            (b'>', Some(b'>')) => (2, Token::Close),
            (b']' | b'>' | b')' | b'{' | b'}', _) => (1, Token::Close),
            _ => return Some(Token::Value(self.single())),
        };
        self.at = self.at.saturating_add(length);
        Some(token)
    }

    /// A value that holds no other.
    fn single(&mut self) -> Object {
        match self.peek() {
            Some(b'/') => {
                self.step();
                Object::Name(self.name())
            }
            Some(b'(') => Object::Text(self.literal()),
            Some(b'<') => {
                self.step();
                Object::Text(self.hexadecimal())
            }
            Some(b'0'..=b'9' | b'+' | b'-' | b'.') => self.number(),
            _ => Object::Word(String::from_utf8_lossy(self.regular()).into_owned()),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn step(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at = self.at.saturating_add(1);
        Some(byte)
    }

    pub fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                self.at = self.at.saturating_add(end);
            } else if is_space(byte) {
                self.at = self.at.saturating_add(1);
            } else {
                break;
            }
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at = self.at.saturating_add(1);
        }
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    fn name(&mut self) -> String {
        let mut name = Vec::new();
        let mut rest = self.regular().iter().copied();
        while let Some(byte) = rest.next() {
            match byte {
                b'#' => name.extend(hex_pair(rest.next(), rest.next())),
                byte => name.push(byte),
            }
        }
        String::from_utf8_lossy(&name).into_owned()
    }

    fn number(&mut self) -> Object {
        let text = std::str::from_utf8(self.regular()).unwrap_or_default();
        if text.parse::<u32>().is_ok()
            && let Some(end) = self.rest_of_reference()
        {
            self.at = end;
            return text.parse().map_or(Object::Number(0.0), Object::Ref);
        }
        match text.parse::<f64>() {
            Ok(number) => Object::Number(number),
            // `--5`, `5-3`: readers are lenient, nothing hangs on it here.
            Err(_) if text.bytes().all(|b| b"+-.0123456789".contains(&b)) => Object::Number(0.0),
            Err(_) => Object::Word(text.to_owned()),
        }
    }

    /// After a number: ` 0 R`.
    fn rest_of_reference(&self) -> Option<usize> {
        let rest = self.bytes.get(self.at..)?;
        let rest = rest.get(..12).unwrap_or(rest);
        let after = strip_all(strip_all(rest, is_space)?, |b| b.is_ascii_digit())?;
        let after = strip_all(after, is_space)?.strip_prefix(b"R")?;
        if after.first().copied().is_some_and(is_regular) {
            return None;
        }
        let length = rest.len().saturating_sub(after.len());
        Some(self.at.saturating_add(length))
    }

    fn literal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut depth = 0_usize;
        while let Some(byte) = self.step() {
            match byte {
                b'(' => {
                    if depth > 0 {
                        text.push(byte);
                    }
                    depth = depth.saturating_add(1);
                }
                b')' if depth <= 1 => break,
                b')' => {
                    depth = depth.saturating_sub(1);
                    text.push(byte);
                }
                b'\\' => self.escape(&mut text),
                _ => text.push(byte),
            }
        }
        text
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        match self.step() {
            Some(b'n') => text.push(b'\n'),
            Some(b'r') => text.push(b'\r'),
            Some(b't') => text.push(b'\t'),
            Some(b'b') => text.push(8),
            Some(b'f') => text.push(12),
            Some(b'\r') if self.peek() == Some(b'\n') => {
                self.step();
            }
            Some(b'\n' | b'\r') | None => {}
            Some(first @ b'0'..=b'7') => {
                let mut code = first & 7;
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else {
                        break;
                    };
                    self.step();
                    code = code.wrapping_shl(3) | (digit & 7);
                }
                text.push(code);
            }
            Some(other) => text.push(other),
        }
    }

    /// Digits up to `>`, which is passed too.
    fn hexadecimal(&mut self) -> Vec<u8> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        self.at = self.at.saturating_add(end).saturating_add(1);
        from_hexadecimal(rest.get(..end).unwrap_or_default())
    }
}

pub(super) fn from_hexadecimal(digits: &[u8]) -> Vec<u8> {
    let mut digits = digits.iter().copied().filter(u8::is_ascii_hexdigit);
    let mut text = Vec::new();
    while let Some(high) = digits.next() {
        text.extend(hex_pair(Some(high), digits.next().or(Some(b'0'))));
    }
    text
}

/// `4`, `1` is `A`; none if either is no digit.
fn hex_pair(high: Option<u8>, low: Option<u8>) -> Option<u8> {
    let high = char::from(high?).to_digit(16)?;
    let low = char::from(low?).to_digit(16)?;
    u8::try_from((high << 4) | low).ok()
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !b"()<>[]{}/%".contains(&byte)
}

/// Without the bytes of a kind at the start, of which there is at least one.
fn strip_all(text: &[u8], kind: impl Fn(u8) -> bool) -> Option<&[u8]> {
    let count = text.iter().take_while(|b| kind(**b)).count();
    text.get(count..).filter(|_| count > 0)
}
