//! Sources of the project: which line brings a finding about.
//!
//! The sources are a hint for people and change no verdict. They are read
//! within bounds, links are not followed, and what build tools and package
//! managers write is left alone.

mod gradle;
mod manifest;
mod tree;

use std::path::Path;

use crate::catalog;
use crate::check::{Evidence, Finding};
use crate::evidence::Place;
use crate::facts::Facts;
use tree::Tree;

/// The sources of a project.
#[derive(Debug)]
pub struct Sources {
    tree: Tree,
    manifests: Vec<manifest::Manifest>,
    builds: Vec<gradle::Build>,
}

impl Sources {
    /// Reads the files that can be pointed to below `root`. `shown` is what
    /// reports write before the paths below it.
    pub fn read(root: &Path, shown: &str) -> std::io::Result<Self> {
        let tree = Tree::walk(root, shown)?;
        let manifests = manifest::read(&tree);
        let builds = gradle::read(&tree);
        Ok(Self {
            tree,
            manifests,
            builds,
        })
    }

    /// The line that brings a finding about: of a manifest, of the code, of
    /// a file that went into the package, or of the dependency that brings
    /// an SDK. None if none is found.
    pub fn line_of(&self, facts: &Facts, finding: &Finding) -> Option<Place> {
        let mut seen = finding.evidence.iter();
        seen.find_map(|row| self.of_evidence(facts, finding, row))
            .or_else(|| self.of_owner(facts, &finding.owner))
            .or_else(|| self.of_owner(facts, &format!("sdk:{}", finding.subject)))
            .or_else(|| manifest::named(&self.manifests, &finding.subject))
    }

    fn of_evidence(&self, facts: &Facts, finding: &Finding, row: &Evidence) -> Option<Place> {
        let file = row.place.file.rsplit("!/").next().unwrap_or_default();
        if file.ends_with("AndroidManifest.xml") {
            return manifest::line_of(&self.manifests, facts, finding, row);
        }
        if Path::new(file).extension().is_some_and(|e| e == "dex") {
            return self.of_code(&row.place);
        }
        self.tree.same_file(file, row)
    }

    /// The file of a class, by its name.
    fn of_code(&self, place: &Place) -> Option<Place> {
        let locator = place.locator.as_deref()?;
        let without_method = locator.rsplit_once('.').map_or("", |(class, _)| class);
        let class = |name: &str| {
            let outer = name.split('$').next().unwrap_or(name).replace('.', "/");
            if outer.contains('/') {
                self.tree.class(&outer, place.line)
            } else {
                None
            }
        };
        class(locator).or_else(|| class(without_method))
    }

    /// The dependency that brings an SDK or a library.
    fn of_owner(&self, facts: &Facts, owner: &str) -> Option<Place> {
        let (kind, id) = owner.split_once(':')?;
        if kind == "library" {
            let library = facts.sdks.libraries.iter().find(|l| l.id == id)?;
            return gradle::line_of(&self.builds, library.coordinates.as_deref()?);
        }
        let sdk = facts.sdks.found.iter().find(|sdk| sdk.id == id)?;
        let whole = sdk.part_of.iter().chain(&sdk.brought_by);
        let ids = std::iter::once(&sdk.id).chain(whole);
        let listed = sdk.coordinates.as_deref().into_iter();
        let known = ids
            .filter_map(|id| catalog::sdks().sdk(id))
            .flat_map(|entry| entry.maven.iter().map(String::as_str));
        listed
            .chain(known)
            .find_map(|coordinates| gradle::line_of(&self.builds, coordinates))
    }
}

#[cfg(test)]
mod tests;
