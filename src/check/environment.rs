//! The language of conditions: minijinja expressions, strict about names
//! that do not exist and bounded in what they may cost.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, context};
use regex::{Regex, RegexBuilder};

use super::asked;
use super::interface;
use super::values::{INTENTS, Intents};
use super::ways;
use crate::catalog::{self, Bilingual, did_you_mean};

/// Most steps that one condition or one text may take. Going over the
/// longest list of an app costs some ten thousand.
const FUEL: u64 = 2_000_000;

/// What the names of the checks' texts begin with. Behind it stands the text
/// itself: each is read when it is first needed, and once.
const TEXT: &str = "a text of the checks: ";

/// Largest compiled regular expression, in bytes.
const REGEX_BYTES: usize = 1 << 20;

/// The environment of all conditions and texts.
pub fn conditions() -> &'static Environment<'static> {
    static CONDITIONS: LazyLock<Environment<'static>> = LazyLock::new(environment);
    &CONDITIONS
}

/// Name of a text with expressions in the environment.
pub fn text_name(text: &str) -> String {
    format!("{TEXT}{text}")
}

/// An environment with the functions of the checks.
///
/// Functions: `permission_named(name)`, `permission_entry(name)`,
/// `sdk_named(owner)`, `sdk_entry(id)`, `owner_name(owner)`,
/// `sdk_names(ids)`, `sdk_of_file(path)`, `has_gap(part)`,
/// `declares_action(name)`, `on_screen(topic)`, `on_screen_at(topic)`,
/// `searched_screens()`, `kind_name(kind)`, `way(used or act)`,
/// `asks_for(used)`, `instead_of(permission)`, `asks_together(used)`. Tests: `matches(regex)`,
/// `startswith(text)`, `endswith(text)`, `containing(text)`; the last three also as methods and
/// filters of texts. On `none` every one of these tests is false.
pub fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    environment.set_loader(|name| Ok(name.strip_prefix(TEXT).map(str::to_owned)));
    environment.add_function("permission_named", permission_named);
    environment.add_function("permission_entry", permission_entry);
    environment.add_function("sdk_named", sdk_named);
    environment.add_function("sdk_entry", sdk_entry);
    environment.add_function("owner_name", |owner: &str| {
        Value::from(Serde(owner_name(owner)))
    });
    environment.add_function("kind_name", kind_name);
    environment.add_function("instead_of", instead_of);
    environment.add_function("way", ways::way);
    environment.add_function("asks_for", asked::asks_for);
    environment.add_function("asks_together", asked::asks_together);
    environment.add_function("clause_name", clause_name);
    environment.add_function("sdk_names", sdk_names);
    environment.add_function("sdk_of_file", sdk_of_file);
    environment.add_function("has_gap", has_gap);
    environment.add_function("declares_action", declares_action);
    environment.add_function("on_screen", interface::strength_of);
    environment.add_function("on_screen_at", interface::evidence_of);
    environment.add_function("searched_screens", interface::searched);
    environment.add_test("matches", matches);
    environment.add_filter("matches", matches);
    environment.add_test("startswith", |value: &Value, text: &str| {
        on_text(value, |value| value.starts_with(text))
    });
    environment.add_filter("startswith", |value: &Value, text: &str| {
        on_text(value, |value| value.starts_with(text))
    });
    environment.add_test("endswith", |value: &Value, text: &str| {
        on_text(value, |value| value.ends_with(text))
    });
    environment.add_filter("endswith", |value: &Value, text: &str| {
        on_text(value, |value| value.ends_with(text))
    });
    environment.add_test("containing", |value: &Value, text: &str| {
        on_text(value, |value| value.contains(text))
    });
    environment.set_unknown_method_callback(|_, value, method, arguments| {
        let argument = match arguments {
            [argument] => argument.as_str(),
            _ => None,
        };
        match (method, value.as_str(), argument) {
            ("startswith", Some(value), Some(text)) => Ok(value.starts_with(text).into()),
            ("endswith", Some(value), Some(text)) => Ok(value.ends_with(text).into()),
            ("lower", Some(value), None) => Ok(value.to_lowercase().into()),
            ("upper", Some(value), None) => Ok(value.to_uppercase().into()),
            ("split", Some(value), Some(text)) => {
                Ok(value.split(text).map(Value::from).collect::<Value>())
            }
            _ => Err(Error::new(
                ErrorKind::UnknownMethod,
                format!(
                    "{} has no method `{method}` with {} arguments",
                    value.kind(),
                    arguments.len()
                ),
            )),
        }
    });
    environment
}

/// Name of a clause of privacy policies in both languages.
fn clause_name(id: &str) -> Value {
    let name = catalog::clauses()
        .get(id)
        .map_or_else(|| Bilingual::new(id, id), catalog::ClauseRule::name);
    Value::from(Serde(name))
}

/// Whether a name is a function of the environment, not a part of the facts.
pub fn is_global(name: &str) -> bool {
    conditions().globals().any(|(global, _)| global == name)
}

/// The permission of this name that the app asks for, or none.
fn permission_named(state: &State<'_, '_>, name: &str) -> Result<Value, Error> {
    let permissions = fact(state, "permissions")?.get_attr("requested")?;
    for permission in permissions.try_iter()? {
        if permission.get_attr("name")?.as_str() == Some(name) {
            return Ok(permission);
        }
    }
    Ok(Value::from(()))
}

/// What the catalogue knows of this permission, or none.
fn permission_entry(name: &str) -> Value {
    catalog::permission(name).map_or_else(|| Value::from(()), |entry| Value::from(Serde(entry)))
}

/// How to do without this permission, in both languages; or none.
fn instead_of(name: &str) -> Value {
    let known = catalog::permission_uses().get(name);
    let instead = known.and_then(|known| known.instead.as_ref());
    instead.map_or_else(|| Value::from(()), |instead| Value::from(Serde(instead)))
}

/// The SDK inside the app of this id or owner (`jpush`, `sdk:jpush`), or
/// none.
fn sdk_named(state: &State<'_, '_>, owner: &str) -> Result<Value, Error> {
    // Of several that have a name in common, the first.
    let owner = owner.split('|').next().unwrap_or(owner);
    let id = owner.strip_prefix("sdk:").unwrap_or(owner);
    for sdk in inside(state)? {
        if sdk.get_attr("id")?.as_str() == Some(id) {
            return Ok(sdk);
        }
    }
    Ok(Value::from(()))
}

/// The SDKs inside the app, proven or likely.
fn inside(state: &State<'_, '_>) -> Result<Vec<Value>, Error> {
    let found = fact(state, "sdks")?.get_attr("found")?;
    let mut inside = Vec::new();
    for sdk in found.try_iter()? {
        let status = sdk.get_attr("status")?;
        if matches!(status.as_str(), Some("present" | "likely")) {
            inside.push(sdk);
        }
    }
    Ok(inside)
}

/// What the catalogue knows of an SDK and the facts do not hold, or none.
fn sdk_entry(id: &str) -> Value {
    let Some(sdk) = catalog::sdks().sdk(id) else {
        return Value::from(());
    };
    let consent = sdk.start.as_ref().map_or(&[][..], |start| &start.consent);
    context! {
        policy => sdk.policy.as_deref(),
        guide => sdk.guide.as_deref(),
        consent => consent.to_vec(),
        purpose => context! { zh => sdk.purpose_zh.as_str(), en => sdk.purpose_en.as_str() },
    }
}

/// Name of an owner: `app`, `sdk:jpush`, several with `|` between.
pub fn owner_name(owner: &str) -> Bilingual {
    let catalogue = catalog::sdks();
    let one = |owner: &str| match owner.split_once(':') {
        Some(("sdk", id)) => catalogue.sdk(id).map_or_else(
            || Bilingual::new(owner, owner),
            |sdk| {
                let name = sdk.name();
                let zh = format!("{}（{owner}）", name.zh);
                Bilingual::new(zh, format!("{} ({owner})", name.en))
            },
        ),
        Some(("library", id)) => {
            let library = catalogue.libraries.iter().find(|library| library.id == id);
            let name = library.map_or(id, |library| library.name.as_str());
            Bilingual::new(format!("开源库 {name}"), format!("the library {name}"))
        }
        Some(("root", root)) => Bilingual::new(
            format!("未知第三方代码 {root}"),
            format!("unknown third-party code {root}"),
        ),
        None if owner == "app" => Bilingual::new("应用自身", "the app itself"),
        None if owner == "unknown" => Bilingual::new("归属不明的一方", "an unknown party"),
        _ => Bilingual::new(owner, owner),
    };
    let all: Vec<Bilingual> = owner.split('|').map(one).collect();
    let zh: Vec<&str> = all.iter().map(|name| name.zh.as_str()).collect();
    let en: Vec<&str> = all.iter().map(|name| name.en.as_str()).collect();
    Bilingual::new(zh.join("或"), en.join(" or "))
}

/// Name of a kind of personal information in both languages.
fn kind_name(kind: &str) -> Value {
    let known = catalog::sdks().kinds.get(kind);
    let name = known.map_or_else(
        || Bilingual::new(kind, kind),
        |kind| Bilingual::new(&kind.zh, &kind.en),
    );
    Value::from(Serde(name))
}

/// Names of SDKs, by their ids, in one text.
fn sdk_names(ids: &Value) -> Result<Value, Error> {
    let mut zh = Vec::new();
    let mut en = Vec::new();
    for id in ids.try_iter()? {
        let id = id.as_str().unwrap_or_default();
        let name = catalog::sdks()
            .sdk(id)
            .map_or_else(|| Bilingual::new(id, id), catalog::Sdk::name);
        zh.push(name.zh);
        en.push(name.en);
    }
    let names = Bilingual::new(zh.join("、"), en.join(", "));
    Ok(Value::from(Serde(names)))
}

/// The SDK inside the app to which the catalogue knows that a file belongs,
/// as an owner; or none.
fn sdk_of_file(state: &State<'_, '_>, path: &str) -> Result<Value, Error> {
    for sdk in inside(state)? {
        let id = sdk.get_attr("id")?;
        let Some(entry) = id.as_str().and_then(|id| catalog::sdks().sdk(id)) else {
            continue;
        };
        let weak = entry.weak.iter().flat_map(|weak| &weak.files);
        let mut files = entry.evidence.files.iter().chain(weak);
        if files.any(|pattern| catalog::matches(pattern, path)) {
            return Ok(Value::from(format!("sdk:{}", entry.id)));
        }
    }
    Ok(Value::from(()))
}

/// Whether something of this part could not be looked at.
fn has_gap(state: &State<'_, '_>, part: &str) -> Result<bool, Error> {
    if !super::parts().contains(&part) {
        let parts = super::parts().iter().copied();
        let help = did_you_mean(part, parts.clone())
            .unwrap_or_else(|| format!("there are {}", parts.collect::<Vec<_>>().join(", ")));
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            format!("{NO_PART} `{part}`; {help}"),
        ));
    }
    for gap in fact(state, "gaps")?.try_iter()? {
        if gap.get_attr("part")?.as_str() == Some(part) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a component of the app answers this action or category.
fn declares_action(state: &State<'_, '_>, name: &str) -> Result<bool, Error> {
    let intents = fact(state, INTENTS)?;
    let intents = intents.downcast_object_ref::<Intents>();
    Ok(intents.is_some_and(|intents| intents.has(name)))
}

/// Start of the message for a part that does not exist.
pub const NO_PART: &str = "an app has no part";

/// A part of the facts.
pub fn fact(state: &State<'_, '_>, name: &str) -> Result<Value, Error> {
    state.lookup(name).ok_or_else(|| {
        Error::new(
            ErrorKind::UndefinedError,
            format!("the facts have no `{name}`"),
        )
    })
}

/// Start of the message for a regular expression that is wrong.
pub const WRONG_REGEX: &str = "wrong regular expression";

/// Whether a text has a match for a regular expression. Each expression is
/// compiled once in the life of the process.
fn matches(value: &Value, pattern: &str) -> Result<bool, Error> {
    // A copy of an expression would begin with nothing of what the original
    // has worked out; all calls share one.
    static COMPILED: Mutex<BTreeMap<String, Arc<Regex>>> = Mutex::new(BTreeMap::new());
    let compiled = || COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let known = compiled().get(pattern).cloned();
    let regex = if let Some(regex) = known {
        regex
    } else {
        // Compiled outside of the lock, so that the other checks go on.
        let regex = RegexBuilder::new(pattern)
            .size_limit(REGEX_BYTES)
            .build()
            .map_err(|error| {
                let message = format!("{WRONG_REGEX}: {error}");
                Error::new(ErrorKind::InvalidOperation, message)
            })?;
        let regex = Arc::new(regex);
        compiled().insert(pattern.to_owned(), Arc::clone(&regex));
        regex
    };
    on_text(value, |text| regex.is_match(text))
}

/// A test on a text: false for `none`, an error for anything else.
fn on_text(value: &Value, test: impl FnOnce(&str) -> bool) -> Result<bool, Error> {
    if value.is_none() {
        return Ok(false);
    }
    let text = value.as_str().ok_or_else(|| {
        let message = format!("a text is needed here, not a {}", value.kind());
        Error::new(ErrorKind::InvalidOperation, message)
    })?;
    Ok(test(text))
}

#[cfg(test)]
mod tests {
    use super::super::shape::Sample;
    use super::super::values::Scope;
    use super::*;
    use std::collections::BTreeSet;

    fn eval(expression: &str) -> Result<Value, Error> {
        let mut facts = Sample::FULL.facts();
        facts.permissions.requested[0].name = "android.permission.CAMERA".to_owned();
        let scope = Scope::new(&facts, &BTreeSet::from(["components"]));
        conditions()
            .compile_expression_owned(expression.to_owned())?
            .eval(Value::from_object(scope))
    }

    #[test]
    fn functions_and_tests_look_into_the_facts() {
        for expression in [
            "permission_named('android.permission.CAMERA') is not none",
            "permission_named('android.permission.NFC') is none",
            "permission_entry('android.permission.CAMERA').level == 'dangerous'",
            "permission_entry('com.example.OTHER') is none",
            "has_gap('container') and not has_gap('policy')",
            "app.package is matches('^a[.]ex')",
            "not (none is matches('a'))",
            "app.package.startswith('a.') and app.package is endswith('ple')",
            "components | map(attribute='class') | select('startswith', 'a.') | list | length == 1",
        ] {
            assert!(eval(expression).unwrap().is_true(), "{expression}");
        }
    }

    #[test]
    fn what_does_not_exist_is_an_error() {
        for expression in [
            "nothing == 1",
            "has_gap('manifst')",
            "app.package is matches('(')",
            "components | nofilter",
            "app.package.nomethod()",
        ] {
            assert!(eval(expression).is_err(), "{expression}");
        }
    }

    #[test]
    fn an_endless_text_runs_out_of_fuel() {
        let text = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}";
        let error = environment().render_str(text, ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutOfFuel);
    }
}
