//! Which SDKs of the app the policy discloses, and how fully.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Asked;
use crate::catalog::{self, Bilingual};
use crate::evidence::Place;
use crate::policy::{By, Class, Detail, Form, ListedFact, Matcher, Quote};
use crate::sdk::{FoundSdk, SdkFacts, Status};

/// What the policy says of one SDK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SdkDisclosure {
    /// Id in the catalogue.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// Legal entity, if the catalogue knows it.
    pub company: Option<String>,
    /// How sure it is that it is inside.
    pub status: Status,
    /// Whether it is disclosed.
    pub verdict: SdkVerdict,
    /// What the policy does not say of it, if it lists it.
    pub missing: Vec<Detail>,
    /// Entries of the list that are for it: their numbers.
    pub rows: Vec<u32>,
    /// By what the surest entry was told.
    pub by: Option<By>,
    /// The SDK that brings it along and stands for it, by id: the verdict is
    /// that SDK's.
    pub through: Option<String>,
    /// The words of the policy.
    pub quote: Option<Quote>,
    /// Where the app has it.
    pub place: Place,
    /// What shows it there.
    pub evidence: String,
}

/// Whether an SDK is disclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SdkVerdict {
    /// Listed with all that must be said of it, or a part of one that is.
    Disclosed,
    /// Listed, but something is not said.
    Incomplete,
    /// Named in the text, but not as an entry of a list.
    Mentioned,
    /// Only its vendor is named, which has more than this SDK.
    VendorOnly,
    /// The policy refers to a list that is not here.
    LinkedElsewhere,
    /// Not named at all.
    Undisclosed,
}

/// SDKs of the app against the list, and listed ones that are not inside.
pub(super) fn compare(asked: &Asked<'_>, sdks: &SdkFacts) -> (Vec<SdkDisclosure>, Vec<u32>) {
    let rows: Vec<(u32, &ListedFact)> = asked
        .policy
        .listed
        .iter()
        .enumerate()
        .filter(|(_, row)| row.set == asked.set.id)
        .filter_map(|(number, row)| Some((u32::try_from(number).ok()?, row)))
        .collect();
    let mentioned: BTreeSet<&str> = asked
        .documents()
        .flat_map(|document| Matcher::builtin().mentioned(&document.prose.text))
        .collect();
    // A list that is here has all that the policy refers to.
    let has_list = asked
        .documents()
        .any(|document| document.class == Class::SdkList);
    let clause = asked
        .policy
        .clauses
        .iter()
        .find(|clause| clause.set == asked.set.id && clause.id == "sdk-list");
    // A policy that has a list of its own may point to the general list of
    // what is shared, in the app; only another list of SDKs goes on from it.
    let lists_itself = rows.iter().any(|(_, row)| row.entry.form != Form::Sentence);
    let of_sdks = |quote: &Quote| {
        let text = quote.text.to_lowercase();
        text.contains("sdk") || text.contains("插件")
    };
    let elsewhere = clause
        .and_then(|clause| clause.elsewhere.as_ref())
        .filter(|quote| !has_list && (!lists_itself || of_sdks(quote)));
    let reader = Reader {
        rows: &rows,
        mentioned: &mentioned,
        elsewhere,
    };
    let mut all: Vec<SdkDisclosure> = sdks
        .inside()
        .filter(|sdk| handles_personal_information(sdk))
        .map(|sdk| reader.sdk(sdk))
        .collect();
    // A chain of SDKs that bring each other is no longer than this.
    for _ in 0..8 {
        if !stand_for_parts(&mut all, sdks) {
            break;
        }
    }
    let inside: BTreeSet<&str> = sdks.found.iter().map(|sdk| sdk.id.as_str()).collect();
    let not_inside = rows
        .iter()
        .filter(|(_, row)| {
            let sure = row.entry.sdks.iter().filter(|sdk| sdk.by != By::Vendor);
            let mut sure = sure.peekable();
            sure.peek().is_some() && sure.all(|sdk| !inside.contains(sdk.id.as_str()))
        })
        .map(|(number, _)| *number)
        .collect();
    (all, not_inside)
}

/// Whether the catalogue or its code says so.
fn handles_personal_information(sdk: &FoundSdk) -> bool {
    let known = catalog::sdks()
        .sdk(&sdk.id)
        .is_some_and(|entry| !entry.data.required.is_empty() || !entry.data.optional.is_empty());
    known || sdk.touches.iter().any(|touch| !touch.possible)
}

struct Reader<'a> {
    rows: &'a [(u32, &'a ListedFact)],
    mentioned: &'a BTreeSet<&'a str>,
    /// The words that refer to a list that is not here.
    elsewhere: Option<&'a Quote>,
}

impl Reader<'_> {
    fn sdk(&self, sdk: &FoundSdk) -> SdkDisclosure {
        let joined: Vec<(u32, &ListedFact, By)> = self
            .rows
            .iter()
            .filter_map(|(number, row)| {
                let joined = row.entry.sdks.iter().find(|joined| joined.id == sdk.id)?;
                Some((*number, *row, joined.by))
            })
            .collect();
        let sure: Vec<&(u32, &ListedFact, By)> = joined
            .iter()
            .filter(|(_, _, by)| *by != By::Vendor)
            .collect();
        // A detail is missing if none of its entries says it.
        let missing = sure
            .iter()
            .map(|(_, row, _)| row.entry.missing().into_iter().collect::<BTreeSet<_>>())
            .reduce(|all, one| all.intersection(&one).copied().collect())
            .unwrap_or_default();
        let mut verdict = if !sure.is_empty() && missing.is_empty() {
            SdkVerdict::Disclosed
        } else if !sure.is_empty() {
            SdkVerdict::Incomplete
        } else if self.mentioned.contains(sdk.id.as_str()) {
            SdkVerdict::Mentioned
        } else if self.elsewhere.is_some() {
            SdkVerdict::LinkedElsewhere
        } else if !joined.is_empty() {
            SdkVerdict::VendorOnly
        } else {
            SdkVerdict::Undisclosed
        };
        // The link is asked for by good practice, not by every regulator: an
        // entry that lacks nothing else is complete.
        let only_link = missing.iter().all(|detail| *detail == Detail::Link);
        if verdict == SdkVerdict::Incomplete && only_link {
            verdict = SdkVerdict::Disclosed;
        }
        let best = sure
            .iter()
            .copied()
            .chain(&joined)
            .min_by_key(|(number, _, by)| (*by, *number));
        let elsewhere = || match verdict {
            SdkVerdict::LinkedElsewhere => self.elsewhere.cloned(),
            _ => None,
        };
        let trace = sdk.evidence.first();
        SdkDisclosure {
            id: sdk.id.clone(),
            name: sdk.name.clone(),
            company: sdk.company.clone(),
            status: sdk.status,
            verdict,
            missing: missing.into_iter().collect(),
            rows: joined.iter().map(|(number, _, _)| *number).collect(),
            by: best.map(|(_, _, by)| *by),
            through: None,
            quote: best.map(|(_, row, _)| row.quote.clone()).or_else(elsewhere),
            place: trace.map_or_else(Place::default, |trace| trace.place.clone()),
            evidence: trace.map_or_else(String::new, |trace| trace.value.clone()),
        }
    }
}

/// An SDK that another brings along, and that the policy does not name,
/// stands or falls with the one that brings it. Says whether that changed
/// anything.
fn stand_for_parts(all: &mut [SdkDisclosure], sdks: &SdkFacts) -> bool {
    let mut changed = false;
    let verdicts: BTreeMap<String, (SdkVerdict, Option<Quote>)> = all
        .iter()
        .map(|sdk| (sdk.id.clone(), (sdk.verdict, sdk.quote.clone())))
        .collect();
    for disclosure in all {
        if disclosure.verdict <= SdkVerdict::Mentioned {
            continue;
        }
        let found = sdks.found.iter().find(|sdk| sdk.id == disclosure.id);
        let bringers = found
            .map(|sdk| sdk.brought_by.as_slice())
            .unwrap_or_default();
        let best = bringers
            .iter()
            .filter_map(|id| Some((verdicts.get(id)?, id)))
            .min_by_key(|((verdict, _), id)| (*verdict, *id));
        if let Some(((verdict, quote), id)) = best {
            let verdict = match verdict {
                SdkVerdict::Incomplete | SdkVerdict::Mentioned => SdkVerdict::Disclosed,
                other => *other,
            };
            changed |= disclosure.verdict != verdict;
            disclosure.verdict = verdict;
            disclosure.through = Some(id.clone());
            disclosure.quote.clone_from(quote);
        }
    }
    changed
}
