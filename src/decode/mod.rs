//! Bytes to typed values, without opinion.
//!
//! Every decoder takes a byte slice, never trusts a length field, and gives
//! an error that says what is wrong and at which offset.
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation
    )
)]
#![cfg_attr(
    test,
    allow(
        clippy::cast_possible_truncation,
        reason = "tests build their bytes from numbers they know"
    )
)]

pub mod arsc;
pub mod axml;
pub mod certificate;
pub mod chunk;
pub mod classfile;
pub mod cursor;
pub mod der;
pub mod dex;
pub mod elf;
mod error;
mod escape;
pub mod hermes;
pub mod il2cpp;
pub mod literals;
pub mod plainxml;
pub mod prose;
pub(crate) mod proto;
pub mod protores;
pub mod protoxml;
pub mod res_value;
pub mod resources;
pub mod runs;
pub mod signing;
pub mod string_pool;
pub mod text;
pub mod url;
pub mod xml;

pub use error::DecodeError;
