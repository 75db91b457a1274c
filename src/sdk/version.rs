//! Which version of an SDK is inside, and how that is known.

use std::cmp::Ordering;

use regex::Regex;

use super::{Seen, SeenDependency, Version};
use crate::catalog::{Sdk, VersionSource};
use crate::evidence::Place;

/// Longest text that is a version.
const LONGEST: usize = 64;

/// Reads versions from what a package shows.
pub struct Reader<'a> {
    seen: &'a Seen<'a>,
    text: &'a dyn Fn(&str) -> Option<(String, Place)>,
}

impl<'a> Reader<'a> {
    /// Versions of this package; `text` gives a small file of it.
    pub fn new(seen: &'a Seen<'a>, text: &'a dyn Fn(&str) -> Option<(String, Place)>) -> Self {
        Self { seen, text }
    }

    /// The version of an SDK: what the package's own list of dependencies
    /// says, else the first source of the entry that gives one.
    pub fn of(&self, sdk: &Sdk) -> Option<Version> {
        self.listed(&sdk.maven)
            .or_else(|| sdk.version.iter().find_map(|source| self.from(source)))
    }

    /// The version in the package's own lists of dependencies.
    pub fn listed(&self, maven: &[String]) -> Option<Version> {
        let dependency = self.dependency(maven)?;
        Some(Version {
            value: sound(dependency.version?)?,
            from: dependency.name.to_owned(),
            place: dependency.place.clone(),
        })
    }

    /// `group:artifact:version`, if the package lists it.
    pub fn coordinates(&self, maven: &[String]) -> Option<String> {
        let dependency = self.dependency(maven)?;
        Some(format!(
            "{}:{}",
            dependency.name,
            sound(dependency.version?)?
        ))
    }

    fn dependency(&self, maven: &[String]) -> Option<&SeenDependency<'a>> {
        let listed = |name: &String| {
            let all = self.seen.dependencies.iter().filter(|dependency| {
                dependency.ecosystem == "maven"
                    && dependency.name == name.as_str()
                    && dependency.version.is_some()
            });
            // Gradle takes the highest of several.
            all.reduce(|best, next| match (best.version, next.version) {
                (Some(a), Some(b)) if is_below(a, b) => next,
                _ => best,
            })
        };
        maven.iter().find_map(listed)
    }

    fn from(&self, source: &VersionSource) -> Option<Version> {
        if let Some((class, member)) = source.member() {
            let constant = self
                .seen
                .constants
                .iter()
                .find(|constant| constant.class == class && constant.member == member)?;
            return Some(Version {
                value: sound(constant.value)?,
                from: format!("{class}.{member}"),
                place: constant.place.clone(),
            });
        }
        if let Some(file) = &source.file {
            let (text, place) = (self.text)(file)?;
            let value = match &source.key {
                None => text.trim(),
                Some(key) => value_of(&text, key)?,
            };
            return Some(Version {
                value: sound(value)?,
                from: file.clone(),
                place,
            });
        }
        if let Some(name) = &source.meta_data {
            let (named, value) = self
                .seen
                .meta_data
                .iter()
                .find(|(named, _)| named.name == name)?;
            return Some(Version {
                value: sound((*value)?)?,
                from: name.clone(),
                place: named.place.clone(),
            });
        }
        let (expression, names) = match (&source.library, &source.file_name) {
            (Some(expression), _) => (expression, &self.seen.libraries),
            (None, Some(expression)) => (expression, &self.seen.files),
            (None, None) => return None,
        };
        // Checked with the catalogue.
        let regex = Regex::new(&format!("^(?:{expression})$")).ok()?;
        let mut found: Vec<_> = names
            .iter()
            .filter_map(|named| {
                let captures = regex.captures(named.name)?;
                let parts: Vec<&str> = captures
                    .iter()
                    .skip(1)
                    .flatten()
                    .map(|part| part.as_str())
                    .collect();
                Some((sound(&parts.join("."))?, named))
            })
            .collect();
        found.sort_by(|a, b| (a.0.as_str(), a.1.place).cmp(&(b.0.as_str(), b.1.place)));
        let (value, named) = found.into_iter().next()?;
        Some(Version {
            value,
            from: named.name.to_owned(),
            place: named.place.clone(),
        })
    }
}

/// The value of a line `key=value` or `key: value`.
fn value_of<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(['=', ':'])?;
        (name.trim() == key).then(|| value.trim())
    })
}

/// The version in a short text: from its first number on, without a name
/// before it (`GTC-3.2.18`, `android 5.3.1`, `v2.0`); `4_0_0` is `4.0.0`.
fn sound(text: &str) -> Option<String> {
    let text = text.trim().trim_matches('"');
    if text.len() > LONGEST {
        return None;
    }
    let name = |c: char| c.is_ascii_alphabetic() || " -_".contains(c);
    let version = text.trim_start_matches(name);
    let sound = version.starts_with(|c: char| c.is_ascii_digit())
        && version
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-_+()".contains(c));
    if !sound {
        return None;
    }
    let underscored = version.chars().all(|c| c.is_ascii_digit() || c == '_');
    Some(if underscored {
        version.replace('_', ".")
    } else {
        version.to_owned()
    })
}

/// Whether a version is lower than another, by their numbers in order.
/// `1.2` and `1.2.0` are the same; what follows the numbers (`-beta`) only
/// decides if one has it and the other has not.
pub fn is_below(version: &str, floor: &str) -> bool {
    let (a, a_rest) = numbers(version);
    let (b, b_rest) = numbers(floor);
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let longest = a.len().max(b.len());
    let part = |numbers: &[u64], at: usize| numbers.get(at).copied().unwrap_or(0);
    let ordering = (0..longest)
        .map(|at| part(&a, at).cmp(&part(&b, at)))
        .find(|ordering| *ordering != Ordering::Equal);
    match ordering {
        Some(ordering) => ordering == Ordering::Less,
        None => !a_rest.is_empty() && b_rest.is_empty() && a_rest.starts_with('-'),
    }
}

/// The dotted numbers a version begins with, and what follows them.
fn numbers(version: &str) -> (Vec<u64>, &str) {
    let version = version.trim_start_matches(['v', 'V']);
    let end = version
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(version.len());
    let (numbers, rest) = version.split_at(end);
    let numbers = numbers.split('.').map_while(|n| n.parse().ok()).collect();
    (numbers, rest)
}
