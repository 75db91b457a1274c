//! Which issues the checks cover, source by source, and what remains for a
//! person or a test on a device.

use std::fmt::Write as _;

use super::{WRITTEN, number, or_dash, sure};
use crate::catalog::{self, Bilingual, Clause, IssueCertainty, Issues, Regulator};
use crate::check::{Check, Checks};
use crate::report::escape::markdown;

/// Where the pages of the checks are.
const PAGES: &str = "checks/";

/// The page.
pub fn page(checks: &Checks) -> String {
    let issues = catalog::issues();
    let mut out = format!("{WRITTEN}\n\n# Coverage · 覆盖范围\n\n");
    let with = |id: &str| of_row(checks, id).next().is_some();
    let covered = issues.rows.iter().filter(|row| with(&row.id)).count();
    let _ = writeln!(
        out,
        "{covered} of {} issues have a check. What a package does not show stays for a person or a \
         test on a device, and is told beside each. A check that bears on a point does not decide \
         it: its page says what it sees.\n",
        issues.rows.len()
    );
    table(&mut out, checks, issues);
    clauses(
        &mut out,
        checks,
        "R191",
        "2019 method, clause by clause · 认定方法逐条",
    );
    for (instrument, title) in [
        ("MIIT164", "MIIT letter of 2020 · 信管函〔2020〕164号"),
        ("MIIT26", "MIIT letter of 2023 · 信管函〔2023〕26号"),
    ] {
        clauses(&mut out, checks, instrument, title);
    }
    for regulator in [
        Regulator::Cverc,
        Regulator::Mps,
        Regulator::Miit,
        Regulator::Cac,
    ] {
        phrases(&mut out, checks, regulator);
    }
    campaigns(&mut out, checks, issues);
    bulletins(&mut out, checks, issues);
    out
}

fn table(out: &mut String, checks: &Checks, issues: &Issues) {
    out.push_str(
        "## Issues · 问题\n\n| row | issue | a file shows at most | checks | what remains |\n|---|---|---|---|---|\n",
    );
    for row in &issues.rows {
        let shows = match row.certainty {
            IssueCertainty::File => "that it is so · 确定",
            IssueCertainty::Likely => "that it is likely · 很可能",
            IssueCertainty::Person => "something to look at · 需人工复核",
        };
        let _ = writeln!(
            out,
            "| {} | {} | {shows} | {} | {} |",
            row.id,
            both(&row.name()),
            super::links(PAGES, of_row(checks, &row.id)),
            both(&row.rest)
        );
    }
}

/// The clauses of an instrument. What remains is that of the issues of the
/// checks that cite them.
fn clauses(out: &mut String, checks: &Checks, instrument: &str, title: &str) {
    let catalog = catalog::builtin();
    let _ = write!(
        out,
        "\n## {title}\n\n| clause | | checks |\n|---|---|---|\n"
    );
    let of_it = |clause: &&Clause| clause.instrument == instrument;
    for clause in catalog.clauses.values().filter(of_it) {
        let citing = checks.checks().iter().filter(|check| {
            let mut cited = check.clauses.iter();
            cited.any(|cited| cited.id == clause.id)
        });
        let _ = writeln!(
            out,
            "| {} | {}{} | {} |",
            number(clause, catalog),
            both(&clause.text()),
            sure(clause.mark),
            super::links(PAGES, citing)
        );
    }
}

fn phrases(out: &mut String, checks: &Checks, regulator: Regulator) {
    let name = regulator.name();
    let _ = write!(
        out,
        "\n## Phrases of {} · {}用语\n\n| phrase | checks |\n|---|---|\n",
        name.en, name.zh
    );
    let labels = catalog::builtin().labels.values();
    for label in labels.filter(|label| label.regulator == regulator) {
        let with = checks.checks().iter().filter(|check| {
            let mut all = check.labels.all();
            all.any(|(_, cited)| cited.id == label.id)
        });
        let _ = writeln!(
            out,
            "| {}{} | {} |",
            both(&label.text()),
            sure(label.mark),
            super::links(PAGES, with)
        );
    }
}

fn campaigns(out: &mut String, checks: &Checks, issues: &Issues) {
    out.push_str(
        "\n## Campaigns, drafts and collections of cases · 专项行动、征求意见稿与公开案例\n",
    );
    for campaign in &issues.campaigns {
        let name = Bilingual::new(&campaign.zh, &campaign.en);
        let date = campaign.date.as_ref().map(|date| format!(" ({date})"));
        let _ = write!(
            out,
            "\n### {}{}{}\n\n| point | rows | checks | what remains beside |\n|---|---|---|---|\n",
            both(&name),
            date.unwrap_or_default(),
            sure(campaign.mark)
        );
        for point in &campaign.point {
            let rest = point.rest.as_ref().map_or_else(|| "–".to_owned(), both);
            let _ = writeln!(
                out,
                "| {} | {} | {} | {rest} |",
                both(&Bilingual::new(&point.zh, &point.en)),
                or_dash(point.rows.join(" ")),
                super::links(PAGES, of_rows(checks, &point.rows))
            );
        }
    }
}

fn bulletins(out: &mut String, checks: &Checks, issues: &Issues) {
    out.push_str(
        "\n## Published notices · 公开通报\n\nApps and versions are those of the day of the notice. \
         应用及版本均为通报当时的情况。\n\n| date | by | words | rows | checks |\n|---|---|---|---|---|\n",
    );
    for bulletin in &issues.bulletins {
        let by = Bilingual::new(&bulletin.zh_regulator, &bulletin.regulator);
        let words = Bilingual::new(&bulletin.zh, &bulletin.en);
        let _ = writeln!(
            out,
            "| {} | {} | {}{} | {} | {} |",
            bulletin.date,
            both(&by),
            both(&words),
            sure(bulletin.mark),
            or_dash(bulletin.rows.join(" ")),
            super::links(PAGES, of_rows(checks, &bulletin.rows))
        );
    }
}

fn both(text: &Bilingual) -> String {
    format!("{} · {}", markdown(&text.en), markdown(&text.zh))
}

fn of_row<'a>(checks: &'a Checks, row: &'a str) -> impl Iterator<Item = &'a Check> {
    let checks = checks.checks().iter();
    checks.filter(move |check| check.refs.iter().any(|known| known == row))
}

/// Checks of any of the rows, each once.
fn of_rows<'a>(checks: &'a Checks, rows: &'a [String]) -> impl Iterator<Item = &'a Check> {
    let checks = checks.checks().iter();
    checks.filter(|check| check.refs.iter().any(|known| rows.contains(known)))
}
