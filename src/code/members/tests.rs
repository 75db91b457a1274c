//! The same classes as DEX and as class files.

use rustc_hash::FxHashSet;

use super::in_class_file;
use crate::code::{self, Constant, Wanted};
use crate::container::Package;
use crate::decode::classfile::ClassFile;
use crate::evidence::{GapKind, Place};
use crate::limits::Limits;
use crate::sample;

const CLASSES: &str = r#"
    [[class]]
    name = "com.vendor.sdk.Version"
    fields = [
        'static final java.lang.String NAME = "7.1.3"',
        "static final int CODE = 7103",
        "static final long BIG = 50000000000",
        "static java.lang.String LATER",
        "static java.lang.String UNKNOWN",
        'static java.lang.String UNWANTED = "x"',
        'java.lang.String instance',
    ]
    [[class.method]]
    signature = "static void <clinit>()"
    code = [
        'const-string "8.0"',
        "put-static java.lang.String com.vendor.sdk.Version.LATER with it",
        "call java.lang.String com.vendor.sdk.Native.version()",
        "put-static java.lang.String com.vendor.sdk.Version.UNKNOWN with it",
    ]
    [[class.method]]
    signature = "java.lang.String getVersion()"
    code = ['const-string "9.4.2"', "return it"]
    [[class.method]]
    signature = "static java.lang.String getVersion(int kind)"
    code = ["get-static java.lang.String com.vendor.sdk.Version.NAME", "return it"]
    [[class.method]]
    signature = "int getCode()"
    code = ["const 940", "return it"]
    [[class.method]]
    signature = "java.lang.String getChosen(java.lang.String other)"
    code = [
        'name = const-string "1.0"',
        "if not other goto end",
        "return other",
        "end:",
        "return name",
    ]
    [[class]]
    name = "com.vendor.sdk.Other"
    fields = ['static final java.lang.String NAME = "0"']
"#;

const MEMBERS: [&str; 9] = [
    "NAME",
    "CODE",
    "BIG",
    "LATER",
    "UNKNOWN",
    "instance",
    "getVersion",
    "getCode",
    "getChosen",
];

fn wanted() -> Wanted {
    let members = MEMBERS.map(|member| ("com.vendor.sdk.Version", member));
    members
        .into_iter()
        .chain([("com.vendor.sdk.Missing", "NAME")])
        .collect()
}

fn read(kind: &str, limits: &Limits) -> (Vec<Constant>, Vec<GapKind>) {
    let sample = sample::build(&format!("kind = \"{kind}\"\n{CLASSES}"), None).unwrap();
    let package = Package::from_bytes(&sample.file_name, sample.bytes, limits).unwrap();
    let (facts, gaps, _) = code::read(&package, &code::load(&package), limits, &wanted());
    let gaps = gaps.into_iter().map(|gap| gap.kind).collect();
    (facts.constants, gaps)
}

#[test]
fn constants_are_read_from_fields_initialisers_and_methods() {
    for (kind, file) in [
        ("apk", "classes.dex"),
        ("aar", "classes.jar!/com/vendor/sdk/Version.class"),
    ] {
        let (constants, gaps) = read(kind, &Limits::default());
        let shown: Vec<_> = constants
            .iter()
            .map(|constant| (constant.member.as_str(), constant.value.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("BIG", "50000000000"),
                ("CODE", "7103"),
                ("LATER", "8.0"),
                ("NAME", "7.1.3"),
                ("getCode", "940"),
                ("getVersion", "7.1.3"),
                ("getVersion", "9.4.2"),
            ],
            "{kind}"
        );
        assert_eq!(constants[3].class, "com.vendor.sdk.Version");
        assert_eq!(constants[3].place.file, file);
        assert_eq!(
            constants[3].place.locator.as_deref(),
            Some("com.vendor.sdk.Version.NAME")
        );
        assert_eq!(gaps, []);
    }
}

#[test]
fn damage_is_no_panic() {
    let limits = Limits::default();
    let sample = sample::build(CLASSES, None).unwrap();
    let package = Package::from_bytes(&sample.file_name, sample.bytes, &limits).unwrap();
    let module = &package.modules[0];
    let good = module.read(module.entry("classes.dex").unwrap()).unwrap();
    let place = Place::file("classes.dex");
    let mut changed = 0;
    for at in 0..good.len() {
        let mut damaged = good.clone();
        damaged[at] ^= [0x01, 0x80, 0xff][at % 3];
        let read = code::dex::read(&place, &damaged, &limits, &wanted());
        changed += usize::from(read.members.len() != 7);
    }
    assert!(changed > 100, "{changed} of the damaged files say less");

    let jar = sample::build(&format!("kind = \"aar\"\n{CLASSES}"), None).unwrap();
    let package = Package::from_bytes(&jar.file_name, jar.bytes, &limits).unwrap();
    let library = package.nested()[0].module.as_ref().unwrap();
    let entry = library.entry("com/vendor/sdk/Version.class").unwrap();
    let good = library.read(entry).unwrap();
    let members = FxHashSet::from_iter(MEMBERS.map(str::to_owned));
    let mut changed = 0;
    for at in 0..good.len() {
        let mut damaged = good.clone();
        damaged[at] ^= [0x01, 0x80, 0xff][at % 3];
        let found = ClassFile::parse(&damaged).and_then(|class| in_class_file(&class, &members));
        changed += usize::from(found.is_ok_and(|found| found.len() != 7));
    }
    assert!(changed > 20, "{changed} of the damaged files say less");
}

#[test]
fn more_constants_than_the_limit_leave_a_gap() {
    let limits = Limits {
        listed: 2,
        ..Limits::default()
    };
    let (constants, gaps) = read("apk", &limits);
    assert_eq!(constants.len(), 2);
    assert!(gaps.contains(&GapKind::Limit));
}
