//! Uses of members of the catalogue, with what they give and the way that
//! leads to them.

use rayon::prelude::*;

use super::body::{Bodies, Member, Use};
use super::names::NONE;
use super::reach::{Edge, Level, Reach, Reached};
use super::roots::Root;
use super::uris;
use super::world::{MethodNo, World};
use super::{DataUse, Grade, Phase, Step};
use crate::catalog::{self, Api, Role, Subject};
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
    "permission_use",
];

/// What a query is about is told by its address.
const CONTENT: &str = "content_uri";

/// A longer way is cut in the middle; none is that long but in a loop.
const LONGEST_PATH: usize = 200;

/// A step that chooses among more methods is only possible.
const FEW_TARGETS: usize = 4;

/// A use before it is worded.
struct Found<'u> {
    method: MethodNo,
    used: &'u Use,
    /// `None` if no code that runs has it.
    reached: Option<(Level, u32)>,
}

/// All uses, sorted, and how many more there are than are listed.
pub(super) fn all(
    writer: &Writer<'_, '_>,
    using: &[MethodNo],
    limits: &Limits,
) -> (Vec<DataUse>, u32) {
    let Writer { bodies, reach, .. } = writer;
    let unreached: Vec<(MethodNo, Vec<Use>)> = using
        .par_iter()
        .filter(|method| reach.of(**method).is_none())
        .map(|method| (*method, bodies.read(*method).uses))
        .collect();
    let found = reach.uses.iter().map(|found| Found {
        method: found.method,
        used: &found.used,
        reached: Some((found.level, found.gate)),
    });
    let more = unreached.iter().flat_map(|(method, uses)| {
        uses.iter().map(|used| Found {
            method: *method,
            used,
            reached: None,
        })
    });
    let mut uses: Vec<DataUse> = found
        .chain(more)
        .flat_map(|found| writer.with_given(&found))
        .collect();
    uses.sort();
    uses.dedup();
    let more = uses.len().saturating_sub(limits.listed);
    uses.truncate(limits.listed);
    (uses, u32::try_from(more).unwrap_or(u32::MAX))
}

/// Words what was found, with the way that leads to it.
pub(super) struct Writer<'w, 'a> {
    pub bodies: &'w Bodies<'a>,
    pub reach: &'w Reach<'w, 'a>,
    pub roots: &'w [Root],
}

impl<'a> Writer<'_, 'a> {
    fn world(&self) -> &World<'a> {
        self.bodies.world
    }

    /// The uses of an instruction, once for each text that the method is
    /// given for it.
    fn with_given(&self, found: &Found<'_>) -> Vec<DataUse> {
        let used = found.used;
        let open = used
            .parameters
            .iter()
            .find(|(at, _)| used.arguments.get(*at).is_some_and(Option::is_none));
        let given: Vec<&str> = open
            .map(|(_, parameter)| self.reach.given(found.method, *parameter).collect())
            .unwrap_or_default();
        let (Some((at, _)), false) = (open, given.is_empty()) else {
            return self.uses(found);
        };
        let with = given.into_iter().flat_map(|text| {
            let mut used = used.clone();
            if let Some(argument) = used.arguments.get_mut(*at) {
                *argument = Some(text.to_owned());
            }
            used.unknown_text = false;
            self.uses(&Found {
                used: &used,
                ..*found
            })
        });
        with.collect()
    }

    fn uses(&self, found: &Found<'_>) -> Vec<DataUse> {
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
            Member::Named(name) => {
                // By reflection; which overload it is does not matter.
                let api = catalog::apis().named(name).next();
                let one = api.and_then(|api| {
                    let possible = self.gives(api, found.used)?;
                    Some(self.data_use(found, api, possible))
                });
                return one.into_iter().collect();
            }
        };
        let apis = named.iter().filter_map(|named| {
            let api = catalog::apis().at(named.api)?;
            let possible = self.gives(api, found.used)?;
            Some((api, possible || named.overload))
        });
        apis.map(|(api, possible)| self.data_use(found, api, possible))
            .collect()
    }

    /// Whether a use gives what the catalogue says: `Some(true)` if perhaps.
    fn gives(&self, api: &Api, used: &Use) -> Option<bool> {
        if let Subject::Action(action) = &api.subject
            && action != CONTENT
        {
            ACTIONS.contains(&action.as_str()).then_some(())?;
        }
        let known = || used.arguments.iter().flatten();
        match api.role {
            Role::Source
            | Role::Field
            | Role::Register
            | Role::SelfLaunch
            | Role::SdkInit
            | Role::ConsentGate
            | Role::PermissionRequest
            | Role::Needs => Some(false),
            Role::SourceIfUri | Role::RegisterIfUri => {
                let address = used.arguments.first().and_then(Option::as_ref);
                address
                    .and_then(|address| uris::kind(address))
                    .map(|_| false)
            }
            Role::SourceIfConst => {
                // The items of an array are the words of a command.
                let decides = |text: &String| api.decides(text.replace('\n', " ").as_bytes());
                if known().any(decides) {
                    return Some(false);
                }
                // A text that is known and does not decide is another one.
                used.unknown_text.then_some(true)
            }
            Role::SourceIfOtherPkg => match used.arguments.first().and_then(Option::as_ref) {
                Some(package) if *package == self.bodies.app.package => None,
                Some(_) => Some(false),
                None => Some(true),
            },
            Role::SourceIfSensitiveField | Role::UriField | Role::UriSource => Some(true),
            Role::Launch | Role::LaunchIfOtherPkg => {
                // Itself is no other app.
                let own = known().any(|text| *text == self.bodies.app.package);
                (!own).then_some(true)
            }
            _ => None,
        }
    }

    fn data_use(&self, found: &Found<'_>, api: &Api, possible: bool) -> DataUse {
        let world = self.world();
        let at = found.used.at;
        let class = world
            .method(found.method)
            .and_then(|method| world.class(method.class))
            .map_or_else(String::new, |class| world.dotted(class.of));
        let (phase, grade) = self.when(found.method, found.reached, possible);
        let address = found.used.arguments.first().and_then(Option::as_ref);
        let kind = match (&api.subject, address) {
            (Subject::Action(action), Some(address)) if action == CONTENT => {
                uris::kind(address).unwrap_or(CONTENT)
            }
            (subject, _) => subject.id(),
        };
        let gate = found.reached.map_or(NONE, |(_, gate)| gate);
        let gate = self.reach.gates.get(gate as usize);
        DataUse {
            api: api.name(),
            kind: kind.to_owned(),
            term: api.term.clone(),
            owner: String::new(),
            class,
            place: self.place(found.method, at),
            possible,
            constants: found.used.arguments.iter().flatten().cloned().collect(),
            needs: api.needs.clone(),
            phase,
            grade,
            entry: self.entry(found.method),
            gate: gate
                .map(|gate| gate.shown(world))
                .filter(|gate| !gate.is_empty()),
            path: self.path(found.method),
        }
    }

    /// Kind of the entry that leads to a method.
    pub fn entry(&self, method: MethodNo) -> Option<String> {
        let root = self.roots.get(self.reach.of(method)?.root as usize)?;
        Some(root.kind.word().to_owned())
    }

    /// When something in a method runs that is reached at a level, behind a
    /// condition perhaps.
    pub fn when(
        &self,
        method: MethodNo,
        at: Option<(Level, u32)>,
        possible: bool,
    ) -> (Phase, Option<Grade>) {
        let (Some((level, _)), Some(reached)) = (at, self.reach.of(method)) else {
            return (Phase::Unreached, None);
        };
        let from_process = || {
            let root = self.roots.get(reached.root as usize);
            root.is_some_and(|root| root.level == Level::Start)
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
            let way = self.way(method).into_iter();
            way.map(|(_, reached)| self.step_grade(reached.edge))
                .max()
                .unwrap_or(Grade::Definite)
        };
        (phase, Some(grade))
    }

    /// How sure a step is that chooses among several methods, or waits for
    /// an event.
    fn step_grade(&self, edge: Edge) -> Grade {
        match self.reach.targets(edge) {
            0 | 1 if edge == Edge::Event => Grade::Likely,
            0 | 1 => Grade::Definite,
            2..=FEW_TARGETS => Grade::Likely,
            _ => Grade::Possible,
        }
    }

    /// The methods on the way, the last first.
    fn way(&self, method: MethodNo) -> Vec<(MethodNo, Reached)> {
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
        let mut steps: Vec<Step> = self
            .way(method)
            .into_iter()
            .map(|(method, reached)| Step {
                method: self.world().method_name(method),
                owner: String::new(),
                by: match reached.edge {
                    Edge::Root(_) => "entry",
                    Edge::Chosen(_) if self.reach.targets(reached.edge) > 1 => "choice",
                    Edge::Call | Edge::Chosen(_) => "call",
                    Edge::Callback | Edge::Event => "callback",
                    Edge::Initialiser => "initialiser",
                    Edge::Reflection => "reflection",
                    Edge::Intent => "intent",
                    Edge::Layout => "layout",
                }
                .to_owned(),
                place: if reached.from == NONE {
                    self.place(method, 0)
                } else {
                    self.place(reached.from, reached.at)
                },
            })
            .collect();
        steps.reverse();
        steps
    }

    /// A code unit of a method as a place.
    pub fn place(&self, method: MethodNo, at: u32) -> Place {
        let world = self.world();
        let Some(known) = world.method(method) else {
            return Place::default();
        };
        let Some(file) = world.file_of(known) else {
            return Place::default();
        };
        let place = Place::file(&*file.path).at(world.method_name(method));
        match world.code(known).and_then(|code| line(file, &code, at)) {
            Some(line) => place.line(line),
            None => place,
        }
    }
}

/// The line of a code unit, as the debug record says.
fn line(
    file: &super::world::File<'_>,
    code: &crate::decode::dex::Code<'_>,
    at: u32,
) -> Option<u32> {
    let mut line = None;
    for row in file.dex.lines(code) {
        if row.address > at {
            break;
        }
        line = Some(row.line);
    }
    line
}
