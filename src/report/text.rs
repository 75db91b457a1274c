//! Findings as text for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use owo_colors::{OwoColorize, Style};

use super::escape::terminal;
use super::inspect::place;
use super::page::Page;
use super::result::{Input, RunResult, Selected};
use super::words::{self, pick};
use crate::catalog::{Lang, Mark};
use crate::check::{Confidence, Finding, Severity, Verdict, gap_detail, gap_text, owner_name};

/// Which findings of a result are shown. The gate counts all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Verdicts.
    pub profile: Profile,
    /// Least severity.
    pub min_severity: Severity,
    /// Least confidence.
    pub min_confidence: Confidence,
}

/// Which verdicts are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Violations and risks.
    Gate,
    /// Also what a person must look at.
    Review,
    /// Also what passed or does not apply.
    Audit,
}

impl Shown {
    /// Whether a finding is shown.
    pub fn shows(&self, finding: &Finding) -> bool {
        let verdict = match self.profile {
            Profile::Gate => finding.asserts(),
            Profile::Review => finding.asserts() || finding.verdict == Verdict::Review,
            Profile::Audit => true,
        };
        // Most severe comes first in the order of both scales.
        verdict
            && finding.severity <= self.min_severity
            && finding.confidence <= self.min_confidence
            && !finding.suppressed
    }
}

/// Text of a run of `check`, `width` columns wide.
pub fn render(result: &RunResult, shown: Shown, lang: Lang, width: usize) -> String {
    let mut page = Page::new(width, 8);
    for (index, input) in result.inputs.iter().enumerate() {
        if index > 0 {
            page.blank();
        }
        head(&mut page, input, lang);
        gaps(&mut page, input, lang);
        let of_input = || {
            result
                .findings
                .iter()
                .filter(|finding| finding.input == index)
        };
        // Grounds and advice stand with the first finding that has them.
        let mut said = std::collections::BTreeSet::new();
        let shown_here = || of_input().filter(|finding| shown.shows(finding));
        for finding in shown_here().filter(|finding| !finding.undecided) {
            page.blank();
            finding_text(&mut page, finding, lang);
            let text = finding.text.get(lang);
            if !wants_attention(finding) {
                continue;
            }
            if said.insert((&finding.check, &text.why, &text.fix)) {
                advice(&mut page, finding, lang);
            } else {
                let above = pick(lang, "依据与修复同上", "basis and fix as above");
                page.row(pick(lang, "详情", "more"), above);
            }
        }
        undecided(&mut page, shown_here(), lang);
        if input.error.is_none() {
            page.blank();
            counts(&mut page, &of_input().collect::<Vec<_>>(), shown, lang);
            if let Some(selected) = &result.selection {
                selection(&mut page, selected, lang);
            }
        }
    }
    page.finish()
}

/// Checks that found nothing where not everything could be seen: one block
/// for each reason.
fn undecided<'a>(page: &mut Page, findings: impl Iterator<Item = &'a Finding>, lang: Lang) {
    for (reason, checks) in undecided_by_reason(findings, lang) {
        page.blank();
        page.heading(&undecided_title(reason, checks.len(), lang));
        page.row(pick(lang, "检查", "checks"), &checks.join(", "));
    }
}

/// Of these findings, the checks that cannot decide, by reason.
pub(super) fn undecided_by_reason<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    lang: Lang,
) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in findings.filter(|finding| finding.undecided) {
        let checks = by_reason.entry(finding.reason.get(lang)).or_default();
        checks.push(&finding.check);
    }
    by_reason
}

/// What is said of checks that cannot decide for the same reason.
pub(super) fn undecided_title(reason: &str, count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{count} 项检查未发现问题，但不能下结论：{reason}"),
        Lang::En if count == 1 => format!("1 check found nothing and cannot decide: {reason}"),
        Lang::En => format!("{count} checks found nothing and cannot decide: {reason}"),
    }
}

/// One line that says how many findings of each verdict there are, how many
/// of them are not shown, and how many the team knows or accepts.
fn counts(page: &mut Page, findings: &[&Finding], shown: Shown, lang: Lang) {
    let (taken, live): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().copied().partition(|f| f.suppressed);
    let count = |verdict| live.iter().filter(|f| f.verdict == verdict).count();
    let hidden = live.iter().filter(|f| !shown.shows(f)).count();
    let verdicts = [
        (Verdict::Violation, "确定", "violation", "violations"),
        (Verdict::Risk, "风险", "risk", "risks"),
        (Verdict::Review, "需复核", "to review", "to review"),
        (Verdict::Pass, "通过", "passed", "passed"),
        (
            Verdict::NotApplicable,
            "不适用",
            "not applicable",
            "not applicable",
        ),
    ];
    let mut parts: Vec<String> = verdicts
        .iter()
        .map(|(verdict, zh, one, more)| {
            let count = count(*verdict);
            match lang {
                Lang::Zh => format!("{count} {zh}"),
                Lang::En => words::counted(count, one, more),
            }
        })
        .collect();
    if hidden > 0 {
        parts.push(match lang {
            Lang::Zh => format!("未显示 {hidden} 项（--profile audit 可查看）"),
            Lang::En => format!("{hidden} not shown (--profile audit shows them)"),
        });
    }
    if !taken.is_empty() {
        let taken = taken.len();
        parts.push(match lang {
            Lang::Zh => format!("另有 {taken} 项已知或已屏蔽"),
            Lang::En => format!("{taken} known or suppressed"),
        });
    }
    page.row(pick(lang, "合计", "total"), &parts.join(" · "));
}

/// Which checks ran, and what chose them.
fn selection(page: &mut Page, selected: &Selected, lang: Lang) {
    let Selected { checks, known, .. } = selected;
    let mut parts = vec![match lang {
        Lang::Zh => format!("共 {known} 项，运行 {checks} 项"),
        Lang::En => format!("{checks} of {known} ran"),
    }];
    let regimes: Vec<&str> = selected.regimes.iter().map(|r| r.word()).collect();
    for (option, names) in [
        ("--regime", regimes.join(",")),
        ("--select", selected.select.join(",")),
        ("--ignore", selected.ignore.join(",")),
    ] {
        if !names.is_empty() {
            parts.push(format!("{option} {names}"));
        }
    }
    page.row(pick(lang, "检查", "checks"), &parts.join(" · "));
}

/// What heads the report of one input.
pub(super) fn head(page: &mut Page, input: &Input, lang: Lang) {
    let Some(summary) = &input.summary else {
        page.heading(&input.path);
        let error = input.error.as_ref().map_or("", |error| error.get(lang));
        page.row(pick(lang, "无法分析", "refused"), error);
        return;
    };
    let mut line = input.path.clone();
    if !summary.package.is_empty() {
        line.push_str("  ");
        line.push_str(&summary.package);
    }
    if let Some(version) = &summary.version_name {
        line.push(' ');
        line.push_str(version);
    }
    if let Some(code) = summary.version_code {
        let _ = write!(line, " ({code})");
    }
    line.push_str("  ");
    line.push_str(&words::size(summary.size));
    if let Some(target) = summary.target_sdk {
        let _ = write!(line, "  targetSdk {target}");
    }
    page.heading(&line);
    for text in &summary.policies {
        let date = text
            .date
            .as_deref()
            .map(|date| format!("  {date}"))
            .unwrap_or_default();
        let chars = words::number(text.chars);
        let chars = pick(lang, "{} 字", "{} chars").replace("{}", &chars);
        let language = match text.language {
            crate::policy::Language::Zh => "zh",
            crate::policy::Language::En => "en",
            crate::policy::Language::Other => "–",
        };
        page.row(
            pick(lang, "政策", "policy"),
            &format!("{}  {language}  {chars}{date}", text.file),
        );
    }
    if summary.policies.is_empty() {
        let found = match (summary.policy_links, lang) {
            (0, Lang::Zh) => "未找到隐私政策文本".to_owned(),
            (0, Lang::En) => "no policy text found".to_owned(),
            (links, Lang::Zh) => format!("未找到文本；找到 {links} 个链接，未联网读取"),
            (1, Lang::En) => "no text found; 1 link, not fetched".to_owned(),
            (links, Lang::En) => format!("no text found; {links} links, not fetched"),
        };
        page.row(pick(lang, "政策", "policy"), &found);
    }
    if summary.dex > 0 {
        let methods = words::number(summary.methods);
        let text = match lang {
            Lang::Zh => format!(
                "{} 个 DEX，{methods} 个方法，{}，{} 处未知第三方代码",
                summary.dex,
                match (summary.sdks, summary.sdks_incomplete) {
                    (0, true) => "未识别出 SDK（清单不完整）".to_owned(),
                    (sdks, true) => format!("至少 {sdks} 个 SDK（清单不完整）"),
                    (sdks, false) => format!("{sdks} 个 SDK"),
                },
                summary.unknown_roots
            ),
            Lang::En => format!(
                "{} dex, {methods} methods, {}, {}",
                summary.dex,
                match (summary.sdks, summary.sdks_incomplete) {
                    (0, true) => "no SDK recognised (list incomplete)".to_owned(),
                    (sdks, true) => format!(
                        "at least {} (list incomplete)",
                        words::counted(sdks, "SDK", "SDKs")
                    ),
                    (sdks, false) => words::counted(sdks, "SDK", "SDKs"),
                },
                words::counted(
                    summary.unknown_roots,
                    "unknown third-party root",
                    "unknown third-party roots"
                )
            ),
        };
        page.row(pick(lang, "代码", "code"), &text);
    }
    if !summary.frameworks.is_empty() {
        page.row(
            pick(lang, "框架", "built on"),
            &summary.frameworks.join(", "),
        );
    }
}

/// What could not be looked at.
pub(super) fn gaps(page: &mut Page, input: &Input, lang: Lang) {
    for (index, gap) in input.gaps.iter().enumerate() {
        let label = if index == 0 {
            pick(lang, "未看到", "not seen")
        } else {
            ""
        };
        let mut text = gap_text(gap).get(lang).to_owned();
        text.push_str("  ");
        text.push_str(&place(&gap.place));
        let detail = gap_detail(gap);
        if !gap.detail.is_empty() {
            text.push_str("  ");
            text.push_str(detail.get(lang));
        }
        page.row(label, &text);
    }
}

fn finding_text(page: &mut Page, finding: &Finding, lang: Lang) {
    let text = finding.text.get(lang);
    let style = match finding.severity {
        Severity::Critical => Style::new().red().bold(),
        Severity::High => Style::new().red(),
        Severity::Medium => Style::new().yellow(),
        Severity::Low | Severity::Info => Style::new().cyan(),
    };
    page.raw(&format!(
        "{}  {}  {}\n",
        severity(finding.severity, lang).style(style),
        finding.check.dimmed(),
        terminal(&text.title).bold()
    ));
    page.row(
        pick(lang, "结论", "verdict"),
        &format!(
            "{} · {} · {}",
            verdict(finding.verdict, lang),
            confidence(finding.confidence, lang),
            finding.reason.get(lang)
        ),
    );
    for (index, evidence) in finding.evidence.iter().enumerate() {
        let label = if index == 0 {
            pick(lang, "位置", "where")
        } else {
            ""
        };
        let what = evidence.what.get(lang);
        let what = match &evidence.excerpt {
            Some(excerpt) => format!("{what}  “{excerpt}”"),
            None => what.to_owned(),
        };
        page.row_right(label, &what, &short_place(&evidence.place));
    }
    if finding.owner != "app" && !finding.owner.is_empty() {
        page.row(
            pick(lang, "归属", "owner"),
            owner_name(&finding.owner).get(lang),
        );
    }
}

fn wants_attention(finding: &Finding) -> bool {
    finding.asserts() || finding.verdict == Verdict::Review
}

/// On what a finding rests, why it matters and what to do.
fn advice(page: &mut Page, finding: &Finding, lang: Lang) {
    let text = finding.text.get(lang);
    let basis = basis(finding, lang);
    if !basis.is_empty() {
        page.row(pick(lang, "依据", "basis"), &basis);
    }
    page.paragraph(pick(lang, "原因", "why"), &text.why);
    page.paragraph(pick(lang, "修复", "fix"), &text.fix);
    page.row(
        pick(lang, "详情", "more"),
        &format!("apkaudit explain {}", finding.check),
    );
}

/// Clauses and regulators' issue names in one line; what nobody has proofed
/// yet says so.
pub(super) fn basis(finding: &Finding, lang: Lang) -> String {
    let clauses = finding
        .clauses
        .iter()
        .map(|clause| (clause.text.get(lang), clause.mark));
    let mut parts: Vec<String> = clauses
        .map(|(text, mark)| format!("{text}{}", marked(mark, lang)))
        .collect();
    for (regulator, label) in finding.labels.all() {
        let mark = marked(label.mark, lang);
        parts.push(format!("{regulator} {}{mark}", label.text.get(lang)));
    }
    // Several clauses of one instrument may go by one name.
    let mut seen = BTreeSet::new();
    parts.retain(|part| seen.insert(part.clone()));
    parts.join(" · ")
}

/// The flag of a citation that is not confirmed by a reliable text.
pub(super) fn marked(mark: Mark, lang: Lang) -> &'static str {
    match mark {
        Mark::Verified => "",
        Mark::Secondary => pick(lang, "（据公开报道）", " (from press reports)"),
        Mark::Unverified => pick(lang, "（引用待核实）", " (unverified citation)"),
    }
}

pub(crate) fn short_place(place: &crate::evidence::Place) -> String {
    match place.line {
        Some(line) => format!("{}:{line}", place.file),
        None => place.file.clone(),
    }
}

pub(super) fn severity(severity: Severity, lang: Lang) -> &'static str {
    let (zh, en) = match severity {
        Severity::Critical => ("严重", "critical"),
        Severity::High => ("高", "high"),
        Severity::Medium => ("中", "medium"),
        Severity::Low => ("低", "low"),
        Severity::Info => ("提示", "info"),
    };
    pick(lang, zh, en)
}

pub(super) fn verdict(verdict: Verdict, lang: Lang) -> &'static str {
    let (zh, en) = match verdict {
        Verdict::Violation => ("文件本身已表明", "shown by the file itself"),
        Verdict::Risk => ("很可能", "likely"),
        Verdict::Review => ("需人工复核", "a person must look"),
        Verdict::Pass => ("通过", "passed"),
        Verdict::NotApplicable => ("不适用", "not applicable"),
    };
    pick(lang, zh, en)
}

pub(super) fn confidence(confidence: Confidence, lang: Lang) -> &'static str {
    let (zh, en) = match confidence {
        Confidence::High => ("把握高", "confidence high"),
        Confidence::Medium => ("把握中", "confidence medium"),
        Confidence::Low => ("把握低", "confidence low"),
    };
    pick(lang, zh, en)
}
