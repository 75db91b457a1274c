//! What a start costs: reading the knowledge that this program carries, and
//! whole runs that do little else.
//!
//! `cargo bench --bench startup`. The measure beside it is inflating the text
//! of the same files once. Checks are also read as those of a user are, from
//! TOML and with everything looked up, which no start does. Runs are
//! interleaved; medians are printed and nothing is asserted.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measures")]

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use apkaudit::catalog::{Apis, Callbacks, Catalog, Interface};
use apkaudit::check::Checks;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

const ROUNDS: usize = 9;
const SHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/apps/shop/shop.apk");

/// A name, and what is measured by it.
type Row = (&'static str, fn() -> usize);

const ROWS: [Row; 9] = [
    ("checks", || {
        Checks::builtin().map_or(0, |checks| checks.checks().len())
    }),
    ("checks from TOML, all looked up", || {
        Checks::builtin_verified().map_or(0, |checks| checks.checks().len())
    }),
    ("permissions, rules, labels", || {
        Catalog::load().map_or(0, |catalog| catalog.permissions.len())
    }),
    ("members of the platform", || {
        Apis::load().map_or(0, |apis| apis.iter().len())
    }),
    ("callbacks", || {
        Callbacks::load().map_or(0, |callbacks| callbacks.lines().count())
    }),
    ("words of screens", || {
        Interface::load().map_or(0, |interface| interface.topics.len())
    }),
    ("run: --version", || run(&["--version"])),
    ("run: checks list", || run(&["checks", "list"])),
    ("run: check shop.apk", || {
        run(&["check", "--exit-zero", SHOP])
    }),
];

fn main() {
    let (texts, size) = deflated(&Path::new(env!("CARGO_MANIFEST_DIR")).join("checks"));
    println!("{size} bytes of knowledge as text; medians of {ROUNDS} rounds");
    let mut inflating = Vec::new();
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); ROWS.len()];
    for _ in 0..ROUNDS {
        inflating.push(time(|| inflate(&texts)));
        for ((_, work), times) in ROWS.iter().zip(&mut times) {
            times.push(time(work));
        }
    }
    let inflating = median(inflating);
    println!("{inflating:>9.2?}         inflating the text");
    for ((name, _), times) in ROWS.iter().zip(times) {
        let median = median(times);
        let ratio = median.as_secs_f64() / inflating.as_secs_f64();
        println!("{median:>9.2?}  {ratio:>6.2} {name}");
    }
}

/// The files below a folder, each deflated, and their length in bytes.
fn deflated(folder: &Path) -> (Vec<Vec<u8>>, usize) {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name();
    let files = files.into_iter().filter_map(Result::ok);
    let texts = files.filter_map(|file| std::fs::read(file.path()).ok());
    let mut size = 0;
    let texts = texts.map(|text| {
        size += text.len();
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&text).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    });
    let texts = texts.collect();
    (texts, size)
}

fn inflate(texts: &[Vec<u8>]) -> usize {
    let mut size = 0;
    for text in texts {
        let mut inflated = Vec::new();
        let read = DeflateDecoder::new(text.as_slice()).read_to_end(&mut inflated);
        size += read.expect("it was deflated above");
    }
    size
}

/// Runs the program and gives its exit code.
fn run(arguments: &[&str]) -> usize {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apkaudit"));
    command
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = command.status().expect("the program was built");
    usize::try_from(status.code().unwrap_or_default()).unwrap_or_default()
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
