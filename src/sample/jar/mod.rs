//! Archives of Java class files, as libraries hold them.
//!
//! Format: "The class File Format", chapter 4 of the Java virtual machine
//! specification; version 49, which needs no stack maps.

mod assemble;
mod file;
mod pool;

use std::path::Path;

use super::archive::Archive;
use super::code::{self, Class as Parsed};
use super::description::{Class, Description, Dex};
use super::error::SampleError;
use super::{aar, content, elf};

/// An archive with these classes.
pub(super) fn write(classes: &[&Class]) -> Result<Vec<u8>, SampleError> {
    archive(classes)?.plain()
}

/// A library that is handed out as such an archive: classes, files and
/// shared libraries, without manifest and resources.
pub(super) fn library(app: &Description, folder: Option<&Path>) -> Result<Vec<u8>, SampleError> {
    let (own, others): (Vec<&Class>, Vec<&Class>) = app
        .class
        .iter()
        .partition(|class| matches!(class.dex, Dex::Number(_)));
    let mut jar = archive(&own)?;
    for (name, described) in &app.files {
        let bytes = content::bytes(described, folder)
            .map_err(|error| error.within(&format!("files.\"{name}\"")))?;
        jar.add(name, bytes);
    }
    for library in &app.library {
        jar.add(&library.path, elf::write(library));
    }
    let others: Vec<Class> = others.into_iter().cloned().collect();
    for (name, bytes) in aar::code(&others)? {
        jar.add(&name, bytes);
    }
    jar.write(&app.zip)
}

fn archive(classes: &[&Class]) -> Result<Archive, SampleError> {
    let mut jar = Archive::default();
    jar.add("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n".to_vec());
    for class in code::parse(classes)? {
        let name = pool::internal(&class.name);
        jar.add(&format!("{name}.class"), class_file(&class)?);
    }
    Ok(jar)
}

/// One class.
pub(super) fn class_file(class: &Parsed) -> Result<Vec<u8>, SampleError> {
    file::write(class)
}
