//! From an entry of a list to the SDKs of the catalogue that it discloses.
//!
//! In this order: package or class, address of the vendor's policy, exact
//! alias, alias with a function, legal entity with a function, vendor alone.
//! A vendor of many SDKs is never more than a vendor: 「腾讯」 discloses no
//! SDK of Tencent.

use std::collections::{BTreeMap, BTreeSet};

use super::address::Address;
use super::fold::{barer, fold, has_han};
use super::matching::{Kind, Matcher, Owner, is_common, of_kind};
use super::{By, Joined, ListedSdk, functions};

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

impl Matcher {
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
