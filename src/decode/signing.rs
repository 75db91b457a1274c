//! Signing schemes that are present and whose certificates they name:
//! identity, not verification.

use serde::{Deserialize, Serialize};

use crate::evidence::Place;

/// How a package is signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signing {
    /// Schemes present: `v1`, `v2`, `v3`, `v3.1`, `v4`, in this order.
    pub schemes: Vec<String>,
    /// Certificates of the signers, sorted by digest.
    pub certificates: Vec<Certificate>,
}

/// Certificate of a signer.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Certificate {
    /// SHA-256 of the DER encoding, lower-case hexadecimal.
    pub sha256: String,
    /// Subject as RFC 4514 text: `CN=Android Debug,O=Android,C=US`.
    pub subject: String,
    /// Schemes that carry it.
    pub schemes: Vec<String>,
    /// Where it was seen.
    pub place: Place,
}
