//! ASN.1 elements as certificates and signature files hold them.
//!
//! Source: ITU-T X.690, sections 8.1.2 to 8.1.5. Signature files of old
//! tools use the indefinite length of BER, so both forms of length are read.

use super::DecodeError;
use super::cursor::Cursor;

/// `INTEGER`.
pub const INTEGER: u8 = 0x02;
/// `OBJECT IDENTIFIER`.
pub const OBJECT_IDENTIFIER: u8 = 0x06;
/// `SEQUENCE` and `SEQUENCE OF`.
pub const SEQUENCE: u8 = 0x30;
/// `SET` and `SET OF`.
pub const SET: u8 = 0x31;

/// The low bits of a tag that goes on in further bytes.
const LONG_TAG: u8 = 0x1f;
const INDEFINITE: u8 = 0x80;

/// The constructed, context-specific tag `[n]`.
pub const fn context(n: u8) -> u8 {
    0xa0 | (n & LONG_TAG)
}

/// One element: its tag, its content, and both together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    /// The identifier octet.
    pub tag: u8,
    /// The content, without identifier and length.
    pub body: &'a [u8],
    /// All bytes of the element.
    pub whole: &'a [u8],
}

/// Reads elements one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Elements<'a> {
    data: &'a [u8],
    cursor: Cursor<'a>,
}

impl<'a> Elements<'a> {
    /// The elements in `data`; `what` names the structure in errors.
    pub const fn new(data: &'a [u8], what: &'static str) -> Self {
        Self {
            data,
            cursor: Cursor::new(data, 0, what),
        }
    }

    /// The next element, or `None` at the end.
    ///
    /// # Errors
    /// When it reaches past the end or its tag is of the long form, which
    /// no structure read here uses.
    pub fn read(&mut self) -> Result<Option<Element<'a>>, DecodeError> {
        if self.cursor.remaining() == 0 {
            return Ok(None);
        }
        let start = self.cursor.pos();
        let (tag, length) = self.header()?;
        let body_at = self.cursor.pos();
        let body_end = match length {
            Some(length) => {
                self.cursor.skip(length)?;
                self.cursor.pos()
            }
            None => self.skip_indefinite()?,
        };
        Ok(Some(Element {
            tag,
            body: self.data.get(body_at..body_end).unwrap_or_default(),
            whole: self.data.get(start..self.cursor.pos()).unwrap_or_default(),
        }))
    }

    /// The next element if it has this tag; otherwise nothing is read.
    ///
    /// # Errors
    /// As for [`Elements::read`].
    pub fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, DecodeError> {
        let before = *self;
        match self.read()? {
            Some(element) if element.tag == tag => Ok(Some(element)),
            _ => {
                *self = before;
                Ok(None)
            }
        }
    }

    /// The next element, which must have this tag.
    ///
    /// # Errors
    /// When it has another, and as for [`Elements::read`].
    pub fn expect(&mut self, tag: u8) -> Result<Element<'a>, DecodeError> {
        self.optional(tag)?
            .ok_or_else(|| self.cursor.error("lacks an element"))
    }

    /// Tag and length; `None` for the indefinite length.
    fn header(&mut self) -> Result<(u8, Option<usize>), DecodeError> {
        let tag = self.cursor.u8()?;
        if tag & LONG_TAG == LONG_TAG {
            return Err(self.cursor.error("has a tag of the long form"));
        }
        let first = self.cursor.u8()?;
        if first < INDEFINITE {
            return Ok((tag, Some(usize::from(first))));
        }
        if first == INDEFINITE {
            return Ok((tag, None));
        }
        let mut length = 0_usize;
        for _ in 0..(first & 0x7f) {
            let byte = usize::from(self.cursor.u8()?);
            length = length
                .checked_mul(256)
                .and_then(|length| length.checked_add(byte))
                .ok_or_else(|| self.cursor.error("has a length that overflows"))?;
        }
        Ok((tag, Some(length)))
    }

    /// Passes over the content of an element of indefinite length and the
    /// end-of-contents octets that close it; gives the end of the content.
    fn skip_indefinite(&mut self) -> Result<usize, DecodeError> {
        let mut open = 1_usize;
        loop {
            let at = self.cursor.pos();
            match self.header()? {
                (0, Some(0)) => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        return Ok(at);
                    }
                }
                (_, Some(length)) => self.cursor.skip(length)?,
                (_, None) => open = open.saturating_add(1),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_one_after_the_other() {
        let data = [0x02, 1, 5, 0x30, 0x81, 2, 0x06, 0];
        let mut elements = Elements::new(&data, "sample");
        assert_eq!(elements.optional(SEQUENCE), Ok(None));
        assert_eq!(elements.expect(INTEGER).unwrap().body, [5]);
        let sequence = elements.expect(SEQUENCE).unwrap();
        assert_eq!((sequence.body, sequence.whole.len()), (&data[6..], 5));
        assert_eq!(elements.read(), Ok(None));
        assert!(elements.expect(SET).is_err());
    }

    #[test]
    fn an_element_of_indefinite_length_ends_at_its_own_end_mark() {
        let data = [0x30, 0x80, 0x24, 0x80, 4, 1, 9, 0, 0, 0, 0, 0x02, 1, 7];
        let mut elements = Elements::new(&data, "sample");
        assert_eq!(elements.expect(SEQUENCE).unwrap().body, &data[2..9]);
        assert_eq!(elements.expect(INTEGER).unwrap().body, [7]);
    }

    #[test]
    fn a_length_past_the_end_is_an_error_and_not_a_panic() {
        for data in [
            &[0x30][..],
            &[0x30, 5, 0],
            &[0x30, 0x80, 0, 1],
            &[0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1],
            &[0x3f, 1, 0],
        ] {
            assert!(Elements::new(data, "sample").read().is_err(), "{data:?}");
        }
    }

    #[test]
    fn a_context_tag_is_constructed() {
        assert_eq!((context(0), context(3)), (0xa0, 0xa3));
    }
}
