//! `apkaudit checks new`: a check that works as it stands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apkaudit"));
    command.args(arguments).env("LC_ALL", "C").output().unwrap()
}

/// A directory that is not there yet.
fn fresh(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    dir
}

#[test]
fn a_new_check_is_valid_and_its_examples_give_what_they_say() {
    let dir = fresh("checks-new");
    let shown = dir.to_str().unwrap();
    let made = run(&["checks", "new", "loud-app", "--dir", shown]);
    assert!(made.status.success(), "{made:?}");

    let tested = run(&["checks", "test", shown]);
    let text = String::from_utf8(tested.stdout).unwrap();
    assert_eq!(text, "3 examples of 1 check: 3 as expected, 0 not\n");

    let arguments = ["--select", "loud-app", "--profile", "audit"];
    let app = "fixtures/apps/shop/shop.apk";
    let judged = run(&[&["check", app, "--checks", shown], &arguments[..]].concat());
    let text = String::from_utf8(judged.stdout).unwrap();
    assert!(
        text.contains("loud-app") && text.contains("1 of "),
        "{text}"
    );
}

#[test]
fn what_is_there_already_is_not_overwritten() {
    let dir = fresh("checks-new-twice");
    let shown = dir.to_str().unwrap();
    let new = |id: &str| run(&["checks", "new", id, "--dir", shown]);
    assert!(new("loud-app").status.success());
    fs::write(dir.join("loud-app.toml"), "mine").unwrap();

    let again = new("loud-app");
    assert_eq!(again.status.code(), Some(2));
    let message = String::from_utf8(again.stderr).unwrap();
    assert!(message.contains("is there already"), "{message}");
    assert_eq!(
        fs::read_to_string(dir.join("loud-app.toml")).unwrap(),
        "mine"
    );

    for id in ["sdk-undisclosed", "Loud App", "../up", ""] {
        assert_eq!(new(id).status.code(), Some(2), "{id}");
    }
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
}
