//! Framework ids and names of the attributes that are read.
//!
//! Source: `R.attr` constants of the Android framework; compared with
//! `aapt2 dump resources` of the framework package.

/// An attribute of the Android namespace: resource id and name.
pub type Attr = (u32, &'static str);

pub const LABEL: Attr = (0x0101_0001, "label");
pub const NAME: Attr = (0x0101_0003, "name");
pub const ID: Attr = (0x0101_00d0, "id");
pub const LAYOUT: Attr = (0x0101_00f2, "layout");
pub const CHECKED: Attr = (0x0101_0106, "checked");
pub const TEXT: Attr = (0x0101_014f, "text");
pub const HINT: Attr = (0x0101_0150, "hint");
pub const TITLE: Attr = (0x0101_01e1, "title");
pub const KEY: Attr = (0x0101_01e8, "key");
pub const SUMMARY: Attr = (0x0101_01e9, "summary");
pub const ON_CLICK: Attr = (0x0101_026f, "onClick");
pub const CONTENT_DESCRIPTION: Attr = (0x0101_0273, "contentDescription");
pub const FRAGMENT: Attr = (0x0101_02e3, "fragment");
pub const ACTION_VIEW_CLASS: Attr = (0x0101_02fc, "actionViewClass");
pub const ACTION_PROVIDER_CLASS: Attr = (0x0101_0389, "actionProviderClass");
