//! What reading one document may cost, over all of its parts, and what went
//! wrong with it.

use std::cell::Cell;

use crate::evidence::GapKind;

/// What is left to spend. Once a part of it is spent, or a part of the
/// document cannot be read, the document has a fault and every step after it
/// ends at once: half a text must not pass for the whole.
#[derive(Debug)]
pub(super) struct Budget {
    bytes: Cell<usize>,
    objects: Cell<usize>,
    operations: Cell<usize>,
    entries: Cell<usize>,
    fault: Cell<Option<Fault>>,
}

/// What a fault means for the search, and what it is.
pub(super) type Fault = (GapKind, &'static str);

impl Default for Budget {
    fn default() -> Self {
        Self {
            bytes: Cell::new(32 << 20),
            objects: Cell::new(200_000),
            operations: Cell::new(4_000_000),
            entries: Cell::new(500_000),
            fault: Cell::new(None),
        }
    }
}

impl Budget {
    /// Bytes that are searched, unpacked or written.
    pub fn bytes(&self, count: usize) -> Option<()> {
        self.take(&self.bytes, count)
    }

    /// Bytes that may still be unpacked.
    pub fn bytes_left(&self) -> usize {
        self.bytes.get()
    }

    /// An object that is found or followed.
    pub fn object(&self) -> Option<()> {
        self.take(&self.objects, 1)
    }

    /// A value or operator that is read.
    pub fn operation(&self) -> Option<()> {
        self.take(&self.operations, 1)
    }

    /// An entry of a font's tables, or a piece of text.
    pub fn entry(&self) -> Option<()> {
        self.take(&self.entries, 1)
    }

    /// Notes a fault, unless there is one already, and gives nothing.
    pub fn fail<T>(&self, kind: GapKind, why: &'static str) -> Option<T> {
        let first = self.fault.get().or(Some((kind, why)));
        self.fault.set(first);
        None
    }

    /// Notes that something is larger than any real document has it.
    pub fn exceed<T>(&self) -> Option<T> {
        self.fail(GapKind::Limit, "is beyond the limit")
    }

    /// The first fault.
    pub fn fault(&self) -> Option<Fault> {
        self.fault.get()
    }

    fn take(&self, from: &Cell<usize>, count: usize) -> Option<()> {
        match from.get().checked_sub(count) {
            Some(left) => from.set(left),
            None => return self.exceed(),
        }
        self.fault.get().is_none().then_some(())
    }
}
