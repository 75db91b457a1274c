//! Classes that a shrinker made one of several: their constructors keep a
//! number, and their methods go by it. Each number stands for a class of its
//! own again, below the merged one: with its own copies of the methods that
//! look at the number.
//!
//! An object whose number is not known stays one of the merged class, which
//! does what all of them do.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::flow::Flow;
use super::super::names::NONE;
use super::{Class, ClassNo, FieldRef, Method, MethodNo, Type, World};
use crate::decode::dex::{Code, Insn, access, insns};

/// Where a constructor has the number from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Tag {
    Is(i64),
    /// This parameter, `this` included in the count.
    Param(u16),
}

/// The classes that were taken apart.
#[derive(Debug, Default)]
pub(super) struct Variants {
    /// By the merged class: its types by number.
    types: FxHashMap<Type, Vec<Type>>,
    /// By the type of one number.
    numbers: FxHashMap<Type, (FieldRef, i64)>,
    constructors: FxHashMap<MethodNo, Tag>,
    /// By a copy: the method.
    originals: FxHashMap<MethodNo, MethodNo>,
    /// Methods and classes that stand in a file.
    methods: usize,
    classes: usize,
}

/// A larger number is looked at as if it were not known.
const LARGEST: i64 = 62;
/// The least number that is looked at.
const LEAST: i64 = 1;
/// Copies of methods, and their code units, over all.
const MOST: usize = 1 << 16;
const MOST_UNITS: usize = 1 << 24;
/// A constructor with more code is not looked at.
const LONGEST: usize = 256;
/// Instructions after which what was read is tested.
const SOON: usize = 6;

/// A class and what its methods go by.
struct Merged {
    class: ClassNo,
    field: FieldRef,
    /// The numbers up to this one.
    largest: i64,
    /// The methods that look at it.
    methods: Vec<MethodNo>,
    constructors: Vec<(MethodNo, Tag)>,
    units: usize,
}

impl World<'_> {
    /// Takes merged classes apart.
    pub(super) fn take_apart(&mut self) {
        self.variants.methods = self.methods.len();
        self.variants.classes = self.classes.len();
        let extended: FxHashSet<Type> = self.classes.iter().map(|c| c.superclass).collect();
        let classes = (0..).zip(&self.classes);
        let merged: Vec<Merged> = classes
            .filter(|(_, class)| !extended.contains(&class.of))
            .filter_map(|(number, class)| self.merged(number, class))
            .collect();
        let (mut left, mut units) = (MOST, MOST_UNITS);
        for merged in merged {
            let times = usize::try_from(merged.largest + 1).unwrap_or(0);
            let copies = merged.methods.len().saturating_mul(times);
            let more = merged.units.saturating_mul(times);
            let Some((rest, rest_units)) = left.checked_sub(copies).zip(units.checked_sub(more))
            else {
                continue;
            };
            (left, units) = (rest, rest_units);
            self.split(&merged);
        }
    }

    fn split(&mut self, merged: &Merged) {
        let Some(class) = self.class(merged.class) else {
            return;
        };
        let (of, file, def) = (class.of, class.file, class.def);
        for number in 0..=merged.largest {
            let type_ = self.types.again(of);
            let class_no = ClassNo::try_from(self.classes.len()).unwrap_or(NONE);
            self.class_of.resize(self.types.len(), NONE);
            if let Some(known) = self.class_of.get_mut(type_ as usize) {
                *known = class_no;
            }
            let at = |methods: &Vec<Method>| MethodNo::try_from(methods.len()).unwrap_or(NONE);
            let first = at(&self.methods);
            for original in &merged.methods {
                if let Some(method) = self.method(*original).copied() {
                    let copy = at(&self.methods);
                    self.variants.originals.insert(copy, *original);
                    self.methods.push(Method {
                        class: class_no,
                        ..method
                    });
                }
            }
            let methods = first..at(&self.methods);
            self.classes.push(Class {
                of: type_,
                file,
                def,
                superclass: of,
                interfaces: Vec::new(),
                methods,
            });
            self.variants.types.entry(of).or_default().push(type_);
            let tag = (merged.field, number);
            self.variants.numbers.insert(type_, tag);
        }
        let constructors = merged.constructors.iter().copied();
        self.variants.constructors.extend(constructors);
    }

    /// What a class goes by that was made of several.
    fn merged(&self, number: ClassNo, class: &Class) -> Option<Merged> {
        const NO_OBJECTS: u32 = access::INTERFACE | access::ABSTRACT;
        if class.def.access_flags & NO_OBJECTS != 0 {
            return None;
        }
        let file = self.files.get(class.file as usize)?;
        let data = file.dex.class_data(&class.def).ok()??;
        if data.field_count() > u32::from(u8::MAX) {
            return None;
        }
        let fields = data.fields().map_while(Result::ok);
        let numbers = fields
            .filter(|field| !field.is_static && field.access_flags & access::FINAL != 0)
            .filter(|field| {
                let field = file.fields.get(field.field as usize);
                field.is_some_and(|field| self.types.text(field.of) == b"I")
            });
        let indices: Vec<u32> = numbers.map(|field| field.field).collect();
        indices
            .into_iter()
            .find_map(|index| self.goes_by(number, class, index))
    }

    fn goes_by(&self, number: ClassNo, class: &Class, index: u32) -> Option<Merged> {
        let file = self.files.get(class.file as usize)?;
        let mut merged = Merged {
            class: number,
            field: file.fields.get(index as usize).copied()?,
            largest: LEAST,
            methods: Vec::new(),
            constructors: Vec::new(),
            units: 0,
        };
        for method in class.methods.clone() {
            let known = self.method(method)?;
            let Some(code) = self.code(known) else {
                continue;
            };
            let tag = |opcode: u8, insn: &Insn| insn.opcode == opcode && insn.index == Some(index);
            if self.name(known.sig) == b"<init>" {
                let tag = (code.units.len() <= LONGEST).then(|| self.kept(known, code, index));
                merged.constructors.extend(Some(method).zip(tag.flatten()));
                continue;
            }
            let insns: Vec<Insn> = insns(code.units).map_while(Result::ok).collect();
            if insns.iter().any(|insn| tag(0x59, insn)) {
                return None;
            }
            let reads = insns.iter().enumerate().filter(|(_, insn)| tag(0x52, insn));
            let tests: Vec<&Insn> = reads
                .filter_map(|(at, insn)| tested(insn, insns.get(at + 1..)?))
                .collect();
            if tests.is_empty() || known.is_static() {
                continue;
            }
            let flow = Flow::new(code);
            let cases = tests.into_iter().flat_map(|insn| flow.cases(insn));
            let largest = cases.map(|(case, _)| i64::from(case)).max();
            let largest = largest.unwrap_or(0).saturating_add(1);
            merged.largest = merged.largest.max(largest).min(LARGEST);
            merged.methods.push(method);
            merged.units = merged.units.saturating_add(code.units.len());
        }
        let whole = !merged.methods.is_empty() && !merged.constructors.is_empty();
        whole.then_some(merged)
    }

    /// What a constructor keeps in the field, if it does so once, on the
    /// only way through it.
    fn kept(&self, method: &Method, code: Code<'_>, index: u32) -> Option<Tag> {
        let first = code.registers.checked_sub(code.ins)?;
        let mut known: BTreeMap<u16, Tag> = BTreeMap::new();
        let mut register = first.saturating_add(1);
        for (number, (_, wide)) in (1..).zip(self.parameters(method.sig)) {
            known.insert(register, Tag::Param(number));
            register = register.saturating_add(if *wide { 2 } else { 1 });
        }
        let mut kept = None;
        for insn in insns(code.units).map_while(Result::ok) {
            let written = insn.registers.get(0);
            match insn.opcode {
                0x59 if insn.index == Some(index) => {
                    let value = known.get(&written?).copied();
                    if kept.is_some() || insn.registers.get(1) != Some(first) {
                        return None;
                    }
                    kept = Some(value?);
                }
                0x12..=0x15 => {
                    known.insert(written?, Tag::Is(insn.literal?));
                }
                // Whatever else writes a register, or two.
                0x01..=0x0d
                | 0x16..=0x1c
                | 0x1f..=0x23
                | 0x44..=0x4a
                | 0x52..=0x58
                | 0x60..=0x66
                | 0x7b..=0xe2 => {
                    let written = written?;
                    known.remove(&written);
                    known.remove(&written.saturating_add(1));
                }
                0x28..=0x2c | 0x32..=0x3d if kept.is_none() => return None,
                _ => {}
            }
        }
        kept
    }

    /// The class of the objects of a merged class that have this number; the
    /// merged class itself if that is not known.
    pub fn variant(&self, merged: Type, number: Option<i64>) -> Type {
        let at = number.and_then(|number| usize::try_from(number).ok());
        let types = self.variants.types.get(&merged);
        types
            .zip(at)
            .and_then(|(types, at)| types.get(at))
            .map_or(merged, |of| *of)
    }

    /// Whether a class was taken apart.
    pub fn is_merged(&self, of: Type) -> bool {
        self.variants.types.contains_key(&of)
    }

    /// Where a constructor of a merged class has the number from.
    pub fn tag(&self, constructor: MethodNo) -> Option<Tag> {
        self.variants.constructors.get(&constructor).copied()
    }

    /// What a field holds in objects of a class that stands for one number.
    pub fn tagged(&self, of: Type, field: FieldRef) -> Option<i64> {
        let (known, number) = self.variants.numbers.get(&of)?;
        (*known == field).then_some(*number)
    }

    /// The method that another one is a copy of.
    pub fn original(&self, copy: MethodNo) -> Option<MethodNo> {
        self.variants.originals.get(&copy).copied()
    }

    /// The methods that stand in a file, without copies.
    pub fn written(&self) -> &[Method] {
        let written = self.methods.get(..self.variants.methods);
        written.unwrap_or_default()
    }

    /// The classes that stand in a file.
    pub fn written_classes(&self) -> &[Class] {
        let written = self.classes.get(..self.variants.classes);
        written.unwrap_or_default()
    }
}

/// The instruction that goes by what another one read.
fn tested<'i>(read: &Insn, after: &'i [Insn]) -> Option<&'i Insn> {
    let register = read.registers.get(0)?;
    let mut after = after.iter().take(SOON);
    let next = after.find(|next| next.registers.iter().any(|other| other == register));
    next.filter(|next| matches!(next.opcode, 0x2b | 0x2c | 0x32..=0x3d))
}
