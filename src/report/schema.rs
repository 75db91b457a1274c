//! The JSON Schemas of the result and of the difference of two, made from
//! the types themselves: what they read says which fields there are, and what
//! they write which of them are always there and of which type they are.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::result::{RunResult, SCHEMA_VERSION};
use crate::check::{Filling, Sample, Shape, trace};
use crate::diff::{DIFF_VERSION, Diff};

/// What a few records are, for readers of the schema.
const ABOUT: [(&str, &str); 19] = [
    (
        "Anomaly",
        "A trick or defect of a file format that Android tolerates.",
    ),
    ("Bilingual", "One text in both languages."),
    (
        "Changes",
        "What changed of one kind of thing. What a side could not see in full is never taken for gone.",
    ),
    ("Evidence", "One thing that was seen, and where."),
    (
        "FactChanges",
        "What the facts of both sides tell; null if a side was saved without them.",
    ),
    (
        "Facts",
        "Everything known about one input; written by inspect, and by check if a format asks for it.",
    ),
    (
        "Finding",
        "One statement of one check on one input. Only violations and risks claim a problem.",
    ),
    (
        "FindingChanges",
        "What became of the findings; null if a side was not checked.",
    ),
    (
        "Gap",
        "Something that could not be looked at. A gap is never an absence.",
    ),
    ("Gate", "What was decided, and on what."),
    (
        "Grown",
        "A finding that is graver, or about more, than it was.",
    ),
    ("Head", "One of the two sides."),
    (
        "Input",
        "One input; with an error if it could not be analysed.",
    ),
    (
        "Place",
        "Where something was seen: a file inside the input, narrowed down as far as its format allows.",
    ),
    (
        "Missing",
        "What a side does not have, so that it was not compared.",
    ),
    ("Ran", "A check that ran."),
    ("Selected", "Which checks ran."),
    ("Summary", "The facts that head every report."),
    (
        "Tool",
        "The program that wrote the result, and its check set.",
    ),
];

/// A file of `schemas/`: its name and its text.
pub type File = (&'static str, String);

/// The schemas as they are checked in. Fields that are not named may be added
/// without a new version.
pub fn files() -> [File; 2] {
    [
        (
            "result.schema.json",
            schema::<RunResult>(
                "Result of apkaudit, schema",
                "schema_version",
                SCHEMA_VERSION,
            ),
        ),
        (
            "diff.schema.json",
            schema::<Diff>("Difference by apkaudit, diff", "diff_version", DIFF_VERSION),
        ),
    ]
}

/// The schema of what a type writes. `title` is what it is, `field` holds its
/// version.
fn schema<T: Serialize + DeserializeOwned>(title: &str, field: &str, version: u32) -> String {
    let full = trace::<T>(&Sample::FULL.into());
    let bare = Sample {
        items: false,
        truth: false,
    };
    let mut writer = Writer {
        full: serde_json::to_value(&full.value).unwrap_or_default(),
        bare: filled::<T>(&bare.into()),
        filled: filled::<T>,
        names: full.names,
        definitions: BTreeMap::new(),
    };
    let root = writer.schema(&full.shape, "");
    // The root is a record like all others, and its version is fixed.
    let name = root.get("$ref").and_then(Value::as_str).unwrap_or_default();
    let name = name.trim_start_matches("#/$defs/").to_owned();
    let mut root = writer.definitions.remove(&name).unwrap_or(root);
    if let Some(fixed) = root.pointer_mut(&format!("/properties/{field}")) {
        *fixed = json!({ "const": version });
    }
    let mut schema = Map::from_iter([
        (
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        ),
        (
            "title".to_owned(),
            format!("{title} version {version}").into(),
        ),
    ]);
    if let Value::Object(fields) = root {
        schema.extend(fields);
    }
    let definitions: Map<String, Value> = writer.definitions.into_iter().collect();
    schema.insert("$defs".to_owned(), definitions.into());
    super::json::pretty(&Value::from(schema))
}

/// What a type writes that is filled like this.
fn filled<T: Serialize + DeserializeOwned>(filling: &Filling) -> Value {
    serde_json::to_value(trace::<T>(filling).value).unwrap_or_default()
}

struct Writer {
    /// A value in which everything is there.
    full: Value,
    /// One in which nothing is there that may be missing.
    bare: Value,
    /// The same, filled another way.
    filled: fn(&Filling) -> Value,
    names: BTreeMap<String, &'static str>,
    definitions: BTreeMap<String, Value>,
}

impl Writer {
    fn schema(&mut self, shape: &Shape, path: &str) -> Value {
        match shape {
            Shape::Leaf => match at(&self.full, path) {
                Some(Value::String(_)) => json!({ "type": "string" }),
                Some(Value::Bool(_)) => json!({ "type": "boolean" }),
                Some(Value::Number(number)) if number.is_f64() => json!({ "type": "number" }),
                Some(Value::Number(_)) => json!({ "type": "integer" }),
                _ => json!({}),
            },
            Shape::Word(words) => json!({ "enum": words }),
            Shape::List(item) => {
                let item = self.schema(item, &format!("{path}[]"));
                json!({ "type": "array", "items": item })
            }
            Shape::Map(item) => {
                let item = self.schema(item, &format!("{path}.*"));
                json!({ "type": "object", "additionalProperties": item })
            }
            Shape::Record(fields) => {
                let record = self.record(fields, path);
                match self.names.get(path).copied() {
                    Some(name) => self.defined(name, record),
                    None => record,
                }
            }
        }
    }

    fn record(&mut self, fields: &BTreeMap<&'static str, Shape>, path: &str) -> Value {
        let written = self.written(path);
        let mut properties = Map::new();
        for (name, shape) in fields {
            let below = if path.is_empty() {
                (*name).to_owned()
            } else {
                format!("{path}.{name}")
            };
            let mut schema = self.schema(shape, &below);
            if written.get(*name).is_some_and(Value::is_null) {
                schema = json!({ "anyOf": [schema, { "type": "null" }] });
            }
            properties.insert((*name).to_owned(), schema);
        }
        let required: Vec<&String> = written.keys().collect();
        json!({ "type": "object", "properties": properties, "required": required })
    }

    /// The record at a path as it is written when nothing is in it that may
    /// be missing.
    fn written(&self, path: &str) -> Map<String, Value> {
        let there = at(&self.bare, path).and_then(Value::as_object);
        if let Some(there) = there {
            return there.clone();
        }
        let result = (self.filled)(&Filling::Way(path.to_owned()));
        let there = at(&result, path).and_then(Value::as_object);
        there.cloned().unwrap_or_default()
    }

    /// A reference to a record by the name of its type; types of the same
    /// name in different rooms get a number.
    fn defined(&mut self, name: &str, mut record: Value) -> Value {
        let about = ABOUT.iter().find(|(known, _)| *known == name);
        if let (Some((_, about)), Some(fields)) = (about, record.as_object_mut()) {
            fields.insert("description".to_owned(), (*about).into());
        }
        let name = match held(name, &record) {
            Some(held) => format!("{held}{name}"),
            None => name.to_owned(),
        };
        for number in 1.. {
            let name = if number == 1 {
                name.clone()
            } else {
                format!("{name}{number}")
            };
            let known = self.definitions.entry(name.clone());
            if *known.or_insert_with(|| record.clone()) == record {
                return json!({ "$ref": format!("#/$defs/{name}") });
            }
        }
        record
    }
}

/// What a type holds that is written once for all that it can hold.
fn held<'r>(name: &str, record: &'r Value) -> Option<&'r str> {
    let held = match name {
        "Changes" => "/properties/new/items/$ref",
        "Changed" => "/properties/new/$ref",
        _ => return None,
    };
    let held = record.pointer(held).and_then(Value::as_str)?;
    held.rsplit('/').next()
}

/// The value at a path of shapes: `findings[].text.zh`, `strings.*`.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let mut value = value;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let name = step.trim_end_matches("[]");
        value = match name {
            "" => value,
            "*" => value.as_object()?.values().next()?,
            name => value.get(name)?,
        };
        for _ in 0..(step.len() - name.len()) / 2 {
            value = value.get(0)?;
        }
    }
    Some(value)
}
