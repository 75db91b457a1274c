//! A check, ready to run.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

use minijinja::value::Value;
use minijinja::{Error, Expression};

use super::conjuncts;
use super::environment;
use super::finding::{CitedClause, Labels};
use super::names::Each;
use super::scale::{Confidence, Severity, Verdict};
use super::schema::{Regime, Status};
use super::values::{Scope, watched};
use super::words;
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
    pub(super) applies: Applies,
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

/// What must hold for a check to have something to say.
#[derive(Debug, Default)]
pub(super) struct Applies {
    /// All of it; nothing if the check always has something to say.
    pub whole: Option<Condition>,
    pieces: OnceLock<Vec<Condition>>,
}

impl Applies {
    pub fn new(whole: Option<Condition>) -> Self {
        Self {
            whole,
            pieces: OnceLock::new(),
        }
    }

    /// The parts of it that must all hold, one after the other. One that
    /// cannot be read alone stays with the others.
    pub fn pieces(&self) -> &[Condition] {
        self.pieces.get_or_init(|| {
            let Some(whole) = &self.whole else {
                return Vec::new();
            };
            let again = |text: String| Condition::new(text, whole.span.clone());
            let pieces = conjuncts::split(&whole.text).into_iter().map(again);
            let pieces: Vec<Condition> = pieces.collect();
            if pieces.iter().all(|piece| piece.expression().is_ok()) {
                pieces
            } else {
                vec![again(whole.text.clone())]
            }
        })
    }
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

/// An expression, read when it is first needed.
#[derive(Debug)]
pub(super) struct Condition {
    pub text: String,
    /// Where it stands in the check file.
    pub span: Option<Range<usize>>,
    expression: OnceLock<Expression<'static, 'static>>,
}

impl Condition {
    pub fn new(text: String, span: Option<Range<usize>>) -> Self {
        Self {
            text,
            span,
            expression: OnceLock::new(),
        }
    }

    /// The expression; an error if it cannot be read.
    pub fn expression(&self) -> Result<&Expression<'static, 'static>, Error> {
        if let Some(expression) = self.expression.get() {
            return Ok(expression);
        }
        let expression = environment::conditions().compile_expression_owned(self.text.clone())?;
        Ok(self.expression.get_or_init(|| expression))
    }

    /// Parts of an app in which it looks for something: if they could not be
    /// seen, it is not known whether it holds.
    pub fn looks_in(&self) -> Vec<Part> {
        let part = |name: &str| match name {
            "interface" | "layouts" | "on_screen" | "on_screen_at" => Some(Part::Interface),
            "sdks" | "program" | "code" => Some(Part::Code),
            _ => None,
        };
        let names = words::of_expression(&self.text).into_iter();
        let mut parts: Vec<Part> = names.filter_map(part).collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }

    pub fn value(&self, scope: &Scope) -> Result<Value, Error> {
        let expression = self.expression()?;
        watched(|| expression.eval(Value::from_object(scope.clone())))
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
    /// With; the name by which [`environment::conditions`] knows it.
    Named {
        name: String,
        span: Option<Range<usize>>,
    },
}

impl Pair {
    pub fn render(&self, scope: &Scope) -> Result<Bilingual, Error> {
        Ok(Bilingual {
            zh: self.zh.render(scope)?,
            en: self.en.render(scope)?,
        })
    }
}

impl Template {
    pub fn render(&self, scope: &Scope) -> Result<String, Error> {
        match self {
            Self::Plain(text) => Ok(text.clone()),
            Self::Named { name, .. } => {
                let template = environment::conditions().get_template(name)?;
                watched(|| template.render(Value::from_object(scope.clone())))
            }
        }
    }
}
