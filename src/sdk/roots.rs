//! Third-party code that the catalogue does not know: package roots by size.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::owners::{Known, Owners};
use super::prefixes::{is_in, package_of};
use super::touches::Touches;
use super::{ClassCounts, Seen, UnknownRoot};
use crate::evidence::Place;

/// Fewest classes of a root that is listed.
const FEWEST: u32 = 5;

/// First two parts of names below which many makers publish.
const HOSTS: [&str; 12] = [
    "com.github",
    "io.github",
    "com.gitee",
    "com.gitlab",
    "io.gitlab",
    "me.github",
    "org.github",
    "com.googlecode",
    "com.bitbucket",
    "com.jitpack",
    "com.sourceforge",
    "net.sourceforge",
];

/// Second parts that belong to the country, not to a maker.
const SECOND: [&str; 8] = ["com", "co", "net", "org", "gov", "edu", "ac", "or"];

/// Roots, sorted by name.
#[derive(Clone, Debug, Default)]
pub struct Roots(BTreeMap<String, Root>);

#[derive(Clone, Debug)]
struct Root {
    classes: u32,
    first: (String, String),
}

impl Roots {
    /// The root that a class lies in.
    pub fn of(&self, name: &str) -> Option<&str> {
        let root = root_of(package_of(name));
        if root.is_empty() {
            return None;
        }
        // One root stands for all packages of a maker: by the maker's name,
        // or by the longer one that all of them lie in.
        let (known, _) = self
            .0
            .range::<str, _>((Bound::Included(root), Bound::Unbounded))
            // A full stop sorts before all that names are made of, but for
            // a few signs.
            .take_while(|(known, _)| {
                known.starts_with(root)
                    && known
                        .as_bytes()
                        .get(root.len())
                        .is_none_or(|next| *next <= b'.')
            })
            .find(|(known, _)| is_in(known, root))?;
        is_in(name, known).then_some(known.as_str())
    }
}

/// The classes of a package, divided.
pub struct Divided {
    /// Numbers.
    pub counts: ClassCounts,
    /// The unknown ones.
    pub roots: Roots,
}

/// Divides the classes among app, SDKs, libraries and unknown roots.
pub fn divide(seen: &Seen<'_>, owners: &Owners<'_>) -> Divided {
    let mut counts = ClassCounts::default();
    let mut packages: BTreeMap<&str, (u32, (&str, &str))> = BTreeMap::new();
    let mut last: Option<(&str, Known)> = None;
    for &(class, file) in &seen.classes {
        let package = package_of(class);
        let again = matches!(&last, Some((known, _)) if *known == package);
        if !again || owners.splits(package) {
            last = Some((package, owners.known(class)));
        }
        let count = match last.as_ref().map(|(_, known)| known) {
            Some(Known::App) => &mut counts.app,
            Some(Known::Entry(owner)) if owner.starts_with("library:") => &mut counts.libraries,
            Some(Known::Entry(_)) => &mut counts.sdks,
            _ if is_renamed(package) => &mut counts.renamed,
            _ => {
                let entry = packages.entry(package).or_insert((0, (class, file)));
                entry.0 = entry.0.saturating_add(1);
                &mut counts.unknown
            }
        };
        *count = count.saturating_add(1);
    }
    Divided {
        counts,
        roots: group(&packages),
    }
}

/// Packages grouped by root, each root narrowed to what all of it lies in.
fn group(packages: &BTreeMap<&str, (u32, (&str, &str))>) -> Roots {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages.keys() {
        groups.entry(root_of(package)).or_default().push(package);
    }
    let mut roots = BTreeMap::new();
    for (root, members) in groups {
        let common = members
            .iter()
            .copied()
            .reduce(|a, b| common(a, b))
            .unwrap_or(root);
        let classes = members
            .iter()
            .filter_map(|m| packages.get(m))
            .fold(0_u32, |sum, (count, _)| sum.saturating_add(*count));
        let first = members.first().and_then(|m| packages.get(m));
        if let Some((_, (class, file))) = first
            && classes >= FEWEST
        {
            let root = Root {
                classes,
                first: ((*class).to_owned(), (*file).to_owned()),
            };
            roots.insert(common.to_owned(), root);
        }
    }
    Roots(roots)
}

/// The longest package that both lie in.
fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let mut prefix = a;
    while !is_in(b, prefix) {
        match prefix.rfind('.').and_then(|at| prefix.get(..at)) {
            Some(shorter) => prefix = shorter,
            None => break,
        }
    }
    prefix
}

/// The maker's part of a package name: two parts, or three where the first
/// two are a host's or a country's.
pub fn root_of(package: &str) -> &str {
    let end = |parts: usize| {
        package
            .match_indices('.')
            .nth(parts.saturating_sub(1))
            .map_or(package.len(), |(at, _)| at)
    };
    let two = package.get(..end(2)).unwrap_or(package);
    let country = two.split_once('.').is_some_and(|(first, second)| {
        (first.len() == 2 && SECOND.contains(&second))
            || (first == "com" && second.len() == 2 && second == "cn")
    });
    if country || HOSTS.contains(&two) {
        package.get(..end(3)).unwrap_or(package)
    } else {
        two
    }
}

/// Whether an obfuscator gave the name: parts of one or two letters, and
/// none that a maker would have.
fn is_renamed(package: &str) -> bool {
    let mut parts = package.split('.');
    let first = parts.next().unwrap_or_default();
    match parts.next() {
        None => first.len() <= 3,
        Some(second) => first.len() <= 2 && second.len() <= 2,
    }
}

/// The unknown roots as they are reported, the largest first.
pub fn unknown(owners: &Owners<'_>, roots: &Roots, touches: &Touches) -> Vec<UnknownRoot> {
    let mut unknown: Vec<UnknownRoot> = roots
        .0
        .iter()
        .map(|(name, root)| {
            let owner = format!("root:{name}");
            let (class, file) = &root.first;
            UnknownRoot {
                name: name.clone(),
                classes: root.classes,
                candidates: owners.candidates(class),
                components: touches.components(&owner),
                touches: touches.of(&owner),
                place: Place::file(file).at(class.as_str()),
            }
        })
        .collect();
    unknown.sort_by(|a, b| b.classes.cmp(&a.classes).then_with(|| a.name.cmp(&b.name)));
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_what_one_maker_has() {
        for (package, root) in [
            ("com.example.sdk.core", "com.example"),
            ("com.example", "com.example"),
            ("com.github.someone.lib", "com.github.someone"),
            ("cn.com.maker.sdk", "cn.com.maker"),
            ("xcrash", "xcrash"),
            ("", ""),
        ] {
            assert_eq!(root_of(package), root);
        }
    }

    #[test]
    fn names_of_obfuscators_are_no_roots() {
        for package in ["a.b.c", "a", "aa.b", "abc", ""] {
            assert!(is_renamed(package), "{package}");
        }
        for package in ["io.branch", "cn.jpush", "com.a", "xcrash", "okio.internal"] {
            assert!(!is_renamed(package), "{package}");
        }
    }
}
