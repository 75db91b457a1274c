//! The rules of a SARIF log: one for each check that ran, and one more for
//! a check that asks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{cut, level};
use crate::catalog::Lang;
use crate::check::{Confidence, Finding, Severity, Verdict};
use crate::report::escape::inline;
use crate::report::markdown::Markdown;
use crate::report::result::{Ran, RunResult};
use crate::report::sheet::Sheet as _;
use crate::report::text::basis;
use crate::report::words::pick;

/// Rules that it accepts.
const RULES: usize = 25_000;
/// Tags of a rule that it accepts.
const TAGS: usize = 20;
/// Characters of a short or full description.
const DESCRIPTION: usize = 1_024;

/// The rules, and where each stands.
pub struct Rules {
    /// Their descriptors.
    pub list: Vec<Value>,
    /// Where each stands, by id.
    pub index: BTreeMap<String, usize>,
}

impl Rules {
    /// A rule for every check that ran, and one more for those that ask.
    pub fn of(result: &RunResult, findings: &[&Finding], lang: Lang) -> Self {
        let mut by_check: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in &result.findings {
            by_check.entry(&finding.check).or_default().push(finding);
        }
        let ran = result.selection.iter().flat_map(|selected| &selected.ran);
        let ran: BTreeMap<&str, &Ran> = ran.map(|ran| (ran.check.as_str(), ran)).collect();
        let mut checks: Vec<&str> = by_check.keys().chain(ran.keys()).copied().collect();
        checks.sort_unstable();
        checks.dedup();
        let asking = |check: &str| {
            findings
                .iter()
                .any(|f| f.check == check && f.verdict == Verdict::Review)
        };
        let mut rules = Self {
            list: Vec::new(),
            index: BTreeMap::new(),
        };
        for check in checks {
            let of_check = by_check.get(check).map_or(&[][..], Vec::as_slice);
            let ran = ran.get(check).copied();
            rules.add(check.to_owned(), rule(check, ran, of_check, false, lang));
            if asking(check) {
                let id = review_id(check);
                rules.add(id, rule(check, ran, of_check, true, lang));
            }
        }
        rules
    }

    fn add(&mut self, id: String, rule: Value) {
        if self.list.len() < RULES {
            self.index.insert(id, self.list.len());
            self.list.push(rule);
        }
    }
}

/// The rule of a check's questions.
pub fn review_id(check: &str) -> String {
    format!("{check}/review")
}

fn rule(check: &str, ran: Option<&Ran>, findings: &[&Finding], asks: bool, lang: Lang) -> Value {
    let text = findings.first().map(|finding| finding.text.get(lang));
    let title = match (ran, text) {
        (Some(ran), _) => ran.title.get(lang),
        (None, Some(text)) => &text.title,
        (None, None) => check,
    };
    let title = if asks {
        pick(lang, "需人工复核：{}", "To be looked at: {}").replace("{}", title)
    } else {
        title.to_owned()
    };
    let why = text.map_or("", |text| text.why.trim());
    let full = if why.is_empty() { &title } else { why };
    let mut plain = full.to_owned();
    let mut marked = Markdown::default();
    marked.block(&inline(full));
    let sections = text.map_or([("", ""); 3], |text| {
        [
            (pick(lang, "如何判断", "How it is decided"), &*text.how),
            (
                pick(lang, "看不到什么", "What cannot be seen"),
                &*text.limits,
            ),
            (pick(lang, "修复", "How to fix it"), &*text.fix),
        ]
    });
    for (heading, text) in sections {
        let text = text.trim();
        if !text.is_empty() {
            let _ = write!(plain, "\n\n{heading}\n{text}");
            marked.paragraph(heading, text);
        }
    }
    let grounds = findings.first().map(|finding| basis(finding, lang));
    if let Some(grounds) = grounds.filter(|grounds| !grounds.is_empty()) {
        let heading = pick(lang, "依据", "Basis");
        let _ = write!(plain, "\n\n{heading}\n{grounds}");
        marked.paragraph(heading, &grounds);
    }
    let more = format!("apkaudit explain {check}");
    let _ = write!(plain, "\n\n{more}");
    marked.block(&format!("`{}`", more.replace('`', "'")));

    let severity = ran
        .map(|ran| ran.severity)
        .or_else(|| findings.iter().map(|f| f.severity).min())
        .unwrap_or(Severity::Info);
    let mut properties = json!({
        "tags": tags(ran, findings, asks),
        "precision": precision(findings, asks),
        "problem.severity": if asks { "recommendation" } else { problem(severity) },
    });
    if let (false, Some(bag)) = (asks, properties.as_object_mut()) {
        bag.insert("security-severity".to_owned(), score(severity).into());
    }
    json!({
        "id": if asks { review_id(check) } else { check.to_owned() },
        "shortDescription": { "text": cut(&title, DESCRIPTION) },
        "fullDescription": { "text": cut(full, DESCRIPTION) },
        "help": { "text": plain, "markdown": marked.finish() },
        "defaultConfiguration": { "level": if asks { "note" } else { level(severity) } },
        "properties": properties,
    })
}

/// What filters in code scanning go by.
fn tags(ran: Option<&Ran>, findings: &[&Finding], asks: bool) -> Vec<String> {
    let mut tags = vec!["privacy".to_owned()];
    tags.push(if asks { "review" } else { "security" }.to_owned());
    if let Some(ran) = ran {
        tags.extend(ran.regimes.iter().map(|r| format!("regime/{}", r.word())));
    }
    let refs = match (ran, findings.first()) {
        (Some(ran), _) => ran.refs.as_slice(),
        (None, Some(finding)) => finding.refs.as_slice(),
        (None, None) => &[],
    };
    tags.extend(refs.iter().map(|row| format!("issue/{row}")));
    if let Some(finding) = findings.first() {
        let labels = finding.labels.all().map(|(_, label)| &label.id);
        tags.extend(labels.map(|id| format!("label/{id}")));
        let clauses = finding.clauses.iter().map(|clause| &clause.id);
        tags.extend(clauses.map(|id| format!("clause/{id}")));
    }
    let mut seen = BTreeSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    tags.truncate(TAGS);
    tags
}

/// How often the rule is right, from how good its evidence is here.
fn precision(findings: &[&Finding], asks: bool) -> &'static str {
    if asks {
        return "low";
    }
    let claims = findings.iter().filter(|finding| finding.asserts());
    match claims.map(|finding| finding.confidence).min() {
        Some(confidence) => confidence.word(),
        None => Confidence::Medium.word(),
    }
}

/// A score in the steps that code scanning translates into words.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "0.0",
    }
}

fn problem(severity: Severity) -> &'static str {
    match level(severity) {
        "note" => "recommendation",
        level => level,
    }
}
