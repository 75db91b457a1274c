//! From everything that shows the interface of an app to its facts.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ads;
use super::board::{Board, Piece};
use super::code::{self, ClassRead, CodeFile, CodeRead, Scan};
use super::consent;
use super::gaps::{self, Looked};
use super::layouts::{self, Screen};
use super::links;
use super::owners::{Foreign, of_owner};
use super::texts::{self, Texts};
use super::ticked;
use super::topics::topics;
use super::{InterfaceFacts, Searched, SearchedPart, Via};
use crate::decode::resources::ResourceTable;
use crate::endpoint::{Endpoint, Kind};
use crate::evidence::{Gap, Place};
use crate::layout::LayoutFacts;
use crate::limits::Limits;
use crate::policy::{PolicyFacts, Shown};
use crate::sdk::{Owners, SdkFacts};

/// What the rooms before this one know.
pub struct Sources<'a> {
    /// Layouts, menus and preference screens.
    pub layouts: &'a LayoutFacts,
    /// Resource tables, each with its file.
    pub tables: Vec<(&'a ResourceTable, &'a Place)>,
    /// The app's DEX files.
    pub files: Vec<CodeFile<'a>>,
    /// Whose code is whose.
    pub owners: &'a Owners<'a>,
    /// The SDKs inside.
    pub sdks: &'a SdkFacts,
    /// Texts of scripts and pages that are telling, and how many more there
    /// were.
    pub shown: (Vec<Shown>, u64),
    /// Addresses.
    pub endpoints: &'a [Endpoint],
    /// Policy texts, and what was looked through for them.
    pub policy: &'a PolicyFacts,
    /// Ids of frameworks of which not even the texts can be read.
    pub unread: Vec<&'a str>,
    /// What the rooms could not look at.
    pub gaps: &'a [Gap],
}

/// What the screens of the app offer and ask, and what could not be looked
/// at of them.
pub fn read(sources: &Sources<'_>, limits: &Limits) -> (InterfaceFacts, Vec<Gap>) {
    let foreign = Foreign::new(sources.sdks.inside().map(|sdk| sdk.id.as_str()));
    let screens = layouts::screens(sources.layouts, &foreign);
    let texts = texts::read(&sources.tables, &foreign);
    let code = scan(sources, &screens, &texts, limits);
    let mut board = Board::default();
    for screen in &screens {
        screen.show(&mut board);
    }
    texts.show(&mut board, &screens, &code.classes);
    for class in &code.classes {
        show_class(class, &mut board);
    }
    let of_policies = lines(sources.policy);
    for text in &sources.shown.0 {
        let weak = of_policies.contains(&(text.place.file.as_str(), text.text.as_str()));
        show_text(text, weak, &mut board);
    }
    for endpoint in sources.endpoints {
        show_address(endpoint, &mut board);
    }
    let facts = InterfaceFacts {
        topics: board.finish(),
        dialogs: consent::dialogs(sources, &screens, &texts, &code.classes),
        ticked: ticked::ticked(&screens, &code.classes),
        policy_links: links::policy_links(&screens, &texts, &code.classes),
        ad_screens: ads::screens(&screens),
        searched: searched(sources, &screens, &texts, &code),
    };
    let looked = Looked {
        gaps: sources.gaps,
        cut: &code.cut,
        more: sources.shown.1,
        unread: &sources.unread,
        screens: &screens,
    };
    (facts, gaps::of(&looked))
}

/// Looks through the code for what the screens and texts are known by.
fn scan(sources: &Sources<'_>, screens: &[Screen<'_>], texts: &Texts, limits: &Limits) -> CodeRead {
    let mut ids: FxHashSet<u32> = texts.ids().collect();
    let mut by_name: FxHashMap<String, u32> = texts.names().collect();
    for screen in screens {
        ids.extend(screen.layout.id);
        let name = format!("{}.{}", screen.folder(), screen.layout.name);
        by_name.extend(screen.layout.id.map(|id| (name, id)));
    }
    let wanted = Scan {
        owners: sources.owners,
        ids: &ids,
        by_name: &by_name,
        limits,
    };
    code::scan(&sources.files, &wanted)
}

fn show_class(class: &ClassRead, board: &mut Board) {
    let place = Place::file(&*class.file).at(&*class.class);
    let simple = class.class.rsplit('.').next().unwrap_or_default();
    let piece = |text, via| Piece {
        text,
        via,
        locale: "",
        screen: simple,
        weak: class.perhaps,
    };
    board.add(&class.name, piece(simple, Via::Name), &place);
    for (method, hits) in &class.methods {
        let place = Place::file(&*class.file).at(format!("{}.{method}", class.class));
        board.add(hits, piece(method, Via::Name), &place);
    }
    for text in &class.texts {
        let via = if text.path { Via::Endpoint } else { Via::Code };
        let locator = match text.method.as_str() {
            "" => class.class.clone(),
            method => format!("{}.{method}", class.class),
        };
        let place = Place::file(&*class.file).at(locator);
        board.add(&text.hits, piece(&text.text, via), &place);
    }
}

/// The lines of policies, each with the file in which it stands: headings
/// of a policy that a script draws look like labels of a screen.
fn lines(policy: &PolicyFacts) -> FxHashSet<(&str, &str)> {
    let documents = policy.documents.iter();
    let lines = documents.flat_map(|document| {
        let lines = document.prose.text.lines();
        lines.map(|line| (document.place.file.as_str(), line.trim()))
    });
    lines.collect()
}

/// A text or an address in a script or page.
fn show_text(shown: &Shown, weak: bool, board: &mut Board) {
    let label = topics().label(&shown.text);
    let (hits, via) = if label.is_empty() {
        (topics().url(&shown.text), Via::Endpoint)
    } else {
        (label, Via::Bundle)
    };
    let screen = shown.place.file.rsplit('/').next().unwrap_or_default();
    let piece = Piece {
        text: &shown.text,
        via,
        locale: "",
        screen,
        weak,
    };
    board.add(&hits, piece, &shown.place);
}

fn show_address(endpoint: &Endpoint, board: &mut Board) {
    let owners = &endpoint.owners;
    let own = owners.is_empty() || owners.iter().any(|owner| of_owner(owner).counts());
    let Some(place) = endpoint.places.first().filter(|_| own) else {
        return;
    };
    if endpoint.kind != Kind::Endpoint {
        return;
    }
    let piece = Piece {
        text: &endpoint.url,
        via: Via::Endpoint,
        locale: "",
        screen: "",
        weak: false,
    };
    board.add(&topics().url(&endpoint.url), piece, place);
}

fn searched(
    sources: &Sources<'_>,
    screens: &[Screen<'_>],
    texts: &Texts,
    code: &CodeRead,
) -> Vec<Searched> {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    [
        (SearchedPart::Screens, count(screens.len())),
        (SearchedPart::Strings, texts.seen()),
        (SearchedPart::Classes, code.seen),
        (SearchedPart::Constants, code.constants),
        (SearchedPart::Addresses, count(sources.endpoints.len())),
        (SearchedPart::Bundles, sources.policy.searched.files),
    ]
    .into_iter()
    .map(|(part, count)| Searched { part, count })
    .collect()
}
