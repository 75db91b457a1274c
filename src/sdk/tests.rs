//! The rules of resolution, each on a catalogue of a few entries.

use std::sync::Arc;

use super::*;
use crate::catalog::{Library, Sdk, read};

fn sdk(id: &str, evidence: &str) -> Sdk {
    let text = format!(
        r#"
name_en = "{id}"
category = "push"
vendor_en = "Vendor"
country = "CN"
purpose_en = "p"
purpose_zh = "p"
source = "test"
certainty = "memory"
data = {{ source = "test", certainty = "memory" }}
{evidence}
"#
    );
    let sdk: Sdk = read("test.toml", &Arc::from(text)).unwrap_or_else(|fault| panic!("{fault}"));
    Sdk {
        id: id.to_owned(),
        ..sdk
    }
}

fn proof(id: &str, keys: &str) -> Sdk {
    sdk(
        id,
        &format!("[evidence]\nsource = \"x.jar\"\ncertainty = \"artefact\"\n{keys}"),
    )
}

fn catalogue(sdks: Vec<Sdk>) -> Sdks {
    let mut sdks = sdks;
    sdks.sort_by(|a, b| a.id.cmp(&b.id));
    Sdks {
        sdks,
        ..Sdks::default()
    }
}

/// A package with these classes (sorted) and nothing else.
fn classes<'a>(names: &[&'a str]) -> Seen<'a> {
    let mut classes: Vec<_> = names.iter().map(|name| (*name, "classes.dex")).collect();
    classes.sort_unstable();
    Seen {
        package: "com.example.app",
        classes,
        ..Seen::default()
    }
}

fn run(seen: &Seen<'_>, catalogue: &Sdks) -> SdkFacts {
    detect(seen, catalogue, &|_| None).0
}

fn statuses(facts: &SdkFacts) -> Vec<(&str, Status)> {
    let found = facts.found.iter();
    found.map(|sdk| (sdk.id.as_str(), sdk.status)).collect()
}

#[test]
fn classes_below_a_prefix_prove_presence() {
    let all = catalogue(vec![proof("push", "classes = [\"cn.push\"]")]);
    let facts = run(&classes(&["cn.push.A", "cn.push.B"]), &all);
    assert_eq!(statuses(&facts), [("push", Status::Present)]);
    assert_eq!(facts.found[0].classes, 2);
    assert_eq!(facts.classes.sdks, 2);
}

#[test]
fn a_prefix_ends_at_the_end_of_a_name_part() {
    let all = catalogue(vec![proof("dv", "classes = [\"com.dv\"]")]);
    let facts = run(&classes(&["com.dvx.A", "com.dvx.B", "com.dvx.C"]), &all);
    assert_eq!(statuses(&facts), []);
}

#[test]
fn the_longest_prefix_has_the_class() {
    let all = catalogue(vec![
        proof(
            "ads",
            "classes = [\"com.g.ads\"]\nexclude = [\"com.g.ads.media\"]",
        ),
        proof("ima", "classes = [\"com.g.ads.media.ima\"]"),
    ]);
    let facts = run(
        &classes(&["com.g.ads.media.ima.A", "com.g.ads.media.ima.B"]),
        &all,
    );
    assert_eq!(statuses(&facts), [("ima", Status::Present)]);
    let facts = run(&classes(&["com.g.ads.media.A", "com.g.ads.media.B"]), &all);
    assert_eq!(statuses(&facts), [], "excluded, and nobody's");
}

#[test]
fn one_class_may_be_a_stub() {
    let all = catalogue(vec![
        proof("plain", "classes = [\"cn.push\"]"),
        proof(
            "guarded",
            "classes = [\"cn.guard\"]\nmin_classes = 5\nsentinels = [\"cn.guard.Core\"]",
        ),
    ]);
    let facts = run(&classes(&["cn.push.A"]), &all);
    assert_eq!(statuses(&facts), [("plain", Status::Likely)]);
    let facts = run(&classes(&["cn.guard.A", "cn.guard.B"]), &all);
    assert_eq!(statuses(&facts), []);
    let facts = run(&classes(&["cn.guard.Core"]), &all);
    assert_eq!(statuses(&facts), [("guarded", Status::Present)]);
}

#[test]
fn what_is_only_named_is_reported_apart() {
    let all = catalogue(vec![proof("net", "classes = [\"com.net.ads\"]")]);
    let mut seen = classes(&["com.example.app.Main"]);
    seen.referenced = vec![("com.net.ads.Banner", "classes.dex")];
    let facts = run(&seen, &all);
    assert_eq!(statuses(&facts), [("net", Status::ReferenceOnly)]);
    assert_eq!(facts.found[0].evidence[0].kind, TraceKind::Reference);
}

#[test]
fn one_weak_kind_makes_likely_and_two_prove() {
    let all = catalogue(vec![proof(
        "face",
        "classes = [\"com.face\"]\nlibraries = [\"libface*.so\"]\nmeta_data = [\"FACE_KEY\"]\njni = [\"com.face.jni\"]",
    )]);
    let place = Place::file("lib/arm64-v8a/libface2.so");
    let mut seen = classes(&[]);
    seen.libraries = vec![Named {
        name: "libface2.so",
        place: &place,
    }];
    seen.jni = vec![Named {
        name: "com.face.jni.Native",
        place: &place,
    }];
    let facts = run(&seen, &all);
    assert_eq!(
        statuses(&facts),
        [("face", Status::Likely)],
        "name and exports of one library are one piece"
    );
    let manifest = Place::file("AndroidManifest.xml");
    seen.meta_data = vec![(
        Named {
            name: "FACE_KEY",
            place: &manifest,
        },
        Some("1"),
    )];
    assert_eq!(statuses(&run(&seen, &all)), [("face", Status::Present)]);
}

#[test]
fn a_component_proves_without_any_code() {
    let all = catalogue(vec![proof(
        "push",
        "classes = [\"cn.push\"]\ncomponents = [\"*.wxapi.Entry\"]",
    )]);
    let manifest = Place::file("AndroidManifest.xml");
    for class in ["cn.push.Service", "com.example.app.wxapi.Entry"] {
        let mut seen = classes(&[]);
        seen.components = vec![SeenComponent {
            named: Named {
                name: class,
                place: &manifest,
            },
            target: None,
            enabled: true,
            open: false,
            runs_first: false,
            woken_by: None,
        }];
        let facts = run(&seen, &all);
        assert_eq!(statuses(&facts), [("push", Status::Present)], "{class}");
    }
}

#[test]
fn a_library_that_only_declares_a_component_expects_it_of_the_app() {
    let all = catalogue(vec![proof("fcm", "classes = [\"com.fcm\"]")]);
    let manifest = Place::file("AndroidManifest.xml");
    let mut seen = classes(&["cn.push.A"]);
    seen.components = vec![SeenComponent {
        named: Named {
            name: "com.fcm.Receiver",
            place: &manifest,
        },
        target: None,
        enabled: true,
        open: false,
        runs_first: false,
        woken_by: None,
    }];
    assert_eq!(statuses(&run(&seen, &all)), [("fcm", Status::Present)]);
    seen.package = "";
    assert_eq!(
        statuses(&run(&seen, &all)),
        [("fcm", Status::ReferenceOnly)]
    );
}

#[test]
fn names_that_nobody_confirmed_prove_nothing() {
    let all = catalogue(vec![
        sdk(
            "listed",
            "[evidence]\nsource = \"a list\"\ncertainty = \"list\"\nclasses = [\"com.listed\"]",
        ),
        sdk(
            "generic",
            "[evidence]\nsource = \"lists\"\ncertainty = \"lists\"\nclasses = [\"com.generic.sdk\"]\n[weak]\nsource = \"lists\"\nclasses = [\"com.component\"]\nmeta_data = [\"KEY\"]",
        ),
    ]);
    let facts = run(
        &classes(&["com.listed.A", "com.listed.B", "com.component.A"]),
        &all,
    );
    assert_eq!(statuses(&facts), [("listed", Status::Likely)]);
    let manifest = Place::file("AndroidManifest.xml");
    let mut seen = classes(&["com.component.A"]);
    seen.meta_data = vec![(
        Named {
            name: "KEY",
            place: &manifest,
        },
        None,
    )];
    assert_eq!(
        statuses(&run(&seen, &all)),
        [("generic", Status::Likely)],
        "two generic names of different kinds"
    );
}

#[test]
fn a_bundled_namespace_is_no_sdk_of_its_own() {
    let all = catalogue(vec![
        proof(
            "oaid",
            "classes = [\"com.bun\"]\nbundles = [\"com.h.ads.id\"]",
        ),
        proof("h-ads", "classes = [\"com.h.ads\"]"),
    ]);
    let with = ["com.bun.A", "com.bun.B", "com.h.ads.id.A", "com.h.ads.id.B"];
    let facts = run(&classes(&with), &all);
    assert_eq!(
        statuses(&facts),
        [("h-ads", Status::PartOf), ("oaid", Status::Present)]
    );
    assert_eq!(facts.found[0].part_of.as_deref(), Some("oaid"));
    let both: Vec<&str> = with.into_iter().chain(["com.h.ads.View"]).collect();
    let facts = run(&classes(&both), &all);
    assert_eq!(
        statuses(&facts),
        [("h-ads", Status::Present), ("oaid", Status::Present)]
    );
    let facts = run(&classes(&with[2..]), &all);
    assert_eq!(statuses(&facts), [("h-ads", Status::Present)]);
}

#[test]
fn a_common_namespace_has_the_owner_that_is_inside() {
    let all = catalogue(vec![
        proof("a", "classes = [\"com.a\"]\nshared = [\"org.agoo\"]"),
        proof("b", "classes = [\"com.b\"]\nshared = [\"org.agoo\"]"),
    ]);
    let agoo = [
        "org.agoo.A",
        "org.agoo.B",
        "org.agoo.C",
        "org.agoo.D",
        "org.agoo.E",
    ];
    let names: Vec<&str> = agoo.into_iter().chain(["com.a.A", "com.a.B"]).collect();
    let seen = classes(&names);
    let (facts, owners) = detect(&seen, &all, &|_| None);
    assert_eq!(statuses(&facts), [("a", Status::Present)]);
    assert_eq!(owners.of("org.agoo.A"), "sdk:a");
    let facts = run(&classes(&agoo), &all);
    assert_eq!(statuses(&facts), []);
    assert_eq!(facts.unknown[0].name, "org.agoo");
    assert_eq!(facts.unknown[0].candidates, ["a", "b"]);
}

#[test]
fn a_stub_of_a_packer_brings_its_own() {
    let all = catalogue(vec![proof("bugly", "classes = [\"com.bugly\"]")]);
    let mut seen = classes(&["com.bugly.A", "com.bugly.B"]);
    let brings = ["bugly".to_owned()];
    seen.packers = vec![("legu", &brings)];
    seen.incomplete = true;
    let facts = run(&seen, &all);
    assert_eq!(statuses(&facts), [("bugly", Status::PartOf)]);
    assert_eq!(facts.found[0].part_of.as_deref(), Some("legu"));
    assert!(facts.incomplete);
}

#[test]
fn an_app_is_no_sdk_in_itself() {
    let all = catalogue(vec![
        proof("map", "classes = [\"com.t.map\"]"),
        proof("location", "classes = [\"com.t.map.geo\"]"),
    ]);
    let mut seen = classes(&["com.t.map.Main", "com.t.map.More", "com.t.other.A"]);
    seen.package = "com.t.map";
    let facts = run(&seen, &all);
    assert_eq!(statuses(&facts), []);
    assert_eq!(facts.classes.app, 3);
}

#[test]
fn a_generic_name_alone_says_nothing() {
    let weak = "[evidence]\nsource = \"\"\ncertainty = \"memory\"\nclasses = [\"com.guess\"]\nmin_classes = 9\n[weak]\nsource = \"\"\nlibraries = [\"libmain.so\"]";
    let all = catalogue(vec![sdk("guess", weak)]);
    let place = Place::file("lib/arm64-v8a/libmain.so");
    let mut seen = classes(&["com.guess.Stub"]);
    seen.libraries = vec![Named {
        name: "libmain.so",
        place: &place,
    }];
    assert_eq!(statuses(&run(&seen, &all)), []);
}

#[test]
fn a_component_counts_once_however_it_is_found() {
    let all = catalogue(vec![proof(
        "push",
        "classes = [\"cn.push\"]\ncomponents = [\"cn.push.A\", \"cn.push.B\"]",
    )]);
    let manifest = Place::file("AndroidManifest.xml");
    let mut seen = classes(&[]);
    seen.components = ["cn.push.A", "cn.push.B"]
        .map(|name| component(name, &manifest))
        .into();
    let facts = run(&seen, &all);
    assert_eq!(facts.found[0].evidence[0].count, 2);
}

#[test]
fn a_component_of_a_bundled_namespace_counts_without_the_bundler() {
    let all = catalogue(vec![
        proof(
            "oaid",
            "classes = [\"com.bun\"]\nbundles = [\"com.h.ads.id\"]",
        ),
        proof("h-ads", "classes = [\"com.h.ads\"]"),
    ]);
    let manifest = Place::file("AndroidManifest.xml");
    let mut seen = classes(&[]);
    seen.components = vec![component("com.h.ads.id.Service", &manifest)];
    assert_eq!(statuses(&run(&seen, &all)), [("h-ads", Status::Present)]);
}

#[test]
fn an_app_below_the_prefix_of_an_sdk_can_hold_that_sdk() {
    let all = catalogue(vec![proof("dcloud", "classes = [\"io.dc\"]")]);
    let mut seen = classes(&["io.dc.UNI1.Main", "io.dc.feature.A", "io.dc.feature.B"]);
    seen.package = "io.dc.UNI1";
    let facts = run(&seen, &all);
    assert_eq!(statuses(&facts), [("dcloud", Status::Present)]);
    assert_eq!(facts.found[0].classes, 2);
}

#[test]
fn a_name_of_a_hundred_thousand_parts_costs_no_more_than_its_length() {
    let all = catalogue(vec![proof("push", "classes = [\"cn.push\"]")]);
    let long = "a.".repeat(500_000);
    let seen = classes(&[long.as_str(), "cn.push.A", "cn.push.B"]);
    let facts = run(&seen, &all);
    assert_eq!(statuses(&facts), [("push", Status::Present)]);
}

fn component<'a>(name: &'a str, place: &'a Place) -> SeenComponent<'a> {
    SeenComponent {
        named: Named { name, place },
        target: None,
        enabled: true,
        open: false,
        runs_first: false,
        woken_by: None,
    }
}

#[test]
fn every_class_has_an_owner() {
    let mut all = catalogue(vec![proof("push", "classes = [\"cn.push\"]")]);
    all.libraries = vec![
        read::<Library>(
            "l.toml",
            &Arc::from(
                "id = \"okhttp\"\nname = \"OkHttp\"\nclasses = [\"okhttp3\"]\nsource = \"\"\ncertainty = \"memory\"",
            ),
        )
        .unwrap(),
    ];
    let mut names = vec![
        "com.example.app.Main",
        "com.example.lib.Other",
        "cn.push.A",
        "cn.push.B",
        "okhttp3.Call",
        "a.b.c",
        "net.unknown.few.A",
    ];
    let many: Vec<String> = (0..7).map(|n| format!("net.maker.ads.C{n}")).collect();
    names.extend(many.iter().map(String::as_str));
    let seen = classes(&names);
    let (facts, owners) = detect(&seen, &all, &|_| None);
    let counts = ClassCounts {
        app: 2,
        sdks: 2,
        libraries: 1,
        unknown: 8,
        renamed: 1,
    };
    assert_eq!(facts.classes, counts);
    assert_eq!(facts.unknown.len(), 1, "{:?}", facts.unknown);
    assert_eq!(facts.unknown[0].name, "net.maker.ads");
    for (class, owner) in [
        ("com.example.app.Main", "app"),
        ("cn.push.A", "sdk:push"),
        ("okhttp3.Call", "library:okhttp"),
        ("net.maker.ads.C1", "root:net.maker.ads"),
        ("a.b.c", "unknown"),
        ("android.app.Activity", "platform"),
    ] {
        assert_eq!(owners.of(class), owner);
    }
}

#[test]
fn a_library_is_the_app_itself_in_the_package_of_its_maker() {
    let mut all = catalogue(vec![]);
    all.libraries = vec![
        read::<Library>(
            "l.toml",
            &Arc::from(
                "id = \"maker\"\nname = \"Maker\"\nclasses = [\"com.example.app\", \"net.maker.wifi\"]\nsource = \"\"\ncertainty = \"memory\"",
            ),
        )
        .unwrap(),
    ];
    let seen = classes(&["com.example.app.Main", "net.maker.wifi.Scan"]);
    let (_, owners) = detect(&seen, &all, &|_| None);
    assert_eq!(owners.of("com.example.app.Main"), "app");
    assert_eq!(owners.of("net.maker.wifi.Scan"), "app");
}

#[test]
fn versions_are_read_where_the_entry_says() {
    let place = Place::file("classes.dex");
    let mut push = proof("push", "classes = [\"cn.push\"]");
    push.version = read::<Versions>(
        "v.toml",
        &Arc::from(
            "[[version]]\nclass = \"cn.push.Const\"\nfield = \"VERSION\"\n[[version]]\nfile = \"push.properties\"\nkey = \"version\"\n[[version]]\nlibrary = \"libpush([0-9]+)[.]so\"",
        ),
    )
    .unwrap()
    .version;
    #[derive(serde::Deserialize)]
    struct Versions {
        version: Vec<crate::catalog::VersionSource>,
    }
    let all = catalogue(vec![push]);
    let mut seen = classes(&["cn.push.A", "cn.push.Const"]);
    let value = |facts: SdkFacts| facts.found[0].version.clone().map(|v| v.value);
    assert_eq!(value(run(&seen, &all)), None);
    let library = Place::file("lib/arm64-v8a/libpush312.so");
    seen.libraries = vec![Named {
        name: "libpush312.so",
        place: &library,
    }];
    assert_eq!(value(run(&seen, &all)).as_deref(), Some("312"));
    let text = |path: &str| {
        (path == "push.properties")
            .then(|| ("a=b\nversion = 3.1.1\n".to_owned(), Place::file(path)))
    };
    assert_eq!(
        value(detect(&seen, &all, &text).0).as_deref(),
        Some("3.1.1")
    );
    seen.constants = vec![SeenConstant {
        class: "cn.push.Const",
        member: "VERSION",
        value: "3.1.2",
        place: &place,
    }];
    assert_eq!(
        value(detect(&seen, &all, &text).0).as_deref(),
        Some("3.1.2")
    );
}

#[test]
fn a_version_is_what_follows_the_name() {
    let place = Place::file("classes.dex");
    let mut push = proof("push", "classes = [\"cn.push\"]");
    push.version = vec![crate::catalog::VersionSource {
        class: Some("cn.push.Const".to_owned()),
        field: Some("VERSION".to_owned()),
        ..crate::catalog::VersionSource::default()
    }];
    let all = catalogue(vec![push]);
    for (text, version) in [
        ("GTC-3.2.18.0", Some("3.2.18.0")),
        ("android 5.3.1", Some("5.3.1")),
        ("v2.0-beta1", Some("2.0-beta1")),
        ("4_0_0", Some("4.0.0")),
        ("unknown", None),
        ("3.0 built at noon", None),
    ] {
        let mut seen = classes(&["cn.push.A", "cn.push.Const"]);
        seen.constants = vec![SeenConstant {
            class: "cn.push.Const",
            member: "VERSION",
            value: text,
            place: &place,
        }];
        let facts = run(&seen, &all);
        let found = facts.found[0].version.as_ref().map(|v| v.value.as_str());
        assert_eq!(found, version, "{text}");
    }
}

#[test]
fn versions_are_compared_by_number() {
    for (version, floor) in [
        ("1.9", "1.10"),
        ("2.0.0-beta1", "2.0.0"),
        ("v3.1", "3.1.1"),
        ("4", "4.0.1"),
    ] {
        assert!(is_below(version, floor), "{version} {floor}");
        assert!(!is_below(floor, version), "{floor} {version}");
    }
    for (a, b) in [("1.2", "1.2.0"), ("5.0", "5"), ("unknown", "1.0")] {
        assert!(!is_below(a, b) && !is_below(b, a), "{a} {b}");
    }
}
