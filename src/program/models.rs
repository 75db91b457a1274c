//! Methods of the platform whose effect on values is known.

use rustc_hash::FxHashMap;

use super::world::{Name, Type, World};

/// What a call does to values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Model {
    /// A new, empty or filled, text under construction.
    BuilderNew,
    /// Adds to it.
    BuilderAppend,
    /// Gives what was built.
    BuilderText,
    /// Joins two texts.
    Concat,
    /// Gives its first argument on, receiver included.
    Same,
    /// The flag that a text says.
    ParseFlag,
    /// Compares two values.
    Equals,
    /// Whether a text is empty or null.
    IsEmpty,
    /// Whether a text begins with another, ends with it or contains it.
    Begins,
    Ends,
    Contains,
    /// Length of a text.
    Length,
    /// The class of a name.
    ClassNamed,
    /// The name of a class.
    ClassName,
    /// A method of a class by name; the class is the receiver.
    MemberNamed,
    /// Runs such a method.
    Invoke,
    /// Makes an object of a class.
    NewInstance,
    /// A new intent, or one that is told where to go.
    Intent,
    /// An intent is told which package it is for.
    Package,
    /// An intent is given a category.
    Category,
    /// The intent that opened a screen.
    LaunchIntent,
    /// An intent that the system makes, for a screen of its own.
    SystemIntent,
    /// One that it makes to open an app as the launcher does.
    Opens,
    /// The class of an object.
    ClassOf,
    /// A service of the system, by its name.
    SystemService,
    /// A filter of intents, or an action for one.
    Filter,
    /// A component name.
    ComponentName,
    /// Starts what an intent names.
    Start,
    /// Wraps an intent, to be sent later.
    Pending,
    /// Gives its receiver, or its first argument, on.
    First,
    /// The name of the app's own package.
    OwnPackage,
    /// Looks up services by their interface.
    Load,
    /// Keeps a value under a key.
    Put,
    /// What the package manager says of a package.
    PackageInfo,
    /// What it says of a component.
    ComponentInfo,
    /// Whether the app has a permission.
    Permission,
    /// The number of its own process.
    OwnProcess,
    /// A value of a bundle, which may be meta-data of the manifest.
    Datum,
}

impl Model {
    /// Whether it is known by its name only, since every context of the app
    /// inherits it.
    pub fn is_inherited(self) -> bool {
        matches!(
            self,
            Self::OwnPackage | Self::LaunchIntent | Self::SystemService
        )
    }
}

/// Methods that keep a value under a key.
const PUTS: &[&str] = &[
    "putBoolean",
    "putInt",
    "putLong",
    "putFloat",
    "putString",
    "putStringSet",
    "encode",
];

/// Class, method, and what it does.
const MODELS: &[(&str, &[&str], Model)] = &[
    ("java/lang/StringBuilder", &["<init>"], Model::BuilderNew),
    ("java/lang/StringBuilder", &["append"], Model::BuilderAppend),
    ("java/lang/StringBuilder", &["toString"], Model::BuilderText),
    ("java/lang/StringBuffer", &["<init>"], Model::BuilderNew),
    ("java/lang/StringBuffer", &["append"], Model::BuilderAppend),
    ("java/lang/StringBuffer", &["toString"], Model::BuilderText),
    ("java/lang/String", &["concat"], Model::Concat),
    (
        "java/lang/String",
        &["valueOf", "toString", "trim", "intern", "copyValueOf"],
        Model::Same,
    ),
    (
        "java/lang/String",
        &["equals", "equalsIgnoreCase", "contentEquals"],
        Model::Equals,
    ),
    ("java/lang/Object", &["equals"], Model::Equals),
    ("java/util/Objects", &["equals"], Model::Equals),
    ("java/util/Objects", &["requireNonNull"], Model::Same),
    ("java/lang/String", &["startsWith"], Model::Begins),
    ("java/lang/String", &["endsWith"], Model::Ends),
    ("java/lang/String", &["contains"], Model::Contains),
    ("java/lang/String", &["isEmpty"], Model::IsEmpty),
    ("java/lang/String", &["length"], Model::Length),
    ("java/lang/CharSequence", &["length"], Model::Length),
    ("java/lang/CharSequence", &["toString"], Model::Same),
    ("android/text/TextUtils", &["isEmpty"], Model::IsEmpty),
    ("android/text/TextUtils", &["equals"], Model::Equals),
    ("android/net/Uri", &["parse", "toString"], Model::Same),
    (
        "android/net/Uri",
        &["withAppendedPath", "buildUpon"],
        Model::First,
    ),
    (
        "android/net/Uri$Builder",
        &[
            "appendPath",
            "appendEncodedPath",
            "appendQueryParameter",
            "build",
        ],
        Model::First,
    ),
    (
        "android/content/ContentUris",
        &["withAppendedId"],
        Model::First,
    ),
    (
        "java/lang/Boolean",
        &["valueOf", "booleanValue"],
        Model::Same,
    ),
    ("java/lang/Boolean", &["parseBoolean"], Model::ParseFlag),
    ("java/lang/Integer", &["valueOf", "intValue"], Model::Same),
    ("java/lang/Long", &["valueOf", "longValue"], Model::Same),
    ("java/lang/Class", &["forName"], Model::ClassNamed),
    ("java/lang/ClassLoader", &["loadClass"], Model::ClassNamed),
    (
        "dalvik/system/DexClassLoader",
        &["loadClass"],
        Model::ClassNamed,
    ),
    (
        "dalvik/system/PathClassLoader",
        &["loadClass"],
        Model::ClassNamed,
    ),
    (
        "java/lang/Class",
        &["getName", "getCanonicalName"],
        Model::ClassName,
    ),
    ("java/lang/Class", &["asSubclass"], Model::Same),
    (
        "java/lang/Class",
        &["getMethod", "getDeclaredMethod"],
        Model::MemberNamed,
    ),
    (
        "java/lang/Class",
        &["getConstructor", "getDeclaredConstructor"],
        Model::Same,
    ),
    ("java/lang/Class", &["newInstance"], Model::NewInstance),
    (
        "java/lang/reflect/Constructor",
        &["newInstance"],
        Model::NewInstance,
    ),
    ("java/lang/reflect/Method", &["invoke"], Model::Invoke),
    ("android/content/Intent", &["<init>"], Model::Intent),
    (
        "android/content/Intent",
        &["setClass", "setClassName", "setComponent", "setAction"],
        Model::Intent,
    ),
    (
        "android/media/projection/MediaProjectionManager",
        &["createScreenCaptureIntent"],
        Model::SystemIntent,
    ),
    ("android/net/VpnService", &["prepare"], Model::SystemIntent),
    (
        "android/app/KeyguardManager",
        &["createConfirmDeviceCredentialIntent"],
        Model::SystemIntent,
    ),
    (
        "android/app/role/RoleManager",
        &["createRequestRoleIntent"],
        Model::SystemIntent,
    ),
    (
        "android/accounts/AccountManager",
        &["newChooseAccountIntent"],
        Model::SystemIntent,
    ),
    (
        "android/os/storage/StorageVolume",
        &["createAccessIntent", "createOpenDocumentTreeIntent"],
        Model::SystemIntent,
    ),
    (
        "android/webkit/WebChromeClient$FileChooserParams",
        &["createIntent"],
        Model::SystemIntent,
    ),
    (
        "android/content/pm/PackageManager",
        &[
            "getLaunchIntentForPackage",
            "getLeanbackLaunchIntentForPackage",
        ],
        Model::Opens,
    ),
    ("android/content/Intent", &["createChooser"], Model::First),
    ("java/lang/Object", &["getClass"], Model::ClassOf),
    (
        "android/content/IntentFilter",
        &["<init>", "addAction"],
        Model::Filter,
    ),
    ("android/content/Intent", &["setPackage"], Model::Package),
    ("android/content/Intent", &["addCategory"], Model::Category),
    // What these are given says nothing of where the intent goes.
    (
        "android/content/Intent",
        &[
            "setData",
            "setDataAndNormalize",
            "setDataAndType",
            "setDataAndTypeAndNormalize",
            "setType",
            "setTypeAndNormalize",
            "setIdentifier",
            "addFlags",
            "setFlags",
            "putExtra",
            "putExtras",
        ],
        Model::First,
    ),
    (
        "android/content/ComponentName",
        &["<init>"],
        Model::ComponentName,
    ),
    (
        "android/app/job/JobInfo$Builder",
        &["<init>"],
        Model::ComponentName,
    ),
    (
        "android/app/job/JobInfo$Builder",
        &[
            "build",
            "setRequiredNetworkType",
            "setPersisted",
            "setPeriodic",
            "setMinimumLatency",
            "setOverrideDeadline",
            "setRequiresCharging",
            "setRequiresDeviceIdle",
            "setBackoffCriteria",
            "setExtras",
        ],
        Model::First,
    ),
    (
        "android/app/job/JobScheduler",
        &["schedule", "enqueue"],
        Model::Start,
    ),
    (
        "android/app/AlarmManager",
        &[
            "set",
            "setExact",
            "setRepeating",
            "setInexactRepeating",
            "setAndAllowWhileIdle",
            "setExactAndAllowWhileIdle",
            "setWindow",
            "setAlarmClock",
        ],
        Model::Start,
    ),
    (
        "java/util/ServiceLoader",
        &["load", "loadInstalled"],
        Model::Load,
    ),
    (
        "android/content/pm/PackageManager",
        &["getApplicationInfo", "getPackageInfo"],
        Model::PackageInfo,
    ),
    (
        "android/content/pm/PackageManager",
        &[
            "getActivityInfo",
            "getServiceInfo",
            "getProviderInfo",
            "getReceiverInfo",
        ],
        Model::ComponentInfo,
    ),
    // Flags as an object.
    (
        "android/content/pm/PackageManager$ApplicationInfoFlags",
        &["of"],
        Model::Same,
    ),
    (
        "android/content/pm/PackageManager$PackageInfoFlags",
        &["of"],
        Model::Same,
    ),
    (
        "android/content/pm/PackageManager$ComponentInfoFlags",
        &["of"],
        Model::Same,
    ),
    (
        "android/content/pm/PackageManager",
        &["checkPermission"],
        Model::Permission,
    ),
    ("android/os/Process", &["myPid"], Model::OwnProcess),
    (
        "androidx/core/content/ContextCompat",
        CHECKS,
        Model::Permission,
    ),
    (
        "androidx/core/app/ActivityCompat",
        CHECKS,
        Model::Permission,
    ),
    (
        "androidx/core/content/PermissionChecker",
        CHECKS,
        Model::Permission,
    ),
    (
        "android/support/v4/content/ContextCompat",
        CHECKS,
        Model::Permission,
    ),
    (
        "android/support/v4/app/ActivityCompat",
        CHECKS,
        Model::Permission,
    ),
    (
        "android/support/v4/content/PermissionChecker",
        CHECKS,
        Model::Permission,
    ),
    ("android/os/Bundle", DATA, Model::Datum),
    ("android/os/BaseBundle", DATA, Model::Datum),
    ("android/content/SharedPreferences$Editor", PUTS, Model::Put),
    ("com/tencent/mmkv/MMKV", PUTS, Model::Put),
    (
        "android/app/PendingIntent",
        &[
            "getActivity",
            "getBroadcast",
            "getService",
            "getForegroundService",
        ],
        Model::Pending,
    ),
];

/// Methods of a bundle that give a value, or say whether there is one.
const DATA: &[&str] = &[
    "get",
    "getString",
    "getCharSequence",
    "getBoolean",
    "getInt",
    "containsKey",
];

/// Methods of libraries that ask whether the app has a permission.
const CHECKS: &[&str] = &["checkSelfPermission", "checkCallingOrSelfPermission"];

/// Methods that start the component of an intent, whatever class they are
/// called on: every context of the app inherits them.
const STARTS: &[&str] = &[
    "startActivity",
    "startActivityForResult",
    "startActivityIfNeeded",
    "startService",
    "startForegroundService",
    "bindService",
    "sendBroadcast",
    "sendOrderedBroadcast",
    "sendStickyBroadcast",
    "startActivities",
];

/// The models of those methods that the app names.
#[derive(Debug, Default)]
pub(super) struct Models {
    by_name: FxHashMap<(Type, Name), Model>,
    starts: Vec<Name>,
    /// What every context of the app inherits.
    inherited: Vec<(Name, Model)>,
}

/// Methods that every context of the app inherits, and what they do.
const INHERITED: [(&str, Model); 6] = [
    ("getPackageName", Model::OwnPackage),
    ("getIntent", Model::LaunchIntent),
    ("getSystemService", Model::SystemService),
    ("checkSelfPermission", Model::Permission),
    ("checkCallingOrSelfPermission", Model::Permission),
    ("checkPermission", Model::Permission),
];

impl Models {
    /// Looks up the names.
    pub fn new(world: &World<'_>) -> Self {
        let mut by_name = FxHashMap::default();
        for (class, members, model) in MODELS {
            let descriptor = format!("L{class};");
            let Some(of) = world.type_named(descriptor.as_bytes()) else {
                continue;
            };
            for member in *members {
                if let Some(name) = world.names.get(member.as_bytes()) {
                    by_name.insert((of, name), *model);
                }
            }
        }
        let starts = STARTS
            .iter()
            .filter_map(|name| world.names.get(name.as_bytes()))
            .collect();
        Self {
            by_name,
            starts,
            inherited: INHERITED
                .iter()
                .filter_map(|(name, model)| Some((world.names.get(name.as_bytes())?, *model)))
                .collect(),
        }
    }

    /// Whether a method keeps a value under a key.
    pub fn puts(&self, class: Type, name: Name) -> bool {
        self.by_name.get(&(class, name)) == Some(&Model::Put)
    }

    /// What a method does, if it is one of the platform's that is known.
    pub fn of(&self, class: Type, name: Name) -> Option<Model> {
        let known = self.by_name.get(&(class, name)).copied();
        known.or_else(|| {
            let mut inherited = self.inherited.iter();
            if let Some((_, model)) = inherited.find(|(known, _)| *known == name) {
                return Some(*model);
            }
            self.starts.contains(&name).then_some(Model::Start)
        })
    }
}
