//! `generate`: files written from what the program knows.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::args::GenerateCommand;
use super::{Exit, Stop, knowledge};
use crate::report::{docs, schema};

/// `apkaudit generate`
pub fn run(command: &GenerateCommand) -> Result<Exit, Stop> {
    match command {
        GenerateCommand::Docs { dir } => docs(dir),
        GenerateCommand::Schemas { dir } => schemas(dir),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Stop {
    Stop::Usage(format!("cannot write {}: {error}", path.display()))
}

fn schemas(dir: &Path) -> Result<Exit, Stop> {
    fs::create_dir_all(dir).map_err(|error| failed(dir, &error))?;
    let path = dir.join("result.schema.json");
    fs::write(&path, schema::render()).map_err(|error| failed(&path, &error))?;
    writeln!(anstream::stdout(), "{}", path.display())?;
    Ok(Exit::Passed)
}

fn docs(dir: &Path) -> Result<Exit, Stop> {
    let pages = docs::pages(&knowledge::builtin()?);
    let checks = dir.join("checks");
    fs::create_dir_all(&checks).map_err(|error| failed(&checks, &error))?;
    for (below, text) in &pages {
        let path = dir.join(below);
        fs::write(&path, text).map_err(|error| failed(&path, &error))?;
    }
    for path in stale(&checks, &pages) {
        fs::remove_file(&path).map_err(|error| failed(&path, &error))?;
    }
    let count = pages.len();
    writeln!(anstream::stdout(), "{count} pages in {}", dir.display())?;
    Ok(Exit::Passed)
}

/// Pages of checks that are no more; other files stay.
fn stale(checks: &Path, pages: &[docs::Page]) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(checks).into_iter().flatten();
    let files = files.filter_map(Result::ok).map(|file| file.path());
    let is_ours = |path: &std::path::PathBuf| {
        fs::read_to_string(path).is_ok_and(|text| text.starts_with(docs::WRITTEN))
    };
    files
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let below = format!("checks/{name}");
            !pages.iter().any(|(known, _)| *known == below) && is_ours(path)
        })
        .collect()
}
