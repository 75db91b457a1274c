//! Which personal information that the app's own code reads the policy
//! names.

use serde::{Deserialize, Serialize};

use super::Asked;
use crate::catalog::{self, Bilingual};
use crate::evidence::Place;
use crate::policy::{DataMention, Polarity, Quote, Subject};
use crate::sdk::{SdkFacts, Touch};

/// What the policy says of a kind of information that code reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataDisclosure {
    /// Id of the kind.
    pub kind: String,
    /// Its name.
    pub name: Bilingual,
    /// Whose code reads it: `app`, `root:NAME`, `unknown`.
    pub owner: String,
    /// Whether it is named.
    pub verdict: DataVerdict,
    /// Only calls whose arguments decide and are not known.
    pub possible: bool,
    /// What is called, sorted.
    pub apis: Vec<String>,
    /// The first calling class.
    pub caller: String,
    /// Where.
    pub place: Place,
    /// The words that name it, or the group it is of.
    pub quote: Option<Quote>,
    /// The words that deny it.
    pub denial: Option<Quote>,
}

/// Whether a kind of information is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataVerdict {
    /// By itself.
    Named,
    /// Only by a group that is enough for it: 日志信息 for crash logs.
    ByGroup,
    /// Only by a group that is not enough for it: 设备信息 for the IMEI.
    GroupOnly,
    /// Only as something that an SDK collects.
    OfSdkOnly,
    /// Not at all.
    Absent,
    /// As something that the app does not collect.
    Denied,
}

/// Kinds of access that are no information of the user.
const NO_DATA: [&str; 3] = ["self_launch", "associated_launch", "shell"];

/// What the app's own and unknown code reads, against what the set names.
pub(super) fn compare(asked: &Asked<'_>, sdks: &SdkFacts) -> Vec<DataDisclosure> {
    let own = sdks.touches.iter().map(|touch| ("app".to_owned(), touch));
    let renamed = sdks
        .unattributed
        .iter()
        .map(|touch| ("unknown".to_owned(), touch));
    let unknown = sdks.unknown.iter().flat_map(|root| {
        let owner = format!("root:{}", root.name);
        root.touches.iter().map(move |touch| (owner.clone(), touch))
    });
    let mentions: Vec<&DataMention> = asked
        .policy
        .data
        .iter()
        .filter(|mention| mention.set == asked.set.id)
        .collect();
    let mut all: Vec<DataDisclosure> = own
        .chain(renamed)
        .chain(unknown)
        .filter(|(_, touch)| !NO_DATA.contains(&touch.kind.as_str()))
        .map(|(owner, touch)| disclosure(owner, touch, &mentions))
        .collect();
    all.sort_by(|a, b| (&a.kind, &a.owner).cmp(&(&b.kind, &b.owner)));
    all
}

fn disclosure(owner: String, touch: &Touch, mentions: &[&DataMention]) -> DataDisclosure {
    let exact = |mention: &&&DataMention| !mention.broad && is_of(&mention.kind, &touch.kind);
    let said = |mention: &&&DataMention| mention.polarity != Polarity::Denied;
    let of_app = |mention: &&&DataMention| mention.subject != Subject::Sdk;
    let denial = mentions
        .iter()
        .filter(exact)
        .find(|mention| mention.polarity == Polarity::Denied && mention.subject == Subject::App);
    let named = mentions.iter().filter(exact).filter(said).find(of_app);
    let group = mentions
        .iter()
        .filter(said)
        .filter(of_app)
        .filter(|mention| covers(mention, &touch.kind));
    let group_enough = group
        .clone()
        .find(|mention| !(mention.broad && warns(&mention.kind, &touch.kind)));
    let group_only = group.clone().next();
    let of_sdk = mentions.iter().filter(exact).find(said);
    let (verdict, quote) = if let Some(mention) = named {
        (DataVerdict::Named, Some(mention))
    } else if denial.is_some() {
        (DataVerdict::Denied, None)
    } else if let Some(mention) = group_enough {
        (DataVerdict::ByGroup, Some(mention))
    } else if let Some(mention) = group_only {
        (DataVerdict::GroupOnly, Some(mention))
    } else if let Some(mention) = of_sdk {
        (DataVerdict::OfSdkOnly, Some(mention))
    } else {
        (DataVerdict::Absent, None)
    };
    DataDisclosure {
        kind: touch.kind.clone(),
        name: touch.name.clone(),
        owner,
        verdict,
        possible: touch.possible,
        apis: touch.apis.clone(),
        caller: touch.caller.clone(),
        place: touch.place.clone(),
        quote: quote.map(|mention| mention.quote.clone()),
        denial: denial.map(|mention| mention.quote.clone()),
    }
}

/// Whether a kind is this one or a more special one: `device_id.imei` is of
/// `device_id`.
fn is_of(kind: &str, general: &str) -> bool {
    kind.strip_prefix(general)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a mention is of a group that has the kind.
pub(super) fn covers(mention: &DataMention, kind: &str) -> bool {
    if mention.broad {
        catalog::data_words()
            .group(&mention.kind)
            .is_some_and(|group| group.covers(kind))
    } else {
        is_of(kind, &mention.kind)
    }
}

fn warns(group: &str, kind: &str) -> bool {
    catalog::data_words()
        .group(group)
        .is_some_and(|group| group.warns(kind))
}
