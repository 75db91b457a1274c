//! What standard error says at the end, and the exit code.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;

use super::Exit;
use crate::catalog::Lang;
use crate::check::SuppressedBy;
use crate::evidence::GapKind;
use crate::gate::{DiagnosticLevel, Gate};
use crate::report::escape::terminal;
use crate::report::words::{counted, pick};
use crate::report::{Input, RunResult};

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
        let mut line = gate_line(result, gate, refused.len(), lang);
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
        let word = match one.level {
            DiagnosticLevel::Deny => pick(lang, "错误", "error"),
            _ => pick(lang, "警告", "warning"),
        };
        let place = terminal(&one.place);
        let text = terminal(one.text.get(lang));
        let _ = writeln!(lines, "{word}: {place}: {text} ({})", one.kind.word());
    }
    lines
}

/// The last line: what was decided, and which setting decided it.
fn gate_line(result: &RunResult, gate: &Gate, refused: usize, lang: Lang) -> String {
    // Passed in what could be read is not passed.
    let undecided = gate.passed && refused > 0;
    let word = match (gate.passed, undecided) {
        (_, true) => pick(lang, "未决", "undecided"),
        (true, _) => pick(lang, "通过", "passed"),
        (false, _) => pick(lang, "未通过", "FAILED"),
    };
    let head = pick(lang, "门禁：", "gate: ");
    format!("{head}{word}  {}", reasons(result, gate, refused, lang))
}

fn reasons(result: &RunResult, gate: &Gate, refused: usize, lang: Lang) -> String {
    let setting = match gate.setting.as_str() {
        "" => "--fail-on".to_owned(),
        "--fail-on, default" => pick(lang, "--fail-on 默认值", "--fail-on, default").to_owned(),
        other => terminal(other).to_string(),
    };
    let failing = gate.failing;
    let beyond = result
        .findings
        .iter()
        .any(|finding| finding.standing.is_some());
    let mut reasons = vec![match (lang, gate.threshold) {
        (Lang::En, None) => format!("findings never fail it ({setting})"),
        (Lang::Zh, None) => format!("不因检查结果失败（{setting}）"),
        (Lang::En, Some(threshold)) => {
            let count = match failing {
                0 => "no finding".to_owned(),
                _ => counted(failing, "finding", "findings"),
            };
            let beyond = if beyond { " beyond the baseline" } else { "" };
            format!("{count}{beyond} at or above {threshold} ({setting})")
        }
        (Lang::Zh, Some(threshold)) => {
            let beyond = if beyond { "基线之外" } else { "" };
            match failing {
                0 => format!("{beyond}没有达到 {threshold} 的问题（{setting}）"),
                _ => format!("{beyond}{failing} 项问题达到或超过 {threshold}（{setting}）"),
            }
        }
    }];
    if gate.denied > 0 {
        let denied = result.diagnostics.iter();
        let denied = denied.filter(|one| one.level == DiagnosticLevel::Deny);
        let kinds: BTreeSet<&str> = denied.map(|one| one.kind.word()).collect();
        let kinds: Vec<&str> = kinds.into_iter().collect();
        let kinds = kinds.join(", ");
        let count = gate.denied;
        reasons.push(match lang {
            Lang::En => format!(
                "{} denied ({kinds})",
                counted(count, "diagnostic", "diagnostics")
            ),
            Lang::Zh => format!("{count} 条诊断被设为禁止（{kinds}）"),
        });
    }
    let by = |by: SuppressedBy| {
        let findings = result.findings.iter();
        let open = findings.filter_map(|finding| finding.suppression.as_ref());
        open.filter(|suppression| suppression.by == by).count()
    };
    let (known, accepted) = (by(SuppressedBy::Baseline), by(SuppressedBy::Config));
    if known > 0 {
        reasons.push(match lang {
            Lang::En => format!("{known} known by the baseline"),
            Lang::Zh => format!("基线已知 {known} 项"),
        });
    }
    if accepted > 0 {
        reasons.push(match lang {
            Lang::En => format!("{accepted} suppressed"),
            Lang::Zh => format!("已屏蔽 {accepted} 项"),
        });
    }
    if refused > 0 {
        reasons.push(match lang {
            Lang::En => format!(
                "but {} could not be analysed (exit code 3)",
                counted(refused, "input", "inputs")
            ),
            Lang::Zh => format!("但有 {refused} 个输入无法分析（退出码 3）"),
        });
    }
    reasons.join(pick(lang, "；", "; "))
}
