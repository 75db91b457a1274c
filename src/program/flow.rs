//! The instructions of a method as blocks.

use rustc_hash::FxHashMap;

use super::names::NONE;
use super::value::{State, Value};
use crate::decode::dex::{self, Code, Insn, Payload};

/// Instructions, cut where the order of running may change.
#[derive(Debug)]
pub(super) struct Flow<'a> {
    code: Code<'a>,
    insns: Vec<Insn>,
    /// First instruction of each block, and one more for the end.
    starts: Vec<usize>,
    /// Blocks that a fault in the block may lead to.
    handlers: Vec<Vec<u32>>,
    /// Block by its first code unit.
    at: FxHashMap<u32, u32>,
    /// Instructions that make an object.
    made: usize,
    /// Ways from block to block.
    ways: usize,
    /// It has more handlers or cases than are followed.
    pub too_large: bool,
}

/// Most cases of the switches of a method, and most handlers of its guarded
/// ranges; tables can point to the same ones again and again.
const MOST_TARGETS: usize = 1 << 16;

/// A fault leads to at most this many handlers; more are not followed.
const MOST_HANDLERS: usize = 64;

impl<'a> Flow<'a> {
    pub fn new(code: Code<'a>) -> Self {
        Self::cut(code, |_| false)
    }

    /// The same; a block ends behind calls of methods that may end it.
    pub fn cut(code: Code<'a>, may_fail: impl Fn(u32) -> bool) -> Self {
        let insns: Vec<Insn> = dex::insns(code.units).map_while(Result::ok).collect();
        let mut flow = Self {
            code,
            insns,
            starts: Vec::new(),
            handlers: Vec::new(),
            at: FxHashMap::default(),
            made: 0,
            ways: 0,
            too_large: false,
        };
        let mut handlers = 0_usize;
        let tries: Vec<_> = code
            .tries()
            .map_while(Result::ok)
            .take_while(|guarded| {
                handlers = handlers.saturating_add(guarded.handlers.len());
                handlers <= MOST_TARGETS
            })
            .collect();
        flow.too_large |= handlers > MOST_TARGETS;
        let mut leaders: Vec<u32> = vec![0];
        let mut failing = false;
        for insn in &flow.insns {
            // The result belongs to the call.
            if failing && !matches!(insn.opcode, 0x0a..=0x0c) {
                leaders.push(insn.at);
            }
            failing = failing && matches!(insn.opcode, 0x0a..=0x0c)
                || matches!(insn.opcode, 0x6e..=0x72 | 0x74..=0x78)
                    && insn.index.is_some_and(&may_fail);
            flow.made += usize::from(matches!(insn.opcode, 0x22..=0x25));
            if ends_block(insn) {
                leaders.push(insn.at.saturating_add(insn.width));
                leaders.extend(flow.targets(insn));
                if leaders.len() > MOST_TARGETS {
                    flow.too_large = true;
                    break;
                }
            }
        }
        for guarded in &tries {
            leaders.extend([guarded.start, guarded.start.saturating_add(guarded.count)]);
            leaders.extend(guarded.handlers.iter().map(|handler| handler.address));
        }
        flow.ways = leaders.len();
        leaders.sort_unstable();
        leaders.dedup();
        let mut leaders = leaders.into_iter().peekable();
        for (position, insn) in flow.insns.iter().enumerate() {
            while leaders.next_if(|leader| *leader < insn.at).is_some() {}
            if leaders.next_if_eq(&insn.at).is_some() {
                let block = u32::try_from(flow.starts.len()).unwrap_or(NONE);
                flow.at.insert(insn.at, block);
                flow.starts.push(position);
            }
        }
        flow.handlers = vec![Vec::new(); flow.starts.len()];
        for guarded in &tries {
            let first = |start: &usize| flow.insns.get(*start).map_or(u32::MAX, |insn| insn.at);
            let end = guarded.start.saturating_add(guarded.count);
            let from = flow
                .starts
                .partition_point(|start| first(start) < guarded.start);
            let to = flow.starts.partition_point(|start| first(start) < end);
            for handlers in flow.handlers.get_mut(from..to).unwrap_or_default() {
                let addresses = guarded.handlers.iter().map(|handler| handler.address);
                let blocks = addresses.filter_map(|address| flow.at.get(&address));
                let room = MOST_HANDLERS.saturating_sub(handlers.len());
                let before = handlers.len();
                handlers.extend(blocks.take(room));
                flow.ways += 2 * (handlers.len() - before);
            }
        }
        flow.starts.push(flow.insns.len());
        flow
    }

    /// Number of blocks.
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Number of registers of the method.
    pub fn registers(&self) -> usize {
        usize::from(self.code.registers)
    }

    /// Number of instructions that make an object.
    pub fn made(&self) -> usize {
        self.made
    }

    /// Number of ways from block to block.
    pub fn ways(&self) -> usize {
        self.ways
    }

    /// Whether a branch rests on a parameter as the method was given it.
    pub fn tests(&self, entry: &State, parameter: u16) -> bool {
        let mut registers = entry.registers.iter();
        let Some(register) = registers.position(|known| known.value == Value::Param(parameter))
        else {
            return false;
        };
        let mut insns = self.insns.iter();
        insns.any(|insn| {
            matches!(insn.opcode, 0x2b | 0x2c | 0x32..=0x3d)
                && insn
                    .registers
                    .iter()
                    .any(|other| usize::from(other) == register)
        })
    }

    /// The instructions of a block.
    pub fn block(&self, block: usize) -> &[Insn] {
        let range = self.starts.get(block).zip(self.starts.get(block + 1));
        range
            .and_then(|(start, end)| self.insns.get(*start..*end))
            .unwrap_or_default()
    }

    /// Where a fault in the block leads.
    pub fn handlers(&self, block: usize) -> &[u32] {
        self.handlers.get(block).map_or(&[], |list| list)
    }

    /// The block that starts at a code unit.
    pub fn block_at(&self, at: u32) -> Option<u32> {
        self.at.get(&at).copied()
    }

    /// The block after a block.
    pub fn next(&self, insn: &Insn) -> Option<u32> {
        self.block_at(insn.at.saturating_add(insn.width))
    }

    /// Code units that a branch or switch names.
    pub fn targets(&self, insn: &Insn) -> Vec<u32> {
        let Some(target) = insn.target.and_then(|at| u32::try_from(at).ok()) else {
            return Vec::new();
        };
        if is_switch(insn) {
            let cases = self.cases(insn).into_iter();
            cases.map(|(_, to)| to).collect()
        } else {
            vec![target]
        }
    }

    /// Blocks that may run right after a block, faults included.
    pub fn after(&self, block: usize) -> Vec<u32> {
        let Some(last) = self.block(block).last() else {
            return Vec::new();
        };
        let targets = self.targets(last).into_iter();
        let mut after: Vec<u32> = targets.filter_map(|at| self.block_at(at)).collect();
        if !matches!(last.opcode, 0x0e..=0x11 | 0x27..=0x2a) {
            after.extend(self.next(last));
        }
        after.extend(self.handlers(block));
        after
    }

    /// Blocks from which the instruction at a code unit can be reached, and
    /// its own one.
    pub fn before(&self, at: u32) -> Vec<bool> {
        let mut before = vec![false; self.len()];
        let mut leading: Vec<Vec<u32>> = vec![Vec::new(); self.len()];
        for block in 0..self.len() {
            for after in self.after(block) {
                if let Some(leading) = leading.get_mut(after as usize) {
                    leading.extend(u32::try_from(block));
                }
            }
        }
        let mut waiting: Vec<u32> = self.block_of(at).into_iter().collect();
        while let Some(block) = waiting.pop() {
            if let Some(seen @ false) = before.get_mut(block as usize) {
                *seen = true;
                waiting.extend(leading.get(block as usize).into_iter().flatten());
            }
        }
        before
    }

    /// The block of the instruction at a code unit.
    pub fn block_of(&self, at: u32) -> Option<u32> {
        let insn = self.insns.partition_point(|insn| insn.at < at);
        let block = self.starts.partition_point(|start| *start <= insn);
        u32::try_from(block.checked_sub(1)?).ok()
    }

    /// Values and code units of a switch.
    pub fn cases(&self, insn: &Insn) -> Vec<(i32, u32)> {
        let target = insn.target.and_then(|at| u32::try_from(at).ok());
        let Some(Payload::Switch(cases)) = target.and_then(|at| dex::payload(self.code.units, at))
        else {
            return Vec::new();
        };
        let to = |offset: i32| u32::try_from(i64::from(insn.at).saturating_add(i64::from(offset)));
        let cases = cases.into_iter();
        cases
            .filter_map(|(value, offset)| Some((value, to(offset).ok()?)))
            .collect()
    }
}

/// `return*`, `throw`, `goto*`, switches, `if-*`.
const fn ends_block(insn: &Insn) -> bool {
    matches!(insn.opcode, 0x0e..=0x11 | 0x27..=0x2c | 0x32..=0x3d)
}

/// `packed-switch`, `sparse-switch`.
pub(super) const fn is_switch(insn: &Insn) -> bool {
    matches!(insn.opcode, 0x2b | 0x2c)
}
