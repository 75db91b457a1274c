//! `baseline`: what was known when the gate was switched on. Only these
//! commands write the file.

use std::ffi::OsString;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use super::args::{BaselineArgs, BaselineCommand, BaselineInputArgs, Cli, Command};
use super::{Exit, Stop, inputs, report, run, settings};
use crate::catalog::Lang;
use crate::gate::{Baseline, Entry};
use crate::report::RunResult;
use crate::report::escape::terminal;
use crate::report::words::{counted, pick};

/// Name of the file if none is set.
const FILE: &str = "apkaudit-baseline.json";
/// Largest baseline, in bytes.
const LIMIT: u64 = 64 << 20;

/// `apkaudit baseline`
pub fn run(args: &BaselineArgs) -> Result<Exit, Stop> {
    match &args.command {
        BaselineCommand::Create(args) => create(args),
        BaselineCommand::Prune(args) => prune(args),
        BaselineCommand::Show { file, language } => {
            let path = file.clone().unwrap_or_else(|| PathBuf::from(FILE));
            show(&path, super::language(language))
        }
    }
}

fn create(args: &BaselineInputArgs) -> Result<Exit, Stop> {
    let (result, path) = results(args)?;
    if path.exists() {
        let path = path.display();
        return Err(Stop::Usage(format!(
            "{path} is there already and a baseline is never written over: take out what is mended \
             with `apkaudit baseline prune`, or delete the file if everything found now is accepted"
        )));
    }
    let baseline = of(&result);
    write(&path, &baseline)?;
    let lang = super::language(&args.language);
    let count = baseline.findings.len();
    let path = inputs::shown(&path);
    let line = match lang {
        Lang::En => format!(
            "{}: {} known from now on",
            terminal(&path),
            counted(count, "finding", "findings")
        ),
        Lang::Zh => format!("{}：今后视为已知的检查结果 {count} 项", terminal(&path)),
    };
    writeln!(anstream::stdout(), "{line}")?;
    Ok(Exit::Passed)
}

fn prune(args: &BaselineInputArgs) -> Result<Exit, Stop> {
    let (result, path) = results(args)?;
    let known = read(&path)?;
    let packages = || {
        result
            .inputs
            .iter()
            .filter_map(|input| input.summary.as_ref())
    };
    let mut left = known.clone();
    let found = of(&result);
    let ran = |entry: &Entry| {
        result
            .findings
            .iter()
            .any(|finding| finding.check == entry.check)
    };
    left.findings.retain_mut(|entry| {
        // What was not looked at stays.
        if !packages().any(|of| of.package == entry.package) || !ran(entry) {
            return true;
        }
        let mut now = found.findings.iter();
        let now = now.find(|now| now.fingerprint == entry.fingerprint);
        let Some(now) = now else { return false };
        entry.count = entry.count.min(now.count);
        entry.about.retain(|part| now.about.contains(part));
        // The gravest step of both scales is the least.
        entry.verdict = entry.verdict.max(now.verdict);
        entry.severity = entry.severity.max(now.severity);
        true
    });
    let lang = super::language(&args.language);
    let gone = known.findings.len() - left.findings.len();
    if left == known {
        writeln!(
            anstream::stdout(),
            "{}",
            pick(lang, "基线没有可删除的内容", "nothing to take out")
        )?;
        return Ok(Exit::Passed);
    }
    write(&path, &left)?;
    let rest = left.findings.len();
    let line = match lang {
        Lang::En => format!(
            "{} taken out, {rest} left",
            counted(gone, "finding", "findings")
        ),
        Lang::Zh => format!("删除 {gone} 项，剩余 {rest} 项"),
    };
    writeln!(anstream::stdout(), "{line}")?;
    Ok(Exit::Passed)
}

fn show(path: &Path, lang: Lang) -> Result<Exit, Stop> {
    let baseline = read(path)?;
    let mut stdout = anstream::stdout().lock();
    for entry in &baseline.findings {
        let times = if entry.count == 1 {
            String::new()
        } else {
            format!(" ×{}", entry.count)
        };
        writeln!(
            stdout,
            "{}  {:9} {:8} {}  {} ({}){times}",
            terminal(&entry.package),
            entry.verdict,
            entry.severity,
            terminal(&entry.check),
            terminal(&entry.subject),
            terminal(&entry.owner),
        )?;
        if !entry.about.is_empty() {
            writeln!(stdout, "    {}", terminal(&entry.about.join(", ")))?;
        }
    }
    let count = baseline.findings.len();
    let line = match lang {
        Lang::En => counted(count, "known finding", "known findings"),
        Lang::Zh => format!("已知检查结果 {count} 项"),
    };
    writeln!(stdout, "{line}")?;
    Ok(Exit::Passed)
}

/// The findings that the inputs give, without the baseline, and the path of
/// it.
fn results(args: &BaselineInputArgs) -> Result<(RunResult, PathBuf), Stop> {
    let config = settings::load(&args.config)?;
    let set = config.baseline.as_ref().map(|set| set.value.clone());
    let path = args.file.clone().or(set);
    let path = path.unwrap_or_else(|| PathBuf::from(FILE));
    if let [one] = args.inputs.as_slice()
        && one
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
    {
        let result = report::read(one).map_err(|why| {
            Stop::Usage(format!("cannot read the result {}: {why}", one.display()))
        })?;
        if result.gate.is_none() {
            let why = "it is one of inspect and has no findings; give one of check";
            return Err(Stop::Usage(format!("{}: {why}", one.display())));
        }
        return Ok((result, path));
    }
    let words = args.inputs.iter().map(|path| path.clone().into_os_string());
    let words = [OsString::from("--")].into_iter().chain(words);
    let (mut check, given) = check_args(words)?;
    let setting = settings::apply(&mut check, &given, &config)?;
    check.baseline = None;
    check.input.output.output.clear();
    check.config.today = args.config.today;
    let result = run::judged(&check, &config, &setting, false)?;
    let refused = result
        .inputs
        .iter()
        .find_map(|input| Some((&input.path, input.error.as_ref()?)));
    match refused {
        Some((path, error)) => Err(Stop::Usage(format!("{} {}", terminal(path), error.en))),
        None => Ok((result, path)),
    }
}

/// The arguments of `check` with these words and nothing else.
pub fn check_args(
    words: impl Iterator<Item = OsString>,
) -> Result<(super::args::CheckArgs, ArgMatches), Stop> {
    let words = ["apkaudit", "check"]
        .map(OsString::from)
        .into_iter()
        .chain(words);
    let wrong = |error: clap::Error| Stop::Usage(error.to_string());
    let given = Cli::command().try_get_matches_from(words).map_err(wrong)?;
    let cli = Cli::from_arg_matches(&given).map_err(wrong)?;
    match (cli.command, given.subcommand()) {
        (Some(Command::Check(args)), Some((_, given))) => Ok((args, given.clone())),
        _ => Err(Stop::Usage("no input is named".to_owned())),
    }
}

/// The findings of a result as a baseline, whatever baseline it was held
/// against.
fn of(result: &RunResult) -> Baseline {
    let mut findings = result.findings.clone();
    for finding in &mut findings {
        finding.suppressed &= finding.standing.is_none();
    }
    let package = |at: usize| {
        let summary = result
            .inputs
            .get(at)
            .and_then(|input| input.summary.as_ref());
        summary.map_or("", |summary| summary.package.as_str())
    };
    Baseline::of(result.tool.checks.clone(), &findings, |finding| {
        package(finding.input)
    })
}

/// Reads a baseline.
pub fn read(path: &Path) -> Result<Baseline, Stop> {
    let wrong = |why: String| {
        Stop::Usage(format!(
            "cannot read the baseline {}: {why}",
            path.display()
        ))
    };
    let mut bytes = Vec::new();
    let file = fs::File::open(path)
        .map_err(|error| wrong(format!("{error}; write it with `apkaudit baseline create`")))?;
    file.take(LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| wrong(error.to_string()))?;
    if bytes.len() as u64 > LIMIT {
        return Err(wrong(format!("it is larger than {LIMIT} bytes")));
    }
    Baseline::parse(&bytes).map_err(wrong)
}

fn write(path: &Path, baseline: &Baseline) -> Result<(), Stop> {
    super::outputs::write(path, &baseline.render())
        .map_err(|error| Stop::Usage(format!("cannot write {}: {error}", path.display())))
}
