//! The JSON Schema of the result, made from the types themselves: what they
//! read says which fields there are, and what they write which of them are
//! always there and of which type they are.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::result::{RunResult, SCHEMA_VERSION};
use crate::check::{Filling, Sample, Shape, trace};

/// What a few records are, for readers of the schema.
const ABOUT: [(&str, &str); 13] = [
    (
        "Anomaly",
        "A trick or defect of a file format that Android tolerates.",
    ),
    ("Bilingual", "One text in both languages."),
    ("Evidence", "One thing that was seen, and where."),
    (
        "Facts",
        "Everything known about one input; written by inspect, and by check if a format asks for it.",
    ),
    (
        "Finding",
        "One statement of one check on one input. Only violations and risks claim a problem.",
    ),
    (
        "Gap",
        "Something that could not be looked at. A gap is never an absence.",
    ),
    ("Gate", "What was decided, and on what."),
    (
        "Input",
        "One input; with an error if it could not be analysed.",
    ),
    (
        "Place",
        "Where something was seen: a file inside the input, narrowed down as far as its format allows.",
    ),
    ("Ran", "A check that ran."),
    ("Selected", "Which checks ran."),
    ("Summary", "The facts that head every report."),
    (
        "Tool",
        "The program that wrote the result, and its check set.",
    ),
];

/// The schema, as it is checked in under `schemas/`. Fields that are not
/// named may be added without a new version.
pub fn render() -> String {
    let full = trace::<RunResult>(&Sample::FULL.into());
    let bare = trace::<RunResult>(
        &Sample {
            items: false,
            truth: false,
        }
        .into(),
    );
    let value = |result: &RunResult| serde_json::to_value(result).unwrap_or_default();
    let mut writer = Writer {
        full: value(&full.value),
        bare: value(&bare.value),
        names: full.names,
        definitions: BTreeMap::new(),
    };
    let root = writer.schema(&full.shape, "");
    // The root is a record like all others, and its version is fixed.
    let name = root.get("$ref").and_then(Value::as_str).unwrap_or_default();
    let name = name.trim_start_matches("#/$defs/").to_owned();
    let mut root = writer.definitions.remove(&name).unwrap_or(root);
    if let Some(version) = root.pointer_mut("/properties/schema_version") {
        *version = json!({ "const": SCHEMA_VERSION });
    }
    let mut schema = Map::from_iter([
        (
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        ),
        (
            "title".to_owned(),
            format!("Result of apkaudit, schema version {SCHEMA_VERSION}").into(),
        ),
    ]);
    if let Value::Object(fields) = root {
        schema.extend(fields);
    }
    let definitions: Map<String, Value> = writer.definitions.into_iter().collect();
    schema.insert("$defs".to_owned(), definitions.into());
    super::json::pretty(&Value::from(schema))
}

struct Writer {
    /// A result in which everything is there.
    full: Value,
    /// One in which nothing is there that may be missing.
    bare: Value,
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
        let result = trace::<RunResult>(&Filling::Way(path.to_owned())).value;
        let result = serde_json::to_value(&result).unwrap_or_default();
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
        for number in 1.. {
            let name = if number == 1 {
                name.to_owned()
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
