//! `baseline`: what was known when the gate was switched on. Only these
//! commands write the file.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::args::{BaselineArgs, BaselineCommand, BaselineInputArgs};
use super::run::{self, Trial};
use super::{Exit, Stop, inputs, report, settings};
use crate::catalog::Lang;
use crate::check::Finding;
use crate::gate::{Baseline, Entry};
use crate::report::RunResult;
use crate::report::escape::terminal;
use crate::report::words::{counted, pick};

/// Name of the file if none is set.
const FILE: &str = "apkaudit-baseline.json";
/// Largest baseline, in bytes.
const LIMIT: u64 = 64 << 20;

/// `apkaudit baseline`
pub fn run(args: BaselineArgs, given: &ArgMatches) -> Result<Exit, Stop> {
    let given = given.subcommand().map_or(given, |(_, given)| given);
    match args.command {
        BaselineCommand::Create(args) => create(args, given),
        BaselineCommand::Prune(args) => prune(args, given),
        BaselineCommand::Show { file, language } => {
            let path = file.unwrap_or_else(|| PathBuf::from(FILE));
            show(&path, super::language(&language))
        }
    }
}

fn create(mut args: BaselineInputArgs, given: &ArgMatches) -> Result<Exit, Stop> {
    let (result, path) = results(&mut args, given)?;
    if path.exists() {
        let path = path.display();
        return Err(Stop::Usage(format!(
            "{path} is there already and a baseline is never written over: take out what is mended \
             with `apkaudit baseline prune`, or delete the file if everything found now is accepted"
        )));
    }
    // Whatever baseline it was held against before.
    let baseline = of(&result, |finding| {
        finding.suppressed &= finding.standing.is_none();
    });
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

fn prune(mut args: BaselineInputArgs, given: &ArgMatches) -> Result<Exit, Stop> {
    let (result, path) = results(&mut args, given)?;
    let known = read(&path)?;
    // What the settings accept is there all the same.
    let found = of(&result, |finding| finding.suppressed = false);
    let looked = |entry: &Entry| {
        let mut of_check = result
            .findings
            .iter()
            .filter(|finding| {
                finding.check == entry.check && package(&result, finding) == entry.package
            })
            .peekable();
        of_check.peek().is_some() && of_check.all(|finding| !finding.undecided)
    };
    let mut left = known.clone();
    left.prune(&found, looked);
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
fn results(args: &mut BaselineInputArgs, given: &ArgMatches) -> Result<(RunResult, PathBuf), Stop> {
    let config = settings::load(&args.judge.config)?;
    settings::language(&mut args.language, &config)?;
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
    settings::judging(&mut args.judge, given, &config);
    let result = run::judged(&Trial::of(&args.inputs, &args.judge, &config))?;
    let refused = result
        .inputs
        .iter()
        .find_map(|input| Some((&input.path, input.error.as_ref()?)));
    match refused {
        Some((path, error)) => Err(Stop::Usage(format!("{} {}", terminal(path), error.en))),
        None => Ok((result, path)),
    }
}

/// The findings of a result as a baseline, after `ready` has seen each.
fn of(result: &RunResult, ready: impl Fn(&mut Finding)) -> Baseline {
    let mut findings = result.findings.clone();
    findings.iter_mut().for_each(ready);
    let checks = result.tool.checks.clone();
    Baseline::of(checks, &findings, |finding| package(result, finding))
}

/// The application id of what a finding is on.
fn package<'a>(result: &'a RunResult, finding: &Finding) -> &'a str {
    let input = result.inputs.get(finding.input);
    let summary = input.and_then(|input| input.summary.as_ref());
    summary.map_or("", |summary| summary.package.as_str())
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
