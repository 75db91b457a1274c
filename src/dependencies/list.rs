//! The files that are lists, by their names, and what stands in them.

use std::io::Read as _;

use serde_json::{Map, Value};

use super::found::Found;
use super::{Ecosystem, How, inner_name, maven, names};
use crate::container::{Entry, Module};
use crate::decode::{plainxml, text};
use crate::evidence::{GapKind, Place};

/// The list of a bundle, in the archive around its modules.
pub(super) const APP_DEPENDENCIES: &str =
    "BUNDLE-METADATA/com.android.tools.build.libraries/dependencies.pb";

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
/// Largest file of a few lines, list, and file of licences (unpacked), in
/// bytes.
const MOST_LINES: u64 = 64 * KIB;
const MOST_LIST: u64 = 8 * MIB;
const MOST_NOTICES: u64 = 64 * MIB;

/// The kind of list that an entry is, by its name in an APK.
pub(super) fn kind(name: &str) -> Option<How> {
    if let Some(rest) = name.strip_prefix("META-INF/") {
        return in_meta_inf(rest);
    }
    if let Some(rest) = name.strip_prefix("assets/") {
        return in_assets(rest);
    }
    if name.starts_with("res/") {
        return picture(name).is_some().then_some(How::DrawableName);
    }
    let properties = !name.contains('/') && name.ends_with(".properties");
    properties.then_some(How::ClientProperties)
}

fn in_meta_inf(name: &str) -> Option<How> {
    if let Some(maven) = name.strip_prefix("maven/") {
        return maven
            .ends_with("/pom.properties")
            .then_some(How::PomProperties);
    }
    let (_, extension) = name.rsplit_once('.').filter(|_| !name.contains('/'))?;
    match extension {
        "version" => Some(How::VersionFile),
        "kotlin_module" => Some(How::KotlinModule),
        _ => None,
    }
}

fn in_assets(name: &str) -> Option<How> {
    let file = name.rsplit('/').next().unwrap_or_default();
    let uni_app = || {
        let (_, inside) = name.strip_prefix("apps/")?.split_once('/')?;
        (inside == "www/manifest.json").then_some(How::UniManifest)
    };
    Some(match (name, file) {
        (_, "cordova_plugins.js") => How::CordovaPlugins,
        (_, "capacitor.plugins.json") => How::CapacitorPlugins,
        (_, "dcloud_uniplugins.json") => How::UniPlugins,
        ("data/dcloud_control.xml", _) => How::UniControl,
        (_, "manifest.json") => return uni_app(),
        ("bin/Data/ScriptingAssemblies.json", _) => How::UnityAssemblies,
        ("flutter_assets/kernel_blob.bin", _) => How::DartCode,
        ("flutter_assets/NOTICES.Z" | "flutter_assets/NOTICES" | "flutter_assets/LICENSE", _) => {
            How::FlutterNotices
        }
        _ if file.ends_with(".bundle") || file.ends_with(".jsbundle") => How::ScriptBundle,
        _ if name.starts_with("node_modules/") => How::AssetFolder,
        _ => return None,
    })
}

/// The name of a picture of an npm package, without what they all begin
/// with.
fn picture(name: &str) -> Option<&str> {
    let (_, file) = name.rsplit_once('/')?;
    let (stem, _) = file.split_once('.')?;
    stem.strip_prefix("node_modules_")
}

/// Reads one list.
pub(super) fn read(found: &mut Found<'_>, module: &Module, entry: &Entry, how: How) {
    let place = module.place(entry);
    let name = inner_name(module, entry);
    let file = name.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    match how {
        How::KotlinModule => {
            return found.add(Ecosystem::KotlinModule, stem, None, how, &place);
        }
        How::DrawableName => {
            return found.drawable(picture(name).unwrap_or_default(), place);
        }
        How::AssetFolder => {
            let path = name
                .strip_prefix("assets/node_modules/")
                .unwrap_or_default();
            if let Some(package) = names::npm_name(path.as_bytes()) {
                found.add(Ecosystem::Npm, &package, None, how, &place);
            }
            return;
        }
        How::DartCode | How::ScriptBundle => return code(found, module, entry, how),
        // Of others' files of a few lines, none is large.
        How::ClientProperties | How::VersionFile if entry.size > MOST_LINES => return,
        _ => {}
    }
    let most = match how {
        How::PomProperties | How::VersionFile | How::ClientProperties => MOST_LINES,
        How::FlutterNotices => MOST_NOTICES,
        _ => MOST_LIST,
    };
    let Some(bytes) = found.content(module, entry, most) else {
        return;
    };
    match how {
        How::AppDependencies => maven::app(found, &bytes, &place),
        How::FlutterNotices => notices(found, &bytes, &place),
        How::PomProperties => maven::pom(found, &text::decode(&bytes).text, &place),
        How::VersionFile => {
            maven::version_file(found, stem, &String::from_utf8_lossy(&bytes), &place);
        }
        How::ClientProperties => {
            maven::client(found, stem, &String::from_utf8_lossy(&bytes), &place);
        }
        How::UniControl => uni_control(found, &bytes, &place),
        _ => {
            if let Err(error) = json(found, &bytes, how, &place) {
                found.gap(GapKind::Malformed, &place, error);
            }
        }
    }
}

/// Names in code, of any size: what is stored as it is costs no copy.
fn code(found: &mut Found<'_>, module: &Module, entry: &Entry, how: How) {
    let place = module.place(entry);
    let bytes = match module.content(entry) {
        Ok(bytes) => bytes,
        Err(error) => return found.gap(error.gap_kind(), &place, error.to_string()),
    };
    let most = found.limits.listed;
    if how == How::DartCode {
        for name in names::dart_packages(&bytes, most) {
            found.add(Ecosystem::Flutter, name, None, how, &place);
        }
    } else {
        for name in names::npm_packages(&bytes, most) {
            found.add(Ecosystem::Npm, &name, None, how, &place);
        }
    }
}

fn json(found: &mut Found<'_>, bytes: &[u8], how: How, place: &Place) -> Result<(), String> {
    let text = text::decode(bytes).text;
    if how == How::CordovaPlugins {
        return cordova(found, &text, place);
    }
    let value: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    match how {
        How::CapacitorPlugins => {
            for name in strings(&value, "pkg") {
                found.add(Ecosystem::Capacitor, name, None, how, place);
            }
        }
        How::UniPlugins => {
            for plugins in items(value.get("nativePlugins")) {
                for name in strings(plugins.get("plugins").unwrap_or(&Value::Null), "name") {
                    found.add(Ecosystem::UniApp, name, None, how, place);
                }
            }
        }
        How::UniManifest => uni_manifest(found, &value, place),
        How::UnityAssemblies => {
            for name in items(value.get("names")).filter_map(Value::as_str) {
                let name = name.strip_suffix(".dll").unwrap_or(name);
                found.add(Ecosystem::Unity, name, None, how, place);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Items of a list; none if it is something else.
fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// A text of each object of a list.
fn strings<'a>(list: &'a Value, key: &'a str) -> impl Iterator<Item = &'a str> {
    items(Some(list)).filter_map(move |item| item.get(key)?.as_str())
}

/// Members of an object; none if it is something else.
fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// A script with JSON in it: the scripts of the plugins, and after
/// `metadata` the plugins with their versions.
fn cordova(found: &mut Found<'_>, text: &str, place: &Place) -> Result<(), String> {
    let how = How::CordovaPlugins;
    let (scripts, plugins) = match text.split_once("module.exports.metadata") {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    };
    if let Some(plugins) = plugins {
        let plugins: Map<String, Value> = first_json(plugins, '{')?;
        for (name, version) in &plugins {
            found.add(Ecosystem::Cordova, name, version.as_str(), how, place);
        }
        return Ok(());
    }
    // Old ones have no versions, and name the plugin only as a part of the
    // name of the script.
    let start = scripts.find("module.exports").unwrap_or_default();
    let scripts: Vec<Value> = first_json(scripts.get(start..).unwrap_or_default(), '[')?;
    for script in &scripts {
        let get = |key| script.get(key).and_then(Value::as_str);
        let plugin = get("pluginId").or_else(|| Some(get("id")?.rsplit_once('.')?.0));
        if let Some(plugin) = plugin {
            found.add(Ecosystem::Cordova, plugin, None, how, place);
        }
    }
    Ok(())
}

/// The first JSON value that begins with `bracket`; what follows is not
/// looked at.
fn first_json<T: serde::de::DeserializeOwned>(text: &str, bracket: char) -> Result<T, String> {
    let start = text
        .find(bracket)
        .ok_or_else(|| format!("has no `{bracket}` where the plugins are expected"))?;
    let json = text.get(start..).unwrap_or_default();
    let mut values = serde_json::Deserializer::from_str(json).into_iter::<T>();
    match values.next() {
        Some(value) => value.map_err(|error| error.to_string()),
        None => Err("ends where the plugins are expected".to_owned()),
    }
}

/// Modules of the runtime, services chosen for them and native plugins, in
/// the manifest as it is written and as it is compiled.
fn uni_manifest(found: &mut Found<'_>, manifest: &Value, place: &Place) {
    let mut add = |name: &str, version: Option<&str>| {
        found.add(Ecosystem::UniApp, name, version, How::UniManifest, place);
    };
    for (module, _) in members(manifest.get("permissions")) {
        add(module, None);
    }
    let Some(app) = manifest.get("plus").or_else(|| manifest.get("app-plus")) else {
        return;
    };
    if let Some(version) = app.pointer("/uni-app/compilerVersion") {
        add("uni-app", version.as_str());
    }
    for key in ["modules", "nativePlugins"] {
        for (name, _) in members(app.get(key)) {
            add(name, None);
        }
    }
    for key in ["/distribute/plugins", "/distribute/sdkConfigs"] {
        for (module, services) in members(app.pointer(key)) {
            for (service, _) in members(Some(services)).filter(|(_, of)| of.is_object()) {
                add(&format!("{module}/{service}"), None);
            }
        }
    }
}

/// The version of the uni-app runtime.
fn uni_control(found: &mut Found<'_>, bytes: &[u8], place: &Place) {
    match plainxml::parse(bytes, found.limits) {
        Ok(document) => {
            let root = &document.root;
            if let Some(version) = root.plain("version").and_then(|v| v.value.as_text()) {
                found.add(
                    Ecosystem::UniApp,
                    &root.name,
                    Some(version),
                    How::UniControl,
                    place,
                );
            }
        }
        Err(error) => found.gap(GapKind::Malformed, place, error.to_string()),
    }
}

/// Licences, each after the names of the packages it is for: one a line, and
/// an empty line.
fn notices(found: &mut Found<'_>, bytes: &[u8], place: &Place) {
    let how = How::FlutterNotices;
    let mut unpacked = Vec::new();
    let bytes = if bytes.starts_with(b"\x1f\x8b") {
        let mut stream = flate2::read::GzDecoder::new(bytes).take(MOST_NOTICES);
        if let Err(error) = stream.read_to_end(&mut unpacked) {
            found.gap(GapKind::Malformed, place, error.to_string());
        }
        if u64::try_from(unpacked.len()).unwrap_or(u64::MAX) >= MOST_NOTICES {
            let detail = format!("more than {MOST_NOTICES} bytes unpacked");
            found.gap(GapKind::Limit, place, detail);
        }
        &unpacked
    } else {
        bytes
    };
    let line = "-".repeat(80);
    for licence in String::from_utf8_lossy(bytes).split(line.as_str()) {
        let licence = licence.trim_start_matches(['\r', '\n']);
        let Some((packages, _)) = licence.split_once("\n\n") else {
            continue;
        };
        for name in packages.lines().filter(|name| names::is_dart_name(name)) {
            found.add(Ecosystem::Flutter, name, None, how, place);
        }
    }
}
