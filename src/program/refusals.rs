//! What happens when the user refuses a permission: whether the app ends,
//! leaves nothing but to end it, or asks again at once.
//!
//! The method that hears the answer is followed twice, once for each answer.
//! What it does in both cases says nothing.

use std::rc::Rc;

use rayon::prelude::*;

use super::body::Bodies;
use super::roots::{Root, RootKind};
use super::run::{Does, DoneAt, Heard};
use super::value::Value;
use super::world::{MethodNo, Type, World};
use crate::catalog::{self, Hears};

/// What a refusal leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Refusal {
    /// The app ends.
    Ends,
    /// A dialog whose buttons end the app, or lead to the settings.
    OffersOnlyExit,
    /// The request comes again at once.
    AsksAgain,
}

impl Refusal {
    /// Its word in the facts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ends => "refusal-ends-app",
            Self::OffersOnlyExit => "refusal-offers-only-exit",
            Self::AsksAgain => "refusal-asks-again",
        }
    }
}

/// A method that hears an answer.
struct Hearing {
    method: MethodNo,
    /// Arguments that say the answer; all unknown if the call says it.
    granted: Vec<Value>,
    denied: Vec<Value>,
    /// It is not called at all when all was granted.
    only_refused: bool,
}

/// What refusals lead to: the method that hears of it, and where it does so.
pub(super) fn all(
    bodies: &Bodies<'_>,
    roots: &[Root],
    contracts: &[MethodNo],
) -> Vec<(Refusal, MethodNo, DoneAt)> {
    let launchers: Vec<Type> = roots
        .iter()
        .filter(|root| root.kind == RootKind::Launcher)
        .map(|root| root.of)
        .collect();
    let mut hearings = callbacks(bodies.world);
    for method in contracts {
        hearings.extend(contract_callbacks(bodies, *method));
    }
    hearings.sort_by_key(|hearing| hearing.method);
    hearings.dedup_by_key(|hearing| hearing.method);
    hearings
        .par_iter()
        .flat_map_iter(|hearing| judged(bodies, hearing, &launchers))
        .collect()
}

fn judged(
    bodies: &Bodies<'_>,
    hearing: &Hearing,
    launchers: &[Type],
) -> Vec<(Refusal, MethodNo, DoneAt)> {
    let launchers: Rc<[Type]> = launchers.into();
    let hear = |granted: bool, arguments: &[Value]| {
        let heard = Heard::new(granted, Rc::clone(&launchers));
        bodies.hear(hearing.method, arguments, heard)
    };
    let denied = hear(false, &hearing.denied);
    let granted = if hearing.only_refused {
        Vec::new()
    } else {
        hear(true, &hearing.granted)
    };
    let only = |of: &dyn Fn(&Does) -> Option<DoneAt>| {
        let also: Vec<DoneAt> = granted.iter().filter_map(of).collect();
        let mut sites: Vec<DoneAt> = denied.iter().filter_map(of).collect();
        sites.retain(|site| !also.contains(site));
        sites.into_iter().min()
    };
    let ends = only(&|does| does.ends.filter(|_| !does.opens));
    let exit = only(&|does| does.exit_button.filter(|_| !does.goes_on));
    let asks = only(&|does| does.asks);
    [
        (Refusal::Ends, ends),
        (Refusal::OffersOnlyExit, exit),
        (Refusal::AsksAgain, asks),
    ]
    .into_iter()
    .filter_map(|(refusal, site)| Some((refusal, hearing.method, site?)))
    .collect()
}

/// The platform's callback, and those of libraries.
fn callbacks(world: &World<'_>) -> Vec<Hearing> {
    let mut hearings = Vec::new();
    let platform = world.names.get(b"onRequestPermissionsResult");
    let libraries: Vec<_> = catalog::permission_answers()
        .iter()
        .filter_map(|answer| {
            let name = world.names.get(answer.method.as_bytes())?;
            Some((name, world.type_of_class(&answer.class)?, answer))
        })
        .collect();
    for (number, method) in (0..).zip(&world.methods) {
        let name = world.name_no(method.sig);
        if Some(name) == platform && world.descriptor(method.sig) == b"(I[Ljava/lang/String;[I)V" {
            let arguments = vec![
                Value::Unknown,
                Value::Unknown,
                Value::Unknown,
                Value::Answers,
            ];
            hearings.push(Hearing {
                method: number,
                granted: arguments.clone(),
                denied: arguments,
                only_refused: false,
            });
        }
        for (of, above, answer) in &libraries {
            let class = world.class(method.class);
            if *of != name || !class.is_some_and(|class| world.is_below(class.of, *above)) {
                continue;
            }
            let flag = |set: bool| {
                let mut arguments = vec![Value::Unknown];
                if let Some(parameter) = answer.parameter {
                    let of = world.parameters(method.sig);
                    let of = of.get(usize::from(parameter.saturating_sub(1)));
                    arguments.resize(usize::from(parameter), Value::Unknown);
                    arguments.push(match of.map(|(of, _)| world.types.text(*of)) {
                        Some(b"Z") => Value::Int(i64::from(set)),
                        _ => Value::Unknown,
                    });
                }
                arguments
            };
            hearings.push(Hearing {
                method: number,
                granted: flag(true),
                denied: flag(false),
                only_refused: answer.hears == Hears::Refused,
            });
        }
    }
    hearings
}

/// The contracts of `androidx.activity` that ask for permissions.
pub(super) const CONTRACTS: [&[u8]; 2] = [
    b"Landroidx/activity/result/contract/ActivityResultContracts$RequestPermission;",
    b"Landroidx/activity/result/contract/ActivityResultContracts$RequestMultiplePermissions;",
];

const CALLBACK: &[u8] = b"Landroidx/activity/result/ActivityResultCallback;";

/// The callbacks that a method registers together with such a contract: the
/// next one that it makes, or names, after the contract.
fn contract_callbacks(bodies: &Bodies<'_>, method: MethodNo) -> Vec<Hearing> {
    let world = bodies.world;
    let body = bodies.read(method);
    let Some(callback) = world.type_named(CALLBACK) else {
        return Vec::new();
    };
    let mut callbacks: Vec<(u32, Type)> = body
        .made
        .iter()
        .chain(&body.touched)
        .filter(|site| world.is_below(site.of, callback))
        .map(|site| (site.at, site.of))
        .collect();
    callbacks.sort_unstable();
    let contract = |of: Type| CONTRACTS.contains(&world.types.text(of));
    let mut hearings = Vec::new();
    for site in body.made.iter().filter(|site| contract(site.of)) {
        let next = callbacks.iter().find(|(at, _)| *at > site.at);
        let class = next.and_then(|(_, of)| world.class_of(*of));
        let method = class.and_then(|class| world.named(class, b"onActivityResult"));
        if let Some(method) = method {
            let arguments = vec![Value::Unknown, Value::Answers];
            hearings.push(Hearing {
                method,
                granted: arguments.clone(),
                denied: arguments,
                only_refused: false,
            });
        }
    }
    hearings
}
