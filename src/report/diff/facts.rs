//! Facts that changed, in words.

use std::fmt::Write as _;

use super::super::words::{number, pick};
use super::{Section, Sign, policy};
use crate::catalog::Lang;
use crate::check::owner_name;
use crate::diff::{
    Changed, Changes, ComponentEntry, DataUse, EarlyUse, FactChanges, Host, PermissionEntry,
    SdkEntry, UnknownCode,
};
use crate::disclosure::SdkVerdict;
use crate::manifest::ComponentKind;
use crate::program::{Grade, Phase};

pub(super) fn sections(facts: &FactChanges, lang: Lang) -> Vec<Section> {
    let mut all = vec![
        section(
            pick(lang, "权限", "Permissions"),
            &facts.permissions,
            |of| permission(of, lang),
            |of| users(of, lang),
            lang,
        ),
        section(
            pick(lang, "SDK", "SDKs"),
            &facts.sdks,
            |of| sdk(of, lang),
            |of| sdk_change(of, lang),
            lang,
        ),
        section(
            pick(lang, "未知第三方代码", "Unknown third-party code"),
            &facts.unknown_code,
            |of| unknown(of, lang),
            |of| unknown(&of.new, lang),
            lang,
        ),
        section(
            pick(lang, "同意之前可能运行", "Can run before consent"),
            &facts.early,
            |of| early(of, lang),
            |of| format!("{} → {}", early(&of.old, lang), early(&of.new, lang)),
            lang,
        ),
        section(
            pick(lang, "读取的个人信息", "Personal information read"),
            &facts.data,
            |of| data(of, lang),
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
        ),
        section(
            pick(lang, "组件", "Components"),
            &facts.components,
            |of| component(of, lang),
            |of| component_change(of, lang),
            lang,
        ),
        section(
            pick(lang, "网络主机", "Hosts"),
            &facts.hosts,
            |of| host(of, lang),
            |of| host(&of.new, lang),
            lang,
        ),
    ];
    if let Some(changes) = &facts.policy {
        all.push(policy::section(changes, lang));
    }
    all
}

pub(super) fn section<T>(
    title: &str,
    changes: &Changes<T>,
    words: impl Fn(&T) -> String,
    change: impl Fn(&Changed<T>) -> String,
    lang: Lang,
) -> Section {
    let mut rows: Vec<(Sign, String)> = Vec::new();
    rows.extend(changes.new.iter().map(|of| (Sign::New, words(of))));
    rows.extend(changes.gone.iter().map(|of| (Sign::Gone, words(of))));
    rows.extend(changes.changed.iter().map(|of| (Sign::Changed, change(of))));
    let mut notes = Vec::new();
    if changes.old_hidden && !changes.new.is_empty() {
        notes.push(
            pick(
                lang,
                "旧的一方未能完整查看或类名被混淆：标为 + 的可能原来就有",
                "the old side could not be seen in full: what is marked + may have been there",
            )
            .to_owned(),
        );
    }
    if changes.new_hidden && !changes.gone.is_empty() {
        notes.push(
            pick(
                lang,
                "新的一方未能完整查看或类名被混淆：标为 - 的可能仍在",
                "the new side could not be seen in full: what is marked - may still be there",
            )
            .to_owned(),
        );
    }
    Section {
        title: title.to_owned(),
        rows,
        notes,
    }
}

fn names(owners: &[String], lang: Lang) -> String {
    let names: Vec<String> = owners
        .iter()
        .map(|owner| owner_name(owner).get(lang).to_owned())
        .collect();
    names.join(pick(lang, "、", ", "))
}

fn permission(of: &PermissionEntry, lang: Lang) -> String {
    let mut text = of.name.clone();
    if let Some(level) = &of.level {
        let _ = write!(text, " ({level})");
    }
    let used = names(&of.owners, lang);
    let more = match (of.used, lang) {
        (crate::permission::Verdict::NotFound, _) => {
            pick(lang, "：未发现使用", ": no use found").to_owned()
        }
        (_, Lang::Zh) if !used.is_empty() => format!("：使用者 {used}"),
        (_, Lang::En) if !used.is_empty() => format!(": used by {used}"),
        _ => String::new(),
    };
    text.push_str(&more);
    if !of.asked_by.is_empty() {
        let ids: Vec<String> = of.asked_by.iter().map(|id| format!("sdk:{id}")).collect();
        let by = names(&ids, lang);
        let more = match lang {
            Lang::Zh => format!("；{by} 会要求它"),
            Lang::En => format!("; asked for by {by}"),
        };
        text.push_str(&more);
    }
    text
}

fn users(of: &Changed<PermissionEntry>, lang: Lang) -> String {
    let name = &of.new.name;
    let (was, is) = (&of.old, &of.new);
    let mut parts = Vec::new();
    let only = |some: &[String], others: &[String]| -> Vec<String> {
        let all = some.iter().filter(|owner| !others.contains(owner));
        all.cloned().collect()
    };
    let (more, less) = (only(&is.owners, &was.owners), only(&was.owners, &is.owners));
    if !more.is_empty() {
        let more = names(&more, lang);
        parts.push(match lang {
            Lang::Zh => format!("新增使用者 {more}"),
            Lang::En => format!("now used by {more}"),
        });
    }
    if !less.is_empty() {
        let less = names(&less, lang);
        parts.push(match lang {
            Lang::Zh => format!("未再发现 {less} 使用"),
            Lang::En => format!("no use by {less} found any more"),
        });
    }
    if was.max_sdk != is.max_sdk {
        let level =
            |level: Option<u32>| level.map_or_else(|| "–".to_owned(), |level| level.to_string());
        parts.push(format!(
            "maxSdkVersion {} → {}",
            level(was.max_sdk),
            level(is.max_sdk)
        ));
    }
    format!("{name}: {}", parts.join(pick(lang, "；", "; ")))
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
    let mut parts = Vec::new();
    if let Some((old, new)) = was.version.as_ref().zip(is.version.as_ref())
        && old != new
    {
        parts.push(format!("{old} → {new}"));
    }
    if let Some((old, new)) = was.policy.zip(is.policy)
        && old != new
    {
        parts.push(format!(
            "{} → {}",
            disclosed(old, lang),
            disclosed(new, lang)
        ));
    }
    let name = is.name.get(lang);
    format!(
        "{name} (sdk:{}): {}",
        is.id,
        parts.join(pick(lang, "；", "; "))
    )
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

fn unknown(of: &UnknownCode, lang: Lang) -> String {
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

fn early(of: &EarlyUse, lang: Lang) -> String {
    let what = match &of.starts {
        Some(sdk) => match lang {
            Lang::Zh => format!("启动 {}", owner_name(sdk).zh),
            Lang::En => format!("start of {}", owner_name(sdk).en),
        },
        None => of.name.get(lang).to_owned(),
    };
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

fn data(of: &DataUse, lang: Lang) -> String {
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

fn component(of: &ComponentEntry, lang: Lang) -> String {
    let kind = match of.kind {
        ComponentKind::Activity => pick(lang, "界面", "activity"),
        ComponentKind::ActivityAlias => pick(lang, "界面别名", "alias"),
        ComponentKind::Service => pick(lang, "服务", "service"),
        ComponentKind::Receiver => pick(lang, "接收器", "receiver"),
        ComponentKind::Provider => pick(lang, "提供器", "provider"),
    };
    let exported = if of.exported {
        pick(lang, "，对外开放", ", exported")
    } else {
        ""
    };
    let owner = owner_name(&of.owner);
    let owner = owner.get(lang);
    match lang {
        Lang::Zh => format!("{kind} {}（{owner}{exported}）", of.class),
        Lang::En => format!("{kind} {} ({owner}{exported})", of.class),
    }
}

fn component_change(of: &Changed<ComponentEntry>, lang: Lang) -> String {
    let (was, is) = (&of.old, &of.new);
    let mut parts = Vec::new();
    match (was.exported, is.exported) {
        (false, true) => parts.push(pick(lang, "现已对外开放", "now exported").to_owned()),
        (true, false) => parts.push(pick(lang, "不再对外开放", "no longer exported").to_owned()),
        _ => {}
    }
    match (was.enabled, is.enabled) {
        (false, true) => parts.push(pick(lang, "现已启用", "now enabled").to_owned()),
        (true, false) => parts.push(pick(lang, "不再启用", "no longer enabled").to_owned()),
        _ => {}
    }
    if was.permission != is.permission {
        let name = |of: &Option<String>| of.clone().unwrap_or_else(|| "–".to_owned());
        let word = pick(lang, "调用者所需权限", "permission of callers");
        parts.push(format!(
            "{word} {} → {}",
            name(&was.permission),
            name(&is.permission)
        ));
    }
    format!(
        "{}: {}",
        component(is, lang),
        parts.join(pick(lang, "；", "; "))
    )
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
