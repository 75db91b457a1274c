//! What changed between two apps, in the formats that show it. All of them
//! print the same sections.

mod code;
mod facts;
mod findings;
mod manifest;
mod markdown;
mod policy;
mod text;

use std::fmt::{self, Write as _};

use super::result::RunResult;
use super::words::{counted, pick};
use crate::catalog::Lang;
use crate::diff::{Diff, Head, Lacking, Missing, Side, Which};
use crate::evidence::GapKind;

/// Rows of one section before a text says "and N more"; JSON has them all.
const SHOWN: usize = 60;

/// Characters of a digest that tell it from others; JSON has all.
const DIGEST: usize = 16;

/// Formats of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffFormat {
    /// For people.
    Text,
    /// All of it.
    Json,
    /// Comment on a pull request.
    Markdown,
}

impl DiffFormat {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Text, Self::Json, Self::Markdown];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Markdown => "markdown",
        }
    }

    /// What it is for, in one line.
    pub fn about(self) -> &'static str {
        match self {
            Self::Text => "For people",
            Self::Json => "All of it, for programs",
            Self::Markdown => "Comment on a pull request",
        }
    }
}

impl RunResult {
    /// What is known of the first input, to be compared with another.
    pub fn side(&self) -> Side<'_> {
        let input = self.inputs.first();
        let summary = input.and_then(|input| input.summary.as_ref());
        let gaps = input.map_or(&[][..], |input| input.gaps.as_slice());
        Side {
            head: Head {
                path: input.map(|input| input.path.clone()).unwrap_or_default(),
                sha256: summary.map(|of| of.sha256.clone()).unwrap_or_default(),
                package: summary.map(|of| of.package.clone()).unwrap_or_default(),
                version_name: summary.and_then(|of| of.version_name.clone()),
                version_code: summary.and_then(|of| of.version_code),
                target_sdk: summary.and_then(|of| of.target_sdk),
                checks: self.tool.checks.clone(),
                gaps: gaps
                    .iter()
                    .filter(|gap| gap.kind != GapKind::NotFound)
                    .count(),
            },
            facts: input.and_then(|input| input.facts.as_deref()),
            findings: self.gate.is_some().then(|| {
                let findings = self.findings.iter();
                findings.filter(|finding| finding.input == 0).collect()
            }),
            ran: self
                .selection
                .iter()
                .flat_map(|selected| &selected.ran)
                .map(|ran| ran.check.as_str())
                .collect(),
        }
    }
}

/// The difference in this format; text is `width` columns wide.
pub fn render(diff: &Diff, format: DiffFormat, lang: Lang, width: usize) -> String {
    match format {
        DiffFormat::Text => text::render(diff, lang, width),
        DiffFormat::Json => super::json::pretty(diff),
        DiffFormat::Markdown => markdown::render(diff, lang),
    }
}

/// How a row stands to the old side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    New,
    Gone,
    Changed,
    Unclear,
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "+",
            Self::Gone => "-",
            Self::Changed => "~",
            Self::Unclear => "?",
        })
    }
}

/// Changes of one kind, in words.
struct Section {
    title: String,
    rows: Vec<(Sign, String)>,
    /// What must be known to read them.
    notes: Vec<String>,
}

/// All that changed, the findings first.
fn sections(diff: &Diff, lang: Lang) -> Vec<Section> {
    let mut all = Vec::new();
    if let Some(findings) = &diff.findings {
        all.push(findings::section(findings, lang));
    }
    all.push(identity(diff, lang));
    if let Some(facts) = &diff.facts {
        all.extend(facts::sections(facts, lang));
    }
    all.retain(|section| !section.rows.is_empty());
    all
}

fn identity(diff: &Diff, lang: Lang) -> Section {
    let name = |what: &str| match what {
        "package" => pick(lang, "包名", "package"),
        "version_name" => pick(lang, "版本名", "version name"),
        "version_code" => pick(lang, "版本号", "version code"),
        "signers" => pick(lang, "签名证书", "signer"),
        "min_sdk" => "minSdk",
        _ => "targetSdk",
    };
    let rows = diff.identity.iter().map(|change| {
        let value = |value: &Option<String>| match value {
            None => pick(lang, "无", "none").to_owned(),
            Some(value) if change.what == "signers" => digests(value),
            Some(value) => value.clone(),
        };
        let (old, new) = (value(&change.old), value(&change.new));
        let colon = pick(lang, "：", ": ");
        let text = format!("{}{colon}{old} → {new}", name(&change.what));
        (Sign::Changed, text)
    });
    Section {
        title: pick(lang, "应用", "App").to_owned(),
        rows: rows.collect(),
        notes: Vec::new(),
    }
}

/// Digests in a list, each by its beginning.
fn digests(list: &str) -> String {
    let short = |digest: &str| match digest.get(..DIGEST) {
        Some(start) if digest.len() > DIGEST => format!("{start}…"),
        _ => digest.to_owned(),
    };
    let all: Vec<String> = list.split(", ").map(short).collect();
    all.join(", ")
}

/// What was not compared, and why; and what makes the comparison weaker.
fn notes(diff: &Diff, lang: Lang) -> Vec<String> {
    let mut notes = Vec::new();
    for what in [Lacking::Facts, Lacking::Findings, Lacking::Policy] {
        let lacks = |side| diff.missing.contains(&Missing { side, what });
        let side = match (lacks(Which::Old), lacks(Which::New)) {
            (true, true) => pick(lang, "双方都", "either side"),
            (true, false) => pick(lang, "旧的一方", "the old side"),
            (false, true) => pick(lang, "新的一方", "the new side"),
            (false, false) => continue,
        };
        notes.push(match (what, lang) {
            (Lacking::Facts, Lang::Zh) => format!(
                "{side}没有保存事实（check --facts -f json 和 inspect -f json 会保存），因此未比较权限、组件、SDK、数据、网址和政策"
            ),
            (Lacking::Facts, Lang::En) => format!(
                "no facts were saved of {side} (check --facts -f json and inspect -f json save \
                 them): permissions, components, SDKs, data, hosts and policy are not compared"
            ),
            (Lacking::Findings, Lang::Zh) => {
                format!("{side}没有检查结果（check -f json 会保存），因此未比较检查结果")
            }
            (Lacking::Findings, Lang::En) => format!(
                "no findings were saved of {side} (check -f json saves them): findings are not \
                 compared"
            ),
            (Lacking::Policy, Lang::Zh) => {
                format!("{side}没有找到隐私政策文本，因此未比较政策；--policy 可以提供")
            }
            (Lacking::Policy, Lang::En) => format!(
                "no policy text was found in {side}: policies are not compared (--policy gives one)"
            ),
        });
    }
    let unseen: Vec<String> = [(Which::Old, &diff.old), (Which::New, &diff.new)]
        .into_iter()
        .filter(|(_, head)| head.gaps > 0)
        .map(|(which, head)| {
            let count = head.gaps;
            match (which, lang) {
                (Which::Old, Lang::Zh) => format!("旧的一方 {count} 处"),
                (Which::New, Lang::Zh) => format!("新的一方 {count} 处"),
                (Which::Old, Lang::En) => {
                    format!("{} of the old side", counted(count, "part", "parts"))
                }
                (Which::New, Lang::En) => {
                    format!("{} of the new side", counted(count, "part", "parts"))
                }
            }
        })
        .collect();
    if !unseen.is_empty() {
        notes.push(match lang {
            Lang::Zh => format!("无法查看：{}（inspect 会列出）", unseen.join("，")),
            Lang::En => format!(
                "{} could not be looked at (inspect lists them)",
                unseen.join(" and ")
            ),
        });
    }
    let (was, is) = (&diff.old.checks, &diff.new.checks);
    if diff.findings.is_some() && was != is {
        notes.push(match lang {
            Lang::Zh => format!("双方由不同的检查集判断：{was} → {is}"),
            Lang::En => format!("the sides were judged by different check sets: {was} → {is}"),
        });
    }
    notes
}

/// One side in one line.
fn side(head: &Head) -> String {
    let mut text = head.path.clone();
    if !head.package.is_empty() {
        text.push_str("  ");
        text.push_str(&head.package);
    }
    if let Some(name) = &head.version_name {
        text.push(' ');
        text.push_str(name);
    }
    if let Some(code) = head.version_code {
        let _ = write!(text, " ({code})");
    }
    text
}

/// What is said if nothing changed.
fn nothing(diff: &Diff, lang: Lang) -> &'static str {
    if diff.old.sha256 == diff.new.sha256 {
        pick(lang, "双方是同一个文件", "Both sides are the same file")
    } else {
        pick(
            lang,
            "比较的内容没有变化",
            "Nothing that was compared has changed",
        )
    }
}
