//! The checked-in schemas: they are those of the types, and what the program
//! writes is as they say, to the last field.

use std::fs;

use apkaudit::catalog::Lang;
use apkaudit::diff;
use apkaudit::report::{DiffFormat, Format, Input, RunResult, render_diff, schema};
use serde_json::Value;

use super::{checked, facts, json};

const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas");

#[test]
fn the_schemas_on_disk_are_those_of_the_types() {
    for (name, text) in schema::files() {
        assert!(
            fs::read_to_string(format!("{SCHEMAS}/{name}")).unwrap() == text,
            "{name}: run `cargo run -- generate schemas`"
        );
    }
}

#[test]
fn what_check_writes_is_as_the_schema_says() {
    let result = checked(&[
        "fixtures/apps/shop/shop.apk",
        "fixtures/hostile/truncated.apk",
        "fixtures/apps/bundle/bundle.aab",
    ]);
    assert_eq!(mistakes(&json(&result, Format::Json)), [""; 0]);
}

#[test]
fn what_inspect_writes_is_as_the_schema_says() {
    for path in [
        "fixtures/apps/many/many.xapk",
        "fixtures/apps/library/library.aar",
    ] {
        let facts = facts(path).unwrap();
        let mut input = Input::analysed(path.to_owned(), &facts);
        input.facts = Some(Box::new(facts));
        let result = RunResult::new("1".to_owned(), vec![input], Vec::new(), None);
        assert_eq!(mistakes(&json(&result, Format::Json)), [""; 0], "{path}");
    }
}

#[test]
fn what_diff_writes_is_as_the_schema_says() {
    let shop = checked(&["fixtures/apps/shop/shop.apk"]);
    let books = checked(&["fixtures/apps/clean-shop/clean-shop.apk"]);
    let lost = checked(&["fixtures/apps/planted/no-account-closure/plain.apk"]);
    let mut bare = books.clone();
    bare.inputs[0].facts = None;
    for (old, new) in [(&books, &lost), (&books, &shop), (&shop, &bare)] {
        let diff = diff::diff(&old.side(), &new.side());
        let text = render_diff(&diff, DiffFormat::Json, Lang::En, 100);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert!(!value["findings"].is_null(), "they were checked");
        assert_eq!(mistakes_by("diff.schema.json", &value), [""; 0]);
    }
}

#[test]
fn the_schema_of_a_difference_refuses_what_is_none() {
    let books = checked(&["fixtures/apps/clean-shop/clean-shop.apk"]);
    let diff = diff::diff(&books.side(), &books.side());
    let mut value = serde_json::to_value(&diff).unwrap();
    value["diff_version"] = 2.into();
    value["facts"]["sdks"]
        .as_object_mut()
        .unwrap()
        .remove("same");
    value["missing"] = serde_json::json!([{ "side": "left", "what": "facts" }]);
    let mistakes = mistakes_by("diff.schema.json", &value);
    // What may be null fits none of its forms, whatever is wrong within.
    assert_eq!(mistakes.len(), 3, "{mistakes:?}");
}

#[test]
fn the_schema_refuses_what_is_not_a_result() {
    let mut result = json(&checked(&["fixtures/apps/clean/clean.apk"]), Format::Json);
    result["schema_version"] = 2.into();
    result["findings"][0]["verdict"] = "guilty".into();
    result["tool"].as_object_mut().unwrap().remove("name");
    let mistakes = mistakes(&result);
    assert_eq!(mistakes.len(), 3, "{mistakes:?}");
}

/// What is not as the schema says. Knows what our schema is made of, and is
/// stricter than it: a field that is not named is a mistake.
fn mistakes_by(schema: &str, value: &Value) -> Vec<String> {
    let schema = fs::read_to_string(format!("{SCHEMAS}/{schema}")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let mut found = Vec::new();
    check(&schema, &schema, value, "", &mut found);
    found
}

fn mistakes(result: &Value) -> Vec<String> {
    mistakes_by("result.schema.json", result)
}

fn check(root: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let mut wrong = |what: String| found.push(format!("{path}: {what}"));
    for (word, rule) in schema.as_object().unwrap() {
        match word.as_str() {
            "$ref" => {
                let pointer = rule.as_str().unwrap().trim_start_matches('#');
                check(root, root.pointer(pointer).unwrap(), value, path, found);
                return;
            }
            "const" if rule != value => wrong(format!("{value} is not {rule}")),
            "enum" if !rule.as_array().unwrap().contains(value) => {
                wrong(format!("{value} is none of {rule}"));
            }
            "type" if !is(rule.as_str().unwrap(), value) => wrong(format!("is no {rule}")),
            "anyOf" => {
                let fits = |rule: &Value| {
                    let mut found = Vec::new();
                    check(root, rule, value, path, &mut found);
                    found.is_empty()
                };
                if !rule.as_array().unwrap().iter().any(fits) {
                    wrong("fits none".to_owned());
                }
            }
            "required" => {
                for name in rule.as_array().unwrap() {
                    if value.get(name.as_str().unwrap()).is_none() {
                        wrong(format!("{name} is missing"));
                    }
                }
            }
            "const"
            | "enum"
            | "type"
            | "properties"
            | "items"
            | "additionalProperties"
            | "description"
            | "title"
            | "$schema"
            | "$defs" => {}
            other => panic!("{other} is not known here"),
        }
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        let below = format!("{path}.{name}");
        let rule = schema
            .get("properties")
            .and_then(|fields| fields.get(name))
            .or_else(|| schema.get("additionalProperties"));
        match rule {
            Some(rule) => check(root, rule, inner, &below, found),
            None if schema.get("properties").is_some() => {
                found.push(format!("{below}: is not in the schema"));
            }
            None => {}
        }
    }
    if let Some(rule) = schema.get("items") {
        for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
            check(root, rule, inner, &format!("{path}[{index}]"), found);
        }
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("{other} is no type"),
    }
}
