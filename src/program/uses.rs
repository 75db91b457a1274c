//! Uses of members of the catalogue, with what they give and the way that
//! leads to them.

use std::cell::Cell;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::body::{Aim, App, Bodies, MOST_USES, Member, Use};
use super::gates::Gate;
use super::names::NONE;
use super::reach::{Edge, Level, Reach, Reached};
use super::roots::{Root, RootKind};
use super::uris;
use super::world::{File, MethodNo, World};
use super::{DataUse, Grade, Phase, Step};
use crate::catalog::{self, Api, Role, Subject};
use crate::decode::dex::Code;
use crate::evidence::Place;
use crate::limits::Limits;

/// Actions that are listed beside kinds of information.
const ACTIONS: [&str; 7] = [
    "self_launch",
    "associated_launch",
    "shell",
    "sdk_init",
    "consent_api",
    "permission_request",
    PERMISSION_USE,
];

/// Something that needs a permission, and gives nothing.
const PERMISSION_USE: &str = "permission_use";

/// What a query is about is told by its address.
const CONTENT: &str = "content_uri";

/// A longer way is cut in the middle; none is that long but in a loop.
const LONGEST_PATH: usize = 200;

/// Steps of all ways together, and rows of line tables that are looked at for
/// them: methods can share their tables.
const MOST_STEPS: usize = 1 << 18;
const MOST_ROWS: usize = 1 << 26;

/// A step that chooses among more methods is only possible.
const FEW_TARGETS: usize = 4;

/// A use before it is worded.
#[derive(Clone, Copy)]
pub(super) struct Found<'u> {
    pub method: MethodNo,
    pub used: &'u Use,
    /// When and behind which condition; `None` if no code that runs has it.
    pub reached: Option<(Level, u32)>,
}

/// The way to a use: to a code unit of a method, and perhaps to a helper that
/// this calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    to: MethodNo,
    at: u32,
    then: Option<MethodNo>,
}

/// Uses in code that nobody is seen to run.
pub(super) type Unreached = Vec<(MethodNo, Vec<Use>)>;

/// What the methods use that are not reached, of those that use anything;
/// and how many more uses there are than are kept.
pub(super) fn unreached(
    bodies: &Bodies<'_>,
    reach: &Reach<'_, '_>,
    using: &[MethodNo],
) -> (Unreached, u32) {
    // What one of the classes does that were made one is not said of the
    // whole once more.
    let seen: FxHashSet<(MethodNo, u32)> = reach
        .uses
        .iter()
        .filter_map(|found| Some((bodies.world.original(found.method)?, found.used.at)))
        .collect();
    let all: Vec<(MethodNo, Vec<Use>, u32)> = using
        .par_iter()
        .filter(|method| reach.of(**method).is_none())
        .map(|method| {
            let mut body = bodies.read(*method);
            body.uses.retain(|used| !seen.contains(&(*method, used.at)));
            (*method, body.uses, body.left_out)
        })
        .collect();
    let mut not_kept = 0_u32;
    let uses = all.into_iter().map(|(method, uses, left_out)| {
        not_kept = not_kept.saturating_add(left_out);
        (method, uses)
    });
    (uses.collect(), not_kept)
}

/// All uses, sorted, and how many more there are than are listed.
pub(super) fn all(writer: &Writer<'_, '_>, limits: &Limits) -> (Vec<DataUse>, u32) {
    let mut wording = writer
        .found()
        .flat_map(|found| writer.with_given(&found).into_iter());
    let mut worded: Vec<(DataUse, Way)> = wording.by_ref().take(MOST_USES).collect();
    let not_worded = u32::from(wording.next().is_some());
    worded.sort();
    worded.dedup();
    let more = worded.len().saturating_sub(limits.listed);
    worded.truncate(limits.listed);
    // Ways are long, so that only those that are listed get one.
    let uses = worded.into_iter().map(|(used, way)| {
        let mut path = writer.path(way.to);
        if let Some(method) = way.then {
            path.push(writer.step(method, "call", writer.place(way.to, way.at)));
        }
        DataUse { path, ..used }
    });
    let mut uses: Vec<DataUse> = uses.collect();
    uses.sort();
    uses.dedup();
    let more = u32::try_from(more).unwrap_or(u32::MAX);
    (uses, more.saturating_add(not_worded))
}

/// Words what was found, with the way that leads to it.
pub(super) struct Writer<'w, 'a> {
    pub bodies: &'w Bodies<'a>,
    pub reach: &'w Reach<'w, 'a>,
    pub roots: &'w [Root],
    pub unreached: &'w [(MethodNo, Vec<Use>)],
    /// Uses in code that runs, by method and code unit.
    by_place: FxHashMap<(MethodNo, u32), &'w Use>,
    /// Rows of line tables that may still be looked at.
    rows: Cell<usize>,
    /// Steps that ways may still have.
    steps: Cell<usize>,
}

/// Where something is done, when it can run, and the way there.
pub(super) struct Whence {
    pub class: String,
    pub place: Place,
    pub phase: Phase,
    pub grade: Option<Grade>,
    pub entry: Option<String>,
    pub gate: Option<String>,
    pub condition: Option<String>,
    pub path: Vec<Step>,
}

impl<'w, 'a> Writer<'w, 'a> {
    pub fn new(
        bodies: &'w Bodies<'a>,
        reach: &'w Reach<'w, 'a>,
        roots: &'w [Root],
        unreached: &'w [(MethodNo, Vec<Use>)],
    ) -> Self {
        let by_place = reach
            .uses
            .iter()
            .map(|found| ((found.method, found.used.at), &found.used));
        Self {
            by_place: by_place.collect(),
            bodies,
            reach,
            roots,
            unreached,
            rows: Cell::new(MOST_ROWS),
            steps: Cell::new(MOST_STEPS),
        }
    }

    pub fn world(&self) -> &'w World<'a> {
        self.bodies.world
    }

    /// Everything found, what runs first.
    pub fn found(&self) -> impl Iterator<Item = Found<'w>> + use<'w, 'a> {
        let found = self.reach.uses.iter().map(|found| Found {
            method: found.method,
            used: &found.used,
            reached: Some((found.level, found.gate)),
        });
        let more = self.unreached.iter().flat_map(|(method, uses)| {
            uses.iter().map(|used| Found {
                method: *method,
                used,
                reached: None,
            })
        });
        found.chain(more)
    }

    /// The uses of an instruction, once for each text that the method is
    /// given for it. What is asked of the user is asked by whoever says what
    /// for.
    fn with_given(&self, found: &Found<'_>) -> Vec<(DataUse, Way)> {
        let used = found.used;
        let mut open = used
            .parameters
            .iter()
            .filter(|(at, _)| used.arguments.get(*at).is_some_and(Option::is_none));
        let given = open.find_map(|(at, parameter)| {
            let given = self.reach.given(found.method, *parameter);
            (!given.is_empty()).then_some((at, given))
        });
        let plain = || {
            let way = Way {
                to: found.method,
                at: used.at,
                then: None,
            };
            self.uses(found, way)
        };
        let Some((at, given)) = given else {
            return plain();
        };
        // Whoever leads here first may give it what is not known.
        let way = self.way(found.method);
        let known = given.iter().any(|(_, by)| {
            let mut steps = way.iter();
            steps.any(|(_, step)| (step.from, step.at) == (by.from, by.at))
        });
        let first = if found.reached.is_none() || known {
            Vec::new()
        } else {
            plain()
        };
        let with = given.into_iter().flat_map(|(text, by)| {
            let mut used = used.clone();
            if let Some(argument) = used.arguments.get_mut(*at) {
                *argument = Some(text.to_owned());
            }
            used.unknown_text = false;
            let reached = found.reached.map(|(level, gate)| {
                let later = by.level > level;
                (level.max(by.level), if later { by.gate } else { gate })
            });
            let with = Found {
                used: &used,
                reached,
                ..*found
            };
            let way = Way {
                to: by.from,
                at: by.at,
                then: Some(found.method),
            };
            let mut uses = self.uses(&with, way);
            // The request stands there by itself: a wrapper of a library.
            uses.retain(|(used, way)| way.then.is_some() || !self.is_use(way.to, way.at, used));
            uses
        });
        first.into_iter().chain(with).collect()
    }

    /// Whether a use of a code unit is listed by itself.
    fn is_use(&self, method: MethodNo, at: u32, like: &DataUse) -> bool {
        let api = || {
            let used = self.by_place.get(&(method, at))?;
            let Member::Method(index) = used.member else {
                return None;
            };
            let file = self.world().file_of(self.world().method(method)?)?;
            let named = self.bodies.watched.method(file, index).first()?;
            catalog::apis().at(named.api)
        };
        api().is_some_and(|api| api.subject.id() == like.kind)
    }

    fn uses(&self, found: &Found<'_>, way: Way) -> Vec<(DataUse, Way)> {
        let world = self.world();
        let Some(method) = world.method(found.method) else {
            return Vec::new();
        };
        let Some(file) = world.file_of(method) else {
            return Vec::new();
        };
        let watched = &self.bodies.watched;
        let named = match &found.used.member {
            Member::Field(index) => watched.field(file, *index),
            Member::Method(index) => watched.method(file, *index),
            Member::Deed(_) => return Vec::new(),
            Member::Named(name) => {
                // By reflection; which overload it is does not matter.
                let api = catalog::apis().named(name).next();
                let one = api.and_then(|api| {
                    let possible = gives(api, found.used, &self.bodies.app.package)?;
                    Some(self.data_use(found, way, api, possible))
                });
                return one.into_iter().collect();
            }
        };
        let apis = named.iter().filter_map(|named| {
            let api = catalog::apis().at(named.api)?;
            let possible = gives(api, found.used, &self.bodies.app.package)?;
            Some((api, possible || named.overload))
        });
        apis.map(|(api, possible)| self.data_use(found, way, api, possible))
            .collect()
    }

    fn data_use(
        &self,
        found: &Found<'_>,
        mut way: Way,
        api: &Api,
        possible: bool,
    ) -> (DataUse, Way) {
        if api.role == Role::PermissionRequest {
            way.then = None;
        }
        let mut whence = self.without_way(way.to, way.at, found.reached, possible);
        if way.then.is_some() {
            whence.class = self.class(found.method);
            whence.place = self.place(found.method, found.used.at);
        }
        // What the user puts in is not there before.
        if whence.grade.is_some() && kind(api, found.used, &self.bodies.app) == "user_input" {
            whence.phase = Phase::User;
            whence.grade = None;
        }
        // Names in a library are no proof of a call.
        let native = |root: &Root| root.kind == RootKind::Native;
        let possible = possible || self.root(way.to).is_some_and(native);
        let used = DataUse {
            api: api.name(),
            kind: kind(api, found.used, &self.bodies.app).to_owned(),
            term: api.term.clone(),
            owner: String::new(),
            class: whence.class,
            place: whence.place,
            possible,
            constants: found.used.arguments.iter().flatten().cloned().collect(),
            to: other_app(api, found.used),
            needs: needs(api, found.used),
            phase: whence.phase,
            grade: whence.grade,
            entry: whence.entry,
            gate: whence.gate,
            condition: whence.condition,
            path: Vec::new(),
        };
        (used, way)
    }

    /// Dotted name of the class of a method.
    fn class(&self, method: MethodNo) -> String {
        let world = self.world();
        world
            .method(method)
            .and_then(|method| world.class(method.class))
            .map_or_else(String::new, |class| world.dotted(class.of))
    }

    /// Where a code unit of a method is, and how it is reached.
    pub fn whence(
        &self,
        method: MethodNo,
        at: u32,
        when: Option<(Level, u32)>,
        possible: bool,
    ) -> Whence {
        Whence {
            path: self.path(method),
            ..self.without_way(method, at, when, possible)
        }
    }

    fn without_way(
        &self,
        method: MethodNo,
        at: u32,
        when: Option<(Level, u32)>,
        possible: bool,
    ) -> Whence {
        let world = self.world();
        let class = self.class(method);
        let (phase, grade) = self.when(method, when, possible);
        let gate = when.map_or(NONE, |(_, gate)| gate);
        let gate = self.reach.gates.get(gate as usize);
        let shown = gate
            .map(|gate| gate.shown(world))
            .filter(|gate| !gate.is_empty());
        let (gate, condition) = if gate.is_some_and(Gate::can_be_consent) {
            (shown, None)
        } else {
            (None, shown)
        };
        Whence {
            class,
            place: self.place(method, at),
            phase,
            grade,
            entry: self.root(method).map(|root| root.kind.word().to_owned()),
            gate,
            condition,
            path: Vec::new(),
        }
    }

    /// The same, of what the method does whenever it runs.
    pub fn whence_of(&self, method: MethodNo, at: u32) -> Whence {
        let reached = self.reach.of(method);
        let when = reached.map(|reached| (reached.level, reached.gate));
        self.whence(method, at, when, false)
    }

    /// The entry that leads to a method.
    pub fn root(&self, method: MethodNo) -> Option<&'w Root> {
        let reached = self.reach.of(method)?;
        self.roots.get(reached.root as usize)
    }

    /// When something in a method runs that is reached at a level, behind a
    /// condition perhaps.
    fn when(
        &self,
        method: MethodNo,
        when: Option<(Level, u32)>,
        possible: bool,
    ) -> (Phase, Option<Grade>) {
        let Some((level, gate)) = when.filter(|_| self.reach.of(method).is_some()) else {
            return (Phase::Unreached, None);
        };
        let from_process = || {
            let root = self.root(method);
            let mut way = self.way(method).into_iter();
            root.is_some_and(|root| root.level == Level::Start)
                && !way.any(|(_, reached)| reached.level == Level::FirstScreen)
        };
        let phase = match level {
            Level::Start => Phase::Start,
            Level::Perhaps if from_process() => Phase::Start,
            Level::FirstScreen | Level::Perhaps => Phase::FirstScreen,
            Level::User => return (Phase::User, None),
            Level::Other => return (Phase::Other, None),
        };
        let grade = if level == Level::Perhaps || possible {
            Grade::Possible
        } else {
            let own = if gate == NONE {
                Grade::Definite
            } else {
                Grade::Likely
            };
            let way = self.way(method).into_iter();
            way.map(|(_, reached)| self.step_grade(&reached))
                .fold(own, Grade::max)
        };
        (phase, Some(grade))
    }

    /// How sure a step is that chooses among several methods, or waits for
    /// an event.
    fn step_grade(&self, step: &Reached) -> Grade {
        match self.reach.targets(step) {
            0 | 1 if step.edge == Edge::Event || step.gate != NONE => Grade::Likely,
            0 | 1 => Grade::Definite,
            2..=FEW_TARGETS => Grade::Likely,
            _ => Grade::Possible,
        }
    }

    /// The methods on the way, the last first.
    pub fn way(&self, method: MethodNo) -> Vec<(MethodNo, Reached)> {
        let mut way = Vec::new();
        let mut method = method;
        while let Some(reached) = self.reach.of(method) {
            way.push((method, *reached));
            if reached.from == NONE || way.len() >= LONGEST_PATH {
                break;
            }
            method = reached.from;
        }
        way
    }

    /// The way to a method, from an entry on.
    pub fn path(&self, method: MethodNo) -> Vec<Step> {
        let way = self.way(method);
        let Some(left) = self.steps.get().checked_sub(way.len()) else {
            return Vec::new();
        };
        self.steps.set(left);
        let mut steps: Vec<Step> = Vec::new();
        for (method, reached) in way {
            let by = match reached.edge {
                Edge::Root(root) => match self.roots.get(root as usize) {
                    Some(root) if root.stands_for(RootKind::Script) => "script",
                    Some(root) if root.stands_for(RootKind::Native) => "native",
                    _ => "entry",
                },
                Edge::Call | Edge::Chosen(_) if self.reach.targets(&reached) > 1 => "choice",
                Edge::Call | Edge::Chosen(_) => "call",
                Edge::Callback | Edge::Event => "callback",
                Edge::Initialiser => "initialiser",
                Edge::Reflection => "reflection",
                Edge::Intent => "intent",
                Edge::Layout => "layout",
            };
            let called_at = if reached.from == NONE {
                self.place(method, 0)
            } else {
                self.place(reached.from, reached.at)
            };
            let (between, at) = reached.by_way_of;
            if between == NONE || between == reached.from {
                steps.push(self.step(method, by, called_at));
            } else {
                steps.push(self.step(method, by, self.place(between, at)));
                steps.push(self.step(between, "call", called_at));
            }
        }
        steps.reverse();
        steps
    }

    fn step(&self, method: MethodNo, by: &str, place: Place) -> Step {
        Step {
            method: self.bodies.world.method_name(method),
            owner: String::new(),
            by: by.to_owned(),
            place,
        }
    }

    /// A code unit of a method as a place.
    fn place(&self, method: MethodNo, at: u32) -> Place {
        let world = self.world();
        let Some(known) = world.method(method) else {
            return Place::default();
        };
        let Some(file) = world.file_of(known) else {
            return Place::default();
        };
        let place = Place::file(&*file.path).at(world.method_name(method));
        match world
            .code(known)
            .and_then(|code| self.line(file, &code, at))
        {
            Some(line) => place.line(line),
            None => place,
        }
    }

    /// The line of a code unit, as the debug record says.
    fn line(&self, file: &File<'_>, code: &Code<'_>, at: u32) -> Option<u32> {
        let mut line = None;
        for row in file.dex.lines(code) {
            self.rows.set(self.rows.get().checked_sub(1)?);
            if row.address > at {
                break;
            }
            line = Some(row.line);
        }
        line
    }
}

/// Whether a use gives what the catalogue says, asked by the app of this
/// package: `Some(true)` if perhaps.
pub(super) fn gives(api: &Api, used: &Use, package: &str) -> Option<bool> {
    if let Subject::Action(action) = &api.subject
        && action != CONTENT
        && !ACTIONS.contains(&action.as_str())
    {
        // What else needs a permission shows that this is used.
        return needs_asking(api).then_some(false);
    }
    let known = || used.arguments.iter().flatten();
    match api.role {
        Role::Source
        | Role::Field
        | Role::Register
        | Role::SelfLaunch
        | Role::ConsentGate
        | Role::Needs => Some(false),
        Role::SdkInit => Some(api.perhaps),
        Role::PermissionRequest => {
            if api.member != "launch" {
                return Some(false);
            }
            // Contracts of all kinds are launched.
            match used.arguments.first() {
                Some(Some(text)) if text.contains(".permission.") => Some(false),
                Some(None) if used.to.is_none() => Some(true),
                _ => None,
            }
        }
        Role::SourceIfUri | Role::RegisterIfUri => {
            let address = used.arguments.first().and_then(Option::as_ref);
            address
                .and_then(|address| uris::kind(address))
                .map(|_| false)
        }
        Role::SourceIfConst | Role::NeedsIfConst => {
            // The items of an array are the words of a command.
            let decides = |text: &String| api.decides(text.replace('\n', " ").as_bytes());
            let mut constants = used.arguments.iter().enumerate();
            let decided = constants.any(|(at, text)| {
                api.argument.is_none_or(|argument| argument == at)
                    && text.as_ref().is_some_and(decides)
            });
            if decided {
                return Some(false);
            }
            // A text that is known and does not decide is another one.
            (used.unknown_text && !api.only_known).then_some(true)
        }
        Role::SourceIfBeside => used.beside.map(|sure| !sure),
        Role::SourceIfOtherPkg => match used.arguments.first().and_then(Option::as_ref) {
            _ if used.to == Some(Aim::Own) => None,
            Some(asked) if *asked == package => None,
            Some(_) => Some(false),
            None => Some(true),
        },
        Role::SourceIfSensitiveField | Role::UriField | Role::UriSource => Some(true),
        Role::Launch | Role::LaunchIfOtherPkg => {
            // Itself is no other app.
            let own = known().any(|text| *text == package);
            match used.to {
                _ if own => None,
                Some(Aim::Own) => None,
                Some(Aim::Other(_)) => Some(false),
                None => Some(known().next().is_none() || api.role != Role::Launch),
            }
        }
        _ => None,
    }
}

/// Package of the other app that a use is about.
fn other_app(api: &Api, used: &Use) -> Option<String> {
    let first = || used.arguments.first().cloned().flatten();
    match (&used.to, api.role) {
        (Some(Aim::Other(package)), _) => Some(package.clone()),
        // A query is given an intent.
        (None, Role::SourceIfOtherPkg) if api.member.starts_with("query") => None,
        (None, Role::Launch | Role::SourceIfOtherPkg) => first(),
        _ => None,
    }
}

/// Whether a call gives information back.
pub(super) fn is_source(api: &Api) -> bool {
    matches!(
        api.role,
        Role::Source
            | Role::SourceIfConst
            | Role::SourceIfUri
            | Role::SourceIfOtherPkg
            | Role::SourceIfBeside
    )
}

/// The permissions of which a use needs one: of a query, those of what is
/// behind the address.
fn needs(api: &Api, used: &Use) -> Vec<String> {
    let by_address = matches!(api.role, Role::SourceIfUri | Role::RegisterIfUri);
    let address = used.arguments.first().and_then(Option::as_ref);
    match address.filter(|_| by_address && api.needs.is_empty()) {
        Some(address) => uris::needs(address),
        None => api.needs.clone(),
    }
}

/// Whether it needs a permission other than that for the network.
fn needs_asking(api: &Api) -> bool {
    let network = |needs: &String| needs == "android.permission.INTERNET";
    !api.needs.is_empty() && !api.needs.iter().any(network)
}

/// The kind of information that a use gives in an app.
pub(super) fn kind<'a>(api: &'a Api, used: &Use, app: &App) -> &'a str {
    let address = used.arguments.first().and_then(Option::as_ref);
    if let Some(kind) = &api.other_kind
        && address.is_some_and(|package| *package != app.package)
    {
        return kind;
    }
    if let (Some(kind), Some(since)) = (&api.own_kind, api.own_since)
        && app.min_sdk.is_some_and(|min_sdk| min_sdk >= since)
    {
        return kind;
    }
    match (&api.subject, address) {
        (Subject::Action(action), _)
            if action != CONTENT && !ACTIONS.contains(&action.as_str()) =>
        {
            PERMISSION_USE
        }
        (Subject::Action(action), Some(address)) if action == CONTENT => {
            uris::kind(address).unwrap_or(CONTENT)
        }
        (subject, _) => subject.id(),
    }
}
