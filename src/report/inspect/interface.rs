//! What the screens of the app offer and ask, as text.

use super::{SHOWN, place};
use crate::catalog::{self, Lang};
use crate::check::searched_text;
use crate::interface::{DialogKind, InterfaceFacts, Searched, SearchedPart, Strength, TopicFact};
use crate::report::page::Page;
use crate::report::words::pick;

/// Pieces of evidence of one topic in the text; JSON has more of them.
const PIECES: usize = 2;

/// Longest text that is shown whole, in characters.
const LONGEST: usize = 32;

/// What was found of each topic, and what was looked through.
pub fn render(page: &mut Page, facts: &InterfaceFacts, lang: Lang) {
    let screens = |part: &&Searched| {
        let shows = [
            SearchedPart::Screens,
            SearchedPart::Strings,
            SearchedPart::Classes,
        ];
        shows.contains(&part.part)
    };
    if facts
        .searched
        .iter()
        .filter(screens)
        .all(|part| part.count == 0)
    {
        return;
    }
    let label = pick(lang, "应用界面", "interface");
    let searched = searched_text(facts);
    let searched = pick(lang, &searched.zh, &searched.en);
    page.row(
        label,
        &format!("{} {searched}", pick(lang, "查看了", "looked at")),
    );
    for topic in &facts.topics {
        page.row("", &topic_text(topic, lang));
    }
    for dialog in facts.dialogs.iter().take(SHOWN) {
        let kind = match dialog.kind {
            DialogKind::Pair => pick(lang, "同意与拒绝", "agree or refuse"),
            DialogKind::OneButton => pick(lang, "只能同意", "agree only"),
            DialogKind::Vague => pick(lang, "没有明确的选项", "no clear answer"),
        };
        let what = pick(lang, "征求同意", "asks for consent");
        page.row("", &format!("{what}: {kind}  {}", place(&dialog.place)));
    }
    for ticked in facts.ticked.iter().take(SHOWN) {
        let what = pick(lang, "默认勾选", "ticked to begin with");
        page.row(
            "",
            &format!("{what}: {}  {}", ticked.near, place(&ticked.place)),
        );
    }
}

fn topic_text(topic: &TopicFact, lang: Lang) -> String {
    let name = catalog::interface()
        .get(&topic.topic)
        .map(|topic| &topic.name);
    let name = name.map_or(topic.topic.as_str(), |name| pick(lang, &name.zh, &name.en));
    let weak = match topic.strength {
        Strength::Clear => "",
        Strength::Weak => pick(lang, "（不确定）", " (not sure)"),
    };
    let shown = topic.evidence.iter().take(PIECES);
    let seen: Vec<String> = shown
        .map(|piece| format!("“{}” {}", short(&piece.text), piece.place.file))
        .collect();
    let beyond = topic.evidence.len().saturating_sub(PIECES) as u64;
    let more = match beyond.saturating_add(topic.more) {
        0 => String::new(),
        more => match lang {
            Lang::Zh => format!("，另有 {more} 处"),
            Lang::En => format!(", and {more} more"),
        },
    };
    format!("{name}{weak}: {}{more}", seen.join(", "))
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text)),
        None => text.to_owned(),
    }
}
