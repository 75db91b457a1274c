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
        what: gap_text(gap),
        place: gap.place.clone(),
        excerpt: (!gap.detail.is_empty()).then(|| gap.detail.clone()),
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
    };
    let part = part_name(gap.part);
    Bilingual {
        zh: format!("{}{zh}", part.zh),
        en: format!("{} {en}", part.en),
    }
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
