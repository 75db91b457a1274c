//! Could not look is never absent: how gaps change what a check may say.

use super::finding::Evidence;
use crate::catalog::Bilingual;
use crate::evidence::{Gap, GapKind, Part};

/// Gaps in any of the parts.
pub(super) fn in_parts<'a>(gaps: &'a [Gap], parts: &[Part]) -> Vec<&'a Gap> {
    gaps.iter()
        .filter(|gap| parts.contains(&gap.part))
        .collect()
}

/// Each gap as a row of evidence.
pub(super) fn evidence(gaps: &[&Gap]) -> Vec<Evidence> {
    let row = |gap: &&Gap| Evidence {
        what: match in_chinese(&gap.detail) {
            Some(zh) => Bilingual {
                zh: format!("{}（{zh}）", gap_text(gap).zh),
                en: format!("{} ({})", gap_text(gap).en, gap.detail),
            },
            None => gap_text(gap),
        },
        place: gap.place.clone(),
        excerpt: (!gap.detail.is_empty() && in_chinese(&gap.detail).is_none())
            .then(|| gap.detail.clone()),
        way: Vec::new(),
    };
    gaps.iter().map(row).collect()
}

/// Why nothing definite can be said, in one sentence for all gaps.
pub(super) fn reason(gaps: &[&Gap]) -> Bilingual {
    let mut parts: Vec<Part> = gaps.iter().map(|gap| gap.part).collect();
    parts.sort_unstable();
    parts.dedup();
    let names: Vec<Bilingual> = parts.into_iter().map(part_name).collect();
    let join = |names: Vec<&str>, comma: &str| names.join(comma);
    Bilingual {
        zh: format!(
            "未能完整查看：{}",
            join(names.iter().map(|n| n.zh.as_str()).collect(), "、")
        ),
        en: format!(
            "could not be looked at in full: {}",
            join(names.iter().map(|n| n.en.as_str()).collect(), ", ")
        ),
    }
}

/// What one gap means, without full stop.
pub fn gap_text(gap: &Gap) -> Bilingual {
    let (zh, en) = match gap.kind {
        GapKind::Missing => ("不在包内", "is not in the package"),
        GapKind::Malformed => ("格式损坏", "is malformed"),
        GapKind::Unsupported => ("格式暂不支持", "is in a format that is not supported yet"),
        GapKind::Encrypted => ("已加密", "is encrypted"),
        GapKind::Limit => ("超出读取上限", "goes beyond a limit"),
        GapKind::Packed => ("已加固，不可见", "is hidden by a packer"),
        GapKind::Remote => ("仅有链接，未联网读取", "is only linked; nothing is fetched"),
        GapKind::Opaque => (
            "仅可见字符串",
            "is in a form of which only strings can be read",
        ),
        GapKind::NotFound => ("未找到，也未另行提供", "was not found and not given"),
        GapKind::NoEntry => ("的运行入口未知", "has no entry that is known"),
    };
    let part = part_name(gap.part);
    Bilingual {
        zh: format!("{}{zh}", part.zh),
        en: format!("{} {en}", part.en),
    }
}

/// Particulars that stand in most reports, in Chinese; `{}` is what stands
/// there in both languages.
const DETAILS: [(&str, &str); 8] = [
    (
        "{}: of its logic only strings are readable",
        "{}：其逻辑仅可见字符串",
    ),
    ("code is hidden by {}", "代码由 {} 隐藏"),
    (
        "policy is only linked, nothing is fetched: {}",
        "政策仅有链接，未联网读取：{}",
    ),
    (
        "no policy text in {} files and {} strings",
        "{} 个文件、{} 条字符串中没有政策文本",
    ),
    (
        "{} more text files were not searched for policies",
        "另有 {} 个文本文件未查找政策",
    ),
    ("{} more URLs are not listed", "另有 {} 个网址未列出"),
    (
        "the superclass of a screen or of the application: {}",
        "界面或 Application 的父类：{}",
    ),
    (
        "ways were found to {} of {} methods",
        "只找到通往 {} 个方法的路径，共 {} 个方法",
    ),
];

/// Particulars of a gap. What only a technical reader needs stays English.
pub fn gap_detail(gap: &Gap) -> Bilingual {
    let zh = in_chinese(&gap.detail);
    Bilingual {
        zh: zh.unwrap_or_else(|| gap.detail.clone()),
        en: gap.detail.clone(),
    }
}

fn in_chinese(detail: &str) -> Option<String> {
    DETAILS.iter().find_map(|(en, zh)| {
        let filled = filled(en, detail)?;
        let mut words = zh.split("{}");
        let mut text = words.next()?.to_owned();
        for (word, gap) in words.zip(filled) {
            text.push_str(gap);
            text.push_str(word);
        }
        Some(text)
    })
}

/// What stands in a text in place of each `{}` of a template.
fn filled<'t>(template: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut words = template.split("{}");
    let mut rest = text.strip_prefix(words.next()?)?;
    let mut filled = Vec::new();
    for word in words {
        let at = if word.is_empty() {
            rest.len()
        } else {
            rest.find(word)?
        };
        filled.push(rest.get(..at)?);
        rest = rest.get(at..)?.strip_prefix(word)?;
    }
    rest.is_empty().then_some(filled)
}

/// Name of a part of an app.
pub fn part_name(part: Part) -> Bilingual {
    let (zh, en) = match part {
        Part::Container => ("安装包结构", "package structure"),
        Part::Manifest => ("清单文件", "manifest"),
        Part::Resources => ("资源", "resource data"),
        Part::Code => ("代码", "code"),
        Part::Native => ("原生库", "native code"),
        Part::Dependencies => ("依赖清单", "dependency list"),
        Part::Interface => ("应用界面", "interface"),
        Part::Policy => ("隐私政策", "privacy policy"),
        Part::Signature => ("签名", "signature"),
    };
    Bilingual::new(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particulars_are_told_in_the_language_of_the_report() {
        let zh = |detail| in_chinese(detail);
        assert_eq!(
            zh("Flutter (aot): of its logic only strings are readable").as_deref(),
            Some("Flutter (aot)：其逻辑仅可见字符串")
        );
        assert_eq!(
            zh("no policy text in 0 files and 38 strings").as_deref(),
            Some("0 个文件、38 条字符串中没有政策文本")
        );
        assert_eq!(
            zh("code is hidden by 360 Jiagu").as_deref(),
            Some("代码由 360 Jiagu 隐藏")
        );
        assert_eq!(zh("chunk ends at 12"), None, "an error with its offset");
    }
}
