//! In which order code uses strings: the string table itself is sorted,
//! and a text in it is shuffled.
//!
//! Source: `BytecodeList.def` (LoadConstString: register, index of 16 bits;
//! after it the same with 32 bits) and `SerializedLiteralParser` (literals
//! of arrays and objects: a tag of kind and count, then the values).

use super::{Strings, WORD};

/// Numbers that the instruction can have. It moved with the instructions
/// before it, even within a version: 113 in files of version 84, 115 in
/// those of 96, 144 in those of 99.
const LOAD_CONST_STRING: std::ops::RangeInclusive<u8> = 100..=163;
/// Kinds of literals: strings by an index of 32, 16 and 8 bits.
const LONG_STRING: u8 = 0x40;
const SHORT_STRING: u8 = 0x50;
const BYTE_STRING: u8 = 0x60;
/// Set in a tag whose count goes on in the next byte.
const EXTENDED: u8 = 0x80;

/// A string, by its index in the table, and where it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// Offset in the file of the first use.
    pub offset: usize,
    /// Index of the string.
    pub index: usize,
}

impl Strings<'_> {
    /// The first uses of the strings for which `wanted` holds, in the order
    /// of the file, which is that of the source within a function or a
    /// literal. Instructions are recognised, not decoded: a use can be
    /// missing, and a number that looks like one be taken for it.
    pub fn uses(&self, wanted: &[bool]) -> Vec<Use> {
        let is_wanted = |index: usize| wanted.get(index).copied().unwrap_or(false);
        let mut seen = vec![false; wanted.len()];
        let mut uses = Vec::new();
        let mut add = |offset: usize, index: usize| {
            if let Some(seen @ false) = seen.get_mut(index) {
                *seen = true;
                uses.push(Use { offset, index });
            }
        };
        let code = self.code();
        if let Some(operation) = instruction(code, wanted) {
            for (at, window) in code.windows(6).enumerate() {
                let &[operand, _, a, b, c, d] = window else {
                    continue;
                };
                let index = if operand == operation {
                    usize::from(u16::from_le_bytes([a, b]))
                } else if Some(operand) == operation.checked_add(1) {
                    usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX)
                } else {
                    continue;
                };
                if is_wanted(index) {
                    add(self.code_offset.saturating_add(at), index);
                }
            }
        }
        let literals = self.literals();
        let mut at = 0_usize;
        while let Some(tail) = literals.get(at..).filter(|tail| !tail.is_empty()) {
            let Some(list) = List::read(tail, wanted.len()).filter(|list| list.any(is_wanted))
            else {
                at = at.saturating_add(1);
                continue;
            };
            for index in list.indices().filter(|index| is_wanted(*index)) {
                add(self.literals_offset().saturating_add(at), index);
            }
            at = at.saturating_add(list.size);
        }
        uses.sort_by_key(|found| found.offset);
        uses
    }
}

/// The number of the instruction: of all that it has had the one that would
/// load the most different wanted strings.
fn instruction(code: &[u8], wanted: &[bool]) -> Option<u8> {
    let first = *LOAD_CONST_STRING.start();
    let mut seen = vec![0_u64; wanted.len()];
    let mut counts = [0_usize; 64];
    for window in code.windows(4) {
        let &[operation, _, low, high] = window else {
            continue;
        };
        let index = usize::from(u16::from_le_bytes([low, high]));
        if !LOAD_CONST_STRING.contains(&operation) || wanted.get(index) != Some(&true) {
            continue;
        }
        let bit = u32::from(operation.saturating_sub(first));
        let mask = 1_u64.checked_shl(bit).unwrap_or(0);
        if let Some(seen) = seen.get_mut(index).filter(|seen| **seen & mask == 0) {
            *seen |= mask;
            if let Some(count) = counts.get_mut(usize::try_from(bit).unwrap_or(usize::MAX)) {
                *count = count.saturating_add(1);
            }
        }
    }
    LOAD_CONST_STRING
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .max_by_key(|(operation, count)| (*count, u8::MAX.saturating_sub(*operation)))
        .map(|(operation, _)| operation)
}

/// A run of strings in a literal.
struct List<'a> {
    values: &'a [u8],
    width: usize,
    /// With its tag, in bytes.
    size: usize,
}

impl<'a> List<'a> {
    /// The run whose tag is the first byte; none if an index in it is not
    /// below `strings`.
    fn read(bytes: &'a [u8], strings: usize) -> Option<Self> {
        let tag = *bytes.first()?;
        let width = match tag & 0x70 {
            BYTE_STRING => 1,
            SHORT_STRING => 2,
            LONG_STRING => WORD,
            _ => return None,
        };
        let low = usize::from(tag & 0x0F);
        let (count, head) = if tag & EXTENDED == 0 {
            (low, 1_usize)
        } else {
            (low << 8 | usize::from(*bytes.get(1)?), 2)
        };
        let end = count.saturating_mul(width).saturating_add(head);
        let list = Self {
            values: bytes.get(head..end)?,
            width,
            size: end,
        };
        (count > 0 && list.indices().all(|index| index < strings)).then_some(list)
    }

    fn indices(&self) -> impl Iterator<Item = usize> {
        self.values.chunks_exact(self.width).map(|value| {
            value
                .iter()
                .rev()
                .fold(0_usize, |index, byte| index << 8 | usize::from(*byte))
        })
    }

    fn any(&self, wanted: impl Fn(usize) -> bool) -> bool {
        self.indices().any(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::bytecode;
    use super::*;

    fn order(tail: &[u8], strings: &[&str]) -> Vec<usize> {
        let mut file = bytecode(96, 16, strings);
        let code = file.len();
        file.extend(tail);
        // The first function header says where code begins: here after the
        // literals, which end with a byte 0.
        let literals = tail.iter().position(|byte| *byte == 0xEE).unwrap_or(0);
        let word = u32::try_from(code + literals).unwrap();
        file[128..132].copy_from_slice(&word.to_le_bytes());
        file[140..144].fill(0);
        let found = Strings::find(&file).unwrap();
        found
            .uses(&vec![true; strings.len()])
            .iter()
            .map(|found| found.index)
            .collect()
    }

    #[test]
    fn strings_come_in_the_order_in_which_code_loads_them() {
        let code = [
            0xEE, 125, 0, 2, 0, 1, 1, 125, 3, 0, 0, 9, 9, 125, 0, 2, 0, 125, 1, 1, 0, 0, 0, 0, 0,
        ];
        assert_eq!(order(&code, &["丙", "甲", "乙"]), [2, 0, 1]);
    }

    #[test]
    fn strings_of_a_literal_come_in_its_order() {
        let literals = [0x52, 1, 0, 0, 0, 0x71, 9, 0, 0, 0, 0x51, 2, 0, 0xEE];
        assert_eq!(order(&literals, &["乙", "甲", "丙"]), [1, 0, 2]);
        assert_eq!(order(&[0x62, 1, 0, 0xEE], &["乙", "甲"]), [1, 0]);
        assert_eq!(order(&[0xD0, 2, 1, 0, 0, 0, 0xEE], &["乙", "甲"]), [1, 0]);
    }

    #[test]
    fn nothing_is_read_past_the_end() {
        for tail in [&[0x5F_u8, 1][..], &[0xDF], &[0x4F, 0, 0], &[125, 0, 0]] {
            assert_eq!(order(tail, &["甲"]), [0; 0]);
        }
    }
}
