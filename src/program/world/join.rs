//! From the tables of all DEX files to one world.

use std::sync::Arc;

use super::super::Bytecode;
use super::super::names::{NONE, Names};
use super::{Class, ClassNo, FieldRef, File, Method, MethodRef, Name, Proto, Type, World};
use crate::catalog;
use crate::decode::dex::{ClassDef, Dex, access};
use crate::limits::Limits;

/// What the tables of one file may ask for. Everything in them can point to
/// the same bytes again and again, so that a small file would describe very
/// much; no compiler shares more than a few times.
#[derive(Clone, Copy)]
struct Room {
    /// Bytes of tables.
    tables: usize,
    members: usize,
    units: usize,
    /// Bytes of names.
    names: usize,
    /// Bytes of prototypes.
    protos: usize,
}

/// What the manifest declares classes of.
const DECLARED: [&[u8]; 5] = [
    b"Landroid/app/Application;",
    b"Landroid/app/Activity;",
    b"Landroid/app/Service;",
    b"Landroid/content/BroadcastReceiver;",
    b"Landroid/content/ContentProvider;",
];

impl Room {
    fn of(dex: &Dex<'_>) -> Self {
        const SHARES: usize = 8;
        const LEAST: usize = 1 << 16;
        let size = dex.data().len();
        let shared = size.saturating_mul(SHARES).saturating_add(LEAST);
        Self {
            tables: shared,
            // A method takes three bytes or more, and its name eight.
            members: size / 8 + LEAST,
            units: shared / 2,
            names: shared,
            protos: shared,
        }
    }

    fn take(from: &mut usize, much: usize) -> bool {
        let left = from.checked_sub(much);
        *from = left.unwrap_or(0);
        left.is_some()
    }
}

/// Bytes of the tables of one DEX.
fn tables(dex: &Dex<'_>) -> usize {
    let items = [
        dex.string_count(),
        dex.type_count(),
        dex.proto_count(),
        dex.field_count(),
        dex.method_count(),
    ];
    items.iter().fold(0, |sum: usize, items| {
        sum.saturating_add(items.saturating_mul(4))
    })
}

fn indices(count: usize) -> std::ops::Range<u32> {
    0..u32::try_from(count).unwrap_or(u32::MAX)
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(NONE)
}

impl<'a> World<'a> {
    /// Reads and joins the DEX files of an app.
    pub fn read(files: &'a [Bytecode], limits: &Limits) -> Self {
        let mut world = Self::default();
        for file in files {
            // What cannot be read is a gap of the code already. The parts of
            // a container share its bytes.
            let all = Dex::parse_all(&file.bytes, limits).unwrap_or_default();
            let mut room = all.first().map(Room::of);
            for dex in all {
                if let Some(room) = &mut room {
                    world.add(&file.path, dex, room);
                }
            }
        }
        world.name_above();
        world.take_apart();
        world.join();
        world
    }

    /// Numbers for types of the platform that stand above one that the app
    /// names: an app whose screens are all lists never names the activity.
    /// What the manifest declares is one of the app's too.
    fn name_above(&mut self) {
        for of in DECLARED {
            self.types.add(of);
        }
        for (of, above) in catalog::callbacks().lines() {
            if self.types.get(of.as_bytes()).is_some() {
                for above in above {
                    self.types.add(above.as_bytes());
                }
            }
        }
    }

    /// Adds what one DEX names and defines; of classes with one name the
    /// first counts, as on the device.
    fn add(&mut self, path: &Arc<str>, dex: Dex<'a>, room: &mut Room) {
        if !Room::take(&mut room.tables, tables(&dex)) {
            self.left_out = self.left_out.saturating_add(1);
            return;
        }
        let file = self.named_in(Arc::clone(path), dex, room);
        self.class_of.resize(self.types.len(), NONE);
        for def in file.dex.classes() {
            self.add_class(&file, def, room);
        }
        self.files.push(file);
    }

    /// The tables of names of one DEX.
    fn named_in(&mut self, path: Arc<str>, dex: Dex<'a>, room: &mut Room) -> File<'a> {
        let mut left_out = 0_u32;
        let mut text_of = |index: u32| {
            let text = dex.string_bytes(index).ok()?;
            let fits = Room::take(&mut room.names, text.len());
            left_out = left_out.saturating_add(u32::from(!fits));
            fits.then_some(text)
        };
        let types: Vec<Type> = indices(dex.type_count())
            .map(|index| {
                let text = dex.type_string(index).ok().and_then(&mut text_of);
                text.map_or(NONE, |text| self.types.add(text))
            })
            .collect();
        let of = |index: u32| types.get(index as usize).copied().unwrap_or(NONE);
        // Names repeat from member to member, so that one look-up a string
        // is enough.
        let mut by_string: Vec<Option<Name>> = vec![None; dex.string_count()];
        let mut name = |index: u32, names: &mut Names<'a>| {
            let Some(known) = by_string.get_mut(index as usize) else {
                return NONE;
            };
            *known.get_or_insert_with(|| text_of(index).map_or(NONE, |text| names.add(text)))
        };
        let protos: Vec<u32> = indices(dex.proto_count())
            .map(|index| self.proto(&dex, index, &of, &mut room.protos))
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
                let next = number(self.sigs.len());
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
        self.left_out = self.left_out.saturating_add(left_out);
        File {
            number: number(self.files.len()),
            path,
            dex,
            types,
            methods,
            fields,
        }
    }

    /// A prototype; `room` is what all of them may take in bytes.
    fn proto(
        &mut self,
        dex: &Dex<'a>,
        index: u32,
        of: &impl Fn(u32) -> Type,
        room: &mut usize,
    ) -> u32 {
        let types = || {
            let proto = dex.proto(index).ok()?;
            let list = dex.parameters(&proto).ok()?;
            let few = list.len() <= 255;
            few.then(|| (list.map(of).collect::<Vec<Type>>(), of(proto.return_type)))
        };
        let Some((parameters, result)) = types() else {
            return NONE;
        };
        let all = parameters.iter().chain([&result]);
        let length = all.map(|of| self.types.text(*of).len()).sum();
        if !Room::take(room, length) {
            self.left_out = self.left_out.saturating_add(1);
            return NONE;
        }
        let mut text = vec![b'('];
        for parameter in &parameters {
            text.extend(self.types.text(*parameter));
        }
        text.push(b')');
        text.extend(self.types.text(result));
        if let Some(known) = self.proto_numbers.get(text.as_slice()) {
            return *known;
        }
        let next = number(self.protos.len());
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

    fn add_class(&mut self, file: &File<'a>, def: ClassDef, room: &mut Room) {
        let of = |index: u32| file.types.get(index as usize).copied().unwrap_or(NONE);
        let type_ = of(def.class);
        // What cannot be read is a gap of the code already.
        let class_no: ClassNo = number(self.classes.len());
        match self.class_of.get_mut(type_ as usize) {
            Some(known) if *known == NONE => *known = class_no,
            _ => return,
        }
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
            let sig = named.map_or(NONE, |named| named.sig);
            self.methods.push(Method {
                class: class_no,
                name: self.name_no(sig),
                sig,
                encoded,
            });
        }
        if let Some(methods) = self.methods.get_mut(first..) {
            methods.sort_by_key(|method| (method.name, method.sig));
        }
        let mut interfaces: Vec<Type> = file
            .dex
            .interfaces(&def)
            .map(|list| list.map(of).filter(|of| *of != NONE).take(1 << 8).collect())
            .unwrap_or_default();
        if !Room::take(&mut room.members, interfaces.len()) {
            self.left_out = self.left_out.saturating_add(1);
            interfaces.clear();
        }
        self.classes.push(Class {
            of: type_,
            file: file.number,
            superclass: def.superclass.map_or(NONE, of),
            interfaces,
            methods: number(first)..number(self.methods.len()),
            def,
        });
    }

    /// What follows from all classes together.
    fn join(&mut self) {
        self.class_of.resize(self.types.len(), NONE);
        let with_body = self.methods.iter().filter(|method| {
            let class = self.class(method.class);
            let is_interface = |class: &Class| class.def.access_flags & access::INTERFACE != 0;
            class.is_some_and(is_interface) && !method.is_abstract() && !method.is_static()
        });
        self.defaults = with_body.map(|method| method.sig).collect();
        self.subtypes = vec![Vec::new(); self.types.len()];
        for (class_no, class) in (0..).zip(&self.classes) {
            for above in class.interfaces.iter().chain([&class.superclass]) {
                if let Some(list) = self.subtypes.get_mut(*above as usize) {
                    list.push(class_no);
                }
            }
        }
    }
}
