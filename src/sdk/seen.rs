//! What detection looks at: the names of a package, gathered from the other
//! rooms, each with the place where it stands.

use crate::evidence::Place;

/// The names of one package.
#[derive(Clone, Debug, Default)]
pub struct Seen<'a> {
    /// Application id; empty for a library, whose own code is an SDK.
    pub package: &'a str,
    /// Classes that are surely the app's own: its `Application`, the
    /// activities with an icon.
    pub own: Vec<&'a str>,
    /// Classes defined, dotted, sorted, each with its DEX or JAR.
    pub classes: Vec<(&'a str, &'a str)>,
    /// Classes named in code and not defined, dotted, sorted, each with the
    /// first DEX or JAR that names it.
    pub referenced: Vec<(&'a str, &'a str)>,
    /// Components.
    pub components: Vec<SeenComponent<'a>>,
    /// Classes that meta-data of discovery services and of androidx.startup
    /// name.
    pub registrars: Vec<Named<'a>>,
    /// Meta-data, the name and the value.
    pub meta_data: Vec<(Named<'a>, Option<&'a str>)>,
    /// Permissions asked for and defined.
    pub permissions: Vec<Named<'a>>,
    /// Packages, actions and authorities of `queries`.
    pub queries: Vec<Named<'a>>,
    /// Shared libraries by file name.
    pub libraries: Vec<Named<'a>>,
    /// Classes that `Java_*` exports serve, dotted.
    pub jni: Vec<Named<'a>>,
    /// Paths in the package.
    pub files: Vec<Named<'a>>,
    /// Names of resources without their type.
    pub resources: Vec<Named<'a>>,
    /// Exact dependencies that the package lists.
    pub dependencies: Vec<SeenDependency<'a>>,
    /// Constants that versions are read from.
    pub constants: Vec<SeenConstant<'a>>,
    /// Reads of personal information by calling class.
    pub uses: Vec<SeenUse<'a>>,
    /// Packers, each with the SDKs that its own stub carries, by id.
    pub packers: Vec<(&'a str, &'a [String])>,
    /// Whether the names of resources could not be read in full.
    pub resources_hidden: bool,
    /// Whether code, manifest or libraries could not be read in full.
    pub incomplete: bool,
}

/// A name and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The name.
    pub name: &'a str,
    /// Where.
    pub place: &'a Place,
}

/// A component of the manifest.
#[derive(Clone, Copy, Debug)]
pub struct SeenComponent<'a> {
    /// Its name and place: its class, of an alias a name of its own.
    pub named: Named<'a>,
    /// Of an alias the class behind it.
    pub target: Option<&'a str>,
    /// Enabled at installation.
    pub enabled: bool,
    /// A provider that does more than share files: its `onCreate` runs
    /// before the app's own code.
    pub runs_first: bool,
    /// Exported and enabled, without a permission.
    pub open: bool,
    /// The system event that wakes it, such as the end of booting.
    pub woken_by: Option<&'a str>,
}

impl<'a> SeenComponent<'a> {
    /// The class that runs, at the place of the component.
    pub fn class(&self) -> Named<'a> {
        Named {
            name: self.target.unwrap_or(self.named.name),
            place: self.named.place,
        }
    }
}

/// An exact dependency.
#[derive(Clone, Copy, Debug)]
pub struct SeenDependency<'a> {
    /// `maven`, `flutter`, `npm`, `cordova` …
    pub ecosystem: &'a str,
    /// Name in that ecosystem; `group:artifact` for Maven.
    pub name: &'a str,
    /// Version, if the list has it.
    pub version: Option<&'a str>,
    /// The list.
    pub place: &'a Place,
}

/// A constant of a class.
#[derive(Clone, Copy, Debug)]
pub struct SeenConstant<'a> {
    /// Dotted name.
    pub class: &'a str,
    /// Field or method.
    pub member: &'a str,
    /// The value.
    pub value: &'a str,
    /// Where.
    pub place: &'a Place,
}

/// A read of personal information.
#[derive(Clone, Copy, Debug)]
pub struct SeenUse<'a> {
    /// The calling class, dotted.
    pub class: &'a str,
    /// What it calls.
    pub api: &'a str,
    /// Kind of data.
    pub kind: &'a str,
    /// The arguments decide, and they are not known.
    pub possible: bool,
    /// Where.
    pub place: &'a Place,
}
