//! Java class files, versions 45 (JDK 1.1) to 69 (Java 25): what a class is,
//! what it defines, and what its constant pool names.
//!
//! Source of the format: "The class File Format", chapter 4 of the Java
//! virtual machine specification. Of attributes only constant values and code
//! are read, and code is given as bytes.

use std::borrow::Cow;

use super::DecodeError;
use super::cursor::Cursor;
use super::dex::text;

const WHAT: &str = "class file";
const POOL: &str = "constant pool";
const MAGIC: u32 = 0xcafe_babe;
/// Versions that are known (section 4.1, table 4.1-A).
const VERSIONS: std::ops::RangeInclusive<u16> = 45..=69;
/// `ACC_MODULE` (table 4.1-B).
const MODULE: u16 = 0x8000;

/// Tags of the constant pool (section 4.4, table 4.4-A).
mod tag {
    pub const UTF8: u8 = 1;
    pub const INTEGER: u8 = 3;
    pub const FLOAT: u8 = 4;
    pub const LONG: u8 = 5;
    pub const DOUBLE: u8 = 6;
    pub const CLASS: u8 = 7;
    pub const STRING: u8 = 8;
    pub const FIELD: u8 = 9;
    pub const METHOD: u8 = 10;
    pub const INTERFACE_METHOD: u8 = 11;
    pub const NAME_AND_TYPE: u8 = 12;
    pub const METHOD_HANDLE: u8 = 15;
    pub const METHOD_TYPE: u8 = 16;
    pub const DYNAMIC: u8 = 17;
    pub const INVOKE_DYNAMIC: u8 = 18;
    pub const MODULE: u8 = 19;
    pub const PACKAGE: u8 = 20;
}

/// A class file, over its bytes.
#[derive(Clone, Debug)]
pub struct ClassFile<'a> {
    data: &'a [u8],
    /// Where each constant starts, by index; 0 for index 0 and for the
    /// second half of a long or a double.
    pool: Vec<u32>,
    /// Major version: 52 is Java 8, 61 is Java 17.
    pub version: u16,
    /// `access_flags` (table 4.1-B).
    pub access_flags: u16,
    this_class: u16,
    super_class: u16,
    interfaces: Vec<u16>,
    /// Fields, in file order.
    pub fields: Vec<Member>,
    /// Methods, in file order, constructors included.
    pub methods: Vec<Member>,
}

/// A field or a method that the class defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// `access_flags` (tables 4.5-A and 4.6-A).
    pub access_flags: u16,
    /// Index of its name, see [`ClassFile::utf8`].
    pub name: u16,
    /// Index of its descriptor.
    pub descriptor: u16,
    /// Where its attributes start.
    attributes: usize,
}

/// A field or method that the constant pool names, in modified UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// Internal name of its class: `java/lang/String`; of an array the
    /// descriptor: `[Ljava/lang/String;`.
    pub owner: &'a [u8],
    /// Its name.
    pub name: &'a [u8],
    /// Its descriptor: `()I`.
    pub descriptor: &'a [u8],
    /// A field and not a method.
    pub is_field: bool,
}

/// A constant that fits in a field of a primitive type or a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constant<'a> {
    /// In modified UTF-8.
    Text(&'a [u8]),
    /// An `int` or a `long`.
    Number(i64),
}

/// A string constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StringConstant<'a> {
    /// The text in modified UTF-8.
    pub bytes: &'a [u8],
    /// Where it starts in the file, in bytes.
    pub offset: usize,
}

impl<'a> ClassFile<'a> {
    /// Reads a class file.
    ///
    /// # Errors
    /// When it is not one, is of an unknown version, or is cut short. Names
    /// are not looked up before they are asked for.
    pub fn parse(data: &'a [u8]) -> Result<Self, DecodeError> {
        let mut cursor = Cursor::new(data, 0, WHAT);
        if cursor.u32()?.swap_bytes() != MAGIC {
            return Err(DecodeError::new(WHAT, "has no class file magic", 0));
        }
        let _minor = u16(&mut cursor)?;
        let version = u16(&mut cursor)?;
        if !VERSIONS.contains(&version) {
            return Err(DecodeError::new(WHAT, "has an unknown version", 6));
        }
        let pool = pool(&mut cursor)?;
        let access_flags = u16(&mut cursor)?;
        let this_class = u16(&mut cursor)?;
        let super_class = u16(&mut cursor)?;
        let interfaces = list(&mut cursor, 2, u16)?;
        let fields = list(&mut cursor, Member::LEAST, Member::parse)?;
        let methods = list(&mut cursor, Member::LEAST, Member::parse)?;
        Ok(Self {
            data,
            pool,
            version,
            access_flags,
            this_class,
            super_class,
            interfaces,
            fields,
            methods,
        })
    }

    /// Whether this is a `module-info` and no class.
    pub const fn is_module(&self) -> bool {
        self.access_flags & MODULE != 0
    }

    /// Internal name of the class: `com/example/App`.
    ///
    /// # Errors
    /// When the constant is not there or is none of a class; the same for
    /// the names below.
    pub fn name(&self) -> Result<Cow<'a, str>, DecodeError> {
        self.class_name(self.this_class).map(text)
    }

    /// The name in modified UTF-8.
    ///
    /// # Errors
    /// As [`ClassFile::name`].
    pub fn name_bytes(&self) -> Result<&'a [u8], DecodeError> {
        self.class_name(self.this_class)
    }

    /// Internal name of the superclass; `None` for `java.lang.Object`.
    ///
    /// # Errors
    /// As [`ClassFile::name`].
    pub fn superclass(&self) -> Result<Option<Cow<'a, str>>, DecodeError> {
        match self.super_class {
            0 => Ok(None),
            index => self.class_name(index).map(|name| Some(text(name))),
        }
    }

    /// Internal names of the interfaces it names, in file order.
    pub fn interfaces(&self) -> impl ExactSizeIterator<Item = Result<Cow<'a, str>, DecodeError>> {
        self.interfaces
            .iter()
            .map(|index| self.class_name(*index).map(text))
    }

    /// `CONSTANT_Utf8_info`: a name, a descriptor, the text of a string.
    ///
    /// # Errors
    /// As [`ClassFile::name`].
    pub fn utf8(&self, index: u16) -> Result<&'a [u8], DecodeError> {
        let mut cursor = self.constant(index, tag::UTF8)?;
        let length = u16(&mut cursor)?;
        cursor.take(usize::from(length))
    }

    /// The fields and methods that the constant pool names, in its order:
    /// everything that the code of the class may touch, its own members
    /// included.
    pub fn references(&self) -> impl Iterator<Item = Result<Reference<'a>, DecodeError>> {
        self.constants().filter_map(|(kind, cursor)| match kind {
            tag::FIELD | tag::METHOD | tag::INTERFACE_METHOD => Some(self.reference(kind, cursor)),
            _ => None,
        })
    }

    /// The string constants, in the order of the pool.
    pub fn strings(&self) -> impl Iterator<Item = Result<StringConstant<'a>, DecodeError>> {
        self.constants().filter_map(|(kind, cursor)| match kind {
            tag::STRING => Some(self.string(cursor)),
            _ => None,
        })
    }

    /// The field or method at an index of the pool.
    ///
    /// # Errors
    /// As [`ClassFile::name`].
    pub fn member_at(&self, index: u16) -> Result<Reference<'a>, DecodeError> {
        let (kind, cursor) = self.any(index)?;
        match kind {
            tag::FIELD | tag::METHOD | tag::INTERFACE_METHOD => self.reference(kind, cursor),
            _ => Err(cursor.error("has a constant of another kind")),
        }
    }

    /// The string, `int` or `long` at an index of the pool.
    ///
    /// # Errors
    /// As [`ClassFile::name`].
    pub fn loadable(&self, index: u16) -> Result<Constant<'a>, DecodeError> {
        let (kind, mut cursor) = self.any(index)?;
        Ok(match kind {
            tag::STRING => Constant::Text(self.string(cursor)?.bytes),
            tag::INTEGER => Constant::Number(cursor.u32()?.swap_bytes().cast_signed().into()),
            tag::LONG => {
                let high = u64::from(cursor.u32()?.swap_bytes());
                let low = u64::from(cursor.u32()?.swap_bytes());
                Constant::Number((high.wrapping_shl(32) | low).cast_signed())
            }
            _ => return Err(cursor.error("has a constant of another kind")),
        })
    }

    /// `ConstantValue` of a field (section 4.7.2), if it is a text or a whole
    /// number.
    ///
    /// # Errors
    /// When an attribute is malformed.
    pub fn constant_value(&self, field: &Member) -> Result<Option<Constant<'a>>, DecodeError> {
        let Some(mut cursor) = self.attribute(field, b"ConstantValue")? else {
            return Ok(None);
        };
        Ok(self.loadable(u16(&mut cursor)?).ok())
    }

    /// The instructions of a method (`Code`, section 4.7.3); `None` for
    /// abstract and native methods.
    ///
    /// # Errors
    /// When an attribute is malformed.
    pub fn code(&self, method: &Member) -> Result<Option<&'a [u8]>, DecodeError> {
        let Some(mut cursor) = self.attribute(method, b"Code")? else {
            return Ok(None);
        };
        // Sizes of the stack and of the variables.
        cursor.skip(4)?;
        let length = cursor.u32()?.swap_bytes();
        let length = usize::try_from(length).map_err(|_| cursor.error("is cut short"))?;
        cursor.take(length).map(Some)
    }

    /// A cursor at the content of an attribute.
    fn attribute(&self, member: &Member, name: &[u8]) -> Result<Option<Cursor<'a>>, DecodeError> {
        let mut cursor = Cursor::new(self.data, member.attributes, WHAT);
        for _ in 0..u16(&mut cursor)? {
            let is = self.utf8(u16(&mut cursor)?).is_ok_and(|is| is == name);
            let length = cursor.u32()?.swap_bytes();
            if is {
                return Ok(Some(cursor));
            }
            let length = usize::try_from(length).map_err(|_| cursor.error("is cut short"))?;
            cursor.skip(length)?;
        }
        Ok(None)
    }

    fn reference(&self, kind: u8, mut cursor: Cursor<'a>) -> Result<Reference<'a>, DecodeError> {
        let owner = self.class_name(u16(&mut cursor)?)?;
        let mut pair = self.constant(u16(&mut cursor)?, tag::NAME_AND_TYPE)?;
        Ok(Reference {
            owner,
            name: self.utf8(u16(&mut pair)?)?,
            descriptor: self.utf8(u16(&mut pair)?)?,
            is_field: kind == tag::FIELD,
        })
    }

    fn string(&self, mut cursor: Cursor<'a>) -> Result<StringConstant<'a>, DecodeError> {
        let mut cursor = self.constant(u16(&mut cursor)?, tag::UTF8)?;
        let length = u16(&mut cursor)?;
        let offset = cursor.pos();
        let bytes = cursor.take(usize::from(length))?;
        Ok(StringConstant { bytes, offset })
    }

    fn class_name(&self, index: u16) -> Result<&'a [u8], DecodeError> {
        let mut cursor = self.constant(index, tag::CLASS)?;
        self.utf8(u16(&mut cursor)?)
    }

    /// All constants: tag, and a cursor behind it.
    fn constants(&self) -> impl Iterator<Item = (u8, Cursor<'a>)> {
        self.pool.iter().filter_map(|offset| {
            let mut cursor = self.cursor(*offset)?;
            Some((cursor.u8().ok()?, cursor))
        })
    }

    /// The tag of a constant, and a cursor behind it.
    fn any(&self, index: u16) -> Result<(u8, Cursor<'a>), DecodeError> {
        let missing = || DecodeError::new(POOL, "has no such index", usize::from(index));
        let offset = self.pool.get(usize::from(index)).ok_or_else(missing)?;
        let mut cursor = self.cursor(*offset).ok_or_else(missing)?;
        Ok((cursor.u8()?, cursor))
    }

    /// A cursor behind the tag of a constant, which must be `kind`.
    fn constant(&self, index: u16, kind: u8) -> Result<Cursor<'a>, DecodeError> {
        match self.any(index)? {
            (found, cursor) if found == kind => Ok(cursor),
            (_, cursor) => Err(cursor.error("has a constant of another kind")),
        }
    }

    fn cursor(&self, offset: u32) -> Option<Cursor<'a>> {
        let offset = usize::try_from(offset).ok().filter(|offset| *offset != 0)?;
        Some(Cursor::new(self.data, offset, POOL))
    }
}

impl Member {
    /// Flags, name, descriptor and number of attributes.
    const LEAST: usize = 8;

    /// `field_info` and `method_info` (sections 4.5 and 4.6), which are laid
    /// out alike.
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, DecodeError> {
        let member = Self {
            access_flags: u16(cursor)?,
            name: u16(cursor)?,
            descriptor: u16(cursor)?,
            attributes: cursor.pos(),
        };
        for _ in 0..u16(cursor)? {
            cursor.skip(2)?;
            let length = cursor.u32()?.swap_bytes();
            let length = usize::try_from(length).map_err(|_| cursor.error("is cut short"))?;
            cursor.skip(length)?;
        }
        Ok(member)
    }
}

/// Passes over the constants and notes where they start.
fn pool(cursor: &mut Cursor<'_>) -> Result<Vec<u32>, DecodeError> {
    let count = usize::from(u16(cursor)?);
    // The smallest constant takes three bytes; a long or double fills two
    // indices with nine.
    cursor.fits(count.saturating_sub(1), 3)?;
    let mut pool = Vec::with_capacity(count);
    pool.push(0);
    while pool.len() < count {
        let start = u32::try_from(cursor.pos()).map_err(|_| cursor.error("is too large"))?;
        pool.push(start);
        let length = match cursor.u8()? {
            tag::UTF8 => usize::from(u16(cursor)?),
            tag::CLASS | tag::STRING | tag::METHOD_TYPE | tag::MODULE | tag::PACKAGE => 2,
            tag::METHOD_HANDLE => 3,
            tag::INTEGER
            | tag::FLOAT
            | tag::FIELD
            | tag::METHOD
            | tag::INTERFACE_METHOD
            | tag::NAME_AND_TYPE
            | tag::DYNAMIC
            | tag::INVOKE_DYNAMIC => 4,
            tag::LONG | tag::DOUBLE => {
                pool.push(0);
                8
            }
            _ => return Err(cursor.error("has a constant of an unknown kind")),
        };
        cursor.skip(length)?;
    }
    Ok(pool)
}

/// A number of items and the items, each of at least `size` bytes.
fn list<'a, T>(
    cursor: &mut Cursor<'a>,
    size: usize,
    mut read: impl FnMut(&mut Cursor<'a>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let count = usize::from(u16(cursor)?);
    let count = cursor.fits(count, size)?;
    let mut items = Vec::with_capacity(count);
    for _ in 0..count {
        items.push(read(cursor)?);
    }
    Ok(items)
}

/// Class files are big-endian.
fn u16(cursor: &mut Cursor<'_>) -> Result<u16, DecodeError> {
    cursor.u16().map(u16::swap_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compiled by `javac --release 8` from `fixtures/decode/Sample.java`.
    const SAMPLE: &[u8] = include_bytes!("../../fixtures/decode/Sample.class");

    fn shown(reference: Reference<'_>) -> String {
        let dot = if reference.is_field { ':' } else { '.' };
        format!(
            "{}{dot}{}{}",
            text(reference.owner),
            text(reference.name),
            text(reference.descriptor)
        )
    }

    #[test]
    fn a_class_says_what_it_is_and_what_it_defines() {
        let class = ClassFile::parse(SAMPLE).unwrap();
        assert_eq!(class.version, 52);
        assert_eq!(class.name().unwrap(), "com/example/Sample");
        assert_eq!(class.superclass().unwrap().unwrap(), "java/util/ArrayList");
        let interfaces: Vec<_> = class.interfaces().map(Result::unwrap).collect();
        assert_eq!(interfaces, ["java/lang/Runnable"]);
        let names = |members: &[Member]| -> Vec<String> {
            members
                .iter()
                .map(|member| text(class.utf8(member.name).unwrap()).into_owned())
                .collect()
        };
        assert_eq!(names(&class.fields), ["BIG", "hosts"]);
        assert_eq!(names(&class.methods), ["<init>", "run", "nothing"]);
        assert!(!class.is_module());
    }

    #[test]
    fn references_are_what_javap_shows_in_the_pool() {
        let class = ClassFile::parse(SAMPLE).unwrap();
        let mut references: Vec<_> = class.references().map(|r| shown(r.unwrap())).collect();
        references.sort();
        assert_eq!(
            references,
            [
                "android/telephony/TelephonyManager.getDeviceId()Ljava/lang/String;",
                "com/example/Sample:hosts[Ljava/lang/String;",
                "java/lang/Runnable.run()V",
                "java/util/ArrayList.<init>()V",
            ]
        );
    }

    #[test]
    fn string_constants_come_with_their_offsets() {
        let class = ClassFile::parse(SAMPLE).unwrap();
        let strings: Vec<_> = class.strings().map(Result::unwrap).collect();
        let texts: Vec<_> = strings.iter().map(|string| text(string.bytes)).collect();
        assert_eq!(texts, ["https://example.com/隐私"]);
        let offset = strings[0].offset;
        assert!(SAMPLE[offset..].starts_with("https://example.com/隐私".as_bytes()));
    }

    #[test]
    fn damage_is_an_error_and_never_a_panic() {
        for length in 0..SAMPLE.len() {
            // Attributes of the class itself are not read.
            if let Ok(class) = ClassFile::parse(&SAMPLE[..length]) {
                assert_eq!(class.methods.len(), 3);
            }
        }
        let mut errors = 0;
        for at in 0..SAMPLE.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut damaged = SAMPLE.to_vec();
                damaged[at] ^= flip;
                let Ok(class) = ClassFile::parse(&damaged) else {
                    errors += 1;
                    continue;
                };
                let names = class.name().is_ok() && class.superclass().is_ok();
                let whole = class.references().all(|r| r.is_ok())
                    && class.strings().all(|s| s.is_ok())
                    && class.interfaces().all(|i| i.is_ok());
                errors += usize::from(!(names && whole));
            }
        }
        assert!(errors > 100, "{errors} of the damaged files are refused");
    }

    #[test]
    fn a_version_of_the_future_is_not_guessed_at() {
        let mut future = SAMPLE.to_vec();
        future[7] = 70;
        let error = ClassFile::parse(&future).unwrap_err();
        assert_eq!((error.why, error.offset), ("has an unknown version", 6));
        future[7] = 69;
        assert!(ClassFile::parse(&future).is_ok());
    }
}
