//! Which class loads a string constant first.

/// For each string of a table the type of the first class whose code loads
/// it.
#[derive(Debug)]
pub(super) struct Loaders(Vec<u32>);

/// No class loads the string. No table has this index.
const NONE: u32 = u32::MAX;

impl Loaders {
    /// Nothing loaded yet of a table of `strings`.
    pub fn new(strings: usize) -> Self {
        Self(vec![NONE; strings])
    }

    /// Code of the class with the type `class` loads a string.
    pub fn set(&mut self, string: u32, class: u32) {
        let string = usize::try_from(string).unwrap_or(usize::MAX);
        if let Some(first) = self.0.get_mut(string)
            && *first == NONE
        {
            *first = class;
        }
    }

    /// The type of the first class that loads a string.
    pub fn of(&self, string: u32) -> Option<u32> {
        let first = self.0.get(usize::try_from(string).ok()?)?;
        (*first != NONE).then_some(*first)
    }
}
