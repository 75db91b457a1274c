//! Knowledge as data: what permissions are, which rules are cited, which
//! words regulators use. People who know the law but not Rust edit the
//! files under `checks/catalog/`.

mod language;

pub use language::{Bilingual, Lang, Mark};

/// Every `checks/**/*.toml`, as path below `checks/` and text, sorted by path.
pub(crate) static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/checks.rs"));

/// Text of an embedded file, by its path below `checks/`:
/// `catalog/packers.toml`.
///
/// # Panics
///
/// If there is no such file. The names are part of this program, so this is
/// a defect that every test run meets, not something that an input can cause.
pub fn file(path: &str) -> &'static str {
    EMBEDDED
        .iter()
        .find(|(name, _)| *name == path)
        .map_or_else(|| panic!("checks/{path} is not embedded"), |(_, text)| text)
}
