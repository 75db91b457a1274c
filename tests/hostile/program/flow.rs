//! Methods of very many branches, handlers, registers, objects and conditions.

use apkaudit::limits::Limits;

use super::super::dex::{
    APP, CALL_STATIC, Code, Forge, OBJECT, PUBLIC, RETURN, STATIC, VIRTUAL, indexed, invoke, text,
};
use super::{PREFERENCES, analysed, at_start, device_id, ended};

#[test]
fn huge_switches_end() {
    // Sparse: values, then targets. All go to the same few places, or each to
    // its own.
    for places in [1, 30_000] {
        let mut forge = Forge::default();
        let mut units = device_id(&mut forge);
        let cases: u16 = 60_000;
        let switch = units.len();
        units.extend([0x002c, 0, 0]);
        units.extend(std::iter::repeat_n(0x0000, 30_000));
        units.push(RETURN);
        if units.len() % 2 == 1 {
            units.push(0);
        }
        let payload = u32::try_from(units.len() - switch).unwrap();
        units[switch + 1] = u16::try_from(payload & 0xffff).unwrap();
        units[switch + 2] = u16::try_from(payload >> 16).unwrap();
        units.extend([0x0200, cases]);
        for value in 0..u32::from(cases) {
            units.extend([u16::try_from(value).unwrap(), 0]);
        }
        for value in 0..cases {
            units.extend([3 + value % places, 0]);
        }
        forge.app(Code::of_object(200, units));
        assert_eq!(at_start(&analysed(&[forge.finish()])), 1);
    }
}

#[test]
fn many_switches_over_one_table_end() {
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    let first = units.len();
    const SWITCHES: usize = 20_000;
    let payload = first + SWITCHES * 3 + 1;
    let payload = payload + payload % 2;
    for n in 0..SWITCHES {
        let distance = u32::try_from(payload - (first + n * 3)).unwrap();
        let [low, high] = [distance & 0xffff, distance >> 16].map(|d| u16::try_from(d).unwrap());
        units.extend([0x002b, low, high]);
    }
    units.push(RETURN);
    units.resize(payload, 0);
    units.extend([0x0100, 65_000, 0, 0]);
    for _ in 0..65_000 {
        units.extend([3, 0]);
    }
    forge.app(Code::of_object(100, units));
    assert_eq!(at_start(&analysed(&[forge.finish()])), 1);
}

#[test]
fn a_flood_of_handlers_ends() {
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    const BLOCKS: u32 = 1_000;
    let first = u32::try_from(units.len()).unwrap();
    for _ in 0..BLOCKS {
        units.extend([0x1012, 0x0038, 2]); // const, if-eqz to the next
    }
    units.push(RETURN);
    let handlers: Vec<u32> = (0..BLOCKS).map(|n| first + n * 3).collect();
    let mut code = Code::of_object(1_500, units);
    let range = u16::try_from(BLOCKS * 3).unwrap();
    code.tries = vec![(first, range, handlers); 40];
    forge.app(code);
    assert_eq!(at_start(&analysed(&[forge.finish()])), 1);
}

#[test]
fn thousands_of_methods_with_all_registers_end() {
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    let names: Vec<String> = (0..3_000).map(|n| format!("m{n}")).collect();
    for name in &names {
        let method = forge.method(APP, name, "()V");
        units.extend(invoke(CALL_STATIC, method, &[]));
    }
    forge.app(Code::of_object(2, ended(units)));
    let mut many = Vec::new();
    for _ in 0..60 {
        many.extend([0x0038, 2]);
    }
    many.push(RETURN);
    for name in &names {
        let code = Code::new(65_535, many.clone());
        forge.define(PUBLIC | STATIC, name, "()V", Some(code));
    }
    let facts = analysed(&[forge.finish()]);
    assert_eq!(at_start(&facts), 1);
    assert_eq!(facts.coverage.too_large, 3_000, "{:?}", facts.coverage);
}

#[test]
fn objects_made_in_many_blocks_end() {
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    let of = forge.of("La/C;");
    for _ in 0..20_000 {
        units.extend(indexed(0x22, 0, of));
        units.extend([0x0038, 2]);
    }
    forge.app(Code::of_object(2, ended(units)));
    forge.class("La/C;", PUBLIC, OBJECT, &[]);
    assert_eq!(at_start(&analysed(&[forge.finish()])), 1);
}

#[test]
fn a_chain_of_a_hundred_thousand_calls_ends_with_a_short_path() {
    let mut dexes = Vec::new();
    let name = |n: usize| (format!("La/P{};", n / 1_000), format!("m{n}"));
    for part in 0..2 {
        let mut forge = Forge::default();
        if part == 0 {
            let (class, first) = name(0);
            let next = forge.method(&class, &first, "()V");
            forge.app(Code::of_object(
                1,
                ended(invoke(CALL_STATIC, next, &[]).into()),
            ));
        }
        for n in part * 50_000..(part + 1) * 50_000 {
            let (class, own) = name(n);
            let units = if n == 99_999 {
                device_id(&mut forge)
            } else {
                let (class, next) = name(n + 1);
                let next = forge.method(&class, &next, "()V");
                invoke(CALL_STATIC, next, &[]).into()
            };
            if n % 1_000 == 0 {
                forge.class(&class, PUBLIC, OBJECT, &[]);
            }
            forge.define(
                PUBLIC | STATIC,
                &own,
                "()V",
                Some(Code::new(1, ended(units))),
            );
        }
        dexes.push(forge.finish());
    }
    let facts = analysed(&dexes);
    assert_eq!(at_start(&facts), 1);
    assert_eq!(facts.coverage.start, 100_001);
    assert!(facts.uses[0].path.len() <= 200);
}

#[test]
fn uses_without_end_behind_a_long_path_are_listed_up_to_the_limit() {
    let mut forge = Forge::default();
    let first = forge.method("La/P;", "m0", "()V");
    forge.app(Code::of_object(
        1,
        ended(invoke(CALL_STATIC, first, &[]).into()),
    ));
    let id = device_id(&mut forge);
    let leaves: Vec<String> = (0..30_000).map(|n| format!("leaf{n}")).collect();
    forge.class("La/P;", PUBLIC, OBJECT, &[]);
    for n in 0..300 {
        let mut units = Vec::new();
        if n == 299 {
            for leaf in &leaves {
                let leaf = forge.method("La/P;", leaf, "()V");
                units.extend(invoke(CALL_STATIC, leaf, &[]));
            }
        } else {
            let next = forge.method("La/P;", &format!("m{}", n + 1), "()V");
            units.extend(invoke(CALL_STATIC, next, &[]));
        }
        let code = Code::new(1, ended(units));
        forge.define(PUBLIC | STATIC, &format!("m{n}"), "()V", Some(code));
    }
    for leaf in &leaves {
        let code = Code::new(1, ended(id.clone()));
        forge.define(PUBLIC | STATIC, leaf, "()V", Some(code));
    }
    let facts = analysed(&[forge.finish()]);
    assert_eq!(facts.uses.len(), Limits::default().listed);
    assert!(facts.coverage.left_out > 0);
}

#[test]
fn thousands_of_conditions_in_one_method_end() {
    let mut forge = Forge::default();
    let contains = forge.method(PREFERENCES, "contains", "(Ljava/lang/String;)Z");
    let mut units = Vec::new();
    for n in 0..5_000 {
        units.extend(text(1, forge.string(&format!("agreed{n}"))));
        units.extend(invoke(VIRTUAL, contains, &[0, 1]));
        units.extend([0x000a, 0x0038, 2]);
    }
    units.extend(device_id(&mut forge));
    forge.app(Code::of_object(4, ended(units)));
    assert_eq!(analysed(&[forge.finish()]).uses.len(), 1);
}

#[test]
fn a_condition_of_its_own_in_each_of_many_methods_ends() {
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    let contains = forge.method(PREFERENCES, "contains", "(Ljava/lang/String;)Z");
    let names: Vec<String> = (0..20_000).map(|n| format!("m{n}")).collect();
    for name in &names {
        let method = forge.method(APP, name, "()V");
        units.extend(invoke(CALL_STATIC, method, &[]));
    }
    let id = device_id(&mut forge);
    forge.app(Code::of_object(2, ended(units)));
    for name in &names {
        let mut units = text(1, forge.string(name)).to_vec();
        units.extend(invoke(VIRTUAL, contains, &[0, 1]));
        units.extend([0x000a, 0x0038, 5]);
        units.extend(&id);
        let code = Code::new(2, ended(units));
        forge.define(PUBLIC | STATIC, name, "()V", Some(code));
    }
    assert_eq!(analysed(&[forge.finish()]).uses.len(), 20_000);
}
