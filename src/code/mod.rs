//! What the package's bytecode defines and names: DEX files, and class
//! files of libraries that are not dexed yet.
//!
//! [`read`] finds every DEX file of every module, those that Android loads
//! and those that hide in entries at any depth, and every JAR with class
//! files. Each is inflated, read and dropped again, in parallel, so that no
//! more of them are in memory at a time than there are threads.

mod constants;
mod dex;
mod file;
mod jar;
mod loaders;
mod marks;
mod members;
mod merge;
mod sources;
mod uses;
mod work;

#[cfg(test)]
mod tests;

pub use members::Wanted;

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use file::FileRead;

use crate::container::{Bytes, Module, ModuleKind, Package, ReadError};
use crate::evidence::{Anomaly, Gap, Place};
use crate::limits::Limits;

/// What was read of all bytecode, nested code included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeFacts {
    /// DEX files, sorted by place.
    pub dex: Vec<DexFacts>,
    /// JAR files with Java class files, sorted by place.
    pub jars: Vec<JarFacts>,
    /// Packages with the number of classes they define, sorted by name.
    pub packages: Vec<PackageFacts>,
    /// Every defined class once, sorted by name. Not serialised.
    #[serde(skip)]
    pub classes: Vec<DefinedClass>,
    /// Every class that is named and not defined, once, sorted by name;
    /// without the platform's and Kotlin's. Not serialised.
    #[serde(skip)]
    pub named: Vec<DefinedClass>,
    /// String constants that other rooms read, sorted: those with `://`,
    /// with a word of policies and consent, with Han characters, long ones
    /// that read like prose, and the marks of build tools (`~~R8{…}`). Of
    /// each of these kinds at most `Limits::listed`. Not serialised.
    #[serde(skip)]
    pub strings: Vec<CodeString>,
    /// The wanted members that are constants, sorted; at most
    /// `Limits::listed`. Not serialised.
    #[serde(skip)]
    pub constants: Vec<Constant>,
    /// Which class files use members that give personal information, or
    /// start apps, sorted; at most `Limits::listed`. Not serialised. What DEX
    /// files use is with the program.
    #[serde(skip)]
    pub uses: Vec<ApiUse>,
    /// Number of all string constants that were looked through. A string
    /// that only names a class, a member or a source file is none.
    pub strings_searched: u64,
}

/// One DEX; a container of version 041 gives several with one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DexFacts {
    /// Where. The second and later DEX of a container have the offset of
    /// their header.
    pub place: Place,
    /// Format version: 35 to 41.
    pub version: u32,
    /// Size in bytes: of the file, or in a container of this DEX as its
    /// header says.
    pub size: u64,
    /// Items of `string_ids`.
    pub strings: u32,
    /// Items of `type_ids`.
    pub types: u32,
    /// Items of `field_ids`.
    pub field_refs: u32,
    /// Items of `method_ids`: methods that are named, defined here or not.
    pub method_refs: u32,
    /// Items of `class_defs`.
    pub classes: u32,
    /// Methods that the classes define, abstract and native ones included.
    pub methods: u32,
    /// `invoke-*` instructions.
    pub invokes: u64,
    /// Classes, methods and strings that could not be read.
    pub malformed: u32,
}

/// One JAR with class files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JarFacts {
    /// Where.
    pub place: Place,
    /// Size in bytes.
    pub size: u64,
    /// Classes defined, dotted, sorted; at most `Limits::listed`.
    pub classes: Vec<String>,
    /// Number of classes defined.
    pub class_count: u32,
    /// Methods defined.
    pub methods: u32,
    /// Fields and methods of classes outside this JAR that the constant
    /// pools name, as `java.lang.String.length`, sorted without repetition;
    /// at most `Limits::listed`.
    pub references: Vec<String>,
    /// Number of them.
    pub reference_count: u32,
    /// Class files that could not be read.
    pub malformed: u32,
}

/// A package and how many classes it defines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PackageFacts {
    /// Dotted name; empty for the unnamed package.
    pub name: String,
    /// Classes defined in it, without those in deeper packages.
    pub classes: u32,
    /// Whose it is: `app`, `sdk:jpush`, `library:okhttp`, …
    #[serde(default)]
    pub owner: String,
}

/// A class that the package defines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DefinedClass {
    /// Dotted name.
    pub name: String,
    /// Path of the DEX or JAR; of several, the first.
    pub file: Arc<str>,
}

/// A string constant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeString {
    /// The text.
    pub text: String,
    /// Path of the DEX or class file whose string table has it.
    pub file: Arc<str>,
    /// Offset of the text in that file, in bytes.
    pub offset: u64,
    /// Dotted name of the first class whose code loads it.
    pub class: Option<Arc<str>>,
}

/// A static field, or a method, that is always the same string or number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Constant {
    /// Dotted name of the class that defines it.
    pub class: String,
    /// Its name.
    pub member: String,
    /// The value; a number in decimal digits.
    pub value: String,
    /// The file, with class and name.
    pub place: Place,
}

/// A class uses a member that the catalogue of APIs knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiUse {
    /// Dotted name of the class whose code uses it.
    pub class: String,
    /// Class and member: `android.telephony.TelephonyManager.getDeviceId`.
    pub api: String,
    /// A kind of personal information, or `self_launch`,
    /// `associated_launch`, `shell`.
    pub kind: String,
    /// What the member gives depends on what is not known here: another
    /// app's name, a URI, a constant that stands elsewhere in the class.
    pub possible: bool,
    /// The file, with the class.
    pub place: Place,
}

/// A DEX file that Android loads by itself.
#[derive(Debug)]
pub struct Loaded {
    /// Where.
    pub place: Place,
    /// Its bytes, inflated.
    pub bytes: Result<Bytes, ReadError>,
}

/// Inflates the DEX files that Android loads by itself, in the order in
/// which it looks for classes.
pub fn load(package: &Package) -> Vec<Loaded> {
    let mut ordinary: Vec<_> = sources::ordinary(package).into_iter().enumerate().collect();
    // The largest first, so that no thread is left with it alone.
    ordinary.sort_by_key(|(_, (_, entry))| std::cmp::Reverse(entry.size));
    let mut loaded: Vec<_> = ordinary
        .into_par_iter()
        .with_max_len(1)
        .map(|(number, (module, entry))| {
            let file = Loaded {
                place: module.place(entry),
                bytes: module.content(entry),
            };
            (number, file)
        })
        .collect();
    loaded.sort_by_key(|(number, _)| *number);
    loaded.into_iter().map(|(_, file)| file).collect()
}

/// Reads all bytecode of a package, and the values of the `wanted` members.
///
/// Never fails: a file that is not readable is a gap, and so are classes
/// and methods that are not, counted by file. What reading shows about the
/// archives is with the package (`Package::anomalies`, `Package::gaps`).
///
/// Kinds of anomaly: `dex-trailing-data`, `dex-not-loaded`.
pub fn read(
    package: &Package,
    loaded: &[Loaded],
    limits: &Limits,
    wanted: &Wanted,
) -> (CodeFacts, Vec<Gap>, Vec<Anomaly>) {
    let (mut files, nested) = rayon::join(
        || {
            loaded
                .par_iter()
                .with_max_len(1)
                .map(|file| {
                    let place = file.place.clone();
                    match &file.bytes {
                        Ok(bytes) => dex::read(&place, bytes, limits, wanted),
                        Err(error) => FileRead::unread(place, error.gap_kind(), error.to_string()),
                    }
                })
                .collect::<Vec<_>>()
        },
        || {
            let nested = package.nested();
            let mut files = nested
                .par_iter()
                .filter_map(|file| match &file.module {
                    None => Some(dex::read(&file.place, &file.bytes, limits, wanted)),
                    Some(module) => jar::is_jar(module)
                        .then(|| jar::read(&file.place, file.size, module, limits, wanted)),
                })
                .collect::<Vec<_>>();
            let of_class_files = |module: &&Module| module.kind == ModuleKind::Jar;
            files.extend(package.modules.iter().filter(of_class_files).map(|module| {
                let place = Place::file(package.file_name());
                jar::read(&place, package.size, module, limits, wanted)
            }));
            files.extend(sources::called_dex(package, nested));
            files
        },
    );
    files.extend(nested);
    let (facts, gaps) = merge::all(&mut files, limits);
    let mut anomalies: Vec<Anomaly> = files.into_iter().flat_map(|file| file.anomalies).collect();
    anomalies.extend(sources::not_loaded(package));
    anomalies.sort();
    (facts, gaps, anomalies)
}
