//! One description in several forms.

use super::*;
use crate::container::PackageKind;
use crate::decode::{protores, protoxml};
use crate::evidence::{Gap, Part};
use crate::facts::{Facts, Options, extract};

/// Says something about everything that all forms can say.
const SHOP: &str = r#"
    package = "com.example.shop"
    version-code = 4294967301
    labels = { "" = "Shop", zh-CN = "商城🛒" }
    permissions = ["android.permission.CAMERA", { name = "android.permission.READ_SMS", max-sdk = 22 }]
    declares = [{ name = "com.example.shop.PUSH", protection = "signature" }]
    features = [{ name = "android.hardware.camera", required = false }]
    queries = { packages = ["com.tencent.mm"], actions = ["android.intent.action.SEND"] }
    strings = { privacy = "It's <b> & \"c\"" }
    [application]
    class = ".App"
    debuggable = true
    backup-rules = true
    network-config = '<network-security-config><base-config cleartextTrafficPermitted="true"/></network-security-config>'
    meta-data = { CHANNEL = "official", LEVEL = 3, DEBUG = false, KEY = "@string/privacy" }
    [[component]]
    kind = "service"
    class = ".Track"
    exported = true
    foreground-service-types = ["location", "mediaPlayback"]
    filters = [{ actions = ["a.b.C"], schemes = ["shop"], priority = 9 }]
"#;

fn facts(kind: &str) -> Facts {
    let package = package(&format!("kind = '{kind}'\n{SHOP}"));
    extract(&package, &Limits::default(), &Options::with_strings())
}

/// Gaps but for that of the policy, which is not described.
pub(super) fn unread(facts: &Facts) -> Vec<Gap> {
    let gaps = facts.gaps.iter().filter(|gap| gap.part != Part::Policy);
    gaps.cloned().collect()
}

#[test]
fn an_app_and_its_library_say_the_same() {
    let apk = facts("apk");
    assert_eq!(unread(&apk), []);
    assert_eq!(apk.anomalies, []);
    assert_eq!(apk.identity.package, "com.example.shop");
    assert_eq!(apk.identity.version_code, Some(4_294_967_301));
    assert_eq!(apk.application.labels[1].text, "商城🛒");
    let aar = facts("aar");
    assert_eq!(aar.identity.kind, PackageKind::Aar);
    assert_eq!(unread(&aar), []);
    assert_eq!(aar.anomalies, []);
    assert_eq!(aar.identity.package, apk.identity.package);
    assert_eq!(aar.identity.version_code, apk.identity.version_code);
    assert_eq!(names(&aar), names(&apk));
    assert_eq!(
        aar.components[0].intent_filters,
        apk.components[0].intent_filters
    );
    assert_eq!(aar.features, apk.features);
}

#[test]
fn an_app_and_its_bundle_say_the_same() {
    let limits = Limits::default();
    let apk = manifest(&package(SHOP));
    let bundle = package(&format!("kind = 'aab'\n{SHOP}"));
    assert_eq!(bundle.kind, PackageKind::Aab);
    let table = protores::parse(&entry(&bundle, "resources.pb"), &limits).unwrap();
    let bytes = entry(&bundle, "manifest/AndroidManifest.xml");
    let document = protoxml::parse(&bytes, &limits).unwrap();
    assert_eq!(document.anomalies, []);
    assert_eq!(table.anomalies(), []);
    let tables = [&table];
    let reader = Reader::new("AndroidManifest.xml", &tables);
    let facts = ManifestFacts::read(&document.root, &reader);
    assert_eq!(facts.application.labels, apk.application.labels);
    assert_eq!(
        facts.application.network_security_config,
        apk.application.network_security_config
    );
    let values = |facts: &ManifestFacts| -> Vec<_> {
        let meta_data = facts.application.meta_data.iter();
        meta_data
            .map(|m| (m.name.clone(), m.value.clone()))
            .collect()
    };
    assert_eq!(values(&facts), values(&apk));
    let types = &apk.components[0].foreground_service_types;
    assert_eq!(&facts.components[0].foreground_service_types, types);
    assert_eq!(facts.version_code, apk.version_code);
    assert_eq!(facts.permissions.requested.len(), 2);
    assert_eq!(facts.queries.len(), apk.queries.len());
    let config = protoxml::parse(&entry(&bundle, "res/xml/network.xml"), &limits).unwrap();
    assert!(
        NetworkSecurity::read(&config.root, &reader).base_cleartext == Some(true),
        "{config:?}"
    );
}

/// Names of everything that the manifest lists.
fn names(facts: &Facts) -> Vec<String> {
    let requested = facts.permissions.requested.iter();
    let requested = requested.map(|p| format!("asks {} up to {:?}", p.name, p.max_sdk));
    let declared = facts.permissions.declared.iter();
    let declared = declared.map(|p| format!("defines {} as {}", p.name, p.protection));
    let components = facts.components.iter();
    let components = components.map(|c| format!("{:?} {} {}", c.kind, c.class, c.exported));
    let queries = facts.queries.iter().map(|q| format!("{:?}", q.target));
    requested
        .chain(declared)
        .chain(components)
        .chain(queries)
        .collect()
}

#[test]
fn the_documented_description_uses_keys_that_exist() {
    let sample = build(include_str!("../example.toml"), None).unwrap();
    assert_eq!(sample.file_name, "shop.apk");
    let package = Package::from_bytes(&sample.file_name, sample.bytes, &Limits::default()).unwrap();
    let facts = extract(&package, &Limits::default(), &Options::default());
    assert_eq!(facts.permissions.requested.len(), 3);
    assert_eq!(facts.components.len(), 4);
    assert_eq!(facts.code.dex.len(), 3);
    assert_eq!(facts.native.libraries.len(), 1);
}

#[test]
fn modules_of_a_bundle_stand_in_their_directories() {
    let package = package(
        r#"
        kind = "aab"
        files = { "assets/a.txt" = "a", "META-INF/b.txt" = "b" }
        [[class]]
        name = "com.example.A"
        [[split]]
        name = "feature"
        permissions = ["android.permission.CAMERA"]
        "#,
    );
    let modules: Vec<_> = package.modules.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(modules, ["base", "feature"]);
    let entries: Vec<_> = package.modules[0]
        .entries()
        .map(|e| e.name.as_str())
        .collect();
    assert_eq!(
        entries,
        [
            "assets/a.txt",
            "dex/classes.dex",
            "manifest/AndroidManifest.xml",
            "root/META-INF/b.txt",
        ]
    );
}

#[test]
fn a_library_keeps_its_manifest_and_strings_as_text() {
    let package = package(
        r#"
        kind = "aar"
        permissions = ["android.permission.CAMERA"]
        strings = { title = "It's <new>" }
        [strings-in.zh-CN]
        title = "新"
        "#,
    );
    let text = |name| String::from_utf8(entry(&package, name)).unwrap();
    let manifest = text("AndroidManifest.xml");
    assert!(manifest.contains("<uses-permission android:name=\"android.permission.CAMERA\" />"));
    assert!(text("res/values/values.xml").contains(">It\\'s &lt;new&gt;</string>"));
    assert!(text("res/values-zh-rCN/values-zh-rCN.xml").contains("新"));
}

#[test]
fn a_jar_is_a_library_without_a_manifest() {
    let facts = |toml: &str| {
        let package = package(toml);
        extract(&package, &Limits::default(), &Options::default())
    };
    let jar = facts(
        r#"
        kind = "jar"
        files = { "assets/push.json" = '{"host": "https://push.example.cn/v1"}' }
        [[class]]
        name = "com.example.push.Push"
        [[class.method]]
        signature = "void start()"
        code = ['call int android.util.Log.d(java.lang.String, java.lang.String)']
        [[class]]
        name = "com.example.push.Plugin"
        dex = "assets/plugin.jar"
        [[library]]
        path = "lib/arm64-v8a/libpush.so"
        "#,
    );
    assert_eq!(jar.identity.kind, PackageKind::Jar);
    assert_eq!(jar.identity.package, "");
    assert_eq!(jar.identity.effective_target_sdk, None);
    assert_eq!(jar.gaps, [], "neither manifest nor policy is missing");
    assert_eq!(jar.anomalies, []);
    let [nested, own] = &jar.code.jars[..] else {
        panic!("two JARs: {:?}", jar.code.jars);
    };
    assert_eq!(nested.place.file, "assets/plugin.jar");
    assert_eq!(own.place.file, "sample.jar");
    assert_eq!(own.size, jar.identity.size);
    assert_eq!(own.classes, ["com.example.push.Push"]);
    assert_eq!(jar.native.libraries[0].abi, "arm64-v8a");
    assert_eq!(jar.endpoints[0].url, "https://push.example.cn/v1");
}
