//! Bytes to typed values, without opinion.
//!
//! Every decoder takes a byte slice, never trusts a length field, and gives
//! an error that says what is wrong and at which offset.
#![deny(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]

pub mod cursor;
mod error;
pub mod xml;

pub use error::DecodeError;
