//! The notifications of a SARIF log: what the run could not do, and what is
//! wrong with the settings.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{MESSAGE, RESULTS, cut, physical, plain};
use crate::catalog::{Bilingual, Lang};
use crate::check::{gap_detail, gap_text};
use crate::report::result::RunResult;
use crate::report::spot::Spot;
use crate::report::text::{Shown, short_place, undecided_by_reason, undecided_title};
use crate::report::words::pick;

/// Notifications; it names no limit.
const NOTIFICATIONS: usize = 1_000;

const NOT_SEEN: &str = "not-seen";
const UNDECIDED: &str = "undecided";
const REFUSED: &str = "refused";
const CUT: &str = "cut";
const SETTINGS: &str = "settings";

/// Descriptors of the kinds of notifications.
pub fn kinds(lang: Lang) -> Value {
    let kind = |id: &str, zh: &str, en: &str| json!({ "id": id, "shortDescription": { "text": pick(lang, zh, en) } });
    json!([
        kind(NOT_SEEN, "未能查看的部分", "A part could not be looked at"),
        kind(
            UNDECIDED,
            "未发现问题但不能下结论的检查",
            "Checks found nothing and cannot decide"
        ),
        kind(REFUSED, "无法分析的输入", "An input could not be analysed"),
        kind(CUT, "超出上限而略去的结果", "Results left out for a limit"),
        kind(
            SETTINGS,
            "设置中的问题",
            "Something is wrong with the settings"
        ),
    ])
}

/// What is wrong with suppressions, baseline and permission list.
pub fn of_settings(result: &RunResult, lang: Lang) -> Vec<Value> {
    let told = result.diagnostics.iter().take(NOTIFICATIONS);
    told.map(|one| {
        let level = if one.fails() { "error" } else { "warning" };
        let text = format!("{} ({})", one.text.get(lang), one.kind.word());
        notification(SETTINGS, level, &text, Some(&Spot::setting(one)))
    })
    .collect()
}

/// What the run could not do; `dropped` results are left out.
pub fn of(result: &RunResult, shown: Shown, dropped: usize, lang: Lang) -> Vec<Value> {
    let mut list = Vec::new();
    if dropped > 0 {
        let text = Bilingual::new(
            format!("另有 {dropped} 项结果未列出：代码扫描最多显示 {RESULTS} 项"),
            format!("{dropped} more results are left out: code scanning shows {RESULTS}"),
        );
        list.push(notification(CUT, "warning", text.get(lang), None));
    }
    for (index, input) in result.inputs.iter().enumerate() {
        let spot = Spot::input(input);
        if let Some(error) = &input.error {
            list.push(notification(REFUSED, "error", error.get(lang), Some(&spot)));
        }
        for gap in &input.gaps {
            let mut text = gap_text(gap).get(lang).to_owned();
            if !gap.detail.is_empty() {
                let colon = pick(lang, "：", ": ");
                text.push_str(colon);
                text.push_str(gap_detail(gap).get(lang));
            }
            let _ = write!(text, " ({})", short_place(&gap.place));
            list.push(notification(NOT_SEEN, "warning", &text, Some(&spot)));
        }
        let of_input = result.findings.iter();
        let of_input = of_input.filter(|f| f.input == index && shown.shows(f));
        for (reason, checks) in undecided_by_reason(of_input, lang) {
            let title = undecided_title(reason, checks.len(), lang);
            let colon = pick(lang, "：", ": ");
            let text = format!("{title}{colon}{}", checks.join(", "));
            list.push(notification(UNDECIDED, "note", &text, Some(&spot)));
        }
    }
    let more = list.len().saturating_sub(NOTIFICATIONS);
    if more > 0 {
        list.truncate(NOTIFICATIONS);
        let text = Bilingual::new(
            format!("另有 {more} 条说明未列出"),
            format!("{more} more notifications are left out"),
        );
        list.push(notification(CUT, "warning", text.get(lang), None));
    }
    list
}

fn notification(kind: &str, level: &str, text: &str, spot: Option<&Spot>) -> Value {
    let mut notification = json!({
        "descriptor": { "id": kind },
        "level": level,
        "message": { "text": plain(&cut(text, MESSAGE)) },
    });
    if let (Some(spot), Some(fields)) = (spot, notification.as_object_mut()) {
        fields.insert("locations".to_owned(), json!([physical(spot)]));
    }
    notification
}
