//! The facts as conditions see them.
//!
//! Only the parts of the facts that some condition names are turned into
//! values. On top of them lies their [`Shape`]: an option that is not there
//! is `none`, and a name that does not exist is an error that says so.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Serde, Value};
use minijinja::{Error, ErrorKind};

use super::shape::{self, Shape};
use crate::catalog::did_you_mean;
use crate::facts::Facts;
use crate::manifest::Component;

/// Parts of the facts that functions of the conditions look into, whether
/// or not a condition names them.
pub const ALWAYS: [&str; 6] = [
    "identity",
    "application",
    "permissions",
    "gaps",
    "sdks",
    "interface",
];

/// Name under which functions find the [`Intents`]; no condition can say it.
pub const INTENTS: &str = "(intents)";

/// Every action and category of an intent filter of the app.
#[derive(Debug)]
pub struct Intents(BTreeSet<String>);

impl Intents {
    fn of(facts: &Facts) -> Self {
        let filters = facts.components.iter().flat_map(|c| &c.intent_filters);
        let names = filters.flat_map(|filter| filter.actions.iter().chain(&filter.categories));
        let mut names: BTreeSet<String> = names.cloned().collect();
        // A launcher shows only what also answers MAIN.
        if !facts.components.iter().any(Component::is_launcher) {
            names.remove("android.intent.category.LAUNCHER");
        }
        Self(names)
    }

    /// Whether a component answers this action or category.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

impl Object for Intents {}

/// The facts by name, and what a rule binds besides.
#[derive(Clone, Debug)]
pub struct Scope {
    facts: Arc<[(&'static str, Value)]>,
    bound: Vec<(&'static str, Value)>,
}

impl Scope {
    /// The parts of the facts that are named in `used`, with `app` for the
    /// identity.
    pub fn new(facts: &Facts, used: &BTreeSet<&'static str>) -> Self {
        let Shape::Record(fields) = shape::facts() else {
            unreachable!("the facts are a record")
        };
        let part = |name: &'static str, shape: &'static Shape| {
            let value = shaped(part(facts, name)?, shape);
            Some((name, value))
        };
        let mut parts: Vec<(&'static str, Value)> = fields
            .iter()
            .filter(|(name, _)| used.contains(**name) || ALWAYS.contains(name))
            .filter_map(|(name, shape)| part(name, shape))
            .collect();
        parts.push((INTENTS, Value::from_object(Intents::of(facts))));
        let identity = parts.iter().find(|(name, _)| *name == "identity");
        if let Some((_, identity)) = identity.cloned() {
            parts.push(("app", identity));
        }
        Self {
            facts: parts.into(),
            bound: Vec::new(),
        }
    }

    /// The same with one more name.
    #[must_use]
    pub fn with(&self, name: &'static str, value: Value) -> Self {
        let mut scope = self.clone();
        scope.bound.push((name, value));
        scope
    }

    /// The value of a name, and of the names below it.
    pub fn at(&self, path: &[&str]) -> Option<Value> {
        let (first, rest) = path.split_first()?;
        let mut value = self.get(first)?;
        for name in rest {
            value = value.get_attr(name).ok()?;
        }
        Some(value)
    }

    fn get(&self, name: &str) -> Option<Value> {
        let named = |(known, _): &&(&'static str, Value)| *known == name;
        let bound = self.bound.iter().rev().find(named);
        bound
            .or_else(|| self.facts.iter().find(named))
            .map(|(_, value)| value.clone())
    }
}

impl Object for Scope {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.get(key)
    }
}

/// One part of the facts as a plain value.
fn part(facts: &Facts, name: &str) -> Option<Value> {
    Some(match name {
        "sdks" => Value::from(Serde(&facts.sdks)),
        "identity" => Value::from(Serde(&facts.identity)),
        "application" => Value::from(Serde(&facts.application)),
        "permissions" => Value::from(Serde(&facts.permissions)),
        "permission_uses" => Value::from(Serde(&facts.permission_uses)),
        "components" => Value::from(Serde(&facts.components)),
        "queries" => Value::from(Serde(&facts.queries)),
        "features" => Value::from(Serde(&facts.features)),
        "layouts" => Value::from(Serde(&facts.layouts)),
        "network" => Value::from(Serde(&facts.network)),
        "dependencies" => Value::from(Serde(&facts.dependencies)),
        "interface" => Value::from(Serde(&facts.interface)),
        "native" => Value::from(Serde(&facts.native)),
        "packers" => Value::from(Serde(&facts.packers)),
        "code" => Value::from(Serde(&facts.code)),
        "endpoints" => Value::from(Serde(&facts.endpoints)),
        "strings" => Value::from(Serde(&facts.strings)),
        "nested" => Value::from(Serde(&facts.nested)),
        "disclosure" => Value::from(Serde(&facts.disclosure)),
        "program" => Value::from(Serde(&facts.program)),
        "policy" => Value::from(Serde(&facts.policy)),
        "signing" => Value::from(Serde(&facts.signing)),
        "anomalies" => Value::from(Serde(&facts.anomalies)),
        "gaps" => Value::from(Serde(&facts.gaps)),
        _ => return None,
    })
}

/// A value with its shape on top.
fn shaped(value: Value, shape: &'static Shape) -> Value {
    if value.is_undefined() || value.is_none() {
        return Value::from(());
    }
    match shape {
        Shape::Leaf | Shape::Word(_) => value,
        Shape::List(_) | Shape::Map(_) | Shape::Record(_) => {
            Value::from_object(Shaped { value, shape })
        }
    }
}

#[derive(Debug)]
struct Shaped {
    value: Value,
    shape: &'static Shape,
}

impl Object for Shaped {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match self.shape {
            Shape::List(_) => ObjectRepr::Seq,
            _ => ObjectRepr::Map,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match self.shape {
            Shape::List(item) => {
                let value = self.value.get_item(key).ok()?;
                (!value.is_undefined()).then(|| shaped(value, item))
            }
            _ => self.get_value_by_str(key.as_str()?),
        }
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match self.shape {
            Shape::Record(fields) => {
                let Some(shape) = fields.get(key) else {
                    MISSING.set(Some(no_field(key, fields.keys().copied())));
                    return None;
                };
                Some(shaped(self.value.get_attr(key).unwrap_or_default(), shape))
            }
            Shape::Map(item) => {
                let value = self.value.get_attr(key).ok()?;
                (!value.is_undefined()).then(|| shaped(value, item))
            }
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match self.shape {
            Shape::List(_) => Enumerator::Seq(self.value.len().unwrap_or(0)),
            Shape::Record(fields) => {
                Enumerator::Values(fields.keys().map(|name| Value::from(*name)).collect())
            }
            _ => self
                .value
                .try_iter()
                .map_or(Enumerator::Empty, |keys| Enumerator::Values(keys.collect())),
        }
    }
}

thread_local! {
    /// The last field that was looked for and does not exist. Filters such
    /// as `selectattr` take what is undefined for false without a word; this
    /// is how it is noticed all the same.
    static MISSING: Cell<Option<Error>> = const { Cell::new(None) };
}

/// The result of an evaluation; an error if it looked for a field that does
/// not exist.
pub fn watched<T>(evaluation: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    MISSING.take();
    let result = evaluation();
    match MISSING.take() {
        Some(missing) => Err(missing),
        None => result,
    }
}

/// Start of the message for a field that does not exist.
pub const NO_FIELD: &str = "no field";

fn no_field<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Error {
    let help = did_you_mean(name, known.clone())
        .unwrap_or_else(|| format!("there are {}", known.collect::<Vec<_>>().join(", ")));
    Error::new(
        ErrorKind::UndefinedError,
        format!("{NO_FIELD} `{name}`; {help}"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::shape::Sample;
    use super::*;
    use minijinja::Environment;

    fn eval(facts: &Facts, expression: &str) -> Result<Value, Error> {
        let used = super::super::names::fact_names().collect();
        let mut environment = Environment::new();
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        let expression = environment.compile_expression(expression)?;
        watched(|| expression.eval(Value::from_object(Scope::new(facts, &used))))
    }

    #[test]
    fn every_part_of_the_facts_is_there() {
        let facts = Sample::FULL.facts();
        for name in super::super::names::fact_names() {
            assert!(
                part(&facts, name).is_some(),
                "{name} is not turned into a value"
            );
        }
    }

    #[test]
    fn an_option_that_is_not_there_is_none_even_if_the_json_leaves_it_out() {
        let mut facts = Sample::FULL.facts();
        facts.identity.frameworks[0].variant = None;
        let value = eval(&facts, "app.frameworks[0].variant is none").unwrap();
        assert!(value.is_true());
    }

    #[test]
    fn a_wrong_field_is_an_error_that_names_the_right_one() {
        let facts = Sample::FULL.facts();
        let error = eval(&facts, "components | selectattr('exportd') | list").unwrap_err();
        assert!(
            error.to_string().contains("did you mean `exported`?"),
            "{error}"
        );
        assert!(eval(&facts, "application.debugable == true").is_err());
    }

    #[test]
    fn lists_have_length_items_and_members() {
        let facts = Sample::FULL.facts();
        for expression in [
            "components | length == 1",
            "components[0].exported",
            "'a.example' in identity.modules",
            "components | selectattr('exported') | list | length == 1",
            "components | map(attribute='place.file') | list == ['a.example']",
            "strings.locales | length == 1",
        ] {
            assert!(eval(&facts, expression).unwrap().is_true(), "{expression}");
        }
    }
}
