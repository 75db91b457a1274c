//! What a check, a permission, a clause, a label or an SDK means.

mod sdk;

use super::page::Page;
use super::sheet::Sheet;
use super::text::marked;
use super::words::pick;
use crate::catalog::{
    self, Bulletin, Catalog, Clause, Instrument, Label, Lang, Permission, closest,
};
use crate::check::{Check, Checks, Status, part_name};

/// Text on whatever `subject` names, `width` columns wide: the id of a check
/// or a row of the issue table, a permission (with or without the name
/// before its last dot), a clause, an instrument or a label (by id or by its
/// words), an SDK or a library (`sdk:jpush`, by id, name or product).
///
/// If it names nothing, the error is a sentence with the nearest name.
pub fn render(subject: &str, checks: &Checks, lang: Lang, width: usize) -> Result<String, String> {
    let catalog = catalog::builtin();
    let subject = subject.trim();
    let label = match lang {
        Lang::Zh => 8,
        Lang::En => 11,
    };
    let mut page = Page::new(width, label);
    let rows = of_row(subject, checks);
    if let Some(check) = checks.named(subject) {
        check_text(&mut page, check, lang);
    } else if !rows.is_empty() {
        for (index, check) in rows.into_iter().enumerate() {
            if index > 0 {
                page.blank();
            }
            check_text(&mut page, check, lang);
        }
    } else if let Some((name, permission)) = permission_named(subject, catalog) {
        permission_text(&mut page, name, permission, lang);
    } else if let Some(clause) = ignoring_case(&catalog.clauses, subject) {
        clause_text(&mut page, clause, catalog, checks, lang);
    } else if let Some(instrument) = ignoring_case(&catalog.instruments, subject) {
        instrument_text(&mut page, instrument, catalog, lang);
    } else if let Some(label) = label_named(subject, catalog) {
        label_text(&mut page, label, checks, lang);
    } else if let Some(found) = sdk::named(subject, catalog::sdks()) {
        page = Page::new(width, SDK_LABEL);
        sdk::render(&mut page, found, catalog::sdks(), lang);
    } else if let Some(library) = sdk::library_named(subject, catalog::sdks()) {
        page = Page::new(width, SDK_LABEL);
        sdk::library(&mut page, library, catalog::sdks(), lang);
    } else {
        return Err(unknown(subject, checks, catalog, lang));
    }
    Ok(page.finish())
}

/// Columns of the labels of an SDK, which are longer than the others.
const SDK_LABEL: usize = 14;

pub(super) fn check_text(page: &mut impl Sheet, check: &Check, lang: Lang) {
    let text = check.text.get(lang);
    page.heading(&format!("{}  {}", check.id, text.general));
    page.paragraph(pick(lang, "原因", "why"), &text.why);
    page.paragraph(pick(lang, "判断方法", "how"), &text.how);
    page.paragraph(pick(lang, "局限", "limits"), &text.limits);
    page.paragraph(pick(lang, "修复", "fix"), &text.fix);
    page.row(pick(lang, "严重程度", "severity"), check.severity.word());
    if check.status == Status::Preview {
        let preview = pick(lang, "预览：以后可能变化", "preview: it may still change");
        page.row(pick(lang, "状态", "status"), preview);
    }
    let needs: Vec<String> = check
        .needs
        .iter()
        .map(|&part| part_name(part).get(lang).to_owned())
        .collect();
    if !needs.is_empty() {
        let needs = needs.join(pick(lang, "、", ", "));
        let value = match lang {
            Lang::Zh => format!("{needs}；未能完整查看时结论为“需人工复核”"),
            Lang::En => format!("{needs}; if not seen in full, a person must look"),
        };
        page.row(pick(lang, "需要", "needs"), &value);
    }
    let catalog = catalog::builtin();
    for (index, cited) in check.clauses.iter().enumerate() {
        let gist = catalog
            .clauses
            .get(&cited.id)
            .map(Clause::text)
            .unwrap_or_default();
        let value = format!(
            "{}  {}{}  ({})",
            cited.text.get(lang),
            gist.get(lang),
            marked(cited.mark, lang),
            cited.id
        );
        page.row(
            if index == 0 {
                pick(lang, "依据", "basis")
            } else {
                ""
            },
            &value,
        );
    }
    for (index, (regulator, label)) in check.labels.all().enumerate() {
        let text = label.text.get(lang);
        let value = format!(
            "{regulator}  {text}{}  ({})",
            marked(label.mark, lang),
            label.id
        );
        page.row(
            if index == 0 {
                pick(lang, "监管用语", "called")
            } else {
                ""
            },
            &value,
        );
    }
    for (index, beside) in check.beside.iter().enumerate() {
        let value = format!("{}  {}", beside.check, beside.text.get(lang));
        let label = pick(lang, "相关检查", "beside");
        page.row(if index == 0 { label } else { "" }, &value);
    }
    published(page, check, lang);
    let regimes: Vec<&str> = check.regimes.iter().map(|regime| regime.word()).collect();
    page.row(pick(lang, "适用", "regimes"), &regimes.join(", "));
    for (index, row) in check.refs.iter().enumerate() {
        let issue = catalog::issues().row(row);
        let name = issue.map(catalog::Issue::name).unwrap_or_default();
        let label = pick(lang, "问题编号", "issue rows");
        let value = format!("{row}  {}", name.get(lang));
        page.row(if index == 0 { label } else { "" }, &value);
    }
    for (index, example) in check.examples.iter().enumerate() {
        let value = format!("{}  →  {}", example.about, example.expect.join(", "));
        page.row(
            if index == 0 {
                pick(lang, "示例", "examples")
            } else {
                ""
            },
            &value,
        );
    }
    page.row(pick(lang, "文件", "file"), &check.file);
}

/// Published notices on the issues of a check, the latest first.
fn published(page: &mut impl Sheet, check: &Check, lang: Lang) {
    const MOST: usize = 3;
    let bulletins = catalog::issues().bulletins.iter();
    let mut about: Vec<&Bulletin> = bulletins
        .filter(|bulletin| bulletin.rows.iter().any(|row| check.refs.contains(row)))
        .collect();
    about.sort_by(|a, b| (&b.date, &a.id).cmp(&(&a.date, &b.id)));
    for (index, bulletin) in about.into_iter().take(MOST).enumerate() {
        let (by, words) = match lang {
            Lang::Zh => (&bulletin.zh_regulator, &bulletin.zh),
            Lang::En => (&bulletin.regulator, &bulletin.en),
        };
        let mark = marked(bulletin.mark, lang);
        let value = format!("{by} {}  {words}{mark}", bulletin.date);
        let label = pick(lang, "公开通报", "published");
        page.row(if index == 0 { label } else { "" }, &value);
    }
}

fn permission_text(page: &mut Page, name: &str, permission: &Permission, lang: Lang) {
    page.heading(name);
    let text = format!(
        "{}{}",
        permission.text().get(lang),
        marked(permission.mark, lang)
    );
    page.row(pick(lang, "能力", "lets an app"), &text);
    let level = match permission.level {
        catalog::Level::Normal => pick(lang, "普通：安装时授予", "normal: granted at installation"),
        catalog::Level::Dangerous => pick(
            lang,
            "危险：自 API 23 起由弹窗询问用户",
            "dangerous: a dialog asks the user, since API 23",
        ),
        catalog::Level::Special => pick(
            lang,
            "特殊：在系统设置页面中授予",
            "special: granted on a page of the system settings",
        ),
        catalog::Level::Signature => pick(
            lang,
            "签名：仅系统、预装或同签名应用",
            "signature: only the system, preinstalled apps or the same signer",
        ),
    };
    page.row(pick(lang, "保护级别", "level"), level);
    if let Some(group) = &permission.group {
        page.row(pick(lang, "权限组", "group"), group);
    }
    let range = match (permission.since, permission.until) {
        (Some(since), Some(until)) => format!("API {since}–{until}"),
        (Some(since), None) => format!("API {since}+"),
        (None, Some(until)) => format!("– API {until}"),
        (None, None) => String::new(),
    };
    if !range.is_empty() {
        page.row(pick(lang, "存在于", "exists in"), &range);
    }
    if !permission.data.is_empty() {
        page.row(pick(lang, "数据", "data"), &permission.data.join(", "));
    }
    page.row(pick(lang, "来源", "source"), &permission.source);
}

fn clause_text(page: &mut Page, clause: &Clause, catalog: &Catalog, checks: &Checks, lang: Lang) {
    page.heading(&format!(
        "{}  {}",
        clause.id,
        catalog.citation(clause).get(lang)
    ));
    let text = format!("{}{}", clause.text().get(lang), marked(clause.mark, lang));
    page.row(pick(lang, "要点", "gist"), &text);
    if let Some(instrument) = catalog.instruments.get(&clause.instrument) {
        page.row(
            pick(lang, "文件", "instrument"),
            instrument.name().get(lang),
        );
        dates(page, instrument, lang);
    }
    page.row(pick(lang, "来源", "source"), &clause.source);
    proof(page, clause.proof.as_ref(), lang);
    let citing = |check: &Check| check.clauses.iter().any(|cited| cited.id == clause.id);
    cited_by(page, checks, citing, lang);
}

fn instrument_text(page: &mut Page, instrument: &Instrument, catalog: &Catalog, lang: Lang) {
    let mark = marked(instrument.mark, lang);
    page.heading(&format!(
        "{}  {}{mark}",
        instrument.id,
        instrument.name().get(lang)
    ));
    dates(page, instrument, lang);
    page.row(pick(lang, "适用", "regime"), &instrument.regime);
    page.row(pick(lang, "来源", "source"), &instrument.source);
    proof(page, instrument.proof.as_ref(), lang);
    let clauses = catalog.clauses.values();
    let of_it = clauses.filter(|clause| clause.instrument == instrument.id);
    for (index, clause) in of_it.enumerate() {
        let mark = marked(clause.mark, lang);
        let value = format!("{}  {}{mark}", clause.id, clause.text().get(lang));
        page.row(
            if index == 0 {
                pick(lang, "条款", "clauses")
            } else {
                ""
            },
            &value,
        );
    }
}

fn label_text(page: &mut Page, label: &Label, checks: &Checks, lang: Lang) {
    page.heading(&format!("{}  {}", label.id, label.text().get(lang)));
    page.row(
        pick(lang, "监管机构", "regulator"),
        label.regulator.name().get(lang),
    );
    let published = format!("{}{}", label.zh, marked(label.mark, lang));
    page.row(pick(lang, "原文", "published"), &published);
    page.row(pick(lang, "译文", "in English"), &label.en);
    if let Some(example) = &label.example {
        page.row(pick(lang, "通报", "bulletins"), example);
    }
    page.row(pick(lang, "来源", "source"), &label.source);
    proof(page, label.proof.as_ref(), lang);
    let labels = |check: &Check| {
        let mut all = check.labels.all();
        all.any(|(_, cited)| cited.id == label.id)
    };
    cited_by(page, checks, labels, lang);
}

/// Where a citation was read.
fn proof(page: &mut Page, proof: Option<&String>, lang: Lang) {
    if let Some(proof) = proof {
        page.row(pick(lang, "核对", "proof"), proof);
    }
}

fn dates(page: &mut Page, instrument: &Instrument, lang: Lang) {
    if let Some(issued) = &instrument.issued {
        page.row(pick(lang, "发布", "issued"), issued);
    }
    if let Some(in_force) = &instrument.in_force {
        page.row(pick(lang, "施行", "in force"), in_force);
    }
}

fn cited_by(page: &mut Page, checks: &Checks, cites: impl Fn(&Check) -> bool, lang: Lang) {
    let citing = checks.checks().iter().filter(|check| cites(check));
    for (index, check) in citing.enumerate() {
        let value = format!("{}  {}", check.id, check.text.get(lang).general);
        page.row(
            if index == 0 {
                pick(lang, "检查项", "checks")
            } else {
                ""
            },
            &value,
        );
    }
}

/// Checks of a row of the issue table.
fn of_row<'a>(row: &str, checks: &'a Checks) -> Vec<&'a Check> {
    let has = |check: &&Check| {
        check
            .refs
            .iter()
            .any(|known| known.eq_ignore_ascii_case(row))
    };
    checks.checks().iter().filter(has).collect()
}

fn ignoring_case<'a, T>(
    map: &'a std::collections::BTreeMap<String, T>,
    key: &str,
) -> Option<&'a T> {
    map.get(key).or_else(|| {
        let mut entries = map.iter();
        entries
            .find(|(known, _)| known.eq_ignore_ascii_case(key))
            .map(|(_, value)| value)
    })
}

/// By full name, or by what stands after the last dot; among several the
/// platform's own.
fn permission_named<'a>(name: &str, catalog: &'a Catalog) -> Option<(&'a str, &'a Permission)> {
    let entries = || {
        catalog
            .permissions
            .iter()
            .map(|(name, entry)| (name.as_str(), entry))
    };
    let short = |full: &str| {
        full.rsplit('.')
            .next()
            .is_some_and(|s| s.eq_ignore_ascii_case(name))
    };
    let ours = |full: &str| full.starts_with("android.permission.");
    entries()
        .find(|(full, _)| full.eq_ignore_ascii_case(name))
        .or_else(|| entries().find(|(full, _)| ours(full) && short(full)))
        .or_else(|| entries().find(|(full, _)| short(full)))
}

fn label_named<'a>(name: &str, catalog: &'a Catalog) -> Option<&'a Label> {
    ignoring_case(&catalog.labels, name).or_else(|| {
        let mut labels = catalog.labels.values();
        labels.find(|label| label.zh == name || label.en.eq_ignore_ascii_case(name))
    })
}

fn unknown(subject: &str, checks: &Checks, catalog: &Catalog, lang: Lang) -> String {
    let bare = subject.strip_prefix("sdk:").unwrap_or(subject);
    let checks = checks.checks().iter();
    let names = checks
        .flat_map(|check| check.refs.iter().chain([&check.id]))
        .map(String::as_str)
        .chain(catalog.clauses.keys().map(String::as_str))
        .chain(catalog.instruments.keys().map(String::as_str))
        .chain(catalog.labels.keys().map(String::as_str))
        .chain(catalog.labels.values().map(|label| label.zh.as_str()))
        .chain(catalog.permissions.keys().map(String::as_str))
        .chain(catalog::sdks().sdks.iter().map(|sdk| sdk.id.as_str()))
        .chain(
            catalog
                .permissions
                .keys()
                .filter_map(|name| name.rsplit('.').next()),
        );
    match (closest(bare, names), lang) {
        (Some(name), Lang::Zh) => format!("没有名为“{subject}”的条目；是否要找“{name}”？"),
        (Some(name), Lang::En) => {
            format!("nothing is called \"{subject}\"; did you mean \"{name}\"?")
        }
        (None, Lang::Zh) => {
            format!("没有名为“{subject}”的条目；apkaudit checks list 列出所有检查项")
        }
        (None, Lang::En) => {
            format!("nothing is called \"{subject}\"; apkaudit checks list shows all checks")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks() -> Checks {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/engine");
        Checks::none().load(&folder).unwrap()
    }

    /// The explanation without styles.
    fn explained(subject: &str, lang: Lang) -> String {
        let text = render(subject, &checks(), lang, 100).unwrap();
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn a_check_is_found_by_its_id_and_by_its_row_in_both_languages() {
        let text = explained("camera-asked", Lang::En);
        assert!(
            text.starts_with("camera-asked  The app asks for the camera\n"),
            "{text}"
        );
        assert!(
            text.contains("Remove the permission if it is not needed."),
            "{text}"
        );
        assert!(text.contains("(R191-4.1)"), "{text}");
        assert_eq!(explained("d01", Lang::En), text);
        let text = explained("camera-asked", Lang::Zh);
        assert!(
            text.contains("应用申请相机权限") && text.contains("超范围收集个人信息"),
            "{text}"
        );
    }

    #[test]
    fn a_permission_is_found_by_its_short_name() {
        let text = explained("camera", Lang::En);
        assert!(text.starts_with("android.permission.CAMERA\n"), "{text}");
        assert!(text.contains("dangerous: a dialog asks the user"), "{text}");
    }

    #[test]
    fn a_clause_an_instrument_and_a_label_name_the_checks_and_clauses_they_bear_on() {
        let text = explained("r191-4.1", Lang::Zh);
        assert!(
            text.contains("认定方法") && text.contains("camera-asked"),
            "{text}"
        );
        assert!(explained("R191", Lang::En).contains("R191-4.1"));
        let text = explained("超范围收集个人信息", Lang::En);
        assert!(
            text.contains("MIIT") && text.contains("camera-asked"),
            "{text}"
        );
    }

    #[test]
    fn an_unknown_name_gets_the_nearest_one() {
        let error = render("camera-aksed", &checks(), Lang::En, 80).unwrap_err();
        assert!(error.contains("did you mean \"camera-asked\"?"), "{error}");
        let error = render("☃", &checks(), Lang::Zh, 80).unwrap_err();
        assert!(error.contains("checks list"), "{error}");
    }
}
