//! What Maven repositories and the build tools around them leave behind.

use std::collections::BTreeMap;

use super::found::Found;
use super::{Ecosystem, How};
use crate::decode::DecodeError;
use crate::decode::proto::{Message, Wire};
use crate::evidence::{GapKind, Place};

/// `dependencies.pb`: every library of an app bundle, direct or not.
///
/// Source: `app_dependencies.proto` of bundletool.
pub(super) fn app(found: &mut Found<'_>, bytes: &[u8], place: &Place) {
    if let Err(error) = libraries(found, bytes, place) {
        found.gap(GapKind::Malformed, place, error.to_string());
    }
}

fn libraries(found: &mut Found<'_>, bytes: &[u8], place: &Place) -> Result<(), DecodeError> {
    const LIBRARY: u32 = 1;
    const MAVEN: u32 = 1;
    const UNITY: u32 = 4;
    for field in Message::whole(bytes, "list of dependencies").fields() {
        let (LIBRARY, Wire::Bytes(library)) = field? else {
            continue;
        };
        let offset = u64::try_from(library.offset()).unwrap_or(u64::MAX);
        let place = place.clone().offset(offset);
        for field in library.fields() {
            match field? {
                (MAVEN, Wire::Bytes(maven)) => {
                    let [group, artifact, version] = texts(&maven, [1, 2, 5])?;
                    let name = coordinates(&group, &artifact);
                    let version = Some(version.as_str());
                    found.add(
                        Ecosystem::Maven,
                        &name,
                        version,
                        How::AppDependencies,
                        &place,
                    );
                }
                (UNITY, Wire::Bytes(unity)) => {
                    let [name, version] = texts(&unity, [1, 2])?;
                    let version = Some(version.as_str());
                    found.add(
                        Ecosystem::Unity,
                        &name,
                        version,
                        How::AppDependencies,
                        &place,
                    );
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Text fields by their numbers; empty if they are left out.
fn texts<const N: usize>(
    message: &Message<'_>,
    numbers: [u32; N],
) -> Result<[String; N], DecodeError> {
    let mut texts = [const { String::new() }; N];
    for field in message.fields() {
        if let (number, Wire::Bytes(value)) = field? {
            let wanted = numbers.iter().zip(&mut texts);
            for (_, text) in wanted.filter(|(wanted, _)| **wanted == number) {
                *text = value.text();
            }
        }
    }
    Ok(texts)
}

fn coordinates(group: &str, artifact: &str) -> String {
    if group.is_empty() {
        artifact.to_owned()
    } else {
        format!("{group}:{artifact}")
    }
}

/// `META-INF/<group>_<artifact>.version`: the content is the version.
pub(super) fn version_file(found: &mut Found<'_>, stem: &str, text: &str, place: &Place) {
    // kotlinx.coroutines has its own way to name them.
    let name = if let Some(rest) = stem.strip_prefix("kotlinx_coroutines_") {
        let artifact = rest.replace('_', "-");
        format!("org.jetbrains.kotlinx:kotlinx-coroutines-{artifact}")
    } else {
        match stem.split_once('_') {
            Some((group, artifact)) if group.contains('.') => coordinates(group, artifact),
            _ => stem.to_owned(),
        }
    };
    let version = Some(text);
    found.add(Ecosystem::Maven, &name, version, How::VersionFile, place);
}

/// `pom.properties`.
pub(super) fn pom(found: &mut Found<'_>, text: &str, place: &Place) {
    let properties = properties(text);
    let get = |key| properties.get(key).copied();
    let Some(artifact) = get("artifactId").filter(|artifact| !artifact.is_empty()) else {
        found.gap(GapKind::Malformed, place, "names no artifact");
        return;
    };
    let name = coordinates(get("groupId").unwrap_or_default(), artifact);
    found.add(
        Ecosystem::Maven,
        &name,
        get("version"),
        How::PomProperties,
        place,
    );
}

/// `<client>.properties` of Google's libraries, with `version` and `client`.
/// Other properties files have other keys.
pub(super) fn client(found: &mut Found<'_>, stem: &str, text: &str, place: &Place) {
    const GROUPS: [(&str, &str); 3] = [
        ("play-services-", "com.google.android.gms"),
        ("firebase-", "com.google.firebase"),
        ("transport-", "com.google.android.datatransport"),
    ];
    let properties = properties(text);
    let (Some(version), Some(client)) = (properties.get("version"), properties.get("client"))
    else {
        return;
    };
    if *client != stem {
        return;
    }
    let group = GROUPS.iter().find(|(prefix, _)| client.starts_with(prefix));
    let name = coordinates(group.map_or("", |(_, group)| group), client);
    let version = Some(*version);
    found.add(
        Ecosystem::Maven,
        &name,
        version,
        How::ClientProperties,
        place,
    );
}

/// The lines of a properties file, as far as such lists use the format.
fn properties(text: &str) -> BTreeMap<&str, &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with(['#', '!']))
        .filter_map(|line| line.split_once(['=', ':']))
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect()
}
