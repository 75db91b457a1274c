//! A path to the parts of an app.
//!
//! [`Package::open`] reads one input and finds its [`Module`]s: an APK is
//! one, a bundle or a set of split APKs several. A module lists its entries
//! and inflates them on demand. [`Package::nested`] finds the code and the
//! archives that hide inside entries.
//!
//! Archives are read as Android reads them, every trick on the way becomes
//! an anomaly, and what cannot be read becomes an error or a gap: never an
//! empty answer. Nothing is written to disk.
//!
//! Kinds of anomaly: `zip-bad-crc`, `zip-directory-broken`,
//! `zip-directory-size`, `zip-directory-with-data`, `zip-disk-number`,
//! `zip-duplicate-name`, `zip-encryption-bit`, `zip-entry-count`, `zip-local-header`,
//! `zip-local-method`, `zip-local-size`, `zip-name-encoding`, `zip-overlap`,
//! `zip-prefixed-data`, `zip-readers-disagree`, `zip-several-ends`,
//! `zip-size-lie`, `zip-stored-size`, `zip-trailing-data`,
//! `zip-unknown-method`, `zip-unsafe-name`.
#![deny(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]

mod archive;
mod budget;
mod bytes;
mod compare;
mod directory;
mod error;
mod find;
mod formats;
mod names;
mod nested;
mod package;
mod read;
mod signing;
mod sniff;
mod splits;
mod tally;
#[cfg(test)]
#[allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests may"
)]
mod tests;
mod xml;

pub use archive::{Archive, Entry, Method};
pub use budget::Budget;
pub use bytes::Bytes;
pub use error::{OpenError, ReadError};
pub use find::find_packages;
pub use nested::{Nested, NestedKind};
pub use package::{Module, ModuleKind, Package, PackageKind};
pub use xml::XmlError;
