//! What reading one file may cost.

/// Every table of a DEX or class file may point to the same bytes again and
/// again, so that a small file asks for very much work. No compiler shares
/// bytes more than a few times.
const SHARES: u64 = 16;
/// A kept byte costs as much as this many that are only looked at.
const KEPT: u64 = 8;
/// So that the smallest files have room too.
const LEAST: u64 = 64 * 1024;

/// The work that may still be spent on one file, in bytes looked at.
#[derive(Debug)]
pub(super) struct Work {
    left: u64,
}

/// There is no more work to spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spent;

impl Work {
    /// For a file of `size` bytes.
    pub fn for_file(size: usize) -> Self {
        Self {
            left: wide(size).saturating_mul(SHARES).saturating_add(LEAST),
        }
    }

    /// Spends on looking at `bytes` bytes.
    pub fn look(&mut self, bytes: usize) -> Result<(), Spent> {
        self.left = self.left.checked_sub(wide(bytes)).ok_or(Spent)?;
        Ok(())
    }

    /// Spends on keeping `bytes` bytes in memory.
    pub fn keep(&mut self, bytes: usize) -> Result<(), Spent> {
        let cost = wide(bytes).saturating_mul(KEPT);
        self.left = self.left.checked_sub(cost).ok_or(Spent)?;
        Ok(())
    }
}

/// A size in memory as one of a file.
pub(super) fn wide(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_be_looked_at_several_times_but_not_without_end() {
        let size = 1 << 20;
        let mut work = Work::for_file(size);
        for _ in 0..16 {
            assert_eq!(work.look(size), Ok(()));
        }
        assert_eq!(work.look(size), Err(Spent));
        assert_eq!(Work::for_file(size).keep(size * 2), Ok(()));
        assert_eq!(Work::for_file(size).keep(size * 3), Err(Spent));
    }
}
