//! `generate`: files written from what the program knows.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::{Cli, GenerateCommand};
use super::{Exit, Stop, knowledge};
use crate::report::{docs, schema};

/// `apkaudit generate`
pub fn run(command: &GenerateCommand) -> Result<Exit, Stop> {
    match command {
        GenerateCommand::Docs { dir } => docs(dir),
        GenerateCommand::Schemas { dir } => schemas(dir),
        GenerateCommand::Man { dir } => man(dir),
        GenerateCommand::Completions { shell } => completions(*shell),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Stop {
    Stop::Usage(format!("cannot write {}: {error}", path.display()))
}

fn schemas(dir: &Path) -> Result<Exit, Stop> {
    fs::create_dir_all(dir).map_err(|error| failed(dir, &error))?;
    for (name, text) in schema::files() {
        let path = dir.join(name);
        fs::write(&path, text).map_err(|error| failed(&path, &error))?;
        writeln!(anstream::stdout(), "{}", path.display())?;
    }
    Ok(Exit::Passed)
}

/// A page for the program and for each command; nothing in them changes from
/// one day to the next.
fn man(dir: &Path) -> Result<Exit, Stop> {
    let mut whole = Cli::command().disable_help_subcommand(true);
    whole.build();
    fs::create_dir_all(dir).map_err(|error| failed(dir, &error))?;
    let mut open = vec![&whole];
    let mut count = 0;
    while let Some(command) = open.pop() {
        open.extend(command.get_subcommands());
        let page = Man::new(command.clone());
        page.generate_to(dir)
            .map_err(|error| failed(&dir.join(page.get_filename()), &error))?;
        count += 1;
    }
    writeln!(anstream::stdout(), "{count} pages in {}", dir.display())?;
    Ok(Exit::Passed)
}

fn completions(shell: Shell) -> Result<Exit, Stop> {
    let mut script = Vec::new();
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    clap_complete::generate(shell, &mut command, name, &mut script);
    anstream::stdout().write_all(&script)?;
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
