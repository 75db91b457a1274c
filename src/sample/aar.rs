//! Libraries: everything as text beside an archive of class files.

use std::collections::BTreeSet;
use std::path::Path;

use super::archive::Archive;
use super::description::{Class, Description, Dex};
use super::error::SampleError;
use super::parts::{File, Parts};
use super::resources::{Item, Locales, Resources, qualifiers};
use super::xml::{Element, Value};
use super::{dex, elf, jar, plain};

/// The archive of the library's own class files.
const CLASSES: &str = "classes.jar";

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
    for (name, bytes) in code(parts.classes)? {
        archive.add(&name, bytes);
    }
    if !archive.has(CLASSES) {
        archive.add(CLASSES, jar::write(&[])?);
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

/// The classes as entries: a DEX where a path of that kind is asked for,
/// else archives of class files.
pub(super) fn code(classes: &[Class]) -> Result<Vec<(String, Vec<u8>)>, SampleError> {
    let place = |class: &Class| match &class.dex {
        Dex::Number(_) => CLASSES.to_owned(),
        Dex::Path(path) => path.clone(),
    };
    let mut entries = Vec::new();
    for path in classes.iter().map(place).collect::<BTreeSet<String>>() {
        let inside: Vec<&Class> = classes.iter().filter(|c| place(c) == path).collect();
        let is_dex = path.rsplit_once('.').is_some_and(|(_, e)| e == "dex");
        let bytes = if is_dex {
            dex::write(&inside)?
        } else {
            jar::write(&inside)?
        };
        entries.push((path, bytes));
    }
    Ok(entries)
}
