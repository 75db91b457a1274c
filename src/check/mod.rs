//! Checks: facts and `checks/*.toml` in, findings out.

mod about;
mod asked;
#[expect(
    clippy::module_inception,
    reason = "the room is named after what it holds, and so is the file"
)]
mod check;
mod checks;
mod compile;
mod conjuncts;
mod environment;
mod examples;
mod finding;
mod gaps;
mod interface;
mod judge;
mod names;
mod scale;
mod schema;
mod selection;
mod shape;
#[cfg(test)]
mod tests;
mod trial;
mod values;
mod ways;
mod words;

pub use check::{Beside, Check, CheckText, CheckTexts, Example};
pub use checks::{CheckErrors, Checks};
pub use environment::owner_name;
pub use examples::{ExampleFailure, ExamplesRun};
pub use finding::{
    CitedClause, CitedLabel, Evidence, Finding, Labels, Standing, Suppressed, SuppressedBy, Text,
    Texts, fingerprint, lasting_owner,
};
pub use gaps::{gap_detail, gap_text, part_name};
pub use interface::searched_text;
pub use scale::{Confidence, Severity, UnknownWord, Verdict};
pub use schema::{Regime, Status};
pub use selection::{Selection, Selector, UnknownSelector};
pub(crate) use shape::{Filling, Sample, Shape, trace};

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Words for the parts of an app that a check can need.
fn parts() -> &'static [&'static str] {
    match shape::facts().at("gaps") {
        Ok(shape::Shape::List(gap)) => match gap.at("part") {
            Ok(shape::Shape::Word(words)) => words,
            _ => &[],
        },
        _ => &[],
    }
}
