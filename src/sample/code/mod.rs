//! Described classes and instructions, before they become a DEX or class
//! files.
//!
//! The syntax is documented with the module above.

mod class;
mod names;
mod statement;
mod words;

pub(super) use class::{Class, DefinedField, DefinedMethod, STATIC, supers_first};
pub(super) use names::{Field, Method, Proto, is_reference, width};
pub(super) use statement::{IT, Invoke, Statement, Value, What, number_bits, value_type};

use super::description;
use super::error::SampleError;

pub(super) const STRING: &str = "Ljava/lang/String;";
pub(super) const STRINGS: &str = "[Ljava/lang/String;";

/// Takes the texts of classes apart.
pub(super) fn parse(classes: &[&description::Class]) -> Result<Vec<Class>, SampleError> {
    let mut parsed = Vec::new();
    for class in classes {
        let place = format!("class {}", class.name);
        parsed.push(class::parse(class).map_err(|error| error.within(&place))?);
    }
    Ok(parsed)
}
