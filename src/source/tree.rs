//! The files of a source tree.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::check::Evidence;
use crate::evidence::Place;

/// Files looked at.
const FILES: usize = 200_000;
/// Folders above one another.
const DEPTH: usize = 40;
/// Bytes read of one file.
const BYTES: u64 = 2 << 20;
/// Folders that people do not write.
const WRITTEN: [&str; 8] = [
    "build",
    "node_modules",
    "Pods",
    "DerivedData",
    "out",
    "dist",
    "target",
    "bin",
];

/// Paths of the files below a folder.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    shown: String,
    /// Below the root, with `/`, sorted.
    files: Vec<String>,
}

impl Tree {
    /// The files below `root`.
    pub fn walk(root: &Path, shown: &str) -> std::io::Result<Self> {
        fs::read_dir(root)?;
        let walk = WalkDir::new(root).max_depth(DEPTH).sort_by_file_name();
        let walk = walk.into_iter().filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            let skipped = name.starts_with('.') || WRITTEN.contains(&&*name);
            entry.depth() == 0 || !(entry.file_type().is_dir() && skipped)
        });
        let mut files: Vec<String> = walk
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .take(FILES)
            .filter_map(|entry| {
                let below = entry.path().strip_prefix(root).ok()?;
                Some(below.to_str()?.replace('\\', "/"))
            })
            .collect();
        files.sort();
        Ok(Self {
            root: root.to_owned(),
            shown: shown.trim_end_matches('/').to_owned(),
            files,
        })
    }

    /// Files whose name is right, the app's own before tests and variants,
    /// short paths before long ones.
    pub fn named(&self, right: impl Fn(&str) -> bool) -> Vec<&str> {
        let name = |file: &str| right(file.rsplit('/').next().unwrap_or_default());
        let mut files: Vec<&str> = self.files.iter().map(String::as_str).collect();
        files.retain(|file| name(file));
        files.sort_by_key(|file| (rank(file), file.len(), *file));
        files
    }

    /// Text of a file, if it is not too large.
    pub fn text(&self, file: &str) -> Option<String> {
        let mut bytes = Vec::new();
        let opened = fs::File::open(self.root.join(file)).ok()?;
        opened.take(BYTES + 1).read_to_end(&mut bytes).ok()?;
        let whole = bytes.len() as u64 <= BYTES;
        whole.then(|| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A line of a file, as reports write it.
    pub fn place(&self, file: &str, line: usize) -> Place {
        let path = match self.shown.as_str() {
            "" => file.to_owned(),
            shown => format!("{shown}/{file}"),
        };
        Place::file(path).line(u32::try_from(line).unwrap_or(1).max(1))
    }

    /// The file of a class `com/example/App`.
    pub fn class(&self, class: &str, line: Option<u32>) -> Option<Place> {
        let files = [format!("{class}.java"), format!("{class}.kt")];
        let is_it = |path: &&String| {
            files.iter().any(|file| {
                let before = path.strip_suffix(file.as_str());
                before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
            })
        };
        let file = self.files.iter().filter(is_it).min_by_key(|f| rank(f))?;
        let lines = self.text(file)?.lines().count();
        let line = line.map_or(1, |line| line as usize);
        Some(self.place(file, if line <= lines { line } else { 1 }))
    }

    /// The source of a file in the package: the one that agrees with it in
    /// most steps from the end. Of a document the name is enough.
    pub fn same_file(&self, packaged: &str, row: &Evidence) -> Option<Place> {
        let document = Path::new(packaged).extension().is_some_and(|extension| {
            ["html", "htm", "md", "mdx", "txt", "docx", "pdf"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        });
        let least = if document { 1 } else { 2 };
        let (agree, file) = self
            .files
            .iter()
            .map(|file| (agreement(file, packaged), file))
            .filter(|(agree, _)| *agree >= least)
            .min_by_key(|(agree, file)| (usize::MAX - agree, rank(file), file.len()))?;
        debug_assert!(agree >= least);
        let text = self.text(file).unwrap_or_default();
        let quoted = || {
            let quote: String = row.excerpt.as_ref()?.chars().take(30).collect();
            let quote = quote.trim();
            let line = text.lines().position(|line| line.contains(quote))?;
            (!quote.is_empty()).then_some(line + 1)
        };
        let known = row.place.line.map(|line| line as usize);
        let known = known.filter(|line| *line <= text.lines().count());
        Some(self.place(file, known.or_else(quoted).unwrap_or(1)))
    }
}

/// Steps that two paths have in common from the end.
fn agreement(one: &str, other: &str) -> usize {
    let pairs = one.rsplit('/').zip(other.rsplit('/'));
    pairs.take_while(|(one, other)| one == other).count()
}

/// The main source set first; tests last.
fn rank(file: &str) -> u8 {
    let has = |part: &str| file.contains(part) || file.starts_with(part.trim_start_matches('/'));
    if has("/src/main/") {
        0
    } else if has("/src/test/") || has("/src/androidTest/") || has("/src/debug/") {
        2
    } else {
        1
    }
}
