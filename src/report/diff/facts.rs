//! Facts that changed, in words.

use super::super::words::pick;
use super::{Section, Sign, code, manifest, policy};
use crate::catalog::Lang;
use crate::check::owner_name;
use crate::diff::{Changed, Changes, FactChanges};

pub(super) fn sections(facts: &FactChanges, lang: Lang) -> Vec<Section> {
    let mut all = vec![
        manifest::permissions(&facts.permissions, lang),
        code::sdks(&facts.sdks, lang),
        code::unknown(&facts.unknown_code, lang),
        code::early(&facts.early, lang),
        code::data(&facts.data, lang),
        manifest::components(&facts.components, lang),
        code::hosts(&facts.hosts, lang),
    ];
    if let Some(changes) = &facts.policy {
        all.push(policy::section(changes, lang));
    }
    all
}

/// A row for each thing.
pub(super) fn section<T>(
    title: &str,
    changes: &Changes<T>,
    words: impl Fn(&T) -> String,
    change: impl Fn(&Changed<T>) -> String,
    lang: Lang,
) -> Section {
    let each = |all: &[T]| all.iter().map(&words).collect();
    listed(title, changes, each, change, lang)
}

/// Rows as `list` makes them of what is new and of what is gone.
pub(super) fn listed<T>(
    title: &str,
    changes: &Changes<T>,
    list: impl Fn(&[T]) -> Vec<String>,
    change: impl Fn(&Changed<T>) -> String,
    lang: Lang,
) -> Section {
    let mut rows: Vec<(Sign, String)> = Vec::new();
    let of = |sign, texts: Vec<String>| texts.into_iter().map(move |text| (sign, text));
    rows.extend(of(Sign::New, list(&changes.new)));
    rows.extend(of(Sign::Gone, list(&changes.gone)));
    rows.extend(changes.changed.iter().map(|of| (Sign::Changed, change(of))));
    let mut notes = Vec::new();
    if changes.old_hidden && !changes.new.is_empty() {
        notes.push(
            pick(
                lang,
                "旧的一方未能完整查看或类名被混淆：标为 + 的可能原来就有",
                "the old side could not be seen in full: what is marked + may have been there",
            )
            .to_owned(),
        );
    }
    if changes.new_hidden && !changes.gone.is_empty() {
        notes.push(
            pick(
                lang,
                "新的一方未能完整查看或类名被混淆：标为 - 的可能仍在",
                "the new side could not be seen in full: what is marked - may still be there",
            )
            .to_owned(),
        );
    }
    Section {
        title: title.to_owned(),
        rows,
        notes,
    }
}

/// `name: one; other` of what changed in one thing.
pub(super) fn parts(name: &str, parts: &[String], lang: Lang) -> String {
    let colon = pick(lang, "：", ": ");
    format!("{name}{colon}{}", parts.join(pick(lang, "；", "; ")))
}

/// `word was → is`, with a dash for none.
pub(super) fn step(word: &str, was: Option<&str>, is: Option<&str>) -> String {
    let value = |of: Option<&str>| of.unwrap_or("–").to_owned();
    let space = if word.is_empty() { "" } else { " " };
    format!("{word}{space}{} → {}", value(was), value(is))
}

/// Names of owners in one list.
pub(super) fn names(owners: &[String], lang: Lang) -> String {
    let names: Vec<String> = owners
        .iter()
        .map(|owner| owner_name(owner).get(lang).to_owned())
        .collect();
    names.join(pick(lang, "、", ", "))
}

/// Whether an owner is a tool that works for whoever calls it.
pub(super) fn is_tool(owner: &str) -> bool {
    owner.starts_with("library:") || owner == "platform"
}
