//! `config`: the settings of a team.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use clap::{CommandFactory, FromArgMatches};

use super::args::{CheckArgs, Cli, Command, ConfigArgs, ConfigCommand, FailOn};
use super::{Exit, Stop, inputs, settings};
use crate::gate::{Config, DiagnosticKind, FILE_NAME, Level, Spot};
use crate::report::escape::terminal;

/// What `config init` writes.
const TEMPLATE: &str = include_str!("apkaudit.toml");
/// What editors read.
const SCHEMA: &str = include_str!("../../schemas/config.schema.json");

/// `apkaudit config`
pub fn run(command: &ConfigCommand) -> Result<Exit, Stop> {
    match command {
        ConfigCommand::Init { dir } => init(dir),
        ConfigCommand::Show { config } => show(config),
        ConfigCommand::Schema => {
            write!(anstream::stdout(), "{SCHEMA}")?;
            Ok(Exit::Passed)
        }
    }
}

fn init(dir: &Path) -> Result<Exit, Stop> {
    let path = dir.join(FILE_NAME);
    let written =
        fs::File::create_new(&path).and_then(|mut file| file.write_all(TEMPLATE.as_bytes()));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Stop::Usage(format!(
            "{} is there already; apkaudit config show tells what it sets",
            path.display()
        )),
        _ => Stop::Usage(format!("cannot write {}: {error}", path.display())),
    })?;
    writeln!(
        anstream::stdout(),
        "{} written; next: apkaudit check app-release.apk",
        terminal(&inputs::shown(&path))
    )?;
    Ok(Exit::Passed)
}

/// One setting as a line: key, value, origin.
struct Row {
    key: String,
    value: String,
    origin: String,
}

fn show(args: &ConfigArgs) -> Result<Exit, Stop> {
    let config = settings::load(args)?;
    settings::check_names(&config, &super::knowledge::builtin()?)?;
    let rows = rows(&config)?;
    let mut stdout = anstream::stdout().lock();
    if config.files.is_empty() {
        writeln!(stdout, "# no {FILE_NAME} here or in a directory above")?;
    }
    for file in &config.files {
        writeln!(stdout, "# read {}", terminal(file))?;
    }
    let width = |of: fn(&Row) -> &String| rows.iter().map(|row| of(row).chars().count()).max();
    let key = width(|row| &row.key).unwrap_or(0);
    let value = width(|row| &row.value).unwrap_or(0).min(48);
    for row in &rows {
        writeln!(
            stdout,
            "{:key$} = {:value$}  # {}",
            terminal(&row.key),
            terminal(&row.value),
            terminal(&row.origin)
        )?;
    }
    Ok(Exit::Passed)
}

/// What counts for `check` without arguments, in the order of the template.
fn rows(config: &Config) -> Result<Vec<Row>, Stop> {
    let wrong = |error: clap::Error| Stop::Usage(error.to_string());
    let given = Cli::command()
        .try_get_matches_from(["apkaudit", "check", "-"])
        .map_err(wrong)?;
    let cli = Cli::from_arg_matches(&given).map_err(wrong)?;
    let (Some(Command::Check(mut check)), Some((_, given))) = (cli.command, given.subcommand())
    else {
        unreachable!("the words name the command `check`")
    };
    settings::apply(&mut check, given, config)?;
    let origin = |spot: Option<&Spot>, id: &str| match given.value_source(id) {
        Some(clap::parser::ValueSource::EnvVariable) => {
            format!("APKAUDIT_{}", id.to_ascii_uppercase())
        }
        _ => spot.map_or_else(|| "default".to_owned(), Spot::line),
    };
    let mut rows = Vec::new();
    let mut row = |key: &str, value: String, origin: String| {
        rows.push(Row {
            key: key.to_owned(),
            value,
            origin,
        });
    };
    let CheckArgs {
        input,
        select,
        shown,
        ..
    } = &check;
    let paths = |paths: &[std::path::PathBuf]| {
        let paths: Vec<String> = paths.iter().map(|path| inputs::shown(path)).collect();
        list(&paths)
    };
    let app_type = input.app_type.map_or("none", |of| of.id.as_str());
    let spot = config.app_type.as_ref().map(|set| &set.spot);
    row("app.type", quoted(app_type), origin(spot, "app_type"));
    let spot = config.policy.as_ref().map(|set| &set.spot);
    row("app.policy", paths(&input.policy), origin(spot, "policy"));
    let spot = config.sdk_list.as_ref().map(|set| &set.spot);
    row(
        "app.sdk-list",
        paths(&input.sdk_list),
        origin(spot, "sdk_list"),
    );
    for (name, purpose) in &config.permissions {
        let key = format!("app.permissions.\"{name}\"");
        row(&key, quoted(&purpose.value), purpose.spot.line());
    }
    let regimes: Vec<String> = if select.regime.is_empty() && select.select.is_empty() {
        vec!["cn".to_owned()]
    } else {
        let words = select
            .regime
            .iter()
            .filter_map(clap::ValueEnum::to_possible_value);
        words.map(|word| word.get_name().to_owned()).collect()
    };
    let spot = config.regimes.as_ref().map(|set| &set.spot);
    row("checks.regimes", list(&regimes), origin(spot, "regime"));
    let spot = config.select.as_ref().map(|set| &set.spot);
    row(
        "checks.select",
        list(&select.select),
        origin(spot, "select"),
    );
    let spot = config.ignore.as_ref().map(|set| &set.spot);
    // What `levels` turns off has a line of its own.
    let off = |id: &&String| {
        config
            .levels
            .get(*id)
            .is_some_and(|set| set.value == Level::Off)
    };
    let ignore: Vec<String> = select
        .ignore
        .iter()
        .filter(|id| !off(id))
        .cloned()
        .collect();
    row("checks.ignore", list(&ignore), origin(spot, "ignore"));
    let spot = config.directories.as_ref().map(|set| &set.spot);
    row(
        "checks.directories",
        paths(&check.checks),
        origin(spot, "checks"),
    );
    for (id, level) in &config.levels {
        let word = match level.value {
            Level::Off => "off",
            Level::At(severity) => severity.word(),
        };
        row(
            &format!("checks.levels.{id}"),
            quoted(word),
            level.spot.line(),
        );
    }
    let fail_on = match check.fail_on {
        FailOn::Never => "never".to_owned(),
        FailOn::At(threshold) => threshold.to_string(),
    };
    let spot = config.fail_on.as_ref().map(|set| &set.spot);
    row("gate.fail-on", quoted(&fail_on), origin(spot, "fail_on"));
    let spot = config.strict.as_ref().map(|set| &set.spot);
    row(
        "gate.strict",
        input.strict.to_string(),
        origin(spot, "strict"),
    );
    let baseline = check
        .baseline
        .as_deref()
        .map_or("none".to_owned(), inputs::shown);
    let spot = config.baseline.as_ref().map(|set| &set.spot);
    row("gate.baseline", quoted(&baseline), origin(spot, "baseline"));
    for kind in DiagnosticKind::ALL {
        let set = config.diagnostics.get(&kind);
        let origin = set.map_or_else(|| "default".to_owned(), |set| set.spot.line());
        let key = format!("gate.diagnostics.{}", kind.word());
        row(&key, quoted(config.diagnostic(kind).word()), origin);
    }
    let spot = config.format.as_ref().map(|set| &set.spot);
    row(
        "output.format",
        quoted(input.output.format.word()),
        origin(spot, "format"),
    );
    let lang = match super::language(&input.output.language) {
        crate::catalog::Lang::Zh => "zh",
        crate::catalog::Lang::En => "en",
    };
    let spot = config.lang.as_ref().map(|set| &set.spot);
    row("output.lang", quoted(lang), origin(spot, "lang"));
    let profile = clap::ValueEnum::to_possible_value(&shown.profile);
    let profile = profile.map_or(String::new(), |word| word.get_name().to_owned());
    let spot = config.profile.as_ref().map(|set| &set.spot);
    row("output.profile", quoted(&profile), origin(spot, "profile"));
    for (format, path) in &config.reports {
        let key = format!("output.reports.{format}");
        row(&key, quoted(&inputs::shown(&path.value)), path.spot.line());
    }
    for one in &config.suppressions {
        let value = format!("until {}: {}", one.until, one.reason);
        row(
            &format!("suppress {}", one.check),
            quoted(&value),
            one.spot.line(),
        );
    }
    Ok(rows)
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}
