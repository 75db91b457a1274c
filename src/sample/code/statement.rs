//! Instructions as they are described.

use super::super::error::SampleError;
use super::names::{self, Field, Method};
use super::words::Words;
use super::{STRING, STRINGS};

/// One line of a method.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Statement {
    /// Name that the value gets.
    pub name: Option<String>,
    pub what: What,
}

/// What a line does.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum What {
    Const(Value),
    ConstClass(String),
    Call(Invoke, Method, Vec<Value>),
    New(Method, Vec<Value>),
    Strings(Vec<Value>),
    GetStatic(Field),
    PutStatic(Field, Value),
    Get(Field, Value),
    Put(Field, Value, Value),
    /// Jumps if the value is 0, null or false, or if it is not.
    If {
        zero: bool,
        value: Value,
        label: String,
    },
    Goto(String),
    Label(String),
    Return(Option<Value>),
    Throw(Value),
}

/// Kind of a call, with the opcode of its instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Invoke {
    Virtual = 0x6e,
    Super = 0x6f,
    Direct = 0x70,
    Static = 0x71,
    Interface = 0x72,
}

/// Something that can be given to an instruction.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Value {
    /// Of an earlier instruction, a parameter, `this` or `it`.
    Name(String),
    Text(String),
    /// A number; `null` and `false` are 0, `true` is 1.
    Number(i64),
}

/// Name of the last value.
pub(in super::super) const IT: &str = "it";

/// Takes a line apart.
pub(super) fn parse(line: &str) -> Result<Statement, SampleError> {
    let mut words = Words(line.trim());
    let mut ahead = words;
    let first = ahead.word();
    if let Some(label) = words.0.strip_suffix(':').filter(|l| is_name(l)) {
        let what = What::Label(label.to_owned());
        return Ok(Statement { name: None, what });
    }
    let name = if is_name(first) && ahead.take("=") {
        words = ahead;
        Some(first.to_owned())
    } else {
        None
    };
    let what = instruction(&mut words)?;
    words.end()?;
    Ok(Statement { name, what })
}

fn instruction(words: &mut Words<'_>) -> Result<What, SampleError> {
    let invoke = match words.word() {
        "const-string" => return Ok(What::Const(Value::Text(words.text()?))),
        "const" => return Ok(What::Const(value(words)?)),
        "const-class" => return Ok(What::ConstClass(names::descriptor(words.word())?)),
        "call" | "call-static" => Invoke::Static,
        "call-virtual" => Invoke::Virtual,
        "call-direct" => Invoke::Direct,
        "call-super" => Invoke::Super,
        "call-interface" => Invoke::Interface,
        "new" => {
            let method = names::constructor(words)?;
            let arguments = arguments(words, method.proto.parameters.len())?;
            return Ok(What::New(method, arguments));
        }
        "strings" => return Ok(What::Strings(list(words)?)),
        "get-static" => return Ok(What::GetStatic(names::field(words)?)),
        "put-static" => return Ok(What::PutStatic(names::field(words)?, with(words)?)),
        "get" => return Ok(What::Get(names::field(words)?, on(words)?)),
        "put" => return Ok(What::Put(names::field(words)?, on(words)?, with(words)?)),
        "if" => {
            let zero = words.take("not");
            let value = Value::Name(words.word().to_owned());
            if !words.take("goto") {
                return Err(SampleError::new("", "`goto LABEL` is missing"));
            }
            let label = words.word().to_owned();
            return Ok(What::If { zero, value, label });
        }
        "goto" => return Ok(What::Goto(words.word().to_owned())),
        "return" if words.0.is_empty() => return Ok(What::Return(None)),
        "return" => return Ok(What::Return(Some(value(words)?))),
        "throw" => return Ok(What::Throw(value(words)?)),
        other => {
            let why = format!("`{other}` is no instruction");
            return Err(SampleError::new("", why));
        }
    };
    let method = names::method(words)?;
    let receiver = if invoke == Invoke::Static {
        None
    } else {
        Some(on(words)?)
    };
    let arguments = arguments(words, method.proto.parameters.len())?;
    let all = receiver.into_iter().chain(arguments).collect();
    Ok(What::Call(invoke, method, all))
}

/// `on NAME`; null if it is not given.
fn on(words: &mut Words<'_>) -> Result<Value, SampleError> {
    if words.take("on") {
        value(words)
    } else {
        Ok(Value::Number(0))
    }
}

/// `with VALUE`; null or 0 if it is not given.
fn with(words: &mut Words<'_>) -> Result<Value, SampleError> {
    if words.take("with") {
        value(words)
    } else {
        Ok(Value::Number(0))
    }
}

/// `with VALUE, VALUE`, filled up to `count`.
fn arguments(words: &mut Words<'_>, count: usize) -> Result<Vec<Value>, SampleError> {
    let mut arguments = if words.take("with") {
        list(words)?
    } else {
        Vec::new()
    };
    if arguments.len() > count {
        let why = format!("{} arguments for {count} parameters", arguments.len());
        return Err(SampleError::new("", why));
    }
    arguments.resize(count, Value::Number(0));
    Ok(arguments)
}

fn list(words: &mut Words<'_>) -> Result<Vec<Value>, SampleError> {
    let mut values = vec![value(words)?];
    while let Some(rest) = words.0.strip_prefix(',') {
        words.0 = rest.trim_start();
        values.push(value(words)?);
    }
    Ok(values)
}

fn value(words: &mut Words<'_>) -> Result<Value, SampleError> {
    if words.0.starts_with('"') {
        return words.text().map(Value::Text);
    }
    let end = words.0.find([',', ' ', '\t']).unwrap_or(words.0.len());
    let (word, rest) = words.0.split_at(end);
    words.0 = rest.trim_start();
    Ok(match word {
        "null" | "false" => Value::Number(0),
        "true" => Value::Number(1),
        _ if is_name(word) => Value::Name(word.to_owned()),
        _ => {
            let number = match word.strip_prefix("0x") {
                Some(hex) => i64::from_str_radix(hex, 16),
                None => word.parse(),
            };
            let why = || format!("`{word}` is no value");
            Value::Number(number.map_err(|_| SampleError::new("", why()))?)
        }
    })
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Type of the value that a line gives, if it gives one.
pub(in super::super) fn value_type(what: &What) -> Option<String> {
    Some(match what {
        What::Const(Value::Text(_)) => STRING.to_owned(),
        What::Const(_) => "I".to_owned(),
        What::ConstClass(_) => "Ljava/lang/Class;".to_owned(),
        What::Call(_, method, _) if method.proto.result == "V" => return None,
        What::Call(_, method, _) => method.proto.result.clone(),
        What::New(method, _) => method.class.clone(),
        What::Strings(_) => STRINGS.to_owned(),
        What::GetStatic(field) | What::Get(field, _) => field.of.clone(),
        _ => return None,
    })
}

/// A number as a value of this type.
#[expect(clippy::cast_precision_loss, reason = "examples use small numbers")]
pub(in super::super) fn number_bits(number: i64, of: &str) -> i64 {
    match of {
        "F" => i64::from((number as f32).to_bits()),
        "D" => (number as f64).to_bits().cast_signed(),
        _ => number,
    }
}
