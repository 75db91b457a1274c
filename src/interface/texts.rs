//! What string resources say, and whether anything shows them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Via;
use super::board::{Board, Piece};
use super::code::ClassRead;
use super::layouts::Screen;
use super::owners::Foreign;
use super::topics::{Hit, topics};
use crate::decode::resources::ResourceTable;
use crate::evidence::Place;

/// Texts of interest that are kept.
const KEPT: usize = 20_000;

/// Texts of string resources that show something.
#[derive(Debug, Default)]
pub struct Texts {
    kept: Vec<Text>,
    seen: u64,
}

/// One text in one locale.
#[derive(Debug)]
pub struct Text {
    /// Id of the resource.
    pub id: u32,
    /// `string/delete_account`
    pub name: String,
    /// Locale; empty for the default.
    pub locale: String,
    /// The text.
    pub words: String,
    /// What it shows.
    pub hits: Vec<Hit>,
    /// Where.
    pub place: Place,
}

/// Looks through the string resources that are not a library's.
pub fn read(tables: &[(&ResourceTable, &Place)], foreign: &Foreign) -> Texts {
    let mut texts = Texts::default();
    for (table, place) in tables {
        // All texts of one resource come one after the other.
        let mut last: (u32, bool) = (0, false);
        for string in table.strings() {
            let name = string.name.split_once('/').map_or("", |(_, name)| name);
            let name = name.split('[').next().unwrap_or_default();
            if last.0 != string.id {
                last = (string.id, foreign.has(name));
            }
            if last.1 {
                continue;
            }
            texts.seen = texts.seen.saturating_add(1);
            let hits = topics().label(&string.text);
            if hits.is_empty() || texts.kept.len() >= KEPT {
                continue;
            }
            texts.kept.push(Text {
                id: string.id,
                place: (*place).clone().at(&*string.name),
                name: string.name,
                locale: string.locale,
                words: string.text,
                hits,
            });
        }
    }
    texts
}

impl Texts {
    /// Number of texts looked through.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// Ids of the resources that say something.
    pub fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.kept.iter().map(|text| text.id)
    }

    /// The same by name: `string.delete_account`.
    pub fn names(&self) -> impl Iterator<Item = (String, u32)> + '_ {
        self.kept.iter().map(|text| {
            let name = text.name.split('[').next().unwrap_or_default();
            (name.replacen('/', ".", 1), text.id)
        })
    }

    /// All of them, in the order of the tables.
    pub fn all(&self) -> &[Text] {
        &self.kept
    }

    /// Adds the texts. One that no screen and no class of the app is seen to
    /// show is weak: builds keep texts that nothing uses. One that a screen
    /// shows is evidence of the screen already.
    pub fn show(&self, board: &mut Board, screens: &[Screen<'_>], classes: &[ClassRead]) {
        let on_screens: FxHashSet<&str> = screens
            .iter()
            .flat_map(|screen| &screen.views)
            .flat_map(|shows| &shows.texts)
            .map(|(text, ..)| *text)
            .collect();
        let mut by_class: FxHashMap<u32, &str> = FxHashMap::default();
        for class in classes.iter().filter(|class| !class.perhaps) {
            let simple = class.class.rsplit('.').next().unwrap_or_default();
            for id in &class.ids {
                by_class.entry(*id).or_insert(simple);
            }
        }
        for text in &self.kept {
            if on_screens.contains(text.words.as_str()) {
                continue;
            }
            let screen = by_class.get(&text.id);
            let piece = Piece {
                text: &text.words,
                via: Via::String,
                locale: &text.locale,
                screen: screen.copied().unwrap_or_default(),
                weak: screen.is_none(),
            };
            board.add(&text.hits, piece, &text.place);
        }
    }
}
