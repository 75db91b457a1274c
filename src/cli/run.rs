//! `check` and `inspect`: from paths to reports.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::args::{CheckArgs, FailOn, Format, InputArgs, InspectArgs, ProfileArg};
use super::inputs::{self, Named};
use super::{Exit, Stop, knowledge, outcome};
use crate::catalog::Bilingual;
use crate::check::{Checks, Confidence, Finding, Regime, Severity};
use crate::container::{Package, PackageKind};
use crate::facts::{self, Facts, GivenText, Options};
use crate::gate;
use crate::limits::Limits;
use crate::report::{self, Input, Profile, RunResult, Shown};

/// `apkaudit check`
pub fn check(args: &CheckArgs) -> Result<Exit, Stop> {
    let mut formats = args.input.output.iter().map(|(format, _)| *format);
    if args.input.format == Format::CycloneDx || formats.any(|f| f == Format::CycloneDx) {
        let advice = "cyclonedx is a format of inspect: apkaudit inspect -f cyclonedx …";
        return Err(Stop::Usage(advice.to_owned()));
    }
    let checks = knowledge::load(&args.checks)?;
    let (checks, selected) = knowledge::select(checks, &args.select, &[Regime::Cn])?;
    let options = options(&args.input)?;
    let mut inputs = Vec::new();
    let mut findings: Vec<Finding> = Vec::new();
    inputs::for_each(&args.input, |named| {
        let index = inputs.len();
        let path = inputs::shown(&named.path);
        let input = match judge(named, &options, &checks) {
            Ok((facts, found)) => {
                findings.extend(found.into_iter().map(|finding| Finding {
                    input: index,
                    ..finding
                }));
                Input::analysed(path, &facts)
            }
            Err(error) => Input::refused(path, error),
        };
        inputs.push(input);
    })?;
    let threshold = match args.fail_on {
        FailOn::Never => None,
        FailOn::At(threshold) => Some(threshold),
    };
    let gate = gate::decide(&findings, threshold);
    let result = RunResult {
        selection: Some(selected),
        ..RunResult::new(checks.version(), inputs, findings, Some(gate))
    };
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
        // Refused before anything was read.
        Format::Json | Format::CycloneDx => report::json::render(&result),
    })?;
    Ok(outcome::finish(&result, args.input.strict, lang))
}

/// `apkaudit inspect`
pub fn inspect(args: &InspectArgs) -> Result<Exit, Stop> {
    let options = Options {
        strings: args.strings,
        ..options(&args.input)?
    };
    let mut inputs = Vec::new();
    inputs::for_each(&args.input, |named| {
        let path = inputs::shown(&named.path);
        inputs.push(match guarded(|| open(named, &options)) {
            Ok(facts) => {
                let head = Input::analysed(path, &facts);
                Input {
                    facts: Some(Box::new(facts)),
                    ..head
                }
            }
            Err(error) => Input::refused(path, error),
        });
    })?;
    let checks = knowledge::builtin()?.version();
    let result = RunResult::new(checks, inputs, Vec::new(), None);
    let lang = super::language(&args.input.language);
    write_all(&args.input, |format, width| match format {
        Format::Text => report::inspect_text(&result, lang, width),
        Format::Json => report::json::render(&result),
        Format::CycloneDx => report::cyclonedx::render(&result),
    })?;
    Ok(outcome::finish(&result, args.input.strict, lang))
}

/// The texts given beside the packages.
fn options(args: &InputArgs) -> Result<Options, Stop> {
    Ok(Options {
        policies: texts(&args.policy, "policy")?,
        sdk_lists: texts(&args.sdk_list, "SDK list")?,
        app_type: args.app_type,
        ..Options::default()
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
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        // Whoever reads has seen enough; the verdict stands all the same.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
