//! What the app's own code shows: texts and resources that its classes name,
//! names of classes and methods, paths of addresses in annotations, boxes
//! that it ticks.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::owners::{self, Own};
use super::shown::{self, Loaded};
use super::topics::{Hit, is_key, is_path, topics};
use crate::decode::dex::{self, Annotation, ClassDef, Dex, EncodedMethod, EncodedValue, Insn};
use crate::limits::Limits;
use crate::sdk::Owners;

/// Work that one file may cost, in code units for each of its bytes: tables
/// may point to the same bytes again and again.
const SHARES: usize = 1;
/// Classes that are read by one thread at a time.
const CHUNK: usize = 256;
/// Ticked boxes kept of one class.
const BOXES: usize = 50;
/// Texts, and names of methods, kept of one class.
const TEXTS: usize = 100;
/// Annotated methods of one class, and annotations of one method.
const ANNOTATED: usize = 1000;
/// Methods of the platform in which a screen is made.
const MAKES: [&str; 9] = [
    "onCreate",
    "onCreateView",
    "onViewCreated",
    "onCreateDialog",
    "onActivityCreated",
    "onFinishInflate",
    "onStart",
    "onResume",
    "<init>",
];
/// Pieces of such threads that are read before it is asked whether there is
/// room for more.
const BATCH: usize = 32;
/// Texts, names and resources kept of all classes.
const PIECES: usize = 500_000;
/// Least number that can be the id of a resource.
const FIRST_ID: i64 = 0x0100_0000;

/// A DEX file of the app.
#[derive(Clone, Copy, Debug)]
pub struct CodeFile<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What is looked for, and how to tell it.
pub struct Scan<'a> {
    /// Whose classes are.
    pub owners: &'a Owners<'a>,
    /// Resources of interest.
    pub ids: &'a FxHashSet<u32>,
    /// The same by `string.delete_account`, the class of the constant and
    /// its name, where code does not have the number itself.
    pub by_name: &'a FxHashMap<String, u32>,
    /// Bounds.
    pub limits: &'a Limits,
}

/// What the classes of the app show.
#[derive(Debug, Default)]
pub struct CodeRead {
    /// Classes that show anything, sorted by file and position.
    pub classes: Vec<ClassRead>,
    /// Classes looked through.
    pub seen: u64,
    /// String constants looked at, one for each place that loads it.
    pub constants: u64,
    /// Files of which not everything was read.
    pub cut: Vec<String>,
}

/// What one class shows.
#[derive(Debug, Default)]
pub struct ClassRead {
    /// Dotted name.
    pub class: String,
    /// Path of its file.
    pub file: String,
    /// Perhaps not the app's own.
    pub perhaps: bool,
    /// What the name of the class shows.
    pub name: Vec<Hit>,
    /// Texts that it loads.
    pub texts: Vec<CodeText>,
    /// Names of methods that show something.
    pub methods: Vec<(String, Vec<Hit>)>,
    /// Resources of interest that it names, sorted.
    pub ids: Vec<u32>,
    /// Boxes that it ticks when a screen is made.
    pub ticked: Vec<CodeTick>,
}

/// A text in code.
#[derive(Debug)]
pub struct CodeText {
    /// Its number in the file.
    index: u32,
    /// The text.
    pub text: String,
    /// What it shows.
    pub hits: Vec<Hit>,
    /// It is the path of an address.
    pub path: bool,
    /// Method that loads it; empty for an annotation.
    pub method: String,
}

/// A box that code ticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeTick {
    /// The box.
    pub target: Target,
    /// Method that ticks it.
    pub method: String,
}

/// How code comes to a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// By the id.
    Id(u32),
    /// Through a field of this name.
    Field(String),
}

/// Reads the classes of these files that are the app's own.
pub fn scan(files: &[CodeFile<'_>], scan: &Scan<'_>) -> CodeRead {
    let mut read = CodeRead::default();
    let mut kept = 0_usize;
    for file in files {
        // What cannot be read is a gap of the code already.
        let Ok(all) = Dex::parse_all(file.bytes, scan.limits) else {
            continue;
        };
        let mut room = file.bytes.len().saturating_mul(SHARES);
        for dex in &all {
            let (own, cut) = own_classes(dex, scan.owners, &mut room);
            let seen = u64::try_from(own.len()).unwrap_or(u64::MAX);
            read.seen = read.seen.saturating_add(seen);
            if cut && read.cut.last().is_none_or(|last| last != file.path) {
                read.cut.push(file.path.to_owned());
            }
            for batch in own.chunks(CHUNK.saturating_mul(BATCH)) {
                let chunks: Vec<Chunk> = batch
                    .par_chunks(CHUNK)
                    .map(|classes| chunk(file.path, dex, scan, classes))
                    .collect();
                for chunk in chunks {
                    read.constants = read.constants.saturating_add(chunk.constants);
                    let pieces = chunk.classes.iter().map(ClassRead::pieces);
                    kept = kept.saturating_add(pieces.sum());
                    read.classes.extend(chunk.classes);
                    if chunk.cut && read.cut.last().is_none_or(|last| last != file.path) {
                        read.cut.push(file.path.to_owned());
                    }
                }
                if kept > PIECES {
                    read.cut.push(file.path.to_owned());
                    return read;
                }
            }
        }
    }
    read
}

/// A class of the app's own.
struct OwnClass {
    def: ClassDef,
    name: String,
    perhaps: bool,
}

/// The classes that are the app's own, and whether there was no room for
/// more of them.
fn own_classes(dex: &Dex<'_>, owners: &Owners<'_>, room: &mut usize) -> (Vec<OwnClass>, bool) {
    let mut own = Vec::new();
    for def in dex.classes() {
        let Ok(descriptor) = dex.type_descriptor(def.class) else {
            continue;
        };
        let name = dex::dotted(&descriptor).into_owned();
        let whose = owners::of_class(owners, &name);
        if !whose.counts() {
            continue;
        }
        if !has_room(dex, &def, room) {
            return (own, true);
        }
        own.push(OwnClass {
            def,
            name,
            perhaps: whose == Own::Perhaps,
        });
    }
    (own, false)
}

/// Takes the code of a class from the room that is left.
fn has_room(dex: &Dex<'_>, def: &ClassDef, room: &mut usize) -> bool {
    let mut take = |units: usize| match room.checked_sub(units) {
        Some(left) => {
            *room = left;
            true
        }
        None => false,
    };
    methods(dex, def).all(|method| {
        let code = dex.code(&method).ok().flatten();
        take(code.map_or(1, |code| code.units.len().saturating_add(1)))
    })
}

/// The methods of a class up to the first that cannot be read.
fn methods<'a>(dex: &Dex<'a>, def: &ClassDef) -> impl Iterator<Item = EncodedMethod> + use<'a> {
    let data = dex.class_data(def).ok().flatten();
    let methods = data.and_then(|data| data.methods().ok());
    methods.into_iter().flatten().map_while(Result::ok)
}

/// What some classes of one file show.
struct Chunk {
    classes: Vec<ClassRead>,
    constants: u64,
    /// Not all annotations were read.
    cut: bool,
}

fn chunk(path: &str, dex: &Dex<'_>, scan: &Scan<'_>, classes: &[OwnClass]) -> Chunk {
    let mut pass = Pass {
        dex,
        scan,
        known: FxHashMap::default(),
        hides: FxHashMap::default(),
        constants: 0,
        room: dex.data().len(),
    };
    let read = classes.iter().filter_map(|class| {
        let mut read = pass.class(class);
        path.clone_into(&mut read.file);
        (read.pieces() > 0).then_some(read)
    });
    Chunk {
        classes: read.collect(),
        constants: pass.constants,
        cut: pass.room == 0,
    }
}

impl ClassRead {
    /// How much was kept of it.
    fn pieces(&self) -> usize {
        [
            self.name.len(),
            self.texts.len(),
            self.methods.len(),
            self.ids.len(),
            self.ticked.len(),
        ]
        .into_iter()
        .fold(0, usize::saturating_add)
    }
}

/// What a string of a DEX file shows, and whether it is a path.
type Shows = (Vec<Hit>, bool);

struct Pass<'a, 'b> {
    dex: &'b Dex<'a>,
    scan: &'b Scan<'b>,
    known: FxHashMap<u32, Shows>,
    /// By method: whether it hides what it is given.
    hides: FxHashMap<u32, bool>,
    constants: u64,
    /// Annotations and values of them that may still be looked at: as many as
    /// the file has bytes, since many may lie at the same place.
    room: usize,
}

impl Pass<'_, '_> {
    fn class(&mut self, class: &OwnClass) -> ClassRead {
        let simple = class.name.rsplit('.').next().unwrap_or_default();
        let mut read = ClassRead {
            class: class.name.clone(),
            perhaps: class.perhaps,
            name: topics().name(simple),
            ..ClassRead::default()
        };
        let mut boxes = Boxes::default();
        let superclass = class.def.superclass;
        let superclass = superclass.and_then(|of| self.dex.type_descriptor(of).ok());
        let is_enum = superclass.as_deref() == Some("Ljava/lang/Enum;");
        for method in methods(self.dex, &class.def) {
            let name = self.method_name(method.method).unwrap_or_default();
            let names_constants = is_enum && name == "<clinit>";
            let shows = topics().name(&name);
            if !shows.is_empty() && read.methods.len() < TEXTS {
                read.methods.push((name.clone(), shows));
            }
            if let Ok(Some(code)) = self.dex.code(&method) {
                let insns = dex::insns(code.units).map_while(Result::ok);
                for text in self.method(insns, &name, &mut read, &mut boxes) {
                    self.text(text, &name, names_constants, &mut read);
                }
            }
        }
        self.annotations(&class.def, &mut read);
        read.ticked = boxes.finish();
        read.ids.sort_unstable();
        read.ids.dedup();
        read
    }

    /// Follows one method; gives back the texts that it may show.
    fn method(
        &mut self,
        insns: impl Iterator<Item = Insn>,
        name: &str,
        read: &mut ClassRead,
        boxes: &mut Boxes,
    ) -> Vec<u32> {
        let mut follow = Follow::default();
        let mut loaded = Loaded::default();
        for insn in insns {
            loaded.step(&insn, |method| self.hides(method));
            match insn.opcode {
                // const-string, const-string/jumbo
                0x1a | 0x1b => {
                    self.constants = self.constants.saturating_add(1);
                    if let (Some(index), Some(register)) = (insn.index, insn.registers.get(0)) {
                        match self.shows(index) {
                            (hits, _) if hits.is_empty() => {}
                            // What calls the address is no screen.
                            (_, true) => loaded.shown.push(index),
                            _ => loaded.load(register, index),
                        }
                    }
                }
                // const, const/high16
                0x14 | 0x15 => {
                    let id = insn.literal.filter(|number| *number >= FIRST_ID);
                    let id = id.and_then(|number| u32::try_from(number).ok());
                    read.ids.extend(id.filter(|id| self.scan.ids.contains(id)));
                }
                // sget: the number stands in a class of constants
                0x60 => read.ids.extend(insn.index.and_then(|at| self.constant(at))),
                _ => {}
            }
            follow.step(self.dex, &insn, name, boxes);
        }
        loaded.finish()
    }

    /// Whether a method hides what it is given.
    fn hides(&mut self, method: u32) -> bool {
        let (dex, owners) = (self.dex, self.scan.owners);
        let known = self.hides.entry(method);
        *known.or_insert_with(|| shown::hides(dex, owners, method))
    }

    fn text(&mut self, index: u32, method: &str, names_constants: bool, read: &mut ClassRead) {
        let (hits, path) = self.shows(index);
        let known = |text: &CodeText| text.index == index;
        if hits.is_empty() || read.texts.len() >= TEXTS || read.texts.iter().any(known) {
            return;
        }
        let text = self.dex.string(index).unwrap_or_default().into_owned();
        if names_constants && shown::is_identifier(&text) {
            return;
        }
        read.texts.push(CodeText {
            index,
            text,
            hits,
            path,
            method: method.to_owned(),
        });
    }

    fn shows(&mut self, index: u32) -> Shows {
        if let Some(known) = self.known.get(&index) {
            return known.clone();
        }
        let shows = match self.dex.string(index) {
            Ok(text) if is_path(&text) => (topics().url(&text), true),
            Ok(text) if is_key(&text) => (Vec::new(), false),
            Ok(text) => (topics().label(&text), false),
            Err(_) => (Vec::new(), false),
        };
        self.known.insert(index, shows.clone());
        shows
    }

    /// The resource that a static field of `R$string` and the like stands
    /// for.
    fn constant(&self, field: u32) -> Option<u32> {
        let field = self.dex.field(field).ok()?;
        let class = self.dex.type_descriptor(field.class).ok()?;
        let kind = class.strip_suffix(';')?.rsplit_once("/R$")?.1;
        let name = self.dex.string(field.name).ok()?;
        self.scan.by_name.get(&format!("{kind}.{name}")).copied()
    }

    fn method_name(&self, method: u32) -> Option<String> {
        let method = self.dex.method(method).ok()?;
        Some(self.dex.string(method.name).ok()?.into_owned())
    }

    /// Paths of addresses in annotations of methods: how Retrofit is told
    /// them.
    fn annotations(&mut self, def: &ClassDef, read: &mut ClassRead) {
        let Ok(Some(annotations)) = self.dex.annotations(def) else {
            return;
        };
        for (_, set) in annotations.methods().take(ANNOTATED) {
            if self.room == 0 {
                return;
            }
            let Ok(set) = self.dex.annotation_set(set) else {
                continue;
            };
            for item in set.take(ANNOTATED) {
                let Ok(item) = item else {
                    self.room = self.room.saturating_sub(1);
                    continue;
                };
                self.room = self.room.saturating_sub(weight(&item.annotation));
                if self.room == 0 {
                    return;
                }
                for (_, value) in item.annotation.elements {
                    if let EncodedValue::String(index) = value
                        && self.shows(index).1
                    {
                        self.constants = self.constants.saturating_add(1);
                        self.text(index, "", false, read);
                    }
                }
            }
        }
    }
}

/// How many values an annotation has, itself included.
fn weight(annotation: &Annotation) -> usize {
    fn of(value: &EncodedValue) -> usize {
        match value {
            EncodedValue::Array(items) => items.iter().map(of).fold(1, usize::saturating_add),
            EncodedValue::Annotation(annotation) => weight(annotation),
            _ => 1,
        }
    }
    let values = annotation.elements.iter().map(|(_, value)| of(value));
    values.fold(1, usize::saturating_add)
}

/// Boxes of one class: which field holds which view, and what is ticked.
#[derive(Debug, Default)]
struct Boxes {
    fields: FxHashMap<u32, u32>,
    ticked: Vec<(Held, String, String)>,
}

impl Boxes {
    fn finish(self) -> Vec<CodeTick> {
        let Self { fields, ticked } = self;
        let target = |held: Held, name: String| match held {
            Held::View(id) => Target::Id(id),
            Held::Field(field) => fields
                .get(&field)
                .map_or(Target::Field(name), |id| Target::Id(*id)),
            Held::Number(_) => Target::Field(name),
        };
        ticked
            .into_iter()
            .map(|(held, name, method)| CodeTick {
                target: target(held, name),
                method,
            })
            .collect()
    }
}

/// What a register holds.
#[derive(Clone, Copy, Debug)]
enum Held {
    Number(i64),
    View(u32),
    Field(u32),
}

/// Follows views and numbers through one method, instruction by
/// instruction: enough for code that makes a screen.
#[derive(Debug, Default)]
struct Follow {
    held: FxHashMap<u16, Held>,
    result: Option<Held>,
    /// How far a condition that was met reaches.
    condition: u32,
}

impl Follow {
    fn step(&mut self, dex: &Dex<'_>, insn: &Insn, method: &str, boxes: &mut Boxes) {
        let first = insn.registers.get(0);
        let mut result = None;
        match insn.opcode {
            // const
            0x12..=0x15 => self.set(first, insn.literal.map(Held::Number)),
            // move-object, move-result-object
            0x07..=0x09 => {
                let from = insn.registers.get(1).and_then(|from| self.get(from));
                self.set(first, from);
            }
            0x0c => {
                let given = self.result;
                self.set(first, given);
            }
            // check-cast leaves the view what it is
            0x1f => {}
            // if-*
            0x32..=0x3d => {
                let to = insn.target.and_then(|to| u32::try_from(to).ok());
                self.condition = self.condition.max(to.unwrap_or(u32::MAX));
            }
            // iget-object
            0x54 => self.set(first, insn.index.map(Held::Field)),
            // iput-object
            0x5b => {
                let view = first.and_then(|register| self.get(register));
                if let (Some(Held::View(id)), Some(field)) = (view, insn.index) {
                    boxes.fields.insert(field, id);
                }
            }
            // invoke-*
            0x6e..=0x72 | 0x74..=0x78 => {
                result = self.call(dex, insn, method, boxes);
            }
            // Whatever else writes to a register, or only reads it.
            _ => self.set(first, None),
        }
        self.result = result;
    }

    fn call(
        &mut self,
        dex: &Dex<'_>,
        insn: &Insn,
        method: &str,
        boxes: &mut Boxes,
    ) -> Option<Held> {
        let called = dex.method(insn.index?).ok()?;
        let name = dex.string_bytes(called.name).ok()?;
        let argument = |position| insn.registers.get(position).and_then(|at| self.get(at));
        match name {
            b"findViewById" | b"requireViewById" | b"findChildViewById" => {
                let Some(Held::Number(id)) = argument(1) else {
                    return None;
                };
                Some(Held::View(u32::try_from(id).ok()?))
            }
            b"setChecked" => {
                let held = argument(0)?;
                let ticks = matches!(argument(1), Some(Held::Number(1)));
                let room = boxes.ticked.len() < BOXES;
                if ticks && room && insn.at >= self.condition && makes_screen(method) {
                    let field = match held {
                        Held::Field(field) => dex.field(field).ok(),
                        _ => None,
                    };
                    let field = field.and_then(|field| dex.string(field.name).ok());
                    let name = field.map(std::borrow::Cow::into_owned).unwrap_or_default();
                    boxes.ticked.push((held, name, method.to_owned()));
                }
                None
            }
            _ => None,
        }
    }

    fn get(&self, register: u16) -> Option<Held> {
        self.held.get(&register).copied()
    }

    fn set(&mut self, register: Option<u16>, held: Option<Held>) {
        let Some(register) = register else {
            return;
        };
        match held {
            Some(held) => self.held.insert(register, held),
            None => self.held.remove(&register),
        };
    }
}

/// Whether a method runs when a screen is made, and not after a click.
fn makes_screen(method: &str) -> bool {
    MAKES.contains(&method)
        || ["init", "setup", "setUp"]
            .iter()
            .any(|start| method.starts_with(start))
}

#[cfg(test)]
mod tests;
