//! `class_def_item` and `class_data_item`.

use super::leb::uleb;
use super::value::{self, EncodedValue};
use super::{Code, Cursor, DecodeError, Dex, NO_INDEX};

/// Access flags ("access_flags definitions").
#[expect(missing_docs, reason = "the names are those of the specification")]
pub mod access {
    pub const PUBLIC: u32 = 0x1;
    pub const PRIVATE: u32 = 0x2;
    pub const STATIC: u32 = 0x8;
    pub const FINAL: u32 = 0x10;
    pub const NATIVE: u32 = 0x100;
    pub const INTERFACE: u32 = 0x200;
    pub const ABSTRACT: u32 = 0x400;
    pub const SYNTHETIC: u32 = 0x1000;
    pub const ENUM: u32 = 0x4000;
    pub const CONSTRUCTOR: u32 = 0x1_0000;
}

/// `class_def_item`: the fixed part of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassDef {
    /// Type index of the class.
    pub class: u32,
    /// See [`access`].
    pub access_flags: u32,
    /// Type index of the superclass; `None` for `java.lang.Object`.
    pub superclass: Option<u32>,
    /// String index of the source file's name.
    pub source_file: Option<u32>,
    interfaces_off: u32,
    pub(super) annotations_off: u32,
    class_data_off: u32,
    static_values_off: u32,
}

/// `encoded_field`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodedField {
    /// Field index.
    pub field: u32,
    /// See [`access`].
    pub access_flags: u32,
    /// In the list of static fields.
    pub is_static: bool,
}

/// `encoded_method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodedMethod {
    /// Method index.
    pub method: u32,
    /// See [`access`].
    pub access_flags: u32,
    /// Static, private, or constructor; otherwise virtual.
    pub is_direct: bool,
    /// Where its `code_item` starts; 0 for abstract and native methods.
    pub code_off: u32,
}

/// `class_data_item`: its counts, and its fields and methods one after
/// another. Reading stops after the first error.
#[derive(Clone, Copy, Debug)]
pub struct ClassData<'a> {
    /// Number of static fields.
    pub static_fields: u32,
    /// Number of instance fields.
    pub instance_fields: u32,
    /// Number of direct methods.
    pub direct_methods: u32,
    /// Number of virtual methods.
    pub virtual_methods: u32,
    items: Cursor<'a>,
}

impl<'a> Dex<'a> {
    /// Number of classes defined here.
    pub const fn class_count(&self) -> usize {
        self.classes.len()
    }

    /// The classes defined here, in file order: a superclass before its
    /// subclasses.
    pub fn classes(&self) -> impl ExactSizeIterator<Item = ClassDef> + use<'a> {
        self.classes.iter().map(class_def)
    }

    /// The class at a position of [`Dex::classes`].
    pub fn class(&self, position: usize) -> Option<ClassDef> {
        self.classes.get(position).map(class_def)
    }

    /// Type indices of the interfaces a class names.
    ///
    /// # Errors
    /// When the list is not inside the file.
    pub fn interfaces(
        &self,
        class: &ClassDef,
    ) -> Result<impl ExactSizeIterator<Item = u32> + use<'a>, DecodeError> {
        self.type_list(class.interfaces_off)
    }

    /// Fields and methods of a class; `None` if it has none.
    ///
    /// # Errors
    /// When the counts are larger than the file.
    pub fn class_data(&self, class: &ClassDef) -> Result<Option<ClassData<'a>>, DecodeError> {
        if class.class_data_off == 0 {
            return Ok(None);
        }
        let mut cursor = self.cursor(class.class_data_off, "class_data");
        let (static_fields, instance_fields) = (uleb(&mut cursor)?, uleb(&mut cursor)?);
        let (direct_methods, virtual_methods) = (uleb(&mut cursor)?, uleb(&mut cursor)?);
        let data = ClassData {
            static_fields,
            instance_fields,
            direct_methods,
            virtual_methods,
            items: cursor,
        };
        cursor.fits(super::size(data.field_count()), 2)?;
        cursor.fits(super::size(data.method_count()), 3)?;
        Ok(Some(data))
    }

    /// Initial values of the first static fields of a class.
    ///
    /// # Errors
    /// When the array is malformed.
    pub fn static_values(&self, class: &ClassDef) -> Result<Vec<EncodedValue>, DecodeError> {
        if class.static_values_off == 0 {
            return Ok(Vec::new());
        }
        value::array(self.cursor(class.static_values_off, "static_values"), self)
    }

    /// The code of a method; `None` for abstract and native methods.
    ///
    /// # Errors
    /// When the code does not lie inside the file.
    pub fn code(&self, method: &EncodedMethod) -> Result<Option<Code<'a>>, DecodeError> {
        if method.code_off == 0 {
            return Ok(None);
        }
        Code::parse(self.data, self.cursor(method.code_off, "code_item")).map(Some)
    }
}

fn class_def(item: &[u8; 32]) -> ClassDef {
    let mut words = item
        .as_chunks()
        .0
        .iter()
        .map(|word| u32::from_le_bytes(*word));
    let mut word = || words.next().unwrap_or(0);
    let index = |value| (value != NO_INDEX).then_some(value);
    // The order of the fields of class_def_item.
    let class = word();
    let access_flags = word();
    let superclass = index(word());
    let interfaces_off = word();
    let source_file = index(word());
    ClassDef {
        class,
        access_flags,
        superclass,
        source_file,
        interfaces_off,
        annotations_off: word(),
        class_data_off: word(),
        static_values_off: word(),
    }
}

impl<'a> ClassData<'a> {
    /// Number of fields, static and instance.
    pub const fn field_count(&self) -> u32 {
        self.static_fields.saturating_add(self.instance_fields)
    }

    /// Number of methods, direct and virtual.
    pub const fn method_count(&self) -> u32 {
        self.direct_methods.saturating_add(self.virtual_methods)
    }

    /// The fields, static ones first.
    pub const fn fields(&self) -> Fields<'a> {
        Fields(Walk::new(
            self.items,
            self.static_fields,
            self.instance_fields,
        ))
    }

    /// The methods, direct ones first.
    ///
    /// # Errors
    /// When the fields before them are cut short.
    pub fn methods(&self) -> Result<Methods<'a>, DecodeError> {
        let mut cursor = self.items;
        for _ in 0..self.field_count() {
            uleb(&mut cursor)?;
            uleb(&mut cursor)?;
        }
        Ok(Methods(Walk::new(
            cursor,
            self.direct_methods,
            self.virtual_methods,
        )))
    }
}

/// The fields of a class, see [`ClassData::fields`].
#[derive(Clone, Debug)]
pub struct Fields<'a>(Walk<'a>);

/// The methods of a class, see [`ClassData::methods`].
#[derive(Clone, Debug)]
pub struct Methods<'a>(Walk<'a>);

impl Iterator for Fields<'_> {
    type Item = Result<EncodedField, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.item(|cursor, field, is_static| {
            Ok(EncodedField {
                field,
                access_flags: uleb(cursor)?,
                is_static,
            })
        })
    }
}

impl Iterator for Methods<'_> {
    type Item = Result<EncodedMethod, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.item(|cursor, method, is_direct| {
            Ok(EncodedMethod {
                method,
                access_flags: uleb(cursor)?,
                is_direct,
                code_off: uleb(cursor)?,
            })
        })
    }
}

/// Two lists one after another, each with indices as differences to the one
/// before.
#[derive(Clone, Debug)]
struct Walk<'a> {
    cursor: Cursor<'a>,
    index: u32,
    in_first: bool,
    left: u32,
    second: u32,
}

impl<'a> Walk<'a> {
    const fn new(cursor: Cursor<'a>, first: u32, second: u32) -> Self {
        Self {
            cursor,
            index: 0,
            in_first: true,
            left: first,
            second,
        }
    }

    /// The next item, made by `read` from its index and which list it is in;
    /// nothing after an error.
    fn item<T>(
        &mut self,
        read: impl FnOnce(&mut Cursor<'a>, u32, bool) -> Result<T, DecodeError>,
    ) -> Option<Result<T, DecodeError>> {
        if self.left == 0 && self.in_first {
            self.in_first = false;
            self.index = 0;
            self.left = std::mem::take(&mut self.second);
        }
        self.left = self.left.checked_sub(1)?;
        let item = uleb(&mut self.cursor).and_then(|difference| {
            self.index = self
                .index
                .checked_add(difference)
                .ok_or_else(|| self.cursor.error("has an index that overflows"))?;
            read(&mut self.cursor, self.index, self.in_first)
        });
        if item.is_err() {
            self.left = 0;
            self.second = 0;
        }
        Some(item)
    }
}
