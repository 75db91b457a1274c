//! A team switches the gate on and keeps it: real apps of the same package
//! stand for one build after the other.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A project with its settings, and the builds that its pipeline sees.
struct Project {
    folder: PathBuf,
}

/// What a run said.
struct Run {
    code: i32,
    /// Checks of the findings that fail the gate, sorted.
    failing: Vec<String>,
    /// The last line of standard error.
    gate: String,
    errors: String,
}

impl Project {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    fn settings(&self, text: &str) {
        fs::write(self.folder.join("apkaudit.toml"), text).unwrap();
    }

    fn command(&self, words: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_apkaudit"))
            .args(words)
            .current_dir(&self.folder)
            .env("LC_ALL", "C")
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let code = output.status.code().unwrap();
        (code, text(output.stdout), text(output.stderr))
    }

    fn check(&self, build: &str, today: &str) -> Run {
        let build = build_path(build);
        let words = ["check", &build, "-f", "json", "--today", today];
        let (code, json, errors) = self.command(&words);
        let result: Value = serde_json::from_str(&json).unwrap_or_else(|_| panic!("{errors}"));
        let mut failing: Vec<String> = result["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| {
                ["violation", "risk"].contains(&finding["verdict"].as_str().unwrap())
                    && finding["suppressed"] == false
            })
            .map(|finding| finding["check"].as_str().unwrap().to_owned())
            .collect();
        failing.sort();
        failing.dedup();
        Run {
            code,
            failing,
            gate: errors.lines().last().unwrap_or_default().to_owned(),
            errors,
        }
    }
}

/// `fixtures/apps/planted/<case>`
fn build_path(build: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/apps/planted");
    folder.join(build).to_str().unwrap().to_owned()
}

const DAY: &str = "2026-11-26";
const WITH_BASELINE: &str = "[gate]\nfail-on = \"high:medium\"\nbaseline = \"known.json\"\n";

#[test]
fn from_the_first_red_run_to_a_gate_that_stays() {
    let project = Project::new("pipeline-story");
    project.settings("[gate]\nfail-on = \"high:medium\"\n");

    // The first run fails, and says by which setting.
    let first = project.check("box-ticked/plain.apk", DAY);
    assert_eq!(first.code, 1);
    assert_eq!(first.failing, ["consent-preticked"]);
    assert_eq!(
        first.gate,
        "gate: FAILED  1 finding at or above high:medium (apkaudit.toml:2)"
    );

    // What is there is taken down once, and never written over.
    project.settings(WITH_BASELINE);
    let build = build_path("box-ticked/plain.apk");
    let (code, said, _) = project.command(&["baseline", "create", &build]);
    assert_eq!(
        (code, said.as_str()),
        (0, "known.json: 1 finding known from now on\n")
    );
    let (code, _, errors) = project.command(&["baseline", "create", &build]);
    assert_eq!(code, 2);
    assert!(errors.contains("never written over"), "{errors}");

    // Green from now on.
    let green = project.check("box-ticked/plain.apk", DAY);
    assert_eq!(green.code, 0, "{}", green.errors);
    assert!(
        green.gate.ends_with("1 known by the baseline"),
        "{}",
        green.gate
    );

    // A new build reads text messages, without the ticked box: exactly what
    // is new fails, and what was mended is told.
    let next = project.check("text-messages/plain.apk", DAY);
    assert_eq!(next.code, 1);
    let news = [
        "data-undisclosed",
        "messages-and-calls",
        "permission-undisclosed",
    ];
    assert_eq!(next.failing, news);
    assert!(next.gate.contains("beyond the baseline"), "{}", next.gate);
    assert!(next.errors.contains("consent-preticked"), "{}", next.errors);
    assert!(next.errors.contains("(stale-baseline)"), "{}", next.errors);
    let (code, said, _) =
        project.command(&["baseline", "prune", &build_path("text-messages/plain.apk")]);
    assert_eq!((code, said.as_str()), (0, "1 finding taken out, 0 left\n"));

    // Legal accepts it until the end of the year.
    let mut settings = WITH_BASELINE.to_owned();
    for check in news {
        writeln!(
            settings,
            "\n[[suppress]]\ncheck = \"{check}\"\n\
             reason = \"the policy names it with 5.3 (PRIV-214)\"\nuntil = 2026-12-31"
        )
        .unwrap();
    }
    project.settings(&settings);
    let green = project.check("text-messages/plain.apk", DAY);
    assert_eq!(green.code, 0, "{}", green.errors);

    // The date passes.
    let red = project.check("text-messages/plain.apk", "2027-01-01");
    assert_eq!(red.code, 1);
    assert_eq!(red.failing, news);
    assert_eq!(red.errors.matches("(expired-suppression)").count(), 3);
}

#[test]
fn a_rebuild_with_other_names_finds_nothing_new() {
    for case in [
        "box-ticked",
        "text-messages",
        "push-at-start",
        "ads-at-start",
        "starts-with-phone",
    ] {
        let project = Project::new(&format!("pipeline-{case}"));
        project.settings(WITH_BASELINE);
        let plain = build_path(&format!("{case}/plain.apk"));
        let (code, _, errors) = project.command(&["baseline", "create", &plain]);
        assert_eq!(code, 0, "{case}: {errors}");
        let shrunk = project.check(&format!("{case}/r8.apk"), DAY);
        assert_eq!(shrunk.code, 0, "{case}: {}", shrunk.errors);
        assert_eq!(shrunk.failing, Vec::<String>::new(), "{case}");
        assert!(
            !shrunk.errors.contains("stale-baseline"),
            "{case}: {}",
            shrunk.errors
        );
    }
}

#[test]
fn only_to_report_is_an_exit_code_of_zero() {
    let project = Project::new("pipeline-report");
    let build = build_path("box-ticked/r8.apk");
    let words = [
        "check",
        &build,
        "--no-config",
        "-f",
        "concise",
        "--exit-zero",
    ];
    let (code, _, errors) = project.command(&words);
    assert_eq!(code, 0);
    assert!(errors.contains("FAILED"), "{errors}");
    assert!(errors.contains("--exit-zero"), "{errors}");
    let denied = [
        "check",
        &build,
        "--no-config",
        "--fail-on",
        "never",
        "-f",
        "concise",
    ];
    assert_eq!(project.command(&denied).0, 0);
}
