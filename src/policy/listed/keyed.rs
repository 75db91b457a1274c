//! Entries as keys with values: 「SDK名称：…」, 「使用目的：…」, one a line
//! or all on one.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::decode::prose::{Block, BlockKind, Prose};

use super::fields::{self, Field};
use super::fold::has_han;
use super::names;
use super::phrases;
use super::region::Regions;
use super::{Form, ListedSdk, Matcher};

/// A key in a line, with where its value begins.
struct Key {
    field: Field,
    /// The key itself says SDK or third party.
    speaks: bool,
    at: Range<usize>,
    value: usize,
}

/// An entry that more keys may belong to.
struct Open {
    entry: ListedSdk,
    blocks: Vec<usize>,
    fields: usize,
    /// The name came with a key that speaks of SDKs.
    speaks: bool,
    /// The name came with a key.
    keyed: bool,
    /// The key whose value is on the next line.
    waits: Option<Field>,
    last: Option<Field>,
}

/// Reads all keyed entries, and takes the blocks that hold them.
pub(super) fn read(
    prose: &Prose,
    regions: &Regions,
    matcher: &Matcher,
    taken: &mut BTreeSet<usize>,
) -> Vec<ListedSdk> {
    let mut reader = Reader {
        prose,
        regions,
        matcher,
        taken,
        entries: Vec::new(),
        open: None,
        title: None,
    };
    for (number, block) in prose.blocks.iter().enumerate() {
        reader.block(number, block);
    }
    reader.close();
    reader.entries
}

struct Reader<'p> {
    prose: &'p Prose,
    regions: &'p Regions,
    matcher: &'p Matcher,
    taken: &'p mut BTreeSet<usize>,
    entries: Vec<ListedSdk>,
    open: Option<Open>,
    /// The line before, if it may be a name.
    title: Option<usize>,
}

impl Reader<'_> {
    fn block(&mut self, number: usize, block: &Block) {
        let words = self.prose.words(&block.at);
        if block.kind == BlockKind::Row {
            self.close();
            self.title = None;
            return;
        }
        let keys = keys(words);
        let Some(first) = keys.first() else {
            self.keyless(number, block, words);
            return;
        };
        let lead = words.get(..first.at.start).unwrap_or_default();
        let lead_is_name = !first.field.is_name() && is_name_like(lead);
        if lead_is_name {
            self.begin(lead, block.at.start, number, None);
        } else if !first.field.is_name()
            && let Some(title) = self.title
            && self
                .open
                .as_ref()
                .is_none_or(|open| !open.blocks.contains(&title))
        {
            let at = self.prose.blocks.get(title).map(|block| block.at.clone());
            if let Some(at) = at {
                let name = self.prose.words(&at).to_owned();
                self.begin(&name, at.start, title, None);
            }
        }
        let title = self.title.take();
        // 「甲SDK」, then 「我们集成甲SDK，用于…。隐私政策：…」
        let begins = first.field.is_name();
        if !lead_is_name
            && !begins
            && let Some(open) = &mut self.open
        {
            phrases::fill(&mut open.entry, lead);
        }
        for (index, key) in keys.iter().enumerate() {
            let end = keys
                .get(index.saturating_add(1))
                .map_or(words.len(), |next| next.at.start);
            let value = words.get(key.value..end).unwrap_or_default();
            let value = value_of(value);
            if key.field.is_name() {
                self.name(key, value, block, number, title);
            } else if let Some(open) = &mut self.open {
                if key.field != Field::Other {
                    open.fields = open.fields.saturating_add(1);
                }
                open.entry.put(key.field, value);
                if key.field == Field::Package {
                    open.entry.packages.extend(names::packages(value));
                }
                open.waits = value.is_empty().then_some(key.field);
                open.last = Some(key.field);
                open.entry.at.end = block.at.end;
                if open.blocks.last() != Some(&number) {
                    open.blocks.push(number);
                }
            }
        }
    }

    fn name(&mut self, key: &Key, value: &str, block: &Block, number: usize, title: Option<usize>) {
        // 「SDK名称：甲SDK」, then 「第三方名称：乙公司」: whose it is.
        if key.field != Field::Name(3)
            && names::is_company(value)
            && let Some(open) = &mut self.open
            && open.entry.company.is_none()
            && !names::is_company(&open.entry.name)
        {
            open.entry.put(Field::Company, value);
            open.entry.at.end = block.at.end;
            open.fields = open.fields.saturating_add(1);
            open.blocks.push(number);
            return;
        }
        // 「微信支付」 over 「第三方名称：乙公司」.
        if names::is_company(value)
            && let Some(above) = title
            && let Some(at) = self.prose.blocks.get(above).map(|block| block.at.clone())
            && self.matcher.is_known(self.prose.words(&at))
        {
            let name = self.prose.words(&at).to_owned();
            self.begin(&name, at.start, above, Some(key));
            if let Some(open) = &mut self.open {
                open.entry.put(Field::Company, value);
                open.entry.at.end = block.at.end;
                open.fields = 1;
                open.blocks.push(number);
            }
            return;
        }
        let start = block.at.start.saturating_add(key.at.start);
        // 「第三方SDK：极光推送，用于…」: the name ends with the clause.
        let cut = value
            .find(['，', '。', '；', ';', '\n'])
            .filter(|at| *at > 0)
            .unwrap_or(value.len());
        let (name, rest) = value.split_at_checked(cut).unwrap_or((value, ""));
        self.begin(name, start, number, Some(key));
        if let Some(open) = &mut self.open {
            open.entry.at.end = block.at.end;
            if !rest.is_empty() {
                phrases::fill(&mut open.entry, rest);
                let said = open.entry.purpose.is_some() || open.entry.data.is_some();
                open.fields = open.fields.saturating_add(usize::from(said));
            }
        }
    }

    /// A line without keys: the value of a key before, a name for keys that
    /// follow, or the end of an entry.
    fn keyless(&mut self, number: usize, block: &Block, words: &str) {
        let is_title = is_name_like(words);
        if let Some(open) = &mut self.open
            && !matches!(block.kind, BlockKind::Heading(_))
        {
            let goes_on = block.kind == BlockKind::Item
                && !words.to_lowercase().contains("sdk")
                && matches!(open.last, Some(Field::Data | Field::Purpose));
            let field = open.waits.take().or(open.last.filter(|_| goes_on));
            if let Some(field) = field {
                if field.is_name() {
                    open.entry.name = names::clean(words);
                } else {
                    open.entry.put(field, words);
                }
                open.entry.at.end = block.at.end;
                open.blocks.push(number);
                self.title = None;
                return;
            }
            // An address alone belongs to what it follows.
            if names::addresses(words).next().is_some() && words.chars().count() < 160 {
                open.entry.at.end = block.at.end;
                open.blocks.push(number);
                return;
            }
        }
        self.close();
        self.title = is_title.then_some(number);
    }

    fn begin(&mut self, name: &str, start: usize, number: usize, key: Option<&Key>) {
        self.close();
        let name = names::clean(name);
        let mut entry = ListedSdk::new(name.clone(), Form::Keyed, start..start);
        // 「Firebase Analytics（Google）」: the product and whose it is.
        let product = names::before_bracket(&name);
        let owner = name.get(product.len()..).unwrap_or_default().trim();
        if let Some(owner) = names::bracket(owner)
            && (self.matcher.is_vendor(owner) || names::is_company(owner))
        {
            product.clone_into(&mut entry.name);
            entry.put(Field::Company, owner);
        }
        entry.at.end = self
            .prose
            .blocks
            .get(number)
            .map_or(start, |block| block.at.end);
        entry.platform = self.regions.at(number).platform;
        self.open = Some(Open {
            waits: name.trim().is_empty().then_some(Field::Name(3)),
            entry,
            blocks: vec![number],
            fields: 0,
            speaks: key.is_some_and(|key| key.speaks),
            keyed: key.is_some(),
            last: None,
        });
    }

    /// Ends the entry that is open, and keeps it if it is one.
    fn close(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        let mut open = open;
        // 「功能：用于分享，收集设备信息」 tells of both.
        if open.entry.data.is_none()
            && let Some(purpose) = open.entry.purpose.clone()
        {
            phrases::fill_data(&mut open.entry, &purpose);
        }
        let name = open.entry.name.as_str();
        let first = open.blocks.first().copied().unwrap_or(0);
        let region = self.regions.at(first);
        let speaks = name.to_lowercase().contains("sdk");
        let known = self.matcher.is_known(name) || self.matcher.is_name(name);
        let enough = if open.keyed || known || speaks { 1 } else { 2 };
        let told = open.speaks || region.sdks || known || speaks;
        let is_name = (is_name_like(name) || open.keyed && open.speaks)
            && name.chars().count() <= 80
            && !["为了", "我们", "您", "以便"]
                .iter()
                .any(|word| name.contains(word))
            && (!names::is_generic(name) || open.keyed && open.speaks && name.chars().count() > 3);
        if told && is_name && open.fields >= enough && (!region.other || known || speaks) {
            self.taken.extend(&open.blocks);
            self.entries.push(open.entry);
        }
    }
}

/// Longest key, in characters.
const LONGEST_KEY: usize = 22;

/// So many bytes in front of a colon are searched for the key.
const REACH: usize = 200;

/// Words that a sentence has and a key has not.
const NO_KEY: [&str; 21] = [
    "用于",
    "用来",
    "帮助",
    "我们",
    "您可",
    "您将",
    "向您",
    "为您",
    "以下",
    "如下",
    "例如",
    "其中",
    "包括",
    "为了",
    "本应用",
    "联系",
    "咨询",
    "投诉",
    "http",
    "邮箱",
    "电话",
];

/// The keys of a line.
fn keys(words: &str) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for (at, colon) in words
        .char_indices()
        .filter(|(_, c)| matches!(c, ':' | '：'))
    {
        let value = at.saturating_add(colon.len_utf8());
        if words
            .get(value..)
            .is_some_and(|rest| rest.starts_with("//"))
        {
            continue;
        }
        let from = keys.last().map_or(0, |key| key.value);
        let from = from.max(words.floor_char_boundary(at.saturating_sub(REACH)));
        let Some(before) = words.get(from..at) else {
            continue;
        };
        let part = before
            .rfind([
                '；', ';', '。', '，', ',', '、', '|', '】', '\t', '）', ')', ':', '：', '•', '●',
            ])
            .and_then(|cut| {
                let width = before.get(cut..)?.chars().next()?.len_utf8();
                Some(cut.saturating_add(width))
            })
            .unwrap_or(0);
        let Some(candidate) = before.get(part..) else {
            continue;
        };
        if let Some((offset, field)) = key_in(candidate) {
            let start = from.saturating_add(part).saturating_add(offset);
            let key = words.get(start..at).unwrap_or_default();
            keys.push(Key {
                field,
                speaks: field == Field::Name(3) || fields::speaks_of_sdks(key),
                at: start..at,
                value,
            });
        }
    }
    keys
}

/// The longest end of a text that is a key, from a word's beginning.
fn key_in(text: &str) -> Option<(usize, Field)> {
    let starts = std::iter::once(0).chain(
        text.char_indices()
            .filter(|(_, c)| {
                c.is_whitespace() || matches!(c, '【' | '[' | '*' | '-' | '·' | '>' | '.')
            })
            .map(|(at, c)| at.saturating_add(c.len_utf8())),
    );
    starts.take(64).find_map(|start| {
        let key = text.get(start..)?;
        let (key_words, _) = names::unnumbered(key);
        let trimmed = key_words.trim_matches(|c: char| c.is_whitespace() || "*_".contains(c));
        let length = trimmed.chars().count();
        let longest = if has_han(trimmed) { LONGEST_KEY } else { 32 };
        if length < 2 || length > longest || NO_KEY.iter().any(|word| trimmed.contains(word)) {
            return None;
        }
        // "Services: hosting, storage" says what for; it names nothing.
        let field = match trimmed.to_lowercase().as_str() {
            "services" | "service type" | "服务内容" => Field::Purpose,
            _ => fields::of(trimmed)?,
        };
        // A name key is nothing but that: 「SDK名称」, not 「推送SDK」.
        if let Field::Name(_) = field
            && !is_name_key(trimmed)
        {
            return None;
        }
        Some((start, field))
    })
}

/// Whether a key asks for a name; 「推送SDK：」 is a name itself.
fn is_name_key(key: &str) -> bool {
    let folded = super::fold::fold(key);
    [
        "名称",
        "name",
        "第三方",
        "合作方",
        "sdk",
        "第三方sdk",
        "三方sdk",
        "第三方服务",
        "接入sdk",
        "service",
        "thirdparty",
        "provider",
        "thirdpartyservice",
        "serviceprovider",
        "产品",
        "插件",
        "第三方插件",
        "sdkname",
        "合作伙伴",
        "服务商",
        "第三方服务商",
        "第三方合作方",
        "第三方服务提供商",
        "sdk产品",
        "产品/服务",
    ]
    .contains(&folded.as_str())
        || folded.ends_with("名称")
        || folded.ends_with("名字")
        || folded.ends_with("name")
}

/// Whether a line may be the name of what follows it: short, no sentence.
fn is_name_like(line: &str) -> bool {
    let line = line.trim();
    let name = names::clean(line);
    let chars = name.chars().count();
    let longest = if has_han(&name) { 40 } else { 60 };
    (2..=longest).contains(&chars)
        && name.chars().any(char::is_alphabetic)
        && !name.contains(['。', '！', '？', '；', '!', '?', '：', ':'])
        && (chars <= 20 || !name.contains('，'))
        && !NO_KEY.iter().any(|word| name.contains(word))
        && !names::is_generic(&name)
        && !names::is_clause(&name)
}

/// Fills an entry from the keys in a text below its name.
pub(super) fn fill(entry: &mut ListedSdk, text: &str) {
    let keys = keys(text);
    for (index, key) in keys.iter().enumerate() {
        let end = keys
            .get(index.saturating_add(1))
            .map_or(text.len(), |next| next.at.start);
        let value = text.get(key.value..end).unwrap_or_default();
        let line = value.trim_start().lines().next().unwrap_or_default();
        entry.put(key.field, value_of(line));
    }
}

/// A value without the marks around it.
fn value_of(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || "；;，,、|*_（(【[".contains(c))
        .trim_end_matches('。')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields_of(line: &str) -> Vec<Field> {
        keys(line).iter().map(|key| key.field).collect()
    }

    #[test]
    fn keys_stand_before_colons() {
        assert_eq!(
            fields_of(
                "SDK名称：友盟；使用目的：统计；收集信息类型：IMEI、MAC；隐私政策链接：https://a.cn"
            ),
            [Field::Name(3), Field::Purpose, Field::Data, Field::Link]
        );
        assert_eq!(
            fields_of("SDK 名称: 友盟 公司: 甲 使用目的: 统计"),
            [Field::Name(3), Field::Company, Field::Purpose]
        );
        assert_eq!(fields_of("**Purpose:** ads"), [Field::Purpose]);
        assert!(fields_of("我们会收集以下信息：IMEI").is_empty());
        assert!(fields_of("联系方式：a@b.cn").is_empty());
        assert!(fields_of("见 https://a.cn").is_empty());
    }
}
