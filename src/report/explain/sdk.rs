//! What the catalogue knows of an SDK or a library, with the words for a
//! row of the app's own SDK list.

use crate::catalog::{Evidence, Grounds, Lang, Library, OnOff, Sdk, Sdks};
use crate::report::page::Page;
use crate::report::words::pick;

/// An SDK by `sdk:id`, id, name or the name of a product in policies.
pub fn named<'a>(subject: &str, sdks: &'a Sdks) -> Option<&'a Sdk> {
    let name = subject.strip_prefix("sdk:").unwrap_or(subject).trim();
    let same = |other: &str| other.eq_ignore_ascii_case(name);
    let by_name = |sdk: &&Sdk| {
        same(&sdk.name_en)
            || sdk.name_zh.as_deref().is_some_and(same)
            || sdk.aliases.product.iter().any(|alias| same(alias))
    };
    sdks.sdks
        .iter()
        .find(|sdk| same(&sdk.id))
        .or_else(|| sdks.sdks.iter().find(by_name))
}

/// A library by `library:id`, id or name.
pub fn library_named<'a>(subject: &str, sdks: &'a Sdks) -> Option<&'a Library> {
    let name = subject.strip_prefix("library:").unwrap_or(subject).trim();
    let same = |other: &str| other.eq_ignore_ascii_case(name);
    sdks.libraries
        .iter()
        .find(|library| same(&library.id))
        .or_else(|| sdks.libraries.iter().find(|library| same(&library.name)))
}

/// How a fact is known, for the end of a row; nothing if it was read.
fn how(grounds: Grounds, lang: Lang) -> &'static str {
    match grounds {
        Grounds::Memory => pick(
            lang,
            "（凭经验，未核实）",
            " (from general knowledge, unverified)",
        ),
        Grounds::List => pick(lang, "（仅见于一份公开清单）", " (one public list only)"),
        Grounds::Lists => pick(
            lang,
            "（多份公开清单一致）",
            " (several public lists agree)",
        ),
        Grounds::Documented => pick(lang, "（厂商文档）", " (vendor's documentation)"),
        Grounds::Artefact => pick(lang, "（在厂商文件中读到）", " (read in the vendor's file)"),
    }
}

/// The whole entry.
pub fn render(page: &mut Page, sdk: &Sdk, sdks: &Sdks, lang: Lang) {
    page.heading(&format!("sdk:{}  {}", sdk.id, both(sdk)));
    let mut vendor = sdk.vendor().get(lang).to_owned();
    if let Some(company) = &sdk.company {
        vendor.push_str("  ");
        vendor.push_str(company);
    }
    vendor.push_str("  ");
    vendor.push_str(&sdk.country);
    page.row(
        pick(lang, "厂商", "vendor"),
        &format!("{vendor}{}", how(sdk.certainty, lang)),
    );
    if let Some(category) = sdks.categories.get(&sdk.category) {
        page.row(
            pick(lang, "类别", "category"),
            pick(lang, &category.zh, &category.en),
        );
    }
    page.row(pick(lang, "用途", "purpose"), purpose(sdk, lang));
    let data = &sdk.data;
    let known = how(data.certainty, lang);
    if !data.required.is_empty() {
        let kinds = kinds(&data.required, sdks, lang);
        page.row(
            pick(lang, "必选信息", "collects"),
            &format!("{kinds}{known}"),
        );
    }
    if !data.optional.is_empty() {
        let kinds = kinds(&data.optional, sdks, lang);
        page.row(
            pick(lang, "可选信息", "may collect"),
            &format!("{kinds}{known}"),
        );
    }
    list(page, pick(lang, "权限", "permissions"), &data.permissions);
    let names = sdk.brings.iter().filter_map(|id| sdks.sdk(id)).map(both);
    list(
        page,
        pick(lang, "一并带入", "brings"),
        &names.collect::<Vec<_>>(),
    );
    if let Some(start) = &sdk.start {
        let known = how(start.certainty, lang);
        let rows = [
            (pick(lang, "先告知同意", "consent call"), &start.consent),
            (pick(lang, "初始化", "started by"), &start.init),
            (pick(lang, "自动运行", "runs by itself"), &start.auto),
            (pick(lang, "自启动", "wakes by"), &start.self_start),
        ];
        for (label, names) in rows {
            if !names.is_empty() {
                page.row(label, &format!("{}{known}", names.join(", ")));
            }
        }
    }
    for switch in &sdk.switch {
        let absent = match switch.absent {
            OnOff::On => pick(lang, "不设置时开启", "on if not given"),
            OnOff::Off => pick(lang, "不设置时关闭", "off if not given"),
        };
        let text = format!(
            "<meta-data android:name=\"{}\" android:value=\"{}\"/>  {}  {absent}{}",
            switch.meta_data,
            switch.off,
            pick(lang, &switch.what_zh, &switch.what_en),
            how(switch.certainty, lang)
        );
        page.row(pick(lang, "关闭开关", "turn off by"), &text);
    }
    if let Some(floor) = &sdk.floor {
        let text = format!(
            "{}  {}{}",
            floor.version,
            pick(lang, &floor.why_zh, &floor.why_en),
            how(floor.certainty, lang)
        );
        page.row(pick(lang, "最低版本", "at least"), &text);
    }
    for notice in &sdk.notice {
        let what = pick(lang, &notice.what_zh, &notice.what_en);
        let text = format!(
            "{} {}  {what}{}",
            notice.by,
            notice.date,
            how(notice.certainty, lang)
        );
        page.row(pick(lang, "通报", "notices"), &text);
    }
    for (label, link) in [
        (pick(lang, "隐私政策", "its policy"), &sdk.policy),
        (pick(lang, "合规指南", "its guide"), &sdk.guide),
    ] {
        if let Some(link) = link {
            page.row(label, link);
        }
    }
    aliases(page, sdk, lang);
    evidence(page, sdk, lang);
    page.row(pick(lang, "来源", "source"), &sdk.source);
    page.row(pick(lang, "信息来源", "data from"), &data.source);
    page.blank();
    let heading = pick(
        lang,
        "可粘贴到隐私政策的 SDK 清单（按实际使用的功能删改，【】内请补全）",
        "to paste into the SDK list of the policy (keep what is used, complete what stands in brackets)",
    );
    page.heading(heading);
    page.paragraph("", &disclosure(sdk, sdks, lang));
}

/// Name in Chinese and English.
fn both(sdk: &Sdk) -> String {
    match &sdk.name_zh {
        Some(zh) if *zh != sdk.name_en => format!("{zh} / {}", sdk.name_en),
        _ => sdk.name_en.clone(),
    }
}

fn purpose(sdk: &Sdk, lang: Lang) -> &str {
    pick(lang, &sdk.purpose_zh, &sdk.purpose_en)
}

fn kinds(ids: &[String], sdks: &Sdks, lang: Lang) -> String {
    let names: Vec<&str> = ids
        .iter()
        .map(|id| {
            sdks.kinds
                .get(id)
                .map_or(id.as_str(), |k| pick(lang, &k.zh, &k.en))
        })
        .collect();
    names.join(pick(lang, "、", ", "))
}

fn list(page: &mut Page, label: &str, names: &[String]) {
    if !names.is_empty() {
        page.row(label, &names.join(", "));
    }
}

fn aliases(page: &mut Page, sdk: &Sdk, lang: Lang) {
    let aliases = &sdk.aliases;
    let own = [&aliases.product, &aliases.old, &aliases.feature];
    let own: Vec<String> = own.into_iter().flatten().cloned().collect();
    list(page, pick(lang, "政策中的名称", "called"), &own);
    list(
        page,
        pick(lang, "有歧义的名称", "ambiguous"),
        &aliases.ambiguous,
    );
}

fn evidence(page: &mut Page, sdk: &Sdk, lang: Lang) {
    let grounds = sdk.evidence.certainty.unwrap_or(Grounds::Memory);
    let label = pick(lang, "识别依据", "shows by");
    let names = evidence_names(&sdk.evidence);
    let source = format!("{}{}", sdk.evidence.source, how(grounds, lang));
    page.paragraph(label, &format!("{source}\n{}", names.join("\n")));
    if let Some(weak) = &sdk.weak {
        let label = pick(lang, "弱线索", "weak hints");
        page.paragraph(label, &evidence_names(weak).join("\n"));
    }
}

fn evidence_names(evidence: &Evidence) -> Vec<String> {
    [
        ("classes", &evidence.classes),
        ("components", &evidence.components),
        ("registrars", &evidence.registrars),
        ("meta-data", &evidence.meta_data),
        ("permissions", &evidence.permissions),
        ("queries", &evidence.queries),
        ("libraries", &evidence.libraries),
        ("JNI", &evidence.jni),
        ("files", &evidence.files),
        ("resources", &evidence.resources),
        ("shared", &evidence.shared),
        ("bundles", &evidence.bundles),
    ]
    .into_iter()
    .filter(|(_, names)| !names.is_empty())
    .map(|(kind, names)| format!("  {kind}: {}", names.join(", ")))
    .collect()
}

/// A row of an SDK list.
fn disclosure(sdk: &Sdk, sdks: &Sdks, lang: Lang) -> String {
    let unknown = pick(lang, "【请补全】", "[to complete]");
    let company = sdk.company.as_deref().unwrap_or(unknown);
    let policy = sdk.policy.as_deref().unwrap_or(unknown);
    let mut data = Vec::new();
    if !sdk.data.required.is_empty() {
        data.push(kinds(&sdk.data.required, sdks, lang));
    }
    if !sdk.data.optional.is_empty() {
        let optional = kinds(&sdk.data.optional, sdks, lang);
        data.push(match lang {
            Lang::Zh => format!("{optional}（可选，仅在启用相应功能或授权后收集）"),
            Lang::En => format!("{optional} (optional, only with the function or permission)"),
        });
    }
    let data = if data.is_empty() {
        unknown.to_owned()
    } else {
        data.join(pick(lang, "；", "; "))
    };
    let purpose = purpose(sdk, lang);
    let mut text = match lang {
        Lang::Zh => format!(
            "SDK 名称：{}\n提供方：{company}\n使用目的：{purpose}\n收集的个人信息：{data}\n收集方式：SDK 自行采集\n隐私政策链接：{policy}",
            both(sdk)
        ),
        Lang::En => format!(
            "SDK: {}\nProvider: {company}\nPurpose: {purpose}\nPersonal information: {data}\nHow: collected by the SDK itself\nPrivacy policy: {policy}",
            both(sdk)
        ),
    };
    if sdk.country != "CN" {
        let abroad = match lang {
            Lang::Zh => format!(
                "\n数据出境：提供方位于境外（{}），如向境外提供个人信息，需单独告知并取得单独同意：【境外接收方名称、联系方式、目的、方式、种类、行权途径】",
                sdk.country
            ),
            Lang::En => format!(
                "\nTransfer abroad: the provider sits in {}; if data leave mainland China, tell the recipient's name, contact, purpose, method, kinds and how to exercise rights, and get separate consent: [to complete]",
                sdk.country
            ),
        };
        text.push_str(&abroad);
    }
    if sdk.data.certainty < Grounds::Documented {
        text.push_str(pick(
            lang,
            "\n（以上信息种类未经厂商文档核对，发布前请对照厂商的合规说明。）",
            "\n(The kinds above were not compared with the vendor's documentation; do so before publishing.)",
        ));
    }
    text
}

/// A library.
pub fn library(page: &mut Page, library: &Library, sdks: &Sdks, lang: Lang) {
    page.heading(&format!("library:{}  {}", library.id, library.name));
    let nature = pick(
        lang,
        "开源库，自身不收集个人信息，不需要作为 SDK 披露",
        "plain library that collects nothing itself; it need not be disclosed as an SDK",
    );
    page.row(pick(lang, "性质", "nature"), nature);
    if !library.reads.is_empty() {
        let reads = kinds(&library.reads, sdks, lang);
        page.row(pick(lang, "可代应用读取", "reads for the app"), &reads);
    }
    list(page, "Maven", &library.maven);
    list(page, pick(lang, "插件", "plug-ins"), &library.plugin);
    list(page, pick(lang, "类", "classes"), &library.classes);
    list(page, pick(lang, "原生库", "libraries"), &library.libraries);
    let source = format!("{}{}", library.source, how(library.certainty, lang));
    page.row(pick(lang, "来源", "source"), &source);
}
