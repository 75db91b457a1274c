//! The methods that start SDKs, as the entries of the SDKs list them.

use super::{Api, Apis, Certainty, Role, Subject};
use crate::catalog::{Grounds, Sdk};

/// Methods that start something on the first call, or only give it back.
const GETTERS: [&str; 3] = ["getInstance", "get", "create"];

impl Apis {
    /// These and the methods that start SDKs. What `apis.toml` says of a
    /// method goes before.
    pub(super) fn with_starts(mut self, sdks: &[Sdk]) -> Self {
        for sdk in sdks {
            let Some(start) = &sdk.start else {
                continue;
            };
            for method in &start.init {
                if let Some((class, name)) = method.rsplit_once('.') {
                    let perhaps = start.certainty < Grounds::Lists || GETTERS.contains(&name);
                    self.add_start(class, name, perhaps);
                    // Kotlin fills in arguments that are left out beside it.
                    self.add_start(class, &format!("{name}$default"), perhaps);
                }
            }
        }
        self
    }

    /// A method of any signature that starts an SDK.
    fn add_start(&mut self, class: &str, member: &str, perhaps: bool) {
        let internal = class.replace('.', "/").into_bytes().into_boxed_slice();
        let members = self.classes.entry(internal).or_default();
        let positions = members.entry(member.as_bytes().into()).or_default();
        if !positions.is_empty() {
            return;
        }
        positions.push(self.all.len());
        self.all.push(Api {
            class: class.to_owned(),
            member: member.to_owned(),
            descriptor: "()".to_owned(),
            role: Role::SdkInit,
            subject: Subject::Action("sdk_init".to_owned()),
            perhaps,
            when: Vec::new(),
            only_known: false,
            argument: None,
            other_kind: None,
            own_since: None,
            own_kind: None,
            beside: Vec::new(),
            not_beside: Vec::new(),
            term: "初始化".to_owned(),
            permission: None,
            needs: Vec::new(),
            since: None,
            certainty: Certainty::Unverified,
            tells: None,
            whole_maker: false,
            note: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::{self, Role};

    #[test]
    fn every_start_of_an_sdk_is_looked_for() {
        let starts = catalog::sdks()
            .sdks
            .iter()
            .filter_map(|sdk| sdk.start.as_ref());
        let mut seen = 0;
        for method in starts.flat_map(|start| &start.init) {
            let apis: Vec<_> = catalog::apis().named(method).collect();
            assert!(!apis.is_empty(), "{method} is not looked for");
            seen += usize::from(apis.iter().any(|api| api.role == Role::SdkInit));
        }
        assert!(seen > 250, "{seen} start an SDK");
    }
}
