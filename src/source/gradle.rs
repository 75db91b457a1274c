//! Lines of Gradle files that name a dependency.

use super::tree::Tree;
use crate::evidence::Place;

/// Files read.
const BUILDS: usize = 500;

/// The lines of a build file or version catalogue that may name a
/// dependency, each with its place.
#[derive(Debug)]
pub struct Build {
    lines: Vec<(String, Place)>,
}

/// The build files of a tree.
pub fn read(tree: &Tree) -> Vec<Build> {
    let files = tree.named(|name| {
        matches!(name, "build.gradle" | "build.gradle.kts") || name.ends_with(".versions.toml")
    });
    let build = |file: &&str| {
        let text = tree.text(file)?;
        let lines = text.lines().enumerate();
        let lines = lines.filter(|(_, line)| {
            let line = line.trim_start();
            line.contains(['"', '\'']) && !line.starts_with("//") && !line.starts_with('#')
        });
        let lines = lines.map(|(index, line)| (line.to_owned(), tree.place(file, index + 1)));
        Some(Build {
            lines: lines.collect(),
        })
    };
    files.iter().take(BUILDS).filter_map(build).collect()
}

/// The line that names `group:artifact`, whatever the version.
pub fn line_of(builds: &[Build], coordinates: &str) -> Option<Place> {
    let mut parts = coordinates.split(':');
    let (group, artifact) = (parts.next()?, parts.next()?);
    let mut lines = builds.iter().flat_map(|build| &build.lines);
    let (_, place) = lines.find(|(line, _)| names(line, group, artifact))?;
    Some(place.clone())
}

/// `"group:artifact:1.0"`, `"group:artifact"`, or both in quotes of their
/// own: `group = "…", name = "…"`.
fn names(line: &str, group: &str, artifact: &str) -> bool {
    let quoted: Vec<&str> = line.split(['"', '\'']).skip(1).step_by(2).collect();
    let together = quoted.iter().any(|text| {
        let mut parts = text.split(':');
        parts.next() == Some(group) && parts.next() == Some(artifact)
    });
    together || (quoted.contains(&group) && quoted.contains(&artifact))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_dependency_is_named_in_four_ways() {
        let names = |line| names(line, "cn.jiguang.sdk", "jpush");
        assert!(names("    implementation 'cn.jiguang.sdk:jpush:5.0.0'"));
        assert!(names(
            "    implementation(\"cn.jiguang.sdk:jpush:$version\")"
        ));
        assert!(names(
            "jpush = { module = \"cn.jiguang.sdk:jpush\", version.ref = \"j\" }"
        ));
        assert!(names(
            "jpush = { group = \"cn.jiguang.sdk\", name = \"jpush\" }"
        ));
        assert!(!names(
            "    implementation 'cn.jiguang.sdk:jpush-extra:5.0.0'"
        ));
    }
}
