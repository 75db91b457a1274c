//! Members of Java classes that scripts and compiled code of cross-platform
//! frameworks call.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Faults, load_file};

const FILE: &str = "catalog/script-entries.toml";

/// How scripts come into the Java code of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptEntries {
    /// Annotations of methods that scripts can call.
    #[serde(rename = "annotation")]
    pub annotations: Vec<Annotation>,
    /// Classes and interfaces on whose objects frameworks call methods.
    #[serde(rename = "class")]
    pub classes: Vec<ScriptClass>,
    /// Files of a package that name classes for a framework.
    #[serde(rename = "file")]
    pub files: Vec<ScriptFile>,
}

/// An annotation of methods that scripts can call.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annotation {
    /// Dotted name.
    pub name: String,
    /// Where it comes from.
    pub source: String,
    /// How that was looked up: `read` or `memory`.
    pub certainty: String,
}

/// What a framework calls on the objects of a class and of those below it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScriptClass {
    /// Dotted name of the class or interface.
    pub name: String,
    /// Methods that it calls by itself once there is an object.
    #[serde(default)]
    pub at_once: Vec<String>,
    /// It does so while the process starts, not only for the first screen.
    #[serde(default)]
    pub at_start: bool,
    /// Methods that it calls when a script says so.
    #[serde(default)]
    pub by_script: Vec<String>,
    /// Beginnings of the descriptors of methods that scripts can call.
    #[serde(default)]
    pub descriptor: Vec<String>,
    /// An app gives it the class, and it makes the object.
    #[serde(default)]
    pub by_class: bool,
    /// Where the names come from.
    pub source: String,
    /// How that was looked up: `read` or `memory`.
    pub certainty: String,
}

/// A file of a package that names classes for a framework.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptFile {
    /// Path inside the package; of an XML resource, `xml/NAME`.
    pub path: String,
    /// XML: the element whose attribute `value` names the class.
    pub element: Option<String>,
    /// XML: what its attribute `name` has to be.
    pub named: Option<String>,
    /// XML: `name` of an element beside it whose `value` is `true` if the
    /// object is made for the first screen.
    pub eager: Option<String>,
    /// JSON: the key of the name of a class.
    pub key: Option<String>,
    /// JSON: the key of the name of a class that runs with the Application.
    pub hook: Option<String>,
    /// Where that comes from.
    pub source: String,
    /// How it was looked up: `read` or `memory`.
    pub certainty: String,
}

/// What this program knows of scripts.
///
/// # Panics
///
/// If the embedded file is wrong; the mistake is drawn. That is a defect of
/// the build which every test run meets.
pub fn script_entries() -> &'static ScriptEntries {
    static BUILTIN: LazyLock<ScriptEntries> = LazyLock::new(|| match load() {
        Ok(entries) => entries,
        Err(faults) => panic!("the catalogue of this build is wrong:\n{faults}"),
    });
    &BUILTIN
}

fn load() -> Result<ScriptEntries, Faults> {
    Ok(load_file(FILE)?)
}
