//! Types of the platform by which it calls the app.

use rustc_hash::FxHashMap;

use super::declared::Lost;
use super::world::{Name, Type, World};
use crate::catalog::{self, When};

/// What the platform calls, by the types that the app names.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    types: FxHashMap<Type, Listener>,
    activity_callbacks: Option<Type>,
    /// Types below which objects are started by a method of their own.
    started: Vec<Type>,
}

#[derive(Debug, Default)]
struct Listener {
    /// Types of the platform above it, itself first.
    above: Vec<Type>,
    callbacks: Vec<(When, Vec<Name>)>,
    /// The platform calls it only when something outside happens.
    waits: bool,
}

/// Objects that the platform calls once a method of their own is called, and
/// the beginnings of the names of these methods. All others have to be given
/// to it.
const STARTED_BY: [(&str, &[&str]); 15] = [
    ("java.lang.Thread", &["start"]),
    ("java.util.concurrent.FutureTask", &["run"]),
    ("java.util.concurrent.ForkJoinTask", &["fork", "invoke"]),
    ("android.os.AsyncTask", &["execute"]),
    (
        "android.os.Handler",
        &["send", "obtainMessage", "dispatchMessage"],
    ),
    ("android.os.CountDownTimer", &["start"]),
    ("android.os.FileObserver", &["startWatching"]),
    ("android.os.ResultReceiver", &["send"]),
    ("android.app.Dialog", &["show", "create"]),
    ("android.widget.PopupWindow", &["show"]),
    ("android.content.Loader", &["startLoading", "forceLoad"]),
    ("android.animation.Animator", &["start"]),
    ("android.view.OrientationEventListener", &["enable"]),
    ("android.database.sqlite.SQLiteOpenHelper", &["get"]),
    ("android.view.ActionMode", &["invalidate"]),
];

/// Beginnings of the names of methods that take a listener off.
const TAKE_BACK: [&[u8]; 6] = [
    b"remove",
    b"unregister",
    b"unbind",
    b"cancel",
    b"unschedule",
    b"delete",
];

/// Broadcasts of which the system gives the last one to whoever registers,
/// and such as come within a minute. From general knowledge.
const STICKY: [&str; 14] = [
    "android.intent.action.BATTERY_CHANGED",
    "android.intent.action.DEVICE_STORAGE_LOW",
    "android.intent.action.DOCK_EVENT",
    "android.intent.action.HEADSET_PLUG",
    "android.intent.action.PROXY_CHANGE",
    "android.intent.action.SIM_STATE_CHANGED",
    "android.intent.action.TIME_TICK",
    "android.hardware.usb.action.USB_STATE",
    "android.media.ACTION_SCO_AUDIO_STATE_UPDATED",
    "android.media.RINGER_MODE_CHANGED",
    "android.net.conn.CONNECTIVITY_CHANGE",
    "android.net.wifi.STATE_CHANGE",
    "android.net.wifi.WIFI_STATE_CHANGED",
    "android.net.wifi.p2p.CONNECTION_STATE_CHANGE",
];

/// Where objects are that the platform calls by itself and at once, by the
/// beginning of their names.
const AT_ONCE: [&str; 8] = [
    "android.app.",
    "android.view.",
    "android.widget.",
    "android.os.",
    "android.preference.",
    "android.content.ServiceConnection",
    "android.content.ContentProvider",
    "android.content.DialogInterface$OnShowListener",
];

/// Among these, what waits all the same.
const LATER: [&str; 5] = [
    "android.os.FileObserver",
    "android.os.TokenWatcher",
    "android.app.job.",
    "android.view.View$On",
    "android.view.ViewTreeObserver$",
];

impl Listeners {
    /// Looks up the types that the app names, and says of superclasses that
    /// are not in the package what they are.
    pub fn new(world: &World<'_>, lost: &[Lost]) -> Self {
        let callbacks = catalog::callbacks();
        let mut types = FxHashMap::default();
        for number in 0..world.types.len() {
            let Ok(of) = u32::try_from(number) else {
                break;
            };
            if world.class_of(of).is_some() || !is_of_platform(world.types.text(of)) {
                continue;
            }
            let name = world.dotted(of);
            let names = callbacks.above(&name);
            if names.iter().all(|name| callbacks.of(name).is_empty()) {
                continue;
            }
            let above = names.iter().filter_map(|name| world.type_of_class(name));
            let own = callbacks.of(&name).iter().map(|callback| {
                let names = callback.methods.iter();
                let names = names.filter_map(|name| world.names.get(name.as_bytes()));
                (callback.when, names.collect())
            });
            let begins = |with: &[&str]| with.iter().any(|start| name.starts_with(start));
            types.insert(
                of,
                Listener {
                    above: above.collect(),
                    callbacks: own.collect(),
                    waits: !begins(&AT_ONCE) || begins(&LATER),
                },
            );
        }
        for lost in lost {
            let listener: &mut Listener = types.entry(lost.of).or_default();
            let above = callbacks.above(lost.below).into_iter();
            let above = above.filter_map(|name| world.type_of_class(name));
            listener.above.extend(std::iter::once(lost.of).chain(above));
        }
        Self {
            types,
            activity_callbacks: world
                .type_of_class("android.app.Application$ActivityLifecycleCallbacks"),
            started: STARTED_BY
                .iter()
                .filter_map(|(of, _)| world.type_of_class(of))
                .collect(),
        }
    }

    /// Whether the platform calls objects of this type.
    pub fn is_one(&self, of: Type) -> bool {
        self.types.contains_key(&of)
    }

    /// Types of the platform above one, itself first; none for one that the
    /// platform does not call.
    pub fn above(&self, of: Type) -> &[Type] {
        self.types.get(&of).map_or(&[], |found| &found.above)
    }

    /// What is called on objects of a type.
    pub fn of(&self, of: Type) -> &[(When, Vec<Name>)] {
        self.types.get(&of).map_or(&[], |found| &found.callbacks)
    }

    /// Whether a callback waits for something outside of the app.
    pub fn waits(&self, world: &World<'_>, of: Type, name: Name) -> bool {
        world.names.text(name).starts_with(b"on")
            && self.types.get(&of).is_some_and(|found| found.waits)
    }

    /// Whether a broadcast of this action comes as soon as somebody registers
    /// for it: the system keeps the last one.
    pub fn comes_at_once(action: &str) -> bool {
        STICKY.contains(&action)
    }

    /// Whether it is called when a screen comes and goes.
    pub fn is_of_screens(&self, of: Type) -> bool {
        self.activity_callbacks == Some(of)
    }

    /// Whether a method takes off what another one registered.
    pub fn takes_back(name: &[u8]) -> bool {
        TAKE_BACK.iter().any(|start| name.starts_with(start))
    }

    /// Whether objects of a class of the app are started by a method of their
    /// own.
    pub fn can_start(&self, world: &World<'_>, of: Type) -> bool {
        let class = world.class_of(of);
        let last = class.and_then(|class| world.line(class).last());
        let last = last.and_then(|last| world.class(last));
        last.is_some_and(|last| {
            let above = self.above(last.superclass);
            above.iter().any(|of| self.started.contains(of))
        })
    }

    /// What the platform takes an object for on which its own method is
    /// called, if that makes it call the object.
    pub fn starts(&self, world: &World<'_>, class: Type, name: &[u8]) -> Option<Type> {
        let taken_for = match world.class_of(class) {
            Some(class) => {
                let last = world.line(class).last()?;
                world.class(last)?.superclass
            }
            None => class,
        };
        let listener = self.types.get(&taken_for)?;
        let starts = STARTED_BY.iter().any(|(of, names)| {
            let by = || names.iter().any(|start| name.starts_with(start.as_bytes()));
            world
                .type_of_class(of)
                .is_some_and(|of| listener.above.contains(&of))
                && by()
        });
        starts.then_some(taken_for)
    }
}

fn is_of_platform(descriptor: &[u8]) -> bool {
    [
        &b"Landroid/"[..],
        b"Ljava/",
        b"Ljavax/",
        b"Lorg/",
        b"Ldalvik/",
    ]
    .iter()
    .any(|start| descriptor.starts_with(start))
}
