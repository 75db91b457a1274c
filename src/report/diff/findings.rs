//! Findings that changed, in words.

use super::super::text::{confidence, severity, verdict};
use super::super::words::{counted, pick};
use super::{Section, Sign};
use crate::catalog::Lang;
use crate::diff::{FindingChanges, FindingEntry, Grown, UnclearReason};

pub(super) fn section(findings: &FindingChanges, lang: Lang) -> Section {
    let mut rows = Vec::new();
    for finding in &findings.new {
        let mut text = words(finding, lang);
        if finding.perhaps_old {
            text.push_str(pick(
                lang,
                "；旧的一方无法判断，可能原来就有",
                "; the check could not decide on the old side: it may be old",
            ));
        }
        rows.push((Sign::New, text));
    }
    for grown in &findings.grown {
        rows.push((Sign::Changed, grown_words(grown, lang)));
    }
    for finding in &findings.fixed {
        rows.push((Sign::Gone, words(finding, lang)));
    }
    for unclear in &findings.unclear {
        let reason = match unclear.reason {
            UnclearReason::NotCheckedBefore => pick(
                lang,
                "旧的一方没有运行这项检查",
                "the check did not run on the old side",
            ),
            UnclearReason::NotCheckedNow => pick(
                lang,
                "新的一方没有运行这项检查",
                "the check did not run on the new side",
            ),
            UnclearReason::UndecidedNow => pick(
                lang,
                "新的一方无法判断，不等于已修复",
                "the check cannot decide on the new side, so this is not known to be mended",
            ),
            UnclearReason::ToReviewNow => pick(
                lang,
                "原为问题，现在需人工复核",
                "it was claimed, and now a person must look",
            ),
        };
        let text = format!("{}: {reason}", words(&unclear.finding, lang));
        rows.push((Sign::Unclear, text));
    }
    let count = findings.unchanged;
    Section {
        title: pick(lang, "检查结果", "Findings").to_owned(),
        rows,
        notes: match (count, lang) {
            (0, _) => Vec::new(),
            (_, Lang::Zh) => vec![format!("另有 {count} 项未变")],
            (_, Lang::En) => vec![format!(
                "{} unchanged",
                counted(count, "finding is", "findings are")
            )],
        },
    }
}

/// `high sdk-undisclosed: JPush is in the app … (likely, confidence high)`
fn words(finding: &FindingEntry, lang: Lang) -> String {
    let accepted = if finding.suppressed {
        pick(lang, "，已屏蔽", ", accepted by the settings")
    } else {
        ""
    };
    format!(
        "{} {}: {} ({} · {}{accepted})",
        severity(finding.severity, lang),
        finding.check,
        finding.title.get(lang),
        verdict(finding.verdict, lang),
        confidence(finding.confidence, lang),
    )
}

fn grown_words(grown: &Grown, lang: Lang) -> String {
    let finding = &grown.finding;
    let mut text = words(finding, lang);
    if grown.was_severity != finding.severity {
        let was = severity(grown.was_severity, lang);
        let more = match lang {
            Lang::Zh => format!("；原严重度：{was}"),
            Lang::En => format!("; it was {was}"),
        };
        text.push_str(&more);
    }
    if grown.was_verdict != finding.verdict {
        let was = verdict(grown.was_verdict, lang);
        let more = match lang {
            Lang::Zh => format!("；原判断：{was}"),
            Lang::En => format!("; it was: {was}"),
        };
        text.push_str(&more);
    }
    if !grown.beyond.is_empty() {
        let beyond = grown.beyond.join(", ");
        let more = match lang {
            Lang::Zh => format!("；新涉及 {beyond}"),
            Lang::En => format!("; now also about {beyond}"),
        };
        text.push_str(&more);
    }
    text
}
