//! What methods give back, so that a condition can be told that stands in a
//! helper.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::gates::{Gate, Source};
use super::names::NONE;
use super::value::{Register, Target, Texts, Value};
use super::world::{MethodNo, Type};

/// A value that holds outside of the method.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Known {
    #[default]
    Unknown,
    Int(i64),
    Text(Box<str>),
    Class(Type),
    /// The API level of the device.
    ApiLevel,
    /// Parameter of the method, `this` included.
    Param(u16),
    /// See [`Value::Info`].
    Info(u32),
    /// See [`Value::Meta`].
    Meta(u32),
    /// May hold what a source gave.
    Given(Box<str>),
}

impl Known {
    /// A value of a method for others.
    pub fn of(value: Value, texts: &Texts) -> Self {
        match value {
            Value::Int(number) => Self::Int(number),
            Value::Text(number) => texts
                .get(number)
                .map_or(Self::Unknown, |text| Self::Text(text.into())),
            Value::Class(of) => Self::Class(of),
            Value::ApiLevel => Self::ApiLevel,
            Value::Param(number) => Self::Param(number),
            Value::Info(number) => Self::Info(number),
            Value::Meta(number) => Self::Meta(number),
            Value::Given(number) => texts
                .get(number)
                .map_or(Self::Unknown, |text| Self::Given(text.into())),
            Value::Unknown
            | Value::Begins(_)
            | Value::LaunchIntent
            | Value::OwnProcess
            | Value::Field(_)
            | Value::New(_)
            | Value::Got(_)
            | Value::ClassName(_)
            | Value::Member(_)
            | Value::Answers
            | Value::NoMoreAnswers => Self::Unknown,
        }
    }

    /// The same inside of a method that calls with these arguments.
    pub fn inside(&self, texts: &mut Texts, arguments: &[Register]) -> Value {
        match self {
            Self::Unknown => Value::Unknown,
            Self::Int(number) => Value::Int(*number),
            Self::Text(text) => Value::Text(texts.add(text)),
            Self::Class(of) => Value::Class(*of),
            Self::ApiLevel => Value::ApiLevel,
            Self::Info(number) => Value::Info(*number),
            Self::Meta(number) => Value::Meta(*number),
            Self::Param(number) => arguments
                .get(usize::from(*number))
                .map_or(Value::Unknown, |argument| argument.value),
            Self::Given(text) => Value::Given(texts.add(text)),
        }
    }

    /// Whether a condition could be told by one and not by the other, or in
    /// another way.
    pub fn decides_like(&self, other: &Self) -> bool {
        let blank = |known: &Self| matches!(known, Self::Unknown | Self::Given(_));
        self == other || blank(self) && blank(other)
    }
}

/// Where an intent goes, for other methods: see [`Target`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    class: Type,
    action: Option<Box<str>>,
    package: Option<Box<str>>,
    category: Option<Box<str>>,
    component: Option<Box<str>>,
}

impl Destination {
    /// That of an intent of this method.
    pub fn of(target: Target, texts: &Texts) -> Self {
        let text = |number| texts.get(number).map(Into::into);
        Self {
            class: target.class,
            action: text(target.action),
            package: text(target.package),
            category: text(target.category),
            component: text(target.component),
        }
    }

    /// The same inside of another method.
    pub fn inside(&self, texts: &mut Texts) -> Target {
        let mut text =
            |text: &Option<Box<str>>| text.as_deref().map_or(NONE, |text| texts.add(text));
        Target {
            class: self.class,
            action: text(&self.action),
            package: text(&self.package),
            category: text(&self.category),
            component: text(&self.component),
        }
    }
}

/// What a method gives back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Returns {
    /// Always.
    pub any: Known,
    /// As long as nothing is remembered; the same as `any` if nothing
    /// remembered bears on it.
    pub first: Known,
    /// Class of the object, [`NONE`] if not known.
    pub of: Type,
    /// Of exactly that class.
    pub exact: bool,
    /// An intent: where it goes.
    pub to: Option<Box<Destination>>,
    /// What it asked for.
    pub gates: Vec<Gate>,
}

impl Returns {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self {
        any: Known::Unknown,
        first: Known::Unknown,
        of: NONE,
        exact: false,
        to: None,
        gates: Vec::new(),
    };

    /// The conditions, as seen by a caller with these arguments.
    pub fn gates_for<'s>(
        &'s self,
        texts: &'s Texts,
        arguments: &'s [Register],
    ) -> impl Iterator<Item = Gate> + 's {
        self.gates.iter().map(|gate| match gate.source {
            Source::KeyOf(number) => {
                let argument = arguments.get(usize::from(number));
                match argument.map(|argument| argument.value) {
                    Some(Value::Text(key)) => Gate::key(texts.get(key)),
                    Some(Value::Param(number)) => Gate {
                        source: Source::KeyOf(number),
                        consent: false,
                    },
                    _ => Gate::key(None),
                }
            }
            _ => gate.clone(),
        })
    }
}

/// What was worked out already, for all threads. Whoever asks first works it
/// out; two that ask at once come to the same.
#[derive(Debug)]
pub(super) struct Summaries {
    shards: Vec<Mutex<Shard>>,
}

type Shard = FxHashMap<(MethodNo, u8), Arc<Returns>>;

impl Default for Summaries {
    fn default() -> Self {
        Self {
            shards: (0..64).map(|_| Mutex::default()).collect(),
        }
    }
}

impl Summaries {
    /// What a method gives back, looking `depth` calls deep.
    pub fn get(
        &self,
        method: MethodNo,
        depth: u8,
        work_out: impl FnOnce() -> Returns,
    ) -> Arc<Returns> {
        let Some(shard) = self.shards.get(method as usize % self.shards.len()) else {
            return Arc::new(work_out());
        };
        let key = (method, depth);
        let known = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&key) {
            return Arc::clone(known);
        }
        drop(known);
        let returns = Arc::new(work_out());
        let mut known = shard.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(key).or_insert(returns))
    }
}
