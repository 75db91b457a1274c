//! All classes and methods of the app as one: names with one number over all
//! DEX files, the class hierarchy, and which method a call runs.

mod join;
mod variants;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use variants::Variants;

pub(super) use variants::Tag;

use super::names::{NONE, Names};
use crate::decode::dex::{ClassDef, Code, Dex, EncodedMethod, access, dotted};

/// Number of a type descriptor.
pub(super) type Type = u32;
/// Number of a member's name.
pub(super) type Name = u32;
/// Number of a name with a prototype.
pub(super) type Sig = u32;
/// Number of a class that the app defines.
pub(super) type ClassNo = u32;
/// Number of a method that the app defines.
pub(super) type MethodNo = u32;

/// One DEX, with its tables as numbers of the world.
#[derive(Debug)]
pub(super) struct File<'a> {
    /// Its place among the files.
    pub number: u32,
    /// Path.
    pub path: Arc<str>,
    /// Its bytes.
    pub dex: Dex<'a>,
    /// By type index.
    pub types: Vec<Type>,
    /// By method index.
    pub methods: Vec<MethodRef>,
    /// By field index.
    pub fields: Vec<FieldRef>,
}

/// A method as an instruction names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct MethodRef {
    pub class: Type,
    pub sig: Sig,
}

/// A field as an instruction names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FieldRef {
    pub class: Type,
    pub name: Name,
    pub of: Type,
}

/// A class that the app defines.
#[derive(Debug)]
pub(super) struct Class {
    pub of: Type,
    pub file: u32,
    pub def: ClassDef,
    pub superclass: Type,
    pub interfaces: Vec<Type>,
    /// Its methods, which stand together, sorted by name and signature.
    pub methods: std::ops::Range<u32>,
}

/// A method that the app defines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    pub class: ClassNo,
    pub name: Name,
    pub sig: Sig,
    pub encoded: EncodedMethod,
}

impl Method {
    /// Whether it is one of the class and not of its objects.
    pub fn is_static(&self) -> bool {
        self.encoded.access_flags & access::STATIC != 0
    }

    fn is_abstract(&self) -> bool {
        self.encoded.access_flags & access::ABSTRACT != 0
    }
}

/// Parameters and result of methods.
#[derive(Debug)]
struct Proto {
    text: Box<[u8]>,
    /// Type of each, and whether it takes two registers.
    parameters: Box<[(Type, bool)]>,
    result: Type,
}

/// Everything that the DEX files define and name.
#[derive(Debug, Default)]
pub(super) struct World<'a> {
    pub files: Vec<File<'a>>,
    pub types: Names<'a>,
    pub names: Names<'a>,
    proto_numbers: FxHashMap<Box<[u8]>, u32>,
    protos: Vec<Proto>,
    sig_numbers: FxHashMap<(Name, u32), Sig>,
    sigs: Vec<(Name, u32)>,
    pub classes: Vec<Class>,
    /// By type; [`NONE`] for one that the app does not define.
    class_of: Vec<ClassNo>,
    pub methods: Vec<Method>,
    /// Direct subtypes, by type.
    subtypes: Vec<Vec<ClassNo>>,
    /// Signatures for which an interface has a body.
    defaults: FxHashSet<Sig>,
    /// Methods and code that were left out, because tables point to the same
    /// bytes again and again.
    pub left_out: u32,
    variants: Variants,
}

/// Superclasses of a class, and types above it, that are looked at; no app
/// has a fourth of that.
const DEEPEST: usize = 64;
const MOST_SUPERS: usize = 128;

impl<'a> World<'a> {
    /// The class of a type, if the app defines it.
    pub fn class_of(&self, of: Type) -> Option<ClassNo> {
        self.class_of
            .get(of as usize)
            .copied()
            .filter(|class| *class != NONE)
    }

    /// A class by its number.
    pub fn class(&self, class: ClassNo) -> Option<&Class> {
        self.classes.get(class as usize)
    }

    /// A method by its number.
    pub fn method(&self, method: MethodNo) -> Option<&Method> {
        self.methods.get(method as usize)
    }

    /// The file that defines a method.
    pub fn file_of(&self, method: &Method) -> Option<&File<'a>> {
        let class = self.class(method.class)?;
        self.files.get(class.file as usize)
    }

    /// The code of a method, if it has any that can be read.
    pub fn code(&self, method: &Method) -> Option<Code<'a>> {
        self.file_of(method)?.dex.code(&method.encoded).ok()?
    }

    /// The type with this descriptor, if any DEX names it.
    pub fn type_named(&self, descriptor: &[u8]) -> Option<Type> {
        self.types.get(descriptor)
    }

    /// The type of a dotted class name.
    pub fn type_of_class(&self, dotted: &str) -> Option<Type> {
        let descriptor = format!("L{};", dotted.trim().replace('.', "/"));
        self.type_named(descriptor.as_bytes())
    }

    /// Dotted name of a type.
    pub fn dotted(&self, of: Type) -> String {
        let text = crate::decode::dex::text(self.types.text(of));
        dotted(&text).into_owned()
    }

    /// Name of a signature.
    pub fn name(&self, sig: Sig) -> &'a [u8] {
        self.sigs
            .get(sig as usize)
            .map_or(&[][..], |(name, _)| self.names.text(*name))
    }

    /// Number of the name of a signature.
    pub fn name_no(&self, sig: Sig) -> Name {
        self.sigs.get(sig as usize).map_or(NONE, |(name, _)| *name)
    }

    fn proto_of(&self, sig: Sig) -> Option<&Proto> {
        let (_, proto) = self.sigs.get(sig as usize)?;
        self.protos.get(*proto as usize)
    }

    /// Parameters and result of a signature: `(I)V`.
    pub fn descriptor(&self, sig: Sig) -> &[u8] {
        self.proto_of(sig).map_or(&[], |proto| &proto.text)
    }

    /// The types of the parameters, and whether each takes two registers.
    pub fn parameters(&self, sig: Sig) -> &[(Type, bool)] {
        self.proto_of(sig).map_or(&[], |proto| &proto.parameters)
    }

    /// The type that a method gives back.
    pub fn result(&self, sig: Sig) -> Type {
        self.proto_of(sig).map_or(NONE, |proto| proto.result)
    }

    /// The method that a class itself defines.
    fn own(&self, class: ClassNo, sig: Sig) -> Option<MethodNo> {
        let (first, methods) = self.methods_of(class);
        let wanted = (self.name_no(sig), sig);
        let at = methods.partition_point(|method| (method.name, method.sig) < wanted);
        methods.get(at).filter(|method| method.sig == sig)?;
        Some(first.saturating_add(u32::try_from(at).ok()?))
    }

    /// The methods of a class, and the number of the first.
    fn methods_of(&self, class: ClassNo) -> (MethodNo, &[Method]) {
        let range = self
            .class(class)
            .map_or(0..0, |class| class.methods.clone());
        let methods = self.methods.get(range.start as usize..range.end as usize);
        (range.start, methods.unwrap_or_default())
    }

    /// The methods that a class itself defines under a name.
    pub fn own_named(&self, class: ClassNo, name: Name) -> impl Iterator<Item = MethodNo> + use<> {
        let (first, methods) = self.methods_of(class);
        let start = methods.partition_point(|method| method.name < name);
        let end = methods.partition_point(|method| method.name <= name);
        let number = |at: usize| first.saturating_add(u32::try_from(at).unwrap_or(NONE));
        number(start)..number(end)
    }

    /// The method of this name that an object of a class runs, if the app
    /// defines one.
    pub fn named(&self, class: ClassNo, name: &[u8]) -> Option<MethodNo> {
        let name = self.names.get(name)?;
        self.line(class)
            .find_map(|class| self.own_named(class, name).next())
    }

    /// The superclasses that the app defines, the class itself first.
    pub fn line(&self, class: ClassNo) -> impl Iterator<Item = ClassNo> + '_ {
        // A hierarchy that goes round in a circle ends here.
        std::iter::successors(Some(class), |class| {
            self.class_of(self.class(*class)?.superclass)
        })
        .take(DEEPEST)
    }

    /// What an object of this class runs when it is asked for `sig`.
    pub fn dispatch(&self, class: ClassNo, sig: Sig) -> Option<MethodNo> {
        self.inherited(self.line(class), sig)
            .or_else(|| self.default_method(class, sig))
    }

    /// The first of these classes that has a body for a signature.
    fn inherited(&self, mut line: impl Iterator<Item = ClassNo>, sig: Sig) -> Option<MethodNo> {
        let runs = |method: &MethodNo| {
            self.method(*method)
                .is_some_and(|method| !method.is_abstract())
        };
        line.find_map(|class| self.own(class, sig).filter(runs))
    }

    /// A method with a body that an interface brings.
    fn default_method(&self, class: ClassNo, sig: Sig) -> Option<MethodNo> {
        if !self.defaults.contains(&sig) {
            return None;
        }
        self.supers(class)
            .into_iter()
            .filter_map(|of| self.class_of(of))
            .find_map(|class| {
                let method = self.own(class, sig)?;
                let body = self.method(method)?;
                (!body.is_abstract() && !body.is_static()).then_some(method)
            })
    }

    /// The method that a call to exactly this class runs: static ones,
    /// private ones, constructors and those of the superclass.
    pub fn direct(&self, of: Type, sig: Sig) -> Option<MethodNo> {
        let class = self.class_of(of)?;
        self.line(class)
            .find_map(|class| self.own(class, sig))
            .or_else(|| self.default_method(class, sig))
    }

    /// Every type above a class, itself first, each once: superclasses and
    /// interfaces, those too that the app does not define.
    pub fn supers(&self, class: ClassNo) -> Vec<Type> {
        let mut all = Vec::new();
        let mut waiting: Vec<Type> = self
            .class(class)
            .map(|class| class.of)
            .into_iter()
            .collect();
        while let Some(of) = waiting.pop() {
            if all.contains(&of) {
                continue;
            }
            if all.len() >= MOST_SUPERS {
                break;
            }
            all.push(of);
            if let Some(class) = self.class_of(of).and_then(|class| self.class(class)) {
                waiting.extend(class.interfaces.iter().rev());
                if class.superclass != NONE {
                    waiting.push(class.superclass);
                }
            }
        }
        all
    }

    /// Whether a type is another or stands below it.
    pub fn is_below(&self, of: Type, above: Type) -> bool {
        of == above
            || self
                .class_of(of)
                .is_some_and(|class| self.supers(class).contains(&above))
    }

    /// Whether classes of the app stand below a type that the app defines.
    pub fn has_subtypes(&self, of: Type) -> bool {
        self.class_of(of).is_some()
            && self
                .subtypes
                .get(of as usize)
                .is_some_and(|below| !below.is_empty())
    }

    /// The only method that a virtual call can run, looking at all classes
    /// below; `None` if there are several, or more than a few classes.
    pub fn only(&self, of: Type, sig: Sig) -> Option<MethodNo> {
        const MOST: usize = 64;
        /// Types above all of these classes that are looked at.
        const MOST_LOOKS: usize = 512;
        let mut found = None;
        let mut seen = 0;
        let mut looks = 0_usize;
        let mut waiting: Vec<ClassNo> = self.class_of(of).into_iter().collect();
        while let Some(class) = waiting.pop() {
            seen += 1;
            if seen > MOST || looks > MOST_LOOKS {
                return None;
            }
            let own = self.line(class).inspect(|_| looks += 1);
            let mut runs = self.inherited(own, sig);
            if runs.is_none() && self.defaults.contains(&sig) {
                looks = looks.saturating_add(self.supers(class).len());
                runs = self.default_method(class, sig);
            }
            if runs.is_some() && found.is_some() && runs != found {
                return None;
            }
            found = found.or(runs);
            let below = self
                .class(class)
                .and_then(|class| self.subtypes.get(class.of as usize));
            waiting.extend(below.into_iter().flatten());
        }
        found
    }

    /// `com.example.App.onCreate`.
    pub fn method_name(&self, method: MethodNo) -> String {
        let Some(known) = self.method(method) else {
            return String::new();
        };
        let class = self.class(known.class).map_or(NONE, |class| class.of);
        let name = crate::decode::dex::text(self.name(known.sig));
        format!("{}.{name}", self.dotted(class))
    }
}
