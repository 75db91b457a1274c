//! From a name as a policy writes it to the SDKs of the catalogue.
//!
//! In this order: package or class, address of the vendor's policy, exact
//! alias, alias with a function, legal entity with a function, vendor alone.
//! A vendor of many SDKs is never more than a vendor: 「腾讯」 discloses no
//! SDK of Tencent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::fold::{Folded, barer, fold, has_han};
use super::names::{addresses, packages};
use super::{By, Joined, ListedSdk, functions};
use crate::catalog::{Sdk, Sdks, sdks};

/// How an alias speaks of its SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Of this SDK and nothing else.
    Strong,
    /// Of other products as well.
    Ambiguous,
    /// Of its legal entity.
    Company,
    /// Of its vendor.
    Vendor,
}

type Owner = (usize, Kind);

/// Everything by which texts name SDKs, in one automaton.
#[derive(Debug)]
pub struct Matcher {
    catalogue: &'static Sdks,
    /// Exact names, folded.
    names: FxHashMap<String, Vec<Owner>>,
    /// Exact names of plain libraries, folded.
    libraries: FxHashMap<String, usize>,
    automaton: Option<AhoCorasick>,
    /// For each pattern of the automaton whose it is.
    patterns: Vec<Vec<Owner>>,
    /// Class prefixes and Maven groups of SDKs.
    packages: BTreeMap<String, Vec<usize>>,
    /// Class prefixes of libraries.
    library_packages: BTreeMap<String, usize>,
    /// Addresses of policies and guides, with and without query.
    urls: FxHashMap<String, Vec<usize>>,
    /// Their hosts.
    hosts: FxHashMap<String, Vec<usize>>,
    /// How many SDKs each vendor has, by SDK.
    siblings: Vec<usize>,
    /// Names of vendors of several SDKs, folded.
    vendors: FxHashSet<String>,
}

/// Push channels of the makers of phones, which lists call by one name.
const MAKERS: [&str; 6] = [
    "xiaomi-push",
    "hms-push",
    "oppo-push",
    "vivo-push",
    "meizu-push",
    "honor-push",
];

/// The name for all of them.
const MAKERS_PUSH: [&str; 7] = [
    "厂商推送",
    "厂商通道",
    "厂商push",
    "手机厂商",
    "各厂商",
    "系统级推送",
    "设备厂商",
];

/// A vendor of more SDKs than this is never taken for one of them.
const FEW: usize = 4;

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

    fn over(catalogue: &'static Sdks) -> Self {
        let mut names: FxHashMap<String, Vec<Owner>> = FxHashMap::default();
        let mut found: BTreeMap<String, Vec<Owner>> = BTreeMap::new();
        let mut packages: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut urls: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        let mut hosts: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, sdk) in catalogue.sdks.iter().enumerate() {
            for (name, kind) in names_of(sdk) {
                let full = fold(name);
                if full.chars().count() < 2 {
                    continue;
                }
                let owner = (index, kind);
                let forms = barer(&full);
                let bare = forms.last().copied().unwrap_or(&full);
                if matches!(kind, Kind::Strong | Kind::Ambiguous) {
                    add(names.entry(full.clone()).or_default(), owner);
                    let kind = if is_common(bare) {
                        Kind::Ambiguous
                    } else {
                        kind
                    };
                    add(names.entry(bare.to_owned()).or_default(), (index, kind));
                }
                if long_enough(&full) {
                    add(found.entry(full.clone()).or_default(), owner);
                }
                if has_han(bare) && bare.chars().count() >= 3 && !is_common(bare) {
                    add(found.entry(bare.to_owned()).or_default(), owner);
                }
            }
            let prefixes = [Some(&sdk.evidence), sdk.weak.as_ref()];
            for evidence in prefixes.into_iter().flatten() {
                for prefix in evidence.classes.iter().chain(&evidence.sentinels) {
                    add(packages.entry(prefix.clone()).or_default(), index);
                }
            }
            for coordinate in &sdk.maven {
                if let Some((group, _)) = coordinate.split_once(':')
                    && group.contains('.')
                {
                    add(packages.entry(group.to_owned()).or_default(), index);
                }
            }
            for url in [&sdk.policy, &sdk.guide].into_iter().flatten() {
                let url = Address::of(url);
                for key in url.keys() {
                    add(urls.entry(key).or_default(), index);
                }
                add(hosts.entry(url.host).or_default(), index);
            }
        }
        let mut libraries = FxHashMap::default();
        let mut library_packages = BTreeMap::new();
        for (index, library) in catalogue.libraries.iter().enumerate() {
            let full = fold(&library.name);
            libraries.entry(full).or_insert(index);
            for prefix in &library.classes {
                library_packages.entry(prefix.clone()).or_insert(index);
            }
        }
        let mut by_vendor: FxHashMap<String, usize> = FxHashMap::default();
        for sdk in &catalogue.sdks {
            let names: BTreeSet<String> = [Some(&sdk.vendor_en), sdk.vendor_zh.as_ref()]
                .into_iter()
                .flatten()
                .flat_map(|name| name.split(['/', '／', '（', '(', '）', ')']))
                .map(fold)
                .filter(|name| !name.is_empty())
                .collect();
            for name in names {
                let count = by_vendor.entry(name).or_default();
                *count = count.saturating_add(1);
            }
        }
        let vendors = by_vendor
            .into_iter()
            .filter(|(_, count)| *count > 1)
            .map(|(name, _)| name)
            .collect();
        let siblings = catalogue
            .sdks
            .iter()
            .map(|sdk| {
                let same = |other: &&Sdk| other.vendor().zh == sdk.vendor().zh;
                catalogue.sdks.iter().filter(same).count()
            })
            .collect();
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(found.keys())
            .ok();
        Self {
            catalogue,
            names,
            libraries,
            automaton,
            patterns: found.into_values().collect(),
            packages,
            library_packages,
            urls,
            hosts,
            siblings,
            vendors,
        }
    }

    /// Joins an entry to the SDKs that it discloses. `whole` is all that the
    /// entry says.
    pub(super) fn join(&self, entry: &mut ListedSdk, whole: &str) {
        let mut hits: BTreeMap<usize, By> = BTreeMap::new();
        let by_name = self.named(&entry.name);
        for index in self.by_packages(entry) {
            hits.entry(index).or_insert(By::Package);
        }
        let by_url = self.by_urls(entry, &by_name);
        for index in by_url {
            hits.entry(index).or_insert(By::Url);
        }
        for index in by_name {
            hits.entry(index).or_insert(By::Alias);
        }
        for index in self.by_feature(entry, whole) {
            hits.entry(index).or_insert(By::Feature);
        }
        if hits.is_empty() {
            entry.library = self.library(entry);
            if entry.library.is_some() {
                return;
            }
            for index in self.by_company(entry) {
                hits.entry(index).or_insert(By::Company);
            }
        }
        if hits.is_empty() {
            for index in self.by_vendor(entry) {
                hits.entry(index).or_insert(By::Vendor);
            }
        }
        entry.sdks = hits
            .into_iter()
            .filter_map(|(index, by)| {
                let id = self.catalogue.sdks.get(index)?.id.clone();
                Some(Joined { id, by })
            })
            .collect();
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

    fn hits(&self, text: &str) -> Vec<(std::ops::Range<usize>, &Vec<Owner>)> {
        let folded = Folded::of(text);
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        automaton
            .find_iter(&folded.text)
            .filter_map(|hit| {
                let start = folded.source(hit.start());
                let last = folded.source(hit.end().checked_sub(1)?);
                let width = text.get(last..)?.chars().next()?.len_utf8();
                let at = start..last.checked_add(width)?;
                let owners = self.patterns.get(hit.pattern().as_usize())?;
                is_whole(text, &at).then_some((at, owners))
            })
            .collect()
    }

    /// SDKs by an exact alias: of the whole name, of a part of it, within it.
    fn named(&self, name: &str) -> BTreeSet<usize> {
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

    fn package(&self, name: &str) -> Vec<usize> {
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

    fn by_packages(&self, entry: &ListedSdk) -> BTreeSet<usize> {
        entry
            .packages
            .iter()
            .flat_map(|package| {
                let owners = self.package(package);
                if owners.len() > 1 { Vec::new() } else { owners }
            })
            .collect()
    }

    fn by_urls(&self, entry: &ListedSdk, by_name: &BTreeSet<usize>) -> BTreeSet<usize> {
        let Some(url) = entry.link.as_deref() else {
            return BTreeSet::new();
        };
        let owners: BTreeSet<usize> = Address::of(url)
            .keys()
            .iter()
            .find_map(|key| self.urls.get(key))
            .into_iter()
            .flatten()
            .copied()
            .collect();
        let both: BTreeSet<usize> = owners.intersection(by_name).copied().collect();
        if !by_name.is_empty() {
            return both;
        }
        let purpose = entry.purpose.as_deref().unwrap_or_default();
        let fitting = self.fitting(owners.clone(), &entry.name, purpose);
        if fitting.len() == 1 {
            fitting
        } else if owners.len() == 1 && functions::of(&entry.name).is_empty() {
            owners
        } else {
            BTreeSet::new()
        }
    }

    /// SDKs by an ambiguous alias or the vendor in the name, with a function
    /// in the name or in the purpose.
    fn by_feature(&self, entry: &ListedSdk, whole: &str) -> BTreeSet<usize> {
        let name = entry.name.as_str();
        if MAKERS_PUSH.iter().any(|word| name.contains(word))
            && functions::of(name).contains(&"push")
            || MAKERS_PUSH.iter().take(3).any(|word| name.contains(word))
        {
            return self.makers(whole);
        }
        let purpose = entry.purpose.as_deref().unwrap_or_default();
        let mut found = BTreeSet::new();
        let mut owners: Vec<(String, Vec<Owner>)> = self
            .hits(name)
            .into_iter()
            .map(|(at, owners)| (fold(name.get(at).unwrap_or_default()), owners.clone()))
            .collect();
        let folded = fold(name);
        for form in barer(&folded) {
            if let Some(more) = self.names.get(form) {
                owners.push((form.to_owned(), more.clone()));
            }
        }
        for (alias, owners) in owners {
            let mut candidates: BTreeSet<usize> = owners
                .iter()
                .filter(|(_, kind)| matches!(kind, Kind::Ambiguous | Kind::Vendor))
                .map(|(index, _)| *index)
                .collect();
            if is_common(&alias) {
                let vendors = self.vendors(entry);
                candidates.retain(|index| vendors.contains(index));
            }
            let spaced = candidates
                .iter()
                .copied()
                .filter(|index| self.has_spaced(*index, name, purpose));
            found.extend(spaced);
            let fitting = self.fitting(candidates, name, purpose);
            if fitting.len() <= FEW {
                found.extend(fitting);
            }
        }
        found.extend(self.of_same_vendor(name, purpose));
        found
    }

    /// SDKs that the purpose names, of a vendor that the name names:
    /// 「腾讯开放平台」 for 「微信支付」.
    fn of_same_vendor(&self, name: &str, purpose: &str) -> BTreeSet<usize> {
        let vendor = |index: &usize| self.catalogue.sdks.get(*index).map(|sdk| sdk.vendor().zh);
        let vendors: BTreeSet<String> = self
            .hits(name)
            .into_iter()
            .flat_map(|(_, owners)| owners.iter())
            .filter_map(|(index, _)| vendor(index))
            .collect();
        if vendors.is_empty() {
            return BTreeSet::new();
        }
        self.hits(purpose)
            .into_iter()
            .flat_map(|(_, owners)| of_kind(owners, Kind::Strong))
            .filter(|index| vendor(index).is_some_and(|vendor| vendors.contains(&vendor)))
            .collect()
    }

    /// The push channels of makers of phones, those that the row names, or
    /// all where it names none.
    fn makers(&self, whole: &str) -> BTreeSet<usize> {
        let index = |id: &str| {
            let at = self
                .catalogue
                .sdks
                .binary_search_by(|sdk| sdk.id.as_str().cmp(id));
            at.ok()
        };
        let all: BTreeSet<usize> = MAKERS.iter().filter_map(|id| index(id)).collect();
        let named: BTreeSet<usize> = self
            .hits(whole)
            .into_iter()
            .flat_map(|(_, owners)| owners.iter())
            .filter(|(index, kind)| *kind == Kind::Vendor && all.contains(index))
            .map(|(index, _)| *index)
            .collect();
        if named.is_empty() { all } else { named }
    }

    /// Whether all words of an alias of several words stand in the name and
    /// the purpose.
    fn has_spaced(&self, index: usize, name: &str, purpose: &str) -> bool {
        let Some(sdk) = self.catalogue.sdks.get(index) else {
            return false;
        };
        let text = fold(&format!("{name} {purpose}"));
        sdk.aliases
            .feature
            .iter()
            .filter(|alias| alias.contains(' ') && has_han(alias))
            .any(|alias| alias.split(' ').all(|word| text.contains(&fold(word))))
    }

    /// Those whose category fits the functions of the name, or, where the
    /// name has none, of the purpose. None where neither names a function.
    fn fitting(&self, of: BTreeSet<usize>, name: &str, purpose: &str) -> BTreeSet<usize> {
        let in_name = functions::of(name);
        let wanted = if in_name.is_empty() {
            functions::of(purpose)
        } else {
            in_name
        };
        let mut of = of;
        of.retain(|index| {
            let sdk = self.catalogue.sdks.get(*index);
            sdk.is_some_and(|sdk| wanted.contains(&sdk.category.as_str()))
        });
        of
    }

    fn by_company(&self, entry: &ListedSdk) -> BTreeSet<usize> {
        let Some(company) = entry.company.as_deref() else {
            return BTreeSet::new();
        };
        let purpose = entry.purpose.as_deref().unwrap_or_default();
        let owners: BTreeSet<usize> = self
            .hits(company)
            .into_iter()
            .flat_map(|(_, owners)| owners.iter())
            .filter(|(_, kind)| *kind == Kind::Company)
            .map(|(index, _)| *index)
            .collect();
        let says_vendor = !self.hits(&entry.name).is_empty()
            || !functions::of(&entry.name).is_empty()
            || super::names::is_company(&entry.name);
        let mut fitting = self.fitting(owners, &entry.name, purpose);
        fitting.retain(|index| {
            let few = self.siblings.get(*index).is_some_and(|n| *n <= FEW);
            few || says_vendor
        });
        if fitting.len() <= 2 {
            fitting
        } else {
            BTreeSet::new()
        }
    }

    /// SDKs of the vendors that name, company and link speak of.
    fn vendors(&self, entry: &ListedSdk) -> BTreeSet<usize> {
        let company = entry.company.as_deref().unwrap_or_default();
        let mut found: BTreeSet<usize> = [entry.name.as_str(), company]
            .into_iter()
            .flat_map(|text| self.hits(text))
            .flat_map(|(at, owners)| owners.iter().map(move |owner| (at.clone(), *owner)))
            .filter(|(_, (_, kind))| matches!(kind, Kind::Company | Kind::Vendor))
            .map(|(_, (index, _))| index)
            .collect();
        if let Some(url) = entry.link.as_deref() {
            let owners = self.hosts.get(&Address::of(url).host);
            found.extend(owners.into_iter().flatten());
        }
        found
    }

    fn by_vendor(&self, entry: &ListedSdk) -> BTreeSet<usize> {
        let mut found = self.vendors(entry);
        let folded = fold(&entry.name);
        for form in barer(&folded) {
            if let Some(owners) = self.names.get(form)
                && !is_common(form)
            {
                found.extend(of_kind(owners, Kind::Ambiguous));
            }
        }
        let wanted = functions::of(&entry.name);
        if !wanted.is_empty() {
            found.retain(|index| {
                let sdk = self.catalogue.sdks.get(*index);
                sdk.is_some_and(|sdk| wanted.contains(&sdk.category.as_str()))
            });
        }
        found
    }

    fn library_named(&self, name: &str) -> Option<usize> {
        let folded = fold(name);
        barer(&folded)
            .iter()
            .find_map(|form| self.libraries.get(*form))
            .copied()
    }

    fn library(&self, entry: &ListedSdk) -> Option<String> {
        let by_package = || {
            entry.packages.iter().find_map(|package| {
                let mut rest = package.as_str();
                loop {
                    if let Some(index) = self.library_packages.get(rest) {
                        return Some(*index);
                    }
                    rest = rest.rsplit_once('.')?.0;
                }
            })
        };
        // 「Room」 is short for 「AndroidX Room」.
        let short = || {
            let full = format!("androidx{}", fold(&entry.name));
            self.libraries.get(&full).copied()
        };
        let index = self
            .library_named(&entry.name)
            .or_else(by_package)
            .or_else(short)?;
        let library = self.catalogue.libraries.get(index)?;
        Some(library.id.clone())
    }
}

/// Names of an SDK with what they speak of.
fn names_of(sdk: &Sdk) -> impl Iterator<Item = (&str, Kind)> {
    let aliases = &sdk.aliases;
    let strong = aliases
        .product
        .iter()
        .chain(&aliases.old)
        .chain(&aliases.feature)
        .map(String::as_str)
        .chain(std::iter::once(sdk.name_en.as_str()))
        .chain(sdk.name_zh.as_deref());
    let companies = aliases
        .company
        .iter()
        .map(String::as_str)
        .chain(sdk.company.as_deref());
    let vendors = std::iter::once(sdk.vendor_en.as_str()).chain(sdk.vendor_zh.as_deref());
    strong
        .filter(|name| !aliases.ambiguous.iter().any(|other| other == name))
        .map(|name| (name, Kind::Strong))
        .chain(
            aliases
                .ambiguous
                .iter()
                .map(|a| (a.as_str(), Kind::Ambiguous)),
        )
        .chain(companies.map(|name| (name, Kind::Company)))
        .chain(vendors.map(|name| (name, Kind::Vendor)))
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn of_kind(owners: &[Owner], wanted: Kind) -> impl Iterator<Item = usize> {
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

fn is_common(name: &str) -> bool {
    COMMON.contains(&name)
        || name
            .strip_suffix("sdk")
            .is_some_and(|n| COMMON.contains(&n))
}

/// Whether a name is long enough to be looked for inside others.
fn long_enough(folded: &str) -> bool {
    let chars = folded.chars().count();
    chars >= 3 || chars == 2 && (has_han(folded) || folded == "qq")
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

/// An address without what does not tell pages apart.
struct Address {
    host: String,
    path: String,
    query: String,
}

impl Address {
    fn of(url: &str) -> Self {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest).trim();
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.to_lowercase();
        Self {
            host: host.strip_prefix("www.").unwrap_or(&host).to_owned(),
            path: path.trim_end_matches('/').to_lowercase(),
            query: format!(
                "{query}#{}",
                if fragment.starts_with('/') {
                    fragment
                } else {
                    ""
                }
            ),
        }
    }

    /// Keys from the narrowest. A host alone is no key: it says whose a page
    /// is, not which.
    fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        if self.query.len() > 1 {
            keys.push(format!("{}/{}?{}", self.host, self.path, self.query));
        }
        if !self.path.is_empty() {
            keys.push(format!("{}/{}", self.host, self.path));
        }
        keys
    }
}
