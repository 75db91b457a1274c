//! Framework ids and names of the manifest attributes that are read.
//!
//! Android goes by the id and ignores the name, so obfuscated names do not
//! matter. Source: `R.attr` constants of the Android framework; compared with
//! `aapt2 dump resources` of the framework package.

/// An attribute of the Android namespace: resource id and name.
pub type Attr = (u32, &'static str);

pub const LABEL: Attr = (0x0101_0001, "label");
pub const NAME: Attr = (0x0101_0003, "name");
pub const PERMISSION: Attr = (0x0101_0006, "permission");
pub const READ_PERMISSION: Attr = (0x0101_0007, "readPermission");
pub const WRITE_PERMISSION: Attr = (0x0101_0008, "writePermission");
pub const PROTECTION_LEVEL: Attr = (0x0101_0009, "protectionLevel");
pub const SHARED_USER_ID: Attr = (0x0101_000b, "sharedUserId");
pub const ENABLED: Attr = (0x0101_000e, "enabled");
pub const DEBUGGABLE: Attr = (0x0101_000f, "debuggable");
pub const EXPORTED: Attr = (0x0101_0010, "exported");
pub const PROCESS: Attr = (0x0101_0011, "process");
pub const EXCLUDE_FROM_RECENTS: Attr = (0x0101_0017, "excludeFromRecents");
pub const AUTHORITIES: Attr = (0x0101_0018, "authorities");
pub const INIT_ORDER: Attr = (0x0101_001a, "initOrder");
pub const GRANT_URI_PERMISSIONS: Attr = (0x0101_001b, "grantUriPermissions");
pub const PRIORITY: Attr = (0x0101_001c, "priority");
pub const VALUE: Attr = (0x0101_0024, "value");
pub const RESOURCE: Attr = (0x0101_0025, "resource");
pub const MIME_TYPE: Attr = (0x0101_0026, "mimeType");
pub const SCHEME: Attr = (0x0101_0027, "scheme");
pub const HOST: Attr = (0x0101_0028, "host");
pub const PORT: Attr = (0x0101_0029, "port");
pub const PATH: Attr = (0x0101_002a, "path");
pub const PATH_PREFIX: Attr = (0x0101_002b, "pathPrefix");
pub const PATH_PATTERN: Attr = (0x0101_002c, "pathPattern");
pub const TARGET_ACTIVITY: Attr = (0x0101_0202, "targetActivity");
pub const MIN_SDK_VERSION: Attr = (0x0101_020c, "minSdkVersion");
pub const VERSION_CODE: Attr = (0x0101_021b, "versionCode");
pub const VERSION_NAME: Attr = (0x0101_021c, "versionName");
pub const TARGET_SDK_VERSION: Attr = (0x0101_0270, "targetSdkVersion");
pub const MAX_SDK_VERSION: Attr = (0x0101_0271, "maxSdkVersion");
pub const TEST_ONLY: Attr = (0x0101_0272, "testOnly");
pub const ALLOW_BACKUP: Attr = (0x0101_0280, "allowBackup");
pub const GL_ES_VERSION: Attr = (0x0101_0281, "glEsVersion");
pub const REQUIRED: Attr = (0x0101_028e, "required");
pub const ISOLATED_PROCESS: Attr = (0x0101_03a9, "isolatedProcess");
pub const FULL_BACKUP_CONTENT: Attr = (0x0101_04eb, "fullBackupContent");
pub const USES_CLEARTEXT_TRAFFIC: Attr = (0x0101_04ec, "usesCleartextTraffic");
pub const AUTO_VERIFY: Attr = (0x0101_04ee, "autoVerify");
pub const DIRECT_BOOT_AWARE: Attr = (0x0101_0505, "directBootAware");
pub const NETWORK_SECURITY_CONFIG: Attr = (0x0101_0527, "networkSecurityConfig");
pub const COMPILE_SDK_VERSION: Attr = (0x0101_0572, "compileSdkVersion");
pub const VERSION_CODE_MAJOR: Attr = (0x0101_0576, "versionCodeMajor");
pub const APP_COMPONENT_FACTORY: Attr = (0x0101_057a, "appComponentFactory");
pub const FOREGROUND_SERVICE_TYPE: Attr = (0x0101_0599, "foregroundServiceType");
pub const REQUEST_LEGACY_EXTERNAL_STORAGE: Attr = (0x0101_0603, "requestLegacyExternalStorage");
pub const DATA_EXTRACTION_RULES: Attr = (0x0101_063e, "dataExtractionRules");
pub const USES_PERMISSION_FLAGS: Attr = (0x0101_0644, "usesPermissionFlags");

/// Attributes on which a check rests. One that is given but has no value
/// that can be read leaves what it says unknown; of the others (a label, an
/// icon, a version name) a reference into the framework is ordinary.
pub const DECISIVE: [Attr; 24] = [
    NAME,
    PERMISSION,
    READ_PERMISSION,
    WRITE_PERMISSION,
    SHARED_USER_ID,
    ENABLED,
    DEBUGGABLE,
    EXPORTED,
    PROCESS,
    EXCLUDE_FROM_RECENTS,
    AUTHORITIES,
    GRANT_URI_PERMISSIONS,
    TARGET_ACTIVITY,
    MIN_SDK_VERSION,
    TARGET_SDK_VERSION,
    MAX_SDK_VERSION,
    TEST_ONLY,
    ALLOW_BACKUP,
    ISOLATED_PROCESS,
    USES_CLEARTEXT_TRAFFIC,
    DIRECT_BOOT_AWARE,
    APP_COMPONENT_FACTORY,
    FOREGROUND_SERVICE_TYPE,
    REQUEST_LEGACY_EXTERNAL_STORAGE,
];

/// Bit of `usesPermissionFlags`: `PackageInfo.REQUESTED_PERMISSION_NEVER_FOR_LOCATION`.
pub const NEVER_FOR_LOCATION: i32 = 0x0001_0000;

/// Names of the bits of `foregroundServiceType`, lowest first
/// (`ServiceInfo.FOREGROUND_SERVICE_TYPE_*`).
pub const FOREGROUND_SERVICE_TYPES: [(i32, &str); 15] = [
    (1 << 0, "dataSync"),
    (1 << 1, "mediaPlayback"),
    (1 << 2, "phoneCall"),
    (1 << 3, "location"),
    (1 << 4, "connectedDevice"),
    (1 << 5, "mediaProjection"),
    (1 << 6, "camera"),
    (1 << 7, "microphone"),
    (1 << 8, "health"),
    (1 << 9, "remoteMessaging"),
    (1 << 10, "systemExempted"),
    (1 << 11, "shortService"),
    (1 << 12, "fileManagement"),
    (1 << 13, "mediaProcessing"),
    (1 << 30, "specialUse"),
];
