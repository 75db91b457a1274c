//! The facts of an input as text.

mod interface;
mod policy;
mod program;
mod sdks;

pub(super) use sdks::and_more;

use super::page::Page;
use super::result::{Input, RunResult};
use super::words::{self, pick};
use crate::catalog::Lang;
use crate::dependencies::Dependency;
use crate::evidence::Place;
use crate::facts::Facts;
use crate::layout::{LayoutFacts, LayoutKind};
use crate::manifest::{Component, ComponentKind, QueryTarget};

/// Rows of one kind before the text says "and N more"; JSON has them all.
const SHOWN: usize = 40;

/// Text of a run of `inspect`, `width` columns wide.
pub fn render(result: &RunResult, lang: Lang, width: usize) -> String {
    let label = pick(lang, "网络安全配置", "network security").len().min(16);
    let mut page = Page::new(width, label);
    for (index, input) in result.inputs.iter().enumerate() {
        if index > 0 {
            page.blank();
        }
        super::text::head(&mut page, input, lang);
        if let Some(facts) = &input.facts {
            facts_text(&mut page, input, facts, lang);
        }
    }
    page.finish()
}

fn facts_text(page: &mut Page, input: &Input, facts: &Facts, lang: Lang) {
    identity(page, facts, lang);
    permissions(page, facts, lang);
    components(page, facts, lang);
    layouts(page, &facts.layouts, lang);
    network(page, facts, lang);
    code(page, facts, lang);
    if facts.identity.kind != crate::container::PackageKind::Policy {
        sdks::render(page, &facts.sdks, lang);
    }
    interface::render(page, &facts.interface, lang);
    program::render(page, &facts.program, lang);
    policy(page, facts, lang);
    listed(
        page,
        pick(lang, "异常", "anomalies"),
        &input.anomalies,
        |anomaly| {
            format!(
                "{}  {}  {}",
                anomaly.kind,
                place(&anomaly.place),
                anomaly.detail
            )
        },
        lang,
    );
    super::text::gaps(page, input, lang);
}

fn identity(page: &mut Page, facts: &Facts, lang: Lang) {
    let id = &facts.identity;
    page.row("SHA-256", &id.sha256);
    let labels: Vec<String> = id
        .labels
        .iter()
        .map(|label| match label.locale.as_str() {
            "" => label.text.clone(),
            locale => format!("{} ({locale})", label.text),
        })
        .collect();
    listed(
        page,
        pick(lang, "名称", "label"),
        &labels,
        Clone::clone,
        lang,
    );
    if id.package.is_empty() {
        return;
    }
    if let Some(of) = &id.app_type {
        let name = format!("{} ({})", of.name.get(lang), of.code);
        let text = match (lang, &of.word) {
            (_, None) => name,
            (Lang::Zh, Some(word)) => {
                format!("{name}：由名称中的“{word}”猜测，不作为依据；--app-type 可指明")
            }
            (Lang::En, Some(word)) => {
                format!("{name}: guessed by \"{word}\" in its name; --app-type says which it is")
            }
        };
        page.row(pick(lang, "应用类型", "type"), &text);
    }
    let sdk = |level: Option<u32>| level.map_or_else(|| "–".to_owned(), |n| n.to_string());
    page.row(
        "SDK",
        &format!(
            "min {}  target {}  compile {}",
            sdk(id.min_sdk),
            sdk(id.target_sdk),
            sdk(id.compile_sdk)
        ),
    );
    if id.modules.len() > 1 {
        page.row(pick(lang, "模块", "modules"), &id.modules.join(", "));
    }
    for framework in &id.frameworks {
        let variant = framework
            .variant
            .as_deref()
            .map(|v| format!(" ({v})"))
            .unwrap_or_default();
        let seen = framework
            .evidence
            .first()
            .map(|t| place(&t.place))
            .unwrap_or_default();
        page.row(
            pick(lang, "框架", "framework"),
            &format!("{}{variant}  {seen}", framework.name),
        );
    }
    for tool in &id.build_tools {
        page.row(
            pick(lang, "构建工具", "built with"),
            &format!("{} {}  {}", tool.name, tool.version, place(&tool.place)),
        );
    }
    for packer in &facts.packers {
        let seen: Vec<String> = packer.evidence.iter().map(|t| t.value.clone()).collect();
        page.row(
            pick(lang, "加固", "packer"),
            &format!(
                "{}  {}",
                pick(lang, &packer.name_zh, &packer.name_en),
                seen.join(", ")
            ),
        );
    }
    let schemes = match facts.signing.schemes.as_slice() {
        [] => pick(lang, "无", "none").to_owned(),
        schemes => schemes.join(", "),
    };
    page.row(pick(lang, "签名", "signing"), &schemes);
    for certificate in &facts.signing.certificates {
        page.row(
            "",
            &format!("{}  SHA-256 {}", certificate.subject, certificate.sha256),
        );
    }
}

fn permissions(page: &mut Page, facts: &Facts, lang: Lang) {
    listed(
        page,
        pick(lang, "权限", "permissions"),
        &facts.permissions.requested,
        |permission| {
            let mut text = permission.name.clone();
            if !permission.asked_by.is_empty() {
                let by = permission.asked_by.iter().map(|id| format!("sdk:{id}"));
                let by: Vec<String> = by.collect();
                text.push_str("  ");
                text.push_str(&by.join(" "));
            }
            if let Some(level) = &permission.level {
                text.push_str("  ");
                text.push_str(level);
            }
            if let Some(group) = &permission.group {
                text.push(' ');
                text.push_str(group);
            }
            if let Some(max) = permission.max_sdk {
                text.push_str("  maxSdkVersion ");
                text.push_str(&max.to_string());
            }
            text
        },
        lang,
    );
    listed(
        page,
        pick(lang, "自定义权限", "defines"),
        &facts.permissions.declared,
        |permission| format!("{}  {}", permission.name, permission.protection),
        lang,
    );
    listed(
        page,
        pick(lang, "设备功能", "features"),
        &facts.features,
        |feature| {
            let optional = pick(lang, "  可选", "  optional");
            format!(
                "{}{}",
                feature.name,
                if feature.required { "" } else { optional }
            )
        },
        lang,
    );
    listed(
        page,
        pick(lang, "可见性查询", "queries"),
        &facts.queries,
        |query| match &query.target {
            QueryTarget::Package { name } => name.clone(),
            QueryTarget::Intent { filter } => format!("intent {}", filter.actions.join(", ")),
            QueryTarget::Provider { authority } => format!("provider {authority}"),
        },
        lang,
    );
}

fn components(page: &mut Page, facts: &Facts, lang: Lang) {
    let kinds = [
        (ComponentKind::Activity, pick(lang, "界面", "activities")),
        (
            ComponentKind::ActivityAlias,
            pick(lang, "界面别名", "aliases"),
        ),
        (ComponentKind::Service, pick(lang, "服务", "services")),
        (ComponentKind::Receiver, pick(lang, "接收器", "receivers")),
        (ComponentKind::Provider, pick(lang, "提供器", "providers")),
    ];
    for (kind, label) in kinds {
        let of_kind: Vec<&Component> = facts
            .components
            .iter()
            .filter(|component| component.kind == kind)
            .collect();
        listed(
            page,
            label,
            &of_kind,
            |component| component_text(component),
            lang,
        );
    }
    listed(
        page,
        pick(lang, "元数据", "meta-data"),
        &facts.application.meta_data,
        |meta| format!("{} = {}", meta.name, meta.value.as_deref().unwrap_or("")),
        lang,
    );
}

/// How many files of each kind were read, and how many elements of them name
/// something.
fn layouts(page: &mut Page, facts: &LayoutFacts, lang: Lang) {
    let kinds = [
        (LayoutKind::Layout, pick(lang, "布局", "layouts")),
        (LayoutKind::Menu, pick(lang, "菜单", "menus")),
        (
            LayoutKind::Navigation,
            pick(lang, "导航图", "navigation graphs"),
        ),
        (
            LayoutKind::Preferences,
            pick(lang, "设置页", "preference screens"),
        ),
    ];
    let count = |count: usize, what: &str| format!("{what} {}", words::number(count as u64));
    let of_kind = |kind| {
        facts
            .layouts
            .iter()
            .filter(move |layout| layout.kind == kind)
    };
    let mut counts: Vec<String> = kinds
        .into_iter()
        .map(|(kind, what)| (of_kind(kind).count(), what))
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| count(number, what))
        .collect();
    if counts.is_empty() {
        return;
    }
    let views = facts.layouts.iter().flat_map(|layout| &layout.views);
    let own = views.clone().filter(|view| view.class.contains('.'));
    let clicks = views.clone().filter(|view| view.on_click.is_some());
    counts.push(count(
        own.count(),
        pick(lang, "自定义类", "classes of its own"),
    ));
    counts.push(count(
        clicks.count(),
        pick(lang, "点击方法", "click methods"),
    ));
    page.row(pick(lang, "界面文件", "screens"), &counts.join(", "));
}

fn component_text(component: &Component) -> String {
    let mut text = component.class.clone();
    if component.exported {
        text.push_str("  exported");
    }
    if !component.enabled {
        text.push_str("  disabled");
    }
    if let Some(process) = &component.process {
        text.push_str("  process ");
        text.push_str(process);
    }
    if let Some(permission) = &component.permission {
        text.push_str("  permission ");
        text.push_str(permission);
    }
    if component.owner.contains(':') {
        text.push_str("  ");
        text.push_str(&component.owner);
    }
    let actions: Vec<&str> = component
        .intent_filters
        .iter()
        .flat_map(|filter| &filter.actions)
        .map(|action| {
            action
                .strip_prefix("android.intent.action.")
                .unwrap_or(action)
        })
        .collect();
    if !actions.is_empty() {
        text.push_str("  ← ");
        text.push_str(&actions.join(", "));
    }
    text
}

fn network(page: &mut Page, facts: &Facts, lang: Lang) {
    if let Some(network) = &facts.network {
        let flag = |value: Option<bool>| match value {
            Some(true) => "cleartext allowed",
            Some(false) => "cleartext refused",
            None => "platform default",
        };
        page.row(
            pick(lang, "网络安全配置", "network security"),
            &format!(
                "{}  {}",
                flag(network.base_cleartext),
                place(&network.place)
            ),
        );
        for domain in &network.domains {
            page.row(
                "",
                &format!("{}  {}", domain.domain, flag(domain.cleartext)),
            );
        }
    }
    let endpoints: Vec<_> = facts
        .endpoints
        .iter()
        .filter(|endpoint| endpoint.kind == crate::endpoint::Kind::Endpoint)
        .collect();
    listed(
        page,
        pick(lang, "网址", "endpoints"),
        &endpoints,
        |endpoint| {
            let first = endpoint.places.first().map(place).unwrap_or_default();
            format!("{}  {first}  {}", endpoint.url, endpoint.owners.join(", "))
                .trim_end()
                .to_owned()
        },
        lang,
    );
}

fn code(page: &mut Page, facts: &Facts, lang: Lang) {
    listed(
        page,
        "DEX",
        &facts.code.dex,
        |dex| {
            let file = &dex.place.file;
            let version = dex.version;
            let classes = words::number(u64::from(dex.classes));
            let methods = words::number(u64::from(dex.methods));
            let invokes = words::number(dex.invokes);
            match lang {
                Lang::Zh => format!(
                    "{file}  版本 {version:03}  {classes} 个类  {methods} 个方法  {invokes} 处调用"
                ),
                Lang::En => format!(
                    "{file}  version {version:03}  {classes} classes  {methods} methods  {invokes} invokes"
                ),
            }
        },
        lang,
    );
    listed(
        page,
        "JAR",
        &facts.code.jars,
        |jar| {
            let file = &jar.place.file;
            let classes = words::number(u64::from(jar.class_count));
            let methods = words::number(u64::from(jar.methods));
            let references = words::number(u64::from(jar.reference_count));
            match lang {
                Lang::Zh => format!(
                    "{file}  {classes} 个类  {methods} 个方法  引用 {references} 个外部成员"
                ),
                Lang::En => format!(
                    "{file}  {classes} classes  {methods} methods  {references} members of others"
                ),
            }
        },
        lang,
    );
    let libraries: Vec<String> = facts
        .native
        .libraries
        .iter()
        .map(|library| {
            format!(
                "{}  {}  {}  {}",
                library.name,
                library.abi,
                words::size(library.size),
                library.owner
            )
        })
        .collect();
    listed(
        page,
        pick(lang, "原生库", "libraries"),
        &libraries,
        Clone::clone,
        lang,
    );
    dependencies(page, &facts.dependencies, lang);
    listed(
        page,
        pick(lang, "内嵌代码", "nested"),
        &facts.nested,
        |nested| {
            format!(
                "{}  {}  {}",
                nested.place.file,
                nested.kind,
                words::size(nested.size)
            )
        },
        lang,
    );
}

/// How many dependencies of each ecosystem are listed, and the first of them.
fn dependencies(page: &mut Page, all: &[Dependency], lang: Lang) {
    const FIRST: usize = 3;
    let groups: Vec<&[Dependency]> = all
        .chunk_by(|one, next| one.ecosystem == next.ecosystem)
        .collect();
    listed(
        page,
        pick(lang, "依赖", "dependencies"),
        &groups,
        |group| {
            let named = |one: &Dependency| match &one.version {
                Some(version) => format!("{} {version}", one.name),
                None => one.name.clone(),
            };
            let mut first: Vec<String> = group.iter().take(FIRST).map(named).collect();
            if group.len() > FIRST {
                first.push("…".to_owned());
            }
            let ecosystem = group.first().map_or("", |one| one.ecosystem.name());
            format!(
                "{ecosystem} {}  {}",
                words::number(group.len() as u64),
                first.join(", ")
            )
        },
        lang,
    );
}

fn policy(page: &mut Page, facts: &Facts, lang: Lang) {
    policy::render(page, facts, lang);
    let policy = &facts.policy;
    listed(
        page,
        pick(lang, "政策链接", "policy links"),
        &policy.urls,
        |url| format!("{}  {}", url.url, place(&url.place)),
        lang,
    );
    listed(
        page,
        pick(lang, "政策字样", "policy labels"),
        &policy.labels,
        |label| format!("{}  {}", label.text, place(&label.place)),
        lang,
    );
    let locales: Vec<String> = facts
        .strings
        .locales
        .iter()
        .map(|(locale, count)| match locale.as_str() {
            "" => format!("{} {count}", pick(lang, "默认", "default")),
            locale => format!("{locale} {count}"),
        })
        .collect();
    if !locales.is_empty() {
        page.row(pick(lang, "界面文字", "strings"), &locales.join(", "));
    }
    page.row(
        pick(lang, "已搜索", "searched"),
        &match lang {
            Lang::Zh => format!(
                "{} 个文件，{} 条字符串",
                words::number(policy.searched.files),
                words::number(policy.searched.strings)
            ),
            Lang::En => format!(
                "files {}, strings {}",
                words::number(policy.searched.files),
                words::number(policy.searched.strings)
            ),
        },
    );
}

/// The English word for a kind of evidence.
pub fn evidence_kind(kind: crate::sdk::TraceKind) -> &'static str {
    sdks::kind(kind, Lang::En)
}

/// A labelled list, cut at [`SHOWN`] with the number of the rest.
fn listed<T>(page: &mut Page, label: &str, items: &[T], text: impl Fn(&T) -> String, lang: Lang) {
    for (index, item) in items.iter().take(SHOWN).enumerate() {
        page.row(if index == 0 { label } else { "" }, &text(item));
    }
    let more = items.len().saturating_sub(SHOWN);
    if more > 0 {
        page.row("", &sdks::and_more(more, lang));
    }
}

/// A place in one line: `file:line  locator`.
pub fn place(place: &Place) -> String {
    let mut text = place.file.clone();
    if let Some(line) = place.line {
        text.push(':');
        text.push_str(&line.to_string());
    }
    if let Some(locator) = &place.locator {
        text.push_str("  ");
        text.push_str(locator);
    }
    text
}
