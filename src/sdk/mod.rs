//! Which SDKs are inside a package, by what evidence, in which version, and
//! whose code the rest is.
//!
//! [`detect`] compares the names of a package ([`Seen`]) with the catalogue.
//! A class that is defined, a component and an exact dependency prove
//! presence; names that could have another cause make it likely, two
//! independent ones prove it; what is only named in code is reported apart.

mod evidence;
mod names;
mod owners;
mod prefixes;
mod resolve;
mod roots;
mod seen;
mod touches;
mod version;

#[cfg(test)]
mod tests;

pub use owners::Owners;
pub use seen::{Named, Seen, SeenComponent, SeenConstant, SeenDependency, SeenUse};
pub use version::is_below;

use serde::{Deserialize, Serialize};

use crate::catalog::{Bilingual, Grounds, Sdks, Stops};
use crate::evidence::Place;

/// The SDKs of a package, and whose the rest of its code is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SdkFacts {
    /// SDKs that handle personal information, sorted by id.
    pub found: Vec<FoundSdk>,
    /// Libraries that collect nothing, sorted by id.
    pub libraries: Vec<FoundLibrary>,
    /// Third-party code that the catalogue does not know, the largest first.
    pub unknown: Vec<UnknownRoot>,
    /// Namespaces of the app's own code, sorted.
    pub own: Vec<String>,
    /// What the app's own code reads.
    pub touches: Vec<Touch>,
    /// What code reads of which it is not known whose it is: classes that an
    /// obfuscator renamed.
    pub unattributed: Vec<Touch>,
    /// Classes by whose code they are.
    pub classes: ClassCounts,
    /// Code or manifest could not be read in full, so that more SDKs may be
    /// inside.
    pub incomplete: bool,
}

impl SdkFacts {
    /// SDKs that are inside, proven or likely.
    pub fn inside(&self) -> impl Iterator<Item = &FoundSdk> {
        self.found.iter().filter(|sdk| sdk.status.is_inside())
    }
}

/// Classes by whose code they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCounts {
    /// The app's own.
    pub app: u32,
    /// Of SDKs.
    pub sdks: u32,
    /// Of libraries.
    pub libraries: u32,
    /// Of unknown roots.
    pub unknown: u32,
    /// With names that an obfuscator gave: nobody's that can be told.
    pub renamed: u32,
}

/// How sure it is that an SDK is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Proven.
    Present,
    /// Something shows it that could have another cause, or that rests on
    /// names which nobody confirmed.
    Likely,
    /// Only named in code: an adapter for it, or a check for its presence.
    ReferenceOnly,
    /// A part of another SDK or of a packer, no SDK of its own here.
    PartOf,
}

impl Status {
    /// Whether it is inside, proven or likely.
    pub fn is_inside(self) -> bool {
        matches!(self, Self::Present | Self::Likely)
    }
}

/// An SDK inside the package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundSdk {
    /// Id in the catalogue.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// Id of the category.
    pub category: String,
    /// Brand of the vendor.
    pub vendor: Bilingual,
    /// Legal entity, if the catalogue knows it.
    pub company: Option<String>,
    /// Seat of the group that gets the data, ISO 3166.
    pub country: String,
    /// How sure it is that it is inside.
    pub status: Status,
    /// On what grounds the catalogue knows its names.
    pub grounds: Grounds,
    /// Version, if it can be proven.
    pub version: Option<Version>,
    /// Classes defined.
    pub classes: u32,
    /// By what it shows, the strongest first.
    pub evidence: Vec<Trace>,
    /// What its code reads.
    pub touches: Vec<Touch>,
    /// The SDK or packer whose part it is (`part-of`), by id.
    pub part_of: Option<String>,
    /// SDKs inside that bring it along, by id.
    pub brought_by: Vec<String>,
    /// A method is in the package by which the catalogue knows that it
    /// starts; none is if it does not know any, or a shrinker renamed it.
    #[serde(default)]
    pub start_known: bool,
    /// Providers and initialisers of it that run before the app's own code.
    pub runs_first: Vec<Start>,
    /// Components of it that the system or other apps wake.
    pub woken: Vec<Start>,
    /// Its switches in the manifest.
    pub switches: Vec<SwitchState>,
    /// The switch that is off and keeps it from beginning by itself.
    pub disabled_by: Option<String>,
    /// The version from which a known defect is mended, if this one is older.
    pub outdated: Option<Outdated>,
    /// Maven coordinates with version, if the package itself lists them.
    pub coordinates: Option<String>,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trace {
    /// What it is.
    pub kind: TraceKind,
    /// The first of the names seen.
    pub value: String,
    /// How many such names there are.
    pub count: u32,
    /// Whether the name is confirmed and can count as proof of its kind.
    pub confirmed: bool,
    /// Whether the name is a generic or unconfirmed one that says something
    /// only beside evidence of another kind.
    #[serde(default)]
    pub hint: bool,
    /// Where the first stands.
    pub place: Place,
}

/// Kinds of evidence, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TraceKind {
    /// Classes defined below its prefixes.
    Classes,
    /// A component of the manifest.
    Component,
    /// A class that a discovery service or androidx.startup is told of.
    Registrar,
    /// Maven coordinates that the package lists.
    Dependency,
    /// A plug-in of a cross-platform framework that wraps it.
    Plugin,
    /// A meta-data key.
    MetaData,
    /// A permission.
    Permission,
    /// An entry of `queries`.
    Query,
    /// The name of a shared library.
    Library,
    /// Java classes that a shared library serves.
    Jni,
    /// A file.
    File,
    /// A resource name.
    Resource,
    /// Classes named in code and not defined.
    Reference,
}

impl TraceKind {
    /// Whether one trace of this kind proves presence.
    pub fn decides(self) -> bool {
        self <= Self::Dependency
    }
}

/// A version and how it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// As written.
    pub value: String,
    /// What it was read from: a field, a file, a name.
    pub from: String,
    /// Where.
    pub place: Place,
}

/// A kind of personal information that code reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// Kind of data.
    pub kind: String,
    /// Its name.
    pub name: Bilingual,
    /// What is called, sorted.
    pub apis: Vec<String>,
    /// Number of classes that call it.
    pub classes: u32,
    /// Only calls whose arguments decide and are not known.
    pub possible: bool,
    /// The first calling class.
    pub caller: String,
    /// Where.
    pub place: Place,
}

/// A component that starts an SDK.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Start {
    /// Its class.
    pub class: String,
    /// The event that wakes it, if one does.
    pub by: Option<String>,
    /// Whether any other app can start it: exported, enabled, without a
    /// permission.
    pub open: bool,
    /// On what grounds the catalogue names it as one that starts the SDK;
    /// none if it is known only as a component of it.
    pub known: Option<Grounds>,
    /// Name of the setting that it needs to start anything, and that is not
    /// in the package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<String>,
    /// Where it is declared.
    pub place: Place,
}

/// A switch in the manifest, as it stands in this package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchState {
    /// Name of the meta-data.
    pub meta_data: String,
    /// What it turns off.
    pub what: Bilingual,
    /// The value that turns it off.
    pub off_value: String,
    /// The value given, if one is.
    pub value: Option<String>,
    /// Whether nothing of the SDK begins by itself while it is off.
    pub stops: Stops,
    /// Whether it works; what holds without a value is the vendor's default.
    pub on: bool,
    /// How sure the default and the meaning are.
    pub grounds: Grounds,
    /// Where it is given.
    pub place: Option<Place>,
}

/// A version with a known defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outdated {
    /// The first version without it.
    pub floor: String,
    /// What is wrong.
    pub why: Bilingual,
    /// How sure this is.
    pub grounds: Grounds,
}

/// A library inside the package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundLibrary {
    /// Id in the catalogue.
    pub id: String,
    /// Name.
    pub name: String,
    /// Version, if it can be proven.
    pub version: Option<Version>,
    /// Classes defined.
    pub classes: u32,
    /// By what it shows, the strongest first.
    pub evidence: Vec<Trace>,
    /// What its code reads when the app asks it to.
    pub touches: Vec<Touch>,
    /// Maven coordinates with version, if the package itself lists them.
    pub coordinates: Option<String>,
}

/// Third-party code that the catalogue does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownRoot {
    /// The package that it all lies in.
    pub name: String,
    /// Classes defined.
    pub classes: u32,
    /// SDKs that have the namespace in common, of which none shows
    /// otherwise, by id.
    pub candidates: Vec<String>,
    /// Components of it.
    pub components: u32,
    /// What it reads.
    pub touches: Vec<Touch>,
    /// Its first class.
    pub place: Place,
}

/// The SDKs of a package, and whose every name in it is. `text` gives a
/// small file of the package, in which a version may stand.
pub fn detect<'c>(
    seen: &Seen<'_>,
    catalogue: &'c Sdks,
    text: &dyn Fn(&str) -> Option<(String, Place)>,
) -> (SdkFacts, Owners<'c>) {
    let traces = evidence::collect(seen, catalogue);
    let resolved = resolve::resolve(seen, catalogue, &traces);
    let owners = Owners::new(seen, catalogue, traces.prefixes, &resolved);
    let mut facts = SdkFacts {
        incomplete: seen.incomplete,
        own: owners.own().to_vec(),
        ..SdkFacts::default()
    };
    let divided = roots::divide(seen, &owners);
    facts.classes = divided.counts;
    let touches = touches::by_owner(seen, &owners, &divided.roots, catalogue);
    let versions = version::Reader::new(seen, text);
    facts.found = resolve::found(seen, catalogue, &resolved, &touches, &versions);
    facts.libraries = resolve::libraries(catalogue, traces.libraries, &touches, &versions);
    facts.unknown = roots::unknown(&owners, &divided.roots, &touches);
    facts.touches = touches.of(owners::APP);
    facts.unattributed = touches.of(owners::UNKNOWN);
    let owners = owners.with_roots(divided.roots);
    (facts, owners)
}
