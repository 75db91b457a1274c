//! What the facts are made of: the names that a condition may use.
//!
//! The shape is taken from the types themselves, by letting them be
//! deserialised from a source that notes what they ask for. So a new field
//! of the facts is known to conditions at once, a name that does not exist
//! is found without an app at hand, and a sample of the facts to try
//! conditions on comes out as well.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::value::Error;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use crate::evidence::Place;
use crate::facts::Facts;
use crate::manifest::IntentFilter;

/// What a value is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text, a number, a truth value.
    Leaf,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list.
    List(Box<Shape>),
    /// Values by keys that the app chooses.
    Map(Box<Shape>),
    /// Values by these names.
    Record(BTreeMap<&'static str, Shape>),
}

/// Shape of the facts.
pub fn facts() -> &'static Shape {
    static SHAPE: LazyLock<Shape> = LazyLock::new(|| trace::<Facts>(&Sample::FULL.into()).shape);
    &SHAPE
}

/// What a sample of the facts is filled with.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// One item in every list and a value in every option, or none.
    pub items: bool,
    /// Every truth value.
    pub truth: bool,
}

impl Sample {
    /// Everything is there and true.
    pub const FULL: Self = Self {
        items: true,
        truth: true,
    };
    /// Three samples that take a condition through most of its branches.
    pub const ALL: [Self; 3] = [
        Self::FULL,
        Self {
            items: true,
            truth: false,
        },
        Self {
            items: false,
            truth: false,
        },
    ];

    /// Facts filled like this.
    pub fn facts(self) -> Facts {
        trace(&self.into()).value
    }
}

impl Shape {
    /// The shape at a dotted path, or the first name on it that does not
    /// exist, with the names that do.
    pub fn at(&self, path: &str) -> Result<&Self, Unknown<'_>> {
        let mut shape = self;
        for name in path.split('.') {
            shape = match shape {
                Self::Record(fields) => fields.get(name).ok_or_else(|| Unknown {
                    name: name.to_owned(),
                    known: fields.keys().copied().collect(),
                })?,
                Self::Map(values) => values,
                Self::Leaf | Self::Word(_) | Self::List(_) => return Ok(shape),
            };
        }
        Ok(shape)
    }
}

/// A name that does not exist.
#[derive(Debug, PartialEq, Eq)]
pub struct Unknown<'a> {
    /// The name.
    pub name: String,
    /// The names that exist in its place.
    pub known: Vec<&'a str>,
}

/// How a type is filled while it is traced.
#[derive(Clone, Debug)]
pub(crate) enum Filling {
    /// The same everywhere.
    Sample(Sample),
    /// As little as there can be, but for what is on the way to this path:
    /// `inputs[].gaps[]`.
    Way(String),
}

impl From<Sample> for Filling {
    fn from(sample: Sample) -> Self {
        Self::Sample(sample)
    }
}

impl Filling {
    /// Whether the list, map or option at a path holds something. `step` is
    /// what leads into it.
    fn fills(&self, path: &str, step: &str) -> bool {
        match self {
            Self::Sample(sample) => sample.items,
            Self::Way(way) => {
                let into = format!("{path}{step}");
                let rest = way.strip_prefix(into.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            }
        }
    }

    fn truth(&self) -> bool {
        matches!(self, Self::Sample(sample) if sample.truth)
    }

    fn text(&self) -> &'static str {
        match self {
            Self::Sample(_) => "a.example",
            Self::Way(_) => "",
        }
    }
}

/// What tracing a type gave.
#[derive(Debug)]
pub(crate) struct Traced<T> {
    /// A value.
    pub value: T,
    /// What it is made of.
    pub shape: Shape,
    /// Names of the types of its records, by path.
    pub names: BTreeMap<String, &'static str>,
}

/// Fills a type and notes its shape.
///
/// # Panics
///
/// If the type reads itself in a way that is not foreseen here: a flattened
/// field without an entry in [`exemplar`]. A test traces the facts.
pub(crate) fn trace<T: for<'de> Deserialize<'de>>(filling: &Filling) -> Traced<T> {
    let mut shape = Shape::Leaf;
    let names = RefCell::default();
    let tracer = Tracer {
        shape: &mut shape,
        path: String::new(),
        filling,
        names: &names,
    };
    match T::deserialize(tracer) {
        Ok(value) => Traced {
            value,
            shape,
            names: names.into_inner(),
        },
        Err(error) => panic!("the type cannot be traced: {error}"),
    }
}

/// Value and shape for types that do not ask for their fields by name
/// (`#[serde(flatten)]`), by the path of the value.
fn exemplar(path: &str, filling: &Filling) -> Option<(serde_json::Value, Shape)> {
    (path == "queries[]" || path.ends_with(".queries[]")).then(|| {
        let filter = trace::<IntentFilter>(&Sample::FULL.into()).shape;
        let place = trace::<Place>(filling);
        let value = serde_json::json!({ "kind": "package", "name": "a", "place": place.value });
        let shape = Shape::Record(BTreeMap::from([
            ("kind", Shape::Word(&["package", "intent", "provider"])),
            ("name", Shape::Leaf),
            ("authority", Shape::Leaf),
            ("filter", filter),
            ("place", place.shape),
        ]));
        (value, shape)
    })
}

/// A source that gives whatever is asked for, and notes it.
struct Tracer<'a> {
    shape: &'a mut Shape,
    path: String,
    filling: &'a Filling,
    names: &'a RefCell<BTreeMap<String, &'static str>>,
}

impl<'a> Tracer<'a> {
    fn below<'b>(&self, shape: &'b mut Shape, step: &str) -> Tracer<'b>
    where
        'a: 'b,
    {
        Tracer {
            shape,
            path: format!("{}{step}", self.path),
            filling: self.filling,
            names: self.names,
        }
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        *self.shape = Shape::Leaf;
        visitor.visit_str(self.filling.text())
    }
}

/// Numbers and texts: the same leaf each, with its own sample.
macro_rules! leaves {
    ($($method:ident $visit:ident $($value:expr)?),+ $(,)?) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            *self.shape = Shape::Leaf;
            visitor.$visit($($value)?)
        })+
    };
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Error;

    leaves! {
        deserialize_any visit_unit,
        deserialize_i8 visit_i8 1,
        deserialize_i16 visit_i16 1,
        deserialize_i32 visit_i32 1,
        deserialize_i64 visit_i64 1,
        deserialize_u8 visit_u8 1,
        deserialize_u16 visit_u16 1,
        deserialize_u32 visit_u32 1,
        deserialize_u64 visit_u64 1,
        deserialize_f32 visit_f32 1.0,
        deserialize_f64 visit_f64 1.0,
        deserialize_char visit_char 'a',
        deserialize_bytes visit_bytes &[],
        deserialize_byte_buf visit_bytes &[],
        deserialize_unit visit_unit,
        deserialize_ignored_any visit_unit,
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.text(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.text(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        *self.shape = Shape::Leaf;
        visitor.visit_bool(self.filling.truth())
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.filling.fills(&self.path, "") {
            visitor.visit_some(self)
        } else {
            visitor.visit_none()
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut item = Shape::Leaf;
        let value = visitor.visit_seq(Items {
            tracer: self.below(&mut item, "[]"),
            left: usize::from(self.filling.fills(&self.path, "[]")),
        });
        *self.shape = Shape::List(Box::new(item));
        value
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        let mut item = Shape::Leaf;
        let value = visitor.visit_seq(Items {
            tracer: self.below(&mut item, "[]"),
            left: len,
        });
        *self.shape = Shape::List(Box::new(item));
        value
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Some((value, shape)) = exemplar(&self.path, self.filling) {
            *self.shape = shape;
            return value.deserialize_map(visitor).map_err(Error::custom);
        }
        let mut item = Shape::Leaf;
        let value = visitor.visit_map(Fields {
            tracer: self.below(&mut item, ".*"),
            names: if self.filling.fills(&self.path, ".*") {
                &["a"]
            } else {
                &[]
            },
            found: BTreeMap::new(),
            into: None,
        });
        *self.shape = Shape::Map(Box::new(item));
        value
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.names.borrow_mut().insert(self.path.clone(), name);
        let mut unused = Shape::Leaf;
        let tracer = self.below(&mut unused, "");
        let mut found = BTreeMap::new();
        let value = visitor.visit_map(Fields {
            tracer,
            names: fields,
            found: BTreeMap::new(),
            into: Some(&mut found),
        });
        *self.shape = Shape::Record(found);
        value
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.shape = Shape::Word(variants);
        let first = variants
            .first()
            .ok_or_else(|| Error::custom("an enum of nothing"))?;
        visitor.visit_enum(Choice {
            first,
            tracer: self,
        })
    }
}

struct Items<'a> {
    tracer: Tracer<'a>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let path = self.tracer.path.clone();
        let tracer = Tracer {
            shape: self.tracer.shape,
            path,
            filling: self.tracer.filling,
            names: self.tracer.names,
        };
        seed.deserialize(tracer).map(Some)
    }
}

/// Fields of a record (`into` takes their shapes), or the one entry of a map.
struct Fields<'a, 'b> {
    tracer: Tracer<'a>,
    names: &'static [&'static str],
    found: BTreeMap<&'static str, Shape>,
    into: Option<&'b mut BTreeMap<&'static str, Shape>>,
}

impl<'de> MapAccess<'de> for Fields<'_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.names.first() else {
            if let Some(into) = &mut self.into {
                **into = std::mem::take(&mut self.found);
            }
            return Ok(None);
        };
        let name: &str = name;
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some((name, rest)) = self.names.split_first() else {
            return Err(Error::custom("a value without a name"));
        };
        self.names = rest;
        let mut shape = Shape::Leaf;
        let separator = if self.tracer.path.is_empty() { "" } else { "." };
        let value = seed.deserialize(self.tracer.below(&mut shape, &format!("{separator}{name}")));
        *self.tracer.shape = shape.clone();
        self.found.insert(name, shape);
        value
    }
}

struct Choice<'a> {
    first: &'static str,
    tracer: Tracer<'a>,
}

impl<'de, 'a> EnumAccess<'de> for Choice<'a> {
    type Error = Error;
    type Variant = Content<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Content<'a>), Error> {
        let variant = seed.deserialize(self.first.into_deserializer())?;
        Ok((variant, Content(self.tracer)))
    }
}

/// What a variant carries.
struct Content<'a>(Tracer<'a>);

impl<'de> VariantAccess<'de> for Content<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_struct("", fields, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_of_the_facts_can_be_made() {
        for sample in Sample::ALL {
            let facts = sample.facts();
            assert_eq!(facts.components.len(), usize::from(sample.items));
            assert_eq!(facts.queries.len(), usize::from(sample.items));
        }
    }

    #[test]
    fn the_shape_knows_fields_of_items_and_words_of_kinds() {
        let Shape::Record(fields) = facts() else {
            panic!("{:?}", facts())
        };
        let Shape::List(component) = &fields["components"] else {
            panic!("{:?}", fields["components"])
        };
        assert_eq!(component.at("place.file"), Ok(&Shape::Leaf));
        let kind = component.at("kind").unwrap();
        assert!(matches!(kind, Shape::Word(words) if words.contains(&"receiver")));
        assert!(matches!(facts().at("queries"), Ok(Shape::List(_))));
    }

    #[test]
    fn a_name_that_does_not_exist_comes_back_with_those_that_do() {
        let unknown = facts().at("application.debugable").unwrap_err();
        assert_eq!(unknown.name, "debugable");
        assert!(unknown.known.contains(&"debuggable"));
    }

    #[test]
    fn keys_that_the_app_chooses_are_free() {
        assert_eq!(facts().at("strings.locales.zh-CN"), Ok(&Shape::Leaf));
    }
}
