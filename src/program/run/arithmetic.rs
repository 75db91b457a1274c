//! Comparisons and arithmetic on values that are known.

use super::super::value::{State, Value};
use super::{first, second, third};
use crate::decode::dex::Insn;

/// Whether two values are the same, if that is known.
pub(super) fn same(left: Value, right: Value) -> Option<bool> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left == right),
        (Value::Text(left), Value::Text(right)) | (Value::Class(left), Value::Class(right)) => {
            Some(left == right)
        }
        // Null is no object.
        (Value::Int(0), Value::Text(_) | Value::Class(_) | Value::New(_))
        | (Value::Text(_) | Value::Class(_) | Value::New(_), Value::Int(0)) => Some(false),
        _ => None,
    }
}

/// Whether a branch is taken, if that is known. `least` is the lowest API
/// level of the device.
pub(super) fn decided(opcode: u8, left: Value, right: Value, least: Option<i64>) -> Option<bool> {
    // The tests against zero stand in the same order.
    let test = if opcode >= 0x38 { opcode - 6 } else { opcode };
    match test {
        0x32 => return same(left, right),
        0x33 => return same(left, right).map(|same| !same),
        _ => {}
    }
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(match test {
            0x34 => left < right,
            0x35 => left >= right,
            0x36 => left > right,
            _ => left <= right,
        }),
        (Value::ApiLevel, Value::Int(level)) => match test {
            0x34 if level <= least? => Some(false),
            0x35 if level <= least? => Some(true),
            0x36 if level < least? => Some(true),
            0x37 if level < least? => Some(false),
            _ => None,
        },
        (Value::Int(level), Value::ApiLevel) => match test {
            0x36 if level <= least? => Some(false),
            0x37 if level <= least? => Some(true),
            0x34 if level < least? => Some(true),
            0x35 if level < least? => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// `cmp-long`.
pub(super) fn compared(state: &State, insn: &Insn) -> Value {
    match (state.get(second(insn)).value, state.get(third(insn)).value) {
        (Value::Int(left), Value::Int(right)) => Value::Int(match left.cmp(&right) {
            std::cmp::Ordering::Less => -1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => 1,
        }),
        _ => Value::Unknown,
    }
}

/// Arithmetic on whole numbers.
pub(super) fn computed(state: &State, insn: &Insn) -> Value {
    let number = |register: u16| match state.get(register).value {
        Value::Int(number) => Some(number),
        _ => None,
    };
    let computed = || {
        let opcode = insn.opcode;
        if opcode < 0x90 {
            let from = number(second(insn))?;
            return match opcode {
                0x7b => i32::try_from(from).ok()?.checked_neg().map(i64::from),
                0x7d => from.checked_neg(),
                0x81 | 0x84 => Some(from),
                0x8d => i8::try_from(from).ok().map(i64::from),
                0x8e => u16::try_from(from).ok().map(i64::from),
                0x8f => i16::try_from(from).ok().map(i64::from),
                _ => None,
            };
        }
        let (operation, left, right) = match opcode {
            0x90..=0xaf => (opcode - 0x90, number(second(insn))?, number(third(insn))?),
            0xb0..=0xcf => (opcode - 0xb0, number(first(insn))?, number(second(insn))?),
            0xd0..=0xd7 => (opcode - 0xd0, number(second(insn))?, insn.literal?),
            _ => (opcode - 0xd8, number(second(insn))?, insn.literal?),
        };
        // `rsub` takes the place of `sub` with a literal.
        let turned = opcode >= 0xd0 && operation == 1;
        let (left, right) = if turned { (right, left) } else { (left, right) };
        let whole = |value: Option<i64>| value.and_then(|value| i32::try_from(value).ok());
        let int = |value: Option<i64>| whole(value).map(i64::from);
        match operation {
            0 => int(left.checked_add(right)),
            1 => int(left.checked_sub(right)),
            2 => int(left.checked_mul(right)),
            3 => int(left.checked_div(right)),
            4 => int(left.checked_rem(right)),
            5 => Some(left & right),
            6 => Some(left | right),
            7 => Some(left ^ right),
            8 => int(left.checked_shl(u32::try_from(right).ok()?)),
            9 => int(left.checked_shr(u32::try_from(right).ok()?)),
            0x0b => left.checked_add(right),
            0x0c => left.checked_sub(right),
            0x0d => left.checked_mul(right),
            _ => None,
        }
    };
    computed().map_or(Value::Unknown, Value::Int)
}
