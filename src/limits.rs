//! The bounds that hostile input is held to.

/// Upper bounds on what one input may cost. Every decoder and container
/// checks against these before it allocates.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Largest input file, in bytes.
    pub input_bytes: u64,
    /// Largest policy document on its own, in bytes.
    pub document_bytes: u64,
    /// Largest single entry after inflation, in bytes.
    pub entry_bytes: u64,
    /// Largest sum of all inflated entries of one input, in bytes.
    pub total_bytes: u64,
    /// Most entries of one archive.
    pub entries: usize,
    /// Most entries of one input, nested archives included.
    pub total_entries: usize,
    /// Largest ratio of inflated to stored size of one entry, once it is
    /// larger than 16 mebibytes. Code, tables and texts stay below 30; the
    /// format itself allows 1032.
    pub ratio: u64,
    /// Deepest nesting of archives.
    pub depth: usize,
    /// Most nested archives that are opened in one input.
    pub nested: usize,
    /// Deepest nesting of XML elements, annotations and encoded arrays.
    pub tree_depth: usize,
    /// Most nodes (elements and attributes) of one XML document.
    pub tree_nodes: usize,
    /// Most strings, URLs or other listed facts of one kind kept in the
    /// result.
    pub listed: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            input_bytes: 4096 * MIB,
            document_bytes: 64 * MIB,
            entry_bytes: 512 * MIB,
            total_bytes: 2048 * MIB,
            entries: 200_000,
            total_entries: 400_000,
            ratio: 200,
            depth: 4,
            nested: 200,
            tree_depth: 200,
            tree_nodes: 1_000_000,
            listed: 20_000,
        }
    }
}
