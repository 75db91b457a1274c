//! A check, ready to run.

use std::ops::Range;
use std::path::PathBuf;

use minijinja::value::Value;
use minijinja::{Environment, Error, Expression};

use super::finding::{CitedClause, Labels};
use super::names::Each;
use super::scale::{Confidence, Severity, Verdict};
use super::schema::{Regime, Status};
use super::values::{Scope, watched};
use crate::catalog::{AppType, Bilingual, Lang};
use crate::evidence::Part;

/// One check: what it is about, and the rules that decide.
#[derive(Debug)]
pub struct Check {
    /// Kebab-case name of the problem.
    pub id: String,
    /// Rows of the issue table.
    pub refs: Vec<String>,
    /// How settled it is.
    pub status: Status,
    /// Severity, unless a rule says otherwise.
    pub severity: Severity,
    /// Whose rules it rests on.
    pub regimes: Vec<Regime>,
    /// Parts that must be in full view before it may say "pass".
    pub needs: Vec<Part>,
    /// Clauses it rests on.
    pub clauses: Vec<CitedClause>,
    /// What regulators call such an issue.
    pub labels: Labels,
    /// Checks that may speak of the same code or text.
    pub beside: Vec<Beside>,
    /// Texts.
    pub text: CheckTexts,
    /// Path of its file.
    pub file: String,
    /// Examples.
    pub examples: Vec<Example>,
    /// Where the files of its examples are; none if it is built in.
    pub(super) folder: Option<PathBuf>,
    /// What must hold for the check to have something to say, one after the
    /// other.
    pub(super) applies: Vec<Applies>,
    pub(super) rules: Vec<Rule>,
}

/// A check that may speak of the same code or text, and what it adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Its id.
    pub check: String,
    /// How the two divide the matter.
    pub text: Bilingual,
}

/// Texts of a check in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckTexts {
    /// Chinese.
    pub zh: CheckText,
    /// English.
    pub en: CheckText,
}

/// Texts of a check in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckText {
    /// Name of the problem, without the particulars of an app.
    pub general: String,
    /// Why it matters.
    pub why: String,
    /// How it is decided.
    pub how: String,
    /// What the check cannot see.
    pub limits: String,
    /// How to fix it.
    pub fix: String,
}

impl CheckTexts {
    /// The texts of this language.
    pub fn get(&self, lang: Lang) -> &CheckText {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// An app in words, and what the check says on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What the example is about.
    pub about: String,
    /// Description of the package, as `sample::build` reads it.
    pub app: String,
    /// What the user says which type of app it is.
    pub app_type: Option<&'static AppType>,
    /// `<verdict> <subject>` of every finding that is a violation, a risk
    /// or for review; or `pass`; or `not-applicable`.
    pub expect: Vec<String>,
}

/// A condition without which a check has nothing to say.
#[derive(Debug)]
pub(super) struct Applies {
    pub condition: Condition,
    /// Parts in which it looks for something: if they could not be seen, it
    /// is not known whether the check applies.
    pub looks_in: Vec<Part>,
}

/// One rule.
#[derive(Debug)]
pub(super) struct Rule {
    /// From 1, as people count.
    pub number: usize,
    pub each: Each,
    pub when: Condition,
    pub verdict: Verdict,
    pub confidence: Confidence,
    pub severity: Severity,
    pub needs: Vec<Part>,
    pub subject: Template,
    pub owner: Template,
    pub group: bool,
    /// What the items of one group have in common.
    pub by: Option<Condition>,
    pub title: Pair,
    pub reason: Pair,
    pub rows: Vec<Row>,
}

/// Evidence of a rule.
#[derive(Debug)]
pub(super) struct Row {
    /// In a group: once for every item, not once for the group.
    pub per_item: bool,
    pub what: Pair,
    pub place: Option<Condition>,
    pub each: Option<Condition>,
    pub filter: Option<Condition>,
    pub excerpt: Option<Condition>,
    /// A use or an act of which the evidence keeps the way.
    pub way: Option<Condition>,
}

/// A text in both languages.
#[derive(Debug)]
pub(super) struct Pair {
    pub zh: Template,
    pub en: Template,
}

/// An expression.
#[derive(Debug)]
pub(super) struct Condition {
    pub expression: Expression<'static, 'static>,
    /// Where it stands in the check file.
    pub span: Option<Range<usize>>,
}

impl Condition {
    pub fn value(&self, scope: &Scope) -> Result<Value, Error> {
        watched(|| self.expression.eval(Value::from_object(scope.clone())))
    }

    pub fn holds(&self, scope: &Scope) -> Result<bool, Error> {
        let value = self.value(scope)?;
        // An undefined value is an error here as it is inside an expression.
        if value.is_undefined() {
            return Err(Error::new(
                minijinja::ErrorKind::UndefinedError,
                "the condition has no value",
            ));
        }
        Ok(value.is_true())
    }
}

/// A text with or without expressions.
#[derive(Debug)]
pub(super) enum Template {
    /// Without.
    Plain(String),
    /// With; the name in the environment of the checks' templates.
    Named {
        name: String,
        span: Option<Range<usize>>,
    },
}

impl Template {
    pub fn render(&self, templates: &Environment<'static>, scope: &Scope) -> Result<String, Error> {
        match self {
            Self::Plain(text) => Ok(text.clone()),
            Self::Named { name, .. } => {
                let template = templates.get_template(name)?;
                watched(|| template.render(Value::from_object(scope.clone())))
            }
        }
    }
}
