//! Lines of source manifests, by the names that stand in them. The line
//! numbers of a packaged manifest are those of the merged one and point
//! nowhere in the sources.

use super::tree::Tree;
use crate::check::{Evidence, Finding};
use crate::evidence::Place;
use crate::facts::Facts;

/// Manifests read.
const MANIFESTS: usize = 200;

/// The lines of a manifest, each with its place.
#[derive(Debug)]
pub struct Manifest {
    lines: Vec<(String, Place)>,
}

/// The manifests of a tree.
pub fn read(tree: &Tree) -> Vec<Manifest> {
    let files = tree.named(|name| name == "AndroidManifest.xml");
    let manifest = |file: &&str| {
        let text = tree.text(file)?;
        let lines = text.lines().enumerate();
        let lines = lines.map(|(index, line)| (line.to_owned(), tree.place(file, index + 1)));
        Some(Manifest {
            lines: lines.collect(),
        })
    };
    files.iter().take(MANIFESTS).filter_map(manifest).collect()
}

/// The line of what a row of evidence shows in the packaged manifest.
pub fn line_of(
    manifests: &[Manifest],
    facts: &Facts,
    finding: &Finding,
    row: &Evidence,
) -> Option<Place> {
    let place = &row.place;
    let mut asked = facts.permissions.requested.iter();
    let asked = asked.find(|asked| asked.place == *place).map(|p| &p.name);
    let component = facts.components.iter().find(|c| c.place == *place);
    let component = component.map(|component| &component.class);
    if let Some(name) = asked.or(component) {
        return named(manifests, name);
    }
    let word = row
        .what
        .en
        .split([' ', '=', ':'])
        .next()
        .unwrap_or_default();
    let attribute = |name: &str| {
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
        let attribute = format!("android:{name}=");
        plain.then(|| find(manifests, |line| line.contains(&attribute)))?
    };
    attribute(word)
        .or_else(|| attribute(&finding.subject))
        .or_else(|| named(manifests, &finding.subject))
        .or_else(|| {
            let of_app = place.locator.as_deref() == Some("manifest/application");
            of_app.then(|| find(manifests, |line| line.contains("<application")))?
        })
}

/// The line in which a permission or a class is named, in full or beginning
/// with a full stop.
pub fn named(manifests: &[Manifest], name: &str) -> Option<Place> {
    if !name.contains('.') || name.contains(char::is_whitespace) {
        return None;
    }
    let is_it = |quoted: &str| {
        quoted == name || (quoted.len() > 1 && quoted.starts_with('.') && name.ends_with(quoted))
    };
    // What is in quotes stands between two marks.
    find(manifests, |line| {
        line.split(['"', '\'']).skip(1).step_by(2).any(is_it)
    })
}

fn find(manifests: &[Manifest], right: impl Fn(&str) -> bool) -> Option<Place> {
    let mut lines = manifests.iter().flat_map(|manifest| &manifest.lines);
    let (_, place) = lines.find(|(line, _)| right(line))?;
    Some(place.clone())
}
