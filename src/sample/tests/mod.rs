//! What is described must come back through the decoders.

mod code;
mod forms;

use super::*;
use crate::container::Package;
use crate::decode::{arsc, axml, elf};
use crate::limits::Limits;
use crate::manifest::{ManifestFacts, NetworkSecurity, Reader};

fn package(toml: &str) -> Package {
    let sample = build(toml, None).unwrap();
    Package::from_bytes(&sample.file_name, sample.bytes, &Limits::default()).unwrap()
}

fn entry(package: &Package, name: &str) -> Vec<u8> {
    let module = &package.modules[0];
    module.read(module.entry(name).expect(name)).unwrap()
}

/// The manifest of an APK, read with its resource table.
fn manifest(package: &Package) -> ManifestFacts {
    let limits = Limits::default();
    let document = axml::parse(&entry(package, "AndroidManifest.xml"), &limits).unwrap();
    assert_eq!(document.anomalies, []);
    let has_table = package.modules[0].entry("resources.arsc").is_some();
    let table = has_table.then(|| arsc::parse(&entry(package, "resources.arsc"), &limits).unwrap());
    let tables: Vec<_> = table.iter().collect();
    ManifestFacts::read(&document.root, &Reader::new("AndroidManifest.xml", &tables))
}

#[test]
fn an_empty_description_is_an_app_with_a_name_and_levels() {
    let package = package("");
    let facts = manifest(&package);
    assert_eq!(facts.package, "com.example.app");
    assert_eq!((facts.min_sdk, facts.target_sdk), (Some(21), Some(34)));
    assert_eq!(facts.version_code, Some(1));
    assert_eq!(package.anomalies(), []);
    assert_eq!(package.gaps(), []);
}

#[test]
fn the_same_description_gives_the_same_bytes() {
    let toml = "labels = { zh = '灯', '' = 'Lamp' }\n[files]\n'assets/a' = 'a'";
    assert_eq!(build(toml, None), build(toml, None));
}

#[test]
fn a_level_of_zero_is_left_out() {
    let facts = manifest(&package("target-sdk = 0\nmin-sdk = 0\ncompile-sdk = 0"));
    assert_eq!(facts.min_sdk, None);
    assert_eq!(facts.target_sdk, None);
    assert_eq!(facts.compile_sdk, None);
}

#[test]
fn permissions_come_back_with_their_particulars() {
    let facts = manifest(&package(
        r#"
        permissions = [
            "android.permission.CAMERA",
            { name = "android.permission.READ_EXTERNAL_STORAGE", max-sdk = 28 },
            { name = "android.permission.BLUETOOTH_SCAN", sdk-23 = true, never-for-location = true },
        ]
        declares = [{ name = "com.example.PUSH", protection = "signature" }]
        features = ["android.hardware.camera", { name = "android.hardware.nfc", required = false }]
        "#,
    ));
    let requested: Vec<_> = facts
        .permissions
        .requested
        .iter()
        .map(|p| {
            (
                &p.name[19..],
                p.max_sdk,
                p.from_sdk_23,
                p.never_for_location,
            )
        })
        .collect();
    assert_eq!(
        requested,
        [
            ("CAMERA", None, false, false),
            ("READ_EXTERNAL_STORAGE", Some(28), false, false),
            ("BLUETOOTH_SCAN", None, true, true),
        ]
    );
    assert_eq!(facts.permissions.declared[0].protection, "signature");
    let features: Vec<_> = facts.features.iter().map(|f| f.required).collect();
    assert_eq!(features, [true, false]);
}

#[test]
fn names_by_locale_are_resources() {
    let facts = manifest(&package(
        "labels = { '' = 'Shop', zh-CN = '商城🛒', fil = 'Tindahan', zh-Hant-TW = '商店' }",
    ));
    let labels: Vec<_> = facts
        .application
        .labels
        .iter()
        .map(|label| (label.locale.as_str(), label.text.as_str()))
        .collect();
    assert_eq!(
        labels,
        [
            ("", "Shop"),
            ("fil", "Tindahan"),
            ("zh-CN", "商城🛒"),
            ("zh-Hant-TW", "商店"),
        ]
    );
}

#[test]
fn a_component_comes_back_with_its_filters_and_meta_data() {
    let facts = manifest(&package(
        r#"
        package = "com.example.shop"
        strings = { key = "secret" }
        [application]
        meta-data = { CHANNEL = "official", DEBUG = true, COUNT = 7, KEY = "@string/key" }
        [[component]]
        kind = "service"
        class = ".Track"
        exported = true
        process = ":remote"
        permission = "com.example.P"
        foreground-service-types = ["location", "camera"]
        filters = [{ actions = ["a.b.C"], categories = ["d"], schemes = ["shop"], hosts = ["x.example"], priority = 1000 }]
        "#,
    ));
    let meta: Vec<_> = facts
        .application
        .meta_data
        .iter()
        .map(|m| (m.name.as_str(), m.value.as_deref().unwrap()))
        .collect();
    assert_eq!(
        meta,
        [
            ("CHANNEL", "official"),
            ("COUNT", "7"),
            ("DEBUG", "true"),
            ("KEY", "secret"),
        ]
    );
    let service = &facts.components[0];
    assert_eq!(service.class, "com.example.shop.Track");
    assert!(service.exported);
    assert_eq!(service.process.as_deref(), Some(":remote"));
    assert_eq!(service.foreground_service_types, ["location", "camera"]);
    let filter = &service.intent_filters[0];
    assert_eq!(filter.actions, ["a.b.C"]);
    assert_eq!(filter.priority, 1000);
    assert_eq!(filter.data[0].scheme.as_deref(), Some("shop"));
}

#[test]
fn the_network_configuration_is_compiled_and_named() {
    let package = package(
        r#"
        [application]
        backup-rules = true
        network-config = """<network-security-config>
          <domain-config cleartextTrafficPermitted="true">
            <domain includeSubdomains="true">a.example.com</domain>
          </domain-config>
        </network-security-config>"""
        "#,
    );
    let application = manifest(&package).application;
    assert!(application.backup_rules);
    assert_eq!(
        application.network_security_config.as_deref(),
        Some("xml/network")
    );
    let document = axml::parse(&entry(&package, "res/xml/network.xml"), &Limits::default());
    let network = NetworkSecurity::read(
        &document.unwrap().root,
        &Reader::new("res/xml/network.xml", &[]),
    );
    assert_eq!(network.domains[0].domain, "a.example.com");
    assert_eq!(network.domains[0].cleartext, Some(true));
    assert!(network.domains[0].include_subdomains);
}

#[test]
fn files_are_written_in_the_encoding_that_is_asked_for() {
    let package = package(
        r#"
        [files]
        "assets/a.txt" = "隐私"
        "assets/b.txt" = { text = "隐私", encoding = "gb18030" }
        "assets/c.txt" = { text = "隐", encoding = "utf-16le" }
        "assets/d.bin" = { base64 = "AAEC/w==" }
        "assets/e.zip" = { zip = { "f.txt" = "inside" } }
        "#,
    );
    assert_eq!(entry(&package, "assets/a.txt"), "隐私".as_bytes());
    assert_eq!(entry(&package, "assets/b.txt"), [0xd2, 0xfe, 0xcb, 0xbd]);
    assert_eq!(entry(&package, "assets/c.txt"), [0x90, 0x96]);
    assert_eq!(entry(&package, "assets/d.bin"), [0, 1, 2, 255]);
    let nested = package.nested();
    assert_eq!(nested.len(), 1);
}

#[test]
fn a_file_beside_the_description_is_taken_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sample");
    let of = |name: &str| {
        let toml = format!("[files]\n'assets/a' = {{ from = '{name}' }}");
        build(&toml, Some(&folder))
    };
    let sample = of("example.toml").unwrap();
    let package = Package::from_bytes(&sample.file_name, sample.bytes, &Limits::default()).unwrap();
    assert_eq!(
        entry(&package, "assets/a"),
        include_bytes!("../example.toml")
    );
    assert_eq!(
        of("../lib.rs").unwrap_err().to_string(),
        "files.\"assets/a\", from: `../lib.rs` leads out of the folder"
    );
    let missing = of("nothing.html").unwrap_err().to_string();
    assert!(missing.starts_with("files.\"assets/a\", from: `nothing.html`: "));
}

#[test]
fn a_library_says_what_it_needs_and_exports_on_every_machine() {
    for abi in ["arm64-v8a", "armeabi-v7a", "x86", "x86_64", "riscv64"] {
        let path = format!("lib/{abi}/libpush.so");
        let package = package(&format!(
            r#"
            [[library]]
            path = "{path}"
            soname = "libpush.so"
            needed = ["libc.so", "liblog.so"]
            exports = ["JNI_OnLoad", "Java_com_a_B_c"]
            imports = ["malloc"]
            strings = ["http://native.example.com/track"]
            "#
        ));
        let bytes = entry(&package, &path);
        let library = elf::library(&bytes).unwrap();
        assert_eq!(library.abi, abi);
        assert_eq!(library.soname.as_deref(), Some("libpush.so"));
        assert_eq!(library.needed, ["libc.so", "liblog.so"]);
        assert_eq!(library.exports, 2);
        assert_eq!(library.jni_names, ["Java_com_a_B_c"]);
        assert!(library.jni_on_load);
        let mut strings = elf::strings(&bytes, 20);
        assert!(strings.any(|(_, text)| text == "http://native.example.com/track"));
    }
}

#[test]
fn a_policy_is_the_document_alone() {
    let sample = build(
        "kind = 'policy'\nfile-name = 'privacy.txt'\ntext = '隐私政策'",
        None,
    );
    let sample = sample.unwrap();
    assert_eq!(sample.file_name, "privacy.txt");
    assert_eq!(sample.bytes, "隐私政策".as_bytes());
}

#[test]
fn errors_name_the_line_or_the_keys() {
    let error = |toml: &str| build(toml, None).unwrap_err().to_string();
    assert!(error("package = 'a'\nlable = 'x'").contains("line 2"));
    assert!(error("lable = 'x'").contains("unknown field `lable`"));
    let table = error("permissions = [{ name = 'a', max = 3 }]");
    assert!(table.contains("unknown field `max`"), "{table}");
    assert_eq!(
        error("[files]\n'assets/p.html' = { from = '../p.html' }"),
        "files.\"assets/p.html\", from: there is no folder to read from"
    );
    assert_eq!(
        error("[application]\nmeta-data = { A = '@string/nothing' }"),
        "manifest, <meta-data value>: there is no resource @string/nothing"
    );
    assert_eq!(
        error("[application]\nnetwork-config = '<a></b>'")
            .split(':')
            .next(),
        Some("application.network-config")
    );
}

#[test]
fn splits_carry_what_the_base_lacks() {
    let package = package(
        r#"
        labels = { "" = "Shop" }
        strings = { privacy = "Privacy" }
        [[split]]
        name = "config.zh"
        strings-in = { zh = { privacy = "隐私", app_name = "商店" } }
        [[split]]
        name = "feature"
        permissions = ["android.permission.CAMERA"]
        [split.files]
        "assets/feature.txt" = "here"
        "#,
    );
    let names: Vec<_> = package.modules.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["base", "split_config.zh", "split_feature"]);
    let table = |module: usize| {
        let module = &package.modules[module];
        let bytes = module
            .read(module.entry("resources.arsc").unwrap())
            .unwrap();
        arsc::parse(&bytes, &Limits::default()).unwrap()
    };
    let id = table(0).find("string", "privacy").unwrap();
    assert_eq!(table(1).text(id), [("zh".to_owned(), "隐私".to_owned())]);
}

#[test]
fn tricks_with_the_archive_are_noticed_and_seen_through() {
    let package = package(
        r#"
        permissions = ["android.permission.CAMERA"]
        files = { "assets/a.txt" = "hidden" }
        [zip]
        fake-encryption = true
        duplicate = "AndroidManifest.xml"
        unknown-method = "assets/a.txt"
        "#,
    );
    let kinds: Vec<_> = package.anomalies().into_iter().map(|a| a.kind).collect();
    for kind in [
        "zip-duplicate-name",
        "zip-encryption-bit",
        "zip-unknown-method",
    ] {
        assert!(kinds.iter().any(|k| k == kind), "{kind} in {kinds:?}");
    }
    assert_eq!(manifest(&package).permissions.requested.len(), 1);
}

#[test]
fn the_signer_of_a_package_has_the_described_name() {
    let package = package(
        r#"
        [signing]
        subject = "CN=Shop & Co,OU=示例,O=Example,C=CN"
        schemes = ["v2", "v3"]
        "#,
    );
    let signing = package.signing();
    assert_eq!(signing.schemes, ["v2", "v3"]);
    assert_eq!(signing.certificates.len(), 1);
    assert_eq!(
        signing.certificates[0].subject,
        "CN=Shop & Co,OU=示例,O=Example,C=CN"
    );
    assert_eq!(package.anomalies(), []);
    assert_eq!(manifest(&package).package, "com.example.app");
}
