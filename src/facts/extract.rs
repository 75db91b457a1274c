//! From an opened package to its facts: every room is asked once, the slow
//! ones beside each other.

use std::collections::BTreeMap;

use super::app::{App, Table};
use super::app_type;
use super::registered;
use super::sdks::{self, Rooms};
use super::{Facts, Identity, NestedFile, StringFacts};
use crate::catalog::{self, AppType};
use crate::code::{self, CodeFacts, Wanted};
use crate::container::{Nested, Package};
use crate::decode::signing::Signing;
use crate::dependencies;
use crate::disclosure;
use crate::endpoint::{Collector, EndpointFacts};
use crate::evidence::{Gap, GapKind, Part, Place};
use crate::interface;
use crate::layout::{self, LayoutFacts};
use crate::limits::Limits;
use crate::manifest::{ManifestFacts, Permissions};
use crate::native::{self, Framework, Named, Traces};
use crate::permission;
use crate::policy::{AppNames, Discovery, Origin, PolicyFacts};
use crate::program::{self, Bytecode, ProgramFacts};

/// What is asked for, or given, beside the package.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Also list every resource string, which can be many megabytes.
    pub strings: bool,
    /// Policies that the app only links, as files.
    pub policies: Vec<GivenText>,
    /// Lists of SDKs that the policy only links, as files.
    pub sdk_lists: Vec<GivenText>,
    /// The type of app, if it is known.
    pub app_type: Option<&'static AppType>,
}

/// A text given beside a package.
#[derive(Clone, Debug)]
pub struct GivenText {
    /// File name: its place in the facts.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl Options {
    /// Every resource string too.
    pub fn with_strings() -> Self {
        Self {
            strings: true,
            ..Self::default()
        }
    }
}

/// Everything about an opened input. Never fails: what cannot be read
/// becomes a gap.
pub fn extract(package: &Package, limits: &Limits, options: &Options) -> Facts {
    // Worked out before the rooms run beside each other: several ask for it,
    // and a thread that waits for it must not be one that works on it. The
    // digest of the file is one long step that fits beside it.
    let (nested, sha256) = rayon::join(|| package.nested(), || package.sha256().to_owned());
    let wanted: Wanted = catalog::sdks().wanted_constants().collect();
    let loaded = code::load(package);
    let (
        (mut code, code_gaps, code_anomalies),
        (
            (app, (layouts, layout_gaps)),
            ((mut native, native_gaps, looked_up), (mut files, (dependencies, list_gaps))),
        ),
    ) = rayon::join(
        || code::read(package, &loaded, limits, &wanted),
        || {
            rayon::join(
                || {
                    let app = App::read(package, limits);
                    let layouts = layouts(package, &app.tables, limits);
                    (app, layouts)
                },
                || {
                    rayon::join(
                        || native::read(package, limits),
                        || {
                            (
                                files(package, limits, options),
                                dependencies::read(package, limits),
                            )
                        },
                    )
                },
            )
        },
    );
    let App {
        mut manifest,
        network,
        tables,
        seen,
    } = app;
    let (registered, registered_gaps) = registered::read(package, &tables, limits);
    let mut program = program::analyse(
        &bytecode(&loaded, nested),
        &manifest,
        &layouts,
        &services(package),
        &registered,
        &looked_up,
        limits,
    );
    let strings = StringFacts::read(&tables, options.strings);
    let file_gaps = std::mem::take(&mut files.gaps);
    let signing = package.signing();
    files.discovery.app(app_names(&manifest, &signing));
    let shown = files.discovery.gathered();
    let (mut endpoints, (policy, policy_gaps)) = texts(&tables, &code, files);

    let traces = traces(package, &manifest, &code);
    let frameworks = native::frameworks::detect(&traces, package);
    let packers = native::packers::detect(&traces);
    let seen_files = traces.files;
    let markers = code
        .strings
        .iter()
        .map(|string| (string.text.as_str(), place_of(string)));
    let build_tools = native::build_tools::detect(package, markers);

    let mut gaps = seen.gaps;
    gaps.extend(layout_gaps);
    gaps.extend(code_gaps);
    gaps.extend(registered_gaps);
    gaps.extend(native_gaps);
    gaps.extend(list_gaps);
    gaps.extend(policy_gaps);
    gaps.extend(file_gaps);
    gaps.extend(native::frameworks::gaps(&frameworks, package));
    gaps.extend(native::packers::gaps(&packers));
    gaps.extend((endpoints.not_listed > 0).then(|| Gap {
        part: Part::Code,
        kind: GapKind::Limit,
        place: Place::default(),
        detail: format!("{} more URLs are not listed", endpoints.not_listed),
    }));
    gaps.extend(package.gaps());
    gaps.sort();
    gaps.dedup();
    gaps.extend((program.coverage.left_out > 0).then(|| Gap {
        part: Part::Code,
        kind: GapKind::Limit,
        place: Place::default(),
        detail: format!(
            "{} methods or uses were left out of the program analysis",
            program.coverage.left_out
        ),
    }));
    if package.kind.is_app() {
        gaps.extend(not_entered(&program));
    }
    gaps.sort();
    let (sdks, owners) = sdks::detect(&Rooms {
        package,
        manifest: &manifest,
        code: &code,
        program: &program,
        native: &native,
        dependencies: &dependencies,
        packers: &packers,
        tables: &tables,
        files: &seen_files,
        gaps: &gaps,
    });
    sdks::own(
        &owners,
        &mut manifest,
        &mut code,
        &mut native,
        &mut endpoints.endpoints,
    );
    let vendor = |owner: &str| {
        let sdk = catalog::sdks().sdk(owner.strip_prefix("sdk:")?)?;
        Some(sdk.vendor_en.clone())
    };
    program.own(&manifest, |class| owners.of(class), vendor);
    let permission_uses = permission::table(&permission::Rooms {
        manifest: &manifest,
        program: &program,
        native: &native,
        frameworks: &frameworks,
        gaps: &gaps,
    });
    let (interface, interface_gaps) = interface::read(
        &interface::Sources {
            layouts: &layouts,
            tables: tables.iter().map(|t| (&t.resources, &t.place)).collect(),
            files: code_files(&loaded),
            owners: &owners,
            sdks: &sdks,
            shown,
            endpoints: &endpoints.endpoints,
            policy: &policy,
            unread: unread(&frameworks),
            gaps: &gaps,
        },
        limits,
    );
    gaps.extend(interface_gaps);
    gaps.sort();
    let disclosure = disclosure::compare(&policy, &sdks, &manifest.permissions);
    let mut anomalies = seen.anomalies;
    anomalies.extend(code_anomalies);
    anomalies.extend(package.anomalies());
    anomalies.sort();
    anomalies.dedup();

    let effective_target_sdk = (package.kind.is_app() && !manifest.package.is_empty())
        .then(|| manifest.effective_target_sdk())
        .flatten()
        .or(manifest.target_sdk);
    Facts {
        identity: Identity {
            kind: package.kind,
            size: package.size,
            sha256,
            package: manifest.package,
            version_name: manifest.version_name,
            version_code: manifest.version_code,
            labels: manifest.application.labels.clone(),
            app_type: app_type::of(options.app_type, &manifest.application.labels),
            min_sdk: manifest.min_sdk,
            target_sdk: manifest.target_sdk,
            effective_target_sdk,
            compile_sdk: manifest.compile_sdk,
            modules: package
                .modules
                .iter()
                .map(|module| module.name.clone())
                .collect(),
            frameworks,
            build_tools,
        },
        application: manifest.application,
        permissions: known(manifest.permissions),
        permission_uses,
        components: manifest.components,
        queries: manifest.queries,
        features: manifest.features,
        network,
        layouts,
        native,
        dependencies,
        packers,
        code,
        program,
        sdks,
        strings,
        nested: nested.iter().map(NestedFile::of).collect(),
        anomalies,
        gaps,
        endpoints: endpoints.endpoints,
        interface,
        policy,
        disclosure,
        signing,
    }
}

/// The DEX files of a package: those that Android loads, then nested ones.
fn bytecode(loaded: &[code::Loaded], nested: &[Nested]) -> Vec<Bytecode> {
    let ordinary = loaded.iter().filter_map(|file| {
        let bytes = file.bytes.as_ref().ok()?.clone();
        Some((&file.place, bytes))
    });
    let hidden = nested.iter().filter(|file| file.module.is_none());
    let hidden = hidden.map(|file| (&file.place, file.bytes.clone()));
    let all = ordinary.chain(hidden);
    all.map(|(place, bytes)| Bytecode {
        path: place.file.as_str().into(),
        bytes,
    })
    .collect()
}

/// The DEX files that Android loads, as the interface is read from them.
fn code_files(loaded: &[code::Loaded]) -> Vec<interface::CodeFile<'_>> {
    let read = loaded.iter().filter_map(|file| {
        let bytes = file.bytes.as_ref().ok()?;
        Some(interface::CodeFile {
            path: &file.place.file,
            bytes,
        })
    });
    read.collect()
}

/// Frameworks whose screens are in files of which not even the texts are
/// read. Of compiled Dart and of JavaScript they are.
fn unread(frameworks: &[Framework]) -> Vec<&str> {
    let opaque = frameworks.iter().filter(|framework| framework.opaque);
    opaque
        .map(|framework| framework.id.as_str())
        .filter(|id| !matches!(*id, "flutter" | "react-native"))
        .collect()
}

/// Classes by the interface that they serve, as files of the package say.
fn services(package: &Package) -> BTreeMap<String, Vec<String>> {
    const FOLDER: &str = "META-INF/services/";
    const LARGEST: u64 = 64 * 1024;
    let mut services: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for module in &package.modules {
        for entry in module.entries() {
            let Some(interface) = entry.name.strip_prefix(FOLDER) else {
                continue;
            };
            // What cannot be read is a gap of the container.
            let Some(bytes) = (entry.size <= LARGEST)
                .then(|| module.content(entry).ok())
                .flatten()
            else {
                continue;
            };
            let text = String::from_utf8_lossy(&bytes);
            let classes = text.lines().filter_map(|line| {
                let class = line.split('#').next().unwrap_or_default().trim();
                (!class.is_empty()).then(|| class.to_owned())
            });
            services
                .entry(interface.to_owned())
                .or_default()
                .extend(classes);
        }
    }
    services
}

/// What the XML resources name.
fn layouts(package: &Package, tables: &[Table], limits: &Limits) -> (LayoutFacts, Vec<Gap>) {
    let sources: Vec<layout::Source<'_>> = tables
        .iter()
        .map(|table| layout::Source {
            module: table.module,
            table: &table.resources,
        })
        .collect();
    layout::read(package, &sources, limits)
}

/// Permissions with what the catalogue knows about them.
fn known(mut permissions: Permissions) -> Permissions {
    for permission in &mut permissions.requested {
        if let Some(entry) = catalog::permission(&permission.name) {
            permission.group.clone_from(&entry.group);
            permission.level = Some(entry.level.word().to_owned());
        }
    }
    permissions
}

/// The names that packers and frameworks are known by.
fn traces<'a>(package: &Package, manifest: &ManifestFacts, code: &'a CodeFacts) -> Traces<'a> {
    let application = &manifest.application;
    let named = |name: &String| Named::new(name.clone(), application.place.clone());
    Traces {
        files: Traces::files_of(package),
        application: application
            .class
            .iter()
            .chain(&application.component_factory)
            .map(named)
            .collect(),
        components: manifest
            .components
            .iter()
            .map(|component| Named::new(component.class.clone(), component.place.clone()))
            .collect(),
        meta_data: application
            .meta_data
            .iter()
            .map(|meta| Named::new(meta.name.clone(), meta.place.clone()))
            .collect(),
        classes: code
            .classes
            .iter()
            .map(|class| (class.name.as_str(), &*class.file))
            .collect(),
    }
}

/// The names by which the app is known: labels of the application and of
/// what starts it, the package name, and who signs.
fn app_names(manifest: &ManifestFacts, signing: &Signing) -> AppNames {
    let launchers = manifest.components.iter().filter(|c| c.is_launcher());
    let labels = manifest
        .application
        .labels
        .iter()
        .chain(launchers.flat_map(|launcher| &launcher.labels))
        .map(|label| label.text.as_str());
    let signers = signing
        .certificates
        .iter()
        .flat_map(|certificate| certificate.subject.split(','))
        .filter_map(|field| {
            let (key, value) = field.split_once('=')?;
            matches!(key.trim(), "CN" | "O").then_some(value)
        });
    AppNames::new(labels, &manifest.package, signers)
}

/// Text files: URLs, traces of policies, and what could not be read.
struct Files {
    urls: Collector,
    discovery: Discovery,
    gaps: Vec<Gap>,
}

/// What the text files of the package, and those given beside it, show.
fn files(package: &Package, limits: &Limits, options: &Options) -> Files {
    let mut urls = Collector::new(limits);
    let gaps = urls.files(package, limits);
    let mut discovery = Discovery::new(limits);
    discovery.gather(interface::is_telling);
    discovery.files(package);
    for text in &options.policies {
        discovery.given(&text.name, &text.bytes, Origin::Given);
    }
    for text in &options.sdk_lists {
        discovery.given_list(&text.name, &text.bytes);
    }
    Files {
        urls,
        discovery,
        gaps,
    }
}

/// URLs, and traces of policies, in resource strings and string constants.
fn texts(
    tables: &[Table],
    code: &CodeFacts,
    files: Files,
) -> (EndpointFacts, (PolicyFacts, Vec<Gap>)) {
    let Files {
        mut urls,
        mut discovery,
        ..
    } = files;
    for table in tables {
        for string in table.resources.strings() {
            let place = || table.place.clone().at(&*string.name);
            urls.add(&string.text, |_| place());
            discovery.resource(&string.name, &string.locale, &string.text, place);
        }
    }
    for string in &code.strings {
        let place = |at: usize| place_of(string).offset(string.offset.saturating_add(at as u64));
        urls.add(&string.text, place);
        discovery.code(&string.text, || place(0));
    }
    let passed_over = code
        .strings_searched
        .saturating_sub(code.strings.len() as u64);
    discovery.passed_over(passed_over);
    (urls.finish(), discovery.finish())
}

fn place_of(string: &code::CodeString) -> Place {
    let place = Place::file(&*string.file).offset(string.offset);
    match &string.class {
        Some(class) => place.at(&**class),
        None => place,
    }
}

/// Methods from which on somebody has to come to one of them.
const FEW: u32 = 50;

/// Code that was read and of which it is not known when it runs: what runs
/// with the app lies elsewhere, or nothing that the system starts leads in.
fn not_entered(program: &ProgramFacts) -> Vec<Gap> {
    let gap = |kind, detail| Gap {
        part: Part::Code,
        kind,
        place: Place::default(),
        detail,
    };
    let coverage = &program.coverage;
    let missing = coverage.superclasses.iter().map(|class| {
        let detail = format!("the superclass of a screen or of the application: {class}");
        gap(GapKind::Missing, detail)
    });
    let (reached, methods) = (coverage.reached(), coverage.methods);
    // A few methods, and code that does nothing of note, may lie idle.
    let idle = methods >= FEW && reached <= methods / 1000 && !program.uses.is_empty();
    let idle = idle.then(|| {
        let detail = format!("ways were found to {reached} of {methods} methods");
        gap(GapKind::NoEntry, detail)
    });
    missing.chain(idle).collect()
}
