//! Conditions are tried on samples of the facts when a check is loaded, so
//! that a filter that does not exist is found before an app is at hand.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use minijinja::value::Value;
use minijinja::{Error, ErrorKind};

use super::check::{Check, Condition, Pair, Row, Rule, Template};
use super::compile::plain_error;
use super::names::{Each, fact_names};
use super::shape::Sample;
use super::values::Scope;
use super::{environment, interface, values};

/// What is wrong with the check whatever the app is.
pub(super) fn trial(check: &Check) -> BTreeSet<(Option<(usize, usize)>, String)> {
    static SCOPES: LazyLock<Vec<Scope>> = LazyLock::new(|| {
        let used: BTreeSet<&'static str> = fact_names().collect();
        Sample::ALL
            .iter()
            .map(|sample| Scope::new(&sample.facts(), &used))
            .collect()
    });
    let mut trial = Trial {
        found: BTreeSet::new(),
    };
    for scope in SCOPES.iter() {
        for condition in check.applies.pieces() {
            trial.condition(condition, scope);
        }
        for rule in &check.rules {
            trial.rule(rule, scope);
        }
    }
    trial.found
}

struct Trial {
    found: BTreeSet<(Option<(usize, usize)>, String)>,
}

impl Trial {
    fn rule(&mut self, rule: &Rule, scope: &Scope) {
        let value = scope.at(rule.each.path()).unwrap_or_default();
        let items: Vec<Value> = if rule.each == Each::App {
            vec![value]
        } else {
            value
                .try_iter()
                .map_or_else(|_| Vec::new(), Iterator::collect)
        };
        for item in &items {
            let item_scope = scope.with(rule.each.variable(), item.clone());
            self.condition(&rule.when, &item_scope);
            let by = rule.by.as_ref();
            let key = by.and_then(|by| self.condition(by, &item_scope));
            let about = if rule.group {
                let list = Value::from(items.as_slice());
                scope
                    .with("items", list)
                    .with("count", Value::from(items.len()))
                    .with("key", key.unwrap_or_default())
            } else {
                item_scope
            };
            self.template(&rule.subject, &about);
            self.template(&rule.owner, &about);
            self.pair(&rule.title, &about);
            self.pair(&rule.reason, &about);
            for row in &rule.rows {
                let about = if row.per_item {
                    about.with(rule.each.variable(), item.clone())
                } else {
                    about.clone()
                };
                self.row(row, &about);
            }
        }
    }

    fn row(&mut self, row: &Row, scope: &Scope) {
        let Some(each) = &row.each else {
            self.one(row, scope);
            return;
        };
        let Some(list) = self.condition(each, scope) else {
            return;
        };
        for it in list.try_iter().into_iter().flatten() {
            self.one(row, &scope.with("it", it));
        }
    }

    fn one(&mut self, row: &Row, scope: &Scope) {
        for condition in [&row.filter, &row.place, &row.excerpt, &row.way]
            .into_iter()
            .flatten()
        {
            self.condition(condition, scope);
        }
        self.pair(&row.what, scope);
    }

    fn condition(&mut self, condition: &Condition, scope: &Scope) -> Option<Value> {
        condition
            .value(scope)
            .map_err(|error| self.note(condition.span.as_ref(), &error))
            .ok()
    }

    fn pair(&mut self, pair: &Pair, scope: &Scope) {
        self.template(&pair.zh, scope);
        self.template(&pair.en, scope);
    }

    fn template(&mut self, template: &Template, scope: &Scope) {
        let Template::Named { span, .. } = template else {
            return;
        };
        if let Err(error) = template.render(scope) {
            self.note(span.as_ref(), &error);
        }
    }

    /// Keeps an error that no app could take away. A sample has its limits:
    /// a text that cannot be split as the check expects says nothing.
    fn note(&mut self, span: Option<&Range<usize>>, error: &Error) {
        let always = matches!(
            error.kind(),
            ErrorKind::UnknownFilter
                | ErrorKind::UnknownTest
                | ErrorKind::UnknownFunction
                | ErrorKind::UnknownMethod
                | ErrorKind::TooManyArguments
                | ErrorKind::MissingArgument
                | ErrorKind::OutOfFuel
        );
        let message = plain_error(error);
        let ours = [
            values::NO_FIELD,
            environment::NO_PART,
            interface::NO_TOPIC,
            environment::WRONG_REGEX,
        ];
        if always || ours.iter().any(|start| message.starts_with(start)) {
            let span = span.map(|span| (span.start, span.end));
            self.found.insert((span, message));
        }
    }
}
