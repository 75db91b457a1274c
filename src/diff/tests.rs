//! Two sides in, what changed out.

use super::*;
use crate::catalog::Bilingual;
use crate::check::{Severity, Verdict};
use crate::program::{Early, Grade, Phase};
use crate::sdk::Touch;
use crate::{Limits, Options, Package, evidence::Place, sample};

/// The facts of an app as described.
fn facts(description: &str) -> Facts {
    let limits = Limits::default();
    let sample = sample::build(description, None).unwrap();
    let package = Package::from_bytes(&sample.file_name, sample.bytes, &limits).unwrap();
    crate::extract(&package, &limits, &Options::default())
}

fn notes() -> Facts {
    facts("package = \"com.example.notes\"\n")
}

fn side(facts: &Facts) -> Side<'_> {
    Side {
        facts: Some(facts),
        ..Side::default()
    }
}

fn changes(old: &Facts, new: &Facts) -> FactChanges {
    diff(&side(old), &side(new)).facts.unwrap()
}

fn reads(kind: &str) -> Touch {
    Touch {
        kind: kind.to_owned(),
        name: Bilingual::new(kind, kind),
        apis: vec!["a.B.c".to_owned()],
        classes: 1,
        possible: false,
        caller: "a.a".to_owned(),
        place: Place::default(),
    }
}

fn finding(subject: &str, verdict: Verdict, severity: Severity) -> Finding {
    Finding {
        subject: subject.to_owned(),
        verdict,
        severity,
        about: vec!["api:a.B.c".to_owned(), "data:camera".to_owned()],
        ..Finding::example("example")
    }
}

fn judged(old: &[&Finding], new: &[&Finding]) -> FindingChanges {
    let side = |ran: &'static str, all| Side {
        findings: Some(all),
        ran: vec![ran],
        ..Side::default()
    };
    let (old, new) = (old.to_vec(), new.to_vec());
    let diff = diff(&side("example", old), &side("example", new));
    diff.findings.unwrap()
}

#[test]
fn an_app_does_not_differ_from_itself() {
    let notes = notes();
    let diff = diff(&side(&notes), &side(&notes));
    assert!(diff.is_empty(), "{diff:?}");
}

#[test]
fn what_a_side_does_not_have_is_said_and_not_gone() {
    let notes = notes();
    let saved = [finding("camera", Verdict::Risk, Severity::High)];
    let old = Side {
        findings: Some(saved.iter().collect()),
        ..Side::default()
    };
    let diff = diff(&old, &side(&notes));
    assert!(diff.facts.is_none() && diff.findings.is_none());
    let lacks = |side, what| diff.missing.contains(&Missing { side, what });
    assert!(lacks(Which::Old, Lacking::Facts));
    assert!(lacks(Which::New, Lacking::Findings));
    assert!(lacks(Which::New, Lacking::Policy), "it has no policy");
}

#[test]
fn a_new_permission_is_the_only_change() {
    let asking =
        facts("package = \"com.example.notes\"\npermissions = [\"android.permission.READ_SMS\"]\n");
    let changes = changes(&notes(), &asking);
    let new: Vec<&str> = changes
        .permissions
        .new
        .iter()
        .map(|of| of.name.as_str())
        .collect();
    assert_eq!(new, ["android.permission.READ_SMS"]);
    assert!(changes.components.is_empty() && changes.data.is_empty());
}

#[test]
fn renamed_classes_are_nobody_new() {
    let (mut old, mut new) = (notes(), notes());
    old.sdks.touches = vec![reads("camera"), reads("contacts")];
    new.sdks.unattributed = vec![reads("camera"), reads("sms")];
    let data = changes(&old, &new).data;
    let kinds = |all: &[DataUse]| all.iter().map(|of| of.kind.clone()).collect::<Vec<_>>();
    assert_eq!(kinds(&data.new), ["sms"]);
    assert_eq!(kinds(&data.gone), ["contacts"]);
    let [changed] = data.changed.as_slice() else {
        panic!("the camera only: {data:?}");
    };
    assert_eq!(
        (changed.old.owner.as_str(), changed.new.owner.as_str()),
        ("app", "unknown")
    );
}

#[test]
fn what_is_gone_from_code_that_could_not_be_read_may_be_there() {
    let (mut old, mut new) = (notes(), notes());
    old.sdks.touches = vec![reads("camera")];
    assert!(!changes(&old, &new).data.new_hidden);
    new.gaps.push(crate::evidence::Gap {
        part: Part::Code,
        kind: GapKind::Packed,
        place: Place::default(),
        detail: String::new(),
    });
    let data = changes(&old, &new).data;
    assert!(data.new_hidden && !data.old_hidden);
}

#[test]
fn what_can_run_before_consent_is_compared_by_owner_and_grade() {
    let early = |grade| Early {
        owner: "sdk:jpush".to_owned(),
        kind: "app_list".to_owned(),
        name: Bilingual::default(),
        starts: None,
        general: false,
        grade,
        phase: Phase::Start,
        uses: Vec::new(),
    };
    let (mut old, mut new) = (notes(), notes());
    new.program.early = vec![early(Grade::Definite)];
    assert_eq!(changes(&old, &new).early.new.len(), 1);
    old.program.early = vec![early(Grade::Possible)];
    let early = changes(&old, &new).early;
    assert_eq!((early.new.len(), early.changed.len()), (0, 1));
}

#[test]
fn findings_are_counted() {
    let one = &finding("camera", Verdict::Risk, Severity::High);
    let all = judged(&[one], &[one, one]);
    assert_eq!((all.unchanged, all.new.len(), all.fixed.len()), (1, 1, 0));
    let all = judged(&[one, one], &[one]);
    assert_eq!((all.unchanged, all.new.len(), all.fixed.len()), (1, 0, 1));
}

#[test]
fn a_finding_grows_by_what_it_is_about_and_not_by_another_call() {
    let old = finding("camera", Verdict::Risk, Severity::High);
    let mut new = old.clone();
    new.about.push("api:d.E.f".to_owned());
    assert!(judged(&[&old], &[&new]).is_empty());
    new.about.push("data:contacts".to_owned());
    let all = judged(&[&old], &[&new]);
    assert_eq!(all.grown[0].beyond, ["data:contacts"]);
    assert_eq!(all.failing("high:medium".parse().unwrap()), 1);
    assert_eq!(all.failing("critical:medium".parse().unwrap()), 0);
}

#[test]
fn what_asks_for_a_person_never_fails_and_is_no_repair() {
    let risk = finding("camera", Verdict::Risk, Severity::High);
    let review = finding("camera", Verdict::Review, Severity::High);
    let all = judged(&[], &[&review]);
    assert_eq!(
        (all.new.len(), all.failing("info:low".parse().unwrap())),
        (1, 0)
    );
    let all = judged(&[&risk], &[&review]);
    assert!(all.fixed.is_empty());
    assert_eq!(all.unclear[0].reason, UnclearReason::ToReviewNow);
    let all = judged(&[&review], &[&risk]);
    assert_eq!(all.grown.len(), 1);
}

#[test]
fn weaker_evidence_under_another_subject_is_no_repair() {
    let sure = finding("before consent", Verdict::Risk, Severity::High);
    let mut other = finding("perhaps before consent", Verdict::Review, Severity::Medium);
    other.about = vec!["data:microphone".to_owned()];
    let mut unsure = other.clone();
    unsure.about = vec!["data:camera".to_owned()];
    // It met one of its own name; the camera that it is about now was claimed.
    let all = judged(&[&sure, &other], &[&unsure]);
    assert!(all.fixed.is_empty() && all.grown.is_empty() && all.new.is_empty());
    assert_eq!(all.unclear[0].reason, UnclearReason::ToReviewNow);
    assert_eq!((all.unclear.len(), all.unchanged), (1, 1));
    // Without one of its name.
    let all = judged(&[&sure], &[&unsure]);
    assert!(all.fixed.is_empty() && all.new.is_empty());
    assert_eq!(all.unclear.len(), 1);
    // Something else to look at is no excuse.
    let all = judged(&[&sure], &[&other]);
    assert_eq!((all.fixed.len(), all.new.len()), (1, 1));
}

#[test]
fn stronger_evidence_under_another_subject_is_not_new() {
    let sure = finding("before consent", Verdict::Risk, Severity::High);
    let mut unsure = finding("perhaps before consent", Verdict::Review, Severity::Medium);
    let all = judged(&[&unsure], &[&sure]);
    assert!(all.new.is_empty() && all.fixed.is_empty());
    assert_eq!(all.grown[0].was_verdict, Verdict::Review);
    assert!(all.grown[0].beyond.is_empty());
    assert_eq!(all.failing("high:medium".parse().unwrap()), 1);
    unsure.about = vec!["data:microphone".to_owned()];
    let all = judged(&[&unsure], &[&sure]);
    assert_eq!((all.new.len(), all.fixed.len()), (1, 1));
}

#[test]
fn a_finding_of_renamed_classes_is_the_same_by_another_owner() {
    let of = |owner: &str, about: &str| Finding {
        owner: owner.to_owned(),
        about: vec![format!("data:{about}"), format!("sdk:{owner}")],
        ..finding("list read by code", Verdict::Risk, Severity::High)
    };
    let known = of("root:net.maker", "app_list");
    let all = judged(&[&known], &[&of("unknown", "app_list")]);
    assert!(all.new.is_empty() && all.fixed.is_empty());
    assert_eq!(all.grown[0].was_owner.as_deref(), Some("root:net.maker"));
    assert!(all.grown[0].beyond.is_empty());
    // Of two that are known, one is gone and the other is new.
    let all = judged(&[&known], &[&of("app", "app_list")]);
    assert_eq!((all.new.len(), all.fixed.len()), (1, 1));
}

#[test]
fn findings_about_nothing_are_one_only_if_nothing_else_met_them() {
    let bare = |subject: &str, verdict| Finding {
        about: vec!["api:a.B.c".to_owned()],
        ..finding(subject, verdict, Severity::Critical)
    };
    let none = bare("policy", Verdict::Risk);
    let named = bare("policy named only", Verdict::Review);
    let all = judged(&[&none], &[&named]);
    assert!(all.fixed.is_empty() && all.new.is_empty());
    assert_eq!(all.unclear[0].reason, UnclearReason::ToReviewNow);
    let all = judged(&[&none, &named], &[&named]);
    assert_eq!((all.fixed.len(), all.unchanged), (1, 1));
}

#[test]
fn a_check_that_cannot_decide_mends_nothing() {
    let risk = finding("camera", Verdict::Risk, Severity::High);
    let mut blind = finding("app", Verdict::Review, Severity::High);
    blind.undecided = true;
    let all = judged(&[&risk], &[&blind]);
    assert!(all.fixed.is_empty() && all.new.is_empty());
    assert_eq!(all.unclear[0].reason, UnclearReason::UndecidedNow);
    let all = judged(&[&blind], &[&risk]);
    assert!(all.new[0].perhaps_old);
}

#[test]
fn a_check_that_did_not_run_before_finds_nothing_new() {
    let risk = finding("camera", Verdict::Risk, Severity::High);
    let old = Side {
        findings: Some(Vec::new()),
        ran: vec!["another"],
        ..Side::default()
    };
    let new = Side {
        findings: Some(vec![&risk]),
        ran: vec!["another", "example"],
        ..Side::default()
    };
    let there = diff(&old, &new).findings.unwrap();
    assert!(there.new.is_empty());
    assert_eq!(there.unclear[0].reason, UnclearReason::NotCheckedBefore);
    let back = diff(&new, &old).findings.unwrap();
    assert!(back.fixed.is_empty());
    assert_eq!(back.unclear[0].reason, UnclearReason::NotCheckedNow);
}
