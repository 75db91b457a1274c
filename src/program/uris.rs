//! What addresses of content stand for.

use crate::catalog::{self, Subject};

/// Beginnings of addresses, after `content://`, the kind of information
/// there, and permissions of which it needs one. Media of the app itself need
/// none.
const AUTHORITIES: [(&str, &str, &[&str]); 13] = [
    ("com.android.contacts", "contacts", CONTACTS),
    ("contacts", "contacts", CONTACTS),
    ("icc/adn", "contacts", CONTACTS),
    ("sms", "sms", &["android.permission.READ_SMS"]),
    ("mms", "sms", &["android.permission.READ_SMS"]),
    (
        "call_log",
        "call_log",
        &[
            "android.permission.READ_CALL_LOG",
            "android.permission.WRITE_CALL_LOG",
        ],
    ),
    ("com.android.calendar", "calendar", CALENDAR),
    ("calendar", "calendar", CALENDAR),
    ("media/external/images", "media.photos", &[]),
    ("media/external/video", "media.photos", &[]),
    ("media/external/audio", "media.audio", &[]),
    ("media/external", "storage.external", &[]),
    ("user_dictionary", "user_dictionary", &[]),
];

const CONTACTS: &[&str] = &[
    "android.permission.READ_CONTACTS",
    "android.permission.WRITE_CONTACTS",
];

const CALENDAR: &[&str] = &[
    "android.permission.READ_CALENDAR",
    "android.permission.WRITE_CALENDAR",
];

/// The kind of information behind an address: a text with `content://`, or
/// `@` and the name of a field of the platform.
pub(super) fn kind(address: &str) -> Option<&'static str> {
    if let Some(field) = address.strip_prefix('@') {
        let mut apis = catalog::apis().named(field);
        return apis.find_map(|api| match &api.subject {
            Subject::Kind(kind) => Some(kind.as_str()),
            Subject::Action(_) => None,
        });
    }
    authority(address).map(|(_, kind, _)| *kind)
}

/// The permissions of which what is behind an address needs one.
pub(super) fn needs(address: &str) -> Vec<String> {
    if let Some(field) = address.strip_prefix('@') {
        let mut apis = catalog::apis().named(field);
        return apis.next().map(|api| api.needs.clone()).unwrap_or_default();
    }
    let needs = authority(address).map_or(&[][..], |(_, _, needs)| needs);
    needs.iter().map(|name| (*name).to_owned()).collect()
}

fn authority(
    address: &str,
) -> Option<&'static (&'static str, &'static str, &'static [&'static str])> {
    let rest = address.strip_prefix("content://")?;
    let is = |start: &str| {
        rest.strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '-', '?']))
    };
    AUTHORITIES.iter().find(|(start, ..)| is(start))
}
