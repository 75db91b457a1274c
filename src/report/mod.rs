//! The result in every format, and explanations. Formats have no logic:
//! each is a pure function of the result.

mod concise;
pub mod csv;
pub mod cyclonedx;
pub mod decision;
mod diff;
pub mod docs;
pub mod escape;
pub mod explain;
mod format;
mod github;
mod gitlab;
mod inspect;
pub mod json;
mod junit;
mod markdown;
mod metrics;
mod page;
pub mod refused;
mod result;
mod sarif;
pub mod schema;
mod sheet;
mod spot;
mod summary;
mod text;
pub mod words;
mod wrap;

pub use diff::{DiffFormat, render as render_diff};
pub use format::{Format, Unfit, View, render};
pub use result::{Input, PolicyText, Ran, RunResult, SCHEMA_VERSION, Selected, Summary, Tool};
pub(crate) use text::short_place;
pub use text::{Profile, Shown};
