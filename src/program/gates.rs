//! Conditions that hold code back until the user has agreed: remembered
//! values that a fresh installation does not have yet.

use rustc_hash::FxHashMap;

use super::world::{FieldRef, MethodNo, Name, Type, World};
use crate::catalog;

/// What a condition rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Source {
    /// A value kept under a key; `None` if the key is not known.
    Key(Option<Box<str>>),
    /// A value kept under the key that is this parameter of the method.
    KeyOf(u16),
    /// A field.
    Field(FieldRef),
    /// A number or flag that the method is called with.
    Argument(MethodNo, u16),
    /// The user gave a permission.
    Permission(Box<str>),
    /// The first screen was opened otherwise than by the launcher.
    Opened,
    /// Another app is installed.
    Installed(Box<str>),
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Gate {
    pub source: Source,
    /// Its name says that it is about consent or about the first start.
    pub consent: bool,
}

impl Gate {
    /// One that rests on a key.
    pub fn key(key: Option<&str>) -> Self {
        Self {
            consent: key.is_some_and(|key| catalog::consent().is_about(key)),
            source: Source::Key(key.map(Into::into)),
        }
    }

    /// One that a library tells that keeps consent itself.
    pub fn told() -> Self {
        Self {
            source: Source::Key(None),
            consent: true,
        }
    }

    /// One that rests on how the first screen was opened: not at the first
    /// start.
    pub fn opened() -> Self {
        Self {
            source: Source::Opened,
            consent: true,
        }
    }

    /// One that rests on a permission; `always` if it is given on no version
    /// before the user is asked.
    pub fn permission(name: &str, always: bool) -> Self {
        Self {
            source: Source::Permission(name.into()),
            consent: always,
        }
    }

    /// One that rests on whether another app is installed.
    pub fn installed(package: &str) -> Self {
        Self {
            source: Source::Installed(package.into()),
            consent: false,
        }
    }

    /// One that rests on what a method is called with.
    pub fn argument(method: MethodNo, parameter: u16) -> Self {
        Self {
            source: Source::Argument(method, parameter),
            consent: false,
        }
    }

    /// One that rests on a field.
    pub fn field(field: FieldRef, world: &World<'_>) -> Self {
        let name = String::from_utf8_lossy(world.names.text(field.name));
        Self {
            consent: catalog::consent().is_about(&name),
            source: Source::Field(field),
        }
    }

    /// Whether it can be the user's consent: a value that is stored, or one
    /// that is named so.
    pub fn can_be_consent(&self) -> bool {
        self.consent || matches!(self.source, Source::Key(_) | Source::KeyOf(_))
    }

    /// As a person reads it.
    pub fn shown(&self, world: &World<'_>) -> String {
        match &self.source {
            Source::Key(Some(key)) => key.to_string(),
            Source::Permission(name) | Source::Installed(name) => name.to_string(),
            Source::Key(None) | Source::KeyOf(_) | Source::Argument(..) => String::new(),
            Source::Opened => "android.app.Activity.getIntent".to_owned(),
            Source::Field(field) => format!(
                "{}.{}",
                world.dotted(field.class),
                String::from_utf8_lossy(world.names.text(field.name))
            ),
        }
    }
}

/// What holds an instruction back: conditions, by their places in the list of
/// the method, of which each has to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Guard(u16);

impl Guard {
    /// Nothing: it runs at the first start.
    pub const NONE: Self = Self(0);
    /// Conditions of one method that are told apart.
    pub const MOST: usize = 16;

    /// One more condition; of those that are not told apart none.
    pub fn and(self, at: usize) -> Self {
        let bit = u32::try_from(at).ok().and_then(|at| 1_u16.checked_shl(at));
        Self(self.0 | bit.unwrap_or(0))
    }

    /// The conditions.
    pub fn gates<'g>(self, gates: &'g [Gate]) -> impl Iterator<Item = &'g Gate> + Clone {
        let held = move |(at, _): &(usize, &'g Gate)| self == self.and(*at);
        let gates = gates.iter().take(Self::MOST).enumerate();
        gates.filter(held).map(|(_, gate)| gate)
    }
}

/// Calls that read a remembered value.
#[derive(Debug, Default)]
pub(super) struct Stores {
    by_name: FxHashMap<(Type, Name), Store>,
}

/// Positions among the parameters, the receiver not counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Store {
    pub key: Option<u16>,
    pub default: Option<u16>,
    /// The value if there is none and no default is given.
    pub missing: i64,
    /// It tells consent itself, whatever the key.
    pub consent: bool,
    /// It gives no value but an object that stands for the key.
    pub is_name: bool,
}

impl Stores {
    /// Looks up the names.
    pub fn new(world: &World<'_>) -> Self {
        let consent = catalog::consent();
        let mut stores = Self::default();
        for (calls, tells, is_name) in [
            (&consent.store, false, false),
            (&consent.file, false, false),
            (&consent.name, false, true),
            (&consent.told, true, false),
        ] {
            for call in calls {
                stores.add(world, call, tells, is_name);
            }
        }
        stores
    }

    fn add(&mut self, world: &World<'_>, call: &catalog::Store, consent: bool, is_name: bool) {
        let Some(of) = world.type_of_class(&call.class) else {
            return;
        };
        let names = call.methods.iter();
        for name in names.filter_map(|name| world.names.get(name.as_bytes())) {
            let store = Store {
                key: call.key,
                default: call.default,
                missing: call.missing.bits(),
                consent,
                is_name,
            };
            self.by_name.insert((of, name), store);
        }
    }

    /// How a method reads a remembered value, if it does.
    pub fn of(&self, class: Type, name: Name) -> Option<Store> {
        self.by_name.get(&(class, name)).copied()
    }
}
