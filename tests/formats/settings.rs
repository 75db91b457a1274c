//! What is wrong with the settings, and what a baseline or a suppression took
//! away, in every format.

use apkaudit::catalog::Bilingual;
use apkaudit::check::{Standing, Suppressed, SuppressedBy};
use apkaudit::evidence::Place;
use apkaudit::gate::{Diagnostic, DiagnosticKind, DiagnosticLevel};
use apkaudit::report::{Format, Profile, RunResult, Shown, View, render};
use serde_json::Value;

use super::shapes::{junit, rows};
use super::{VIEW, json, shop, shown};

/// The demo app: a suppression ended and that is denied, an entry of the
/// baseline is stale and that is told, one finding is known and one accepted.
fn settled() -> RunResult {
    let mut result = shop();
    result.diagnostics = vec![
        Diagnostic {
            kind: DiagnosticKind::ExpiredSuppression,
            level: DiagnosticLevel::Deny,
            text: Bilingual::new("屏蔽已到期", "the suppression of self-launch ended"),
            place: Place::file("conf/apkaudit.toml").line(14),
        },
        Diagnostic {
            kind: DiagnosticKind::StaleBaseline,
            level: DiagnosticLevel::Warn,
            text: Bilingual::new("基线过时", "an entry is not found any more"),
            place: Place::file("conf/known.json"),
        },
    ];
    let mut asserting = result.findings.iter_mut().filter(|f| f.asserts());
    for (standing, by, until, reason) in [
        (Some(Standing::Known), SuppressedBy::Baseline, None, ""),
        (None, SuppressedBy::Config, Some("2026-12-31"), "PRIV-214"),
    ] {
        let finding = asserting.next().unwrap();
        finding.suppressed = true;
        finding.standing = standing;
        finding.suppression = Some(Suppressed {
            by,
            reason: reason.to_owned(),
            until: until.map(str::to_owned),
            place: "conf/apkaudit.toml:3".to_owned(),
        });
    }
    asserting.next().unwrap().standing = Some(Standing::New);
    result
}

#[test]
fn code_scanning_is_told_of_the_settings_at_their_lines() {
    let log = json(&settled(), Format::Sarif);
    let told = &log["runs"][0]["invocations"][0]["toolConfigurationNotifications"];
    let told = told.as_array().unwrap();
    let at = |index: usize| &told[index]["locations"][0]["physicalLocation"];
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["level"], "error");
    assert_eq!(at(0)["artifactLocation"]["uri"], "conf/apkaudit.toml");
    assert_eq!(at(0)["region"]["startLine"], 14);
    assert_eq!(told[1]["level"], "warning");
    let ids: Vec<&Value> = log["runs"][0]["tool"]["driver"]["notifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| &kind["id"])
        .collect();
    assert!(ids.contains(&&told[0]["descriptor"]["id"]), "{ids:?}");
}

#[test]
fn merge_requests_and_annotations_show_the_settings() {
    let issues = json(&settled(), Format::GitLab);
    let issue = |name: &str| {
        let issues = issues.as_array().unwrap().iter();
        let mut named = issues.filter(|issue| issue["check_name"] == name);
        named.next().unwrap().clone()
    };
    let expired = issue("expired-suppression");
    assert_eq!(expired["severity"], "critical");
    assert_eq!(expired["location"]["lines"]["begin"], 14);
    assert_eq!(issue("stale-baseline")["severity"], "minor");

    let annotations = shown(&settled(), Format::GitHub);
    let error = "::error file=conf/apkaudit.toml,line=14,title=expired-suppression::";
    assert!(annotations.contains(error), "{annotations}");
    let warning = "::warning file=conf/known.json,line=1,title=stale-baseline::";
    assert!(annotations.contains(warning), "{annotations}");

    let comment = shown(&settled(), Format::Markdown);
    let row = "- error: `conf/apkaudit.toml:14`: the suppression of self-launch ended";
    assert!(comment.contains(row), "{comment}");
}

#[test]
fn a_denied_setting_is_a_failed_test() {
    let of_suite = |result: &RunResult| {
        let elements = junit(&shown(result, Format::JUnit));
        let is_settings = |attributes: &[(String, String)]| {
            attributes.contains(&("name".to_owned(), "apkaudit settings".to_owned()))
        };
        let suite = elements.iter().find(|(_, with)| is_settings(with));
        suite.map(|(_, attributes)| attributes.clone())
    };
    let suite = of_suite(&settled()).unwrap();
    let number = |name: &str| {
        let value = suite.iter().find(|(key, _)| key == name);
        value.unwrap().1.parse::<usize>().unwrap()
    };
    assert_eq!((number("tests"), number("failures")), (2, 1));
    assert_eq!(of_suite(&shop()), None);
}

#[test]
fn a_table_of_everything_has_what_was_taken_away() {
    let table = |profile| {
        let view = View {
            shown: Shown {
                profile,
                ..VIEW.shown
            },
            ..VIEW
        };
        rows(&render(&settled(), Format::Csv, &view).unwrap())
    };
    let rows = table(Profile::Audit);
    let column = |name: &str| rows[0].iter().position(|cell| cell == name).unwrap();
    let (verdict, suppression, standing, gate) = (
        column("verdict"),
        column("suppression"),
        column("standing"),
        column("fails_gate"),
    );
    let taken: Vec<&str> = rows[1..]
        .iter()
        .filter(|row| !row[suppression].is_empty())
        .map(|row| {
            assert_eq!(row[gate], "no");
            row[suppression].as_str()
        })
        .collect();
    assert_eq!(
        taken,
        [
            "conf/apkaudit.toml:3",
            "conf/apkaudit.toml:3 until 2026-12-31: PRIV-214"
        ]
    );
    let with = |word: &str| rows.iter().filter(|row| row[standing] == word).count();
    assert_eq!((with("known"), with("new")), (1, 1));
    let settings: Vec<_> = rows
        .iter()
        .filter(|row| row[verdict] == "settings")
        .collect();
    assert_eq!(settings.len(), 2);
    assert_eq!(settings[0][column("source")], "conf/apkaudit.toml:14");
    assert_eq!(settings[0][gate], "yes");

    let usual = table(Profile::Review);
    assert!(usual[1..].iter().all(|row| row[suppression].is_empty()));
}

#[test]
fn red_lines_can_be_drawn_for_what_is_new() {
    let metrics = json(&settled(), Format::Metrics);
    assert_eq!(metrics["diagnostics"], 2);
    assert_eq!(metrics["baseline.known"], 1);
    assert_eq!(metrics["baseline.new"], 1);
    assert_eq!(metrics["baseline.grown"], 0);
    assert_eq!(metrics["findings.suppressed"], 2);
}
