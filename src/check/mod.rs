//! Checks: facts and `checks/*.toml` in, findings out.

mod finding;
mod scale;

pub use finding::{CitedClause, CitedLabel, Evidence, Finding, Labels, Text, Texts, fingerprint};
pub use scale::{Confidence, Severity, UnknownWord, Verdict};

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
