//! What code asks of the manifest of its own app.

use std::sync::Arc;

use super::super::gates::Gate;
use super::super::granted::Granted;
use super::super::meta::APPLICATION;
use super::super::summary::{Known, Returns};
use super::super::value::{Content, Register, State, Value};
use super::super::world::MethodNo;
use super::{Run, second};
use crate::decode::dex::Insn;

/// `PackageManager.GET_META_DATA`.
const GET_META_DATA: i64 = 0x80;

/// `PackageManager.PERMISSION_DENIED`.
const DENIED: Value = Value::Int(-1);

/// Beginnings of the names of apps that come with the system, or with that of
/// some makers. From general knowledge.
const COME_ALONG: [&str; 18] = [
    "android",
    "com.android.",
    "com.asus.",
    "com.bbk.",
    "com.coloros.",
    "com.google.android.",
    "com.heytap.",
    "com.hihonor.",
    "com.huawei.",
    "com.meizu.",
    "com.mdid.",
    "com.miui.",
    "com.oppo.",
    "com.samsung.",
    "com.sec.",
    "com.vivo.",
    "com.xiaomi.",
    "com.zui.",
];

/// Methods that are looked into again for what they do with the manifest.
const MOST_ASKED: usize = 64;

/// What such a method gave back: the method, what it was given, the answer.
pub(in super::super) type Asked = Vec<(MethodNo, Vec<Known>, Arc<Returns>)>;

impl Run<'_, '_> {
    /// What the package manager says of a package, or of a component.
    pub(super) fn info(
        &self,
        state: &State,
        arguments: &[Register],
        of_component: bool,
        result: Register,
    ) -> Register {
        let value = |at: usize| arguments.get(at).map_or(Value::Unknown, |a| a.value);
        let Value::Int(flags) = value(2) else {
            return result;
        };
        let app = &self.bodies.app;
        let number = if of_component {
            self.component_told(state, value(1))
        } else {
            let Value::Text(package) = value(1) else {
                return result;
            };
            let own = self.texts.get(package) == Some(app.package.as_str());
            own.then_some(APPLICATION)
        };
        match number {
            Some(number) if flags & GET_META_DATA != 0 => Register {
                value: Value::Info(number),
                ..result
            },
            _ => result,
        }
    }

    /// Whether the package manager is asked for an app that is taken not to
    /// be there: it throws then.
    pub(super) fn not_installed(&mut self, package: Value) -> bool {
        let Value::Text(package) = package else {
            return false;
        };
        let Some(package) = self.texts.get(package).map(str::to_owned) else {
            return false;
        };
        let comes_along = || COME_ALONG.iter().any(|start| package.starts_with(start));
        if self.heard.is_some() || package == self.bodies.app.package || comes_along() {
            return false;
        }
        self.unset(&Gate::installed(&package))
    }

    fn component_told(&self, state: &State, name: Value) -> Option<u32> {
        let Some(Content::Target(target)) = state.content(name) else {
            return None;
        };
        let class = match self.texts.get(target.component) {
            Some(class) => class.to_owned(),
            None => self.bodies.world.dotted(target.class),
        };
        self.bodies.app.meta.component(&class)
    }

    /// A field of what the package manager said.
    pub(super) fn told(&self, state: &State, insn: &Insn, register: Register) -> Register {
        let object = state.get(second(insn)).value;
        let field = insn.index.and_then(|index| self.field_at(index));
        let (Value::Info(number), Some(field)) = (object, field) else {
            return register;
        };
        let value = match self.bodies.world.names.text(field.name) {
            b"metaData" => Value::Meta(number),
            b"applicationInfo" => Value::Info(APPLICATION),
            _ => return register,
        };
        Register { value, ..register }
    }

    /// Asks the meta-data, if it is that.
    pub(super) fn meta(
        &mut self,
        insn: &Insn,
        arguments: &[Register],
        result: Register,
    ) -> Register {
        let value = |at: usize| arguments.get(at).map(|a| a.value);
        let (Some(Value::Meta(of)), Some(Value::Text(key))) = (value(0), value(1)) else {
            return result;
        };
        let Some(called) = insn.index.and_then(|index| self.method_at(index)) else {
            return result;
        };
        let method = self.bodies.world.name(called.sig);
        let Some(key) = self.texts.get(key).map(str::to_owned) else {
            return result;
        };
        let otherwise = value(2).unwrap_or(Value::Int(0));
        let meta = &self.bodies.app.meta;
        Register {
            value: meta.get(of, method, &key, otherwise, &mut self.texts),
            ..result
        }
    }

    /// Whether the app has the permission that is named among the arguments.
    pub(super) fn permission(&mut self, arguments: &[Register], result: Register) -> Register {
        let mut names = arguments.iter().filter_map(|a| match a.value {
            Value::Text(text) => Some(text),
            _ => None,
        });
        let Some(name) = names.next().and_then(|text| self.texts.get(text)) else {
            return result;
        };
        // Another app, or the process of one, may be asked for.
        let own = match (names.next(), arguments.len()) {
            (Some(package), _) => self.texts.get(package) == Some(self.bodies.app.package.as_str()),
            (None, 4) => {
                let process = arguments.get(2);
                process.is_some_and(|process| process.value == Value::OwnProcess)
            }
            (None, length) => length == 2,
        };
        if !own {
            return result;
        }
        let value = match self.bodies.app.permissions.of(name) {
            Granted::Yes => Value::Int(0),
            Granted::Never => DENIED,
            granted @ (Granted::NotYet | Granted::OnOld) => {
                let gate = Gate::permission(name, granted == Granted::NotYet);
                if !self.unset(&gate) {
                    return result;
                }
                DENIED
            }
            Granted::Unknown => return result,
        };
        Register { value, ..result }
    }

    /// What a method of the app gives back that is handed what the manifest
    /// says, or the name of a permission.
    pub(super) fn asked(
        &mut self,
        method: MethodNo,
        arguments: &[Register],
    ) -> Option<Arc<Returns>> {
        let told = |argument: &Register| match argument.value {
            Value::Info(_) | Value::Meta(_) => true,
            Value::Text(text) => {
                let text = self.texts.get(text);
                text.is_some_and(|text| text.contains(".permission."))
            }
            _ => false,
        };
        if !arguments.iter().any(told) {
            return None;
        }
        let outside = |argument: &Register| match argument.value {
            Value::Param(_) => Known::Unknown,
            value => Known::of(value, &self.texts),
        };
        let given: Vec<Known> = arguments.iter().map(outside).collect();
        let mut before = self.asked.iter();
        if let Some((_, _, returns)) =
            before.find(|(known, with, _)| *known == method && *with == given)
        {
            return Some(Arc::clone(returns));
        }
        if self.asked.len() >= MOST_ASKED {
            return None;
        }
        let returns = Arc::new(self.bodies.returns_given(method, &given)?);
        self.asked.push((method, given, Arc::clone(&returns)));
        Some(returns)
    }
}
