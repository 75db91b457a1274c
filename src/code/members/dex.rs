//! Constant members of a class in a DEX.

use rustc_hash::{FxHashMap, FxHashSet};

use super::LONGEST;
use crate::code::work::{Spent, Work};
use crate::decode::dex::{
    self, ClassDef, Code, Dex, EncodedMethod, EncodedValue, Insn, Payload, Units,
};

/// Several switches may share one table of any size.
const MOST_SWITCHES: usize = 16;

/// A value that is known without running anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    /// Index of a string.
    Text(u32),
    Number(i64),
}

/// What is known of static fields, by field index; `None` for a field that
/// gets something else than a constant.
type Statics = FxHashMap<u32, Option<Value>>;

/// Names and values of the `members` that are constants. What cannot be read
/// is left out; the pass over all code counts it.
pub(in crate::code) fn of_class(
    dex: &Dex<'_>,
    class: &ClassDef,
    members: &FxHashSet<String>,
    work: &mut Work,
) -> Result<Vec<(String, String)>, Spent> {
    let Ok(Some(data)) = dex.class_data(class) else {
        return Ok(Vec::new());
    };
    work.look(data.field_count() as usize * 2)?;
    let mut statics = statics(dex, class, work)?;
    let methods: Vec<EncodedMethod> = data
        .methods()
        .into_iter()
        .flatten()
        .map_while(Result::ok)
        .collect();
    for method in &methods {
        if method_name(dex, method).as_deref() == Some("<clinit>")
            && let Some(code) = code(dex, method, work)?
        {
            let (_, put) = run(code.units, &statics);
            statics.extend(put);
        }
    }
    let mut found = Vec::new();
    for field in data.fields().map_while(Result::ok) {
        if let Some(Some(value)) = statics.get(&field.field)
            && let Ok(id) = dex.field(field.field)
            && let Ok(name) = dex.string(id.name)
            && members.contains(&*name)
        {
            found.extend(shown(dex, *value, work)?.map(|value| (name.into_owned(), value)));
        }
    }
    for method in &methods {
        if let Some(name) = method_name(dex, method).filter(|name| members.contains(name))
            && let Some(code) = code(dex, method, work)?
            && let (Some(value), _) = run(code.units, &statics)
        {
            found.extend(shown(dex, value, work)?.map(|value| (name, value)));
        }
    }
    Ok(found)
}

/// The values that static fields have from the start.
fn statics(dex: &Dex<'_>, class: &ClassDef, work: &mut Work) -> Result<Statics, Spent> {
    let values = dex.static_values(class).unwrap_or_default();
    work.look(values.len() * size_of::<EncodedValue>())?;
    let Ok(Some(data)) = dex.class_data(class) else {
        return Ok(Statics::default());
    };
    let fields = data.fields().map_while(Result::ok);
    Ok(fields
        .filter(|field| field.is_static)
        .zip(values)
        .filter_map(|(field, value)| {
            let value = match value {
                EncodedValue::String(index) => Value::Text(index),
                EncodedValue::Byte(number) => Value::Number(number.into()),
                EncodedValue::Short(number) => Value::Number(number.into()),
                EncodedValue::Int(number) => Value::Number(number.into()),
                EncodedValue::Long(number) => Value::Number(number),
                _ => return None,
            };
            Some((field.field, Some(value)))
        })
        .collect())
}

fn method_name(dex: &Dex<'_>, method: &EncodedMethod) -> Option<String> {
    let name = dex.method(method.method).ok()?.name;
    Some(dex.string(name).ok()?.into_owned())
}

fn code<'a>(
    dex: &Dex<'a>,
    method: &EncodedMethod,
    work: &mut Work,
) -> Result<Option<Code<'a>>, Spent> {
    let Ok(Some(code)) = dex.code(method) else {
        return Ok(None);
    };
    // Once for the targets of branches, once for the values.
    work.look(code.units.len() * 4)?;
    Ok(Some(code))
}

fn shown(dex: &Dex<'_>, value: Value, work: &mut Work) -> Result<Option<String>, Spent> {
    match value {
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Text(index) => match dex.string_bytes(index) {
            Ok(bytes) if bytes.len() <= LONGEST => {
                work.keep(bytes.len())?;
                Ok(Some(dex::text(bytes).into_owned()))
            }
            _ => Ok(None),
        },
    }
}

/// Follows constants through a method in the order of the file: the one
/// value that every return gives, if it is known, and what static fields
/// get. Where branches meet, nothing is known.
fn run(units: Units<'_>, statics: &Statics) -> (Option<Value>, Statics) {
    let mut registers: FxHashMap<u16, Value> = FxHashMap::default();
    let mut put = Statics::default();
    let Some(targets) = targets(units) else {
        return (None, put);
    };
    let mut returned = None;
    for insn in dex::insns(units) {
        let Ok(insn) = insn else {
            return (None, put);
        };
        if targets.contains(&i64::from(insn.at)) {
            registers.clear();
        }
        let Some(first) = insn.registers.get(0) else {
            continue;
        };
        let known = registers.get(&first).copied();
        let written = match insn.opcode {
            op::RETURN | op::RETURN_OBJECT => {
                if known.is_none() || returned.is_some_and(|value| Some(value) != known) {
                    return (None, put);
                }
                returned = known;
                continue;
            }
            op::SPUT | op::SPUT_OBJECT => {
                if let Some(field) = insn.index {
                    put.entry(field)
                        .and_modify(|value| *value = value.filter(|value| Some(*value) == known))
                        .or_insert(known);
                }
                continue;
            }
            op::SGET | op::SGET_OBJECT => insn.index.and_then(|field| {
                let value = put.get(&field).or_else(|| statics.get(&field));
                value.copied().flatten()
            }),
            op::MOVE_OBJECT..=op::MOVE_OBJECT_16 => insn
                .registers
                .get(1)
                .and_then(|from| registers.get(&from).copied()),
            op::CONST_4..=op::CONST_HIGH16 => insn.literal.map(Value::Number),
            op::CONST_STRING | op::CONST_STRING_JUMBO => insn.index.map(Value::Text),
            opcode if only_reads(opcode) => continue,
            _ => {
                // It may write a pair of registers.
                registers.remove(&first.saturating_add(1));
                None
            }
        };
        match written {
            Some(value) => registers.insert(first, value),
            None => registers.remove(&first),
        };
    }
    (returned, put)
}

/// Code units that branches go to; `None` for a method of many switches,
/// which gives no constant.
fn targets(units: Units<'_>) -> Option<FxHashSet<i64>> {
    let mut targets = FxHashSet::default();
    let mut switches = 0;
    for insn in dex::insns(units).map_while(Result::ok) {
        let Some(target) = insn.target else {
            continue;
        };
        match insn.opcode {
            op::PACKED_SWITCH | op::SPARSE_SWITCH => {
                switches += 1;
                if switches > MOST_SWITCHES {
                    return None;
                }
                targets.extend(cases(units, &insn, target));
            }
            op::FILL_ARRAY_DATA => {}
            _ => {
                targets.insert(target);
            }
        }
    }
    Some(targets)
}

fn cases(units: Units<'_>, insn: &Insn, payload: i64) -> Vec<i64> {
    let payload = u32::try_from(payload)
        .ok()
        .and_then(|at| dex::payload(units, at));
    let Some(Payload::Switch(cases)) = payload else {
        return Vec::new();
    };
    cases
        .into_iter()
        .map(|(_, target)| i64::from(insn.at).saturating_add(target.into()))
        .collect()
}

/// Instructions whose first register is only read.
const fn only_reads(opcode: u8) -> bool {
    matches!(
        opcode,
        // monitor-*, check-cast; throw; switches; if-*; aput*; iput*; sput*
        // and calls.
        0x1d..=0x1f | 0x27 | 0x2b | 0x2c | 0x32..=0x3d | 0x4b..=0x51 | 0x59..=0x5f | 0x67..=0x78
    )
}

/// Opcodes of "Summary of bytecode set".
mod op {
    pub const MOVE_OBJECT: u8 = 0x07;
    pub const MOVE_OBJECT_16: u8 = 0x09;
    pub const RETURN: u8 = 0x0f;
    pub const RETURN_OBJECT: u8 = 0x11;
    pub const CONST_4: u8 = 0x12;
    pub const CONST_HIGH16: u8 = 0x15;
    pub const CONST_STRING: u8 = 0x1a;
    pub const CONST_STRING_JUMBO: u8 = 0x1b;
    pub const FILL_ARRAY_DATA: u8 = 0x26;
    pub const PACKED_SWITCH: u8 = 0x2b;
    pub const SPARSE_SWITCH: u8 = 0x2c;
    pub const SGET: u8 = 0x60;
    pub const SGET_OBJECT: u8 = 0x62;
    pub const SPUT: u8 = 0x67;
    pub const SPUT_OBJECT: u8 = 0x69;
}
