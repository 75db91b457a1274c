//! Layouts and manifests without end.

use std::time::Instant;

use apkaudit::container::Package;
use apkaudit::facts::{Facts, Options, extract};
use apkaudit::limits::Limits;
use apkaudit::manifest::ManifestFacts;
use apkaudit::program::Phase;
use apkaudit::sample;

use super::super::dex::{APP, Code, DIRECT, Forge, PUBLIC, VIRTUAL, indexed, invoke, text};
use super::{analysed_with, at_start, device_id, ended, in_time};

fn facts(toml: &str) -> Facts {
    let sample = sample::build(toml, None).unwrap();
    let limits = Limits::default();
    let start = Instant::now();
    let package = Package::from_bytes(&sample.file_name, sample.bytes, &limits).unwrap();
    let facts = extract(&package, &limits, &Options::default());
    in_time(start);
    facts
}

const LAUNCHER: &str = r#"
[[component]]
kind = "activity"
class = "a.Main"
filters = [{ actions = ["android.intent.action.MAIN"], categories = ["android.intent.category.LAUNCHER"] }]
"#;

#[test]
fn layouts_that_include_each_other_end() {
    const LAYOUTS: usize = 100;
    const SCHEMA: &str = "http://schemas.android.com/apk/res/android";
    let include = |n: usize| format!("<include layout=\"@layout/l{}\"/>", n % LAYOUTS);
    let file = |n: usize| {
        let includes: Vec<String> = (0..100).map(|m| include(n * m + 1)).collect();
        let views = format!("<a.Own android:onClick=\"tap\"/>{}", includes.concat());
        let layout = format!("<LinearLayout xmlns:android=\"{SCHEMA}\">{views}</LinearLayout>");
        format!("\"res/layout/l{n}.xml\" = '{layout}'")
    };
    let shows = |n: usize| {
        let method = "void android.app.Activity.setContentView(int)";
        let id = 0x7f01_0000 + n;
        format!("\"const {id}\", \"call-virtual {method} on this with it\"")
    };
    let files: Vec<String> = (0..LAYOUTS).map(file).collect();
    let shown: Vec<String> = (0..LAYOUTS).map(shows).collect();
    let facts = facts(&format!(
        r#"
        package = "a"
        {LAUNCHER}
        [files]
        {}
        [[class]]
        name = "a.Main"
        extends = "android.app.Activity"
        [[class.method]]
        signature = "void onCreate(android.os.Bundle b)"
        code = [{}]
        [[class]]
        name = "a.Own"
        extends = "android.view.View"
        [[class.method]]
        signature = "void onAttachedToWindow()"
        code = ["call-virtual java.lang.String android.telephony.TelephonyManager.getDeviceId()"]
        "#,
        files.join("\n"),
        shown.join(", "),
    ));
    assert_eq!(facts.layouts.layouts.len(), LAYOUTS);
    assert_eq!(facts.program.uses[0].phase, Phase::FirstScreen);
}

#[test]
fn a_hundred_thousand_components_end() {
    let one = facts(&format!("package = \"a\"{LAUNCHER}"));
    let mut manifest = ManifestFacts::default();
    manifest.application.class = Some("a.App".to_owned());
    manifest.components = (0..100_000)
        .map(|n| {
            let mut component = one.components[0].clone();
            component.class = format!("a.C{}", n % 30_000);
            component.intent_filters[0].actions = vec!["a.GO".to_owned()];
            component
        })
        .collect();
    // All are started by one action, from many places.
    const INTENT: &str = "Landroid/content/Intent;";
    let mut forge = Forge::default();
    let mut units = device_id(&mut forge);
    let new = forge.method(INTENT, "<init>", "(Ljava/lang/String;)V");
    let start = forge.method(APP, "startActivity", "(Landroid/content/Intent;)V");
    for _ in 0..1_000 {
        units.extend(indexed(0x22, 0, forge.of(INTENT)));
        units.extend(text(1, forge.string("a.GO")));
        units.extend(invoke(DIRECT, new, &[0, 1]));
        units.extend(invoke(VIRTUAL, start, &[2, 0]));
    }
    forge.app(Code::of_object(3, ended(units)));
    for n in 0..30_000 {
        forge.class(&format!("La/C{n};"), PUBLIC, "Landroid/app/Activity;", &[]);
    }
    let facts = analysed_with(&manifest, &[forge.finish()]);
    assert_eq!(at_start(&facts), 1);
}
