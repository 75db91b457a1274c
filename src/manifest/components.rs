//! Activities, aliases, services, receivers and providers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::attributes as attr;
use super::reader::Reader;
use super::{Label, qualified};
use crate::decode::xml::Element;
use crate::evidence::Place;

/// Kind of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentKind {
    /// `activity`.
    Activity,
    /// `activity-alias`.
    ActivityAlias,
    /// `service`.
    Service,
    /// `receiver`.
    Receiver,
    /// `provider`.
    Provider,
}

/// Why a component is exported, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportedBy {
    /// The attribute says so.
    Declared,
    /// No attribute; the presence or absence of intent filters decides.
    IntentFilter,
    /// No attribute; the default of a provider for this target decides.
    Default,
}

/// One component.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// Its kind.
    pub kind: ComponentKind,
    /// Fully qualified class; of an alias, its own name.
    pub class: String,
    /// The activity behind an alias.
    pub target: Option<String>,
    /// Name per locale, if it has one of its own.
    pub labels: Vec<Label>,
    /// Other apps can start it.
    pub exported: bool,
    /// What `exported` rests on.
    pub exported_by: ExportedBy,
    /// Enabled at installation, the application's own switch included.
    pub enabled: bool,
    /// Process it runs in, if not the app's own; starts with `:` if private.
    /// Of an alias, that of its activity.
    pub process: Option<String>,
    /// Permission a caller needs.
    pub permission: Option<String>,
    /// Provider: permission to read.
    pub read_permission: Option<String>,
    /// Provider: permission to write.
    pub write_permission: Option<String>,
    /// Provider: authorities.
    pub authorities: Vec<String>,
    /// Provider: temporary grants are possible.
    pub grant_uri_permissions: bool,
    /// Provider: order of initialisation at process start, higher first.
    pub init_order: Option<i32>,
    /// Service: types of foreground service.
    pub foreground_service_types: Vec<String>,
    /// Runs in an isolated process.
    pub isolated_process: bool,
    /// Runs before the device is unlocked.
    pub direct_boot_aware: bool,
    /// Activity: hidden from the list of recent apps.
    pub exclude_from_recents: bool,
    /// Intent filters in file order.
    pub intent_filters: Vec<IntentFilter>,
    /// Its meta-data.
    pub meta_data: Vec<MetaData>,
    /// Whose it is: `app`, `sdk:jpush`, `library:androidx-core`, …
    #[serde(default)]
    pub owner: String,
    /// Where it is declared.
    pub place: Place,
}

impl Component {
    /// Shown as an icon of its own: filter with MAIN and LAUNCHER.
    pub fn is_launcher(&self) -> bool {
        self.intent_filters.iter().any(|filter| {
            filter
                .actions
                .iter()
                .any(|a| a == "android.intent.action.MAIN")
                && filter
                    .categories
                    .iter()
                    .any(|c| c == "android.intent.category.LAUNCHER")
        })
    }
}

/// One `intent-filter`, or the `intent` of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentFilter {
    /// Actions.
    pub actions: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// Data specifications.
    pub data: Vec<FilterData>,
    /// Priority, default 0.
    pub priority: i32,
    /// Link verification is asked for.
    pub auto_verify: bool,
}

/// One `data` element of a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterData {
    /// URI scheme.
    pub scheme: Option<String>,
    /// Host.
    pub host: Option<String>,
    /// Port.
    pub port: Option<String>,
    /// Path, path prefix or path pattern as written.
    pub path: Option<String>,
    /// MIME type.
    pub mime_type: Option<String>,
}

/// One `meta-data` element.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetaData {
    /// Key.
    pub name: String,
    /// Value as text, references resolved in the default locale; for
    /// `android:resource` the name of the resource.
    pub value: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// What components take over from the manifest and the application element.
pub(super) struct Defaults<'a> {
    pub package: &'a str,
    pub target_sdk: Option<u32>,
    pub enabled: bool,
    pub process: Option<String>,
    pub permission: Option<String>,
}

/// Components below `application`, in file order.
pub(super) fn read_all(
    application: &Element,
    defaults: &Defaults<'_>,
    reader: &Reader<'_>,
) -> Vec<Component> {
    let component = |(index, element): (usize, &Element)| {
        let kind = match element.name.as_str() {
            "activity" => ComponentKind::Activity,
            "activity-alias" => ComponentKind::ActivityAlias,
            "service" => ComponentKind::Service,
            "receiver" => ComponentKind::Receiver,
            "provider" => ComponentKind::Provider,
            _ => return None,
        };
        let locator = format!("manifest/application/{}[{index}]", element.name);
        read(kind, element, &locator, defaults, reader)
    };
    let mut components: Vec<Component> = application
        .children
        .iter()
        .enumerate()
        .filter_map(component)
        .collect();
    let processes: BTreeMap<String, Option<String>> = components
        .iter()
        .filter(|component| component.kind == ComponentKind::Activity)
        .map(|component| (component.class.clone(), component.process.clone()))
        .collect();
    for alias in &mut components {
        if let Some(process) = alias.target.as_ref().and_then(|t| processes.get(t)) {
            alias.process.clone_from(process);
        }
    }
    components
}

fn read(
    kind: ComponentKind,
    element: &Element,
    locator: &str,
    defaults: &Defaults<'_>,
    reader: &Reader<'_>,
) -> Option<Component> {
    let name = reader.text(element, attr::NAME)?;
    let intent_filters: Vec<IntentFilter> = element
        .children_named("intent-filter")
        .map(|f| filter(f, reader))
        .collect();
    let (exported, exported_by) = match reader.bool(element, attr::EXPORTED) {
        Some(declared) => (declared, ExportedBy::Declared),
        // Providers were exported by default up to API 16.
        None if kind == ComponentKind::Provider => {
            let exported = defaults.target_sdk.is_some_and(|level| level < 17);
            (exported, ExportedBy::Default)
        }
        None => (!intent_filters.is_empty(), ExportedBy::IntentFilter),
    };
    // An alias opens its activity to callers without any permission, unless
    // it names one itself (`ParsedActivityUtils.parseActivityOrAlias`).
    let inherited = match kind {
        ComponentKind::ActivityAlias => &None,
        _ => &defaults.permission,
    };
    Some(Component {
        owner: String::new(),
        class: qualified(defaults.package, &name),
        target: reader
            .text(element, attr::TARGET_ACTIVITY)
            .map(|target| qualified(defaults.package, &target)),
        labels: reader.labels(element, attr::LABEL),
        exported,
        exported_by,
        enabled: defaults.enabled && reader.is_enabled(element),
        process: reader
            .text(element, attr::PROCESS)
            .or_else(|| defaults.process.clone()),
        permission: reader
            .text(element, attr::PERMISSION)
            .or_else(|| inherited.clone()),
        read_permission: reader.text(element, attr::READ_PERMISSION),
        write_permission: reader.text(element, attr::WRITE_PERMISSION),
        authorities: reader
            .text(element, attr::AUTHORITIES)
            .map(|list| list.split(';').map(str::to_owned).collect())
            .unwrap_or_default(),
        grant_uri_permissions: reader
            .bool(element, attr::GRANT_URI_PERMISSIONS)
            .unwrap_or(false),
        init_order: reader.int(element, attr::INIT_ORDER),
        foreground_service_types: reader.foreground_service_types(element),
        isolated_process: reader
            .bool(element, attr::ISOLATED_PROCESS)
            .unwrap_or(false),
        direct_boot_aware: reader
            .bool(element, attr::DIRECT_BOOT_AWARE)
            .unwrap_or(false),
        exclude_from_recents: reader
            .bool(element, attr::EXCLUDE_FROM_RECENTS)
            .unwrap_or(false),
        intent_filters,
        meta_data: meta_data(element, locator, reader),
        place: reader.place(element, locator),
        kind,
    })
}

/// An intent filter, or the `intent` element of a query.
pub(super) fn filter(element: &Element, reader: &Reader<'_>) -> IntentFilter {
    let names = |tag| -> Vec<String> {
        element
            .children_named(tag)
            .filter_map(|e| reader.text(e, attr::NAME))
            .collect()
    };
    let data = element.children_named("data").map(|d| FilterData {
        scheme: reader.text(d, attr::SCHEME),
        host: reader.text(d, attr::HOST),
        port: reader.text(d, attr::PORT),
        path: [attr::PATH, attr::PATH_PREFIX, attr::PATH_PATTERN]
            .into_iter()
            .find_map(|a| reader.text(d, a)),
        mime_type: reader.text(d, attr::MIME_TYPE),
    });
    IntentFilter {
        actions: names("action"),
        categories: names("category"),
        data: data.collect(),
        priority: reader.int(element, attr::PRIORITY).unwrap_or(0),
        auto_verify: reader.bool(element, attr::AUTO_VERIFY).unwrap_or(false),
    }
}

/// `meta-data` children of an element.
pub(super) fn meta_data(element: &Element, locator: &str, reader: &Reader<'_>) -> Vec<MetaData> {
    let entry = |(index, child): (usize, &Element)| {
        if child.name != "meta-data" {
            return None;
        }
        Some(MetaData {
            name: reader.text(child, attr::NAME)?,
            value: reader
                .text(child, attr::VALUE)
                .or_else(|| reader.resource_name(child, attr::RESOURCE)),
            place: reader.place(child, &format!("{locator}/meta-data[{index}]")),
        })
    };
    element
        .children
        .iter()
        .enumerate()
        .filter_map(entry)
        .collect()
}
