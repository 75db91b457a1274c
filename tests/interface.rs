//! What screens offer and ask, in two small shops: one in order and one that
//! is not, and in apps that are described here.

use std::path::Path;

use apkaudit::container::Package;
use apkaudit::evidence::{Gap, GapKind, Part};
use apkaudit::facts::{Options, extract};
use apkaudit::interface::{DialogKind, InterfaceFacts, ScreenKind, Strength, Via};
use apkaudit::limits::Limits;
use apkaudit::sample;

fn of(package: &Package, limits: &Limits) -> (InterfaceFacts, Vec<Gap>) {
    let facts = extract(package, limits, &Options::default());
    let gaps = facts.gaps.into_iter();
    let gaps = gaps.filter(|gap| gap.part == Part::Interface).collect();
    (facts.interface, gaps)
}

fn fixture(name: &str) -> (InterfaceFacts, Vec<Gap>) {
    let limits = Limits::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/apps");
    let package = Package::open(&folder.join(name), &limits).unwrap();
    of(&package, &limits)
}

fn described(app: &str) -> (InterfaceFacts, Vec<Gap>) {
    let limits = Limits::default();
    let sample = sample::build(app, None).unwrap_or_else(|error| panic!("{error}"));
    let package = Package::from_bytes("sample.apk", sample.bytes, &limits).unwrap();
    of(&package, &limits)
}

/// A layout with these views in it.
fn layout(name: &str, views: &str) -> String {
    format!(
        "\"res/layout/{name}.xml\" = '''<LinearLayout \
         xmlns:android=\"http://schemas.android.com/apk/res/android\">{views}</LinearLayout>'''\n"
    )
}

fn strength(facts: &InterfaceFacts, topic: &str) -> Option<Strength> {
    let mut topics = facts.topics.iter();
    topics
        .find(|found| found.topic == topic)
        .map(|found| found.strength)
}

#[test]
fn a_shop_in_order_offers_what_its_users_may_ask_for() {
    let (facts, gaps) = fixture("clean-shop/clean-shop.apk");
    assert_eq!(gaps, []);
    for topic in [
        "sign-in",
        "account-deletion",
        "withdrawal",
        "complaint",
        "personalisation-switch",
        "policy-link",
    ] {
        assert_eq!(strength(&facts, topic), Some(Strength::Clear), "{topic}");
    }
    assert!(facts.dialogs.iter().all(|d| d.kind == DialogKind::Pair));
    assert!(!facts.dialogs.is_empty() && facts.ticked.is_empty());
    let from = |kind| facts.policy_links.iter().any(|link| link.from == kind);
    assert!(from(ScreenKind::Launcher) && from(ScreenKind::SignIn) && from(ScreenKind::Settings));
}

#[test]
fn another_shop_has_sign_in_and_no_way_out() {
    let (facts, _) = fixture("shop/shop.apk");
    assert_eq!(strength(&facts, "sign-in"), Some(Strength::Clear));
    assert_eq!(strength(&facts, "account-deletion"), None);
    assert_eq!(strength(&facts, "withdrawal"), None);
    assert!(facts.searched.iter().all(|part| part.count > 0));
}

#[test]
fn a_text_that_nothing_shows_is_weak_and_one_of_a_library_is_none() {
    let strings = "[strings]\nold_page = \"Delete my account\"\ncom_facebook_x = \"Sign in\"\n";
    let (facts, _) = described(strings);
    assert_eq!(strength(&facts, "account-deletion"), Some(Strength::Weak));
    assert_eq!(strength(&facts, "sign-in"), None);
    // Code of the app's own that names the resource shows it.
    let used = format!(
        "{strings}[[class]]\nname = \"com.example.app.Account\"\n[[class.method]]\n\
         signature = \"void show()\"\ncode = [\"const {}\"]\n",
        0x7f01_0001
    );
    let (facts, _) = described(&used);
    assert_eq!(strength(&facts, "account-deletion"), Some(Strength::Clear));
    assert_eq!(facts.topics[0].evidence[0].screen, "Account");
}

#[test]
fn a_path_in_code_is_an_address_and_a_key_is_nothing() {
    let app = "[[class]]\nname = \"com.example.app.Api\"\n[[class.method]]\n\
               signature = \"void call()\"\n\
               code = ['const-string \"account/delete\"', 'const-string \"login\"']\n";
    let (facts, _) = described(app);
    assert_eq!(facts.topics.len(), 1);
    assert_eq!(facts.topics[0].evidence[0].via, Via::Endpoint);
    assert_eq!(
        facts.topics[0].evidence[0].place.locator.as_deref(),
        Some("com.example.app.Api.call")
    );
}

#[test]
fn a_text_in_code_that_no_screen_is_given_is_no_button() {
    let app = |extends: &str, method: &str, code: &str| {
        let app = format!(
            "[[class]]\nname = \"com.example.app.Page\"\nextends = \"{extends}\"\n\
             [[class.method]]\nsignature = \"{method}\"\ncode = [\n{code}\n]\n\
             [[class]]\nname = \"com.amplitude.api.AmplitudeClient\"\n"
        );
        strength(&described(&app).0, "sign-in").is_some()
    };
    let title = "'call-virtual void android.app.Activity.setTitle(java.lang.CharSequence) on this with \"Sign in\"',";
    let put = "'map = new java.util.HashMap()',\n'call-virtual java.lang.Object java.util.HashMap.put(java.lang.Object, java.lang.Object) on map with \"stage\", \"Sign in\"',";
    let told =
        "'call void com.amplitude.api.AmplitudeClient.send(java.lang.String) with \"Sign in\"',";
    let event = "'call void com.example.app.Stage.logEvent(java.lang.String) with \"Sign in\"',";
    let log = "'call int android.util.Log.d(java.lang.String, java.lang.String) with \"page\", \"Sign in\"',";
    let activity = "android.app.Activity";
    let on_create = "void onCreate(android.os.Bundle)";
    for (code, shown) in [
        (title, true),
        (put, false),
        (told, false),
        (event, false),
        (log, false),
    ] {
        assert_eq!(app(activity, on_create, code), shown, "{code}");
    }
    // The name of a constant is none either; a text that only an
    // enumeration has is.
    let constant = |name: &str| {
        let code = format!("'new com.example.app.Page(java.lang.String, int) with \"{name}\", 0',");
        app("java.lang.Enum", "static void <clinit>()", &code)
    };
    assert!(!constant("Login"));
    assert!(constant("登录"));
}

#[test]
fn the_heading_of_a_policy_that_a_script_draws_is_no_button() {
    let policy = "第一条 本隐私政策说明我们如何收集、使用、存储和保护您的个人信息。".repeat(12);
    let script =
        format!("[files]\n\"assets/www/a.js\" = \"v('隐私政策');v('{policy}');v('注销账号')\"\n");
    let (facts, _) = described(&script);
    assert_ne!(strength(&facts, "account-deletion"), Some(Strength::Clear));
    let (facts, _) = described("[files]\n\"assets/www/a.js\" = \"v('注销账号')\"\n");
    assert_eq!(strength(&facts, "account-deletion"), Some(Strength::Clear));
}

#[test]
fn a_button_with_words_that_are_not_known_may_refuse() {
    let ask = "<TextView android:text=\"请您阅读并同意《隐私政策》\"/>";
    let agree = "<Button android:text=\"同意\"/>";
    for (views, kind) in [
        (format!("{ask}{agree}"), Some(DialogKind::OneButton)),
        (
            format!("{ask}{agree}<Button android:text=\"不同意\"/>"),
            Some(DialogKind::Pair),
        ),
        (
            format!("{ask}<Button android:text=\"我知道了\"/>"),
            Some(DialogKind::Vague),
        ),
        (
            format!("{ask}{agree}<Button android:text=\"下次再说吧\"/>"),
            None,
        ),
        (
            format!("{ask}{agree}<ImageView android:id=\"@+id/iv_close\"/>"),
            None,
        ),
        (agree.to_owned(), None),
    ] {
        let (facts, _) = described(&format!("[files]\n{}", layout("ask", &views)));
        let found = facts.dialogs.first().map(|dialog| dialog.kind);
        assert_eq!(found, kind, "{views}");
    }
}

#[test]
fn a_packed_app_and_one_of_pages_leave_a_gap() {
    let page = layout("main", "<WebView android:id=\"@+id/web\"/>");
    let (_, gaps) = described(&format!("[files]\n{page}"));
    assert_eq!(gaps[0].kind, GapKind::Remote);
    let packed = "[[library]]\npath = \"lib/arm64-v8a/libjiagu.so\"\n[files]\n\
                  \"assets/libjiagu.so\" = \"x\"\n";
    let (_, gaps) = described(packed);
    assert!(
        gaps.iter().any(|gap| gap.kind == GapKind::Packed),
        "{gaps:?}"
    );
}
