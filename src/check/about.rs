//! What a finding is about, in the field's own terms: permissions,
//! components, SDKs, data and calls. Suppressions and baselines go by these,
//! never by lines, paths or renamed classes.

use std::collections::BTreeSet;

use minijinja::value::Value;

use super::names::Each;
use crate::catalog;

/// Parts of one finding that are kept.
const MOST: usize = 400;

/// Adds what an item of a rule is about: `permission:…`, `component:…`,
/// `sdk:…`, `data:…`, `api:…`, `host:…`.
pub(super) fn add(each: Each, item: &Value, about: &mut BTreeSet<String>) {
    let mut add = |kind: &str, value: Option<Value>| {
        let text = value.as_ref().and_then(Value::as_str).unwrap_or_default();
        if !text.is_empty() && about.len() < MOST {
            about.insert(format!("{kind}:{text}"));
        }
    };
    let field = |name: &str| item.get_attr(name).ok();
    match each {
        Each::Permission | Each::DeclaredPermission | Each::PermissionUse => {
            add("permission", field("name"));
        }
        Each::Component => add("component", field("class")),
        Each::Sdk | Each::SdkDisclosure => add("sdk", field("id")),
        Each::DataDisclosure | Each::Act => add("data", field("kind").filter(is_data)),
        Each::Endpoint => add("host", field("host")),
        Each::Use => {
            add("data", field("kind").filter(is_data));
            add("api", field("api"));
        }
        Each::Early => {
            add("data", field("kind").filter(is_data));
            let uses = field("uses").and_then(|uses| uses.try_iter().ok());
            for used in uses.into_iter().flatten() {
                add("api", used.get_attr("api").ok());
            }
        }
        _ => {}
    }
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
