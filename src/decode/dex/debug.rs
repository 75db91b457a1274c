//! `debug_info_item`: the state machine that gives line numbers.

use super::leb::{sleb, uleb, uleb_p1};
use super::{Code, Cursor, Dex};

/// Opcodes of the state machine.
mod op {
    pub const END_SEQUENCE: u8 = 0x00;
    pub const ADVANCE_PC: u8 = 0x01;
    pub const ADVANCE_LINE: u8 = 0x02;
    pub const START_LOCAL: u8 = 0x03;
    pub const START_LOCAL_EXTENDED: u8 = 0x04;
    pub const END_LOCAL: u8 = 0x05;
    pub const RESTART_LOCAL: u8 = 0x06;
    pub const SET_PROLOGUE_END: u8 = 0x07;
    pub const SET_EPILOGUE_BEGIN: u8 = 0x08;
    pub const SET_FILE: u8 = 0x09;
    pub const FIRST_SPECIAL: u8 = 0x0a;
}
/// Smallest line difference of a special opcode.
const LINE_BASE: i32 = -4;
/// Number of line differences of the special opcodes.
const LINE_RANGE: u8 = 15;

/// From this code unit on, the source line is this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Code unit.
    pub address: u32,
    /// Source line. Obfuscated code may record numbers that only its mapping
    /// file explains.
    pub line: u32,
}

/// The line table of a method, by rising address. Ends early where the
/// record is malformed: it only helps people, so half of it is better than
/// none.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    /// `None` when there is nothing left.
    cursor: Option<Cursor<'a>>,
    address: u32,
    line: u32,
    /// First address that lies outside the method.
    end: u32,
    /// Instructions of the machine that may still run.
    fuel: usize,
}

impl<'a> Dex<'a> {
    /// The line table of a method; empty if it has none.
    pub fn lines(&self, code: &Code<'_>) -> Lines<'a> {
        let mut cursor =
            (code.debug_info_off != 0).then(|| self.cursor(code.debug_info_off, "debug_info"));
        let line = cursor.as_mut().and_then(|cursor| {
            let line = uleb(cursor).ok()?;
            for _ in 0..uleb(cursor).ok()? {
                uleb_p1(cursor).ok()?;
            }
            Some(line)
        });
        Lines {
            cursor: cursor.filter(|_| line.is_some()),
            address: 0,
            line: line.unwrap_or(0),
            end: u32::try_from(code.units.len()).unwrap_or(u32::MAX),
            fuel: code.units.len().saturating_mul(8).saturating_add(0x1000),
        }
    }

    /// The source line of the instruction at a code unit.
    pub fn line_for_offset(&self, code: &Code<'_>, at: u32) -> Option<u32> {
        self.lines(code)
            .take_while(|line| line.address <= at)
            .last()
            .map(|line| line.line)
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let line = self.step();
        if line.is_none() {
            self.cursor = None;
        }
        line
    }
}

impl Lines<'_> {
    /// Runs to the next line, the end, or a defect.
    fn step(&mut self) -> Option<Line> {
        let cursor = self.cursor.as_mut()?;
        loop {
            self.fuel = self.fuel.checked_sub(1)?;
            let opcode = cursor.u8().ok()?;
            let operands = match opcode {
                op::END_SEQUENCE => return None,
                op::ADVANCE_PC => {
                    let difference = uleb(cursor).ok()?;
                    self.address = self.address.checked_add(difference)?;
                    0
                }
                op::ADVANCE_LINE => {
                    let difference = sleb(cursor).ok()?;
                    self.line = self.line.wrapping_add_signed(difference);
                    0
                }
                op::START_LOCAL => 3,
                op::START_LOCAL_EXTENDED => 4,
                op::END_LOCAL | op::RESTART_LOCAL | op::SET_FILE => 1,
                op::SET_PROLOGUE_END | op::SET_EPILOGUE_BEGIN => 0,
                special => {
                    let adjusted = special.wrapping_sub(op::FIRST_SPECIAL);
                    let (addresses, lines) = (
                        adjusted.wrapping_div(LINE_RANGE),
                        adjusted.wrapping_rem(LINE_RANGE),
                    );
                    self.address = self.address.checked_add(u32::from(addresses))?;
                    let difference = LINE_BASE.wrapping_add(i32::from(lines));
                    self.line = self.line.wrapping_add_signed(difference);
                    return (self.address < self.end).then_some(Line {
                        address: self.address,
                        line: self.line,
                    });
                }
            };
            for _ in 0..operands {
                uleb(cursor).ok()?;
            }
        }
    }
}
