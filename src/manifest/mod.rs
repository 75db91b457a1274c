//! What the manifest declares: identity, application attributes,
//! permissions, components, queries, features.
//!
//! The room reads the common XML shape, so that the binary manifest of an
//! APK, the protocol-buffer manifest of a bundle and the plain one of a
//! library give the same facts.

mod attributes;
mod components;
mod network;
mod reader;
#[cfg(test)]
mod tests;

pub use components::{Component, ComponentKind, ExportedBy, FilterData, IntentFilter, MetaData};
pub use network::{NetworkDomain, NetworkSecurity};
pub use reader::Reader;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::decode::xml::Element;
use crate::evidence::Place;
use attributes as attr;

/// Everything one manifest says. Splits of one app give one each;
/// [`ManifestFacts::merge`] joins them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ManifestFacts {
    /// Application id.
    pub package: String,
    /// `versionCode` with `versionCodeMajor` in the upper 32 bits.
    pub version_code: Option<i64>,
    /// `versionName`.
    pub version_name: Option<String>,
    /// API level this was compiled against.
    pub compile_sdk: Option<u32>,
    /// `minSdkVersion` as declared. A code name of a preview counts as the
    /// level it became, or none if unknown.
    pub min_sdk: Option<u32>,
    /// `targetSdkVersion` as declared.
    pub target_sdk: Option<u32>,
    /// The level that decides is given, but cannot be read: an unknown code
    /// name, a reference that leads nowhere.
    #[serde(skip)]
    pub target_unread: bool,
    /// `sharedUserId`.
    pub shared_user_id: Option<String>,
    /// The `application` element.
    pub application: Application,
    /// Permissions this app asks for and defines.
    pub permissions: Permissions,
    /// Activities, aliases, services, receivers, providers.
    pub components: Vec<Component>,
    /// What other apps this one asks to see.
    pub queries: Vec<Query>,
    /// Hardware and software features.
    pub features: Vec<Feature>,
    /// Where the manifest stands.
    pub place: Place,
}

/// Attributes of the `application` element that bear on privacy. `None`
/// means not declared; the platform's default then holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// Name per locale; an empty locale is the default.
    pub labels: Vec<Label>,
    /// Fully qualified class of the `Application`.
    pub class: Option<String>,
    /// `appComponentFactory`.
    pub component_factory: Option<String>,
    /// Process of all components that name none.
    pub process: Option<String>,
    /// `debuggable`.
    pub debuggable: Option<bool>,
    /// `testOnly`.
    pub test_only: Option<bool>,
    /// `allowBackup`; the platform's default is true.
    pub allow_backup: Option<bool>,
    /// `fullBackupContent` or `dataExtractionRules` is given.
    pub backup_rules: bool,
    /// `usesCleartextTraffic`; the default is true below target 28.
    pub uses_cleartext_traffic: Option<bool>,
    /// `requestLegacyExternalStorage`.
    pub request_legacy_external_storage: Option<bool>,
    /// Resource that `networkSecurityConfig` names, as `xml/name` or as
    /// written.
    pub network_security_config: Option<String>,
    /// Its resource id, if the format has ids: names can be obfuscated to
    /// one and the same.
    #[serde(skip)]
    pub network_security_config_id: Option<u32>,
    /// `meta-data` of the application.
    pub meta_data: Vec<MetaData>,
    /// Shared libraries (`uses-library`, `uses-native-library`).
    pub libraries: Vec<String>,
    /// Where the element stands.
    pub place: Place,
}

/// A text in one locale.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Label {
    /// Locale as a BCP 47 tag (`zh-CN`); empty for the default.
    pub locale: String,
    /// The text.
    pub text: String,
}

/// Permissions of one app.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Permissions {
    /// `uses-permission` and `uses-permission-sdk-23`, in file order.
    pub requested: Vec<UsesPermission>,
    /// `permission`: what this app defines for others.
    pub declared: Vec<DeclaredPermission>,
}

/// One permission that the app asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UsesPermission {
    /// Full name.
    pub name: String,
    /// Platform permission group (`LOCATION`), from the catalogue.
    pub group: Option<String>,
    /// `normal`, `dangerous`, `special`, `signature`, … from the catalogue;
    /// none for a permission that is not in it.
    pub level: Option<String>,
    /// Last API level at which it is asked for.
    pub max_sdk: Option<u32>,
    /// Asked for only from API 23 (`uses-permission-sdk-23`).
    pub from_sdk_23: bool,
    /// `neverForLocation` is set.
    pub never_for_location: bool,
    /// SDKs inside that ask for it, by id, as far as the catalogue knows.
    #[serde(default)]
    pub asked_by: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// One permission that the app defines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeclaredPermission {
    /// Full name.
    pub name: String,
    /// Base protection level: `normal`, `dangerous`, `signature`,
    /// `signatureOrSystem`, `internal`.
    pub protection: String,
    /// Whose it is: `app`, `sdk:jpush`, …
    #[serde(default)]
    pub owner: String,
    /// Where it is declared.
    pub place: Place,
}

/// One entry of `queries`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// What is asked for.
    #[serde(flatten)]
    pub target: QueryTarget,
    /// Where it is declared.
    pub place: Place,
}

/// The three forms of a `queries` entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum QueryTarget {
    /// One package.
    Package {
        /// Its application id.
        name: String,
    },
    /// Every package that answers an intent.
    Intent {
        /// The intent's signature.
        filter: IntentFilter,
    },
    /// Every package with this provider authority.
    Provider {
        /// The authority.
        authority: String,
    },
}

/// One `uses-feature`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// Feature name, or `gles` with the version.
    pub name: String,
    /// Must be there for the app to be installed.
    pub required: bool,
}

impl ManifestFacts {
    /// Reads one manifest. Unknown elements are passed over, as Android does.
    ///
    /// `root` is the `manifest` element; `reader` resolves resource
    /// references and says in which file this stands.
    pub fn read(root: &Element, reader: &Reader<'_>) -> Self {
        let package = root
            .plain("package")
            .map(|a| reader.text_of(&a.value))
            .unwrap_or_default();
        let mut facts = Self {
            version_code: version_code(root, reader),
            version_name: reader.text(root, attr::VERSION_NAME),
            compile_sdk: reader.sdk(root, attr::COMPILE_SDK_VERSION),
            shared_user_id: reader.text(root, attr::SHARED_USER_ID),
            place: reader.place(root, "manifest"),
            package,
            ..Self::default()
        };
        if facts.compile_sdk.is_none() {
            facts.compile_sdk = root
                .plain("platformBuildVersionCode")
                .and_then(|a| reader.int_of(&a.value))
                .and_then(|level| u32::try_from(level).ok());
        }
        for (index, child) in root.children.iter().enumerate() {
            let locator = format!("manifest/{}[{index}]", child.name);
            match child.name.as_str() {
                "uses-sdk" => {
                    facts.min_sdk = reader.sdk(child, attr::MIN_SDK_VERSION);
                    facts.target_sdk = reader.sdk(child, attr::TARGET_SDK_VERSION);
                    let has = |a| reader.has(child, a);
                    facts.target_unread = if has(attr::TARGET_SDK_VERSION) {
                        facts.target_sdk.is_none()
                    } else {
                        has(attr::MIN_SDK_VERSION) && facts.min_sdk.is_none()
                    };
                }
                "uses-permission" | "uses-permission-sdk-23" | "uses-permission-sdk-m" => {
                    facts
                        .permissions
                        .requested
                        .extend(uses_permission(child, &locator, reader));
                }
                "permission" => facts
                    .permissions
                    .declared
                    .extend(declared(child, &locator, reader)),
                "queries" => facts.queries.extend(queries(child, &locator, reader)),
                "uses-feature" => facts.features.extend(feature(child, reader)),
                _ => {}
            }
        }
        // `application` comes last: its defaults depend on `uses-sdk`, which
        // may stand anywhere.
        // Of several, Android reads the first.
        if let Some(application) = root.children_named("application").next() {
            facts.read_application(application, reader);
        }
        facts
    }

    /// The API level whose behaviour the platform gives the app: the target,
    /// else the minimum, else 1. None if the one that decides is given but
    /// cannot be read.
    pub fn effective_target_sdk(&self) -> Option<u32> {
        let level = self.target_sdk.or(self.min_sdk).unwrap_or(1);
        (!self.target_unread).then_some(level)
    }

    fn read_application(&mut self, element: &Element, reader: &Reader<'_>) {
        let place = reader.place(element, "manifest/application");
        let class = |a| {
            reader
                .text(element, a)
                .map(|name| qualified(&self.package, &name))
        };
        let application = Application {
            labels: reader.labels(element, attr::LABEL),
            class: class(attr::NAME),
            component_factory: class(attr::APP_COMPONENT_FACTORY),
            process: reader.text(element, attr::PROCESS),
            debuggable: reader.bool(element, attr::DEBUGGABLE),
            test_only: reader.bool(element, attr::TEST_ONLY),
            allow_backup: reader.bool(element, attr::ALLOW_BACKUP),
            backup_rules: reader.has(element, attr::FULL_BACKUP_CONTENT)
                || reader.has(element, attr::DATA_EXTRACTION_RULES),
            uses_cleartext_traffic: reader.bool(element, attr::USES_CLEARTEXT_TRAFFIC),
            request_legacy_external_storage: reader
                .bool(element, attr::REQUEST_LEGACY_EXTERNAL_STORAGE),
            network_security_config: reader.resource_name(element, attr::NETWORK_SECURITY_CONFIG),
            network_security_config_id: reader.reference(element, attr::NETWORK_SECURITY_CONFIG),
            meta_data: components::meta_data(element, "manifest/application", reader),
            libraries: ["uses-library", "uses-native-library"]
                .iter()
                .flat_map(|tag| element.children_named(tag))
                .filter_map(|library| reader.text(library, attr::NAME))
                .collect(),
            place,
        };
        let defaults = components::Defaults {
            package: &self.package,
            target_sdk: self.effective_target_sdk(),
            enabled: reader.is_enabled(element),
            process: application.process.clone(),
            permission: reader.text(element, attr::PERMISSION),
        };
        self.components = components::read_all(element, &defaults, reader);
        self.application = application;
    }

    /// Adds what another split or module of the same app declares. What is
    /// there already stays; a missing identity is filled.
    pub fn merge(&mut self, other: Self) {
        fn fill<T>(mine: &mut Option<T>, theirs: Option<T>) {
            if mine.is_none() {
                *mine = theirs;
            }
        }
        if self.package.is_empty() {
            self.package = other.package;
        }
        fill(&mut self.version_code, other.version_code);
        fill(&mut self.version_name, other.version_name);
        fill(&mut self.compile_sdk, other.compile_sdk);
        fill(&mut self.min_sdk, other.min_sdk);
        fill(&mut self.target_sdk, other.target_sdk);
        self.application
            .meta_data
            .extend(other.application.meta_data);
        extend(
            &mut self.permissions.requested,
            other.permissions.requested,
            |permission| (permission.name.clone(), permission.max_sdk),
        );
        self.permissions.declared.extend(other.permissions.declared);
        extend(&mut self.components, other.components, |component| {
            (component.kind, component.class.clone())
        });
        self.queries.extend(other.queries);
        extend(&mut self.features, other.features, |feature| {
            (feature.name.clone(), feature.required)
        });
    }
}

/// Adds the items of `theirs` whose key is new.
fn extend<T, K: Ord>(mine: &mut Vec<T>, theirs: Vec<T>, key: impl Fn(&T) -> K) {
    let known: BTreeSet<K> = mine.iter().map(&key).collect();
    mine.extend(
        theirs
            .into_iter()
            .filter(|item| !known.contains(&key(item))),
    );
}

/// A class name as the platform completes it: `.Main` and `Main` belong to
/// the package.
pub(crate) fn qualified(package: &str, name: &str) -> String {
    if name.starts_with('.') {
        format!("{package}{name}")
    } else if name.contains('.') || package.is_empty() {
        name.to_owned()
    } else {
        format!("{package}.{name}")
    }
}

fn version_code(root: &Element, reader: &Reader<'_>) -> Option<i64> {
    let low = reader.int(root, attr::VERSION_CODE)?;
    let high = reader.int(root, attr::VERSION_CODE_MAJOR).unwrap_or(0);
    // The platform joins the two halves as unsigned 32-bit numbers.
    Some((i64::from(high) << 32) | i64::from(low.cast_unsigned()))
}

fn uses_permission(
    element: &Element,
    locator: &str,
    reader: &Reader<'_>,
) -> Option<UsesPermission> {
    Some(UsesPermission {
        name: reader.text(element, attr::NAME)?,
        max_sdk: reader.sdk(element, attr::MAX_SDK_VERSION),
        from_sdk_23: element.name != "uses-permission",
        never_for_location: reader
            .int(element, attr::USES_PERMISSION_FLAGS)
            .is_some_and(|flags| flags & attr::NEVER_FOR_LOCATION != 0),
        place: reader.place(element, locator),
        ..UsesPermission::default()
    })
}

fn declared(element: &Element, locator: &str, reader: &Reader<'_>) -> Option<DeclaredPermission> {
    // Lower four bits of protectionLevel; the rest are flags.
    let level = reader.int(element, attr::PROTECTION_LEVEL);
    let written = reader.text(element, attr::PROTECTION_LEVEL);
    let protection = match (level, &written) {
        // Plain XML has the words: `signature|privileged`.
        (None, Some(words)) => words.split('|').next().unwrap_or(words).trim(),
        (level, _) => match level.unwrap_or(0) & 0xf {
            0 => "normal",
            1 => "dangerous",
            2 => "signature",
            3 => "signatureOrSystem",
            4 => "internal",
            _ => "unknown",
        },
    };
    Some(DeclaredPermission {
        owner: String::new(),
        name: reader.text(element, attr::NAME)?,
        protection: protection.to_owned(),
        place: reader.place(element, locator),
    })
}

fn queries(element: &Element, locator: &str, reader: &Reader<'_>) -> Vec<Query> {
    let entry = |(index, child): (usize, &Element)| {
        let locator = format!("{locator}/{}[{index}]", child.name);
        let target = match child.name.as_str() {
            "package" => QueryTarget::Package {
                name: reader.text(child, attr::NAME)?,
            },
            "intent" => QueryTarget::Intent {
                filter: components::filter(child, reader),
            },
            "provider" => QueryTarget::Provider {
                authority: reader.text(child, attr::AUTHORITIES)?,
            },
            _ => return None,
        };
        Some(Query {
            target,
            place: reader.place(child, &locator),
        })
    };
    element
        .children
        .iter()
        .enumerate()
        .filter_map(entry)
        .collect()
}

fn feature(element: &Element, reader: &Reader<'_>) -> Option<Feature> {
    let name = reader.text(element, attr::NAME).or_else(|| {
        let version = reader.int(element, attr::GL_ES_VERSION)?;
        Some(format!("gles {}.{}", version >> 16, version & 0xffff))
    })?;
    Some(Feature {
        name,
        required: reader.bool(element, attr::REQUIRED).unwrap_or(true),
    })
}
