//! The room as a whole, on real apps and on what is done to them.

use std::io::{Cursor, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;

use super::*;
use crate::evidence::{GapKind, Part};

fn fixture(app: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/apps")
        .join(app);
    std::fs::read(path).unwrap()
}

/// The `classes.dex` of a fixture.
fn dex_of(app: &str) -> Vec<u8> {
    let package = Package::from_bytes("a.apk", fixture(app), &Limits::default()).unwrap();
    let module = &package.modules[0];
    module.read(module.entry("classes.dex").unwrap()).unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Binary XML begins with a chunk of type 3.
const AXML: &[u8] = &[3, 0, 8, 0, 8, 0, 0, 0];

fn read_all(name: &str, bytes: Vec<u8>) -> (CodeFacts, Vec<Gap>, Vec<Anomaly>) {
    let limits = Limits::default();
    let package = Package::from_bytes(name, bytes, &limits).unwrap();
    read(&package, &load(&package), &limits, &Wanted::default())
}

/// An APK of a manifest and these files.
fn read_apk(files: &[(&str, &[u8])]) -> (CodeFacts, Vec<Gap>, Vec<Anomaly>) {
    let mut all = vec![("AndroidManifest.xml", AXML)];
    all.extend(files);
    read_all("app.apk", zip(&all))
}

#[test]
fn counts_are_those_of_dexdump() {
    // Classes, methods and invoke instructions as `dexdump -d` lists them;
    // the other numbers as the header gives them.
    for (app, version, refs, counts) in [
        ("shop/shop.apk", 35, [379, 113, 60, 237], (37, 127, 272)),
        ("clean/clean.apk", 37, [86, 36, 10, 44], (8, 17, 42)),
        ("clean/clean-r8.apk", 37, [65, 29, 2, 37], (3, 9, 36)),
    ] {
        let (facts, gaps, anomalies) = read_all("app.apk", fixture(app));
        let [dex] = &facts.dex[..] else {
            panic!("one DEX in {app}");
        };
        assert_eq!(dex.place.file, "classes.dex");
        assert_eq!(dex.version, version);
        assert_eq!(
            [dex.strings, dex.types, dex.field_refs, dex.method_refs],
            refs
        );
        assert_eq!((dex.classes, dex.methods, dex.invokes), counts, "{app}");
        assert_eq!((gaps, anomalies), (vec![], vec![]));
        assert_eq!(facts.classes.len(), counts.0 as usize);
    }
}

#[test]
fn classes_are_listed_once_and_counted_by_package() {
    let dex = dex_of("clean/clean.apk");
    let (facts, ..) = read_apk(&[("classes.dex", &dex), ("assets/plugin.bin", &dex)]);
    assert_eq!(facts.dex.len(), 2);
    assert_eq!(facts.dex[0].place.file, "assets/plugin.bin");
    assert_eq!(facts.classes.len(), 8);
    assert!(facts.classes.is_sorted());
    let activity = facts
        .classes
        .iter()
        .find(|class| class.name == "com.example.notes.NotesActivity");
    assert_eq!(&*activity.unwrap().file, "assets/plugin.bin");
    assert_eq!(
        facts.packages,
        [PackageFacts {
            owner: String::new(),
            name: "com.example.notes".to_owned(),
            classes: 8
        }]
    );
}

#[test]
fn strings_stand_where_they_are_said_to_stand() {
    let dex = dex_of("shop/shop.apk");
    let (facts, ..) = read_all("app.apk", fixture("shop/shop.apk"));
    assert!(facts.strings.is_sorted());
    assert!(facts.strings.iter().any(|s| s.text.contains("://")));
    for string in &facts.strings {
        let at = usize::try_from(string.offset).unwrap();
        assert!(dex[at..].starts_with(string.text.as_bytes()), "{string:?}");
        assert_eq!(dex[at + string.text.len()], 0);
    }
    assert!(facts.strings_searched > 0);
    assert!(facts.strings_searched < 379, "names are no constants");
}

#[test]
fn names_of_classes_are_no_constants() {
    let (facts, ..) = read_all("app.apk", fixture("shop/shop.apk"));
    assert!(
        facts
            .classes
            .iter()
            .any(|class| class.name.ends_with("PrivacyActivity"))
    );
    assert!(
        !facts
            .strings
            .iter()
            .any(|string| string.text.ends_with("PrivacyActivity;"))
    );
}

#[test]
fn a_dex_inside_an_archive_inside_an_entry_is_read() {
    let dex = dex_of("clean/clean.apk");
    let plugin = zip(&[("classes.dex", &dex)]);
    let outer = zip(&[("x/plugin.zip", &plugin)]);
    let (facts, gaps, _) = read_apk(&[("assets/outer.dat", &outer)]);
    assert_eq!(gaps, []);
    assert_eq!(
        facts.dex[0].place.file,
        "assets/outer.dat!/x/plugin.zip!/classes.dex"
    );
    assert_eq!(facts.dex[0].classes, 8);
}

#[test]
fn a_bundle_keeps_its_dex_in_a_directory() {
    let dex = dex_of("clean/clean.apk");
    let (facts, ..) = read_all(
        "app.aab",
        zip(&[
            ("BundleConfig.pb", b"x"),
            ("base/manifest/AndroidManifest.xml", b"x"),
            ("base/dex/classes.dex", &dex),
            ("pay/manifest/AndroidManifest.xml", b"x"),
            ("pay/dex/classes.dex", &dex),
        ]),
    );
    let places: Vec<&str> = facts.dex.iter().map(|d| d.place.file.as_str()).collect();
    assert_eq!(places, ["base/dex/classes.dex", "pay/dex/classes.dex"]);
}

#[test]
fn garbage_in_the_place_of_code_is_a_gap() {
    let (facts, gaps, _) =
        read_apk(&[("classes.dex", &[7; 500]), ("assets/secret.dex", &[9; 500])]);
    assert_eq!(facts.dex, []);
    let seen: Vec<_> = gaps
        .iter()
        .map(|gap| (gap.part, gap.kind, gap.place.file.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (Part::Code, GapKind::Malformed, "assets/secret.dex"),
            (Part::Code, GapKind::Malformed, "classes.dex"),
        ]
    );
}

#[test]
fn a_broken_method_is_counted_and_the_others_are_read() {
    let mut dex = dex_of("shop/shop.apk");
    let good = dex_facts(&dex);
    // The first instruction of some method becomes a payload that runs past
    // the end of the method.
    let limits = Limits::default();
    let parsed = crate::decode::dex::Dex::parse(&dex, &limits).unwrap();
    let code = parsed
        .classes()
        .filter_map(|class| parsed.class_data(&class).unwrap())
        .flat_map(|data| data.methods().unwrap())
        .find_map(|method| parsed.code(&method.unwrap()).unwrap())
        .unwrap();
    let at = usize::try_from(code.units_offset).unwrap();
    dex[at..at + 4].copy_from_slice(&[0x00, 0x02, 0xff, 0xff]);
    let (facts, gaps, _) = read_apk(&[("classes.dex", &dex)]);
    assert_eq!(facts.dex[0].malformed, 1);
    assert_eq!(facts.dex[0].methods, good.methods);
    let [gap] = &gaps[..] else {
        panic!("one gap: {gaps:?}");
    };
    assert_eq!(gap.kind, GapKind::Malformed);
    assert!(gap.detail.contains("instructions"), "{}", gap.detail);
}

fn dex_facts(dex: &[u8]) -> DexFacts {
    read_apk(&[("classes.dex", dex)]).0.dex.remove(0)
}

#[test]
fn hidden_data_after_the_dex_and_a_missing_number_are_strange() {
    let mut dex = dex_of("clean/clean.apk");
    let end = dex.len() as u64;
    dex.extend([1; 1000]);
    let (facts, gaps, anomalies) = read_apk(&[("classes.dex", &dex), ("classes3.dex", &dex)]);
    assert_eq!(facts.dex.len(), 2);
    assert_eq!(gaps, []);
    let kinds: Vec<_> = anomalies
        .iter()
        .map(|a| (a.kind.as_str(), a.place.file.as_str(), a.place.offset))
        .collect();
    assert_eq!(
        kinds,
        [
            ("dex-not-loaded", "classes3.dex", None),
            ("dex-trailing-data", "classes.dex", Some(end)),
            ("dex-trailing-data", "classes3.dex", Some(end)),
        ]
    );
}

#[test]
fn more_strings_than_the_limit_leave_a_gap() {
    let limits = Limits {
        listed: 1,
        ..Limits::default()
    };
    let package = Package::from_bytes("a.apk", fixture("shop/shop.apk"), &limits).unwrap();
    let (facts, gaps, _) = read(&package, &load(&package), &limits, &Wanted::default());
    let urls = facts.strings.iter().filter(|s| s.text.contains("://"));
    assert_eq!(urls.count(), 1);
    assert!(
        gaps.iter()
            .any(|gap| gap.kind == GapKind::Limit && gap.detail.contains("URLs")),
        "{gaps:?}"
    );
}

#[test]
fn a_small_file_cannot_ask_for_endless_work() {
    // Every class becomes the first one, every string the longest one.
    let mut dex = dex_of("shop/shop.apk");
    let word =
        |dex: &[u8], at: usize| u32::from_le_bytes(dex[at..at + 4].try_into().unwrap()) as usize;
    let (count, table) = (word(&dex, 0x38), word(&dex, 0x3c));
    let long = dex.len();
    dex.extend([0x80, 0x80, 0x40]);
    dex.extend(std::iter::repeat_n(b'a', 1 << 20));
    dex.push(0);
    for index in 0..count {
        let at = table + index * 4;
        dex[at..at + 4].copy_from_slice(&u32::try_from(long).unwrap().to_le_bytes());
    }
    let (facts, gaps, _) = read_apk(&[("classes.dex", &dex)]);
    assert!(facts.classes.len() < 37);
    assert!(
        gaps.iter().any(|gap| gap.kind == GapKind::Limit),
        "{gaps:?}"
    );
}

#[test]
fn damaged_dex_files_neither_panic_nor_run_away() {
    let limits = Limits::default();
    let place = Place::file("classes.dex");
    let good = dex_of("clean/clean-r8.apk");
    let mut noticed = 0;
    let mut look = |bytes: &[u8]| {
        let read = dex::read(&place, bytes, &limits, &Wanted::default());
        noticed += usize::from(!read.gaps.is_empty() || !read.anomalies.is_empty());
        assert!(read.classes.len() <= bytes.len() / 32);
    };
    for length in (0..good.len()).step_by(17) {
        look(&good[..length]);
    }
    for at in 0..good.len() {
        let mut damaged = good.clone();
        damaged[at] ^= [0x01, 0x80, 0xff][at % 3];
        look(&damaged);
    }
    assert!(noticed > 300, "{noticed} of the damaged files are noticed");
}

#[test]
fn a_container_of_many_headers_over_one_table_is_stopped() {
    // Version 041: a header every 120 bytes, all with the tables of the
    // first.
    let mut file = dex_of("shop/shop.apk");
    file.truncate(file.len() / 4 * 4);
    let first = file.len();
    let mut header = file[..0x70].to_vec();
    header.extend([0; 8]);
    header[4..8].copy_from_slice(b"041\0");
    header[0x20..0x28].copy_from_slice(&[0x78, 0, 0, 0, 0x78, 0, 0, 0]);
    let headers = 5_000;
    let size = u32::try_from(first + headers * 0x78).unwrap().to_le_bytes();
    header[0x70..0x74].copy_from_slice(&size);
    for index in 0..headers {
        let at = u32::try_from(first + index * 0x78).unwrap();
        header[0x74..0x78].copy_from_slice(&at.to_le_bytes());
        file.extend(&header);
    }
    // The first header of all gives way to one of version 041; the strings
    // that it runs over are lost, no matter.
    header[0x20..0x24].copy_from_slice(&u32::try_from(first).unwrap().to_le_bytes());
    header[0x74..0x78].copy_from_slice(&[0; 4]);
    file[..0x78].copy_from_slice(&header);
    let read = dex::read(
        &Place::file("classes.dex"),
        &file,
        &Limits::default(),
        &Wanted::default(),
    );
    assert!(!read.dex.is_empty());
    assert!(read.dex.len() < headers, "{}", read.dex.len());
    assert!(read.gaps.iter().any(|gap| gap.kind == GapKind::Limit));
}

/// See `fixtures/decode/Sample.java`.
const SAMPLE: &[u8] = include_bytes!("../../fixtures/decode/Sample.class");

fn read_aar(classes: &[(&str, &[u8])]) -> (CodeFacts, Vec<Gap>, Vec<Anomaly>) {
    read_all(
        "lib.aar",
        zip(&[
            ("AndroidManifest.xml", b"<manifest/>"),
            ("classes.jar", &zip(classes)),
        ]),
    )
}

#[test]
fn a_library_says_what_it_defines_and_what_it_touches() {
    let (facts, gaps, _) = read_aar(&[
        ("com/example/Sample.class", SAMPLE),
        // A variant for newer versions of Java: no dexer takes it.
        ("META-INF/versions/9/com/example/Sample.class", SAMPLE),
        ("readme.txt", b"x"),
    ]);
    assert_eq!(gaps, []);
    let [jar] = &facts.jars[..] else {
        panic!("one JAR");
    };
    assert_eq!(jar.place.file, "classes.jar");
    assert_eq!(jar.classes, ["com.example.Sample"]);
    assert_eq!((jar.class_count, jar.methods, jar.malformed), (1, 3, 0));
    assert_eq!(
        jar.references,
        [
            "android.telephony.TelephonyManager.getDeviceId",
            "java.lang.Runnable.run",
            "java.util.ArrayList.<init>",
        ]
    );
    assert_eq!(facts.classes[0].name, "com.example.Sample");
    assert_eq!(&*facts.classes[0].file, "classes.jar");
    assert_eq!(facts.strings.len(), 1);
    assert_eq!(facts.strings[0].text, "https://example.com/隐私");
    assert_eq!(
        &*facts.strings[0].file,
        "classes.jar!/com/example/Sample.class"
    );
    assert_eq!(facts.strings_searched, 1);
}

#[test]
fn class_files_that_cannot_be_read_are_counted_and_the_others_are_read() {
    let mut future = SAMPLE.to_vec();
    future[7] = 99;
    let (facts, gaps, _) = read_aar(&[
        ("com/example/Sample.class", SAMPLE),
        ("x/A.class", &future),
        ("x/B.class", &SAMPLE[..100]),
    ]);
    assert_eq!(facts.jars[0].class_count, 1);
    assert_eq!(facts.jars[0].malformed, 2);
    let [gap] = &gaps[..] else {
        panic!("one gap: {gaps:?}");
    };
    assert_eq!(gap.kind, GapKind::Unsupported);
    assert_eq!(gap.place.file, "classes.jar!/x/A.class");
}

#[test]
fn references_beyond_the_limit_are_counted_and_leave_a_gap() {
    let limits = Limits {
        listed: 2,
        ..Limits::default()
    };
    let aar = zip(&[
        ("AndroidManifest.xml", b"<manifest/>"),
        ("classes.jar", &zip(&[("Sample.class", SAMPLE)])),
    ]);
    let package = Package::from_bytes("lib.aar", aar, &limits).unwrap();
    let (facts, gaps, _) = read(&package, &load(&package), &limits, &Wanted::default());
    assert_eq!(facts.jars[0].references.len(), 2);
    assert_eq!(facts.jars[0].reference_count, 3);
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].kind, GapKind::Limit);
}
