//! The names of all rooms gathered for the detection of SDKs, and the owners
//! that it finds written back to what they own.

use crate::catalog::{self, matches};
use crate::code::CodeFacts;
use crate::container::{ModuleKind, Package};
use crate::dependencies::{Dependency, Ecosystem};
use crate::endpoint::Endpoint;
use crate::evidence::{Gap, GapKind, Part, Place};
use crate::manifest::{Component, ComponentKind, ManifestFacts, QueryTarget};
use crate::native::{self, NativeFacts, Packer};
use crate::program::ProgramFacts;
use crate::sdk::{
    self, Named, Owners, SdkFacts, Seen, SeenComponent, SeenConstant, SeenDependency, SeenUse,
};

use super::app::Table;

/// Largest file in which a version is looked for, in bytes.
const VERSION_FILE: u64 = 256 * 1024;

/// Names of meta-data by which a discovery service is told of a class:
/// what stands before the class.
const REGISTRARS: [&str; 2] = ["com.google.firebase.components:", "backend:"];

/// Value by which androidx.startup knows an initialiser.
const STARTUP: &str = "androidx.startup";

/// Meta-data of a provider that only shares files.
const FILE_PATHS: &str = "android.support.FILE_PROVIDER_PATHS";

/// Events of the system that wake receivers.
const WAKING: [&str; 14] = [
    "*.BOOT_COMPLETED",
    "*.LOCKED_BOOT_COMPLETED",
    "*.QUICKBOOT_POWERON",
    "*.REBOOT",
    "*.USER_PRESENT",
    "*.CONNECTIVITY_CHANGE",
    "*.PACKAGE_ADDED",
    "*.PACKAGE_REMOVED",
    "*.PACKAGE_REPLACED",
    "*.PACKAGE_CHANGED",
    "*.ACTION_POWER_CONNECTED",
    "*.ACTION_POWER_DISCONNECTED",
    "*.BATTERY_*",
    "android.net.wifi.*",
];

/// What detection needs of the other rooms.
pub(super) struct Rooms<'a> {
    pub package: &'a Package,
    pub manifest: &'a ManifestFacts,
    pub code: &'a CodeFacts,
    pub program: &'a ProgramFacts,
    pub native: &'a NativeFacts,
    pub dependencies: &'a [Dependency],
    pub packers: &'a [Packer],
    pub tables: &'a [Table],
    pub files: &'a [native::Named],
    pub gaps: &'a [Gap],
}

/// The SDKs of a package, and whose everything in it is.
pub(super) fn detect(rooms: &Rooms<'_>) -> (SdkFacts, Owners<'static>) {
    let resources = resource_names(rooms.tables);
    let seen = seen(rooms, &resources);
    sdk::detect(&seen, catalog::sdks(), &|path| text(rooms.package, path))
}

/// Names of resources, each with its table.
fn resource_names(tables: &[Table]) -> Vec<(String, &Place)> {
    tables
        .iter()
        .flat_map(|table| {
            table
                .resources
                .entry_names()
                .map(|name| (name, &table.place))
        })
        .collect()
}

fn seen<'a>(rooms: &Rooms<'a>, resources: &'a [(String, &'a Place)]) -> Seen<'a> {
    let manifest = rooms.manifest;
    let is_app = rooms.package.kind.is_app();
    let launchers = manifest.components.iter().filter(|c| c.is_launcher());
    let own =
        manifest.application.class.iter().chain(
            launchers.map(|component| component.target.as_ref().unwrap_or(&component.class)),
        );
    let all_meta = manifest.application.meta_data.iter().chain(
        manifest
            .components
            .iter()
            .flat_map(|component| &component.meta_data),
    );
    let registrars = all_meta.clone().filter_map(|meta| {
        let name = REGISTRARS
            .iter()
            .find_map(|prefix| meta.name.strip_prefix(prefix))
            .or_else(|| (meta.value.as_deref() == Some(STARTUP)).then_some(meta.name.as_str()))?;
        Some(Named {
            name,
            place: &meta.place,
        })
    });
    let requested = manifest.permissions.requested.iter();
    let declared = manifest.permissions.declared.iter();
    Seen {
        package: if is_app { &manifest.package } else { "" },
        own: if is_app {
            own.map(String::as_str).collect()
        } else {
            Vec::new()
        },
        classes: rooms
            .code
            .classes
            .iter()
            .map(|class| (class.name.as_str(), &*class.file))
            .collect(),
        referenced: rooms
            .code
            .named
            .iter()
            .map(|class| (class.name.as_str(), &*class.file))
            .collect(),
        components: components(manifest).collect(),
        registrars: registrars.collect(),
        meta_data: all_meta
            .map(|meta| {
                let named = Named {
                    name: &meta.name,
                    place: &meta.place,
                };
                (named, meta.value.as_deref())
            })
            .collect(),
        permissions: requested
            .map(|p| (&p.name, &p.place))
            .chain(declared.map(|p| (&p.name, &p.place)))
            .map(|(name, place)| Named { name, place })
            .collect(),
        queries: queries(manifest),
        libraries: rooms
            .native
            .libraries
            .iter()
            .map(|library| Named {
                name: &library.name,
                place: &library.place,
            })
            .collect(),
        jni: rooms
            .native
            .libraries
            .iter()
            .flat_map(|library| {
                library.jni_classes.iter().map(|class| Named {
                    name: class,
                    place: &library.place,
                })
            })
            .collect(),
        files: rooms
            .files
            .iter()
            .map(|file| Named {
                name: &file.name,
                place: &file.place,
            })
            .collect(),
        resources: resources
            .iter()
            .map(|(name, place)| Named { name, place })
            .collect(),
        dependencies: dependencies(rooms),
        constants: rooms
            .code
            .constants
            .iter()
            .map(|constant| SeenConstant {
                class: &constant.class,
                member: &constant.member,
                value: &constant.value,
                place: &constant.place,
            })
            .collect(),
        uses: uses(rooms),
        packers: rooms
            .packers
            .iter()
            .map(|packer| (packer.id.as_str(), packer.brings.as_slice()))
            .collect(),
        resources_hidden: rooms.tables.is_empty()
            || rooms.gaps.iter().any(|gap| gap.part == Part::Resources),
        incomplete: rooms.gaps.iter().any(|gap| {
            matches!(gap.part, Part::Code | Part::Manifest | Part::Container)
                && gap.kind != GapKind::NoEntry
        }),
    }
}

fn dependencies<'a>(rooms: &Rooms<'a>) -> Vec<SeenDependency<'a>> {
    let listed = rooms.dependencies.iter();
    listed
        .map(|dependency| SeenDependency {
            // Plugins of Capacitor are npm packages, and entries name them so.
            ecosystem: match dependency.ecosystem {
                Ecosystem::Capacitor => Ecosystem::Npm.word(),
                other => other.word(),
            },
            name: &dependency.name,
            version: dependency.version.as_deref(),
            place: &dependency.place,
        })
        .collect()
}

/// Uses that read a kind of personal information.
fn uses<'a>(rooms: &Rooms<'a>) -> Vec<SeenUse<'a>> {
    let kinds = &catalog::sdks().kinds;
    let of_class_files = rooms.code.uses.iter().map(|one| SeenUse {
        class: &one.class,
        api: &one.api,
        kind: &one.kind,
        possible: one.possible,
        place: &one.place,
    });
    let of_dex = rooms.program.uses.iter().map(|one| SeenUse {
        class: &one.class,
        api: &one.api,
        kind: &one.kind,
        possible: one.possible,
        place: &one.place,
    });
    let all = of_class_files.chain(of_dex);
    all.filter(|one| kinds.contains_key(one.kind)).collect()
}

/// Components, and the classes that the system creates before any of them.
fn components(manifest: &ManifestFacts) -> impl Iterator<Item = SeenComponent<'_>> {
    let application = &manifest.application;
    let first = application
        .component_factory
        .iter()
        .chain(&application.class);
    let first = first.map(|class| SeenComponent {
        named: Named {
            name: class,
            place: &application.place,
        },
        target: None,
        enabled: true,
        runs_first: true,
        open: false,
        woken_by: None,
    });
    first.chain(manifest.components.iter().map(component))
}

fn component(component: &Component) -> SeenComponent<'_> {
    let shares_files = component.meta_data.iter().any(|m| m.name == FILE_PATHS);
    let mut actions = component.intent_filters.iter().flat_map(|f| &f.actions);
    SeenComponent {
        named: Named {
            name: &component.class,
            place: &component.place,
        },
        target: component.target.as_deref(),
        enabled: component.enabled,
        runs_first: component.kind == ComponentKind::Provider && component.enabled && !shares_files,
        open: component.exported && component.enabled && component.permission.is_none(),
        woken_by: actions
            .find(|action| WAKING.iter().any(|pattern| matches(pattern, action)))
            .filter(|_| component.kind == ComponentKind::Receiver && component.enabled)
            .map(String::as_str),
    }
}

fn queries(manifest: &ManifestFacts) -> Vec<Named<'_>> {
    let names = manifest.queries.iter().flat_map(|query| {
        let names: Vec<&String> = match &query.target {
            QueryTarget::Package { name } => vec![name],
            QueryTarget::Intent { filter } => filter.actions.iter().collect(),
            QueryTarget::Provider { authority } => vec![authority],
        };
        names.into_iter().map(|name| Named {
            name,
            place: &query.place,
        })
    });
    names.collect()
}

/// A small text file of the package, or of an archive in it.
fn text(package: &Package, path: &str) -> Option<(String, Place)> {
    let nested = package.nested().iter().filter_map(|n| n.module.as_ref());
    for module in package.modules.iter().chain(nested) {
        let rooted = (module.kind == ModuleKind::Bundle).then(|| format!("root/{path}"));
        let entry = module
            .entry(path)
            .or_else(|| module.entry(rooted.as_deref()?));
        if let Some(entry) = entry
            && entry.size <= VERSION_FILE
            && let Ok(bytes) = module.read(entry)
        {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            return Some((text, module.place(entry)));
        }
    }
    None
}

/// Writes the owners to what they own.
pub(super) fn own(
    owners: &Owners<'_>,
    manifest: &mut ManifestFacts,
    code: &mut CodeFacts,
    native: &mut NativeFacts,
    endpoints: &mut [Endpoint],
) {
    for component in &mut manifest.components {
        component.owner =
            owners.of_component(component.target.as_ref().unwrap_or(&component.class));
    }
    for permission in &mut manifest.permissions.requested {
        permission.asked_by = owners.asking(&permission.name);
    }
    for permission in &mut manifest.permissions.declared {
        permission.owner = owners.of_permission(&permission.name);
    }
    for package in &mut code.packages {
        package.owner = owners.of(&package.name);
    }
    for library in &mut native.libraries {
        library.owner = owners.of_library(&library.name, &library.jni_classes);
    }
    for endpoint in endpoints {
        // Of code the locator is a class, of resources `string/name`.
        let classes = endpoint.places.iter().filter_map(|p| p.locator.as_deref());
        let mut all: Vec<String> = classes
            .filter(|locator| !locator.contains('/'))
            .map(|class| owners.of(class))
            .collect();
        all.sort();
        all.dedup();
        // What only plain libraries name is a page about them, and nothing
        // that the app talks to.
        if !all.is_empty() && all.iter().all(|owner| owner.starts_with("library:")) {
            endpoint.kind = crate::endpoint::Kind::Reference;
            endpoint.cleartext = false;
        }
        endpoint.owners = all;
    }
}
