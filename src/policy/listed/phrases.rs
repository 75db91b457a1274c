//! What running text says of an SDK: what it is for, what it gets.

use std::sync::LazyLock;

use regex::Regex;

use super::ListedSdk;
use super::fields::Field;

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("{error}"))
}

/// Longest part that is kept, in characters.
const LONGEST: usize = 300;

static PURPOSE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:用于|以便|目的是|目的为|目的|为了|以实现|以提供|以帮助|以支持|提供|实现|帮助|进行|来为|为您|为用户|作为|负责)[^。；;！\n]{2,}",
    )
});
static PURPOSE_EN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:used? (?:for|to|by)|in order to|so that|to (?:provide|show|serve|display|analy[sz]e|collect|improve|help|send|deliver|enable|understand|track|measure|monitor|detect|process|manage|allow|store|authenticate|support)|provides?|for (?:the purpose|[a-z]+)|helps?|allows?|enables?|(?:crash|usage|app) (?:reporting|analytics|statistics)|(?:analytics|advertising|crash reporting|authentication|payments?|push notifications?|hosting|storage))\b[^.;\n]*",
    )
});
static DATA: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:收集|获取|读取|采集|手机您|手机设备|共享|上传|访问|处理|使用您|接收|涉及|申请|调用)[^。；;！\n]{0,40}?(?:信息|设备|IMEI|IMSI|MAC|Mac|标识|地址|位置|号码|数据|权限|Android|OAID|ID|列表|状态|照片|昵称|头像|内容)[^。；;！\n]*",
    )
});
static DATA_EN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:collects?|receives?|process(?:es)?|access(?:es)?|gathers?|obtains?|transmits?|shares?|shared|sends?)\b[^.;\n]{0,60}?\b(?:data|information|ids?|identifiers?|address(?:es)?|location|device|logs?|reports?|email|names?|usage|statistics|events?|cookies?)\b[^.;\n]*",
    )
});

/// Fills purpose and data of an entry from running text, where they are
/// still empty.
pub(super) fn fill(entry: &mut ListedSdk, text: &str) {
    if entry.purpose.is_none()
        && let Some(hit) = PURPOSE.find(text).or_else(|| PURPOSE_EN.find(text))
    {
        let words = until(
            hit.as_str(),
            &[
                "，收集",
                "，需要收集",
                "，可能收集",
                "，会收集",
                "，获取",
                "，隐私",
            ],
        );
        entry.put(Field::Purpose, &short(words));
    }
    if entry.data.is_none()
        && let Some(hit) = DATA.find(text).or_else(|| DATA_EN.find(text))
        && !is_denied(text, hit.start())
    {
        let words = until(hit.as_str(), &["用于", "以便", "以提供", "，以", "，为"]);
        entry.put(Field::Data, &short(words));
    }
}

/// Whether the words in front of a verb deny it.
fn is_denied(text: &str, at: usize) -> bool {
    let before: String = text
        .get(..at)
        .map(|head| head.chars().rev().take(4).collect())
        .unwrap_or_default();
    before.contains('不') || before.contains('未')
}

fn until<'t>(text: &'t str, ends: &[&str]) -> &'t str {
    let at = ends
        .iter()
        .filter_map(|end| text.find(end))
        .filter(|at| *at > 6)
        .min();
    at.and_then(|at| text.get(..at)).unwrap_or(text)
}

fn short(text: &str) -> String {
    text.trim_matches(|c: char| c.is_whitespace() || "，,、）)".contains(c))
        .chars()
        .take(LONGEST)
        .collect()
}
