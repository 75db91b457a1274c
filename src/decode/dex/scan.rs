//! The fast walk over the instructions of a method: one table look-up per
//! instruction, and a word only about the few that whole-app passes ask for.

use super::code::unit;
use super::opcode::TABLE;
use super::{DecodeError, Units};

/// What an instruction of interest does. Ranges (`invoke-*/range`) and
/// widths (`const-string/jumbo`, `sget-object`) are folded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `invoke-virtual`; the index is a method.
    InvokeVirtual,
    /// `invoke-super`; a method.
    InvokeSuper,
    /// `invoke-direct`; a method.
    InvokeDirect,
    /// `invoke-static`; a method.
    InvokeStatic,
    /// `invoke-interface`; a method.
    InvokeInterface,
    /// `invoke-polymorphic`; a method.
    InvokePolymorphic,
    /// `invoke-custom`; a call site.
    InvokeCustom,
    /// `const-string`; a string.
    ConstString,
    /// `const-class`; a type.
    ConstClass,
    /// `new-instance`; a type.
    NewInstance,
    /// `iget*`; a field.
    InstanceGet,
    /// `iput*`; a field.
    InstancePut,
    /// `sget*`; a field.
    StaticGet,
    /// `sput*`; a field.
    StaticPut,
    /// `return*`; no index.
    Return,
}

impl Kind {
    /// Whether this is a call of any kind.
    pub const fn is_invoke(self) -> bool {
        matches!(
            self,
            Self::InvokeVirtual
                | Self::InvokeSuper
                | Self::InvokeDirect
                | Self::InvokeStatic
                | Self::InvokeInterface
                | Self::InvokePolymorphic
                | Self::InvokeCustom
        )
    }

    const fn of(opcode: u8) -> Option<Self> {
        Some(match opcode {
            0x0e..=0x11 => Self::Return,
            0x1a | 0x1b => Self::ConstString,
            0x1c => Self::ConstClass,
            0x22 => Self::NewInstance,
            0x52..=0x58 => Self::InstanceGet,
            0x59..=0x5f => Self::InstancePut,
            0x60..=0x66 => Self::StaticGet,
            0x67..=0x6d => Self::StaticPut,
            0x6e | 0x74 => Self::InvokeVirtual,
            0x6f | 0x75 => Self::InvokeSuper,
            0x70 | 0x76 => Self::InvokeDirect,
            0x71 | 0x77 => Self::InvokeStatic,
            0x72 | 0x78 => Self::InvokeInterface,
            0xfa | 0xfb => Self::InvokePolymorphic,
            0xfc | 0xfd => Self::InvokeCustom,
            _ => return None,
        })
    }
}

/// An instruction of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Code unit where it starts; [`insn`](super::insn) gives its operands.
    pub at: u32,
    /// What it does.
    pub kind: Kind,
    /// Index in the table that `kind` names; 0 for `Return`.
    pub index: u32,
}

const JUMBO: u8 = 0x1b;

/// Width in units, and what the instruction does, of every opcode.
const STEPS: [(u8, Option<Kind>); 256] = steps();

#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "runs at compile time, over every opcode there is"
)]
const fn steps() -> [(u8, Option<Kind>); 256] {
    let mut steps = [(1, None); 256];
    let mut opcode = 0;
    while opcode < 256 {
        steps[opcode] = (TABLE[opcode].1.units(), Kind::of(opcode as u8));
        opcode += 1;
    }
    steps
}

/// Walks all instructions of a method and calls `emit` for each one that a
/// [`Kind`] names, in order.
///
/// # Errors
/// When the last instruction or payload runs past the end; the offset of the
/// error is in code units. What came before it has been emitted.
#[inline]
pub fn scan(units: Units<'_>, mut emit: impl FnMut(Event)) -> Result<(), DecodeError> {
    let mut at = 0usize;
    while let Some(first) = unit(units, at) {
        let [opcode, high] = first.to_le_bytes();
        let (mut width, kind) = STEPS
            .get(usize::from(opcode))
            .map_or((1, None), |&(width, kind)| (usize::from(width), kind));
        if let Some(kind) = kind {
            let index = match kind {
                Kind::Return => Some(0),
                _ if opcode == JUMBO => jumbo(units, at),
                _ => unit(units, at.saturating_add(1)).map(u32::from),
            };
            let (Some(index), Ok(at)) = (index, u32::try_from(at)) else {
                return Err(cut(at));
            };
            emit(Event { at, kind, index });
        } else if opcode == 0 && high != 0 {
            width = payload_units(units, at).ok_or_else(|| cut(at))?;
        }
        at = at.saturating_add(width);
    }
    if at == units.len() {
        Ok(())
    } else {
        Err(cut(at))
    }
}

fn jumbo(units: Units<'_>, at: usize) -> Option<u32> {
    let low = unit(units, at.saturating_add(1))?;
    let high = unit(units, at.saturating_add(2))?;
    Some(u32::from(low) | u32::from(high).wrapping_shl(16))
}

/// Width of the payload at `at`, of which the opcode is `nop` and the rest
/// of the unit is not zero; 1 if it is none of the three known.
#[cold]
pub(super) fn payload_units(units: Units<'_>, at: usize) -> Option<usize> {
    let word = |n: usize| unit(units, at.saturating_add(n)).map(usize::from);
    match word(0)? {
        0x0100 => word(1)?.checked_mul(2)?.checked_add(4),
        0x0200 => word(1)?.checked_mul(4)?.checked_add(2),
        0x0300 => {
            let count = word(2)? | word(3)?.checked_shl(16)?;
            let bytes = word(1)?.checked_mul(count)?;
            bytes.div_ceil(2).checked_add(4)
        }
        _ => Some(1),
    }
}

fn cut(at: usize) -> DecodeError {
    DecodeError::new("instructions", "run past the end of the method", at)
}
