//! Real files of every format: the parts of the apps in `fixtures/apps`, and
//! `fixtures/decode`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use apkaudit::container::{Module, ModuleKind, Package};
use apkaudit::limits::Limits;

use crate::walk::Format;

/// Files by format and place.
pub type Samples = BTreeMap<Format, BTreeMap<String, Vec<u8>>>;

/// All samples, each content once.
pub fn all() -> &'static Samples {
    static ALL: LazyLock<Samples> = LazyLock::new(collect);
    &ALL
}

fn collect() -> Samples {
    let mut found = Found {
        samples: Samples::new(),
        seen: BTreeSet::new(),
    };
    for file in files("fixtures/apps") {
        let extension = file.extension().and_then(|e| e.to_str()).unwrap_or("");
        if ["apk", "aab", "aar", "apks", "xapk"].contains(&extension) {
            let bytes = std::fs::read(&file).unwrap();
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            found.package(&name, &bytes);
            found.add(Format::Archive, name, bytes);
        }
    }
    for (directory, kind) in [
        ("fixtures/decode/binary", ModuleKind::Apk),
        ("fixtures/decode/proto", ModuleKind::Bundle),
        ("fixtures/decode/src", ModuleKind::Aar),
    ] {
        for file in files(directory) {
            let name = file.to_string_lossy().into_owned();
            if let Some(format) = format_of(&name, kind) {
                found.add(format, name, std::fs::read(&file).unwrap());
            }
        }
    }
    // One or two documents of each format.
    for name in [
        "zh-pdf-print/privacy.pdf",
        "en-pdf-print/policy.pdf",
        "zh-docx-clinic/policy.docx",
        "zh-two-platform-tables/privacy.html",
        "en-markdown-providers/PRIVACY.md",
    ] {
        let name = format!("fixtures/policies/{name}");
        let bytes = std::fs::read(root().join(&name)).unwrap();
        found.add(Format::Prose, name, bytes);
    }
    found.samples
}

struct Found {
    samples: Samples,
    seen: BTreeSet<Vec<u8>>,
}

impl Found {
    fn package(&mut self, name: &str, bytes: &[u8]) {
        let package = Package::from_bytes(name, bytes.to_vec(), &Limits::default()).unwrap();
        for module in &package.modules {
            self.module(name, module);
        }
        for nested in package.nested() {
            let place = format!("{name}!/{}", nested.place.file);
            match &nested.module {
                Some(module) => self.module(&place, module),
                None => self.add(Format::Dex, place, nested.bytes.to_vec()),
            }
        }
    }

    fn module(&mut self, name: &str, module: &Module) {
        for entry in module.entries() {
            if let Some(format) = format_of(&entry.name, module.kind) {
                let place = format!("{name}!/{}{}", module.directory, entry.name);
                self.add(format, place, module.read(entry).unwrap());
            }
        }
    }

    fn add(&mut self, format: Format, name: String, bytes: Vec<u8>) {
        if self.seen.insert(bytes.clone()) {
            self.samples.entry(format).or_default().insert(name, bytes);
        }
    }
}

fn format_of(name: &str, kind: ModuleKind) -> Option<Format> {
    let extension = Path::new(name).extension()?.to_str()?;
    Some(match (extension, kind) {
        ("xml", ModuleKind::Apk | ModuleKind::Archive) => Format::BinaryXml,
        ("xml", ModuleKind::Bundle) => Format::ProtoXml,
        ("xml", ModuleKind::Aar) => Format::PlainXml,
        ("arsc", _) => Format::BinaryTable,
        ("pb", _) if name.ends_with("resources.pb") => Format::ProtoTable,
        ("dex", _) => Format::Dex,
        ("class", _) => Format::Class,
        ("so", _) => Format::Elf,
        ("html", _) => Format::Text,
        ("RSA", _) => Format::JarSignature,
        _ => return None,
    })
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a directory of the repository, sorted.
fn files(directory: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = walkdir::WalkDir::new(root().join(directory))
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    found
}
