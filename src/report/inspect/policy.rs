//! The policy texts of an input as text: documents, what they say of every
//! clause, which data and SDKs they name, and the app held against them.

use super::{SHOWN, listed, place};
use crate::catalog::{self, ClauseKind, Lang};
use crate::disclosure::{DataVerdict, DisclosureFacts, PermissionVerdict, SdkVerdict};
use crate::facts::Facts;
use crate::policy::{
    Class, ClauseFact, ClauseVerdict, DataMention, Detail, ListedFact, NamesApp, Polarity,
    PolicyFacts, PolicySet, Quote, Subject,
};
use crate::report::page::Page;
use crate::report::words::{number, pick};

/// Clauses in the order in which policies have them; others come first.
const ORDER: [&str; 41] = [
    "effective-date",
    "processor-identity",
    "contact",
    "data-itemised",
    "purpose",
    "collection-method",
    "open-ended",
    "nothing-collected",
    "legal-basis",
    "permission-list",
    "sensitive",
    "sensitive-necessity",
    "separate-consent",
    "face",
    "sharing",
    "recipients",
    "sdk-list",
    "two-lists",
    "automated-decision",
    "personalisation-opt-out",
    "ai-label",
    "retention",
    "retention-expiry",
    "storage-place",
    "cross-border",
    "security",
    "access",
    "copy",
    "transfer-copy",
    "correct",
    "delete",
    "close-account",
    "close-account-conditions",
    "close-account-time",
    "withdraw",
    "complaint",
    "response-time",
    "minors",
    "guardian",
    "change-notice",
    "forced-consent",
];

/// Everything about policy texts.
pub fn render(page: &mut Page, facts: &Facts, lang: Lang) {
    let policy = &facts.policy;
    documents(page, policy, lang);
    for set in &policy.sets {
        names(page, set, lang);
        clauses(page, policy, &set.id, set.main, lang);
        data(page, policy, &set.id, lang);
        sdk_list(page, policy, &set.id, lang);
    }
    disclosure(page, &facts.disclosure, lang);
}

fn documents(page: &mut Page, policy: &PolicyFacts, lang: Lang) {
    listed(
        page,
        pick(lang, "政策文本", "policy texts"),
        &policy.documents,
        |document| {
            let buttons: Vec<String> = document
                .buttons
                .iter()
                .map(|button| format!("  [{}]", button.text))
                .collect();
            format!(
                "{}  {}  {}  {}  {}{}",
                place(&document.place),
                class(document.class, lang),
                number(document.chars),
                document.date.as_deref().unwrap_or("-"),
                document.title.as_deref().unwrap_or(""),
                buttons.concat(),
            )
        },
        lang,
    );
}

/// What a set calls the product, and whether that is the app.
fn names(page: &mut Page, set: &PolicySet, lang: Lang) {
    let names: Vec<&str> = set
        .names
        .iter()
        .map(|name| {
            if name.blank {
                pick(lang, "[空白]", "[blank]")
            } else {
                name.name.as_str()
            }
        })
        .collect();
    let verdict = match set.names_app {
        NamesApp::Yes => pick(lang, "有本应用名称", "names the app"),
        NamesApp::No => pick(lang, "没有本应用名称", "does not name the app"),
        NamesApp::Unknown => return,
    };
    let label = pick(lang, "产品名称", "product names");
    let names = names.join(pick(lang, "、", ", "));
    page.row(label, format!("{}  {verdict}  {names}", set.id).trim_end());
}

fn class(class: Class, lang: Lang) -> &'static str {
    match class {
        Class::Policy => pick(lang, "政策", "policy"),
        Class::UserAgreement => pick(lang, "用户协议", "user agreement"),
        Class::SdkList => pick(lang, "SDK 清单", "SDK list"),
        Class::Children => pick(lang, "儿童规则", "children's rules"),
        Class::PermissionNote => pick(lang, "权限说明", "permission note"),
        Class::ShortNotice => pick(lang, "简短提示", "short notice"),
        Class::Licence => pick(lang, "开源许可", "licences"),
        Class::VendorNotice => pick(lang, "SDK 厂商说明", "SDK vendor's notice"),
        Class::Unknown => pick(lang, "类型不明", "unknown kind"),
    }
}

/// The clause table of one set: what it says, and where.
fn clauses(page: &mut Page, policy: &PolicyFacts, set: &str, main: bool, lang: Lang) {
    let mut clauses: Vec<&ClauseFact> = policy.clauses.iter().filter(|c| c.set == set).collect();
    clauses.sort_by_key(|clause| ORDER.iter().position(|id| *id == clause.id));
    let label = match (main, lang) {
        (true, Lang::Zh) => format!("条款 {set}"),
        (true, Lang::En) => format!("clauses {set}"),
        (false, Lang::Zh) => format!("另一份 {set}"),
        (false, Lang::En) => format!("other {set}"),
    };
    for (index, clause) in clauses.iter().enumerate() {
        let name = catalog::clauses().get(&clause.id).map_or_else(
            || clause.id.clone(),
            |rule| rule.name().get(lang).to_owned(),
        );
        let mut text = format!("{}  {name}", verdict(clause, lang));
        if let Some(quote) = clause.quotes.first() {
            text.push_str("\n  ");
            text.push_str(&quoted(quote));
        }
        page.paragraph(if index == 0 { &label } else { "" }, &text);
    }
}

fn verdict(clause: &ClauseFact, lang: Lang) -> &'static str {
    let duty = clause.kind == ClauseKind::Duty;
    match clause.verdict {
        ClauseVerdict::Present if duty => pick(lang, "有　　", "said     "),
        ClauseVerdict::Present => pick(lang, "出现　", "found    "),
        ClauseVerdict::PresentWeak => pick(lang, "笼统　", "weak     "),
        ClauseVerdict::LinkedElsewhere => pick(lang, "另见　", "elsewhere"),
        ClauseVerdict::AbsentInText if duty => pick(lang, "未找到", "not found"),
        ClauseVerdict::AbsentInText => pick(lang, "无　　", "none     "),
    }
}

fn quoted(quote: &Quote) -> String {
    format!("“{}”  {}", quote.text, place(&quote.place))
}

fn data(page: &mut Page, policy: &PolicyFacts, set: &str, lang: Lang) {
    for (polarity, subject, label) in [
        (
            Polarity::Collected,
            Subject::App,
            pick(lang, "收集的信息", "data named"),
        ),
        (
            Polarity::Collected,
            Subject::Sdk,
            pick(lang, "SDK 收集", "of SDKs"),
        ),
        (
            Polarity::Denied,
            Subject::App,
            pick(lang, "声明不收集", "denied"),
        ),
    ] {
        let names: Vec<String> = policy
            .data
            .iter()
            .filter(|m| m.set == set && m.polarity == polarity && m.subject == subject)
            .map(|mention| data_name(mention, lang))
            .collect();
        if !names.is_empty() {
            page.row(label, &names.join(pick(lang, "、", ", ")));
        }
    }
}

fn data_name(mention: &DataMention, lang: Lang) -> String {
    if mention.broad {
        let group = catalog::data_words().group(&mention.kind);
        return group.map_or_else(
            || mention.kind.clone(),
            |group| format!("[{}]", pick(lang, &group.name_zh, &group.name_en)),
        );
    }
    catalog::sdks().kinds.get(&mention.kind).map_or_else(
        || mention.kind.clone(),
        |kind| match lang {
            Lang::Zh => kind.zh.clone(),
            Lang::En => kind.en.clone(),
        },
    )
}

fn sdk_list(page: &mut Page, policy: &PolicyFacts, set: &str, lang: Lang) {
    let rows: Vec<&ListedFact> = policy.listed.iter().filter(|row| row.set == set).collect();
    for (index, row) in rows.iter().take(SHOWN).enumerate() {
        let label = if index == 0 {
            pick(lang, "SDK 清单", "SDK list")
        } else {
            ""
        };
        let entry = &row.entry;
        let ids: Vec<&str> = entry
            .sdks
            .iter()
            .map(|sdk| sdk.id.as_str())
            .chain(entry.library.as_deref())
            .collect();
        let mut text = entry.name.clone();
        if !ids.is_empty() {
            text.push_str("  = ");
            text.push_str(&ids.join(", "));
        }
        let fields = [
            (pick(lang, "公司", "company"), &entry.company),
            (pick(lang, "目的", "purpose"), &entry.purpose),
            (pick(lang, "信息", "data"), &entry.data),
            (pick(lang, "方式", "method"), &entry.method),
            (pick(lang, "链接", "link"), &entry.link),
            (pick(lang, "平台", "platform"), &entry.platform),
        ];
        let said: Vec<String> = fields
            .iter()
            .filter_map(|(name, value)| {
                let value: String = value.as_ref()?.chars().take(80).collect();
                Some(format!("{name} {value}"))
            })
            .collect();
        text.push_str("\n  ");
        text.push_str(&said.join(pick(lang, "；", "; ")));
        page.paragraph(label, &text);
    }
    let more = rows.len().saturating_sub(SHOWN);
    if more > 0 {
        page.row("", &super::sdks::and_more(more, lang));
    }
}

/// The app held against the main set.
fn disclosure(page: &mut Page, facts: &DisclosureFacts, lang: Lang) {
    if facts.set.is_none() {
        return;
    }
    let mut rows: Vec<String> = Vec::new();
    for sdk in &facts.sdks {
        let mut text = format!(
            "SDK {}  {}",
            sdk.name.get(lang),
            sdk_verdict(sdk.verdict, lang)
        );
        if let Some(through) = &sdk.through {
            text.push_str("  < ");
            text.push_str(through);
        }
        let missing: Vec<&str> = sdk.missing.iter().map(|d| detail(*d, lang)).collect();
        if !missing.is_empty() {
            text.push_str(pick(lang, "，未写明 ", ", without "));
            text.push_str(&missing.join(pick(lang, "、", ", ")));
        }
        rows.push(text);
    }
    for data in &facts.data {
        rows.push(format!(
            "{}  {}  {}",
            data.name.get(lang),
            data_verdict(data.verdict, lang),
            data.owner
        ));
    }
    for permission in &facts.permissions {
        rows.push(format!(
            "{}  {}",
            permission.name,
            permission_verdict(permission.verdict, lang)
        ));
    }
    listed(
        page,
        pick(lang, "对照政策", "disclosure"),
        &rows,
        Clone::clone,
        lang,
    );
}

fn sdk_verdict(verdict: SdkVerdict, lang: Lang) -> &'static str {
    match verdict {
        SdkVerdict::Disclosed => pick(lang, "已列明", "disclosed"),
        SdkVerdict::Incomplete => pick(lang, "列明不全", "incomplete"),
        SdkVerdict::Mentioned => pick(lang, "仅提到名称", "only mentioned"),
        SdkVerdict::VendorOnly => pick(lang, "仅提到厂商", "vendor only"),
        SdkVerdict::LinkedElsewhere => pick(lang, "清单在别处", "list elsewhere"),
        SdkVerdict::Undisclosed => pick(lang, "未列明", "undisclosed"),
    }
}

fn data_verdict(verdict: DataVerdict, lang: Lang) -> &'static str {
    match verdict {
        DataVerdict::Named => pick(lang, "已写明", "named"),
        DataVerdict::ByGroup => pick(lang, "以类别写明", "named by group"),
        DataVerdict::GroupOnly => pick(lang, "仅有笼统类别", "only by a broad group"),
        DataVerdict::OfSdkOnly => pick(lang, "仅在 SDK 中写明", "only as an SDK's"),
        DataVerdict::Absent => pick(lang, "未写明", "not named"),
        DataVerdict::Denied => pick(lang, "政策称不收集", "denied"),
    }
}

fn permission_verdict(verdict: PermissionVerdict, lang: Lang) -> &'static str {
    match verdict {
        PermissionVerdict::Named => pick(lang, "已写明", "named"),
        PermissionVerdict::DataNamed => pick(lang, "仅写明信息", "only its data"),
        PermissionVerdict::Unnamed => pick(lang, "未写明", "not named"),
    }
}

fn detail(detail: Detail, lang: Lang) -> &'static str {
    match detail {
        Detail::Company => pick(lang, "公司", "company"),
        Detail::Purpose => pick(lang, "目的", "purpose"),
        Detail::Data => pick(lang, "信息", "data"),
        Detail::Link => pick(lang, "链接", "link"),
    }
}
