//! The room as a whole: what comes out of a package.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use super::*;
use crate::evidence::{GapKind, Place};
use crate::limits::Limits;

/// A ZIP archive of these files, deflated.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    packed(files, zip::CompressionMethod::Deflated)
}

fn packed(files: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, content) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn open(name: &str, bytes: Vec<u8>) -> Package {
    Package::from_bytes(name, bytes, &Limits::default()).unwrap()
}

/// Binary XML begins with a chunk of type 3.
const AXML: &[u8] = &[3, 0, 8, 0, 8, 0, 0, 0];

fn dex() -> Vec<u8> {
    let mut dex = b"dex\n035\0".to_vec();
    dex.resize(200, 7);
    dex
}

fn names(module: &Module) -> Vec<&str> {
    module.entries().map(|entry| entry.name.as_str()).collect()
}

#[test]
fn an_apk_is_one_module_and_its_entries_are_sorted() {
    let package = open(
        "/x/app.apk",
        archive(&[
            ("classes.dex", &dex()),
            ("AndroidManifest.xml", AXML),
            ("assets/隐私政策.html", b"<p>1"),
        ]),
    );
    assert_eq!(package.kind, PackageKind::Apk);
    assert_eq!(package.sha256().len(), 64);
    assert_eq!(package.anomalies(), []);
    assert!(package.outer.is_none());
    let [module] = &package.modules[..] else {
        panic!("one module");
    };
    assert_eq!(module.kind, ModuleKind::Apk);
    assert_eq!(
        names(module),
        ["AndroidManifest.xml", "assets/隐私政策.html", "classes.dex"]
    );
    let policy = module.entry("assets/隐私政策.html").unwrap();
    assert_eq!(module.read(policy).unwrap(), b"<p>1");
    assert_eq!(module.place(policy), Place::file("assets/隐私政策.html"));
    assert!(package.nested().is_empty(), "classes.dex is ordinary code");
}

#[test]
fn a_bundle_is_its_modules_without_their_directories() {
    let package = open(
        "app.aab",
        archive(&[
            ("BundleConfig.pb", b"x"),
            ("feature/manifest/AndroidManifest.xml", b"x"),
            ("base/manifest/AndroidManifest.xml", b"x"),
            ("base/dex/classes.dex", &dex()),
            ("base/assets/more.bin", &dex()),
            ("BUNDLE-METADATA/x/dependencies.pb", b"x"),
        ]),
    );
    assert_eq!(package.kind, PackageKind::Aab);
    let found: Vec<_> = package.modules.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(found, ["base", "feature"]);
    let base = &package.modules[0];
    let manifest = base.entry("manifest/AndroidManifest.xml").unwrap();
    assert_eq!(
        base.place(manifest).file,
        "base/manifest/AndroidManifest.xml"
    );
    let outer = package.outer.as_ref().unwrap();
    assert!(outer.entry("BUNDLE-METADATA/x/dependencies.pb").is_some());
    let nested = package.nested();
    assert_eq!(nested.len(), 1);
    assert_eq!(nested[0].place.file, "base/assets/more.bin");
    assert_eq!(nested[0].kind, NestedKind::Dex);
}

#[test]
fn a_library_keeps_its_code_in_a_jar() {
    let jar = archive(&[("a/B.class", &[0xca; 200])]);
    let package = open(
        "sdk.aar",
        archive(&[
            ("AndroidManifest.xml", b"\xef\xbb\xbf<manifest/>"),
            ("classes.jar", &jar),
        ]),
    );
    assert_eq!(package.kind, PackageKind::Aar);
    assert_eq!(package.modules[0].kind, ModuleKind::Aar);
    let nested = package.nested();
    assert_eq!(nested[0].kind, NestedKind::Jar);
    let jar = nested[0].module.as_ref().unwrap();
    assert_eq!(names(jar), ["a/B.class"]);
    let class = jar.entry("a/B.class").unwrap();
    assert_eq!(jar.place(class).file, "classes.jar!/a/B.class");
}

#[test]
fn a_jar_of_class_files_is_a_library_unless_it_is_called_an_app() {
    let class = ("a/B.class", &[0xca; 200][..]);
    let library = archive(&[class, ("META-INF/MANIFEST.MF", b"x")]);
    for name in ["push.jar", "push.JAR", "push.zip", "push"] {
        let package = open(name, library.clone());
        assert_eq!(package.kind, PackageKind::Jar, "{name}");
        assert_eq!(package.modules[0].kind, ModuleKind::Jar, "{name}");
        assert!(package.kind.is_library());
    }
    let refused = |name: &str, files: &[(&str, &[u8])]| {
        let refused = Package::from_bytes(name, archive(files), &Limits::default());
        refused.unwrap_err()
    };
    assert_eq!(
        refused("app.apk", &[class]),
        OpenError::NoManifest("a Java archive")
    );
    assert_eq!(
        refused("app.jar", &[class, ("classes.dex", &dex())]),
        OpenError::NoManifest("a DEX archive")
    );
    let sources = [
        ("a/B.java", &b"x"[..]),
        ("META-INF/versions/9/a/B.class", b"x"),
    ];
    assert_eq!(
        refused("lib-sources.jar", &sources[..1]),
        OpenError::NoClasses
    );
    assert_eq!(refused("lib.jar", &sources), OpenError::NoClasses);
    let manifest = ("AndroidManifest.xml", &b"<manifest/>"[..]);
    let package = open("old.jar", archive(&[manifest, class]));
    assert_eq!(package.kind, PackageKind::Aar);
}

#[test]
fn a_set_of_splits_is_one_app_with_the_base_first() {
    let apk = archive(&[("AndroidManifest.xml", AXML)]);
    let set = [
        ("config.arm64_v8a.apk", &apk[..]),
        ("com.example.apk", &apk[..]),
        (
            "manifest.json",
            br#"{"package_name":"com.example","split_apks":[{"file":"com.example.apk","id":"base"}]}"#,
        ),
        ("Android/obb/com.example/main.obb", b"x"),
    ];
    for method in [
        zip::CompressionMethod::Stored,
        zip::CompressionMethod::Deflated,
    ] {
        let package = open("app.xapk", packed(&set, method));
        assert_eq!(package.kind, PackageKind::Xapk);
        let found: Vec<_> = package.modules.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(found, ["com.example", "config.arm64_v8a"]);
        let base = &package.modules[0];
        let manifest = base.entry("AndroidManifest.xml").unwrap();
        assert_eq!(
            base.place(manifest).file,
            "com.example.apk!/AndroidManifest.xml"
        );
        assert_eq!(base.read(manifest).unwrap(), AXML);
    }
}

#[test]
fn of_an_apk_set_one_variant_is_read_and_other_content_is_a_gap() {
    let apk = archive(&[("AndroidManifest.xml", AXML)]);
    let with_code = archive(&[("AndroidManifest.xml", AXML), ("classes.dex", &dex())]);
    let set = |second: &[u8]| {
        open(
            "app.apks",
            archive(&[
                ("toc.pb", b"x"),
                ("splits/base-arm64_v8a.apk", &apk),
                ("splits/base-master.apk", &apk),
                ("splits/base-master_2.apk", second),
                ("standalones/standalone-x86.apk", &apk),
            ]),
        )
    };
    let package = set(&apk);
    assert_eq!(package.gaps, [], "the second variant holds the same");
    let package = set(&with_code);
    assert_eq!(package.kind, PackageKind::Apks);
    let found: Vec<_> = package.modules.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(found, ["base-master", "base-arm64_v8a"]);
    assert_eq!(package.gaps.len(), 1);

    let standalone = open(
        "app.apks",
        archive(&[
            ("toc.pb", b"x"),
            ("standalones/standalone-arm64_v8a_hdpi.apk", &apk),
            ("standalones/standalone-armeabi_v7a_hdpi.apk", &apk),
        ]),
    );
    assert_eq!(standalone.modules[0].name, "standalone-arm64_v8a_hdpi");
    assert_eq!(standalone.gaps[0].kind, GapKind::Unsupported);
}

#[test]
fn a_split_that_cannot_be_opened_is_a_gap_and_all_of_them_an_error() {
    let apk = archive(&[("AndroidManifest.xml", AXML)]);
    let package = open(
        "app.apkm",
        archive(&[
            ("info.json", b"{}"),
            ("base.apk", &apk),
            ("split_config.zh.apk", b"not an archive"),
        ]),
    );
    assert_eq!(package.kind, PackageKind::Apkm);
    assert_eq!(package.modules.len(), 1);
    assert_eq!(package.gaps[0].place.file, "split_config.zh.apk");
    assert!(package.gaps[0].detail.contains("a text file"));

    let broken = archive(&[("base.apk", b"not an archive")]);
    let error = Package::from_bytes("app.apkm", broken, &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("(base.apk) is a text file"));
}

#[test]
fn code_is_found_under_any_name_and_at_any_depth() {
    let inner = archive(&[("classes.dex", &dex())]);
    let middle = archive(&[("plugin.png", &inner), ("index.html", b"<p>")]);
    let package = open(
        "app.apk",
        archive(&[
            ("AndroidManifest.xml", AXML),
            ("assets/audience_network.dex", &dex()),
            ("lib/arm64-v8a/libjiagu.so", &inner),
            ("res/raw/h5.zip", &middle),
        ]),
    );
    let found: Vec<_> = package
        .nested()
        .iter()
        .map(|n| (n.place.file.clone(), n.kind, n.depth))
        .collect();
    let expected = [
        ("assets/audience_network.dex", NestedKind::Dex, 1),
        ("lib/arm64-v8a/libjiagu.so", NestedKind::Jar, 1),
        ("lib/arm64-v8a/libjiagu.so!/classes.dex", NestedKind::Dex, 2),
        ("res/raw/h5.zip", NestedKind::Zip, 1),
        ("res/raw/h5.zip!/plugin.png", NestedKind::Jar, 2),
        (
            "res/raw/h5.zip!/plugin.png!/classes.dex",
            NestedKind::Dex,
            3,
        ),
    ];
    let expected: Vec<_> = expected
        .map(|(place, kind, depth)| (place.to_owned(), kind, depth))
        .into();
    assert_eq!(found, expected);
    assert_eq!(package.gaps(), []);
}

#[test]
fn nesting_stops_at_its_limits_and_says_so() {
    let mut content = archive(&[("classes.dex", &dex())]);
    for _ in 0..6 {
        content = archive(&[("AndroidManifest.xml", AXML), ("a.zip", &content)]);
    }
    let package = open("app.apk", content.clone());
    assert_eq!(package.nested().len(), Limits::default().depth);
    let gaps = package.gaps();
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].kind, GapKind::Limit);
    assert!(gaps[0].detail.contains("too deep"));

    let limits = Limits {
        nested: 2,
        ..Limits::default()
    };
    let package = Package::from_bytes("app.apk", content, &limits).unwrap();
    assert_eq!(package.nested().len(), 2);
    assert!(package.gaps()[0].detail.contains("too many nested files"));
}

#[test]
fn a_policy_document_is_kept_as_it_is() {
    let package = open("policy.HTML", b"<p>hello".to_vec());
    assert_eq!(package.kind, PackageKind::Policy);
    assert_eq!(package.document.as_deref(), Some(&b"<p>hello"[..]));
    assert!(package.modules.is_empty());
}

#[test]
fn reading_costs_and_the_budget_ends() {
    let content = vec![0; 5000];
    let bytes = archive(&[("AndroidManifest.xml", AXML), ("a", &content)]);
    let limits = Limits {
        total_bytes: 7000,
        ..Limits::default()
    };
    let package = Package::from_bytes("app.apk", bytes, &limits).unwrap();
    let module = &package.modules[0];
    let entry = module.entry("a").unwrap();
    assert_eq!(module.read(entry).unwrap(), content);
    let error = module.read(entry).unwrap_err();
    assert_eq!(error.gap_kind(), GapKind::Limit);
}

#[test]
fn a_limit_leaves_out_the_same_files_with_any_number_of_threads() {
    let content = vec![1; 3000];
    let inner = archive(&[("a", &content), ("classes.dex", &dex())]);
    let names: Vec<String> = (0..60).map(|n| format!("assets/{n:02}.zip")).collect();
    let mut files = vec![("AndroidManifest.xml", AXML)];
    files.extend(names.iter().map(|name| (name.as_str(), &inner[..])));
    let bytes = archive(&files);
    let limits = Limits {
        total_bytes: 9000,
        total_entries: 90,
        ..Limits::default()
    };
    let look = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| {
            let package = Package::from_bytes("app.apk", bytes.clone(), &limits).unwrap();
            let found: Vec<_> = package.nested().iter().map(|n| n.place.clone()).collect();
            (found, package.gaps())
        })
    };
    let (found, gaps) = look(1);
    assert!(found.len() > 5 && !gaps.is_empty(), "{found:?} {gaps:?}");
    for threads in [2, 4, 8] {
        assert_eq!(look(threads), (found.clone(), gaps.clone()));
    }
}

#[test]
fn what_is_stored_as_it_is_costs_no_copy_but_is_paid_for() {
    let content = vec![5; 4000];
    let bytes = packed(
        &[("AndroidManifest.xml", AXML), ("classes.dex", &content)],
        zip::CompressionMethod::Stored,
    );
    let limits = Limits {
        total_bytes: 9000,
        ..Limits::default()
    };
    let package = Package::from_bytes("app.apk", bytes, &limits).unwrap();
    let module = &package.modules[0];
    let code = module.entry("classes.dex").unwrap();
    let first = module.content(code).unwrap();
    assert_eq!(&first[..], content);
    let whole = module.archive_bytes().as_ptr_range();
    assert!(whole.contains(&first.as_ptr()));
    assert!(module.content(code).is_ok());
    let error = module.content(code).unwrap_err();
    assert_eq!(error.gap_kind(), GapKind::Limit);
}
