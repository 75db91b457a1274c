//! XML files of a module, in the form in which that kind of module has them.

use std::fmt;

use super::archive::Entry;
use super::error::ReadError;
use super::package::{Module, ModuleKind};
use crate::decode::xml::Document;
use crate::decode::{DecodeError, axml, plainxml, protoxml};
use crate::evidence::GapKind;
use crate::limits::Limits;

/// Why an XML file of a module cannot be had.
#[derive(Clone, Debug)]
pub enum XmlError {
    /// The archive does not give it.
    Unreadable(ReadError),
    /// Its bytes do not follow their format.
    Malformed(DecodeError),
}

impl XmlError {
    /// The kind of gap this error leaves.
    pub const fn gap_kind(&self) -> GapKind {
        match self {
            Self::Unreadable(error) => error.gap_kind(),
            Self::Malformed(_) => GapKind::Malformed,
        }
    }
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(f),
            Self::Malformed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for XmlError {}

impl Module {
    /// The XML document in an entry: binary in an APK, protocol buffers in
    /// a bundle, plain text in a library.
    ///
    /// # Errors
    /// When the entry cannot be read, or is no such document.
    pub fn xml(&self, entry: &Entry, limits: &Limits) -> Result<Document, XmlError> {
        let bytes = self.content(entry).map_err(XmlError::Unreadable)?;
        match self.kind {
            ModuleKind::Apk | ModuleKind::Archive => axml::parse(&bytes, limits),
            ModuleKind::Bundle => protoxml::parse(&bytes, limits),
            ModuleKind::Aar | ModuleKind::Jar => plainxml::parse(&bytes, limits),
        }
        .map_err(XmlError::Malformed)
    }
}
