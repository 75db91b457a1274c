//! The pages under `docs/` say what the checks say.

use std::fs;
use std::path::Path;

use apkaudit::Checks;
use apkaudit::report::docs;

#[test]
fn the_pages_on_checks_are_those_that_the_checks_give() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let pages = docs::pages(&Checks::builtin().unwrap());
    assert!(pages.len() > 100, "{} pages", pages.len());
    let stale: Vec<&str> = pages
        .iter()
        .filter(|(path, text)| fs::read_to_string(folder.join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| path.as_str())
        .collect();
    assert!(
        stale.is_empty(),
        "run `cargo run -- generate docs`: {stale:?}"
    );
    let files = fs::read_dir(folder.join("checks")).unwrap();
    assert_eq!(
        files.count(),
        pages.len() - 1,
        "a page of a check that is no more: run `cargo run -- generate docs`"
    );
}
