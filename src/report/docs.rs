//! The pages on checks under `docs/`, written from the checks themselves.

mod coverage;

use std::fmt::Write as _;

use super::escape::markdown;
use super::explain::check_text;
use super::markdown::Markdown;
use crate::catalog::{self, Catalog, Lang, Mark};
use crate::check::{Check, Checks};

/// A page: its path below `docs/`, and its text.
pub type Page = (String, String);

/// All pages, sorted by path: one for each check, an index by issue row, by
/// regulators' words and by clause, and what all of them cover.
pub fn pages(checks: &Checks) -> Vec<Page> {
    let mut pages: Vec<Page> = checks
        .checks()
        .iter()
        .map(|check| (format!("checks/{}.md", check.id), page(check)))
        .collect();
    pages.push(("checks/README.md".to_owned(), index(checks)));
    pages.push(("coverage.md".to_owned(), coverage::page(checks)));
    pages.sort();
    pages
}

/// What every page begins with.
pub const WRITTEN: &str =
    "<!-- Written by `apkaudit generate docs`: change the check, not this page. -->";

/// One check in both languages.
fn page(check: &Check) -> String {
    let mut page = Markdown::default();
    page.block(WRITTEN);
    page.block(&format!("# {}", check.id));
    for lang in [Lang::En, Lang::Zh] {
        check_text(&mut page, check, lang);
    }
    page.block("[All checks · 所有检查](README.md)");
    page.finish()
}

/// The letters of the issue table.
const FAMILIES: [(char, &str, &str); 9] = [
    ('A', "Policy and consent screen", "隐私政策与同意界面"),
    (
        'B',
        "What the policy tells, held against the app",
        "政策告知与应用实际",
    ),
    ('C', "Consent", "同意"),
    ('D', "Necessity", "必要性"),
    ('E', "Third parties and transfer", "第三方与出境"),
    ('F', "Rights and complaints", "权利与投诉"),
    ('G', "Launch, ads, download", "自启动、广告与下载"),
    ('H', "Sensitive classes and security", "敏感信息与安全"),
    ('X', "The package itself", "安装包本身"),
];

fn index(checks: &Checks) -> String {
    let mut out = format!("{WRITTEN}\n\n# Checks · 检查\n\n");
    let count = checks.checks().len();
    let _ = writeln!(
        out,
        "{count} checks. By [issue](#by-issue--按问题), by \
         [regulators' words](#by-regulators-words--按监管用语), by [clause](#by-clause--按条款). \
         What they cover and what remains: [coverage](../coverage.md). Writing one: \
         [a check in ten minutes](../writing-a-check.md).\n"
    );
    by_issue(&mut out, checks);
    by_words(&mut out, checks);
    by_clause(&mut out, checks);
    out
}

fn by_issue(out: &mut String, checks: &Checks) {
    out.push_str("## By issue · 按问题\n");
    for (letter, en, zh) in FAMILIES {
        let _ = write!(
            out,
            "\n### {letter} {en} · {zh}\n\n| row | check | | severity | regimes |\n|---|---|---|---|---|\n"
        );
        let mut rows: Vec<(&str, &Check)> = Vec::new();
        for check in checks.checks() {
            let of_it = check.refs.iter().filter(|row| row.starts_with(letter));
            rows.extend(of_it.map(|row| (row.as_str(), check)));
            if letter == 'X' && check.refs.is_empty() {
                rows.push(("", check));
            }
        }
        rows.sort_by_key(|(row, check)| (*row, check.id.as_str()));
        for (row, check) in rows {
            let regimes: Vec<&str> = check.regimes.iter().map(|r| r.word()).collect();
            let _ = writeln!(
                out,
                "| {row} | {} | {} · {} | {} | {} |",
                link("", check),
                markdown(&check.text.en.general),
                markdown(&check.text.zh.general),
                check.severity.word(),
                regimes.join(", ")
            );
        }
    }
}

fn by_words(out: &mut String, checks: &Checks) {
    out.push_str(
        "\n## By regulators' words · 按监管用语\n\n| regulator | words | | checks |\n|---|---|---|---|\n",
    );
    for label in catalog::builtin().labels.values() {
        let with = |check: &&Check| check.labels.all().any(|(_, cited)| cited.id == label.id);
        let _ = writeln!(
            out,
            "| {} | {}{} | {} | {} |",
            label.regulator.name().en,
            markdown(&label.zh),
            sure(label.mark),
            markdown(&label.en),
            links("", checks.checks().iter().filter(with))
        );
    }
}

fn by_clause(out: &mut String, checks: &Checks) {
    let catalog = catalog::builtin();
    out.push_str("\n## By clause · 按条款\n");
    for instrument in catalog.instruments.values() {
        let name = instrument.name();
        let _ = write!(
            out,
            "\n### {} · {}{}\n\n| clause | | checks |\n|---|---|---|\n",
            markdown(&name.en),
            markdown(&name.zh),
            sure(instrument.mark)
        );
        let of_it = |clause: &&catalog::Clause| clause.instrument == instrument.id;
        for clause in catalog.clauses.values().filter(of_it) {
            let _ = writeln!(
                out,
                "| {} | {} · {}{} | {} |",
                number(clause, catalog),
                markdown(&clause.en),
                markdown(&clause.zh),
                sure(clause.mark),
                links(
                    "",
                    checks.checks().iter().filter(|check| {
                        check.clauses.iter().any(|cited| cited.id == clause.id)
                    })
                )
            );
        }
    }
}

fn number(clause: &catalog::Clause, catalog: &Catalog) -> String {
    markdown(&catalog.citation(clause).en)
}

/// A citation that nobody proofed says so.
fn sure(mark: Mark) -> &'static str {
    match mark {
        Mark::Verified => "",
        Mark::Secondary => " (public reports · 据公开报道)",
        Mark::Unverified => " (unverified · 待核实)",
    }
}

/// A link to the page of a check; `folder` is where the pages are.
fn link(folder: &str, check: &Check) -> String {
    format!("[{id}]({folder}{id}.md)", id = check.id)
}

fn links<'a>(folder: &str, checks: impl Iterator<Item = &'a Check>) -> String {
    let links: Vec<String> = checks.map(|check| link(folder, check)).collect();
    or_dash(links.join(" · "))
}

fn or_dash(text: String) -> String {
    if text.is_empty() {
        "–".to_owned()
    } else {
        text
    }
}
