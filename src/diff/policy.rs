//! What the policy says: clauses gained and lost, and its date.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Changes, hidden};
use crate::catalog::ClauseKind;
use crate::evidence::Part;
use crate::facts::Facts;
use crate::policy::{Class, ClauseVerdict, Document, Language};

/// How the policies of both sides differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyChanges {
    /// The old one.
    pub old: PolicyHead,
    /// The new one.
    pub new: PolicyHead,
    /// Whether the texts are the same to the letter.
    pub same_text: bool,
    /// Clauses; those that a side does not have stand among its absences.
    pub clauses: Changes<ClauseState>,
}

/// What a policy is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyHead {
    /// Language.
    pub language: Language,
    /// Length in characters.
    pub chars: u64,
    /// Date that it states.
    pub date: Option<String>,
}

/// What a policy says of one clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseState {
    /// Id of the clause.
    pub id: String,
    /// What it means to have it.
    pub kind: ClauseKind,
    /// Whether the policy has it.
    pub verdict: ClauseVerdict,
    /// The firmest words that say it.
    pub quote: Option<String>,
}

impl PolicyChanges {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.same_text && self.clauses.is_empty()
    }
}

/// Compares the main sets; none if a side has none.
pub(super) fn compare(old: &Facts, new: &Facts) -> Option<PolicyChanges> {
    let ((was, was_texts), (is, is_texts)) = (head(old)?, head(new)?);
    let unread = |facts| hidden(facts, &[Part::Policy]);
    let clauses = Changes::of(clauses(old), clauses(new), |was, is| {
        was.verdict != is.verdict
    });
    Some(PolicyChanges {
        same_text: was_texts == is_texts,
        old: was,
        new: is,
        clauses: clauses.hidden(unread(old), unread(new)),
    })
}

/// The main set, and the digests of its texts.
fn head(facts: &Facts) -> Option<(PolicyHead, BTreeSet<&str>)> {
    let set = facts.policy.sets.iter().find(|set| set.main)?;
    let numbers = set.documents.iter();
    let documents: Vec<&Document> = numbers
        .filter_map(|number| facts.policy.documents.get(usize::try_from(*number).ok()?))
        .collect();
    let policies = documents.iter().filter(|of| of.class == Class::Policy);
    let head = PolicyHead {
        language: set.language,
        chars: set.chars,
        date: policies.filter_map(|of| of.date.clone()).max(),
    };
    let texts = documents.iter().map(|of| of.sha256.as_str()).collect();
    Some((head, texts))
}

fn clauses(facts: &Facts) -> BTreeMap<String, ClauseState> {
    let main = facts.policy.clauses.iter().filter(|clause| clause.main);
    main.map(|clause| {
        let said = clause.verdict <= ClauseVerdict::PresentWeak;
        let quote = clause.quotes.first().filter(|_| said);
        let state = ClauseState {
            id: clause.id.clone(),
            kind: clause.kind,
            verdict: clause.verdict,
            quote: quote.map(|quote| quote.text.clone()),
        };
        (clause.id.clone(), state)
    })
    .collect()
}
