//! Forges DEX files: what no compiler writes. Tables stand in the order of
//! first use, code is raw code units.

use std::collections::BTreeMap;

pub const OBJECT: &str = "Ljava/lang/Object;";
pub const APP: &str = "La/App;";
pub const PUBLIC: u32 = 0x1;
pub const STATIC: u32 = 0x8;
pub const ABSTRACT: u32 = 0x400;
pub const INTERFACE: u32 = 0x600;
const CONSTRUCTOR: u32 = 0x1_0000;
const HEADER: usize = 0x70;

/// Opcodes of calls.
pub const VIRTUAL: u16 = 0x6e;
pub const DIRECT: u16 = 0x70;
pub const CALL_STATIC: u16 = 0x71;
pub const CALL_INTERFACE: u16 = 0x72;
pub const RETURN: u16 = 0x000e;

/// A DEX file that grows.
#[derive(Default)]
pub struct Forge {
    strings: Vec<String>,
    string_numbers: BTreeMap<String, u32>,
    types: Vec<u32>,
    type_numbers: BTreeMap<u32, u16>,
    protos: Vec<(u32, u16, Vec<u16>)>,
    proto_numbers: BTreeMap<String, u16>,
    methods: Vec<(u16, u16, u32)>,
    method_numbers: BTreeMap<(u16, u16, u32), u16>,
    classes: Vec<Class>,
}

struct Class {
    of: u16,
    access: u32,
    above: u16,
    interfaces: Vec<u16>,
    methods: Vec<(u16, u32, Option<Code>)>,
}

/// The code of a method.
#[derive(Clone, Default)]
pub struct Code {
    pub registers: u16,
    pub ins: u16,
    pub units: Vec<u16>,
    /// Guarded ranges: first unit, number of units, handlers.
    pub tries: Vec<(u32, u16, Vec<u32>)>,
}

impl Code {
    /// Code without parameters.
    pub fn new(registers: u16, units: Vec<u16>) -> Self {
        Self {
            registers,
            units,
            ..Self::default()
        }
    }

    /// Code of a method of objects: `this` stands in the last register.
    pub fn of_object(registers: u16, units: Vec<u16>) -> Self {
        Self {
            ins: 1,
            ..Self::new(registers, units)
        }
    }
}

/// `invoke-*` with at most four registers.
pub fn invoke(opcode: u16, method: u16, registers: &[u16]) -> [u16; 3] {
    let count = u16::try_from(registers.len()).unwrap();
    let list = registers.iter().rev().fold(0, |list, r| list << 4 | r);
    [count << 12 | opcode, method, list]
}

/// `const-string`.
pub fn text(register: u16, string: u32) -> [u16; 2] {
    [register << 8 | 0x1a, u16::try_from(string).unwrap()]
}

/// `new-instance`, or another instruction with a register and an index.
pub fn indexed(opcode: u16, register: u16, index: u16) -> [u16; 2] {
    [register << 8 | opcode, index]
}

impl Forge {
    pub fn string(&mut self, text: &str) -> u32 {
        let next = u32::try_from(self.strings.len()).unwrap();
        let number = *self.string_numbers.entry(text.to_owned()).or_insert(next);
        if number == next {
            self.strings.push(text.to_owned());
        }
        number
    }

    pub fn of(&mut self, descriptor: &str) -> u16 {
        let string = self.string(descriptor);
        let next = u16::try_from(self.types.len()).unwrap();
        let number = *self.type_numbers.entry(string).or_insert(next);
        if number == next {
            self.types.push(string);
        }
        number
    }

    fn proto(&mut self, text: &str) -> u16 {
        if let Some(known) = self.proto_numbers.get(text) {
            return *known;
        }
        let (list, result) = text[1..].split_once(')').unwrap();
        let mut parameters = Vec::new();
        let mut rest = list;
        while !rest.is_empty() {
            let arrays = rest.len() - rest.trim_start_matches('[').len();
            let end = match rest.as_bytes()[arrays] {
                b'L' => rest.find(';').unwrap() + 1,
                _ => arrays + 1,
            };
            parameters.push(self.of(&rest[..end]));
            rest = &rest[end..];
        }
        let item = (self.string("V"), self.of(result), parameters);
        let number = u16::try_from(self.protos.len()).unwrap();
        self.protos.push(item);
        self.proto_numbers.insert(text.to_owned(), number);
        number
    }

    /// A method as instructions name it: `La/B;`, `run`, `()V`.
    pub fn method(&mut self, class: &str, name: &str, proto: &str) -> u16 {
        let item = (self.of(class), self.proto(proto), self.string(name));
        let next = u16::try_from(self.methods.len()).unwrap();
        let number = *self.method_numbers.entry(item).or_insert(next);
        if number == next {
            self.methods.push(item);
        }
        number
    }

    /// Defines a class without methods.
    pub fn class(&mut self, name: &str, access: u32, above: &str, interfaces: &[&str]) {
        let class = Class {
            of: self.of(name),
            access,
            above: self.of(above),
            interfaces: interfaces.iter().map(|name| self.of(name)).collect(),
            methods: Vec::new(),
        };
        self.classes.push(class);
    }

    /// Adds a method to the class that was defined last.
    pub fn define(&mut self, access: u32, name: &str, proto: &str, code: Option<Code>) {
        let class = self.classes.last().unwrap().of;
        let class = self.strings[self.types[usize::from(class)] as usize].clone();
        let method = self.method(&class, name, proto);
        let constructor = if name.starts_with('<') {
            CONSTRUCTOR
        } else {
            0
        };
        let method = (method, access | constructor, code);
        self.classes.last_mut().unwrap().methods.push(method);
    }

    /// The application: this is what runs at the start.
    pub fn app(&mut self, code: Code) {
        self.class(APP, PUBLIC, "Landroid/app/Application;", &[]);
        self.define(PUBLIC, "onCreate", "()V", Some(code));
    }

    /// The file.
    pub fn finish(&self) -> Vec<u8> {
        let counts = [
            (self.strings.len(), 4),
            (self.types.len(), 4),
            (self.protos.len(), 12),
            (0, 8),
            (self.methods.len(), 8),
            (self.classes.len(), 32),
        ];
        let mut end = HEADER;
        let sections = counts.map(|(count, size)| {
            let start = end;
            end += count * size;
            (count, start)
        });
        let mut data = Data {
            start: end,
            bytes: Vec::new(),
        };
        let mut tables = Vec::new();
        for text in &self.strings {
            word(&mut tables, data.at());
            uleb(&mut data.bytes, text.len());
            data.bytes.extend(text.bytes().chain([0]));
        }
        for string in &self.types {
            word(&mut tables, *string);
        }
        for (shorty, result, parameters) in &self.protos {
            word(&mut tables, *shorty);
            word(&mut tables, u32::from(*result));
            word(&mut tables, data.list(parameters));
        }
        for (class, kind, name) in &self.methods {
            tables.extend(class.to_le_bytes());
            tables.extend(kind.to_le_bytes());
            word(&mut tables, *name);
        }
        for class in &self.classes {
            let interfaces = data.list(&class.interfaces);
            let members = data.members(&class.methods);
            let above = u32::from(class.above);
            let of = u32::from(class.of);
            for value in [of, class.access, above, interfaces, u32::MAX, 0, members, 0] {
                word(&mut tables, value);
            }
        }
        let mut file = b"dex\n035\0".to_vec();
        file.extend([0; 24]);
        let size = end + data.bytes.len();
        for value in [size, HEADER, 0x1234_5678, 0, 0, 0] {
            word(&mut file, u32::try_from(value).unwrap());
        }
        for (count, start) in sections {
            word(&mut file, u32::try_from(count).unwrap());
            word(&mut file, u32::try_from(start).unwrap());
        }
        file.resize(HEADER, 0);
        file.extend(tables);
        file.extend(data.bytes);
        file
    }
}

/// What stands behind the tables.
struct Data {
    start: usize,
    bytes: Vec<u8>,
}

impl Data {
    fn at(&self) -> u32 {
        u32::try_from(self.start + self.bytes.len()).unwrap()
    }

    fn align(&mut self) -> u32 {
        while !self.at().is_multiple_of(4) {
            self.bytes.push(0);
        }
        self.at()
    }

    fn list(&mut self, types: &[u16]) -> u32 {
        if types.is_empty() {
            return 0;
        }
        let start = self.align();
        word(&mut self.bytes, u32::try_from(types.len()).unwrap());
        self.bytes
            .extend(types.iter().flat_map(|of| of.to_le_bytes()));
        start
    }

    fn members(&mut self, methods: &[(u16, u32, Option<Code>)]) -> u32 {
        let codes: Vec<u32> = methods
            .iter()
            .map(|(_, _, code)| code.as_ref().map_or(0, |code| self.code(code)))
            .collect();
        let start = self.at();
        let mut all: Vec<_> = methods.iter().zip(codes).collect();
        all.sort_by_key(|((number, ..), _)| *number);
        let (direct, others): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|((_, access, _), _)| access & (STATIC | CONSTRUCTOR) != 0);
        for count in [0, 0, direct.len(), others.len()] {
            uleb(&mut self.bytes, count);
        }
        for methods in [direct, others] {
            let mut last = 0;
            for ((number, access, _), code) in methods {
                uleb(&mut self.bytes, usize::from(number - last));
                uleb(&mut self.bytes, *access as usize);
                uleb(&mut self.bytes, code as usize);
                last = *number;
            }
        }
        start
    }

    fn code(&mut self, code: &Code) -> u32 {
        let start = self.align();
        let tries = u16::try_from(code.tries.len()).unwrap();
        for value in [code.registers, code.ins, 5, tries] {
            self.bytes.extend(value.to_le_bytes());
        }
        word(&mut self.bytes, 0);
        word(&mut self.bytes, u32::try_from(code.units.len()).unwrap());
        self.bytes
            .extend(code.units.iter().flat_map(|unit| unit.to_le_bytes()));
        if code.tries.is_empty() {
            return start;
        }
        self.align();
        // Ranges that follow each other with the same handlers share them.
        let mut lists = Vec::new();
        uleb(&mut lists, code.tries.len());
        let mut before: Option<(&[u32], usize)> = None;
        for (first, count, handlers) in &code.tries {
            let at = match before {
                Some((known, at)) if known == handlers.as_slice() => at,
                _ => {
                    let at = lists.len();
                    sleb(&mut lists, i64::try_from(handlers.len()).unwrap());
                    for handler in handlers {
                        uleb(&mut lists, 0);
                        uleb(&mut lists, *handler as usize);
                    }
                    at
                }
            };
            before = Some((handlers, at));
            word(&mut self.bytes, *first);
            self.bytes.extend(count.to_le_bytes());
            let at = u16::try_from(at).unwrap();
            self.bytes.extend(at.to_le_bytes());
        }
        self.bytes.extend(lists);
        start
    }
}

fn word(out: &mut Vec<u8>, value: u32) {
    out.extend(value.to_le_bytes());
}

fn uleb(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
}

/// For numbers that are not negative.
fn sleb(out: &mut Vec<u8>, mut value: i64) {
    while value >= 0x40 {
        out.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
}
