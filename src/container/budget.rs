//! What one input may still cost, and what reading it brought to light.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::evidence::{Anomaly, Gap};
use crate::limits::Limits;

/// The spendable part of [`Limits`], shared by all archives of one input and
/// by all threads that read from them.
///
/// Reading is also where lies of a header come out, so the budget keeps the
/// anomalies and gaps that were noticed after the package was opened.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    bytes: AtomicU64,
    entries: AtomicUsize,
    nested: AtomicUsize,
    anomalies: Mutex<BTreeSet<Anomaly>>,
    gaps: Mutex<BTreeSet<Gap>>,
}

impl Budget {
    /// The whole of `limits`.
    pub fn new(limits: &Limits) -> Self {
        Self {
            bytes: AtomicU64::new(limits.total_bytes),
            entries: AtomicUsize::new(limits.total_entries),
            nested: AtomicUsize::new(limits.nested),
            limits: limits.clone(),
            anomalies: Mutex::default(),
            gaps: Mutex::default(),
        }
    }

    /// The limits this budget was made of.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Bytes of inflated content that may still be produced.
    pub fn bytes_left(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Takes `n` bytes, or nothing and says no.
    #[must_use]
    pub fn spend_bytes(&self, n: u64) -> bool {
        self.bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(n)
            })
            .is_ok()
    }

    /// Takes `n` archive entries, or nothing and says no.
    #[must_use]
    pub fn spend_entries(&self, n: usize) -> bool {
        self.entries
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(n)
            })
            .is_ok()
    }

    /// Takes one nested archive, or nothing and says no.
    #[must_use]
    pub fn spend_nested(&self) -> bool {
        self.nested
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            })
            .is_ok()
    }

    /// Keeps an anomaly that reading showed; the same one only once.
    pub fn note(&self, anomaly: Anomaly) {
        let mut noted = lock(&self.anomalies);
        if noted.len() < self.limits.listed {
            noted.insert(anomaly);
        }
    }

    /// Keeps a gap that reading showed; the same one only once.
    pub fn note_gap(&self, gap: Gap) {
        let mut noted = lock(&self.gaps);
        if noted.len() < self.limits.listed {
            noted.insert(gap);
        }
    }

    /// Anomalies noted so far, sorted.
    pub fn anomalies(&self) -> Vec<Anomaly> {
        lock(&self.anomalies).iter().cloned().collect()
    }

    /// Gaps noted so far, sorted.
    pub fn gaps(&self) -> Vec<Gap> {
        lock(&self.gaps).iter().cloned().collect()
    }
}

/// A set is whole after a panic elsewhere, so poison is of no concern.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_gives_all_or_nothing() {
        let limits = Limits {
            total_bytes: 10,
            nested: 1,
            ..Limits::default()
        };
        let budget = Budget::new(&limits);
        assert!(budget.spend_bytes(7));
        assert!(!budget.spend_bytes(4));
        assert!(budget.spend_bytes(3));
        assert_eq!(budget.bytes_left(), 0);
        assert!(budget.spend_nested());
        assert!(!budget.spend_nested());
    }
}
