//! The vocabulary in which every room says what it saw, where, and what it
//! could not see.

use serde::{Deserialize, Serialize};

/// Where a fact was seen.
///
/// `file` is the path inside the input, with `!/` between a container and
/// what lies in it: `AndroidManifest.xml`, `base.apk!/classes2.dex`,
/// `assets/plugin.jar!/classes.dex`. The other fields narrow it down as far
/// as the format allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Path inside the input.
    pub file: String,
    /// Position in the terms of the format: an element path
    /// (`manifest/application/service[3]`), a method
    /// (`com.example.App.onCreate`), a resource name (`string/app_name`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Line, from 1: of a text file, of the source that a binary manifest
    /// or a DEX debug record names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Offset in bytes from the start of `file` as unpacked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            ..Self::default()
        }
    }

    /// The same file, narrowed to `locator`.
    #[must_use]
    pub fn at(mut self, locator: impl Into<String>) -> Self {
        self.locator = Some(locator.into());
        self
    }

    /// The same place with a byte offset.
    #[must_use]
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// The same place with a line number, from 1.
    #[must_use]
    pub fn line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }
}

/// A part of an app that a check can need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The archive structure itself.
    Container,
    /// `AndroidManifest.xml`.
    Manifest,
    /// The resource table and XML resources.
    Resources,
    /// DEX and JVM bytecode.
    Code,
    /// Shared libraries.
    Native,
    /// Lists of what the app is built from.
    Dependencies,
    /// What screens show: layouts, texts, and the code and scripts that draw
    /// them.
    Interface,
    /// Privacy policy and related texts.
    Policy,
    /// Signing blocks and certificates.
    Signature,
}

/// Why a part could not be seen, or not wholly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// The file that should be there is not in the package.
    Missing,
    /// The bytes do not follow their format.
    Malformed,
    /// A version or feature of the format that is not known.
    Unsupported,
    /// Encrypted content.
    Encrypted,
    /// A size, depth, count or ratio limit stopped the reading.
    Limit,
    /// A packer hides the code.
    Packed,
    /// The content is only linked, never fetched.
    Remote,
    /// Logic runs in a form of which only strings are readable (Dart AOT,
    /// Hermes bytecode, il2cpp).
    Opaque,
    /// Nothing of this kind was found, and nothing of this kind was given.
    NotFound,
    /// It was read, but where it begins to run is not known.
    NoEntry,
}

/// Something that could not be looked at. A gap is never an absence: every
/// check that needs the part must say "review".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// What is incomplete.
    pub part: Part,
    /// Why.
    pub kind: GapKind,
    /// Where.
    pub place: Place,
    /// Particulars for a technical reader, in English: an error with its
    /// offset, a limit with its value, a packer's name.
    pub detail: String,
}

/// A trick or defect of an archive or a file format that Android tolerates
/// and that often serves to mislead tools.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Anomaly {
    /// Kebab-case name, for example `zip-duplicate-name`,
    /// `zip-fake-encryption`, `axml-header-size`.
    pub kind: String,
    /// Where.
    pub place: Place,
    /// Particulars, in English.
    pub detail: String,
}
