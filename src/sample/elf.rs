//! A shared library: what the loader reads, and functions that return.
//!
//! Format: System V ABI, "Object Files" and "Program Loading and Dynamic
//! Linking". Addresses are file offsets; everything lies in one segment.

use super::bytes::{Bytes, size16, size32};
use super::description::Library;

/// Class and machine of an ABI.
#[derive(Clone, Copy)]
struct Machine {
    wide: bool,
    code: u16,
    flags: u32,
    /// A function that returns.
    stub: &'static [u8],
}

const AARCH64: Machine = Machine {
    wide: true,
    code: 183,
    flags: 0,
    stub: &[0xc0, 0x03, 0x5f, 0xd6],
};
const ARM: Machine = Machine {
    wide: false,
    code: 40,
    flags: 0x0500_0000, // EABI version 5
    stub: &[0x1e, 0xff, 0x2f, 0xe1],
};
const X86: Machine = Machine {
    wide: false,
    code: 3,
    flags: 0,
    stub: &[0xc3, 0xcc, 0xcc, 0xcc],
};
const X86_64: Machine = Machine {
    wide: true,
    code: 62,
    ..X86
};
const RISCV64: Machine = Machine {
    wide: true,
    code: 243,
    flags: 0,
    stub: &[0x67, 0x80, 0x00, 0x00],
};

/// The section header table, in this order after the empty first one.
const SECTIONS: [Section; 7] = [
    Section::new(".hash", 5, 0x2, 2, 4),
    Section::new(".dynsym", 11, 0x2, 3, 8),
    Section::new(".dynstr", 3, 0x2, 0, 1),
    Section::new(".text", 1, 0x6, 0, 4),
    Section::new(".rodata", 1, 0x2, 0, 1),
    Section::new(".dynamic", 6, 0x2, 3, 8),
    Section::new(".shstrtab", 3, 0, 0, 1),
];
const TEXT: u16 = 4;

struct Section {
    name: &'static str,
    kind: u32,
    flags: u32,
    /// Section that this one refers to.
    link: u32,
    align: u32,
}

impl Section {
    const fn new(name: &'static str, kind: u32, flags: u32, link: u32, align: u32) -> Self {
        Self {
            name,
            kind,
            flags,
            link,
            align,
        }
    }
}

/// The library as a file.
pub(super) fn write(library: &Library) -> Vec<u8> {
    let machine = machine(&library.path);
    let word = if machine.wide { 8 } else { 4 };
    let header = if machine.wide { 64 } else { 52 };
    let program_header = if machine.wide { 56 } else { 32 };
    let section_header = if machine.wide { 64 } else { 40 };

    let mut out = Writer {
        wide: machine.wide,
        bytes: Bytes::default(),
    };
    out.bytes.padded(&[], header + 2 * program_header);
    let mut strings = Strings::default();
    let mut places = Vec::new();
    let symbols = library.exports.len() + library.imports.len() + 1;
    for section in &SECTIONS {
        out.bytes.align(section.align as usize);
        let start = out.bytes.len();
        match section.name {
            ".hash" => out.hash(symbols),
            ".dynsym" => out.symbols(library, &mut strings),
            ".dynstr" => {
                strings.index(&library.soname);
                for name in &library.needed {
                    strings.index(name);
                }
                out.bytes.raw(&strings.0.0);
            }
            ".text" => {
                let text = size32(start);
                for position in 0..library.exports.len() {
                    out.define(&places, position, text);
                    out.bytes.raw(machine.stub);
                }
            }
            ".rodata" => {
                for text in &library.strings {
                    out.bytes.raw(text.as_bytes());
                    out.bytes.u8(0);
                }
            }
            ".dynamic" => out.dynamic(library, &mut strings, &places),
            _ => {
                out.bytes.u8(0);
                for section in &SECTIONS {
                    out.bytes.raw(section.name.as_bytes());
                    out.bytes.u8(0);
                }
            }
        }
        places.push((start, out.bytes.len() - start));
    }
    out.bytes.align(8);
    let table = out.bytes.len();
    out.section_headers(&places, word);

    let mut head = Writer {
        wide: machine.wide,
        bytes: Bytes::default(),
    };
    head.file_header(machine, header, program_header, section_header, table);
    let (dynamic, dynamic_size) = places[5];
    head.program_header(1, 0x5, 0, out.bytes.len(), 0x1000); // PT_LOAD
    head.program_header(2, 0x4, dynamic, dynamic_size, word); // PT_DYNAMIC
    out.bytes.0[..head.bytes.len()].copy_from_slice(&head.bytes.0);
    out.bytes.0
}

fn machine(path: &str) -> Machine {
    let abi = path.rsplit('/').nth(1).unwrap_or_default();
    match abi {
        "armeabi-v7a" | "armeabi" => ARM,
        "x86" => X86,
        "x86_64" => X86_64,
        "riscv64" => RISCV64,
        _ => AARCH64,
    }
}

/// `.dynstr`; begins with the empty string.
struct Strings(Bytes);

impl Default for Strings {
    fn default() -> Self {
        Self(Bytes(vec![0]))
    }
}

impl Strings {
    fn index(&mut self, text: &str) -> usize {
        let mut wanted = vec![0];
        wanted.extend_from_slice(text.as_bytes());
        wanted.push(0);
        let known = self.0.0.windows(wanted.len()).position(|w| w == wanted);
        if let Some(position) = known {
            return position + 1;
        }
        let start = self.0.len();
        self.0.raw(&wanted[1..]);
        start
    }
}

struct Writer {
    wide: bool,
    bytes: Bytes,
}

impl Writer {
    /// An address, offset or size of the class's width.
    fn word(&mut self, value: usize) {
        if self.wide {
            self.bytes.u64(value as u64);
        } else {
            self.bytes.size(value);
        }
    }

    fn file_header(
        &mut self,
        machine: Machine,
        header: usize,
        program_header: usize,
        section_header: usize,
        table: usize,
    ) {
        let class = if self.wide { 2 } else { 1 };
        self.bytes
            .padded(&[0x7f, b'E', b'L', b'F', class, 1, 1], 16);
        self.bytes.u16(3); // ET_DYN
        self.bytes.u16(machine.code);
        self.bytes.u32(1);
        self.word(0); // no entry point
        self.word(header); // program headers
        self.word(table); // section headers
        self.bytes.u32(machine.flags);
        self.bytes.u16(size16(header));
        self.bytes.u16(size16(program_header));
        self.bytes.u16(2);
        self.bytes.u16(size16(section_header));
        self.bytes.u16(size16(SECTIONS.len() + 1));
        self.bytes.u16(size16(SECTIONS.len())); // the names are last
    }

    fn program_header(&mut self, kind: u32, flags: u32, at: usize, size: usize, align: usize) {
        self.bytes.u32(kind);
        if self.wide {
            self.bytes.u32(flags);
        }
        for value in [at, at, at, size, size] {
            self.word(value);
        }
        if !self.wide {
            self.bytes.u32(flags);
        }
        self.word(align);
    }

    /// One bucket with all symbols.
    fn hash(&mut self, symbols: usize) {
        self.bytes.u32(1);
        self.bytes.size(symbols);
        self.bytes.u32(u32::from(symbols > 1));
        for next in 1..=symbols {
            let next = if next == 1 || next == symbols {
                0
            } else {
                next
            };
            self.bytes.size(next);
        }
    }

    fn symbols(&mut self, library: &Library, strings: &mut Strings) {
        const GLOBAL_FUNCTION: u8 = 0x12;
        let exports = library.exports.iter().map(|name| (name, TEXT));
        let imports = library.imports.iter().map(|name| (name, 0));
        self.symbol(0, 0, 0);
        for (name, section) in exports.chain(imports) {
            let name = strings.index(name);
            self.symbol(name, GLOBAL_FUNCTION, section);
        }
    }

    /// A symbol whose value is filled in by [`Self::define`].
    fn symbol(&mut self, name: usize, info: u8, section: u16) {
        self.bytes.size(name);
        let size = if section == 0 { 0 } else { 4 };
        if !self.wide {
            self.word(0);
            self.word(size);
        }
        self.bytes.u8(info);
        self.bytes.u8(0);
        self.bytes.u16(section);
        if self.wide {
            self.word(0);
            self.word(size);
        }
    }

    /// Gives the export at `position` its address. `places` has the sections
    /// so far.
    fn define(&mut self, places: &[(usize, usize)], position: usize, text: u32) {
        let (symbols, _) = places[1];
        let (size, value) = if self.wide { (24, 8) } else { (16, 4) };
        let at = symbols + size * (position + 1) + value;
        self.bytes.patch(at, text + size32(4 * position));
    }

    fn dynamic(&mut self, library: &Library, strings: &mut Strings, places: &[(usize, usize)]) {
        let [hash, symbols, names] = [places[0], places[1], places[2]];
        let mut tags = Vec::new();
        if !library.soname.is_empty() {
            tags.push((14, strings.index(&library.soname)));
        }
        for name in &library.needed {
            tags.push((1, strings.index(name)));
        }
        tags.extend([
            (4, hash.0),
            (5, names.0),
            (6, symbols.0),
            (10, names.1),
            (11, if self.wide { 24 } else { 16 }),
            (0, 0),
        ]);
        for (tag, value) in tags {
            self.word(tag);
            self.word(value);
        }
    }

    fn section_headers(&mut self, places: &[(usize, usize)], word: usize) {
        let empty = Section::new("", 0, 0, 0, 0);
        self.section_header(&empty, 0, (0, 0), 0);
        let mut name = 1;
        for (section, place) in SECTIONS.iter().zip(places) {
            let item = match section.name {
                ".hash" => 4,
                ".dynsym" => 8 + 2 * word,
                ".dynamic" => 2 * word,
                _ => 0,
            };
            self.section_header(section, name, *place, item);
            name += section.name.len() + 1;
        }
    }

    fn section_header(
        &mut self,
        section: &Section,
        name: usize,
        (at, size): (usize, usize),
        item: usize,
    ) {
        // Of symbols: the first one that is not local.
        let info = u32::from(section.name == ".dynsym");
        self.bytes.size(name);
        self.bytes.u32(section.kind);
        self.word(section.flags as usize);
        self.word(if section.flags == 0 { 0 } else { at });
        self.word(at);
        self.word(size);
        self.bytes.u32(section.link);
        self.bytes.u32(info);
        self.word(section.align as usize);
        self.word(item);
    }
}
