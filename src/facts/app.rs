//! Manifests and resource tables of all modules, joined.

use crate::container::{Module, ModuleKind, Package, ReadError, XmlError};
use crate::decode::resources::ResourceTable;
use crate::decode::xml::{Document, Oddity};
use crate::decode::{DecodeError, arsc, protores};
use crate::evidence::{Anomaly, Gap, GapKind, Part, Place};
use crate::limits::Limits;
use crate::manifest::{ManifestFacts, NetworkSecurity, Reader};

/// What manifest and resources say.
#[derive(Debug, Default)]
pub struct App {
    /// The manifests of all modules as one.
    pub manifest: ManifestFacts,
    /// The network security configuration.
    pub network: Option<NetworkSecurity>,
    /// Resource tables, the base first.
    pub tables: Vec<Table>,
    /// Gaps and anomalies of both.
    pub seen: Seen,
}

impl App {
    /// Reads manifest, resource tables and network security configuration.
    pub fn read(package: &Package, limits: &Limits) -> Self {
        let mut seen = Seen::default();
        let tables = tables(package, limits, &mut seen);
        let lookup: Vec<&ResourceTable> = tables.iter().map(|table| &table.resources).collect();
        let manifest = manifest(package, &lookup, limits, &mut seen);
        let network = network(package, &manifest, &lookup, limits, &mut seen);
        Self {
            manifest,
            network,
            tables,
            seen,
        }
    }
}

/// What cannot be read and what is odd, gathered on the way.
#[derive(Debug, Default)]
pub struct Seen {
    /// What could not be looked at.
    pub gaps: Vec<Gap>,
    /// Tricks and defects.
    pub anomalies: Vec<Anomaly>,
}

impl Seen {
    /// A file that the container could not give.
    pub fn unreadable(&mut self, part: Part, place: Place, error: &ReadError) {
        let kind = error.gap_kind();
        self.gaps.push(Gap {
            part,
            kind,
            place,
            detail: error.to_string(),
        });
    }

    /// A file whose bytes do not follow their format.
    pub fn malformed(&mut self, part: Part, place: Place, error: &DecodeError) {
        let detail = error.to_string();
        self.gaps.push(Gap {
            part,
            kind: GapKind::Malformed,
            place,
            detail,
        });
    }

    /// Splits or feature modules alone: what the app itself declares and
    /// does is elsewhere.
    fn without_base(&mut self, file: &str) {
        let parts = [Part::Manifest, Part::Resources, Part::Code, Part::Policy];
        self.gaps.extend(parts.map(|part| Gap {
            part,
            kind: GapKind::Missing,
            place: Place::file(file),
            detail: "the base is not there, only splits of it".to_owned(),
        }));
    }

    /// Attributes whose value cannot be read.
    fn unread(&mut self, part: Part, reader: &Reader<'_>) {
        let rows = reader.unread().into_iter();
        self.gaps.extend(rows.map(|(place, detail)| Gap {
            part,
            kind: GapKind::Malformed,
            place,
            detail,
        }));
    }

    /// A file that could be read only in part.
    pub fn incomplete(&mut self, part: Part, place: &Place, lost: Option<&str>) {
        self.gaps.extend(lost.map(|lost| Gap {
            part,
            kind: GapKind::Malformed,
            place: place.clone(),
            detail: format!("only a part of it can be read: {lost}"),
        }));
    }

    /// Oddities that a decoder noticed in a file.
    pub fn odd(&mut self, place: &Place, oddities: &[Oddity]) {
        self.anomalies
            .extend(oddities.iter().map(|(kind, detail, offset)| Anomaly {
                kind: (*kind).to_owned(),
                place: place.clone().offset(*offset as u64),
                detail: detail.clone(),
            }));
    }
}

/// A resource table and where it stands.
#[derive(Debug)]
pub struct Table {
    /// The table.
    pub resources: ResourceTable,
    /// Index of the module whose table it is.
    pub module: usize,
    /// Its file.
    pub place: Place,
}

/// Resource tables of the modules, the base first.
fn tables(package: &Package, limits: &Limits, seen: &mut Seen) -> Vec<Table> {
    let mut tables = Vec::new();
    for (index, module) in package.modules.iter().enumerate() {
        let name = match module.kind {
            ModuleKind::Apk => "resources.arsc",
            ModuleKind::Bundle => "resources.pb",
            ModuleKind::Aar | ModuleKind::Jar | ModuleKind::Archive => continue,
        };
        let Some(entry) = module.entry(name) else {
            continue;
        };
        let place = module.place(entry);
        let bytes = match module.read(entry) {
            Ok(bytes) => bytes,
            Err(error) => {
                seen.unreadable(Part::Resources, place, &error);
                continue;
            }
        };
        let parsed = match module.kind {
            ModuleKind::Bundle => protores::parse(&bytes, limits),
            _ => arsc::parse(&bytes, limits),
        };
        match parsed {
            Ok(table) => {
                seen.odd(&place, table.anomalies());
                seen.incomplete(Part::Resources, &place, table.lost());
                tables.push(Table {
                    resources: table,
                    module: index,
                    place,
                });
            }
            Err(error) => seen.malformed(Part::Resources, place, &error),
        }
    }
    tables
}

/// The manifests of all modules as one.
fn manifest(
    package: &Package,
    tables: &[&ResourceTable],
    limits: &Limits,
    seen: &mut Seen,
) -> ManifestFacts {
    let mut joined: Option<ManifestFacts> = None;
    let mut base = package.modules.is_empty();
    for module in &package.modules {
        let name = match module.kind {
            ModuleKind::Bundle => "manifest/AndroidManifest.xml",
            // Has none, and needs none.
            ModuleKind::Jar => {
                base = true;
                continue;
            }
            _ => "AndroidManifest.xml",
        };
        let Some((document, place)) = xml(module, name, Part::Manifest, limits, seen) else {
            // What cannot be read is a gap already, and may be the base.
            base = true;
            continue;
        };
        base |= is_base(module, &document);
        let reader = Reader::new(&place.file, tables);
        let facts = ManifestFacts::read(&document.root, &reader);
        if reader.exhausted() {
            seen.gaps.push(Gap {
                part: Part::Manifest,
                kind: GapKind::Limit,
                place: place.clone(),
                detail: "refers to more text than a manifest can need".to_owned(),
            });
        }
        seen.unread(Part::Manifest, &reader);
        match &mut joined {
            None => joined = Some(facts),
            Some(joined) => joined.merge(facts),
        }
    }
    if !base {
        seen.without_base(&package.file_name());
    }
    joined.unwrap_or_default()
}

/// Whether this is the manifest of the app itself and not of a split of it.
fn is_base(module: &Module, manifest: &Document) -> bool {
    match module.kind {
        ModuleKind::Bundle => module.name == "base",
        ModuleKind::Apk => manifest.root.plain("split").is_none(),
        ModuleKind::Aar | ModuleKind::Jar | ModuleKind::Archive => true,
    }
}

/// The network security configuration that the manifest names.
fn network(
    package: &Package,
    manifest: &ManifestFacts,
    tables: &[&ResourceTable],
    limits: &Limits,
    seen: &mut Seen,
) -> Option<NetworkSecurity> {
    let name = manifest.application.network_security_config.as_deref()?;
    let (kind, entry) = name.split_once('/').unwrap_or(("xml", name));
    let known = manifest.application.network_security_config_id;
    let files = resource_files(tables.iter().copied(), kind, entry, known);
    for module in &package.modules {
        for file in &files {
            if module.entry(file).is_none() {
                continue;
            }
            let (document, place) = xml(module, file, Part::Resources, limits, seen)?;
            let reader = Reader::new(&place.file, tables);
            let facts = NetworkSecurity::read(&document.root, &reader);
            seen.unread(Part::Resources, &reader);
            return Some(facts);
        }
    }
    seen.gaps.push(Gap {
        part: Part::Resources,
        kind: GapKind::Missing,
        place: manifest.application.place.clone(),
        detail: format!("network security configuration {name} is named but not there"),
    });
    None
}

/// Paths that an XML resource can have, by its id or name.
pub fn resource_files<'t>(
    tables: impl Iterator<Item = &'t ResourceTable>,
    kind: &str,
    name: &str,
    id: Option<u32>,
) -> Vec<String> {
    let mut files: Vec<String> = tables
        .filter_map(|table| Some(table.files(id.or_else(|| table.find(kind, name))?)))
        .flatten()
        .collect();
    files.push(format!("res/{kind}/{name}.xml"));
    files
}

/// One XML file of a module. A missing file is a gap.
fn xml(
    module: &Module,
    name: &str,
    part: Part,
    limits: &Limits,
    seen: &mut Seen,
) -> Option<(Document, Place)> {
    let Some(entry) = module.entry(name) else {
        let place = module.place_of(name);
        let detail = "there is no such entry".to_owned();
        seen.gaps.push(Gap {
            part,
            kind: GapKind::Missing,
            place,
            detail,
        });
        return None;
    };
    let place = module.place(entry);
    match module.xml(entry, limits) {
        Ok(document) => {
            seen.odd(&place, &document.anomalies);
            seen.incomplete(part, &place, document.lost.as_deref());
            Some((document, place))
        }
        Err(XmlError::Unreadable(error)) => {
            seen.unreadable(part, place, &error);
            None
        }
        Err(XmlError::Malformed(error)) => {
            seen.malformed(part, place, &error);
            None
        }
    }
}
