//! Lists of what an app is built from, as build tools and frameworks leave
//! them in the package: names, and versions where the list has them.
//!
//! A list says what was put in, not what is used, and most packages carry
//! only some: a name that is missing here proves nothing.

mod found;
mod list;
mod maven;
mod names;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::container::{Entry, Module, ModuleKind, Package};
use crate::evidence::{Gap, Place};
use crate::limits::Limits;
use found::Found;

/// Something that the app is built from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dependency {
    /// Whose names these are.
    pub ecosystem: Ecosystem,
    /// Name in the ecosystem: `androidx.core:core`, `firebase_core`,
    /// `@capacitor/camera`.
    pub name: String,
    /// Version, if the list has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What kind of list it stands in; of several, the first of this order.
    pub how: How,
    /// Where.
    pub place: Place,
}

/// Whose names the dependencies have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ecosystem {
    /// `group:artifact` of a Maven repository; the artifact alone if the
    /// list does not name the group.
    Maven,
    /// Modules of the Kotlin compiler: `kotlin-stdlib`, `expo-av_release`.
    KotlinModule,
    /// Packages of Dart.
    Flutter,
    /// Packages of npm, used by React Native.
    Npm,
    /// Plugins of Cordova.
    Cordova,
    /// Plugins of Capacitor, by their npm package.
    Capacitor,
    /// Modules of the uni-app runtime (`Push`), services chosen for them
    /// (`push/unipush`), native plugins, and `uni-app` itself.
    UniApp,
    /// Packages and assemblies of Unity.
    Unity,
}

impl Ecosystem {
    /// The word for it in facts and in entries of SDKs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Maven => "maven",
            Self::KotlinModule => "kotlin-module",
            Self::Flutter => "flutter",
            Self::Npm => "npm",
            Self::Cordova => "cordova",
            Self::Capacitor => "capacitor",
            Self::UniApp => "uni-app",
            Self::Unity => "unity",
        }
    }

    /// Name as its makers write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Maven => "Maven",
            Self::KotlinModule => "Kotlin",
            Self::Flutter => "Flutter",
            Self::Npm => "npm",
            Self::Cordova => "Cordova",
            Self::Capacitor => "Capacitor",
            Self::UniApp => "uni-app",
            Self::Unity => "Unity",
        }
    }
}

/// The kinds of lists, those that are meant as such first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// `dependencies.pb` of a bundle: everything that Gradle resolved.
    AppDependencies,
    /// `META-INF/maven/<group>/<artifact>/pom.properties`.
    PomProperties,
    /// `META-INF/<group>_<artifact>.version`.
    VersionFile,
    /// `play-services-base.properties` and the like at the root.
    ClientProperties,
    /// `cordova_plugins.js`.
    CordovaPlugins,
    /// `capacitor.plugins.json`.
    CapacitorPlugins,
    /// `dcloud_uniplugins.json`.
    UniPlugins,
    /// `manifest.json` of a uni-app application.
    UniManifest,
    /// `dcloud_control.xml`.
    UniControl,
    /// `ScriptingAssemblies.json`.
    UnityAssemblies,
    /// Names of source files in the compiled Dart code.
    DartCode,
    /// The licences that Flutter collects, which name parts of the engine
    /// too.
    FlutterNotices,
    /// Paths below `node_modules/` in a JavaScript bundle.
    ScriptBundle,
    /// An entry below `assets/node_modules/`.
    AssetFolder,
    /// `META-INF/<name>.kotlin_module`.
    KotlinModule,
    /// The first part of the name of a picture that React Native took from
    /// `node_modules/`: in lower case, without `@`, `-` and `.`, so that
    /// the package or its scope can only be recognised.
    DrawableName,
}

/// The lists in all modules of a package and in the archives inside it.
/// Never fails: what cannot be read is a gap.
pub fn read(package: &Package, limits: &Limits) -> (Vec<Dependency>, Vec<Gap>) {
    let mut found = Found::new(limits);
    if let Some(outer) = &package.outer
        && let Some(entry) = outer.entry(list::APP_DEPENDENCIES)
    {
        list::read(&mut found, outer, entry, How::AppDependencies);
    }
    let nested = package.nested().iter();
    let inner = nested.filter_map(|nested| nested.module.as_ref());
    for module in package.modules.iter().chain(inner) {
        let mut last = "";
        for entry in module.entries() {
            // Of entries with one name, the first counts.
            if entry.name == last {
                continue;
            }
            last = &entry.name;
            if let Some(how) = list::kind(inner_name(module, entry)) {
                list::read(&mut found, module, entry, how);
            }
        }
        if let Some(entry) = names::dart_library(module) {
            list::read(&mut found, module, entry, How::DartCode);
        }
    }
    found.finish()
}

/// The name of an entry as it is in an APK.
fn inner_name<'a>(module: &Module, entry: &'a Entry) -> &'a str {
    match module.kind {
        ModuleKind::Bundle => entry.name.strip_prefix("root/").unwrap_or(&entry.name),
        _ => &entry.name,
    }
}
