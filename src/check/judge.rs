//! One check on one app.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::value::Value;
use minijinja::{Error, ErrorKind};

use super::about;
use super::check::{Check, Condition, Row, Rule};
use super::compile::plain_error;
use super::finding::{Evidence, Finding, Text, Texts, fingerprint};
use super::gaps;
use super::names::Each;
use super::scale::{Confidence, Severity, Verdict};
use super::values::Scope;
use super::ways;
use crate::catalog::Bilingual;
use crate::evidence::{Gap, Part, Place};

/// Rows of evidence before a finding says "and N more".
const ROWS: usize = 100;

/// Longest excerpt, in characters.
const EXCERPT: usize = 300;

/// The facts of one app, ready for any check.
pub(super) struct Judge<'a> {
    pub scope: Scope,
    pub gaps: &'a [Gap],
    /// Frameworks whose logic is outside of the Java classes.
    pub outside: Vec<&'a str>,
    pub package: &'a str,
}

/// A finding before its texts.
struct Draft {
    verdict: Verdict,
    severity: Severity,
    confidence: Confidence,
    subject: String,
    owner: String,
    title: Option<Bilingual>,
    reason: Bilingual,
    evidence: Vec<Evidence>,
    about: BTreeSet<String>,
    /// Nothing was found, for want of parts to look at.
    undecided: bool,
}

impl Judge<'_> {
    /// What the check says; at least one finding.
    pub fn judge(&self, check: &Check) -> Vec<Finding> {
        let drafts = match self.missing(check) {
            Ok(missing) if missing.is_empty() => self.rules(check),
            Ok(missing) => vec![self.not_applicable(check, &missing)],
            Err(error) => vec![broken(check, &plain_error(&error), None)],
        };
        drafts
            .into_iter()
            .map(|draft| self.finding(check, draft))
            .collect()
    }

    fn rules(&self, check: &Check) -> Vec<Draft> {
        let mut drafts = Vec::new();
        let mut failed = Vec::new();
        for rule in &check.rules {
            if let Err(error) = self.rule(rule, &mut drafts) {
                // The other rules and checks go on; this one needs a person.
                failed.push(broken(check, &plain_error(&error), Some(rule.number)));
            }
        }
        let mut drafts = merged(drafts);
        drafts.extend(failed);
        if drafts.is_empty() {
            drafts.push(self.nothing_found(check));
        } else if drafts.iter().all(|draft| is_aside(check, draft)) {
            // What the check is about may stand in parts that nobody saw.
            let hidden = gaps::in_parts(self.gaps, &check.needs);
            let tells_gaps = check.rules.iter().any(|rule| rule.each == Each::Gap);
            if !hidden.is_empty() && !tells_gaps {
                drafts.push(hidden_draft(check, &hidden));
            }
        }
        drafts
    }

    /// Drafts of every item for which the condition holds. What one item
    /// breaks does not lose the others; the first error comes back at the
    /// end.
    fn rule(&self, rule: &Rule, drafts: &mut Vec<Draft>) -> Result<(), Error> {
        let mut first_error = Ok(());
        let mut note = |error| {
            if first_error.is_ok() {
                first_error = Err(error);
            }
        };
        // Groups, by what their items have in common.
        let mut groups: BTreeMap<Value, Vec<Value>> = BTreeMap::new();
        for item in self.items(rule.each)? {
            let scope = self.scope.with(rule.each.variable(), item.clone());
            match rule.when.holds(&scope) {
                Ok(true) if rule.group => match rule.by.as_ref().map(|by| by.value(&scope)) {
                    Some(Err(error)) => note(error),
                    Some(Ok(key)) => groups.entry(key).or_default().push(item),
                    None => groups.entry(Value::default()).or_default().push(item),
                },
                Ok(true) => match self.draft(rule, &scope, &[item]) {
                    Ok(draft) => drafts.push(draft),
                    Err(error) => note(error),
                },
                Ok(false) => {}
                Err(error) => note(error),
            }
        }
        for (key, matching) in groups {
            let count = Value::from(matching.len());
            let items = Value::from(matching.as_slice());
            let scope = self.scope.with("items", items).with("count", count);
            let scope = scope.with("key", key);
            match self.draft(rule, &scope, &matching) {
                Ok(draft) => drafts.push(draft),
                Err(error) => note(error),
            }
        }
        first_error
    }

    fn items(&self, each: Each) -> Result<Vec<Value>, Error> {
        let value = self.scope.at(each.path()).unwrap_or_default();
        if each == Each::App {
            return Ok(vec![value]);
        }
        let items = value.try_iter()?;
        if each != Each::Sdk {
            return Ok(items.collect());
        }
        let mut inside = Vec::new();
        for sdk in items {
            let status = sdk.get_attr("status")?;
            if matches!(status.as_str(), Some("present" | "likely")) {
                inside.push(sdk);
            }
        }
        Ok(inside)
    }

    fn draft(&self, rule: &Rule, scope: &Scope, items: &[Value]) -> Result<Draft, Error> {
        let mut draft = Draft {
            verdict: rule.verdict,
            severity: rule.severity,
            confidence: rule.confidence,
            subject: rule.subject.render(scope)?,
            owner: rule.owner.render(scope)?,
            title: Some(rule.title.render(scope)?),
            reason: rule.reason.render(scope)?,
            evidence: Vec::new(),
            about: BTreeSet::new(),
            undecided: false,
        };
        for item in items {
            about::add(rule.each, item, &mut draft.about);
        }
        about::add_owner(&draft.owner, &mut draft.about);
        for row in &rule.rows {
            if row.per_item {
                for item in items {
                    let scope = scope.with(rule.each.variable(), item.clone());
                    Self::row(row, &scope, &mut draft.evidence)?;
                }
            } else {
                Self::row(row, scope, &mut draft.evidence)?;
            }
        }
        let hidden = gaps::in_parts(self.gaps, &rule.needs);
        if draft.verdict != Verdict::Review && !hidden.is_empty() {
            let gap = gaps::reason(&hidden);
            draft.verdict = Verdict::Review;
            draft.confidence = Confidence::Low;
            draft.reason = Bilingual {
                zh: format!("{}；{}", gap.zh, draft.reason.zh),
                en: format!("{}; {}", gap.en, draft.reason.en),
            };
            draft.evidence.extend(gaps::evidence(&hidden));
        }
        Ok(draft)
    }

    fn row(row: &Row, scope: &Scope, rows: &mut Vec<Evidence>) -> Result<(), Error> {
        let Some(each) = &row.each else {
            rows.extend(Self::evidence(row, scope, None)?);
            return Ok(());
        };
        for it in each.value(scope)?.try_iter()? {
            let scope = scope.with("it", it.clone());
            rows.extend(Self::evidence(row, &scope, Some(&it))?);
        }
        Ok(())
    }

    fn evidence(row: &Row, scope: &Scope, it: Option<&Value>) -> Result<Option<Evidence>, Error> {
        if let Some(filter) = &row.filter
            && !filter.holds(scope)?
        {
            return Ok(None);
        }
        let place = match (&row.place, it) {
            (Some(place), _) => place_of(&place.value(scope)?)?,
            // An item is a place, or has one.
            (None, Some(it)) => match place_of(it) {
                Ok(place) => place,
                Err(_) => place_of(&it.get_attr("place")?)?,
            },
            (None, None) => Place::default(),
        };
        let excerpt = match &row.excerpt {
            Some(excerpt) => Some(excerpt.value(scope)?).filter(|value| !value.is_none()),
            None => None,
        };
        let way = match &row.way {
            Some(item) => ways::steps(&item.value(scope)?)?,
            None => Vec::new(),
        };
        Ok(Some(Evidence {
            what: row.what.render(scope)?,
            place,
            excerpt: excerpt.map(|value| shortened(&value.to_string())),
            way,
        }))
    }

    fn nothing_found(&self, check: &Check) -> Draft {
        let hidden = gaps::in_parts(self.gaps, &check.needs);
        if !hidden.is_empty() {
            return hidden_draft(check, &hidden);
        }
        let ways = check.rules.iter().any(|rule| {
            matches!(
                rule.each,
                Each::Early | Each::Use | Each::Act | Each::PermissionUse
            )
        });
        // What a script calls, and when, is not followed, so that the code
        // was not seen in full.
        let outside = check.needs.contains(&Part::Code) && !self.outside.is_empty();
        let parts = check.needs.iter().copied();
        let parts: Vec<Bilingual> = parts
            .filter(|part| ways || !outside || *part != Part::Code)
            .map(gaps::part_name)
            .collect();
        let zh: Vec<&str> = parts.iter().map(|part| part.zh.as_str()).collect();
        let en: Vec<&str> = parts.iter().map(|part| part.en.as_str()).collect();
        let (zh, en) = (zh.join("、"), en.join(", "));
        let (mut reason, mut confidence) = if ways {
            // That code does not do something is never proven.
            let reason = Bilingual::new(
                format!("已查看（{zh}），未发现这样的途径；这不证明没有"),
                format!("no way of this kind was found, which proves no absence; looked at: {en}"),
            );
            (reason, Confidence::Medium)
        } else if parts.is_empty() {
            let reason = Bilingual::new("未发现", "nothing of this kind was found");
            (reason, Confidence::High)
        } else {
            let reason = Bilingual::new(
                format!("已完整查看（{zh}），未发现"),
                format!("nothing of this kind was found; seen in full: {en}"),
            );
            (reason, Confidence::High)
        };
        if outside {
            let names = self.outside.join(", ");
            let Bilingual { zh, en } = reason;
            reason = Bilingual {
                zh: format!("{zh}；应用的逻辑在 {names} 中，它何时调用代码未跟踪"),
                en: format!(
                    "{en}; the logic of the app is in {names}, and when that calls the code was not followed"
                ),
            };
            confidence = Confidence::Low;
        }
        about_app(check, Verdict::Pass, confidence, reason)
    }

    /// What would have to hold for the check to apply, and does not.
    fn missing<'c>(&self, check: &'c Check) -> Result<Vec<&'c Condition>, Error> {
        let mut missing = Vec::new();
        for condition in check.applies.pieces() {
            match condition.holds(&self.scope) {
                Ok(false) => missing.push(condition),
                // One may have no value where one before it does not hold.
                Err(error) if missing.is_empty() => return Err(error),
                Ok(true) | Err(_) => {}
            }
        }
        Ok(missing)
    }

    fn not_applicable(&self, check: &Check, missing: &[&Condition]) -> Draft {
        // Whether a check applies is read from the manifest. If that could
        // not be looked at, it is not known.
        let hidden = gaps::in_parts(self.gaps, &[Part::Manifest]);
        if check.needs.contains(&Part::Manifest) && !hidden.is_empty() {
            return hidden_draft(check, &hidden);
        }
        // The same if everything that is missing could be where nobody could
        // look.
        let unseen = missing
            .iter()
            .map(|condition| gaps::in_parts(self.gaps, &condition.looks_in()));
        let unseen: Vec<Vec<&Gap>> = unseen.collect();
        if unseen.iter().all(|gaps| !gaps.is_empty()) {
            let mut hidden = unseen.concat();
            hidden.sort_unstable();
            hidden.dedup();
            return hidden_draft(check, &hidden);
        }
        let reason = Bilingual::new(
            "本项检查不适用于该应用",
            "the check does not apply to this app",
        );
        about_app(check, Verdict::NotApplicable, Confidence::High, reason)
    }

    fn finding(&self, check: &Check, mut draft: Draft) -> Finding {
        without_repeats(&mut draft.evidence);
        let more = draft.evidence.len().saturating_sub(ROWS);
        if more > 0 {
            let place = draft.evidence.get(ROWS).map(|row| row.place.clone());
            draft.evidence.truncate(ROWS);
            draft.evidence.push(Evidence {
                what: Bilingual::new(format!("另有 {more} 处"), format!("and {more} more")),
                place: place.unwrap_or_default(),
                excerpt: None,
                way: Vec::new(),
            });
        }
        let title = draft
            .title
            .unwrap_or_else(|| Bilingual::new(&check.text.zh.general, &check.text.en.general));
        Finding {
            check: check.id.clone(),
            refs: check.refs.clone(),
            input: 0,
            fingerprint: fingerprint(&check.id, self.package, &draft.subject, &draft.owner),
            subject: draft.subject,
            owner: draft.owner,
            verdict: draft.verdict,
            severity: draft.severity,
            confidence: draft.confidence,
            reason: draft.reason,
            evidence: draft.evidence,
            about: draft.about.into_iter().collect(),
            clauses: check.clauses.clone(),
            labels: check.labels.clone(),
            text: texts(check, capital(title)),
            undecided: draft.undecided,
            suppressed: false,
            suppression: None,
            standing: None,
            beyond: Vec::new(),
            source: None,
        }
    }
}

/// An English title that begins with a common word begins with a capital;
/// names of classes and permissions stay as they are.
fn capital(mut title: Bilingual) -> Bilingual {
    let word = title.en.split([' ', ':']).next().unwrap_or_default();
    if !word.is_empty() && word.bytes().all(|letter| letter.is_ascii_lowercase()) {
        title.en.get_mut(..1).map(str::make_ascii_uppercase);
    }
    title
}

/// Leaves out rows that say of the same method what a row before them said:
/// the same call in another line of it.
fn without_repeats(rows: &mut Vec<Evidence>) {
    let mut said = BTreeSet::new();
    rows.retain(|row| {
        row.place.locator.is_none()
            || said.insert((
                row.what.clone(),
                row.excerpt.clone(),
                row.place.file.clone(),
                row.place.locator.clone(),
            ))
    });
}

/// Drafts on the same thing become one: the gravest speaks, the evidence of
/// all is kept.
fn merged(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut by_subject: BTreeMap<(String, String), Draft> = BTreeMap::new();
    for draft in drafts {
        let key = (draft.subject.clone(), draft.owner.clone());
        match by_subject.remove(&key) {
            None => by_subject.insert(key, draft),
            Some(other) => {
                let rank = |d: &Draft| (d.verdict, d.severity, d.confidence);
                let (mut first, second) = if rank(&draft) < rank(&other) {
                    (draft, other)
                } else {
                    (other, draft)
                };
                for row in second.evidence {
                    if !first.evidence.contains(&row) {
                        first.evidence.push(row);
                    }
                }
                first.about.extend(second.about);
                by_subject.insert(key, first)
            }
        };
    }
    by_subject.into_values().collect()
}

fn about_app(check: &Check, verdict: Verdict, confidence: Confidence, reason: Bilingual) -> Draft {
    Draft {
        verdict,
        severity: check.severity,
        confidence,
        subject: "app".to_owned(),
        owner: "app".to_owned(),
        title: None,
        reason,
        evidence: Vec::new(),
        about: BTreeSet::new(),
        undecided: false,
    }
}

/// Whether a draft only asks something that weighs less than what the check
/// is about.
fn is_aside(check: &Check, draft: &Draft) -> bool {
    // The gravest step of the scale is the least.
    draft.verdict == Verdict::Review && draft.severity > check.severity
}

fn hidden_draft(check: &Check, hidden: &[&Gap]) -> Draft {
    let reason = gaps::reason(hidden);
    let mut draft = about_app(check, Verdict::Review, Confidence::Low, reason);
    draft.evidence = gaps::evidence(hidden);
    draft.undecided = true;
    draft
}

/// A rule that could not be evaluated.
fn broken(check: &Check, error: &str, rule: Option<usize>) -> Draft {
    let (zh, en) = match rule {
        Some(number) => (format!("第 {number} 条规则"), format!("rule {number}")),
        None => ("适用条件".to_owned(), "the condition `applies`".to_owned()),
    };
    let reason = Bilingual {
        zh: format!("检查未能完成：{zh}无法求值（{error}）"),
        en: format!("the check could not be finished: {en} has no value ({error})"),
    };
    let mut draft = about_app(check, Verdict::Review, Confidence::Low, reason);
    draft.subject = rule.map_or_else(|| "applies".to_owned(), |number| format!("rule {number}"));
    draft
}

fn texts(check: &Check, title: Bilingual) -> Texts {
    let text = |text: &super::check::CheckText, title: String| Text {
        title,
        why: text.why.clone(),
        how: text.how.clone(),
        limits: text.limits.clone(),
        fix: text.fix.clone(),
    };
    Texts {
        zh: text(&check.text.zh, title.zh),
        en: text(&check.text.en, title.en),
    }
}

/// A place from its value.
fn place_of(value: &Value) -> Result<Place, Error> {
    let not_a_place = || Error::new(ErrorKind::InvalidOperation, "this is not a place");
    let fields = value.as_object().ok_or_else(not_a_place)?;
    let known = |name: &str| {
        let has = fields.try_iter()?.any(|key| key.as_str() == Some(name));
        has.then(|| fields.get_value_by_str(name))?
    };
    let file = known("file").ok_or_else(not_a_place)?;
    let number = |name: &str| {
        let value = known(name).filter(|value| !value.is_none())?;
        u64::try_from(value).ok()
    };
    Ok(Place {
        file: file.as_str().ok_or_else(not_a_place)?.to_owned(),
        locator: known("locator").and_then(|value| value.as_str().map(str::to_owned)),
        line: number("line").and_then(|line| u32::try_from(line).ok()),
        offset: number("offset"),
    })
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text)),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_call_in_another_line_of_a_method_is_one_row() {
        let row = |what: &str, locator: Option<&str>, line| Evidence {
            what: Bilingual::new(what, what),
            place: Place {
                locator: locator.map(str::to_owned),
                ..Place::file("classes.dex").line(line)
            },
            excerpt: None,
            way: Vec::new(),
        };
        let mut rows = vec![
            row("logs", Some("com.example.A.b"), 3),
            row("logs", Some("com.example.A.b"), 9),
            row("logs", Some("com.example.A.c"), 20),
            row("sends", Some("com.example.A.b"), 3),
            // Lines of a text are places of their own.
            row("names", None, 3),
            row("names", None, 9),
        ];
        without_repeats(&mut rows);
        let lines: Vec<_> = rows.iter().map(|row| row.place.line.unwrap()).collect();
        assert_eq!(lines, [3, 20, 3, 3, 9]);
    }
}
