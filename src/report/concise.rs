//! One line a finding: `path: severity confidence check subject: title`.

use std::fmt::Write as _;

use super::escape::terminal;
use super::result::RunResult;
use super::spot::Spot;
use super::text::{Shown, undecided_by_reason, undecided_title};
use crate::catalog::Lang;
use crate::check::Verdict;

/// The lines of a run of `check`. The path is that of the source line where
/// it is known, else that of the input; the words of the scales do not
/// change with the language. What a person must look at ends with
/// `[review]`.
pub fn render(result: &RunResult, shown: Shown, lang: Lang) -> String {
    let mut out = String::new();
    for (index, input) in result.inputs.iter().enumerate() {
        if let Some(error) = &input.error {
            let _ = writeln!(
                out,
                "{}: refused: {}",
                terminal(&input.path),
                terminal(error.get(lang))
            );
        }
        let of_input = || {
            let findings = result.findings.iter();
            findings.filter(|finding| finding.input == index && shown.shows(finding))
        };
        for finding in of_input().filter(|finding| !finding.undecided) {
            let mut spot = match &finding.source {
                Some(_) => Spot::of(result, finding),
                None => Spot {
                    path: input.path.clone(),
                    line: None,
                },
            };
            if let Some(line) = spot.line {
                let _ = write!(spot.path, ":{line}");
            }
            let end = match finding.verdict {
                Verdict::Violation | Verdict::Risk => "",
                Verdict::Review => " [review]",
                Verdict::Pass => " [pass]",
                Verdict::NotApplicable => " [not-applicable]",
            };
            let _ = writeln!(
                out,
                "{}: {} {} {} {}: {}{end}",
                terminal(&spot.path),
                finding.severity,
                finding.confidence,
                terminal(&finding.check),
                terminal(&finding.subject),
                terminal(&finding.text.get(lang).title),
            );
        }
        for (reason, checks) in undecided_by_reason(of_input(), lang) {
            let _ = writeln!(
                out,
                "{}: undecided: {}: {}",
                terminal(&input.path),
                terminal(&undecided_title(reason, checks.len(), lang)),
                terminal(&checks.join(", ")),
            );
        }
    }
    out
}
