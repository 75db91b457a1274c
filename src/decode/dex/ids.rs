//! The tables of names: strings, types, prototypes, fields, methods, method
//! handles, call sites.

use std::borrow::Cow;

use super::leb::uleb;
use super::value::{self, EncodedValue};
use super::{Cursor, DecodeError, Dex, halves, mutf8, size, words};

/// `field_id_item`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldId {
    /// Type index of the class that is named as its owner.
    pub class: u32,
    /// Type index of its type.
    pub type_: u32,
    /// String index of its name.
    pub name: u32,
}

/// `method_id_item`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MethodId {
    /// Type index of the class that is named as its owner.
    pub class: u32,
    /// Prototype index.
    pub proto: u32,
    /// String index of its name.
    pub name: u32,
}

/// `proto_id_item`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProtoId {
    /// String index of the short form.
    pub shorty: u32,
    /// Type index of the result.
    pub return_type: u32,
    parameters_off: u32,
}

/// `method_handle_item`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MethodHandle {
    /// "Method handle type codes": 0 to 3 put and get fields, 4 to 8 call.
    pub kind: u32,
    /// Field index for kinds 0 to 3, method index otherwise.
    pub target: u32,
}

/// `call_site_item`: what an `invoke-custom` is linked by.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSite {
    /// Method handle index of the linker.
    pub bootstrap: u32,
    /// String index of the name to be linked.
    pub name: u32,
    /// Prototype index of the call.
    pub proto: u32,
    /// Further arguments of the linker. For a lambda, its implementation is
    /// the method handle among them.
    pub arguments: Vec<EncodedValue>,
}

/// The dotted name of a class descriptor: `Lcom/example/App;` becomes
/// `com.example.App`. Arrays and primitive types stay as they are.
pub fn dotted(descriptor: &str) -> Cow<'_, str> {
    match descriptor
        .strip_prefix('L')
        .and_then(|rest| rest.strip_suffix(';'))
    {
        Some(name) if name.contains('/') => Cow::Owned(name.replace('/', ".")),
        Some(name) => Cow::Borrowed(name),
        None => Cow::Borrowed(descriptor),
    }
}

const fn half(bytes: [u8; 2]) -> u32 {
    u16::from_le_bytes(bytes) as u32
}

impl<'a> Dex<'a> {
    /// Number of strings.
    pub const fn string_count(&self) -> usize {
        self.strings.len()
    }

    /// Number of types.
    pub const fn type_count(&self) -> usize {
        self.types.len()
    }

    /// Number of prototypes.
    pub const fn proto_count(&self) -> usize {
        self.protos.len()
    }

    /// Number of field references.
    pub const fn field_count(&self) -> usize {
        self.fields.len()
    }

    /// Number of method references.
    pub const fn method_count(&self) -> usize {
        self.methods.len()
    }

    /// Number of call sites.
    pub const fn call_site_count(&self) -> usize {
        self.call_sites.len()
    }

    /// Number of method handles.
    pub const fn method_handle_count(&self) -> usize {
        self.method_handles.len()
    }

    /// The bytes of a string, in modified UTF-8, without the closing zero.
    ///
    /// # Errors
    /// When the index is not in the table or the string not in the file; the
    /// same for all tables below.
    pub fn string_bytes(&self, index: u32) -> Result<&'a [u8], DecodeError> {
        let item = self.strings.get(size(index));
        self.string_at(*item.ok_or_else(|| missing("string_ids", index))?)
    }

    fn string_at(&self, item: [u8; 4]) -> Result<&'a [u8], DecodeError> {
        let offset = u32::from_le_bytes(item);
        let mut cursor = self.cursor(offset, "string_data");
        uleb(&mut cursor)?;
        let bytes = self.data.get(cursor.pos()..).unwrap_or_default();
        let end = memchr::memchr(0, bytes).ok_or_else(|| cursor.error("has no end"))?;
        Ok(bytes.get(..end).unwrap_or_default())
    }

    /// Index of a string of plain ASCII, if the file has it. The table is
    /// sorted; in one that is not, it may not be found.
    pub fn string_named(&self, text: &str) -> Option<u32> {
        let text = text.as_bytes();
        let less = |item: &[u8; 4]| self.string_at(*item).is_ok_and(|bytes| bytes < text);
        let index = self.strings.partition_point(less);
        let found = self.string_at(*self.strings.get(index)?).ok()?;
        (found == text).then(|| u32::try_from(index).ok()).flatten()
    }

    /// Where the data of a string starts, in bytes from the start of the
    /// file; `None` if the index is not in the table.
    pub fn string_offset(&self, index: u32) -> Option<u32> {
        self.strings
            .get(size(index))
            .map(|item| u32::from_le_bytes(*item))
    }

    /// A string as text, see [`text`](super::text).
    ///
    /// # Errors
    /// When it is not there.
    pub fn string(&self, index: u32) -> Result<Cow<'a, str>, DecodeError> {
        self.string_bytes(index).map(mutf8::text)
    }

    /// String index of the descriptor of a type.
    ///
    /// # Errors
    /// When it is not there.
    pub fn type_string(&self, index: u32) -> Result<u32, DecodeError> {
        let item = self.types.get(size(index));
        Ok(u32::from_le_bytes(
            *item.ok_or_else(|| missing("type_ids", index))?,
        ))
    }

    /// Descriptor of a type: `Lcom/example/App;`, `[I`.
    ///
    /// # Errors
    /// When it is not there.
    pub fn type_descriptor(&self, index: u32) -> Result<Cow<'a, str>, DecodeError> {
        self.string(self.type_string(index)?)
    }

    /// A prototype.
    ///
    /// # Errors
    /// When it is not there.
    pub fn proto(&self, index: u32) -> Result<ProtoId, DecodeError> {
        let item = self.protos.get(size(index));
        let item = item.ok_or_else(|| missing("proto_ids", index))?;
        let mut words = item.as_chunks().0.iter().copied().map(u32::from_le_bytes);
        let mut word = || words.next().unwrap_or(0);
        Ok(ProtoId {
            shorty: word(),
            return_type: word(),
            parameters_off: word(),
        })
    }

    /// Type indices of the parameters of a prototype.
    ///
    /// # Errors
    /// When the list is not there.
    pub fn parameters(
        &self,
        proto: &ProtoId,
    ) -> Result<impl ExactSizeIterator<Item = u32> + use<'a>, DecodeError> {
        self.type_list(proto.parameters_off)
    }

    /// `type_list` at an offset; none at offset 0.
    pub(super) fn type_list(
        &self,
        offset: u32,
    ) -> Result<impl ExactSizeIterator<Item = u32> + use<'a>, DecodeError> {
        let mut bytes: &[u8] = &[];
        if offset != 0 {
            let mut cursor = self.cursor(offset, "type_list");
            let count = cursor.index()?;
            let count = cursor.fits(count, 2)?;
            bytes = cursor.take(count.saturating_mul(2))?;
        }
        Ok(bytes.as_chunks().0.iter().map(|item| half(*item)))
    }

    /// A field reference.
    ///
    /// # Errors
    /// When it is not there.
    pub fn field(&self, index: u32) -> Result<FieldId, DecodeError> {
        let item = self.fields.get(size(index));
        let (pair, name) = words(*item.ok_or_else(|| missing("field_ids", index))?);
        let (class, type_) = halves(pair);
        Ok(FieldId { class, type_, name })
    }

    /// A method reference.
    ///
    /// # Errors
    /// When it is not there.
    pub fn method(&self, index: u32) -> Result<MethodId, DecodeError> {
        let item = self.methods.get(size(index));
        let (pair, name) = words(*item.ok_or_else(|| missing("method_ids", index))?);
        let (class, proto) = halves(pair);
        Ok(MethodId { class, proto, name })
    }

    /// Descriptor of a prototype: `(ILjava/lang/String;)V`.
    ///
    /// # Errors
    /// When a part of it is not there, or it is longer than 64 KiB.
    pub fn proto_descriptor(&self, index: u32) -> Result<String, DecodeError> {
        let proto = self.proto(index)?;
        let mut text = String::from("(");
        for parameter in self.parameters(&proto)? {
            text.push_str(&self.type_descriptor(parameter)?);
            if text.len() > 0x1_0000 {
                return Err(missing("proto_ids", index));
            }
        }
        text.push(')');
        text.push_str(&self.type_descriptor(proto.return_type)?);
        Ok(text)
    }

    /// A method handle.
    ///
    /// # Errors
    /// When it is not there.
    pub fn method_handle(&self, index: u32) -> Result<MethodHandle, DecodeError> {
        let item = self.method_handles.get(size(index));
        let item = item.ok_or_else(|| missing("method_handles", index))?;
        let (kind, target) = words(*item);
        Ok(MethodHandle {
            kind: halves(kind).0,
            target: halves(target).0,
        })
    }

    /// A call site.
    ///
    /// # Errors
    /// When it is not there, or does not start with a method handle, a name
    /// and a method type.
    pub fn call_site(&self, index: u32) -> Result<CallSite, DecodeError> {
        let item = self.call_sites.get(size(index));
        let offset = u32::from_le_bytes(*item.ok_or_else(|| missing("call_site_ids", index))?);
        let cursor: Cursor<'_> = self.cursor(offset, "call_site");
        let mut values = value::array(cursor, self)?.into_iter();
        match (values.next(), values.next(), values.next()) {
            (
                Some(EncodedValue::MethodHandle(bootstrap)),
                Some(EncodedValue::String(name)),
                Some(EncodedValue::MethodType(proto)),
            ) => Ok(CallSite {
                bootstrap,
                name,
                proto,
                arguments: values.collect(),
            }),
            _ => Err(cursor.error("does not start with its three fixed values")),
        }
    }
}

/// An index beyond its table: the offset of the error is the index.
fn missing(what: &'static str, index: u32) -> DecodeError {
    DecodeError::new(what, "has no such index", size(index))
}
