//! Arguments in, text and an exit code out. Only this module reads the
//! environment and prints.

mod args;
mod baseline;
mod config;
mod diff;
mod generate;
mod inputs;
mod knowledge;
mod new_check;
mod outcome;
mod outputs;
mod report;
mod run;
mod settings;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use crate::catalog::Lang;
use crate::check::Checks;
use args::{Cli, ColorArgs, ColorChoice, Command, LangArg, LanguageArgs};

/// Exit codes, the same for every command and format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Gate passed, or nothing to decide.
    Passed,
    /// Gate failed.
    Failed,
    /// Usage or configuration error.
    Usage,
    /// An input could not be analysed.
    Input,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Passed => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Input => 3,
        })
    }
}

/// Why a command stopped before its result.
#[derive(Debug)]
enum Stop {
    /// Something to tell the user; exit code 2.
    Usage(String),
    /// The same, with the place of the mistake drawn; exit code 2.
    Drawn(String),
    /// The reader of our output went away: no complaint.
    BrokenPipe,
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Self::BrokenPipe
        } else {
            Self::Usage(format!("cannot write the output: {error}"))
        }
    }
}

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let parsed = Cli::command()
        .try_get_matches()
        .and_then(|given| Ok((Cli::from_arg_matches(&given)?, given)));
    let (cli, given) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let help = !error.use_stderr();
            let _ = error.print();
            return if help { Exit::Passed } else { Exit::Usage }.into();
        }
    };
    match dispatch(cli, &given) {
        Ok(exit) => exit.into(),
        Err(Stop::Drawn(drawing)) => {
            let _ = writeln!(anstream::stderr(), "{drawing}");
            Exit::Usage.into()
        }
        Err(Stop::BrokenPipe) => Exit::Passed.into(),
        Err(Stop::Usage(message)) => {
            let _ = writeln!(anstream::stderr(), "error: {message}");
            Exit::Usage.into()
        }
    }
}

fn dispatch(cli: Cli, given: &ArgMatches) -> Result<Exit, Stop> {
    let given = given.subcommand().map_or(given, |(_, given)| given);
    if cli.version {
        writeln!(
            anstream::stdout(),
            "apkaudit {} (check set {})",
            env!("CARGO_PKG_VERSION"),
            Checks::builtin_version()
        )?;
        return Ok(Exit::Passed);
    }
    match cli.command {
        Some(Command::Check(args)) => run::check(args, given),
        Some(Command::Inspect(args)) => run::inspect(&args),
        Some(Command::Report(args)) => report::run(&args),
        Some(Command::Diff(args)) => diff::run(args, given),
        Some(Command::Explain(args)) => knowledge::explain(&args),
        Some(Command::Checks(args)) => knowledge::checks(&args.command),
        Some(Command::Baseline(args)) => baseline::run(args, given),
        Some(Command::Config(args)) => config::run(&args.command),
        Some(Command::Generate(args)) => generate::run(&args.command),
        None => {
            Cli::command().print_help()?;
            Ok(Exit::Usage)
        }
    }
}

/// The language asked for, or the one of the locale.
fn language(args: &LanguageArgs) -> Lang {
    match args.lang {
        Some(LangArg::Zh) => Lang::Zh,
        Some(LangArg::En) => Lang::En,
        None => {
            let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .filter_map(std::env::var_os)
                .find(|value| !value.is_empty());
            let chinese = locale.is_some_and(|value| value.to_string_lossy().starts_with("zh"));
            if chinese { Lang::Zh } else { Lang::En }
        }
    }
}

/// Columns of the terminal on standard output; 100 where it is none.
fn width() -> usize {
    let columns = std::env::var_os("COLUMNS")
        .and_then(|value| value.to_str().and_then(|text| text.parse().ok()));
    columns.unwrap_or(100).clamp(60, 160)
}

fn apply_color(args: ColorArgs) {
    match args.color {
        ColorChoice::Auto => anstream::ColorChoice::Auto.write_global(),
        ColorChoice::Always => anstream::ColorChoice::Always.write_global(),
        ColorChoice::Never => anstream::ColorChoice::Never.write_global(),
    }
}

/// Whether progress may be drawn.
fn is_interactive() -> bool {
    std::io::stderr().is_terminal()
}
