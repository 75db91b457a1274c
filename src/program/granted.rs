//! Which permissions the app has on its first start, before its user was
//! asked for anything.

use rustc_hash::FxHashSet;

use crate::catalog;
use crate::manifest::ManifestFacts;

/// What the manifest says of permissions.
#[derive(Clone, Debug, Default)]
pub(super) struct Permissions {
    /// Those that it asks for, and those that come with them.
    requested: FxHashSet<String>,
    /// Those that it asks for only on some versions.
    sometimes: FxHashSet<String>,
    /// There is a manifest, and no other app shares its permissions.
    known: bool,
    /// The user is asked when the app runs, and not at installation.
    asks: bool,
    /// It runs on no version that grants all at installation.
    always: bool,
    min_sdk: u32,
}

/// Whether the app has a permission on its first start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Granted {
    Yes,
    /// Never: the manifest does not ask for it.
    Never,
    /// Not before the user gave it.
    NotYet,
    /// The same, but on old versions it is given with the installation.
    OnOld,
    Unknown,
}

/// Since this version the user is asked when the app runs.
const ASKS: u32 = 23;

/// Permissions that bring others with them, on some versions.
const IMPLIED: &[(&str, &[&str])] = &[
    ("ACCESS_FINE_LOCATION", &["ACCESS_COARSE_LOCATION"]),
    ("BLUETOOTH", BLUETOOTH),
    ("BLUETOOTH_ADMIN", BLUETOOTH),
    ("READ_EXTERNAL_STORAGE", STORAGE),
    ("WRITE_EXTERNAL_STORAGE", STORAGE),
    ("READ_MEDIA_IMAGES", &["READ_MEDIA_VISUAL_USER_SELECTED"]),
    ("READ_MEDIA_VIDEO", &["READ_MEDIA_VISUAL_USER_SELECTED"]),
    ("READ_CONTACTS", &["READ_CALL_LOG"]),
    ("WRITE_CONTACTS", &["WRITE_CALL_LOG"]),
    (
        "READ_PHONE_STATE",
        &["READ_BASIC_PHONE_STATE", "READ_PHONE_NUMBERS"],
    ),
];
const BLUETOOTH: &[&str] = &["BLUETOOTH_SCAN", "BLUETOOTH_CONNECT", "BLUETOOTH_ADVERTISE"];
const STORAGE: &[&str] = &[
    "READ_EXTERNAL_STORAGE",
    "ACCESS_MEDIA_LOCATION",
    "READ_MEDIA_IMAGES",
    "READ_MEDIA_VIDEO",
    "READ_MEDIA_AUDIO",
];

/// Before every name of the platform.
const PREFIX: &str = "android.permission.";

impl Permissions {
    /// As the manifest has it.
    pub fn new(manifest: &ManifestFacts) -> Self {
        let mut permissions = Self {
            known: !manifest.package.is_empty() && manifest.shared_user_id.is_none(),
            asks: manifest.target_unread
                || manifest.target_sdk.or(manifest.min_sdk).unwrap_or(1) >= ASKS,
            always: manifest.min_sdk.is_some_and(|least| least >= ASKS),
            min_sdk: manifest.min_sdk.unwrap_or(1),
            ..Self::default()
        };
        for permission in &manifest.permissions.requested {
            let name = permission.name.as_str();
            if permission.max_sdk.is_some() || permission.from_sdk_23 {
                permissions.sometimes.insert(name.to_owned());
            } else {
                permissions.requested.insert(name.to_owned());
            }
            let short = name.strip_prefix(PREFIX).unwrap_or_default();
            let implied = IMPLIED.iter().filter(|(by, _)| *by == short);
            for other in implied.flat_map(|(_, others)| *others) {
                permissions.sometimes.insert(format!("{PREFIX}{other}"));
            }
        }
        permissions
    }

    /// Whether the app has a permission.
    pub fn of(&self, name: &str) -> Granted {
        if !self.known {
            return Granted::Unknown;
        }
        let always = self.requested.contains(name);
        if !always && !self.sometimes.contains(name) {
            // One that nobody knows may be another app's, and given otherwise.
            let is_known = catalog::permission(name).is_some();
            return if is_known {
                Granted::Never
            } else {
                Granted::Unknown
            };
        }
        let Some(permission) = catalog::permission(name) else {
            return Granted::Unknown;
        };
        match permission.level {
            catalog::Level::Dangerous if !self.asks => Granted::Yes,
            // By a dialog, or on a page of the settings.
            catalog::Level::Dangerous | catalog::Level::Special if self.always => Granted::NotYet,
            catalog::Level::Dangerous => Granted::OnOld,
            catalog::Level::Normal
                if always && permission.since.is_none_or(|since| since <= self.min_sdk) =>
            {
                Granted::Yes
            }
            _ => Granted::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::UsesPermission;

    fn of(min: u32, target: u32, name: &str) -> Granted {
        let mut manifest = ManifestFacts {
            package: "com.example".to_owned(),
            min_sdk: Some(min),
            target_sdk: Some(target),
            ..ManifestFacts::default()
        };
        for name in ["ACCESS_FINE_LOCATION", "INTERNET"] {
            manifest.permissions.requested.push(UsesPermission {
                name: format!("{PREFIX}{name}"),
                ..UsesPermission::default()
            });
        }
        Permissions::new(&manifest).of(&format!("{PREFIX}{name}"))
    }

    #[test]
    fn a_dangerous_permission_waits_for_the_user() {
        assert_eq!(of(24, 34, "ACCESS_FINE_LOCATION"), Granted::NotYet);
        assert_eq!(of(21, 34, "ACCESS_FINE_LOCATION"), Granted::OnOld);
        assert_eq!(of(21, 22, "ACCESS_FINE_LOCATION"), Granted::Yes);
        assert_eq!(of(24, 34, "INTERNET"), Granted::Yes);
    }

    #[test]
    fn what_is_not_declared_is_never_given_but_what_comes_with_others_may_be() {
        assert_eq!(of(24, 34, "CAMERA"), Granted::Never);
        assert_eq!(of(24, 34, "ACCESS_COARSE_LOCATION"), Granted::NotYet);
        assert_eq!(of(24, 34, "OF_SOMEBODY_ELSE"), Granted::Unknown);
    }
}
