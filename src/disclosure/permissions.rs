//! Which permissions that protect personal information the policy names.

use serde::{Deserialize, Serialize};

use super::Asked;
use super::data::covers;
use crate::catalog::{self, Level};
use crate::evidence::Place;
use crate::manifest::Permissions;
use crate::policy::{DataMention, Polarity, Quote};

/// What the policy says of a permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionDisclosure {
    /// Full name.
    pub name: String,
    /// Whether it is named.
    pub verdict: PermissionVerdict,
    /// Who asked for it in the merged manifest, if that is known.
    pub asked_by: Vec<String>,
    /// Where it is asked for.
    pub place: Place,
    /// The words that name it, or what it opens.
    pub quote: Option<Quote>,
}

/// Whether a permission is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PermissionVerdict {
    /// As a permission.
    Named,
    /// Only what it opens is named, not the permission.
    DataNamed,
    /// Not at all.
    Unnamed,
}

/// Dangerous and special permissions that open personal information,
/// against the set.
pub(super) fn compare(asked: &Asked<'_>, permissions: &Permissions) -> Vec<PermissionDisclosure> {
    let mut all = Vec::new();
    for permission in &permissions.requested {
        let Some(entry) = catalog::permission(&permission.name) else {
            continue;
        };
        let is_asked_for = matches!(entry.level, Level::Dangerous | Level::Special);
        // What opens no personal information is no matter of the policy.
        if !is_asked_for || entry.data.is_empty() {
            continue;
        }
        let named = asked
            .policy
            .permissions
            .iter()
            .find(|named| named.set == asked.set.id && named.permission == permission.name);
        let opens = || {
            asked.policy.data.iter().find(|mention| {
                mention.set == asked.set.id
                    && mention.polarity != Polarity::Denied
                    && entry.data.iter().any(|kind| opens_like(mention, kind))
            })
        };
        let (verdict, quote) = match named {
            Some(named) => (PermissionVerdict::Named, Some(named.quote.clone())),
            None => match opens() {
                Some(mention) => (PermissionVerdict::DataNamed, Some(mention.quote.clone())),
                None => (PermissionVerdict::Unnamed, None),
            },
        };
        all.push(PermissionDisclosure {
            name: permission.name.clone(),
            verdict,
            asked_by: permission.asked_by.clone(),
            place: permission.place.clone(),
            quote,
        });
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all.dedup_by(|b, a| a.name == b.name);
    all
}

/// Whether a mention is of the kind of information, of a group that has it,
/// or of a sister of it: who writes of the precise location has said
/// location.
fn opens_like(mention: &DataMention, kind: &str) -> bool {
    let family = |kind: &str| kind.split('.').next().unwrap_or_default().to_owned();
    covers(mention, kind) || !mention.broad && family(&mention.kind) == family(kind)
}
