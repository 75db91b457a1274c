//! Everything that is wanted of one DEX file, in one pass.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::file::{FileRead, gap_kind};
use super::loaders::Loaders;
use super::marks::Marks;
use super::work::{Spent, Work, wide};
use super::{CodeString, Constant, DexFacts, Wanted, members};
use crate::decode::DecodeError;
use crate::decode::dex::{self, ClassDef, Dex, EncodedMethod, Kind};
use crate::evidence::{Anomaly, GapKind, Place};
use crate::limits::Limits;

/// Reads the one DEX of a file, or those of a container.
pub(super) fn read(place: &Place, bytes: &[u8], limits: &Limits, wanted: &Wanted) -> FileRead {
    let all = match Dex::parse_all(bytes, limits) {
        Ok(all) => all,
        Err(error) => {
            let place = place.clone().offset(wide(error.offset));
            return FileRead::unread(place, gap_kind(&error), error.to_string());
        }
    };
    let mut read = FileRead::of(place);
    read.anomalies.extend(trailing_data(place, bytes, &all));
    let mut work = Work::for_file(bytes.len());
    for dex in &all {
        let mut place = place.clone();
        if dex.header().header_offset != 0 {
            place = place.offset(u64::from(dex.header().header_offset));
        }
        let mut pass = Pass {
            dex,
            listed: limits.listed,
            wanted,
            facts: facts(dex, &place, all.len()),
            names: Marks::new(dex.string_count()),
            loaders: Loaders::new(dex.string_count()),
            first_defect: None,
            work: &mut work,
            read: &mut read,
        };
        let spent = pass.classes().and_then(|()| pass.strings()).is_err();
        let Pass {
            facts,
            first_defect,
            ..
        } = pass;
        if let Some(error) = first_defect {
            let detail = format!(
                "{} classes, methods or strings cannot be read; the first: {error}",
                facts.malformed
            );
            read.gap(place.clone(), GapKind::Malformed, detail);
        }
        read.dex.push(facts);
        if spent {
            read.spent(place);
            break;
        }
    }
    read
}

/// The counts that the header gives.
fn facts(dex: &Dex<'_>, place: &Place, in_file: usize) -> DexFacts {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    DexFacts {
        place: place.clone(),
        version: dex.header().version,
        size: if in_file == 1 {
            wide(dex.data().len())
        } else {
            u64::from(dex.header().file_size)
        },
        strings: count(dex.string_count()),
        types: count(dex.type_count()),
        field_refs: count(dex.field_count()),
        method_refs: count(dex.method_count()),
        classes: count(dex.class_count()),
        ..DexFacts::default()
    }
}

/// Bytes after the last DEX: packers keep the hidden code there.
fn trailing_data(place: &Place, bytes: &[u8], all: &[Dex<'_>]) -> Option<Anomaly> {
    let header = all.last()?.header();
    let end = u64::from(header.header_offset).saturating_add(u64::from(header.file_size));
    let end = end.max(match header.version {
        41.. => u64::from(header.container_size),
        _ => 0,
    });
    let more = wide(bytes.len()).checked_sub(end).filter(|n| *n > 0)?;
    Some(Anomaly {
        kind: "dex-trailing-data".to_owned(),
        place: place.clone().offset(end),
        detail: format!("{more} bytes follow the DEX; packers keep hidden code there"),
    })
}

/// Internal names that say nothing about who is inside.
pub(super) fn of_the_platform(name: &str) -> bool {
    [
        "android/",
        "androidx/",
        "java/",
        "javax/",
        "kotlin/",
        "kotlinx/",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}

/// One DEX being read.
struct Pass<'a, 'b> {
    dex: &'a Dex<'a>,
    listed: usize,
    wanted: &'b Wanted,
    facts: DexFacts,
    /// Strings that name a type, a member, a prototype or a source file.
    names: Marks,
    /// Strings that an instruction loads, and by which class.
    loaders: Loaders,
    first_defect: Option<DecodeError>,
    work: &'b mut Work,
    read: &'b mut FileRead,
}

impl Pass<'_, '_> {
    fn classes(&mut self) -> Result<(), Spent> {
        // The DEX of a container may all name the same tables.
        self.work.look(tables(self.dex))?;
        self.read.classes.reserve(self.dex.class_count());
        for class in self.dex.classes() {
            self.work.look(size_of::<[u32; 8]>())?;
            if let Some(file) = class.source_file {
                self.names.set(file);
            }
            self.class_name(&class)?;
            self.methods(&class)?;
        }
        self.named()
    }

    /// Classes that the types name, without the platform's and Kotlin's.
    fn named(&mut self) -> Result<(), Spent> {
        let defined: FxHashSet<u32> = self.dex.classes().map(|class| class.class).collect();
        for index in 0..self.dex.type_count() {
            let Ok(index) = u32::try_from(index) else {
                break;
            };
            self.work.look(size_of::<u32>())?;
            if defined.contains(&index) {
                continue;
            }
            // A type that cannot be read is a defect of what uses it.
            let Ok(descriptor) = self.dex.type_descriptor(index) else {
                continue;
            };
            let class = descriptor.strip_prefix('L');
            if class.is_some_and(|name| !of_the_platform(name)) {
                self.work.keep(descriptor.len())?;
                self.read.named.push(dex::dotted(&descriptor).into_owned());
            }
        }
        Ok(())
    }

    fn class_name(&mut self, class: &ClassDef) -> Result<(), Spent> {
        match self.dex.type_descriptor(class.class) {
            Ok(descriptor) => {
                self.work.keep(descriptor.len())?;
                let name = dex::dotted(&descriptor).into_owned();
                self.members(class, &name)?;
                self.read.classes.push(name);
            }
            Err(error) => self.defect(error),
        }
        Ok(())
    }

    fn members(&mut self, class: &ClassDef, name: &str) -> Result<(), Spent> {
        let Some(wanted) = self.wanted.of(name) else {
            return Ok(());
        };
        for (member, value) in members::in_dex(self.dex, class, wanted, self.work)? {
            let constant = Constant::new(&self.read.file, name, member, value);
            self.work.keep(constant.place.file.len() + name.len())?;
            self.read.members.push(constant);
        }
        Ok(())
    }

    fn methods(&mut self, class: &ClassDef) -> Result<(), Spent> {
        let methods = match self.dex.class_data(class) {
            Ok(None) => return Ok(()),
            Ok(Some(data)) => {
                // A field takes two bytes or more.
                self.work.look(data.field_count() as usize * 2)?;
                data.methods()
            }
            Err(error) => Err(error),
        };
        let methods = match methods {
            Ok(methods) => methods,
            Err(error) => {
                self.defect(error);
                return Ok(());
            }
        };
        for method in methods {
            match method {
                Ok(method) => {
                    self.facts.methods = self.facts.methods.saturating_add(1);
                    self.instructions(&method, class.class)?;
                }
                Err(error) => self.defect(error),
            }
        }
        Ok(())
    }

    fn instructions(&mut self, method: &EncodedMethod, class: u32) -> Result<(), Spent> {
        let code = match self.dex.code(method) {
            Ok(Some(code)) => code,
            Ok(None) => return self.work.look(3),
            Err(error) => {
                self.defect(error);
                return Ok(());
            }
        };
        self.work.look(code.units.len() * 2 + 16)?;
        let mut invokes = 0;
        let loaders = &mut self.loaders;
        let walked = dex::scan(code.units, |event| {
            if event.kind.is_invoke() {
                invokes += 1;
            } else if event.kind == Kind::ConstString {
                loaders.set(event.index, class);
            }
        });
        self.facts.invokes += invokes;
        if let Err(error) = walked {
            self.defect(DecodeError {
                offset: usize::try_from(code.units_offset).unwrap_or(usize::MAX),
                ..error
            });
        }
        Ok(())
    }

    fn strings(&mut self) -> Result<(), Spent> {
        self.mark_names();
        for index in 0..self.facts.strings {
            let loader = self.loaders.of(index);
            if self.names.has(index) && loader.is_none() {
                continue;
            }
            let bytes = match self.dex.string_bytes(index) {
                Ok(bytes) => bytes,
                Err(error) => {
                    self.defect(error);
                    continue;
                }
            };
            self.work.look(bytes.len() + 4)?;
            self.read.searched += 1;
            let (dex, file) = (self.dex, &self.read.file);
            self.read
                .strings
                .look(bytes, self.listed, self.work, || CodeString {
                    text: dex::text(bytes).into_owned(),
                    file: Arc::clone(file),
                    offset: text_offset(dex, index),
                    class: loader.and_then(|class| {
                        let descriptor = dex.type_descriptor(class).ok()?;
                        Some(dex::dotted(&descriptor).as_ref().into())
                    }),
                })?;
        }
        Ok(())
    }

    fn mark_names(&mut self) {
        let dex = self.dex;
        let count = |n: usize| 0..u32::try_from(n).unwrap_or(u32::MAX);
        let types = count(dex.type_count()).flat_map(|index| dex.type_string(index));
        let protos = count(dex.proto_count()).flat_map(|index| dex.proto(index));
        let fields = count(dex.field_count()).flat_map(|index| dex.field(index));
        let methods = count(dex.method_count()).flat_map(|index| dex.method(index));
        types.for_each(|string| self.names.set(string));
        protos.for_each(|proto| self.names.set(proto.shorty));
        fields.for_each(|field| self.names.set(field.name));
        methods.for_each(|method| self.names.set(method.name));
    }

    fn defect(&mut self, error: DecodeError) {
        self.facts.malformed = self.facts.malformed.saturating_add(1);
        self.first_defect.get_or_insert(error);
    }
}

/// Size in bytes of the tables of names.
fn tables(dex: &Dex<'_>) -> usize {
    [
        (dex.string_count(), 4),
        (dex.type_count(), 4),
        (dex.proto_count(), 12),
        (dex.field_count(), 8),
        (dex.method_count(), 8),
    ]
    .into_iter()
    .fold(0, |sum: usize, (count, size)| {
        sum.saturating_add(count.saturating_mul(size))
    })
}

/// Where the text of a string starts: after its length in LEB128.
fn text_offset(dex: &Dex<'_>, index: u32) -> u64 {
    let start = dex.string_offset(index).unwrap_or(0);
    let length = dex
        .data()
        .get(start as usize..)
        .unwrap_or_default()
        .iter()
        .take(4)
        .take_while(|byte| **byte & 0x80 != 0)
        .count();
    u64::from(start) + wide(length) + 1
}
