//! The SDKs of an input as text: who is inside, how that shows, what it
//! reads, and the code of others that nobody knows.

use super::SHOWN;
use crate::catalog::{self, Lang};
use crate::report::page::Page;
use crate::report::words::{number, pick};
use crate::sdk::{FoundSdk, SdkFacts, Status, Touch, Trace, TraceKind};

/// Traces shown of one SDK.
const TRACES: usize = 4;

/// Everything about SDKs, libraries and unknown roots.
pub fn render(page: &mut Page, sdks: &SdkFacts, lang: Lang) {
    let with = |status: Status| sdks.found.iter().filter(move |sdk| sdk.status == status);
    let inside: Vec<&FoundSdk> = with(Status::Present).chain(with(Status::Likely)).collect();
    page.row("SDKs", &summary(sdks, inside.len(), lang));
    for sdk in inside {
        page.paragraph("", &found(sdk, lang));
    }
    names(
        page,
        pick(lang, "其一部分", "parts of them"),
        with(Status::PartOf).map(|sdk| {
            let whole = sdk.part_of.as_deref().unwrap_or_default();
            format!("{} ({whole})", sdk.name.get(lang))
        }),
        lang,
    );
    names(
        page,
        pick(lang, "仅被引用", "only named"),
        with(Status::ReferenceOnly).map(|sdk| sdk.name.get(lang).to_owned()),
        lang,
    );
    names(
        page,
        pick(lang, "开源库", "plain libraries"),
        sdks.libraries.iter().map(|library| {
            let version = library.version.as_ref().map(|v| format!(" {}", v.value));
            format!("{}{}", library.name, version.unwrap_or_default())
        }),
        lang,
    );
    for (index, root) in sdks.unknown.iter().take(SHOWN).enumerate() {
        let label = if index == 0 {
            pick(lang, "未知第三方", "unknown code")
        } else {
            ""
        };
        let mut text = format!("{}  {}", root.name, classes(root.classes, lang));
        if root.components > 0 {
            let count = number(u64::from(root.components));
            let components = match lang {
                Lang::Zh => format!("  {count} 个组件"),
                Lang::En => format!("  {count} components"),
            };
            text.push_str(&components);
        }
        if !root.candidates.is_empty() {
            let maybe = pick(lang, "  可能是 ", "  perhaps ");
            text.push_str(maybe);
            text.push_str(&root.candidates.join(", "));
        }
        if let Some(reads) = reads(&root.touches, lang) {
            text.push_str("\n  ");
            text.push_str(&reads);
        }
        page.paragraph(label, &text);
    }
    let more = sdks.unknown.len().saturating_sub(SHOWN);
    if more > 0 {
        page.row("", &and_more(more, lang));
    }
}

fn summary(sdks: &SdkFacts, inside: usize, lang: Lang) -> String {
    let counts = &sdks.classes;
    let n = |count: u32| number(u64::from(count));
    let mut text = match lang {
        Lang::Zh => format!(
            "{inside} 个 SDK，{} 个开源库，{} 处未知第三方代码；类：应用 {}，SDK {}，开源库 {}，未知 {}，混淆 {}",
            sdks.libraries.len(),
            sdks.unknown.len(),
            n(counts.app),
            n(counts.sdks),
            n(counts.libraries),
            n(counts.unknown),
            n(counts.renamed),
        ),
        Lang::En => format!(
            "{inside} SDKs, {} plain libraries, {} unknown roots; classes: app {}, SDKs {}, libraries {}, unknown {}, renamed {}",
            sdks.libraries.len(),
            sdks.unknown.len(),
            n(counts.app),
            n(counts.sdks),
            n(counts.libraries),
            n(counts.unknown),
            n(counts.renamed),
        ),
    };
    if sdks.incomplete {
        text.push_str(pick(
            lang,
            "；代码或清单未能完整读取，清单不完整",
            "; code or manifest not read in full: this list is incomplete",
        ));
    }
    text
}

fn found(sdk: &FoundSdk, lang: Lang) -> String {
    let mut head = sdk.name.get(lang).to_owned();
    if let Some(version) = &sdk.version {
        head.push(' ');
        head.push_str(&version.value);
    }
    let category = catalog::sdks().categories.get(&sdk.category);
    let category = category.map_or(sdk.category.as_str(), |c| pick(lang, &c.zh, &c.en));
    let vendor = sdk.vendor.get(lang);
    let mut lines = vec![format!(
        "{head}  {category}  {vendor}  {}  sdk:{}",
        sdk.country, sdk.id
    )];
    if sdk.status == Status::Likely {
        lines.push(pick(lang, "  可能存在，未证实", "  likely, not proven").to_owned());
    }
    let evidence = sdk
        .evidence
        .iter()
        .filter(|trace| trace.kind != TraceKind::Reference);
    lines.extend(
        evidence
            .take(TRACES)
            .map(|t| format!("  {}", trace(t, lang))),
    );
    if let Some(version) = &sdk.version {
        let from = pick(lang, "版本来自", "version from");
        lines.push(format!("  {from} {}  {}", version.from, version.place.file));
    }
    if let Some(reads) = reads(&sdk.touches, lang) {
        lines.push(format!("  {reads}"));
    }
    for start in &sdk.runs_first {
        let label = pick(lang, "先于应用代码运行", "runs before the app");
        lines.push(format!("  {label} {}", start.class));
    }
    for start in &sdk.woken {
        let label = pick(lang, "可被唤醒", "can be woken");
        let by = start.by.as_deref().unwrap_or_default();
        lines.push(
            format!("  {label} {} {by}", start.class)
                .trim_end()
                .to_owned(),
        );
    }
    for switch in &sdk.switches {
        let state = match (&switch.value, switch.on) {
            (Some(value), _) => value.clone(),
            (None, true) => pick(lang, "未设置：默认开启", "not given: on").to_owned(),
            (None, false) => pick(lang, "未设置：默认关闭", "not given: off").to_owned(),
        };
        let label = pick(lang, "开关", "switch");
        lines.push(format!(
            "  {label} {} = {state} ({})",
            switch.meta_data,
            switch.what.get(lang)
        ));
    }
    lines.join("\n")
}

fn trace(trace: &Trace, lang: Lang) -> String {
    let kind = kind(trace.kind, lang);
    let count = match trace.count {
        0 | 1 => String::new(),
        count => format!("×{} ", number(u64::from(count))),
    };
    let unsure = if trace.confirmed {
        ""
    } else {
        pick(lang, "  名称未核实", "  name unconfirmed")
    };
    format!(
        "{kind} {count}{}  {}{unsure}",
        trace.value, trace.place.file
    )
}

/// The word for a kind of evidence.
pub fn kind(kind: TraceKind, lang: Lang) -> &'static str {
    let (zh, en) = match kind {
        TraceKind::Classes => ("类", "classes"),
        TraceKind::Component => ("组件", "component"),
        TraceKind::Registrar => ("注册类", "registrar"),
        TraceKind::Dependency => ("依赖", "dependency"),
        TraceKind::Plugin => ("插件", "plug-in"),
        TraceKind::MetaData => ("元数据", "meta-data"),
        TraceKind::Permission => ("权限", "permission"),
        TraceKind::Query => ("可见性查询", "query"),
        TraceKind::Library => ("原生库", "library"),
        TraceKind::Jni => ("JNI 导出", "JNI exports"),
        TraceKind::File => ("文件", "file"),
        TraceKind::Resource => ("资源", "resource"),
        TraceKind::Reference => ("引用", "reference"),
    };
    pick(lang, zh, en)
}

/// The kinds of data that code reads, in one line.
fn reads(touches: &[Touch], lang: Lang) -> Option<String> {
    if touches.is_empty() {
        return None;
    }
    let kinds: Vec<String> = touches
        .iter()
        .map(|touch| {
            let unsure = if touch.possible { "?" } else { "" };
            format!("{}{unsure}", touch.name.get(lang))
        })
        .collect();
    let label = pick(lang, "读取", "reads");
    Some(format!("{label} {}", kinds.join(pick(lang, "、", ", "))))
}

fn classes(count: u32, lang: Lang) -> String {
    let count = number(u64::from(count));
    match lang {
        Lang::Zh => format!("{count} 个类"),
        Lang::En => format!("{count} classes"),
    }
}

fn names(page: &mut Page, label: &str, names: impl Iterator<Item = String>, lang: Lang) {
    let names: Vec<String> = names.collect();
    if !names.is_empty() {
        page.row(label, &names.join(pick(lang, "、", ", ")));
    }
}

/// What a list says of the rows that it leaves out.
pub fn and_more(more: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("另有 {more} 项（见 JSON 输出）"),
        Lang::En => format!("and {more} more (in the JSON output)"),
    }
}
