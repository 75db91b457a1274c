//! Libraries: everything as text beside an archive of class files.

use std::path::Path;

use super::archive::Archive;
use super::description::Description;
use super::error::SampleError;
use super::parts::{File, Parts};
use super::resources::{Item, Locales, Resources, qualifiers};
use super::xml::{Element, Value};
use super::{elf, plain};

/// An Android library.
pub(super) fn aar(app: &Description, folder: Option<&Path>) -> Result<Vec<u8>, SampleError> {
    let parts = Parts::base(app)?;
    let mut archive = Archive::default();
    let text = |root: &Element| plain::write(root).into_bytes();
    archive.add("AndroidManifest.xml", text(&parts.manifest));
    archive.add("R.txt", Vec::new());
    for (locale, root) in values(&parts.resources) {
        let directory = match qualifiers(&locale) {
            qualifiers if qualifiers.is_empty() => "values".to_owned(),
            qualifiers => format!("values-{qualifiers}"),
        };
        let name = format!("res/{directory}/{directory}.xml");
        archive.add(&name, text(&root));
    }
    for (name, root) in &parts.xml {
        archive.add(name, text(root));
    }
    parts.write_files(folder, |name, file| {
        let bytes = match file {
            File::Xml(root) => text(&root),
            File::Bytes(bytes) => bytes,
        };
        archive.add(name, bytes);
        Ok(())
    })?;
    for library in parts.libraries {
        archive.add(&library.path, elf::write(library));
    }
    if !archive.has("classes.jar") {
        archive.add("classes.jar", classes(app)?);
    }
    archive.write(&app.zip)
}

/// The string resources, one document for each locale.
fn values(resources: &Resources) -> Vec<(String, Element)> {
    let none = std::collections::BTreeMap::new();
    let strings = resources.types.get("string").unwrap_or(&none);
    let mut locales: Vec<&String> = strings.values().flat_map(Locales::keys).collect();
    locales.sort();
    locales.dedup();
    let document = |locale: &String| {
        let mut root = Element::new("resources");
        for (name, texts) in strings {
            if let Some(Item::Text(text)) = texts.get(locale) {
                let mut string = Element::new("string");
                string.plain("name", Value::Text(name.clone()));
                string.text = quoted(text);
                root.children.push(string);
            }
        }
        (locale.clone(), root)
    };
    locales.into_iter().map(document).collect()
}

/// A text as string resources write it.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('\'', "\\'")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

/// The archive of class files.
fn classes(app: &Description) -> Result<Vec<u8>, SampleError> {
    if let Some(class) = app.class.first() {
        let why = "class files of libraries cannot be written yet; put `classes.jar` under `files`";
        return Err(SampleError::new(format!("class {}", class.name), why));
    }
    let mut jar = Archive::default();
    jar.add("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n".to_vec());
    jar.plain()
}
