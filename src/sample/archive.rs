//! A ZIP archive in memory.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::error::SampleError;
use super::{description, tricks};

/// Entries by name. The manifest comes first, as build tools write it.
#[derive(Clone, Debug, Default)]
pub(super) struct Archive {
    entries: BTreeMap<String, Vec<u8>>,
}

impl Archive {
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.entries.insert(name.to_owned(), bytes);
    }

    /// Whether there is an entry of this name.
    pub fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The archive, with the tricks that are asked for.
    pub fn write(&self, tricks: &description::Zip) -> Result<Vec<u8>, SampleError> {
        tricks::play(tricks, self.clone())
    }

    /// The archive. The same entries give the same bytes.
    pub fn plain(&self) -> Result<Vec<u8>, SampleError> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(name, _)| *name != "AndroidManifest.xml");
        for (name, bytes) in entries {
            let failed = |error: &dyn std::fmt::Display| {
                SampleError::new(format!("entry {name}"), error.to_string())
            };
            writer
                .start_file(name.as_str(), options(name))
                .map_err(|error| failed(&error))?;
            writer.write_all(bytes).map_err(|error| failed(&error))?;
        }
        let done = writer
            .finish()
            .map_err(|error| SampleError::new("archive", error.to_string()))?;
        Ok(done.into_inner())
    }
}

/// What the system maps into memory is stored and aligned.
fn options(name: &str) -> SimpleFileOptions {
    let options = SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "so" => options
            .compression_method(CompressionMethod::Stored)
            .with_alignment(4096),
        "arsc" | "apk" => options
            .compression_method(CompressionMethod::Stored)
            .with_alignment(4),
        _ => options.compression_method(CompressionMethod::Deflated),
    }
}
