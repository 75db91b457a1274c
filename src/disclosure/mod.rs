//! The app held against its policy: which SDKs, which personal information
//! and which permissions of it the policy names.
//!
//! Only the main set of policy texts is asked. Without one nothing is said:
//! what was not read is not undisclosed.

mod data;
mod permissions;
mod sdks;

pub use data::{DataDisclosure, DataVerdict};
pub use permissions::{PermissionDisclosure, PermissionVerdict};
pub use sdks::{SdkDisclosure, SdkVerdict};

use serde::{Deserialize, Serialize};

use crate::manifest::Permissions;
use crate::policy::{Class, Document, PolicyFacts, PolicySet};
use crate::sdk::SdkFacts;

/// The app held against the main set of policy texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisclosureFacts {
    /// Id of the set that was asked; none if there is no policy to ask.
    pub set: Option<String>,
    /// Whether the set is surely a policy and whole.
    pub solid: bool,
    /// SDKs that are inside and handle personal information, by id.
    pub sdks: Vec<SdkDisclosure>,
    /// Personal information that code reads, by kind and owner.
    pub data: Vec<DataDisclosure>,
    /// Permissions that protect personal information, by name.
    pub permissions: Vec<PermissionDisclosure>,
    /// Listed SDKs of the catalogue that are not inside: numbers in the list
    /// of the policy. They may be for another channel or platform.
    pub not_inside: Vec<u32>,
}

/// The main set and the texts it is made of.
struct Asked<'a> {
    policy: &'a PolicyFacts,
    set: &'a PolicySet,
}

impl Asked<'_> {
    fn documents(&self) -> impl Iterator<Item = &Document> {
        let numbers = self.set.documents.iter();
        numbers.filter_map(|number| self.policy.documents.get(usize::try_from(*number).ok()?))
    }
}

/// Holds an app against its policy.
pub fn compare(
    policy: &PolicyFacts,
    sdks: &SdkFacts,
    permissions: &Permissions,
) -> DisclosureFacts {
    let Some(set) = policy.sets.iter().find(|set| set.main) else {
        return DisclosureFacts::default();
    };
    let asked = Asked { policy, set };
    let has = |class| asked.documents().any(|document| document.class == class);
    let has_policy = has(Class::Policy);
    let mut facts = DisclosureFacts::default();
    if has_policy || has(Class::SdkList) {
        (facts.sdks, facts.not_inside) = sdks::compare(&asked, sdks);
        facts.set = Some(set.id.clone());
        facts.solid = set.solid;
    }
    if has_policy {
        facts.data = data::compare(&asked, sdks);
        facts.permissions = permissions::compare(&asked, permissions);
    }
    facts
}
