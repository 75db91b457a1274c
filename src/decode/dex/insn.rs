//! Every instruction with its operands ("Dalvik executable instruction
//! formats").

use super::code::unit;
use super::format::Format;
use super::opcode::{Opcode, opcode};
use super::scan::payload_units;
use super::{DecodeError, Units};

/// A decoded instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Insn {
    /// Code unit where it starts.
    pub at: u32,
    /// Width in code units, a payload's content included.
    pub width: u32,
    /// First byte; 0 for `nop` and for payloads, which `format` tells apart.
    pub opcode: u8,
    /// Layout.
    pub format: Format,
    /// Registers in the order of the assembler: what is written first.
    pub registers: Registers,
    /// Index in the table that [`Insn::info`] names.
    pub index: Option<u32>,
    /// Second index: the prototype of an `invoke-polymorphic`.
    pub proto: Option<u32>,
    /// Literal, sign-extended; for `high16` forms already shifted.
    pub literal: Option<i64>,
    /// Code unit that a branch goes to, or where a payload lies. It may lie
    /// outside the method.
    pub target: Option<i64>,
}

impl Insn {
    /// Name and index kind.
    pub fn info(&self) -> Opcode {
        let mut info = opcode(self.opcode);
        (info.name, info.format) = match self.format {
            Format::PackedSwitch => ("packed-switch-payload", self.format),
            Format::SparseSwitch => ("sparse-switch-payload", self.format),
            Format::FillArrayData => ("fill-array-data-payload", self.format),
            _ => (info.name, info.format),
        };
        info
    }
}

/// Register operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registers {
    /// Up to five, one by one.
    List {
        /// How many of `numbers` count.
        count: u8,
        /// Register numbers.
        numbers: [u16; 5],
    },
    /// Consecutive ones.
    Range {
        /// First register number.
        first: u16,
        /// How many.
        count: u8,
    },
}

impl Registers {
    const NONE: Self = Self::List {
        count: 0,
        numbers: [0; 5],
    };

    const fn one(a: u16) -> Self {
        Self::List {
            count: 1,
            numbers: [a, 0, 0, 0, 0],
        }
    }

    const fn two(a: u16, b: u16) -> Self {
        Self::List {
            count: 2,
            numbers: [a, b, 0, 0, 0],
        }
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        match *self {
            Self::List { count, .. } | Self::Range { count, .. } => count as usize,
        }
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The register at a position.
    pub fn get(&self, position: usize) -> Option<u16> {
        match *self {
            Self::List { count, numbers } if position < usize::from(count) => {
                numbers.get(position).copied()
            }
            Self::Range { first, count } if position < usize::from(count) => {
                first.checked_add(u16::try_from(position).ok()?)
            }
            _ => None,
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = u16> + use<> {
        let all = *self;
        (0..all.len()).map_while(move |position| all.get(position))
    }
}

/// All instructions of a method, payloads included. Ends after the first
/// error.
#[derive(Clone, Debug)]
pub struct Insns<'a> {
    units: Units<'a>,
    at: usize,
}

/// Walks all instructions of a method.
pub const fn insns(units: Units<'_>) -> Insns<'_> {
    Insns { units, at: 0 }
}

impl Iterator for Insns<'_> {
    type Item = Result<Insn, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.units.len() {
            return None;
        }
        let insn = u32::try_from(self.at)
            .map_err(|_| cut(u32::MAX))
            .and_then(|at| insn(self.units, at));
        self.at = match &insn {
            Ok(insn) => self.at.saturating_add(super::size(insn.width)),
            Err(_) => usize::MAX,
        };
        Some(insn)
    }
}

/// The instruction at a code unit, for example that of an
/// [`Event`](super::Event).
///
/// # Errors
/// When it runs past the end of the method; the offset is in code units.
pub fn insn(units: Units<'_>, at: u32) -> Result<Insn, DecodeError> {
    decode(units, at).ok_or_else(|| cut(at))
}

fn cut(at: u32) -> DecodeError {
    DecodeError::new(
        "instruction",
        "runs past the end of the method",
        super::size(at),
    )
}

fn decode(units: Units<'_>, at: u32) -> Option<Insn> {
    let start = super::size(at);
    let unit = |n: usize| unit(units, start.checked_add(n)?);
    let first = unit(0)?;
    let [byte, high] = first.to_le_bytes();
    let format = match first {
        0x0100 => Format::PackedSwitch,
        0x0200 => Format::SparseSwitch,
        0x0300 => Format::FillArrayData,
        _ => opcode(byte).format,
    };
    let width = match format {
        Format::PackedSwitch | Format::SparseSwitch | Format::FillArrayData => {
            payload_units(units, start)?
        }
        _ => usize::from(format.units()),
    };
    // All operands lie inside from here on.
    units.get(start..start.checked_add(width)?)?;

    let [b, a] = [high.wrapping_shr(4), high & 0x0f];
    let [wide, low, tall] = [u16::from(high), u16::from(a), u16::from(b)];
    let second = unit(1).unwrap_or(0);
    let third = unit(2).unwrap_or(0);
    let double = u32::from(second) | u32::from(third).wrapping_shl(16);
    let jump = |offset: i64| Some(i64::from(at).saturating_add(offset));
    let literal = |value: u16| Some(i64::from(value.cast_signed()));

    let mut insn = Insn {
        at,
        width: u32::try_from(width).ok()?,
        opcode: byte,
        format,
        registers: Registers::NONE,
        index: None,
        proto: None,
        literal: None,
        target: None,
    };
    match format {
        Format::F10x | Format::PackedSwitch | Format::SparseSwitch | Format::FillArrayData => {}
        Format::F12x => insn.registers = Registers::two(low, tall),
        Format::F11n => {
            insn.registers = Registers::one(low);
            insn.literal = Some(i64::from(high.cast_signed().wrapping_shr(4)));
        }
        Format::F11x => insn.registers = Registers::one(wide),
        Format::F10t => insn.target = jump(i64::from(high.cast_signed())),
        Format::F20t => insn.target = jump(i64::from(second.cast_signed())),
        Format::F22x => insn.registers = Registers::two(wide, second),
        Format::F21t => {
            insn.registers = Registers::one(wide);
            insn.target = jump(i64::from(second.cast_signed()));
        }
        Format::F21s => {
            insn.registers = Registers::one(wide);
            insn.literal = literal(second);
        }
        Format::F21h => {
            insn.registers = Registers::one(wide);
            let shift = if byte == CONST_WIDE_HIGH16 { 48 } else { 16 };
            insn.literal = literal(second).map(|value| value.wrapping_shl(shift));
        }
        Format::F21c => {
            insn.registers = Registers::one(wide);
            insn.index = Some(u32::from(second));
        }
        Format::F23x => {
            let [c, d] = second.to_le_bytes();
            insn.registers = Registers::List {
                count: 3,
                numbers: [wide, u16::from(c), u16::from(d), 0, 0],
            };
        }
        Format::F22b => {
            let [c, d] = second.to_le_bytes();
            insn.registers = Registers::two(wide, u16::from(c));
            insn.literal = Some(i64::from(d.cast_signed()));
        }
        Format::F22t => {
            insn.registers = Registers::two(low, tall);
            insn.target = jump(i64::from(second.cast_signed()));
        }
        Format::F22s => {
            insn.registers = Registers::two(low, tall);
            insn.literal = literal(second);
        }
        Format::F22c => {
            insn.registers = Registers::two(low, tall);
            insn.index = Some(u32::from(second));
        }
        Format::F32x => insn.registers = Registers::two(second, third),
        Format::F30t => insn.target = jump(i64::from(double.cast_signed())),
        Format::F31t => {
            insn.registers = Registers::one(wide);
            insn.target = jump(i64::from(double.cast_signed()));
        }
        Format::F31i => {
            insn.registers = Registers::one(wide);
            insn.literal = Some(i64::from(double.cast_signed()));
        }
        Format::F31c => {
            insn.registers = Registers::one(wide);
            insn.index = Some(double);
        }
        Format::F35c | Format::F45cc => {
            insn.registers = five(b, a, third);
            insn.index = Some(u32::from(second));
            insn.proto = (format == Format::F45cc)
                .then(|| unit(3).map(u32::from))
                .flatten();
        }
        Format::F3rc | Format::F4rcc => {
            insn.registers = Registers::Range {
                first: third,
                count: high,
            };
            insn.index = Some(u32::from(second));
            insn.proto = (format == Format::F4rcc)
                .then(|| unit(3).map(u32::from))
                .flatten();
        }
        Format::F51l => {
            insn.registers = Registers::one(wide);
            let upper = u32::from(unit(3)?) | u32::from(unit(4)?).wrapping_shl(16);
            let value = u64::from(double) | u64::from(upper).wrapping_shl(32);
            insn.literal = Some(value.cast_signed());
        }
    }
    Some(insn)
}

const CONST_WIDE_HIGH16: u8 = 0x19;

/// `[A=count op|G] [index] [F|E|D|C]`, with the count in the top four bits.
fn five(count: u8, g: u8, fedc: u16) -> Registers {
    let nibble = |shift: u32| fedc.wrapping_shr(shift) & 0x0f;
    Registers::List {
        count: count.min(5),
        numbers: [nibble(0), nibble(4), nibble(8), nibble(12), u16::from(g)],
    }
}

/// The content of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload<'a> {
    /// Case values and where they go, in code units from the switch
    /// instruction.
    Switch(Vec<(i32, i32)>),
    /// Elements of an array.
    Array {
        /// Bytes of each element.
        width: u16,
        /// All elements, little-endian.
        bytes: &'a [[u8; 2]],
        /// Number of elements.
        count: u32,
    },
}

/// The payload at a code unit; `None` if there is none, or it runs past the
/// end of the method.
pub fn payload(units: Units<'_>, at: u32) -> Option<Payload<'_>> {
    let start = super::size(at);
    let width = payload_units(units, start)?;
    let units = units.get(start..start.checked_add(width)?)?;
    let count = unit(units, 1).map(usize::from)?;
    let ints = |from: usize| {
        let pairs = units.get(from..).unwrap_or_default().as_chunks::<2>().0;
        pairs
            .iter()
            .map(|&[[a, b], [c, d]]| i32::from_le_bytes([a, b, c, d]))
    };
    match unit(units, 0)? {
        0x0100 => {
            let first = ints(2).next()?;
            Some(Payload::Switch((first..).zip(ints(4)).collect()))
        }
        0x0200 => {
            let targets = ints(2).skip(count);
            Some(Payload::Switch(ints(2).take(count).zip(targets).collect()))
        }
        0x0300 => Some(Payload::Array {
            width: unit(units, 1)?,
            count: ints(2).next()?.cast_unsigned(),
            bytes: units.get(4..)?,
        }),
        _ => None,
    }
}
