//! Small apps of the fixtures, and layouts written down in the tests.

use super::*;
use crate::container::Package;
use crate::decode::plainxml;
use crate::decode::resources::ResourceTable;
use crate::decode::{arsc, axml};
use crate::evidence::Gap;
use crate::limits::Limits;
use crate::manifest::Reader;

/// The layouts of a small app, as `facts` asks for them.
fn app(case: &str) -> (LayoutFacts, Vec<Gap>) {
    let limits = Limits::default();
    let file = format!(
        "{}/fixtures/flows/{case}/plain.apk",
        env!("CARGO_MANIFEST_DIR")
    );
    let package = Package::open(file.as_ref(), &limits).unwrap();
    let module = &package.modules[0];
    let table = module
        .read(module.entry("resources.arsc").unwrap())
        .unwrap();
    let table = arsc::parse(&table, &limits).unwrap();
    read(
        &package,
        &[Source {
            module: 0,
            table: &table,
        }],
        &limits,
    )
}

fn classes<'a>(views: impl IntoIterator<Item = &'a View>) -> Vec<&'a str> {
    views.into_iter().map(|view| view.class.as_str()).collect()
}

/// The views of a document as an Android library has it.
fn written(kind: LayoutKind, body: &str) -> Vec<View> {
    let text = body.replacen(
        ' ',
        " xmlns:android='http://schemas.android.com/apk/res/android' \
         xmlns:app='http://schemas.android.com/apk/res-auto' ",
        1,
    );
    let document = plainxml::parse(text.as_bytes(), &Limits::default()).unwrap();
    view::views(kind, &document.root, &Reader::new("res/layout/a.xml", &[]))
}

#[test]
fn a_layout_names_its_views_by_the_id_that_code_knows() {
    let (facts, gaps) = app("view-in-layout");
    assert_eq!(gaps, []);
    let names: Vec<&str> = facts.layouts.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["first", "second"]);
    let first = facts.layouts[0].id.unwrap();
    assert_eq!(
        classes(facts.of(first)),
        ["TextView", "com.example.trail.widget.CompassView"]
    );
    let compass = facts.of(first).last().unwrap();
    assert_eq!(compass.place.file, "res/layout/first.xml");
    assert_eq!(compass.place.line, Some(12));
    assert_eq!(
        compass.place.locator.as_deref(),
        Some("LinearLayout/com.example.trail.widget.CompassView[1]")
    );
    let trail = facts.of(first).next().unwrap();
    assert_eq!(trail.texts[0].text, "Trail");
}

#[test]
fn an_include_brings_in_the_views_of_another_layout() {
    let (facts, _) = app("view-in-included-layout");
    let first = facts.layouts[0].id.unwrap();
    assert_eq!(
        classes(facts.of(first)),
        [
            "include",
            "TextView",
            "com.example.trail.widget.CompassView"
        ]
    );
}

#[test]
fn a_layout_that_includes_itself_ends() {
    let view = |include| View {
        class: "include".to_owned(),
        include: Some(include),
        ..View::default()
    };
    let layout = |id, views| Layout {
        kind: LayoutKind::Layout,
        name: String::new(),
        id: Some(id),
        place: Place::default(),
        views,
    };
    let facts = LayoutFacts {
        layouts: vec![layout(1, vec![view(2), view(1)]), layout(2, vec![view(1)])],
    };
    assert_eq!(facts.of(1).count(), 3);
    assert_eq!(facts.of(3).count(), 0);
}

#[test]
fn a_fragment_and_a_click_are_named_by_attributes() {
    let (facts, _) = app("fragment-in-layout");
    let fragment = &facts.layouts[0].views[0];
    assert_eq!(fragment.class, "com.example.atlas.ContinentFragment");
    assert!(fragment.fragment);
    assert_eq!(fragment.id.as_deref(), Some("continent"));
    assert_eq!(fragment.resource, Some(0x7f01_0000));

    let (facts, _) = app("on-click-in-layout");
    assert_eq!(facts.layouts[0].views[0].on_click.as_deref(), Some("plant"));
}

#[test]
fn classes_stand_in_attributes_of_several_elements() {
    let views = written(
        LayoutKind::Layout,
        r"<merge ><view class='com.a.Map'/><fragment class='com.a.Home'/>
        <androidx.fragment.app.FragmentContainerView android:name='com.a.Feed'/>
        <androidx.fragment.app.FragmentContainerView android:id='@+id/host'/>
        <FrameLayout><requestFocus/><LinearLayout/></FrameLayout></merge>",
    );
    assert_eq!(
        classes(&views),
        [
            "com.a.Map",
            "com.a.Home",
            "com.a.Feed",
            "androidx.fragment.app.FragmentContainerView"
        ]
    );
    let fragments: Vec<bool> = views.iter().map(|view| view.fragment).collect();
    assert_eq!(fragments, [false, true, true, false]);
    assert_eq!(views[3].id.as_deref(), Some("host"));
}

#[test]
fn texts_ticks_and_clicks_are_kept_and_data_binding_is_not() {
    let views = written(
        LayoutKind::Layout,
        r"<LinearLayout ><CheckBox android:checked='true' android:text='I agree'/>
        <Button android:onClick='agree' android:hint='Go' android:contentDescription='Go'/>
        <Button android:onClick='@{() -> model.agree()}' android:text='@{model.text}'/></LinearLayout>",
    );
    assert_eq!(classes(&views), ["CheckBox", "Button"]);
    assert_eq!(views[0].checked, Some(true));
    assert_eq!(views[0].texts[0].text, "I agree");
    assert_eq!(views[1].on_click.as_deref(), Some("agree"));
    assert_eq!(views[1].texts.len(), 1, "each text once");
}

#[test]
fn a_navigation_graph_starts_at_one_destination_also_in_a_graph_inside() {
    let views = written(
        LayoutKind::Navigation,
        r"<navigation app:startDestination='@id/inner'>
        <fragment android:id='@+id/late' android:name='com.a.Late'>
          <action android:id='@+id/go' app:destination='@id/inner'/></fragment>
        <navigation android:id='@+id/inner' app:startDestination='@id/home'>
          <fragment android:id='@+id/home' android:name='com.a.Home'/>
          <dialog android:id='@+id/ask' android:name='com.a.Ask'/></navigation>
        <activity android:id='@+id/web' android:name='com.a.Web'/></navigation>",
    );
    let rows: Vec<_> = views
        .iter()
        .map(|view| (view.class.as_str(), view.fragment, view.start))
        .collect();
    assert_eq!(
        rows,
        [
            ("com.a.Late", true, false),
            ("com.a.Home", true, true),
            ("com.a.Ask", true, false),
            ("com.a.Web", false, false)
        ]
    );
    let facts = LayoutFacts {
        layouts: vec![Layout {
            kind: LayoutKind::Navigation,
            name: "main".to_owned(),
            id: Some(7),
            place: Place::default(),
            views,
        }],
    };
    assert_eq!(classes(facts.of(7)), ["com.a.Home"]);
}

#[test]
fn menus_and_preferences_have_items_with_classes_of_their_own() {
    let views = written(
        LayoutKind::Menu,
        r"<menu ><item android:title='Find' app:actionViewClass='com.a.FindView'/>
        <group><item android:onClick='share' android:title='Share'/></group></menu>",
    );
    assert_eq!(classes(&views), ["com.a.FindView", "item"]);
    assert_eq!(views[1].on_click.as_deref(), Some("share"));

    let views = written(
        LayoutKind::Preferences,
        r"<PreferenceScreen ><SwitchPreference android:key='ads' android:title='Ads'/>
        <Preference app:title='Account' android:fragment='com.a.Account'/></PreferenceScreen>",
    );
    assert_eq!(
        classes(&views),
        ["SwitchPreference", "Preference", "com.a.Account"]
    );
    assert_eq!(views[0].id.as_deref(), Some("ads"));
    assert_eq!(views[1].texts[0].text, "Account");
    assert!(views[2].fragment);
}

#[test]
fn other_files_of_the_type_xml_are_no_screens() {
    let root = |name: &str| {
        let text = format!("<{name}/>");
        plainxml::parse(text.as_bytes(), &Limits::default())
            .unwrap()
            .root
    };
    let kind = |name| view::kind_of("xml", &root(name));
    assert_eq!(kind("paths"), None);
    assert_eq!(kind("PreferenceScreen"), Some(LayoutKind::Preferences));
    assert_eq!(
        kind("androidx.preference.PreferenceScreen"),
        Some(LayoutKind::Preferences)
    );
}

#[test]
fn the_path_of_a_deep_element_keeps_its_end() {
    let deep = 150;
    let text = format!(
        "{}<Button android:text='x'/>{}",
        "<Nest>".repeat(deep),
        "</Nest>".repeat(deep)
    );
    let views = written(LayoutKind::Layout, &format!("<Root >{text}</Root>"));
    let path = views[0].place.locator.clone().unwrap();
    assert!(
        path.starts_with("…/") && path.ends_with("Nest[0]/Button[0]"),
        "{path}"
    );
    assert!(path.len() < 500);
}

#[test]
fn damaged_layouts_are_one_gap_and_not_an_end() {
    let limits = Limits::default();
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/fixtures/flows/view-in-layout/plain.apk"
    );
    let bytes = std::fs::read(file).unwrap();
    let package = Package::from_bytes("a.apk", bytes, &limits).unwrap();
    let module = &package.modules[0];
    let first = module
        .read(module.entry("res/layout/first.xml").unwrap())
        .unwrap();
    for end in 0..first.len() {
        // Whatever is left of it: never a panic.
        let Ok(document) = axml::parse(&first[..end], &limits) else {
            continue;
        };
        let tables: [&ResourceTable; 0] = [];
        view::views(
            LayoutKind::Layout,
            &document.root,
            &Reader::new("a", &tables),
        );
    }
    let table = module
        .read(module.entry("resources.arsc").unwrap())
        .unwrap();
    let table = arsc::parse(&table, &limits).unwrap();
    let tight = Limits {
        tree_nodes: 3,
        ..Limits::default()
    };
    let (facts, gaps) = read(
        &package,
        &[Source {
            module: 0,
            table: &table,
        }],
        &tight,
    );
    assert_eq!(facts.layouts, []);
    assert_eq!(gaps.len(), 1);
    assert!(gaps[0].detail.contains("2 files"), "{gaps:?}");

    let tight = Limits {
        listed: 1,
        ..Limits::default()
    };
    let (facts, gaps) = read(
        &package,
        &[Source {
            module: 0,
            table: &table,
        }],
        &tight,
    );
    assert_eq!(facts.layouts.len(), 1);
    assert_eq!(gaps.len(), 1);
}
