//! What addresses of content stand for.

use crate::catalog::{self, Subject};

/// Beginnings of addresses, after `content://`, and the kind of information
/// there.
const AUTHORITIES: [(&str, &str); 13] = [
    ("com.android.contacts", "contacts"),
    ("contacts", "contacts"),
    ("icc/adn", "contacts"),
    ("sms", "sms"),
    ("mms", "sms"),
    ("call_log", "call_log"),
    ("com.android.calendar", "calendar"),
    ("calendar", "calendar"),
    ("media/external/images", "media.photos"),
    ("media/external/video", "media.photos"),
    ("media/external/audio", "media.audio"),
    ("media/external", "storage.external"),
    ("user_dictionary", "user_dictionary"),
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
    let rest = address.strip_prefix("content://")?;
    let is = |start: &str| {
        rest.strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '-', '?']))
    };
    let found = AUTHORITIES.iter().find(|(start, _)| is(start));
    found.map(|(_, kind)| *kind)
}
