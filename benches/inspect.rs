//! How long the reading of a package takes, as a ratio to only inflating
//! the parts that are read: its DEX files, manifest and resource table.
//!
//! `cargo bench --bench inspect [-- PACKAGE [ROUNDS]]`; without a package,
//! the heaviest one that `fixtures/fetch-corpus.py` has fetched, else a
//! fixture. Runs are interleaved, so that a busy machine slows all alike;
//! medians are printed and nothing is asserted.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measures")]

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use apkaudit::code;
use apkaudit::container::Package;
use apkaudit::facts::{self, Options};
use apkaudit::limits::Limits;
use rayon::prelude::*;

const ROUNDS: usize = 15;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let path = arguments.next().map_or_else(heaviest, PathBuf::from);
    let rounds = arguments
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(ROUNDS);
    println!("{}", path.display());

    let what = whole(&path);
    println!("  {what}");
    if let Some(peak) = peak_memory() {
        println!("  peak memory of one reading: {peak}");
    }

    let mut times = [const { Vec::new() }; 4];
    for _ in 0..rounds {
        times[0].push(time(|| whole(&path)));
        times[1].push(time(|| code_alone(&path)));
        times[2].push(time(|| inflate(&path, false)));
        times[3].push(time(|| inflate(&path, true)));
    }
    let [whole, code, one_thread, all_threads] = times.map(median);
    println!("  medians of {rounds} rounds");
    println!("  whole reading        {whole:>9.2?}");
    println!("  code alone           {code:>9.2?}");
    for (name, inflate) in [("one thread", one_thread), ("all threads", all_threads)] {
        println!(
            "  inflate, {name:<11} {inflate:>9.2?}   ratio {:.2} (code {:.2})",
            whole.as_secs_f64() / inflate.as_secs_f64(),
            code.as_secs_f64() / inflate.as_secs_f64(),
        );
    }
}

/// Opens and reads everything.
fn whole(path: &Path) -> String {
    let limits = Limits::default();
    let package = Package::open(path, &limits).expect("a package");
    let facts = facts::extract(&package, &limits, &Options::default());
    let dex = &facts.code.dex;
    format!(
        "{} DEX, {} bytes, {} classes, {} invokes, {} gaps",
        dex.len(),
        dex.iter().map(|dex| dex.size).sum::<u64>(),
        facts.code.classes.len(),
        dex.iter().map(|dex| dex.invokes).sum::<u64>(),
        facts.gaps.len(),
    )
}

/// Opens the package and reads its code.
fn code_alone(path: &Path) -> usize {
    let limits = Limits::default();
    let package = Package::open(path, &limits).expect("a package");
    code::read(
        &package,
        &code::load(&package),
        &limits,
        &code::Wanted::default(),
    )
    .0
    .classes
    .len()
}

/// Only reads and inflates, with the `zip` crate.
fn inflate(path: &Path, parallel: bool) -> usize {
    let archive = zip::ZipArchive::new(File::open(path).expect("a file")).expect("a ZIP archive");
    let mut names: Vec<String> = archive
        .file_names()
        .filter_map(Result::ok)
        .filter(|name| is_read(name))
        .map(Cow::into_owned)
        .collect();
    names.sort();
    let one = |name: &String| {
        let mut archive =
            zip::ZipArchive::new(File::open(path).expect("a file")).expect("a ZIP archive");
        content(&mut archive, name)
    };
    if parallel {
        names.par_iter().with_max_len(1).map(one).sum()
    } else {
        let mut archive = archive;
        names.iter().map(|name| content(&mut archive, name)).sum()
    }
}

fn content(archive: &mut zip::ZipArchive<File>, name: &str) -> usize {
    let mut entry = archive.by_name(name).expect("an entry");
    let size = usize::try_from(entry.size()).expect("a size");
    let mut bytes = Vec::with_capacity(size);
    entry.read_to_end(&mut bytes).expect("content");
    std::hint::black_box(&bytes).len()
}

fn is_read(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let dex =
        file.starts_with("classes") && Path::new(file).extension().is_some_and(|e| e == "dex");
    dex || matches!(
        file,
        "AndroidManifest.xml" | "resources.arsc" | "resources.pb"
    )
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn heaviest() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fetched = root.join("target/corpus/pypi/betocq-3.1.1/nearby_snippet.apk");
    if fetched.exists() {
        fetched
    } else {
        root.join("fixtures/apps/shop/shop.apk")
    }
}

/// The largest resident size of this process so far, where the system says.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.trim_start_matches("VmHWM:").trim().to_owned())
}
