//! `apkaudit` in a pipeline: what is written for other tools, the steps of the
//! GitHub action, and that the pages on it tell what is there.

mod action;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use support::{commands, folder, help, root, run, tool_runs};

#[test]
fn every_command_has_a_manual_page() {
    let dir = folder("man");
    let told = run(&["generate", "man", "--dir", dir.to_str().unwrap()]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    for command in commands() {
        let name = [&["apkaudit".to_owned()], command.as_slice()].concat();
        let page = fs::read_to_string(dir.join(format!("{}.1", name.join("-")))).unwrap();
        let usage = format!("\\fB{}\\fR", name.join(" "));
        assert!(
            page.contains(&usage.replace('-', "\\-")),
            "{name:?}: {page}"
        );
        let title = page
            .lines()
            .find(|line| line.starts_with(".TH "))
            .unwrap()
            .to_owned();
        assert!(!title.contains("20"), "no day: {title}");
    }
    let pages = fs::read_dir(&dir).unwrap().count();
    assert_eq!(pages, commands().len(), "and no page more");
    let again = folder("man-again");
    run(&["generate", "man", "--dir", again.to_str().unwrap()]);
    for page in fs::read_dir(&dir).unwrap() {
        let page = page.unwrap();
        assert_eq!(
            fs::read(page.path()).unwrap(),
            fs::read(again.join(page.file_name())).unwrap()
        );
    }
}

#[test]
fn shells_can_read_their_completions() {
    let dir = folder("completions");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let told = run(&["generate", "completions", shell]);
        assert_eq!(told.code, 0, "{shell}: {}", told.stderr);
        assert!(
            told.stdout.contains("severity"),
            "{shell} knows the arguments"
        );
        let script = dir.join(shell);
        fs::write(&script, told.stdout).unwrap();
        if ["bash", "zsh", "fish"].contains(&shell) && tool_runs(shell) {
            let read = Command::new(shell).arg("-n").arg(&script).output().unwrap();
            assert!(read.status.success(), "{shell}: {read:?}");
        }
    }
    assert_eq!(run(&["generate", "completions", "cmd"]).code, 2);
}

#[test]
fn the_table_of_variables_is_that_of_the_command_line() {
    let mut there: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for command in commands() {
        let mut argument = String::new();
        for line in help(&command).lines().map(str::trim) {
            let mut words = line.split([' ', ',']);
            if line.starts_with('-')
                && let Some(long) = words.find(|word| word.starts_with("--"))
            {
                long.clone_into(&mut argument);
            }
            let variable = line.strip_prefix("[env: ");
            if let Some(variable) = variable.and_then(|rest| rest.strip_suffix(']')) {
                there
                    .entry(variable.trim_end_matches('=').to_owned())
                    .or_default()
                    .insert(argument.clone());
            }
        }
    }
    assert!(there.len() > 15, "{there:?}");
    let page = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    let rows = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `APKAUDIT_"));
    let told: BTreeMap<String, BTreeSet<String>> = rows
        .map(|row| {
            let mut cells = row.split('|').map(|cell| cell.trim().trim_matches('`'));
            let variable = format!("APKAUDIT_{}", cells.next().unwrap());
            (variable, BTreeSet::from([cells.next().unwrap().to_owned()]))
        })
        .collect();
    assert_eq!(told, there, "docs/ci.md and --help");
}

#[test]
fn the_table_of_inputs_is_that_of_the_action() {
    let action = fs::read_to_string(root().join("action.yml")).unwrap();
    let script = fs::read_to_string(root().join("ci/action.sh")).unwrap();
    let page = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    let below = |head: &str| -> Vec<String> {
        let lines = action.lines().skip_while(|line| *line != head).skip(1);
        let lines = lines.take_while(|line| line.is_empty() || line.starts_with(' '));
        let names = lines.filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
        let names = names.filter(|name| !name.starts_with(' '));
        names.map(str::to_owned).collect()
    };
    let inputs = below("inputs:");
    assert!(inputs.len() > 15, "{inputs:?}");
    for input in &inputs {
        let variable = format!("INPUT_{}", input.to_uppercase());
        let handed = format!("{variable}: ${{{{ inputs.{input} }}}}");
        assert!(action.contains(&handed), "handed to the step: {handed}");
        assert!(script.contains(&variable), "{variable} is read");
        assert!(page.contains(&format!("| `{input}` |")), "{input} is told");
    }
    for output in below("outputs:") {
        assert!(
            script.contains(&format!("output {output} ")),
            "{output} is given"
        );
        assert!(page.contains(&format!("`{output}`")), "{output} is told");
    }
    // A value of a user is never a part of a script.
    for line in action.lines().filter(|line| line.contains("run:")) {
        assert!(!line.contains("${{"), "{line}");
    }
}

/// What stands in backquotes and begins so is a file of this repository.
const TREES: [&str; 4] = ["ci/", "fixtures/", "schemas/", "Dockerfile"];

#[test]
fn pages_name_files_that_are_there() {
    let mut pages = vec![
        root().join("README.md"),
        root().join("ARCHITECTURE.md"),
        root().join("CONTRIBUTING.md"),
    ];
    for dir in ["docs", "docs/adr", "docs/checks"] {
        let files = fs::read_dir(root().join(dir)).unwrap();
        let files = files.map(|file| file.unwrap().path());
        pages.extend(files.filter(|path| path.extension().is_some_and(|of| of == "md")));
    }
    let mut links = 0;
    let mut missing = Vec::new();
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let path = link.split('#').next().unwrap();
            if path.is_empty() || link.contains("://") || link.contains(' ') {
                continue;
            }
            links += 1;
            if !page.parent().unwrap().join(path).exists() {
                missing.push(format!("{}: {path}", page.display()));
            }
        }
    }
    let page = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    let code = page.split('`').skip(1).step_by(2);
    for path in code.filter(|code| TREES.iter().any(|tree| code.starts_with(tree))) {
        links += 1;
        if !root().join(path).exists() {
            missing.push(format!("docs/ci.md: `{path}`"));
        }
    }
    assert!(links > 20, "links are seen: {links}");
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn snippets_are_what_their_tools_read() {
    for (tool, arguments, file) in [
        ("ruby", &["-c"][..], "ci/Fastfile"),
        ("bash", &["-n"], "ci/action.sh"),
        ("bash", &["-n"], "ci/static.sh"),
        ("shellcheck", &[], "ci/action.sh"),
        ("shellcheck", &[], "ci/static.sh"),
    ] {
        if !tool_runs(tool) {
            continue;
        }
        let mut command = Command::new(tool);
        let told = command.args(arguments).arg(root().join(file)).output();
        let told = told.unwrap();
        assert!(told.status.success(), "{tool} {file}: {told:?}");
    }
}

#[test]
fn the_package_holds_what_the_program_is_built_from() {
    let listed = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(listed.status.success(), "{listed:?}");
    let listed = String::from_utf8(listed.stdout).unwrap();
    let listed: BTreeSet<&str> = listed.lines().collect();
    for file in [
        "build.rs",
        "src/cli/apkaudit.toml",
        "src/sample/example.toml",
        "schemas/config.schema.json",
    ] {
        assert!(listed.contains(file), "{file} is in the package");
    }
    let mut folders = vec![root().join("checks"), root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(root()).unwrap().to_str().unwrap();
            let below = below.replace('\\', "/");
            assert!(listed.contains(below.as_str()), "{below} is in the package");
        }
    }
    for tree in ["fixtures/", "tests/", "target/", "docs/checks/"] {
        let inside = listed.iter().find(|file| file.starts_with(tree));
        assert_eq!(inside, None, "{tree} is not");
    }
}
