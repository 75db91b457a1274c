//! The result as text and JSON, and explanations. Formats have no logic:
//! each is a pure function of the result.

pub mod cyclonedx;
pub mod docs;
pub mod escape;
pub mod explain;
mod inspect;
pub mod json;
mod markdown;
mod page;
pub mod refused;
mod result;
mod sheet;
mod text;
pub mod words;
mod wrap;

pub use inspect::render as inspect_text;
pub use result::{Input, PolicyText, RunResult, SCHEMA_VERSION, Selected, Summary, Tool};
pub use text::{Profile, Shown, render as findings_text};
