//! From a check file to a check, with every mistake found on the way.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;

use super::check::{
    Applies, Beside, Check, CheckText, CheckTexts, Condition, Example, Pair, Row, Rule, Template,
};
use super::environment;
use super::finding::{CitedClause, CitedLabel, Labels};
use super::names::{self, Names};
use super::scale::Verdict;
use super::schema::{self, BesideFile, CheckFile, PairFile, RowFile, RuleFile, Status, TextFile};
use super::shape::{self, Shape};
use super::words;
use crate::catalog::{self, Bilingual, Catalog, Fault, Regulator, did_you_mean};

/// Fewest examples of a stable check in which it finds nothing, although
/// the app is close to one in which it does.
const NEAR_MISSES: usize = 2;

/// What check files are compiled into, and against.
pub(super) struct Compiler<'a> {
    pub file: &'a str,
    pub source: &'a Arc<str>,
    pub catalog: &'a Catalog,
    /// Whether conditions and texts are read and their names looked up, to
    /// find what is wrong with them. Those of this program are known to be
    /// right, and each is read when an app asks for it.
    pub verify: bool,
    /// Parts of the facts that are named anywhere.
    pub used: &'a mut BTreeSet<&'static str>,
    pub faults: &'a mut Vec<Fault>,
}

impl Compiler<'_> {
    /// The check. It must not be used if faults were added.
    pub fn check(&mut self, file: CheckFile) -> Check {
        self.id(&file);
        for row in &file.refs {
            if !is_issue_row(row.get_ref()) {
                let message = format!("`{}` is no row of the issue table", row.get_ref());
                let help = Some("a letter and two digits, for example `D03`".to_owned());
                self.fault(schema::span(row), message, help);
            }
        }
        let names = Names::facts();
        let applies = file.applies.as_ref();
        let applies = Applies::new(applies.and_then(|text| self.condition(text, &names)));
        let clauses = self.clauses(&file);
        let labels = Labels {
            miit: self.labels(&file.labels.miit, Regulator::Miit),
            cverc: self.labels(&file.labels.cverc, Regulator::Cverc),
            mps: self.labels(&file.labels.mps, Regulator::Mps),
            cac: self.labels(&file.labels.cac, Regulator::Cac),
        };
        self.texts(&file.text.zh);
        self.texts(&file.text.en);
        if file.rule.is_empty() {
            self.fault(
                schema::span(&file.id),
                "the check has no rule",
                Some("add a [[rule]]".to_owned()),
            );
        }
        let mut rules = Vec::new();
        for (index, rule) in file.rule.iter().enumerate() {
            rules.extend(self.rule(index + 1, rule, &file));
        }
        self.examples(&file);
        Check {
            id: file.id.into_inner(),
            refs: file.refs.into_iter().map(Spanned::into_inner).collect(),
            status: file.status,
            severity: file.severity,
            regimes: file.regimes,
            needs: file.needs,
            clauses,
            labels,
            beside: file.beside.into_iter().map(beside).collect(),
            text: CheckTexts {
                zh: plain(file.text.zh),
                en: plain(file.text.en),
            },
            file: self.file.to_owned(),
            folder: None,
            examples: file
                .example
                .into_iter()
                .map(|example| {
                    let example = example.into_inner();
                    Example {
                        about: example.about,
                        app: example.app,
                        app_type: example
                            .app_type
                            .and_then(|named| catalog::app_type(named.get_ref())),
                        expect: example.expect,
                    }
                })
                .collect(),
            applies,
            rules,
        }
    }

    fn fault(
        &mut self,
        span: Option<Range<usize>>,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.faults
            .push(Fault::new(self.file, self.source, span, message).help(help));
    }

    fn id(&mut self, file: &CheckFile) {
        let id = file.id.get_ref();
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(kebab) {
            let help = Some("lower-case words joined by `-`: `sdk-undisclosed`".to_owned());
            self.fault(
                schema::span(&file.id),
                format!("`{id}` is not kebab-case"),
                help,
            );
        }
        let stem = Path::new(self.file)
            .file_stem()
            .and_then(|stem| stem.to_str());
        if stem != Some(id) {
            let message = format!("the id `{id}` is not the name of the file");
            let help = Some(format!("rename the file to `{id}.toml`"));
            self.fault(schema::span(&file.id), message, help);
        }
    }

    fn clauses(&mut self, file: &CheckFile) -> Vec<CitedClause> {
        let mut cited = Vec::new();
        for id in &file.clauses {
            if let Some(clause) = self.catalog.clauses.get(id.get_ref()) {
                cited.push(CitedClause {
                    id: clause.id.clone(),
                    text: self.catalog.citation(clause),
                    mark: clause.mark,
                });
            } else {
                let known = self.catalog.clauses.keys().map(String::as_str);
                let help = did_you_mean(id.get_ref(), known);
                let message = format!("unknown clause `{}`", id.get_ref());
                self.fault(schema::span(id), message, help);
            }
        }
        cited
    }

    fn labels(&mut self, ids: &[Spanned<String>], regulator: Regulator) -> Vec<CitedLabel> {
        let mut cited = Vec::new();
        for id in ids {
            let labels = &self.catalog.labels;
            let known = || labels.values().filter(|label| label.regulator == regulator);
            if let Some(label) = known().find(|label| label.id == *id.get_ref()) {
                cited.push(CitedLabel {
                    id: label.id.clone(),
                    text: label.text(),
                    mark: label.mark,
                });
            } else {
                let known = known().map(|label| label.id.as_str());
                let help = did_you_mean(id.get_ref(), known);
                let name = regulator.name().en;
                let message = format!("unknown label `{}` of {name}", id.get_ref());
                self.fault(schema::span(id), message, help);
            }
        }
        cited
    }

    fn texts(&mut self, text: &TextFile) {
        for (name, text) in text.plain() {
            self.not_empty(text);
            if is_template(text.get_ref()) {
                let help = Some("only `title`, `reason` and `what` know the app".to_owned());
                let message = format!("`{name}` cannot hold expressions");
                self.fault(schema::span(text), message, help);
            }
        }
        self.not_empty(&text.title);
    }

    fn not_empty(&mut self, text: &Spanned<String>) {
        if text.get_ref().trim().is_empty() {
            self.fault(schema::span(text), "the text is empty", None);
        }
    }

    fn rule(&mut self, number: usize, rule: &RuleFile, file: &CheckFile) -> Option<Rule> {
        let verdict = *rule.verdict.get_ref();
        if matches!(verdict, Verdict::Pass | Verdict::NotApplicable) {
            let message = format!("a rule cannot say `{verdict}`");
            let help = "a check passes when no rule fires; `applies` says when it has nothing \
                        to say";
            let span = rule.verdict.span();
            self.fault(Some(span), message, Some(help.to_owned()));
        }
        let each = rule.each;
        if let Some(part) = each.path().first() {
            self.used.insert(part);
        }
        let item = each.shape();
        let bound = Names::facts().with(each.variable(), Some(item));
        // A group's texts speak of all items; its rows of one at a time.
        let (about, rows) = if rule.group {
            let group = Names::facts()
                .with("items", Some(each.list()))
                .with("count", None)
                .with("key", None);
            (group.clone(), group.with(each.variable(), Some(item)))
        } else {
            (bound.clone(), bound.clone())
        };
        let when = self.condition(&rule.when, &bound);
        let by = rule.by.as_ref();
        if let Some(by) = by.filter(|_| !rule.group) {
            let help = "write `group = true` too".to_owned();
            self.fault(schema::span(by), "`by` divides groups only", Some(help));
        }
        let by = by.and_then(|by| self.condition(by, &bound));
        let subject = match &rule.subject {
            Some(subject) => self.template(subject, &about),
            None if rule.group => Template::Plain("app".to_owned()),
            None => self.template(&default(each.subject()), &about),
        };
        let owner = match &rule.owner {
            Some(owner) => self.template(owner, &about),
            None if rule.group => Template::Plain("app".to_owned()),
            None => self.template(&default(each.owner()), &about),
        };
        let title = match &rule.title {
            Some(title) => self.pair(title, &about),
            None => Pair {
                zh: self.template(&file.text.zh.title, &about),
                en: self.template(&file.text.en.title, &about),
            },
        };
        let reason = self.pair(&rule.reason, &about);
        let rows = if rule.evidence.is_empty() {
            let row = each.default_row();
            let row = RowFile {
                what: PairFile {
                    zh: default(row.what[0]),
                    en: default(row.what[1]),
                },
                place: Some(default(row.place)),
                each: row.each.map(default),
                filter: None,
                excerpt: row.excerpt.map(default),
                way: None,
            };
            // The default row speaks of one item.
            vec![self.row(&row, rule, &rows, true)]
        } else {
            // `each = "early.uses"`: a list of every item of a group.
            let of_item = |list: &Spanned<String>| {
                let rest = list.get_ref().trim().strip_prefix(each.variable());
                rule.group && rest.is_some_and(|rest| rest.starts_with('.'))
            };
            let row = |row: &RowFile| match &row.each {
                Some(list) if !of_item(list) => self.row(row, rule, &about, false),
                _ => self.row(row, rule, &rows, true),
            };
            rule.evidence.iter().map(row).collect()
        };
        let mut needs = rule.needs.clone();
        if verdict == Verdict::Violation {
            // Definite is only what was seen in full.
            needs.extend(&file.needs);
        }
        Some(Rule {
            number,
            each,
            when: when?,
            verdict,
            confidence: rule.confidence,
            severity: rule.severity.unwrap_or(file.severity),
            needs,
            subject,
            owner,
            group: rule.group,
            by,
            title,
            reason,
            rows,
        })
    }

    fn row(&mut self, row: &RowFile, rule: &RuleFile, names: &Names, per_item: bool) -> Row {
        let each = row
            .each
            .as_ref()
            .and_then(|text| self.condition(text, names));
        let with_it;
        let names = match &row.each {
            Some(each) => {
                let item = match names.shape(each.get_ref().trim()) {
                    Some(Shape::List(item)) => Some(&**item),
                    _ => None,
                };
                with_it = names.with("it", item);
                &with_it
            }
            None => names,
        };
        let usual = rule.each.default_row();
        let place = match &row.place {
            Some(place) => self.condition(place, names),
            None if row.each.is_some() => None,
            None if usual.each.is_none() => self.condition(&default(usual.place), names),
            None => {
                let help = Some("an expression, for example `place = \"it.place\"`".to_owned());
                self.fault(
                    schema::span(&row.what.zh),
                    "this evidence has no `place`",
                    help,
                );
                None
            }
        };
        Row {
            per_item: per_item && rule.group,
            what: self.pair(&row.what, names),
            place,
            filter: row
                .filter
                .as_ref()
                .and_then(|text| self.condition(text, names)),
            excerpt: row
                .excerpt
                .as_ref()
                .and_then(|text| self.condition(text, names)),
            way: row
                .way
                .as_ref()
                .and_then(|text| self.condition(text, names)),
            each,
        }
    }

    fn pair(&mut self, pair: &PairFile, names: &Names) -> Pair {
        self.not_empty(&pair.zh);
        self.not_empty(&pair.en);
        Pair {
            zh: self.template(&pair.zh, names),
            en: self.template(&pair.en, names),
        }
    }

    fn condition(&mut self, text: &Spanned<String>, names: &Names) -> Option<Condition> {
        // In a text of a condition `\b` is a backspace, which nothing matches.
        let condition = Condition::new(text.get_ref().clone(), schema::span(text));
        self.parts(&words::of_expression(text.get_ref()));
        if !self.verify {
            return Some(condition);
        }
        let plain = text.get_ref().replace("\\\\", "");
        if plain.contains("\\b") || plain.contains('\u{8}') {
            let help = Some("write `\\\\b` for the edge of a word".to_owned());
            self.fault(schema::span(text), "`\\b` is a backspace here", help);
        }
        match condition
            .expression()
            .map(|it| it.undeclared_variables(true))
        {
            Ok(paths) => {
                self.names(text, paths.into_iter().collect(), names);
                Some(condition)
            }
            Err(error) => {
                let message = format!("cannot read this condition: {}", plain_error(&error));
                self.fault(schema::span(text), message, None);
                None
            }
        }
    }

    /// Notes the parts of the facts that are among these words.
    fn parts(&mut self, words: &[&str]) {
        if let Shape::Record(facts) = shape::facts() {
            let parts = words
                .iter()
                .filter_map(|word| facts.get_key_value::<str>(word));
            self.used.extend(parts.map(|(name, _)| *name));
        }
    }

    fn template(&mut self, text: &Spanned<String>, names: &Names) -> Template {
        if !is_template(text.get_ref()) {
            return Template::Plain(text.get_ref().clone());
        }
        self.parts(&words::of_text(text.get_ref()));
        let name = environment::text_name(text.get_ref());
        let template = self
            .verify
            .then(|| environment::conditions().get_template(&name))
            .transpose();
        match template.map(|template| template.map(|it| it.undeclared_variables(true))) {
            Ok(paths) => {
                let paths = paths.into_iter().flatten().collect();
                self.names(text, paths, names);
            }
            Err(error) => {
                let message = format!("cannot read this text: {}", plain_error(&error));
                self.fault(schema::span(text), message, None);
            }
        }
        Template::Named {
            name,
            span: schema::span(text),
        }
    }

    /// Notes the parts of the facts that are named, and finds names that do
    /// not exist.
    fn names(&mut self, text: &Spanned<String>, paths: BTreeSet<String>, names: &Names) {
        for path in paths {
            let first = path.split('.').next().unwrap_or(&path);
            if environment::is_global(first) {
                continue;
            }
            self.used
                .extend(names::fact_names().find(|name| *name == first));
            if let Some((name, message, known)) = names.fault(&path) {
                let help = did_you_mean(&name, known.iter().map(String::as_str))
                    .unwrap_or_else(|| format!("there are {}", known.join(", ")));
                let span = self.word_in(schema::span(text), &name);
                self.fault(span, message, Some(help));
            }
        }
    }

    /// The word inside the span, or the whole span.
    fn word_in(&self, span: Option<Range<usize>>, word: &str) -> Option<Range<usize>> {
        let span = span?;
        let text = self.source.get(span.clone())?;
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let found = text.match_indices(word).map(|(at, _)| at).find(|&at| {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text
                .get(at + word.len()..)
                .and_then(|text| text.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        });
        Some(match found {
            Some(at) => span.start + at..span.start + at + word.len(),
            None => span,
        })
    }

    fn examples(&mut self, file: &CheckFile) {
        for example in &file.example {
            for expect in &example.get_ref().expect {
                if let Err(help) = expectation(expect) {
                    let message = format!("cannot read the expectation `{expect}`");
                    let span = self.word_in(Some(example.span()), expect);
                    self.fault(span, message, Some(help));
                }
            }
            let named = example.get_ref().app_type.as_ref();
            if let Some(named) = named.filter(|named| catalog::app_type(named.get_ref()).is_none())
            {
                let ids = catalog::app_types().iter().map(|of| of.id.as_str());
                let message = format!("there is no type of app `{}`", named.get_ref());
                let help = did_you_mean(named.get_ref(), ids);
                self.fault(schema::span(named), message, help);
            }
            if example.get_ref().expect.is_empty() {
                let help = "\"pass\", \"not-applicable\" or \"<verdict> <subject>\"".to_owned();
                self.fault(
                    Some(example.span()),
                    "the example expects nothing",
                    Some(help),
                );
            }
        }
        if file.status == Status::Preview {
            return;
        }
        let near = |expect: &[String]| expect.iter().all(|e| e == "pass" || e == "not-applicable");
        let near_misses = file
            .example
            .iter()
            .filter(|example| near(&example.get_ref().expect))
            .count();
        let positive = file.example.len() - near_misses;
        if positive == 0 || near_misses < NEAR_MISSES {
            let message = format!(
                "a stable check needs an example in which it finds something and \
                 {NEAR_MISSES} near misses; there are {positive} and {near_misses}"
            );
            let help = Some("add [[example]]s, or set `status = \"preview\"`".to_owned());
            self.fault(schema::span(&file.id), message, help);
        }
    }
}

/// What went wrong, without the name that a template happens to have.
pub(super) fn plain_error(error: &minijinja::Error) -> String {
    let detail = error.detail().map(str::to_owned);
    detail.unwrap_or_else(|| error.kind().to_string())
}

/// A text of this program that stands in no file.
fn default(text: &str) -> Spanned<String> {
    Spanned::new(0..0, text.to_owned())
}

fn beside(file: BesideFile) -> Beside {
    Beside {
        text: Bilingual::new(&file.zh, &file.en),
        check: file.check,
    }
}

fn plain(text: TextFile) -> CheckText {
    CheckText {
        general: text.general.into_inner(),
        why: text.why.into_inner(),
        how: text.how.into_inner(),
        limits: text.limits.into_inner(),
        fix: text.fix.into_inner(),
    }
}

fn is_template(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|mark| text.contains(mark))
}

fn is_issue_row(row: &str) -> bool {
    let mut chars = row.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && row.len() == 3
        && chars.all(|c| c.is_ascii_digit())
}

/// Whether this can be expected of a check, and what could be instead.
fn expectation(expect: &str) -> Result<(), String> {
    if expect == "pass" || expect == "not-applicable" {
        return Ok(());
    }
    let help = "\"pass\", \"not-applicable\", or a verdict and a subject: \"risk app\"";
    let (verdict, subject) = expect.split_once(' ').ok_or(help)?;
    match verdict.parse() {
        Ok(Verdict::Violation | Verdict::Risk | Verdict::Review) if !subject.is_empty() => Ok(()),
        _ => Err(did_you_mean(verdict, ["violation", "risk", "review"])
            .unwrap_or_else(|| help.to_owned())),
    }
}
