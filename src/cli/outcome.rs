//! What standard error says at the end, and the exit code.

use std::fmt::Write as _;
use std::io::Write as _;

use super::Exit;
use crate::catalog::Lang;
use crate::evidence::GapKind;
use crate::gate::Gate;
use crate::report::escape::terminal;
use crate::report::words::pick;
use crate::report::{Input, RunResult};

/// Errors and the gate line on standard error, and the exit code. A
/// standard error that cannot be written to changes nothing about the code.
pub fn finish(result: &RunResult, strict: bool, lang: Lang) -> Exit {
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
        let _ = writeln!(lines, "{}", gate_line(gate, refused.len(), lang));
    }
    let _ = anstream::stderr().lock().write_all(lines.as_bytes());
    if !refused.is_empty() || partly > 0 {
        Exit::Input
    } else if result.gate.as_ref().is_some_and(|gate| !gate.passed) {
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

/// The last line: what was decided, and which setting decided it.
fn gate_line(gate: &Gate, refused: usize, lang: Lang) -> String {
    let failing = gate.failing;
    // Passed in what could be read is not passed.
    let undecided = gate.passed && refused > 0;
    let mut line = match (lang, gate.threshold) {
        (Lang::En, None) => "gate: passed  findings never fail it (--fail-on never)".to_owned(),
        (Lang::Zh, None) => "门禁：通过  不因检查结果失败（--fail-on never）".to_owned(),
        (Lang::En, Some(threshold)) if gate.passed => {
            let word = if undecided { "undecided" } else { "passed" };
            format!("gate: {word}  no finding at or above {threshold} (--fail-on)")
        }
        (Lang::En, Some(threshold)) => {
            let findings = if failing == 1 { "finding" } else { "findings" };
            format!("gate: FAILED  {failing} {findings} at or above {threshold} (--fail-on)")
        }
        (Lang::Zh, Some(threshold)) if gate.passed => {
            let word = if undecided { "未决" } else { "通过" };
            format!("门禁：{word}  没有达到 {threshold} 的问题（--fail-on）")
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
