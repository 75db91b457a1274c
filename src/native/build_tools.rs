//! Build tools that left their name and version in the package.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::libraries::content;
use crate::container::{Entry, Module, Package};
use crate::decode::proto::Message;
use crate::evidence::Place;

/// A tool that built the package, as the package itself names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BuildTool {
    /// `android-gradle-plugin`, `r8`, `d8`, `kotlin`, `bundletool`, …
    pub name: String,
    /// Version as written; empty if not given.
    pub version: String,
    /// Where.
    pub place: Place,
}

/// Larger than any file that a build tool leaves of itself, in bytes.
const MAX_MARK: u64 = 64 * 1024;
/// Most Kotlin module files whose version is read.
const MAX_KOTLIN_MODULES: usize = 64;

/// The build tools of a package, sorted, each version once with its first
/// place.
///
/// `markers` are the string constants of DEX files that begin with `~~`
/// (others are passed over), with their places: D8, R8 and L8 leave one
/// each, such as `~~R8{"backend":"dex",…,"version":"8.5.35"}`.
pub fn detect<'a>(
    package: &Package,
    markers: impl IntoIterator<Item = (&'a str, Place)>,
) -> Vec<BuildTool> {
    let mut found: BTreeMap<(String, String), Place> = BTreeMap::new();
    let mut add = |name: &str, version: &str, place: Place| {
        let version: String = version.chars().take(64).collect();
        found
            .entry((name.to_owned(), version))
            .and_modify(|known| *known = place.clone().min(known.clone()))
            .or_insert(place);
    };
    for (text, place) in markers {
        if let Some((name, version)) = dex_marker(text) {
            add(name, version, place);
        }
    }
    for module in package.modules.iter().chain(&package.outer) {
        for (name, version, place) in of_module(module) {
            add(&name, &version, place);
        }
    }
    found
        .into_iter()
        .map(|((name, version), place)| BuildTool {
            name,
            version,
            place,
        })
        .collect()
}

/// Tool and version of a marker string of D8, R8 or L8 (class `Marker` of
/// R8: `~~`, the tool, an object in JSON).
fn dex_marker(text: &str) -> Option<(&'static str, &str)> {
    let rest = text.strip_prefix("~~")?;
    let (tool, object) = rest.split_at_checked(2)?;
    let name = match tool {
        "R8" => "r8",
        "D8" => "d8",
        "L8" => "l8",
        _ => return None,
    };
    let (_, after) = object
        .strip_prefix('{')?
        .split_once("\"version\":\"")
        .unwrap_or_default();
    Some((name, after.split('"').next().unwrap_or_default()))
}

fn of_module(module: &Module) -> Vec<(String, String, Place)> {
    let mut tools = Vec::new();
    let mut kotlin: Option<((i32, i32, i32), Place)> = None;
    let mut kotlin_modules = 0;
    for entry in module.entries().filter(|entry| entry.size <= MAX_MARK) {
        let name = entry.name.strip_prefix("root/").unwrap_or(&entry.name);
        let place = || module.place(entry);
        if name.starts_with("META-INF/") && name.ends_with(".kotlin_module") {
            kotlin_modules += 1;
            if kotlin_modules > MAX_KOTLIN_MODULES {
                continue;
            }
            let version = content(module, entry)
                .ok()
                .and_then(|b| metadata_version(&b));
            if let Some(version) = version
                && kotlin.as_ref().is_none_or(|(known, _)| *known < version)
            {
                kotlin = Some((version, place()));
            }
            continue;
        }
        let key = match name {
            "META-INF/com/android/build/gradle/app-metadata.properties"
            | "BUNDLE-METADATA/com.android.tools.build.gradle/app-metadata.properties" => {
                "androidGradlePluginVersion="
            }
            "META-INF/MANIFEST.MF" => "Created-By: Android Gradle ",
            "BundleConfig.pb" => {
                let version = content(module, entry)
                    .ok()
                    .and_then(|bytes| bundletool_version(&bytes));
                tools.extend(version.map(|v| ("bundletool".to_owned(), v, place())));
                continue;
            }
            _ => continue,
        };
        if let Some(version) = line_after(module, entry, key) {
            tools.push(("android-gradle-plugin".to_owned(), version, place()));
        }
    }
    if let Some(((major, minor, patch), place)) = kotlin {
        tools.push((
            "kotlin-metadata".to_owned(),
            format!("{major}.{minor}.{patch}"),
            place,
        ));
    }
    tools
}

/// The rest of the line that begins with `key`.
fn line_after(module: &Module, entry: &Entry, key: &str) -> Option<String> {
    let bytes = content(module, entry).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let version = text
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(key))?
        .trim();
    (!version.is_empty()).then(|| version.to_owned())
}

/// Metadata version at the head of a `.kotlin_module` file: a count, then so
/// many big-endian integers (`ModuleMapping` of the Kotlin compiler).
fn metadata_version(bytes: &[u8]) -> Option<(i32, i32, i32)> {
    let number = |index: usize| -> Option<i32> {
        let four = bytes.get(index * 4..index * 4 + 4)?;
        Some(i32::from_be_bytes(four.try_into().ok()?))
    };
    if !(2..=16).contains(&number(0)?) {
        return None;
    }
    let patch = if number(0)? > 2 { number(3)? } else { 0 };
    let version = (number(1)?, number(2)?, patch);
    (0..100).contains(&version.0).then_some(version)
}

/// `BundleConfig.bundletool.version` (bundletool, `config.proto`: field 1 of
/// the message, field 2 of it).
fn bundletool_version(bytes: &[u8]) -> Option<String> {
    // BundleConfig.bundletool (1) .version (2) of bundletool's config.proto.
    let bundletool = Message::whole(bytes, "BundleConfig.pb").last(1)?;
    let version = bundletool.last(2)?.text();
    (!version.is_empty()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dex_marker_names_tool_and_version() {
        assert_eq!(
            dex_marker(r#"~~R8{"backend":"dex","compilation-mode":"release","version":"8.5.35"}"#),
            Some(("r8", "8.5.35"))
        );
        assert_eq!(dex_marker(r#"~~D8{"min-api":21}"#), Some(("d8", "")));
        for other in [
            "~~",
            "~~R8",
            "~~strike~~",
            "R8{}",
            "~~R9{\"version\":\"1\"}",
        ] {
            assert_eq!(dex_marker(other), None, "{other}");
        }
    }

    #[test]
    fn a_kotlin_module_begins_with_its_metadata_version() {
        let words = |words: &[i32]| -> Vec<u8> {
            words.iter().flat_map(|word| word.to_be_bytes()).collect()
        };
        assert_eq!(metadata_version(&words(&[3, 1, 9, 0, 0])), Some((1, 9, 0)));
        assert_eq!(metadata_version(&words(&[3, 1, 9])), None);
        assert_eq!(metadata_version(&words(&[0x7fff_ffff, 1, 9, 0])), None);
        assert_eq!(metadata_version(b""), None);
    }

    #[test]
    fn a_bundle_names_its_bundletool() {
        let config = b"\x0a\x08\x12\x061.15.6\x12\x00";
        assert_eq!(bundletool_version(config).as_deref(), Some("1.15.6"));
        assert_eq!(bundletool_version(b"\x0a\xff"), None);
    }
}
