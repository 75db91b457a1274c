//! What the manifest says under names of an app's or a library's own: code
//! asks for it when it runs, and libraries are switched on and off there.

use rustc_hash::FxHashMap;

use super::names::NONE;
use super::value::{Texts, Value};
use crate::manifest::{ManifestFacts, MetaData};

/// The meta-data of the application and of its components.
#[derive(Clone, Debug, Default)]
pub(super) struct Meta {
    /// That of the application first.
    all: Vec<FxHashMap<String, Datum>>,
    /// By class of a component.
    components: FxHashMap<String, u32>,
}

/// The number of the application in [`Meta`].
pub(super) const APPLICATION: u32 = 0;

/// What stands under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Datum {
    Text(String),
    Flag(bool),
    Number(i64),
    /// The number of a resource, or what cannot be read.
    Unknown,
}

/// Types of resources as they stand in references.
const RESOURCES: [&str; 21] = [
    "anim",
    "animator",
    "array",
    "attr",
    "bool",
    "color",
    "dimen",
    "drawable",
    "font",
    "id",
    "integer",
    "layout",
    "menu",
    "mipmap",
    "navigation",
    "plurals",
    "raw",
    "string",
    "style",
    "transition",
    "xml",
];

impl Datum {
    fn of(value: Option<&str>) -> Self {
        let Some(text) = value else {
            return Self::Unknown;
        };
        let is_resource = |(kind, _): (&str, &str)| RESOURCES.contains(&kind);
        if text.starts_with(['@', '?'])
            || text.contains("${")
            || text.split_once('/').is_some_and(is_resource)
        {
            return Self::Unknown;
        }
        match text {
            "true" => Self::Flag(true),
            "false" => Self::Flag(false),
            _ => text
                .parse::<i32>()
                .map_or_else(|_| Self::Text(text.to_owned()), |n| Self::Number(n.into())),
        }
    }
}

impl Meta {
    /// As the manifest has it.
    pub fn new(manifest: &ManifestFacts) -> Self {
        let read = |list: &[MetaData]| {
            let all = list.iter();
            all.map(|one| (one.name.clone(), Datum::of(one.value.as_deref())))
                .collect()
        };
        let mut meta = Self {
            all: vec![read(&manifest.application.meta_data)],
            components: FxHashMap::default(),
        };
        for component in &manifest.components {
            let number = u32::try_from(meta.all.len()).unwrap_or(NONE);
            meta.components.insert(component.class.clone(), number);
            meta.all.push(read(&component.meta_data));
        }
        meta
    }

    /// The number of a component.
    pub fn component(&self, class: &str) -> Option<u32> {
        self.components.get(class).copied()
    }

    /// What a method of the bundle gives for a name, or if there is nothing
    /// under it. A number or flag that is asked for as an object, or as a
    /// text, is not known.
    pub fn get(
        &self,
        of: u32,
        method: &[u8],
        name: &str,
        otherwise: Value,
        texts: &mut Texts,
    ) -> Value {
        let Some(data) = self.all.get(of as usize) else {
            return Value::Unknown;
        };
        let datum = data.get(name);
        match (method, datum) {
            (b"containsKey", _) => Value::Int(datum.is_some().into()),
            (_, None) => otherwise,
            (b"getBoolean", Some(Datum::Flag(flag))) => Value::Int((*flag).into()),
            (b"getInt", Some(Datum::Number(number))) => Value::Int(*number),
            (b"get" | b"getString" | b"getCharSequence", Some(Datum::Text(text))) => {
                Value::Text(texts.add(text))
            }
            _ => Value::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_for_what_it_looks_like() {
        let of = |text| Datum::of(Some(text));
        assert_eq!(of("false"), Datum::Flag(false));
        assert_eq!(of("12"), Datum::Number(12));
        assert_eq!(of("UA-1/2"), Datum::Text("UA-1/2".to_owned()));
        for unknown in ["@0x7f010203", "?0x7f010203", "xml/paths", "${key}"] {
            assert_eq!(of(unknown), Datum::Unknown, "{unknown}");
        }
        assert_eq!(Datum::of(None), Datum::Unknown);
    }

    #[test]
    fn what_is_not_there_gives_the_other_value() {
        let mut manifest = ManifestFacts::default();
        manifest.application.meta_data.push(MetaData {
            name: "com.example.OPENS".to_owned(),
            value: Some("false".to_owned()),
            place: crate::evidence::Place::default(),
        });
        let meta = Meta::new(&manifest);
        let mut texts = Texts::default();
        let mut get =
            |method: &[u8], name| meta.get(APPLICATION, method, name, Value::Int(1), &mut texts);
        assert_eq!(get(b"getBoolean", "com.example.OPENS"), Value::Int(0));
        assert_eq!(get(b"getString", "com.example.OPENS"), Value::Unknown);
        assert_eq!(get(b"getBoolean", "com.example.CLOSES"), Value::Int(1));
        assert_eq!(get(b"containsKey", "com.example.CLOSES"), Value::Int(0));
        assert_eq!(
            meta.get(1, b"get", "x", Value::Int(0), &mut texts),
            Value::Unknown
        );
    }
}
