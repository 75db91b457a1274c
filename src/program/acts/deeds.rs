//! What methods of the platform do that is told as an act, and what is noted
//! of a call to one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::names::NONE;
use super::super::world::{FieldRef, File, MethodRef, Type, World};

/// What a call may be noted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Doing {
    /// Writes to the log of the device.
    Log,
    /// Writes to a stream or file.
    Write,
    /// Opens a file.
    OpenFile,
    /// Gives a folder that other apps can read.
    OutsideFolder,
    /// Gives the app's own folder there.
    OutsideOwnFolder,
    /// Gives the path of the app's own package.
    OwnPath,
    /// Hands something to a web page.
    Web,
    /// Gives a web page an object to call.
    AddBridge,
    /// Gives a sensor.
    Sensor,
    /// Listens to a sensor.
    Listen,
    /// Loads code.
    Load,
    /// Switches a component on or off.
    Switch,
    /// Says what an intent is about.
    IntentType,
    /// Asks the system to install a package.
    Install,
    /// Runs something again and again.
    Repeat,
    /// Runs something once, later.
    Delay,
    /// Asks for the location at intervals.
    Interval,
    /// Accepts every host name.
    AnyHost,
}

impl Doing {
    /// Whether code that has such a call is looked at though nobody is seen
    /// to run it, and before the rest.
    pub const fn tells_alone(self) -> bool {
        !matches!(
            self,
            Self::Log
                | Self::Write
                | Self::OpenFile
                | Self::OutsideFolder
                | Self::OutsideOwnFolder
                | Self::OwnPath
                | Self::Web
                | Self::IntentType
                | Self::Repeat
                | Self::Delay
        )
    }
}

/// Class, methods, what they do.
const DOINGS: &[(&str, &[&str], Doing)] = &[
    (
        "android/util/Log",
        &["v", "d", "i", "w", "e", "wtf", "println"],
        Doing::Log,
    ),
    (
        "java/io/PrintStream",
        &["print", "println", "printf", "format"],
        Doing::Log,
    ),
    ("java/io/OutputStream", &["write"], Doing::Write),
    ("java/io/FileOutputStream", &["write"], Doing::Write),
    ("java/io/BufferedOutputStream", &["write"], Doing::Write),
    (
        "java/io/DataOutputStream",
        &["write", "writeBytes", "writeChars", "writeUTF"],
        Doing::Write,
    ),
    (
        "java/io/RandomAccessFile",
        &["write", "writeBytes", "writeChars", "writeUTF"],
        Doing::Write,
    ),
    ("java/io/Writer", &["write", "append"], Doing::Write),
    ("java/io/FileWriter", &["write", "append"], Doing::Write),
    ("java/io/BufferedWriter", &["write", "append"], Doing::Write),
    (
        "java/io/OutputStreamWriter",
        &["write", "append"],
        Doing::Write,
    ),
    (
        "java/io/PrintWriter",
        &["write", "append", "print", "println", "printf", "format"],
        Doing::Write,
    ),
    (
        "kotlin/io/FilesKt",
        &[
            "writeText",
            "appendText",
            "writeBytes",
            "appendBytes",
            "writeText$default",
            "appendText$default",
        ],
        Doing::Write,
    ),
    ("java/io/File", &["<init>"], Doing::OpenFile),
    ("java/io/FileOutputStream", &["<init>"], Doing::OpenFile),
    ("java/io/FileWriter", &["<init>"], Doing::OpenFile),
    ("java/io/RandomAccessFile", &["<init>"], Doing::OpenFile),
    (
        "android/os/Environment",
        &[
            "getExternalStorageDirectory",
            "getExternalStoragePublicDirectory",
        ],
        Doing::OutsideFolder,
    ),
    (
        "android/webkit/WebView",
        &[
            "loadUrl",
            "evaluateJavascript",
            "postUrl",
            "loadData",
            "loadDataWithBaseURL",
        ],
        Doing::Web,
    ),
    (
        "android/webkit/WebView",
        &["addJavascriptInterface"],
        Doing::AddBridge,
    ),
    (
        "android/hardware/SensorManager",
        &["getDefaultSensor"],
        Doing::Sensor,
    ),
    (
        "android/hardware/SensorManager",
        &["registerListener"],
        Doing::Listen,
    ),
    ("dalvik/system/DexClassLoader", &["<init>"], Doing::Load),
    ("dalvik/system/PathClassLoader", &["<init>"], Doing::Load),
    ("dalvik/system/BaseDexClassLoader", &["<init>"], Doing::Load),
    (
        "dalvik/system/DelegateLastClassLoader",
        &["<init>"],
        Doing::Load,
    ),
    (
        "dalvik/system/InMemoryDexClassLoader",
        &["<init>"],
        Doing::Load,
    ),
    ("dalvik/system/DexFile", &["<init>", "loadDex"], Doing::Load),
    (
        "com/taobao/sophix/SophixManager",
        &["queryAndLoadNewPatch"],
        Doing::Load,
    ),
    (
        "com/tencent/tinker/lib/tinker/TinkerInstaller",
        &["install", "onReceiveUpgradePatch"],
        Doing::Load,
    ),
    ("com/meituan/robust/PatchExecutor", &["<init>"], Doing::Load),
    (
        "android/content/pm/PackageManager",
        &["setComponentEnabledSetting"],
        Doing::Switch,
    ),
    (
        "android/content/Intent",
        &[
            "<init>",
            "setAction",
            "setType",
            "setTypeAndNormalize",
            "setDataAndType",
            "setDataAndTypeAndNormalize",
        ],
        Doing::IntentType,
    ),
    (
        "android/content/pm/PackageInstaller$Session",
        &["commit"],
        Doing::Install,
    ),
    (
        "java/util/Timer",
        &["schedule", "scheduleAtFixedRate"],
        Doing::Repeat,
    ),
    (
        "java/util/concurrent/ScheduledExecutorService",
        &["scheduleAtFixedRate", "scheduleWithFixedDelay"],
        Doing::Repeat,
    ),
    (
        "java/util/concurrent/ScheduledThreadPoolExecutor",
        &["scheduleAtFixedRate", "scheduleWithFixedDelay"],
        Doing::Repeat,
    ),
    (
        "android/app/AlarmManager",
        &["setRepeating", "setInexactRepeating"],
        Doing::Repeat,
    ),
    (
        "androidx/work/PeriodicWorkRequest$Builder",
        &["<init>"],
        Doing::Repeat,
    ),
    (
        "android/app/job/JobInfo$Builder",
        &["setPeriodic"],
        Doing::Repeat,
    ),
    (
        "android/os/Handler",
        &[
            "postDelayed",
            "sendMessageDelayed",
            "sendEmptyMessageDelayed",
        ],
        Doing::Delay,
    ),
    ("android/view/View", &["postDelayed"], Doing::Delay),
    (
        "android/location/LocationManager",
        &["requestLocationUpdates"],
        Doing::Interval,
    ),
    (
        "com/google/android/gms/location/LocationRequest",
        &["setInterval"],
        Doing::Interval,
    ),
    (
        "com/google/android/gms/location/LocationRequest$Builder",
        &["<init>", "setIntervalMillis"],
        Doing::Interval,
    ),
    (
        "com/amap/api/location/AMapLocationClientOption",
        &["setInterval"],
        Doing::Interval,
    ),
    (
        "com/baidu/location/LocationClientOption",
        &["setScanSpan"],
        Doing::Interval,
    ),
    (
        "com/tencent/map/geolocation/TencentLocationRequest",
        &["setInterval"],
        Doing::Interval,
    ),
    (
        "org/apache/http/conn/ssl/AllowAllHostnameVerifier",
        &["<init>"],
        Doing::AnyHost,
    ),
    (
        "org/apache/http/conn/ssl/NoopHostnameVerifier",
        &["<init>"],
        Doing::AnyHost,
    ),
];

/// Methods of contexts, which every screen and service of an app has.
const OF_CONTEXTS: &[(&str, Doing)] = &[
    ("getPackageCodePath", Doing::OwnPath),
    ("getPackageResourcePath", Doing::OwnPath),
    ("getExternalFilesDir", Doing::OutsideOwnFolder),
    ("getExternalFilesDirs", Doing::OutsideOwnFolder),
    ("getExternalCacheDir", Doing::OutsideOwnFolder),
    ("getExternalMediaDirs", Doing::OutsideOwnFolder),
];

/// The methods that the files name and that do something of it, by file and
/// index; called on a class of the app they count as those of the platform
/// above it.
#[derive(Debug, Default)]
pub(in super::super) struct Doings {
    files: Vec<FxHashMap<u32, Doing>>,
    /// The platform's type of locations.
    pub location: Option<Type>,
    /// Fields with the path of the app's own package.
    pub own_paths: FxHashSet<FieldRef>,
    /// Fields with a verifier that accepts every host name.
    pub any_host: FxHashSet<FieldRef>,
}

/// Fields of `ApplicationInfo` with the path of a package, mostly the own.
const OWN_PATHS: [&[u8]; 4] = [
    b"sourceDir",
    b"publicSourceDir",
    b"splitSourceDirs",
    b"nativeLibraryDir",
];

impl Doings {
    /// Looks through the tables of all files.
    pub fn new(world: &World<'_>) -> Self {
        let mut known: FxHashMap<Type, FxHashMap<u32, Doing>> = FxHashMap::default();
        for (class, methods, doing) in DOINGS {
            let Some(of) = world.type_named(format!("L{class};").as_bytes()) else {
                continue;
            };
            let names = methods.iter();
            let names = names.filter_map(|name| world.names.get(name.as_bytes()));
            known
                .entry(of)
                .or_default()
                .extend(names.map(|name| (name, *doing)));
        }
        let of_contexts: FxHashMap<u32, Doing> = OF_CONTEXTS
            .iter()
            .filter_map(|(name, doing)| Some((world.names.get(name.as_bytes())?, *doing)))
            .collect();
        let constructor = world.names.get(b"<init>").unwrap_or(NONE);
        let mut above: FxHashMap<Type, Vec<Type>> = FxHashMap::default();
        let mut files = Vec::new();
        for file in &world.files {
            let mut found = FxHashMap::default();
            for (index, MethodRef { class, sig }) in (0_u32..).zip(&file.methods) {
                let name = world.name_no(*sig);
                // A class makes its own objects in its own way.
                let above = above.entry(*class).or_insert_with(|| {
                    let all = match world.class_of(*class) {
                        Some(class) => world.supers(class),
                        None => vec![*class],
                    };
                    all.into_iter()
                        .filter(|of| known.contains_key(of))
                        .collect()
                });
                let doing = above
                    .iter()
                    .filter(|of| name != constructor || *of == class)
                    .find_map(|of| known.get(of)?.get(&name))
                    .or_else(|| of_contexts.get(&name));
                found.extend(doing.map(|doing| (index, *doing)));
            }
            files.push(found);
        }
        let info = world.type_named(b"Landroid/content/pm/ApplicationInfo;");
        let fields = world.files.iter().flat_map(|file| &file.fields);
        let own_paths = fields.filter(|field| {
            Some(field.class) == info && OWN_PATHS.contains(&world.names.text(field.name))
        });
        let verifiers = world.files.iter().flat_map(|file| &file.fields);
        let any_host = verifiers
            .filter(|field| world.names.text(field.name) == b"ALLOW_ALL_HOSTNAME_VERIFIER");
        Self {
            files,
            any_host: any_host.copied().collect(),
            location: world.type_named(b"Landroid/location/Location;"),
            own_paths: own_paths.copied().collect(),
        }
    }

    /// What the method of this index does.
    pub fn of(&self, file: &File<'_>, index: u32) -> Option<Doing> {
        self.files.get(file.number as usize)?.get(&index).copied()
    }
}

/// Milliseconds, if they are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct After(pub Option<i64>);

/// What is noted of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Deed {
    /// A kind of information goes to the log.
    Logs(Box<str>),
    /// A kind of information goes to a file that other apps can read; or only
    /// with a permission, in the app's own folder.
    WritesOutside { kind: Box<str>, own: bool },
    /// A kind of information goes to a web page.
    ShowsToWeb(Box<str>),
    /// A web page is given an object of this class to call.
    AddsBridge(Type),
    /// A kind of information is given to code of the app.
    Passes {
        kind: Box<str>,
        to: MethodRef,
        direct: bool,
        /// Parameter of `to`, `this` included.
        parameter: u16,
    },
    /// Loads code, from these paths as far as they are known.
    Loads(Vec<String>),
    /// Switches a component on (1) or off (2, 3, 4).
    Switches { component: String, state: i64 },
    /// Asks to install a package.
    Installs(String),
    /// Listens to a sensor of this type.
    Listens(i64),
    /// Runs something again and again.
    Repeats(After),
    /// Runs the same again, later.
    RepeatsItself(After),
    /// Asks for the location at these intervals: milliseconds, metres.
    Locates(Vec<String>),
    /// Accepts every host name.
    AcceptsAnyHost,
}

impl Deed {
    /// The kind of information that goes somewhere.
    pub fn kind(&self) -> Option<&str> {
        match self {
            Self::Logs(kind)
            | Self::ShowsToWeb(kind)
            | Self::WritesOutside { kind, .. }
            | Self::Passes { kind, .. } => Some(kind),
            _ => None,
        }
    }
}
