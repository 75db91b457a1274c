//! App bundles: a directory for each module, everything in protocol
//! buffers.

use std::path::Path;

use super::archive::Archive;
use super::description::Description;
use super::error::SampleError;
use super::parts::{File, Parts};
use super::{apk, elf, proto};

/// A bundle of the base and one module for each split.
pub(super) fn aab(app: &Description, folder: Option<&Path>) -> Result<Vec<u8>, SampleError> {
    let mut archive = Archive::default();
    archive.add("BundleConfig.pb", proto::bundle_config());
    module(&mut archive, "base", &Parts::base(app)?, app, folder)?;
    for split in &app.split {
        Parts::split(app, split)
            .and_then(|parts| module(&mut archive, &split.name, &parts, app, folder))
            .map_err(|error| error.within(&format!("split {}", split.name)))?;
    }
    archive.write(&app.zip)
}

fn module(
    archive: &mut Archive,
    name: &str,
    parts: &Parts<'_>,
    app: &Description,
    folder: Option<&Path>,
) -> Result<(), SampleError> {
    let resources = &parts.resources;
    let mut add = |entry: &str, bytes| archive.add(&format!("{name}/{entry}"), bytes);
    let manifest =
        proto::xml(&parts.manifest, resources).map_err(|error| error.within("manifest"))?;
    add("manifest/AndroidManifest.xml", manifest);
    if !resources.is_empty() {
        add("resources.pb", proto::table(resources, &app.package));
    }
    for (name, root) in &parts.xml {
        let bytes = proto::xml(root, resources).map_err(|error| error.within(name))?;
        add(name, bytes);
    }
    parts.write_files(folder, |name, file| {
        let bytes = match file {
            File::Xml(root) => proto::xml(&root, resources)?,
            File::Bytes(bytes) => bytes,
        };
        add(&place(name), bytes);
        Ok(())
    })?;
    for library in parts.libraries {
        add(&place(&library.path), elf::write(library));
    }
    for (name, bytes) in apk::code(parts.classes)? {
        add(&place(&name), bytes);
    }
    Ok(())
}

/// Where an entry of an APK stands in a module.
fn place(name: &str) -> String {
    let kept = ["assets/", "lib/", "res/"];
    if kept.iter().any(|directory| name.starts_with(directory)) {
        name.to_owned()
    } else if !name.contains('/') && name.rsplit_once('.').is_some_and(|(_, e)| e == "dex") {
        format!("dex/{name}")
    } else {
        format!("root/{name}")
    }
}
