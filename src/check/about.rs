//! What a finding is about, in the field's own terms: permissions,
//! components, SDKs, data and calls. Suppressions and baselines go by these,
//! never by lines, paths or renamed classes.

use std::collections::BTreeSet;

use minijinja::value::Value;

use super::asked;
use super::names::Each;
use crate::catalog;

/// Parts of one finding that are kept.
const MOST: usize = 400;

/// Adds what an item of a rule is about: `permission:…`, `component:…`,
/// `sdk:…`, `data:…`, `api:…`, `host:…`, and `clause:…` for what a policy is
/// to say. Every item that stands for one matter among several adds
/// something: by this a later run sees that a finding has grown.
pub(super) fn add(each: Each, item: &Value, about: &mut BTreeSet<String>) {
    let mut add = |kind: &str, value: Option<Value>| {
        let text = value.as_ref().and_then(Value::as_str).unwrap_or_default();
        if !text.is_empty() && about.len() < MOST {
            about.insert(format!("{kind}:{text}"));
        }
    };
    let field = |name: &str| item.get_attr(name).ok();
    match each {
        Each::Permission
        | Each::DeclaredPermission
        | Each::PermissionUse
        | Each::PermissionDisclosure => add("permission", field("name")),
        Each::Clause => add("clause", field("id")),
        Each::Component => add("component", field("class")),
        Each::Sdk | Each::SdkDisclosure => add("sdk", field("id")),
        Each::DataDisclosure => add("data", field("kind").filter(is_data)),
        Each::Act => {
            add("data", field("kind").filter(is_data));
            requested(item, about);
        }
        Each::Endpoint => add("host", field("host")),
        Each::Use => {
            add("data", field("kind").filter(is_data));
            add("api", field("api"));
            requested(item, about);
        }
        Each::Early => {
            add("data", field("kind").filter(is_data));
            let uses = field("uses").and_then(|uses| uses.try_iter().ok());
            for used in uses.into_iter().flatten() {
                add("api", used.get_attr("api").ok());
            }
            if let Some(starts) = field("starts") {
                add_owner(starts.as_str().unwrap_or_default(), about);
            }
        }
        _ => {}
    }
}

/// Adds the permissions that code asks for, where it names them.
fn requested(item: &Value, about: &mut BTreeSet<String>) {
    let names = asked::named(item).unwrap_or_default();
    let room = MOST.saturating_sub(about.len());
    about.extend(
        names
            .into_iter()
            .take(room)
            .map(|name| format!("permission:{name}")),
    );
}

/// Whether a kind is of information; others are of what code does.
fn is_data(kind: &Value) -> bool {
    let kinds = &catalog::sdks().kinds;
    kind.as_str().is_some_and(|kind| kinds.contains_key(kind))
}

/// Adds the SDKs among the owners of a finding.
pub(super) fn add_owner(owner: &str, about: &mut BTreeSet<String>) {
    let sdks = owner.split('|').filter(|owner| owner.starts_with("sdk:"));
    about.extend(sdks.map(str::to_owned));
}

#[cfg(test)]
mod tests {
    use minijinja::value::Serde;

    use super::*;
    use crate::check::{Checks, Verdict, examples};

    /// A finding that stands for several matters must be seen to grow.
    #[test]
    fn what_is_grouped_says_what_it_is_about() {
        let checks = Checks::builtin().unwrap();
        let mut seen = BTreeSet::new();
        for check in checks.checks() {
            let mut asserting = check
                .rules
                .iter()
                .filter(|rule| matches!(rule.verdict, Verdict::Violation | Verdict::Risk));
            if !asserting.all(|rule| rule.group && rule.each != Each::App) {
                continue;
            }
            for example in &check.examples {
                let facts = examples::read(check, example).unwrap();
                for finding in checks.judge(check, &facts) {
                    let mut lasting = finding.about.iter().filter(|at| !at.starts_with("api:"));
                    assert!(
                        !finding.asserts() || lasting.next().is_some(),
                        "{}: {} says nothing of what it is about",
                        check.id,
                        example.about
                    );
                    if finding.asserts() {
                        seen.insert(check.id.as_str());
                    }
                }
            }
        }
        assert!(seen.len() >= 5, "{seen:?}");
    }

    #[test]
    fn a_request_is_about_its_permissions() {
        let used = Value::from(Serde(serde_json::json!({
            "kind": "permission_request",
            "api": "android.app.Activity.requestPermissions",
            "constants": ["android.permission.CAMERA\nandroid.permission.RECORD_AUDIO", "7"],
        })));
        let mut about = BTreeSet::new();
        add(Each::Use, &used, &mut about);
        let about: Vec<&str> = about.iter().map(String::as_str).collect();
        assert_eq!(
            about,
            [
                "api:android.app.Activity.requestPermissions",
                "permission:android.permission.CAMERA",
                "permission:android.permission.RECORD_AUDIO",
            ]
        );
    }
}
