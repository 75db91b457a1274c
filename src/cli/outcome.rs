//! What standard error says at the end, and the exit code.

use std::fmt::Write as _;
use std::io::Write as _;

use super::Exit;
use crate::catalog::Lang;
use crate::evidence::GapKind;
use crate::report::escape::terminal;
use crate::report::words::pick;
use crate::report::{Input, RunResult, decision, short_place};

/// Errors and the gate line on standard error, and the exit code. A
/// standard error that cannot be written to changes nothing about the code.
/// `exit_zero` turns a failed gate into exit code 0.
pub fn finish(result: &RunResult, strict: bool, exit_zero: bool, lang: Lang) -> Exit {
    let mut lines = String::new();
    let refused: Vec<&Input> = result
        .inputs
        .iter()
        .filter(|input| input.error.is_some())
        .collect();
    for input in &refused {
        let error = input.error.as_ref().map_or("", |error| error.get(lang));
        let word = pick(lang, "错误", "error");
        let _ = writeln!(
            lines,
            "{word}: {}: {}",
            terminal(&input.path),
            terminal(error)
        );
    }
    let mut partly = 0;
    for input in result
        .inputs
        .iter()
        .filter(|input| strict && is_partial(input))
    {
        partly += 1;
        let text = pick(
            lang,
            "只能部分分析（--strict）",
            "could be analysed only in part (--strict)",
        );
        let word = pick(lang, "错误", "error");
        let _ = writeln!(lines, "{word}: {}: {text}", terminal(&input.path));
    }
    if let Some(gate) = &result.gate {
        lines.push_str(&diagnostics(result, lang));
        let head = pick(lang, "门禁：", "gate: ");
        let mut line = format!(
            "{head}{}  {}",
            decision::word(gate, refused.len(), lang),
            decision::reasons(result, gate, refused.len(), lang)
        );
        if exit_zero && !gate.passed {
            line.push_str(pick(
                lang,
                "；仅报告（--exit-zero）",
                "; only reported (--exit-zero)",
            ));
        }
        let _ = writeln!(lines, "{line}");
    }
    let _ = anstream::stderr().lock().write_all(lines.as_bytes());
    if !refused.is_empty() || partly > 0 {
        Exit::Input
    } else if !exit_zero && result.gate.as_ref().is_some_and(|gate| !gate.passed) {
        Exit::Failed
    } else {
        Exit::Passed
    }
}

/// Whether something that is in the input could not be looked at. An app
/// without any policy is looked at in full.
fn is_partial(input: &Input) -> bool {
    input.gaps.iter().any(|gap| gap.kind != GapKind::NotFound)
}

/// What is wrong with the settings, a line each.
fn diagnostics(result: &RunResult, lang: Lang) -> String {
    let mut lines = String::new();
    for one in &result.diagnostics {
        let word = decision::level(one, lang);
        let place = short_place(&one.place);
        let place = terminal(&place);
        let text = terminal(one.text.get(lang));
        let _ = writeln!(lines, "{word}: {place}: {text} ({})", one.kind.word());
    }
    lines
}
