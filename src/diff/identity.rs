//! What the app is called, for which systems it is, and who signed it.

use serde::{Deserialize, Serialize};

use super::Side;
use crate::facts::Facts;

/// Something about the identity that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityChange {
    /// `package`, `version_name`, `version_code`, `target_sdk`, `min_sdk` or
    /// `signers`.
    pub what: String,
    /// As it was; none if it was not given.
    pub old: Option<String>,
    /// As it is.
    pub new: Option<String>,
}

/// What both sides tell. The least version of the system and the signers are
/// facts, which a result may lack.
pub(super) fn compare(old: &Side<'_>, new: &Side<'_>) -> Vec<IdentityChange> {
    let (was, is) = (&old.head, &new.head);
    let named = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
    let mut all = vec![
        ("package", named(&was.package), named(&is.package)),
        (
            "version_name",
            was.version_name.clone(),
            is.version_name.clone(),
        ),
        (
            "version_code",
            was.version_code.map(|code| code.to_string()),
            is.version_code.map(|code| code.to_string()),
        ),
        ("target_sdk", level(was.target_sdk), level(is.target_sdk)),
    ];
    if let Some((was, is)) = old.facts.zip(new.facts) {
        let min = |facts: &Facts| level(facts.identity.min_sdk);
        all.push(("min_sdk", min(was), min(is)));
        all.push(("signers", signers(was), signers(is)));
    }
    all.into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| IdentityChange {
            what: what.to_owned(),
            old,
            new,
        })
        .collect()
}

fn level(level: Option<u32>) -> Option<String> {
    level.map(|level| level.to_string())
}

/// Digests of the certificates; none if nobody signed.
fn signers(facts: &Facts) -> Option<String> {
    let certificates = facts.signing.certificates.iter();
    let mut all: Vec<&str> = certificates.map(|of| of.sha256.as_str()).collect();
    all.sort_unstable();
    all.dedup();
    Some(all.join(", ")).filter(|all| !all.is_empty())
}
