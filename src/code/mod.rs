//! What the package's bytecode defines and names: DEX files, and class
//! files of libraries that are not dexed yet.

use serde::{Deserialize, Serialize};

use crate::evidence::Place;

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
    /// String constants that other rooms read, sorted. Not serialised.
    #[serde(skip)]
    pub strings: Vec<CodeString>,
    /// Number of all string constants that were looked through.
    pub strings_searched: u64,
}

/// One DEX; a container of version 041 gives several with one place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DexFacts {
    /// Where.
    pub place: Place,
    /// Format version: 35 to 41.
    pub version: u32,
    /// Size in bytes.
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
    /// Classes and methods that could not be read.
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
    /// Members of other classes that are named in the constant pools, as
    /// `java.lang.String.length`, sorted without repetition; at most
    /// `Limits::listed`.
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
}

/// A class that the package defines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DefinedClass {
    /// Dotted name.
    pub name: String,
    /// Path of the DEX or JAR.
    pub file: std::sync::Arc<str>,
}

/// A string constant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeString {
    /// The text.
    pub text: String,
    /// Path of the DEX or JAR whose string table has it.
    pub file: std::sync::Arc<str>,
    /// Offset of the text in that file, in bytes.
    pub offset: u64,
}
