//! What a rule goes over, and the names that its conditions may use.

use serde::Deserialize;

use super::shape::{self, Shape};

/// What a rule looks at, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Each {
    /// The app as a whole, once.
    App,
    /// A permission asked for.
    Permission,
    /// A permission that the app defines.
    DeclaredPermission,
    /// An activity, alias, service, receiver or provider.
    Component,
    /// An entry of `queries`.
    Query,
    /// A `uses-feature`.
    Feature,
    /// A packer or hardening product.
    Packer,
    /// A cross-platform framework or engine.
    Framework,
    /// A shared library.
    Library,
    /// Something that a list in the package says it is built from.
    Dependency,
    /// An SDK that is inside, proven or likely.
    Sdk,
    /// Third-party code that the catalogue does not know.
    UnknownCode,
    /// A URL.
    Endpoint,
    /// A policy text or related text.
    Document,
    /// Policy texts that are judged together.
    PolicySet,
    /// What a set of policy texts says of one clause.
    Clause,
    /// A kind of personal information that a set of policy texts names.
    DataMention,
    /// An SDK or third party that a set of policy texts lists.
    Listed,
    /// What the policy says of an SDK that is inside.
    SdkDisclosure,
    /// What the policy says of information that code reads.
    DataDisclosure,
    /// What the policy says of a permission.
    PermissionDisclosure,
    /// Information that code can come to before the user agreed, or an SDK
    /// that it can start.
    Early,
    /// A use of a member that the catalogue of APIs knows.
    Use,
    /// Something that code does, beside what it uses.
    Act,
    /// A permission asked for, and who uses it.
    PermissionUse,
    /// A link to a policy.
    PolicyUrl,
    /// An archive or code file inside the package.
    Nested,
    /// A trick or defect of a file format.
    Anomaly,
    /// Something that could not be looked at.
    Gap,
    /// A signer's certificate.
    Certificate,
}

/// A row of evidence that a rule gives if it names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultRow {
    /// List to go over, if there are several rows.
    pub each: Option<&'static str>,
    /// What was seen, in Chinese and English.
    pub what: [&'static str; 2],
    /// Where.
    pub place: &'static str,
    /// Text as it stands there.
    pub excerpt: Option<&'static str>,
}

impl Each {
    /// Name of the variable.
    pub fn variable(self) -> &'static str {
        self.about().0
    }

    /// Where in the facts the items are.
    pub fn path(self) -> &'static [&'static str] {
        self.about().1
    }

    /// Template of the subject of a finding, if the rule gives none.
    pub fn subject(self) -> &'static str {
        self.about().2
    }

    /// Template of the owner of a finding on one item, if the rule gives
    /// none.
    pub fn owner(self) -> &'static str {
        match self {
            Self::Component => "{{ component.owner }}",
            Self::DeclaredPermission => "{{ declared_permission.owner }}",
            Self::Library => "{{ library.owner }}",
            Self::Sdk => "sdk:{{ sdk.id }}",
            Self::SdkDisclosure => "sdk:{{ sdk_disclosure.id }}",
            Self::DataDisclosure => "{{ data_disclosure.owner }}",
            Self::UnknownCode => "root:{{ unknown_code.name }}",
            Self::Early => "{{ early.owner }}",
            Self::Use => "{{ used.owner }}",
            Self::Act => "{{ act.owner }}",
            _ => "app",
        }
    }

    fn about(self) -> (&'static str, &'static [&'static str], &'static str) {
        match self {
            Self::App => ("app", &["identity"], "app"),
            Self::Permission => (
                "permission",
                &["permissions", "requested"],
                "{{ permission.name }}",
            ),
            Self::DeclaredPermission => (
                "declared_permission",
                &["permissions", "declared"],
                "{{ declared_permission.name }}",
            ),
            Self::Component => ("component", &["components"], "{{ component.class }}"),
            Self::Query => (
                "query",
                &["queries"],
                "{% if query.kind == 'package' %}{{ query.name }}\
                 {% elif query.kind == 'provider' %}{{ query.authority }}\
                 {% else %}{{ query.filter.actions | join(', ') }}{% endif %}",
            ),
            Self::Feature => ("feature", &["features"], "{{ feature.name }}"),
            Self::Packer => ("packer", &["packers"], "{{ packer.id }}"),
            Self::Framework => (
                "framework",
                &["identity", "frameworks"],
                "{{ framework.id }}",
            ),
            Self::Library => ("library", &["native", "libraries"], "{{ library.name }}"),
            Self::Dependency => ("dependency", &["dependencies"], "{{ dependency.name }}"),
            Self::Sdk => ("sdk", &["sdks", "found"], "{{ sdk.id }}"),
            Self::UnknownCode => (
                "unknown_code",
                &["sdks", "unknown"],
                "{{ unknown_code.name }}",
            ),
            Self::Endpoint => ("endpoint", &["endpoints"], "{{ endpoint.url }}"),
            Self::Document => ("document", &["policy", "documents"], "{{ document.class }}"),
            Self::PolicySet => ("policy_set", &["policy", "sets"], "{{ policy_set.id }}"),
            Self::Clause => ("clause", &["policy", "clauses"], "{{ clause.id }}"),
            Self::DataMention => (
                "data_mention",
                &["policy", "data"],
                "{{ data_mention.kind }}",
            ),
            Self::Listed => ("listed", &["policy", "listed"], "{{ listed.entry.name }}"),
            Self::SdkDisclosure => (
                "sdk_disclosure",
                &["disclosure", "sdks"],
                "{{ sdk_disclosure.id }}",
            ),
            Self::DataDisclosure => (
                "data_disclosure",
                &["disclosure", "data"],
                "{{ data_disclosure.kind }}",
            ),
            Self::PermissionDisclosure => (
                "permission_disclosure",
                &["disclosure", "permissions"],
                "{{ permission_disclosure.name }}",
            ),
            Self::Early => ("early", &["program", "early"], "{{ early.kind }}"),
            Self::Use => ("used", &["program", "uses"], "{{ used.api }}"),
            Self::Act => ("act", &["program", "acts"], "{{ act.act }}"),
            Self::PermissionUse => (
                "permission_use",
                &["permission_uses"],
                "{{ permission_use.name }}",
            ),
            Self::PolicyUrl => ("policy_url", &["policy", "urls"], "{{ policy_url.url }}"),
            Self::Nested => ("nested", &["nested"], "{{ nested.place.file }}"),
            Self::Anomaly => ("anomaly", &["anomalies"], "{{ anomaly.kind }}"),
            Self::Gap => ("gap", &["gaps"], "{{ gap.part }}"),
            Self::Certificate => (
                "certificate",
                &["signing", "certificates"],
                "{{ certificate.sha256 }}",
            ),
        }
    }

    /// The evidence of an item for rules that name none.
    pub fn default_row(self) -> DefaultRow {
        let row = |what, place| DefaultRow {
            each: None,
            what: [what, what],
            place,
            excerpt: None,
        };
        match self {
            Self::App => row("{{ app.package }}", "application.place"),
            Self::Permission => row("{{ permission.name }}", "permission.place"),
            Self::DeclaredPermission => row(
                "{{ declared_permission.name }}",
                "declared_permission.place",
            ),
            Self::Component => row(
                "{{ component.kind }} {{ component.class }}",
                "component.place",
            ),
            Self::Query => row(self.subject(), "query.place"),
            Self::Feature => row("{{ feature.name }}", "application.place"),
            Self::Packer => DefaultRow {
                each: Some("packer.evidence"),
                what: [
                    "{{ packer.name_zh }}：{{ it.value }}",
                    "{{ packer.name_en }}: {{ it.value }}",
                ],
                place: "it.place",
                excerpt: None,
            },
            Self::Framework => DefaultRow {
                each: Some("framework.evidence"),
                what: [
                    "{{ framework.name }}：{{ it.value }}",
                    "{{ framework.name }}: {{ it.value }}",
                ],
                place: "it.place",
                excerpt: None,
            },
            Self::Library => row("{{ library.name }}", "library.place"),
            Self::Dependency => row("{{ dependency.name }}", "dependency.place"),
            Self::Sdk => DefaultRow {
                each: Some("sdk.evidence"),
                what: [
                    "{{ sdk.name.zh }}：{{ it.value }}",
                    "{{ sdk.name.en }}: {{ it.value }}",
                ],
                place: "it.place",
                excerpt: None,
            },
            Self::UnknownCode => row("{{ unknown_code.name }}", "unknown_code.place"),
            Self::Endpoint => DefaultRow {
                each: Some("endpoint.places"),
                what: ["{{ endpoint.url }}"; 2],
                place: "it",
                excerpt: None,
            },
            Self::Document => row("{{ document.title or document.class }}", "document.place"),
            Self::PolicySet => DefaultRow {
                each: Some("policy_set.names"),
                what: ["{{ it.name }}"; 2],
                place: "it.quote.place",
                excerpt: Some("it.quote.text"),
            },
            Self::Clause => DefaultRow {
                each: None,
                what: [
                    "{{ clause.title or '隐私政策' }}：{{ clause.documents }} 份文本，{{ clause.chars }} 个字符",
                    "{{ clause.title or 'privacy policy' }}: {{ clause.documents }} text{% if clause.documents != 1 %}s{% endif %}, {{ clause.chars }} characters",
                ],
                place: "clause.place",
                excerpt: None,
            },
            Self::DataMention => DefaultRow {
                excerpt: Some("data_mention.quote.text"),
                ..row("{{ data_mention.kind }}", "data_mention.quote.place")
            },
            Self::Listed => DefaultRow {
                excerpt: Some("listed.quote.text"),
                ..row("{{ listed.entry.name }}", "listed.quote.place")
            },
            Self::SdkDisclosure => DefaultRow {
                each: None,
                what: [
                    "{{ sdk_disclosure.name.zh }}：{{ sdk_disclosure.evidence }}",
                    "{{ sdk_disclosure.name.en }}: {{ sdk_disclosure.evidence }}",
                ],
                place: "sdk_disclosure.place",
                excerpt: None,
            },
            Self::DataDisclosure => DefaultRow {
                each: None,
                what: [
                    "{{ data_disclosure.name.zh }}：{{ data_disclosure.apis | join('、') }}",
                    "{{ data_disclosure.name.en }}: {{ data_disclosure.apis | join(', ') }}",
                ],
                place: "data_disclosure.place",
                excerpt: None,
            },
            Self::PermissionDisclosure => row(
                "{{ permission_disclosure.name }}",
                "permission_disclosure.place",
            ),
            Self::Early => DefaultRow {
                each: Some("early.uses"),
                ..row("{{ it.api }}", "it.place")
            },
            Self::Use => row("{{ used.api }}", "used.place"),
            Self::Act => row("{{ act.act }}", "act.place"),
            Self::PermissionUse => row("{{ permission_use.name }}", "permission_use.place"),
            Self::PolicyUrl => row("{{ policy_url.url }}", "policy_url.place"),
            Self::Nested => row("{{ nested.kind }}", "nested.place"),
            Self::Anomaly => DefaultRow {
                excerpt: Some("anomaly.detail"),
                ..row("{{ anomaly.kind }}", "anomaly.place")
            },
            Self::Gap => DefaultRow {
                excerpt: Some("gap.detail"),
                ..row("{{ gap.part }}: {{ gap.kind }}", "gap.place")
            },
            Self::Certificate => row("{{ certificate.subject }}", "certificate.place"),
        }
    }

    /// What an item is made of.
    pub fn shape(self) -> &'static Shape {
        match self.list() {
            Shape::List(item) => item,
            shape => shape,
        }
    }

    /// What all items together are: a list, but for the app.
    pub fn list(self) -> &'static Shape {
        match shape::facts().at(&self.path().join(".")) {
            Ok(shape) => shape,
            Err(unknown) => unreachable!("the facts have no {}", unknown.name),
        }
    }
}

/// Names of the parts of the facts.
pub fn fact_names() -> impl Iterator<Item = &'static str> {
    let Shape::Record(fields) = shape::facts() else {
        unreachable!("the facts are a record")
    };
    fields.keys().copied()
}

/// The names that an expression may use, each with its shape where that is
/// known.
#[derive(Clone, Debug)]
pub struct Names(Vec<(&'static str, Option<&'static Shape>)>);

impl Names {
    /// The facts, and `app` for the identity.
    pub fn facts() -> Self {
        let Shape::Record(fields) = shape::facts() else {
            unreachable!("the facts are a record")
        };
        let facts = fields.iter().map(|(name, shape)| (*name, Some(shape)));
        Self(facts.chain([("app", fields.get("identity"))]).collect())
    }

    /// The same with one more.
    #[must_use]
    pub fn with(&self, name: &'static str, shape: Option<&'static Shape>) -> Self {
        let mut names = self.clone();
        names.0.push((name, shape));
        names
    }

    /// What is wrong with a dotted path, if anything: the wrong name, what
    /// it is, and the names that exist in its place.
    pub fn fault(&self, path: &str) -> Option<(String, String, Vec<String>)> {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let Some((_, shape)) = self.0.iter().rev().find(|(name, _)| *name == first) else {
            let known = self.0.iter().map(|(name, _)| (*name).to_owned()).collect();
            return Some((first.to_owned(), format!("unknown name `{first}`"), known));
        };
        if rest.is_empty() {
            return None;
        }
        let unknown = (*shape)?.at(rest).err()?;
        let known = unknown.known.iter().map(|&name| name.to_owned()).collect();
        let message = format!("`{first}` has no field `{}`", unknown.name);
        Some((unknown.name, message, known))
    }

    /// Shape at a dotted path, if it is known.
    pub fn shape(&self, path: &str) -> Option<&'static Shape> {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let (_, shape) = self.0.iter().rev().find(|(name, _)| *name == first)?;
        let shape = (*shape)?;
        if rest.is_empty() {
            Some(shape)
        } else {
            shape.at(rest).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Each; 29] = [
        Each::App,
        Each::Permission,
        Each::DeclaredPermission,
        Each::Component,
        Each::Query,
        Each::Feature,
        Each::Packer,
        Each::Framework,
        Each::Library,
        Each::Sdk,
        Each::UnknownCode,
        Each::Endpoint,
        Each::Document,
        Each::PolicySet,
        Each::Clause,
        Each::DataMention,
        Each::Listed,
        Each::SdkDisclosure,
        Each::DataDisclosure,
        Each::PermissionDisclosure,
        Each::Early,
        Each::Use,
        Each::Act,
        Each::PermissionUse,
        Each::PolicyUrl,
        Each::Nested,
        Each::Anomaly,
        Each::Gap,
        Each::Certificate,
    ];

    #[test]
    fn everything_that_a_rule_can_go_over_is_in_the_facts() {
        for each in ALL {
            assert!(matches!(each.shape(), Shape::Record(_)), "{each:?}");
        }
    }

    #[test]
    fn a_wrong_name_comes_with_the_names_around_it() {
        let names = Names::facts().with("permission", Some(Each::Permission.shape()));
        assert_eq!(names.fault("permission.level"), None);
        let (name, message, known) = names.fault("permission.levl").unwrap();
        assert_eq!(
            (name.as_str(), message.as_str()),
            ("levl", "`permission` has no field `levl`")
        );
        assert!(known.contains(&"level".to_owned()));
        assert!(
            names
                .fault("permision.level")
                .unwrap()
                .1
                .contains("permision")
        );
    }
}
