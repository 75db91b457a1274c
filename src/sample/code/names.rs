//! Names of types, fields and methods: as Java writes them, and as
//! descriptors.

use super::super::error::SampleError;
use super::words::Words;

/// A field, by descriptors.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Field {
    pub class: String,
    pub name: String,
    pub of: String,
}

/// Parameters and result of a method.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Proto {
    pub result: String,
    pub parameters: Vec<String>,
}

/// A method, by descriptors.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Method {
    pub class: String,
    pub name: String,
    pub proto: Proto,
}

impl Proto {
    /// `VLI`: the types with references as `L`.
    pub fn shorty(&self) -> String {
        std::iter::once(&self.result)
            .chain(&self.parameters)
            .map(|of| match of.as_bytes().first() {
                Some(b'[') | None => 'L',
                Some(kind) => char::from(*kind),
            })
            .collect()
    }
}

/// Registers that a value of this type takes.
pub(in super::super) fn width(of: &str) -> usize {
    match of {
        "V" => 0,
        "J" | "D" => 2,
        _ => 1,
    }
}

/// Whether values of this type are references.
pub(in super::super) fn is_reference(of: &str) -> bool {
    of.starts_with(['L', '['])
}

/// `int[]` as `[I`.
pub(in super::super) fn descriptor(name: &str) -> Result<String, SampleError> {
    let name = name.trim();
    if let Some(item) = name.strip_suffix("[]") {
        return Ok(format!("[{}", descriptor(item)?));
    }
    let primitive = match name {
        "void" => "V",
        "boolean" => "Z",
        "byte" => "B",
        "short" => "S",
        "char" => "C",
        "int" => "I",
        "long" => "J",
        "float" => "F",
        "double" => "D",
        _ => "",
    };
    if !primitive.is_empty() {
        return Ok(primitive.to_owned());
    }
    check(name)?;
    Ok(format!("L{};", name.replace('.', "/")))
}

/// Whether a name consists of parts that are neither empty nor hold marks
/// of the formats around it.
fn check(name: &str) -> Result<(), SampleError> {
    let bad = |c: char| c.is_whitespace() || "()[]{};:,/\"=".contains(c);
    if name.split('.').any(str::is_empty) || name.contains(bad) {
        return Err(SampleError::new("", format!("`{name}` is no name")));
    }
    Ok(())
}

/// `TYPE a.B.field`
pub(in super::super) fn field(words: &mut Words<'_>) -> Result<Field, SampleError> {
    let of = descriptor(words.word())?;
    let (class, name) = member(words.word())?;
    Ok(Field { class, name, of })
}

/// `RESULT a.B.method(TYPE, TYPE)`
pub(in super::super) fn method(words: &mut Words<'_>) -> Result<Method, SampleError> {
    let result = descriptor(words.word())?;
    let (class, name) = member(words.before('(')?)?;
    let parameters = types(words.before(')')?)?;
    Ok(Method {
        class,
        name,
        proto: Proto { result, parameters },
    })
}

/// `a.B(TYPE)`: a constructor.
pub(in super::super) fn constructor(words: &mut Words<'_>) -> Result<Method, SampleError> {
    let class = descriptor(words.before('(')?)?;
    let parameters = types(words.before(')')?)?;
    Ok(Method {
        class,
        name: "<init>".to_owned(),
        proto: Proto {
            result: "V".to_owned(),
            parameters,
        },
    })
}

fn member(path: &str) -> Result<(String, String), SampleError> {
    check(path)?;
    let (class, name) = path
        .rsplit_once('.')
        .ok_or_else(|| SampleError::new("", format!("`{path}` does not name its class")))?;
    Ok((descriptor(class)?, name.to_owned()))
}

fn types(list: &str) -> Result<Vec<String>, SampleError> {
    let items = list.split(',').filter(|_| !list.trim().is_empty());
    items.map(descriptor).collect()
}
