//! URLs in the text files of a package.

use rayon::prelude::*;

use super::Collector;
use super::mention::Form;
use crate::container::{Entry, Module, ModuleKind, Package};
use crate::decode::text;
use crate::evidence::{Gap, GapKind, Part};
use crate::limits::Limits;

/// Extensions of files that hold text with addresses. Binary content under
/// such a name (compiled XML, Hermes bytecode) is passed over: compiled XML
/// takes its texts from the resource table, and bytecode runs its strings
/// together, so that no URL has an end.
const TEXT: [&str; 21] = [
    "json",
    "js",
    "mjs",
    "bundle",
    "html",
    "htm",
    "xhtml",
    "xml",
    "txt",
    "md",
    "properties",
    "conf",
    "config",
    "cfg",
    "ini",
    "yaml",
    "yml",
    "toml",
    "env",
    "lua",
    "plist",
];
/// Largest file, in bytes.
const MAX_FILE: u64 = 8 * 1024 * 1024;
/// Sum of all files, in bytes.
const MAX_ALL: u64 = 32 * 1024 * 1024;

impl Collector {
    /// Looks for URLs in the text files of all modules, by their
    /// extension: files up to 8 MiB each and 32 MiB in all, the smaller
    /// ones first. What is left out is a gap.
    pub fn files(&mut self, package: &Package, limits: &Limits) -> Vec<Gap> {
        let mut files: Vec<(&Module, &Entry)> = package
            .modules
            .iter()
            .flat_map(|module| module.entries().map(move |entry| (module, entry)))
            .filter(|(module, entry)| is_text(&entry.name) && !is_compiled(module, &entry.name))
            .collect();
        files.sort_by(|a, b| (a.1.size, &a.1.name).cmp(&(b.1.size, &b.1.name)));
        let mut left = MAX_ALL;
        let room = files
            .iter()
            .position(|(_, entry)| {
                let fits = entry.size <= MAX_FILE && entry.size <= left;
                left = left.saturating_sub(entry.size);
                !fits
            })
            .unwrap_or(files.len());
        let (read, beyond) = files.split_at(room);
        let found = read
            .par_iter()
            .fold(
                || Self::new(limits),
                |mut collector, (module, entry)| {
                    collector.file(module, entry);
                    collector
                },
            )
            .reduce(
                || Self::new(limits),
                |mut all, one| {
                    all.merge(one);
                    all
                },
            );
        self.merge(found);
        beyond
            .first()
            .map(|(module, entry)| Gap {
                part: Part::Resources,
                kind: GapKind::Limit,
                place: module.place(entry),
                detail: format!("{} text files were not searched for URLs", beyond.len()),
            })
            .into_iter()
            .collect()
    }

    /// A file that cannot be read gives nothing: whether that matters is
    /// for the rooms to say that need the file.
    fn file(&mut self, module: &Module, entry: &Entry) {
        let Ok(bytes) = module.read(entry) else {
            return;
        };
        let has_url = memchr::memmem::find(&bytes, b"://").is_some()
            || memchr::memmem::find(&bytes, b":\\/\\/").is_some();
        if !has_url || text::looks_binary(&bytes) {
            return;
        }
        let decoded = text::decode(&bytes);
        let file = module.place(entry);
        let form = Form::of(extension(&entry.name).unwrap_or_default());
        self.add_of(&decoded.text, form, |offset| {
            file.clone()
                .line(decoded.line(offset))
                .offset(decoded.byte_offset(offset))
        });
    }
}

/// XML resources are compiled, but for those of a library.
fn is_compiled(module: &Module, name: &str) -> bool {
    let raw = name.starts_with("res/raw");
    name.starts_with("res/") && !raw && !matches!(module.kind, ModuleKind::Aar | ModuleKind::Jar)
}

fn is_text(name: &str) -> bool {
    // Descriptions of a build name its repositories; no code reads them.
    if name.starts_with("META-INF/maven/") {
        return false;
    }
    extension(name).is_some_and(|extension| {
        TEXT.iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn extension(name: &str) -> Option<&str> {
    let file = name.rsplit('/').next()?;
    Some(file.rsplit_once('.')?.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_describes_a_build_is_no_text_of_the_app() {
        assert!(is_text("assets/config.JSON"));
        assert!(is_text("META-INF/services/a.txt"));
        assert!(!is_text("META-INF/maven/com.example/push/pom.xml"));
        assert!(!is_text("META-INF/maven/com.example/push/pom.properties"));
        assert!(!is_text("lib/x86/liba.so"));
    }
}
