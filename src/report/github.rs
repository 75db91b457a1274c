//! Annotations of GitHub Actions: workflow commands on standard output.

use std::fmt::Write as _;

use super::escape::terminal;
use super::result::RunResult;
use super::spot::Spot;
use super::text::{Shown, undecided_by_reason, undecided_title};
use super::words::pick;
use crate::catalog::Lang;
use crate::check::{Finding, Severity};

/// Annotations of a level that a step may have; more are not shown.
const EACH: usize = 10;

/// Levels, the gravest first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Notice];

    fn of(finding: &Finding) -> Self {
        match finding.severity {
            _ if !finding.asserts() => Self::Notice,
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low | Severity::Info => Self::Notice,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

struct Annotation {
    level: Level,
    spot: Spot,
    title: String,
    message: String,
}

/// The annotations of a run of `check`; the last line says how many were
/// left out.
pub fn render(result: &RunResult, shown: Shown, lang: Lang) -> String {
    let annotations = annotations(result, shown, lang);
    let mut out = String::new();
    let mut more = 0;
    for level in Level::ALL {
        let of_level = || annotations.iter().filter(|a| a.level == level);
        more += of_level().count().saturating_sub(EACH);
        for annotation in of_level().take(EACH) {
            let _ = writeln!(
                out,
                "::{} file={},line={},title={}::{}",
                level.word(),
                property(&annotation.spot.path),
                annotation.spot.line(),
                property(&annotation.title),
                data(&annotation.message),
            );
        }
    }
    if more > 0 {
        let _ = match lang {
            Lang::Zh => writeln!(
                out,
                "apkaudit：另有 {more} 条注解未列出（每级最多 {EACH} 条）"
            ),
            Lang::En => writeln!(
                out,
                "apkaudit: {more} more annotations are left out ({EACH} of each level are shown)"
            ),
        };
    }
    out
}

fn annotations(result: &RunResult, shown: Shown, lang: Lang) -> Vec<Annotation> {
    let mut list = Vec::new();
    list.extend(result.diagnostics.iter().map(|one| Annotation {
        level: if one.fails() {
            Level::Error
        } else {
            Level::Warning
        },
        spot: Spot::setting(one),
        title: one.kind.word().to_owned(),
        message: one.text.get(lang).to_owned(),
    }));
    for (index, input) in result.inputs.iter().enumerate() {
        if let Some(error) = &input.error {
            list.push(Annotation {
                level: Level::Error,
                spot: Spot::input(input),
                title: pick(lang, "无法分析", "could not be analysed").to_owned(),
                message: format!("{}: {}", input.path, error.get(lang)),
            });
        }
        let of_input = || {
            let findings = result.findings.iter();
            findings.filter(|finding| finding.input == index && shown.shows(finding))
        };
        list.extend(of_input().filter(|f| !f.undecided).map(|finding| {
            let text = finding.text.get(lang);
            let ask = pick(lang, "需人工复核：", "to be looked at: ");
            let ask = if finding.asserts() { "" } else { ask };
            Annotation {
                level: Level::of(finding),
                spot: Spot::of(result, finding),
                title: format!("{} ({})", finding.check, finding.severity),
                message: format!("{ask}{}\n{}", text.title, finding.reason.get(lang)),
            }
        }));
        for (reason, checks) in undecided_by_reason(of_input(), lang) {
            list.push(Annotation {
                level: Level::Notice,
                spot: Spot::input(input),
                title: pick(lang, "不能下结论", "undecided").to_owned(),
                message: format!(
                    "{}\n{}",
                    undecided_title(reason, checks.len(), lang),
                    checks.join(", ")
                ),
            });
        }
    }
    list
}

/// The message of a command.
fn data(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(terminal).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn an_app_cannot_write_a_command() {
        assert_eq!(data("100%\n::error::x\r"), "100%25%0A::error::x\\u{d}");
        assert_eq!(property("a,b: 5%\n"), "a%2Cb%3A 5%25%0A");
    }
}
