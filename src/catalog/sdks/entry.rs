//! What an SDK entry holds. `checks/catalog/sdks/README.md` explains the
//! keys with an example.

use serde::{Deserialize, Serialize};

use crate::catalog::Bilingual;

/// How a fact of the catalogue is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grounds {
    /// General knowledge; nobody looked.
    Memory,
    /// One public list.
    List,
    /// Two or more independent public lists.
    Lists,
    /// The vendor's own documentation or keep rules, read.
    Documented,
    /// Read in a real file of the vendor.
    Artefact,
}

impl Grounds {
    /// Whether evidence on these grounds can prove presence.
    pub fn proves(self) -> bool {
        self >= Self::Lists
    }

    /// The word of the files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::List => "list",
            Self::Lists => "lists",
            Self::Documented => "documented",
            Self::Artefact => "artefact",
        }
    }
}

/// An SDK that handles personal information.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sdk {
    /// File name without `.toml`: `jpush`.
    #[serde(skip)]
    pub id: String,
    /// Name as the vendor writes it.
    pub name_en: String,
    /// Chinese name.
    #[serde(default)]
    pub name_zh: Option<String>,
    /// Id of a category.
    pub category: String,
    /// Brand of the vendor.
    pub vendor_en: String,
    /// Its Chinese form.
    #[serde(default)]
    pub vendor_zh: Option<String>,
    /// Legal entity that offers it.
    #[serde(default)]
    pub company: Option<String>,
    /// Seat of the group that gets the data, ISO 3166.
    pub country: String,
    /// The vendor's privacy policy.
    #[serde(default)]
    pub policy: Option<String>,
    /// Its compliance guide.
    #[serde(default)]
    pub guide: Option<String>,
    /// What apps use it for, as in a row of an SDK list.
    #[serde(default)]
    pub purpose_zh: String,
    /// The same in English.
    #[serde(default)]
    pub purpose_en: String,
    /// Maven coordinates, `group:artifact`.
    #[serde(default)]
    pub maven: Vec<String>,
    /// Plug-ins of cross-platform frameworks that wrap it, `flutter:name`.
    #[serde(default)]
    pub plugins: Vec<String>,
    /// Ids of SDKs that come with it and are to be named too.
    #[serde(default)]
    pub brings: Vec<String>,
    /// Where names, vendor, links and purpose are from.
    pub source: String,
    /// How sure these are.
    pub certainty: Grounds,
    /// Names in policies.
    #[serde(default)]
    pub aliases: Aliases,
    /// What it collects.
    pub data: Data,
    /// By what it shows.
    pub evidence: Evidence,
    /// Names that are generic, or that nobody confirmed.
    #[serde(default)]
    pub weak: Option<Evidence>,
    /// Where its version can be read, best first.
    #[serde(default)]
    pub version: Vec<VersionSource>,
    /// When it begins to work.
    #[serde(default)]
    pub start: Option<Start>,
    /// Parts that the manifest can turn off.
    #[serde(default)]
    pub switch: Vec<Switch>,
    /// Versions below have a known defect.
    #[serde(default)]
    pub floor: Option<Floor>,
    /// Public notices that name it.
    #[serde(default)]
    pub notice: Vec<Notice>,
}

impl Sdk {
    /// The name in both languages; the English one where there is no Chinese.
    pub fn name(&self) -> Bilingual {
        Bilingual::new(
            self.name_zh.as_ref().unwrap_or(&self.name_en),
            &self.name_en,
        )
    }

    /// The vendor in both languages.
    pub fn vendor(&self) -> Bilingual {
        let zh = self.vendor_zh.as_ref().unwrap_or(&self.vendor_en);
        Bilingual::new(zh, &self.vendor_en)
    }
}

/// Names by which policies call an SDK.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Aliases {
    /// This product and nothing else.
    pub product: Vec<String>,
    /// Names it no longer has.
    pub old: Vec<String>,
    /// Vendor or channel with a function: 小米推送.
    pub feature: Vec<String>,
    /// Legal entities, in full and short.
    pub company: Vec<String>,
    /// Also names of other products, or common words.
    pub ambiguous: Vec<String>,
}

/// What an SDK collects, as its vendor publishes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Where this is from.
    pub source: String,
    /// How sure it is.
    pub certainty: Grounds,
    /// Kinds of data it cannot do without.
    #[serde(default)]
    pub required: Vec<String>,
    /// Kinds that an app can turn off or need not permit.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Permissions that it asks the app for.
    #[serde(default)]
    pub permissions: Vec<String>,
}

/// By what an SDK shows in a package. `*` in a name stands for any
/// characters, but for class prefixes, which end at the end of a name part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Where the names are from.
    pub source: String,
    /// How sure they are; names that alone say nothing have none.
    #[serde(default)]
    pub certainty: Option<Grounds>,
    /// Prefixes of classes.
    #[serde(default)]
    pub classes: Vec<String>,
    /// So many classes below the prefixes mean presence; by default 2.
    #[serde(default)]
    pub min_classes: Option<u32>,
    /// Classes one of which means presence.
    #[serde(default)]
    pub sentinels: Vec<String>,
    /// Below a prefix, and not this SDK.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Namespaces of others that are packed into it.
    #[serde(default)]
    pub bundles: Vec<String>,
    /// Namespaces that several SDKs have in common.
    #[serde(default)]
    pub shared: Vec<String>,
    /// Classes of activities, services, receivers, providers.
    #[serde(default)]
    pub components: Vec<String>,
    /// Classes that meta-data of a discovery service or of
    /// androidx.startup names.
    #[serde(default)]
    pub registrars: Vec<String>,
    /// Names of meta-data.
    #[serde(default)]
    pub meta_data: Vec<String>,
    /// Permissions that no other defines or needs.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Packages and actions of `queries`.
    #[serde(default)]
    pub queries: Vec<String>,
    /// Shared libraries.
    #[serde(default)]
    pub libraries: Vec<String>,
    /// Prefixes of the classes that `Java_*` exports serve.
    #[serde(default)]
    pub jni: Vec<String>,
    /// Paths in the package.
    #[serde(default)]
    pub files: Vec<String>,
    /// Names of resources of any type.
    #[serde(default)]
    pub resources: Vec<String>,
}

/// One place where a version can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionSource {
    /// Class with a constant field, or a method that returns a constant.
    #[serde(default)]
    pub class: Option<String>,
    /// Static field of the class.
    #[serde(default)]
    pub field: Option<String>,
    /// Method of the class.
    #[serde(default)]
    pub method: Option<String>,
    /// Path of a small text file.
    #[serde(default)]
    pub file: Option<String>,
    /// Key of a line `key=value` in it; by default the whole text counts.
    #[serde(default)]
    pub key: Option<String>,
    /// Regular expression on names of shared libraries; its groups, joined by
    /// full stops, are the version.
    #[serde(default)]
    pub library: Option<String>,
    /// The same on paths.
    #[serde(default)]
    pub file_name: Option<String>,
    /// Name of a meta-data whose value is the version.
    #[serde(default)]
    pub meta_data: Option<String>,
}

impl VersionSource {
    /// The class and the member that a version is read from, if it is one.
    pub fn member(&self) -> Option<(&str, &str)> {
        let member = self.field.as_ref().or(self.method.as_ref())?;
        Some((self.class.as_ref()?, member))
    }

    /// Whether exactly one way of reading is given.
    pub fn is_one(&self) -> bool {
        let ways = [
            self.class.is_some() && (self.field.is_some() ^ self.method.is_some()),
            self.file.is_some(),
            self.library.is_some(),
            self.file_name.is_some(),
            self.meta_data.is_some(),
        ];
        ways.into_iter().filter(|way| *way).count() == 1
            && (self.class.is_some() || (self.field.is_none() && self.method.is_none()))
            && (self.file.is_some() || self.key.is_none())
    }
}

/// When an SDK begins to work.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Where this is from.
    pub source: String,
    /// How sure it is.
    pub certainty: Grounds,
    /// Methods that start it.
    #[serde(default)]
    pub init: Vec<String>,
    /// Methods that tell it of the user's consent, to be called before.
    #[serde(default)]
    pub consent: Vec<String>,
    /// Providers and initialisers that start it before the app's own code.
    #[serde(default)]
    pub auto: Vec<String>,
    /// Components that wake it, or other apps.
    #[serde(default)]
    pub self_start: Vec<String>,
    /// Settings without which a component of `auto` starts nothing, whatever
    /// SDK lists it.
    #[serde(default)]
    pub needs: Vec<StartNeeds>,
}

/// A setting without which a component starts nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartNeeds {
    /// The component.
    pub component: String,
    /// Name of meta-data of the application.
    pub meta_data: Option<String>,
    /// Name of a resource.
    pub resource: Option<String>,
}

/// A meta-data of the application that turns a part off.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Its name.
    pub meta_data: String,
    /// The value that turns it off.
    pub off: String,
    /// What holds if it is not given.
    pub absent: OnOff,
    /// Whether nothing of the SDK begins by itself while it is off.
    #[serde(default)]
    pub stops: Stops,
    /// What it turns off.
    pub what_zh: String,
    /// The same in English.
    pub what_en: String,
    /// Where this is from.
    pub source: String,
    /// How sure it is.
    pub certainty: Grounds,
}

/// Whether a switch that is off keeps the SDK from beginning by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stops {
    /// It turns off a part only.
    #[default]
    No,
    /// It does.
    All,
    /// It does where no other switch of the SDK that does is given: a
    /// default for several products.
    Default,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnOff {
    /// It works.
    On,
    /// It does not.
    Off,
}

/// The lowest version without a known defect.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// The version.
    pub version: String,
    /// What is wrong below it.
    pub why_zh: String,
    /// The same in English.
    pub why_en: String,
    /// Where this is from.
    pub source: String,
    /// How sure it is.
    pub certainty: Grounds,
}

/// A public notice that names an SDK.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The regulator.
    pub by: String,
    /// Date or year.
    pub date: String,
    /// What it says.
    pub what_zh: String,
    /// The same in English.
    pub what_en: String,
    /// Where this is from.
    pub source: String,
    /// How sure it is.
    pub certainty: Grounds,
}

/// A library that collects nothing itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    /// Id, unlike that of any SDK.
    pub id: String,
    /// Name.
    pub name: String,
    /// Maven coordinates, `group:artifact`.
    #[serde(default)]
    pub maven: Vec<String>,
    /// Plug-ins of cross-platform frameworks, `flutter:name`.
    #[serde(default)]
    pub plugin: Vec<String>,
    /// Prefixes of its classes.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Its shared libraries.
    #[serde(default)]
    pub libraries: Vec<String>,
    /// Paths in the package.
    #[serde(default)]
    pub meta_inf: Vec<String>,
    /// Kinds of data that it reads when the app asks it to.
    #[serde(default)]
    pub reads: Vec<String>,
    /// Where this is from.
    pub source: String,
    /// How sure it is.
    pub certainty: Grounds,
}

/// What an SDK is for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Id.
    pub id: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A kind of personal information.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataKind {
    /// Dotted id, from general to special.
    pub id: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// It tells little about a person by itself.
    #[serde(default)]
    pub general: bool,
}
