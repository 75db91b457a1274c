//! The engine on one small check and variations of it.

use std::sync::Arc;

use super::shape::Sample;
use super::{CheckErrors, Checks, Confidence, Finding, Severity, Verdict};
use crate::evidence::{Gap, GapKind, Part, Place};
use crate::facts::Facts;
use crate::manifest::UsesPermission;

const CAMERA: &str = include_str!("../../fixtures/engine/camera-asked.toml");

fn load(text: &str) -> Result<Checks, CheckErrors> {
    let mut checks = Checks::none();
    let mut faults = Vec::new();
    let file = "d/camera-asked.toml";
    checks.add(file, file, &Arc::from(text), &mut faults);
    checks.finish(faults)
}

/// The camera check with one passage replaced.
fn variation(passage: &str, instead: &str) -> String {
    assert!(CAMERA.contains(passage), "the check has {passage:?}");
    CAMERA.replacen(passage, instead, 1)
}

fn findings(text: &str, facts: &Facts) -> Vec<Finding> {
    match load(text) {
        Ok(checks) => checks.evaluate(facts),
        Err(errors) => panic!("{errors}"),
    }
}

fn only(text: &str, facts: &Facts) -> Finding {
    let mut findings = findings(text, facts);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.remove(0)
}

/// An app with nothing in it but these permissions.
fn app(permissions: &[&str]) -> Facts {
    let bare = Sample {
        items: false,
        truth: false,
    };
    let mut facts = bare.facts();
    facts.identity.package = "com.example.a".to_owned();
    facts.permissions.requested = permissions
        .iter()
        .map(|name| UsesPermission {
            name: (*name).to_owned(),
            place: Place::file("AndroidManifest.xml").line(7),
            ..UsesPermission::default()
        })
        .collect();
    facts
}

fn camera() -> Facts {
    app(&["android.permission.INTERNET", "android.permission.CAMERA"])
}

fn gap(part: Part) -> Gap {
    Gap {
        part,
        kind: GapKind::Malformed,
        place: Place::file("AndroidManifest.xml"),
        detail: "chunk ends at 12".to_owned(),
    }
}

#[test]
fn a_rule_that_holds_gives_a_finding_with_everything_a_reader_needs() {
    let finding = only(CAMERA, &camera());
    assert_eq!(finding.verdict, Verdict::Risk);
    assert_eq!(finding.severity, Severity::Medium);
    assert_eq!(finding.confidence, Confidence::High);
    assert_eq!(finding.subject, "android.permission.CAMERA");
    assert_eq!(finding.owner, "app");
    assert_eq!(
        finding.text.en.title,
        "The app asks for android.permission.CAMERA"
    );
    assert_eq!(finding.text.zh.title, "应用申请 android.permission.CAMERA");
    assert_eq!(finding.reason.en, "it is declared in the manifest");
    let [row] = finding.evidence.as_slice() else {
        panic!("{:?}", finding.evidence)
    };
    assert_eq!(row.what.en, "android.permission.CAMERA");
    assert_eq!(row.place, Place::file("AndroidManifest.xml").line(7));
    assert_eq!(finding.clauses[0].id, "R191-4.1");
    assert!(finding.clauses[0].text.zh.contains("认定方法"));
    assert_eq!(finding.labels.miit[0].text.zh, "超范围收集个人信息");
}

#[test]
fn without_a_rule_that_holds_the_check_passes_and_says_what_it_saw() {
    let finding = only(CAMERA, &app(&["android.permission.INTERNET"]));
    assert_eq!(finding.verdict, Verdict::Pass);
    assert_eq!(finding.text.en.title, "The app asks for the camera");
    assert_eq!(
        finding.reason.en,
        "nothing of this kind was found; seen in full: manifest"
    );
}

#[test]
fn a_needed_part_that_could_not_be_seen_turns_pass_into_review() {
    let mut facts = app(&[]);
    facts.gaps.push(gap(Part::Manifest));
    let finding = only(CAMERA, &facts);
    assert_eq!(finding.verdict, Verdict::Review);
    assert_eq!(finding.confidence, Confidence::Low);
    assert_eq!(finding.reason.zh, "未能完整查看：清单文件");
    assert_eq!(
        finding.evidence[0].excerpt.as_deref(),
        Some("chunk ends at 12")
    );
    facts.gaps = vec![gap(Part::Native)];
    assert_eq!(only(CAMERA, &facts).verdict, Verdict::Pass);
}

#[test]
fn what_was_found_stands_although_another_part_of_the_file_is_hidden() {
    let mut facts = camera();
    facts.gaps.push(gap(Part::Manifest));
    assert_eq!(only(CAMERA, &facts).verdict, Verdict::Risk);
}

#[test]
fn a_claim_of_absence_becomes_review_when_the_part_it_rests_on_is_hidden() {
    let text = variation(
        "confidence = \"high\"",
        "confidence = \"high\"\nneeds = [\"code\"]",
    );
    let mut facts = camera();
    assert_eq!(only(&text, &facts).verdict, Verdict::Risk);
    facts.gaps.push(gap(Part::Code));
    let finding = only(&text, &facts);
    assert_eq!(finding.verdict, Verdict::Review);
    assert_eq!(
        finding.reason.en,
        "could not be looked at in full: code; it is declared in the manifest"
    );
    assert_eq!(finding.evidence.len(), 2);
}

#[test]
fn a_check_that_does_not_apply_says_so_unless_the_manifest_is_hidden() {
    let mut facts = camera();
    facts.identity.package.clear();
    assert_eq!(only(CAMERA, &facts).verdict, Verdict::NotApplicable);
    facts.gaps.push(gap(Part::Manifest));
    assert_eq!(only(CAMERA, &facts).verdict, Verdict::Review);
}

#[test]
fn a_group_is_one_finding_with_a_row_for_every_item() {
    let text = variation("for = \"permission\"", "for = \"permission\"\ngroup = true")
        .replace("permission.name == 'android.permission.CAMERA'", "true")
        .replace("{{ permission.name }}", "{{ count }}: {{ items[0].name }}");
    let finding = only(&text, &camera());
    assert_eq!(finding.subject, "app");
    assert_eq!(
        finding.text.en.title,
        "The app asks for 2: android.permission.INTERNET"
    );
    let rows: Vec<&str> = finding
        .evidence
        .iter()
        .map(|row| row.what.en.as_str())
        .collect();
    assert_eq!(
        rows,
        ["android.permission.INTERNET", "android.permission.CAMERA"]
    );
}

#[test]
fn evidence_can_go_over_a_list_with_a_filter() {
    let row = r#"
[[rule.evidence]]
each = "permissions.requested"
if = "it.name.endswith('CAMERA')"
what.zh = "{{ it.name }}（{{ app.package }}）"
what.en = "{{ it.name }} of {{ app.package }}"
excerpt = "it.name"
[[example]]"#;
    let finding = only(&variation("[[example]]", row), &camera());
    assert_eq!(finding.evidence.len(), 1);
    assert_eq!(
        finding.evidence[0].what.en,
        "android.permission.CAMERA of com.example.a"
    );
    assert_eq!(finding.evidence[0].place.file, "AndroidManifest.xml");
    assert_eq!(
        finding.evidence[0].excerpt.as_deref(),
        Some("android.permission.CAMERA")
    );
}

#[test]
fn findings_on_one_subject_become_one_and_the_gravest_speaks() {
    let second = r#"
[[rule]]
for = "app"
when = "true"
verdict = "violation"
confidence = "medium"
severity = "high"
subject = "android.permission.CAMERA"
title = { zh = "二", en = "second" }
reason = { zh = "二", en = "second" }
[[example]]"#;
    let finding = only(&variation("[[example]]", second), &camera());
    assert_eq!(finding.verdict, Verdict::Violation);
    assert_eq!(finding.severity, Severity::High);
    assert_eq!(finding.text.en.title, "Second");
    assert_eq!(finding.evidence.len(), 2);
}

#[test]
fn a_condition_that_fails_on_an_app_becomes_review_and_loses_no_other_finding() {
    // A sample cannot tell that the second word may not be there.
    let text = variation(
        "permission.name == 'android.permission.CAMERA'",
        "permission.name.split('.')[2] == 'CAMERA'",
    );
    let found = findings(&text, &app(&["odd", "android.permission.CAMERA"]));
    let verdicts: Vec<_> = found
        .iter()
        .map(|f| (f.verdict, f.subject.as_str()))
        .collect();
    assert_eq!(
        verdicts,
        [
            (Verdict::Risk, "android.permission.CAMERA"),
            (Verdict::Review, "rule 1")
        ]
    );
    assert!(
        found[1].reason.en.contains("rule 1 has no value"),
        "{}",
        found[1].reason.en
    );
}

#[test]
fn a_group_is_divided_by_what_items_have_in_common() {
    let divided = "for = \"permission\"\ngroup = true\nby = \"permission.name | length\"\n\
                   subject = \"{{ key }} letters\"";
    let text = variation("for = \"permission\"", divided)
        .replace("permission.name == 'android.permission.CAMERA'", "true")
        .replace("{{ permission.name }}", "{{ key }}: {{ count }}");
    let facts = app(&["com.example.ONE", "com.A", "com.example.TWO"]);
    let found = load(&text).unwrap().evaluate(&facts);
    let titles: Vec<&str> = found.iter().map(|f| f.text.en.title.as_str()).collect();
    assert_eq!(titles, ["The app asks for 15: 2", "The app asks for 5: 1"]);

    let text = text
        .replace("group = true\n", "")
        .replace("{{ key }}", "{{ permission.name }}");
    let message = load(&text).unwrap_err().to_string();
    assert!(message.contains("`by` divides groups only"), "{message}");
}

#[test]
fn long_evidence_is_cut_and_says_how_much_is_left() {
    let text = variation("for = \"permission\"", "for = \"permission\"\ngroup = true")
        .replace("permission.name == 'android.permission.CAMERA'", "true")
        .replace("{{ permission.name }}", "{{ count }}");
    let names: Vec<String> = (0..150).map(|n| format!("com.example.P{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let finding = only(&text, &app(&names));
    assert_eq!(finding.evidence.len(), 101);
    assert_eq!(finding.evidence[100].what.en, "and 50 more");
}

#[test]
fn the_same_facts_give_the_same_findings() {
    let checks = load(CAMERA).unwrap();
    let facts = camera();
    assert_eq!(checks.evaluate(&facts), checks.evaluate(&facts));
    let again = load(CAMERA).unwrap();
    assert_eq!(checks.evaluate(&facts), again.evaluate(&facts));
    assert_eq!(checks.version(), again.version());
}

#[test]
fn a_fingerprint_depends_on_meaning_and_not_on_place() {
    let before = only(CAMERA, &camera());
    let mut moved = camera();
    moved.permissions.requested[1].place = Place::file("base.apk!/AndroidManifest.xml").line(99);
    assert_eq!(only(CAMERA, &moved).fingerprint, before.fingerprint);
    let mut other = camera();
    other.identity.package = "com.example.b".to_owned();
    assert_ne!(only(CAMERA, &other).fingerprint, before.fingerprint);
    assert_eq!(before.fingerprint.len(), 32);
}

/// The first mistake of a check, as it is drawn.
fn drawn(text: &str) -> String {
    match load(text) {
        Ok(_) => panic!("the check is taken"),
        Err(errors) => errors.0[0].to_string(),
    }
}

#[test]
fn an_unknown_name_in_a_condition_is_underlined() {
    assert_eq!(
        drawn(&variation(
            "when = \"permission.name",
            "when = \"permision.name"
        )),
        "error: unknown name `permision`
  --> d/camera-asked.toml:30:9
   |
30 | when = \"permision.name == 'android.permission.CAMERA'\"
   |         ^^^^^^^^^
   = help: did you mean `permission`?
"
    );
}

#[test]
fn an_unknown_field_is_underlined_even_where_no_app_would_reach_it() {
    let text = drawn(&variation(
        "when = \"permission.name == 'android.permission.CAMERA'\"",
        "when = \"false and permission.levle == 'dangerous'\"",
    ));
    assert_eq!(
        text,
        "error: `permission` has no field `levle`
  --> d/camera-asked.toml:30:30
   |
30 | when = \"false and permission.levle == 'dangerous'\"
   |                              ^^^^^
   = help: did you mean `level`?
"
    );
}

#[test]
fn an_unknown_clause_and_an_unknown_label_are_underlined() {
    let text = drawn(&variation("R191-4.1", "R191-4.11"));
    assert!(
        text.starts_with("error: unknown clause `R191-4.11`\n"),
        "{text}"
    );
    assert!(text.contains("  |            ^^^^^^^^^^^\n"), "{text}");
    assert!(text.contains("help: did you mean `R191-4.1`?"), "{text}");
    let text = drawn(&variation("miit-over-scope", "miit-overscope"));
    assert!(
        text.starts_with("error: unknown label `miit-overscope` of MIIT\n"),
        "{text}"
    );
    assert!(
        text.contains("help: did you mean `miit-over-scope`?"),
        "{text}"
    );
}

#[test]
fn an_unknown_key_and_a_wrong_word_are_underlined() {
    let text = drawn(&variation("confidence = \"high\"", "confidense = \"high\""));
    assert!(text.contains("unknown field `confidense`"), "{text}");
    assert!(text.contains("help: did you mean `confidence`?"), "{text}");
    let text = drawn(&variation("severity = \"medium\"", "severity = \"mediun\""));
    assert!(
        text.contains("5 | severity = \"mediun\"\n  |            ^^^^^^^^\n"),
        "{text}"
    );
    assert!(text.contains("help: did you mean `medium`?"), "{text}");
}

#[test]
fn a_wrong_type_is_underlined() {
    let text = drawn(&variation("needs = [\"manifest\"]", "needs = \"manifest\""));
    assert!(
        text.contains("invalid type: string \"manifest\", expected a sequence"),
        "{text}"
    );
    assert!(
        text.contains("7 | needs = \"manifest\"\n  |         ^^^^^^^^^^\n"),
        "{text}"
    );
}

#[test]
fn a_missing_language_and_an_empty_text_are_refused() {
    let start = CAMERA.find("[text.en]").unwrap();
    let end = CAMERA.find("[[rule]]").unwrap();
    let text = drawn(&CAMERA.replace(&CAMERA[start..end], ""));
    assert!(text.contains("missing field `en`"), "{text}");
    let text = drawn(&variation(
        "Remove the permission if it is not needed.",
        " ",
    ));
    assert!(text.contains("the text is empty"), "{text}");
}

#[test]
fn broken_syntax_of_toml_and_of_a_condition_is_refused() {
    let text = drawn(&variation("severity = \"medium\"", "severity = \"medium"));
    assert!(text.contains("--> d/camera-asked.toml:5:"), "{text}");
    let text = drawn(&variation(
        "permission.name == 'android",
        "permission.name = 'android",
    ));
    assert!(text.contains("cannot read this condition"), "{text}");
}

#[test]
fn a_filter_that_does_not_exist_is_found_without_an_app() {
    let text = drawn(&variation(
        "permission.name == 'android.permission.CAMERA'",
        "permission.name | lowr == 'a'",
    ));
    assert!(text.contains("filter lowr is unknown"), "{text}");
    let text = drawn(&variation(
        "permission.name == 'android.permission.CAMERA'",
        "has_gap('polcy')",
    ));
    assert!(
        text.contains("an app has no part `polcy`; did you mean `policy`?"),
        "{text}"
    );
    let text = drawn(&variation(
        "permission.name == 'android.permission.CAMERA'",
        "permission.name is matches('(')",
    ));
    assert!(text.contains("wrong regular expression"), "{text}");
}

#[test]
fn a_stable_check_without_near_misses_is_refused_and_a_preview_is_not() {
    let start = CAMERA.rfind("[[example]]").unwrap();
    let fewer = CAMERA[..start].to_owned();
    let text = drawn(&fewer);
    assert!(text.contains("there are 1 and 1"), "{text}");
    assert!(load(&fewer.replace("\"stable\"", "\"preview\"")).is_ok());
}

#[test]
fn an_expectation_that_no_check_could_meet_is_refused() {
    let text = drawn(&variation(
        "expect = [\"risk android",
        "expect = [\"rsik android",
    ));
    assert!(text.contains("cannot read the expectation"), "{text}");
    assert!(text.contains("did you mean `risk`?"), "{text}");
}

#[test]
fn a_rule_cannot_say_pass() {
    let text = drawn(&variation("verdict = \"risk\"", "verdict = \"pass\""));
    assert!(text.contains("a rule cannot say `pass`"), "{text}");
}

#[test]
fn an_id_that_is_there_already_or_not_the_file_name_is_refused() {
    let text = drawn(&variation("id = \"camera-asked\"", "id = \"camera\""));
    assert!(
        text.contains("the id `camera` is not the name of the file"),
        "{text}"
    );
    let mut checks = load(CAMERA).unwrap();
    let mut faults = Vec::new();
    let file = "own/camera-asked.toml";
    checks.add(file, file, &Arc::from(CAMERA), &mut faults);
    let errors = checks.finish(faults).unwrap_err();
    assert!(
        errors
            .to_string()
            .contains("already that of d/camera-asked.toml"),
        "{errors}"
    );
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let text = variation("R191-4.1", "R1").replace("permission.name ==", "permission.nam ==");
    let errors = load(&text).unwrap_err();
    assert_eq!(errors.0.len(), 2, "{errors}");
}

#[test]
fn a_backspace_in_a_pattern_is_told() {
    let with = |edge: &str| {
        let pattern = format!("permission.name is matches('{edge}CAMERA') and permission.name ==");
        load(&variation("permission.name ==", &pattern))
    };
    let errors = with("\\b").unwrap_err();
    assert!(errors.to_string().contains("backspace"), "{errors}");
    assert!(with("\\\\\\\\b").is_ok());
}

#[test]
fn a_directory_is_loaded_and_an_empty_one_refused() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let checks = Checks::none().load(&folder.join("engine")).unwrap();
    assert!(checks.named("camera-asked").is_some());
    let errors = Checks::none()
        .load(&folder.join("apps/clean/src"))
        .unwrap_err();
    assert!(
        errors.to_string().contains("there is no check file"),
        "{errors}"
    );
    let errors = Checks::none().load(&folder.join("not-there")).unwrap_err();
    assert!(
        errors.to_string().contains("cannot read the checks"),
        "{errors}"
    );
}

#[test]
fn examples_are_run_and_a_difference_is_told() {
    let checks = load(CAMERA).unwrap();
    let facts = |example: &super::Example| {
        let mut facts = app(&[]);
        if example.app.contains("android.permission.CAMERA") {
            facts = camera();
        }
        Ok(facts)
    };
    let run = checks.test_with(|_, example| facts(example));
    assert_eq!((run.run, run.failures.len()), (3, 0));
    let run = checks.test_with(|_, _| Ok(camera()));
    assert_eq!(run.failures.len(), 2);
    assert_eq!(
        run.failures[0].to_string(),
        "camera-asked: example \"an app that opens the camera app instead\"  \
         (d/camera-asked.toml)\n  expected  pass\n  found     risk android.permission.CAMERA\n"
    );
    let run = checks.test_with(|_, _| Err("no such key".to_owned()));
    assert!(
        run.failures[0]
            .to_string()
            .contains("not run   no such key")
    );
}

#[test]
fn every_example_of_the_built_in_checks_is_met() {
    let run = Checks::builtin().unwrap().test();
    let failures: String = run.failures.iter().map(ToString::to_string).collect();
    assert!(
        run.failures.is_empty(),
        "{} of {}:\n{failures}",
        run.failures.len(),
        run.run
    );
}

#[test]
fn the_built_in_checks_are_right() {
    let checks = Checks::builtin().unwrap_or_else(|errors| panic!("{errors}"));
    let bare = app(&[]);
    let findings = checks.evaluate(&bare);
    for check in checks.checks() {
        assert!(
            findings.iter().any(|f| f.check == check.id),
            "{} is silent",
            check.id
        );
    }
}

#[test]
fn the_version_is_told_without_reading_the_checks() {
    let read = Checks::builtin().unwrap().version();
    assert_eq!(Checks::builtin_version(), read);
}

#[test]
fn the_embedded_checks_are_right_and_are_the_same_in_both_forms() {
    let verified = Checks::builtin_verified().unwrap_or_else(|errors| panic!("{errors}"));
    let quick = Checks::builtin().unwrap();
    assert_eq!(quick.version(), verified.version());
    assert_eq!(quick.used, verified.used);
    assert!(quick.checks().len() > 100, "{}", quick.checks().len());
    for (one, other) in quick.checks().iter().zip(verified.checks()) {
        assert_eq!(one.id, other.id);
        assert_eq!(one.file, other.file);
        assert_eq!(one.text, other.text);
        assert_eq!(one.examples, other.examples);
        assert_eq!(one.rules.len(), other.rules.len(), "{}", one.id);
    }
}
