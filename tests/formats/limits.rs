//! What is too much for a reader is cut, and the report says so.

use apkaudit::check::{Finding, Severity, Verdict};
use apkaudit::report::{Format, RunResult};

use super::{json, shop, shown};

/// The demo app with so many violations.
fn many(count: usize) -> RunResult {
    let mut result = shop();
    let first = result
        .findings
        .iter()
        .find(|f| f.asserts())
        .unwrap()
        .clone();
    let more = (0..count).map(|number| Finding {
        subject: format!("subject {number}"),
        fingerprint: format!("{number:032x}"),
        verdict: Verdict::Violation,
        severity: if number % 1000 == 0 {
            Severity::Critical
        } else {
            Severity::High
        },
        ..first.clone()
    });
    result.findings = more.collect();
    for input in &mut result.inputs {
        input.facts = None;
    }
    result
}

#[test]
fn sarif_keeps_the_gravest_results_that_code_scanning_shows() {
    let log = json(&many(6_000), Format::Sarif);
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 5_000);
    let critical = results
        .iter()
        .filter(|r| r["properties"]["severity"] == "critical");
    assert_eq!(critical.count(), 6);
    let told = run["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(told.contains("1000 more results are left out"), "{told}");
}

#[test]
fn a_step_has_ten_annotations_of_a_level() {
    let text = shown(&many(25), Format::GitHub);
    assert_eq!(text.matches("::error ").count(), 10);
    assert!(
        text.ends_with("apkaudit: 15 more annotations are left out (10 of each level are shown)\n")
    );
}

#[test]
fn a_comment_stays_below_the_limit_and_says_what_is_left_out() {
    let text = shown(&many(300), Format::Markdown);
    let units: usize = text.chars().map(char::len_utf16).sum();
    assert!(units <= 60_000, "{units}");
    assert!(
        text.contains("entries are left out; the JSON report has all"),
        "{text}"
    );
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
}
