//! DEX files.
//!
//! Format: Android documentation, "Dalvik executable format", version 035,
//! and "Dalvik bytecode".

mod assemble;
mod file;
mod ids;

use super::code;
use super::description::Class;
use super::error::SampleError;

/// One DEX with these classes.
pub(super) fn write(classes: &[&Class]) -> Result<Vec<u8>, SampleError> {
    file::write(&code::supers_first(code::parse(classes)?)?)
}
