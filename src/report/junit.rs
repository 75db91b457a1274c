//! JUnit test report: a suite for each input, a case for each check that
//! ran. What fails the gate is a failure; what stays below its threshold is
//! told in the output of a case that passes; what a person must look at is
//! skipped, as nobody has decided it. An input that was refused is an error.
//! What is wrong with the settings has a suite of its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::terminal;
use super::result::{Input, RunResult};
use super::text::{basis, short_place};
use super::words::pick;
use crate::catalog::Lang;
use crate::check::{Finding, Verdict};
use crate::gate::{Diagnostic, DiagnosticKind, Threshold};

/// The report of a run of `check`; without times, which would differ from
/// run to run.
pub fn render(result: &RunResult, lang: Lang) -> String {
    let threshold = result.gate.as_ref().and_then(|gate| gate.threshold);
    let mut suites: Vec<Suite> = result
        .inputs
        .iter()
        .enumerate()
        .map(|(index, input)| suite(result, index, input, threshold, lang))
        .collect();
    if !result.diagnostics.is_empty() {
        suites.push(settings(&result.diagnostics, lang));
    }
    let sum = |count: fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        escaped(&result.tool.name),
        sum(|suite| suite.tests),
        sum(|suite| suite.failures),
        sum(|suite| suite.errors),
    );
    for suite in &suites {
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
            escaped(&suite.name),
            suite.tests,
            suite.failures,
            suite.errors,
            suite.skipped
        );
        out.push_str(&suite.cases);
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

#[derive(Default)]
struct Suite {
    name: String,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    cases: String,
}

fn suite(
    result: &RunResult,
    index: usize,
    input: &Input,
    threshold: Option<Threshold>,
    lang: Lang,
) -> Suite {
    let mut suite = Suite {
        name: input.path.clone(),
        ..Suite::default()
    };
    let package = input.summary.as_ref().map_or("", |s| s.package.as_str());
    let class = if package.is_empty() {
        input.path.as_str()
    } else {
        package
    };
    if let Some(error) = &input.error {
        suite.tests = 1;
        suite.errors = 1;
        let error = error.get(lang);
        let content = element("error", "refused", error, error);
        case(&mut suite.cases, class, "open", &content);
        return suite;
    }
    let mut by_check: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in result.findings.iter().filter(|f| f.input == index) {
        by_check.entry(&finding.check).or_default().push(finding);
    }
    for (check, findings) in by_check {
        suite.tests += 1;
        let live = || findings.iter().filter(|finding| !finding.suppressed);
        let fails = |f: &Finding| threshold.is_some_and(|threshold| threshold.fails(f));
        let failing: Vec<&Finding> = live().filter(|f| fails(f)).copied().collect();
        let below: Vec<&Finding> = live()
            .filter(|f| f.asserts() && !fails(f))
            .copied()
            .collect();
        let asks: Vec<&Finding> = live()
            .filter(|f| f.verdict == Verdict::Review)
            .copied()
            .collect();
        let mut content = String::new();
        if let Some(first) = failing.first() {
            suite.failures += 1;
            content = element(
                "failure",
                first.severity.word(),
                &titles(&failing, lang),
                &told(&failing, lang),
            );
        } else if below.is_empty() && !asks.is_empty() {
            suite.skipped += 1;
            let asked = asks.first().map_or("", |first| first.reason.get(lang));
            let message = format!("{} – {asked}", titles(&asks, lang));
            content = element("skipped", "review", &message, "");
        }
        let mut beside = below;
        if !content.starts_with("<skipped") {
            beside.extend(asks);
        }
        if !beside.is_empty() {
            let text = told(&beside, lang);
            let _ = write!(content, "<system-out>{}</system-out>", escaped(&text));
        }
        case(&mut suite.cases, class, check, &content);
    }
    suite
}

/// A case for each kind of what is wrong with the settings; one that is
/// denied fails.
fn settings(diagnostics: &[Diagnostic], lang: Lang) -> Suite {
    let mut suite = Suite {
        name: "apkaudit settings".to_owned(),
        ..Suite::default()
    };
    for kind in DiagnosticKind::ALL {
        let of_kind: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.kind == kind).collect();
        let Some(first) = of_kind.first() else {
            continue;
        };
        suite.tests += 1;
        let text = of_kind.iter().fold(String::new(), |mut text, one| {
            let place = short_place(&one.place);
            let _ = writeln!(text, "{place}: {}", terminal(one.text.get(lang)));
            text
        });
        let content = if first.fails() {
            suite.failures += 1;
            element("failure", "denied", first.text.get(lang), &text)
        } else {
            format!("<system-out>{}</system-out>", escaped(&text))
        };
        case(&mut suite.cases, "settings", kind.word(), &content);
    }
    suite
}

fn case(out: &mut String, class: &str, name: &str, content: &str) {
    let (class, name) = (escaped(class), escaped(name));
    let _ = write!(out, "    <testcase classname=\"{class}\" name=\"{name}\"");
    if content.is_empty() {
        out.push_str("/>\n");
    } else {
        let _ = writeln!(out, ">{content}</testcase>");
    }
}

fn element(name: &str, kind: &str, message: &str, text: &str) -> String {
    format!(
        "<{name} type=\"{kind}\" message=\"{}\">{}</{name}>",
        escaped(&terminal(message)),
        escaped(text)
    )
}

fn titles(findings: &[&Finding], lang: Lang) -> String {
    let titles = findings.iter().map(|f| f.text.get(lang).title.as_str());
    titles.collect::<Vec<_>>().join("; ")
}

/// Findings in full, with what to do.
fn told(findings: &[&Finding], lang: Lang) -> String {
    let mut out = String::new();
    for finding in findings {
        let text = finding.text.get(lang);
        let _ = writeln!(
            out,
            "\n{} · {} · {} · {}",
            text.title, finding.verdict, finding.severity, finding.confidence
        );
        let _ = writeln!(out, "{}", finding.reason.get(lang));
        for row in &finding.evidence {
            let place = short_place(&row.place);
            let _ = writeln!(out, "- {} ({place})", row.what.get(lang));
        }
        let basis = basis(finding, lang);
        if !basis.is_empty() {
            let _ = writeln!(out, "{}: {basis}", pick(lang, "依据", "basis"));
        }
    }
    if let Some(first) = findings.first() {
        let fix = first.text.get(lang).fix.trim();
        let _ = writeln!(out, "\n{}:\n{fix}", pick(lang, "修复", "fix"));
        let _ = writeln!(out, "apkaudit explain {}", first.check);
    }
    out
}

/// Text for XML 1.0: what it may not hold at all becomes visible.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push(c),
            c if super::escape::is_unsafe(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                out.extend(c.escape_unicode());
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn xml_has_no_markup_and_no_control_characters_of_an_app() {
        assert_eq!(
            escaped("]]></a> \"x\" & \u{1b}[31m\u{fffe}"),
            "]]&gt;&lt;/a&gt; &quot;x&quot; &amp; \\u{1b}[31m\\u{fffe}"
        );
        assert_eq!(escaped("商城\nb"), "商城\nb");
    }
}
