//! Classes and instructions, as a DEX and as class files.

use super::*;
use crate::decode::classfile::ClassFile;
use crate::decode::dex::{Dex, EncodedValue, scan};

const APP: &str = r#"
    [[class]]
    name = "com.example.App"
    extends = "com.example.Base"
    implements = ["java.lang.Runnable"]
    source = "App.java"
    fields = ["long when", 'static final java.lang.String TOKEN = "a=b"', "static int LEVEL = 70000"]
    [[class.method]]
    signature = "void run()"
    code = [
        'id = call java.lang.String android.provider.Settings$Secure.getString(android.content.ContentResolver, java.lang.String) with null, "android_id"',
        "if not id goto end",
        'call int android.util.Log.d(java.lang.String, java.lang.String) with "tag", it',
        "end:",
        "put long com.example.App.when on this with 5",
    ]
    [[class.method]]
    signature = "static native void open(long handle)"
    [[class]]
    name = "com.example.Base"
"#;

/// What a method does, in words: `InvokeStatic Landroid/util/Log;.d`.
fn events(dex: &Dex<'_>, class: usize) -> Vec<String> {
    let class = dex.class(class).unwrap();
    let data = dex.class_data(&class).unwrap().unwrap();
    let mut events = Vec::new();
    for method in data.methods().unwrap() {
        let Some(code) = dex.code(&method.unwrap()).unwrap() else {
            continue;
        };
        scan(code.units, |event| {
            use crate::decode::dex::Kind;
            let kind = event.kind;
            let what = match kind {
                Kind::ConstString => dex.string(event.index).unwrap().into_owned(),
                Kind::Return => String::new(),
                Kind::InstancePut => {
                    let field = dex.field(event.index).unwrap();
                    dex.string(field.name).unwrap().into_owned()
                }
                _ => {
                    let method = dex.method(event.index).unwrap();
                    let class = dex.type_descriptor(method.class).unwrap();
                    format!("{class}.{}", dex.string(method.name).unwrap())
                }
            };
            let line = dex.line_for_offset(&code, event.at).unwrap_or_default();
            events.push(format!("{line}: {kind:?} {what}").trim().to_owned());
        })
        .unwrap();
    }
    events
}

#[test]
fn a_dex_has_the_described_instructions_on_the_lines_of_the_description() {
    let package = package(APP);
    let bytes = entry(&package, "classes.dex");
    let dex = Dex::parse(&bytes, &Limits::default()).unwrap();
    let names: Vec<_> = dex
        .classes()
        .map(|class| dex.type_descriptor(class.class).unwrap().into_owned())
        .collect();
    assert_eq!(names, ["Lcom/example/Base;", "Lcom/example/App;"]);
    assert_eq!(
        events(&dex, 1),
        [
            "2: ConstString android_id",
            "2: InvokeStatic Landroid/provider/Settings$Secure;.getString",
            "4: ConstString tag",
            "4: InvokeStatic Landroid/util/Log;.d",
            "6: InstancePut when",
            "6: Return",
        ]
    );
}

#[test]
fn static_fields_have_their_values() {
    let package = package(APP);
    let bytes = entry(&package, "classes.dex");
    let dex = Dex::parse(&bytes, &Limits::default()).unwrap();
    let values = dex.static_values(&dex.class(1).unwrap()).unwrap();
    let [EncodedValue::Int(70_000), EncodedValue::String(token)] = values[..] else {
        panic!("{values:?}");
    };
    assert_eq!(dex.string(token).unwrap(), "a=b");
}

#[test]
fn tables_are_sorted_as_android_asks() {
    // U+FF5E sorts before a surrogate pair by code points, behind it by
    // UTF-16 code units.
    let package = package(
        r#"
        [[class]]
        name = "a.B"
        [[class.method]]
        signature = "void f()"
        code = ['const-string "～"', 'const-string "🛒"', 'const-string ""', 'const-string "a\0b"']
        "#,
    );
    let bytes = entry(&package, "classes.dex");
    let dex = Dex::parse(&bytes, &Limits::default()).unwrap();
    let strings: Vec<_> = (0..u32::try_from(dex.string_count()).unwrap())
        .map(|index| dex.string(index).unwrap().into_owned())
        .collect();
    assert!(strings.contains(&"a\0b".to_owned()));
    assert!(strings.is_sorted_by_key(|text| text.encode_utf16().collect::<Vec<_>>()));
    assert!(!strings.is_sorted());
}

#[test]
fn a_call_with_many_arguments_and_high_registers_is_a_range() {
    let values: Vec<_> = (0..20)
        .map(|number| format!("'v{number} = const {number}', "))
        .collect();
    let values = values.concat();
    let package = package(&format!(
        r#"
        [[class]]
        name = "a.B"
        [[class.method]]
        signature = "static long f(long wide)"
        code = [{values}
            'call void a.B.g(int, long, java.lang.String, int, int) with v19, wide, "x", v0, 7',
            'return wide',
        ]
        "#
    ));
    let bytes = entry(&package, "classes.dex");
    let dex = Dex::parse(&bytes, &Limits::default()).unwrap();
    assert_eq!(events(&dex, 0)[1], "0: InvokeStatic La/B;.g");
    let data = dex.class_data(&dex.class(0).unwrap()).unwrap().unwrap();
    let method = data.methods().unwrap().next().unwrap().unwrap();
    let code = dex.code(&method).unwrap().unwrap();
    assert_eq!((code.ins, code.outs), (2, 6));
}

#[test]
fn the_classes_of_a_library_are_class_files_that_name_the_same() {
    let package = package(&format!("kind = 'aar'\n{APP}"));
    let jar = Package::from_bytes(
        "classes.apk",
        entry(&package, "classes.jar"),
        &Limits::default(),
    );
    assert!(jar.is_err(), "a JAR is no package");
    let facts = crate::facts::extract(
        &package,
        &Limits::default(),
        &crate::facts::Options::default(),
    );
    assert_eq!(forms::unread(&facts), []);
    let jar = &facts.code.jars[0];
    assert_eq!(jar.classes, ["com.example.App", "com.example.Base"]);
    assert_eq!(jar.malformed, 0);
    for name in [
        "android.provider.Settings$Secure.getString",
        "android.util.Log.d",
    ] {
        assert!(jar.references.iter().any(|r| r == name), "{name}");
    }
}

#[test]
fn a_class_file_has_its_members_and_texts() {
    let app: description::Description = toml::from_str(APP).unwrap();
    let classes: Vec<_> = app.class.iter().collect();
    let parsed = super::super::code::parse(&classes).unwrap();
    let bytes = super::super::jar::class_file(&parsed[0]).unwrap();
    let class = ClassFile::parse(&bytes).unwrap();
    assert_eq!(class.version, 49);
    assert_eq!(class.name().unwrap(), "com/example/App");
    assert_eq!(class.superclass().unwrap().unwrap(), "com/example/Base");
    assert_eq!((class.fields.len(), class.methods.len()), (3, 2));
    let texts: Vec<_> = class.strings().map(|text| text.unwrap().bytes).collect();
    assert_eq!(texts, [&b"a=b"[..], b"android_id", b"tag"]);
}

#[test]
fn code_can_be_hidden_in_an_archive_below_assets() {
    let package = package(
        r#"
        [[class]]
        name = "com.example.Plugin"
        dex = "assets/plugin.jar"
        [[class]]
        name = "com.example.Other"
        dex = "assets/other.dex"
        "#,
    );
    assert!(package.modules[0].entry("classes.dex").is_none());
    let places: Vec<_> = package.nested().iter().map(|n| &*n.place.file).collect();
    assert!(places.contains(&"assets/other.dex"), "{places:?}");
    assert!(
        places.iter().any(|p| p.contains("assets/plugin.jar")),
        "{places:?}"
    );
}

#[test]
fn a_wrong_line_is_named() {
    let error = |line: &str| {
        let toml = format!(
            "[[class]]\nname = 'a.B'\n[[class.method]]\nsignature = 'void f()'\ncode = ['{line}']"
        );
        build(&toml, None).unwrap_err().to_string()
    };
    let place = "class a.B, method \"void f()\", code 1";
    for (line, why) in [
        ("jump end", "`jump end`: `jump` is no instruction"),
        (
            "call void a.B.g( with 1",
            "`call void a.B.g( with 1`: `)` is missing in `with 1`",
        ),
        (
            "call void g()",
            "`call void g()`: `g` does not name its class",
        ),
        (
            "call void a.B.g() with 1",
            "`call void a.B.g() with 1`: 1 arguments for 0 parameters",
        ),
        ("throw x", "no value is called `x`"),
        ("return 5", "the method returns nothing"),
        ("x = return", "gives no value to name"),
    ] {
        let separator = if why.starts_with('`') && why.contains(line) {
            " "
        } else {
            ": "
        };
        assert_eq!(error(line), format!("{place}{separator}{why}"));
    }
    assert_eq!(
        error("goto nowhere"),
        "class a.B, method \"void f()\": no label is called `nowhere`"
    );
}
