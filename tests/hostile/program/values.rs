//! Texts and arrays without end, and ways that lead back.

use super::super::dex::{
    APP, CALL_STATIC, Code, DIRECT, Forge, PUBLIC, RETURN, STATIC, VIRTUAL, indexed, invoke, text,
};
use super::{analysed, at_start, device_id, ended};

#[test]
fn texts_that_grow_in_loops_end() {
    const BUILDER: &str = "Ljava/lang/StringBuilder;";
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    let append = "(Ljava/lang/String;)Ljava/lang/StringBuilder;";
    let append = forge.method(BUILDER, "append", append);
    let shown = forge.method(BUILDER, "toString", "()Ljava/lang/String;");
    let new = forge.method(BUILDER, "<init>", "()V");
    let piece = forge.string(&"x".repeat(100));
    units.extend(indexed(0x22, 0, forge.of(BUILDER)));
    units.extend(invoke(DIRECT, new, &[0]));
    units.extend(text(1, piece));
    for _ in 0..2_000 {
        let start = units.len();
        units.extend(invoke(VIRTUAL, append, &[0, 1]));
        units.extend(invoke(VIRTUAL, shown, &[0]));
        units.push(0x010c);
        let back = start.wrapping_sub(units.len());
        units.extend([0x0239, back.to_le_bytes()[0].into()]);
        *units.last_mut().unwrap() |= 0xff00;
    }
    forge.app(Code::of_object(4, ended(units)));
    assert_eq!(at_start(&analysed(&[forge.finish()])), 1);
}

#[test]
fn a_long_text_named_again_and_again_ends() {
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    let long = forge.string(&"长".repeat(300_000));
    let take = forge.method(APP, "take", "(Ljava/lang/String;)V");
    for _ in 0..20_000 {
        units.extend(text(0, long));
        units.extend(invoke(CALL_STATIC, take, &[0]));
    }
    forge.app(Code::of_object(2, ended(units)));
    let code = Code {
        ins: 1,
        ..Code::new(1, vec![RETURN])
    };
    forge.define(PUBLIC | STATIC, "take", "(Ljava/lang/String;)V", Some(code));
    assert_eq!(at_start(&analysed(&[forge.finish()])), 1);
}

#[test]
fn many_texts_given_to_methods_end() {
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    let take = forge.method(APP, "take", "(Ljava/lang/String;)V");
    for n in 0..30_000 {
        units.extend(text(0, forge.string(&format!("text {n}"))));
        units.extend(invoke(CALL_STATIC, take, &[0]));
    }
    forge.app(Code::of_object(2, ended(units)));
    let code = Code {
        ins: 1,
        ..Code::new(1, vec![RETURN])
    };
    forge.define(PUBLIC | STATIC, "take", "(Ljava/lang/String;)V", Some(code));
    assert_eq!(at_start(&analysed(&[forge.finish()])), 1);
}

#[test]
fn arrays_that_hold_themselves_end() {
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    let of = forge.of("[Ljava/lang/Object;");
    units.extend([0x0113, 64]); // the length
    units.extend([0x1023, of]);
    units.push(0x0212);
    for _ in 0..20_000 {
        units.extend([0x004d, 0x0200]); // puts it into itself
    }
    units.extend([0x0028 | 0xff00 & 0xfe00]); // and again
    forge.app(Code::of_object(4, ended(units)));
    assert_eq!(at_start(&analysed(&[forge.finish()])), 1);
}

#[test]
fn reflection_on_oneself_and_intents_to_oneself_end() {
    const CLASS: &str = "Ljava/lang/Class;";
    const METHOD: &str = "Ljava/lang/reflect/Method;";
    const INTENT: &str = "Landroid/content/Intent;";
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    let for_name = forge.method(CLASS, "forName", "(Ljava/lang/String;)Ljava/lang/Class;");
    let proto = "(Ljava/lang/String;[Ljava/lang/Class;)Ljava/lang/reflect/Method;";
    let get = forge.method(CLASS, "getMethod", proto);
    let proto = "(Ljava/lang/Object;[Ljava/lang/Object;)Ljava/lang/Object;";
    let call = forge.method(METHOD, "invoke", proto);
    let new = forge.method(
        INTENT,
        "<init>",
        "(Landroid/content/Context;Ljava/lang/Class;)V",
    );
    let start = forge.method(APP, "startActivity", "(Landroid/content/Intent;)V");
    let on_create = forge.method(APP, "onCreate", "()V");
    units.extend(text(0, forge.string("a.App")));
    units.extend(invoke(CALL_STATIC, for_name, &[0]));
    units.push(0x000c);
    units.extend(text(1, forge.string("onCreate")));
    units.extend(invoke(VIRTUAL, get, &[0, 1, 2]));
    units.push(0x010c);
    units.extend(invoke(VIRTUAL, call, &[1, 3, 2]));
    units.extend(indexed(0x22, 2, forge.of(INTENT)));
    units.extend(indexed(0x1c, 1, forge.of(APP)));
    units.extend(invoke(DIRECT, new, &[2, 3, 1]));
    units.extend(invoke(VIRTUAL, start, &[3, 2]));
    units.extend(invoke(VIRTUAL, on_create, &[3]));
    let units = units.repeat(2_000);
    forge.app(Code::of_object(4, ended(units)));
    assert_eq!(at_start(&analysed(&[forge.finish()])), 1);
}

#[test]
fn helpers_that_ask_each_other_end() {
    // Each asks for the results of eight others.
    const HELPERS: usize = 2_000;
    let mut forge = Forge::default();
    let id = device_id(&mut forge);
    let name = |n: usize| format!("m{}", n % HELPERS);
    let first = forge.method(APP, "m0", "()Z");
    let mut units = id;
    units.extend(invoke(CALL_STATIC, first, &[]));
    units.push(0x000a);
    forge.app(Code::of_object(2, ended(units)));
    for n in 0..HELPERS {
        let mut units = Vec::new();
        for other in 0..8 {
            let next = forge.method(APP, &name(n * 7 + other + 1), "()Z");
            units.extend(invoke(CALL_STATIC, next, &[]));
            units.extend([0x000a, 0x0038, 2]);
        }
        units.push(0x000f);
        forge.define(PUBLIC | STATIC, &name(n), "()Z", Some(Code::new(1, units)));
    }
    assert_eq!(at_start(&analysed(&[forge.finish()])), 1);
}
