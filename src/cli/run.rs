//! `check` and `inspect`: from paths to reports.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::args::{CheckArgs, FailOn, Format, InputArgs, InspectArgs, ProfileArg};
use super::{Exit, Stop, knowledge};
use crate::catalog::{Bilingual, Lang};
use crate::check::{Checks, Confidence, Finding, Severity};
use crate::container::{Package, find_packages};
use crate::facts::{self, Facts, GivenText, Options};
use crate::gate::{self, Gate, Threshold};
use crate::limits::Limits;
use crate::report::{self, Input, Profile, RunResult, Shown};

/// `apkaudit check`
pub fn check(args: &CheckArgs) -> Result<Exit, Stop> {
    let checks = knowledge::load(&args.checks)?;
    let options = options(&args.input)?;
    let mut inputs = Vec::new();
    let mut findings: Vec<Finding> = Vec::new();
    for_each_input(&args.input, |path| {
        let index = inputs.len();
        let input = match judge(path, &options, &checks) {
            Ok((facts, found)) => {
                findings.extend(found.into_iter().map(|finding| Finding {
                    input: index,
                    ..finding
                }));
                Input::analysed(shown_path(path), &facts)
            }
            Err(error) => Input::refused(shown_path(path), error),
        };
        inputs.push(input);
    })?;
    let threshold = match args.fail_on {
        FailOn::Never => None,
        FailOn::At(severity, confidence) => Some(Threshold {
            severity,
            confidence,
        }),
    };
    let gate = gate::decide(&findings, threshold);
    let result = RunResult::new(checks.version(), inputs, findings, Some(gate));
    let shown = Shown {
        profile: match args.profile {
            ProfileArg::Gate => Profile::Gate,
            ProfileArg::Review => Profile::Review,
            ProfileArg::Audit => Profile::Audit,
        },
        min_severity: args.min_severity.unwrap_or(Severity::Info),
        min_confidence: args.min_confidence.unwrap_or(Confidence::Low),
    };
    let lang = super::language(&args.input.language);
    write_all(&args.input, |format, width| match format {
        Format::Text => report::findings_text(&result, shown, lang, width),
        Format::Json => report::json::render(&result),
    })?;
    finish(&result, args.input.strict, lang)
}

/// `apkaudit inspect`
pub fn inspect(args: &InspectArgs) -> Result<Exit, Stop> {
    let options = Options {
        strings: args.strings,
        ..options(&args.input)?
    };
    let mut inputs = Vec::new();
    for_each_input(&args.input, |path| {
        inputs.push(match guarded(|| open(path, &options)) {
            Ok(facts) => {
                let head = Input::analysed(shown_path(path), &facts);
                Input {
                    facts: Some(Box::new(facts)),
                    ..head
                }
            }
            Err(error) => Input::refused(shown_path(path), error),
        });
    })?;
    let checks = knowledge::builtin()?.version();
    let result = RunResult::new(checks, inputs, Vec::new(), None);
    let lang = super::language(&args.input.language);
    write_all(&args.input, |format, width| match format {
        Format::Text => report::inspect_text(&result, lang, width),
        Format::Json => report::json::render(&result),
    })?;
    finish(&result, args.input.strict, lang)
}

/// The policies given beside the packages.
fn options(args: &InputArgs) -> Result<Options, Stop> {
    let mut policies = Vec::new();
    for path in &args.policy {
        let bytes = fs::read(path).map_err(|error| {
            Stop::Usage(format!(
                "cannot read the policy {}: {error}",
                path.display()
            ))
        })?;
        let name = shown_path(path);
        policies.push(GivenText { name, bytes });
    }
    Ok(Options {
        policies,
        ..Options::default()
    })
}

fn judge(
    path: &Path,
    options: &Options,
    checks: &Checks,
) -> Result<(Facts, Vec<Finding>), Bilingual> {
    guarded(|| {
        let facts = open(path, options)?;
        let findings = checks.evaluate(&facts);
        Ok((facts, findings))
    })
}

fn open(path: &Path, options: &Options) -> Result<Facts, Bilingual> {
    let limits = Limits::default();
    let package = Package::open(path, &limits).map_err(|error| report::refused::text(&error))?;
    Ok(facts::extract(&package, &limits, options))
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

/// Calls `work` for every package that the arguments name, directories
/// walked, with a progress bar on a terminal when there are several.
fn for_each_input(args: &InputArgs, mut work: impl FnMut(&Path)) -> Result<(), Stop> {
    super::apply_color(args.color);
    let paths = input_paths(args)?;
    let bar = if paths.len() > 1 && super::is_interactive() {
        let style = ProgressStyle::with_template("{pos}/{len} {wide_msg}");
        ProgressBar::new(paths.len() as u64)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    } else {
        ProgressBar::hidden()
    };
    for path in &paths {
        bar.set_message(shown_path(path));
        work(path);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

fn input_paths(args: &InputArgs) -> Result<Vec<PathBuf>, Stop> {
    let mut named = args.inputs.clone();
    if let Some(list) = &args.file_list {
        let mut text = String::new();
        let read = if list.as_os_str() == "-" {
            std::io::stdin().read_to_string(&mut text).map(|_| ())
        } else {
            fs::read_to_string(list).map(|read| text = read)
        };
        read.map_err(|error| {
            Stop::Usage(format!(
                "cannot read the file list {}: {error}",
                list.display()
            ))
        })?;
        named.extend(
            text.lines()
                .filter(|line| !line.trim().is_empty())
                .map(PathBuf::from),
        );
    }
    let mut paths = Vec::new();
    for path in named {
        if path.is_dir() {
            let (found, failed) = find_packages(&path);
            if let Some(error) = failed.first() {
                return Err(Stop::Usage(format!(
                    "cannot walk {}: {error}",
                    path.display()
                )));
            }
            if found.is_empty() {
                return Err(Stop::Usage(format!(
                    "{}: no package in this directory (looked for .apk .aab .aar .apks .xapk .apkm)",
                    path.display()
                )));
            }
            paths.extend(found);
        } else {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Stop::Usage(
            "no input is named; try: apkaudit check app.apk".to_owned(),
        ));
    }
    Ok(paths)
}

/// Path for reports: as given, with `/` between folders.
fn shown_path(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Renders for standard output and for every `-o`.
fn write_all(args: &InputArgs, render: impl Fn(Format, usize) -> String) -> Result<(), Stop> {
    for (format, path) in &args.output {
        let mut text = render(*format, super::width());
        if *format == Format::Text {
            text = anstream::adapter::strip_str(&text).to_string();
        }
        fs::write(path, text)
            .map_err(|error| Stop::Usage(format!("cannot write {}: {error}", path.display())))?;
    }
    let text = render(args.format, super::width());
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// Errors and the gate line on standard error, and the exit code.
fn finish(result: &RunResult, strict: bool, lang: Lang) -> Result<Exit, Stop> {
    let mut stderr = anstream::stderr().lock();
    let refused: Vec<&Input> = result
        .inputs
        .iter()
        .filter(|input| input.error.is_some())
        .collect();
    for input in &refused {
        let error = input.error.as_ref().map_or("", |error| error.get(lang));
        writeln!(
            stderr,
            "{}: {}: {}",
            report::words::pick(lang, "错误", "error"),
            report::escape::terminal(&input.path),
            report::escape::terminal(error)
        )?;
    }
    let partly = result
        .inputs
        .iter()
        .filter(|input| !input.gaps.is_empty())
        .count();
    if strict && partly > 0 {
        writeln!(
            stderr,
            "{}",
            report::words::pick(
                lang,
                "错误：--strict：有输入只能部分分析",
                "error: --strict: an input could be analysed only in part"
            )
        )?;
    }
    if let Some(gate) = &result.gate {
        writeln!(stderr, "{}", gate_line(gate, refused.len(), lang))?;
    }
    let failed = result.gate.as_ref().is_some_and(|gate| !gate.passed);
    Ok(if !refused.is_empty() || (strict && partly > 0) {
        Exit::Input
    } else if failed {
        Exit::Failed
    } else {
        Exit::Passed
    })
}

/// The last line: what was decided, and which setting decided it.
fn gate_line(gate: &Gate, refused: usize, lang: Lang) -> String {
    let failing = gate.failing;
    let mut line = match (lang, gate.threshold) {
        (Lang::En, None) => "gate: passed  findings never fail it (--fail-on never)".to_owned(),
        (Lang::Zh, None) => "门禁：通过  不因检查结果失败（--fail-on never）".to_owned(),
        (Lang::En, Some(threshold)) if gate.passed => {
            format!("gate: passed  no finding at or above {threshold} (--fail-on)")
        }
        (Lang::En, Some(threshold)) => {
            let findings = if failing == 1 { "finding" } else { "findings" };
            format!("gate: FAILED  {failing} {findings} at or above {threshold} (--fail-on)")
        }
        (Lang::Zh, Some(threshold)) if gate.passed => {
            format!("门禁：通过  没有达到 {threshold} 的问题（--fail-on）")
        }
        (Lang::Zh, Some(threshold)) => {
            format!("门禁：未通过  {failing} 项问题达到或超过 {threshold}（--fail-on）")
        }
    };
    if refused > 0 {
        let _ = match lang {
            Lang::En if refused == 1 => {
                write!(line, "; but 1 input could not be analysed (exit code 3)")
            }
            Lang::En => write!(
                line,
                "; but {refused} inputs could not be analysed (exit code 3)"
            ),
            Lang::Zh => write!(line, "；但有 {refused} 个输入无法分析（退出码 3）"),
        };
    }
    line
}
