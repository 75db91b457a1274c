//! A privacy audit of Android apps.

pub mod catalog;
pub mod check;
pub mod cli;
pub mod code;
pub mod container;
pub mod decode;
pub mod endpoint;
pub mod evidence;
pub mod facts;
pub mod gate;
pub mod limits;
pub mod manifest;
pub mod native;
pub mod policy;
pub mod report;
pub mod sample;
