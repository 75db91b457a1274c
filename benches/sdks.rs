//! What the detection of SDKs costs: per 100,000 classes, how that grows
//! with their number, and that it does not grow with the catalogue.
//!
//! `cargo bench --bench sdks`. The names are made, in packages of twelve
//! classes: a third of them below prefixes of the catalogue, a third of the
//! app, a third of unknown makers. The measure beside it is one sort of the
//! same names, which any pass over them is at least worth. Runs are
//! interleaved; medians are printed and nothing is asserted.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measures")]
#![allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]

use std::time::{Duration, Instant};

use apkaudit::catalog::{Sdks, sdks};
use apkaudit::sdk::{self, Seen};

const ROUNDS: usize = 9;
const CLASSES: [usize; 3] = [50_000, 100_000, 200_000];
const ENTRIES: [usize; 2] = [100, usize::MAX];

fn main() {
    let start = Instant::now();
    let whole = sdks();
    println!(
        "catalogue: {} SDKs, {} libraries, read in {:.2?}",
        whole.sdks.len(),
        whole.libraries.len(),
        start.elapsed()
    );
    println!("medians of {ROUNDS} rounds; ratio to sorting the same names");
    for count in CLASSES {
        let names = names(count, whole);
        let mut rows: Vec<(String, Sdks, Vec<Duration>)> = ENTRIES
            .iter()
            .map(|entries| {
                let part = part(whole, *entries);
                let title = format!("{} entries", part.sdks.len() + part.libraries.len());
                (title, part, Vec::new())
            })
            .collect();
        let mut sorting = Vec::new();
        for _ in 0..ROUNDS {
            sorting.push(time(|| sorted(&names)));
            for (_, part, times) in &mut rows {
                times.push(time(|| detect(&names, part)));
            }
        }
        let sorting = median(sorting);
        for (title, _, times) in rows {
            let median = median(times);
            println!(
                "{count:>7} classes, {title:>12}: {median:>9.2?}  per 100,000 {:>9.2?}  ratio {:.2}",
                median.mul_f64(100_000.0 / count as f64),
                median.as_secs_f64() / sorting.as_secs_f64(),
            );
        }
    }
}

/// The first entries of a catalogue, SDKs and libraries by halves.
fn part(whole: &Sdks, entries: usize) -> Sdks {
    let mut part = whole.clone();
    part.sdks.truncate(entries / 2);
    part.libraries.truncate(entries / 2);
    part
}

/// Names of classes, sorted.
fn names(count: usize, catalogue: &Sdks) -> Vec<String> {
    let prefixes: Vec<&String> = catalogue
        .sdks
        .iter()
        .flat_map(|sdk| &sdk.evidence.classes)
        .collect();
    let mut names: Vec<String> = (0..count)
        .map(|n| {
            let package = n / 12;
            match package % 3 {
                0 => format!("{}.p{package}.C{n}", prefixes[package % prefixes.len()]),
                1 => format!("com.example.app.feature{package}.C{n}"),
                _ => format!("net.maker{}.part{package}.C{n}", package % 97),
            }
        })
        .collect();
    names.sort();
    names
}

fn sorted(names: &[String]) -> usize {
    let mut all: Vec<&String> = names.iter().rev().step_by(2).collect();
    all.extend(names.iter().step_by(2));
    all.sort_unstable();
    std::hint::black_box(all).len()
}

fn detect(names: &[String], catalogue: &Sdks) -> usize {
    let seen = Seen {
        package: "com.example.app",
        classes: names
            .iter()
            .map(|name| (name.as_str(), "classes.dex"))
            .collect(),
        ..Seen::default()
    };
    let (facts, _) = sdk::detect(&seen, catalogue, &|_| None);
    facts.found.len()
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
