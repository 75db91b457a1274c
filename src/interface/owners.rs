//! What is the app's own: names of resources, and code.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalog::{self, matches};
use crate::sdk::Owners;

/// Whose something is, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// The app's, or nobody else's that is known.
    Yes,
    /// Of third-party code that is not known: it may still be the app's.
    Perhaps,
    /// The platform's, a library's or an SDK's.
    No,
}

impl Own {
    /// Whether it counts at all.
    pub fn counts(self) -> bool {
        self != Self::No
    }
}

/// Whose a class is.
pub fn of_class(owners: &Owners<'_>, class: &str) -> Own {
    of_owner(&owners.of(class))
}

/// The same by the owner's name.
pub fn of_owner(owner: &str) -> Own {
    match owner {
        "app" | "unknown" => Own::Yes,
        _ if owner.starts_with("root:") => Own::Perhaps,
        _ => Own::No,
    }
}

/// `checks/catalog/library-resources.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    names: Vec<String>,
}

/// Names of resources that are not the app's.
#[derive(Debug)]
pub struct Foreign {
    /// Patterns of the SDKs that are inside.
    patterns: Vec<&'static str>,
}

impl Foreign {
    /// With the SDKs of these ids inside.
    pub fn new<'a>(inside: impl Iterator<Item = &'a str>) -> Self {
        let patterns = inside
            .filter_map(|id| catalog::sdks().sdk(id))
            .flat_map(|sdk| {
                let weak = sdk.weak.iter().flat_map(|weak| &weak.resources);
                sdk.evidence.resources.iter().chain(weak)
            })
            .map(String::as_str)
            .collect();
        Self { patterns }
    }

    /// Whether a resource of this name, without its type, is not the app's.
    pub fn has(&self, name: &str) -> bool {
        static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
            catalog::knowledge::<Catalogue>("catalog/library-resources.toml").names
        });
        let name = name.to_ascii_lowercase();
        let known = |known: &String| {
            name == *known || (known.ends_with('_') && name.starts_with(known.as_str()))
        };
        NAMES.iter().any(known) || self.patterns.iter().any(|pattern| matches(pattern, &name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_libraries_are_known_by_their_names() {
        let foreign = Foreign::new(["umeng-share"].into_iter());
        for (name, is) in [
            ("abc_action_bar_home", true),
            ("mtrl_picker_cancel", true),
            ("common_google_play_services_install_text", true),
            ("com_facebook_loginview_log_out_button", true),
            ("tooltips", false),
            ("about_us", false),
            ("onboarding_agree", false),
            ("exit_login", false),
        ] {
            assert_eq!(foreign.has(name), is, "{name}");
        }
    }
}
