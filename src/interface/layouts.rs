//! What the app's own layouts, menus and preference screens show.

use super::board::{Board, Piece, is, is_any};
use super::owners::Foreign;
use super::topics::{Hit, split, topics};
use super::{ScreenKind, Via};
use crate::layout::{Layout, LayoutFacts, LayoutKind, View};

/// Words in names of screens where a user looks for what concerns the
/// account and the app.
const SETTINGS: [&str; 9] = [
    "setting",
    "settings",
    "preference",
    "preferences",
    "mine",
    "my",
    "me",
    "profile",
    "account",
];
const ABOUT: [&str; 4] = ["about", "help", "faq", "legal"];
const SIGN_IN: [&str; 7] = [
    "login",
    "logon",
    "signin",
    "signup",
    "register",
    "registration",
    "auth",
];

/// A layout, menu or preference screen of the app's own.
#[derive(Debug)]
pub struct Screen<'a> {
    /// The layout.
    pub layout: &'a Layout,
    /// What its name shows.
    pub name: Vec<Hit>,
    /// Its views that show something, in order.
    pub views: Vec<Shows<'a>>,
}

/// A view and what it shows.
#[derive(Debug)]
pub struct Shows<'a> {
    /// The view.
    pub view: &'a View,
    /// Where it is among the views of its layout.
    pub index: usize,
    /// What its texts show.
    pub texts: Vec<(&'a str, &'a str, Vec<Hit>)>,
    /// What the name of its id or of the method that it calls shows.
    pub name: Vec<Hit>,
}

/// The app's own screens, in the order of the layouts.
pub fn screens<'a>(layouts: &'a LayoutFacts, foreign: &Foreign) -> Vec<Screen<'a>> {
    let own = layouts.layouts.iter();
    let own =
        own.filter(|layout| layout.kind != LayoutKind::Navigation && !foreign.has(&layout.name));
    own.map(|layout| Screen {
        name: topics().name(&layout.name),
        views: layout.views.iter().enumerate().filter_map(shows).collect(),
        layout,
    })
    .collect()
}

fn shows((index, view): (usize, &View)) -> Option<Shows<'_>> {
    let texts: Vec<_> = view
        .texts
        .iter()
        .map(|label| (label, topics().label(&label.text)))
        .filter(|(_, hits)| !hits.is_empty())
        .map(|(label, hits)| (label.text.as_str(), label.locale.as_str(), hits))
        .collect();
    let names = view.id.iter().chain(&view.on_click);
    let mut name: Vec<Hit> = names.flat_map(|name| topics().name(name)).collect();
    name.sort_unstable();
    name.dedup();
    (!texts.is_empty() || !name.is_empty()).then_some(Shows {
        view,
        index,
        texts,
        name,
    })
}

impl Screen<'_> {
    /// How something on it was found.
    pub fn via(&self) -> Via {
        match self.layout.kind {
            LayoutKind::Layout | LayoutKind::Navigation => Via::Layout,
            LayoutKind::Menu => Via::Menu,
            LayoutKind::Preferences => Via::Preferences,
        }
    }

    /// Type of the resource: as in `R.layout`.
    pub fn folder(&self) -> &'static str {
        match self.layout.kind {
            LayoutKind::Layout => "layout",
            LayoutKind::Menu => "menu",
            LayoutKind::Navigation => "navigation",
            LayoutKind::Preferences => "xml",
        }
    }

    /// Adds what it shows.
    pub fn show(&self, board: &mut Board) {
        let piece = |text, via, locale| Piece {
            text,
            via,
            locale,
            screen: &self.layout.name,
            weak: false,
        };
        let name = piece(&self.layout.name, Via::Name, "");
        board.add(&self.name, name, &self.layout.place);
        for shows in &self.views {
            for (text, locale, hits) in &shows.texts {
                board.add(hits, piece(text, self.via(), locale), &shows.view.place);
            }
            let id = shows.view.id.as_ref().or(shows.view.on_click.as_ref());
            if let Some(id) = id {
                board.add(&shows.name, piece(id, Via::Name, ""), &shows.view.place);
            }
        }
    }

    /// Whether a text on it shows this topic.
    pub fn says(&self, topic: &str) -> bool {
        self.views.iter().any(|shows| shows.says(topic))
    }

    /// What it is for, by its name and its texts.
    pub fn kind(&self) -> ScreenKind {
        let by_name = kind_of_name(&self.layout.name);
        if by_name != ScreenKind::Other {
            return by_name;
        }
        if self.layout.kind == LayoutKind::Preferences {
            return ScreenKind::Settings;
        }
        let fields =
            |view: &View| view.class.contains("EditText") || view.class.contains("TextInput");
        if self.says("sign-in") && self.layout.views.iter().any(fields) {
            ScreenKind::SignIn
        } else {
            ScreenKind::Other
        }
    }
}

/// What a screen of this name is for.
pub fn kind_of_name(name: &str) -> ScreenKind {
    let hits = topics().name(name);
    let words = split(name);
    let has = |wanted: &[&str]| words.split(' ').any(|word| wanted.contains(&word));
    if is(&hits, "settings") || has(&SETTINGS) {
        ScreenKind::Settings
    } else if is(&hits, "about") || has(&ABOUT) {
        ScreenKind::About
    } else if is(&hits, "sign-in") || has(&SIGN_IN) {
        ScreenKind::SignIn
    } else {
        ScreenKind::Other
    }
}

impl<'a> Shows<'a> {
    /// Whether a text of it shows this topic.
    pub fn says(&self, topic: &str) -> bool {
        self.texts.iter().any(|(.., hits)| is(hits, topic))
    }

    /// The text that shows one of these topics.
    pub fn saying(&self, wanted: &[&str]) -> Option<&'a str> {
        let mut texts = self.texts.iter();
        texts
            .find(|(.., hits)| is_any(hits, wanted))
            .map(|(text, ..)| *text)
    }

    /// Whether it is a box to tick and no button.
    pub fn is_box(&self) -> bool {
        is_box(self.view)
    }
}

/// Whether a view is a box or switch.
pub fn is_box(view: &View) -> bool {
    let class = view.class.rsplit('.').next().unwrap_or_default();
    [
        "CheckBox",
        "Checkbox",
        "CheckedTextView",
        "Switch",
        "Toggle",
        "RadioButton",
    ]
    .iter()
    .any(|name| class.contains(name))
        || class.ends_with("CheckView")
}
