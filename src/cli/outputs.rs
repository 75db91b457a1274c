//! Reports written to files and to standard output.

use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::Stop;
use super::args::OutputArgs;
use crate::report::{self, Format, RunResult, View};

/// The formats asked for.
pub fn formats(args: &OutputArgs) -> impl Iterator<Item = Format> {
    let files = args.output.iter().map(|(format, _)| *format);
    files.chain([args.format])
}

/// Whether all reports can be written, as far as that can be told before
/// there is anything to write.
pub fn ready(args: &OutputArgs) -> Result<(), Stop> {
    can_write(args.output.iter().map(|(_, path)| path.as_path()))
}

/// Whether all these files can be written.
pub fn can_write<'a>(all: impl Iterator<Item = &'a Path>) -> Result<(), Stop> {
    let mut paths = BTreeSet::new();
    for path in all {
        let cannot = |why: &str| Stop::Usage(format!("cannot write {}: {why}", path.display()));
        if path.is_dir() {
            return Err(cannot("it is a directory"));
        }
        let folder = folder(path);
        if !folder.is_dir() {
            let why = format!("there is no directory {}", folder.display());
            return Err(cannot(&why));
        }
        if fs::metadata(path).is_ok_and(|file| file.permissions().readonly()) {
            return Err(cannot("it is read-only"));
        }
        if !paths.insert(path) {
            return Err(cannot("two reports would go there"));
        }
    }
    Ok(())
}

fn folder(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    parent.unwrap_or(Path::new("."))
}

/// Renders for every `-o` and for standard output.
pub fn write_all(args: &OutputArgs, result: &RunResult, view: &View) -> Result<(), Stop> {
    let render = |format| {
        report::render(result, format, view).map_err(|unfit| Stop::Usage(unfit.to_string()))
    };
    // All of them before any is written: a format that does not fit leaves
    // no half of a set behind.
    let mut files = Vec::new();
    for (format, path) in &args.output {
        let text = render(*format)?;
        let text = match format {
            Format::Text => plain(&text),
            _ => text,
        };
        files.push((path.as_path(), text));
    }
    put(&files, &render(args.format)?)
}

/// Text without colours.
pub fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// Writes the files and then standard output.
pub fn put(files: &[(&Path, String)], text: &str) -> Result<(), Stop> {
    for (path, text) in files {
        write(path, text)
            .map_err(|error| Stop::Usage(format!("cannot write {}: {error}", path.display())))?;
    }
    let mut stdout = anstream::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        // Whoever reads has seen enough; the verdict stands all the same.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Writes a file whole or not at all. A pipe or device takes it as it is.
pub fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if fs::metadata(path).is_ok_and(|file| !file.is_file()) {
        return fs::write(path, text);
    }
    // A link stays a link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let unfinished: PathBuf = folder(&path).join(name);
    let written = fs::write(&unfinished, text).and_then(|()| fs::rename(&unfinished, &path));
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written
}
