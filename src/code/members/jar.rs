//! Constant members of a class file.

use rustc_hash::{FxHashMap, FxHashSet};

use super::LONGEST;
use crate::decode::DecodeError;
use crate::decode::classfile::{ClassFile, Constant, Member};
use crate::decode::dex::text;

/// Names and values of the `members` that are constants.
pub(in crate::code) fn of_class(
    class: &ClassFile<'_>,
    members: &FxHashSet<String>,
) -> Result<Vec<(String, String)>, DecodeError> {
    let own = class.name_bytes()?;
    let mut statics: FxHashMap<&[u8], Constant<'_>> = FxHashMap::default();
    for field in &class.fields {
        if let Some(value) = class.constant_value(field)? {
            statics.insert(class.utf8(field.name)?, value);
        }
    }
    for method in named(class, b"<clinit>") {
        if let Some(code) = class.code(method)? {
            run(class, own, code, &mut statics);
        }
    }
    let mut found = Vec::new();
    for field in &class.fields {
        let name = class.utf8(field.name)?;
        if let Some(value) = statics.get(name).and_then(shown) {
            found.push((text(name).into_owned(), value));
        }
    }
    for method in &class.methods {
        let name = text(class.utf8(method.name)?);
        if members.contains(&*name)
            && let Some(code) = class.code(method)?
            && let Some(value) = run(class, own, code, &mut statics)
        {
            found.extend(shown(&value).map(|value| (name.into_owned(), value)));
        }
    }
    found.retain(|(name, _)| members.contains(name));
    Ok(found)
}

fn named<'a>(class: &'a ClassFile<'_>, name: &'a [u8]) -> impl Iterator<Item = &'a Member> {
    let is = move |member: &&Member| class.utf8(member.name).is_ok_and(|bytes| bytes == name);
    class.methods.iter().filter(is)
}

fn shown(value: &Constant<'_>) -> Option<String> {
    match value {
        Constant::Text(bytes) => (bytes.len() <= LONGEST).then(|| text(bytes).into_owned()),
        Constant::Number(number) => Some(number.to_string()),
    }
}

/// Follows one constant from the start of a method, through variables and
/// static fields of the class itself, until it is returned; up to the first
/// instruction that does something else.
fn run<'a>(
    class: &ClassFile<'a>,
    own: &[u8],
    code: &[u8],
    statics: &mut FxHashMap<&'a [u8], Constant<'a>>,
) -> Option<Constant<'a>> {
    let mut code = code;
    let mut top: Option<Constant<'a>> = None;
    let mut variables: FxHashMap<u8, Constant<'a>> = FxHashMap::default();
    loop {
        top = match *code {
            [op::LDC, index, ..] => {
                code = &code[2..];
                class.loadable(u16::from(index)).ok()
            }
            [op::LDC_W | op::LDC2_W, high, low, ..] => {
                code = &code[3..];
                class.loadable(u16::from_be_bytes([high, low])).ok()
            }
            [iconst @ op::ICONST_M1..=op::ICONST_5, ..] => {
                code = &code[1..];
                Some(Constant::Number(i64::from(iconst) - 3))
            }
            [op::BIPUSH, byte, ..] => {
                code = &code[2..];
                Some(Constant::Number(byte.cast_signed().into()))
            }
            [op::SIPUSH, high, low, ..] => {
                code = &code[3..];
                Some(Constant::Number(i16::from_be_bytes([high, low]).into()))
            }
            [opcode @ (op::GETSTATIC | op::PUTSTATIC), high, low, ..] => {
                code = &code[3..];
                let index = u16::from_be_bytes([high, low]);
                let field = class.member_at(index).ok().filter(|f| f.owner == own)?;
                if opcode == op::GETSTATIC {
                    statics.get(field.name).copied()
                } else {
                    match top {
                        Some(value) => statics.insert(field.name, value),
                        None => statics.remove(field.name),
                    };
                    None
                }
            }
            [op::ILOAD | op::LLOAD | op::ALOAD, variable, ..] => {
                code = &code[2..];
                variables.get(&variable).copied()
            }
            [op::ISTORE | op::LSTORE | op::ASTORE, variable, ..] => {
                code = &code[2..];
                variables.insert(variable, top?);
                None
            }
            [op::ARETURN | op::IRETURN | op::LRETURN, ..] => return top,
            _ => return None,
        };
    }
}

/// Opcodes of chapter 6 of the Java virtual machine specification.
mod op {
    pub const ICONST_M1: u8 = 0x02;
    pub const ICONST_5: u8 = 0x08;
    pub const BIPUSH: u8 = 0x10;
    pub const SIPUSH: u8 = 0x11;
    pub const LDC: u8 = 0x12;
    pub const LDC_W: u8 = 0x13;
    pub const LDC2_W: u8 = 0x14;
    pub const ILOAD: u8 = 0x15;
    pub const LLOAD: u8 = 0x16;
    pub const ALOAD: u8 = 0x19;
    pub const ISTORE: u8 = 0x36;
    pub const LSTORE: u8 = 0x37;
    pub const ASTORE: u8 = 0x3a;
    pub const IRETURN: u8 = 0xac;
    pub const LRETURN: u8 = 0xad;
    pub const ARETURN: u8 = 0xb0;
    pub const GETSTATIC: u8 = 0xb2;
    pub const PUTSTATIC: u8 = 0xb3;
}
