//! The program as a pipeline calls it: as a process, without the variables of
//! whoever runs the tests.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_apkaudit");

/// What a process told.
#[derive(Debug)]
pub struct Told {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Told {
    pub fn of(command: &mut Command) -> Self {
        let told = command.stdin(Stdio::null()).output().unwrap();
        Self {
            code: told.status.code().unwrap(),
            stdout: String::from_utf8(told.stdout).unwrap(),
            stderr: String::from_utf8(told.stderr).unwrap(),
        }
    }
}

/// A process without variables that change what `apkaudit` does.
pub fn clean(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if ["APKAUDIT_", "GITHUB_", "INPUT_", "ACTION_"]
            .iter()
            .any(|head| text.starts_with(head))
        {
            command.env_remove(&name);
        }
    }
    command.env("LC_ALL", "C").env("COLUMNS", "100");
    command
}

pub fn run(arguments: &[&str]) -> Told {
    Told::of(clean(PROGRAM).args(arguments))
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// An empty directory for a test.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ci").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Whether a tool is here.
pub fn tool_runs(tool: &str) -> bool {
    let tried = Command::new(tool).arg("--version").output();
    tried.is_ok_and(|tried| tried.status.success())
}

/// The long help of a command.
pub fn help(command: &[String]) -> String {
    let arguments: Vec<&str> = command
        .iter()
        .map(String::as_str)
        .chain(["--help"])
        .collect();
    run(&arguments).stdout
}

/// All commands as help lists them, the program itself first, `help` left
/// out.
pub fn commands() -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut at = 0;
    while let Some(command) = commands.get(at).cloned() {
        at += 1;
        let text = help(&command);
        let below = text.lines().skip_while(|line| *line != "Commands:").skip(1);
        let below = below.take_while(|line| !line.is_empty());
        for line in below.filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
            let name = line.split_whitespace().next().unwrap();
            if name != "help" {
                commands.push([command.as_slice(), &[name.to_owned()]].concat());
            }
        }
    }
    commands
}
