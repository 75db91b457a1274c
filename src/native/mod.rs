//! Shared libraries, packers, cross-platform frameworks and build tools.

pub mod build_tools;
pub mod frameworks;
mod libraries;
mod looked_up;
pub mod packers;
mod patterns;
#[cfg(test)]
mod tests;

pub use build_tools::BuildTool;
pub use frameworks::{Framework, Logic};
pub use libraries::read;
pub use looked_up::LookedUp;
pub use packers::Packer;

use serde::{Deserialize, Serialize};

use crate::container::{ModuleKind, Package};
use crate::evidence::Place;

/// What the package's shared libraries show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NativeFacts {
    /// ABIs for which the package has libraries, as folder names below
    /// `lib/`, sorted.
    pub abis: Vec<String>,
    /// Every `lib/<abi>/*.so`, sorted by name, then ABI.
    pub libraries: Vec<Library>,
}

/// One shared library.
///
/// Of libraries with one name in several ABIs only one is read, by
/// preference the `arm64-v8a` one; the others carry their name and size
/// and `read: false`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// File name without folder: `libweibosdkcore.so`.
    pub name: String,
    /// Folder below `lib/`: `arm64-v8a`; empty if it lies elsewhere.
    pub abi: String,
    /// Where.
    pub place: Place,
    /// Whose it is: `app`, `sdk:jpush`, `library:flutter`, …
    #[serde(default)]
    pub owner: String,
    /// Unpacked size in bytes.
    pub size: u64,
    /// Whether the ELF structures below were read.
    pub read: bool,
    /// `DT_SONAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soname: Option<String>,
    /// `DT_NEEDED`, in file order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needed: Vec<String>,
    /// Number of exported `Java_*` symbols.
    #[serde(default)]
    pub jni_exports: u32,
    /// Java classes that the `Java_*` symbols implement, dotted, sorted,
    /// without repetition, at most 32.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jni_classes: Vec<String>,
    /// Number of all exported symbols.
    #[serde(default)]
    pub exports: u32,
    /// GNU build id, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_id: Option<String>,
    /// NDK release of the `.note.android.ident` note: `r26b`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ndk: Option<String>,
}

/// How sure an observation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Decisive evidence, or two independent pieces.
    Present,
    /// One piece that something else could explain.
    Likely,
}

/// What kind of trace a piece of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TraceKind {
    /// The class of `<application android:name>` or `appComponentFactory`.
    Application,
    /// The class of a component in the manifest.
    Component,
    /// A class defined in DEX.
    Class,
    /// The name of a shared library.
    Library,
    /// The path of another file.
    File,
    /// A `<meta-data>` name.
    MetaData,
    /// The first bytes of a file.
    Content,
    /// Declared components whose classes no DEX file defines.
    MissingClasses,
}

/// One trace, and where it was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trace {
    /// What it is.
    pub kind: TraceKind,
    /// The name or value that was seen.
    pub value: String,
    /// Where.
    pub place: Place,
}

/// A name with the place where it stands: input to the detections.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Entry path, class name in dots, or meta-data name.
    pub name: String,
    /// Where.
    pub place: Place,
}

impl Named {
    /// A name at a place.
    pub fn new(name: impl Into<String>, place: Place) -> Self {
        Self {
            name: name.into(),
            place,
        }
    }
}

/// The names of an app that packers and frameworks are known by.
#[derive(Clone, Debug, Default)]
pub struct Traces<'a> {
    /// Paths of all entries inside their module, with their places.
    pub files: Vec<Named>,
    /// Classes of `<application>`: `android:name`, `appComponentFactory`.
    pub application: Vec<Named>,
    /// Classes of activities, services, receivers and providers, fully
    /// qualified.
    pub components: Vec<Named>,
    /// Names of `<meta-data>` elements.
    pub meta_data: Vec<Named>,
    /// Classes defined in DEX, dotted, sorted, each with the path of its
    /// DEX file.
    pub classes: Vec<(&'a str, &'a str)>,
}

impl Traces<'_> {
    /// Paths of all entries of a package as they lie in their modules
    /// (without `root/`, the folder of a bundle for other files), with
    /// their places.
    pub fn files_of(package: &Package) -> Vec<Named> {
        package
            .modules
            .iter()
            .flat_map(|module| {
                module.entries().map(|entry| {
                    let name = match module.kind {
                        ModuleKind::Bundle => {
                            entry.name.strip_prefix("root/").unwrap_or(&entry.name)
                        }
                        _ => &entry.name,
                    };
                    Named::new(name, module.place(entry))
                })
            })
            .collect()
    }
}
