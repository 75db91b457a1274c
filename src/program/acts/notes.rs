//! What is noted of a call, where it is something that is told as an act.

use super::super::body::{Member, Use};
use super::super::run::Run;
use super::super::value::{Content, Register, State, Value};
use super::deeds::{After, Deed, Doing};
use super::values::{Called, OUTSIDE, OUTSIDE_OWN, OWN, SENSOR};
use crate::decode::dex::Insn;

/// Type of the files in which apps come.
const PACKAGE_TYPE: &str = "application/vnd.android.package-archive";
/// Action that asks to install one.
const INSTALL: &str = "android.intent.action.INSTALL_PACKAGE";
/// Actions that only pass such a file on.
const PASS_ON: [&str; 2] = [
    "android.intent.action.SEND",
    "android.intent.action.GET_CONTENT",
];

impl Run<'_, '_> {
    pub(super) fn deed(&mut self, deed: Deed, insn: &Insn) {
        self.note(
            |body, at, guard| {
                body.add_use(Use {
                    at,
                    member: Member::Deed(Box::new(deed)),
                    arguments: Vec::new(),
                    parameters: Vec::new(),
                    unknown_text: false,
                    beside: None,
                    to: None,
                    guard,
                });
            },
            insn,
        );
    }

    /// Notes that code of the app is given information.
    pub(super) fn note_passing(
        &mut self,
        state: &State,
        insn: &Insn,
        called: Called,
        arguments: &[Register],
    ) {
        if !self.marks || self.bodies.world.class_of(called.to.class).is_none() {
            return;
        }
        let skip = usize::from(!called.is_static);
        for (parameter, argument) in (0..).zip(arguments).skip(skip) {
            if let Some(kind) = self.kind(state, *argument) {
                let deed = Deed::Passes {
                    kind: kind.into(),
                    to: called.to,
                    direct: called.is_direct,
                    parameter,
                };
                self.deed(deed, insn);
            }
        }
    }

    /// Notes what a method of the platform is asked to do.
    pub(super) fn note_doing(
        &mut self,
        doing: Doing,
        state: &State,
        insn: &Insn,
        called: Called,
        arguments: &[Register],
    ) {
        let skip = usize::from(!called.is_static);
        let given = arguments.get(skip..).unwrap_or_default();
        let kind = || given.iter().find_map(|given| self.kind(state, *given));
        let texts = || given.iter().filter_map(|given| self.known_text(*given));
        let deed = match doing {
            Doing::Log => kind().map(|kind| Deed::Logs(kind.into())),
            Doing::Write => {
                let file = arguments.first();
                let below = |mark| file.is_some_and(|file| self.is_marked(state, *file, mark));
                let own = below(OUTSIDE_OWN);
                kind()
                    .filter(|_| own || below(OUTSIDE))
                    .map(|kind| Deed::WritesOutside {
                        kind: kind.into(),
                        own,
                    })
            }
            Doing::Web => kind().map(|kind| Deed::ShowsToWeb(kind.into())),
            Doing::AddBridge => {
                let of = given.first().map(|object| object.of);
                of.filter(|of| self.bodies.world.class_of(*of).is_some())
                    .map(Deed::AddsBridge)
            }
            Doing::Listen => given.iter().find_map(|given| {
                let mark = self.texts.get(self.mark(state, *given)?)?;
                let of = mark.strip_prefix(SENSOR)?.parse().ok()?;
                Some(Deed::Listens(of))
            }),
            Doing::Load => {
                let own = given
                    .iter()
                    .any(|given| self.is_marked(state, *given, OWN) || self.is_empty_path(*given));
                (!own).then(|| Deed::Loads(texts().map(str::to_owned).collect()))
            }
            Doing::Switch => match (given.first(), given.get(1).map(|state| state.value)) {
                (Some(component), Some(Value::Int(to))) => {
                    let component = self.component(state, *component);
                    component.map(|component| Deed::Switches {
                        component,
                        state: to,
                    })
                }
                _ => None,
            },
            Doing::IntentType => {
                let action = match arguments.first().and_then(|i| state.content(i.value)) {
                    Some(Content::Target(target)) => self.texts.get(target.action),
                    _ => None,
                };
                let passed_on = action.is_some_and(|action| PASS_ON.contains(&action));
                let asks = |text: &&str| *text == PACKAGE_TYPE || *text == INSTALL;
                texts()
                    .find(asks)
                    .filter(|_| !passed_on)
                    .map(|text| Deed::Installs(text.to_owned()))
            }
            Doing::Install => Some(Deed::Installs("PackageInstaller".to_owned())),
            Doing::Repeat => self.repeats(called, given).map(Deed::Repeats),
            Doing::Delay => {
                let itself = arguments.iter().any(|a| a.value == Value::Param(0));
                let after = || After(given.iter().rev().find_map(number));
                itself.then(|| Deed::RepeatsItself(after()))
            }
            Doing::Interval => {
                let intervals = self.intervals(called, given);
                (!intervals.is_empty()).then_some(Deed::Locates(intervals))
            }
            Doing::AnyHost => Some(Deed::AcceptsAnyHost),
            Doing::OutsideFolder
            | Doing::OutsideOwnFolder
            | Doing::OwnPath
            | Doing::Sensor
            | Doing::OpenFile => None,
        };
        if let Some(deed) = deed {
            self.deed(deed, insn);
        }
    }

    fn known_text(&self, register: Register) -> Option<&str> {
        match register.value {
            Value::Text(text) => self.texts.get(text),
            _ => None,
        }
    }

    fn is_marked(&self, state: &State, register: Register, mark: &str) -> bool {
        let found = self.mark(state, register);
        found.is_some_and(|found| self.texts.get(found) == Some(mark))
    }

    /// A loader without a path of its own looks up in others.
    fn is_empty_path(&self, register: Register) -> bool {
        self.known_text(register)
            .is_some_and(|text| matches!(text, "" | "."))
    }

    /// The class of a component name.
    fn component(&self, state: &State, register: Register) -> Option<String> {
        let Some(Content::Target(target)) = state.content(register.value) else {
            return None;
        };
        let world = self.bodies.world;
        if world.class_of(target.class).is_some() {
            return Some(world.dotted(target.class));
        }
        self.texts.get(target.component).map(str::to_owned)
    }

    /// The period of what runs again and again, if it does.
    fn repeats(&self, called: Called, given: &[Register]) -> Option<After> {
        let world = self.bodies.world;
        let periods = world
            .parameters(called.to.sig)
            .iter()
            .filter(|(of, _)| world.types.text(*of) == b"J")
            .count();
        let of_timer = world.types.text(called.to.class) == b"Ljava/util/Timer;";
        if of_timer && periods == 0 || of_timer && periods == 1 && !self.has_date(called) {
            return None;
        }
        // Others count in units that are objects.
        let in_milliseconds = of_timer
            || world
                .types
                .text(called.to.class)
                .starts_with(b"Landroid/app/");
        let period = given.iter().rev().find_map(number);
        Some(After(period.filter(|_| in_milliseconds)))
    }

    /// `schedule(task, date, period)`.
    fn has_date(&self, called: Called) -> bool {
        let world = self.bodies.world;
        let mut parameters = world.parameters(called.to.sig).iter();
        parameters.any(|(of, _)| world.types.text(*of) == b"Ljava/util/Date;")
    }

    /// Milliseconds and metres.
    fn intervals(&self, called: Called, given: &[Register]) -> Vec<String> {
        let world = self.bodies.world;
        let of_scan_span = world.name(called.to.sig) == b"setScanSpan";
        let parameters = world.parameters(called.to.sig).iter();
        parameters
            .zip(given)
            .filter_map(|((of, _), given)| {
                let Value::Int(value) = given.value else {
                    return None;
                };
                match world.types.text(*of) {
                    b"J" => Some(value.to_string()),
                    b"I" if of_scan_span => Some(value.to_string()),
                    b"F" => {
                        let bits = u32::try_from(value & 0xffff_ffff).ok()?;
                        Some(f32::from_bits(bits).to_string())
                    }
                    _ => None,
                }
            })
            .collect()
    }
}

fn number(register: &Register) -> Option<i64> {
    match register.value {
        Value::Int(number) => Some(number),
        _ => None,
    }
}
