//! Names of SDKs, vendors and libraries in a text: where they stand, and what
//! they speak of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::address::Address;
use super::fold::{Folded, barer, fold, has_han};
use super::names::{addresses, packages};
use crate::catalog::{Sdks, sdks};
use crate::policy::wordlist::WordList;

/// How an alias speaks of its SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Of this SDK and nothing else.
    Strong,
    /// Of other products as well.
    Ambiguous,
    /// Of its legal entity.
    Company,
    /// Of its vendor.
    Vendor,
}

pub(super) type Owner = (usize, Kind);

/// Everything by which texts name SDKs.
#[derive(Debug)]
pub struct Matcher {
    pub(super) catalogue: &'static Sdks,
    /// Exact names, folded.
    pub(super) names: FxHashMap<String, Vec<Owner>>,
    /// Exact names of plain libraries, folded.
    pub(super) libraries: FxHashMap<String, usize>,
    pub(super) list: WordList,
    /// For each word of the list whose it is.
    pub(super) patterns: Vec<Vec<Owner>>,
    /// Class prefixes and Maven groups of SDKs.
    pub(super) packages: BTreeMap<String, Vec<usize>>,
    /// Class prefixes of libraries.
    pub(super) library_packages: BTreeMap<String, usize>,
    /// Addresses of policies and guides, with and without query.
    pub(super) urls: FxHashMap<String, Vec<usize>>,
    /// Their hosts.
    pub(super) hosts: FxHashMap<String, Vec<usize>>,
    /// How many SDKs each vendor has, by SDK.
    pub(super) siblings: Vec<usize>,
    /// Names of vendors of several SDKs, folded.
    pub(super) vendors: FxHashSet<String>,
}

/// A name in a text, as far as the matcher knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// In bytes of the text.
    pub at: std::ops::Range<usize>,
    /// Names an SDK and nothing else.
    pub strong: bool,
}

impl Matcher {
    /// The matcher over the catalogue of this program, built at first use.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Matcher> = LazyLock::new(|| Matcher::over(sdks()));
        &BUILTIN
    }

    /// Ids of the SDKs that a text names anywhere: by an alias, a package or
    /// the address of a policy. Takes time in the length of the text.
    pub fn mentioned(&self, text: &str) -> BTreeSet<&'static str> {
        let mut found = BTreeSet::new();
        for (at, owners) in self.hits(text) {
            let word = text.get(at.clone()).unwrap_or_default();
            let is_word = !has_han(word) && !word.starts_with(|c: char| c.is_uppercase());
            if is_word && !word.contains(|c: char| !c.is_ascii_lowercase()) {
                continue; // "branch", "adjust": words of the language
            }
            found.extend(of_kind(owners, Kind::Strong));
        }
        for package in packages(text) {
            found.extend(self.package(&package));
        }
        for url in addresses(text) {
            for key in Address::of(url).keys() {
                if let Some([only]) = self.urls.get(&key).map(Vec::as_slice) {
                    found.insert(*only);
                }
            }
        }
        found
            .into_iter()
            .filter_map(|index| self.catalogue.sdks.get(index))
            .map(|sdk| sdk.id.as_str())
            .collect()
    }

    /// Whether a text names an SDK anywhere.
    pub fn mentions(&self, text: &str, sdk: &str) -> bool {
        self.mentioned(text).contains(sdk)
    }

    /// Names of SDKs, their vendors and companies in a text.
    pub(super) fn known(&self, text: &str) -> Vec<Known> {
        self.hits(text)
            .into_iter()
            .map(|(at, owners)| Known {
                at,
                strong: owners.iter().any(|(_, kind)| *kind == Kind::Strong),
            })
            .collect()
    }

    /// Whether a text is the name of an SDK or of a library, or has the name
    /// of an SDK within.
    pub(super) fn is_known(&self, name: &str) -> bool {
        !self.named(name).is_empty() || self.library_named(name).is_some()
    }

    /// Whether the whole text is a name of an SDK, of a vendor or a library.
    pub(super) fn is_name(&self, name: &str) -> bool {
        let folded = fold(name);
        barer(&folded).iter().any(|form| {
            !is_common(form)
                && (self.names.contains_key(*form) || self.libraries.contains_key(*form))
        })
    }

    /// Whether the whole text is the name of a vendor of several SDKs.
    pub(super) fn is_vendor(&self, name: &str) -> bool {
        self.vendors.contains(&fold(name))
    }

    /// Whether the whole text is a name of one SDK and of nothing else.
    pub(super) fn is_product(&self, name: &str) -> bool {
        let owners = self.names.get(&fold(name));
        owners.is_some_and(|owners| of_kind(owners, Kind::Strong).next().is_some())
    }

    pub(super) fn hits(&self, text: &str) -> Vec<(std::ops::Range<usize>, &Vec<Owner>)> {
        let folded = Folded::of(text);
        let hits = self.list.longest(&folded.text).into_iter();
        hits.filter_map(|hit| {
            let start = folded.source(hit.at.start);
            let last = folded.source(hit.at.end.checked_sub(1)?);
            let width = text.get(last..)?.chars().next()?.len_utf8();
            let at = start..last.checked_add(width)?;
            let owners = self.patterns.get(hit.word)?;
            is_whole(text, &at).then_some((at, owners))
        })
        .collect()
    }

    /// SDKs by an exact alias: of the whole name, of a part of it, within it.
    pub(super) fn named(&self, name: &str) -> BTreeSet<usize> {
        let folded = fold(name);
        let mut found: BTreeSet<usize> = BTreeSet::new();
        for form in barer(&folded) {
            if let Some(owners) = self.names.get(form) {
                found.extend(of_kind(owners, Kind::Strong));
                if let [(index, Kind::Ambiguous)] = owners.as_slice()
                    && !is_common(form)
                    && !barer(form).iter().any(|form| self.vendors.contains(*form))
                {
                    found.insert(*index);
                }
                if !found.is_empty() {
                    return found;
                }
            }
        }
        for part in parts(name) {
            let folded = fold(part);
            for form in barer(&folded) {
                if let Some(owners) = self.names.get(form) {
                    let before = found.len();
                    found.extend(of_kind(owners, Kind::Strong));
                    if found.len() > before {
                        break;
                    }
                }
            }
        }
        for (_, owners) in self.hits(name) {
            found.extend(of_kind(owners, Kind::Strong));
        }
        found
    }

    pub(super) fn package(&self, name: &str) -> Vec<usize> {
        let mut rest = name;
        loop {
            if let Some(owners) = self.packages.get(rest) {
                return owners.clone();
            }
            match rest.rsplit_once('.') {
                Some((parent, _)) if parent.contains('.') => rest = parent,
                _ => break,
            }
        }
        // A name above those of the catalogue, if it leads to one SDK alone.
        let below = format!("{name}.");
        let owners: BTreeSet<usize> = self
            .packages
            .range(below.clone()..)
            .take_while(|(prefix, _)| prefix.starts_with(&below))
            .take(64)
            .flat_map(|(_, owners)| owners.iter().copied())
            .collect();
        match owners.len() {
            1 => owners.into_iter().collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn library_named(&self, name: &str) -> Option<usize> {
        let folded = fold(name);
        barer(&folded)
            .iter()
            .find_map(|form| self.libraries.get(*form))
            .copied()
    }
}

pub(super) fn of_kind(owners: &[Owner], wanted: Kind) -> impl Iterator<Item = usize> {
    owners
        .iter()
        .filter(move |(_, kind)| *kind == wanted)
        .map(|(index, _)| *index)
}

/// Names that say what something is for, and not whose it is.
const COMMON: [&str; 26] = [
    "推送",
    "消息推送",
    "厂商推送",
    "厂商通道",
    "一键登录",
    "号码认证",
    "本机号码一键登录",
    "运营商一键登录",
    "验证码",
    "人机验证",
    "滑块验证",
    "统计",
    "广告",
    "分享",
    "支付",
    "登录",
    "定位",
    "地图",
    "share",
    "push",
    "ads",
    "analytics",
    "map",
    "pay",
    "login",
    "open",
];

pub(super) fn is_common(name: &str) -> bool {
    COMMON.contains(&name)
        || name
            .strip_suffix("sdk")
            .is_some_and(|n| COMMON.contains(&n))
}

/// Whether no Latin word goes on at either side of a hit.
fn is_whole(text: &str, at: &std::ops::Range<usize>) -> bool {
    let word = text.get(at.clone()).unwrap_or_default();
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let before = text.get(..at.start).and_then(|t| t.chars().next_back());
    let tail = text.get(at.end..).unwrap_or_default();
    if latin(word.chars().next()) && latin(before) {
        return false;
    }
    let sdk = tail.get(..3).is_some_and(|t| t.eq_ignore_ascii_case("sdk"));
    !(latin(word.chars().next_back()) && latin(tail.chars().next())) || sdk
}

/// The parts of a name that lists several: 「微信登录、QQ登录」.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split([
        '、', '/', '，', ',', '（', '）', '(', ')', '；', ';', '|', '：', ':', '&', '和', '与',
        '及',
    ])
    .map(str::trim)
    .filter(|part| part.chars().count() >= 2)
}
