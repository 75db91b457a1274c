//! Instructions of one method as Java bytecode.

use std::collections::BTreeMap;

use super::super::bytes::{size16, size32};
use super::super::code::{
    DefinedMethod, IT, Invoke, STATIC, STRING, Statement, Value, What, is_reference, number_bits,
    value_type, width,
};
use super::super::error::SampleError;
use super::pool::Pool;

/// Code of a method.
#[derive(Default)]
pub(super) struct Code {
    pub stack: u16,
    pub locals: u16,
    pub bytes: Vec<u8>,
    /// Where each line begins.
    pub lines: Vec<usize>,
}

/// Assembles the lines of a method.
pub(super) fn assemble(
    method: &DefinedMethod,
    statements: &[Statement],
    pool: &mut Pool,
) -> Result<Code, SampleError> {
    let mut assembler = Assembler {
        pool,
        result: &method.method.proto.result,
        code: Code::default(),
        next: 0,
        set: BTreeMap::new(),
        planned: BTreeMap::new(),
        labels: BTreeMap::new(),
        jumps: Vec::new(),
    };
    assembler.parameters(method);
    for (number, statement) in (1..).zip(statements) {
        assembler.code.lines.push(assembler.code.bytes.len());
        assembler
            .statement(statement)
            .map_err(|error| error.within(&format!("code {number}")))?;
    }
    let ends = matches!(
        statements.last().map(|last| &last.what),
        Some(What::Return(_) | What::Throw(_) | What::Goto(_))
    );
    if !ends {
        assembler.give_back(None)?;
    }
    assembler.finish(statements)
}

/// A local variable and its type.
#[derive(Clone)]
struct Local {
    index: usize,
    of: String,
}

struct Assembler<'a> {
    pool: &'a mut Pool,
    result: &'a str,
    code: Code,
    /// First local variable that is free.
    next: usize,
    set: BTreeMap<&'a str, Local>,
    planned: BTreeMap<(&'a str, String), usize>,
    labels: BTreeMap<&'a str, usize>,
    /// Jumps: where the instruction is, and the label.
    jumps: Vec<(usize, &'a str)>,
}

impl<'a> Assembler<'a> {
    fn parameters(&mut self, method: &'a DefinedMethod) {
        if method.access & STATIC == 0 {
            let of = method.method.class.clone();
            self.set.insert("this", Local { index: 0, of });
            self.next = 1;
        }
        let types = &method.method.proto.parameters;
        for (name, of) in method.parameters.iter().zip(types) {
            let local = Local {
                index: self.next,
                of: of.clone(),
            };
            self.next += width(of);
            self.set.insert(name, local);
        }
    }

    fn statement(&mut self, statement: &'a Statement) -> Result<(), SampleError> {
        let of = value_type(&statement.what);
        if of.is_none() && statement.name.is_some() {
            return Err(SampleError::new("", "gives no value to name"));
        }
        match &statement.what {
            What::Const(value) => self.push(value, of.as_deref().unwrap_or("I"))?,
            What::ConstClass(of) => {
                let class = self.pool.class(of);
                self.with_index(0x13, class);
            }
            What::Call(invoke, method, values) => {
                let receiver = (*invoke != Invoke::Static).then_some(&method.class);
                let types = receiver.into_iter().chain(&method.proto.parameters);
                for (value, of) in values.iter().zip(types) {
                    self.push(value, of)?;
                }
                let index = self.pool.method(method, *invoke == Invoke::Interface);
                let opcode = match invoke {
                    Invoke::Virtual => 0xb6,
                    Invoke::Direct | Invoke::Super => 0xb7,
                    Invoke::Static => 0xb8,
                    Invoke::Interface => 0xb9,
                };
                self.with_index(opcode, index);
                if *invoke == Invoke::Interface {
                    let words: usize = method.proto.parameters.iter().map(|of| width(of)).sum();
                    let count = size16(words + 1).to_le_bytes()[0];
                    self.code.bytes.extend([count, 0]);
                }
            }
            What::New(method, values) => {
                let class = self.pool.class(&method.class);
                self.with_index(0xbb, class);
                self.code.bytes.push(0x59); // dup
                for (value, of) in values.iter().zip(&method.proto.parameters) {
                    self.push(value, of)?;
                }
                let index = self.pool.method(method, false);
                self.with_index(0xb7, index);
            }
            What::Strings(values) => self.strings(values)?,
            What::GetStatic(field) => {
                let index = self.pool.field(&field.class, &field.name, &field.of);
                self.with_index(0xb2, index);
            }
            What::PutStatic(field, value) => {
                self.push(value, &field.of)?;
                let index = self.pool.field(&field.class, &field.name, &field.of);
                self.with_index(0xb3, index);
            }
            What::Get(field, object) => {
                self.push(object, &field.class)?;
                let index = self.pool.field(&field.class, &field.name, &field.of);
                self.with_index(0xb4, index);
            }
            What::Put(field, object, value) => {
                self.push(object, &field.class)?;
                self.push(value, &field.of)?;
                let index = self.pool.field(&field.class, &field.name, &field.of);
                self.with_index(0xb5, index);
            }
            What::If { zero, value, label } => self.branch(*zero, value, label)?,
            What::Goto(label) => self.jump(0xa7, label),
            What::Label(label) => {
                if self.labels.insert(label, self.code.bytes.len()).is_some() {
                    return Err(SampleError::new("", "the label is there twice"));
                }
            }
            What::Return(value) => self.give_back(value.as_ref())?,
            What::Throw(value) => {
                self.push(value, "Ljava/lang/Throwable;")?;
                self.code.bytes.push(0xbf);
            }
        }
        if let Some(of) = of {
            self.store(statement.name.as_deref().unwrap_or(IT), of);
        }
        Ok(())
    }

    fn strings(&mut self, values: &[Value]) -> Result<(), SampleError> {
        self.with_index(0x11, size16(values.len()));
        let class = self.pool.class(STRING);
        self.with_index(0xbd, class); // anewarray
        for (position, value) in values.iter().enumerate() {
            self.code.bytes.push(0x59); // dup
            self.with_index(0x11, size16(position));
            self.push(value, STRING)?;
            self.code.bytes.push(0x53); // aastore
        }
        Ok(())
    }

    fn branch(&mut self, zero: bool, value: &'a Value, label: &'a str) -> Result<(), SampleError> {
        let of = self.local(value)?.of;
        self.push(value, &of)?;
        let opcode = match (is_reference(&of), zero) {
            (true, true) => 0xc6,
            (true, false) => 0xc7,
            (false, true) => 0x99,
            (false, false) => 0x9a,
        };
        if matches!(of.as_str(), "J" | "F" | "D") {
            let why = format!("a value of type {of} cannot be compared in a class file");
            return Err(SampleError::new("", why));
        }
        self.jump(opcode, label);
        Ok(())
    }

    fn jump(&mut self, opcode: u8, label: &'a str) {
        self.jumps.push((self.code.bytes.len(), label));
        self.with_index(opcode, 0);
    }

    /// Opcode and an index or number of sixteen bits.
    fn with_index(&mut self, opcode: u8, index: u16) {
        self.code.bytes.push(opcode);
        self.code.bytes.extend(index.to_be_bytes());
    }

    /// Loads or stores a local variable, `wide` if eight bits are not enough.
    fn variable(&mut self, opcode: u8, index: usize) {
        if let Ok(index) = u8::try_from(index) {
            self.code.bytes.extend([opcode, index]);
        } else {
            self.code.bytes.push(0xc4);
            self.with_index(opcode, size16(index));
        }
    }

    fn push(&mut self, value: &Value, of: &str) -> Result<(), SampleError> {
        match value {
            Value::Name(_) => {
                let local = self.local(value)?;
                if width(&local.of) != width(of) || is_reference(&local.of) != is_reference(of) {
                    let why = format!("{value:?} is {} and not {of}", local.of);
                    return Err(SampleError::new("", why));
                }
                self.variable(0x15 + kind(of), local.index);
            }
            Value::Text(_) if !is_reference(of) => {
                let why = format!("a text does not fit {of}");
                return Err(SampleError::new("", why));
            }
            Value::Text(text) => {
                let index = self.pool.string(text);
                self.with_index(0x13, index);
            }
            Value::Number(_) if is_reference(of) => self.code.bytes.push(0x01),
            Value::Number(number) => match (i16::try_from(*number), of) {
                (_, "J" | "D") => {
                    let index = self.pool.number(number_bits(*number, of), of);
                    self.with_index(0x14, index);
                }
                (Ok(short), of) if of != "F" => self.with_index(0x11, short.cast_unsigned()),
                _ => {
                    let index = self.pool.number(number_bits(*number, of), of);
                    self.with_index(0x13, index);
                }
            },
        }
        Ok(())
    }

    fn store(&mut self, name: &'a str, of: String) {
        let next = &mut self.next;
        let index = *self.planned.entry((name, of.clone())).or_insert_with(|| {
            *next += width(&of);
            *next - width(&of)
        });
        self.variable(0x36 + kind(&of), index);
        let local = Local { index, of };
        self.set.insert(IT, local.clone());
        self.set.insert(name, local);
    }

    fn local(&self, value: &Value) -> Result<Local, SampleError> {
        let name = match value {
            Value::Name(name) => name,
            literal => {
                let why = format!("{literal:?} is not the name of a value");
                return Err(SampleError::new("", why));
            }
        };
        let known = self.set.get(name.as_str()).cloned();
        known.ok_or_else(|| SampleError::new("", format!("no value is called `{name}`")))
    }

    fn give_back(&mut self, value: Option<&Value>) -> Result<(), SampleError> {
        if self.result == "V" {
            if value.is_some() {
                return Err(SampleError::new("", "the method returns nothing"));
            }
            self.code.bytes.push(0xb1);
            return Ok(());
        }
        self.push(value.unwrap_or(&Value::Number(0)), self.result)?;
        self.code.bytes.push(0xac + kind(self.result));
        Ok(())
    }

    fn finish(mut self, statements: &[Statement]) -> Result<Code, SampleError> {
        for (at, label) in &self.jumps {
            let target = self
                .labels
                .get(label)
                .ok_or_else(|| SampleError::new("", format!("no label is called `{label}`")))?;
            let [_, _, high, low] = size32(*target).wrapping_sub(size32(*at)).to_be_bytes();
            if let Some(place) = self.code.bytes.get_mut(at + 1..at + 3) {
                place.copy_from_slice(&[high, low]);
            }
        }
        self.code.locals = size16(self.next);
        self.code.stack = size16(statements.iter().map(stack).max().unwrap_or(0).max(2));
        Ok(self.code)
    }
}

/// Upper bound of the stack that a line needs.
fn stack(statement: &Statement) -> usize {
    match &statement.what {
        What::Call(_, _, values) | What::New(_, values) => 2 * values.len() + 2,
        What::Strings(_) => 4,
        _ => 3,
    }
}

/// Position of a type among int, long, float, double, reference.
fn kind(of: &str) -> u8 {
    match of {
        "J" => 1,
        "F" => 2,
        "D" => 3,
        _ if is_reference(of) => 4,
        _ => 0,
    }
}
