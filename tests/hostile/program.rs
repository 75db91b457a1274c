//! Code that is made to break the program analysis: every one is analysed
//! within bounds of time and memory, and what runs at the start is still
//! found.

mod classes;
mod flow;
mod packages;
mod values;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use apkaudit::container::Bytes;
use apkaudit::layout::LayoutFacts;
use apkaudit::limits::Limits;
use apkaudit::manifest::ManifestFacts;
use apkaudit::program::{Bytecode, Phase, ProgramFacts, analyse};

use super::dex::{Forge, RETURN, VIRTUAL, invoke};

/// For one analysis by a program that was not optimised, on a busy machine;
/// each takes a few seconds at most.
const LONGEST: Duration = Duration::from_mins(5);
/// Of this process, all tests at once, in kibibytes.
const PEAK: usize = 1 << 20;

const TELEPHONY: &str = "Landroid/telephony/TelephonyManager;";
const PREFERENCES: &str = "Landroid/content/SharedPreferences;";

fn analysed(dexes: &[Vec<u8>]) -> ProgramFacts {
    let mut manifest = ManifestFacts::default();
    manifest.application.class = Some("a.App".to_owned());
    analysed_with(&manifest, dexes)
}

fn analysed_with(manifest: &ManifestFacts, dexes: &[Vec<u8>]) -> ProgramFacts {
    let files: Vec<Bytecode> = dexes
        .iter()
        .map(|bytes| Bytecode {
            path: "classes.dex".into(),
            bytes: Bytes::new(bytes.clone()),
        })
        .collect();
    let (layouts, services) = (LayoutFacts::default(), BTreeMap::new());
    let start = Instant::now();
    let facts = analyse(
        &files,
        manifest,
        &layouts,
        &services,
        &[],
        &[],
        &Limits::default(),
    );
    in_time(start);
    facts
}

fn in_time(start: Instant) {
    let took = start.elapsed();
    assert!(took < LONGEST, "{took:?}");
    assert!(peak() < PEAK, "{} KiB", peak());
}

/// The most memory this process has had, in kibibytes, where the system
/// tells.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.map_or(0, |number| number.parse().unwrap())
}

/// Code that asks for the number of the device.
fn device_id(forge: &mut Forge) -> Vec<u16> {
    let method = forge.method(TELEPHONY, "getDeviceId", "()Ljava/lang/String;");
    invoke(VIRTUAL, method, &[0]).to_vec()
}

fn at_start(facts: &ProgramFacts) -> usize {
    let uses = facts.uses.iter();
    uses.filter(|used| used.phase == Phase::Start).count()
}

fn ended(mut units: Vec<u16>) -> Vec<u16> {
    units.push(RETURN);
    units
}
