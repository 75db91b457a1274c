//! What is known about the values in the registers of a method.

use rustc_hash::FxHashMap;

use super::names::NONE;
use super::world::Type;
use crate::decode::dex::Dex;

/// Number of a text in [`Texts`].
pub(super) type TextNo = u32;

/// A value, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Value {
    #[default]
    Unknown,
    /// Of any width; null is 0, false is 0.
    Int(i64),
    Text(TextNo),
    Class(Type),
    /// A class of the platform that the code names only as a text.
    ClassName(TextNo),
    /// A method for reflection: `com.example.App.onCreate`.
    Member(TextNo),
    /// A text of which only the beginning is known.
    Begins(TextNo),
    /// The intent that opened the first screen: the launcher's.
    LaunchIntent,
    /// The number of the app's own process.
    OwnProcess,
    /// What the package manager says of the app or a component, by its
    /// number in [`Meta`](super::meta::Meta), or null.
    Info(u32),
    /// The meta-data of that, or null.
    Meta(u32),
    /// An object that this method made: number of the instruction.
    New(u32),
    /// An object that another one made for it there, or null.
    Got(u32),
    /// The API level of the device.
    ApiLevel,
    /// A parameter of this method, `this` included.
    Param(u16),
    /// What a field holds: its index in the file.
    Field(u32),
    /// What the user answered to a request for permissions: an array, a map
    /// or a list of answers that are all the same.
    Answers,
    /// The same, all of them looked at.
    NoMoreAnswers,
    /// May hold what a source gave: a kind of information, or another word
    /// of [`acts`](super::acts).
    Given(TextNo),
}

impl Value {
    /// What holds for both; that information may be in it stays.
    fn join(self, other: Self) -> Self {
        match (self, other) {
            _ if self == other => self,
            (Self::Given(one), Self::Given(another)) => Self::Given(one.min(another)),
            (given @ Self::Given(_), _) | (_, given @ Self::Given(_)) => given,
            (told @ (Self::Info(_) | Self::Meta(_) | Self::Got(_)), Self::Int(0))
            | (Self::Int(0), told @ (Self::Info(_) | Self::Meta(_) | Self::Got(_))) => told,
            _ => Self::Unknown,
        }
    }
}

/// A register: its value, and what class of object it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Register {
    pub value: Value,
    /// [`NONE`] if not known.
    pub of: Type,
    /// It is of exactly this class and no other below it.
    pub exact: bool,
}

impl Register {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self {
        value: Value::Unknown,
        of: NONE,
        exact: false,
    };

    /// A value of no class that matters.
    pub const fn value(value: Value) -> Self {
        Self {
            value,
            ..Self::UNKNOWN
        }
    }

    /// An object of a class or one below.
    pub const fn of(of: Type) -> Self {
        Self {
            of,
            ..Self::UNKNOWN
        }
    }

    /// What holds for both.
    pub fn join(self, other: Self) -> Self {
        if self == other {
            return self;
        }
        // Null is of every class.
        let (of, exact) = if other.value == Value::Int(0) {
            (self.of, self.exact)
        } else if self.value == Value::Int(0) {
            (other.of, other.exact)
        } else if self.of == other.of {
            (self.of, self.exact && other.exact)
        } else {
            (NONE, false)
        };
        Self {
            value: self.value.join(other.value),
            of,
            exact,
        }
    }
}

/// What an object that the method made holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A text under construction.
    Built(TextNo),
    /// The same, of which only the beginning is known.
    Begun(TextNo),
    /// An array, see [`Texts::array`].
    Array(u32),
    /// An intent or a component name.
    Target(Target),
    /// What a source gave, see [`Value::Given`].
    Given(TextNo),
    /// It was lost.
    Unknown,
}

impl Content {
    fn join(self, other: Option<Self>) -> Self {
        match (self, other) {
            (_, Some(other)) if self == other => self,
            (Self::Given(one), Some(Self::Given(another))) => Self::Given(one.min(another)),
            (given @ Self::Given(_), _) | (_, Some(given @ Self::Given(_))) => given,
            _ => Self::Unknown,
        }
    }
}

/// Where an intent goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// A class of the app; [`NONE`] if none is named.
    pub class: Type,
    /// Its action; [`NONE`] if none is known.
    pub action: TextNo,
    /// The package that it names, or the class there.
    pub package: TextNo,
    /// A category that narrows it; not one that every launcher asks for.
    pub category: TextNo,
    /// A component that is no class of the app, as an alias is.
    pub component: TextNo,
}

impl Target {
    /// Goes nowhere yet.
    pub const NOWHERE: Self = Self {
        class: NONE,
        action: NONE,
        package: NONE,
        category: NONE,
        component: NONE,
    };
}

/// Texts and arrays of one method, each with a number.
#[derive(Debug, Default)]
pub(super) struct Texts {
    numbers: FxHashMap<Box<str>, TextNo>,
    all: Vec<Box<str>>,
    /// Those of the file, by index; `None` for one that is not followed.
    of_file: FxHashMap<u32, Option<TextNo>>,
    arrays: Vec<Vec<Value>>,
    /// Bytes of texts that were put together, and items of arrays that were
    /// changed.
    built: usize,
}

/// Stands for the end of a text that is not known.
pub(super) const MORE: char = '\u{2026}';

/// A longer text is not built, and not followed.
pub(super) const LONGEST: usize = 4096;
/// Of all that one method builds, in bytes and items.
const MOST_BUILT: usize = 1 << 20;
/// A longer array is not followed.
pub(super) const LONGEST_ARRAY: usize = 64;

impl Texts {
    /// The number of a text.
    pub fn add(&mut self, text: &str) -> TextNo {
        if let Some(known) = self.numbers.get(text) {
            return *known;
        }
        let next = u32::try_from(self.all.len()).unwrap_or(NONE);
        self.numbers.insert(text.into(), next);
        self.all.push(text.into());
        next
    }

    /// The number of a text of a file, if it can be read and is not too long.
    pub fn of_file(&mut self, dex: &Dex<'_>, index: u32) -> Option<TextNo> {
        if let Some(known) = self.of_file.get(&index) {
            return *known;
        }
        let bytes = dex.string_bytes(index).ok();
        let number = bytes
            .filter(|bytes| bytes.len() <= LONGEST)
            .and_then(|_| dex.string(index).ok())
            .map(|text| self.add(&text));
        self.of_file.insert(index, number);
        number
    }

    /// The text of a number.
    pub fn get(&self, number: TextNo) -> Option<&str> {
        self.all.get(number as usize).map(|text| &**text)
    }

    /// The text of a value: of a number its digits; [`MORE`] where it goes
    /// on.
    pub fn of(&self, value: Value) -> Option<String> {
        match value {
            Value::Text(number) => self.get(number).map(str::to_owned),
            Value::Begins(number) => self.get(number).map(|text| format!("{text}{MORE}")),
            Value::Int(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Two texts as one; `None` if that is too long.
    pub fn joined(&mut self, first: TextNo, second: &str) -> Option<TextNo> {
        let first = self.get(first)?;
        if first.len() + second.len() > LONGEST || self.built > MOST_BUILT {
            return None;
        }
        let both = format!("{first}{second}");
        self.built += both.len();
        Some(self.add(&both))
    }

    /// A new array; `None` if there are too many.
    pub fn new_array(&mut self, values: Vec<Value>) -> Option<u32> {
        if self.built > MOST_BUILT {
            return None;
        }
        self.built += values.len();
        let next = u32::try_from(self.arrays.len()).unwrap_or(NONE);
        self.arrays.push(values);
        Some(next)
    }

    /// The values of an array.
    pub fn array(&self, number: u32) -> &[Value] {
        self.arrays
            .get(number as usize)
            .map_or(&[], |values| values)
    }
}

/// Registers and objects at one point of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub registers: Vec<Register>,
    /// By the number of the instruction that made the object, sorted.
    objects: Vec<(u32, Content)>,
}

impl State {
    /// Nothing is known of `count` registers.
    pub fn new(count: usize) -> Self {
        Self {
            registers: vec![Register::UNKNOWN; count],
            objects: Vec::new(),
        }
    }

    /// A register; one that is not there is unknown.
    pub fn get(&self, register: u16) -> Register {
        let register = self.registers.get(usize::from(register));
        register.copied().unwrap_or(Register::UNKNOWN)
    }

    /// Writes a register.
    pub fn set(&mut self, register: u16, to: Register) {
        if let Some(register) = self.registers.get_mut(usize::from(register)) {
            *register = to;
        }
    }

    /// Takes one value for another, wherever it stands.
    pub fn replace(&mut self, known: Value, by: Value) {
        for register in &mut self.registers {
            if register.value == known {
                register.value = by;
            }
        }
    }

    /// An object turns out to be of exactly this class.
    pub fn is_of(&mut self, object: Value, of: Type) {
        for register in &mut self.registers {
            if register.value == object {
                (register.of, register.exact) = (of, true);
            }
        }
    }

    /// What an object holds.
    pub fn content(&self, object: Value) -> Option<Content> {
        let (Value::New(number) | Value::Got(number)) = object else {
            return None;
        };
        let at = self
            .objects
            .binary_search_by_key(&number, |(number, _)| *number)
            .ok()?;
        self.objects.get(at).map(|(_, content)| *content)
    }

    /// Notes what an object holds.
    pub fn hold(&mut self, object: Value, content: Content) {
        let (Value::New(number) | Value::Got(number)) = object else {
            return;
        };
        match self
            .objects
            .binary_search_by_key(&number, |(number, _)| *number)
        {
            Ok(at) => {
                if let Some(known) = self.objects.get_mut(at) {
                    known.1 = content;
                }
            }
            Err(at) => self.objects.insert(at, (number, content)),
        }
    }

    /// Keeps what holds here and there; says whether that is less.
    pub fn join(&mut self, other: &Self) -> bool {
        let mut changed = false;
        for (mine, theirs) in self.registers.iter_mut().zip(&other.registers) {
            let joined = mine.join(*theirs);
            changed |= joined != *mine;
            *mine = joined;
        }
        for (number, content) in &mut self.objects {
            let joined = content.join(other.content(Value::New(*number)));
            changed |= joined != *content;
            *content = joined;
        }
        changed
    }
}
