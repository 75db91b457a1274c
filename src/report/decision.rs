//! What the gate decided, and why: the last line on standard error and the
//! first of the Markdown report.

use std::collections::BTreeSet;

use super::escape::terminal;
use super::result::RunResult;
use super::words::{counted, pick};
use crate::catalog::Lang;
use crate::check::SuppressedBy;
use crate::gate::{Diagnostic, Gate};

/// The decision; `refused` inputs could not be analysed, and passed in what
/// could be read is not passed.
pub fn word(gate: &Gate, refused: usize, lang: Lang) -> &'static str {
    match (gate.passed, refused) {
        (true, 1..) => pick(lang, "未决", "undecided"),
        (true, 0) => pick(lang, "通过", "passed"),
        (false, _) => pick(lang, "未通过", "FAILED"),
    }
}

/// How grave a defect of the settings is.
pub fn level(one: &Diagnostic, lang: Lang) -> &'static str {
    if one.fails() {
        pick(lang, "错误", "error")
    } else {
        pick(lang, "警告", "warning")
    }
}

/// Which setting decided on how many findings, and what was taken away
/// before; control characters are escaped.
pub fn reasons(result: &RunResult, gate: &Gate, refused: usize, lang: Lang) -> String {
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
                _ if beyond.is_empty() => {
                    format!("{failing} 项问题达到或超过 {threshold}（{setting}）")
                }
                _ => format!("{beyond}有 {failing} 项问题达到或超过 {threshold}（{setting}）"),
            }
        }
    }];
    if gate.denied > 0 {
        let denied = result.diagnostics.iter();
        let denied = denied.filter(|one| one.fails());
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
