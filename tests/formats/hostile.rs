//! What an app writes into its names and texts stays text in every format.

use apkaudit::report::{Format, RunResult};

use super::shapes::{junit, rows};
use super::{shop, shown};

/// How a hostile text may begin.
const BEGINNINGS: [&str; 14] = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "::error::x",
    "| a |",
    "`a`",
    "# a",
    "> a",
    "</summary>",
    "]]>",
    "",
];

/// What follows, for all readers at once.
const REST: &str = "\u{1b}[31m\u{202e}\u{0}\u{fffe}\r\n::set-output name=a::b\n=2 %0A, | `c` \
    <script>alert(1)</script> <img src=x> &lt; \"q\" 'q' @octocat #12 http://evil.example \
    [a](http://evil.example) [b](1) {0} ``` ~~~ --> ]]> \\ 商城";

/// The demo app with a hostile text wherever an app can write one.
fn hostile(text: &str) -> RunResult {
    let mut result = shop();
    let mut kept = 0;
    result.findings.retain(|finding| {
        kept += usize::from(finding.asserts());
        kept <= 3 || finding.undecided
    });
    for finding in &mut result.findings {
        for part in [&mut finding.subject, &mut finding.owner] {
            text.clone_into(part);
        }
        for title in [&mut finding.text.zh.title, &mut finding.text.en.title] {
            text.clone_into(title);
        }
        text.clone_into(&mut finding.reason.en);
        for row in &mut finding.evidence {
            text.clone_into(&mut row.what.en);
            text.clone_into(&mut row.place.file);
            row.place.locator = Some(text.to_owned());
            row.excerpt = Some(text.to_owned());
        }
        let mut source = apkaudit::evidence::Place::file(text).line(3);
        source.locator = None;
        finding.source = Some(source);
    }
    result.diagnostics.push(apkaudit::gate::Diagnostic {
        kind: apkaudit::gate::DiagnosticKind::StaleBaseline,
        level: apkaudit::gate::DiagnosticLevel::Deny,
        text: apkaudit::catalog::Bilingual::new(text, text),
        place: apkaudit::evidence::Place::file(text).line(3),
    });
    for input in &mut result.inputs {
        text.clone_into(&mut input.path);
        input.facts = None;
        let summary = input.summary.as_mut().unwrap();
        text.clone_into(&mut summary.package);
        summary.version_name = Some(text.to_owned());
        input.gaps.push(apkaudit::evidence::Gap {
            part: apkaudit::evidence::Part::Code,
            kind: apkaudit::evidence::GapKind::Malformed,
            place: apkaudit::evidence::Place::file(text),
            detail: text.to_owned(),
        });
    }
    result
}

#[test]
fn a_hostile_text_stays_text_in_every_format() {
    for beginning in BEGINNINGS {
        let result = hostile(&format!("{beginning}{REST}"));
        for format in Format::ALL {
            if format.needs_facts() {
                continue;
            }
            let text = shown(&result, *format);
            let text = if *format == Format::Text {
                anstream::adapter::strip_str(&text).to_string()
            } else {
                text
            };
            let told = format!("{format:?} with {beginning:?}:\n{text}");
            only_text(*format, &text, &told);
            match format {
                Format::Concise => {
                    assert!(text.lines().count() <= result.findings.len(), "{told}");
                    assert!(
                        !text.lines().any(|line| line.starts_with("::set")),
                        "{told}"
                    );
                }
                Format::GitHub => annotations(&text, &told),
                Format::Csv => table(&text, &told),
                Format::Markdown => markdown(&text, &told),
                Format::JUnit => {
                    junit(&text);
                }
                Format::Json | Format::Sarif | Format::GitLab | Format::Metrics => {
                    serde_json::from_str::<serde_json::Value>(&text).expect(&told);
                }
                Format::Text | Format::CycloneDx => {}
            }
        }
    }
}

/// No control characters but line ends, no marks that reorder or hide text.
fn only_text(format: Format, text: &str, told: &str) {
    let text = match format {
        Format::Csv => text.trim_start_matches('\u{feff}').replace("\r\n", "\n"),
        _ => text.to_owned(),
    };
    for c in text.chars().filter(|c| *c != '\n') {
        let harmful = c.is_control() || matches!(c, '\u{202e}' | '\u{feff}' | '\u{fffe}');
        // A noncharacter is only forbidden in XML.
        let harmful = harmful && (c != '\u{fffe}' || format == Format::JUnit);
        assert!(!harmful, "{c:?} in {told}");
    }
}

fn annotations(text: &str, told: &str) {
    for line in text.lines() {
        let ours = ["::error ", "::warning ", "::notice ", "apkaudit: "];
        assert!(
            ours.iter().any(|start| line.starts_with(start)),
            "{line} in {told}"
        );
        if let Some((command, _)) = line.trim_start_matches("::").split_once("::") {
            let properties = command.split_once(' ').unwrap().1;
            let names: Vec<_> = properties.split(',').map(|p| p.split('=').next()).collect();
            assert_eq!(names, [Some("file"), Some("line"), Some("title")], "{told}");
        }
    }
}

fn table(text: &str, told: &str) {
    for cell in rows(text).iter().flatten() {
        let first = cell.trim_start().chars().next();
        assert!(
            !matches!(first, Some('=' | '+' | '-' | '@')),
            "{cell:?} in {told}"
        );
    }
}

fn markdown(text: &str, told: &str) {
    let mut fenced = false;
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        // What is in backticks is text, and so is Markdown between tags.
        let html = line.starts_with("<details>");
        let parts: String = if html {
            line.replace("](", "")
        } else {
            line.replace("\\`", "").split('`').step_by(2).collect()
        };
        for markup in [
            "<script",
            "<img",
            "](http",
            "@octocat",
            "http://evil",
            "#12",
        ] {
            let at = parts.find(markup);
            let escaped = at.is_some_and(|at| parts[..at].ends_with('\\'));
            assert!(at.is_none() || escaped, "{markup} in {line:?} of {told}");
        }
        if html {
            assert_eq!(line.matches("</summary>").count(), 1, "{line} in {told}");
        }
        if line.starts_with("| ") {
            let bars = line.replace("\\|", "").matches('|').count();
            assert_eq!(bars, 9, "{line} in {told}");
        }
    }
    assert!(!fenced, "{told}");
    let closed = text.lines().filter(|line| *line == "</details>").count();
    assert_eq!(text.matches("<details>").count(), closed, "{told}");
}
