//! Embeds every `checks/**/*.toml`: a check or a catalogue file is in the
//! binary as soon as it is in the tree, with nothing to register.

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
    let mut source = String::from("&[\n");
    for (name, path) in &names {
        let path = path.display().to_string();
        writeln!(source, "    ({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    source.push_str("]\n");
    fs::write(out.join("checks.rs"), source)
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
