//! Whose a name is: `app`, `sdk:jpush`, `library:okhttp`,
//! `root:com.example.unknown`, `platform`, or `unknown`.

use std::collections::{BTreeMap, BTreeSet};

use super::Seen;
use super::prefixes::{Belongs, Entry, Prefixes, is_in, package_of};
use super::resolve::Resolved;
use super::roots::{self, Roots};
use crate::catalog::{Sdk, Sdks, matches};

/// Whose the names of one package are.
#[derive(Debug)]
pub struct Owners<'a> {
    catalogue: &'a Sdks,
    prefixes: Prefixes<'a>,
    /// Namespaces of the app's own code.
    own: Vec<String>,
    /// Of SDKs that are a part of others: by index, the id of the other.
    part_of: BTreeMap<usize, String>,
    /// SDKs inside, or likely.
    inside: BTreeSet<usize>,
    /// Libraries that are the app itself: its id stands below their prefix.
    own_libraries: BTreeSet<usize>,
    roots: Roots,
}

/// The app's own code.
pub const APP: &str = "app";
/// Classes of the platform's namespaces.
const PLATFORM: &str = "platform";
/// Nobody's that can be told.
pub const UNKNOWN: &str = "unknown";

impl<'a> Owners<'a> {
    /// Owners by catalogue and by what is inside.
    pub fn new(
        seen: &Seen<'_>,
        catalogue: &'a Sdks,
        prefixes: Prefixes<'a>,
        resolved: &[Resolved],
    ) -> Self {
        let inside = resolved
            .iter()
            .filter(|r| r.status.is_inside())
            .map(|r| r.sdk)
            .collect();
        let part_of = resolved
            .iter()
            .filter_map(|r| Some((r.sdk, r.part_of.clone()?)))
            .collect();
        let mut own: Vec<String> = Vec::new();
        if !seen.package.is_empty() {
            own.push(roots::root_of(seen.package).to_owned());
        }
        for class in &seen.own {
            let package = package_of(class);
            if !package.is_empty() && prefixes.of(class) == Belongs::default() {
                own.push(roots::root_of(package).to_owned());
            }
        }
        own.sort();
        own.dedup();
        let libraries = (0..).zip(&catalogue.libraries);
        let own_libraries = libraries
            .filter(|(_, library)| library.classes.iter().any(|of| is_in(seen.package, of)))
            .map(|(at, _)| at)
            .collect();
        Self {
            catalogue,
            prefixes,
            own,
            part_of,
            inside,
            own_libraries,
            roots: Roots::default(),
        }
    }

    /// Whether the classes of a package may be of different owners.
    pub(super) fn splits(&self, package: &str) -> bool {
        self.prefixes.splits(package)
    }

    /// The same, knowing the unknown roots.
    #[must_use]
    pub fn with_roots(self, roots: Roots) -> Self {
        Self { roots, ..self }
    }

    /// Whose a component is: by its class, else by the entry that lists it.
    pub fn of_component(&self, class: &str) -> String {
        let owner = self.of(class);
        if owner != UNKNOWN && !owner.starts_with("root:") {
            return owner;
        }
        let mut sdks = self
            .inside
            .iter()
            .filter_map(|at| self.catalogue.sdks.get(*at));
        let lists = |sdk: &&Sdk| sdk.evidence.components.iter().any(|p| matches(p, class));
        sdks.find(lists)
            .map_or(owner, |sdk| format!("sdk:{}", sdk.id))
    }

    /// Whose a shared library is: by its name, else by the classes that it
    /// serves.
    pub fn of_library(&self, name: &str, jni: &[String]) -> String {
        let by_name = |patterns: &[String]| patterns.iter().any(|p| matches(p, name));
        let mut sdks = self
            .inside
            .iter()
            .filter_map(|at| self.catalogue.sdks.get(*at));
        if let Some(sdk) = sdks.find(|sdk| by_name(&sdk.evidence.libraries)) {
            return format!("sdk:{}", sdk.id);
        }
        let libraries = &self.catalogue.libraries;
        if let Some(library) = libraries.iter().find(|l| by_name(&l.libraries)) {
            return format!("library:{}", library.id);
        }
        let mut owners: Vec<String> = jni.iter().map(|class| self.of(class)).collect();
        owners.sort();
        owners.dedup();
        match owners.as_slice() {
            [one] => one.clone(),
            _ => UNKNOWN.to_owned(),
        }
    }

    /// Whose a permission is that the package defines.
    pub fn of_permission(&self, name: &str) -> String {
        let mut sdks = self
            .inside
            .iter()
            .filter_map(|at| self.catalogue.sdks.get(*at));
        let defines = |sdk: &&Sdk| sdk.evidence.permissions.iter().any(|p| matches(p, name));
        if let Some(sdk) = sdks.find(defines) {
            return format!("sdk:{}", sdk.id);
        }
        self.of(name)
    }

    /// SDKs inside that ask for a permission, by id.
    pub fn asking(&self, permission: &str) -> Vec<String> {
        let sdks = self
            .inside
            .iter()
            .filter_map(|at| self.catalogue.sdks.get(*at));
        sdks.filter(|sdk| {
            sdk.data.permissions.iter().any(|p| p == permission)
                || sdk
                    .evidence
                    .permissions
                    .iter()
                    .any(|p| matches(p, permission))
        })
        .map(|sdk| sdk.id.clone())
        .collect()
    }

    /// Namespaces of the app's own code.
    pub fn own(&self) -> &[String] {
        &self.own
    }

    /// Whose a class or package is.
    pub fn of(&self, name: &str) -> String {
        self.of_class(name, &self.roots)
    }

    /// Whose a class is, with these unknown roots.
    pub(super) fn of_class(&self, name: &str, roots: &Roots) -> String {
        match self.known(name) {
            Known::Entry(owner) => owner,
            Known::App => APP.to_owned(),
            Known::No if is_platform(name) => PLATFORM.to_owned(),
            Known::No => roots
                .of(name)
                .map_or_else(|| UNKNOWN.to_owned(), |root| format!("root:{root}")),
        }
    }

    /// Whose a class is, apart from unknown roots.
    pub(super) fn known(&self, name: &str) -> Known {
        let belongs = self.prefixes.of(name);
        match belongs.owner {
            Some(Entry::Sdk(at)) => {
                if let Some(whole) = self.part_of.get(&at) {
                    return Known::Entry(self.named(whole));
                }
                // A few classes below the prefix of an SDK that is not
                // inside are somebody's, and not that SDK's.
                if self.inside.contains(&at)
                    && let Some(sdk) = self.catalogue.sdks.get(at)
                {
                    return Known::Entry(format!("sdk:{}", sdk.id));
                }
            }
            Some(Entry::Library(at)) if self.own_libraries.contains(&at) => return Known::App,
            Some(Entry::Library(at)) => {
                if let Some(library) = self.catalogue.libraries.get(at) {
                    return Known::Entry(format!("library:{}", library.id));
                }
            }
            None => {}
        }
        let id = |at: &usize| {
            self.catalogue
                .sdks
                .get(*at)
                .map(|sdk| format!("sdk:{}", sdk.id))
        };
        let bundler = belongs.bundles.iter().find(|at| self.inside.contains(at));
        if let Some(owner) = bundler.and_then(id) {
            return Known::Entry(owner);
        }
        let sharers: Vec<&usize> = belongs
            .shared
            .iter()
            .filter(|at| self.inside.contains(at))
            .collect();
        if let [one] = sharers.as_slice()
            && let Some(owner) = id(one)
        {
            return Known::Entry(owner);
        }
        if sharers.len() > 1 {
            let ids: Vec<String> = sharers.iter().filter_map(|at| id(at)).collect();
            return Known::Entry(ids.join("|"));
        }
        if self.is_own(name) {
            return Known::App;
        }
        let weak = belongs.weak.iter().find(|at| self.inside.contains(at));
        match weak.and_then(id) {
            Some(owner) => Known::Entry(owner),
            None => Known::No,
        }
    }

    /// SDKs that may have the namespace of a class, none of which is inside.
    pub(super) fn candidates(&self, name: &str) -> Vec<String> {
        let belongs = self.prefixes.of(name);
        let owner = belongs.owner.and_then(|owner| match owner {
            Entry::Sdk(at) => Some(at),
            Entry::Library(_) => None,
        });
        let ids = belongs.shared.into_iter().chain(belongs.weak).chain(owner);
        let mut ids: Vec<String> = ids
            .filter_map(|at| Some(self.catalogue.sdks.get(at)?.id.clone()))
            .collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// Whether a packer or an SDK has this id.
    fn named(&self, id: &str) -> String {
        match self.catalogue.sdk(id) {
            Some(_) => format!("sdk:{id}"),
            None => format!("packer:{id}"),
        }
    }

    fn is_own(&self, name: &str) -> bool {
        self.own.iter().any(|own| is_in(name, own))
    }
}

/// What the catalogue and the app's own namespaces say of a class.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// An SDK or library.
    Entry(String),
    /// The app.
    App,
    /// Nothing.
    No,
}

fn is_platform(name: &str) -> bool {
    [
        "android.",
        "java.",
        "javax.",
        "dalvik.",
        "com.android.internal.",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}
