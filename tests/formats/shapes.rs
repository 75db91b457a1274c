//! Formats held against the documented shape of their readers. The official
//! schemas are fetched and asked by `tests/formats/official.py`.

use std::collections::BTreeSet;

use apkaudit::report::{Format, csv};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use super::{checked, json, shop, shown};

const APPS: [&str; 3] = [
    "fixtures/apps/shop/shop.apk",
    "fixtures/hostile/truncated.apk",
    "fixtures/apps/bundle/bundle.aab",
];

#[test]
fn code_scanning_takes_the_sarif() {
    let mut result = checked(&APPS);
    result.inputs[0].path = "/home/me/build/示例 app.apk".to_owned();
    let suppressed = result.findings.iter_mut().find(|f| f.asserts()).unwrap();
    suppressed.suppressed = true;
    let suppressed = suppressed.fingerprint.clone();
    let log = json(&result, Format::Sarif);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(rules.len() >= result.selection.unwrap().checks, "all rules");
    for rule in rules {
        sarif_rule(rule);
    }
    for found in results {
        let rule = &rules[usize::try_from(found["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(found["ruleId"], rule["id"]);
        sarif_result(found);
        assert_ne!(found["partialFingerprints"]["apkaudit/v1"], suppressed);
    }
    let uris: BTreeSet<&str> = results.iter().map(uri).collect();
    let name = "%E7%A4%BA%E4%BE%8B%20app.apk";
    assert_eq!(uris.into_iter().collect::<Vec<_>>(), [name, APPS[2]]);

    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let told = invocation["toolExecutionNotifications"].as_array().unwrap();
    let kinds: BTreeSet<&str> = told
        .iter()
        .map(|notification| notification["descriptor"]["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        ["not-seen", "refused", "undecided"]
    );
}

fn uri(found: &Value) -> &str {
    let place = &found["locations"][0]["physicalLocation"];
    place["artifactLocation"]["uri"].as_str().unwrap()
}

fn sarif_rule(rule: &Value) {
    let id = rule["id"].as_str().unwrap();
    let text = |path: &str| {
        rule.pointer(path)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    for path in ["/shortDescription/text", "/fullDescription/text"] {
        let length = text(path).chars().count();
        assert!((1..=1024).contains(&length), "{id} {path}: {length}");
    }
    for path in ["/help/text", "/help/markdown"] {
        assert!(text(path).len() > 100, "{id} {path}");
    }
    assert!(
        rule.get("helpUri").is_none(),
        "{id}: no address is invented"
    );
    let tags = rule["properties"]["tags"].as_array().unwrap();
    assert!(tags.len() <= 20, "{id}: {tags:?}");
    assert_eq!(
        tags.iter()
            .map(Value::as_str)
            .collect::<BTreeSet<_>>()
            .len(),
        tags.len()
    );
    let precision = text("/properties/precision");
    assert!(["high", "medium", "low"].contains(&precision), "{id}");
    let asks = id.ends_with("/review");
    let score = rule["properties"].get("security-severity");
    assert_eq!(score.is_none(), asks, "{id}: a question has no score");
    if let Some(score) = score {
        let score: f32 = score.as_str().unwrap().parse().unwrap();
        assert!((0.0..=10.0).contains(&score), "{id}: {score}");
    }
}

fn sarif_result(found: &Value) {
    let id = found["ruleId"].as_str().unwrap();
    assert!(!found["message"]["text"].as_str().unwrap().is_empty());
    let locations = found["locations"].as_array().unwrap();
    assert!((1..=10).contains(&locations.len()));
    let uri = uri(found);
    assert!(
        !uri.starts_with('/') && !uri.contains([':', '\\', ' ']),
        "{uri}"
    );
    let line = &locations[0]["physicalLocation"]["region"]["startLine"];
    assert!(line.as_u64().unwrap() >= 1);
    let hash = &found["partialFingerprints"]["primaryLocationLineHash"];
    assert!(hash.as_str().unwrap().ends_with(":1"));
    let level = found["level"].as_str().unwrap();
    assert_eq!(
        id.ends_with("/review"),
        found["properties"]["verdict"] == "review"
    );
    assert!(["error", "warning", "note"].contains(&level));
    assert!(level == "note" || !id.ends_with("/review"));
}

#[test]
fn gitlab_takes_the_code_quality_report() {
    let mut result = checked(&[APPS[0], APPS[0], APPS[1]]);
    result.inputs[1].path = "fixtures/apps/shop/other.apk".to_owned();
    let issues = json(&result, Format::GitLab);
    let issues = issues.as_array().unwrap();
    let mut seen = BTreeSet::new();
    for issue in issues {
        assert!(!issue["description"].as_str().unwrap().is_empty());
        assert!(!issue["check_name"].as_str().unwrap().is_empty());
        let severity = issue["severity"].as_str().unwrap();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        assert!(
            !issue["location"]["path"]
                .as_str()
                .unwrap()
                .starts_with("./")
        );
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        let fingerprint = issue["fingerprint"].as_str().unwrap();
        assert!(seen.insert(fingerprint.to_owned()), "{fingerprint} twice");
    }
    assert!(issues.len() > 60, "{}", issues.len());
}

/// What a JUnit report may hold: for each element its attributes, the first
/// so many of which it must have, and what may stand in it.
const JUNIT: [(&str, &[&str], usize, &[&str]); 7] = [
    (
        "testsuites",
        &["name", "tests", "failures", "errors"],
        0,
        &["testsuite"],
    ),
    (
        "testsuite",
        &["name", "tests", "failures", "errors", "skipped"],
        4,
        &["testcase"],
    ),
    (
        "testcase",
        &["name", "classname"],
        2,
        &["failure", "error", "skipped", "system-out"],
    ),
    ("failure", &["type", "message"], 1, &[]),
    ("error", &["type", "message"], 1, &[]),
    ("skipped", &["type", "message"], 0, &[]),
    ("system-out", &[], 0, &[]),
];

/// Elements of a JUnit report with their attributes; panics if it is none.
pub(crate) fn junit(xml: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut reader = Reader::from_str(xml);
    let (mut open, mut elements) = (Vec::<String>::new(), Vec::new());
    loop {
        let event = reader.read_event().unwrap();
        let (start, empty) = match &event {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        let name = start.name().as_ref().to_owned();
        let find = |name: &str| JUNIT.iter().find(|row| row.0 == name).unwrap();
        let (_, allowed, needed, _) = find(&name);
        if let Some(parent) = open.last() {
            assert!(find(parent).3.contains(&&*name), "{name} in {parent}");
        }
        let attributes: Vec<(String, String)> = start
            .attributes()
            .map(|attribute| {
                let attribute = attribute.unwrap();
                let value = attribute.value.to_string();
                (attribute.key.as_ref().to_owned(), value)
            })
            .collect();
        for (key, _) in &attributes {
            assert!(allowed.contains(&&**key), "{key} of {name}");
        }
        for key in &allowed[..*needed] {
            assert!(
                attributes.iter().any(|(has, _)| has == key),
                "{name} without {key}"
            );
        }
        elements.push((name.clone(), attributes));
        if !empty {
            open.push(name);
        }
    }
    assert!(open.is_empty());
    elements
}

#[test]
fn jenkins_takes_the_junit_report_and_its_numbers_add_up() {
    let result = checked(&APPS);
    let elements = junit(&shown(&result, Format::JUnit));
    let count = |name: &str| elements.iter().filter(|(is, _)| is == name).count();
    let told = |name: &str| -> usize {
        let suites = elements.iter().filter(|(is, _)| is == "testsuite");
        let values = suites.flat_map(|(_, attributes)| attributes);
        let values = values.filter(|(key, _)| key == name);
        values
            .map(|(_, value)| value.parse::<usize>().unwrap())
            .sum()
    };
    assert_eq!(count("testsuite"), 3);
    assert_eq!((count("error"), told("errors")), (1, 1));
    assert_eq!(count("testcase"), told("tests"));
    assert_eq!(count("skipped"), told("skipped"));
    assert_eq!(count("failure"), told("failures"));
    // One case a check: several findings of one check fail once.
    let threshold = result.gate.unwrap().threshold.unwrap();
    let failing = result.findings.iter().filter(|f| threshold.fails(f));
    let checks: BTreeSet<_> = failing.map(|f| (f.input, &f.check)).collect();
    assert_eq!(count("failure"), checks.len());
}

#[test]
fn a_spreadsheet_reads_the_table() {
    let text = shown(&checked(&APPS), Format::Csv);
    let rows = rows(&text);
    assert_eq!(rows[0], csv::COLUMNS);
    assert!(rows.iter().all(|row| row.len() == csv::COLUMNS.len()));
    let refused: Vec<_> = rows.iter().filter(|row| row[6] == "refused").collect();
    assert_eq!((refused.len(), &*refused[0][0]), (1, APPS[1]));
}

/// Rows and cells by RFC 4180; panics where it is broken.
pub(crate) fn rows(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("Excel wants the mark");
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut rest = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(rest.next(), Some('\n'), "CR without LF");
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\n' if !quoted => panic!("LF without CR"),
            c => cell.push(c),
        }
    }
    assert!(
        !quoted && row.is_empty() && cell.is_empty(),
        "ends with CRLF"
    );
    rows
}

#[test]
fn metrics_are_flat_numbers_under_names_that_stay() {
    let metrics = json(&shop(), Format::Metrics);
    let metrics = metrics.as_object().unwrap();
    assert!(metrics.values().all(Value::is_u64));
    let documented = include_str!("../../docs/formats.md");
    for name in metrics.keys() {
        assert!(
            documented.contains(&format!("`{name}`")),
            "{name} is not documented"
        );
    }
    let clean = json(
        &checked(&["fixtures/apps/clean/clean.apk"]),
        Format::Metrics,
    );
    let names = |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(metrics), names(clean.as_object().unwrap()));
    assert_eq!(metrics["gate.passed"], 0);
    assert_eq!(clean["gate.passed"], 1);
}

#[test]
fn the_columns_of_the_table_are_documented() {
    let documented = include_str!("../../docs/formats.md");
    for column in csv::COLUMNS {
        assert!(documented.contains(&format!("`{column}`")), "{column}");
    }
}
