//! Described classes and instructions, before they become a DEX or class
//! files.
//!
//! Names are written as in Java, with `$` before inner classes:
//! `android.provider.Settings$Secure`, `java.lang.String[]`. An instruction
//! is one line:
//!
//! ```text
//! const-string "text"                  const 5 | null         const-class a.B
//! call RESULT a.B.method(TYPE, TYPE)   a static method; arguments are null or 0
//! call-virtual RESULT a.B.method(TYPE) on NAME with "text", 5, null, NAME
//!                                      also call-static, -direct, -super, -interface
//! new a.B(TYPE) with …                 strings "one", "two"   a String[]
//! get-static TYPE a.B.field            put-static TYPE a.B.field with …
//! get TYPE a.B.field on NAME           put TYPE a.B.field on NAME with …
//! if NAME goto end                     if not NAME goto end   goto end    end:
//! return | return NAME                 throw NAME
//! ```
//!
//! `id = call …` gives the value a name; `it` is the value of the last
//! instruction that gave one. `this` and the parameters that the signature
//! names can be used too. A method that does not end with a return gets one.

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
