//! Screens and dialogs that ask for consent to a policy.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::board::is_any;
use super::code::ClassRead;
use super::layouts::{Screen, Shows};
use super::read::Sources;
use super::texts::Texts;
use super::topics::{Hit, topics};
use super::{ConsentDialog, DialogKind, ScreenKind, Via};
use crate::evidence::Place;
use crate::policy::{ButtonKind, Origin, Shown};

/// Words about the policy.
pub const ABOUT: [&str; 3] = ["consent-text", "policy-link", "terms-link"];
/// Words that make it the privacy policy.
const PRIVACY: [&str; 2] = ["consent-text", "policy-link"];
/// Dialogs in the result.
const MOST: usize = 50;
/// Texts of buttons kept of one dialog.
const BUTTONS: usize = 10;
/// Words in ids of views that close or refuse.
const LEAVING: [&str; 14] = [
    "cancel", "refuse", "disagree", "exit", "close", "reject", "decline", "deny", "negative", "no",
    "not", "quit", "left", "skip",
];

/// Everything of the app that asks for consent to a policy.
pub fn dialogs(
    sources: &Sources<'_>,
    screens: &[Screen<'_>],
    texts: &Texts,
    classes: &[ClassRead],
) -> Vec<ConsentDialog> {
    let mut dialogs: Vec<ConsentDialog> = screens.iter().filter_map(of_screen).collect();
    dialogs.extend(of_documents(sources));
    dialogs.extend(of_classes(screens, texts, classes));
    dialogs.extend(of_scripts(&sources.shown.0));
    dialogs.sort();
    dialogs.dedup();
    dialogs.truncate(MOST);
    dialogs
}

/// What was read of one dialog before it is one.
#[derive(Debug, Default)]
struct Asked {
    about: Option<String>,
    agree: BTreeSet<String>,
    refuse: BTreeSet<String>,
    vague: BTreeSet<String>,
}

impl Asked {
    fn add(&mut self, text: &str, hits: &[Hit]) {
        if is_any(hits, &PRIVACY) {
            self.about.get_or_insert_with(|| text.to_owned());
            return;
        }
        for (topic, texts) in [
            ("consent-agree", &mut self.agree),
            ("consent-refuse", &mut self.refuse),
            ("consent-vague", &mut self.vague),
        ] {
            if is_any(hits, &[topic]) && texts.len() < BUTTONS {
                texts.insert(text.trim().to_owned());
            }
        }
    }

    /// Adds what another part of the same screen says.
    fn join(&mut self, other: &Self) {
        if self.about.is_none() {
            self.about.clone_from(&other.about);
        }
        for (texts, more) in [
            (&mut self.agree, &other.agree),
            (&mut self.refuse, &other.refuse),
            (&mut self.vague, &other.vague),
        ] {
            let room = BUTTONS.saturating_sub(texts.len());
            texts.extend(more.iter().take(room).cloned());
        }
    }

    fn pair(self, via: Via, place: Place) -> Option<ConsentDialog> {
        let both = !self.agree.is_empty() && !self.refuse.is_empty();
        both.then(|| self.dialog(DialogKind::Pair, via, place))?
    }

    fn dialog(self, kind: DialogKind, via: Via, place: Place) -> Option<ConsentDialog> {
        let agree = match kind {
            DialogKind::Vague => self.vague,
            DialogKind::Pair | DialogKind::OneButton => self.agree,
        };
        Some(ConsentDialog {
            kind,
            via,
            text: self.about?,
            agree: agree.into_iter().collect(),
            refuse: self.refuse.into_iter().collect(),
            place,
        })
    }
}

/// A layout with words about the policy and buttons. A screen for signing in
/// is none: its button does something else.
fn of_screen(screen: &Screen<'_>) -> Option<ConsentDialog> {
    if screen.via() != Via::Layout {
        return None;
    }
    let mut asked = Asked::default();
    for shows in screen.views.iter().filter(|shows| !shows.is_box()) {
        for (text, _, hits) in &shows.texts {
            asked.add(text, hits);
        }
    }
    if asked.about.is_none() && is_any(&screen.name, &["consent-text"]) {
        asked.about = Some(screen.layout.name.clone());
    }
    let place = screen.layout.place.clone();
    if !asked.agree.is_empty() && !asked.refuse.is_empty() {
        return asked.pair(Via::Layout, place);
    }
    let another = screen.kind() != ScreenKind::Other || leaves(screen);
    if another || !asked.refuse.is_empty() {
        return None;
    }
    match (asked.agree.is_empty(), asked.vague.is_empty()) {
        (false, _) => asked.dialog(DialogKind::OneButton, Via::Layout, place),
        (true, false) => asked.dialog(DialogKind::Vague, Via::Layout, place),
        (true, true) => None,
    }
}

/// Whether there is a button whose words are not known, or a view whose id
/// says that it closes or refuses: then the answer may be there.
fn leaves(screen: &Screen<'_>) -> bool {
    let answers = |shows: &Shows<'_>| shows.saying(&["consent-agree", "consent-vague"]).is_some();
    let known: Vec<usize> = screen
        .views
        .iter()
        .filter(|shows| answers(shows))
        .map(|shows| shows.index)
        .collect();
    screen.layout.views.iter().enumerate().any(|(index, view)| {
        if known.binary_search(&index).is_ok() {
            return false;
        }
        let class = view.class.rsplit('.').next().unwrap_or_default();
        let id = view.id.as_deref().unwrap_or_default();
        let words = super::topics::split(id);
        let says = |word: &str| LEAVING.contains(&word);
        let button = class.contains("Button") && !class.contains("Radio");
        button || view.on_click.is_some() || words.split(' ').any(says)
    })
}

/// Texts of the policy room that came with buttons.
fn of_documents(sources: &Sources<'_>) -> Vec<ConsentDialog> {
    let documents = sources.policy.documents.iter();
    let asks = documents.filter(|document| !document.buttons.is_empty());
    asks.map(|document| {
        let of = |wanted: ButtonKind| -> Vec<String> {
            let buttons = document.buttons.iter();
            let mut texts: Vec<String> = buttons
                .filter(|button| button.kind == wanted)
                .map(|button| button.text.clone())
                .collect();
            texts.sort();
            texts.dedup();
            texts
        };
        let (agree, refuse) = (of(ButtonKind::Accept), of(ButtonKind::Refuse));
        ConsentDialog {
            kind: if refuse.is_empty() {
                DialogKind::OneButton
            } else {
                DialogKind::Pair
            },
            via: match document.origin {
                Origin::Resource => Via::String,
                _ => Via::Bundle,
            },
            text: document.title.clone().unwrap_or_default(),
            agree,
            refuse,
            place: document.place.clone(),
        }
    })
    .collect()
}

/// Classes that name such words and both answers, their inner classes and
/// layouts included.
fn of_classes(screens: &[Screen<'_>], texts: &Texts, classes: &[ClassRead]) -> Vec<ConsentDialog> {
    // What each resource says is put together once: many classes may name
    // the same one.
    let mut by_id: FxHashMap<u32, Asked> = FxHashMap::default();
    for screen in screens {
        let Some(id) = screen.layout.id else {
            continue;
        };
        let asked = by_id.entry(id).or_default();
        for shows in screen.views.iter().filter(|shows| !shows.is_box()) {
            for (text, _, hits) in &shows.texts {
                asked.add(text, hits);
            }
        }
    }
    for text in texts.all() {
        let asked = by_id.entry(text.id).or_default();
        asked.add(&text.words, &text.hits);
    }
    let mut found: BTreeMap<&str, (Asked, &ClassRead)> = BTreeMap::new();
    for class in classes {
        let outer = class.class.split('$').next().unwrap_or_default();
        let (asked, _) = found
            .entry(outer)
            .or_insert_with(|| (Asked::default(), class));
        for text in &class.texts {
            asked.add(&text.text, &text.hits);
        }
        for named in class.ids.iter().filter_map(|id| by_id.get(id)) {
            asked.join(named);
        }
    }
    found
        .into_iter()
        .filter_map(|(outer, (asked, class))| {
            asked.pair(Via::Code, Place::file(&*class.file).at(outer))
        })
        .collect()
}

/// Scripts that have such words and both answers.
fn of_scripts(shown: &[Shown]) -> Vec<ConsentDialog> {
    let mut files: BTreeMap<&str, (Asked, &Place)> = BTreeMap::new();
    for text in shown {
        let (asked, _) = files
            .entry(&text.place.file)
            .or_insert_with(|| (Asked::default(), &text.place));
        asked.add(&text.text, &topics().label(&text.text));
    }
    files
        .into_iter()
        .filter_map(|(file, (asked, _))| asked.pair(Via::Bundle, Place::file(file)))
        .collect()
}
