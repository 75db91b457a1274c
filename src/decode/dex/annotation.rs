//! `annotations_directory_item` and what it leads to.

use super::leb::uleb;
use super::value::{EncodedValue, Reader};
use super::{ClassDef, Cursor, DecodeError, Dex, words};

/// `encoded_annotation`.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// Type index of the annotation.
    pub type_: u32,
    /// String index of the name, and the value, of each element.
    pub elements: Vec<(u32, EncodedValue)>,
}

/// When an annotation can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Only at build time.
    Build,
    /// At run time, by reflection.
    Runtime,
    /// By the runtime itself: signatures, inner classes, default values.
    System,
}

/// `annotation_item`.
#[derive(Clone, Debug, PartialEq)]
pub struct AnnotationItem {
    /// When it can be seen.
    pub visibility: Visibility,
    /// The annotation.
    pub annotation: Annotation,
}

/// The annotations of a class and its members, not yet decoded.
///
/// `fields`, `methods` and `parameters` give the index of the member and the
/// offset of its set ([`Dex::annotation_set`]) or, for parameters, of the
/// list of sets ([`Dex::annotation_sets`]).
#[derive(Clone, Copy, Debug)]
pub struct Annotations<'a> {
    /// Offset of the set of the class itself; 0 if it has none.
    pub class: u32,
    fields: &'a [[u8; 8]],
    methods: &'a [[u8; 8]],
    parameters: &'a [[u8; 8]],
}

impl<'a> Annotations<'a> {
    /// Field index and offset of its set.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = (u32, u32)> + use<'a> {
        self.fields.iter().map(|item| words(*item))
    }

    /// Method index and offset of its set.
    pub fn methods(&self) -> impl ExactSizeIterator<Item = (u32, u32)> + use<'a> {
        self.methods.iter().map(|item| words(*item))
    }

    /// Method index and offset of the list of the sets of its parameters.
    pub fn parameters(&self) -> impl ExactSizeIterator<Item = (u32, u32)> + use<'a> {
        self.parameters.iter().map(|item| words(*item))
    }
}

impl<'a> Dex<'a> {
    /// The annotations of a class; `None` if it has none.
    ///
    /// # Errors
    /// When the directory does not lie inside the file.
    pub fn annotations(&self, class: &ClassDef) -> Result<Option<Annotations<'a>>, DecodeError> {
        if class.annotations_off == 0 {
            return Ok(None);
        }
        let mut cursor = self.cursor(class.annotations_off, "annotations_directory");
        let class = cursor.u32()?;
        let (fields, methods, parameters) = (cursor.index()?, cursor.index()?, cursor.index()?);
        let mut list = |count: usize| -> Result<&'a [[u8; 8]], DecodeError> {
            let count = cursor.fits(count, 8)?;
            Ok(cursor.take(count.saturating_mul(8))?.as_chunks().0)
        };
        Ok(Some(Annotations {
            class,
            fields: list(fields)?,
            methods: list(methods)?,
            parameters: list(parameters)?,
        }))
    }

    /// `annotation_set_item` at an offset; empty at offset 0. One malformed
    /// annotation does not hide the others.
    ///
    /// # Errors
    /// When the set does not lie inside the file.
    pub fn annotation_set(
        &self,
        offset: u32,
    ) -> Result<
        impl ExactSizeIterator<Item = Result<AnnotationItem, DecodeError>> + use<'a>,
        DecodeError,
    > {
        let dex = *self;
        let offsets = dex.offsets(offset, "annotation_set")?;
        Ok(offsets.map(move |offset| dex.annotation_item(offset)))
    }

    /// Type index of each annotation of an `annotation_set_item` at an offset;
    /// what they say is not decoded.
    ///
    /// # Errors
    /// When the set does not lie inside the file.
    pub fn annotation_types(
        &self,
        offset: u32,
    ) -> Result<impl Iterator<Item = u32> + use<'a>, DecodeError> {
        let dex = *self;
        let offsets = dex.offsets(offset, "annotation_set")?;
        Ok(offsets.filter_map(move |offset| {
            let mut cursor = dex.cursor(offset, "annotation");
            cursor.u8().ok()?;
            uleb(&mut cursor).ok()
        }))
    }

    /// `annotation_set_ref_list` at an offset: the offset of the set of each
    /// parameter, 0 for those without.
    ///
    /// # Errors
    /// When the list does not lie inside the file.
    pub fn annotation_sets(
        &self,
        offset: u32,
    ) -> Result<impl ExactSizeIterator<Item = u32> + use<'a>, DecodeError> {
        self.offsets(offset, "annotation_set_ref_list")
    }

    fn offsets(
        &self,
        offset: u32,
        what: &'static str,
    ) -> Result<impl ExactSizeIterator<Item = u32> + use<'a>, DecodeError> {
        let mut bytes: &[u8] = &[];
        if offset != 0 {
            let mut cursor = self.cursor(offset, what);
            let count = cursor.index()?;
            let count = cursor.fits(count, 4)?;
            bytes = cursor.take(count.saturating_mul(4))?;
        }
        Ok(bytes
            .as_chunks()
            .0
            .iter()
            .map(|item| u32::from_le_bytes(*item)))
    }

    fn annotation_item(&self, offset: u32) -> Result<AnnotationItem, DecodeError> {
        let mut cursor: Cursor<'_> = self.cursor(offset, "annotation");
        let visibility = match cursor.u8()? {
            0 => Visibility::Build,
            1 => Visibility::Runtime,
            2 => Visibility::System,
            _ => return Err(cursor.error("has an unknown visibility")),
        };
        Ok(AnnotationItem {
            visibility,
            annotation: encoded(&mut Reader::new(cursor, self))?,
        })
    }
}

/// `encoded_annotation`, without the tag.
pub(super) fn encoded(reader: &mut Reader<'_>) -> Result<Annotation, DecodeError> {
    let type_ = uleb(&mut reader.cursor)?;
    let count = uleb(&mut reader.cursor)?;
    reader.cursor.fits(super::size(count), 2)?;
    let mut elements = Vec::new();
    for _ in 0..count {
        let name = uleb(&mut reader.cursor)?;
        elements.push((name, reader.value()?));
    }
    Ok(Annotation { type_, elements })
}
