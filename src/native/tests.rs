//! The room's rules told on small packages.

use std::io::{Cursor, Write as _};

use super::*;
use crate::container::Package;
use crate::evidence::{GapKind, Part};
use crate::limits::Limits;

/// An APK with these files beside an empty manifest.
fn apk(files: &[(&str, &[u8])]) -> Package {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let deflated = zip::write::SimpleFileOptions::default();
    zip.start_file("AndroidManifest.xml", deflated).unwrap();
    for (index, (name, content)) in files.iter().enumerate() {
        let options = if index % 2 == 0 { stored } else { deflated };
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    Package::from_bytes("app.apk", bytes, &Limits::default()).unwrap()
}

fn names(list: &[&str]) -> Vec<Named> {
    list.iter()
        .map(|name| Named::new(*name, Place::file("AndroidManifest.xml")))
        .collect()
}

fn app<'a>(files: &[&str], application: &str, classes: &[&'a str]) -> Traces<'a> {
    let mut classes: Vec<(&str, &str)> = classes.iter().map(|c| (*c, "classes.dex")).collect();
    classes.sort_unstable();
    Traces {
        files: files
            .iter()
            .map(|file| Named::new(*file, Place::file(*file)))
            .collect(),
        application: names(&[application]),
        components: Vec::new(),
        meta_data: Vec::new(),
        classes,
    }
}

fn packers_of(traces: &Traces<'_>) -> Vec<(String, Certainty)> {
    packers::detect(traces)
        .into_iter()
        .map(|packer| (packer.id, packer.certainty))
        .collect()
}

#[test]
fn a_stub_application_decides() {
    for (application, id) in [
        ("com.stub.StubApp", "360-jiagu"),
        ("com.example.app.MyWrapperProxyApplication", "tencent-legu"),
        ("com.secneo.apkwrapper.AW", "bangcle"),
        ("s.h.e.l.l.S", "ijiami"),
        ("com.baidu.protect.StubApplication", "baidu"),
        ("com.edog.AppWrapper", "naga"),
        ("com.ali.mobisecenhance.StubApplication", "alibaba-jaq"),
        ("com.netease.nis.wrapper.MyApplication", "netease-yidun"),
    ] {
        let found = packers_of(&app(&[], application, &[]));
        assert_eq!(
            found,
            [(id.to_owned(), Certainty::Present)],
            "{application}"
        );
    }
}

#[test]
fn a_library_is_found_in_any_folder_and_its_copies_are_one_trace() {
    let files = [
        "assets/libjiagu.so",
        "lib/arm64-v8a/libjiagu_a64.so",
        "lib/x86_64/libjiagu_a64.so",
    ];
    let found = packers::detect(&app(&files, "com.example.App", &[]));
    assert_eq!(found.len(), 1);
    let values: Vec<&str> = found[0].evidence.iter().map(|t| t.value.as_str()).collect();
    assert_eq!(values, ["libjiagu.so", "libjiagu_a64.so"]);
    assert_eq!(found[0].evidence[0].place.file, "assets/libjiagu.so");
    let gaps = packers::gaps(&found);
    assert_eq!((gaps[0].part, gaps[0].kind), (Part::Code, GapKind::Packed));
}

#[test]
fn a_library_that_was_left_behind_hides_nothing() {
    let files = ["assets/libjiagu.so"];
    let classes = ["com.example.App", "com.example.Main"];
    let mut left = app(&files, "com.example.App", &classes);
    left.components = names(&["com.example.Main"]);
    let found = packers::detect(&left);
    assert_eq!(found[0].certainty, Certainty::Likely);
    assert!(packers::gaps(&found).is_empty());

    // A class that would load it, or a declared one that is not there.
    let with_stub = [classes[0], classes[1], "com.stub.StubApp"];
    let mut packed = app(&files, "com.example.App", &with_stub);
    packed.components = names(&["com.example.Main"]);
    let mut hidden = app(&files, "com.example.App", &classes);
    hidden.components = names(&["com.example.Main", "com.example.Second"]);
    for traces in [packed, hidden] {
        assert_eq!(packers::gaps(&packers::detect(&traces)).len(), 1);
    }
}

#[test]
fn one_doubtful_name_is_likely_and_two_are_enough() {
    let one = app(&["lib/armeabi/libexec.so"], "com.example.App", &[]);
    assert_eq!(packers_of(&one), [("ijiami".to_owned(), Certainty::Likely)]);
    assert!(packers::gaps(&packers::detect(&one)).is_empty());
    let both = ["lib/armeabi/libexec.so", "lib/armeabi/libexecmain.so"];
    let both = app(&both, "com.example.App", &[]);
    assert_eq!(
        packers_of(&both),
        [("ijiami".to_owned(), Certainty::Present)]
    );
}

#[test]
fn a_sure_packer_silences_doubtful_ones() {
    let files = [
        "lib/armeabi/libexec.so",
        "lib/armeabi/libshell-super.2019.so",
    ];
    let found = packers_of(&app(&files, "com.example.App", &[]));
    assert_eq!(found, [("tencent-legu".to_owned(), Certainty::Present)]);
}

#[test]
fn names_that_only_resemble_a_packer_are_none() {
    let files = [
        "lib/arm64-v8a/libBugly.so",
        "lib/arm64-v8a/libBugly_Native.so",
        "lib/arm64-v8a/libsgmain.so",
        "lib/arm64-v8a/libsgsecuritybody.so",
        "lib/arm64-v8a/libmetasec_ml.so",
        "assets/docs/libjiagu.so.txt",
        "assets/known-packers/com.stub.StubApp",
    ];
    let classes = [
        "com.tencent.bugly.crashreport.CrashReport",
        "com.alibaba.wireless.security.open.SecurityGuardManager",
        "com.example.scanner.com.stub.StubApp",
        "com.stub.StubApplicationTest",
        "com.baidu.protection.Shield",
    ];
    assert_eq!(
        packers_of(&app(&files, "com.example.StubApp", &classes)),
        []
    );
}

#[test]
fn declared_classes_that_no_dex_defines_show_an_unknown_packer() {
    let mut traces = app(
        &[],
        "com.hidden.Stub",
        &["com.hidden.Stub", "com.hidden.Loader"],
    );
    traces.components = names(&["com.a.Main", "com.a.Pay", "com.a.Push", "com.a.Boot"]);
    let found = packers::detect(&traces);
    assert_eq!(found[0].id, "unknown");
    assert_eq!(
        found[0].evidence[0].value,
        "4 of 4 declared classes are in no DEX file"
    );
    assert_eq!(packers::gaps(&found).len(), 1);

    // With it, a doubtful name is no longer doubtful.
    traces.files = vec![Named::new("lib/armeabi/libexec.so", Place::file("x"))];
    assert_eq!(
        packers_of(&traces),
        [("ijiami".to_owned(), Certainty::Present)]
    );
}

#[test]
fn missing_classes_with_another_cause_are_no_packer() {
    let defined = ["com.a.App", "com.a.Main", "com.a.Pay", "com.a.Push"];
    // A shrinker dropped one library of five.
    let mut shrunk = app(&[], "com.a.App", &defined);
    shrunk.components = names(&["com.a.Main", "com.a.Pay", "com.a.Push", "com.gone.Service"]);
    assert_eq!(packers_of(&shrunk), []);
    // Resources only.
    let mut overlay = app(&[], "com.a.App", &[]);
    overlay.components = names(&["com.a.A", "com.a.B", "com.a.C", "com.a.D"]);
    assert_eq!(packers_of(&overlay), []);
    // The base of an app whose feature modules are elsewhere.
    let mut base = app(&[], "com.a.App", &["com.a.App"]);
    base.components = names(&["com.f.A", "com.f.B", "com.f.C", "com.f.D"]);
    base.meta_data = names(&["com.android.vending.splits.required"]);
    assert_eq!(packers_of(&base), []);
    // Classes of the device.
    let mut native = app(&[], "android.app.Application", &["com.a.Loader"]);
    native.components = names(&[
        "android.app.NativeActivity",
        "android.a.B",
        "android.c.D",
        "android.e.F",
    ]);
    assert_eq!(packers_of(&native), []);
    // A test app of one or two components.
    let mut test = app(&[], "android.app.Application", &["com.a.test.MainTest"]);
    test.components = names(&["androidx.test.A", "androidx.test.B"]);
    assert_eq!(packers_of(&test), []);
}

fn frameworks_of(files: &[(&str, &[u8])]) -> Vec<(String, Option<String>, bool)> {
    let package = apk(files);
    let traces = Traces {
        files: Traces::files_of(&package),
        ..Traces::default()
    };
    frameworks::detect(&traces, &package)
        .into_iter()
        .map(|f| (f.id, f.variant, f.opaque))
        .collect()
}

#[test]
fn react_native_is_told_apart_by_the_first_bytes_of_its_bundle() {
    let hermes = b"\xc6\x1f\xbc\x03\xc1\x03\x19\x1f\x5e\0\0\0";
    for (bundle, variant, opaque) in [
        (&hermes[..], "hermes", true),
        (
            &b"var __BUNDLE_START_TIME__=this.nativePerformanceNow"[..],
            "plain-js",
            false,
        ),
    ] {
        assert_eq!(
            frameworks_of(&[("assets/index.android.bundle", bundle)]),
            [("react-native".to_owned(), Some(variant.to_owned()), opaque)]
        );
    }
    // The engine without the app's own code, which may be fetched later.
    assert_eq!(
        frameworks_of(&[("lib/x86/libreactnativejni.so", b"\x7fELF")]),
        [("react-native".to_owned(), None, false)]
    );
}

#[test]
fn each_framework_shows_by_its_own_files() {
    for (file, id, variant) in [
        ("lib/arm64-v8a/libflutter.so", "flutter", None),
        (
            "assets/flutter_assets/kernel_blob.bin",
            "flutter",
            Some("kernel"),
        ),
        ("assets/capacitor.config.json", "capacitor", None),
        ("lib/arm64-v8a/libunity.so", "unity", None),
        (
            "assets/bin/Data/Managed/Metadata/global-metadata.dat",
            "unity",
            Some("il2cpp"),
        ),
        (
            "assets/bin/Data/Managed/Assembly-CSharp.dll",
            "unity",
            Some("mono"),
        ),
        ("lib/arm64-v8a/libmonodroid.so", "xamarin", Some("dotnet")),
        (
            "lib/arm64-v8a/libgodot_android.so",
            "godot",
            Some("gdscript"),
        ),
    ] {
        assert_eq!(
            frameworks_of(&[(file, b"x")]),
            [(id.to_owned(), variant.map(str::to_owned), variant.is_some())],
            "{file}"
        );
    }
}

#[test]
fn scripts_that_are_in_the_package_can_be_read() {
    for (file, id) in [
        ("assets/www/cordova.js", "cordova"),
        ("assets/apps/__UNI__1A2B3C4/www/app-service.js", "uni-app"),
    ] {
        assert_eq!(
            frameworks_of(&[(file, b"x")]),
            [(id.to_owned(), Some("plain-js".to_owned()), false)],
            "{file}"
        );
    }
}

#[test]
fn an_app_that_only_mentions_a_framework_uses_none() {
    assert_eq!(
        frameworks_of(&[
            ("lib/arm64-v8a/libapp.so", b"\x7fELF"),
            ("assets/www/index.html", b"<html>"),
            ("assets/docs/libflutter.so.md", b"notes"),
            ("assets/bin/tool", b"x"),
            ("lib/arm64-v8a/libmain.so", b"\x7fELF"),
        ]),
        []
    );
}

#[test]
fn opaque_logic_is_a_gap_with_its_place() {
    let package = apk(&[
        ("lib/arm64-v8a/libflutter.so", b"x"),
        ("lib/arm64-v8a/libapp.so", b"x"),
    ]);
    let traces = Traces {
        files: Traces::files_of(&package),
        ..Traces::default()
    };
    let gaps = frameworks::gaps(&frameworks::detect(&traces, &package), &package);
    let parts: Vec<Part> = gaps.iter().map(|gap| gap.part).collect();
    assert_eq!(parts, [Part::Code, Part::Interface]);
    assert!(gaps.iter().all(|gap| gap.kind == GapKind::Opaque));
}

#[test]
fn a_script_that_is_not_in_the_package_is_a_gap() {
    let gaps_of = |files: &[(&str, &[u8])]| {
        let package = apk(files);
        let traces = Traces {
            files: Traces::files_of(&package),
            ..Traces::default()
        };
        let gaps = frameworks::gaps(&frameworks::detect(&traces, &package), &package);
        gaps.iter()
            .map(|gap| (gap.part, gap.kind))
            .collect::<Vec<_>>()
    };
    let engine = ("lib/x86/libreactnativejni.so", &b"x"[..]);
    let missing = [
        (Part::Code, GapKind::Missing),
        (Part::Interface, GapKind::Missing),
    ];
    assert_eq!(gaps_of(&[engine]), missing);
    let script = ("assets/index.android.bundle", &b"var a"[..]);
    assert_eq!(gaps_of(&[engine, script]), []);
    // All its logic is Java, but it draws its screens.
    assert_eq!(
        gaps_of(&[("lib/x86/libgdx.so", b"x")]),
        [(Part::Interface, GapKind::Opaque)]
    );
    // The base of a store's delivery: the compiled logic is in another split.
    let base = ("assets/flutter_assets/AssetManifest.bin", &b"x"[..]);
    assert_eq!(
        gaps_of(&[base]),
        [
            (Part::Code, GapKind::Missing),
            (Part::Interface, GapKind::Opaque)
        ]
    );
}

#[test]
fn one_copy_of_a_library_is_read_and_what_is_no_library_is_told_apart() {
    let zip = b"PK\x03\x04 not really".as_slice();
    let package = apk(&[
        ("lib/x86/libcode.jar.so", zip),
        ("lib/armeabi-v7a/libbroken.so", b"\x7fELF\x02\x01\x01"),
        ("lib/arm64-v8a/libbroken.so", b"\x7fELF\x02\x01\x01"),
        ("lib/arm64-v8a/libsecret.so", b"no ELF at all"),
        ("lib/arm64-v8a/notes.txt", b"no library"),
        ("assets/libplugin.so", zip),
        ("assets/libpybundle.so", b"\x1f\x8b\x08\0"),
    ]);
    let (facts, gaps, _) = read(&package, &Limits::default());
    assert_eq!(facts.abis, ["arm64-v8a", "armeabi-v7a", "x86"]);
    let listed: Vec<(&str, &str)> = facts
        .libraries
        .iter()
        .map(|l| (l.name.as_str(), l.abi.as_str()))
        .collect();
    assert_eq!(
        listed,
        [
            ("libbroken.so", "arm64-v8a"),
            ("libbroken.so", "armeabi-v7a"),
            ("libcode.jar.so", "x86"),
            ("libplugin.so", ""),
            ("libpybundle.so", ""),
            ("libsecret.so", "arm64-v8a"),
        ]
    );
    let unread: Vec<(&str, GapKind)> = gaps
        .iter()
        .map(|gap| (gap.place.file.as_str(), gap.kind))
        .collect();
    assert_eq!(
        unread,
        [
            ("lib/arm64-v8a/libbroken.so", GapKind::Malformed),
            ("lib/arm64-v8a/libsecret.so", GapKind::Malformed),
            ("assets/libpybundle.so", GapKind::Unsupported),
        ]
    );
    assert!(gaps.iter().all(|gap| gap.part == Part::Native));
}

#[test]
fn build_tools_are_named_once_with_their_first_place() {
    let package = apk(&[
        (
            "META-INF/com/android/build/gradle/app-metadata.properties",
            b"appMetadataVersion=1.1\nandroidGradlePluginVersion=8.5.2\n",
        ),
        (
            "META-INF/lib.kotlin_module",
            b"\0\0\0\x03\0\0\0\x01\0\0\0\x08\0\0\0\0",
        ),
        (
            "META-INF/app.kotlin_module",
            b"\0\0\0\x03\0\0\0\x01\0\0\0\x09\0\0\0\0",
        ),
        (
            "META-INF/MANIFEST.MF",
            b"Manifest-Version: 1.0\r\nCreated-By: 17.0.2 (Oracle)\r\n",
        ),
    ]);
    let marker = r#"~~R8{"backend":"dex","version":"8.5.35"}"#;
    let tools = build_tools::detect(
        &package,
        [
            (marker, Place::file("classes2.dex")),
            (marker, Place::file("classes.dex")),
            ("~~struck out~~", Place::file("classes.dex")),
        ],
    );
    let seen: Vec<(&str, &str, &str)> = tools
        .iter()
        .map(|t| (t.name.as_str(), t.version.as_str(), t.place.file.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (
                "android-gradle-plugin",
                "8.5.2",
                "META-INF/com/android/build/gradle/app-metadata.properties"
            ),
            ("kotlin-metadata", "1.9.0", "META-INF/app.kotlin_module"),
            ("r8", "8.5.35", "classes.dex"),
        ]
    );
}
