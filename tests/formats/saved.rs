//! A saved result gives every report again, byte for byte.

use apkaudit::catalog::Lang;
use apkaudit::report::{Format, RunResult, View, render};

use super::{VIEW, checked, shown};

#[test]
fn a_saved_result_gives_the_same_bytes_in_every_format_and_language() {
    let result = checked(&[
        "fixtures/apps/shop/shop.apk",
        "fixtures/hostile/truncated.apk",
        "fixtures/apps/bundle/bundle.aab",
    ]);
    let saved: RunResult = serde_json::from_str(&shown(&result, Format::Json)).unwrap();
    for format in Format::ALL {
        for lang in [Lang::Zh, Lang::En] {
            let view = View { lang, ..VIEW };
            let first = render(&result, *format, &view).unwrap();
            assert!(!first.is_empty(), "{format:?}");
            let again = render(&saved, *format, &view).unwrap();
            assert!(first == again, "{format:?} in {lang:?}");
        }
    }
}

#[test]
fn a_result_without_facts_gives_no_bill_of_materials() {
    let mut result = checked(&["fixtures/apps/clean/clean.apk"]);
    for input in &mut result.inputs {
        input.facts = None;
    }
    let unfit = render(&result, Format::CycloneDx, &VIEW).unwrap_err();
    assert!(unfit.to_string().contains("saved without them"), "{unfit}");
}

#[test]
fn facts_alone_give_no_report_of_findings() {
    let mut result = checked(&["fixtures/apps/clean/clean.apk"]);
    result.gate = None;
    for format in Format::ALL {
        let rendered = render(&result, *format, &VIEW);
        assert_eq!(rendered.is_err(), format.needs_findings(), "{format:?}");
    }
}
