//! What the code of the app does, who does it, and when: the calls that come
//! to personal information, whether the app can run them, and whether it can
//! do so before its user agreed.
//!
//! The engine starts where the system enters the app (`roots`), reads each
//! method that is reached (`body`), and follows what it calls, starts and
//! makes (`reach`). Values are followed inside of methods only (`run`);
//! what helpers give back is looked up (`summary`).
//!
//! That code can run is no proof that it does. What is not reached is "no
//! evidence", never "not done": native code, code that is loaded later and
//! what a server decides are not seen.

mod acts;
mod beside;
mod body;
mod declared;
mod early;
mod explained;
mod flow;
mod gates;
mod granted;
mod listeners;
mod meta;
mod models;
mod names;
mod natives;
mod reach;
mod refusals;
mod roots;
mod run;
mod scan;
mod screens;
mod scripts;
mod statics;
mod structure;
mod summary;
#[cfg(test)]
mod tests;
mod told;
mod uris;
mod uses;
mod value;
mod watched;
mod world;

pub use acts::Act;
pub use early::Early;
pub use structure::{ClassShape, DirectCall, Structure, structure};

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use roots::RootKind;

use crate::evidence::Place;
use crate::layout::LayoutFacts;
use crate::limits::Limits;
use crate::manifest::ManifestFacts;
use crate::native::LookedUp;

/// What the program analysis found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramFacts {
    /// Uses of members that give personal information or start apps, sorted.
    pub uses: Vec<DataUse>,
    /// What is collected before the user agreed, by owner and kind, the most
    /// sensitive first.
    pub early: Vec<Early>,
    /// What code does beside, sorted.
    #[serde(default)]
    pub acts: Vec<Act>,
    /// How much was followed.
    pub coverage: Coverage,
}

/// How much of the code was followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Methods that the app defines, with code.
    pub methods: u32,
    /// Of them reached while the process starts.
    pub start: u32,
    /// Reached until the first screen stands.
    pub first_screen: u32,
    /// Reached in one of these only if a condition holds that is not known.
    pub perhaps: u32,
    /// Reached after an act of the user, or behind a consent gate.
    pub user: u32,
    /// Reached from other entries.
    pub other: u32,
    /// Methods that scripts can call, each once.
    #[serde(default)]
    pub script: u32,
    /// Methods that native code may call, as far as nothing else leads there.
    #[serde(default)]
    pub native: u32,
    /// Calls of which not every target was followed: there are too many.
    pub wide: u32,
    /// Methods too large to follow values in.
    pub too_large: u32,
    /// Methods left out, because tables of the file point to the same bytes
    /// again and again; and uses beyond what is listed.
    pub left_out: u32,
    /// Superclasses of screens and of the application that are not in the
    /// package, by their dotted names, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub superclasses: Vec<String>,
}

impl Coverage {
    /// Methods to which a way was found.
    pub fn reached(&self) -> u32 {
        let levels = [
            self.start,
            self.first_screen,
            self.perhaps,
            self.user,
            self.other,
        ];
        levels.into_iter().fold(0, u32::saturating_add)
    }
}

/// A use of a member of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DataUse {
    /// Class and member: `android.telephony.TelephonyManager.getDeviceId`.
    pub api: String,
    /// A kind of personal information, or what happens: `self_launch`.
    pub kind: String,
    /// The Chinese term for it.
    pub term: String,
    /// Whose the code is: `app`, `sdk:jpush`, …
    pub owner: String,
    /// Dotted name of the class whose code uses it.
    pub class: String,
    /// Where: file, class and method, line if there is one.
    pub place: Place,
    /// A constant that decides is not known.
    pub possible: bool,
    /// Constants that it is called with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constants: Vec<String>,
    /// Package of the other app that it is about, if one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Full names of permissions of which it needs one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// When it can run.
    pub phase: Phase,
    /// How sure it is that it runs before the user agreed; only then given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Kind of the entry that leads here: `application`, `provider`,
    /// `initializer`, `launcher`, `activity`, `service`, `receiver`,
    /// `script`, `native`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// What holds it back and can be consent: a stored value, a field that
    /// is named so, or what tells an SDK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<String>,
    /// Another condition that holds it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The shortest way here from an entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Step>,
}

/// When code can run first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// While the process starts: application, providers, initialisers.
    Start,
    /// On the first screen, before any act of the user.
    FirstScreen,
    /// After an act of the user, or behind a consent gate.
    User,
    /// From other entries: services, receivers, other screens.
    Other,
    /// No way was found.
    #[default]
    Unreached,
}

/// How sure it is that something runs before the user agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Every step of the way can go one way only.
    Definite,
    /// A step chooses among several methods.
    Likely,
    /// A step depends on a condition that is not known, or the constant is
    /// not.
    Possible,
}

/// A step on the way to a use.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Step {
    /// `com.example.App.onCreate`.
    pub method: String,
    /// Whose it is.
    #[serde(default)]
    pub owner: String,
    /// How the step before leads here: `entry`, `call`, `choice`, `callback`,
    /// `initialiser`, `reflection`, `intent`, `layout`, `script`.
    pub by: String,
    /// Where the step before does that: file, method and line.
    pub place: Place,
}

/// A class that a file of the package names, so that a framework makes an
/// object of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Registered {
    /// Dotted name.
    pub class: String,
    /// When: while the process starts, for the first screen, or when a script
    /// asks for it.
    pub phase: Phase,
}

/// One DEX of the app.
#[derive(Clone, Debug)]
pub struct Bytecode {
    /// Its path.
    pub path: Arc<str>,
    /// Its bytes.
    pub bytes: crate::container::Bytes,
}

impl Bytecode {
    /// A file that Android loads by itself; `None` if it could not be read.
    pub fn of(file: crate::code::Loaded) -> Option<Self> {
        Some(Self {
            path: file.place.file.into(),
            bytes: file.bytes.ok()?,
        })
    }
}

/// Analyses the code of an app. `files` stand in the order in which Android
/// looks for classes; `services` are classes by the interface that they serve,
/// as `META-INF/services` names them, `registered` what other files of the
/// package name for a framework, `native` what shared libraries may look up.
pub fn analyse(
    files: &[Bytecode],
    manifest: &ManifestFacts,
    layouts: &LayoutFacts,
    services: &BTreeMap<String, Vec<String>>,
    registered: &[Registered],
    native: &[LookedUp],
    limits: &Limits,
) -> ProgramFacts {
    let world = world::World::read(files, limits);
    let models = models::Models::new(&world);
    let mut scanned = scan::scan(&world, &models);
    let (methods, using) = (scanned.methods, std::mem::take(&mut scanned.using));
    let contracts = std::mem::take(&mut scanned.contracts);
    let roots = roots::all(&world, manifest, registered);
    let launchers = roots::launchers(&roots);
    let app = body::App {
        package: manifest.package.clone(),
        min_sdk: manifest.min_sdk,
        meta: meta::Meta::new(manifest),
        permissions: granted::Permissions::new(manifest),
    };
    let lost = declared::lost(&world, manifest);
    let mut bodies = body::Bodies::new(&world, models, scanned, app, layouts, launchers, &lost);
    bodies.kept = acts::kept(&bodies, &using);
    bodies.natives = natives::Natives::new(&world, native);
    bodies.summaries = summary::Summaries::default();
    let components = roots::components(&world, manifest);
    let reach = reach::Reach::new(
        &bodies,
        &roots,
        components,
        roots::actions(&world, manifest),
        services,
    );
    let (unreached, not_kept) = uses::unreached(&bodies, &reach, &using);
    let writer = uses::Writer::new(&bodies, &reach, &roots, &unreached);
    let (uses, more) = uses::all(&writer, limits);
    let left_out = [
        world.left_out,
        bodies.screens.left_out,
        reach.left_out,
        not_kept,
        more,
    ];
    let mut acts = acts::all(&writer, manifest);
    acts.extend(
        refusals::all(&bodies, &contracts)
            .into_iter()
            .map(|(refusal, heard_in, done)| writer.refusal(refusal, heard_in, done)),
    );
    acts.extend(explained::requests(&writer));
    acts.sort();
    acts.dedup();
    acts.truncate(limits.listed);
    let [start, first_screen, perhaps, user, other] = reach.counts();
    ProgramFacts {
        uses,
        early: Vec::new(),
        acts,
        coverage: Coverage {
            methods,
            start,
            first_screen,
            perhaps,
            user,
            other,
            script: reach.entered_by(RootKind::Script),
            native: reach.entered_by(RootKind::Native),
            wide: reach.wide,
            too_large: reach.too_large,
            left_out: left_out.into_iter().fold(0, u32::saturating_add),
            superclasses: declared::names(&world, &lost),
        },
    }
}
