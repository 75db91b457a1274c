//! The team's settings: which files hold them, and how they meet the
//! arguments. An argument counts before a variable of the environment, that
//! before `apkaudit.toml`, and that before what is built in.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use clap::parser::{ArgMatches, ValueSource};

use super::Stop;
use super::args::{
    CheckArgs, ConfigArgs, FailOn, JudgeArgs, LangArg, LanguageArgs, ProfileArg, RegimeArg,
};
use crate::catalog;
use crate::check::Checks;
use crate::gate::{Config, Date, DiagnosticLevel, FILE_NAME, Level, Parsed, Set, Spot};
use crate::report::Format;

/// Files that go on from each other at most.
const MOST: usize = 16;
/// Largest file of settings, in bytes.
const LIMIT: u64 = 4 << 20;

/// The settings that count here.
pub fn load(args: &ConfigArgs) -> Result<Config, Stop> {
    let mut config = Config::default();
    if args.no_config {
        return Ok(config);
    }
    let path = match &args.config {
        Some(path) => Some(path.clone()),
        None => found(),
    };
    if let Some(path) = path {
        add(&mut config, &path, None, &mut Vec::new())?;
    }
    Ok(config)
}

/// The file in the working directory or the nearest one above it, named as
/// from there.
fn found() -> Option<PathBuf> {
    let working = std::env::current_dir().ok()?;
    let above = working.ancestors().enumerate();
    above.into_iter().find_map(|(steps, folder)| {
        let path = folder.join(FILE_NAME);
        let named: PathBuf = std::iter::repeat_n("..", steps).collect();
        path.is_file().then(|| named.join(FILE_NAME))
    })
}

/// Adds a file, after those that it goes on from. `by` is where it is named.
fn add(
    config: &mut Config,
    path: &Path,
    by: Option<&Spot>,
    above: &mut Vec<PathBuf>,
) -> Result<(), Stop> {
    let name = super::inputs::shown(path);
    let refused = |why: String| match by {
        Some(spot) => Stop::Drawn(spot.fault(format!("cannot read {name}: {why}")).to_string()),
        None => Stop::Usage(format!("cannot read the settings {name}: {why}")),
    };
    let whole = fs::canonicalize(path).map_err(|error| refused(error.to_string()))?;
    if above.contains(&whole) {
        return Err(refused("it goes on from itself".to_owned()));
    }
    if above.len() >= MOST {
        return Err(refused(format!(
            "more than {MOST} files go on from each other"
        )));
    }
    let size = fs::metadata(&whole).map_or(0, |file| file.len());
    if size > LIMIT {
        return Err(refused(format!("it is larger than {LIMIT} bytes")));
    }
    let text = fs::read_to_string(&whole).map_err(|error| refused(error.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let parsed = Parsed::new(&name, folder, &Arc::from(text))
        .map_err(|fault| Stop::Drawn(fault.to_string()))?;
    above.push(whole);
    for base in parsed.extends() {
        add(config, &base.value, Some(&base.spot), above)?;
    }
    above.pop();
    config
        .add(parsed)
        .map_err(|faults| Stop::Drawn(faults.to_string()))
}

/// Names in the settings that no check has.
pub fn check_names(config: &Config, checks: &Checks) -> Result<(), Stop> {
    let faults = config.unknown_checks(checks);
    if faults.0.is_empty() {
        Ok(())
    } else {
        Err(Stop::Drawn(faults.to_string()))
    }
}

/// Whether an argument was given, by hand or by a variable.
fn is_given(given: &ArgMatches, id: &str) -> bool {
    matches!(
        given.value_source(id),
        Some(ValueSource::CommandLine | ValueSource::EnvVariable)
    )
}

/// Puts the settings where no argument stands, and tells what set the
/// threshold of the gate.
pub fn apply(args: &mut CheckArgs, given: &ArgMatches, config: &Config) -> Result<String, Stop> {
    judging(&mut args.judge, given, config);
    let open = |id: &str| !is_given(given, id);
    let input = &mut args.input;
    put(&mut input.strict, config.strict.as_ref(), open("strict"));
    if let Some(path) = config.baseline.as_ref().filter(|_| open("baseline")) {
        args.baseline = Some(path.value.clone());
    }
    let output = &mut input.output;
    named::<Format>(
        &mut output.format,
        config.format.as_ref(),
        open("format"),
        "format",
    )?;
    for (word, path) in config.reports.iter().filter(|_| open("output")) {
        let mut format = Format::Text;
        let set = Set {
            value: word.clone(),
            spot: path.spot.clone(),
        };
        named(&mut format, Some(&set), true, "format")?;
        output.output.push((format, path.value.clone()));
    }
    language(&mut output.language, config)?;
    let shown = &mut args.shown;
    named::<ProfileArg>(
        &mut shown.profile,
        config.profile.as_ref(),
        open("profile"),
        "profile",
    )?;
    if let Some(severity) = config
        .min_severity
        .as_ref()
        .filter(|_| open("min_severity"))
    {
        shown.min_severity = Some(severity.value);
    }
    let confidence = config.min_confidence.as_ref();
    if let Some(confidence) = confidence.filter(|_| open("min_confidence")) {
        shown.min_confidence = Some(confidence.value);
    }
    Ok(match (&config.fail_on, given.value_source("fail_on")) {
        (_, Some(ValueSource::CommandLine)) => "--fail-on".to_owned(),
        (_, Some(ValueSource::EnvVariable)) => "APKAUDIT_FAIL_ON".to_owned(),
        (Some(set), _) => {
            args.fail_on = set.value.map_or(FailOn::Never, FailOn::At);
            set.spot.line()
        }
        (None, _) => "--fail-on, default".to_owned(),
    })
}

/// The same for what packages are judged by.
pub fn judging(args: &mut JudgeArgs, given: &ArgMatches, config: &Config) {
    let open = |id: &str| !is_given(given, id);
    let (beside, select) = (&mut args.beside, &mut args.select);
    if let Some(of) = config.app_type.as_ref().filter(|_| open("app_type")) {
        beside.app_type = catalog::app_type(&of.value);
    }
    let set = config.sdk_list.as_ref();
    put(&mut beside.policy, config.policy.as_ref(), open("policy"));
    put(&mut beside.sdk_list, set, open("sdk_list"));
    let set = config.directories.as_ref();
    put(&mut args.checks, set, open("checks"));
    put(&mut select.select, config.select.as_ref(), open("select"));
    put(&mut select.ignore, config.ignore.as_ref(), open("ignore"));
    let levels = config.levels.iter();
    let off = levels.filter(|(_, level)| level.value == Level::Off);
    select.ignore.extend(off.map(|(id, _)| id.clone()));
    if let Some(regimes) = config.regimes.as_ref().filter(|_| open("regime")) {
        let regimes = regimes.value.iter();
        select.regime = regimes
            .filter_map(|word| RegimeArg::from_str(word, false).ok())
            .collect();
    }
}

/// The same for the language.
pub fn language(args: &mut LanguageArgs, config: &Config) -> Result<(), Stop> {
    let mut lang = LangArg::En;
    if config.lang.is_some() && args.lang.is_none() {
        named(&mut lang, config.lang.as_ref(), true, "language")?;
        args.lang = Some(lang);
    }
    Ok(())
}

/// Raises diagnostics to `deny`.
pub fn deny(config: &mut Config, args: &CheckArgs) {
    for kind in &args.deny {
        let spot = Spot {
            file: Arc::from("--deny"),
            source: Arc::from(""),
            span: 0..0,
        };
        let value = DiagnosticLevel::Deny;
        config.diagnostics.insert(*kind, Set { value, spot });
    }
}

fn put<T: Clone>(argument: &mut T, set: Option<&Set<T>>, open: bool) {
    if let Some(set) = set.filter(|_| open) {
        argument.clone_from(&set.value);
    }
}

/// A word of the settings that is the name of an argument's value.
fn named<T: ValueEnum>(
    argument: &mut T,
    set: Option<&Set<String>>,
    open: bool,
    what: &str,
) -> Result<(), Stop> {
    let Some(set) = set else { return Ok(()) };
    let word = &set.value;
    let value = T::from_str(word, false).map_err(|_| {
        let names: Vec<String> = T::value_variants()
            .iter()
            .filter_map(|value| Some(value.to_possible_value()?.get_name().to_owned()))
            .collect();
        let near = catalog::closest(word, names.iter().map(String::as_str));
        let help = near.map_or_else(
            || format!("expected one of `{}`", names.join("`, `")),
            |near| format!("did you mean `{near}`?"),
        );
        let fault = set.spot.fault(format!("`{word}` is no {what}"));
        Stop::Drawn(fault.help(Some(help)).to_string())
    })?;
    if open {
        *argument = value;
    }
    Ok(())
}

/// The day for which suppressions are judged.
pub fn today(args: &ConfigArgs) -> Date {
    args.today.unwrap_or_else(|| {
        #[expect(
            clippy::disallowed_methods,
            reason = "the clock is read here and nowhere else"
        )]
        let now = SystemTime::now();
        let seconds = now
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        Date::after(seconds / 86_400)
    })
}
