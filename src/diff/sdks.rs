//! SDKs, and third-party code that nobody knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Changes, hidden};
use crate::catalog::Bilingual;
use crate::disclosure::SdkVerdict;
use crate::evidence::Part;
use crate::facts::Facts;
use crate::sdk::Status;

/// An SDK inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SdkEntry {
    /// Id in the catalogue.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// How sure it is that it is inside.
    pub status: Status,
    /// Version, if it can be proven.
    pub version: Option<String>,
    /// Whether the policy names it; none without a policy.
    pub policy: Option<SdkVerdict>,
}

/// Code of a third party that the catalogue does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownCode {
    /// The package that it lies in.
    pub name: String,
    /// Classes defined.
    pub classes: u32,
    /// Kinds of data that it reads.
    pub reads: Vec<Bilingual>,
}

pub(super) fn sdks(old: &Facts, new: &Facts) -> Changes<SdkEntry> {
    let of = |facts: &Facts| -> BTreeMap<String, SdkEntry> {
        let entry = |sdk: &crate::sdk::FoundSdk| SdkEntry {
            id: sdk.id.clone(),
            name: sdk.name.clone(),
            status: sdk.status,
            version: sdk.version.as_ref().map(|version| version.value.clone()),
            policy: disclosed(facts, &sdk.id),
        };
        let inside = facts.sdks.inside();
        inside.map(|sdk| (sdk.id.clone(), entry(sdk))).collect()
    };
    let (old_hidden, new_hidden) = hides(old, new);
    Changes::of(of(old), of(new), |was, is| {
        // What a side does not tell has not changed.
        let version = was.version.as_ref().zip(is.version.as_ref());
        let policy = was.policy.zip(is.policy);
        version.is_some_and(|(was, is)| was != is) || policy.is_some_and(|(was, is)| was != is)
    })
    .hidden(old_hidden, new_hidden)
}

fn disclosed(facts: &Facts, id: &str) -> Option<SdkVerdict> {
    let mut all = facts.disclosure.sdks.iter();
    all.find(|sdk| sdk.id == id).map(|sdk| sdk.verdict)
}

pub(super) fn unknown(old: &Facts, new: &Facts) -> Changes<UnknownCode> {
    let of = |facts: &Facts| -> BTreeMap<String, UnknownCode> {
        let roots = facts.sdks.unknown.iter();
        roots
            .map(|root| {
                let code = UnknownCode {
                    name: root.name.clone(),
                    classes: root.classes,
                    reads: root.touches.iter().map(|of| of.name.clone()).collect(),
                };
                (root.name.clone(), code)
            })
            .collect()
    };
    let (old_hidden, new_hidden) = hides(old, new);
    Changes::of(of(old), of(new), |_, _| false).hidden(old_hidden, new_hidden)
}

/// Whether SDKs of a side may not show. Classes that only one side renamed
/// hide them there.
fn hides(old: &Facts, new: &Facts) -> (bool, bool) {
    let unread = |facts: &Facts| {
        facts.sdks.incomplete || hidden(facts, &[Part::Code, Part::Manifest, Part::Container])
    };
    let (was, is) = (old.sdks.classes.renamed, new.sdks.classes.renamed);
    (
        unread(old) || (was > 0 && is == 0),
        unread(new) || (is > 0 && was == 0),
    )
}
