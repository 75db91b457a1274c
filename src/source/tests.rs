use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::Sources;
use super::tree::Tree;
use crate::check::{Checks, Finding};
use crate::container::Package;
use crate::facts::{Facts, Options, extract};
use crate::limits::Limits;

/// The demo app and its sources.
static SHOP: LazyLock<(Facts, Vec<Finding>, Sources)> = LazyLock::new(|| {
    let limits = Limits::default();
    let folder = Path::new("fixtures/apps/shop");
    let package = Package::open(&folder.join("shop.apk"), &limits).unwrap();
    let facts = extract(&package, &limits, &Options::default());
    let findings = Checks::builtin().unwrap().evaluate(&facts);
    let sources = Sources::read(folder, "mobile").unwrap();
    (facts, findings, sources)
});

fn place_of(check: &str, subject: &str, owner: &str) -> Option<String> {
    let (facts, findings, sources) = &*SHOP;
    let finding = findings
        .iter()
        .find(|f| f.check == check && f.subject.contains(subject) && f.owner == owner)
        .unwrap_or_else(|| panic!("{check} {subject} {owner}"));
    let place = sources.line_of(facts, finding)?;
    Some(format!("{}:{}", place.file, place.line?))
}

#[test]
fn a_permission_points_to_the_manifest_that_people_write() {
    assert_eq!(
        place_of("app-list-access", "QUERY_ALL_PACKAGES", "app").as_deref(),
        Some("mobile/AndroidManifest.xml:19")
    );
}

#[test]
fn an_attribute_of_the_application_points_to_its_line() {
    assert_eq!(
        place_of("cleartext-traffic", "cleartext", "app").as_deref(),
        Some("mobile/AndroidManifest.xml:36")
    );
}

#[test]
fn an_sdk_points_to_the_dependency_that_brings_it() {
    let (facts, _, sources) = &*SHOP;
    let line = |owner| {
        let place = sources.of_owner(facts, owner)?;
        Some((place.file, place.line?))
    };
    let at = |file: &str, line| Some((format!("mobile/{file}"), line));
    assert_eq!(line("sdk:jcore"), at("build.gradle", 4));
    assert_eq!(line("sdk:jpush"), at("gradle/libs.versions.toml", 2));
    assert_eq!(line("sdk:umeng-common"), at("gradle/libs.versions.toml", 3));
    assert_eq!(line("app"), None);
}

#[test]
fn code_of_the_app_points_to_its_source() {
    assert_eq!(
        place_of("app-list-access", "list read by code", "app").as_deref(),
        Some("mobile/src/com/example/shop/SyncService.java:16")
    );
}

#[test]
fn a_screen_points_to_its_layout() {
    assert_eq!(
        place_of("account-closure-missing", "account", "app").as_deref(),
        Some("mobile/res/layout/login.xml:12")
    );
}

#[test]
fn what_a_policy_does_not_say_points_to_the_policy() {
    assert_eq!(
        place_of("correction-deletion-missing", "policy", "app").as_deref(),
        Some("mobile/assets/privacy.html:1")
    );
}

#[test]
fn what_tools_wrote_is_left_alone() {
    let root: PathBuf = std::env::temp_dir().join(format!("apkaudit-tree-{}", std::process::id()));
    for folder in ["app/build", "node_modules/a", ".git", "app/src/main"] {
        fs::create_dir_all(root.join(folder)).unwrap();
        fs::write(root.join(folder).join("AndroidManifest.xml"), "").unwrap();
    }
    let tree = Tree::walk(&root, "").unwrap();
    fs::remove_dir_all(&root).unwrap();
    assert_eq!(tree.named(|_| true), ["app/src/main/AndroidManifest.xml"]);
    assert!(Tree::walk(&root, "").is_err(), "the folder is gone");
}
