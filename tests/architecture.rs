//! Data goes one way through the rooms (ARCHITECTURE.md). A module may use
//! only what stands before it; this test reads the `use crate::` lines.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in the order of the data. Rooms of one line do not know each
/// other.
const LINE: &[&[&str]] = &[
    &["evidence", "limits"],
    &["container", "decode"],
    &["catalog"],
    &[
        "manifest",
        "layout",
        "sdk",
        "code",
        "native",
        "dependencies",
        "policy",
        "endpoint",
    ],
    &["disclosure", "interface", "program"],
    &["permission"],
    &["facts"],
    &["check"],
    &["source"],
    &["gate"],
    &["diff"],
    &["report"],
    &["cli"],
];

/// Rooms of one line that may use each other all the same, and why.
const SAME_LINE: &[(&str, &str)] = &[
    // An archive's signing block is bytes to decode.
    ("container", "decode"),
    // Resources are resolved in the way of the manifest's attributes.
    ("layout", "manifest"),
    // Which URLs are documentation is known to the room of URLs.
    ("policy", "endpoint"),
];

/// `sample` writes packages for tests and examples; it stands beside the
/// line, knows no room, and only `check` and `cli` may use it.
const SAMPLE: &str = "sample";

#[test]
fn every_use_goes_against_the_arrow() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(
        files.len() > 20,
        "the sources are read: {} files",
        files.len()
    );
    let mut wrong = Vec::new();
    let mut edges = 0;
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let room = relative
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs");
        if room == "lib" || room == "main" {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for used in rooms_used(code) {
            edges += 1;
            if used != room && !allowed(room, &used) {
                wrong.push(format!("{}: {room} uses {used}", relative.display()));
            }
        }
    }
    assert!(edges > 20, "the uses are seen: {edges}");
    assert!(wrong.is_empty(), "against the arrow:\n{}", wrong.join("\n"));
}

#[test]
fn the_test_sees_an_edge_against_the_arrow() {
    assert!(allowed("check", "facts"));
    assert!(!allowed("facts", "check"));
    assert!(!allowed("manifest", "code"));
    assert!(!allowed("sample", "decode"));
    assert_eq!(
        rooms_used("use crate::facts::{Facts};\nlet x = crate::gate::decide();"),
        ["facts", "gate"]
    );
    assert_eq!(
        rooms_used("use crate::{decode::dex, evidence};"),
        ["decode", "evidence"]
    );
}

fn allowed(room: &str, used: &str) -> bool {
    if room == SAMPLE {
        return false;
    }
    if used == SAMPLE {
        return matches!(room, "check" | "cli");
    }
    if used == "lib" || SAME_LINE.contains(&(room, used)) {
        return true;
    }
    match (position(room), position(used)) {
        (Some(room), Some(used)) => used < room,
        _ => false,
    }
}

fn position(room: &str) -> Option<usize> {
    LINE.iter().position(|line| line.contains(&room))
}

/// Rooms named after `crate::`, single or in braces.
fn rooms_used(code: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let mut rooms = Vec::new();
    let code: String = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    for (index, _) in code.match_indices("crate::") {
        let rest = &code[index + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut start = true;
            for (at, c) in list.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 1 => start = true,
                    c if c.is_whitespace() => {}
                    _ if start => {
                        rooms.push(word(&list[at..]));
                        start = false;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        } else {
            rooms.push(word(rest));
        }
    }
    // Items that lib.rs offers at the top are lower-case rooms only.
    rooms.retain(|room| room.chars().next().is_some_and(char::is_lowercase));
    rooms
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        // Unit tests may reach for anything that helps them.
        if path.file_stem().is_some_and(|stem| stem == "tests") {
            continue;
        }
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}
