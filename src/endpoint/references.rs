//! URLs that name a document or a namespace.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::catalog;

/// `checks/catalog/references.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    namespaces: Vec<String>,
    licences: Vec<String>,
    documents: Vec<String>,
    paths: Vec<String>,
}

/// Entries by host.
#[derive(Debug, Default)]
struct References {
    hosts: BTreeMap<String, Vec<Entry>>,
    /// Beginnings of hosts, with their last dot.
    beginnings: Vec<String>,
    /// Parts of paths of any host, in lower case; with `$`, their ends.
    paths: Vec<String>,
}

#[derive(Debug)]
struct Entry {
    below: bool,
    path: String,
}

/// Names that are reserved for examples (RFC 2606, RFC 6761).
const RESERVED: [&str; 6] = [
    "example.com",
    "example.org",
    "example.net",
    "example",
    "test",
    "invalid",
];

/// Whether a URL with this host and path is a reference.
pub(super) fn is_reference(host: &str, path: &str) -> bool {
    let mut names = names_above(host);
    names.any(|name| RESERVED.contains(&name)) || is_listed(host, path)
}

/// A host and the names above it.
fn names_above(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |name: &&str| {
        let name: &str = name;
        name.split_once('.').map(|(_, rest)| rest)
    })
}

/// Whether the catalogue lists the host, this part of it, or such a path of
/// any host.
pub(super) fn is_listed(host: &str, path: &str) -> bool {
    let begins = |beginning: &String| host.starts_with(beginning.as_str());
    if list().beginnings.iter().any(begins) {
        return true;
    }
    let path = path.to_ascii_lowercase();
    let names_a_document = |part: &String| match part.strip_suffix('$') {
        Some(end) => path.ends_with(end),
        None => path.contains(part.as_str()),
    };
    if list().paths.iter().any(names_a_document) {
        return true;
    }
    names_above(host).any(|name| {
        let mut entries = list().hosts.get(name).into_iter().flatten();
        entries.any(|entry| (entry.below || name == host) && path.starts_with(&entry.path))
    })
}

fn list() -> &'static References {
    static LIST: OnceLock<References> = OnceLock::new();
    LIST.get_or_init(|| {
        let catalogue: Catalogue = catalog::knowledge("catalog/references.toml");
        let mut references = References {
            paths: catalogue.paths,
            ..References::default()
        };
        for entry in catalogue
            .namespaces
            .into_iter()
            .chain(catalogue.licences)
            .chain(catalogue.documents)
        {
            if let Some(beginning) = entry.strip_suffix('*') {
                references.beginnings.push(beginning.to_owned());
                continue;
            }
            let (host, path) = entry.split_at(entry.find('/').unwrap_or(entry.len()));
            let (below, host) = match host.strip_prefix("*.") {
                Some(host) => (true, host),
                None => (false, host),
            };
            references
                .hosts
                .entry(host.to_owned())
                .or_default()
                .push(Entry {
                    below,
                    path: path.to_owned(),
                });
        }
        references
    })
}
