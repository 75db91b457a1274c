//! What one method does: its calls with the values that they are given, as
//! far as they can be worked out inside of it, and the conditions that hold
//! them back.
//!
//! Values are followed over the blocks of the method until nothing changes;
//! a branch that a known value decides is not taken. A method whose
//! conditions rest on remembered values is followed again as on the first
//! start, when nothing is remembered yet: what runs only when it is not the
//! first start is guarded.

use rustc_hash::{FxHashMap, FxHashSet};

use super::acts::{Deed, Doings, Given, Kept};
use super::beside;
use super::declared::Lost;
use super::flow::Flow;
use super::gates::{Gate, Guard, Source, Stores};
use super::granted::Permissions;
use super::listeners::Listeners;
use super::meta::Meta;
use super::models::{Model, Models};
use super::names::NONE;
use super::natives::Natives;
use super::run::{Does, Heard, Mode, Run, States};
use super::scan::Scanned;
use super::screens::Screens;
use super::scripts::Scripts;
use super::statics::{Initial, Statics};
use super::summary::{Known, Returns, Summaries};
use super::value::{Register, State, Texts, Value};
use super::watched::Watched;
use super::world::{FieldRef, File, Method, MethodNo, Sig, Type, World};
use crate::layout::LayoutFacts;

/// Reads bodies; shared by all threads.
#[derive(Debug)]
pub(super) struct Bodies<'a> {
    pub world: &'a World<'a>,
    pub models: Models,
    pub stores: Stores,
    pub listeners: Listeners,
    pub statics: Statics,
    pub summaries: Summaries,
    pub watched: Watched,
    pub doings: Doings,
    /// Fields that are known to keep information.
    pub kept: Kept,
    /// Static fields that are written outside of the initialiser of a class.
    pub written: FxHashSet<FieldRef>,
    /// Fields of objects that are set after the object was made, and whether
    /// a constructor sets them too.
    pub filled: FxHashMap<FieldRef, bool>,
    /// Keys under which code is seen to keep values.
    pub put: FxHashSet<String>,
    pub app: App,
    pub screens: Screens,
    /// What scripts and frameworks call.
    pub scripts: Scripts,
    /// What native code may call.
    pub natives: Natives,
    /// Classes of the screens that the launcher opens.
    pub launchers: Vec<Type>,
    /// By type: objects of several classes may be meant, so that slots of
    /// it are followed.
    pub followed: Vec<bool>,
    /// By type: its objects are started by a method of their own, so that
    /// `this` is followed.
    pub started: Vec<bool>,
}

/// What the manifest says of the app that code may ask for.
#[derive(Clone, Debug, Default)]
pub(super) struct App {
    /// Its package.
    pub package: String,
    /// Lowest API level that it runs on.
    pub min_sdk: Option<u32>,
    /// What stands there under names of the app's own.
    pub meta: Meta,
    /// Permissions that it has.
    pub permissions: Permissions,
}

/// What decides which method a call runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dispatch {
    /// The class that is named.
    Direct,
    /// The class of the object.
    Virtual,
}

/// A call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// Code unit of the instruction.
    pub at: u32,
    pub dispatch: Dispatch,
    /// Class that is named.
    pub class: Type,
    pub sig: Sig,
    /// Class of the object, [`NONE`] if nothing is known beyond `class`.
    pub receiver: Type,
    /// The object is of exactly that class.
    pub exact: bool,
    /// What holds the object.
    pub slot: Option<Slot>,
    pub guard: Guard,
    /// Whether texts among the arguments are in [`Body::given`].
    pub gives_texts: bool,
}

/// Something that holds an object and is followed from method to method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Slot {
    /// A parameter of a method, `this` included in the count.
    Param(MethodNo, u16),
    /// A field.
    Field(FieldRef),
    /// An argument of one call: method, code unit, parameter.
    Site(MethodNo, u32, u16),
    /// An argument of all calls that name a class and a signature.
    Pair(u32, u16),
}

/// What is put into a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passed {
    /// Nothing.
    Null,
    /// An object of exactly this class.
    Exact(Type),
    /// What another slot holds.
    From(Slot),
    Unknown,
}

/// What a method is given as a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Brings {
    /// A text; the items of an array stand on a line each.
    Text(String),
    /// What this parameter of the caller brings.
    Parameter(u16),
}

/// An argument of a call of a method of the app.
#[derive(Clone, Copy, Debug)]
pub(super) struct Argument {
    pub at: u32,
    pub parameter: u16,
    pub value: Passed,
    pub guard: Guard,
}

/// An object that is stored in a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored {
    pub at: u32,
    pub field: FieldRef,
    pub value: Passed,
    pub guard: Guard,
}

/// Something with a type at one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    pub at: u32,
    pub of: Type,
    pub guard: Guard,
}

/// A method that is called by its name.
#[derive(Clone, Debug)]
pub(super) struct Reflected {
    pub at: u32,
    /// `com.example.App.onCreate`.
    pub member: String,
    pub guard: Guard,
}

/// A component that is started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Started {
    pub at: u32,
    pub class: Type,
    /// The intent is made, and may be sent elsewhere or later.
    pub pending: bool,
    pub guard: Guard,
}

/// A component that is started by an action.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub at: u32,
    pub action: String,
    pub guard: Guard,
}

/// An object that the platform is given, and may call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handed {
    pub at: u32,
    /// The type that the platform takes it for.
    pub taken_for: Type,
    /// Class of the object, [`NONE`] if nothing is known.
    pub of: Type,
    /// Of exactly that class.
    pub exact: bool,
    /// What holds the object.
    pub slot: Option<Slot>,
    /// When the platform calls it, if that can be told.
    pub waits: Waits,
    pub guard: Guard,
}

/// When the platform calls an object that it was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Waits {
    /// As its type says.
    #[default]
    Type,
    /// At once, or when something happens.
    Perhaps,
    /// When another app, or the app itself, sends something.
    Sent,
}

/// What is used.
#[derive(Clone, Debug)]
pub(super) enum Member {
    /// A method, by its index in the file.
    Method(u32),
    /// A field, by its index in the file.
    Field(u32),
    /// By reflection.
    Named(String),
    /// Not of the catalogue: something that is told as an act.
    Deed(Box<Deed>),
}

/// A member of the catalogue in use.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub at: u32,
    pub member: Member,
    /// Arguments as texts, the receiver not counted; `None` where not known.
    /// The items of an array stand on a line each.
    pub arguments: Vec<Option<String>>,
    /// Which of them are parameters of the method, by position.
    pub parameters: Vec<(usize, u16)>,
    /// A text, a list of texts or an intent is among them that is not known.
    pub unknown_text: bool,
    /// Whom an intent among them is for.
    pub to: Option<Aim>,
    /// For a member that depends on what its method calls beside: that makes
    /// it sure, or leaves it open; `None` if it takes it away, or for another
    /// member.
    pub beside: Option<bool>,
    pub guard: Guard,
}

/// Whom an intent is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// The app itself.
    Own,
    /// Another app, by its package or a class there.
    Other(String),
}

/// What a method is called with, as far as that is looked at.
#[derive(Clone, Copy, Debug, Default)]
struct With<'g> {
    /// A parameter that brings information.
    given: Option<Given<'g>>,
    /// Numbers and flags, by parameter.
    numbers: &'g [(u16, i64)],
    /// Values, by parameter, as far as they are known.
    values: &'g [Known],
}

/// What a method does.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub calls: Vec<Call>,
    /// Texts that methods of the app are called with: code unit, parameter,
    /// text.
    pub given: Vec<(u32, u16, Brings)>,
    /// Arguments of calls that matter, in the order of the calls.
    pub passed: Vec<Argument>,
    /// Numbers and flags that methods of the app are called with, in the
    /// order of the calls: code unit, parameter, value if that is known.
    pub numbers: Vec<(u32, u16, Option<i64>, Guard)>,
    /// Objects stored in fields that matter.
    pub stored: Vec<Stored>,
    /// Objects made.
    pub made: Vec<Site>,
    /// Classes whose initialiser runs because something static is touched.
    pub touched: Vec<Site>,
    /// Objects given to the platform.
    pub handed: Vec<Handed>,
    pub reflected: Vec<Reflected>,
    /// Ids of layouts that are named.
    pub screens: Vec<(u32, i64, Guard)>,
    pub started: Vec<Started>,
    pub asked: Vec<Asked>,
    pub uses: Vec<Use>,
    /// Fields written.
    pub written: Vec<(FieldRef, Known)>,
    /// Values kept under a key.
    pub put: Vec<(Box<str>, Value)>,
    /// Services looked up by the name of their interface.
    pub loaded: Vec<(u32, String, Guard)>,
    /// Classes named as values.
    pub classes: Vec<Site>,
    /// Classes that hear the result of a contract for permissions.
    pub registered: Vec<Type>,
    /// Objects that it gives back to whoever calls it: class, and what the
    /// result is taken for.
    pub gives_back: Vec<(u32, Type, Type)>,
    /// Conditions, which guards name by their place.
    pub gates: Vec<Gate>,
    /// It is too large to be followed: values are not known.
    pub too_large: bool,
    /// Uses that are not kept.
    pub left_out: u32,
}

/// Uses of one method, and of all, that are kept; few methods have ten.
pub(super) const MOST_USES: usize = 1 << 16;

impl Body {
    /// Notes a use, if there are not too many.
    pub fn add_use(&mut self, used: Use) {
        if self.uses.len() < MOST_USES {
            self.uses.push(used);
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }
}

/// Values that are kept or joined for a method: at most this many, and not
/// out of proportion to its code. A larger one is not followed.
const LARGEST: usize = 1 << 21;
const VALUES_A_UNIT: usize = 256;
const LEAST: usize = 1 << 16;
/// Code units above which the result of a method is not worked out.
const LARGEST_HELPER: usize = 4_000;
/// The same, where it is worked out anew for what it is given.
const LARGEST_GIVEN: usize = 256;
/// Of a class with more constructors it is not known what they set.
const MOST_CONSTRUCTORS: usize = 32;
/// Calls deep that results are looked up.
const DEPTH: u8 = 3;

impl<'a> Bodies<'a> {
    /// For the code of an app.
    pub fn new(
        world: &'a World<'a>,
        models: Models,
        scanned: Scanned,
        app: App,
        layouts: &LayoutFacts,
        launchers: Vec<Type>,
        lost: &[Lost],
    ) -> Self {
        let listeners = Listeners::new(world, lost);
        let types = (0..).take(world.types.len());
        let followed = types
            .clone()
            .map(|of| listeners.is_one(of) || world.has_subtypes(of));
        let started = types.clone().map(|of| listeners.can_start(world, of));
        Self {
            world,
            models,
            stores: Stores::new(world),
            started: started.collect(),
            followed: followed.collect(),
            listeners,
            statics: Statics::default(),
            summaries: Summaries::default(),
            watched: scanned.watched,
            doings: scanned.doings,
            kept: Kept::default(),
            written: scanned.written,
            filled: scanned.filled,
            put: scanned.put,
            app,
            screens: Screens::new(world, layouts),
            scripts: Scripts::new(world),
            natives: Natives::default(),
            launchers,
        }
    }

    /// Everything that a method does, whatever it is called with.
    pub fn read(&self, method: MethodNo) -> Body {
        self.follow(method, DEPTH, true, With::default()).0
    }

    /// The same, if one of its parameters brings information.
    pub fn read_given(&self, method: MethodNo, given: Given<'_>) -> Body {
        let given = Some(given);
        self.follow(
            method,
            DEPTH,
            true,
            With {
                given,
                ..With::default()
            },
        )
        .0
    }

    /// The same; what it does only if these numbers and flags are others is
    /// guarded.
    pub fn read_with(&self, method: MethodNo, numbers: &[(u16, i64)]) -> Body {
        let with = With {
            numbers,
            ..With::default()
        };
        self.follow(method, DEPTH, true, with).0
    }

    /// What a static field holds at the start, as far as that is known. The
    /// initialiser of its class is only followed if `depth` is not 0.
    pub fn initial(&self, field: FieldRef, depth: u8) -> Option<Initial> {
        let initial = self.statics.of(self.world, field)?;
        if !initial.in_clinit {
            return Some(initial);
        }
        let set = || {
            let class = self.world.class_of(field.class)?;
            let name = self.world.names.get(b"<clinit>")?;
            let clinit = self.world.own_named(class, name).next()?;
            let written = self.statics.set_by(clinit, || {
                self.follow(clinit, 0, true, With::default()).0.written
            });
            // Set twice, it may hold either.
            match written.get(&field)?.as_slice() {
                [value] => Some(value.clone()),
                _ => None,
            }
        };
        let value = match depth {
            0 => None,
            _ => set(),
        };
        Some(Initial {
            value: value.unwrap_or_default(),
            ..initial
        })
    }

    /// What a number or flag of an object holds at the start: what all
    /// constructors of its class set it to first, else zero. `None` if they
    /// differ, or if one sets it to what is not known. What a constructor
    /// sets it to after that is told as any other write.
    pub fn starts(&self, field: FieldRef) -> Option<i64> {
        let class = self.world.class_of(field.class)?;
        let name = self.world.names.get(b"<init>")?;
        let mut starts = None;
        let mut constructors = self.world.own_named(class, name);
        for constructor in constructors.by_ref().take(MOST_CONSTRUCTORS) {
            let written = self.statics.set_by(constructor, || {
                self.follow(constructor, 0, true, With::default()).0.written
            });
            match written.get(&field).and_then(|values| values.first()) {
                None => {}
                Some(Known::Int(value)) if starts.is_none_or(|starts| starts == *value) => {
                    starts = Some(*value);
                }
                Some(_) => return None,
            }
        }
        match constructors.next() {
            None => Some(starts.unwrap_or(0)),
            Some(_) => None,
        }
    }

    /// Whether a field holds no object until something that runs sets it.
    /// What no code sets is set in ways that are not seen. Constructors are
    /// only followed if `depth` is not 0.
    pub fn starts_null(&self, field: FieldRef, depth: u8) -> bool {
        let of = self.world.types.text(field.of);
        if !matches!(of.first(), Some(b'L' | b'[')) {
            return false;
        }
        if let Some(born) = self.filled.get(&field) {
            return !born || depth > 0 && self.starts(field) == Some(0);
        }
        let initial = self
            .written
            .contains(&field)
            .then(|| self.initial(field, 0));
        initial
            .flatten()
            .is_some_and(|initial| !initial.in_clinit && initial.value == Known::Int(0))
    }

    /// What a method gives back, looking `depth` calls deep.
    pub fn returns(&self, method: MethodNo, depth: u8) -> std::sync::Arc<Returns> {
        self.summaries.get(method, depth, || {
            let small = |method: &Method| {
                let code = self.world.code(method);
                code.is_some_and(|code| code.units.len() <= LARGEST_HELPER)
            };
            if self.world.method(method).is_some_and(small) {
                self.follow(method, depth, false, With::default()).1
            } else {
                Returns::UNKNOWN
            }
        })
    }

    /// What a small method gives back that is called with these values, its
    /// own calls not looked up.
    pub fn returns_given(&self, method: MethodNo, values: &[Known]) -> Option<Returns> {
        let known = self.world.method(method)?;
        let units = self.world.code(known)?.units.len();
        let with = With {
            values,
            ..With::default()
        };
        (units <= LARGEST_GIVEN).then(|| self.follow(method, 0, false, with).1)
    }

    fn follow(
        &self,
        method: MethodNo,
        depth: u8,
        with_body: bool,
        with: With<'_>,
    ) -> (Body, Returns) {
        let nothing = || (Body::default(), Returns::UNKNOWN);
        let Some(known) = self.world.method(method) else {
            return nothing();
        };
        let Some((file, code)) = self.world.file_of(known).zip(self.world.code(known)) else {
            return nothing();
        };
        let flow = Flow::cut(code, |index| self.may_fail(file, index));
        let small = is_small(&flow, code.units.len());
        let mut run = Run {
            bodies: self,
            file,
            flow: &flow,
            texts: Texts::default(),
            mode: Mode::Any,
            depth,
            gates: Vec::new(),
            returned: None,
            body: None,
            guard: Guard::NONE,
            heard: None,
            marks: false,
            returned_to: None,
            method,
            result: self.world.result(known.sig),
            asked: Vec::new(),
            fails: false,
        };
        let mut entry = self.entry(known, &flow, code.ins);
        run.given_parameters(&mut entry, with.given);
        for (parameter, value) in (0..).zip(with.values) {
            let value = value.inside(&mut run.texts, &[]);
            if value != Value::Unknown {
                entry.replace(Value::Param(parameter), value);
            }
        }
        let numbers = with.numbers;
        let Some(any) = small.then(|| run.settle(&entry)).flatten() else {
            // In the order of the code, with nothing known.
            run.gates.clear();
            run.body = with_body.then(Body::default);
            for block in 0..flow.len() {
                run.walk(block, &mut State::new(0));
            }
            let mut body = run.body.unwrap_or_default();
            body.gates.clear();
            beside::look(self.world, &self.watched, file, &mut body);
            body.too_large = true;
            return (body, Returns::UNKNOWN);
        };
        for (parameter, _) in numbers
            .iter()
            .filter(|(number, _)| flow.tests(&entry, *number))
        {
            run.gates.push(Gate::argument(method, *parameter));
        }
        // The start of a mode: what it takes for granted of the arguments.
        let start = |gates: &[Gate]| {
            let mut start = entry.clone();
            for gate in gates {
                let Source::Argument(of, parameter) = gate.source else {
                    continue;
                };
                let value = numbers.iter().find(|(number, _)| *number == parameter);
                if let (true, Some((_, value))) = (of == method, value) {
                    start.replace(Value::Param(parameter), Value::Int(*value));
                }
            }
            start
        };
        let any_returned = run.returned;
        let mut modes = Modes::default();
        let mut first_returned = any_returned;
        if !run.gates.is_empty() {
            run.mode = Mode::First;
            modes.first = run.settle(&start(&run.gates));
            first_returned = run.returned;
            // Which condition it is that holds a block back.
            let several = run.gates.len() > 1 && with_body;
            for at in 0..run.gates.len().min(Guard::MOST) {
                if several && modes.stops_something(&any) {
                    run.mode = Mode::Only(at);
                    let one = run.gates.get(at..=at).unwrap_or_default();
                    let start = start(one);
                    let states = run.settle(&start);
                    modes.only.extend(states.map(|states| {
                        let runs = states.iter().map(Option::is_some);
                        runs.collect::<Vec<bool>>()
                    }));
                }
            }
            run.mode = Mode::Any;
        }
        if with_body {
            run.body = Some(Body::default());
            for (block, state) in any.iter().enumerate() {
                let Some(state) = state else {
                    continue;
                };
                run.guard = modes.guard(block, &run.gates);
                // What is known on the first start is known better.
                let better = modes
                    .first
                    .as_ref()
                    .and_then(|states| states.get(block)?.as_ref());
                run.mode = if better.is_some() {
                    Mode::First
                } else {
                    Mode::Any
                };
                run.walk(block, &mut better.unwrap_or(state).clone());
            }
        }
        let value = |returned: Option<Register>| {
            let returned = returned.unwrap_or(Register::UNKNOWN);
            Known::of(returned.value, &run.texts)
        };
        let object = any_returned.unwrap_or(Register::UNKNOWN);
        let returns = Returns {
            any: value(any_returned),
            first: value(first_returned),
            of: object.of,
            exact: object.exact,
            to: run.returned_to.take(),
            gates: run.gates.iter().take(Guard::MOST).cloned().collect(),
        };
        let mut body = run.body.unwrap_or_default();
        body.gates = run.gates;
        beside::look(self.world, &self.watched, file, &mut body);
        (body, returns)
    }

    /// Whether a method that an instruction names may throw what a handler
    /// waits for.
    fn may_fail(&self, file: &File<'_>, index: u32) -> bool {
        let called = file.methods.get(index as usize);
        called.is_some_and(|called| {
            let name = self.world.name_no(called.sig);
            self.models.of(called.class, name) == Some(Model::PackageInfo)
        })
    }

    /// Follows a method path by path that hears what the user answered to a
    /// request for permissions, with these arguments where they are known.
    pub fn hear(&self, method: MethodNo, arguments: &[Value], heard: Heard) -> Vec<Does> {
        let Some(known) = self.world.method(method) else {
            return Vec::new();
        };
        let Some((file, code)) = self.world.file_of(known).zip(self.world.code(known)) else {
            return Vec::new();
        };
        if !heard.spend(code.units.len()) {
            return Vec::new();
        }
        let flow = Flow::new(code);
        if !is_small(&flow, code.units.len()) || flow.len() > LARGEST_HELPER {
            return Vec::new();
        }
        let mut entry = self.entry(known, &flow, code.ins);
        for register in &mut entry.registers {
            if let Value::Param(number) = register.value
                && let Some(value) = arguments.get(usize::from(number))
                && *value != Value::Unknown
            {
                register.value = *value;
            }
        }
        let mut run = Run {
            bodies: self,
            file,
            flow: &flow,
            texts: Texts::default(),
            mode: Mode::Any,
            depth: 1,
            gates: Vec::new(),
            returned: None,
            body: None,
            guard: Guard::NONE,
            heard: Some(heard),
            marks: false,
            returned_to: None,
            method,
            result: NONE,
            asked: Vec::new(),
            fails: false,
        };
        run.paths(method, entry)
    }

    /// The registers at the start of a method: arguments stand last.
    fn entry(&self, method: &Method, flow: &Flow<'_>, ins: u16) -> State {
        let mut state = State::new(flow.registers());
        let mut register = flow.registers().saturating_sub(usize::from(ins));
        let mut number = 0;
        let mut set = |of: Type, wide: bool| {
            let argument = Register {
                value: Value::Param(number),
                of,
                exact: false,
            };
            if let Ok(at) = u16::try_from(register) {
                state.set(at, argument);
            }
            register += if wide { 2 } else { 1 };
            number = number.saturating_add(1);
        };
        if !method.is_static() {
            let class = self.world.class(method.class);
            set(class.map_or(NONE, |class| class.of), false);
        }
        for (of, wide) in self.world.parameters(method.sig) {
            set(*of, *wide);
        }
        state
    }
}

/// Whether the values of a method can be followed: those of its registers
/// and of the objects that it makes, in each block and on each way to one.
fn is_small(flow: &Flow<'_>, units: usize) -> bool {
    let most = units.saturating_mul(VALUES_A_UNIT).saturating_add(LEAST);
    let values = flow.registers().saturating_add(flow.made());
    let places = flow.len().saturating_add(flow.ways());
    !flow.too_large && places.saturating_mul(values) <= most.min(LARGEST)
}

/// Blocks that run as long as nothing is remembered.
#[derive(Debug, Default)]
struct Modes {
    /// Nothing at all.
    first: Option<States>,
    /// Not what one condition rests on, by its place in the list; empty if
    /// there is but one.
    only: Vec<Vec<bool>>,
}

impl Modes {
    fn runs(states: &States, block: usize) -> bool {
        states.get(block).is_some_and(Option::is_some)
    }

    /// Whether there is a block that does not run at the first start.
    fn stops_something(&self, any: &States) -> bool {
        let runs = |states: &States| states.iter().flatten().count();
        self.first
            .as_ref()
            .is_some_and(|first| runs(first) < runs(any))
    }

    /// What holds a block back.
    fn guard(&self, block: usize, gates: &[Gate]) -> Guard {
        if self
            .first
            .as_ref()
            .is_none_or(|first| Self::runs(first, block))
        {
            return Guard::NONE;
        }
        // Those that hold it back alone.
        let alone = |at: &usize| {
            let only = self.only.get(*at);
            gates.len() == 1 || only.is_some_and(|only| only.get(block) != Some(&true))
        };
        let several = (0..gates.len()).filter(alone).fold(Guard::NONE, Guard::and);
        if several != Guard::NONE {
            return several;
        }
        // Otherwise any of them lets it through.
        let any = gates.iter().take(Guard::MOST);
        let any = any.clone().position(|gate| !gate.consent).unwrap_or(0);
        Guard::NONE.and(any)
    }
}
