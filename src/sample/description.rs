//! What `app.toml` may say. Every key is listed here with its default; an
//! unknown key is an error.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::name_or::NameOr;
use super::policy::Policy;

/// A whole package.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Description {
    /// Form of the package.
    pub kind: Kind,
    /// Name that the package pretends to have had as a file. The default is
    /// `sample` with the extension of the kind.
    pub file_name: Option<String>,
    /// The document, if the kind is `policy`.
    pub text: Option<Content>,
    /// Application id.
    pub package: String,
    pub version_code: i64,
    pub version_name: String,
    /// API levels; 0 leaves one out.
    pub min_sdk: i32,
    pub target_sdk: i32,
    pub compile_sdk: i32,
    /// `sharedUserId`.
    pub shared_user: String,
    /// Name of the app as written into the manifest.
    pub label: String,
    /// Names of the app by locale, as a string resource. An empty locale is
    /// the default.
    pub labels: BTreeMap<String, String>,
    pub features: Vec<NameOr<Feature>>,
    pub permissions: Vec<NameOr<Permission>>,
    /// Permissions that the app defines.
    pub declares: Vec<NameOr<Declared>>,
    pub queries: Queries,
    pub application: Application,
    pub component: Vec<Component>,
    /// String resources of the default locale.
    pub strings: BTreeMap<String, String>,
    /// String resources of other locales: `[strings-in.zh-CN]`.
    pub strings_in: BTreeMap<String, BTreeMap<String, String>>,
    /// Entries of the archive. XML below `res/` is compiled, and what is
    /// below `res/` gets a resource id.
    pub files: BTreeMap<String, Content>,
    /// A policy that says everything, save what is left out.
    pub policy: Option<Policy>,
    pub library: Vec<Library>,
    pub class: Vec<Class>,
    /// Makes a set of a base and these APKs.
    pub split: Vec<Split>,
    pub signing: Signing,
    pub zip: Zip,
}

impl Default for Description {
    fn default() -> Self {
        Self {
            kind: Kind::Apk,
            file_name: None,
            text: None,
            package: "com.example.app".to_owned(),
            version_code: 1,
            version_name: "1.0".to_owned(),
            min_sdk: 21,
            target_sdk: 34,
            compile_sdk: 34,
            shared_user: String::new(),
            label: String::new(),
            labels: BTreeMap::new(),
            features: Vec::new(),
            permissions: Vec::new(),
            declares: Vec::new(),
            queries: Queries::default(),
            application: Application::default(),
            component: Vec::new(),
            strings: BTreeMap::new(),
            strings_in: BTreeMap::new(),
            files: BTreeMap::new(),
            policy: None,
            library: Vec::new(),
            class: Vec::new(),
            split: Vec::new(),
            signing: Signing::default(),
            zip: Zip::default(),
        }
    }
}

/// Form of a package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    #[default]
    Apk,
    Aab,
    Aar,
    Jar,
    Policy,
}

/// A `uses-feature`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Feature {
    pub name: String,
    pub required: Option<bool>,
}

/// A `uses-permission`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Permission {
    pub name: String,
    pub max_sdk: Option<i32>,
    /// `uses-permission-sdk-23` in place of `uses-permission`.
    #[serde(default)]
    pub sdk_23: bool,
    #[serde(default)]
    pub never_for_location: bool,
}

/// A `permission`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Declared {
    pub name: String,
    pub protection: Option<Protection>,
}

/// Base protection level of a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Protection {
    Normal,
    Dangerous,
    Signature,
    #[serde(rename = "signatureOrSystem")]
    SignatureOrSystem,
    Internal,
}

/// The `queries` element.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Queries {
    pub packages: Vec<String>,
    /// One intent for each action.
    pub actions: Vec<String>,
    /// Intents in full.
    pub intents: Vec<Filter>,
    pub authorities: Vec<String>,
}

/// The `application` element.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Application {
    pub class: String,
    pub component_factory: String,
    pub debuggable: Option<bool>,
    pub test_only: Option<bool>,
    pub allow_backup: Option<bool>,
    /// Writes backup rules that leave everything out.
    pub backup_rules: bool,
    /// `usesCleartextTraffic`.
    pub cleartext: Option<bool>,
    /// `requestLegacyExternalStorage`.
    pub legacy_storage: Option<bool>,
    pub enabled: Option<bool>,
    pub process: String,
    pub permission: String,
    /// The network security configuration in plain XML; becomes
    /// `res/xml/network.xml`.
    pub network_config: String,
    /// `uses-library`.
    pub libraries: Vec<String>,
    pub meta_data: BTreeMap<String, Scalar>,
}

/// An activity, alias, service, receiver or provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Component {
    pub kind: ComponentKind,
    pub class: String,
    #[serde(default)]
    pub label: String,
    pub exported: Option<bool>,
    pub enabled: Option<bool>,
    #[serde(default)]
    pub process: String,
    #[serde(default)]
    pub permission: String,
    #[serde(default)]
    pub read_permission: String,
    #[serde(default)]
    pub write_permission: String,
    #[serde(default)]
    pub authorities: Vec<String>,
    pub grant_uri_permissions: Option<bool>,
    pub init_order: Option<i32>,
    /// Names as in the manifest: `location`, `mediaPlayback`.
    #[serde(default)]
    pub foreground_service_types: Vec<String>,
    pub isolated_process: Option<bool>,
    pub direct_boot_aware: Option<bool>,
    pub exclude_from_recents: Option<bool>,
    /// The activity behind an alias.
    #[serde(default)]
    pub target: String,
    #[serde(default)]
    pub filters: Vec<Filter>,
    #[serde(default)]
    pub meta_data: BTreeMap<String, Scalar>,
}

/// Kind of a component; the name is that of the element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ComponentKind {
    Activity,
    ActivityAlias,
    Service,
    Receiver,
    Provider,
}

/// An intent filter, or an intent of `queries`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Filter {
    pub actions: Vec<String>,
    pub categories: Vec<String>,
    pub schemes: Vec<String>,
    pub hosts: Vec<String>,
    pub mime_types: Vec<String>,
    pub priority: Option<i32>,
    pub auto_verify: Option<bool>,
}

/// A value of `meta-data`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Scalar {
    Bool(bool),
    Int(i32),
    /// `@string/name` is a reference.
    Text(String),
}

/// Content of a file: text in UTF-8, or a table with one of the keys.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Text(String),
    Other(OtherContent),
}

/// Content that is not text in UTF-8. Exactly one of `text`, `base64`,
/// `from` and `zip`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct OtherContent {
    pub text: Option<String>,
    /// With `text`: a label of the Encoding Standard, `gb18030`, or
    /// `utf-16le`, `utf-16be`.
    pub encoding: Option<String>,
    pub base64: Option<String>,
    /// A file beside `app.toml`.
    pub from: Option<String>,
    /// An archive with these entries.
    pub zip: Option<BTreeMap<String, Content>>,
}

/// A native library.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Library {
    /// Entry name; the directory of the ABI decides on machine and class.
    pub path: String,
    #[serde(default)]
    pub soname: String,
    #[serde(default)]
    pub needed: Vec<String>,
    /// Functions that it defines.
    #[serde(default)]
    pub exports: Vec<String>,
    /// Functions that it takes from others.
    #[serde(default)]
    pub imports: Vec<String>,
    /// Texts among its read-only data.
    #[serde(default)]
    pub strings: Vec<String>,
}

/// A class.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Class {
    /// Dotted name.
    pub name: String,
    /// `public` if not said: `public`, `final`, `abstract`, `interface`,
    /// `enum`, `annotation`, separated by blanks.
    pub modifiers: Option<String>,
    /// `java.lang.Object` if not said.
    #[serde(default)]
    pub extends: String,
    #[serde(default)]
    pub implements: Vec<String>,
    /// `static final java.lang.String TOKEN = "abc"`
    #[serde(default)]
    pub fields: Vec<String>,
    /// `App.java`; with it the methods get line numbers, one for each line
    /// of `code`.
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub method: Vec<Method>,
    /// Which DEX the class goes to: 2 is `classes2.dex`; a path is an entry
    /// of its own, inside an archive if it ends in `.jar`, `.zip` or `.apk`.
    #[serde(default)]
    pub dex: Dex,
}

/// A DEX by number or path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged)]
pub(super) enum Dex {
    Number(u32),
    Path(String),
}

impl Default for Dex {
    fn default() -> Self {
        Self::Number(1)
    }
}

/// A method.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Method {
    /// `public static void main(java.lang.String[] arguments)`
    pub signature: String,
    /// Instructions, see [`super::code`]. Not for `abstract` and `native`
    /// ones.
    #[serde(default)]
    pub code: Vec<String>,
}

/// An APK beside the base.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Split {
    /// `config.zh`, `feature`
    pub name: String,
    #[serde(default)]
    pub permissions: Vec<NameOr<Permission>>,
    #[serde(default)]
    pub component: Vec<Component>,
    #[serde(default)]
    pub files: BTreeMap<String, Content>,
    #[serde(default)]
    pub library: Vec<Library>,
    #[serde(default)]
    pub class: Vec<Class>,
    /// Texts of the base's string resources in other locales.
    #[serde(default)]
    pub strings_in: BTreeMap<String, BTreeMap<String, String>>,
}

/// The signer of an APK and its splits.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Signing {
    /// `CN=Example,O=Example,C=CN`; without it the package is not signed.
    pub subject: String,
    pub schemes: Vec<Scheme>,
}

impl Default for Signing {
    fn default() -> Self {
        Self {
            subject: String::new(),
            schemes: vec![Scheme::V2],
        }
    }
}

/// APK signature scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Scheme {
    V2,
    V3,
}

/// Tricks that are played with the archive.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Zip {
    /// All entries claim to be encrypted.
    pub fake_encryption: bool,
    /// An entry of this name stands twice in the archive, the second one
    /// empty.
    pub duplicate: Option<String>,
    /// The entry of this name claims a compression method that does not
    /// exist.
    pub unknown_method: Option<String>,
}
