//! What methods of the platform do to values.

use super::super::body::{Asked, Member, Reflected, Site, Started, Use};
use super::super::listeners::Listeners;
use super::super::models::Model;
use super::super::names::NONE;
use super::super::value::{Content, Register, State, Target, Value};
use super::super::world::Type;
use super::Run;
use super::arithmetic::same;
use super::calls::got;
use crate::catalog;
use crate::decode::dex::Insn;

impl Run<'_, '_> {
    /// A method of the platform whose effect is known.
    pub(super) fn model(
        &mut self,
        model: Model,
        state: &mut State,
        insn: &Insn,
        arguments: &[Register],
        result: Register,
    ) -> Register {
        let value = |at: usize| arguments.get(at).map_or(Value::Unknown, |a| a.value);
        let known = |value: Value| Register { value, ..result };
        let flag =
            |set: Option<bool>| known(set.map_or(Value::Unknown, |set| Value::Int(i64::from(set))));
        match model {
            Model::BuilderNew => {
                let start = match value(1) {
                    Value::Text(text) => Some(text),
                    _ if arguments.len() == 1 => Some(self.texts.add("")),
                    _ => None,
                };
                let content = start.map_or(Content::Unknown, Content::Built);
                state.hold(value(0), content);
                result
            }
            // It stays what it is, see `acts`.
            Model::BuilderAppend if matches!(state.content(value(0)), Some(Content::Given(_))) => {
                arguments.first().copied().unwrap_or(result)
            }
            Model::BuilderAppend => {
                let more = self.shown(value(1), insn);
                let content = match (state.content(value(0)), more) {
                    (Some(Content::Built(text)), Some(more)) => {
                        let joined = self.texts.joined(text, &more);
                        joined.map_or(Content::Unknown, Content::Built)
                    }
                    (Some(Content::Built(text) | Content::Begun(text)), _) => Content::Begun(text),
                    _ => Content::Unknown,
                };
                state.hold(value(0), content);
                // It gives itself back.
                arguments.first().copied().unwrap_or(result)
            }
            Model::BuilderText => match state.content(value(0)) {
                Some(Content::Built(text)) => known(Value::Text(text)),
                Some(Content::Begun(text)) => known(Value::Begins(text)),
                _ => result,
            },
            Model::Concat => {
                let joined = match (value(0), self.texts.of(value(1))) {
                    (Value::Text(text), Some(more)) => self.texts.joined(text, &more),
                    _ => None,
                };
                known(joined.map_or(Value::Unknown, Value::Text))
            }
            Model::Same => {
                let last = arguments.last().copied().unwrap_or(result);
                let first = arguments.first().copied().unwrap_or(result);
                // `Uri.parse(text)` has one argument, `uri.toString()` too;
                // `Class.getMethod`-like ones start with the class.
                let from = if matches!(first.value, Value::Class(_)) {
                    first
                } else {
                    last
                };
                let from = if arguments.len() == 1 { first } else { from };
                known(from.value)
            }
            Model::ParseFlag => flag(match value(0) {
                Value::Text(text) => {
                    let text = self.texts.get(text);
                    text.map(|text| text.eq_ignore_ascii_case("true"))
                }
                _ => None,
            }),
            Model::Equals => {
                let at = arguments.len().saturating_sub(2);
                flag(same(value(at), value(at + 1)))
            }
            Model::Begins | Model::Ends | Model::Contains => {
                let texts = match (value(0), value(1)) {
                    (Value::Text(whole), Value::Text(part)) if arguments.len() == 2 => {
                        self.texts.get(whole).zip(self.texts.get(part))
                    }
                    _ => None,
                };
                flag(texts.map(|(whole, part)| match model {
                    Model::Begins => whole.starts_with(part),
                    Model::Ends => whole.ends_with(part),
                    _ => whole.contains(part),
                }))
            }
            Model::IsEmpty => flag(match value(0) {
                Value::Text(text) => self.texts.get(text).map(str::is_empty),
                Value::Int(0) => Some(true),
                _ => None,
            }),
            Model::Length => match value(0) {
                Value::Text(text) => {
                    let length = self.texts.get(text).map(|text| text.encode_utf16().count());
                    let length = length.and_then(|length| i64::try_from(length).ok());
                    known(length.map_or(Value::Unknown, Value::Int))
                }
                _ => result,
            },
            Model::ClassNamed => {
                let name = arguments.iter().find_map(|a| match a.value {
                    Value::Text(text) => Some(text),
                    _ => None,
                });
                let of = name
                    .and_then(|name| self.texts.get(name))
                    .and_then(|name| self.bodies.world.type_of_class(name));
                if let Some(of) = of {
                    self.note(
                        |body, at, guard| body.touched.push(Site { at, of, guard }),
                        insn,
                    );
                }
                let by_name = || name.map_or(Value::Unknown, Value::ClassName);
                known(of.map_or_else(by_name, Value::Class))
            }
            Model::ClassName => match value(0) {
                Value::Class(of) => {
                    let name = self.bodies.world.dotted(of);
                    known(Value::Text(self.texts.add(&name)))
                }
                _ => result,
            },
            Model::MemberNamed => match (self.class_name(value(0)), self.texts.of(value(1))) {
                (Some(class), Some(member)) => {
                    let member = self.texts.add(&format!("{class}.{member}"));
                    known(Value::Member(member))
                }
                _ => result,
            },
            Model::Invoke => {
                if let Value::Member(member) = value(0) {
                    let member = self.texts.get(member).unwrap_or_default().to_owned();
                    let given = match state.content(value(2)) {
                        Some(Content::Array(array)) => {
                            let items = self.texts.array(array).iter();
                            items.map(|item| self.texts.of(*item)).collect()
                        }
                        _ => Vec::new(),
                    };
                    self.reflected(member, given, insn);
                }
                result
            }
            Model::NewInstance => {
                let Value::Class(of) = value(0) else {
                    return result;
                };
                self.note(
                    |body, at, guard| body.made.push(Site { at, of, guard }),
                    insn,
                );
                let class = self.bodies.world.dotted(of);
                self.reflected(format!("{class}.<init>"), Vec::new(), insn);
                Register {
                    of,
                    exact: true,
                    ..result
                }
            }
            Model::Load => {
                if let Some(class) = self.class_name(value(0)) {
                    self.note(|body, at, guard| body.loaded.push((at, class, guard)), insn);
                }
                result
            }
            Model::Put => {
                if let Value::Text(key) = value(1) {
                    let key = self.texts.get(key).unwrap_or_default().into();
                    let value = value(2);
                    self.note(|body, _, _| body.put.push((key, value)), insn);
                }
                result
            }
            Model::PackageInfo => {
                self.fails = self.not_installed(value(1));
                self.info(state, arguments, false, result)
            }
            Model::ComponentInfo => self.info(state, arguments, true, result),
            Model::Permission => self.permission(arguments, result),
            Model::OwnProcess => known(Value::OwnProcess),
            Model::Datum => self.meta(insn, arguments, result),
            Model::OwnPackage => known(Value::Text(self.texts.add(&self.bodies.app.package))),
            Model::First => arguments.first().copied().unwrap_or(result),
            Model::Pending => arguments
                .iter()
                .find(|argument| matches!(state.content(argument.value), Some(Content::Target(_))))
                .map_or(result, |intent| Register {
                    value: intent.value,
                    ..result
                }),
            Model::LaunchIntent => {
                let of = arguments.first().map_or(NONE, |context| context.of);
                let world = self.bodies.world;
                let launcher = |launcher: &Type| world.is_below(*launcher, of);
                if world.class_of(of).is_some() && self.bodies.launchers.iter().any(launcher) {
                    known(Value::LaunchIntent)
                } else {
                    result
                }
            }
            Model::SystemIntent => {
                let sig = insn.index.and_then(|index| self.method_at(index));
                let name = sig.map_or(&[][..], |called| self.bodies.world.name(called.sig));
                let name = String::from_utf8_lossy(name);
                let action = self.texts.add(&name);
                let to = Target {
                    action,
                    ..Target::NOWHERE
                };
                got(state, insn, to, result)
            }
            Model::Opens => match value(1) {
                Value::Text(package) => {
                    let to = Target {
                        package,
                        ..Target::NOWHERE
                    };
                    got(state, insn, to, result)
                }
                _ => result,
            },
            Model::ClassOf => match arguments.first() {
                Some(object) if object.of != NONE => known(Value::Class(object.of)),
                _ => result,
            },
            Model::SystemService => {
                let name = self.texts.of(value(1));
                let of = name.and_then(|name| {
                    let class = service(&name)?;
                    self.bodies.world.type_of_class(class)
                });
                Register {
                    of: of.unwrap_or(result.of),
                    ..result
                }
            }
            Model::Filter => {
                let mut target = match state.content(value(0)) {
                    Some(Content::Target(target)) => target,
                    _ => Target::NOWHERE,
                };
                if let Value::Text(action) = value(1) {
                    let known = self.texts.get(target.action);
                    // One that comes by itself says more than all others.
                    if !known.is_some_and(Listeners::comes_at_once) {
                        target.action = action;
                    }
                    state.hold(value(0), Content::Target(target));
                } else if arguments.len() > 1 {
                    state.hold(value(0), Content::Unknown);
                }
                result
            }
            Model::Package | Model::Category => {
                if let (Some(Content::Target(mut target)), Value::Text(text)) =
                    (state.content(value(0)), value(1))
                {
                    if model == Model::Package {
                        target.package = text;
                    } else if self.texts.get(text).is_some_and(narrows) {
                        target.category = text;
                    }
                    state.hold(value(0), Content::Target(target));
                }
                arguments.first().copied().unwrap_or(result)
            }
            Model::Intent | Model::ComponentName => {
                let mut target = match state.content(value(0)) {
                    Some(Content::Target(target)) => target,
                    _ => Target::NOWHERE,
                };
                for argument in arguments.get(1..).unwrap_or_default() {
                    match argument.value {
                        Value::Class(of) => target.class = of,
                        Value::Text(text) => {
                            let named = self.texts.get(text);
                            let class =
                                named.and_then(|name| self.bodies.world.type_of_class(name));
                            match class {
                                Some(class) => target.class = class,
                                // The package stands before the class.
                                None if model == Model::ComponentName => {
                                    target.component = text;
                                    if target.package == NONE {
                                        target.package = text;
                                    }
                                }
                                None if target.action == NONE => target.action = text,
                                None => {}
                            }
                        }
                        other => {
                            if let Some(Content::Target(other)) = state.content(other) {
                                target = other;
                            }
                        }
                    }
                }
                let none = target.class == NONE && target.component == NONE;
                if none && target.package == NONE && self.names_own(insn) {
                    target.package = self.texts.add(&self.bodies.app.package);
                }
                state.hold(value(0), Content::Target(target));
                if target.class != NONE && model == Model::Intent {
                    let class = target.class;
                    self.note(
                        |body, at, guard| {
                            body.started.push(Started {
                                at,
                                class,
                                pending: true,
                                guard,
                            });
                        },
                        insn,
                    );
                }
                arguments.first().copied().unwrap_or(result)
            }
            Model::Start => {
                for argument in arguments {
                    let Some(Content::Target(Target { class, action, .. })) =
                        state.content(argument.value)
                    else {
                        continue;
                    };
                    if class == NONE
                        && let Some(action) = self.texts.get(action).map(str::to_owned)
                    {
                        self.note(
                            |body, at, guard| body.asked.push(Asked { at, action, guard }),
                            insn,
                        );
                    }
                    if class != NONE {
                        self.note(
                            |body, at, guard| {
                                body.started.push(Started {
                                    at,
                                    class,
                                    pending: false,
                                    guard,
                                });
                            },
                            insn,
                        );
                    }
                }
                result
            }
        }
    }

    /// Whether a call names a class of the app's own package, whichever it
    /// is: with a context.
    fn names_own(&self, insn: &Insn) -> bool {
        let called = insn.index.and_then(|index| self.method_at(index));
        called.is_some_and(|called| {
            let descriptor = self.bodies.world.descriptor(called.sig);
            descriptor.starts_with(b"(Landroid/content/Context;Ljava/lang/")
        })
    }

    fn class_name(&self, value: Value) -> Option<String> {
        match value {
            Value::Class(of) => Some(self.bodies.world.dotted(of)),
            Value::ClassName(name) => self.texts.get(name).map(str::to_owned),
            _ => None,
        }
    }

    fn reflected(&mut self, member: String, arguments: Vec<Option<String>>, insn: &Insn) {
        if catalog::apis().named(&member).next().is_some() {
            let member = Member::Named(member.clone());
            self.note(
                |body, at, guard| {
                    body.add_use(Use {
                        at,
                        member,
                        unknown_text: arguments.iter().all(Option::is_none),
                        beside: Some(false),
                        arguments,
                        parameters: Vec::new(),
                        to: None,
                        guard,
                    });
                },
                insn,
            );
        }
        self.note(
            |body, at, guard| {
                body.reflected.push(Reflected { at, member, guard });
            },
            insn,
        );
    }

    /// An argument of `append` as text.
    fn shown(&self, value: Value, insn: &Insn) -> Option<String> {
        let sig = self.method_at(insn.index?)?.sig;
        match value {
            Value::Int(number) => match self.bodies.world.descriptor(sig).get(1) {
                Some(b'C') => Some(char::from_u32(u32::try_from(number).ok()?)?.to_string()),
                Some(b'Z') => Some((number != 0).to_string()),
                Some(b'I' | b'J') => Some(number.to_string()),
                _ => None,
            },
            Value::Text(text) => self.texts.get(text).map(str::to_owned),
            _ => None,
        }
    }
}

/// Class of a service of the system, by the name that it is asked for with.
fn service(name: &str) -> Option<&'static str> {
    Some(match name {
        "phone" => "android.telephony.TelephonyManager",
        "wifi" => "android.net.wifi.WifiManager",
        "location" => "android.location.LocationManager",
        "clipboard" => "android.content.ClipboardManager",
        "connectivity" => "android.net.ConnectivityManager",
        "activity" => "android.app.ActivityManager",
        "sensor" => "android.hardware.SensorManager",
        "account" => "android.accounts.AccountManager",
        "bluetooth" => "android.bluetooth.BluetoothManager",
        "usagestats" => "android.app.usage.UsageStatsManager",
        "telephony_subscription_service" => "android.telephony.SubscriptionManager",
        _ => return None,
    })
}

/// Whether a category leaves only some of the apps: not one that screens of
/// all apps have.
fn narrows(category: &str) -> bool {
    !matches!(
        category,
        "android.intent.category.LAUNCHER"
            | "android.intent.category.DEFAULT"
            | "android.intent.category.INFO"
            | "android.intent.category.LEANBACK_LAUNCHER"
    )
}
