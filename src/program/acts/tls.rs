//! Code that takes any server for the right one: trust managers that can
//! only return, verifiers that can only say yes, web pages that go on after
//! a wrong certificate.

use super::super::flow::Flow;
use super::super::summary::Known;
use super::super::uses::Writer;
use super::super::world::{File, Method, MethodNo, Type, World};
use super::Act;
use crate::decode::dex::{self, Code, Insn};

/// Calls deep that the answer of a verifier is looked up.
const DEPTH: u8 = 3;

/// Calls that change nothing of what a check says.
const HARMLESS: [&[u8]; 6] = [
    b"Lkotlin/jvm/internal/Intrinsics;",
    b"Landroid/util/Log;",
    b"Ljava/io/PrintStream;",
    b"Ljava/lang/StringBuilder;",
    b"Ljava/lang/String;",
    b"Ljava/lang/Throwable;",
];

/// The acts.
pub(super) fn all(writer: &Writer<'_, '_>) -> Vec<Act> {
    let world = writer.world();
    let number = |name: &[u8]| world.names.get(name);
    let (trusts, verifies) = (number(b"checkServerTrusted"), number(b"verify"));
    let goes_on = number(b"onReceivedSslError");
    let manager = [
        &b"Ljavax/net/ssl/X509TrustManager;"[..],
        b"Ljavax/net/ssl/X509ExtendedTrustManager;",
    ];
    let mut acts = Vec::new();
    for (number, method) in (0..).zip(world.written()) {
        let name = Some(world.name_no(method.sig));
        let act = if name == trusts
            && is_one_of(world, method, &manager)
            && only_returns(world, method)
        {
            "trust-all-tls"
        } else if name == verifies
            && is_one_of(world, method, &[b"Ljavax/net/ssl/HostnameVerifier;"])
            && writer.bodies.returns(number, DEPTH).any == Known::Int(1)
        {
            "hostname-any"
        } else if name == goes_on && only_proceeds(world, method, true) {
            "ssl-error-ignored"
        } else {
            continue;
        };
        acts.push(written(writer, act, number));
    }
    acts
}

/// An act of a method that the platform calls on an object: when the object
/// can be made, if nobody is seen to call it.
fn written(writer: &Writer<'_, '_>, act: &str, method: MethodNo) -> Act {
    let world = writer.world();
    let known = world.method(method);
    let constructors = || {
        let class = known?.class;
        let name = world.names.get(b"<init>")?;
        let mut all = world.own_named(class, name);
        all.find(|method| writer.reach.of(*method).is_some())
    };
    let reached = match writer.reach.of(method) {
        Some(_) => Some(method),
        // A shrinker may leave no constructor of the class itself.
        None => constructors().or_else(|| writer.reach.maker(known?.class)),
    };
    let by = writer.whence_of(reached.unwrap_or(method), 0);
    let place = writer.whence(method, 0, None, false).place;
    Act {
        place,
        ..Act::at(act, by)
    }
}

/// Whether the class of a method stands below one of these.
fn is_one_of(world: &World<'_>, method: &Method, types: &[&[u8]]) -> bool {
    world
        .supers(method.class)
        .into_iter()
        .any(|of| types.contains(&world.types.text(of)))
}

/// Whether a method can do nothing but return: it throws nothing, and what
/// it calls cannot throw out of it, or cannot throw because of certificates
/// that the method never looks at.
fn only_returns(world: &World<'_>, method: &Method) -> bool {
    let Some((file, code)) = world.file_of(method).zip(world.code(method)) else {
        return false;
    };
    let caught: Vec<(u32, u32)> = code
        .tries()
        .map_while(Result::ok)
        .filter(|guarded| {
            guarded.handlers.iter().any(|handler| {
                let of = handler.exception.map(|of| type_at(file, of));
                of.is_none_or(|of| catches(world, of))
            })
        })
        .map(|guarded| (guarded.start, guarded.start.saturating_add(guarded.count)))
        .collect();
    let is_caught = |at: u32| caught.iter().any(|(from, to)| (*from..*to).contains(&at));
    let blind = !looks_at_first(code);
    never_throws(code)
        && dex::insns(code.units).flatten().all(|insn| {
            !is_call(&insn)
                || is_caught(insn.at)
                || is_harmless(world, file, &insn)
                || blind && throws_nothing(world, file, &insn)
        })
}

/// Whether a method may look at its first argument after the object.
fn looks_at_first(code: Code<'_>) -> bool {
    let first = (code.registers.checked_sub(code.ins)).and_then(|object| object.checked_add(1));
    let mut branched = false;
    for insn in dex::insns(code.units).map_while(Result::ok) {
        let writes = matches!(
            insn.opcode,
            0x01..=0x0d | 0x12..=0x1c | 0x20..=0x23 | 0x2d..=0x31 | 0x44..=0x4a | 0x52..=0x58
                | 0x60..=0x66 | 0x7b..=0xaf | 0xd0..=0xe2
        );
        let mut registers = insn.registers.iter();
        let written = registers.next().filter(|_| writes);
        let read = if writes {
            registers
        } else {
            insn.registers.iter()
        };
        if read.into_iter().any(|register| Some(register) == first) {
            return true;
        }
        if written.is_some() && written == first {
            // The argument is gone, unless a branch leads around this.
            return branched;
        }
        branched |= matches!(insn.opcode, 0x27..=0x2c | 0x32..=0x3d);
    }
    false
}

/// Whether a method has no `throw` of its own. That of a fault which it only
/// unlocks for, behind a `monitor-exit`, is not its own.
fn never_throws(code: Code<'_>) -> bool {
    let mut unlocks = false;
    dex::insns(code.units).all(|insn| match insn {
        Ok(insn) if insn.opcode == THROW => unlocks,
        Ok(insn) => {
            unlocks = insn.opcode == MONITOR_EXIT;
            true
        }
        Err(_) => false,
    })
}

/// Whether a call is of the platform, or of a method that does not throw.
fn throws_nothing(world: &World<'_>, file: &File<'_>, insn: &Insn) -> bool {
    let Some(called) = insn.index.and_then(|at| file.methods.get(at as usize)) else {
        return false;
    };
    let Some(method) = world.only(called.class, called.sig) else {
        return world.class_of(called.class).is_none();
    };
    let code = world.method(method).and_then(|method| world.code(method));
    code.is_some_and(never_throws)
}

const MONITOR_EXIT: u8 = 0x1e;
const THROW: u8 = 0x27;

fn is_call(insn: &Insn) -> bool {
    matches!(insn.opcode, 0x6e..=0x72 | 0x74..=0x78)
}

/// Whether a handler takes what says that a certificate is wrong.
fn catches(world: &World<'_>, of: Type) -> bool {
    [
        &b"Ljava/security/cert/CertificateException;"[..],
        b"Ljava/lang/Exception;",
        b"Ljava/lang/Throwable;",
    ]
    .contains(&world.types.text(of))
}

fn type_at(file: &File<'_>, index: u32) -> Type {
    let of = file.types.get(index as usize).copied();
    of.unwrap_or(super::super::names::NONE)
}

fn is_harmless(world: &World<'_>, file: &File<'_>, insn: &Insn) -> bool {
    let called = insn.index.and_then(|at| file.methods.get(at as usize));
    called.is_some_and(|called| {
        let class = world.types.text(called.class);
        // Whoever looks at dates only takes any certificate.
        let of_certificate = class == b"Ljava/security/cert/X509Certificate;";
        HARMLESS.contains(&class) || of_certificate && world.name(called.sig) != b"verify"
    })
}

/// Whether every way through the method tells the page to go on; in a helper
/// perhaps.
fn only_proceeds(world: &World<'_>, method: &Method, helpers: bool) -> bool {
    let Some((file, code)) = world.file_of(method).zip(world.code(method)) else {
        return false;
    };
    let flow = Flow::new(code);
    let proceeds = |insn: &Insn| {
        let called = insn.index.and_then(|at| file.methods.get(at as usize));
        is_call(insn)
            && called.is_some_and(|called| {
                let helper = world.only(called.class, called.sig).filter(|_| helpers);
                let helper = helper.and_then(|helper| world.method(helper));
                // That of the platform, or of another maker's web view.
                world.name(called.sig) == b"proceed"
                    && world
                        .types
                        .text(called.class)
                        .ends_with(b"/SslErrorHandler;")
                    || helper.is_some_and(|helper| only_proceeds(world, helper, false))
            })
    };
    // A way to the end that does not pass the call.
    let mut seen = vec![false; flow.len()];
    let mut waiting = vec![0_u32];
    while let Some(block) = waiting.pop() {
        let block = block as usize;
        match seen.get_mut(block) {
            Some(seen @ false) => *seen = true,
            _ => continue,
        }
        let insns = flow.block(block);
        if insns.iter().any(proceeds) {
            continue;
        }
        if insns
            .last()
            .is_some_and(|last| matches!(last.opcode, 0x0e..=0x11))
        {
            return false;
        }
        waiting.extend(flow.after(block));
    }
    (0..flow.len()).any(|block| flow.block(block).iter().any(proceeds))
}
