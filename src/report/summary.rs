//! Markdown for the summary of a pipeline step and a comment on a pull
//! request: the gate, a table of the inputs, the findings by severity with
//! their details folded. Nothing from the app becomes a link, a mention or
//! markup.

use std::fmt::Write as _;

use super::decision;
use super::escape::{inline, tag_text};
use super::result::{Input, RunResult};
use super::spot::Spot;
use super::text::{
    Shown, basis, confidence, severity, short_place, undecided_by_reason, undecided_title, verdict,
};
use super::words::{self, pick};
use super::wrap::wrap;
use crate::catalog::Lang;
use crate::check::{Finding, Severity, Verdict, gap_detail, gap_text};

/// Characters, as UTF-16 counts them: a comment may have 65,536.
const LIMIT: usize = 60_000;
/// Columns of a fence that a comment shows without scrolling.
const FENCE: usize = 100;
/// Kept for the last words.
const RESERVE: usize = 500;
/// Gaps and refusals told of one input.
const TOLD: usize = 20;

/// The summary of a run of `check`.
pub fn render(result: &RunResult, shown: Shown, lang: Lang) -> String {
    let mut page = Budget::default();
    page.add(&head(result, lang));
    page.add(&table(result, lang));
    page.add(&settings(result, lang));
    for input in &result.inputs {
        page.add(&unseen(input, lang));
    }
    let shown_here: Vec<&Finding> = result.findings.iter().filter(|f| shown.shows(f)).collect();
    let several = result.inputs.len() > 1;
    let mut left_out = 0;
    for step in [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::Info,
    ] {
        let of_step = shown_here
            .iter()
            .filter(|f| f.severity == step && f.asserts());
        let heading = capital(severity(step, lang));
        left_out += page.section(&heading, of_step.map(|f| folded(result, f, several, lang)));
    }
    let asks = shown_here
        .iter()
        .filter(|f| f.verdict == Verdict::Review && !f.undecided);
    let heading = pick(lang, "需人工复核", "To be looked at");
    left_out += page.section(heading, asks.map(|f| folded(result, f, several, lang)));
    for (index, input) in result.inputs.iter().enumerate() {
        let of_input = shown_here.iter().copied().filter(|f| f.input == index);
        for (reason, checks) in undecided_by_reason(of_input, lang) {
            let title = undecided_title(reason, checks.len(), lang);
            let file = inline(&input.path);
            page.add(&format!(
                "\n{file}: {}: {}\n",
                inline(&title),
                inline(&checks.join(", "))
            ));
        }
    }
    let others = shown_here
        .iter()
        .filter(|f| matches!(f.verdict, Verdict::Pass | Verdict::NotApplicable));
    let rows: Vec<String> = others
        .map(|f| format!("- `{}`: {}\n", code(&f.check), verdict(f.verdict, lang)))
        .collect();
    if !rows.is_empty() {
        let heading = pick(lang, "通过或不适用", "Passed or not applicable");
        left_out += page.section(heading, rows.into_iter());
    }
    page.finish(left_out, lang)
}

/// Markdown that stays below a limit.
#[derive(Default)]
pub(super) struct Budget {
    out: String,
    used: usize,
    cut: bool,
}

impl Budget {
    /// Adds a block, if there is room.
    pub fn add(&mut self, block: &str) -> bool {
        let size: usize = block.chars().map(char::len_utf16).sum();
        if self.cut || self.used + size > LIMIT - RESERVE {
            self.cut |= !block.is_empty();
            return block.is_empty();
        }
        self.used += size;
        self.out.push_str(block);
        true
    }

    /// Blocks below a heading; how many had no room.
    fn section(&mut self, heading: &str, blocks: impl Iterator<Item = String>) -> usize {
        let blocks: Vec<String> = blocks.collect();
        if blocks.is_empty() {
            return 0;
        }
        self.add(&format!("\n### {heading} ({})\n\n", blocks.len()));
        blocks.iter().filter(|block| !self.add(block)).count()
    }

    /// The text, with a note on what had no room.
    pub fn finish(mut self, left_out: usize, lang: Lang) -> String {
        if self.cut {
            let note = match lang {
                Lang::Zh => format!(
                    "\n> 内容过长：另有 {left_out} 项未列出；完整结果见 JSON 报告（`-o json=…`）。\n"
                ),
                Lang::En => format!(
                    "\n> Cut for length: {} left out; the JSON report has all (`-o json=…`).\n",
                    words::counted(left_out, "entry is", "entries are")
                ),
            };
            self.out.push_str(&note);
        }
        self.out
    }
}

fn head(result: &RunResult, lang: Lang) -> String {
    let mut out = String::from("## apkaudit\n\n");
    let Some(gate) = &result.gate else {
        return out;
    };
    let refused = result.inputs.iter().filter(|i| i.error.is_some()).count();
    let word = decision::word(gate, refused, lang);
    let reasons = inline(&decision::reasons(result, gate, refused, lang));
    let _ = match lang {
        Lang::Zh => write!(out, "**门禁：{word}** – {reasons}"),
        Lang::En => write!(out, "**Gate: {word}** – {reasons}"),
    };
    out.push_str("\n\n");
    out
}

/// What is wrong with the settings.
fn settings(result: &RunResult, lang: Lang) -> String {
    let mut out = String::new();
    for one in result.diagnostics.iter().take(TOLD) {
        let word = decision::level(one, lang);
        let place = code(&short_place(&one.place));
        let text = inline(one.text.get(lang));
        let _ = writeln!(out, "- {word}: `{place}`: {text} (`{}`)", one.kind.word());
    }
    let more = result.diagnostics.len().saturating_sub(TOLD);
    if more > 0 {
        let _ = match lang {
            Lang::Zh => writeln!(out, "- 另有 {more} 项"),
            Lang::En => writeln!(out, "- and {more} more"),
        };
    }
    if out.is_empty() {
        return out;
    }
    format!("\n{}\n\n{out}", pick(lang, "设置：", "Settings:"))
}

fn table(result: &RunResult, lang: Lang) -> String {
    let mut out = String::from(pick(
        lang,
        "| 输入 | 应用 | 版本 | targetSdk | SDK | 确定 | 风险 | 需复核 |\n",
        "| input | app | version | targetSdk | SDKs | violations | risks | to review |\n",
    ));
    out.push_str("|---|---|---|--:|--:|--:|--:|--:|\n");
    for (index, input) in result.inputs.iter().enumerate() {
        let path = inline(&input.path);
        let Some(summary) = &input.summary else {
            let word = pick(lang, "无法分析", "could not be analysed");
            let error = input.error.as_ref().map_or("", |error| error.get(lang));
            let _ = writeln!(out, "| {path} | {word}: {} ||||||", inline(error));
            continue;
        };
        let count = |verdict| {
            let findings = result.findings.iter();
            let live = findings.filter(|f| f.input == index && !f.suppressed);
            live.filter(|f| f.verdict == verdict).count()
        };
        let version = match (&summary.version_name, summary.version_code) {
            (Some(name), Some(code)) => format!("{name} ({code})"),
            (Some(name), None) => name.clone(),
            (None, Some(code)) => code.to_string(),
            (None, None) => String::new(),
        };
        let sdks = if summary.sdks_incomplete {
            format!("≥ {}", summary.sdks)
        } else {
            summary.sdks.to_string()
        };
        let target = summary.target_sdk.map(|target| target.to_string());
        let _ = writeln!(
            out,
            "| {path} | {} | {} | {} | {sdks} | {} | {} | {} |",
            inline(&summary.package),
            inline(&version),
            target.unwrap_or_default(),
            count(Verdict::Violation),
            count(Verdict::Risk),
            count(Verdict::Review),
        );
    }
    out
}

/// What could not be looked at.
fn unseen(input: &Input, lang: Lang) -> String {
    if input.gaps.is_empty() {
        return String::new();
    }
    let title = pick(lang, "未看到", "Not seen");
    let mut out = format!(
        "\n<details><summary>{title}: {} ({})</summary>\n\n",
        tag_text(&input.path),
        input.gaps.len()
    );
    for gap in input.gaps.iter().take(TOLD) {
        let detail = gap_detail(gap);
        let _ = writeln!(
            out,
            "- {} {} {}",
            inline(gap_text(gap).get(lang)),
            inline(&short_place(&gap.place)),
            inline(detail.get(lang))
        );
    }
    let more = input.gaps.len().saturating_sub(TOLD);
    if more > 0 {
        let _ = writeln!(out, "- … {more}");
    }
    out.push_str("\n</details>\n");
    out
}

/// One finding: its title, and the rest folded.
fn folded(result: &RunResult, finding: &Finding, several: bool, lang: Lang) -> String {
    let text = finding.text.get(lang);
    let mut out = format!(
        "<details><summary><b>{}</b> <code>{}</code>",
        tag_text(&text.title),
        tag_text(&finding.check)
    );
    if several && let Some(input) = result.inputs.get(finding.input) {
        let _ = write!(out, " – {}", tag_text(&input.path));
    }
    out.push_str("</summary>\n\n");
    let _ = writeln!(
        out,
        "{} · {} · {}\n",
        verdict(finding.verdict, lang),
        confidence(finding.confidence, lang),
        inline(finding.reason.get(lang))
    );
    if finding.source.is_some() {
        let spot = Spot::of(result, finding);
        let word = pick(lang, "源码", "source");
        let _ = writeln!(out, "- {word}: `{}:{}`", code(&spot.path), spot.line());
    }
    for row in &finding.evidence {
        let _ = write!(out, "- {}", inline(row.what.get(lang)));
        if let Some(excerpt) = &row.excerpt {
            let _ = write!(out, " “{}”", inline(excerpt));
        }
        let _ = writeln!(out, " – {}", inline(&short_place(&row.place)));
    }
    let basis = basis(finding, lang);
    if !basis.is_empty() {
        let word = pick(lang, "依据", "Basis");
        let _ = writeln!(out, "\n**{word}**: {}", inline(&basis));
    }
    let fix = text.fix.trim();
    if !fix.is_empty() {
        let word = pick(lang, "修复", "Fix");
        let _ = writeln!(out, "\n**{word}**:\n\n```text\n{}\n```", block(fix));
    }
    out.push_str("\n</details>\n");
    out
}

/// Text inside of backticks.
fn code(text: &str) -> String {
    super::escape::terminal(text).replace('`', "'")
}

/// Text inside of a fence, whose lines a page does not break.
fn block(text: &str) -> String {
    let lines = text.lines().flat_map(|line| {
        let line = super::escape::terminal(line);
        let indent = line.chars().take_while(|c| *c == ' ').count();
        let parts = wrap(line.trim_start(), FENCE.saturating_sub(indent));
        parts
            .into_iter()
            .map(move |part| format!("{:indent$}{part}", ""))
    });
    let lines: Vec<String> = lines.collect();
    lines.join("\n").replace("```", "'''")
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
