//! Embeds every `checks/**/*.toml`: a check or a catalogue file is in the
//! binary as soon as it is in the tree, with nothing to register. The many
//! entries of SDKs and libraries are embedded as JSON, which is read several
//! times faster than TOML at every start.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

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
    let (entries, texts): (Vec<_>, Vec<_>) = names
        .iter()
        .partition(|(name, _)| ENTRIES.iter().any(|folder| name.starts_with(folder)));
    let mut source = String::from("&[\n");
    for (name, path) in texts {
        let path = path.display().to_string();
        writeln!(source, "    ({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    source.push_str("]\n");
    fs::write(out.join("checks.rs"), source)?;
    let mut source = String::from("&[\n");
    let mut digest = FNV_OFFSET;
    for (name, path) in entries {
        let json = json(path)?;
        digest = fnv(fnv(digest, name), &json);
        writeln!(source, "    ({name:?}, {json:?}),").map_err(io::Error::other)?;
    }
    source.push_str("]\n");
    fs::write(out.join("entries.rs"), source)?;
    fs::write(out.join("entries-digest.rs"), digest.to_string())
}

/// FNV-1a, 64 bits: tells two states of the entries apart.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(digest: u64, text: &str) -> u64 {
    let step = |digest: u64, byte: u8| (digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    text.bytes().fold(digest, step)
}

/// Folders whose files are embedded as JSON.
const ENTRIES: [&str; 2] = ["catalog/sdks/", "catalog/libraries/"];

/// A TOML file as JSON in one line.
fn json(path: &Path) -> io::Result<String> {
    let text = fs::read_to_string(path)?;
    let value: toml::Table = toml::from_str(&text)
        .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
    serde_json::to_string(&value).map_err(io::Error::other)
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
