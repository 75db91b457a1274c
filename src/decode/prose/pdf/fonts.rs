//! From the codes of a font to characters, and how wide they are.

use std::collections::BTreeMap;

use super::budget::Budget;
use super::file::File;
use super::glyphs;
use super::lexer::{Dict, Lexer, Object, whole};

/// Most codes of a range, and highest code with a width.
const MAX_CODE: usize = 0xFFFF;
/// Longest text that one code stands for, in units of UTF-16.
const MAX_NAME: usize = 16;

/// What codes mean that no table names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Otherwise {
    Unknown,
    /// Of one byte, in this encoding.
    Single(&'static encoding_rs::Encoding),
    /// Of two bytes.
    Utf16,
    /// Of one or two bytes.
    Gbk,
}

/// A font, as far as its text goes.
#[derive(Debug)]
pub(super) struct Font {
    /// Whether its name says that it is bold.
    pub bold: bool,
    /// Bytes of a code.
    width: usize,
    names: BTreeMap<u32, String>,
    otherwise: Otherwise,
    /// Widths of the glyphs in thousandths of the size, where they differ
    /// from the usual one.
    widths: BTreeMap<u32, f64>,
    usual: f64,
}

/// One code of a text.
pub(super) struct Glyph {
    /// In thousandths of the size.
    pub width: f64,
    pub is_space: bool,
}

impl Font {
    pub fn read(file: &File<'_>, font: &Dict) -> Self {
        let kind = file.get(font, "Subtype");
        let kind = kind.as_ref().and_then(Object::name).unwrap_or_default();
        let name = file.get(font, "BaseFont");
        let name = name.as_ref().and_then(Object::name).unwrap_or_default();
        let mut read = Self {
            bold: ["Bold", "Black", "Heavy"]
                .iter()
                .any(|word| name.contains(word)),
            width: 1,
            names: BTreeMap::new(),
            otherwise: Otherwise::Unknown,
            widths: BTreeMap::new(),
            usual: 500.0,
        };
        if kind == "Type0" {
            read.composite(file, font);
        } else {
            read.simple(file, font, kind);
        }
        if let Some(table @ Object::Ref(_)) = font.get("ToUnicode")
            && let Some((_, table)) = file.stream(table)
        {
            read.table(&table, file.budget);
        }
        read
    }

    /// A text as glyphs, with its characters: U+FFFD for what no table
    /// explains.
    pub fn write(&self, text: &[u8], budget: &Budget, out: &mut String) -> Vec<Glyph> {
        let mut glyphs = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.first() {
            let length = match self.otherwise {
                Otherwise::Gbk if *first < 0x81 => 1,
                _ => self.width.min(rest.len()),
            };
            let Some((code, after)) = rest.split_at_checked(length) else {
                break;
            };
            rest = after;
            let number = number(code);
            let before = out.len();
            self.character(code, number, out);
            if budget.bytes(out.len().saturating_sub(before)).is_none() {
                break;
            }
            let half = self.otherwise == Otherwise::Gbk && length == 1;
            let usual = if half { 500.0 } else { self.usual };
            glyphs.push(Glyph {
                width: self.widths.get(&number).copied().unwrap_or(usual),
                is_space: code == b" ",
            });
        }
        glyphs
    }

    fn character(&self, code: &[u8], number: u32, out: &mut String) {
        if let Some(name) = self.names.get(&number) {
            out.push_str(name);
            return;
        }
        let encoding = match self.otherwise {
            Otherwise::Single(encoding) => encoding,
            Otherwise::Utf16 => encoding_rs::UTF_16BE,
            Otherwise::Gbk => encoding_rs::GBK,
            Otherwise::Unknown => {
                out.push(char::REPLACEMENT_CHARACTER);
                return;
            }
        };
        out.push_str(&encoding.decode_without_bom_handling(code).0);
    }

    /// A font of one byte a code.
    fn simple(&mut self, file: &File<'_>, font: &Dict, kind: &str) {
        let descriptor = file.get_dict(font, "FontDescriptor").unwrap_or_default();
        let program = ["FontFile", "FontFile2", "FontFile3"]
            .iter()
            .find_map(|key| descriptor.get(*key).map(|program| (*key, program)));
        let flags = file.get(&descriptor, "Flags").and_then(|f| f.number());
        let is_symbolic = flags.is_some_and(|flags| whole(flags) & 4 != 0);
        let encoding = file.get(font, "Encoding");
        let named = match &encoding {
            Some(Object::Dict(dict)) => file.get(dict, "BaseEncoding"),
            other => other.clone(),
        };
        // A font of marks, or one with an encoding of its own.
        let is_own = is_symbolic || kind == "Type3" || (program.is_some() && encoding.is_none());
        self.otherwise = match named.as_ref().and_then(Object::name) {
            Some("MacRomanEncoding") => Otherwise::Single(encoding_rs::MACINTOSH),
            None if is_own || is_of_marks(file, font) => Otherwise::Unknown,
            _ => Otherwise::Single(encoding_rs::WINDOWS_1252),
        };
        if let Some(("FontFile", program)) = program
            && named.is_none()
            && !font.contains_key("ToUnicode")
            && let Some((_, program)) = file.stream(program)
        {
            self.own_encoding(&program, file.budget);
        }
        if let Some(Object::Dict(encoding)) = &encoding
            && let Some(Object::Array(list)) = file.get(encoding, "Differences")
        {
            self.differences(&list, file.budget);
        }
        // Of a font that is drawn by the document itself widths are in units
        // of its own.
        let unit = match file.get(font, "FontMatrix") {
            Some(Object::Array(matrix)) if kind == "Type3" => file.number_of(&matrix, 0) * 1000.0,
            _ => 1.0,
        };
        let first = file.get(font, "FirstChar").and_then(|first| first.number());
        if let Some(Object::Array(all)) = file.get(font, "Widths") {
            self.run_of_widths(file, first.unwrap_or(0.0), &all, unit);
        }
    }

    /// A font of several bytes a code, mostly two.
    fn composite(&mut self, file: &File<'_>, font: &Dict) -> Option<()> {
        self.width = 2;
        self.usual = 1000.0;
        match file.get(font, "Encoding") {
            Some(Object::Name(name)) if name.contains("UCS2") || name.contains("UTF16") => {
                self.otherwise = Otherwise::Utf16;
            }
            Some(Object::Name(name)) if name.starts_with("GBK") => self.otherwise = Otherwise::Gbk,
            // A table of codes in the file.
            Some(Object::Dict(_)) => {
                let (_, table) = file.stream(font.get("Encoding")?)?;
                self.width = code_width(&table, file.budget).unwrap_or(2);
            }
            _ => {}
        }
        let Object::Array(descendants) = file.get(font, "DescendantFonts")? else {
            return None;
        };
        let inner = file.dict(descendants.first()?)?;
        if let Some(usual) = file.get(&inner, "DW").and_then(|usual| usual.number()) {
            self.usual = usual;
        }
        let Object::Array(list) = file.get(&inner, "W")? else {
            return None;
        };
        self.table_of_widths(file, &list)
    }

    /// `first [width …]` and `first last width`.
    fn table_of_widths(&mut self, file: &File<'_>, list: &[Object]) -> Option<()> {
        let mut rest = list;
        loop {
            let first = file.number_of(rest, 0);
            let second = file.resolve(rest.get(1)?)?;
            if let Object::Array(all) = second {
                self.run_of_widths(file, first, &all, 1.0)?;
                rest = rest.get(2..)?;
            } else {
                let width = file.number_of(rest, 2);
                let last = whole(file.number_of(rest, 1)).min(MAX_CODE);
                for code in whole(first)..=last {
                    self.note_width(file.budget, code, width)?;
                }
                rest = rest.get(3..)?;
            }
        }
    }

    fn run_of_widths(
        &mut self,
        file: &File<'_>,
        first: f64,
        all: &[Object],
        unit: f64,
    ) -> Option<()> {
        for step in 0..all.len().min(MAX_CODE) {
            let code = whole(first).saturating_add(step);
            self.note_width(file.budget, code, file.number_of(all, step) * unit)?;
        }
        Some(())
    }

    fn note_width(&mut self, budget: &Budget, code: usize, width: f64) -> Option<()> {
        budget.entry()?;
        self.widths.insert(u32::try_from(code).ok()?, width);
        Some(())
    }

    /// The encoding that a font program of Type 1 states at its beginning:
    /// `dup 97 /a put`.
    fn own_encoding(&mut self, program: &[u8], budget: &Budget) {
        let clear = memchr::memmem::find(program, b"eexec").unwrap_or(0);
        let mut lexer = Lexer::new(program.get(..clear).unwrap_or_default(), 0, budget);
        let mut before = (None, None);
        while let Some(value) = lexer.object() {
            match (&before, &value) {
                ((Some(Object::Number(code)), Some(Object::Name(name))), Object::Word(word))
                    if word == "put" =>
                {
                    if let Some(text) = glyphs::named(name) {
                        self.name(budget, u32::try_from(whole(*code)).unwrap_or(0), text);
                    }
                }
                (_, Object::Word(word)) if word == "StandardEncoding" => {
                    self.otherwise = Otherwise::Single(encoding_rs::WINDOWS_1252);
                }
                _ => {}
            }
            before = (before.1, Some(value));
        }
    }

    /// Names of glyphs from a code on. One that says nothing leaves its code
    /// unknown, whatever the encoding has there.
    fn differences(&mut self, list: &[Object], budget: &Budget) {
        let mut code = 0_u32;
        for entry in list {
            match entry {
                Object::Number(number) => code = u32::try_from(whole(*number)).unwrap_or(0),
                Object::Name(name) => {
                    let unknown = || char::REPLACEMENT_CHARACTER.to_string();
                    self.name(budget, code, glyphs::named(name).unwrap_or_else(unknown));
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
    }

    /// A table `ToUnicode` (ISO 32000-1, 9.10.3).
    fn table(&mut self, table: &[u8], budget: &Budget) {
        let mut lexer = Lexer::new(table, 0, budget);
        let mut values: Vec<Object> = Vec::new();
        while let Some(value) = lexer.object() {
            match value {
                Object::Word(word) => {
                    match word.as_str() {
                        "endbfchar" => {
                            for pair in values.chunks(2) {
                                if let [Object::Text(code), Object::Text(to)] = pair {
                                    self.name(budget, number(code), utf16(to, 0));
                                }
                            }
                        }
                        "endbfrange" => {
                            for range in values.chunks(3) {
                                self.range(budget, range);
                            }
                        }
                        _ => {}
                    }
                    values.clear();
                }
                Object::Text(_) | Object::Array(_) => values.push(value),
                _ => {}
            }
        }
    }

    fn range(&mut self, budget: &Budget, range: &[Object]) -> Option<()> {
        let [Object::Text(low), Object::Text(high), to] = range else {
            return None;
        };
        let (low, high) = (number(low), number(high));
        for step in 0..=high.checked_sub(low)?.min(0xFFFF) {
            let name = match to {
                Object::Text(to) => utf16(to, step),
                Object::Array(all) => match all.get(usize::try_from(step).ok()?)? {
                    Object::Text(to) => utf16(to, 0),
                    _ => return None,
                },
                _ => return None,
            };
            self.name(budget, low.saturating_add(step), name)?;
        }
        Some(())
    }

    fn name(&mut self, budget: &Budget, code: u32, name: String) -> Option<()> {
        budget.entry()?;
        self.names.insert(code, name);
        Some(())
    }
}

/// Whether a font is one of those that every reader has and that has no
/// letters.
fn is_of_marks(file: &File<'_>, font: &Dict) -> bool {
    let name = file.get(font, "BaseFont");
    matches!(
        name.as_ref().and_then(Object::name),
        Some("Symbol" | "ZapfDingbats")
    )
}

/// The most bytes of a code that a table of codes (CMap) knows.
fn code_width(table: &[u8], budget: &Budget) -> Option<usize> {
    let mut lexer = Lexer::new(table, 0, budget);
    let mut width = None;
    while let Some(value) = lexer.object() {
        match value {
            Object::Text(code) => width = width.max(Some(code.len())),
            Object::Word(word) if word == "endcodespacerange" => break,
            _ => width = None,
        }
    }
    width.filter(|width| (1..=4).contains(width))
}

fn number(code: &[u8]) -> u32 {
    code.iter()
        .take(4)
        .fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

/// UTF-16 with its last unit so many steps further.
fn utf16(text: &[u8], step: u32) -> String {
    let mut units: Vec<u16> = text
        .as_chunks::<2>()
        .0
        .iter()
        .take(MAX_NAME)
        .map(|pair| u16::from_be_bytes(*pair))
        .collect();
    if let [only] = text {
        units.push(u16::from(*only));
    }
    if let Some(last) = units.last_mut() {
        *last = last.wrapping_add(u16::try_from(step).unwrap_or(0));
    }
    String::from_utf16_lossy(&units)
}
