//! Findings that changed, in words.

use std::collections::BTreeSet;

use super::super::text::{confidence, severity, verdict};
use super::super::words::{counted, pick};
use super::{Section, Sign};
use crate::catalog::{self, Lang};
use crate::check::owner_name;
use crate::diff::{FindingChanges, FindingEntry, Grown, Unclear, UnclearReason};

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
            // Told together.
            UnclearReason::NotCheckedBefore | UnclearReason::NotCheckedNow => continue,
        };
        let colon = pick(lang, "：", ": ");
        let text = format!("{}{colon}{reason}", words(&unclear.finding, lang));
        rows.push((Sign::Unclear, text));
    }
    for reason in [
        UnclearReason::NotCheckedBefore,
        UnclearReason::NotCheckedNow,
    ] {
        let text = not_checked(&findings.unclear, reason, lang);
        rows.extend(text.map(|text| (Sign::Unclear, text)));
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

/// The findings of checks that ran on one side only, in one row.
fn not_checked(all: &[Unclear], reason: UnclearReason, lang: Lang) -> Option<String> {
    let of_it = all.iter().filter(|of| of.reason == reason);
    let checks: Vec<&str> = of_it.map(|of| of.finding.check.as_str()).collect();
    let count = checks.len();
    let names: BTreeSet<&str> = checks.into_iter().collect();
    let names: Vec<&str> = names.into_iter().collect();
    let names = names.join(pick(lang, "、", ", "));
    let is_old = reason == UnclearReason::NotCheckedBefore;
    let side = match (is_old, lang) {
        (true, Lang::Zh) => "旧的一方",
        (false, Lang::Zh) => "新的一方",
        (true, Lang::En) => "the old side",
        (false, Lang::En) => "the new side",
    };
    let found = counted(count, "finding", "findings");
    (count > 0).then(|| match lang {
        Lang::Zh => format!("{count} 项结果的检查没有在{side}运行：{names}"),
        Lang::En => format!("{found} of checks that did not run on {side}: {names}"),
    })
}

/// `high sdk-undisclosed: JPush is in the app … (likely, confidence high)`
fn words(finding: &FindingEntry, lang: Lang) -> String {
    let accepted = if finding.suppressed {
        pick(lang, "，已屏蔽", ", accepted by the settings")
    } else {
        ""
    };
    let (grave, check) = (severity(finding.severity, lang), &finding.check);
    let title = finding.title.get(lang);
    let verdict = verdict(finding.verdict, lang);
    let sure = confidence(finding.confidence, lang);
    match lang {
        Lang::Zh => format!("{grave} {check}：{title}（{verdict} · {sure}{accepted}）"),
        Lang::En => format!("{grave} {check}: {title} ({verdict} · {sure}{accepted})"),
    }
}

fn grown_words(grown: &Grown, lang: Lang) -> String {
    let finding = &grown.finding;
    let mut text = words(finding, lang);
    let was = [
        (grown.was_severity != finding.severity).then(|| severity(grown.was_severity, lang)),
        (grown.was_verdict != finding.verdict).then(|| verdict(grown.was_verdict, lang)),
    ];
    let was: Vec<&str> = was.into_iter().flatten().collect();
    if !was.is_empty() {
        let was = was.join(pick(lang, "，", ", "));
        let more = match lang {
            Lang::Zh => format!("；原为：{was}"),
            Lang::En => format!("; it was: {was}"),
        };
        text.push_str(&more);
    }
    if let Some(was) = &grown.was_owner {
        let was = owner_name(was);
        let more = match lang {
            Lang::Zh => format!("；原归属：{}（类名被混淆）", was.zh),
            Lang::En => format!("; it was of {} (names of classes were changed)", was.en),
        };
        text.push_str(&more);
    }
    if !grown.beyond.is_empty() {
        let beyond: Vec<String> = grown.beyond.iter().map(|of| part(of, lang)).collect();
        let beyond = beyond.join(pick(lang, "、", ", "));
        let more = match lang {
            Lang::Zh => format!("；新涉及 {beyond}"),
            Lang::En => format!("; now also about {beyond}"),
        };
        text.push_str(&more);
    }
    text
}

/// What a finding is about, by its name: `data:location.precise`,
/// `sdk:jpush`, `clause:copy`, `permission:…`.
fn part(part: &str, lang: Lang) -> String {
    let Some((what, id)) = part.split_once(':') else {
        return part.to_owned();
    };
    match what {
        "data" => match (catalog::sdks().kinds.get(id), lang) {
            (Some(kind), Lang::Zh) => kind.zh.clone(),
            (Some(kind), Lang::En) => kind.en.clone(),
            (None, _) => id.to_owned(),
        },
        "sdk" => owner_name(part).get(lang).to_owned(),
        "clause" => {
            let rule = catalog::clauses().get(id);
            rule.map_or_else(|| id.to_owned(), |rule| rule.name().get(lang).to_owned())
        }
        _ => id.to_owned(),
    }
}
