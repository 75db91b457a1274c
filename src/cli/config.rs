//! `config`: the settings of a team.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use clap::{CommandFactory, FromArgMatches};

use super::args::{CheckArgs, Cli, Command, ConfigArgs, ConfigCommand, FailOn};
use super::{Exit, Stop, inputs, settings};
use crate::check::{Confidence, Severity};
use crate::gate::{Config, DiagnosticKind, FILE_NAME, Level, Set, Spot};
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
        judge,
        shown,
        ..
    } = &check;
    let (beside, select) = (&judge.beside, &judge.select);
    let paths = |paths: &[std::path::PathBuf]| {
        let paths: Vec<String> = paths.iter().map(|path| inputs::shown(path)).collect();
        list(&paths)
    };
    let app_type = beside.app_type.map_or("none", |of| of.id.as_str());
    row(
        "app.type",
        quoted(app_type),
        origin(spot(config.app_type.as_ref()), "app_type"),
    );
    row(
        "app.policy",
        paths(&beside.policy),
        origin(spot(config.policy.as_ref()), "policy"),
    );
    row(
        "app.sdk-list",
        paths(&beside.sdk_list),
        origin(spot(config.sdk_list.as_ref()), "sdk_list"),
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
    row(
        "checks.regimes",
        list(&regimes),
        origin(spot(config.regimes.as_ref()), "regime"),
    );
    row(
        "checks.select",
        list(&select.select),
        origin(spot(config.select.as_ref()), "select"),
    );
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
    row(
        "checks.ignore",
        list(&ignore),
        origin(spot(config.ignore.as_ref()), "ignore"),
    );
    row(
        "checks.directories",
        paths(&judge.checks),
        origin(spot(config.directories.as_ref()), "checks"),
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
    row(
        "gate.fail-on",
        quoted(&fail_on),
        origin(spot(config.fail_on.as_ref()), "fail_on"),
    );
    row(
        "gate.strict",
        input.strict.to_string(),
        origin(spot(config.strict.as_ref()), "strict"),
    );
    let baseline = check
        .baseline
        .as_deref()
        .map_or("none".to_owned(), inputs::shown);
    row(
        "gate.baseline",
        quoted(&baseline),
        origin(spot(config.baseline.as_ref()), "baseline"),
    );
    for kind in DiagnosticKind::ALL {
        let set = config.diagnostics.get(&kind);
        let origin = set.map_or_else(|| "default".to_owned(), |set| set.spot.line());
        let key = format!("gate.diagnostics.{}", kind.word());
        row(&key, quoted(config.diagnostic(kind).word()), origin);
    }
    row(
        "output.format",
        quoted(input.output.format.word()),
        origin(spot(config.format.as_ref()), "format"),
    );
    let lang = match super::language(&input.output.language) {
        crate::catalog::Lang::Zh => "zh",
        crate::catalog::Lang::En => "en",
    };
    row(
        "output.lang",
        quoted(lang),
        origin(spot(config.lang.as_ref()), "lang"),
    );
    let profile = clap::ValueEnum::to_possible_value(&shown.profile);
    let profile = profile.map_or(String::new(), |word| word.get_name().to_owned());
    row(
        "output.profile",
        quoted(&profile),
        origin(spot(config.profile.as_ref()), "profile"),
    );
    let severity = shown.min_severity.unwrap_or(Severity::Info);
    row(
        "output.min-severity",
        quoted(severity.word()),
        origin(spot(config.min_severity.as_ref()), "min_severity"),
    );
    let confidence = shown.min_confidence.unwrap_or(Confidence::Low);
    row(
        "output.min-confidence",
        quoted(confidence.word()),
        origin(spot(config.min_confidence.as_ref()), "min_confidence"),
    );
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

/// Where a value was set, if it was.
fn spot<T>(set: Option<&Set<T>>) -> Option<&Spot> {
    set.map(|set| &set.spot)
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `app.type` and the like: what the schema has below each table, but for
    /// tables of names, which are empty if nothing is set.
    #[test]
    fn what_can_be_set_is_shown() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        let rows = rows(&Config::default()).unwrap();
        let shown = |key: &str| rows.iter().any(|row| row.key == key);
        let mut count = 0;
        for table in ["app", "checks", "gate", "output"] {
            let of_table = &schema["properties"][table]["properties"];
            for key in of_table.as_object().unwrap().keys() {
                if ["permissions", "levels", "diagnostics", "reports"].contains(&key.as_str()) {
                    continue;
                }
                assert!(shown(&format!("{table}.{key}")), "{table}.{key}");
                count += 1;
            }
        }
        assert!(count > 12, "{count}");
    }
}
