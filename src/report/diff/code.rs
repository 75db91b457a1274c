//! SDKs, what code reads and when, and hosts that changed, in words.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::words::{number, pick};
use super::Section;
use super::facts::{is_tool, listed, names, parts, section, step};
use crate::catalog::Lang;
use crate::check::owner_name;
use crate::diff::{Changed, Changes, DataUse, EarlyUse, Host, SdkEntry, UnknownCode};
use crate::disclosure::SdkVerdict;
use crate::program::{Grade, Phase};

pub(super) fn sdks(changes: &Changes<SdkEntry>, lang: Lang) -> Section {
    section(
        pick(lang, "SDK", "SDKs"),
        changes,
        |of| sdk(of, lang),
        |of| sdk_change(of, lang),
        lang,
    )
}

pub(super) fn unknown(changes: &Changes<UnknownCode>, lang: Lang) -> Section {
    section(
        pick(lang, "未知第三方代码", "Unknown third-party code"),
        changes,
        |of| root(of, lang),
        |of| root(&of.new, lang),
        lang,
    )
}

pub(super) fn early(changes: &Changes<EarlyUse>, lang: Lang) -> Section {
    let list = |all: &[EarlyUse]| {
        by_owner(
            all.iter().map(|of| (of.owner.as_str(), of)),
            |owner, _| is_tool(owner),
            |of| moment(of, lang),
            |of| what(of, lang),
            lang,
        )
    };
    listed(
        pick(lang, "同意之前可能运行", "Can run before consent"),
        changes,
        list,
        |of| {
            step(
                "",
                Some(&moment(&of.old, lang)),
                Some(&moment(&of.new, lang)),
            )
        },
        lang,
    )
}

/// The calls are told for the app's own code, of which somebody has to find
/// the line; of an SDK with many kinds, the kinds.
pub(super) fn data(changes: &Changes<DataUse>, lang: Lang) -> Section {
    let list = |all: &[DataUse]| {
        by_owner(
            all.iter().map(|of| (of.owner.as_str(), of)),
            |owner, kinds| is_tool(owner) || (kinds > 1 && rank(owner) > OWN),
            |of| read(of, lang),
            |of| {
                let unsure = pick(lang, "（可能）", " (possibly)");
                let unsure = if of.possible { unsure } else { "" };
                format!("{}{unsure}", of.name.get(lang))
            },
            lang,
        )
    };
    listed(
        pick(lang, "读取的个人信息", "Personal information read"),
        changes,
        list,
        |of| {
            let (was, is) = (owner_name(&of.old.owner), owner_name(&of.new.owner));
            let (name, was, is) = (of.new.name.get(lang), was.get(lang), is.get(lang));
            match lang {
                Lang::Zh => format!("{name}：归属由“{was}”变为“{is}”（类名被混淆）"),
                Lang::En => {
                    format!("{name}: of {was}, now of {is} (names of classes were changed)")
                }
            }
        },
        lang,
    )
}

pub(super) fn hosts(changes: &Changes<Host>, lang: Lang) -> Section {
    section(
        pick(lang, "网络主机", "Hosts"),
        changes,
        |of| host(of, lang),
        |of| host(&of.new, lang),
        lang,
    )
}

/// Rank of the app's own code, and of code of which it is not known whose it
/// is.
const OWN: u8 = 1;

/// Order of owners: what a team can change first, tools last.
fn rank(owner: &str) -> u8 {
    match owner {
        "app" => 0,
        "unknown" => OWN,
        _ if owner.starts_with("sdk:") => 2,
        _ if is_tool(owner) => 4,
        _ => 3,
    }
}

/// Rows in the order of owners; one row for an owner that `folds`, which has
/// so many, with the names only.
fn by_owner<'a, T: 'a>(
    items: impl Iterator<Item = (&'a str, &'a T)>,
    folds: impl Fn(&str, usize) -> bool,
    words: impl Fn(&T) -> String,
    name: impl Fn(&T) -> String,
    lang: Lang,
) -> Vec<String> {
    let mut owners: BTreeMap<(u8, &str), Vec<&T>> = BTreeMap::new();
    for (owner, item) in items {
        owners.entry((rank(owner), owner)).or_default().push(item);
    }
    let mut rows = Vec::new();
    for ((_, owner), items) in owners {
        if folds(owner, items.len()) {
            let names: Vec<String> = items.into_iter().map(&name).collect();
            rows.push(parts(owner_name(owner).get(lang), &names, lang));
        } else {
            rows.extend(items.into_iter().map(&words));
        }
    }
    rows
}

fn sdk(of: &SdkEntry, lang: Lang) -> String {
    let mut text = of.name.get(lang).to_owned();
    if let Some(version) = &of.version {
        let _ = write!(text, " {version}");
    }
    let _ = write!(text, " (sdk:{})", of.id);
    if of.status == crate::sdk::Status::Likely {
        text.push_str(pick(lang, "，可能存在", ", likely"));
    }
    if let Some(verdict) = of.policy {
        text.push_str(pick(lang, "：", ": "));
        text.push_str(disclosed(verdict, lang));
    }
    text
}

fn sdk_change(of: &Changed<SdkEntry>, lang: Lang) -> String {
    let (was, is) = (&of.old, &of.new);
    let mut all = Vec::new();
    if was.version.is_some() && is.version.is_some() && was.version != is.version {
        all.push(step("", was.version.as_deref(), is.version.as_deref()));
    }
    if let Some((was, is)) = was.policy.zip(is.policy)
        && was != is
    {
        let (was, is) = (disclosed(was, lang), disclosed(is, lang));
        all.push(step("", Some(was), Some(is)));
    }
    let name = format!("{} (sdk:{})", is.name.get(lang), is.id);
    parts(&name, &all, lang)
}

fn disclosed(verdict: SdkVerdict, lang: Lang) -> &'static str {
    match verdict {
        SdkVerdict::Disclosed => pick(lang, "政策已披露", "the policy discloses it"),
        SdkVerdict::Incomplete => pick(
            lang,
            "政策披露不完整",
            "the policy does not say all that it must",
        ),
        SdkVerdict::Mentioned => pick(lang, "政策提到名称", "the policy mentions it"),
        SdkVerdict::VendorOnly => pick(lang, "政策只提到厂商", "the policy names its vendor only"),
        SdkVerdict::LinkedElsewhere => pick(
            lang,
            "政策指向未提供的清单",
            "the policy refers to a list that is not here",
        ),
        SdkVerdict::Undisclosed => pick(lang, "政策中未找到", "not found in the policy"),
    }
}

fn root(of: &UnknownCode, lang: Lang) -> String {
    let classes = number(u64::from(of.classes));
    let mut text = match lang {
        Lang::Zh => format!("{}（{classes} 个类）", of.name),
        Lang::En => format!("{} ({classes} classes)", of.name),
    };
    let reads: Vec<&str> = of.reads.iter().map(|name| name.get(lang)).collect();
    if !reads.is_empty() {
        text.push_str(pick(lang, "：读取 ", ": reads "));
        text.push_str(&reads.join(pick(lang, "、", ", ")));
    }
    text
}

fn moment(of: &EarlyUse, lang: Lang) -> String {
    let what = what(of, lang);
    let grade = match of.grade {
        Grade::Definite => pick(lang, "确定", "definite"),
        Grade::Likely => pick(lang, "较可能", "likely"),
        Grade::Possible => pick(lang, "可能", "possible"),
    };
    let phase = match of.phase {
        Phase::Start => pick(lang, "进程启动", "process start"),
        _ => pick(lang, "首个界面", "first screen"),
    };
    let owner = owner_name(&of.owner);
    match lang {
        Lang::Zh => format!("{what}（{}；{phase}，{grade}）", owner.zh),
        Lang::En => format!("{what} ({}; {phase}, {grade})", owner.en),
    }
}

fn what(of: &EarlyUse, lang: Lang) -> String {
    match (&of.starts, lang) {
        (Some(sdk), Lang::Zh) => format!("启动 {}", owner_name(sdk).zh),
        (Some(sdk), Lang::En) => format!("start of {}", owner_name(sdk).en),
        (None, _) => of.name.get(lang).to_owned(),
    }
}

fn read(of: &DataUse, lang: Lang) -> String {
    let unsure = if of.possible {
        pick(lang, "，可能", ", possibly")
    } else {
        ""
    };
    let (name, owner) = (of.name.get(lang), owner_name(&of.owner));
    match lang {
        Lang::Zh => format!("{name}（{}{unsure}）：{}", owner.zh, of.apis.join("、")),
        Lang::En => format!("{name} ({}{unsure}): {}", owner.en, of.apis.join(", ")),
    }
}

fn host(of: &Host, lang: Lang) -> String {
    let mut text = of.host.clone();
    if of.cleartext {
        text.push_str(pick(lang, "，明文", ", cleartext"));
    }
    if !of.owners.is_empty() {
        let _ = write!(text, " ({})", names(&of.owners, lang));
    }
    text
}
