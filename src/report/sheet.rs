//! What an explanation is made of, whatever it is written as.

use super::page::Page;

/// A heading with labelled values and texts below it.
pub trait Sheet {
    /// A heading.
    fn heading(&mut self, text: &str);
    /// A label and a value; without a label one more value of the label
    /// above.
    fn row(&mut self, label: &str, value: &str);
    /// A label and a text of several lines, of which some may be code.
    fn paragraph(&mut self, label: &str, text: &str);
}

impl Sheet for Page {
    fn heading(&mut self, text: &str) {
        Self::heading(self, text);
    }

    fn row(&mut self, label: &str, value: &str) {
        Self::row(self, label, value);
    }

    fn paragraph(&mut self, label: &str, text: &str) {
        Self::paragraph(self, label, text);
    }
}
