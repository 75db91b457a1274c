//! What goes into one package, whatever form it is written in: manifest,
//! resources, files, libraries, classes.

use std::collections::BTreeMap;
use std::path::Path;

use super::description::{Class, Content, Description, Library, Split};
use super::error::SampleError;
use super::resources::{Item, Resources};
use super::xml::{self, Element};
use super::{content, manifest};

/// The parts of the base, or of a split.
pub(super) struct Parts<'a> {
    pub manifest: Element,
    pub resources: Resources,
    /// XML files that stand for keys of the application.
    pub xml: Vec<(String, Element)>,
    files: &'a BTreeMap<String, Content>,
    pub libraries: &'a [Library],
    pub classes: &'a [Class],
}

/// A file of the description.
pub(super) enum File {
    /// XML that build tools compile.
    Xml(Element),
    Bytes(Vec<u8>),
}

impl<'a> Parts<'a> {
    pub fn base(app: &'a Description) -> Result<Self, SampleError> {
        Ok(Self {
            manifest: manifest::base(app)?,
            resources: resources(app),
            xml: described_xml(app)?,
            files: &app.files,
            libraries: &app.library,
            classes: &app.class,
        })
    }

    pub fn split(app: &Description, split: &'a Split) -> Result<Self, SampleError> {
        Ok(Self {
            manifest: manifest::split(app, split)?,
            resources: split_resources(app, split),
            xml: Vec::new(),
            files: &split.files,
            libraries: &split.library,
            classes: &split.class,
        })
    }

    /// Writes every file of the description by `write`, which gets its name.
    pub fn write_files(
        &self,
        folder: Option<&Path>,
        mut write: impl FnMut(&str, File) -> Result<(), SampleError>,
    ) -> Result<(), SampleError> {
        for (name, described) in self.files {
            let place = format!("files.\"{name}\"");
            read(name, described, folder)
                .and_then(|file| write(name, file))
                .map_err(|error| error.within(&place))?;
        }
        Ok(())
    }
}

fn read(name: &str, described: &Content, folder: Option<&Path>) -> Result<File, SampleError> {
    let bytes = content::bytes(described, folder)?;
    if !is_compiled(name) {
        return Ok(File::Bytes(bytes));
    }
    let text = str::from_utf8(&bytes).map_err(|error| SampleError::new("", error.to_string()))?;
    let root = xml::parse(text).map_err(|why| SampleError::new("", why))?;
    Ok(File::Xml(root))
}

/// The resources of the base. Names that only splits have a value for are
/// there without one.
fn resources(app: &Description) -> Resources {
    let mut resources = names(app).emptied();
    add_base(&mut resources, app);
    resources
}

/// The resources of a split, with the ids of the base.
fn split_resources(app: &Description, split: &Split) -> Resources {
    let mut resources = names(app).emptied();
    add_split(&mut resources, split);
    resources
}

fn names(app: &Description) -> Resources {
    let mut resources = Resources::default();
    add_base(&mut resources, app);
    for split in &app.split {
        add_split(&mut resources, split);
    }
    resources
}

fn add_base(resources: &mut Resources, app: &Description) {
    for (locale, text) in &app.labels {
        let text = Item::Text(text.clone());
        resources.add("string", manifest::APP_NAME, locale, text);
    }
    for (name, text) in &app.strings {
        resources.add("string", name, "", Item::Text(text.clone()));
    }
    for (locale, texts) in &app.strings_in {
        for (name, text) in texts {
            resources.add("string", name, locale, Item::Text(text.clone()));
        }
    }
    if !app.application.network_config.is_empty() {
        resources.add_file(&path(manifest::NETWORK));
    }
    if app.application.backup_rules {
        resources.add_file(&path(manifest::BACKUP));
    }
    add_files(resources, &app.files);
}

fn add_split(resources: &mut Resources, split: &Split) {
    for (locale, texts) in &split.strings_in {
        for (name, text) in texts {
            resources.add("string", name, locale, Item::Text(text.clone()));
        }
    }
    add_files(resources, &split.files);
}

/// What files stand for, and the ids that they make (`@+id/agree`).
fn add_files(resources: &mut Resources, files: &BTreeMap<String, Content>) {
    for (name, content) in files {
        resources.add_file(name);
        let Content::Text(text) = content else {
            continue;
        };
        if is_compiled(name) {
            let ids = text.split("\"@+id/").skip(1);
            for id in ids.filter_map(|rest| rest.split('"').next()) {
                resources.add("id", id, "", Item::Text(String::new()));
            }
        }
    }
}

/// XML files that stand for keys of the application.
fn described_xml(app: &Description) -> Result<Vec<(String, Element)>, SampleError> {
    let mut files = Vec::new();
    let config = &app.application.network_config;
    if !config.is_empty() {
        let root = xml::parse(config)
            .map_err(|why| SampleError::new("application.network-config", why))?;
        files.push((path(manifest::NETWORK), root));
    }
    if app.application.backup_rules {
        let root = Element::new("full-backup-content");
        files.push((path(manifest::BACKUP), root));
    }
    Ok(files)
}

/// XML that build tools do not leave as text.
pub(super) fn is_compiled(name: &str) -> bool {
    let xml = name.rsplit_once('.').is_some_and(|(_, e)| e == "xml");
    xml && name.starts_with("res/") && !name.starts_with("res/raw")
}

fn path(name: &str) -> String {
    format!("res/xml/{name}.xml")
}
