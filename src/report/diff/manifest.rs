//! Permissions and components that changed, in words.

use std::fmt::Write as _;

use super::super::words::pick;
use super::Section;
use super::facts::{is_tool, names, parts, section, step};
use crate::catalog::Lang;
use crate::check::owner_name;
use crate::diff::{Changed, Changes, ComponentEntry, PermissionEntry};
use crate::manifest::ComponentKind;
use crate::permission::Verdict;

pub(super) fn permissions(changes: &Changes<PermissionEntry>, lang: Lang) -> Section {
    section(
        pick(lang, "权限", "Permissions"),
        changes,
        |of| permission(of, lang),
        |of| permission_change(of, lang),
        lang,
    )
}

pub(super) fn components(changes: &Changes<ComponentEntry>, lang: Lang) -> Section {
    section(
        pick(lang, "组件", "Components"),
        changes,
        |of| component(of, lang),
        |of| component_change(of, lang),
        lang,
    )
}

fn permission(of: &PermissionEntry, lang: Lang) -> String {
    let mut text = of.name.clone();
    let own = of.own.then(|| pick(lang, "应用自定义", "the app's own"));
    let level: Vec<&str> = of.level.as_deref().into_iter().chain(own).collect();
    if !level.is_empty() {
        let _ = write!(text, " ({})", level.join(", "));
    }
    let used = names(&users(&of.owners), lang);
    let more = match (of.used, lang) {
        (Verdict::NotFound, _) => pick(lang, "：未发现使用", ": no use found").to_owned(),
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

/// Owners of the code that uses it; tools only if nobody else does.
fn users(owners: &[String]) -> Vec<String> {
    let all = owners.iter().filter(|owner| !is_tool(owner));
    let all: Vec<String> = all.cloned().collect();
    if all.is_empty() { owners.to_vec() } else { all }
}

fn permission_change(of: &Changed<PermissionEntry>, lang: Lang) -> String {
    let (was, is) = (&of.old, &of.new);
    let only = |some: &[String], others: &[String]| -> String {
        let all = some.iter();
        let all = all.filter(|owner| !is_tool(owner) && !others.contains(owner));
        names(&all.cloned().collect::<Vec<_>>(), lang)
    };
    let (more, less) = (only(&is.owners, &was.owners), only(&was.owners, &is.owners));
    let mut all = Vec::new();
    if !more.is_empty() {
        all.push(match lang {
            Lang::Zh => format!("新增使用者 {more}"),
            Lang::En => format!("now used by {more}"),
        });
    }
    if !less.is_empty() {
        all.push(match lang {
            Lang::Zh => format!("未再发现 {less} 使用"),
            Lang::En => format!("no use by {less} found any more"),
        });
    }
    if was.max_sdk != is.max_sdk {
        let level = |level: Option<u32>| level.map(|level| level.to_string());
        let (was, is) = (level(was.max_sdk), level(is.max_sdk));
        all.push(step("maxSdkVersion", was.as_deref(), is.as_deref()));
    }
    parts(&is.name, &all, lang)
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
    let mut all = Vec::new();
    if was.class != is.class {
        let word = pick(lang, "改名", "renamed");
        all.push(step(word, Some(&was.class), Some(&is.class)));
    }
    match (was.exported, is.exported) {
        (false, true) => all.push(pick(lang, "现已对外开放", "now exported").to_owned()),
        (true, false) => all.push(pick(lang, "不再对外开放", "no longer exported").to_owned()),
        _ => {}
    }
    match (was.enabled, is.enabled) {
        (false, true) => all.push(pick(lang, "现已启用", "now enabled").to_owned()),
        (true, false) => all.push(pick(lang, "不再启用", "no longer enabled").to_owned()),
        _ => {}
    }
    if was.permission != is.permission {
        let word = pick(lang, "调用者所需权限", "permission of callers");
        let (was, is) = (was.permission.as_deref(), is.permission.as_deref());
        all.push(step(word, was, is));
    }
    parts(&component(is, lang), &all, lang)
}
