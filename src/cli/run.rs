//! `check` and `inspect`: from paths to reports.

use std::fs;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::args::{
    BesideArgs, CheckArgs, FailOn, InspectArgs, JudgeArgs, OutputArgs, ProfileArg, ShownArgs,
};
use super::inputs::{self, Named};
use super::{Exit, Stop, baseline, knowledge, outcome, outputs, settings};
use crate::catalog::{self, Bilingual};
use crate::check::{Checks, Confidence, Finding, Regime, Severity};
use crate::container::{Package, PackageKind};
use crate::facts::{self, Facts, GivenText, Options};
use crate::gate::{self, App, Config, Rules, Threshold};
use crate::limits::Limits;
use crate::report::{self, Format, Input, Profile, RunResult, Shown, Unfit, View};
use crate::source::Sources;

/// `apkaudit check`
pub fn check(mut args: CheckArgs, given: &ArgMatches) -> Result<Exit, Stop> {
    let mut config = settings::load(&args.judge.config)?;
    let setting = settings::apply(&mut args, given, &config)?;
    settings::deny(&mut config, &args);
    super::apply_color(args.input.output.color);
    outputs::ready(&args.input.output)?;
    let result = judged(&Trial {
        inputs: &args.input.inputs,
        file_list: args.input.file_list.as_deref(),
        judge: &args.judge,
        config: &config,
        baseline: args.baseline.as_deref(),
        source_root: args.source_root.as_deref(),
        threshold: match args.fail_on {
            FailOn::Never => None,
            FailOn::At(threshold) => Some(threshold),
        },
        setting: &setting,
        keeps_facts: args.facts || outputs::formats(&args.input.output).any(Format::needs_facts),
    })?;
    let view = view(&args.input.output, &args.shown);
    outputs::write_all(&args.input.output, &result, &view)?;
    let strict = args.input.strict;
    Ok(outcome::finish(&result, strict, args.exit_zero, view.lang))
}

/// What is judged, and by what.
#[derive(Clone, Copy)]
pub struct Trial<'a> {
    /// Packages, documents and directories.
    pub inputs: &'a [PathBuf],
    /// A file that names more of them.
    pub file_list: Option<&'a Path>,
    /// What the arguments say, the settings put in.
    pub judge: &'a JudgeArgs,
    /// The settings of the team.
    pub config: &'a Config,
    /// The known findings.
    pub baseline: Option<&'a Path>,
    /// The sources of the project.
    pub source_root: Option<&'a Path>,
    /// What fails the gate.
    pub threshold: Option<Threshold>,
    /// What set the threshold.
    pub setting: &'a str,
    /// Whether the result has the facts too.
    pub keeps_facts: bool,
}

impl<'a> Trial<'a> {
    /// Without a gate: only what is found.
    pub fn of(inputs: &'a [PathBuf], judge: &'a JudgeArgs, config: &'a Config) -> Self {
        Self {
            inputs,
            file_list: None,
            judge,
            config,
            baseline: None,
            source_root: None,
            threshold: None,
            setting: "",
            keeps_facts: false,
        }
    }
}

/// The result of the checks on the inputs.
pub fn judged(trial: &Trial<'_>) -> Result<RunResult, Stop> {
    let (by, config) = (trial.judge, trial.config);
    // Every package is held against the SDKs; they are read meanwhile.
    let (checks, _) = rayon::join(|| knowledge::load(&by.checks), catalog::sdks);
    let checks = checks?;
    settings::check_names(config, &checks)?;
    let (checks, selected) = knowledge::select(checks, &by.select, &[Regime::Cn])?;
    let known = trial.baseline.map(baseline::read).transpose()?;
    let options = options(&by.beside)?;
    let sources = trial.source_root.map(sources).transpose()?;
    let named = inputs::named(trial.inputs, trial.file_list)?;
    let mut inputs = Vec::new();
    let mut apps = Vec::new();
    let mut findings: Vec<Finding> = Vec::new();
    inputs::for_each(named, |named| {
        let index = inputs.len();
        let path = inputs::shown(&named.path);
        let input = match judge(named, &options, &checks) {
            Ok((facts, found)) => {
                findings.extend(found.into_iter().map(|finding| {
                    Finding {
                        input: index,
                        source: sources
                            .as_ref()
                            .and_then(|sources| sources.line_of(&facts, &finding)),
                        ..finding
                    }
                }));
                apps.push(Some(app(&facts)));
                analysed(path, facts, trial.keeps_facts)
            }
            Err(error) => {
                apps.push(None);
                Input::refused(path, error)
            }
        };
        inputs.push(input);
    });
    let place = trial.baseline.map(inputs::shown);
    let rules = Rules {
        config,
        checks: &checks,
        baseline: known.as_ref().zip(place.as_deref()),
        today: settings::today(&by.config),
        threshold: trial.threshold,
        setting: trial.setting,
    };
    let (gate, diagnostics) = gate::settle(&mut findings, &apps, &rules);
    Ok(RunResult {
        selection: Some(selected),
        diagnostics,
        ..RunResult::new(checks.version(), inputs, findings, Some(gate))
    })
}

/// What suppressions, baseline and permission list are held against.
fn app(facts: &Facts) -> App {
    let permissions = facts.permissions.requested.iter();
    App {
        package: facts.identity.package.clone(),
        permissions: permissions.map(|of| of.name.clone()).collect(),
    }
}

/// `apkaudit inspect`
pub fn inspect(args: &InspectArgs) -> Result<Exit, Stop> {
    super::apply_color(args.input.output.color);
    outputs::ready(&args.input.output)?;
    if let Some(format) = outputs::formats(&args.input.output).find(|f| f.needs_findings()) {
        return Err(Stop::Usage(Unfit::Findings(format).to_string()));
    }
    let options = Options {
        strings: args.strings,
        ..options(&args.beside)?
    };
    let mut inputs = Vec::new();
    let named = inputs::named(&args.input.inputs, args.input.file_list.as_deref())?;
    inputs::for_each(named, |named| {
        let path = inputs::shown(&named.path);
        inputs.push(match guarded(|| open(named, &options)) {
            Ok(facts) => analysed(path, facts, true),
            Err(error) => Input::refused(path, error),
        });
    });
    let checks = Checks::builtin_version();
    let result = RunResult::new(checks, inputs, Vec::new(), None);
    let view = view(&args.input.output, &ShownArgs::default());
    outputs::write_all(&args.input.output, &result, &view)?;
    Ok(outcome::finish(
        &result,
        args.input.strict,
        false,
        view.lang,
    ))
}

fn analysed(path: String, facts: Facts, keeps_facts: bool) -> Input {
    let head = Input::analysed(path, &facts);
    Input {
        facts: keeps_facts.then(|| Box::new(facts)),
        ..head
    }
}

/// How the arguments want a result to be shown.
pub fn view(output: &OutputArgs, shown: &ShownArgs) -> View {
    View {
        shown: Shown {
            profile: match shown.profile {
                ProfileArg::Gate => Profile::Gate,
                ProfileArg::Review => Profile::Review,
                ProfileArg::Audit => Profile::Audit,
            },
            min_severity: shown.min_severity.unwrap_or(Severity::Info),
            min_confidence: shown.min_confidence.unwrap_or(Confidence::Low),
        },
        lang: super::language(&output.language),
        width: super::width(),
    }
}

/// The texts given beside the packages.
fn options(args: &BesideArgs) -> Result<Options, Stop> {
    Ok(Options {
        policies: texts(&args.policy, "policy")?,
        sdk_lists: texts(&args.sdk_list, "SDK list")?,
        app_type: args.app_type,
        ..Options::default()
    })
}

/// The sources of the project. Reports show them from the working directory
/// on, if they are in it.
fn sources(root: &Path) -> Result<Sources, Stop> {
    let working = std::env::current_dir().and_then(fs::canonicalize);
    let below = working.and_then(|working| {
        let root = fs::canonicalize(root)?;
        Ok(root
            .strip_prefix(working)
            .map(inputs::shown)
            .unwrap_or_default())
    });
    below
        .and_then(|below| Sources::read(root, &below))
        .map_err(|error| {
            let root = root.display();
            Stop::Usage(format!("cannot read the sources {root}: {error}"))
        })
}

fn texts(paths: &[PathBuf], what: &str) -> Result<Vec<GivenText>, Stop> {
    let read = |path: &PathBuf| {
        let bytes = policy(path).map_err(|why| {
            Stop::Usage(format!("cannot read the {what} {}: {why}", path.display()))
        })?;
        let name = inputs::shown(path);
        Ok(GivenText { name, bytes })
    };
    paths.iter().map(read).collect()
}

fn policy(path: &Path) -> Result<Vec<u8>, String> {
    let limit = Limits::default().document_bytes;
    let metadata = fs::metadata(path).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is not a file".to_owned());
    }
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    if bytes.is_empty() {
        return Err("it is empty".to_owned());
    }
    if bytes.len() as u64 > limit {
        return Err(format!("it is larger than {limit} bytes"));
    }
    Ok(bytes)
}

fn judge(
    named: Named,
    options: &Options,
    checks: &Checks,
) -> Result<(Facts, Vec<Finding>), Bilingual> {
    guarded(|| {
        let facts = open(named, options)?;
        let findings = checks.evaluate(&facts);
        Ok((facts, findings))
    })
}

fn open(named: Named, options: &Options) -> Result<Facts, Bilingual> {
    if let Some(refused) = named.refused {
        return Err(refused);
    }
    let limits = Limits::default();
    let package =
        Package::open(&named.path, &limits).map_err(|error| report::refused::text(&error))?;
    let facts = facts::extract(&package, &limits, options);
    if facts.identity.kind == PackageKind::Policy && facts.policy.documents.is_empty() {
        return Err(unread(&facts));
    }
    Ok(facts)
}

/// Why nothing can be said of a document on its own.
fn unread(facts: &Facts) -> Bilingual {
    let mut details = facts.gaps.iter().map(|gap| gap.detail.as_str());
    let why = details
        .find(|detail| !detail.is_empty())
        .unwrap_or("no text");
    Bilingual::new(
        format!("文档无法读取：{why}；请提供 html、md、txt、docx 或有文字的 pdf"),
        format!(
            "is a document that cannot be read: {why}; give it as html, md, txt, docx or a pdf with text"
        ),
    )
}

/// A defect of ours in one input must not lose the others.
fn guarded<T>(work: impl FnOnce() -> Result<T, Bilingual>) -> Result<T, Bilingual> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Bilingual::new(
            "让 apkaudit 出错；这是 apkaudit 的缺陷，请报告",
            "makes apkaudit fail; this is a defect of apkaudit, please report it",
        ))
    })
}
