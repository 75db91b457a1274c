//! Hierarchies and tables of names that no compiler writes.

use apkaudit::container::Bytes;
use apkaudit::limits::Limits;
use apkaudit::program::{Bytecode, structure};

use super::super::dex::{
    ABSTRACT, CALL_INTERFACE, Code, DIRECT, Forge, INTERFACE, OBJECT, PUBLIC, RETURN, VIRTUAL,
    indexed, invoke, text,
};
use super::{PREFERENCES, analysed, at_start, device_id, ended};

#[test]
fn classes_above_themselves_end() {
    let mut forge = Forge::default();
    let id = device_id(&mut forge);
    let run = forge.method("La/Own;", "run", "()V");
    let walk = forge.method("La/B;", "walk", "()V");
    let play = forge.method("La/J;", "play", "()V");
    let mut units = id.clone();
    for name in ["La/Own;", "La/A;", "La/B;", "La/C;"] {
        units.extend(indexed(0x22, 0, forge.of(name)));
        let new = forge.method(name, "<init>", "()V");
        units.extend(invoke(DIRECT, new, &[0]));
        units.extend(invoke(VIRTUAL, run, &[0]));
        units.extend(invoke(VIRTUAL, walk, &[0]));
        units.extend(invoke(0x6f, walk, &[0]));
        units.extend(invoke(CALL_INTERFACE, play, &[0]));
    }
    forge.app(Code::of_object(2, ended(units)));
    forge.class("La/Own;", PUBLIC, "La/Own;", &["La/I;"]);
    forge.class("La/A;", PUBLIC, "La/B;", &["La/I;"]);
    forge.class("La/B;", PUBLIC, "La/A;", &["La/J;"]);
    forge.class("La/C;", PUBLIC, OBJECT, &["La/J;", "La/J;", "La/C;"]);
    forge.class("La/I;", INTERFACE, OBJECT, &["La/J;"]);
    forge.class("La/J;", INTERFACE, "La/J;", &["La/I;", "La/J;"]);
    let facts = analysed(&[forge.finish()]);
    assert_eq!(at_start(&facts), 1);
}

#[test]
fn a_wide_hierarchy_with_many_interfaces_ends() {
    // Every call is held against all classes below and all types above.
    const SIDE: usize = 250;
    let mut forge = Forge::default();
    let names: Vec<String> = (0..SIDE).map(|n| format!("La/I{n};")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut units = device_id(&mut forge);
    let run = forge.method("La/Top;", "run", "()Z");
    for n in 0..60 {
        let class = forge.of(&format!("La/C{n};"));
        units.extend(indexed(0x22, 0, class));
    }
    for _ in 0..20_000 {
        units.extend(invoke(VIRTUAL, run, &[0]));
        units.push(0x000a); // the result is asked for
    }
    forge.app(Code::of_object(2, ended(units)));
    forge.class("La/Top;", PUBLIC, OBJECT, &names);
    for n in 0..60 {
        forge.class(&format!("La/C{n};"), PUBLIC, "La/Top;", &names);
    }
    for name in &names {
        forge.class(name, INTERFACE, OBJECT, &names);
    }
    assert_eq!(at_start(&analysed(&[forge.finish()])), 1);
}

#[test]
fn one_interface_with_fifty_thousand_classes_and_many_calls_ends() {
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    let run = forge.method("La/I;", "run", "()V");
    let contains = forge.method(PREFERENCES, "contains", "(Ljava/lang/String;)Z");
    let key = forge.string("first");
    let all: Vec<String> = (0..50_000).map(|n| format!("La/C{n};")).collect();
    for name in &all {
        units.extend(indexed(0x22, 0, forge.of(name)));
    }
    // Held back by a condition, a call is looked up at once.
    for _ in 0..5_000 {
        units.extend(text(1, key));
        units.extend(invoke(VIRTUAL, contains, &[0, 1]));
        units.extend([0x000a, 0x0038, 5]);
        units.extend(invoke(CALL_INTERFACE, run, &[2]));
    }
    for _ in 0..5_000 {
        units.extend(invoke(CALL_INTERFACE, run, &[2]));
    }
    forge.app(Code::of_object(4, ended(units)));
    forge.class("La/I;", INTERFACE, OBJECT, &[]);
    forge.define(PUBLIC | ABSTRACT, "run", "()V", None);
    for name in &all {
        forge.class(name, PUBLIC, OBJECT, &["La/I;"]);
    }
    let facts = analysed(&[forge.finish()]);
    assert_eq!(at_start(&facts), 1);
}

#[test]
fn many_workers_named_in_one_place_end() {
    const WORKER: &str = "Landroidx/work/ListenableWorker;";
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    let enqueue = forge.method("Landroidx/work/WorkManager;", "enqueue", "()V");
    units.extend(invoke(VIRTUAL, enqueue, &[0]));
    let interfaces: Vec<String> = (0..250).map(|n| format!("La/I{n};")).collect();
    let interfaces: Vec<&str> = interfaces.iter().map(String::as_str).collect();
    let of = forge.of("La/Work;");
    for _ in 0..100_000 {
        units.extend(indexed(0x1c, 0, of));
    }
    forge.app(Code::of_object(2, ended(units)));
    forge.class("La/Work;", PUBLIC, WORKER, &interfaces);
    forge.define(
        PUBLIC,
        "doWork",
        "()V",
        Some(Code::of_object(1, vec![RETURN])),
    );
    for name in &interfaces {
        forge.class(name, INTERFACE, OBJECT, &interfaces);
    }
    assert_eq!(at_start(&analysed(&[forge.finish()])), 1);
}

#[test]
fn prototypes_of_long_names_end() {
    let mut forge = Forge::default();
    let id = device_id(&mut forge);
    forge.app(Code::of_object(2, ended(id)));
    let long = format!("Lb/{};", "x".repeat(6_000));
    let list = long.repeat(250);
    for n in 0..60 {
        forge.method("La/C;", "m", &format!("({list})La/R{n};"));
    }
    let bytes = forge.finish();
    assert_eq!(at_start(&analysed(std::slice::from_ref(&bytes))), 1);
    let files = [Bytecode {
        path: "classes.dex".into(),
        bytes: Bytes::new(bytes),
    }];
    assert_eq!(structure(&files, &Limits::default()).classes.len(), 1);
}
