//! SARIF 2.1.0, as code scanning of GitHub takes and shows it.
//!
//! Violations and risks are results of the rule that is their check. What a
//! person must look at is a note of a rule of its own, `<check>/review`,
//! without a score: a rule has one score for all of its results, and a
//! question must not be shown as a critical finding. (SARIF has the kind
//! `review` for this, which code scanning does not read.) What could not be
//! looked at, and the checks that therefore cannot decide, are notifications
//! of the run.

mod notifications;
mod rules;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::escape::terminal;
use super::result::RunResult;
use super::spot::{Spot, uri};
use super::text::{Shown, short_place};
use super::words::pick;
use crate::catalog::Lang;
use crate::check::{Finding, Severity, Verdict};
use crate::evidence::Place;
use rules::{Rules, review_id};

/// Results that code scanning shows; the gravest are kept.
const RESULTS: usize = 5_000;
/// Locations of a result that it accepts, and rows of evidence shown.
const ROWS: usize = 10;
/// Characters of a message; code scanning names no limit.
const MESSAGE: usize = 4_000;

/// The log of a run of `check`.
pub fn render(result: &RunResult, shown: Shown, lang: Lang) -> String {
    let mut findings: Vec<&Finding> = result
        .findings
        .iter()
        .filter(|finding| shown.shows(finding) && is_result(finding))
        .collect();
    // Stable: as in the result, within a step.
    findings.sort_by_key(|f| (!f.asserts(), f.severity, f.verdict, f.confidence));
    let dropped = findings.len().saturating_sub(RESULTS);
    findings.truncate(RESULTS);

    let rules = Rules::of(result, &findings, lang);
    let results: Vec<Value> = findings
        .iter()
        .filter_map(|finding| self::result(result, finding, &rules, lang))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": result.tool.name,
                "version": result.tool.version,
                "semanticVersion": result.tool.version,
                "properties": { "checkSet": result.tool.checks },
                "rules": rules.list,
                "notifications": notifications::kinds(lang),
            }},
            "automationDetails": { "id": category(result) },
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": result.inputs.iter().all(|input| input.error.is_none()),
                "toolExecutionNotifications": notifications::of(result, shown, dropped, lang),
                "toolConfigurationNotifications": notifications::of_settings(result, lang),
            }],
            "results": results,
        }],
    });
    super::json::pretty(&log)
}

/// Whether a finding is a result: it claims something, or asks something
/// particular.
fn is_result(finding: &Finding) -> bool {
    finding.asserts() || (finding.verdict == Verdict::Review && !finding.undecided)
}

/// Analyses of other apps in the same repository stand beside this one.
fn category(result: &RunResult) -> String {
    let mut packages = result
        .inputs
        .iter()
        .map(|input| input.summary.as_ref().map_or("", |s| s.package.as_str()));
    let package: String = match (packages.next(), packages.next()) {
        (Some(package), None) => package
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
            .take(100)
            .collect(),
        _ => String::new(),
    };
    let name = &result.tool.name;
    if package.is_empty() {
        format!("{name}/")
    } else {
        format!("{name}/{package}/")
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

fn result(result: &RunResult, finding: &Finding, rules: &Rules, lang: Lang) -> Option<Value> {
    let asks = !finding.asserts();
    let rule = if asks {
        review_id(&finding.check)
    } else {
        finding.check.clone()
    };
    let index = *rules.index.get(&rule)?;
    let spot = Spot::of(result, finding);
    // Several rows may show the same place, and SARIF wants each once.
    let places: BTreeSet<String> = finding
        .evidence
        .iter()
        .map(|row| logical_name(&row.place))
        .collect();
    let logical: Vec<Value> = places
        .iter()
        .take(ROWS)
        .map(|name| json!({ "fullyQualifiedName": name }))
        .collect();
    let mut location = physical(&spot);
    if let (false, Some(location)) = (logical.is_empty(), location.as_object_mut()) {
        location.insert("logicalLocations".to_owned(), logical.into());
    }
    let mut found = json!({
        "ruleId": rule,
        "ruleIndex": index,
        "level": if asks { "note" } else { level(finding.severity) },
        "message": { "text": message(finding, lang) },
        "locations": [location],
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{}:1", finding.fingerprint),
            "apkaudit/v1": finding.fingerprint,
        },
        "properties": {
            "verdict": finding.verdict,
            "severity": finding.severity,
            "confidence": finding.confidence,
            "subject": finding.subject,
            "owner": finding.owner,
        },
    });
    if let (Some(standing), Some(properties)) = (
        finding.standing,
        found.get_mut("properties").and_then(Value::as_object_mut),
    ) {
        properties.insert("standing".to_owned(), standing.word().into());
    }
    Some(found)
}

/// A place inside of the package.
fn logical_name(place: &Place) -> String {
    match &place.locator {
        Some(locator) => format!("{}#{locator}", place.file),
        None => place.file.clone(),
    }
}

fn physical(spot: &Spot) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&spot.path) },
        "region": { "startLine": spot.line() },
    }})
}

/// The first sentence stands in lists: it is what is the case.
fn message(finding: &Finding, lang: Lang) -> String {
    let text = finding.text.get(lang);
    let stop = pick(lang, "。", ".");
    let ends = text.title.ends_with(['.', '。', '?', '!', '？', '！']);
    let mut message = format!("{}{}", text.title, if ends { "" } else { stop });
    let reason = finding.reason.get(lang);
    if !reason.is_empty() {
        let _ = write!(message, "\n{reason}");
    }
    for row in finding.evidence.iter().take(ROWS) {
        let excerpt = row.excerpt.as_ref().map(|text| format!(" “{text}”"));
        let _ = write!(
            message,
            "\n- {}{} ({})",
            row.what.get(lang),
            excerpt.unwrap_or_default(),
            short_place(&row.place)
        );
    }
    let more = finding.evidence.len().saturating_sub(ROWS);
    if more > 0 {
        let _ = match lang {
            Lang::Zh => write!(message, "\n- 另有 {more} 处"),
            Lang::En => write!(message, "\n- and {more} more"),
        };
    }
    plain(&cut(&message, MESSAGE))
}

/// Text of a message: no control characters, and nothing that SARIF reads as
/// a link (`[text](1)`) or a placeholder (`{0}`).
fn plain(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(terminal).collect();
    let text = lines.join("\n").replace("](", "] (");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        out.push(c);
        if c == '{' && rest.peek().is_some_and(char::is_ascii_digit) {
            out.push(' ');
        }
    }
    out
}

/// The first `most` characters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let mut text: String = text.chars().take(most.saturating_sub(1)).collect();
    text.push('…');
    text
}
