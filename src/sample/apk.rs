//! APKs: binary manifest, resource table, compiled XML, code, libraries.

use std::collections::BTreeSet;
use std::path::Path;

use super::archive::Archive;
use super::description::{Class, Description, Dex};
use super::error::SampleError;
use super::parts::{File, Parts};
use super::pool::Encoding;
use super::{arsc, axml, dex, elf, signing};

/// A single APK.
pub(super) fn apk(app: &Description, folder: Option<&Path>) -> Result<Vec<u8>, SampleError> {
    let archive = archive(&Parts::base(app)?, app, folder)?;
    signing::sign(archive.write(&app.zip)?, &app.signing)
}

/// The base and its splits, as installers export them.
pub(super) fn set(app: &Description, folder: Option<&Path>) -> Result<Vec<u8>, SampleError> {
    let mut set = Archive::default();
    set.add("base.apk", apk(app, folder)?);
    for split in &app.split {
        let place = format!("split {}", split.name);
        let archive = Parts::split(app, split)
            .and_then(|parts| archive(&parts, app, folder))
            .map_err(|error| error.within(&place))?;
        let name = format!("split_{}.apk", split.name);
        if set.has(&name) {
            return Err(SampleError::new(place, "is described twice"));
        }
        set.add(&name, signing::sign(archive.plain()?, &app.signing)?);
    }
    set.plain()
}

fn archive(
    parts: &Parts<'_>,
    app: &Description,
    folder: Option<&Path>,
) -> Result<Archive, SampleError> {
    let resources = &parts.resources;
    let mut archive = Archive::default();
    let manifest = axml::write(&parts.manifest, resources, Encoding::Utf16)
        .map_err(|error| error.within("manifest"))?;
    archive.add("AndroidManifest.xml", manifest);
    if !resources.is_empty() {
        let table = arsc::write(resources, &app.package)?;
        archive.add("resources.arsc", table);
    }
    for (name, root) in &parts.xml {
        let bytes =
            axml::write(root, resources, Encoding::Utf8).map_err(|error| error.within(name))?;
        archive.add(name, bytes);
    }
    parts.write_files(folder, |name, file| {
        let bytes = match file {
            File::Xml(root) => axml::write(&root, resources, Encoding::Utf8)?,
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
    Ok(archive)
}

/// The DEX files with their entry names.
pub(super) fn code(classes: &[Class]) -> Result<Vec<(String, Vec<u8>)>, SampleError> {
    let places: BTreeSet<&Dex> = classes.iter().map(|class| &class.dex).collect();
    let mut entries = Vec::new();
    for place in places {
        let inside: Vec<&Class> = classes.iter().filter(|c| c.dex == *place).collect();
        let bytes = dex::write(&inside)?;
        let entry = match place {
            Dex::Number(0 | 1) => ("classes.dex".to_owned(), bytes),
            Dex::Number(number) => (format!("classes{number}.dex"), bytes),
            Dex::Path(path) if is_archive(path) => {
                let mut archive = Archive::default();
                archive.add("classes.dex", bytes);
                (path.clone(), archive.plain()?)
            }
            Dex::Path(path) => (path.clone(), bytes),
        };
        entries.push(entry);
    }
    Ok(entries)
}

fn is_archive(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("jar" | "zip" | "apk"))
}
