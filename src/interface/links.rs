//! From where the user comes to the policy.

use rustc_hash::FxHashMap;

use super::board::is;
use super::code::ClassRead;
use super::consent::ABOUT;
use super::layouts::{Screen, kind_of_name};
use super::texts::Texts;
use super::{PolicyLink, ScreenKind, Via};
use crate::evidence::Place;

/// Links in the result.
const MOST: usize = 50;

/// Screens and classes that name the policy.
pub fn policy_links(
    screens: &[Screen<'_>],
    texts: &Texts,
    classes: &[ClassRead],
) -> Vec<PolicyLink> {
    let mut links: Vec<PolicyLink> = screens.iter().filter_map(of_screen).collect();
    let by_id: FxHashMap<u32, &Screen<'_>> = screens
        .iter()
        .filter_map(|screen| Some((screen.layout.id?, screen)))
        .collect();
    links.extend(
        classes
            .iter()
            .filter_map(|class| of_class(class, texts, &by_id)),
    );
    links.sort();
    links.dedup();
    links.truncate(MOST);
    links
}

fn of_screen(screen: &Screen<'_>) -> Option<PolicyLink> {
    let named = screen.says("policy-link") || named(screen);
    named.then(|| PolicyLink {
        from: match screen.kind() {
            ScreenKind::Other if asks(screen) => ScreenKind::Launcher,
            kind => kind,
        },
        screen: screen.layout.name.clone(),
        place: screen.layout.place.clone(),
    })
}

/// Whether the id of a view names the policy.
fn named(screen: &Screen<'_>) -> bool {
    screen
        .views
        .iter()
        .any(|shows| is(&shows.name, "policy-link"))
}

/// Whether it asks for consent, or has the name of what does.
fn asks(screen: &Screen<'_>) -> bool {
    let answers = screen.says("consent-agree") || screen.says("consent-refuse");
    screen.via() == Via::Layout && (answers || is(&screen.name, "consent-text"))
}

/// A class that shows a text about the policy, by its name or the layout
/// that it shows it on.
fn of_class(
    class: &ClassRead,
    texts: &Texts,
    screens: &FxHashMap<u32, &Screen<'_>>,
) -> Option<PolicyLink> {
    let says = |topic: &str| {
        let mut of_code = class.texts.iter().filter(|text| !text.path);
        let mut of_ids = class.ids.iter().flat_map(|id| texts.of(*id));
        of_code.any(|text| is(&text.hits, topic)) || of_ids.any(|text| is(&text.hits, topic))
    };
    if !says("policy-link") {
        return None;
    }
    let outer = class.class.split('$').next().unwrap_or_default();
    let simple = outer.rsplit('.').next().unwrap_or_default();
    let mut from = kind_of_name(simple);
    if from == ScreenKind::Other {
        let shown = class.ids.iter().filter_map(|id| screens.get(id));
        let mut kinds = shown.map(|screen| screen.kind());
        from = kinds
            .find(|kind| *kind != ScreenKind::Other)
            .unwrap_or(ScreenKind::Other);
    }
    if from == ScreenKind::Other && (says("consent-agree") || says("consent-refuse")) {
        from = ScreenKind::Launcher;
    }
    debug_assert!(ABOUT.contains(&"policy-link"));
    Some(PolicyLink {
        from,
        screen: simple.to_owned(),
        place: Place::file(&*class.file).at(&*class.class),
    })
}
