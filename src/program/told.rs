//! SDKs that the app tells that the user has not agreed: what their code
//! does is held back until they are told otherwise.

use std::collections::BTreeMap;

use super::{DataUse, Grade, Phase};
use crate::catalog::{self, Tells};

/// Takes from before consent what SDKs do that were told to wait.
/// `class_of` gives the SDK that a use asks, `vendor` the maker of an owner.
pub(super) fn hold_back(
    uses: &mut [DataUse],
    class_of: impl Fn(&DataUse) -> String,
    vendor: impl Fn(&str) -> Option<String>,
) {
    // By SDK, or maker: the call that holds it back; `None` if another lets
    // it go.
    let mut told: BTreeMap<String, Option<String>> = BTreeMap::new();
    for used in uses.iter().filter(|used| used.kind == "consent_api") {
        let Some((waits, whole_maker)) = waits(used) else {
            continue;
        };
        let sdk = class_of(used);
        // What an SDK tells itself is not what the app says; and it must be
        // said for sure.
        let sure = matches!(used.grade, Some(Grade::Definite | Grade::Likely));
        let by_app = sure && used.owner != sdk;
        if used.grade.is_none() || waits && !by_app {
            continue;
        }
        let of = if whole_maker { vendor(&sdk) } else { None };
        let of = of.map_or(sdk, |maker| format!("maker:{maker}"));
        let call = waits.then(|| used.api.clone());
        let known = told.entry(of).or_insert_with(|| call.clone());
        if call.is_none() {
            *known = None;
        }
    }
    for used in uses.iter_mut().filter(|used| used.grade.is_some()) {
        let owner = if used.kind == "sdk_init" {
            class_of(used)
        } else {
            used.owner.clone()
        };
        let maker = || vendor(&owner).map(|maker| format!("maker:{maker}"));
        let told_to = told.get(&owner).or_else(|| told.get(&maker()?));
        if let Some(Some(api)) = told_to
            && used.kind != "consent_api"
        {
            used.phase = Phase::User;
            used.grade = None;
            used.gate = Some(api.clone());
        }
    }
}

/// Whether a call tells a library to wait, or to go, and whether it tells all
/// of its maker.
fn waits(used: &DataUse) -> Option<(bool, bool)> {
    let api = catalog::apis()
        .named(&used.api)
        .find(|api| api.tells.is_some())?;
    let flag = || {
        let flags = used.constants.iter().rev();
        flags.into_iter().find_map(|constant| match &**constant {
            "0" | "false" => Some(false),
            "1" | "true" => Some(true),
            _ => None,
        })
    };
    let waits = match api.tells? {
        Tells::Agreed => !flag()?,
        Tells::Refused => flag()?,
        Tells::Stop => true,
        Tells::Go => false,
    };
    Some((waits, api.whole_maker))
}
