//! What entries must keep to so that detection can rely on them.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use super::{Evidence, Grounds, Sdk, Sdks};

impl Sdks {
    /// Mistakes in what the entries say, one line each, sorted.
    pub fn lint(&self) -> Vec<String> {
        let mut lint = Lint {
            catalogue: self,
            faults: BTreeSet::new(),
        };
        for sdk in &self.sdks {
            lint.sdk(sdk);
        }
        lint.ids();
        lint.prefixes();
        lint.libraries();
        lint.faults.into_iter().collect()
    }
}

struct Lint<'a> {
    catalogue: &'a Sdks,
    faults: BTreeSet<String>,
}

impl Lint<'_> {
    fn fault(&mut self, id: &str, what: impl std::fmt::Display) {
        self.faults.insert(format!("{id}: {what}"));
    }

    fn sdk(&mut self, sdk: &Sdk) {
        let id = sdk.id.as_str();
        if !self.catalogue.categories.contains_key(&sdk.category) {
            self.fault(id, format_args!("no category `{}`", sdk.category));
        }
        for kind in sdk.data.required.iter().chain(&sdk.data.optional) {
            if !self.catalogue.kinds.contains_key(kind) {
                self.fault(id, format_args!("no kind of data `{kind}`"));
            }
        }
        for brought in &sdk.brings {
            if self.catalogue.sdk(brought).is_none() {
                self.fault(id, format_args!("brings `{brought}`, which is not there"));
            }
        }
        let country = sdk.country.as_bytes();
        if country.len() != 2 || !country.iter().all(u8::is_ascii_uppercase) {
            self.fault(id, format_args!("country `{}`", sdk.country));
        }
        if sdk.purpose_en.is_empty() || sdk.purpose_zh.is_empty() {
            self.fault(id, "no purpose");
        }
        match sdk.evidence.certainty {
            None => self.fault(id, "evidence without certainty"),
            Some(Grounds::Artefact) if !sdk.evidence.source.contains('.') => {
                self.fault(id, "evidence read in a file, and the file is not named");
            }
            Some(_) => {}
        }
        let none = Evidence::default();
        let weak = sdk.weak.as_ref().unwrap_or(&none);
        let alone = [&weak.sentinels, &weak.exclude, &weak.bundles, &weak.shared];
        if alone.iter().any(|list| !list.is_empty()) || weak.min_classes.is_some() {
            self.fault(
                id,
                "weak names have no sentinels, bundles, shared namespaces",
            );
        }
        for evidence in [&sdk.evidence, weak] {
            for pattern in patterns(evidence) {
                if pattern.trim_matches(['*', '.', '/']).len() < 3 {
                    self.fault(id, format_args!("`{pattern}` matches nearly everything"));
                }
            }
        }
        for version in &sdk.version {
            if !version.is_one() {
                self.fault(id, "a version is read in one way: class and field, class and method, file, library, file_name or meta_data");
            }
            for expression in version.library.iter().chain(&version.file_name) {
                let groups = Regex::new(expression).map(|regex| regex.captures_len());
                if !matches!(groups, Ok(2..)) {
                    self.fault(
                        id,
                        format_args!("`{expression}` is no regular expression with a group"),
                    );
                }
            }
        }
    }

    fn ids(&mut self) {
        let mut seen = BTreeSet::new();
        let sdks = self.catalogue.sdks.iter().map(|sdk| &sdk.id);
        for id in sdks.chain(self.catalogue.libraries.iter().map(|l| &l.id)) {
            let sound = id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !sound {
                self.fault(id, "an id has small letters, digits and hyphens");
            }
            if !seen.insert(id) {
                self.fault(id, "is there twice");
            }
        }
    }

    /// A prefix belongs to one entry.
    fn prefixes(&mut self) {
        let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
        let sdks = self.catalogue.sdks.iter().flat_map(|sdk| {
            let classes = sdk.evidence.classes.iter();
            classes.map(|prefix| (prefix.as_str(), sdk.id.as_str()))
        });
        let libraries = self.catalogue.libraries.iter().flat_map(|library| {
            let classes = library.classes.iter();
            classes.map(|prefix| (prefix.as_str(), library.id.as_str()))
        });
        let all: Vec<_> = sdks.chain(libraries).collect();
        for (prefix, id) in all {
            if let Some(other) = owners.insert(prefix, id) {
                self.fault(id, format_args!("prefix `{prefix}` is also of {other}"));
            }
            let sound = prefix.split('.').all(|part| {
                !part.is_empty()
                    && part
                        .chars()
                        .all(|c| c.is_alphanumeric() || "_$-".contains(c))
            });
            if !sound {
                self.fault(id, format_args!("`{prefix}` is no prefix of class names"));
            }
        }
    }

    fn libraries(&mut self) {
        for library in &self.catalogue.libraries {
            for kind in &library.reads {
                if !self.catalogue.kinds.contains_key(kind) {
                    self.fault(&library.id, format_args!("no kind of data `{kind}`"));
                }
            }
            let names = [
                &library.classes,
                &library.libraries,
                &library.meta_inf,
                &library.plugin,
            ];
            if names.iter().all(|list| list.is_empty()) {
                self.fault(&library.id, "shows by nothing");
            }
        }
    }
}

/// Every name of the evidence that may have a `*`.
fn patterns(evidence: &Evidence) -> impl Iterator<Item = &String> {
    [
        &evidence.components,
        &evidence.registrars,
        &evidence.meta_data,
        &evidence.permissions,
        &evidence.queries,
        &evidence.libraries,
        &evidence.jni,
        &evidence.files,
        &evidence.resources,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::Sdks;
    use crate::catalog::sdks;

    /// What is embedded is what the files say, and the files name their
    /// mistakes.
    #[test]
    fn the_embedded_entries_are_those_of_the_files() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("checks");
        let mut files = Vec::new();
        for folder in ["catalog/sdks", "catalog/libraries"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|e| e == "toml") {
                    let name = path.file_name().unwrap().to_str().unwrap();
                    let text = std::fs::read_to_string(&path).unwrap();
                    files.push((format!("{folder}/{name}"), text));
                }
            }
        }
        let read = Sdks::read(files.iter().map(|(p, t)| (p.as_str(), t.as_str())));
        let read = read.unwrap_or_else(|faults| panic!("{faults}"));
        assert!(read.sdks == sdks().sdks, "SDKs differ");
        assert!(read.libraries == sdks().libraries, "libraries differ");
        let broken = [(
            "catalog/sdks/x.toml",
            "name_en = \"X\"\ncatgory = \"push\"\n",
        )];
        let faults = Sdks::read(broken).unwrap_err().to_string();
        assert!(faults.contains("did you mean `category`?"), "{faults}");
    }

    #[test]
    fn the_entries_keep_to_the_rules() {
        let faults = sdks().lint();
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    }
}
