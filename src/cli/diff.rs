//! `diff`: what changed between two packages or saved results.

use std::io::Write as _;
use std::path::Path;

use clap::ArgMatches;

use super::args::{DiffArgs, JudgeArgs};
use super::run::{self, Trial};
use super::{Exit, Stop, inputs, outputs, report, settings};
use crate::catalog::{Bilingual, Lang};
use crate::diff::{self, Diff};
use crate::gate::{Config, Threshold};
use crate::report::escape::terminal;
use crate::report::words::{counted, pick};
use crate::report::{DiffFormat, RunResult, render_diff};

/// `apkaudit diff`
pub fn run(mut args: DiffArgs, given: &ArgMatches) -> Result<Exit, Stop> {
    super::apply_color(args.color);
    outputs::can_write(args.output.iter().map(|(_, path)| path.as_path()))?;
    let config = settings::load(&args.judge.config)?;
    settings::judging(&mut args.judge, given, &config);
    settings::language(&mut args.language, &config)?;
    let lang = super::language(&args.language);
    let mut sides = Vec::new();
    let mut refused = false;
    for path in [&args.old, &args.new] {
        match result(path, &args.judge, &config)? {
            Ok(result) => sides.push(result),
            Err(error) => {
                refused = true;
                let word = pick(lang, "错误", "error");
                let path = inputs::shown(path);
                let (path, error) = (terminal(&path), terminal(error.get(lang)).into_owned());
                let _ = writeln!(anstream::stderr(), "{word}: {path}: {error}");
            }
        }
    }
    let [old, new] = sides.as_slice() else {
        debug_assert!(refused, "a side is read or refused");
        return Ok(Exit::Input);
    };
    let (old, new) = (old.side(), new.side());
    for (side, path) in [(&old, &args.old), (&new, &args.new)] {
        if args.fail_on_new.is_some() && side.findings.is_none() {
            return Err(Stop::Usage(format!(
                "--fail-on-new needs the findings of both sides, and {} has none: save it with \
                 `apkaudit check -f json`",
                path.display()
            )));
        }
    }
    let diff = diff::diff(&old, &new);
    let width = super::width();
    let files: Vec<(&Path, String)> = args
        .output
        .iter()
        .map(|(format, path)| {
            let text = render_diff(&diff, *format, lang, width);
            let text = match format {
                DiffFormat::Text => outputs::plain(&text),
                _ => text,
            };
            (path.as_path(), text)
        })
        .collect();
    outputs::put(&files, &render_diff(&diff, args.format, lang, width))?;
    Ok(args
        .fail_on_new
        .map_or(Exit::Passed, |threshold| decide(&diff, threshold, lang)))
}

/// Says on standard error whether something new reaches the threshold.
fn decide(diff: &Diff, threshold: Threshold, lang: Lang) -> Exit {
    let findings = diff.findings.as_ref();
    let failing = findings.map_or(0, |findings| findings.failing(threshold));
    let line = match (failing, lang) {
        (0, Lang::En) => {
            format!("gate: passed  no new or grown finding at or above {threshold} (--fail-on-new)")
        }
        (0, Lang::Zh) => {
            format!("门禁：通过  没有达到 {threshold} 的新增或加重的问题（--fail-on-new）")
        }
        (_, Lang::En) => format!(
            "gate: FAILED  {} at or above {threshold} (--fail-on-new)",
            counted(failing, "new or grown finding", "new or grown findings")
        ),
        (_, Lang::Zh) => format!(
            "门禁：未通过  {failing} 项新增或加重的问题达到或超过 {threshold}（--fail-on-new）"
        ),
    };
    let _ = writeln!(anstream::stderr(), "{line}");
    if failing == 0 {
        Exit::Passed
    } else {
        Exit::Failed
    }
}

/// The result of one side, or why it cannot be had.
fn result(
    path: &Path,
    judge: &JudgeArgs,
    config: &Config,
) -> Result<Result<RunResult, Bilingual>, Stop> {
    let saved = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let mut result = if saved {
        match report::read(path) {
            Ok(result) => result,
            Err(why) => {
                return Ok(Err(Bilingual::new(
                    format!("无法读取结果：{why}"),
                    format!("cannot read the result: {why}"),
                )));
            }
        }
    } else {
        // What a baseline knows is no change.
        run::judged(&Trial {
            keeps_facts: true,
            ..Trial::of(&[path.to_owned()], judge, config)
        })?
    };
    let count = result.inputs.len();
    if count != 1 {
        let path = path.display();
        return Err(Stop::Usage(format!(
            "{path} has {count} apps, and diff compares one with one"
        )));
    }
    let refused = result
        .inputs
        .iter_mut()
        .find_map(|input| input.error.take());
    Ok(refused.map_or(Ok(result), Err))
}
