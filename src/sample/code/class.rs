//! Classes as they are described, with names as descriptors.

use std::collections::BTreeMap;

use super::super::description;
use super::super::error::SampleError;
use super::names::{Field, Method, Proto, descriptor};
use super::statement::{self, Statement, Value};
use super::words::Words;

pub(in super::super) const STATIC: u32 = 0x0008;
const PUBLIC: u32 = 0x0001;
const PRIVATE: u32 = 0x0002;
const PROTECTED: u32 = 0x0004;
const NATIVE: u32 = 0x0100;
const ABSTRACT: u32 = 0x0400;
const CONSTRUCTOR: u32 = 0x0001_0000;

/// A class with descriptors for names.
#[derive(Clone, Debug)]
pub(in super::super) struct Class {
    /// Where it is described, for errors.
    pub place: String,
    pub name: String,
    pub access: u32,
    pub extends: String,
    pub implements: Vec<String>,
    pub source: Option<String>,
    pub fields: Vec<DefinedField>,
    pub methods: Vec<DefinedMethod>,
}

/// A field of a class.
#[derive(Clone, Debug)]
pub(in super::super) struct DefinedField {
    pub field: Field,
    pub access: u32,
    pub value: Option<Value>,
}

/// A method of a class.
#[derive(Clone, Debug)]
pub(in super::super) struct DefinedMethod {
    pub method: Method,
    pub access: u32,
    /// Names of the parameters; empty where there is none.
    pub parameters: Vec<String>,
    /// `None` for abstract and native ones.
    pub code: Option<Vec<Statement>>,
    /// The signature as it is described, for errors.
    pub signature: String,
    /// Line of the signature, if the class were a file of these lines.
    pub line: usize,
}

impl DefinedMethod {
    /// Static, private or a constructor: called without looking at the class
    /// of the receiver.
    pub fn is_direct(&self) -> bool {
        self.access & (STATIC | PRIVATE | CONSTRUCTOR) != 0
    }
}

/// Takes the texts of a class apart.
pub(super) fn parse(class: &description::Class) -> Result<Class, SampleError> {
    let name = descriptor(&class.name)?;
    let extends = match class.extends.as_str() {
        "" => "java.lang.Object",
        extends => extends,
    };
    let mut parsed = Class {
        place: format!("class {}", class.name),
        access: modifiers(class.modifiers.as_deref().unwrap_or("public"))?,
        extends: descriptor(extends).map_err(|error| error.within("extends"))?,
        implements: Vec::new(),
        source: (!class.source.is_empty()).then(|| class.source.clone()),
        fields: Vec::new(),
        methods: Vec::new(),
        name,
    };
    for interface in &class.implements {
        let interface = descriptor(interface).map_err(|error| error.within("implements"))?;
        parsed.implements.push(interface);
    }
    for text in &class.fields {
        let field = field(&parsed.name, text)
            .map_err(|error| error.within(&format!("field \"{text}\"")))?;
        parsed.fields.push(field);
    }
    let mut line = 1;
    for method in &class.method {
        let first = line;
        line += method.code.len() + 1;
        let method = defined(&parsed.name, method, first)
            .map_err(|error| error.within(&format!("method \"{}\"", method.signature)))?;
        parsed.methods.push(method);
    }
    parsed.fields.sort_by(|a, b| a.field.cmp(&b.field));
    parsed.methods.sort_by(|a, b| a.method.cmp(&b.method));
    let twice = |name: &str| SampleError::new("", format!("defines `{name}` twice"));
    if let Some([first, _]) = parsed
        .fields
        .array_windows()
        .find(|[a, b]| a.field == b.field)
    {
        return Err(twice(&first.field.name));
    }
    if let Some([first, _]) = parsed
        .methods
        .array_windows()
        .find(|[a, b]| a.method == b.method)
    {
        return Err(twice(&first.method.name));
    }
    Ok(parsed)
}

/// `static final java.lang.String TOKEN = "abc"`
fn field(class: &str, text: &str) -> Result<DefinedField, SampleError> {
    let (declaration, value) = match text.split_once('=') {
        Some((declaration, value)) => (declaration, Some(value)),
        None => (text, None),
    };
    let mut words = Words(declaration.trim());
    let access = leading_modifiers(&mut words)?;
    let of = descriptor(words.word())?;
    let name = words.word().to_owned();
    words.end()?;
    if name.is_empty() {
        return Err(SampleError::new("", "TYPE NAME is needed"));
    }
    let value = value.map(literal).transpose()?;
    if value.is_some() && access & STATIC == 0 {
        return Err(SampleError::new("", "only static fields have a value"));
    }
    let field = Field {
        class: class.to_owned(),
        name,
        of,
    };
    Ok(DefinedField {
        field,
        access,
        value,
    })
}

fn literal(text: &str) -> Result<Value, SampleError> {
    match statement::parse(&format!("const {}", text.trim()))?.what {
        statement::What::Const(value @ (Value::Text(_) | Value::Number(_))) => Ok(value),
        _ => Err(SampleError::new("", format!("`{text}` is no literal"))),
    }
}

fn defined(
    class: &str,
    method: &description::Method,
    line: usize,
) -> Result<DefinedMethod, SampleError> {
    let mut words = Words(method.signature.trim());
    let mut access = leading_modifiers(&mut words)?;
    if access & (PUBLIC | PRIVATE | PROTECTED) == 0 {
        access |= PUBLIC;
    }
    let result = descriptor(words.word())?;
    let name = words.before('(')?.to_owned();
    if name.starts_with('<') {
        access |= CONSTRUCTOR;
    }
    let mut types = Vec::new();
    let mut parameters = Vec::new();
    let list = words.before(')')?;
    words.end()?;
    for parameter in list.split(',').filter(|_| !list.is_empty()) {
        let mut words = Words(parameter);
        types.push(descriptor(words.word())?);
        parameters.push(words.word().to_owned());
        words.end()?;
    }
    let bodiless = access & (NATIVE | ABSTRACT) != 0;
    if bodiless && !method.code.is_empty() {
        return Err(SampleError::new(
            "code",
            "an abstract or native method has none",
        ));
    }
    let mut code = Vec::new();
    for (number, line) in (1..).zip(&method.code) {
        let statement = statement::parse(line)
            .map_err(|error| error.within(&format!("code {number} `{line}`")))?;
        code.push(statement);
    }
    Ok(DefinedMethod {
        method: Method {
            class: class.to_owned(),
            name,
            proto: Proto {
                result,
                parameters: types,
            },
        },
        access,
        parameters,
        code: (!bodiless).then_some(code),
        signature: method.signature.clone(),
        line,
    })
}

fn leading_modifiers(words: &mut Words<'_>) -> Result<u32, SampleError> {
    let mut access = 0;
    loop {
        let mut ahead = *words;
        let Some(flag) = modifier(ahead.word()) else {
            return Ok(access);
        };
        access |= flag;
        *words = ahead;
        if words.0.is_empty() {
            return Err(SampleError::new("", "a type and a name are needed"));
        }
    }
}

fn modifiers(text: &str) -> Result<u32, SampleError> {
    text.split_whitespace().try_fold(0, |access, word| {
        let flag = modifier(word)
            .ok_or_else(|| SampleError::new("modifiers", format!("`{word}` is not known")))?;
        Ok(access | flag)
    })
}

/// `access_flags` of the format.
fn modifier(word: &str) -> Option<u32> {
    Some(match word {
        "public" => PUBLIC,
        "private" => PRIVATE,
        "protected" => PROTECTED,
        "static" => STATIC,
        "final" => 0x0010,
        "synchronized" => 0x0020,
        "volatile" => 0x0040,
        "transient" => 0x0080,
        "native" => NATIVE,
        "interface" => 0x0200 | ABSTRACT,
        "abstract" => ABSTRACT,
        "synthetic" => 0x1000,
        "annotation" => 0x2000,
        "enum" => 0x4000,
        _ => return None,
    })
}

/// In the order that the format asks for: what a class extends or
/// implements stands before it.
pub(in super::super) fn supers_first(classes: Vec<Class>) -> Result<Vec<Class>, SampleError> {
    let mut waiting = BTreeMap::new();
    for class in classes {
        let place = class.place.clone();
        if waiting.insert(class.name.clone(), class).is_some() {
            return Err(SampleError::new(place, "is described twice for one DEX"));
        }
    }
    let mut sorted = Vec::new();
    while !waiting.is_empty() {
        let blocked = |class: &Class| {
            let mut supers = class.implements.iter().chain([&class.extends]);
            supers.any(|name| waiting.contains_key(name))
        };
        let ready = waiting.iter().find(|(_, class)| !blocked(class));
        let Some(name) = ready.map(|(name, _)| name.clone()) else {
            let places: Vec<_> = waiting.into_values().map(|class| class.place).collect();
            let why = "extend each other in a circle";
            return Err(SampleError::new(places.join(", "), why));
        };
        sorted.extend(waiting.remove(&name));
    }
    Ok(sorted)
}
