//! Broken and malicious packages: each is read as Android would read it and
//! the trick is named, or it is refused with a reason that helps.

mod dex;
mod forge;
mod program;
mod unseen;

use std::time::Instant;

use apkaudit::container::{Package, PackageKind};
use apkaudit::evidence::GapKind;
use apkaudit::limits::Limits;
use forge::{File, put16, put32, shop};

const MANIFEST: &str = "AndroidManifest.xml";

fn open(name: &str, bytes: Vec<u8>) -> Result<Package, String> {
    Package::from_bytes(name, bytes, &Limits::default()).map_err(|error| error.to_string())
}

fn refused(name: &str, bytes: impl Into<Vec<u8>>) -> String {
    match open(name, bytes.into()) {
        Ok(package) => unreachable!("{name} is opened as {:?}", package.kind),
        Err(why) => why,
    }
}

fn opened(bytes: Vec<u8>) -> Package {
    open("shop.apk", bytes).unwrap()
}

/// The kinds of all anomalies, those that reading the manifest shows
/// included.
fn tricks(package: &Package) -> Vec<String> {
    let _ = manifest(package);
    let mut kinds: Vec<_> = package.anomalies().into_iter().map(|a| a.kind).collect();
    kinds.dedup();
    kinds
}

/// Content of the manifest, or why there is none.
fn manifest(package: &Package) -> Result<Vec<u8>, String> {
    let module = &package.modules[0];
    module
        .read(module.entry(MANIFEST).unwrap())
        .map_err(|error| error.to_string())
}

/// The manifest that Android sees in the demo app.
fn shop_manifest() -> Vec<u8> {
    manifest(&opened(shop())).unwrap()
}

/// A small package around one more file.
fn with(file: File) -> Package {
    opened(forge::zip(&[File::stored(MANIFEST, [3, 0, 8, 0]), file]))
}

// What is no package at all.

#[test]
fn an_empty_file_is_called_empty() {
    assert_eq!(
        refused("a.apk", []),
        "is an empty file; copy or download the package again"
    );
}

#[test]
fn what_is_no_archive_is_called_what_it_is() {
    for (bytes, what) in [
        (
            &b"this is not an app\n"[..],
            "is a text file, not a ZIP archive",
        ),
        ("这不是安装包".as_bytes(), "is a text file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a PNG image"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0", "is an ELF binary"),
        (
            b"<!DOCTYPE html><html>",
            "is an HTML page (a failed download?)",
        ),
        (b"dex\n035\0", "is a DEX file"),
        (b"\x03\0\x08\0\x10\0\0\0", "is a binary Android XML file"),
        (&[0; 600], "is a binary file"),
    ] {
        let why = refused("a.apk", bytes);
        assert!(why.starts_with(what), "{why}");
        assert!(why.ends_with("check which file was meant"), "{why}");
    }
}

#[test]
fn a_package_cut_short_anywhere_is_called_cut_short() {
    let whole = shop();
    for len in [
        4,
        30,
        100,
        whole.len() / 2,
        whole.len() - 22,
        whole.len() - 1,
    ] {
        let why = refused("shop.apk", &whole[..len]);
        assert!(why.starts_with("is cut short"), "{len}: {why}");
        assert!(why.contains("download the package again"), "{len}: {why}");
    }
}

#[test]
fn an_archive_without_a_manifest_is_no_package() {
    for (name, what) in [
        ("a/B.class", "is a Java archive without AndroidManifest.xml"),
        (
            "classes.dex",
            "is a DEX archive without AndroidManifest.xml",
        ),
        (
            "Payload/x.app/x",
            "is an iOS app without AndroidManifest.xml",
        ),
        ("notes.txt", "is a ZIP archive without AndroidManifest.xml"),
    ] {
        let why = refused("a.apk", forge::zip(&[File::stored(name, b"x")]));
        assert!(why.starts_with(what), "{why}");
        assert!(why.contains("give an .apk"), "{why}");
    }
}

#[test]
fn an_archive_without_entries_is_no_package() {
    let why = refused("a.apk", forge::zip(&[]));
    assert!(why.starts_with("is a ZIP archive without entries"), "{why}");
}

// The end record.

#[test]
fn an_end_signature_in_the_comment_hides_nothing() {
    let mut bytes = shop();
    let at = forge::end(&bytes) + 20;
    put16(&mut bytes, at, 24);
    bytes.extend(b"PK\x05\x06");
    bytes.extend([0; 20]);
    let package = opened(bytes);
    assert_eq!(manifest(&package), Ok(shop_manifest()));
    assert_eq!(
        tricks(&package),
        ["zip-readers-disagree", "zip-several-ends"]
    );
}

#[test]
fn a_count_of_zero_hides_nothing() {
    for count in [0, 1] {
        let mut bytes = shop();
        let at = forge::end(&bytes) + 8;
        put16(&mut bytes, at, count);
        put16(&mut bytes, at + 2, count);
        let package = opened(bytes);
        assert_eq!(manifest(&package), Ok(shop_manifest()));
        assert_eq!(
            tricks(&package),
            ["zip-entry-count", "zip-readers-disagree"]
        );
        assert!(package.modules[0].entries().count() > 1);
    }
}

#[test]
fn a_count_that_wrapped_around_loses_no_entry() {
    let mut files = vec![File::stored(MANIFEST, [3, 0, 8, 0])];
    files.extend((0..65_536).map(|n| File::stored(format!("assets/{n}"), b"")));
    let package = opened(forge::zip(&files));
    assert_eq!(package.modules[0].entries().count(), files.len());
    assert!(tricks(&package).contains(&"zip-entry-count".to_owned()));
}

#[test]
fn a_broken_header_hides_only_its_own_entry() {
    let mut bytes = shop();
    let whole = opened(bytes.clone()).modules[0].entries().count();
    let header = forge::central(&bytes, "classes.dex");
    bytes[header] = b'X';
    let package = opened(bytes);
    let module = &package.modules[0];
    assert_eq!(module.entries().count(), whole - 1);
    assert!(module.entry("classes.dex").is_none());
    assert!(tricks(&package).contains(&"zip-directory-broken".to_owned()));
    let gap = &package.gaps()[0];
    assert_eq!(gap.kind, GapKind::Malformed);
    assert!(gap.detail.contains("can be found"), "{}", gap.detail);
}

#[test]
fn disk_numbers_are_ignored_and_named() {
    let mut bytes = shop();
    let end = forge::end(&bytes);
    let header = forge::central(&bytes, MANIFEST);
    put16(&mut bytes, end + 4, 7);
    put16(&mut bytes, header + 34, 7);
    let package = opened(bytes);
    assert_eq!(manifest(&package), Ok(shop_manifest()));
    assert!(tricks(&package).contains(&"zip-disk-number".to_owned()));
}

#[test]
fn bytes_before_the_archive_are_passed_over_and_named() {
    let bytes = [&b"#!/bin/sh\nexit\n"[..], &shop()].concat();
    let package = opened(bytes);
    assert_eq!(manifest(&package), Ok(shop_manifest()));
    assert!(tricks(&package).contains(&"zip-prefixed-data".to_owned()));
    assert_eq!(package.signing().schemes, ["v1", "v2", "v3"]);
}

#[test]
fn bytes_behind_the_archive_are_passed_over_and_named() {
    let package = opened([&shop()[..], b"tail"].concat());
    assert_eq!(manifest(&package), Ok(shop_manifest()));
    assert!(tricks(&package).contains(&"zip-trailing-data".to_owned()));
}

#[test]
fn an_archive_in_the_wide_format_is_ordinary() {
    let mut manifest = File::stored(MANIFEST, [3, 0, 8, 0]);
    manifest.zip64 = true;
    let mut bytes = forge::zip(&[manifest]);
    let end = forge::end(&bytes);
    put16(&mut bytes, end + 8, 0xffff);
    put16(&mut bytes, end + 10, 0xffff);
    put32(&mut bytes, end + 12, u32::MAX);
    put32(&mut bytes, end + 16, u32::MAX);
    let package = opened(bytes);
    assert_eq!(self::manifest(&package), Ok(vec![3, 0, 8, 0]));
    assert_eq!(tricks(&package), [""; 0]);
}

// Entry headers.

#[test]
fn of_two_manifests_the_first_is_read() {
    let bytes = forge::zip(&[
        File::stored(MANIFEST, [3, 0, 8, 0, 1]),
        File::stored(MANIFEST, [3, 0, 8, 0, 2]),
    ]);
    let package = opened(bytes);
    assert_eq!(manifest(&package), Ok(vec![3, 0, 8, 0, 1]));
    let tricks = tricks(&package);
    assert!(
        tricks.contains(&"zip-duplicate-name".to_owned()),
        "{tricks:?}"
    );
}

#[test]
fn an_unknown_method_is_read_as_stored() {
    let mut file = File::stored(MANIFEST, [3, 0, 8, 0, 9]);
    file.method = 0x1234;
    let package = opened(forge::zip(&[file]));
    assert_eq!(manifest(&package), Ok(vec![3, 0, 8, 0, 9]));
    assert!(tricks(&package).contains(&"zip-unknown-method".to_owned()));
}

#[test]
fn a_mark_of_encryption_hides_nothing() {
    let mut bytes = shop();
    let header = forge::central(&bytes, MANIFEST);
    put16(&mut bytes, header + 8, 0x0809);
    let package = opened(bytes);
    assert_eq!(manifest(&package), Ok(shop_manifest()));
    assert!(tricks(&package).contains(&"zip-encryption-bit".to_owned()));
}

#[test]
fn what_is_really_encrypted_is_called_so() {
    for method in [0, 8] {
        let mut file = File::stored("assets/secret", [0xa7; 112]);
        (file.flags, file.method, file.size, file.crc) = (1, method, 100, 7);
        let package = with(file);
        let module = &package.modules[0];
        let secret = module.read(module.entry("assets/secret").unwrap());
        assert_eq!(secret.unwrap_err().gap_kind(), GapKind::Encrypted);
    }
}

#[test]
fn a_folder_named_like_a_file_does_not_take_its_place() {
    let package = opened(forge::zip(&[
        File::stored("AndroidManifest.xml/", b""),
        File::stored("classes.dex/", b"not code"),
        File::stored(MANIFEST, [3, 0, 8, 0]),
        File::stored("classes.dex", b"dex\n035\0"),
    ]));
    assert_eq!(manifest(&package), Ok(vec![3, 0, 8, 0]));
    let module = &package.modules[0];
    let code = module.read(module.entry("classes.dex").unwrap());
    assert_eq!(code.unwrap(), b"dex\n035\0");
    assert_eq!(tricks(&package), ["zip-directory-with-data"]);
}

#[test]
fn the_directory_tells_the_name_and_not_the_local_header() {
    let mut bytes = shop();
    let header = forge::local(&bytes, MANIFEST);
    bytes[header + 30] = b'B';
    let package = opened(bytes);
    assert_eq!(manifest(&package), Ok(shop_manifest()));
    assert_eq!(tricks(&package), ["zip-local-header"]);
}

#[test]
fn a_local_header_that_is_not_there_is_an_error_of_the_entry_alone() {
    let mut bytes = shop();
    let header = forge::local(&bytes, MANIFEST);
    bytes[header] = b'X';
    let package = opened(bytes);
    assert_eq!(
        manifest(&package),
        Err("no local header where the directory says".to_owned())
    );
    let module = &package.modules[0];
    assert!(module.read(module.entry("classes.dex").unwrap()).is_ok());
}

#[test]
fn sizes_behind_the_data_are_ordinary() {
    let mut file = File::deflated(MANIFEST, [3, 0, 8, 0, 5, 5, 5]);
    file.descriptor = true;
    let package = opened(forge::zip(&[file]));
    assert_eq!(manifest(&package), Ok(vec![3, 0, 8, 0, 5, 5, 5]));
    assert_eq!(tricks(&package), [""; 0]);
}

#[test]
fn entries_that_share_bytes_are_named() {
    let mut bytes = forge::zip(&[
        File::stored(MANIFEST, [3, 0, 8, 0]),
        File::stored("a", b"12"),
        File::stored("b", b"12"),
    ]);
    let a = forge::local(&bytes, "a");
    let b = forge::central(&bytes, "b");
    put32(&mut bytes, b + 42, u32::try_from(a).unwrap());
    let tricks = tricks(&opened(bytes));
    assert_eq!(tricks, ["zip-local-header", "zip-overlap"]);
}

#[test]
fn a_name_that_leaves_its_folder_is_named_and_nothing_is_written() {
    for name in ["../../evil", "/etc/evil", "a\\..\\evil", "C:\\evil", "a\0b"] {
        let package = with(File::stored(name, b"x"));
        assert_eq!(tricks(&package), ["zip-unsafe-name"], "{name:?}");
        let module = &package.modules[0];
        assert_eq!(module.read(module.entry(name).unwrap()).unwrap(), b"x");
    }
}

#[test]
fn a_name_that_is_not_utf8_can_be_shown() {
    let package = with(File::stored(b"assets/\xd2\xfe\xcb\xbd.txt", b"x"));
    assert_eq!(tricks(&package), ["zip-name-encoding"]);
    assert_eq!(package.modules[0].entries().count(), 2);
}

// Too much.

#[test]
fn a_bomb_costs_neither_time_nor_memory() {
    let start = Instant::now();
    for told in [100, 64 << 20] {
        let mut bomb = File::deflated("assets/bomb", vec![0; 64 << 20]);
        assert!(bomb.data.len() < 100_000);
        bomb.size = told;
        let package = with(bomb);
        let module = &package.modules[0];
        let error = module.read(module.entry("assets/bomb").unwrap());
        let error = error.unwrap_err();
        assert_eq!(error.gap_kind(), GapKind::Limit);
        let why = error.to_string();
        assert!(why.contains("times its stored size"), "{why}");
    }
    assert!(start.elapsed().as_secs() < 30);
}

#[test]
fn a_manifest_that_claims_gigabytes_is_not_believed() {
    for (size, why) in [(0xffff_fff0, "more than the"), (400 << 20, "")] {
        let mut bytes = shop();
        let header = forge::central(&bytes, MANIFEST);
        put32(&mut bytes, header + 24, size);
        let package = opened(bytes);
        match manifest(&package) {
            Ok(content) => assert_eq!(content, shop_manifest()),
            Err(error) => assert!(error.contains(why) && !why.is_empty(), "{error}"),
        }
    }
}

#[test]
fn more_entries_than_the_limit_are_refused_before_they_cost() {
    let files: Vec<_> = (0..50)
        .map(|n| File::stored(format!("assets/{n}"), b""))
        .collect();
    let limits = Limits {
        entries: 20,
        ..Limits::default()
    };
    let error = Package::from_bytes("a.apk", forge::zip(&files), &limits).unwrap_err();
    assert!(error.to_string().contains("the limit is 20"), "{error}");
}

#[test]
fn archives_in_archives_end_at_a_limit_that_is_a_gap() {
    let mut inner = forge::zip(&[File::stored("classes.dex", b"dex\n035\0")]);
    for _ in 0..20 {
        inner = forge::zip(&[File::stored("a.zip", &inner)]);
    }
    let package = with(File::stored("assets/a.zip", &inner));
    assert_eq!(package.nested().len(), Limits::default().depth);
    assert_eq!(package.gaps()[0].kind, GapKind::Limit);
}

#[test]
fn an_archive_that_holds_itself_many_times_is_opened_a_bounded_number_of_times() {
    let leaf = forge::zip(&[File::stored("x", [7; 100])]);
    let mut many = leaf;
    for _ in 0..3 {
        let files: Vec<_> = (0..10)
            .map(|n| File::stored(format!("{n}.zip"), &many))
            .collect();
        many = forge::zip(&files);
    }
    let package = with(File::stored("assets/a.zip", &many));
    assert_eq!(package.nested().len(), Limits::default().nested);
    assert_eq!(package.gaps()[0].kind, GapKind::Limit);
}

// Sets of packages.

#[test]
fn one_broken_split_leaves_the_others_readable() {
    let set = forge::zip(&[
        File::stored("base.apk", shop()),
        File::stored("split_config.zh.apk", &shop()[..2000]),
    ]);
    let package = open("shop.apks", set).unwrap();
    assert_eq!(package.kind, PackageKind::Apks);
    assert_eq!(package.modules.len(), 1);
    assert_eq!(manifest(&package), Ok(shop_manifest()));
    let gap = &package.gaps()[0];
    assert_eq!(gap.place.file, "split_config.zh.apk");
    assert!(gap.detail.starts_with("is cut short"), "{}", gap.detail);
}

#[test]
fn every_single_changed_byte_of_the_directory_gives_an_answer() {
    let whole = shop();
    let start = forge::directory(&whole);
    for at in start..whole.len() {
        for mask in [0xff, 0x01, 0x80] {
            let mut bytes = whole.clone();
            bytes[at] ^= mask;
            match open("shop.apk", bytes) {
                Ok(package) => {
                    assert!(package.modules[0].entries().count() > 1);
                    let _ = manifest(&package);
                }
                Err(why) => assert!(!why.is_empty()),
            }
        }
    }
    assert!(forge::count(&whole) > 1);
}
