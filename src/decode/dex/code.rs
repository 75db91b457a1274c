//! `code_item`: instructions and what guards them.

use super::leb::{sleb, uleb};
use super::{Cursor, DecodeError, halves, words};

/// Instructions as 16-bit little-endian code units, in place.
pub type Units<'a> = &'a [[u8; 2]];

/// The unit at a position.
pub(super) fn unit(units: Units<'_>, at: usize) -> Option<u16> {
    units.get(at).map(|bytes| u16::from_le_bytes(*bytes))
}

/// The code of a method.
#[derive(Clone, Copy, Debug)]
pub struct Code<'a> {
    /// Number of registers.
    pub registers: u16,
    /// Number of registers that hold arguments on entry: the last ones.
    pub ins: u16,
    /// Most argument registers of a call made here.
    pub outs: u16,
    /// The instructions.
    pub units: Units<'a>,
    /// Offset in bytes of the first instruction from the start of the file.
    pub units_offset: u64,
    pub(super) debug_info_off: u32,
    data: &'a [u8],
    tries: &'a [[u8; 8]],
    handlers: usize,
}

/// `try_item`: a range of instructions and where exceptions go from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    /// First code unit covered.
    pub start: u32,
    /// Number of code units covered.
    pub count: u32,
    /// Handlers in the order they are tried.
    pub handlers: Vec<Handler>,
}

/// One catch clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// Type index of what is caught; `None` catches everything.
    pub exception: Option<u32>,
    /// Code unit where the handler starts.
    pub address: u32,
}

const WHAT: &str = "code_item";

impl<'a> Code<'a> {
    pub(super) fn parse(data: &'a [u8], mut cursor: Cursor<'a>) -> Result<Self, DecodeError> {
        let registers = cursor.u16()?;
        let ins = cursor.u16()?;
        let outs = cursor.u16()?;
        let tries_size = cursor.u16()?;
        let debug_info_off = cursor.u32()?;
        let count = cursor.index()?;
        let count = cursor.fits(count, 2)?;
        let units_at = cursor.pos();
        let units = cursor.take(count.saturating_mul(2))?.as_chunks().0;
        let mut tries: &[[u8; 8]] = &[];
        if tries_size != 0 {
            // Tries start at a multiple of four bytes.
            cursor.skip(count.wrapping_rem(2).saturating_mul(2))?;
            let bytes = cursor.take(usize::from(tries_size).saturating_mul(8))?;
            tries = bytes.as_chunks().0;
        }
        Ok(Self {
            registers,
            ins,
            outs,
            units,
            units_offset: u64::try_from(units_at).unwrap_or(u64::MAX),
            debug_info_off,
            data,
            tries,
            handlers: cursor.pos(),
        })
    }

    /// The guarded ranges, in order of their start.
    pub fn tries(&self) -> impl ExactSizeIterator<Item = Result<Try, DecodeError>> + use<'a> {
        let (data, handlers) = (self.data, self.handlers);
        self.tries.iter().map(move |item| {
            let (start, rest) = words(*item);
            let (count, offset) = halves(rest);
            let at = handlers.saturating_add(super::size(offset));
            Ok(Try {
                start,
                count,
                handlers: catch_handlers(Cursor::new(data, at, WHAT))?,
            })
        })
    }
}

/// `encoded_catch_handler`: a size of zero or less ends with a clause that
/// catches everything.
fn catch_handlers(mut cursor: Cursor<'_>) -> Result<Vec<Handler>, DecodeError> {
    let size = sleb(&mut cursor)?;
    let typed = usize::try_from(size.unsigned_abs()).unwrap_or(usize::MAX);
    let typed = cursor.fits(typed, 2)?;
    // A method has at most 65,536 code units that are worth a handler.
    if typed > 0x1_0000 {
        return Err(cursor.error("has too many handlers"));
    }
    let mut handlers = Vec::with_capacity(typed);
    for _ in 0..typed {
        handlers.push(Handler {
            exception: Some(uleb(&mut cursor)?),
            address: uleb(&mut cursor)?,
        });
    }
    if size <= 0 {
        handlers.push(Handler {
            exception: None,
            address: uleb(&mut cursor)?,
        });
    }
    Ok(handlers)
}
