//! All classes and methods of the app as one: names with one number over all
//! DEX files, the class hierarchy, and which method a call runs.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Bytecode;
use super::names::{NONE, Names};
use crate::decode::dex::{ClassDef, Code, Dex, EncodedMethod, access, dotted};
use crate::limits::Limits;

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
    /// Its methods, which stand together, sorted by [`Method::sig`].
    pub methods: std::ops::Range<u32>,
}

/// A method that the app defines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    pub class: ClassNo,
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
    /// Methods and code that were left out, because tables point to the same
    /// bytes again and again.
    pub left_out: u32,
}

/// What the tables of one DEX may ask for. Classes can share their methods,
/// and methods their code, so that a small file would describe very much; no
/// compiler shares more than a few times.
struct Room {
    members: usize,
    units: usize,
}

impl Room {
    fn of(dex: &Dex<'_>) -> Self {
        const SHARES: usize = 8;
        const LEAST: usize = 1 << 16;
        let size = dex.data().len();
        Self {
            // A method takes three bytes or more, and its name eight.
            members: size / 8 + LEAST,
            units: (size / 2).saturating_mul(SHARES).saturating_add(LEAST),
        }
    }

    fn take(from: &mut usize, much: usize) -> bool {
        let left = from.checked_sub(much);
        *from = left.unwrap_or(0);
        left.is_some()
    }
}

impl<'a> World<'a> {
    /// Reads and joins the DEX files of an app.
    pub fn read(files: &'a [Bytecode], limits: &Limits) -> Self {
        let dexes = files.iter().flat_map(|file| {
            // What cannot be read is a gap of the code already.
            let all = Dex::parse_all(&file.bytes, limits).unwrap_or_default();
            all.into_iter().map(|dex| (Arc::clone(&file.path), dex))
        });
        Self::new(dexes.collect())
    }

    /// Joins DEX files; of classes with one name the first counts, as on the
    /// device.
    pub fn new(files: Vec<(Arc<str>, Dex<'a>)>) -> Self {
        let mut world = Self::default();
        for (path, dex) in files {
            world.add_file(path, dex);
        }
        world.add_classes();
        world
    }

    fn add_file(&mut self, path: Arc<str>, dex: Dex<'a>) {
        let indices = |count: usize| 0..u32::try_from(count).unwrap_or(u32::MAX);
        let types: Vec<Type> = indices(dex.type_count())
            .map(|index| {
                let text = dex
                    .type_string(index)
                    .and_then(|string| dex.string_bytes(string));
                text.map_or(NONE, |text| self.types.add(text))
            })
            .collect();
        let of = |index: u32| types.get(index as usize).copied().unwrap_or(NONE);
        // Names repeat from member to member, so that one look-up a string
        // is enough.
        let mut by_string: Vec<Name> = vec![NONE; dex.string_count()];
        let mut name = |index: u32, names: &mut Names<'a>| {
            let Some(known) = by_string.get_mut(index as usize) else {
                return NONE;
            };
            if *known == NONE {
                *known = dex.string_bytes(index).map_or(NONE, |text| names.add(text));
            }
            *known
        };
        let protos: Vec<u32> = indices(dex.proto_count())
            .map(|index| self.proto(&dex, index, &of))
            .collect();
        let methods = indices(dex.method_count())
            .map(|index| {
                let Ok(id) = dex.method(index) else {
                    return MethodRef {
                        class: NONE,
                        sig: NONE,
                    };
                };
                let proto = protos.get(id.proto as usize).copied().unwrap_or(NONE);
                let key = (name(id.name, &mut self.names), proto);
                let next = u32::try_from(self.sigs.len()).unwrap_or(NONE);
                let sig = *self.sig_numbers.entry(key).or_insert(next);
                if sig == next {
                    self.sigs.push(key);
                }
                MethodRef {
                    class: of(id.class),
                    sig,
                }
            })
            .collect();
        let fields = indices(dex.field_count())
            .map(|index| {
                let id = dex.field(index).ok();
                id.map_or(
                    FieldRef {
                        class: NONE,
                        name: NONE,
                        of: NONE,
                    },
                    |id| FieldRef {
                        class: of(id.class),
                        name: name(id.name, &mut self.names),
                        of: of(id.type_),
                    },
                )
            })
            .collect();
        self.files.push(File {
            number: u32::try_from(self.files.len()).unwrap_or(NONE),
            path,
            dex,
            types,
            methods,
            fields,
        });
    }

    fn proto(&mut self, dex: &Dex<'a>, index: u32, of: &impl Fn(u32) -> Type) -> u32 {
        let types = || {
            let proto = dex.proto(index).ok()?;
            let list = dex.parameters(&proto).ok()?;
            let few = list.len() <= 255;
            few.then(|| (list.map(of).collect::<Vec<Type>>(), of(proto.return_type)))
        };
        let Some((parameters, result)) = types() else {
            return NONE;
        };
        let mut text = vec![b'('];
        for parameter in &parameters {
            text.extend(self.types.text(*parameter));
        }
        text.push(b')');
        text.extend(self.types.text(result));
        if let Some(known) = self.proto_numbers.get(text.as_slice()) {
            return *known;
        }
        let next = u32::try_from(self.protos.len()).unwrap_or(NONE);
        let text = text.into_boxed_slice();
        self.proto_numbers.insert(text.clone(), next);
        let wide = |of: Type| matches!(self.types.text(of), b"J" | b"D");
        let parameters = parameters.into_iter().map(|of| (of, wide(of))).collect();
        self.protos.push(Proto {
            text,
            parameters,
            result,
        });
        next
    }

    fn add_classes(&mut self) {
        self.class_of = vec![NONE; self.types.len()];
        for (file_no, file) in (0..).zip(&self.files) {
            let of = |index: u32| file.types.get(index as usize).copied().unwrap_or(NONE);
            let mut room = Room::of(&file.dex);
            for def in file.dex.classes() {
                let type_ = of(def.class);
                // What cannot be read is a gap of the code already.
                let Some(known) = self.class_of.get_mut(type_ as usize) else {
                    continue;
                };
                if *known != NONE {
                    continue;
                }
                let class_no = u32::try_from(self.classes.len()).unwrap_or(NONE);
                *known = class_no;
                let first = self.methods.len();
                let data = file.dex.class_data(&def).ok().flatten();
                let fields = data.as_ref().map_or(0, |data| data.field_count() as usize);
                if !Room::take(&mut room.members, fields) {
                    self.left_out = self.left_out.saturating_add(1);
                }
                let methods = data.and_then(|data| data.methods().ok());
                for method in methods.into_iter().flatten() {
                    let Ok(mut encoded) = method else {
                        break;
                    };
                    if !Room::take(&mut room.members, 1) {
                        self.left_out = self.left_out.saturating_add(1);
                        break;
                    }
                    let code = file.dex.code(&encoded).ok().flatten();
                    let units = code.map_or(0, |code| code.units.len());
                    if !Room::take(&mut room.units, units) {
                        self.left_out = self.left_out.saturating_add(1);
                        encoded.code_off = 0;
                    }
                    let named = file.methods.get(encoded.method as usize);
                    self.methods.push(Method {
                        class: class_no,
                        sig: named.map_or(NONE, |named| named.sig),
                        encoded,
                    });
                }
                if let Some(methods) = self.methods.get_mut(first..) {
                    methods.sort_by_key(|method| method.sig);
                }
                let number = |n: usize| u32::try_from(n).unwrap_or(NONE);
                let interfaces: Vec<Type> = file
                    .dex
                    .interfaces(&def)
                    .map(|list| list.map(of).filter(|of| *of != NONE).take(1 << 8).collect())
                    .unwrap_or_default();
                self.classes.push(Class {
                    of: type_,
                    file: file_no,
                    superclass: def.superclass.map_or(NONE, of),
                    interfaces,
                    methods: number(first)..number(self.methods.len()),
                    def,
                });
            }
        }
        self.subtypes = vec![Vec::new(); self.types.len()];
        for (class_no, class) in (0..).zip(&self.classes) {
            for above in class.interfaces.iter().chain([&class.superclass]) {
                if let Some(list) = self.subtypes.get_mut(*above as usize) {
                    list.push(class_no);
                }
            }
        }
    }

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
        let range = self.class(class)?.methods.clone();
        let methods = self.methods.get(range.start as usize..range.end as usize)?;
        let at = methods.partition_point(|method| method.sig < sig);
        let found = methods.get(at).filter(|method| method.sig == sig)?;
        debug_assert_eq!(found.sig, sig);
        Some(range.start.saturating_add(u32::try_from(at).ok()?))
    }

    /// The methods that a class itself defines under a name.
    pub fn own_named(&self, class: ClassNo, name: Name) -> impl Iterator<Item = MethodNo> + '_ {
        let range = self
            .class(class)
            .map_or(0..0, |class| class.methods.clone());
        range.filter(move |method| {
            self.method(*method)
                .is_some_and(|method| self.name_no(method.sig) == name)
        })
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
        .take(256)
    }

    /// What an object of this class runs when it is asked for `sig`.
    pub fn dispatch(&self, class: ClassNo, sig: Sig) -> Option<MethodNo> {
        let runs = |method: &MethodNo| {
            self.method(*method)
                .is_some_and(|method| !method.is_abstract())
        };
        self.line(class)
            .find_map(|class| self.own(class, sig).filter(runs))
            .or_else(|| self.default_method(class, sig))
    }

    /// A method with a body that an interface brings.
    fn default_method(&self, class: ClassNo, sig: Sig) -> Option<MethodNo> {
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
            if all.contains(&of) || all.len() >= 512 {
                continue;
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
        let mut found = None;
        let mut seen = 0;
        let mut waiting: Vec<ClassNo> = self.class_of(of).into_iter().collect();
        while let Some(class) = waiting.pop() {
            seen += 1;
            if seen > MOST {
                return None;
            }
            let runs = self.dispatch(class, sig);
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
