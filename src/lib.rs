//! A privacy audit of Android apps.

pub mod decode;
pub mod evidence;
pub mod limits;
