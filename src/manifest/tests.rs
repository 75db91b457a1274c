//! Each test gives a manifest in a few words and says what must come out.

use super::*;
use crate::decode::xml::{ANDROID, Attribute, Value};

/// An element with attributes of the Android namespace, by name only, as in
/// a plain manifest.
fn element(name: &str, attributes: &[(&str, Value)], children: Vec<Element>) -> Element {
    Element {
        name: name.to_owned(),
        attributes: attributes
            .iter()
            .map(|(name, value)| Attribute {
                namespace: if *name == "package" {
                    String::new()
                } else {
                    ANDROID.to_owned()
                },
                name: (*name).to_owned(),
                resource_id: None,
                value: value.clone(),
                offset: 0,
            })
            .collect(),
        children,
        ..Element::default()
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// An app of one target level with these elements below `application`.
fn app(target: i32, components: Vec<Element>) -> ManifestFacts {
    let sdk = element(
        "uses-sdk",
        &[("targetSdkVersion", Value::Int(target))],
        vec![],
    );
    read(vec![element("application", &[], components), sdk])
}

fn read(children: Vec<Element>) -> ManifestFacts {
    let root = element("manifest", &[("package", text("com.example"))], children);
    ManifestFacts::read(&root, &Reader::new("AndroidManifest.xml", &[]))
}

fn main_filter() -> Element {
    let action = element(
        "action",
        &[("name", text("android.intent.action.MAIN"))],
        vec![],
    );
    element("intent-filter", &[], vec![action])
}

#[test]
fn a_filter_exports_a_component_unless_the_attribute_says_otherwise() {
    let name = ("name", text(".A"));
    let facts = app(
        30,
        vec![
            element("activity", std::slice::from_ref(&name), vec![main_filter()]),
            element("activity", std::slice::from_ref(&name), vec![]),
            element(
                "service",
                &[name, ("exported", Value::Bool(false))],
                vec![main_filter()],
            ),
        ],
    );
    let exported: Vec<_> = facts
        .components
        .iter()
        .map(|c| (c.exported, c.exported_by))
        .collect();
    assert_eq!(
        exported,
        [
            (true, ExportedBy::IntentFilter),
            (false, ExportedBy::IntentFilter),
            (false, ExportedBy::Declared),
        ]
    );
}

#[test]
fn providers_were_exported_by_default_up_to_target_16() {
    let provider = || vec![element("provider", &[("name", text(".P"))], vec![])];
    assert!(app(16, provider()).components[0].exported);
    assert!(!app(17, provider()).components[0].exported);
}

#[test]
fn class_names_are_completed_as_the_platform_does() {
    let names = [".A", "B", "org.other.C", "com.example.sub.D"];
    let components = names
        .iter()
        .map(|name| element("service", &[("name", text(name))], vec![]))
        .collect();
    let classes: Vec<_> = app(33, components)
        .components
        .into_iter()
        .map(|c| c.class)
        .collect();
    assert_eq!(
        classes,
        [
            "com.example.A",
            "com.example.B",
            "org.other.C",
            "com.example.sub.D"
        ]
    );
}

#[test]
fn a_disabled_application_disables_its_components() {
    let service = element("service", &[("name", text(".S"))], vec![]);
    let application = element(
        "application",
        &[("enabled", Value::Bool(false))],
        vec![service],
    );
    assert!(!read(vec![application]).components[0].enabled);
}

#[test]
fn both_halves_of_the_version_code_count() {
    let root = element(
        "manifest",
        &[
            ("package", text("com.example")),
            ("versionCode", Value::Int(-1)),
            ("versionCodeMajor", Value::Int(2)),
        ],
        vec![],
    );
    let facts = ManifestFacts::read(&root, &Reader::new("AndroidManifest.xml", &[]));
    assert_eq!(facts.version_code, Some((2 << 32) | 0xffff_ffff));
}

#[test]
fn an_app_without_uses_sdk_gets_the_behaviour_of_level_1() {
    assert_eq!(read(vec![]).effective_target_sdk(), Some(1));
    let sdk = element("uses-sdk", &[("minSdkVersion", Value::Int(21))], vec![]);
    assert_eq!(read(vec![sdk]).effective_target_sdk(), Some(21));
}

#[test]
fn a_preview_code_name_gives_the_level_it_became() {
    let sdk = element(
        "uses-sdk",
        &[("targetSdkVersion", text("Tiramisu"))],
        vec![],
    );
    assert_eq!(read(vec![sdk]).target_sdk, Some(33));
}

#[test]
fn permissions_keep_their_limits() {
    let name = ("name", text("android.permission.READ_EXTERNAL_STORAGE"));
    let facts = read(vec![
        element(
            "uses-permission",
            &[name.clone(), ("maxSdkVersion", Value::Int(32))],
            vec![],
        ),
        element("uses-permission-sdk-23", &[name], vec![]),
    ]);
    let limits: Vec<_> = facts
        .permissions
        .requested
        .iter()
        .map(|p| (p.max_sdk, p.from_sdk_23))
        .collect();
    assert_eq!(limits, [(Some(32), false), (None, true)]);
}

#[test]
fn a_protection_level_is_read_from_bits_and_from_words() {
    let declared = |level: Value| {
        let name = ("name", text("com.example.PUSH"));
        let permission = element(
            "permission",
            &[name, ("protectionLevel", level)],
            Vec::new(),
        );
        read(vec![permission]).permissions.declared[0]
            .protection
            .clone()
    };
    assert_eq!(declared(Value::Int(0x12)), "signature");
    assert_eq!(declared(text("signature|privileged")), "signature");
    assert_eq!(declared(text("dangerous")), "dangerous");
    assert_eq!(declared(Value::Int(0)), "normal");
}

#[test]
fn a_split_adds_its_components_and_repeats_nothing() {
    let service = |name| vec![element("service", &[("name", text(name))], vec![])];
    let mut base = app(33, service(".A"));
    base.merge(app(33, service(".A")));
    base.merge(app(33, service(".B")));
    let classes: Vec<_> = base.components.iter().map(|c| c.class.as_str()).collect();
    assert_eq!(classes, ["com.example.A", "com.example.B"]);
}

#[test]
fn foreground_service_types_are_read_from_bits_and_from_words() {
    let service = |value| {
        vec![element(
            "service",
            &[("name", text(".S")), ("foregroundServiceType", value)],
            vec![],
        )]
    };
    let types = |value| {
        app(34, service(value))
            .components
            .remove(0)
            .foreground_service_types
    };
    assert_eq!(types(Value::Int(0x48)), ["location", "camera"]);
    assert_eq!(types(text("location|camera")), ["location", "camera"]);
}

#[test]
fn domains_inherit_cleartext_from_the_base_and_from_what_encloses_them() {
    let plain = |name: &str, value: &str| Attribute {
        namespace: String::new(),
        name: name.to_owned(),
        resource_id: None,
        value: text(value),
        offset: 0,
    };
    let domain = |host: &str| Element {
        name: "domain".to_owned(),
        text: host.to_owned(),
        ..Element::default()
    };
    let config = |name: &str, attributes, children| Element {
        name: name.to_owned(),
        attributes,
        children,
        ..Element::default()
    };
    let permitted = |value| vec![plain("cleartextTrafficPermitted", value)];
    let inner = config("domain-config", vec![], vec![domain("inner.example")]);
    let root = config(
        "network-security-config",
        vec![],
        vec![
            config(
                "domain-config",
                permitted("true"),
                vec![domain("outer.example"), inner],
            ),
            config("domain-config", vec![], vec![domain("base.example")]),
            config("base-config", permitted("false"), vec![]),
        ],
    );
    let facts = NetworkSecurity::read(&root, &Reader::new("res/xml/n.xml", &[]));
    let cleartext: Vec<_> = facts
        .domains
        .iter()
        .map(|d| (d.domain.as_str(), d.cleartext))
        .collect();
    assert_eq!(
        cleartext,
        [
            ("outer.example", Some(true)),
            ("inner.example", Some(true)),
            ("base.example", Some(false)),
        ]
    );
}

#[test]
fn an_alias_takes_the_process_of_its_activity_but_no_permission() {
    let activity = element(
        "activity",
        &[("name", text(".Main")), ("process", text(":ui"))],
        vec![],
    );
    let alias = element(
        "activity-alias",
        &[("name", text(".Door")), ("targetActivity", text(".Main"))],
        vec![],
    );
    let application = element(
        "application",
        &[("permission", text("com.example.GUARD"))],
        vec![activity, alias],
    );
    let components = read(vec![application]).components;
    assert_eq!(
        components[0].permission.as_deref(),
        Some("com.example.GUARD")
    );
    assert_eq!(components[1].permission, None);
    assert_eq!(components[1].process.as_deref(), Some(":ui"));
}

#[test]
fn text_is_true_or_false_as_the_platform_takes_it() {
    let exported = |value: &str| {
        let attributes = [("name", text(".S")), ("exported", text(value))];
        let service = element("service", &attributes, vec![main_filter()]);
        let component = app(30, vec![service]).components.remove(0);
        (component.exported, component.exported_by)
    };
    assert_eq!(exported("TRUE"), (true, ExportedBy::Declared));
    assert_eq!(exported("1"), (true, ExportedBy::Declared));
    assert_eq!(exported("yes"), (false, ExportedBy::Declared));
    // Not filled in yet: as if it were not there.
    assert_eq!(exported("${open}"), (true, ExportedBy::IntentFilter));
}

#[test]
fn of_two_applications_the_first_counts() {
    let application = |name| {
        let service = element("service", &[("name", text(name))], vec![]);
        element("application", &[], vec![service])
    };
    let facts = read(vec![application(".Real"), application(".Decoy")]);
    assert_eq!(facts.components.len(), 1);
    assert_eq!(facts.components[0].class, "com.example.Real");
}

#[test]
fn a_name_without_an_id_beside_attributes_with_ids_is_a_decoy() {
    let mut service = element(
        "service",
        &[("name", text(".S")), ("exported", Value::Bool(true))],
        vec![],
    );
    service.attributes[0].resource_id = Some(0x0101_0003);
    service.attributes[1].resource_id = None;
    let component = app(33, vec![service]).components.remove(0);
    assert_eq!(component.class, "com.example.S");
    assert!(!component.exported);
}

#[test]
fn trust_anchors_hold_for_what_is_inside_until_it_names_its_own() {
    let plain = |name: &str, value: &str| Attribute {
        namespace: String::new(),
        name: name.to_owned(),
        resource_id: None,
        value: text(value),
        offset: 0,
    };
    let config = |name: &str, attributes, children| Element {
        name: name.to_owned(),
        attributes,
        children,
        ..Element::default()
    };
    let trust = |src| {
        let certificates = config("certificates", vec![plain("src", src)], vec![]);
        config("trust-anchors", vec![], vec![certificates])
    };
    let domain = |host: &str, mut children: Vec<Element>| {
        let mut named = config("domain", vec![], vec![]);
        named.text = host.to_owned();
        children.push(named);
        config("domain-config", vec![], children)
    };
    let root = config(
        "network-security-config",
        vec![],
        vec![
            config("base-config", vec![], vec![trust("user")]),
            domain("Open.example", vec![]),
            domain("closed.example", vec![trust("system")]),
        ],
    );
    let reader = Reader::new("res/xml/n.xml", &[]);
    let facts = NetworkSecurity::read(&root, &reader);
    let trusts: Vec<_> = facts
        .domains
        .iter()
        .map(|d| (d.domain.as_str(), d.trusts_user))
        .collect();
    assert_eq!(trusts, [("open.example", true), ("closed.example", false)]);
}

#[test]
fn references_to_one_long_text_do_not_unfold_without_end() {
    use crate::decode::res_value::{self, RawValue};
    use crate::decode::resources::{Config, Entry, ResValue, ResourceTable, Texts};

    let id = 0x7f01_0000;
    let long = "x".repeat(1 << 20);
    let mut table = ResourceTable {
        texts: Texts::List(vec![long.clone()]),
        configs: vec![Config::default()],
        entries: vec![Entry {
            id,
            key: 0,
            package: 0,
            config: 0,
            value: ResValue::Item(RawValue {
                kind: res_value::STRING,
                data: 0,
            }),
        }],
        ..ResourceTable::default()
    };
    table.sort_entries();
    let tables = [&table];
    let reader = Reader::new("AndroidManifest.xml", &tables);
    let permission = || {
        let name = ("name", Value::Reference(id));
        element("uses-permission", &[name], vec![])
    };
    let few = element("manifest", &[], vec![permission(), permission()]);
    let facts = ManifestFacts::read(&few, &reader);
    assert_eq!(facts.permissions.requested[1].name, long);
    assert!(!reader.exhausted());

    let many = element("manifest", &[], (0..200).map(|_| permission()).collect());
    let facts = ManifestFacts::read(&many, &reader);
    assert_eq!(facts.permissions.requested.len(), 200);
    assert_eq!(facts.permissions.requested[199].name, "@0x7f010000");
    assert!(reader.exhausted());
    let kept: usize = facts
        .permissions
        .requested
        .iter()
        .map(|p| p.name.len())
        .sum();
    assert!(kept <= 65 << 20, "{kept}");
}

#[test]
fn a_component_that_is_on_for_some_systems_is_on() {
    use crate::decode::res_value::{self, RawValue};
    use crate::decode::resources::{Config, Entry, ResValue, ResourceTable};

    // 0x7f010000 is false, and true from some system on; 0x7f010001 is false.
    let entry = |id, config, on: u32| Entry {
        id,
        key: 0,
        package: 0,
        config,
        value: ResValue::Item(RawValue {
            kind: res_value::INT_BOOLEAN,
            data: on,
        }),
    };
    let newer = Config {
        sdk: (11, 0),
        ..Config::default()
    };
    let mut table = ResourceTable {
        configs: vec![Config::default(), newer],
        entries: vec![
            entry(0x7f01_0000, 0, 0),
            entry(0x7f01_0000, 1, u32::MAX),
            entry(0x7f01_0001, 0, 0),
        ],
        ..ResourceTable::default()
    };
    table.sort_entries();
    let tables = [&table];
    let reader = Reader::new("AndroidManifest.xml", &tables);
    let service = |name, enabled| {
        let attributes = [("name", text(name)), ("enabled", Value::Reference(enabled))];
        element("service", &attributes, vec![])
    };
    let services = vec![
        service("com.a.On", 0x7f01_0000),
        service("com.a.Off", 0x7f01_0001),
    ];
    let application = element("application", &[], services);
    let root = element("manifest", &[("package", text("com.a"))], vec![application]);
    let facts = ManifestFacts::read(&root, &reader);
    let enabled: Vec<bool> = facts.components.iter().map(|c| c.enabled).collect();
    assert_eq!(enabled, [true, false]);
}

// Given, but not to be read.

/// What cannot be read of a manifest with these children.
fn unread(children: Vec<Element>) -> Vec<String> {
    let root = element("manifest", &[("package", text("com.example"))], children);
    let reader = Reader::new("AndroidManifest.xml", &[]);
    ManifestFacts::read(&root, &reader);
    reader.unread().into_iter().map(|(_, what)| what).collect()
}

#[test]
fn a_target_that_cannot_be_read_is_not_the_lowest() {
    let nowhere = Value::Reference(0x7f01_0000);
    for value in [nowhere, text("CinnamonBun"), Value::Int(-1)] {
        let sdk = element("uses-sdk", &[("targetSdkVersion", value.clone())], vec![]);
        assert_eq!(read(vec![sdk.clone()]).effective_target_sdk(), None);
        assert_eq!(
            unread(vec![sdk]),
            ["targetSdkVersion of uses-sdk has no value that can be read"]
        );
        let least = element("uses-sdk", &[("minSdkVersion", value)], vec![]);
        assert_eq!(read(vec![least]).effective_target_sdk(), None);
    }
}

#[test]
fn a_truth_value_behind_a_reference_that_leads_nowhere_is_unread() {
    let nowhere = || Value::Reference(0x7f01_0000);
    let service = || {
        let attributes = [("name", text(".S")), ("exported", nowhere())];
        element("service", &attributes, vec![])
    };
    let application = element(
        "application",
        &[("debuggable", nowhere()), ("process", nowhere())],
        vec![service(), service()],
    );
    assert_eq!(
        unread(vec![application]),
        [
            "debuggable of application has no value that can be read",
            "process of application has no value that can be read",
            "exported of service has no value that can be read (2 times)",
        ]
    );
}

#[test]
fn what_is_null_or_only_shown_is_not_missed() {
    let framework = || Value::Reference(0x0104_0000);
    let application = element(
        "application",
        &[
            ("label", framework()),
            ("debuggable", Value::Null),
            ("permission", Value::Empty),
            ("fullBackupContent", framework()),
        ],
        vec![],
    );
    assert_eq!(unread(vec![application]), Vec::<String>::new());
}

#[test]
fn a_network_setting_behind_a_reference_that_leads_nowhere_is_unread() {
    let mut base = element("base-config", &[], vec![]);
    base.attributes.push(Attribute {
        namespace: String::new(),
        name: "cleartextTrafficPermitted".to_owned(),
        resource_id: None,
        value: Value::Reference(0x7f01_0000),
        offset: 0,
    });
    let root = element("network-security-config", &[], vec![base]);
    let reader = Reader::new("res/xml/net.xml", &[]);
    let facts = NetworkSecurity::read(&root, &reader);
    assert_eq!(facts.base_cleartext, None);
    let unread = reader.unread();
    assert_eq!(unread.len(), 1);
    assert_eq!(unread[0].0.file, "res/xml/net.xml");
}
