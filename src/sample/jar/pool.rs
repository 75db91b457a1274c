//! The constant pool of a class file.

use std::collections::BTreeMap;

use super::super::bytes::size16;
use super::super::code::Method;
use super::super::pool::surrogates_in_utf8;

/// Constants with their positions. All numbers of class files are
/// big-endian.
#[derive(Default)]
pub(super) struct Pool {
    bytes: Vec<u8>,
    known: BTreeMap<Vec<u8>, u16>,
    next: u16,
}

impl Pool {
    pub fn utf8(&mut self, text: &str) -> u16 {
        let mut encoded = Vec::new();
        for byte in surrogates_in_utf8(text) {
            match byte {
                0 => encoded.extend([0xc0, 0x80]),
                byte => encoded.push(byte),
            }
        }
        let mut constant = vec![1];
        constant.extend(size16(encoded.len()).to_be_bytes());
        constant.extend(encoded);
        self.add(constant, 1)
    }

    pub fn string(&mut self, text: &str) -> u16 {
        let text = self.utf8(text);
        self.of_two(8, text, None)
    }

    /// A class by its descriptor.
    pub fn class(&mut self, descriptor: &str) -> u16 {
        let name = self.utf8(internal(descriptor));
        self.of_two(7, name, None)
    }

    pub fn number(&mut self, number: i64, of: &str) -> u16 {
        let low = number.to_be_bytes();
        let (tag, bytes, places) = match of {
            "J" => (5, &low[..], 2),
            "D" => (6, &low[..], 2),
            "F" => (4, &low[4..], 1),
            _ => (3, &low[4..], 1),
        };
        let mut constant = vec![tag];
        constant.extend(bytes);
        self.add(constant, places)
    }

    pub fn field(&mut self, class: &str, name: &str, of: &str) -> u16 {
        self.member(9, class, name, of)
    }

    pub fn method(&mut self, method: &Method, in_interface: bool) -> u16 {
        let tag = if in_interface { 11 } else { 10 };
        self.member(tag, &method.class, &method.name, &descriptor(method))
    }

    fn member(&mut self, tag: u8, class: &str, name: &str, of: &str) -> u16 {
        let class = self.class(class);
        let name = self.utf8(name);
        let of = self.utf8(of);
        let name_and_type = self.of_two(12, name, Some(of));
        self.of_two(tag, class, Some(name_and_type))
    }

    fn of_two(&mut self, tag: u8, first: u16, second: Option<u16>) -> u16 {
        let mut constant = vec![tag];
        constant.extend(first.to_be_bytes());
        constant.extend(second.iter().flat_map(|index| index.to_be_bytes()));
        self.add(constant, 1)
    }

    fn add(&mut self, constant: Vec<u8>, places: u16) -> u16 {
        if let Some(known) = self.known.get(&constant) {
            return *known;
        }
        let index = self.next + 1;
        self.next += places;
        self.bytes.extend(&constant);
        self.known.insert(constant, index);
        index
    }

    /// Number of constants and one more, then the constants.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend((self.next + 1).to_be_bytes());
        out.extend(&self.bytes);
    }
}

/// `Ljava/lang/String;` as the constant pool names a class; arrays keep
/// their descriptor.
pub(super) fn internal(descriptor: &str) -> &str {
    descriptor
        .strip_prefix('L')
        .and_then(|name| name.strip_suffix(';'))
        .unwrap_or(descriptor)
}

/// `(ILjava/lang/String;)V`
pub(super) fn descriptor(method: &Method) -> String {
    let proto = &method.proto;
    format!("({}){}", proto.parameters.concat(), proto.result)
}
