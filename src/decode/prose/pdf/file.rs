//! The objects of a PDF file: found by looking through the file, not by its
//! tables, which damaged files have wrong.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::ZlibDecoder;
use memchr::memmem;

use super::budget::Budget;
use super::lexer::{Dict, Lexer, Object, from_hexadecimal, whole};
use crate::evidence::GapKind;

/// Longest chain of references.
const MAX_REFERENCES: usize = 8;
/// Most filters of a stream.
const MAX_FILTERS: usize = 4;

/// Where an object is.
#[derive(Clone, Copy, Debug)]
enum At {
    File(usize),
    /// In an unpacked stream of objects, by its number and offset.
    Stream(usize, usize),
}

/// A file with its objects found.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    objects: BTreeMap<u32, At>,
    streams: Vec<Vec<u8>>,
    pub budget: &'a Budget,
}

impl<'a> File<'a> {
    pub fn new(bytes: &'a [u8], budget: &'a Budget) -> Self {
        let mut file = Self {
            bytes,
            objects: BTreeMap::new(),
            streams: Vec::new(),
            budget,
        };
        // What is written later replaces what has the same number.
        let mut found = Vec::new();
        for at in memmem::find_iter(bytes, b"obj") {
            let Some(id) = object_number(bytes.get(..at).unwrap_or_default()) else {
                continue;
            };
            if budget.object().is_none() {
                return file;
            }
            let at = At::File(at.saturating_add(3));
            found.push(at);
            file.objects.insert(id, at);
        }
        if !file.is_encrypted() {
            file.object_streams(&found);
        }
        file
    }

    /// Whether the file says that it is encrypted.
    pub fn is_encrypted(&self) -> bool {
        memmem::find_iter(self.bytes, b"/Encrypt").any(|at| {
            let mut lexer = Lexer::new(self.bytes, at.saturating_add(8), self.budget);
            matches!(lexer.object(), Some(Object::Ref(_) | Object::Dict(_)))
        })
    }

    /// The last catalogue that a trailer names.
    pub fn root(&self) -> Option<Dict> {
        memmem::rfind_iter(self.bytes, b"/Root").find_map(|at| {
            let root = Lexer::new(self.bytes, at.saturating_add(5), self.budget).object()?;
            self.dict(&root).filter(|root| root.contains_key("Pages"))
        })
    }

    /// Takes in the objects that lie in packed streams. Those that also lie
    /// open in the file are left as they are.
    fn object_streams(&mut self, found: &[At]) {
        let open: Vec<u32> = self.objects.keys().copied().collect();
        for at in found {
            let Some(content) = self.object_stream(*at) else {
                if self.budget.fault().is_some() {
                    return;
                }
                continue;
            };
            let (first, count, content) = content;
            let mut header = Lexer::new(&content, 0, self.budget);
            let stream = self.streams.len();
            for _ in 0..count {
                let (Some(Object::Number(id)), Some(Object::Number(offset))) =
                    (header.object(), header.object())
                else {
                    break;
                };
                let id = u32::try_from(whole(id)).unwrap_or(0);
                if self.budget.object().is_none() {
                    return;
                }
                if open.binary_search(&id).is_err() {
                    let at = At::Stream(stream, first.saturating_add(whole(offset)));
                    self.objects.insert(id, at);
                }
            }
            self.streams.push(content);
        }
    }

    /// The offset of the first object, the number of objects, and the bytes,
    /// if a stream of objects is there.
    fn object_stream(&self, at: At) -> Option<(usize, usize, Vec<u8>)> {
        let At::File(start) = at else {
            return None;
        };
        let head = self.bytes.get(start..)?;
        let head = head.get(..400).unwrap_or(head);
        memmem::find(head, b"/ObjStm")?;
        let Object::Dict(dict) = self.lexer(at).object()? else {
            return None;
        };
        if dict.get("Type")?.name() != Some("ObjStm") {
            return None;
        }
        let (dict, content) = self.stream_at(at)?;
        let number = |key: &str| dict.get(key).and_then(Object::number).map(whole);
        Some((number("First")?, number("N")?, content))
    }

    fn lexer(&self, at: At) -> Lexer<'_> {
        match at {
            At::File(at) => Lexer::new(self.bytes, at, self.budget),
            At::Stream(stream, at) => {
                let bytes = self.streams.get(stream).map(Vec::as_slice);
                Lexer::new(bytes.unwrap_or_default(), at, self.budget)
            }
        }
    }

    /// What a value is once its references are followed.
    pub fn resolve(&self, object: &Object) -> Option<Object> {
        let mut object = object.clone();
        for _ in 0..MAX_REFERENCES {
            let Object::Ref(id) = object else {
                return Some(object);
            };
            self.budget.object()?;
            object = self.lexer(*self.objects.get(&id)?).object()?;
        }
        None
    }

    /// A dictionary, or that of a stream.
    pub fn dict(&self, object: &Object) -> Option<Dict> {
        match self.resolve(object)? {
            Object::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    pub fn get(&self, dict: &Dict, key: &str) -> Option<Object> {
        self.resolve(dict.get(key)?)
    }

    pub fn get_dict(&self, dict: &Dict, key: &str) -> Option<Dict> {
        self.dict(dict.get(key)?)
    }

    /// A number of an array, 0 where there is none.
    pub fn number_of(&self, all: &[Object], at: usize) -> f64 {
        let number = all.get(at).and_then(|number| self.resolve(number));
        number.and_then(|number| number.number()).unwrap_or(0.0)
    }

    /// A stream, unpacked. One that is missing, damaged or packed in a way
    /// that is not read is a fault of the document.
    pub fn stream(&self, object: &Object) -> Option<(Dict, Vec<u8>)> {
        let read = match object {
            Object::Ref(id) => self.objects.get(id).and_then(|at| self.stream_at(*at)),
            _ => None,
        };
        read.or_else(|| {
            self.budget
                .fail(GapKind::Malformed, "lacks a part that it names")
        })
    }

    fn stream_at(&self, at: At) -> Option<(Dict, Vec<u8>)> {
        let mut lexer = self.lexer(at);
        let Object::Dict(dict) = lexer.object()? else {
            return None;
        };
        lexer.skip_space();
        let rest = self.bytes.get(lexer.at..)?.strip_prefix(b"stream")?;
        let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        let rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        let mut content = rest.get(..self.length(&dict, rest)?)?.to_vec();
        self.budget.bytes(content.len())?;
        let filters = match self.get(&dict, "Filter") {
            None => Vec::new(),
            Some(Object::Array(filters)) => filters,
            Some(filter) => vec![filter],
        };
        if filters.len() > MAX_FILTERS {
            return self.budget.exceed();
        }
        if dict.contains_key("DecodeParms") && self.is_predicted(&dict) {
            return self.not_read();
        }
        for filter in &filters {
            content = match self.resolve(filter)?.name()? {
                "FlateDecode" => self.inflate(&content)?,
                "ASCII85Decode" => {
                    // A `z` stands for four bytes.
                    self.budget.bytes(content.len().saturating_mul(4))?;
                    from_base_85(&content)
                }
                "ASCIIHexDecode" => from_hexadecimal(&content),
                _ => return self.not_read(),
            };
        }
        Some((dict, content))
    }

    /// How long a stream is: as long as it says if it ends there.
    fn length(&self, dict: &Dict, rest: &[u8]) -> Option<usize> {
        const END: &[u8] = b"endstream";
        let said = self.get(dict, "Length").and_then(|said| said.number());
        if let Some(said) = said.map(whole)
            && let Some(tail) = rest.get(said..)
            && memmem::find(tail.get(..16).unwrap_or(tail), END).is_some()
        {
            return Some(said);
        }
        let found = memmem::find(rest, END).unwrap_or(rest.len());
        self.budget.bytes(found)?;
        Some(found)
    }

    /// Whether the bytes are differences, as those of pictures are.
    fn is_predicted(&self, dict: &Dict) -> bool {
        let parameters = match self.get(dict, "DecodeParms") {
            Some(Object::Array(all)) => all,
            one => Vec::from_iter(one),
        };
        parameters.iter().any(|one| {
            let one = self.dict(one).unwrap_or_default();
            let predictor = self.get(&one, "Predictor").and_then(|one| one.number());
            predictor.is_some_and(|predictor| predictor > 1.0)
        })
    }

    fn not_read<T>(&self) -> Option<T> {
        let why = "is packed in a way that is not read";
        self.budget.fail(GapKind::Unsupported, why)
    }

    fn inflate(&self, packed: &[u8]) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        let most = self.budget.bytes_left().saturating_add(1);
        let mut packed = ZlibDecoder::new(packed).take(most as u64);
        let whole = packed.read_to_end(&mut content).is_ok();
        self.budget.bytes(content.len())?;
        if !whole {
            return self.budget.fail(GapKind::Malformed, "has a damaged part");
        }
        Some(content)
    }
}

/// The number of the object whose `obj` stands after `before`.
fn object_number(before: &[u8]) -> Option<u32> {
    let tail = before.get(before.len().saturating_sub(24)..)?;
    let (tail, generation) = last_digits(tail.trim_ascii_end());
    let (_, id) = last_digits(tail.trim_ascii_end());
    let is_apart = tail.last().is_some_and(u8::is_ascii_whitespace);
    if generation.is_empty() || !is_apart {
        return None;
    }
    std::str::from_utf8(id).ok()?.parse().ok()
}

/// Splits off the digits at the end.
fn last_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let digits = text.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    text.split_at_checked(text.len().saturating_sub(digits))
        .unwrap_or((text, &[]))
}

/// Groups of five digits, four bytes each (ISO 32000-1, 7.4.3).
fn from_base_85(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut group = Vec::with_capacity(5);
    let value = |group: &[u8]| {
        group.iter().fold(0_u32, |value, digit| {
            value.wrapping_mul(85).wrapping_add(u32::from(*digit))
        })
    };
    for byte in text {
        match byte {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => {
                group.push(byte.saturating_sub(b'!'));
                if group.len() == 5 {
                    out.extend(value(&group).to_be_bytes());
                    group.clear();
                }
            }
            b'~' => break,
            _ => {}
        }
    }
    let count = group.len().saturating_sub(1);
    group.resize(5, 84);
    out.extend(value(&group).to_be_bytes().iter().take(count));
    out
}
