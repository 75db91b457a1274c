//! Objects of classes that were made one of several, told apart by a number.

use super::super::body::Site;
use super::super::value::{Register, State, Value};
use super::super::world::{Sig, Tag, Type};
use super::{Run, first};
use crate::decode::dex::Insn;

impl Run<'_, '_> {
    /// Notes that an object is made.
    pub(super) fn made(&mut self, of: Type, insn: &Insn) {
        self.note(
            |body, at, guard| body.made.push(Site { at, of, guard }),
            insn,
        );
    }

    /// A constructor is called: the number that it is given says of which
    /// class the object is.
    pub(super) fn make_ready(&mut self, state: &mut State, insn: &Insn, class: Type, sig: Sig) {
        let world = self.bodies.world;
        if !world.is_merged(class) || world.name(sig) != b"<init>" {
            return;
        }
        let object = state.get(first(insn)).value;
        if !matches!(object, Value::New(_)) {
            return;
        }
        let tag = world.direct(class, sig).and_then(|init| world.tag(init));
        let number = match tag {
            Some(Tag::Is(number)) => Some(number),
            Some(Tag::Param(parameter)) => {
                let arguments = self.arguments(state, insn, sig, false);
                match arguments.get(usize::from(parameter)).map(|of| of.value) {
                    Some(Value::Int(number)) => Some(number),
                    _ => None,
                }
            }
            None => None,
        };
        let of = world.variant(class, number);
        state.is_of(object, of);
        self.made(of, insn);
    }

    /// The class that a call names: of an object whose number is known, its
    /// own.
    pub(super) fn of_variant(&self, object: Type, class: Type, sig: Sig) -> Type {
        let world = self.bodies.world;
        let merged = || world.class_of(object).and_then(|of| world.class(of));
        let is_its = world.is_merged(class)
            && world.name(sig) != b"<init>"
            && merged().is_some_and(|of| of.superclass == class);
        if is_its { object } else { class }
    }

    /// The number that tells classes apart, read of an object of one.
    pub(super) fn tagged(&self, object: Type, index: u32) -> Option<Register> {
        let field = self.field_at(index)?;
        let number = self.bodies.world.tagged(object, field)?;
        Some(Register {
            value: Value::Int(number),
            ..Register::of(field.of)
        })
    }
}
