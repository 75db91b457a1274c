//! The index of the catalogue by which a [`Matcher`] finds names: built once,
//! from the aliases, packages and addresses of all entries.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::address::Address;
use super::fold::{barer, fold, has_han};
use super::matching::{Kind, Matcher, Owner, is_common};
use crate::catalog::{Sdk, Sdks};
use crate::policy::wordlist::WordList;

impl Matcher {
    pub(super) fn over(catalogue: &'static Sdks) -> Self {
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
        let vendor = |sdk: &'static Sdk| sdk.vendor_zh.as_ref().unwrap_or(&sdk.vendor_en);
        let mut of_vendor: FxHashMap<&str, usize> = FxHashMap::default();
        for sdk in &catalogue.sdks {
            let count = of_vendor.entry(vendor(sdk)).or_default();
            *count = count.saturating_add(1);
        }
        let siblings = catalogue.sdks.iter().map(|sdk| {
            let count = of_vendor.get(vendor(sdk).as_str());
            count.copied().unwrap_or_default()
        });
        let siblings = siblings.collect();
        let (found, patterns): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        Self {
            catalogue,
            names,
            libraries,
            list: WordList::new(found),
            patterns,
            packages,
            library_packages,
            urls,
            hosts,
            siblings,
            vendors,
        }
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

/// Whether a name is long enough to be looked for inside others.
fn long_enough(folded: &str) -> bool {
    let chars = folded.chars().count();
    chars >= 3 || chars == 2 && (has_han(folded) || folded == "qq")
}
