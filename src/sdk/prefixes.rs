//! Which entry of the catalogue a class name belongs to: the longest prefix
//! that ends at the end of a name part.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalog::Sdks;

/// An entry of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    /// Index of an SDK.
    Sdk(usize),
    /// Index of a library.
    Library(usize),
}

/// What the entries say of one prefix; indices of SDKs.
#[derive(Debug, Default)]
struct Claims {
    /// The entry whose code this is.
    owner: Option<Entry>,
    /// Entries to which it does not belong although a shorter prefix does.
    excluded: Vec<usize>,
    /// Entries that use the namespace without proof.
    weak: Vec<usize>,
    /// Entries that have the namespace in common.
    shared: Vec<usize>,
    /// Entries that bring the namespace of someone else.
    bundles: Vec<usize>,
}

/// What a name belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Belongs {
    /// The entry whose code it is.
    pub owner: Option<Entry>,
    /// If none: entries that may have it, by a weak prefix.
    pub weak: Vec<usize>,
    /// If none: entries that have it in common.
    pub shared: Vec<usize>,
    /// Entries that would bring it along.
    pub bundles: Vec<usize>,
}

/// All prefixes of a catalogue.
#[derive(Debug, Default)]
pub struct Prefixes<'a> {
    claims: FxHashMap<&'a str, Claims>,
    /// What stands before the last part of a prefix: packages whose classes
    /// may belong to different entries.
    split: FxHashSet<&'a str>,
    /// Length of the longest prefix: nothing behind it is looked up, however
    /// long a name is.
    longest: usize,
    /// Id of the app, whose own namespace is nobody else's.
    package: String,
}

impl<'a> Prefixes<'a> {
    /// The prefixes of a catalogue. What lies in the namespace of `package`
    /// belongs to an entry only by a prefix below it: an app is no SDK in
    /// itself.
    pub fn new(catalogue: &'a Sdks, package: &str) -> Self {
        let mut prefixes = Self::default();
        for (at, library) in catalogue.libraries.iter().enumerate() {
            for prefix in &library.classes {
                prefixes.claim(prefix).owner = Some(Entry::Library(at));
            }
        }
        for (at, sdk) in catalogue.sdks.iter().enumerate() {
            let evidence = &sdk.evidence;
            for prefix in &evidence.classes {
                prefixes.claim(prefix).owner = Some(Entry::Sdk(at));
            }
            for prefix in &evidence.exclude {
                prefixes.claim(prefix).excluded.push(at);
            }
            for prefix in sdk.weak.iter().flat_map(|weak| &weak.classes) {
                prefixes.claim(prefix).weak.push(at);
            }
            for prefix in &evidence.shared {
                prefixes.claim(prefix).shared.push(at);
            }
            for prefix in &evidence.bundles {
                prefixes.claim(prefix).bundles.push(at);
            }
        }
        package.clone_into(&mut prefixes.package);
        prefixes
    }

    fn claim(&mut self, prefix: &'a str) -> &mut Claims {
        self.split.insert(package_of(prefix));
        self.longest = self.longest.max(prefix.len());
        self.claims.entry(prefix).or_default()
    }

    /// Whether the classes of a package may belong to different entries.
    pub fn splits(&self, package: &str) -> bool {
        self.split.contains(package)
    }

    /// What a class or package belongs to.
    pub fn of(&self, name: &str) -> Belongs {
        let mut belongs = Belongs::default();
        let mut excluded: Vec<usize> = Vec::new();
        let own = !self.package.is_empty() && is_in(name, &self.package);
        let mut rest = Some(cut(name, self.longest));
        while let Some(prefix) = rest {
            rest = parent(prefix);
            if own && prefix.len() <= self.package.len() {
                break;
            }
            let Some(claims) = self.claims.get(prefix) else {
                continue;
            };
            belongs.bundles.extend(&claims.bundles);
            if belongs.owner.is_some() {
                continue;
            }
            if belongs.weak.is_empty() {
                belongs.weak.clone_from(&claims.weak);
            }
            if belongs.shared.is_empty() {
                belongs.shared.clone_from(&claims.shared);
            }
            // A library's namespace that an SDK has packed in under a longer
            // name is that SDK's copy.
            if matches!(claims.owner, Some(Entry::Library(_))) && !belongs.bundles.is_empty() {
                continue;
            }
            belongs.owner = claims
                .owner
                .filter(|owner| !matches!(owner, Entry::Sdk(at) if excluded.contains(at)));
            excluded.extend(&claims.excluded);
        }
        belongs
    }
}

/// The longest beginning of a name that ends with a name part and is not
/// longer than `longest`.
fn cut(name: &str, longest: usize) -> &str {
    let Some(head) = name.as_bytes().get(..=longest) else {
        return name;
    };
    let end = head.iter().rposition(|byte| b".$".contains(byte));
    end.and_then(|end| name.get(..end)).unwrap_or_default()
}

/// Whether a name is `root` or lies in it.
pub fn is_in(name: &str, root: &str) -> bool {
    name.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '$']))
}

/// The name without its last part: of a class its outer class or package,
/// of a package the one around it.
fn parent(name: &str) -> Option<&str> {
    name.rfind(['.', '$']).and_then(|at| name.get(..at))
}

/// The package of a class.
pub fn package_of(class: &str) -> &str {
    class
        .rfind('.')
        .and_then(|at| class.get(..at))
        .unwrap_or_default()
}
