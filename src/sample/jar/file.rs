//! A class file.

use super::super::bytes::{size16, size32};
use super::super::code::{Class, DefinedField, DefinedMethod, STATIC, Value, number_bits};
use super::super::error::SampleError;
use super::assemble::{Code, assemble};
use super::pool::{Pool, descriptor};

const VERSION: u16 = 49;
/// `ACC_SUPER`, which compilers set on every class.
const SUPER: u32 = 0x0020;
const INTERFACE: u32 = 0x0200;

/// Writes the class.
pub(super) fn write(class: &Class) -> Result<Vec<u8>, SampleError> {
    let mut pool = Pool::default();
    let mut body = Vec::new();
    let super_bit = if class.access & INTERFACE == 0 {
        SUPER
    } else {
        0
    };
    put(&mut body, size16((class.access | super_bit) as usize));
    put(&mut body, pool.class(&class.name));
    put(&mut body, pool.class(&class.extends));
    put(&mut body, size16(class.implements.len()));
    for interface in &class.implements {
        put(&mut body, pool.class(interface));
    }
    put(&mut body, size16(class.fields.len()));
    for field in &class.fields {
        write_field(&mut body, field, &mut pool);
    }
    put(&mut body, size16(class.methods.len()));
    for method in &class.methods {
        write_method(&mut body, method, class.source.is_some(), &mut pool).map_err(|error| {
            error.within(&format!("{}, method \"{}\"", class.place, method.signature))
        })?;
    }
    match &class.source {
        Some(source) => {
            put(&mut body, 1);
            let source = pool.utf8(source).to_be_bytes();
            attribute(&mut body, "SourceFile", &source, &mut pool);
        }
        None => put(&mut body, 0),
    }

    let mut file = vec![0xca, 0xfe, 0xba, 0xbe, 0, 0];
    put(&mut file, VERSION);
    pool.write(&mut file);
    file.extend(body);
    Ok(file)
}

fn put(out: &mut Vec<u8>, number: u16) {
    out.extend(number.to_be_bytes());
}

fn attribute(out: &mut Vec<u8>, name: &str, content: &[u8], pool: &mut Pool) {
    put(out, pool.utf8(name));
    out.extend(size32(content.len()).to_be_bytes());
    out.extend(content);
}

fn write_field(out: &mut Vec<u8>, field: &DefinedField, pool: &mut Pool) {
    put(out, size16(field.access as usize));
    put(out, pool.utf8(&field.field.name));
    put(out, pool.utf8(&field.field.of));
    let of = field.field.of.as_str();
    let value = match &field.value {
        Some(Value::Text(text)) => Some(pool.string(text)),
        Some(Value::Number(number)) if !of.starts_with(['L', '[']) => {
            Some(pool.number(number_bits(*number, of), of))
        }
        _ => None,
    };
    let value = value.filter(|_| field.access & STATIC != 0);
    put(out, u16::from(value.is_some()));
    if let Some(value) = value {
        attribute(out, "ConstantValue", &value.to_be_bytes(), pool);
    }
}

fn write_method(
    out: &mut Vec<u8>,
    method: &DefinedMethod,
    with_lines: bool,
    pool: &mut Pool,
) -> Result<(), SampleError> {
    // The mark of constructors is that of DEX alone.
    put(out, size16((method.access & 0xffff) as usize));
    put(out, pool.utf8(&method.method.name));
    put(out, pool.utf8(&descriptor(&method.method)));
    let Some(statements) = &method.code else {
        put(out, 0);
        return Ok(());
    };
    let code = assemble(method, statements, pool)?;
    put(out, 1);
    let content = code_attribute(&code, with_lines.then_some(method.line), pool);
    attribute(out, "Code", &content, pool);
    Ok(())
}

fn code_attribute(code: &Code, line: Option<usize>, pool: &mut Pool) -> Vec<u8> {
    let mut content = Vec::new();
    put(&mut content, code.stack);
    put(&mut content, code.locals);
    content.extend(size32(code.bytes.len()).to_be_bytes());
    content.extend(&code.bytes);
    put(&mut content, 0); // exceptions
    let Some(line) = line else {
        put(&mut content, 0);
        return content;
    };
    put(&mut content, 1);
    let mut table = Vec::new();
    put(&mut table, size16(code.lines.len()));
    for (number, address) in (line + 1..).zip(&code.lines) {
        put(&mut table, size16(*address));
        put(&mut table, size16(number));
    }
    attribute(&mut content, "LineNumberTable", &table, pool);
    content
}
