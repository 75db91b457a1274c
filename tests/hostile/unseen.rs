//! Could not look is never absent: of a package that cannot be read in full
//! no check that needs the rest may say "pass".

use apkaudit::container::Package;
use apkaudit::decode::{arsc, axml};
use apkaudit::evidence::{Gap, GapKind, Part};
use apkaudit::facts::{Facts, Options, extract};
use apkaudit::limits::Limits;

use super::MANIFEST;
use super::forge::{self, File, put32, shop};

const TABLE: &str = "resources.arsc";

fn facts(name: &str, bytes: Vec<u8>) -> Facts {
    let limits = Limits::default();
    let package = Package::from_bytes(name, bytes, &limits).unwrap();
    extract(&package, &limits, &Options::default())
}

/// The demo app with one file changed.
fn shop_with(name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Facts {
    let package = super::opened(shop());
    let module = &package.modules[0];
    let mut change = Some(change);
    let files: Vec<File> = module
        .entries()
        .map(|entry| {
            let mut content = module.read(entry).unwrap();
            if entry.name == name {
                change.take().unwrap()(&mut content);
            }
            File::stored(&entry.name, content)
        })
        .collect();
    facts("shop.apk", forge::zip(&files))
}

fn is_broken(facts: &Facts, part: Part, file: &str) -> bool {
    let is_it = |gap: &Gap| {
        (gap.part, gap.kind, gap.place.file.as_str()) == (part, GapKind::Malformed, file)
    };
    facts.gaps.iter().any(is_it)
}

#[test]
fn the_sound_demo_app_has_no_gap_in_manifest_and_resources() {
    let facts = shop_with("", |_| ());
    let broken = |part| facts.gaps.iter().any(|gap| gap.part == part);
    assert!(!broken(Part::Manifest) && !broken(Part::Resources));
}

#[test]
fn of_a_manifest_cut_in_half_the_rest_is_a_gap() {
    for fix_size in [false, true] {
        let facts = shop_with(MANIFEST, |content| {
            content.truncate(content.len() / 8 * 4);
            let size = u32::try_from(content.len()).unwrap();
            if fix_size {
                put32(content, 4, size);
            }
        });
        assert!(
            is_broken(&facts, Part::Manifest, MANIFEST),
            "{:?}",
            facts.gaps
        );
    }
}

#[test]
fn what_follows_the_closed_root_of_a_manifest_is_no_loss() {
    let facts = shop_with(MANIFEST, |content| {
        content.extend([0xee; 40]);
        let size = u32::try_from(content.len()).unwrap();
        put32(content, 4, size + 100);
    });
    assert!(!is_broken(&facts, Part::Manifest, MANIFEST));
    assert!(facts.anomalies.iter().any(|a| a.kind == "axml-size"));
}

#[test]
fn of_a_resource_table_cut_short_the_rest_is_a_gap() {
    for missing in [4, 60, 600] {
        let facts = shop_with(TABLE, |content| content.truncate(content.len() - missing));
        assert!(is_broken(&facts, Part::Resources, TABLE), "{missing}");
    }
}

#[test]
fn a_manifest_and_a_table_cut_short_anywhere_never_count_as_whole() {
    let limits = Limits::default();
    let package = super::opened(shop());
    let module = &package.modules[0];
    let read = |name| module.read(module.entry(name).unwrap()).unwrap();
    let (xml, table) = (read(MANIFEST), read(TABLE));
    assert_eq!(axml::parse(&xml, &limits).unwrap().lost, None);
    assert_eq!(arsc::parse(&table, &limits).unwrap().lost(), None);
    // The last two nodes, of 24 bytes each, close the root and the namespace.
    for end in (0..xml.len() - 48).step_by(3) {
        let whole = axml::parse(&xml[..end], &limits).is_ok_and(|xml| xml.lost.is_none());
        assert!(!whole, "manifest of {end} bytes");
    }
    for end in (0..table.len()).step_by(97) {
        let whole = arsc::parse(&table[..end], &limits).is_ok_and(|table| table.lost().is_none());
        assert!(!whole, "table of {end} bytes");
    }
}

// Sets of packages.

const PARTS: [Part; 4] = [Part::Manifest, Part::Resources, Part::Code, Part::Policy];

fn has_gap(facts: &Facts, part: Part, kind: GapKind) -> bool {
    let mut gaps = facts.gaps.iter();
    gaps.any(|gap| (gap.part, gap.kind) == (part, kind))
}

/// A set of splits as the bundle tool writes it, or one of its APKs.
fn splits() -> Vec<File> {
    let path = format!(
        "{}/fixtures/apps/bundle/bundle.apks",
        env!("CARGO_MANIFEST_DIR")
    );
    let bytes = std::fs::read(path).unwrap();
    let package = super::open("bundle.apks", bytes).unwrap();
    let set = package.outer.as_ref().unwrap();
    set.entries()
        .map(|entry| File::stored(&entry.name, set.read(entry).unwrap()))
        .collect()
}

fn is(file: &File, name: &str) -> bool {
    file.name == name.as_bytes()
}

#[test]
fn an_unreadable_base_may_have_held_every_part_of_the_app() {
    let mut files = splits();
    for file in &mut files {
        if is(file, "splits/base-master.apk") {
            *file = File::stored(&file.name, [0xee; 500]);
        }
    }
    let facts = facts("bundle.apks", forge::zip(&files));
    for part in PARTS {
        assert!(has_gap(&facts, part, GapKind::Malformed), "{part:?}");
    }
}

#[test]
fn splits_without_their_base_are_not_the_app() {
    let sound = facts("bundle.apks", forge::zip(&splits()));
    let alone: Vec<File> = splits()
        .into_iter()
        .filter(|file| !is(file, "splits/base-master.apk"))
        .filter(|file| !is(file, "splits/base-master_2.apk"))
        .collect();
    let facts = facts("bundle.apks", forge::zip(&alone));
    for part in PARTS {
        assert!(!has_gap(&sound, part, GapKind::Missing), "{part:?}");
        assert!(has_gap(&facts, part, GapKind::Missing), "{part:?}");
    }
}

#[test]
fn feature_modules_without_the_base_module_are_not_the_app() {
    let path = format!(
        "{}/fixtures/apps/bundle/bundle.aab",
        env!("CARGO_MANIFEST_DIR")
    );
    let package = super::open("bundle.aab", std::fs::read(path).unwrap()).unwrap();
    let mut files = vec![File::stored("BundleConfig.pb", [0x0a, 0])];
    for module in package
        .modules
        .iter()
        .filter(|module| module.name != "base")
    {
        files.extend(module.entries().map(|entry| {
            let name = format!("{}{}", module.directory, entry.name);
            File::stored(name, module.read(entry).unwrap())
        }));
    }
    let facts = facts("bundle.aab", forge::zip(&files));
    for part in PARTS {
        assert!(has_gap(&facts, part, GapKind::Missing), "{part:?}");
    }
}

// Inputs that are no files.

#[cfg(target_os = "linux")]
#[test]
fn a_device_without_end_is_refused_before_it_is_read() {
    let error = Package::open("/dev/zero".as_ref(), &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("not a file"), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_that_nobody_writes_to_is_not_waited_for() {
    let pipe = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("nobody-writes.apk");
    let _ = std::fs::remove_file(&pipe);
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let error = Package::open(&pipe, &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("not a file"), "{error}");
}
