//! XML as a tree, before it is written in one of its three forms, and the
//! reader of the plain form.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// Namespace of the attributes that Android defines.
pub(super) const ANDROID: &str = "http://schemas.android.com/apk/res/android";

/// Deepest nesting of elements; writing them is recursive.
const DEEPEST: usize = 100;

/// One element.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<Attribute>,
    pub children: Vec<Element>,
    /// Text before the first child.
    pub text: String,
}

/// One attribute, of the Android namespace or of none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Attribute {
    pub android: bool,
    pub name: String,
    pub value: Value,
}

/// A value before resources have ids.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Int(i32),
    /// Flags; written with the type "hexadecimal".
    Flags(u32),
    Bool(bool),
    /// `string/app_name`
    Resource(String),
}

impl Value {
    /// Text as it stands in a description: `@string/name` and `@+id/name`
    /// are references.
    pub fn of(text: &str) -> Self {
        match text.strip_prefix('@') {
            Some(name) if name.contains('/') => {
                Self::Resource(name.trim_start_matches('+').to_owned())
            }
            _ => Self::Text(text.to_owned()),
        }
    }

    /// The value as plain XML shows it.
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Int(number) => number.to_string(),
            Self::Flags(bits) => format!("{bits:#x}"),
            Self::Bool(flag) => flag.to_string(),
            Self::Resource(name) => format!("@{name}"),
        }
    }
}

impl Element {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Adds an attribute without a namespace.
    pub fn plain(&mut self, name: &str, value: Value) {
        self.attributes.push(Attribute {
            android: false,
            name: name.to_owned(),
            value,
        });
    }

    /// Adds an attribute of the Android namespace.
    pub fn android(&mut self, name: &str, value: Value) {
        self.attributes.push(Attribute {
            android: true,
            name: name.to_owned(),
            value,
        });
    }

    /// Adds a text attribute, if there is a text.
    pub fn text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.android(name, Value::of(text));
        }
    }

    /// Adds a boolean attribute, if it is given.
    pub fn flag(&mut self, name: &str, flag: Option<bool>) {
        if let Some(flag) = flag {
            self.android(name, Value::Bool(flag));
        }
    }

    /// The element and all below it, each before its children.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        for child in &self.children {
            child.walk(visit);
        }
    }
}

/// Reads plain XML. Values get the types that `aapt2` gives them: those of
/// Android attributes become booleans, numbers and references, others stay
/// text.
pub(super) fn parse(text: &str) -> Result<Element, String> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().trim_text(true);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    loop {
        let at = reader.buffer_position();
        let line = || {
            let before = text.get(..usize::try_from(at).unwrap_or(usize::MAX));
            before.unwrap_or(text).matches('\n').count() + 1
        };
        let event = reader
            .read_event()
            .map_err(|error| format!("line {}: {error}", line()))?;
        match event {
            Event::Start(start) => {
                let element =
                    element(&reader, &start).map_err(|why| format!("line {}: {why}", line()))?;
                if open.len() == DEEPEST {
                    return Err(format!("line {}: nested too deeply", line()));
                }
                open.push(element);
            }
            Event::End(_) => {
                let Some(done) = open.pop() else {
                    return Err(format!("line {}: an end without a start", line()));
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Ok(done),
                }
            }
            Event::Text(inside) => {
                let content = inside.xml10_content();
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&content);
                }
            }
            Event::GeneralRef(entity) => {
                let name: &str = &entity;
                let known = quick_xml::escape::resolve_predefined_entity(name);
                let (Some(element), Some(known)) = (open.last_mut(), known) else {
                    return Err(format!("line {}: unknown entity &{name};", line()));
                };
                element.text.push_str(known);
            }
            Event::CData(inside) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&inside);
                }
            }
            Event::Eof => return Err("there is no complete element".to_owned()),
            _ => {}
        }
    }
}

fn element(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element::new(start.name().as_ref());
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| e.to_string())?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (namespace, local) = reader.resolver().resolve_attribute(attribute.key);
        let android = match namespace {
            ResolveResult::Bound(uri) => uri.as_ref() == ANDROID,
            ResolveResult::Unbound => false,
            ResolveResult::Unknown(prefix) => {
                return Err(format!("xmlns:{prefix} is not declared"));
            }
        };
        let text = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|e| e.to_string())?;
        element.attributes.push(Attribute {
            android,
            name: local.as_ref().to_owned(),
            value: typed(&text, android),
        });
    }
    Ok(element)
}

fn typed(text: &str, android: bool) -> Value {
    if !android {
        return Value::Text(text.to_owned());
    }
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => text.parse().map_or_else(|_| Value::of(text), Value::Int),
    }
}
