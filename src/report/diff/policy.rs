//! What the policies of both sides say, in words.

use std::fmt::Write as _;

use super::super::words::{number, pick};
use super::{Section, Sign, facts};
use crate::catalog::{self, ClauseKind, Lang};
use crate::diff::{Changed, ClauseState, PolicyChanges, PolicyHead};
use crate::policy::{ClauseVerdict, Language};

pub(super) fn section(changes: &PolicyChanges, lang: Lang) -> Section {
    let mut all = facts::section(
        pick(lang, "隐私政策", "Policy"),
        &changes.clauses,
        |of| clause(of, lang),
        |of| clause_change(of, lang),
        lang,
    );
    // Both sides know all clauses: one that is gained or lost is a change of
    // what is said of it.
    let signs = changes.clauses.changed.iter().map(|of| {
        let has = |state: &ClauseState| state.verdict <= ClauseVerdict::PresentWeak;
        match (has(&of.old), has(&of.new)) {
            (false, true) => Sign::New,
            (true, false) => Sign::Gone,
            _ => Sign::Changed,
        }
    });
    let clauses = all
        .rows
        .iter_mut()
        .filter(|(sign, _)| *sign == Sign::Changed);
    for ((row, _), sign) in clauses.zip(signs) {
        *row = sign;
    }
    let (was, is) = (&changes.old, &changes.new);
    let mut heads = Vec::new();
    if !changes.same_text {
        let word = pick(lang, "文本有改动，字数", "the text changed, characters");
        heads.push((word, Some(number(was.chars)), Some(number(is.chars))));
    }
    if was.language != is.language {
        let of = |policy: &PolicyHead| Some(language(policy.language).to_owned());
        heads.push((pick(lang, "语言", "language"), of(was), of(is)));
    }
    if was.date != is.date {
        let date = |date: &Option<String>| {
            let none = pick(lang, "未注明", "not stated");
            Some(date.clone().unwrap_or_else(|| none.to_owned()))
        };
        heads.push((pick(lang, "日期", "date"), date(&was.date), date(&is.date)));
    }
    let heads = heads.into_iter().map(|(word, was, is)| {
        let text = facts::step("", was.as_deref(), is.as_deref());
        (Sign::Changed, facts::parts(word, &[text], lang))
    });
    all.rows.splice(0..0, heads);
    all
}

fn language(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh",
        Language::En => "en",
        Language::Other => "?",
    }
}

fn clause(of: &ClauseState, lang: Lang) -> String {
    let rule = catalog::clauses().get(&of.id);
    let name = rule.map_or_else(|| of.id.clone(), |rule| rule.name().get(lang).to_owned());
    format!("{name} ({})", of.id)
}

fn clause_change(of: &Changed<ClauseState>, lang: Lang) -> String {
    let word = |of: &ClauseState| {
        let duty = of.kind == ClauseKind::Duty;
        match of.verdict {
            ClauseVerdict::Present if duty => pick(lang, "有", "said"),
            ClauseVerdict::Present => pick(lang, "出现", "found"),
            ClauseVerdict::PresentWeak => pick(lang, "笼统", "weak"),
            ClauseVerdict::LinkedElsewhere => pick(lang, "另见", "elsewhere"),
            ClauseVerdict::AbsentInText if duty => pick(lang, "未找到", "not found"),
            ClauseVerdict::AbsentInText => pick(lang, "无", "none"),
        }
    };
    let mut text = facts::step("", Some(word(&of.old)), Some(word(&of.new)));
    let quote = of.new.quote.as_ref().or(of.old.quote.as_ref());
    if let Some(quote) = quote {
        let _ = write!(text, " “{quote}”");
    }
    facts::parts(&clause(&of.new, lang), &[text], lang)
}
