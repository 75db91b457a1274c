//! What static fields hold before anything is written to them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::summary::Known;
use super::value::LONGEST;
use super::world::{ClassNo, FieldRef, File, MethodNo, Name, World};
use crate::decode::dex::{EncodedValue, access};

/// The start of a static field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Initial {
    pub value: Known,
    /// It stays so.
    pub is_final: bool,
    /// The initialiser of the class may set it.
    pub in_clinit: bool,
}

/// By class, worked out when first asked for.
#[derive(Debug, Default)]
pub(super) struct Statics {
    known: Mutex<FxHashMap<ClassNo, Arc<Fields>>>,
    /// Values read so far: classes can share them, so that few bytes would
    /// ask for very many.
    read: AtomicUsize,
    /// What initialisers of classes set.
    set: Mutex<FxHashMap<MethodNo, Arc<Set>>>,
}

/// Fields and what they are set to, each time.
type Set = FxHashMap<FieldRef, Vec<Known>>;

type Fields = FxHashMap<Name, Initial>;

/// A class with more static fields is a table of resources.
const MOST: u32 = 4096;
/// Values of all classes; the largest apps have some hundred thousand.
const MOST_VALUES: usize = 1 << 24;

impl Statics {
    /// The start of a field of a class that the app defines.
    pub fn of(&self, world: &World<'_>, field: FieldRef) -> Option<Initial> {
        let class = world.class_of(field.class)?;
        world
            .line(class)
            .find_map(|class| self.class(world, class).get(&field.name).cloned())
    }

    /// What the initialiser of a class sets.
    pub fn set_by(
        &self,
        clinit: MethodNo,
        work_out: impl FnOnce() -> Vec<(FieldRef, Known)>,
    ) -> Arc<Set> {
        let known = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&clinit) {
            return Arc::clone(known);
        }
        drop(known);
        let mut set = Set::default();
        for (field, value) in work_out() {
            set.entry(field).or_default().push(value);
        }
        let set = Arc::new(set);
        let mut known = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(clinit).or_insert(set))
    }

    fn class(&self, world: &World<'_>, class: ClassNo) -> Arc<Fields> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&class) {
            return Arc::clone(known);
        }
        drop(known);
        let left = MOST_VALUES.saturating_sub(self.read.load(Ordering::Relaxed));
        let fields = (left > 0).then(|| read(world, class)).flatten();
        let (fields, values) = fields.unwrap_or_default();
        self.read.fetch_add(values, Ordering::Relaxed);
        let fields = Arc::new(fields);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(class).or_insert(fields))
    }
}

/// The static fields of a class, and how many values were read for them.
fn read(world: &World<'_>, class: ClassNo) -> Option<(Fields, usize)> {
    let class_no = class;
    let class = world.class(class)?;
    let file = world.files.get(class.file as usize)?;
    let data = file.dex.class_data(&class.def).ok()??;
    if data.static_fields > MOST {
        return None;
    }
    let clinit = world
        .names
        .get(b"<clinit>")
        .and_then(|name| world.own_named(class_no, name).next())
        .and_then(|method| world.code(world.method(method)?));
    let mut set = FxHashSet::default();
    if let Some(code) = clinit {
        let _ = crate::decode::dex::scan(code.units, |event| {
            if event.kind == crate::decode::dex::Kind::StaticPut {
                set.insert(event.index);
            }
        });
    }
    let values = file.dex.static_values(&class.def).unwrap_or_default();
    let count = values.len().max(1);
    let mut values = values.into_iter();
    let mut fields = Fields::default();
    for field in data.fields().map_while(Result::ok) {
        if !field.is_static {
            break;
        }
        let value = match values.next() {
            None | Some(EncodedValue::Null) => Known::Int(0),
            Some(value) => known(&value, file),
        };
        let Some(named) = file.fields.get(field.field as usize) else {
            continue;
        };
        fields.insert(
            named.name,
            Initial {
                value,
                is_final: field.access_flags & access::FINAL != 0,
                in_clinit: set.contains(&field.field),
            },
        );
    }
    Some((fields, count))
}

fn known(value: &EncodedValue, file: &File<'_>) -> Known {
    match *value {
        EncodedValue::Boolean(set) => Known::Int(i64::from(set)),
        EncodedValue::Byte(number) => Known::Int(number.into()),
        EncodedValue::Short(number) => Known::Int(number.into()),
        EncodedValue::Char(number) => Known::Int(number.into()),
        EncodedValue::Int(number) => Known::Int(number.into()),
        EncodedValue::Long(number) => Known::Int(number),
        EncodedValue::String(index) => {
            let bytes = file.dex.string_bytes(index).unwrap_or_default();
            let text = (bytes.len() <= LONGEST).then(|| file.dex.string(index));
            text.and_then(Result::ok)
                .map_or(Known::Unknown, |text| Known::Text(text.into()))
        }
        _ => Known::Unknown,
    }
}
