//! From where the user comes to the policy.

use rustc_hash::{FxHashMap, FxHashSet};

use super::board::{is, is_any};
use super::code::ClassRead;
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
    let known = Known::new(screens, texts);
    let of_code = classes.iter().filter_map(|class| of_class(class, &known));
    links.extend(of_code);
    links.sort();
    links.dedup();
    links.truncate(MOST);
    links
}

/// What resources say, by their ids.
struct Known {
    kinds: FxHashMap<u32, ScreenKind>,
    policy: FxHashSet<u32>,
    answers: FxHashSet<u32>,
}

impl Known {
    fn new(screens: &[Screen<'_>], texts: &Texts) -> Self {
        let saying = |wanted: &[&str]| -> FxHashSet<u32> {
            let texts = texts.all().iter();
            let says = texts.filter(|text| is_any(&text.hits, wanted));
            says.map(|text| text.id).collect()
        };
        Self {
            kinds: screens
                .iter()
                .filter_map(|screen| Some((screen.layout.id?, screen.kind())))
                .collect(),
            policy: saying(&["policy-link"]),
            answers: saying(&["consent-agree", "consent-refuse"]),
        }
    }
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
fn of_class(class: &ClassRead, known: &Known) -> Option<PolicyLink> {
    let says = |ids: &FxHashSet<u32>, topics: &[&str]| {
        let mut texts = class.texts.iter().filter(|text| !text.path);
        class.ids.iter().any(|id| ids.contains(id)) || texts.any(|text| is_any(&text.hits, topics))
    };
    if !says(&known.policy, &["policy-link"]) {
        return None;
    }
    let outer = class.class.split('$').next().unwrap_or_default();
    let simple = outer.rsplit('.').next().unwrap_or_default();
    let mut from = kind_of_name(simple);
    if from == ScreenKind::Other {
        let shown = class.ids.iter().filter_map(|id| known.kinds.get(id));
        let mut kinds = shown.copied().filter(|kind| *kind != ScreenKind::Other);
        from = kinds.next().unwrap_or(ScreenKind::Other);
    }
    let answers = || says(&known.answers, &["consent-agree", "consent-refuse"]);
    if from == ScreenKind::Other && answers() {
        from = ScreenKind::Launcher;
    }
    Some(PolicyLink {
        from,
        screen: simple.to_owned(),
        place: Place::file(&*class.file).at(&*class.class),
    })
}
