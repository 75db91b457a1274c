//! Framework ids of the attributes that descriptions can bring about.
//!
//! Source: the public `android.R.attr` constants; compared with `aapt2 dump
//! resources` of the framework package.

/// By name.
const IDS: &[(&str, u32)] = &[
    ("allowBackup", 0x0101_0280),
    ("appComponentFactory", 0x0101_057a),
    ("authorities", 0x0101_0018),
    ("autoVerify", 0x0101_04ee),
    ("checked", 0x0101_0106),
    ("compileSdkVersion", 0x0101_0572),
    ("compileSdkVersionCodename", 0x0101_0573),
    ("dataExtractionRules", 0x0101_063e),
    ("debuggable", 0x0101_000f),
    ("directBootAware", 0x0101_0505),
    ("enabled", 0x0101_000e),
    ("excludeFromRecents", 0x0101_0017),
    ("exported", 0x0101_0010),
    ("foregroundServiceType", 0x0101_0599),
    ("fullBackupContent", 0x0101_04eb),
    ("grantUriPermissions", 0x0101_001b),
    ("hasCode", 0x0101_000c),
    ("hint", 0x0101_0150),
    ("host", 0x0101_0028),
    ("initOrder", 0x0101_001a),
    ("isolatedProcess", 0x0101_03a9),
    ("label", 0x0101_0001),
    ("maxSdkVersion", 0x0101_0271),
    ("mimeType", 0x0101_0026),
    ("minSdkVersion", 0x0101_020c),
    ("name", 0x0101_0003),
    ("networkSecurityConfig", 0x0101_0527),
    ("onClick", 0x0101_026f),
    ("permission", 0x0101_0006),
    ("priority", 0x0101_001c),
    ("process", 0x0101_0011),
    ("protectionLevel", 0x0101_0009),
    ("readPermission", 0x0101_0007),
    ("requestLegacyExternalStorage", 0x0101_0603),
    ("required", 0x0101_028e),
    ("resource", 0x0101_0025),
    ("scheme", 0x0101_0027),
    ("sharedUserId", 0x0101_000b),
    ("summary", 0x0101_01e9),
    ("targetActivity", 0x0101_0202),
    ("targetSdkVersion", 0x0101_0270),
    ("testOnly", 0x0101_0272),
    ("text", 0x0101_014f),
    ("title", 0x0101_01e1),
    ("usesCleartextTraffic", 0x0101_04ec),
    ("usesPermissionFlags", 0x0101_0644),
    ("value", 0x0101_0024),
    ("versionCode", 0x0101_021b),
    ("versionCodeMajor", 0x0101_0576),
    ("versionName", 0x0101_021c),
    ("writePermission", 0x0101_0008),
];

/// Id of `android:name`, if it is known here.
pub(super) fn id(name: &str) -> Option<u32> {
    let (_, id) = IDS.iter().find(|(known, _)| *known == name)?;
    Some(*id)
}
