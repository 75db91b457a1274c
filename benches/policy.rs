//! What reading a policy costs: per 10,000 characters, how that grows with
//! the length, and what the worst texts that we could think of do.
//!
//! `cargo bench --bench policy`. The measure beside it is one count of the
//! characters. Runs are interleaved; medians are printed and nothing is
//! asserted.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measures")]
#![allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]

use std::time::{Duration, Instant};

use apkaudit::limits::Limits;
use apkaudit::policy::{Discovery, Origin};

const ROUNDS: usize = 7;
/// Lengths in characters.
const LENGTHS: [usize; 4] = [10_000, 30_000, 90_000, 270_000];

fn main() {
    let start = Instant::now();
    read("一");
    println!(
        "first text, with all words and patterns read in: {:.2?}",
        start.elapsed()
    );
    let policy = include_str!("../fixtures/policies/zh-long-platform/privacy.html");
    let texts: [(&str, String); 6] = [
        ("policy", policy.to_owned()),
        // First words of many patterns, and never the next ones.
        ("openings", "我们将在您的个人信息可以通过".to_owned()),
        // No sentence ever ends.
        (
            "no end",
            "保存期限，收集使用您的位置信息、设备信息，".to_owned(),
        ),
        ("numbers", "一二三四五六七八九十百千15".to_owned()),
        ("sdk names", "极光推送、友盟+、微信SDK、".to_owned()),
        (
            "table",
            "| SDK名称 | 公司 | 目的 |\n| --- | --- | --- |\n| 极光 | 公司 | 推送 |\n".to_owned(),
        ),
    ];
    println!("medians of {ROUNDS} rounds; ratio to counting the characters");
    for (name, piece) in &texts {
        let mut last: Option<f64> = None;
        for length in LENGTHS {
            let text = repeated(piece, length);
            let mut reading = Vec::new();
            let mut counting = Vec::new();
            for _ in 0..ROUNDS {
                counting.push(time(|| text.chars().filter(|c| c.is_alphabetic()).count()));
                reading.push(time(|| read(&text)));
            }
            let (reading, counting) = (median(reading), median(counting));
            let per = reading.as_secs_f64() * 10_000.0 / length as f64;
            let growth = last.map_or(String::new(), |last| format!("  growth {:.2}", per / last));
            println!(
                "{name:>10} {length:>7} characters: {reading:>9.2?}  per 10,000 {:>7.2} ms  ratio {:>6.0}{growth}",
                per * 1000.0,
                reading.as_secs_f64() / counting.as_secs_f64(),
            );
            last = Some(per);
        }
    }
}

fn repeated(piece: &str, length: usize) -> String {
    let mut text = String::from("# 隐私政策\n\n");
    while text.chars().count() < length {
        let block = piece.repeat(1 + length / piece.chars().count().max(1) / 8);
        text.push_str(&block);
    }
    text.chars().take(length).collect()
}

fn read(text: &str) -> usize {
    let mut discovery = Discovery::new(&Limits::default());
    discovery.given("policy.md", text.as_bytes(), Origin::Given);
    let (facts, _) = discovery.finish();
    facts.clauses.len()
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
