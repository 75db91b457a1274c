//! Members of the platform and of libraries that matter to privacy.

mod starts;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::permission_uses::full;
use super::{Fault, Faults, did_you_mean, embedded, load_file};

const FILE: &str = "catalog/apis.toml";
/// Members of which a constant says that they need a permission.
const PERMISSIONS: &str = "catalog/permission-members.toml";
const KINDS: &str = "catalog/data-kinds.toml";

/// One method or field. A method that gives different information for
/// different constants is there once for each kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// Dotted name of its class.
    pub class: String,
    /// Its name; `<init>` of a constructor.
    pub member: String,
    /// As in bytecode: `(I)Ljava/lang/String;`, of a field its type.
    pub descriptor: String,
    /// What it is to an analysis.
    pub role: Role,
    /// What information it is about, or what happens.
    pub subject: Subject,
    /// That it is about that is not sure.
    pub perhaps: bool,
    /// Constants that decide whether it is about that, see [`Api::decides`].
    pub when: Vec<String>,
    /// An unknown constant does not count: another entry of the member speaks
    /// for it.
    pub only_known: bool,
    /// The argument that is the constant; any, if it is not told.
    pub argument: Option<usize>,
    /// What it gives of another app: asked about one by its name.
    pub other_kind: Option<String>,
    /// From which API level on it gives no more than the app's own, and as
    /// what that counts.
    pub own_since: Option<u32>,
    /// See `own_since`.
    pub own_kind: Option<String>,
    /// Calls (`java.io.File.list`) in the same method that make it sure.
    pub beside: Vec<String>,
    /// Such calls with which it is about something else.
    pub not_beside: Vec<String>,
    /// The Chinese term for it, finer than the kind.
    pub term: String,
    /// Permissions that the platform asks for, with API levels.
    pub permission: Option<String>,
    /// Full names of permissions of which it needs one.
    pub needs: Vec<String>,
    /// First API level that has it; 7 also stands for anything before.
    pub since: Option<u32>,
    /// How sure the descriptor is.
    pub certainty: Certainty,
    /// What it tells a library of the user's consent.
    pub tells: Option<Tells>,
    /// It tells all libraries of the same maker.
    pub whole_maker: bool,
    /// What else to know.
    pub note: Option<String>,
}

/// What a call tells a library of the user's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tells {
    /// Its flag says that the user agreed.
    Agreed,
    /// Its flag says that nothing is to be collected.
    Refused,
    /// To stop.
    Stop,
    /// To start.
    Go,
}

/// What a member is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A kind of personal information: `device_id.imei`.
    Kind(String),
    /// Something that is done: `self_launch`, `sink.network`.
    Action(String),
}

/// What a member is to an analysis of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the file says it at its head")]
pub enum Role {
    Source,
    SourceIfConst,
    SourceIfUri,
    SourceIfOtherPkg,
    SourceIfBeside,
    SourceIfSensitiveField,
    CallbackSource,
    Field,
    Const,
    UriField,
    UriSource,
    Register,
    RegisterIfUri,
    Sink,
    Propagator,
    SelfLaunch,
    Launch,
    LaunchIfOtherPkg,
    SdkPreinit,
    SdkInit,
    Init,
    PermissionRequest,
    PermissionCheck,
    ConsentGate,
    Action,
    Entrypoint,
    Bridge,
    Dynamic,
    Native,
    Reflection,
    ReflectionIfConst,
    Needs,
    NeedsIfConst,
}

/// How sure a descriptor is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// It stands in the platform's interfaces.
    #[default]
    Exact,
    /// Name and number of parameters do.
    Arity,
    /// A library or a hidden interface.
    Unverified,
}

impl Subject {
    /// The id, of either.
    pub fn id(&self) -> &str {
        match self {
            Self::Kind(id) | Self::Action(id) => id,
        }
    }
}

impl Api {
    /// Whether it is a field.
    pub fn is_field(&self) -> bool {
        !self.descriptor.starts_with('(')
    }

    /// Class and member with a dot between.
    pub fn name(&self) -> String {
        format!("{}.{}", self.class, self.member)
    }

    /// Whether a constant is one of those that decide: the whole text, the
    /// text up to a blank or a slash, or a beginning that ends with a dot.
    pub fn decides(&self, constant: &[u8]) -> bool {
        self.when.iter().any(|when| {
            constant
                .strip_prefix(when.as_bytes())
                .is_some_and(|rest| when.ends_with('.') || matches!(rest, [] | [b' ' | b'/', ..]))
        })
    }
}

/// All of them, to be found by what bytecode names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Apis {
    all: Vec<Api>,
    classes: FxHashMap<Box<[u8]>, Members>,
}

/// The members of a class, by name, as positions in [`Apis`].
type Members = FxHashMap<Box<[u8]>, Vec<usize>>;

/// A member that bytecode names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its position, see [`Apis::at`].
    pub api: usize,
    /// It is an overload that the catalogue does not list.
    pub overload: bool,
}

/// The members that this program knows.
///
/// # Panics
///
/// If the embedded file is wrong; the mistake is drawn. That is a defect of
/// the build which every test run meets.
pub fn apis() -> &'static Apis {
    static BUILTIN: LazyLock<Apis> = LazyLock::new(|| match Apis::load() {
        Ok(apis) => apis,
        Err(faults) => panic!("the catalogue of this build is wrong:\n{faults}"),
    });
    &BUILTIN
}

impl Apis {
    /// Reads the embedded file.
    pub fn load() -> Result<Self, Faults> {
        let kinds = load_file::<KindsFile>(KINDS)?;
        let kinds = kinds.kind.into_iter().map(|kind| kind.id).collect();
        let mut apis = Self::default();
        for path in [FILE, PERMISSIONS] {
            let (file, source) = embedded(path);
            apis = apis.with(load_file(path)?, &file, &source, &kinds)?;
        }
        Ok(apis.with_starts(&super::sdks().sdks))
    }

    /// These and those of a file.
    fn with(
        self,
        parsed: ApisFile,
        file: &str,
        source: &Arc<str>,
        kinds: &BTreeSet<String>,
    ) -> Result<Self, Faults> {
        let mut reader = Reader {
            file,
            source,
            kinds,
            apis: self,
            names: BTreeSet::new(),
            faults: Vec::new(),
        };
        for class in parsed.class {
            reader.class(class);
        }
        if reader.faults.is_empty() {
            Ok(reader.apis)
        } else {
            Err(Faults(reader.faults))
        }
    }

    /// All of them, in the order of the file.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Api> {
        self.all.iter()
    }

    /// One of them, by its position in [`Apis::iter`].
    pub fn at(&self, position: usize) -> Option<&Api> {
        self.all.get(position)
    }

    /// The members of a class, by its internal name: `android/os/Build`.
    pub fn class(&self, internal: &[u8]) -> Option<ClassApis<'_>> {
        Some(ClassApis {
            apis: self,
            members: self.classes.get(internal)?,
        })
    }

    /// Those of a name as [`Api::name`] gives it.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Api> {
        let (class, member) = name.rsplit_once('.').unwrap_or_default();
        let members = self.classes.get(class.replace('.', "/").as_bytes());
        let positions = members.and_then(|members| members.get(member.as_bytes()));
        positions
            .into_iter()
            .flatten()
            .filter_map(|position| self.at(*position))
    }
}

/// The members of one class.
#[derive(Clone, Copy, Debug)]
pub struct ClassApis<'a> {
    apis: &'a Apis,
    members: &'a Members,
}

impl ClassApis<'_> {
    /// What a name and a descriptor stand for; the descriptor is only asked
    /// for if there is such a name. One that is not listed is taken for any
    /// of that name: as it is, if the catalogue is not sure of descriptors,
    /// or as an overload.
    pub fn find<D: AsRef<[u8]>>(
        &self,
        name: &[u8],
        is_field: bool,
        descriptor: impl FnOnce() -> Option<D>,
    ) -> Vec<Named> {
        let Some(positions) = self.members.get(name) else {
            return Vec::new();
        };
        let Some(descriptor) = descriptor() else {
            return Vec::new();
        };
        let candidates = || {
            let apis = positions
                .iter()
                .filter_map(|at| Some((*at, self.apis.at(*at)?)));
            apis.filter(|(_, api)| api.is_field() == is_field)
        };
        let exact: Vec<Named> = candidates()
            .filter(|(_, api)| api.descriptor.as_bytes() == descriptor.as_ref())
            .map(|(api, _)| Named {
                api,
                overload: false,
            })
            .collect();
        if !exact.is_empty() {
            return exact;
        }
        let unsure = |api: &Api| api.certainty != Certainty::Exact;
        let any_unsure = candidates().any(|(_, api)| unsure(api));
        let mut seen = BTreeSet::new();
        candidates()
            .filter(|(_, api)| !any_unsure || unsure(api))
            .filter(|(_, api)| seen.insert((&api.subject, &api.when)))
            .map(|(api, _)| Named {
                api,
                overload: !any_unsure,
            })
            .collect()
    }
}

#[derive(Deserialize)]
struct KindsFile {
    kind: Vec<KindId>,
}

#[derive(Deserialize)]
struct KindId {
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApisFile {
    class: Vec<ClassEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassEntry {
    name: Spanned<String>,
    api: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    members: Spanned<Vec<Spanned<String>>>,
    role: Role,
    kind: Option<Spanned<String>>,
    action: Option<Spanned<String>>,
    #[serde(default)]
    when: Vec<String>,
    #[serde(default)]
    only_known: bool,
    argument: Option<usize>,
    other_kind: Option<Spanned<String>>,
    own_since: Option<u32>,
    own_kind: Option<Spanned<String>>,
    #[serde(default)]
    beside: Vec<String>,
    #[serde(default)]
    not_beside: Vec<String>,
    term: String,
    permission: Option<String>,
    #[serde(default)]
    needs: Vec<String>,
    since: Option<u32>,
    #[serde(default)]
    certainty: Certainty,
    tells: Option<Tells>,
    #[serde(default)]
    whole_maker: bool,
    note: Option<String>,
}

struct Reader<'a> {
    file: &'a str,
    source: &'a Arc<str>,
    kinds: &'a BTreeSet<String>,
    apis: Apis,
    /// Classes of this file so far.
    names: BTreeSet<String>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn class(&mut self, class: ClassEntry) {
        let span = class.name.span();
        let name = class.name.into_inner();
        let internal = name.replace('.', "/").into_bytes().into_boxed_slice();
        if !self.names.insert(name.clone()) {
            self.fault(span, format!("`{name}` is there twice"), None);
            return;
        }
        let mut members = self.apis.classes.remove(&internal).unwrap_or_default();
        for entry in class.api {
            self.entry(&name, &entry, &mut members);
        }
        self.apis.classes.insert(internal, members);
    }

    fn entry(&mut self, class: &str, entry: &Entry, members: &mut Members) {
        let Some(subject) = self.subject(entry) else {
            return;
        };
        if entry.members.get_ref().is_empty() {
            self.fault(entry.members.span(), "names no member".to_owned(), None);
        }
        for text in entry.members.get_ref() {
            let Some((member, descriptor)) = signature(text.get_ref()) else {
                let message = format!("`{}` is no member", text.get_ref());
                let help = "written as in Java: \"int read(byte[], int)\", \"int COUNT\"";
                self.fault(text.span(), message, Some(help.to_owned()));
                continue;
            };
            let key = member.as_bytes().into();
            let same: &mut Vec<usize> = members.entry(key).or_default();
            let twice = same.iter().any(|at| {
                let other = &self.apis.all[*at];
                other.descriptor == descriptor
                    && entry.role != Role::NeedsIfConst
                    && (other.when.is_empty()
                        || entry.when.is_empty()
                        || other.when.iter().any(|when| entry.when.contains(when)))
            });
            same.push(self.apis.all.len());
            let id = |kind: &Option<Spanned<String>>| kind.as_ref().map(|k| k.get_ref().clone());
            self.apis.all.push(Api {
                class: class.to_owned(),
                member,
                descriptor,
                role: entry.role,
                subject: subject.clone(),
                perhaps: false,
                when: entry.when.clone(),
                only_known: entry.only_known || entry.role == Role::NeedsIfConst,
                argument: entry.argument,
                other_kind: id(&entry.other_kind),
                own_since: entry.own_since,
                own_kind: id(&entry.own_kind),
                beside: entry.beside.clone(),
                not_beside: entry.not_beside.clone(),
                term: entry.term.clone(),
                permission: entry.permission.clone(),
                needs: entry.needs.iter().map(|name| full(name)).collect(),
                since: entry.since,
                certainty: entry.certainty,
                tells: entry.tells,
                whole_maker: entry.whole_maker,
                note: entry.note.clone(),
            });
            if twice {
                let message = format!("`{}` is there twice", text.get_ref());
                self.fault(text.span(), message, None);
            }
        }
    }

    fn is_kind(&mut self, kind: &Spanned<String>) -> bool {
        let id = kind.get_ref();
        let known = self.kinds.contains(id);
        if !known {
            let message = format!("no kind of information `{id}` in data-kinds.toml");
            let help = did_you_mean(id, self.kinds.iter().map(String::as_str));
            self.fault(kind.span(), message, help);
        }
        known
    }

    fn subject(&mut self, entry: &Entry) -> Option<Subject> {
        let instead = [&entry.other_kind, &entry.own_kind];
        if !instead.into_iter().flatten().all(|kind| self.is_kind(kind)) {
            return None;
        }
        match (&entry.kind, &entry.action) {
            (Some(kind), None) => {
                let id = kind.get_ref();
                self.is_kind(kind).then(|| Subject::Kind(id.clone()))
            }
            (None, Some(action)) => Some(Subject::Action(action.get_ref().clone())),
            (Some(_), Some(action)) => {
                let message = "either a kind of information or an action, not both".to_owned();
                self.fault(action.span(), message, None);
                None
            }
            (None, None) => {
                let message = "says neither `kind` nor `action`".to_owned();
                self.fault(entry.members.span(), message, None);
                None
            }
        }
    }

    fn fault(&mut self, span: std::ops::Range<usize>, message: String, help: Option<String>) {
        let fault = Fault::new(self.file, self.source, Some(span), message);
        self.faults.push(fault.help(help));
    }
}

/// Name and descriptor of a member as Java writes it.
fn signature(text: &str) -> Option<(String, String)> {
    let (head, parameters) = match text.strip_suffix(')') {
        Some(text) => {
            let (head, parameters) = text.split_once('(')?;
            (head, Some(parameters))
        }
        None => (text, None),
    };
    let (result, name) = head.split_once(' ')?;
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '<' | '>');
    if name.is_empty() || !name.chars().all(word) {
        return None;
    }
    let result = descriptor(result)?;
    let Some(parameters) = parameters else {
        return (result != "V").then(|| (name.to_owned(), result));
    };
    let mut all = String::from("(");
    for parameter in parameters.split(',').filter(|_| !parameters.is_empty()) {
        let parameter = descriptor(parameter.trim()).filter(|text| text != "V")?;
        all.push_str(&parameter);
    }
    all.push(')');
    all.push_str(&result);
    Some((name.to_owned(), all))
}

/// Descriptor of a type as Java writes it.
fn descriptor(text: &str) -> Option<String> {
    if let Some(element) = text.strip_suffix("[]") {
        return descriptor(element)
            .filter(|text| text != "V")
            .map(|element| format!("[{element}"));
    }
    let letter = match text {
        "void" => "V",
        "boolean" => "Z",
        "byte" => "B",
        "short" => "S",
        "char" => "C",
        "int" => "I",
        "long" => "J",
        "float" => "F",
        "double" => "D",
        _ => {
            let part = |part: &str| {
                let mut chars = part.chars();
                chars.next().is_some_and(|c| !c.is_ascii_digit())
                    && part
                        .chars()
                        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
            };
            let known = text.contains('.') && text.split('.').all(part);
            return known.then(|| format!("L{};", text.replace('.', "/")));
        }
    };
    Some(letter.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(class: &str, name: &str, descriptor: &str) -> Vec<(String, bool)> {
        let class = apis().class(class.as_bytes()).unwrap();
        let is_field = !descriptor.starts_with('(');
        class
            .find(name.as_bytes(), is_field, || Some(descriptor))
            .into_iter()
            .map(|named| {
                let api = apis().at(named.api).unwrap();
                (api.subject.id().to_owned(), named.overload)
            })
            .collect()
    }

    #[test]
    fn the_embedded_file_is_right() {
        assert!(apis().iter().len() > 450, "{}", apis().iter().len());
        for api in apis().iter() {
            assert!(!api.term.is_empty(), "{}", api.name());
            let conditional = matches!(
                api.role,
                Role::SourceIfConst | Role::ReflectionIfConst | Role::NeedsIfConst
            );
            let beside = !api.beside.is_empty() || !api.not_beside.is_empty();
            assert_eq!(beside, api.role == Role::SourceIfBeside, "{}", api.name());
            let by_uri = api.role == Role::SourceIfUri;
            assert!(
                conditional || by_uri || api.when.is_empty(),
                "{}",
                api.name()
            );
        }
    }

    #[test]
    fn a_member_is_found_by_what_bytecode_says() {
        let manager = "android/telephony/TelephonyManager";
        assert_eq!(
            found(manager, "getDeviceId", "(I)Ljava/lang/String;"),
            [("device_id.imei".to_owned(), false)]
        );
        assert_eq!(
            found(manager, "getDeviceId", "(J)Ljava/lang/String;"),
            [("device_id.imei".to_owned(), true)],
            "an overload is taken for it once"
        );
        assert_eq!(found(manager, "getDeviceId", "Ljava/lang/String;"), []);
        assert_eq!(found(manager, "toString", "()Ljava/lang/String;"), []);
        assert_eq!(
            found("android/os/Build", "SERIAL", "Ljava/lang/String;"),
            [("device_id.serial".to_owned(), false)]
        );
        assert_eq!(
            found(
                "com/bun/miitmdid/core/MdidSdkHelper",
                "InitSdk",
                "(Landroid/content/Context;)V"
            ),
            [("device_id.oaid".to_owned(), false)],
            "descriptors of libraries are not certain"
        );
        assert!(apis().class(b"com/example/App").is_none());
        let named = apis().named("android.provider.Settings$Secure.getString");
        assert_eq!(named.count(), 4);
    }

    #[test]
    fn a_constant_decides_as_a_whole_or_up_to_a_boundary() {
        let decides = |name: &str, constant: &str| -> Vec<&str> {
            let mut subjects: Vec<&str> = apis()
                .named(name)
                .filter(|api| api.decides(constant.as_bytes()))
                .map(|api| api.subject.id())
                .collect();
            subjects.dedup();
            subjects
        };
        let secure = "android.provider.Settings$Secure.getString";
        assert_eq!(decides(secure, "android_id"), ["device_id.android_id"]);
        assert_eq!(decides(secure, "android_identity"), [""; 0]);
        let exec = "java.lang.Runtime.exec";
        assert_eq!(decides(exec, "pm list packages")[..1], ["app_list"]);
        assert_eq!(
            decides(exec, "cat /sys/class/net/wlan0/address")[..1],
            ["device_id.mac"]
        );
        assert_eq!(decides(exec, "psql"), [""; 0]);
        let properties = "android.os.SystemProperties.get";
        assert_eq!(decides(properties, "persist.sys.x"), ["device_info"]);
    }

    #[test]
    fn signatures_are_written_as_in_java() {
        for (text, name, descriptor) in [
            ("void <init>()", "<init>", "()V"),
            (
                "int read(byte[], int, a.B$C[][])",
                "read",
                "([BI[[La/B$C;)I",
            ),
            ("java.lang.String SERIAL", "SERIAL", "Ljava/lang/String;"),
        ] {
            let expected = Some((name.to_owned(), descriptor.to_owned()));
            assert_eq!(signature(text), expected, "{text}");
        }
        for text in [
            "getDeviceId()",
            "String get()",
            "int read(void)",
            "int read(int",
            "void FIELD",
            "int two words",
            "int get(a..B)",
            "int get(,)",
            "",
        ] {
            assert_eq!(signature(text), None, "{text}");
        }
    }

    fn faults(text: &str) -> String {
        let kinds = BTreeSet::from(["contacts".to_owned()]);
        let source = Arc::from(text);
        let parsed = super::super::read("apis.toml", &source).map_err(Faults::from);
        let apis =
            parsed.and_then(|parsed| Apis::default().with(parsed, "apis.toml", &source, &kinds));
        apis.unwrap_err().to_string()
    }

    #[test]
    fn mistakes_are_drawn_on_the_file() {
        let text = faults(
            r#"
[[class]]
name = "a.B"
[[class.api]]
members = ["int get"]
role = "source"
kind = "contcts"
term = "x"
[[class.api]]
members = ["int get", "get()", "int get"]
role = "source"
kind = "contacts"
term = "x"
[[class.api]]
members = []
role = "source"
action = "sink.log"
term = "x"
[[class.api]]
members = ["int a"]
role = "source"
term = "x"
[[class]]
name = "a.B"
api = []
"#,
        );
        for expected in [
            "error: no kind of information `contcts` in data-kinds.toml\n --> apis.toml:7:8\n",
            "did you mean `contacts`?",
            "error: `get()` is no member\n  --> apis.toml:10:23\n",
            "error: `int get` is there twice\n  --> apis.toml:10:32\n",
            "error: names no member\n  --> apis.toml:15:11\n",
            "error: says neither `kind` nor `action`\n",
            "error: `a.B` is there twice\n",
        ] {
            assert!(text.contains(expected), "{expected}\n in\n{text}");
        }
        let text = faults("[[class]]\nname = \"a.B\"\n[[class.api]]\nmember = \"int a\"\n");
        assert!(text.contains("did you mean `members`?"), "{text}");
    }
}
