//! The examples of the clause files: every text is read as a policy would
//! be, and must have the clause or not.
#![expect(
    clippy::print_stdout,
    reason = "the counts are what a reader of the test asks for"
)]

use std::fs;
use std::path::Path;

use apkaudit::catalog::Clauses;
use apkaudit::decode::prose::markdown;
use apkaudit::policy::clauses::Rules;

/// Clauses as they are in the tree, which need not be those of the build.
fn clauses() -> Clauses {
    let folder = Path::new("checks/catalog/clauses");
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .expect("the clause files are there")
        .map(|entry| {
            let path = entry.expect("readable").path();
            let text = fs::read_to_string(&path).expect("readable");
            (path.display().to_string(), text)
        })
        .collect();
    files.sort();
    let files = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    Clauses::read(files).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn every_example_says_what_its_clause_file_expects() {
    let clauses = clauses();
    let rules = Rules::compile(&clauses).unwrap_or_else(|faults| panic!("{faults}"));
    let mut wrong = Vec::new();
    let mut all = 0;
    for entry in &clauses.entries {
        for example in &entry.rule.example {
            all += 1;
            let prose = markdown::read(&example.text);
            let verdict = rules.verdict(&entry.rule.id, &prose).expect("known");
            if verdict != example.is {
                wrong.push(format!(
                    "{}: {verdict:?}, not {:?}: {} {}",
                    entry.rule.id,
                    example.is,
                    example.about,
                    example.text.trim()
                ));
            }
        }
    }
    println!(
        "{all} examples of {} clauses, {} wrong",
        clauses.entries.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
