//! Gathers what shows the topics, within bounds.

use std::collections::BTreeMap;

use super::topics::{Hit, topics};
use super::{Strength, TopicEvidence, TopicFact, Via};
use crate::catalog;
use crate::evidence::Place;

/// Pieces of evidence of one topic in the result.
const SHOWN: usize = 20;
/// Pieces that are told from each other.
const KEPT: usize = 2000;

/// What a piece of evidence is ordered and told from others by: the clear
/// first, then how it was found, the text and the screen.
type Key = (bool, Via, String, String);

/// Evidence by topic.
#[derive(Debug, Default)]
pub struct Board {
    topics: BTreeMap<usize, Found>,
}

#[derive(Debug, Default)]
struct Found {
    evidence: BTreeMap<Key, (String, Place)>,
    more: u64,
}

/// A piece of evidence before it is known what it shows.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// The text, name or address.
    pub text: &'a str,
    /// How it was found.
    pub via: Via,
    /// Locale of the text.
    pub locale: &'a str,
    /// Layout or class that shows it.
    pub screen: &'a str,
    /// It counts as weak whatever it says.
    pub weak: bool,
}

impl Board {
    /// Adds a piece for each topic that it shows.
    pub fn add(&mut self, hits: &[Hit], piece: Piece<'_>, place: &Place) {
        for hit in hits {
            let found = self.topics.entry(hit.topic).or_default();
            let key = (
                hit.weak || piece.weak,
                piece.via,
                piece.text.trim().to_owned(),
                piece.screen.to_owned(),
            );
            if found.evidence.len() < KEPT {
                let value = || (piece.locale.to_owned(), place.clone());
                found.evidence.entry(key).or_insert_with(value);
            } else if !found.evidence.contains_key(&key) {
                found.more = found.more.saturating_add(1);
            }
        }
    }

    /// The topics in the order of the catalogue.
    pub fn finish(self) -> Vec<TopicFact> {
        self.topics
            .into_iter()
            .map(|(topic, found)| fact(topics().id(topic), found))
            .collect()
    }
}

fn fact(topic: &str, found: Found) -> TopicFact {
    let clear = found.evidence.keys().any(|(weak, ..)| !weak);
    let mut ways: Vec<Via> = found.evidence.keys().map(|(_, via, ..)| *via).collect();
    ways.sort_unstable();
    ways.dedup();
    let beyond = found.evidence.len().saturating_sub(SHOWN);
    TopicFact {
        topic: topic.to_owned(),
        strength: if clear || ways.len() > 1 {
            Strength::Clear
        } else {
            Strength::Weak
        },
        more: found
            .more
            .saturating_add(u64::try_from(beyond).unwrap_or(u64::MAX)),
        evidence: found
            .evidence
            .into_iter()
            .take(SHOWN)
            .map(|((_, via, text, screen), (locale, place))| TopicEvidence {
                text,
                via,
                locale,
                screen,
                place,
            })
            .collect(),
    }
}

/// Whether one of the hits is on a topic.
pub fn is(hits: &[Hit], topic: &str) -> bool {
    debug_assert!(catalog::interface().get(topic).is_some(), "{topic}");
    hits.iter().any(|hit| topics().id(hit.topic) == topic)
}

/// Whether one of the hits is on one of these topics.
pub fn is_any(hits: &[Hit], wanted: &[&str]) -> bool {
    wanted.iter().any(|topic| is(hits, topic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str, via: Via) -> Piece<'_> {
        Piece {
            text,
            via,
            locale: "",
            screen: "",
            weak: false,
        }
    }

    #[test]
    fn two_weak_things_of_different_kind_are_clear() {
        let weak = Hit {
            topic: 0,
            weak: true,
        };
        let mut board = Board::default();
        let place = Place::file("a");
        board.add(&[weak], piece("a", Via::Name), &place);
        board.add(&[weak], piece("b", Via::Name), &place);
        let mut other = Board::default();
        other.add(&[weak], piece("a", Via::Name), &place);
        other.add(&[weak], piece("a", Via::Layout), &place);
        assert_eq!(board.finish()[0].strength, Strength::Weak);
        let facts = other.finish();
        assert_eq!(facts[0].strength, Strength::Clear);
        assert_eq!(facts[0].evidence[0].via, Via::Layout);
    }

    #[test]
    fn evidence_is_bounded_and_the_rest_counted() {
        let hit = Hit {
            topic: 0,
            weak: false,
        };
        let mut board = Board::default();
        for number in 0..3000 {
            let text = number.to_string();
            for _ in 0..2 {
                board.add(&[hit], piece(&text, Via::String), &Place::default());
            }
        }
        let facts = board.finish();
        assert_eq!(facts[0].evidence.len(), SHOWN);
        // Beyond what is told apart, each sighting counts.
        assert_eq!(facts[0].more, 1980 + 2000);
    }
}
