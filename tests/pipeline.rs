//! A baseline meets the same app with other names: what was taken down on an
//! unshrunk build is known in the shrunk one. `tests/cli/story.md` is the
//! whole story of a pipeline.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// `apkaudit` in a folder.
fn apkaudit(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_apkaudit"))
        .args(words)
        .current_dir(folder)
        .env("LC_ALL", "C")
        .output()
        .unwrap()
}

/// `fixtures/apps/planted/<build>`
fn planted(build: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/apps/planted");
    folder.join(build).to_str().unwrap().to_owned()
}

#[test]
fn a_rebuild_with_other_names_finds_nothing_new() {
    for case in [
        "box-ticked",
        "text-messages",
        "push-at-start",
        "ads-at-start",
        "starts-with-phone",
        // The app's own code is that of nobody known in the shrunk build.
        "any-certificate",
    ] {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pipeline-{case}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(
            folder.join("apkaudit.toml"),
            "[gate]\nfail-on = \"medium:medium\"\nbaseline = \"known.json\"\n",
        )
        .unwrap();
        let taken = apkaudit(
            &folder,
            &["baseline", "create", &planted(&format!("{case}/plain.apk"))],
        );
        assert!(taken.status.success(), "{case}: {taken:?}");
        let known = fs::read_to_string(folder.join("known.json")).unwrap();
        assert!(known.contains("\"fingerprint\""), "{case}: {known}");

        let rebuilt = planted(&format!("{case}/r8.apk"));
        let run = apkaudit(&folder, &["check", &rebuilt, "-f", "concise"]);
        let errors = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(0), "{case}: {errors}");
        assert!(errors.contains("known by the baseline"), "{case}: {errors}");
        assert!(!errors.contains("stale-baseline"), "{case}: {errors}");
    }
}
