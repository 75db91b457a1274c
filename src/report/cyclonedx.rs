//! The SDKs, libraries and unknown code of a run of `inspect` as a
//! CycloneDX 1.6 bill of materials, each with its evidence and how sure it
//! is. A package URL is given only where the package itself lists the
//! coordinates. The same input gives the same bytes: no time, and a serial
//! number made from the digests.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::escape::percent;
use super::result::{Input, RunResult};
use crate::catalog;
use crate::evidence::Place;
use crate::facts::Facts;
use crate::sdk::{FoundLibrary, FoundSdk, Status, Touch, Trace, TraceKind, UnknownRoot, Version};

/// The bill of materials of all inputs that could be read. With one input
/// it is the subject; several become components that hold their own.
pub fn render(result: &RunResult) -> String {
    let apps: Vec<(&Input, &Facts)> = result
        .inputs
        .iter()
        .filter_map(|input| Some((input, input.facts.as_deref()?)))
        .collect();
    let mut metadata = Map::new();
    metadata.insert(
        "tools".to_owned(),
        json!({ "components": [{
            "type": "application",
            "name": result.tool.name,
            "version": result.tool.version,
        }]}),
    );
    let components = match apps.as_slice() {
        [(input, facts)] => {
            metadata.insert("component".to_owned(), subject(input, facts, ""));
            inside(facts, "")
        }
        many => many
            .iter()
            .enumerate()
            .map(|(index, (input, facts))| {
                let prefix = format!("{index}/");
                let mut app = subject(input, facts, &prefix);
                if let Some(app) = app.as_object_mut() {
                    app.insert("components".to_owned(), inside(facts, &prefix).into());
                }
                app
            })
            .collect(),
    };
    let bom = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": serial(&apps),
        "version": 1,
        "metadata": metadata,
        "components": components,
    });
    super::json::pretty(&bom)
}

/// A name-based UUID of the digests of the inputs.
fn serial(apps: &[(&Input, &Facts)]) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for (_, facts) in apps {
        hash.update(facts.identity.sha256.as_bytes());
    }
    let mut bytes: Vec<u8> = hash.finalize().iter().take(16).copied().collect();
    // Version 8 (own method), variant of RFC 9562.
    if let Some(byte) = bytes.get_mut(6) {
        *byte = (*byte & 0x0f) | 0x80;
    }
    if let Some(byte) = bytes.get_mut(8) {
        *byte = (*byte & 0x3f) | 0x80;
    }
    let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )
}

/// The app or library itself.
fn subject(input: &Input, facts: &Facts, prefix: &str) -> Value {
    let identity = &facts.identity;
    let name = if identity.package.is_empty() {
        input.path.rsplit('/').next().unwrap_or_default()
    } else {
        &identity.package
    };
    let mut component = Map::new();
    let kind = match identity.kind {
        crate::container::PackageKind::Aar | crate::container::PackageKind::Jar => "library",
        crate::container::PackageKind::Policy => "file",
        _ => "application",
    };
    component.insert("type".to_owned(), kind.into());
    component.insert("bom-ref".to_owned(), format!("{prefix}input").into());
    component.insert("name".to_owned(), name.into());
    if let Some(version) = &identity.version_name {
        component.insert("version".to_owned(), version.as_str().into());
    }
    component.insert(
        "hashes".to_owned(),
        json!([{ "alg": "SHA-256", "content": identity.sha256 }]),
    );
    if facts.sdks.incomplete {
        let note = property("list", "incomplete: code or manifest not read in full");
        component.insert("properties".to_owned(), json!([note]));
    }
    component.into()
}

/// Everything inside an input.
fn inside(facts: &Facts, prefix: &str) -> Vec<Value> {
    let sdks = &facts.sdks;
    let found = sdks
        .found
        .iter()
        .filter(|sdk| sdk.status.is_inside())
        .map(|sdk| of_sdk(sdk, prefix));
    let libraries = sdks.libraries.iter().map(|l| of_library(l, prefix));
    let unknown = sdks.unknown.iter().map(|root| of_root(root, prefix));
    found.chain(libraries).chain(unknown).collect()
}

fn of_sdk(sdk: &FoundSdk, prefix: &str) -> Value {
    let mut properties = vec![
        property("kind", "sdk"),
        property("category", &sdk.category),
        property("country", &sdk.country),
        property(
            "status",
            match sdk.status {
                Status::Present => "present",
                _ => "likely",
            },
        ),
    ];
    properties.extend(sdk.touches.iter().map(reads));
    let mut component = component(
        &format!("{prefix}sdk:{}", sdk.id),
        &sdk.name.en,
        sdk.version.as_ref(),
        sdk.coordinates.as_deref(),
        &sdk.evidence,
        sdk.status == Status::Present,
    );
    component.insert(
        "supplier".to_owned(),
        json!({ "name": sdk.company.as_ref().unwrap_or(&sdk.vendor.en) }),
    );
    component.insert("publisher".to_owned(), sdk.vendor.en.as_str().into());
    if let Some(entry) = catalog::sdks().sdk(&sdk.id) {
        component.insert("description".to_owned(), entry.purpose_en.as_str().into());
        let links = [
            (&entry.policy, "privacy policy"),
            (&entry.guide, "compliance guide"),
        ];
        let links: Vec<Value> = links
            .iter()
            .filter_map(|(url, comment)| {
                let url = url.as_ref()?;
                Some(json!({ "type": "documentation", "url": url, "comment": comment }))
            })
            .collect();
        if !links.is_empty() {
            component.insert("externalReferences".to_owned(), links.into());
        }
    }
    component.insert("properties".to_owned(), properties.into());
    component.into()
}

fn of_library(library: &FoundLibrary, prefix: &str) -> Value {
    // One class, or one file name, may be anyone's.
    let decided = library.classes > 1
        || library
            .evidence
            .iter()
            .any(|trace| trace.kind == TraceKind::Dependency);
    let mut component = component(
        &format!("{prefix}library:{}", library.id),
        &library.name,
        library.version.as_ref(),
        library.coordinates.as_deref(),
        &library.evidence,
        decided,
    );
    component.insert(
        "properties".to_owned(),
        json!([property("kind", "library")]),
    );
    component.into()
}

fn of_root(root: &UnknownRoot, prefix: &str) -> Value {
    let trace = Trace {
        kind: TraceKind::Classes,
        value: root.name.clone(),
        count: root.classes,
        confirmed: true,
        hint: false,
        place: root.place.clone(),
    };
    let reference = format!("{prefix}root:{}", root.name);
    let mut component = component(&reference, &root.name, None, None, &[trace], false);
    let mut properties = vec![
        property("kind", "unknown third-party code"),
        property("classes", &root.classes.to_string()),
    ];
    properties.extend(root.touches.iter().map(reads));
    component.insert("properties".to_owned(), properties.into());
    component.into()
}

/// What all components have.
fn component(
    reference: &str,
    name: &str,
    version: Option<&Version>,
    coordinates: Option<&str>,
    traces: &[Trace],
    sure: bool,
) -> Map<String, Value> {
    let mut component = Map::new();
    component.insert("type".to_owned(), "library".into());
    component.insert("bom-ref".to_owned(), reference.into());
    component.insert("name".to_owned(), name.into());
    if let Some(version) = version {
        component.insert("version".to_owned(), version.value.as_str().into());
    }
    let purl = coordinates.and_then(purl);
    if let Some(purl) = &purl {
        component.insert("purl".to_owned(), purl.as_str().into());
    }
    let shown = traces.iter().filter(|t| t.kind != TraceKind::Reference);
    let methods: Vec<Value> = shown.clone().map(method).collect();
    let occurrences: Vec<Value> = shown.map(|trace| occurrence(&trace.place)).collect();
    let mut identity = vec![json!({
        "field": "name",
        "confidence": if sure { 0.95 } else { 0.5 },
        "methods": methods,
    })];
    if let Some(version) = version {
        identity.push(json!({
            "field": "version",
            "confidence": 0.9,
            "methods": [{
                "technique": "binary-analysis",
                "confidence": 0.9,
                "value": format!("{} in {}", version.from, version.place.file),
            }],
        }));
    }
    if let Some(purl) = &purl {
        identity.push(json!({
            "field": "purl",
            "confidence": 1.0,
            "methods": [{ "technique": "manifest-analysis", "confidence": 1.0, "value": purl }],
        }));
    }
    component.insert(
        "evidence".to_owned(),
        json!({ "identity": identity, "occurrences": occurrences }),
    );
    component
}

fn method(trace: &Trace) -> Value {
    let technique = match trace.kind {
        TraceKind::Component
        | TraceKind::Registrar
        | TraceKind::Dependency
        | TraceKind::Plugin
        | TraceKind::MetaData
        | TraceKind::Permission
        | TraceKind::Query => "manifest-analysis",
        TraceKind::Library | TraceKind::File | TraceKind::Resource => "filename",
        TraceKind::Classes | TraceKind::Jni | TraceKind::Reference => "binary-analysis",
    };
    let confidence = match (trace.confirmed, trace.kind.decides()) {
        (true, true) => 0.95,
        (true, false) => 0.7,
        (false, _) => 0.4,
    };
    let what = super::inspect::evidence_kind(trace.kind);
    json!({
        "technique": technique,
        "confidence": confidence,
        "value": format!("{what}: {} (×{})", trace.value, trace.count),
    })
}

fn occurrence(place: &Place) -> Value {
    let mut occurrence = Map::new();
    occurrence.insert("location".to_owned(), place.file.as_str().into());
    if let Some(line) = place.line {
        occurrence.insert("line".to_owned(), line.into());
    }
    if let Some(offset) = place.offset.and_then(|offset| u32::try_from(offset).ok()) {
        occurrence.insert("offset".to_owned(), offset.into());
    }
    if let Some(locator) = &place.locator {
        occurrence.insert("symbol".to_owned(), locator.as_str().into());
    }
    occurrence.into()
}

/// A kind of data that code reads, or may read.
fn reads(touch: &Touch) -> Value {
    let name = if touch.possible {
        "reads-possibly"
    } else {
        "reads"
    };
    property(name, &touch.kind)
}

fn property(name: &str, value: &str) -> Value {
    json!({ "name": format!("apkaudit:{name}"), "value": value })
}

/// `pkg:maven/group/artifact@version` of coordinates that a package lists.
fn purl(coordinates: &str) -> Option<String> {
    let mut parts = coordinates.splitn(3, ':');
    let (group, artifact, version) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!(
        "pkg:maven/{}/{}@{}",
        percent(group, ""),
        percent(artifact, ""),
        percent(version, "")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_url_has_no_other_characters() {
        assert_eq!(
            purl("androidx.core:core:1.9.0+b/1").as_deref(),
            Some("pkg:maven/androidx.core/core@1.9.0%2Bb%2F1")
        );
        assert_eq!(purl("only:two"), None);
    }
}
