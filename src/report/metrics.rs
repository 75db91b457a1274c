//! Numbers in flat JSON, for quality red lines.

use std::collections::BTreeMap;

use super::result::RunResult;
use crate::check::{Severity, Standing, Verdict};
use crate::evidence::GapKind;

/// Letters of the issue table; `X` takes what has no row.
const FAMILIES: [char; 9] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'X'];

/// The numbers of a run of `check`, by name. Every name is always there.
/// `findings.critical` to `findings.info` and `family.*` count what is
/// claimed: violations and risks that are not suppressed.
pub fn render(result: &RunResult) -> String {
    super::json::pretty(&numbers(result))
}

fn numbers(result: &RunResult) -> BTreeMap<String, u64> {
    let mut numbers = BTreeMap::new();
    let mut set = |name: &str, value: usize| {
        numbers.insert(name.to_owned(), value as u64);
    };
    let inputs = || result.inputs.iter();
    set("inputs", inputs().count());
    set(
        "inputs.refused",
        inputs().filter(|i| i.error.is_some()).count(),
    );
    let is_partial =
        |gaps: &[crate::evidence::Gap]| gaps.iter().any(|gap| gap.kind != GapKind::NotFound);
    set(
        "inputs.partial",
        inputs().filter(|i| is_partial(&i.gaps)).count(),
    );
    set("gaps", inputs().map(|i| i.gaps.len()).sum());
    set("anomalies", inputs().map(|i| i.anomalies.len()).sum());
    let summaries = || inputs().filter_map(|input| input.summary.as_ref());
    set("sdks", summaries().map(|s| s.sdks).sum());
    set("unknown_roots", summaries().map(|s| s.unknown_roots).sum());
    set("policies", summaries().map(|s| s.policies.len()).sum());
    let checks = result.selection.as_ref().map_or(0, |s| s.checks);
    set("checks", checks);

    let live = || result.findings.iter().filter(|finding| !finding.suppressed);
    let claimed = || live().filter(|finding| finding.asserts());
    set("findings", claimed().count());
    for severity in [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::Info,
    ] {
        let count = claimed().filter(|f| f.severity == severity).count();
        set(&format!("findings.{severity}"), count);
    }
    for (verdict, name) in [
        (Verdict::Violation, "violation"),
        (Verdict::Risk, "risk"),
        (Verdict::Review, "review"),
        (Verdict::Pass, "pass"),
        (Verdict::NotApplicable, "not_applicable"),
    ] {
        let count = live().filter(|f| f.verdict == verdict).count();
        set(&format!("findings.{name}"), count);
    }
    set("findings.undecided", live().filter(|f| f.undecided).count());
    set(
        "findings.suppressed",
        result.findings.iter().filter(|f| f.suppressed).count(),
    );
    for standing in [Standing::New, Standing::Grown, Standing::Known] {
        let findings = result.findings.iter();
        let count = findings.filter(|f| f.standing == Some(standing)).count();
        set(&format!("baseline.{}", standing.word()), count);
    }
    set("diagnostics", result.diagnostics.len());
    for family in FAMILIES {
        let of_family = |refs: &[String]| {
            if refs.is_empty() {
                family == 'X'
            } else {
                refs.iter().any(|row| row.starts_with(family))
            }
        };
        let count = claimed().filter(|f| of_family(&f.refs)).count();
        set(&format!("family.{family}"), count);
    }
    if let Some(gate) = &result.gate {
        set("gate.failing", gate.failing);
        set("gate.denied", gate.denied);
        set("gate.passed", usize::from(gate.passed));
    }
    numbers
}
