//! Findings meet what the team decided before: levels, suppressions, the
//! baseline, and the list of permissions.

use super::baseline::{Baseline, Entry};
use super::config::{Config, Level};
use super::date::Date;
use super::diagnostics::{Diagnostic, DiagnosticKind, DiagnosticLevel};
use super::{Gate, Threshold, decide};
use crate::catalog::{self, Bilingual};
use crate::check::{Checks, Finding, Standing, Suppressed, SuppressedBy, Verdict};
use crate::evidence::Place;

/// What was decided before the run.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// What the files set.
    pub config: &'a Config,
    /// The checks that ran.
    pub checks: &'a Checks,
    /// What was known before, and the path of its file.
    pub baseline: Option<(&'a Baseline, &'a str)>,
    /// Today.
    pub today: Date,
    /// From where on a finding fails the gate.
    pub threshold: Option<Threshold>,
    /// What set the threshold.
    pub setting: &'a str,
}

/// An input that was analysed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct App {
    /// Application id; empty for a document.
    pub package: String,
    /// Permissions that the manifest asks for.
    pub permissions: Vec<String>,
}

/// Marks the findings that do not count, says what is wrong with the rules,
/// and decides. `apps` holds the inputs in their order, `None` for one that
/// could not be analysed.
pub fn settle(
    findings: &mut [Finding],
    apps: &[Option<App>],
    rules: &Rules<'_>,
) -> (Gate, Vec<Diagnostic>) {
    let mut told = Told {
        config: rules.config,
        all: Vec::new(),
    };
    levels(findings, rules.config);
    suppress(findings, apps, rules, &mut told);
    if let Some((baseline, place)) = rules.baseline {
        known(findings, apps, rules.checks, baseline, place, &mut told);
    }
    permissions(apps, rules.config, &mut told);
    let denied = told.all.iter().filter(|one| one.fails()).count();
    let gate = decide(findings, rules.threshold);
    let gate = Gate {
        passed: gate.passed && denied == 0,
        setting: rules.setting.to_owned(),
        denied,
        ..gate
    };
    (gate, told.all)
}

/// Diagnostics so far.
struct Told<'a> {
    config: &'a Config,
    all: Vec<Diagnostic>,
}

impl Told<'_> {
    fn tell(&mut self, kind: DiagnosticKind, text: Bilingual, place: Place) {
        let level = self.config.diagnostic(kind);
        if level != DiagnosticLevel::Allow {
            self.all.push(Diagnostic {
                kind,
                level,
                text,
                place,
            });
        }
    }
}

fn levels(findings: &mut [Finding], config: &Config) {
    for finding in findings {
        if let Some(Level::At(severity)) = config.levels.get(&finding.check).map(|set| set.value) {
            finding.severity = severity;
        }
    }
}

fn package<'a>(apps: &'a [Option<App>], finding: &Finding) -> &'a str {
    let app = apps.get(finding.input).and_then(Option::as_ref);
    app.map_or("", |app| app.package.as_str())
}

/// Whether a finding asks for anything.
fn is_open(finding: &Finding) -> bool {
    finding.asserts() || finding.verdict == Verdict::Review
}

fn suppress(
    findings: &mut [Finding],
    apps: &[Option<App>],
    rules: &Rules<'_>,
    told: &mut Told<'_>,
) {
    for one in &rules.config.suppressions {
        let place = one.spot.place();
        let until = one.until;
        if until < rules.today {
            let text = Bilingual::new(
                format!("屏蔽已于 {until} 到期，不再生效：{}", one.check),
                format!(
                    "the suppression of {} ended on {until} and counts no more",
                    one.check
                ),
            );
            told.tell(DiagnosticKind::ExpiredSuppression, text, place);
            continue;
        }
        let mut used = false;
        for finding in findings.iter_mut().filter(|finding| is_open(finding)) {
            let check = rules.checks.named(&finding.check);
            let accepts = |check| one.accepts(check, package(apps, finding), finding);
            if !check.is_some_and(accepts) {
                continue;
            }
            used = true;
            if !finding.suppressed {
                finding.suppressed = true;
                finding.suppression = Some(Suppressed {
                    by: SuppressedBy::Config,
                    reason: one.reason.clone(),
                    until: Some(until.to_string()),
                    place: one.spot.line(),
                });
            }
        }
        // One on another app, or on a check that did not run, is not idle.
        let mut of_here = apps.iter().flatten();
        let ran = rules
            .checks
            .checks()
            .iter()
            .any(|check| one.check.names(check));
        if !used && ran && of_here.any(|app| one.is_of(&app.package)) {
            let text = Bilingual::new(
                format!("屏蔽没有对应的检查结果，可以删除：{}", one.check),
                format!(
                    "the suppression of {} meets no finding and can go",
                    one.check
                ),
            );
            told.tell(DiagnosticKind::UnusedSuppression, text, place);
        }
    }
}

fn known(
    findings: &mut [Finding],
    apps: &[Option<App>],
    checks: &Checks,
    baseline: &Baseline,
    place: &str,
    told: &mut Told<'_>,
) {
    let mut meeting = baseline.meet();
    for finding in findings.iter_mut().filter(|finding| finding.asserts()) {
        if finding.suppressed {
            continue;
        }
        let (standing, beyond) = meeting.standing(finding);
        finding.standing = Some(standing);
        finding.beyond = beyond;
        if standing == Standing::Known {
            finding.suppressed = true;
            finding.suppression = Some(Suppressed {
                by: SuppressedBy::Baseline,
                reason: String::new(),
                until: None,
                place: place.to_owned(),
            });
        }
    }
    // What the settings accept is there all the same.
    for finding in findings.iter().filter(|of| of.asserts()) {
        if finding.standing.is_none() {
            meeting.standing(finding);
        }
    }
    let here = |of: &str| apps.iter().flatten().any(|app| app.package == of);
    let undecided = |entry: &Entry| {
        findings.iter().any(|finding| {
            finding.undecided
                && finding.check == entry.check
                && package(apps, finding) == entry.package
        })
    };
    for (entry, left) in meeting.left() {
        let looked = checks.named(&entry.check).is_some() && here(&entry.package);
        if !looked || undecided(entry) {
            continue;
        }
        let Entry {
            check,
            subject,
            owner,
            ..
        } = entry;
        let times = if left == 1 {
            String::new()
        } else {
            format!(" ×{left}")
        };
        let text = Bilingual::new(
            format!(
                "基线中的一项已不再出现：{check} {subject}（{owner}）{times}；apkaudit baseline prune 可删除"
            ),
            format!(
                "an entry of the baseline is not found any more: {check} {subject} ({owner}){times}; apkaudit baseline prune takes it out"
            ),
        );
        told.tell(DiagnosticKind::StaleBaseline, text, Place::file(place));
    }
}

fn permissions(apps: &[Option<App>], config: &Config, told: &mut Told<'_>) {
    let Some(first) = config.permissions.values().next() else {
        return;
    };
    let asks = |name: &str| {
        let level = catalog::permission(name).map(|known| known.level);
        matches!(
            level,
            Some(catalog::Level::Dangerous | catalog::Level::Special)
        )
    };
    for app in apps.iter().flatten() {
        for name in app.permissions.iter().filter(|name| asks(name)) {
            if config.permissions.contains_key(name) {
                continue;
            }
            let package = &app.package;
            let text = Bilingual::new(
                format!("{package} 声明了 {name}，而 app.permissions 没有列出"),
                format!("{package} asks for {name}, which app.permissions does not list"),
            );
            told.tell(
                DiagnosticKind::UnexpectedPermission,
                text,
                first.spot.place(),
            );
        }
    }
}
