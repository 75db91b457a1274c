//! Screens of the app's own that show an advertisement, and whether the
//! user can leave it. What the SDKs of advertisers show is theirs: they put
//! their own button on it.

use super::board::is;
use super::layouts::Screen;
use super::topics::split;
use super::{AdScreen, Via};
use crate::layout::View;

/// Screens in the result.
const MOST: usize = 50;
/// Words for an advertisement in names.
const AD: [&str; 6] = [
    "ad",
    "ads",
    "advert",
    "advertisement",
    "guanggao",
    "advertise",
];
/// Words in names of screens that stand before or above others.
const ABOVE: [&str; 10] = [
    "splash",
    "launch",
    "launcher",
    "welcome",
    "start",
    "dialog",
    "popup",
    "pop",
    "interstitial",
    "open",
];
/// Words in ids of views that close.
const CLOSING: [&str; 9] = [
    "close",
    "skip",
    "cancel",
    "dismiss",
    "exit",
    "countdown",
    "jump",
    "timer",
    "back",
];

/// Layouts that show an advertisement before or above another screen.
pub fn screens(screens: &[Screen<'_>]) -> Vec<AdScreen> {
    let mut found: Vec<AdScreen> = screens
        .iter()
        .filter(|screen| screen.via() == Via::Layout && shows_ad(screen))
        .map(|screen| AdScreen {
            screen: screen.layout.name.clone(),
            closes: closes(screen),
            place: screen.layout.place.clone(),
        })
        .collect();
    found.sort();
    found.truncate(MOST);
    found
}

/// Its name says that it stands before or above others, and a picture or
/// film on it has the name of an advertisement.
fn shows_ad(screen: &Screen<'_>) -> bool {
    let name = split(&screen.layout.name);
    let above = name.split(' ').any(|word| ABOVE.contains(&word));
    let of_ads = name.split(' ').any(|word| AD.contains(&word));
    let picture = |view: &View| {
        let class = view.class.rsplit('.').next().unwrap_or_default();
        let shows = ["Image", "Video", "Player", "Drawee", "Gif", "Lottie"];
        let id = split(view.id.as_deref().unwrap_or_default());
        let named = id.split(' ').any(|word| AD.contains(&word));
        shows.iter().any(|kind| class.contains(kind)) && (named || of_ads)
    };
    above && screen.layout.views.iter().any(picture)
}

fn closes(screen: &Screen<'_>) -> bool {
    let says = screen
        .views
        .iter()
        .any(|shows| shows.says("skip-ad") || is(&shows.name, "skip-ad"));
    let by_id = |view: &View| {
        let words = split(view.id.as_deref().unwrap_or_default());
        words.split(' ').any(|word| CLOSING.contains(&word))
    };
    let brings = |view: &View| view.include.is_some();
    says || screen
        .layout
        .views
        .iter()
        .any(|view| by_id(view) || brings(view))
}
