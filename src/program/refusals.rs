//! What happens when the user refuses a permission: whether the app ends,
//! leaves nothing but to end it, or asks again at once.
//!
//! The method that hears the answer is followed twice, once for each answer.
//! What it does in both cases says nothing.

use std::collections::BTreeSet;
use std::rc::Rc;

use rayon::prelude::*;

use super::body::Bodies;
use super::flow::{Flow, is_switch};
use super::run::{Does, DoneAt, Heard};
use super::value::Value;
use super::world::{MethodNo, Type};
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

/// Methods that hear answers; the largest apps have some hundred.
const MOST_HEARINGS: usize = 4096;

/// A method that hears an answer.
struct Hearing {
    method: MethodNo,
    /// Arguments that say the answer; all unknown if the call says it.
    granted: Vec<Value>,
    denied: Vec<Value>,
    /// It is not called at all when all was granted.
    only_refused: bool,
    /// Numbers of the requests that it tells apart.
    codes: Vec<Value>,
}

/// What refusals lead to: the method that hears of it, and where it does so.
pub(super) fn all(bodies: &Bodies<'_>, contracts: &[MethodNo]) -> Vec<(Refusal, MethodNo, DoneAt)> {
    let mut hearings = callbacks(bodies);
    for method in contracts {
        hearings.extend(contract_callbacks(bodies, *method));
    }
    hearings.sort_by_key(|hearing| hearing.method);
    hearings.dedup_by_key(|hearing| hearing.method);
    hearings.truncate(MOST_HEARINGS);
    hearings
        .par_iter()
        .flat_map_iter(|hearing| judged(bodies, hearing))
        .collect()
}

fn judged(bodies: &Bodies<'_>, hearing: &Hearing) -> Vec<(Refusal, MethodNo, DoneAt)> {
    let launchers: Rc<[Type]> = bodies.launchers.as_slice().into();
    let hear = |granted: bool, arguments: &[Value]| {
        let heard = Heard::new(granted, Rc::clone(&launchers));
        bodies.hear(hearing.method, arguments, heard)
    };
    let mut found = BTreeSet::new();
    for code in &hearing.codes {
        let with_code = |arguments: &[Value]| {
            let mut arguments = arguments.to_vec();
            if let Some(argument) = arguments.get_mut(CODE)
                && *code != Value::Unknown
            {
                *argument = *code;
            }
            arguments
        };
        let denied = hear(false, &with_code(&hearing.denied));
        let granted = if hearing.only_refused {
            Vec::new()
        } else {
            hear(true, &with_code(&hearing.granted))
        };
        found.extend(differences(&denied, &granted));
    }
    found
        .into_iter()
        .map(|(refusal, site)| (refusal, hearing.method, site))
        .collect()
}

/// What is only done if the user refused.
fn differences(denied: &[Does], granted: &[Does]) -> Vec<(Refusal, DoneAt)> {
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
    .filter_map(|(refusal, site)| Some((refusal, site?)))
    .collect()
}

/// Position of the number of the request among the arguments of the
/// platform's callback.
const CODE: usize = 1;
/// Numbers of requests that are told apart in one method.
const MOST_CODES: usize = 8;

/// The numbers that a method may compare the number of the request with.
fn codes(bodies: &Bodies<'_>, method: MethodNo) -> Vec<Value> {
    let world = bodies.world;
    let Some(code) = world.method(method).and_then(|method| world.code(method)) else {
        return vec![Value::Unknown];
    };
    let flow = Flow::new(code);
    let mut codes = BTreeSet::new();
    for insn in (0..flow.len()).flat_map(|block| flow.block(block)) {
        if matches!(insn.opcode, 0x12..=0x15) {
            codes.extend(insn.literal.filter(|literal| *literal > 0));
        } else if is_switch(insn) {
            codes.extend(flow.cases(insn).iter().map(|(case, _)| i64::from(*case)));
        }
    }
    let codes = codes.into_iter().take(MOST_CODES).map(Value::Int);
    codes.chain([Value::Unknown]).collect()
}

/// The platform's callback, and those of libraries.
fn callbacks(bodies: &Bodies<'_>) -> Vec<Hearing> {
    let world = bodies.world;
    let mut hearings = Vec::new();
    let platform = world.names.get(b"onRequestPermissionsResult");
    let libraries: Vec<_> = catalog::permission_answers()
        .iter()
        .filter_map(|answer| {
            let name = world.names.get(answer.method.as_bytes())?;
            Some((name, world.type_of_class(&answer.class)?, answer))
        })
        .collect();
    for (number, method) in (0..).zip(world.written()) {
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
                codes: codes(bodies, number),
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
                codes: vec![Value::Unknown],
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

/// What hears the result of a contract.
pub(super) const CALLBACK: &[u8] = b"Landroidx/activity/result/ActivityResultCallback;";

/// The callbacks that a method registers together with such a contract.
fn contract_callbacks(bodies: &Bodies<'_>, method: MethodNo) -> Vec<Hearing> {
    let world = bodies.world;
    let body = bodies.read(method);
    let classes = body.registered.iter().filter_map(|of| world.class_of(*of));
    classes
        .filter_map(|class| world.named(class, b"onActivityResult"))
        .map(|method| {
            let arguments = vec![Value::Unknown, Value::Answers];
            Hearing {
                method,
                granted: arguments.clone(),
                denied: arguments,
                only_refused: false,
                codes: vec![Value::Unknown],
            }
        })
        .collect()
}
