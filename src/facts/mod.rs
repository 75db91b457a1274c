//! The facts of one input: one serialisable value that says what the app
//! is, what was seen where, and what could not be looked at.
//!
//! `apkaudit inspect -f json` prints it; the conditions of the checks read
//! it. Extraction never fails: what cannot be read becomes a [`Gap`].

mod app;
mod app_type;
mod extract;
mod registered;
mod sdks;
mod strings;

pub use app_type::AppTypeFact;
pub use extract::{GivenText, Options, extract};
pub use strings::{StringFacts, StringText};

use serde::{Deserialize, Serialize};

use crate::code::CodeFacts;
use crate::container::{Nested, NestedKind, PackageKind};
use crate::decode::signing::Signing;
use crate::dependencies::Dependency;
use crate::disclosure::DisclosureFacts;
use crate::endpoint::Endpoint;
use crate::evidence::{Anomaly, Gap, Place};
use crate::interface::InterfaceFacts;
use crate::layout::LayoutFacts;
use crate::manifest::{
    Application, Component, Feature, Label, NetworkSecurity, Permissions, Query,
};
use crate::native::{BuildTool, Framework, NativeFacts, Packer};
use crate::permission::PermissionUse;
use crate::policy::PolicyFacts;
use crate::program::ProgramFacts;
use crate::sdk::SdkFacts;

/// Everything known about one input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// What the app is.
    pub identity: Identity,
    /// Attributes of the `application` element; empty for a document.
    pub application: Application,
    /// Permissions asked for and defined.
    pub permissions: Permissions,
    /// Who uses the permissions asked for, and where the user is asked.
    #[serde(default)]
    pub permission_uses: Vec<PermissionUse>,
    /// Activities, aliases, services, receivers, providers.
    pub components: Vec<Component>,
    /// Other apps this one asks to see.
    pub queries: Vec<Query>,
    /// Hardware and software features.
    pub features: Vec<Feature>,
    /// Network security configuration, if one is named and could be read.
    pub network: Option<NetworkSecurity>,
    /// Views, menus, navigation graphs and preference screens.
    #[serde(default)]
    pub layouts: LayoutFacts,
    /// Native libraries.
    pub native: NativeFacts,
    /// What the app is built from, as lists in the package name it.
    pub dependencies: Vec<Dependency>,
    /// Packers and hardening products.
    pub packers: Vec<Packer>,
    /// Bytecode.
    pub code: CodeFacts,
    /// What the code does, and when.
    pub program: ProgramFacts,
    /// SDKs and libraries inside, and whose the rest of the code is.
    pub sdks: SdkFacts,
    /// URLs and hosts, sorted.
    pub endpoints: Vec<Endpoint>,
    /// Resource strings.
    pub strings: StringFacts,
    /// Archives and code inside the package.
    pub nested: Vec<NestedFile>,
    /// Policy texts, links and labels.
    pub policy: PolicyFacts,
    /// What the screens of the app offer and ask.
    pub interface: InterfaceFacts,
    /// The app held against its policy.
    pub disclosure: DisclosureFacts,
    /// Signing schemes and certificates.
    pub signing: Signing,
    /// Tricks and defects of the file formats.
    pub anomalies: Vec<Anomaly>,
    /// What could not be looked at.
    pub gaps: Vec<Gap>,
}

/// What the input is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// Kind of package, or a document on its own.
    pub kind: PackageKind,
    /// Size of the input in bytes.
    pub size: u64,
    /// SHA-256 of the input, lower-case hexadecimal.
    pub sha256: String,
    /// Application id; empty for a document, or when the manifest is unreadable.
    pub package: String,
    /// `versionName`.
    pub version_name: Option<String>,
    /// `versionCode`, with `versionCodeMajor` in the upper 32 bits.
    pub version_code: Option<i64>,
    /// Name of the app per locale; an empty locale is the default.
    pub labels: Vec<Label>,
    /// What type of app it is, if somebody said so or its name tells.
    #[serde(default)]
    pub app_type: Option<AppTypeFact>,
    /// `minSdkVersion` as declared.
    pub min_sdk: Option<u32>,
    /// `targetSdkVersion` as declared.
    pub target_sdk: Option<u32>,
    /// API level whose behaviour the platform gives the app: the target,
    /// else the minimum, else 1. None for a library without `uses-sdk` and
    /// for a document.
    pub effective_target_sdk: Option<u32>,
    /// API level compiled against.
    pub compile_sdk: Option<u32>,
    /// Modules and splits, the base first; one empty name for a single
    /// package.
    pub modules: Vec<String>,
    /// Tool-kits the app is built with, apart from the platform's own.
    pub frameworks: Vec<Framework>,
    /// Build tools that left a mark.
    pub build_tools: Vec<BuildTool>,
}

/// An archive or a code file inside the package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NestedFile {
    /// Where it is.
    pub place: Place,
    /// `zip`, `jar`, `apk` or `dex`.
    pub kind: String,
    /// Size in bytes, unpacked.
    pub size: u64,
}

impl NestedFile {
    fn of(nested: &Nested) -> Self {
        let kind = match nested.kind {
            NestedKind::Dex => "dex",
            NestedKind::Apk => "apk",
            NestedKind::Jar => "jar",
            NestedKind::Zip => "zip",
        };
        Self {
            place: nested.place.clone(),
            kind: kind.to_owned(),
            size: nested.size,
        }
    }
}
