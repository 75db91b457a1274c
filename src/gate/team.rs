//! A team's settings meet findings.

use std::path::Path;
use std::sync::Arc;

use super::{App, Baseline, Config, DiagnosticKind, DiagnosticLevel, Gate, Parsed, Rules, settle};
use crate::check::{Checks, Finding, Severity, Standing, SuppressedBy, Verdict};

/// What `check` says of two kinds of data that JPush reads.
fn finding(check: &str, about: &[&str]) -> Finding {
    Finding {
        subject: "before consent".to_owned(),
        owner: "sdk:jpush".to_owned(),
        about: about.iter().map(|part| (*part).to_owned()).collect(),
        fingerprint: crate::check::fingerprint(check, "com.example.shop", "before consent", ""),
        ..Finding::example(check)
    }
}

fn reads(kinds: &[&str]) -> Finding {
    let mut about: Vec<String> = kinds.iter().map(|kind| format!("data:{kind}")).collect();
    about.push("sdk:jpush".to_owned());
    let about: Vec<&str> = about.iter().map(String::as_str).collect();
    finding("data-before-consent", &about)
}

fn config(text: &str) -> Config {
    let mut config = Config::default();
    config.add(parsed("apkaudit.toml", text)).unwrap();
    config
}

fn parsed(name: &str, text: &str) -> Parsed {
    Parsed::new(name, Path::new(""), &Arc::from(text)).unwrap()
}

fn mistakes(text: &str) -> String {
    let parsed = match Parsed::new("apkaudit.toml", Path::new(""), &Arc::from(text)) {
        Ok(parsed) => parsed,
        Err(fault) => return fault.to_string(),
    };
    Config::default().add(parsed).unwrap_err().to_string()
}

struct Outcome {
    findings: Vec<Finding>,
    gate: Gate,
    told: Vec<DiagnosticKind>,
}

fn run(
    findings: &[Finding],
    config: &Config,
    baseline: Option<&Baseline>,
    today: &str,
    permissions: &[&str],
) -> Outcome {
    let mut findings = findings.to_vec();
    let checks = Checks::builtin().unwrap();
    let apps = [Some(App {
        package: "com.example.shop".to_owned(),
        permissions: permissions.iter().map(|name| (*name).to_owned()).collect(),
    })];
    let rules = Rules {
        config,
        checks: &checks,
        baseline: baseline.map(|baseline| (baseline, "baseline.json")),
        today: today.parse().unwrap(),
        threshold: Some("high:medium".parse().unwrap()),
        setting: "apkaudit.toml:3",
    };
    let (gate, told) = settle(&mut findings, &apps, &rules);
    let told = told.into_iter().map(|one| one.kind).collect();
    Outcome {
        findings,
        gate,
        told,
    }
}

const ACCEPTED: &str = r#"
[[suppress]]
check = "data-before-consent"
sdk = "jpush"
data = ["device_id.imei", "device_id.android_id"]
reason = "JPush 5.4 asks first; we update in March (PRIV-214)"
until = 2027-03-31
"#;

#[test]
fn a_suppression_accepts_what_it_names_and_nothing_beyond() {
    let both = reads(&["device_id.imei", "device_id.android_id"]);
    let outcome = run(&[both], &config(ACCEPTED), None, "2026-11-26", &[]);
    assert!(outcome.gate.passed);
    let by = outcome.findings[0].suppression.clone().unwrap();
    assert_eq!(by.by, SuppressedBy::Config);
    assert_eq!(by.place, "apkaudit.toml:2");
    assert_eq!(by.until.as_deref(), Some("2027-03-31"));
    assert_eq!(outcome.told, []);

    let more = reads(&["device_id.imei", "location.precise"]);
    let outcome = run(&[more], &config(ACCEPTED), None, "2026-11-26", &[]);
    assert!(!outcome.gate.passed, "the location was not accepted");
    assert_eq!(outcome.told, [DiagnosticKind::UnusedSuppression]);
}

#[test]
fn a_right_that_is_missing_besides_is_not_accepted_with_the_other() {
    let accepted = config(
        "[[suppress]]\ncheck = \"rights-missing\"\nclause = \"copy\"\n\
         reason = \"5.3 has the export (PRIV-9)\"\nuntil = 2027-03-31\n",
    );
    let missing = |clauses: &[&str]| finding("rights-missing", clauses);
    let passes = |finding| {
        run(&[finding], &accepted, None, "2026-11-26", &[])
            .gate
            .passed
    };
    assert!(passes(missing(&["clause:copy"])));
    assert!(!passes(missing(&["clause:copy", "clause:close-account"])));
}

#[test]
fn on_the_day_after_the_last_it_counts_no_more() {
    let imei = [reads(&["device_id.imei"])];
    assert!(
        run(&imei, &config(ACCEPTED), None, "2027-03-31", &[])
            .gate
            .passed
    );
    let outcome = run(&imei, &config(ACCEPTED), None, "2027-04-01", &[]);
    assert!(!outcome.gate.passed);
    assert_eq!(outcome.told, [DiagnosticKind::ExpiredSuppression]);
}

#[test]
fn a_suppression_for_another_app_is_not_idle() {
    let text = ACCEPTED.replace("sdk = ", "package = \"com.example.other\"\nsdk = ");
    let outcome = run(
        &[reads(&["device_id.imei"])],
        &config(&text),
        None,
        "2026-11-26",
        &[],
    );
    assert!(!outcome.gate.passed);
    assert_eq!(outcome.told, []);
}

#[test]
fn a_baseline_knows_what_was_there_and_sees_what_grew() {
    let imei = reads(&["device_id.imei"]);
    let baseline = Baseline::of(
        "1".to_owned(),
        std::slice::from_ref(&imei),
        |_| "com.example.shop",
    );
    let baseline = Baseline::parse(baseline.render().as_bytes()).unwrap();
    let none = Config::default();
    let standing = |finding: Finding| {
        let outcome = run(&[finding], &none, Some(&baseline), "2026-11-26", &[]);
        let finding = outcome.findings.into_iter().next().unwrap();
        (outcome.gate.passed, finding.standing, finding.beyond)
    };
    assert_eq!(
        standing(imei.clone()),
        (true, Some(Standing::Known), vec![])
    );
    // Another call for the same data is nothing new, another kind is.
    let mut by_another_call = imei.clone();
    by_another_call
        .about
        .push("api:android.os.Build.getSerial".to_owned());
    assert!(standing(by_another_call).0);
    let grown = reads(&["device_id.imei", "location.precise"]);
    let beyond = vec!["data:location.precise".to_owned()];
    assert_eq!(standing(grown), (false, Some(Standing::Grown), beyond));
    let graver = Finding {
        severity: Severity::Critical,
        ..imei.clone()
    };
    assert_eq!(standing(graver), (false, Some(Standing::Grown), vec![]));
    // Counted: a second one of the same kind is new.
    let outcome = run(
        &[imei.clone(), imei],
        &none,
        Some(&baseline),
        "2026-11-26",
        &[],
    );
    assert_eq!(outcome.gate.failing, 1);
}

#[test]
fn what_is_mended_makes_the_baseline_stale() {
    let baseline = Baseline::of("1".to_owned(), &[reads(&[])], |_| "com.example.shop");
    let outcome = run(&[], &Config::default(), Some(&baseline), "2026-11-26", &[]);
    assert!(outcome.gate.passed);
    assert_eq!(outcome.told, [DiagnosticKind::StaleBaseline]);
    let deny = config("[gate.diagnostics]\nstale-baseline = \"deny\"\n");
    let outcome = run(&[], &deny, Some(&baseline), "2026-11-26", &[]);
    assert!(!outcome.gate.passed);
    assert_eq!(outcome.gate.denied, 1);
    let allow = config("[gate.diagnostics]\nstale-baseline = \"allow\"\n");
    assert_eq!(
        run(&[], &allow, Some(&baseline), "2026-11-26", &[]).told,
        []
    );
}

#[test]
fn what_could_not_be_decided_or_is_accepted_is_not_mended() {
    let imei = reads(&["device_id.imei"]);
    let baseline = || {
        Baseline::of(
            "1".to_owned(),
            &[reads(&["device_id.imei"])],
            |_| "com.example.shop",
        )
    };
    let undecided = Finding {
        verdict: Verdict::Review,
        undecided: true,
        ..finding("data-before-consent", &[])
    };
    let (none, accepts) = (Config::default(), config(ACCEPTED));
    let told = |finding: &Finding, config| {
        let findings = std::slice::from_ref(finding);
        run(findings, config, Some(&baseline()), "2026-11-26", &[]).told
    };
    assert_eq!(told(&undecided, &none), []);
    assert_eq!(told(&imei, &accepts), []);
    let another = finding("sdk-undisclosed", &[]);
    assert_eq!(told(&another, &none), [DiagnosticKind::StaleBaseline]);
}

#[test]
fn a_baseline_loses_what_is_mended_and_keeps_what_nobody_looked_at() {
    let of = |findings: &[Finding]| Baseline::of("1".to_owned(), findings, |_| "com.example.shop");
    let two = reads(&["device_id.imei", "location.precise"]);
    let known = of(&[two.clone(), two]);
    let pruned = |found: &[Finding], looked| {
        let mut left = known.clone();
        left.prune(&of(found), |_| looked);
        left
    };
    assert_eq!(pruned(&[], false), known);
    assert!(pruned(&[], true).findings.is_empty());
    let milder = Finding {
        severity: Severity::Medium,
        ..reads(&["device_id.imei", "app_list"])
    };
    let left = pruned(&[milder], true);
    let entry = &left.findings[0];
    assert_eq!((entry.count, entry.severity), (1, Severity::Medium));
    assert_eq!(entry.about, ["data:device_id.imei", "sdk:jpush"]);
}

#[test]
fn a_permission_that_is_not_on_the_list_is_told() {
    let list = config("[app.permissions]\nCAMERA = \"scan codes\"\n");
    let asks = |names: &[&str]| run(&[], &list, None, "2026-11-26", names).told;
    assert_eq!(
        asks(&["android.permission.CAMERA", "android.permission.INTERNET"]),
        []
    );
    assert_eq!(
        asks(&["android.permission.READ_SMS"]),
        [DiagnosticKind::UnexpectedPermission]
    );
    let none = run(
        &[],
        &Config::default(),
        None,
        "2026-11-26",
        &["android.permission.READ_SMS"],
    );
    assert_eq!(none.told, [], "no list, no expectation");
}

#[test]
fn levels_change_how_grave_a_check_is() {
    let low = config("[checks.levels]\ndata-before-consent = \"low\"\n");
    let outcome = run(&[reads(&[])], &low, None, "2026-11-26", &[]);
    assert!(outcome.gate.passed);
    assert_eq!(outcome.findings[0].severity, Severity::Low);
}

#[test]
fn the_file_that_goes_on_from_another_replaces_its_values() {
    let mut config = Config::default();
    let base = "[gate]\nfail-on = \"low\"\nstrict = true\n[checks.levels]\nbackup-open = \"off\"\n";
    config.add(parsed("base.toml", base)).unwrap();
    config
        .add(parsed("apkaudit.toml", "[gate]\nfail-on = \"never\"\n"))
        .unwrap();
    assert_eq!(config.fail_on.as_ref().unwrap().value, None);
    assert!(config.strict.as_ref().unwrap().value);
    assert_eq!(config.levels.len(), 1);
    assert_eq!(config.files, ["base.toml", "apkaudit.toml"]);
    let stale = DiagnosticKind::StaleBaseline;
    assert_eq!(config.diagnostic(stale), DiagnosticLevel::Warn);
}

#[test]
fn mistakes_are_drawn_with_what_was_meant() {
    for (text, message, help) in [
        (
            "[gate]\nfail_on = \"high\"\n",
            "unknown field `fail_on`",
            "did you mean `fail-on`?",
        ),
        (
            "[gate]\nfail-on = \"hihg\"\n",
            "is none of",
            "`high:medium`",
        ),
        ("[gate]\nstrict = \"yes\"\n", "invalid type", ""),
        (
            "[checks.levels]\nbackup-open = \"hgih\"\n",
            "`hgih` is no level",
            "`high`",
        ),
        (
            "[checks]\nregimes = [\"china\"]\n",
            "`china` is no regime",
            "`cn`",
        ),
        (
            "[gate.diagnostics]\nstale = \"deny\"\n",
            "`stale` is no diagnostic",
            "stale-baseline",
        ),
        ("[app]\ntype = 40\n", "no such type of app", "1 to 39"),
        (
            "[[suppress]]\ncheck = \"x\"\nreason = \" \"\nuntil = 2027-01-01\n",
            "needs a reason",
            "why this is accepted",
        ),
        (
            "[[suppress]]\ncheck = \"x\"\nreason = \"r\"\n",
            "needs a last day",
            "until =",
        ),
        (
            "[[suppress]]\ncheck = \"x\"\nreason = \"r\"\nuntil = \"2027-02-30\"\n",
            "is no day",
            "",
        ),
    ] {
        let drawn = mistakes(text);
        assert!(drawn.contains(message), "{text}{drawn}");
        assert!(drawn.contains("--> apkaudit.toml:"), "{text}{drawn}");
        assert!(drawn.contains(help), "{text}{drawn}");
    }
}

#[test]
fn names_of_no_check_are_drawn() {
    let checks = Checks::builtin().unwrap();
    let config = config("[checks.levels]\nbackup-opn = \"low\"\n");
    let drawn = config.unknown_checks(&checks).to_string();
    assert!(drawn.contains("did you mean `backup-open`?"), "{drawn}");
}
