//! DEX files from described classes.
//!
//! Format: Android documentation, "Dalvik executable format", version 035,
//! and "Dalvik bytecode". Names are written as in Java, with `$` before
//! inner classes: `android.provider.Settings$Secure`, `java.lang.String[]`.
//!
//! An instruction is one line:
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

mod assemble;
mod class;
mod file;
mod ids;
mod names;
mod statement;
mod words;

use super::description::Class;
use super::error::SampleError;

/// One DEX with these classes.
pub(super) fn write(classes: &[&Class]) -> Result<Vec<u8>, SampleError> {
    let mut parsed = Vec::new();
    for class in classes {
        let place = format!("class {}", class.name);
        parsed.push(class::parse(class).map_err(|error| error.within(&place))?);
    }
    file::write(&class::supers_first(parsed)?)
}
