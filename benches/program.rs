//! What the program analysis costs: as a ratio to only inflating the same
//! DEX files and to one fast look at every instruction of them, and how it
//! grows with the size of an app.
//!
//! `cargo bench --bench program [-- PACKAGE [ROUNDS]]`; without a package, the
//! heaviest one that `fixtures/fetch-corpus.py` has fetched, else a fixture.
//! All of it uses all threads. Runs are interleaved, so that a busy machine
//! slows all alike; medians are printed and nothing is asserted. The apps that
//! grow are made: a tree of classes of which each makes and calls two more,
//! builds texts and asks for the same things, all of it reached.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measures")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use apkaudit::container::Package;
use apkaudit::decode::axml;
use apkaudit::decode::dex::{Dex, scan};
use apkaudit::layout::LayoutFacts;
use apkaudit::limits::Limits;
use apkaudit::manifest::{ManifestFacts, Reader};
use apkaudit::program::{self, Bytecode, ProgramFacts};
use apkaudit::{code, sample};
use rayon::prelude::*;

const ROUNDS: usize = 11;
/// Classes of the apps that grow.
const SIZES: [usize; 3] = [250, 500, 1000];

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let path = arguments.next().map_or_else(heaviest, PathBuf::from);
    let rounds = arguments.next().and_then(|n| n.parse().ok());
    let rounds = rounds.unwrap_or(ROUNDS);

    let app = App::open(Package::open(&path, &Limits::default()).expect("a package"));
    let facts = app.analyse();
    println!("{}", path.display());
    println!(
        "  {} DEX, {} bytes, {} methods, {} uses, {} methods reached before the user acts",
        app.files.len(),
        app.bytes(),
        facts.coverage.methods,
        facts.uses.len(),
        facts.coverage.start + facts.coverage.first_screen + facts.coverage.perhaps,
    );
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..rounds {
        times[0].push(time(|| app.analyse()));
        times[1].push(time(|| code::load(&app.package)));
        times[2].push(time(|| app.look()));
    }
    let [analysis, inflating, looking] = times.map(median);
    println!("  medians of {rounds} rounds");
    println!("  analysis       {analysis:>9.2?}");
    for (name, other) in [("inflating", inflating), ("one look", looking)] {
        let ratio = analysis.as_secs_f64() / other.as_secs_f64();
        println!("  {name:<14} {other:>9.2?}   ratio {ratio:.2}");
    }

    println!("growth, medians of {rounds} rounds");
    let apps = SIZES.map(|classes| App::open(made(classes)));
    let mut times = [const { Vec::new() }; SIZES.len()];
    for _ in 0..rounds {
        for (app, times) in apps.iter().zip(&mut times) {
            times.push(time(|| app.analyse()));
        }
    }
    let times = times.map(median);
    for ((classes, app), took) in SIZES.iter().zip(&apps).zip(times) {
        println!(
            "  {classes:>5} classes, {:>7} bytes {took:>9.2?}   ratio to the first: bytes {:.2}, time {:.2}",
            app.bytes(),
            ratio(app.bytes(), apps[0].bytes()),
            took.as_secs_f64() / times[0].as_secs_f64(),
        );
    }
}

/// What is analysed.
struct App {
    package: Package,
    files: Vec<Bytecode>,
    manifest: ManifestFacts,
}

impl App {
    fn open(package: Package) -> Self {
        let limits = Limits::default();
        let loaded = code::load(&package).into_iter();
        let files = loaded.filter_map(Bytecode::of).collect();
        let name = "AndroidManifest.xml";
        let module = &package.modules[0];
        let bytes = module.entry(name).and_then(|entry| module.read(entry).ok());
        let document = bytes.and_then(|bytes| axml::parse(&bytes, &limits).ok());
        let manifest = document.map_or_else(ManifestFacts::default, |document| {
            ManifestFacts::read(&document.root, &Reader::new(name, &[]))
        });
        Self {
            package,
            files,
            manifest,
        }
    }

    fn bytes(&self) -> usize {
        self.files.iter().map(|file| file.bytes.len()).sum()
    }

    fn analyse(&self) -> ProgramFacts {
        let (layouts, services) = (LayoutFacts::default(), BTreeMap::new());
        let limits = Limits::default();
        program::analyse(
            &self.files,
            &self.manifest,
            &layouts,
            &services,
            &[],
            &[],
            &limits,
        )
    }

    /// One fast look at every instruction.
    fn look(&self) -> usize {
        let dexes: Vec<Dex<'_>> = self
            .files
            .iter()
            .filter_map(|file| Dex::parse_all(&file.bytes, &Limits::default()).ok())
            .flatten()
            .collect();
        dexes.par_iter().with_max_len(1).map(events).sum()
    }
}

fn events(dex: &Dex<'_>) -> usize {
    let mut events = 0;
    for class in dex.classes() {
        let data = dex.class_data(&class).ok().flatten();
        let methods = data.and_then(|data| data.methods().ok());
        for method in methods.into_iter().flatten().map_while(Result::ok) {
            if let Ok(Some(code)) = dex.code(&method) {
                let _ = scan(code.units, |_| events += 1);
            }
        }
    }
    events
}

/// An app with a tree of so many classes.
fn made(classes: usize) -> Package {
    let class = |n: usize| {
        let below = [2 * n + 1, 2 * n + 2].into_iter().filter(|n| *n < classes);
        let calls = below.map(|n| {
            let class = format!("com.example.C{n}");
            format!(r#""new {class}()", "call-virtual void {class}.run() on it","#)
        });
        let calls: Vec<String> = calls.collect();
        let calls = calls.concat();
        format!(
            r#"
            [[class]]
            name = "com.example.C{n}"
            implements = ["java.lang.Runnable"]
            [[class.method]]
            signature = "public void run()"
            code = [
                {calls}
                "b = new java.lang.StringBuilder(java.lang.String) with \"key {n}\"",
                "call-virtual java.lang.StringBuilder java.lang.StringBuilder.append(java.lang.String) on b with \"end\"",
                "flag = call-interface boolean android.content.SharedPreferences.getBoolean(java.lang.String, boolean) with \"seen\"",
                "if flag goto end",
                "call-virtual java.lang.String android.telephony.TelephonyManager.getDeviceId()",
                "end:",
            ]
            "#
        )
    };
    let classes: Vec<String> = (0..classes).map(class).collect();
    let toml = format!(
        r#"
        package = "com.example"
        [application]
        class = "com.example.App"
        [[class]]
        name = "com.example.App"
        extends = "android.app.Application"
        [[class.method]]
        signature = "public void onCreate()"
        code = ["new com.example.C0()", "call-virtual void com.example.C0.run() on it"]
        {}
        "#,
        classes.concat()
    );
    let sample = sample::build(&toml, None).expect("an app");
    Package::from_bytes(&sample.file_name, sample.bytes, &Limits::default()).expect("a package")
}

#[allow(clippy::cast_precision_loss, reason = "sizes stay far below 2^52")]
fn ratio(one: usize, other: usize) -> f64 {
    one as f64 / other as f64
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
