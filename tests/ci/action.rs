//! The steps of `action.yml`, run as GitHub runs them.

use std::fs;
use std::path::PathBuf;

use super::support::{PROGRAM, Told, clean, folder, root, tool_runs};

/// A step in an empty workspace.
struct Step {
    workspace: PathBuf,
    inputs: Vec<(&'static str, String)>,
}

impl Step {
    fn new(name: &str) -> Self {
        Self {
            workspace: folder(name),
            inputs: Vec::new(),
        }
        .with("APKAUDIT", PROGRAM)
    }

    fn with(mut self, input: &'static str, value: impl Into<String>) -> Self {
        self.inputs.push((input, value.into()));
        self
    }

    fn on(self, app: &str) -> Self {
        let path = root().join("fixtures/apps").join(app);
        self.with("BINARY_PATH", path.to_str().unwrap())
    }

    fn run(&self, step: &str) -> Told {
        let mut command = clean("bash");
        command
            .arg(root().join("ci/action.sh"))
            .arg(step)
            .current_dir(&self.workspace)
            .env("GITHUB_OUTPUT", self.workspace.join("output"))
            .env("GITHUB_STEP_SUMMARY", self.workspace.join("summary"));
        for (name, value) in &self.inputs {
            command.env(format!("INPUT_{name}"), value);
        }
        Told::of(&mut command)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.workspace.join(file)).unwrap()
    }

    fn output(&self, name: &str) -> Option<String> {
        let text = self.read("output");
        let mut lines = text.lines();
        let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        value.map(str::to_owned)
    }
}

fn bash() -> bool {
    cfg!(unix) && tool_runs("bash")
}

#[test]
fn a_failed_gate_fails_the_step_and_leaves_all_reports() {
    if !bash() {
        return;
    }
    let step = Step::new("failed")
        .on("shop/shop.apk")
        .with("SARIF", "build/reports/shop.sarif")
        .with("JSON", "apkaudit.json")
        .with("REPORTS", "junit=build/reports/junit.xml\n\n");
    let told = step.run("check");
    assert_eq!(told.code, 1, "{told:?}");
    assert!(told.stderr.contains("gate: FAILED"), "{}", told.stderr);
    assert!(told.stdout.contains("::error file="), "{}", told.stdout);
    assert!(step.read("build/reports/shop.sarif").contains("\"2.1.0\""));
    assert!(step.read("build/reports/junit.xml").contains("<testsuite"));
    assert!(step.read("summary").contains("com.example.shop"));
    assert_eq!(step.output("exit_code").as_deref(), Some("1"));
    assert_eq!(step.output("gate").as_deref(), Some("failed"));
    let count = |name| step.output(name).unwrap().parse::<u32>().unwrap();
    assert!(count("failing") > 0 && count("findings") >= count("failing"));
    let sarif = step.output("sarif");
    assert_eq!(sarif.as_deref(), Some("build/reports/shop.sarif"));

    let mut report = clean(PROGRAM);
    report.args(["report", "apkaudit.json", "-f", "concise"]);
    let told = Told::of(report.current_dir(&step.workspace));
    assert_eq!(told.code, 1, "the result is whole: {}", told.stderr);
}

#[test]
fn a_gate_that_only_reports_passes_the_step_and_tells_that_it_failed() {
    if !bash() {
        return;
    }
    let step = Step::new("reports").on("shop/shop.apk");
    let step = step.with("EXIT_ZERO", "true").with("ANNOTATIONS", "false");
    let told = step.run("check");
    assert_eq!(told.code, 0, "{told:?}");
    assert!(!told.stdout.contains("::error"), "{}", told.stdout);
    assert_eq!(step.output("exit_code").as_deref(), Some("0"));
    assert_eq!(step.output("gate").as_deref(), Some("failed"));
}

#[test]
fn the_threshold_says_what_is_shown_and_what_fails() {
    if !bash() {
        return;
    }
    let clean = Step::new("threshold").on("clean/clean.apk");
    let clean = clean.with("SEVERITY_THRESHOLD", "critical");
    let told = clean.run("check");
    assert_eq!(told.code, 0, "{told:?}");
    assert!(told.stderr.contains("critical:medium"), "{}", told.stderr);
    assert_eq!(clean.output("gate").as_deref(), Some("passed"));

    let apart = Step::new("threshold-apart").on("shop/shop.apk");
    let apart = apart.with("SEVERITY_THRESHOLD", "low");
    let told = apart.with("FAIL_ON", "never").run("check");
    assert_eq!(told.code, 0, "{told:?}");
    assert!(told.stderr.contains("findings never fail it"));
}

#[test]
fn what_is_wrong_is_told_and_has_its_own_code() {
    if !bash() {
        return;
    }
    let none = Step::new("none");
    let told = none.run("check");
    assert_eq!(told.code, 2, "{told:?}");
    assert!(told.stdout.contains("binary_path is missing"));
    assert_eq!(none.output("gate").as_deref(), Some("error"));

    let wrong = Step::new("wrong").on("shop/shop.apk");
    let wrong = wrong.with("SEVERITY_THRESHOLD", "hihg");
    assert_eq!(wrong.run("check").code, 2);
    assert_eq!(wrong.output("gate").as_deref(), Some("error"));

    let broken = Step::new("broken").with("BINARY_PATH", "broken.apk");
    fs::write(broken.workspace.join("broken.apk"), "no package").unwrap();
    assert_eq!(broken.run("check").code, 3);
    assert_eq!(broken.output("gate").as_deref(), Some("undecided"));

    let argument = Step::new("argument").with("BINARY_PATH", "--exit-zero\n$(touch made)");
    assert_eq!(argument.run("check").code, 3, "paths are never arguments");
    assert!(!argument.workspace.join("made").exists());
}

#[test]
fn the_version_that_is_there_is_used_and_another_one_stops_the_step() {
    if !bash() {
        return;
    }
    let version = env!("CARGO_PKG_VERSION");
    let right = Step::new("right").with("VERSION", format!("v{version}"));
    let told = right.run("install");
    assert_eq!(told.code, 0, "{told:?}");
    assert_eq!(told.stdout, format!("apkaudit {version} is there\n"));
    let other = Step::new("other").with("VERSION", "999.0.0");
    let told = other.run("install");
    assert_eq!(told.code, 2, "{told:?}");
    assert!(told.stdout.contains("is not apkaudit 999.0.0"));
}

#[test]
fn the_key_of_the_cache_follows_the_sources() {
    if !bash() || !(tool_runs("sha256sum") || tool_runs("shasum")) {
        return;
    }
    let step = Step::new("key");
    assert_eq!(step.run("key").code, 0);
    let key = step.output("key").unwrap();
    assert_eq!(key.len(), 64, "{key}");
}
