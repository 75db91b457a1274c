//! Entries that begin with a name: numbered paragraphs, items of lists,
//! headings with text below.

use std::collections::BTreeSet;

use crate::decode::prose::{Block, BlockKind, Prose};

use super::fold::has_han;
use super::keyed;
use super::names;
use super::phrases;
use super::region::Regions;
use super::{Form, ListedSdk, Matcher};

/// Blocks below a name that may belong to it.
const MAX_BODY: usize = 8;

/// Reads all entries of this form, and takes the blocks that hold them.
pub(super) fn read(
    prose: &Prose,
    regions: &Regions,
    matcher: &Matcher,
    taken: &mut BTreeSet<usize>,
) -> Vec<ListedSdk> {
    let reader = Reader {
        prose,
        regions,
        matcher,
    };
    let mut entries = Vec::new();
    let mut number = 0;
    while let Some(block) = prose.blocks.get(number) {
        let next = number.saturating_add(1);
        if taken.contains(&number) || block.kind == BlockKind::Row {
            number = next;
            continue;
        }
        let Some(name) = reader.name(number, block) else {
            number = next;
            continue;
        };
        let body = reader.body(number, block, &name, taken);
        let end = prose
            .blocks
            .get(body.end.saturating_sub(1))
            .map_or(block.at.end, |block| block.at.end);
        let mut entry = ListedSdk::new(name, Form::Numbered, block.at.start..end);
        let text = prose.words(&entry.at);
        entry.platform = regions.at(number).platform;
        let after = text
            .find(entry.name.as_str())
            .map_or(0, |at| at.saturating_add(entry.name.len()));
        let after = text.get(after..).unwrap_or_default();
        phrases::fill(&mut entry, after);
        if reader.holds(number, block, &entry, text) {
            keyed::fill(&mut entry, after);
            phrases::fill_label(&mut entry, after);
            taken.extend(number..body.end);
            entries.push(entry);
            number = body.end.max(next);
        } else {
            number = next;
        }
    }
    entries
}

struct Reader<'p> {
    prose: &'p Prose,
    regions: &'p Regions,
    matcher: &'p Matcher,
}

impl Reader<'_> {
    /// The name that a block begins with, if it may be one.
    fn name(&self, number: usize, block: &Block) -> Option<String> {
        let words = self.prose.words(&block.at);
        let (rest, numbered) = names::unnumbered(words);
        let short = rest.chars().count() <= 60;
        let stands_apart =
            numbered || matches!(block.kind, BlockKind::Item | BlockKind::Heading(_));
        if !(stands_apart || short && self.regions.at(number).sdks) {
            return None;
        }
        let over_table = self
            .prose
            .blocks
            .get(number.saturating_add(1))
            .is_some_and(|next| next.kind == BlockKind::Row);
        if over_table && !numbered {
            return None;
        }
        let head = head(rest);
        let name = names::clean(head);
        let chars = names::before_bracket(&name).chars().count();
        let longest = if has_han(&name) { 32 } else { 60 };
        let plausible = (2..=longest).contains(&chars)
            && name.chars().any(char::is_alphabetic)
            && !names::is_generic(&name)
            && (!is_clause(&name) || self.matcher.is_product(&name));
        plausible.then_some(name)
    }

    /// The blocks that belong to a name: its own and those below that go on.
    fn body(
        &self,
        number: usize,
        block: &Block,
        name: &str,
        taken: &BTreeSet<usize>,
    ) -> std::ops::Range<usize> {
        let own = self.prose.words(&block.at);
        let is_title = own.chars().count() <= name.chars().count().saturating_add(12);
        let mut end = number.saturating_add(1);
        while let Some(next) = self.prose.blocks.get(end) {
            let words = self.prose.words(&next.at);
            // Each link of a list of links is a name of its own.
            let is_link = next.kind == BlockKind::Item
                && self.regions.at(end).introduced
                && super::target_at(self.prose, &next.at).is_some();
            let is_new = taken.contains(&end)
                || is_link
                || matches!(next.kind, BlockKind::Row | BlockKind::Heading(_))
                || self.name(end, next).is_some_and(|name| {
                    self.matcher.is_known(&name) || name.to_lowercase().contains("sdk")
                })
                || names::unnumbered(words).1 && next.kind != BlockKind::Item;
            let is_address =
                names::addresses(words).next().is_some() && words.chars().count() < 160;
            if is_new || end.saturating_sub(number) > MAX_BODY || !(is_title || is_address) {
                break;
            }
            if super::region::is_introduction(words) && !is_address {
                break;
            }
            end = end.saturating_add(1);
        }
        number..end
    }

    /// Whether what was read is an entry of a list.
    fn holds(&self, number: usize, block: &Block, entry: &ListedSdk, text: &str) -> bool {
        let region = self.regions.at(number);
        let name = entry.name.as_str();
        let exact = self.matcher.is_name(name);
        let known = exact || self.matcher.is_known(name);
        let says_sdk = name.to_lowercase().contains("sdk") || name.ends_with("插件");
        let link = names::addresses(text).next().is_some()
            || super::target_at(self.prose, &entry.at).is_some();
        let company = names::company_in(text).is_some();
        // An unknown name needs its company or a link close by; a link alone
        // is what menus have.
        let start = text.get(..text.floor_char_boundary(300)).unwrap_or(text);
        let near = names::company_in(start).is_some() || link && text.chars().count() <= 300;
        let said = entry.purpose.is_some() || entry.data.is_some() || link || company;
        if region.other && !says_sdk {
            return false;
        }
        if matches!(block.kind, BlockKind::Heading(_)) {
            return (says_sdk || known && region.sdks) && (entry.data.is_some() || link || company);
        }
        if region.sdks {
            let own = name.chars().count().saturating_add(8);
            let alone = text.chars().count() <= own;
            // "Link to the privacy policy of …", then names that are links.
            let linked = alone && link && region.introduced && block.kind == BlockKind::Item;
            linked
                || (exact || says_sdk) && (said || alone || block.kind == BlockKind::Item)
                || known && said
                || near
                    && (company || entry.purpose.is_some() || entry.data.is_some())
                    && name.chars().count() <= 20
        } else {
            (says_sdk || exact && !self.matcher.known(name).iter().all(|hit| !hit.strong))
                && (entry.data.is_some() || company || link && entry.purpose.is_some())
        }
    }
}

/// The words of a block before the first mark that ends a name.
fn head(text: &str) -> &str {
    let lower = text.to_lowercase();
    let same = lower.len() == text.len();
    let ends = [
        '：', ':', '（', '(', '，', '。', '；', '—', '–', '|', '\t', '【', '用',
    ];
    let mut end = text
        .char_indices()
        .find(|(at, c)| {
            ends.contains(c)
                && *at > 0
                && (*c != '用' || text.get(*at..).is_some_and(|t| t.starts_with("用于")))
        })
        .map_or(text.len(), |(at, _)| at);
    for mark in [" - ", ", ", ". ", "; "] {
        end = text.find(mark).filter(|at| *at > 0).unwrap_or(end).min(end);
    }
    // 「微信支付SDK 我们的产品集成…」
    if same
        && let Some(at) = lower.find("sdk")
        && at < end
    {
        let after = at.saturating_add(3);
        let next = text.get(after..).and_then(|rest| rest.chars().next());
        if next.is_some_and(char::is_whitespace) {
            end = after.min(end);
        }
    }
    let own = names::own_bracket(text.get(end..).unwrap_or_default());
    text.get(..end.saturating_add(own)).unwrap_or(text)
}

/// Words that a clause has and a name has not.
const CLAUSE: [&str; 63] = [
    "我们",
    "您",
    "用户",
    "共享",
    "授权",
    "合作伙伴",
    "同意",
    "转让",
    "披露",
    "收集",
    "法律",
    "情形",
    "信息",
    "关联",
    "保护",
    "如何",
    "目的",
    "使用",
    "隐私政策",
    "个人",
    "数据",
    "权限",
    "说明",
    "规则",
    "方式",
    "以下",
    "第三方",
    "为了",
    "类SDK",
    "类sdk",
    "服务商",
    "联系",
    " we ",
    " you ",
    "your ",
    " our ",
    "information",
    "privacy",
    "data",
    "children",
    "security",
    "policy",
    "party",
    "how ",
    "条款",
    "部分",
    "提示",
    "协议",
    "政策",
    "声明",
    "定义",
    "投诉",
    "咨询",
    "更新",
    "变更",
    "未成年",
    "存储",
    "安全",
    "管理",
    "注册",
    "本",
    "审计",
    "要求",
];

fn is_clause(name: &str) -> bool {
    let lower = name.to_lowercase();
    let speaks = ["我们", "您", "以下", "集成", "接入", "本应用"];
    let list = ["列表", "清单", "目录", "名单", "说明", "yaml"];
    names::is_clause(name)
        || speaks.iter().any(|word| name.contains(word))
        || list.iter().any(|word| lower.ends_with(word))
        || CLAUSE.iter().any(|word| lower.contains(word))
            && !lower.ends_with("sdk")
            && !lower.ends_with("插件")
        || name.starts_with("We ")
        || name.starts_with("You ")
}
