//! Damaged files: real files of every format, cut short and wounded in a
//! few thousand ways, the same on every run. No decoder panics, and none
//! gives out more than a fixed multiple of what it was given.

mod damage;
mod samples;
mod walk;

use std::io::{Cursor, Write as _};

use apkaudit::container::Package;
use apkaudit::facts::{Options, extract};
use apkaudit::limits::Limits;
use damage::{Dice, damaged};
use walk::Format;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Damaged copies of each format, over all its samples.
const COPIES: usize = 1500;
/// Lengths at which each sample is cut.
const CUTS: usize = 24;

/// Bytes or steps that a decoder may give for each byte of its input, and
/// for an input of any size. No copy of these samples takes more than the
/// latter.
const RATIO: usize = 16;
const START: usize = 1 << 20;
/// Most memory of this process, all tests at once, in kibibytes: with one
/// thread or fourteen it takes some 65 MiB.
const PEAK: usize = 96 << 10;

/// Decodes every damaged copy and gives the share, in percent, that could
/// still be read.
fn survive(format: Format) -> usize {
    let samples = &samples::all()[&format];
    let copies = COPIES.div_ceil(samples.len());
    let (mut tried, mut read) = (0_usize, 0_usize);
    for (name, bytes) in samples {
        if let Err(error) = walk::everything(format, name, bytes) {
            panic!("{name} as it is: {error}");
        }
        let mut dice = Dice::named(name);
        let cuts = (0..CUTS).map(|step| bytes[..bytes.len() * step / CUTS].to_vec());
        let wounded = (0..copies).map(|_| damaged(bytes, &mut dice));
        for (number, bad) in cuts.chain(wounded).enumerate() {
            tried += 1;
            let Ok(cost) = walk::everything(format, name, &bad) else {
                continue;
            };
            read += 1;
            let allowed = START + RATIO * bad.len();
            assert!(
                cost <= allowed,
                "copy {number} of {name}: {cost} of {allowed}"
            );
        }
    }
    assert!(tried >= COPIES);
    assert!(peak() <= PEAK, "{} KiB", peak());
    read * 100 / tried
}

/// The most memory this process has had, in kibibytes, where the system
/// tells.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.map_or(0, |number| number.parse().unwrap())
}

/// An archive of stored entries with the content that `change` gives them.
fn rebuilt(package: &Package, mut change: impl FnMut(usize, Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut number = 0;
    for module in package.modules.iter().chain(&package.outer) {
        for entry in module.entries() {
            let name = format!("{}{}", module.directory, entry.name);
            if writer.start_file(name, stored).is_ok() {
                let content = change(number, module.read(entry).unwrap());
                writer.write_all(&content).unwrap();
                number += 1;
            }
        }
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn an_app_with_a_damaged_part_still_gives_facts() {
    const COPIES: usize = 60;
    let limits = Limits::default();
    let (mut tried, mut named) = (0, 0);
    for name in ["shop.apk", "many.apk", "bundle.aab", "library.aar"] {
        let bytes = samples::all()[&Format::Archive][name].clone();
        let whole = Package::from_bytes(name, bytes, &limits).unwrap();
        let entries: usize = whole.modules.iter().map(|m| m.entries().count()).sum();
        let mut dice = Dice::named(name);
        for _ in 0..COPIES {
            let victim = dice.below(entries);
            let bad = rebuilt(&whole, |number, content| {
                if number == victim {
                    damaged(&content, &mut dice)
                } else {
                    content
                }
            });
            let Ok(package) = Package::from_bytes(name, bad, &limits) else {
                continue;
            };
            let facts = extract(&package, &limits, &Options::with_strings());
            tried += 1;
            named += usize::from(!facts.identity.package.is_empty());
            assert_eq!(facts.identity.sha256.len(), 64);
        }
    }
    assert!(peak() <= PEAK, "{} KiB", peak());
    assert!(named * 10 >= tried * 6, "{named} of {tried}");
}

#[test]
fn binary_xml() {
    assert!(survive(Format::BinaryXml) >= 40);
}

#[test]
fn xml_messages() {
    assert!(survive(Format::ProtoXml) >= 8);
}

#[test]
fn plain_xml() {
    assert!(survive(Format::PlainXml) >= 8);
}

#[test]
fn binary_resource_tables() {
    assert!(survive(Format::BinaryTable) >= 50);
}

#[test]
fn resource_messages() {
    assert!(survive(Format::ProtoTable) >= 8);
}

#[test]
fn dex_files() {
    assert!(survive(Format::Dex) >= 8);
}

#[test]
fn class_files() {
    assert!(survive(Format::Class) >= 8);
}

#[test]
fn shared_libraries() {
    assert!(survive(Format::Elf) >= 8);
}

#[test]
fn texts() {
    assert_eq!(survive(Format::Text), 100, "a text can always be read");
}

#[test]
fn documents() {
    assert!(survive(Format::Prose) >= 40);
}

#[test]
fn jar_signatures() {
    assert!(survive(Format::JarSignature) >= 8);
}

#[test]
fn archives() {
    assert!(survive(Format::Archive) >= 8);
}

#[test]
fn there_are_samples_of_every_format() {
    let formats: Vec<Format> = samples::all().keys().copied().collect();
    assert_eq!(formats.len(), 12, "{formats:?}");
}
