//! Embeds every `checks/**/*.toml`: a check or a catalogue file is in the
//! binary as soon as it is in the tree, with nothing to register. Each is
//! embedded in the form that `src/catalog/compact.rs` reads, which is read
//! many times faster than TOML at every start; all but the many entries of
//! SDKs and libraries also as text, on which a mistake is drawn.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=checks");
    let folder = root.join("checks");
    let mut paths = Vec::new();
    if folder.is_dir() {
        collect(&folder, &mut paths)?;
    }
    let mut names: Vec<(String, PathBuf)> = paths
        .into_iter()
        .map(|path| (name_below(&folder, &path), path))
        .collect();
    names.sort();
    let mut texts = String::from("&[\n");
    let mut places = String::from("&[\n");
    let mut compact = Vec::new();
    let mut digest = Sha256::new();
    for (name, path) in &names {
        let text = fs::read_to_string(path)?;
        for part in [name, &text] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        let start = compact.len();
        table(&text, &mut compact)
            .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
        let end = compact.len();
        writeln!(places, "    ({name:?}, {start}, {end}),").map_err(io::Error::other)?;
        if !ENTRIES.iter().any(|folder| name.starts_with(folder)) {
            let path = path.display().to_string();
            writeln!(texts, "    ({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
        }
    }
    texts.push_str("]\n");
    places.push_str("]\n");
    fs::write(out.join("texts.rs"), texts)?;
    fs::write(out.join("places.rs"), places)?;
    fs::write(out.join("compact"), compact)?;
    fs::write(out.join("digest"), digest.finalize())
}

/// Folders whose files are not embedded as text.
const ENTRIES: [&str; 2] = ["catalog/sdks/", "catalog/libraries/"];

/// A TOML file in the form that `src/catalog/compact.rs` tells.
fn table(text: &str, out: &mut Vec<u8>) -> Result<(), String> {
    let table = DeTable::parse(text).map_err(|error| error.to_string())?;
    let span = table.span();
    value(&Spanned::new(span, DeValue::Table(table.into_inner())), out)
}

fn value(value: &Spanned<DeValue<'_>>, out: &mut Vec<u8>) -> Result<(), String> {
    let span = value.span();
    number(span.start, out);
    number(span.len(), out);
    match value.get_ref() {
        DeValue::Boolean(false) => out.push(b'0'),
        DeValue::Boolean(true) => out.push(b'1'),
        DeValue::Integer(integer) => {
            let integer = i64::from_str_radix(integer.as_str(), integer.radix());
            out.push(b'i');
            out.extend(integer.map_err(|error| error.to_string())?.to_le_bytes());
        }
        DeValue::String(text) => {
            out.push(b's');
            string(text, out);
        }
        DeValue::Array(items) => {
            out.push(b'a');
            number(items.len(), out);
            for item in items {
                self::value(item, out)?;
            }
        }
        DeValue::Table(table) => {
            out.push(b't');
            number(table.len(), out);
            for (key, item) in table {
                string(key.get_ref(), out);
                self::value(item, out)?;
            }
        }
        DeValue::Float(_) | DeValue::Datetime(_) => {
            return Err("no file has fractions or dates; src/catalog/compact.rs knows none".into());
        }
    }
    Ok(())
}

fn string(text: &str, out: &mut Vec<u8>) {
    number(text.len(), out);
    out.extend(text.as_bytes());
}

/// Seven bits a byte, the lowest first; all but the last byte have the
/// highest bit set.
fn number(mut number: usize, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// Path below `checks/` with `/` between folders.
fn name_below(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            paths.push(path);
        }
    }
    Ok(())
}
