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
            facts.base_trusts_user = trusts_user(base).unwrap_or(false);
        }
        let inherited = Inherited {
            cleartext: facts.base_cleartext,
            trusts_user: facts.base_trusts_user,
            pinned: false,
        };
        for config in root.children_named("domain-config") {
            facts.read_domains(config, inherited, reader);
        }
        facts
    }

    /// The decoders bound the depth of the tree, and with it this recursion.
    fn read_domains(&mut self, config: &Element, outer: Inherited, reader: &Reader<'_>) {
        let own = Inherited {
            cleartext: flag(config, "cleartextTrafficPermitted", reader).or(outer.cleartext),
            trusts_user: trusts_user(config).unwrap_or(outer.trusts_user),
            pinned: outer.pinned || config.children_named("pin-set").next().is_some(),
        };
        for domain in config.children_named("domain") {
            self.domains.push(NetworkDomain {
                domain: domain.text.trim().to_ascii_lowercase(),
                include_subdomains: flag(domain, "includeSubdomains", reader).unwrap_or(false),
                cleartext: own.cleartext,
                trusts_user: own.trusts_user,
                pinned: own.pinned,
            });
        }
        for nested in config.children_named("domain-config") {
            self.read_domains(nested, own, reader);
        }
    }
}

/// What a configuration takes over from the one around it.
#[derive(Clone, Copy)]
struct Inherited {
    cleartext: Option<bool>,
    trusts_user: bool,
    pinned: bool,
}

fn flag(element: &Element, name: &'static str, reader: &Reader<'_>) -> Option<bool> {
    match reader.text_of(&element.plain(name)?.value).as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => {
            reader.miss_named(element, name);
            None
        }
    }
}

/// Whether user certificates are among the trust anchors; `None` if there
/// are no anchors of its own.
fn trusts_user(element: &Element) -> Option<bool> {
    let mut anchors = element.children_named("trust-anchors").peekable();
    anchors.peek()?;
    Some(
        anchors
            .flat_map(|anchors| anchors.children_named("certificates"))
            .any(|certificates| {
                certificates
                    .plain("src")
                    .is_some_and(|src| src.value == Value::Text("user".to_owned()))
            }),
    )
}
