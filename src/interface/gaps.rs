//! What could not be looked at of the interface: as few gaps as say it.

use std::collections::BTreeMap;

use super::layouts::Screen;
use crate::evidence::{Gap, GapKind, Part, Place};
use crate::layout::LayoutKind;

/// What the gaps follow from.
pub struct Looked<'a> {
    /// Gaps of the other rooms.
    pub gaps: &'a [Gap],
    /// Code files of which not all classes were read.
    pub cut: &'a [String],
    /// Texts of scripts that were not kept.
    pub more: u64,
    /// Frameworks of which not even the texts can be read.
    pub unread: &'a [&'a str],
    /// The app's own screens.
    pub screens: &'a [Screen<'a>],
}

/// The gaps, one for each kind.
pub fn of(looked: &Looked<'_>) -> Vec<Gap> {
    let mut first: BTreeMap<GapKind, (Place, String, usize)> = BTreeMap::new();
    let mut note = |kind: GapKind, place: &Place, detail: String| {
        let gap = first.entry(kind).or_insert((place.clone(), detail, 0));
        gap.2 = gap.2.saturating_add(1);
    };
    for gap in looked.gaps.iter().filter(|gap| hides(gap)) {
        note(gap.kind, &gap.place, gap.detail.clone());
    }
    for file in looked.cut {
        let detail = "its tables point to the same bytes again and again; reading stopped";
        note(GapKind::Limit, &Place::file(file), detail.to_owned());
    }
    if looked.more > 0 {
        let detail = format!("{} more texts of scripts are not kept", looked.more);
        note(GapKind::Limit, &Place::default(), detail);
    }
    for framework in looked.unread {
        let detail = format!("{framework}: its texts are not read");
        note(GapKind::Opaque, &Place::default(), detail);
    }
    if let Some(place) = pages_only(looked.screens) {
        let detail = "its screens seem to be pages that a server sends";
        note(GapKind::Remote, place, detail.to_owned());
    }
    let gap = |(kind, (place, detail, count))| Gap {
        part: Part::Interface,
        kind,
        place,
        detail: match count {
            1 => detail,
            more => format!("{detail} ({more} such gaps)"),
        },
    };
    first.into_iter().map(gap).collect()
}

/// Whether a gap of another room hides screens, code that makes them, or
/// scripts that draw them. Of a framework's compiled code the texts are
/// read, and so are those of code that nothing leads to; that a policy is only linked or not there says nothing of screens.
fn hides(gap: &Gap) -> bool {
    match gap.part {
        Part::Resources | Part::Code | Part::Container => {
            !matches!(gap.kind, GapKind::Opaque | GapKind::NoEntry)
        }
        // Of scripts the first is named; of other texts, which are no
        // screens, none is.
        Part::Policy => {
            !matches!(gap.kind, GapKind::Remote | GapKind::NotFound) && !gap.place.file.is_empty()
        }
        _ => false,
    }
}

/// A screen of an app that has pages to show and no text on any screen.
fn pages_only<'a>(screens: &'a [Screen<'a>]) -> Option<&'a Place> {
    let mut page = None;
    for screen in screens
        .iter()
        .filter(|s| s.layout.kind != LayoutKind::Navigation)
    {
        for view in &screen.layout.views {
            if !view.texts.is_empty() {
                return None;
            }
            if view.class.ends_with("WebView") {
                page.get_or_insert(&view.place);
            }
        }
    }
    page
}
