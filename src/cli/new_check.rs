//! `checks new`: a check file that works as it stands, to be changed.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use super::{Exit, Stop, knowledge};

/// What is written; `{id}` and `{dir}` are filled in.
const TEMPLATE: &str = include_str!("new-check.toml");

/// Writes `<dir>/<id>.toml`. A file that is there stays as it is.
pub fn write(id: &str, dir: &Path) -> Result<Exit, Stop> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.starts_with(|c: char| c.is_ascii_lowercase()) || !id.chars().all(plain) {
        return Err(Stop::Usage(format!(
            "\"{id}\" is no id of a check: lower-case words joined by \"-\", such as \"sdk-undisclosed\""
        )));
    }
    if let Some(known) = knowledge::builtin()?.named(id) {
        let file = &known.file;
        return Err(Stop::Usage(format!("\"{id}\" is already the id of {file}")));
    }
    let path = dir.join(format!("{id}.toml"));
    let failed = |error: &std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => format!("{} is there already", path.display()),
        _ => format!("cannot write {}: {error}", path.display()),
    };
    let shown = dir.display().to_string();
    let text = TEMPLATE.replace("{id}", id).replace("{dir}", &shown);
    fs::create_dir_all(dir)
        .and_then(|()| fs::File::create_new(&path))
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Stop::Usage(failed(&error)))?;
    let mut stdout = anstream::stdout().lock();
    writeln!(
        stdout,
        "{} is written; it works as it stands",
        path.display()
    )?;
    writeln!(stdout, "next: apkaudit checks test {shown}")?;
    Ok(Exit::Passed)
}
