//! One row a finding, for spreadsheets: UTF-8 with a byte order mark, so
//! that Excel shows Chinese; CRLF and quotes by RFC 4180; no cell that a
//! spreadsheet would take for a formula.

use super::escape::terminal;
use super::result::{Input, RunResult};
use super::spot::Spot;
use super::text::{Profile, Shown, basis, short_place};
use super::words::pick;
use crate::catalog::Lang;
use crate::check::{Finding, Standing, Suppressed};
use crate::gate::Diagnostic;

/// Names of the columns, the same in every language.
pub const COLUMNS: [&str; 22] = [
    "input",
    "package",
    "version_name",
    "version_code",
    "check",
    "refs",
    "verdict",
    "severity",
    "confidence",
    "fails_gate",
    "subject",
    "owner",
    "title",
    "reason",
    "evidence",
    "basis",
    "fix",
    "source",
    "undecided",
    "standing",
    "suppression",
    "fingerprint",
];

/// The table of a run of `check`. An input that was refused has one row
/// with the verdict `refused`, and what is wrong with the settings one with
/// the verdict `settings`. With everything shown, suppressed findings are in it.
pub fn render(result: &RunResult, shown: Shown, lang: Lang) -> String {
    let mut out = String::from('\u{feff}');
    row(&mut out, &COLUMNS.map(str::to_owned));
    for (index, input) in result.inputs.iter().enumerate() {
        if let Some(error) = &input.error {
            row(&mut out, &refused(input, error.get(lang)));
        }
        let shows =
            |f: &Finding| shown.shows(f) || (f.suppressed && shown.profile == Profile::Audit);
        let findings = result.findings.iter();
        for finding in findings.filter(|f| f.input == index && shows(f)) {
            row(&mut out, &cells(result, input, finding, lang));
        }
    }
    for one in &result.diagnostics {
        row(&mut out, &setting(one, lang));
    }
    out
}

fn setting(one: &Diagnostic, lang: Lang) -> [String; 22] {
    let mut cells = [const { String::new() }; 22];
    let [
        _,
        _,
        _,
        _,
        check,
        _,
        verdict,
        _,
        _,
        fails,
        _,
        _,
        title,
        _,
        _,
        _,
        _,
        source,
        ..,
    ] = &mut cells;
    one.kind.word().clone_into(check);
    "settings".clone_into(verdict);
    if one.fails() { "yes" } else { "no" }.clone_into(fails);
    one.text.get(lang).clone_into(title);
    *source = short_place(&one.place);
    cells
}

/// Who accepted a finding, where, until when and why.
fn suppression(by: &Suppressed) -> String {
    let until = by.until.as_ref().map(|day| format!(" until {day}"));
    let reason = if by.reason.is_empty() { "" } else { ": " };
    format!(
        "{}{}{reason}{}",
        by.place,
        until.unwrap_or_default(),
        by.reason
    )
}

fn refused(input: &Input, error: &str) -> [String; 22] {
    let mut cells = [const { String::new() }; 22];
    let [path, _, _, _, _, _, verdict, _, _, _, _, _, title, ..] = &mut cells;
    input.path.clone_into(path);
    "refused".clone_into(verdict);
    error.clone_into(title);
    cells
}

fn cells(result: &RunResult, input: &Input, finding: &Finding, lang: Lang) -> [String; 22] {
    let text = finding.text.get(lang);
    let summary = input.summary.as_ref();
    let threshold = result.gate.as_ref().and_then(|gate| gate.threshold);
    let fails = threshold.is_some_and(|threshold| threshold.fails(finding));
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let evidence: Vec<String> = finding
        .evidence
        .iter()
        .map(|row| {
            let what = row.what.get(lang);
            let excerpt = row.excerpt.as_ref().map(|text| format!(" “{text}”"));
            let excerpt = excerpt.unwrap_or_default();
            format!("{what}{excerpt}  {}", short_place(&row.place))
        })
        .collect();
    let source = finding.source.as_ref().map(|_| {
        let spot = Spot::of(result, finding);
        format!("{}:{}", spot.path, spot.line())
    });
    [
        input.path.clone(),
        summary.map_or_else(String::new, |summary| summary.package.clone()),
        summary
            .and_then(|summary| summary.version_name.clone())
            .unwrap_or_default(),
        summary
            .and_then(|summary| summary.version_code)
            .map_or_else(String::new, |code| code.to_string()),
        finding.check.clone(),
        finding.refs.join(" "),
        finding.verdict.to_string(),
        finding.severity.to_string(),
        finding.confidence.to_string(),
        yes(fails),
        finding.subject.clone(),
        finding.owner.clone(),
        text.title.clone(),
        finding.reason.get(lang).to_owned(),
        evidence.join(pick(lang, "；", "; ")),
        basis(finding, lang),
        text.fix.trim().to_owned(),
        source.unwrap_or_default(),
        yes(finding.undecided),
        finding.standing.map_or("", Standing::word).to_owned(),
        finding
            .suppression
            .as_ref()
            .map_or_else(String::new, suppression),
        finding.fingerprint.clone(),
    ]
}

fn row(out: &mut String, cells: &[String; 22]) {
    for (index, text) in cells.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(&cell(text));
    }
    out.push_str("\r\n");
}

/// A cell: no control characters but line feeds; an apostrophe before what a
/// spreadsheet would run; quotes where they are needed.
fn cell(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(terminal).collect();
    let mut text = lines.join("\n");
    // Full-width forms count too, as some spreadsheets fold them; and so
    // does what stands behind blanks.
    let first = text.trim_start().chars().next();
    let runs = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
    );
    if runs {
        text.insert(0, '\'');
    }
    if text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_spreadsheet_runs_nothing_that_an_app_wrote() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", " =1", "\t=1", "\r=1"] {
            let cell = cell(formula);
            let text = cell.trim_matches('"');
            assert!(
                text.starts_with('\'') || text.starts_with('\\'),
                "{formula:?} gives {cell:?}"
            );
        }
        assert_eq!(cell("a=b"), "a=b");
    }

    #[test]
    fn quotes_follow_rfc_4180() {
        assert_eq!(cell("plain 商城"), "plain 商城");
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("say \"no\""), "\"say \"\"no\"\"\"");
        assert_eq!(cell("two\nlines"), "\"two\nlines\"");
    }
}
