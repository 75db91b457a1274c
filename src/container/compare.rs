//! The same archive through the `zip` crate, as a second opinion.

use std::io::Cursor;

use super::directory::Directory;

/// How the `zip` crate's view of the archive differs from the directory as
/// walked here; `None` if both see the same entries.
pub(super) fn disagreement(file: &[u8], directory: &Directory<'_>) -> Option<String> {
    let theirs = match zip::ZipArchive::new(Cursor::new(file)) {
        Ok(archive) => archive,
        Err(error) => return Some(format!("a common ZIP reader refuses the file: {error}")),
    };
    let ours = &directory.records;
    if theirs.len() != ours.len() {
        return Some(format!(
            "a common ZIP reader sees {} entries, the directory holds {}",
            theirs.len(),
            ours.len()
        ));
    }
    for (index, record) in ours.iter().enumerate() {
        let Ok(entry) = theirs.by_index_data(index) else {
            return Some(format!("a common ZIP reader lacks entry {index}"));
        };
        if entry.name_raw() != record.name
            || entry.size() != record.size
            || entry.compressed_size() != record.compressed_size
            || entry.header_start() != record.header_offset
        {
            return Some(format!(
                "a common ZIP reader has another name, size or offset for entry {index}"
            ));
        }
    }
    None
}
