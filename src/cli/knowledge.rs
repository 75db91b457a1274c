//! `explain` and `checks`: the catalogue, and checks of one's own.

use std::io::Write as _;
use std::path::PathBuf;

use super::args::{ChecksCommand, ExplainArgs, ListFormat, RegimeArg, SelectArgs};
use super::{Exit, Stop};
use crate::catalog::Lang;
use crate::check::{Check, CheckErrors, Checks, Regime, Selection, Selector, Severity, Status};
use crate::report::words::pick;
use crate::report::{self, Selected};

/// The built-in checks.
pub fn builtin() -> Result<Checks, Stop> {
    Checks::builtin().map_err(|errors| refused(&errors))
}

/// The built-in checks and those of `directories`.
pub fn load(directories: &[PathBuf]) -> Result<Checks, Stop> {
    add(builtin()?, directories)
}

/// The checks that `args` select, and what was selected. `by_default` is
/// what counts if nothing is.
pub fn select(
    checks: Checks,
    args: &SelectArgs,
    by_default: &[Regime],
) -> Result<(Checks, Selected), Stop> {
    let regimes: Vec<Regime> = match args.regime.as_slice() {
        [] if args.select.is_empty() => by_default.to_vec(),
        [] => Vec::new(),
        given if given.contains(&RegimeArg::All) => Vec::new(),
        given => given
            .iter()
            .filter_map(|regime| regime_of(*regime))
            .collect(),
    };
    let selectors = |names: &[String]| -> Vec<Selector> {
        let names = names.iter().map(|name| name.trim());
        names.filter_map(|name| name.parse().ok()).collect()
    };
    let selection = Selection {
        regimes,
        select: selectors(&args.select),
        ignore: selectors(&args.ignore),
    };
    let known = checks.checks().len();
    let checks = checks
        .only(&selection)
        .map_err(|error| Stop::Usage(error.to_string()))?;
    if checks.checks().is_empty() {
        let none = "no check is left to run: see --regime, --select and --ignore";
        return Err(Stop::Usage(none.to_owned()));
    }
    let selected = Selected::new(&selection, &checks, known);
    Ok((checks, selected))
}

fn regime_of(regime: RegimeArg) -> Option<Regime> {
    Some(match regime {
        RegimeArg::Cn => Regime::Cn,
        RegimeArg::CnDraft => Regime::CnDraft,
        RegimeArg::Play => Regime::Play,
        RegimeArg::Gdpr => Regime::Gdpr,
        RegimeArg::Kids => Regime::Kids,
        RegimeArg::All => return None,
    })
}

fn add(mut checks: Checks, directories: &[PathBuf]) -> Result<Checks, Stop> {
    for directory in directories {
        checks = checks.load(directory).map_err(|errors| refused(&errors))?;
    }
    Ok(checks)
}

/// The drawings of every mistake, and how many there are.
fn refused(errors: &CheckErrors) -> Stop {
    let count = errors.0.len();
    let files = if count == 1 { "mistake" } else { "mistakes" };
    Stop::Drawn(format!("{errors}\n{count} {files} in the check files"))
}

/// `apkaudit explain`
pub fn explain(args: &ExplainArgs) -> Result<Exit, Stop> {
    let lang = super::language(&args.language);
    let text = report::explain::render(&args.subject, &builtin()?, lang, super::width())
        .map_err(Stop::Usage)?;
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(Exit::Passed)
}

/// `apkaudit checks`
pub fn checks(command: &ChecksCommand) -> Result<Exit, Stop> {
    match command {
        ChecksCommand::List {
            format,
            select: chosen,
            language,
        } => {
            let (checks, _) = select(builtin()?, chosen, &[])?;
            list(&checks, *format, super::language(language))
        }
        ChecksCommand::New { id, dir } => super::new_check::write(id, dir),
        ChecksCommand::Validate { directories } => validate(directories),
        ChecksCommand::Test { directories } => test(directories),
    }
}

fn list(checks: &Checks, format: ListFormat, lang: Lang) -> Result<Exit, Stop> {
    let mut stdout = anstream::stdout().lock();
    if format == ListFormat::Json {
        let rows: Vec<_> = checks.checks().iter().map(Row::of).collect();
        let text =
            serde_json::to_string_pretty(&rows).map_err(|error| Stop::Usage(error.to_string()))?;
        writeln!(stdout, "{text}")?;
        return Ok(Exit::Passed);
    }
    let rows: Vec<[String; 4]> = checks.checks().iter().map(columns).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let [id, refs, severity, regimes] = [width(0), width(1), width(2), width(3)];
    for (row, check) in rows.iter().zip(checks.checks()) {
        writeln!(
            stdout,
            "{:id$}  {:refs$}  {:severity$}  {:regimes$}  {}",
            row[0],
            row[1],
            row[2],
            row[3],
            check.text.get(lang).general
        )?;
    }
    let count = checks.checks().len();
    writeln!(
        stdout,
        "{count} {}",
        pick(
            lang,
            "项检查；apkaudit explain <编号> 查看说明",
            "checks; apkaudit explain <id> says more"
        )
    )?;
    Ok(Exit::Passed)
}

/// A check in the list.
#[derive(serde::Serialize)]
struct Row<'a> {
    id: &'a str,
    refs: &'a [String],
    status: Status,
    severity: Severity,
    regimes: &'a [Regime],
    title_zh: &'a str,
    title_en: &'a str,
    file: &'a str,
}

impl<'a> Row<'a> {
    fn of(check: &'a Check) -> Self {
        Self {
            id: &check.id,
            refs: &check.refs,
            status: check.status,
            severity: check.severity,
            regimes: &check.regimes,
            title_zh: &check.text.zh.general,
            title_en: &check.text.en.general,
            file: &check.file,
        }
    }
}

/// Id, issue rows, severity and regimes of a check.
fn columns(check: &Check) -> [String; 4] {
    let regimes: Vec<&str> = check.regimes.iter().map(|regime| regime.word()).collect();
    [
        check.id.clone(),
        check.refs.join(","),
        check.severity.word().to_owned(),
        regimes.join(","),
    ]
}

fn validate(directories: &[PathBuf]) -> Result<Exit, Stop> {
    let count = if directories.is_empty() {
        let checks = Checks::builtin_verified().map_err(|errors| refused(&errors))?;
        checks.checks().len()
    } else {
        let builtin = builtin()?;
        let known = builtin.checks().len();
        add(builtin, directories)?.checks().len() - known
    };
    let noun = if count == 1 { "check is" } else { "checks are" };
    writeln!(anstream::stdout(), "{count} {noun} valid")?;
    Ok(Exit::Passed)
}

fn test(directories: &[PathBuf]) -> Result<Exit, Stop> {
    let checks = if directories.is_empty() {
        builtin()?
    } else {
        add(Checks::none(), directories)?
    };
    let result = checks.test();
    let count = checks.checks().len();
    let noun = if count == 1 { "check" } else { "checks" };
    let mut stdout = anstream::stdout().lock();
    for failure in &result.failures {
        writeln!(stdout, "{failure}")?;
    }
    writeln!(
        stdout,
        "{} examples of {count} {noun}: {} as expected, {} not",
        result.run,
        result.run - result.failures.len(),
        result.failures.len()
    )?;
    Ok(if result.failures.is_empty() {
        Exit::Passed
    } else {
        Exit::Failed
    })
}
