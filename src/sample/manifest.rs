//! The manifest of a description as a tree of elements.

use std::collections::BTreeMap;

use super::description::{
    Application, Component, ComponentKind, Declared, Description, Feature, Filter, Permission,
    Protection, Queries, Scalar, Split,
};
use super::error::SampleError;
use super::name_or::NameOr;
use super::xml::{Element, Value};

/// Resource that `network-config` becomes.
pub(super) const NETWORK: &str = "network";
/// Resource of the backup rules.
pub(super) const BACKUP: &str = "backup";
/// Resource that holds the names of the app by locale.
pub(super) const APP_NAME: &str = "app_name";

/// Bit of `usesPermissionFlags`.
const NEVER_FOR_LOCATION: u32 = 0x0001_0000;

/// The manifest of the base.
pub(super) fn base(app: &Description) -> Result<Element, SampleError> {
    let mut manifest = root(app);
    if !app.version_name.is_empty() {
        manifest.android("versionName", Value::Text(app.version_name.clone()));
    }
    manifest.text("sharedUserId", &app.shared_user);
    if app.compile_sdk > 0 {
        manifest.android("compileSdkVersion", Value::Int(app.compile_sdk));
        let level = Value::Int(app.compile_sdk);
        manifest.plain("platformBuildVersionCode", level);
    }
    manifest.children.extend(uses_sdk(app));
    let features = app
        .features
        .iter()
        .map(|NameOr(feature)| uses_feature(feature));
    manifest.children.extend(features);
    manifest.children.extend(uses_permissions(&app.permissions));
    let declared = app
        .declares
        .iter()
        .map(|NameOr(declared)| permission(declared));
    manifest.children.extend(declared);
    manifest.children.extend(queries(&app.queries));
    let mut application = application(&app.application);
    if app.labels.is_empty() {
        application.text("label", &app.label);
    } else if app.label.is_empty() {
        let name = format!("string/{APP_NAME}");
        application.android("label", Value::Resource(name));
    } else {
        let why = "is written into the manifest and `labels` into resources: give one of them";
        return Err(SampleError::new("label", why));
    }
    for component in &app.component {
        application.children.push(element_of(component)?);
    }
    manifest.children.push(application);
    Ok(manifest)
}

/// The manifest of a split.
pub(super) fn split(app: &Description, split: &Split) -> Result<Element, SampleError> {
    let mut manifest = root(app);
    manifest.plain("split", Value::Text(split.name.clone()));
    manifest.children.extend(uses_sdk(app));
    manifest
        .children
        .extend(uses_permissions(&split.permissions));
    let mut application = Element::new("application");
    application.flag("hasCode", Some(!split.class.is_empty()));
    for component in &split.component {
        application.children.push(element_of(component)?);
    }
    manifest.children.push(application);
    Ok(manifest)
}

fn root(app: &Description) -> Element {
    let mut manifest = Element::new("manifest");
    manifest.plain("package", Value::Text(app.package.clone()));
    let [major, minor] = [app.version_code >> 32, app.version_code & 0xffff_ffff];
    let half = |half: i64| {
        let bits = u32::try_from(half & 0xffff_ffff).unwrap_or_default();
        Value::Int(bits.cast_signed())
    };
    manifest.android("versionCode", half(minor));
    if major != 0 {
        manifest.android("versionCodeMajor", half(major));
    }
    manifest
}

fn uses_sdk(app: &Description) -> Option<Element> {
    let mut element = Element::new("uses-sdk");
    for (name, level) in [
        ("minSdkVersion", app.min_sdk),
        ("targetSdkVersion", app.target_sdk),
    ] {
        if level > 0 {
            element.android(name, Value::Int(level));
        }
    }
    (!element.attributes.is_empty()).then_some(element)
}

fn uses_feature(feature: &Feature) -> Element {
    let mut element = named("uses-feature", &feature.name);
    element.flag("required", feature.required);
    element
}

fn uses_permissions(permissions: &[NameOr<Permission>]) -> impl Iterator<Item = Element> {
    permissions.iter().map(|NameOr(permission)| {
        let tag = if permission.sdk_23 {
            "uses-permission-sdk-23"
        } else {
            "uses-permission"
        };
        let mut element = named(tag, &permission.name);
        if let Some(level) = permission.max_sdk {
            element.android("maxSdkVersion", Value::Int(level));
        }
        if permission.never_for_location {
            element.android("usesPermissionFlags", Value::Flags(NEVER_FOR_LOCATION));
        }
        element
    })
}

fn permission(declared: &Declared) -> Element {
    let mut element = named("permission", &declared.name);
    if let Some(protection) = declared.protection {
        // `PermissionInfo.PROTECTION_*`
        let level = match protection {
            Protection::Normal => 0,
            Protection::Dangerous => 1,
            Protection::Signature => 2,
            Protection::SignatureOrSystem => 3,
            Protection::Internal => 4,
        };
        element.android("protectionLevel", Value::Flags(level));
    }
    element
}

fn queries(queries: &Queries) -> Option<Element> {
    let mut element = Element::new("queries");
    for package in &queries.packages {
        element.children.push(named("package", package));
    }
    for action in &queries.actions {
        let mut intent = Element::new("intent");
        intent.children.push(named("action", action));
        element.children.push(intent);
    }
    for intent in &queries.intents {
        element.children.push(filter("intent", intent));
    }
    for authority in &queries.authorities {
        let mut provider = Element::new("provider");
        provider.text("authorities", authority);
        element.children.push(provider);
    }
    (!element.children.is_empty()).then_some(element)
}

fn application(app: &Application) -> Element {
    let mut element = Element::new("application");
    element.text("name", &app.class);
    element.text("appComponentFactory", &app.component_factory);
    element.text("process", &app.process);
    element.text("permission", &app.permission);
    element.flag("enabled", app.enabled);
    element.flag("debuggable", app.debuggable);
    element.flag("testOnly", app.test_only);
    element.flag("allowBackup", app.allow_backup);
    element.flag("usesCleartextTraffic", app.cleartext);
    element.flag("requestLegacyExternalStorage", app.legacy_storage);
    if app.backup_rules {
        let rules = Value::Resource(format!("xml/{BACKUP}"));
        element.android("fullBackupContent", rules);
    }
    if !app.network_config.is_empty() {
        let config = Value::Resource(format!("xml/{NETWORK}"));
        element.android("networkSecurityConfig", config);
    }
    element.children.extend(meta_data(&app.meta_data));
    let libraries = app.libraries.iter().map(|name| named("uses-library", name));
    element.children.extend(libraries);
    element
}

fn element_of(component: &Component) -> Result<Element, SampleError> {
    let mut element = named(
        match component.kind {
            ComponentKind::Activity => "activity",
            ComponentKind::ActivityAlias => "activity-alias",
            ComponentKind::Service => "service",
            ComponentKind::Receiver => "receiver",
            ComponentKind::Provider => "provider",
        },
        &component.class,
    );
    element.text("label", &component.label);
    element.flag("exported", component.exported);
    element.flag("enabled", component.enabled);
    element.text("process", &component.process);
    element.text("permission", &component.permission);
    element.text("readPermission", &component.read_permission);
    element.text("writePermission", &component.write_permission);
    element.text("authorities", &component.authorities.join(";"));
    element.flag("grantUriPermissions", component.grant_uri_permissions);
    if let Some(order) = component.init_order {
        element.android("initOrder", Value::Int(order));
    }
    let types = service_types(&component.foreground_service_types)
        .map_err(|error| error.within(&format!("component {}", component.class)))?;
    if types != 0 {
        element.android("foregroundServiceType", Value::Flags(types));
    }
    element.flag("isolatedProcess", component.isolated_process);
    element.flag("directBootAware", component.direct_boot_aware);
    element.flag("excludeFromRecents", component.exclude_from_recents);
    element.text("targetActivity", &component.target);
    let filters = component.filters.iter();
    let filters = filters.map(|described| filter("intent-filter", described));
    element.children.extend(filters);
    element.children.extend(meta_data(&component.meta_data));
    Ok(element)
}

fn filter(tag: &str, filter: &Filter) -> Element {
    let mut element = Element::new(tag);
    if let Some(priority) = filter.priority {
        element.android("priority", Value::Int(priority));
    }
    element.flag("autoVerify", filter.auto_verify);
    let mut add = |tag: &str, attribute: &str, texts: &[String]| {
        for text in texts {
            let mut child = Element::new(tag);
            child.text(attribute, text);
            element.children.push(child);
        }
    };
    add("action", "name", &filter.actions);
    add("category", "name", &filter.categories);
    add("data", "scheme", &filter.schemes);
    add("data", "host", &filter.hosts);
    add("data", "mimeType", &filter.mime_types);
    element
}

fn meta_data(entries: &BTreeMap<String, Scalar>) -> impl Iterator<Item = Element> {
    entries.iter().map(|(name, value)| {
        let mut element = named("meta-data", name);
        let value = match value {
            Scalar::Bool(flag) => Value::Bool(*flag),
            Scalar::Int(number) => Value::Int(*number),
            Scalar::Text(text) => Value::of(text),
        };
        // A file is named, a text is looked up.
        let by_name = matches!(&value, Value::Resource(name) if !name.starts_with("string/"));
        element.android(if by_name { "resource" } else { "value" }, value);
        element
    })
}

fn named(tag: &str, name: &str) -> Element {
    let mut element = Element::new(tag);
    element.text("name", name);
    element
}

/// Bits of `ServiceInfo.FOREGROUND_SERVICE_TYPE_*`.
fn service_types(names: &[String]) -> Result<u32, SampleError> {
    const TYPES: [(&str, u32); 15] = [
        ("dataSync", 0),
        ("mediaPlayback", 1),
        ("phoneCall", 2),
        ("location", 3),
        ("connectedDevice", 4),
        ("mediaProjection", 5),
        ("camera", 6),
        ("microphone", 7),
        ("health", 8),
        ("remoteMessaging", 9),
        ("systemExempted", 10),
        ("shortService", 11),
        ("fileManagement", 12),
        ("mediaProcessing", 13),
        ("specialUse", 30),
    ];
    names.iter().try_fold(0, |bits, name| {
        let known = TYPES.iter().find(|(known, _)| known == name);
        let (_, bit) = known.ok_or_else(|| {
            let known: Vec<_> = TYPES.iter().map(|(name, _)| *name).collect();
            let why = format!("`{name}` is none of {}", known.join(", "));
            SampleError::new("foreground-service-types", why)
        })?;
        Ok(bits | 1 << bit)
    })
}
