//! The file: tables, data, map, checksum.

use std::collections::BTreeMap;

use super::super::bytes::{Bytes, size16, size32};
use super::super::code::{Class, DefinedField, DefinedMethod, STATIC, Value, number_bits};
use super::super::error::SampleError;
use super::super::pool::surrogates_in_utf8;
use super::assemble::{Code, assemble};
use super::ids::Ids;

const HEADER: usize = 0x70;
/// Most items of a table that all instructions can name.
const MOST: usize = 0xffff;
/// No index.
const NONE: u32 = u32::MAX;

/// Types of map items, in the order in which the sections stand.
const STRING_DATA: u16 = 0x2002;
const TYPE_LIST: u16 = 0x1001;
const CODE: u16 = 0x2001;
const DEBUG_INFO: u16 = 0x2003;
const ENCODED_ARRAY: u16 = 0x2005;
const CLASS_DATA: u16 = 0x2000;
const MAP_LIST: u16 = 0x1000;

/// Writes the file. Superclasses stand before those that extend them.
pub(super) fn write(classes: &[Class]) -> Result<Vec<u8>, SampleError> {
    let ids = Ids::collect(classes);
    for (what, count) in [
        ("strings", ids.strings.len()),
        ("types", ids.types.len()),
        ("fields", ids.fields.len()),
        ("methods", ids.methods.len()),
    ] {
        if count > MOST {
            return Err(SampleError::new(
                "dex",
                format!("{count} {what} are too many"),
            ));
        }
    }
    let tables = Tables::new(&ids, classes.len());
    let mut writer = Writer {
        data: Bytes(vec![0; tables.end]),
        map: tables.map(),
        lists: BTreeMap::new(),
        ids: &ids,
    };
    let strings = writer.strings();
    writer.type_lists(classes);
    let mut class_defs = Bytes::default();
    let codes = writer.codes(classes)?;
    let values = writer.static_values(classes);
    let data = writer.class_data(classes, &codes);
    for ((class, values), data) in classes.iter().zip(values).zip(data) {
        writer.class_def(&mut class_defs, class, values, data);
    }
    let head = writer.tables(&strings, &class_defs);
    writer.finish(&tables, &head)
}

/// Where the tables of fixed-size items stand.
struct Tables {
    /// Map type, number and offset of each.
    places: [(u16, usize, usize); 6],
    end: usize,
}

impl Tables {
    fn new(ids: &Ids, classes: usize) -> Self {
        let mut at = HEADER;
        let mut place = |kind, count, size| {
            let start = at;
            at += count * size;
            (kind, count, start)
        };
        let places = [
            place(1, ids.strings.len(), 4),
            place(2, ids.types.len(), 4),
            place(3, ids.protos.len(), 12),
            place(4, ids.fields.len(), 8),
            place(5, ids.methods.len(), 8),
            place(6, classes, 32),
        ];
        Self { places, end: at }
    }

    fn map(&self) -> Vec<(u16, usize, usize)> {
        let header = [(0, 1, 0)];
        let used = self.places.iter().filter(|(_, count, _)| *count > 0);
        header.iter().chain(used).copied().collect()
    }
}

struct Writer<'a> {
    /// The file, the tables still empty.
    data: Bytes,
    /// Map type, number and offset of what was written.
    map: Vec<(u16, usize, usize)>,
    /// Offsets of type lists.
    lists: BTreeMap<Vec<usize>, usize>,
    ids: &'a Ids,
}

impl Writer<'_> {
    /// Offsets of the texts.
    fn strings(&mut self) -> Vec<usize> {
        let ids = self.ids;
        self.section(STRING_DATA, 1, ids.strings.len());
        let mut offsets = Vec::new();
        for text in &ids.strings {
            offsets.push(self.data.len());
            self.data.uleb128(text.encode_utf16().count() as u64);
            for byte in surrogates_in_utf8(text) {
                match byte {
                    0 => self.data.raw(&[0xc0, 0x80]),
                    byte => self.data.u8(byte),
                }
            }
            self.data.u8(0);
        }
        offsets
    }

    fn type_lists(&mut self, classes: &[Class]) {
        let ids = self.ids;
        let parameters = ids.protos.iter().map(|proto| &proto.parameters);
        let interfaces = classes.iter().map(|class| &class.implements);
        let mut lists: Vec<Vec<usize>> = parameters
            .chain(interfaces)
            .filter(|list| !list.is_empty())
            .map(|list| self.type_list(list))
            .collect();
        lists.sort();
        lists.dedup();
        self.section(TYPE_LIST, 4, lists.len());
        for list in lists {
            self.data.align(4);
            let start = self.data.len();
            self.data.size(list.len());
            for of in &list {
                self.data.u16(size16(*of));
            }
            self.lists.insert(list, start);
        }
    }

    fn type_list(&self, types: &[String]) -> Vec<usize> {
        types.iter().map(|of| self.ids.of(of)).collect()
    }

    /// Offset of a list; 0 for an empty one.
    fn list_offset(&self, types: &[String]) -> usize {
        let list = self.type_list(types);
        self.lists.get(&list).copied().unwrap_or_default()
    }

    /// Code and debug information. Gives the offsets of the code, by class
    /// and method; 0 for a method without.
    fn codes(&mut self, classes: &[Class]) -> Result<Vec<Vec<usize>>, SampleError> {
        let mut assembled = Vec::new();
        for class in classes {
            for method in &class.methods {
                let Some(statements) = &method.code else {
                    continue;
                };
                let code = assemble(method, statements, self.ids).map_err(|error| {
                    let place = format!("{}, method \"{}\"", class.place, method.signature);
                    error.within(&place)
                })?;
                assembled.push((code, class.source.is_some(), method));
            }
        }
        let with_lines = assembled.iter().filter(|(_, lines, _)| *lines);
        self.section(DEBUG_INFO, 1, with_lines.count());
        let mut debug = Vec::new();
        for (code, lines, method) in &assembled {
            debug.push(lines.then(|| self.debug_info(code, method)));
        }
        self.section(CODE, 4, assembled.len());
        let mut offsets = Vec::new();
        for ((code, _, _), debug) in assembled.iter().zip(debug) {
            offsets.push(self.code(code, debug.unwrap_or_default()));
        }
        let mut offsets = offsets.into_iter();
        let mut offset = |method: &DefinedMethod| {
            let code = method.code.as_ref()?;
            let _ = code;
            offsets.next()
        };
        let by_class = classes.iter().map(|class| {
            let methods = class.methods.iter();
            methods
                .map(|method| offset(method).unwrap_or_default())
                .collect()
        });
        Ok(by_class.collect())
    }

    fn code(&mut self, code: &Code, debug: usize) -> usize {
        self.data.align(4);
        let start = self.data.len();
        self.data.u16(code.registers);
        self.data.u16(code.ins);
        self.data.u16(code.outs);
        self.data.u16(0); // try items
        self.data.size(debug);
        self.data.size(code.units.len());
        for unit in &code.units {
            self.data.u16(*unit);
        }
        start
    }

    /// A line number for each line of the description.
    fn debug_info(&mut self, code: &Code, method: &DefinedMethod) -> usize {
        const END_SEQUENCE: u8 = 0x00;
        const ADVANCE_PC: u8 = 0x01;
        /// Next line, same address.
        const NEXT_LINE: u8 = 0x0a + 5;
        const SAME_LINE: u8 = 0x0a + 4;
        let start = self.data.len();
        // No instruction has the line of the signature.
        self.data.uleb128(method.line as u64 + 1);
        self.data.uleb128(method.parameters.len() as u64);
        for _ in &method.parameters {
            self.data.u8(0); // no name
        }
        let mut at = 0;
        for (position, address) in code.lines.iter().enumerate() {
            if *address > at {
                self.data.u8(ADVANCE_PC);
                self.data.uleb128((address - at) as u64);
                at = *address;
            }
            self.data
                .u8(if position == 0 { SAME_LINE } else { NEXT_LINE });
        }
        self.data.u8(END_SEQUENCE);
        start
    }

    /// Offsets of the values of static fields; 0 if all are zero.
    fn static_values(&mut self, classes: &[Class]) -> Vec<usize> {
        let has_values = |class: &&Class| class.fields.iter().any(|field| field.value.is_some());
        self.section(ENCODED_ARRAY, 1, classes.iter().filter(has_values).count());
        let mut offsets = Vec::new();
        for class in classes {
            if !has_values(&class) {
                offsets.push(0);
                continue;
            }
            offsets.push(self.data.len());
            let fields = self.static_fields(class);
            let with_value = fields.iter().rposition(|field| field.value.is_some());
            let count = with_value.map_or(0, |last| last + 1);
            self.data.uleb128(count as u64);
            for field in fields.into_iter().take(count) {
                self.encoded_value(field);
            }
        }
        offsets
    }

    fn static_fields<'b>(&self, class: &'b Class) -> Vec<&'b DefinedField> {
        let mut fields: Vec<_> = class
            .fields
            .iter()
            .filter(|f| f.access & STATIC != 0)
            .collect();
        fields.sort_by_cached_key(|field| self.ids.field(&field.field));
        fields
    }

    /// `encoded_value`: a byte with type and length, then the value.
    fn encoded_value(&mut self, field: &DefinedField) {
        const STRING: u8 = 0x17;
        const NULL: u8 = 0x1e;
        const BOOLEAN: u8 = 0x1f;
        let number = match &field.value {
            Some(Value::Text(text)) => {
                let index = size32(self.ids.string(text));
                self.data.u8(3 << 5 | STRING);
                self.data.u32(index);
                return;
            }
            Some(Value::Number(number)) => *number,
            _ => 0,
        };
        let (kind, length) = match field.field.of.as_str() {
            "Z" => return self.data.u8(u8::from(number != 0) << 5 | BOOLEAN),
            "B" => (0x00, 1),
            "S" => (0x02, 2),
            "C" => (0x03, 2),
            "I" => (0x04, 4),
            "J" => (0x06, 8),
            "F" => (0x10, 4),
            "D" => (0x11, 8),
            _ => return self.data.u8(NULL),
        };
        let number = number_bits(number, &field.field.of);
        self.data.u8((length - 1) << 5 | kind);
        self.data.raw(&number.to_le_bytes()[..usize::from(length)]);
    }

    /// Offsets of the lists of members; 0 for a class without.
    fn class_data(&mut self, classes: &[Class], codes: &[Vec<usize>]) -> Vec<usize> {
        let has_members = |class: &&Class| !class.fields.is_empty() || !class.methods.is_empty();
        self.section(CLASS_DATA, 1, classes.iter().filter(has_members).count());
        let mut offsets = Vec::new();
        for (class, codes) in classes.iter().zip(codes) {
            if !has_members(&class) {
                offsets.push(0);
                continue;
            }
            offsets.push(self.data.len());
            self.members(class, codes);
        }
        offsets
    }

    fn members(&mut self, class: &Class, codes: &[usize]) {
        let ids = self.ids;
        let (fixed, instance): (Vec<_>, Vec<_>) =
            class.fields.iter().partition(|f| f.access & STATIC != 0);
        let methods = class.methods.iter().zip(codes);
        let (direct, others): (Vec<_>, Vec<_>) = methods.partition(|(m, _)| m.is_direct());
        for count in [fixed.len(), instance.len(), direct.len(), others.len()] {
            self.data.uleb128(count as u64);
        }
        for mut fields in [fixed, instance] {
            fields.sort_by_cached_key(|field| ids.field(&field.field));
            let mut last = 0;
            for field in fields {
                let index = ids.field(&field.field);
                self.data.uleb128((index - last) as u64);
                self.data.uleb128(field.access.into());
                last = index;
            }
        }
        for mut methods in [direct, others] {
            methods.sort_by_cached_key(|(method, _)| ids.method(&method.method));
            let mut last = 0;
            for (method, code) in methods {
                let index = ids.method(&method.method);
                self.data.uleb128((index - last) as u64);
                self.data.uleb128(method.access.into());
                self.data.uleb128(*code as u64);
                last = index;
            }
        }
    }

    fn class_def(&self, out: &mut Bytes, class: &Class, values: usize, data: usize) {
        out.size(self.ids.of(&class.name));
        out.u32(class.access);
        out.size(self.ids.of(&class.extends));
        out.size(self.list_offset(&class.implements));
        match &class.source {
            Some(source) => out.size(self.ids.string(source)),
            None => out.u32(NONE),
        }
        out.u32(0); // annotations
        out.size(data);
        out.size(values);
    }

    /// The tables of fixed-size items.
    fn tables(&self, strings: &[usize], class_defs: &Bytes) -> Bytes {
        let ids = self.ids;
        let mut out = Bytes::default();
        for offset in strings {
            out.size(*offset);
        }
        for of in &ids.types {
            out.size(ids.string(of));
        }
        for proto in &ids.protos {
            out.size(ids.string(&proto.shorty()));
            out.size(ids.of(&proto.result));
            out.size(self.list_offset(&proto.parameters));
        }
        for field in &ids.fields {
            out.u16(size16(ids.of(&field.class)));
            out.u16(size16(ids.of(&field.of)));
            out.size(ids.string(&field.name));
        }
        for method in &ids.methods {
            out.u16(size16(ids.of(&method.class)));
            out.u16(size16(ids.proto(&method.proto)));
            out.size(ids.string(&method.name));
        }
        out.raw(&class_defs.0);
        out
    }

    /// Begins a section of `count` items.
    fn section(&mut self, kind: u16, align: usize, count: usize) {
        if count > 0 {
            self.data.align(align);
            self.map.push((kind, count, self.data.len()));
        }
    }

    fn finish(mut self, tables: &Tables, head: &Bytes) -> Result<Vec<u8>, SampleError> {
        self.section(MAP_LIST, 4, 1);
        let map = self.data.len();
        self.data.size(self.map.len());
        for (kind, count, at) in &self.map {
            self.data.u16(*kind);
            self.data.u16(0);
            self.data.size(*count);
            self.data.size(*at);
        }
        let mut file = header(tables, map, self.data.len());
        file.raw(&head.0);
        let rest = self.data.0.get(file.len()..);
        let rest = rest.ok_or_else(|| SampleError::new("dex", "is inconsistent"))?;
        file.raw(rest);
        // The checksum is that of all after it.
        let checksum = adler32(&file.0[12..]);
        file.patch(8, checksum);
        Ok(file.0)
    }
}

fn header(tables: &Tables, map: usize, size: usize) -> Bytes {
    let mut out = Bytes::default();
    out.raw(b"dex\n035\0");
    out.u32(0); // checksum
    // The SHA-1 signature; Android does not look at it.
    out.padded(&[], 20);
    out.size(size);
    out.size(HEADER);
    out.u32(0x1234_5678); // byte order
    out.u32(0); // link section
    out.u32(0);
    out.size(map);
    for (_, count, at) in tables.places {
        out.size(count);
        out.size(if count == 0 { 0 } else { at });
    }
    out.size(size - tables.end);
    out.size(tables.end);
    out
}

/// RFC 1950, section 9.
fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % MODULUS;
        (low, (high + low) % MODULUS)
    });
    high << 16 | low
}
