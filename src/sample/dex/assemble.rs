//! Instructions of one method as code units.
//!
//! Registers: first scratch ones for arguments and values without a name,
//! then the named values, at the end the parameters, as the format asks.

use std::collections::BTreeMap;

use super::super::bytes::{size16, size32};
use super::super::code::{
    DefinedMethod, IT, Invoke, Method, STATIC, STRING, STRINGS, Statement, Value, What,
    is_reference, number_bits, value_type, width,
};
use super::super::error::SampleError;
use super::ids::Ids;

/// Code of a method.
#[derive(Clone, Debug, Default)]
pub(super) struct Code {
    pub registers: u16,
    /// Registers of the parameters.
    pub ins: u16,
    /// Registers for arguments of calls.
    pub outs: u16,
    pub units: Vec<u16>,
    /// Where each line begins, in code units.
    pub lines: Vec<usize>,
}

/// Registers that instructions with four bits can name.
const LOW: usize = 16;

/// Assembles the lines of a method.
pub(super) fn assemble(
    method: &DefinedMethod,
    statements: &[Statement],
    ids: &Ids,
) -> Result<Code, SampleError> {
    let mut assembler = Assembler::new(method, statements, ids)?;
    for (number, statement) in (1..).zip(statements) {
        assembler.code.lines.push(assembler.code.units.len());
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
    assembler.set_jumps()?;
    Ok(assembler.code)
}

/// A register, or two, and the type in it.
#[derive(Clone, Debug)]
struct Place {
    register: usize,
    of: String,
}

struct Assembler<'a> {
    ids: &'a Ids,
    result: &'a str,
    code: Code,
    /// Values by name, as far as they are set.
    set: BTreeMap<&'a str, Place>,
    /// Registers that the named values will have.
    planned: BTreeMap<(&'a str, String), usize>,
    labels: BTreeMap<&'a str, usize>,
    /// Jumps: the code unit of the instruction and the label.
    jumps: Vec<(usize, &'a str)>,
}

impl<'a> Assembler<'a> {
    fn new(
        method: &'a DefinedMethod,
        statements: &'a [Statement],
        ids: &'a Ids,
    ) -> Result<Self, SampleError> {
        let scratch = statements.iter().map(scratch).max().unwrap_or(0).max(2);
        let mut next = scratch;
        let mut planned = BTreeMap::new();
        for statement in statements {
            let Some(of) = value_type(&statement.what) else {
                continue;
            };
            let name = statement.name.as_deref().unwrap_or(IT);
            planned.entry((name, of.clone())).or_insert_with(|| {
                next += width(&of);
                next - width(&of)
            });
        }
        let mut set = BTreeMap::new();
        let start = next;
        if method.access & STATIC == 0 {
            let of = method.method.class.clone();
            set.insert("this", Place { register: next, of });
            next += 1;
        }
        for (name, of) in method
            .parameters
            .iter()
            .zip(&method.method.proto.parameters)
        {
            let of = of.clone();
            let register = next;
            next += width(&of);
            if !name.is_empty() {
                set.insert(name, Place { register, of });
            }
        }
        if next > 256 {
            return Err(SampleError::new("code", "needs more than 256 registers"));
        }
        Ok(Self {
            ids,
            result: &method.method.proto.result,
            code: Code {
                registers: size16(next),
                ins: size16(next - start),
                ..Code::default()
            },
            set,
            planned,
            labels: BTreeMap::new(),
            jumps: Vec::new(),
        })
    }

    fn statement(&mut self, statement: &'a Statement) -> Result<(), SampleError> {
        let of = value_type(&statement.what);
        if of.is_none() && statement.name.is_some() {
            return Err(SampleError::new("", "gives no value to name"));
        }
        let target = of.map(|of| {
            let name = statement.name.as_deref().unwrap_or(IT);
            let register = self.planned.get(&(name, of.clone())).copied();
            (
                name,
                Place {
                    register: register.unwrap_or_default(),
                    of,
                },
            )
        });
        let place = target.as_ref().map(|(_, place)| place.clone());
        match (&statement.what, place) {
            (What::Const(value), Some(place)) => self.load(value, &place)?,
            (What::ConstClass(of), Some(place)) => {
                self.wide_register(0x1c, place.register, self.ids.of(of));
            }
            (What::Call(invoke, method, values), place) => {
                self.call(*invoke, method, values)?;
                if let Some(place) = place {
                    self.move_result(&place);
                }
            }
            (What::New(method, values), Some(place)) => self.construct(method, values, &place)?,
            (What::Strings(values), Some(place)) => {
                let wanted = vec![STRING.to_owned(); values.len()];
                let registers = self.arguments(values, &wanted, 0)?;
                self.list(0x24, self.ids.of(STRINGS), &registers);
                self.move_result(&place);
            }
            (What::GetStatic(field), Some(place)) => {
                let opcode = 0x60 + access_kind(&field.of);
                self.wide_register(opcode, place.register, self.ids.field(field));
            }
            (What::PutStatic(field, value), _) => {
                let register = self.given(value, &field.of, 0)?;
                let opcode = 0x67 + access_kind(&field.of);
                self.wide_register(opcode, register, self.ids.field(field));
            }
            (What::Get(field, object), Some(place)) => {
                let object = self.low(object, &field.class, 0)?;
                let opcode = 0x52 + access_kind(&field.of);
                let fits = place.register + width(&field.of) <= LOW;
                let register = if fits { place.register } else { 0 };
                self.units_of_two(opcode, register, object, self.ids.field(field));
                self.copy(&field.of, register, place.register);
            }
            (What::Put(field, object, value), _) => {
                let object = self.low(object, &field.class, 0)?;
                let value = self.low(value, &field.of, 1)?;
                let opcode = 0x59 + access_kind(&field.of);
                self.units_of_two(opcode, value, object, self.ids.field(field));
            }
            (What::If { zero, value, label }, _) => {
                let register = self.place(value)?.register;
                self.jumps.push((self.code.units.len(), label));
                self.wide_register(if *zero { 0x38 } else { 0x39 }, register, 0);
            }
            (What::Goto(label), _) => {
                self.jumps.push((self.code.units.len(), label));
                self.wide_register(0x29, 0, 0);
            }
            (What::Label(label), _) => {
                if self.labels.insert(label, self.code.units.len()).is_some() {
                    return Err(SampleError::new("", "the label is there twice"));
                }
            }
            (What::Return(value), _) => self.give_back(value.as_ref())?,
            (What::Throw(value), _) => {
                let register = self.given(value, "Ljava/lang/Throwable;", 0)?;
                self.one_unit(0x27, register);
            }
            (_, None) => {}
        }
        if let Some((name, place)) = target {
            self.set.insert(IT, place.clone());
            self.set.insert(name, place);
        }
        Ok(())
    }

    fn call(
        &mut self,
        invoke: Invoke,
        method: &Method,
        values: &[Value],
    ) -> Result<(), SampleError> {
        let mut wanted = method.proto.parameters.clone();
        if invoke != Invoke::Static {
            wanted.insert(0, method.class.clone());
        }
        let registers = self.arguments(values, &wanted, 0)?;
        self.invoke(invoke, method, &registers);
        Ok(())
    }

    /// A new object of the method's class.
    fn construct(
        &mut self,
        method: &Method,
        values: &[Value],
        place: &Place,
    ) -> Result<(), SampleError> {
        self.wide_register(0x22, place.register, self.ids.of(&method.class));
        let mut registers = self.arguments(values, &method.proto.parameters, 1)?;
        if registers.iter().all(|r| *r < LOW) && place.register < LOW && registers.len() < 5 {
            registers.insert(0, place.register);
        } else {
            self.copy(&method.class, place.register, 0);
            registers = self.in_a_row(&registers, &method.proto.parameters, 1);
            registers.insert(0, 0);
        }
        self.invoke(Invoke::Direct, method, &registers);
        Ok(())
    }

    fn invoke(&mut self, invoke: Invoke, method: &Method, registers: &[usize]) {
        self.code.outs = self.code.outs.max(size16(registers.len()));
        self.list(invoke as u16, self.ids.method(method), registers);
    }

    /// Loads arguments; literals go to scratch registers from `first` on.
    /// The registers are either at most five low ones or stand in a row.
    fn arguments(
        &mut self,
        values: &[Value],
        wanted: &[String],
        first: usize,
    ) -> Result<Vec<usize>, SampleError> {
        let mut registers = Vec::new();
        for (value, of) in values.iter().zip(wanted) {
            let slot = first + registers.len();
            let register = self.given(value, of, slot)?;
            registers.extend(register..register + width(of));
        }
        if registers.len() + first > 5 || registers.iter().any(|r| *r >= LOW) {
            registers = self.in_a_row(&registers, wanted, first);
        }
        Ok(registers)
    }

    /// Copies values of these types to scratch registers from `first` on.
    fn in_a_row(&mut self, registers: &[usize], wanted: &[String], first: usize) -> Vec<usize> {
        let mut at = 0;
        for of in wanted {
            if let Some(register) = registers.get(at) {
                self.copy(of, *register, first + at);
            }
            at += width(of);
        }
        (first..first + at).collect()
    }

    /// The register of a value: its own, or `slot` for a literal.
    fn given(&mut self, value: &Value, of: &str, slot: usize) -> Result<usize, SampleError> {
        if let Value::Name(_) = value {
            let place = self.place(value)?;
            if width(&place.of) != width(of) {
                let why = format!("{value:?} is {} and not {of}", place.of);
                return Err(SampleError::new("", why));
            }
            return Ok(place.register);
        }
        let place = Place {
            register: slot,
            of: of.to_owned(),
        };
        self.load(value, &place)?;
        Ok(slot)
    }

    /// The same in a register that four bits can name.
    fn low(&mut self, value: &Value, of: &str, slot: usize) -> Result<usize, SampleError> {
        let register = self.given(value, of, slot)?;
        if register + width(of) <= LOW {
            return Ok(register);
        }
        self.copy(of, register, slot);
        Ok(slot)
    }

    fn place(&self, value: &Value) -> Result<Place, SampleError> {
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

    /// Puts a literal into a register.
    fn load(&mut self, value: &Value, place: &Place) -> Result<(), SampleError> {
        let register = place.register;
        let number = match value {
            Value::Text(_) if !is_reference(&place.of) => {
                let why = format!("a text does not fit {}", place.of);
                return Err(SampleError::new("", why));
            }
            Value::Text(text) => {
                self.wide_register(0x1a, register, self.ids.string(text));
                return Ok(());
            }
            Value::Name(name) => {
                let why = format!("`{name}` is no literal");
                return Err(SampleError::new("", why));
            }
            Value::Number(number) => number_bits(*number, &place.of),
        };
        let wide = width(&place.of) == 2;
        if !wide && register < LOW && (-8..8).contains(&number) {
            let nibble = usize::from(number.to_le_bytes()[0] & 0xf);
            self.one_unit(0x12, nibble << 4 | register);
            return Ok(());
        }
        if let Ok(short) = i16::try_from(number) {
            let short = usize::from(short.cast_unsigned());
            self.wide_register(if wide { 0x16 } else { 0x13 }, register, short);
            return Ok(());
        }
        self.one_unit(if wide { 0x18 } else { 0x14 }, register);
        let all = number.to_le_bytes();
        let units = all
            .as_chunks::<2>()
            .0
            .iter()
            .map(|b| u16::from_le_bytes(*b));
        self.code.units.extend(units.take(if wide { 4 } else { 2 }));
        Ok(())
    }

    fn copy(&mut self, of: &str, from: usize, to: usize) {
        if from != to {
            let opcode = match width(of) {
                2 => 0x05,
                _ if is_reference(of) => 0x08,
                _ => 0x02,
            };
            self.wide_register(opcode, to, from);
        }
    }

    fn move_result(&mut self, place: &Place) {
        let opcode = 0x0a + kind_of_move(&place.of);
        self.one_unit(opcode, place.register);
    }

    fn give_back(&mut self, value: Option<&Value>) -> Result<(), SampleError> {
        if self.result == "V" {
            if value.is_some() {
                return Err(SampleError::new("", "the method returns nothing"));
            }
            self.one_unit(0x0e, 0);
            return Ok(());
        }
        let register = self.given(value.unwrap_or(&Value::Number(0)), self.result, 0)?;
        self.one_unit(0x0f + kind_of_move(self.result), register);
        Ok(())
    }

    fn set_jumps(&mut self) -> Result<(), SampleError> {
        for (at, label) in &self.jumps {
            let target = self
                .labels
                .get(label)
                .ok_or_else(|| SampleError::new("", format!("no label is called `{label}`")))?;
            let distance = size32(*target).wrapping_sub(size32(*at)).to_le_bytes();
            if let Some(unit) = self.code.units.get_mut(at + 1) {
                *unit = u16::from_le_bytes([distance[0], distance[1]]);
            }
        }
        Ok(())
    }

    /// Opcode and a register of eight bits.
    fn one_unit(&mut self, opcode: u16, register: usize) {
        self.code.units.push(size16(register) << 8 | opcode);
    }

    /// The same and an index, number or register of sixteen bits.
    fn wide_register(&mut self, opcode: u16, register: usize, operand: usize) {
        self.one_unit(opcode, register);
        self.code.units.push(size16(operand));
    }

    /// Opcode, two registers of four bits, an index.
    fn units_of_two(&mut self, opcode: u16, first: usize, second: usize, index: usize) {
        self.wide_register(opcode, second << 4 | first, index);
    }

    /// Opcode, index, and a list of registers: up to five low ones, or any
    /// number in a row, by the `/range` form of the opcode.
    fn list(&mut self, opcode: u16, index: usize, registers: &[usize]) {
        let first = registers.first().copied().unwrap_or_default();
        if registers.len() > 5 {
            let range = if opcode == 0x24 { 0x25 } else { opcode + 6 };
            self.wide_register(range, registers.len(), index);
            self.code.units.push(size16(first));
            return;
        }
        let nibble = |position| registers.get(position).copied().unwrap_or_default();
        self.wide_register(opcode, registers.len() << 4 | nibble(4), index);
        let rest = nibble(3) << 12 | nibble(2) << 8 | nibble(1) << 4 | nibble(0);
        self.code.units.push(size16(rest));
    }
}

/// Scratch registers that a line needs.
fn scratch(statement: &Statement) -> usize {
    match &statement.what {
        What::Call(_, method, _) | What::New(method, _) => {
            let parameters = method.proto.parameters.iter().map(|of| width(of));
            1 + parameters.sum::<usize>()
        }
        What::Strings(values) => values.len(),
        What::Put(..) => 3,
        _ => 2,
    }
}

/// Which of `move-result`, `-wide`, `-object` fits.
fn kind_of_move(of: &str) -> u16 {
    match width(of) {
        2 => 1,
        _ if is_reference(of) => 2,
        _ => 0,
    }
}

/// Which of `sget`, `-wide`, `-object`, `-boolean` … fits.
fn access_kind(of: &str) -> u16 {
    match of {
        "J" | "D" => 1,
        "Z" => 3,
        "B" => 4,
        "C" => 5,
        "S" => 6,
        _ if is_reference(of) => 2,
        _ => 0,
    }
}
