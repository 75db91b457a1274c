//! Classes that files of a package name for cross-platform frameworks.

use serde_json::Value;

use super::app::{Table, resource_files};
use crate::catalog::{self, ScriptFile};
use crate::container::{Entry, Module, Package};
use crate::decode::plainxml;
use crate::decode::xml::{self, Document};
use crate::evidence::{Gap, GapKind, Part};
use crate::limits::Limits;
use crate::program::{Phase, Registered};

/// Such a file is small; one that is not is no list of plugins.
const LARGEST: u64 = 4 << 20;

/// Classes that are named, sorted, and files that could not be read.
pub fn read(package: &Package, tables: &[Table], limits: &Limits) -> (Vec<Registered>, Vec<Gap>) {
    let mut classes = Vec::new();
    let mut gaps = Vec::new();
    for known in &catalog::script_entries().files {
        let files = match known.path.strip_prefix("xml/") {
            Some(name) => resource_files(tables.iter().map(|t| &t.resources), "xml", name, None),
            None => vec![known.path.clone()],
        };
        for module in &package.modules {
            let Some(entry) = files.iter().find_map(|file| module.entry(file)) else {
                continue;
            };
            let named = (entry.size <= LARGEST)
                .then(|| named(known, module, entry, limits))
                .flatten();
            match named {
                Some(named) => classes.extend(named),
                None => gaps.push(Gap {
                    part: Part::Code,
                    kind: GapKind::Malformed,
                    place: module.place(entry),
                    detail: "classes that it names for a framework cannot be read".to_owned(),
                }),
            }
        }
    }
    classes.sort();
    classes.dedup();
    classes.truncate(limits.listed);
    (classes, gaps)
}

/// The classes that a file names; `None` if it cannot be read.
fn named(
    known: &ScriptFile,
    module: &Module,
    entry: &Entry,
    limits: &Limits,
) -> Option<Vec<Registered>> {
    if let Some(element) = &known.element {
        let document = document(known, module, entry, limits)?;
        return Some(in_xml(known, element, &document));
    }
    let bytes = module.content(entry).ok()?;
    let json: Value = serde_json::from_slice(&bytes).ok()?;
    Some(in_json(known, &json))
}

/// Files among the assets are plain text in every kind of package.
fn document(
    known: &ScriptFile,
    module: &Module,
    entry: &Entry,
    limits: &Limits,
) -> Option<Document> {
    if known.path.starts_with("assets/") {
        let bytes = module.content(entry).ok()?;
        return plainxml::parse(&bytes, limits).ok();
    }
    module.xml(entry, limits).ok()
}

fn in_xml(known: &ScriptFile, element: &str, document: &Document) -> Vec<Registered> {
    let mut classes = Vec::new();
    let mut waiting = vec![&document.root];
    while let Some(above) = waiting.pop() {
        let eager = above.children.iter().any(|child| {
            let value = || child.plain("value").and_then(|value| value.value.as_bool());
            known.eager.is_some() && text(child, "name") == known.eager && value() == Some(true)
        });
        let phase = if eager {
            Phase::FirstScreen
        } else {
            Phase::Other
        };
        for child in above.children_named(element) {
            if known.named.is_none() || text(child, "name") == known.named {
                let class = text(child, "value");
                classes.extend(class.map(|class| Registered { class, phase }));
            }
        }
        waiting.extend(&above.children);
    }
    classes
}

fn text(element: &xml::Element, name: &str) -> Option<String> {
    let text = element.plain(name)?.value.as_text()?;
    Some(text.trim().to_owned())
}

fn in_json(known: &ScriptFile, json: &Value) -> Vec<Registered> {
    let mut classes = Vec::new();
    let mut waiting = vec![json];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(members) => {
                for (key, phase) in [(&known.key, Phase::Other), (&known.hook, Phase::Start)] {
                    let class = key.as_ref().and_then(|key| members.get(key)?.as_str());
                    classes.extend(class.map(|class| Registered {
                        class: class.trim().to_owned(),
                        phase,
                    }));
                }
                waiting.extend(members.values());
            }
            _ => {}
        }
    }
    classes
}
