//! Parameters and fields whose objects are followed from method to method.

use super::super::body::{Argument, Passed, Slot, Stored};
use super::super::value::{Register, State, Value};
use super::super::world::{Sig, Type};
use super::{Run, first};
use crate::decode::dex::Insn;

impl Run<'_, '_> {
    fn is_followed(&self, of: Type) -> bool {
        let followed = self.bodies.followed.get(of as usize);
        followed.copied().unwrap_or(false)
    }

    /// A register that was read from a field, if what it holds is not known.
    pub(super) fn held_in(&self, index: u32, register: Register) -> Register {
        let followed = |run: &Self| {
            let field = run.field_at(index);
            field.is_some_and(|field| run.is_followed(field.of))
        };
        if register.value == Value::Unknown && followed(self) {
            Register {
                value: Value::Field(index),
                ..register
            }
        } else {
            register
        }
    }

    /// The slot that a value was read from.
    pub(super) fn slot(&self, value: Value) -> Option<Slot> {
        match value {
            Value::Field(index) => self.field_at(index).map(Slot::Field),
            Value::Param(number) => {
                let world = self.bodies.world;
                let method = world.method(self.method)?;
                let skip = u16::from(!method.is_static());
                let Some(parameter) = number.checked_sub(skip) else {
                    let class = world.class(method.class)?;
                    let started = self.bodies.started.get(class.of as usize) == Some(&true);
                    return started.then_some(Slot::Param(self.method, 0));
                };
                let (of, _) = world.parameters(method.sig).get(usize::from(parameter))?;
                self.is_followed(*of)
                    .then_some(Slot::Param(self.method, number))
            }
            _ => None,
        }
    }

    fn passed(&self, register: Register) -> Passed {
        if register.value == Value::Int(0) {
            return Passed::Null;
        }
        let world = self.bodies.world;
        // A class that nobody extends is as good as the exact one.
        let last = |of: Type| world.class_of(of).is_some() && !world.has_subtypes(of);
        if register.exact || last(register.of) {
            return Passed::Exact(register.of);
        }
        self.slot(register.value)
            .map_or(Passed::Unknown, Passed::From)
    }

    /// Notes an object that is stored in a field.
    pub(super) fn store(&mut self, state: &State, index: u32, insn: &Insn) {
        let Some(field) = self.field_at(index) else {
            return;
        };
        if self.body.is_none() || !self.is_followed(field.of) {
            return;
        }
        let value = self.passed(state.get(first(insn)));
        self.note(
            |body, at, guard| {
                body.stored.push(Stored {
                    at,
                    field,
                    value,
                    guard,
                });
            },
            insn,
        );
    }

    /// Notes the arguments of a call of a method of the app.
    pub(super) fn pass(&mut self, state: &State, insn: &Insn, sig: Sig, is_static: bool) {
        let world = self.bodies.world;
        let skip = usize::from(!is_static);
        let mut registers = insn.registers.iter();
        if !is_static && let Some(register) = registers.next() {
            let this = state.get(register);
            if self.bodies.started.get(this.of as usize) == Some(&true) {
                let value = self.passed(this);
                self.note(
                    |body, at, guard| {
                        body.passed.push(Argument {
                            at,
                            parameter: 0,
                            value,
                            guard,
                        });
                    },
                    insn,
                );
            }
        }
        for (number, (of, wide)) in world.parameters(sig).iter().enumerate() {
            let Some(register) = registers.next() else {
                return;
            };
            if *wide {
                registers.next();
            }
            let is_number = matches!(world.types.text(*of), b"Z" | b"I");
            if !is_number && !self.is_followed(*of) {
                continue;
            }
            let Ok(parameter) = u16::try_from(number + skip) else {
                return;
            };
            if is_number {
                let value = match state.get(register).value {
                    Value::Int(value) => Some(value),
                    _ => None,
                };
                self.note(
                    |body, at, guard| body.numbers.push((at, parameter, value, guard)),
                    insn,
                );
                continue;
            }
            let value = self.passed(state.get(register));
            self.note(
                |body, at, guard| {
                    body.passed.push(Argument {
                        at,
                        parameter,
                        value,
                        guard,
                    });
                },
                insn,
            );
        }
    }
}
