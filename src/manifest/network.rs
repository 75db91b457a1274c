//! The network security configuration.
//!
//! Format: Android documentation, "Network security configuration".

use serde::{Deserialize, Serialize};

use super::reader::Reader;
use crate::decode::xml::{Element, Value};
use crate::evidence::Place;

/// What the configuration allows. `None` means not said; the platform's
/// default (cleartext from target 28 on: no) then holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkSecurity {
    /// Cleartext traffic by the base configuration.
    pub base_cleartext: Option<bool>,
    /// Certificates that users install are trusted by the base
    /// configuration.
    pub base_trusts_user: bool,
    /// Domain configurations, nested ones included, in file order.
    pub domains: Vec<NetworkDomain>,
    /// There is a `debug-overrides` element; it counts only in debuggable
    /// builds.
    pub debug_overrides: bool,
    /// Where the configuration stands.
    pub place: Place,
}

/// Settings for one domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkDomain {
    /// Host name.
    pub domain: String,
    /// Subdomains count too.
    pub include_subdomains: bool,
    /// Cleartext traffic; inherited from the enclosing configuration.
    pub cleartext: Option<bool>,
    /// User certificates are trusted.
    pub trusts_user: bool,
    /// Keys are pinned.
    pub pinned: bool,
}

impl NetworkSecurity {
    /// Reads the `network-security-config` element.
    pub fn read(root: &Element, reader: &Reader<'_>) -> Self {
        let mut facts = Self {
            place: Place::file(reader.file),
            debug_overrides: root.children_named("debug-overrides").next().is_some(),
            ..Self::default()
        };
        for base in root.children_named("base-config") {
            facts.base_cleartext = flag(base, "cleartextTrafficPermitted", reader);
            facts.base_trusts_user = trusts_user(base);
        }
        let inherited = facts.base_cleartext;
        for config in root.children_named("domain-config") {
            facts.read_domains(config, inherited, reader);
        }
        facts
    }

    /// The decoders bound the depth of the tree, and with it this recursion.
    fn read_domains(&mut self, config: &Element, inherited: Option<bool>, reader: &Reader<'_>) {
        let cleartext = flag(config, "cleartextTrafficPermitted", reader).or(inherited);
        for domain in config.children_named("domain") {
            self.domains.push(NetworkDomain {
                domain: domain.text.trim().to_owned(),
                include_subdomains: flag(domain, "includeSubdomains", reader).unwrap_or(false),
                cleartext,
                trusts_user: trusts_user(config),
                pinned: config.children_named("pin-set").next().is_some(),
            });
        }
        for nested in config.children_named("domain-config") {
            self.read_domains(nested, cleartext, reader);
        }
    }
}

fn flag(element: &Element, name: &str, reader: &Reader<'_>) -> Option<bool> {
    match reader.text_of(&element.plain(name)?.value).as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn trusts_user(element: &Element) -> bool {
    element
        .children_named("trust-anchors")
        .flat_map(|anchors| anchors.children_named("certificates"))
        .any(|certificates| {
            certificates
                .plain("src")
                .is_some_and(|src| src.value == Value::Text("user".to_owned()))
        })
}
