//! What is known of an opcode ("Summary of bytecode set", Dalvik bytecode).

pub(super) use super::table::TABLE;

use super::format::Format;

/// What the index of an instruction counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refers {
    /// No index.
    Nothing,
    /// String table.
    String,
    /// Type table.
    Type,
    /// Field table.
    Field,
    /// Method table.
    Method,
    /// Method table, with a second index in the prototype table.
    MethodAndProto,
    /// Call site table.
    CallSite,
    /// Method handle table.
    MethodHandle,
    /// Prototype table.
    Proto,
}

/// Name, format and index kind of an opcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opcode {
    /// Mnemonic as in the specification; `unused` if none is assigned.
    pub name: &'static str,
    /// Layout of the instruction.
    pub format: Format,
    /// What its index counts in.
    pub refers: Refers,
}

/// Looks an opcode up; unused ones are one unit wide, as Android reads them.
pub fn opcode(value: u8) -> Opcode {
    let (name, format, refers) =
        TABLE
            .get(usize::from(value))
            .copied()
            .unwrap_or(("unused", Format::F10x, Refers::Nothing));
    Opcode {
        name,
        format,
        refers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Widths as the formats chapter gives them, row by row of the opcode
    /// chapter, independent of the table.
    fn width(opcode: u8) -> u8 {
        match opcode {
            0x18 => 5,
            0xfa | 0xfb => 4,
            0x03
            | 0x06
            | 0x09
            | 0x14
            | 0x17
            | 0x1b
            | 0x24..=0x26
            | 0x2a..=0x2c
            | 0x6e..=0x72
            | 0x74..=0x78
            | 0xfc
            | 0xfd => 3,
            0x02
            | 0x05
            | 0x08
            | 0x13
            | 0x15
            | 0x16
            | 0x19
            | 0x1a
            | 0x1c
            | 0x1f
            | 0x20
            | 0x22
            | 0x23
            | 0x29
            | 0x2d..=0x3d
            | 0x44..=0x6d
            | 0x90..=0xaf
            | 0xd0..=0xe2
            | 0xfe
            | 0xff => 2,
            _ => 1,
        }
    }

    #[test]
    fn every_opcode_has_its_width() {
        for value in 0..=u8::MAX {
            assert_eq!(opcode(value).format.units(), width(value), "{value:#04x}");
        }
    }

    #[test]
    fn widths_agree_with_another_decoder() {
        // Where ddc-dex is wrong: the switches, unused opcodes, the
        // conversions after 0x8a, polymorphic calls.
        let wrong = |value| matches!(value, 0x2b | 0x2c | 0x3e..=0x43 | 0x8b..=0x8f | 0xfa | 0xfb);
        let mut compared = 0;
        for value in (0..=u8::MAX).filter(|value| !wrong(*value)) {
            let other = ddc_dex::insn::opcode_units(value);
            assert_eq!(
                u32::from(opcode(value).format.units()),
                other,
                "{value:#04x}"
            );
            compared += 1;
        }
        assert_eq!(compared, 241);
    }

    #[test]
    fn names_and_formats_of_one_opcode_of_each_kind() {
        for (value, name, format, refers) in [
            (0x00, "nop", Format::F10x, Refers::Nothing),
            (0x1b, "const-string/jumbo", Format::F31c, Refers::String),
            (0x22, "new-instance", Format::F21c, Refers::Type),
            (0x54, "iget-object", Format::F22c, Refers::Field),
            (0x6d, "sput-short", Format::F21c, Refers::Field),
            (0x78, "invoke-interface/range", Format::F3rc, Refers::Method),
            (0xcf, "rem-double/2addr", Format::F12x, Refers::Nothing),
            (0xe2, "ushr-int/lit8", Format::F22b, Refers::Nothing),
            (
                0xfa,
                "invoke-polymorphic",
                Format::F45cc,
                Refers::MethodAndProto,
            ),
            (0xfc, "invoke-custom", Format::F35c, Refers::CallSite),
            (0xff, "const-method-type", Format::F21c, Refers::Proto),
        ] {
            assert_eq!(
                opcode(value),
                Opcode {
                    name,
                    format,
                    refers
                }
            );
        }
    }
}
