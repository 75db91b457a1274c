//! Archives of Java class files, as libraries hold them.
//!
//! Format: "The class File Format", chapter 4 of the Java virtual machine
//! specification; version 49, which needs no stack maps.

mod assemble;
mod file;
mod pool;

use super::archive::Archive;
use super::code::{self, Class as Parsed};
use super::description::Class;
use super::error::SampleError;

/// An archive with these classes.
pub(super) fn write(classes: &[&Class]) -> Result<Vec<u8>, SampleError> {
    let mut jar = Archive::default();
    jar.add("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n".to_vec());
    for class in code::parse(classes)? {
        let name = pool::internal(&class.name);
        jar.add(&format!("{name}.class"), class_file(&class)?);
    }
    jar.plain()
}

/// One class.
pub(super) fn class_file(class: &Parsed) -> Result<Vec<u8>, SampleError> {
    file::write(class)
}
