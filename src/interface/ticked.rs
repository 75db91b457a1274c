//! Boxes beside words about a policy that are ticked to begin with.

use rustc_hash::FxHashMap;

use super::code::{ClassRead, Target};
use super::consent::ABOUT;
use super::layouts::{Screen, is_box};
use super::topics::{split, topics};
use super::{Ticked, Via};
use crate::evidence::Place;
use crate::layout::View;

/// Boxes in the result.
const MOST: usize = 50;
/// How many views may stand between a box and its words.
const BESIDE: usize = 2;
/// Words in ids of views that are about agreeing to something.
const NAMES: [&str; 9] = [
    "agree",
    "agreement",
    "privacy",
    "protocol",
    "policy",
    "terms",
    "xieyi",
    "consent",
    "yinsi",
];

/// What layouts tick, and what code ticks when it makes a screen.
pub fn ticked(screens: &[Screen<'_>], classes: &[ClassRead]) -> Vec<Ticked> {
    let mut all: Vec<Ticked> = screens
        .iter()
        .filter(|screen| screen.via() == Via::Layout)
        .flat_map(by_layout)
        .chain(by_code(screens, classes))
        .collect();
    all.sort();
    all.dedup_by(|b, a| (&a.text, &a.near, a.via) == (&b.text, &b.near, b.via));
    all.truncate(MOST);
    all
}

fn by_layout(screen: &Screen<'_>) -> Vec<Ticked> {
    let views = screen.layout.views.iter().enumerate();
    let ticked = views.filter(|(_, view)| view.checked == Some(true) && is_box(view));
    ticked
        .filter_map(|(index, view)| {
            Some(Ticked {
                via: Via::Layout,
                text: shown(view),
                near: near(screen, index)?,
                place: view.place.clone(),
            })
        })
        .collect()
}

fn by_code(screens: &[Screen<'_>], classes: &[ClassRead]) -> Vec<Ticked> {
    // The first layout that has a view of the id.
    let mut boxes: FxHashMap<u32, (&Screen<'_>, usize)> = FxHashMap::default();
    for screen in screens {
        for (index, view) in screen.layout.views.iter().enumerate() {
            if let Some(id) = view.resource {
                boxes.entry(id).or_insert((screen, index));
            }
        }
    }
    let of_class = |class: &ClassRead| -> Vec<Ticked> {
        let ticked = class.ticked.iter().filter_map(|tick| {
            let (text, near) = match &tick.target {
                Target::Id(id) => {
                    let (screen, index) = boxes.get(id)?;
                    let view = screen.layout.views.get(*index)?;
                    (shown(view), near(screen, *index)?)
                }
                Target::Field(name) => (name.clone(), by_name(name)?),
            };
            let method = format!("{}.{}", class.class, tick.method);
            Some(Ticked {
                via: Via::Code,
                text,
                near,
                place: Place::file(&*class.file).at(method),
            })
        });
        ticked.collect()
    };
    classes.iter().flat_map(of_class).collect()
}

/// The words of a box about a policy: its own, those of the text beside it,
/// or its name if it has no words at all. One whose words are about something
/// else, "do not show again", has none.
fn near(screen: &Screen<'_>, index: usize) -> Option<String> {
    let views = &screen.layout.views;
    let own = views.get(index)?;
    if let Some(text) = about(own) {
        return Some(text);
    }
    let id = own.id.as_deref().unwrap_or_default();
    if !own.texts.is_empty() {
        return None;
    }
    // The words stand behind the box, as a rule; another box has its own.
    let after = views.get(index.saturating_add(1)..).unwrap_or_default();
    let beside = || after.iter().take_while(|view| !is_box(view)).take(BESIDE);
    if beside().any(|view| !view.texts.is_empty()) {
        return beside().find_map(about);
    }
    by_name(id)
}

/// What a view says about a policy.
fn about(view: &View) -> Option<String> {
    let texts = view.texts.iter();
    let says = |text: &&str| super::board::is_any(&topics().label(text), &ABOUT);
    texts
        .map(|label| label.text.as_str())
        .find(says)
        .map(str::to_owned)
}

/// A name with a word about agreeing to something.
fn by_name(name: &str) -> Option<String> {
    let words = split(name);
    let is = words.split(' ').any(|word| NAMES.contains(&word));
    is.then(|| name.to_owned())
}

/// A view as a person may know it.
fn shown(view: &View) -> String {
    let text = view.texts.first().map(|label| label.text.clone());
    text.or_else(|| view.id.clone()).unwrap_or_default()
}
