//! An opened input: its modules, each an archive with the parts of an app.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::archive::{Archive, Entry};
use super::budget::Budget;
use super::bytes::Bytes;
use super::error::{OpenError, ReadError};
use super::nested::{self, Nested};
use super::{formats, signing, sniff};
use crate::decode::signing::Signing;
use crate::evidence::{Anomaly, Gap, Place};
use crate::limits::Limits;

/// What an input is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PackageKind {
    /// An Android package.
    Apk,
    /// An Android App Bundle: modules with their manifests in protocol
    /// buffers.
    Aab,
    /// An Android library: a plain manifest beside `classes.jar`.
    Aar,
    /// A library of Java class files without a manifest, as SDKs for Android
    /// are also handed out.
    Jar,
    /// An APK set as `bundletool build-apks` writes it.
    Apks,
    /// A set of APKs with a `manifest.json` (APKPure).
    Xapk,
    /// A set of APKs with an `info.json` (APKMirror).
    Apkm,
    /// A policy document on its own: html, htm, md, txt, docx or pdf.
    Policy,
}

impl PackageKind {
    /// What the file extension promises.
    pub fn of_extension(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "apk" => Self::Apk,
            "aab" => Self::Aab,
            "aar" => Self::Aar,
            "jar" => Self::Jar,
            "apks" => Self::Apks,
            "xapk" => Self::Xapk,
            "apkm" => Self::Apkm,
            "html" | "htm" | "md" | "txt" | "docx" | "pdf" => Self::Policy,
            _ => return None,
        })
    }

    /// Whether it is made to become a part of apps: what an app itself must
    /// say and do does not apply.
    pub const fn is_library(self) -> bool {
        matches!(self, Self::Aar | Self::Jar)
    }

    /// Whether it is an app: no library and no document on its own.
    pub const fn is_app(self) -> bool {
        !self.is_library() && !matches!(self, Self::Policy)
    }
}

/// How the parts of an app lie in a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleKind {
    /// `AndroidManifest.xml` in binary XML, `classes*.dex`,
    /// `resources.arsc`.
    Apk,
    /// `manifest/AndroidManifest.xml` and `resources.pb` in protocol
    /// buffers, `dex/classes*.dex`.
    Bundle,
    /// `AndroidManifest.xml` in plain text, `classes.jar`, `res/` in plain
    /// text.
    Aar,
    /// Class files at the root, by their packages. Other files become files
    /// of the app at the same path: `assets/`, `lib/<abi>/`.
    Jar,
    /// Any archive inside another, or the shell around several modules.
    Archive,
}

/// One archive, or one top directory of a bundle, with the parts of an app.
/// Cloning is cheap but for the list of entries.
#[derive(Clone, Debug)]
pub struct Module {
    /// Empty for a single APK, AAR or JAR; else `base`, `feature`,
    /// `split_config.arm64_v8a`: the directory of a bundle or the file stem
    /// of an APK in a set.
    pub name: String,
    /// What stands before entry names in a place: empty or `base.apk!/`.
    pub place_prefix: String,
    /// How its parts lie.
    pub kind: ModuleKind,
    /// The entries, with names as the module sees them.
    pub archive: Archive,
    /// Directory of the module in its archive: `base/` in a bundle, else
    /// empty.
    pub directory: String,
    pub(super) budget: Arc<Budget>,
}

impl Module {
    /// The entries, sorted by name, without the module's directory.
    /// Directories are left out.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.archive.entries().iter()
    }

    /// The entry with this name; of several, the first in the central
    /// directory.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.archive.entry(name)
    }

    /// The content of an entry, inflated. What reading shows about the
    /// archive (a wrong CRC, a wrong size) is noted with the package.
    pub fn read(&self, entry: &Entry) -> Result<Vec<u8>, ReadError> {
        let place = || self.place(entry).file;
        self.archive.read(entry, &place, &self.budget)
    }

    /// The content of an entry as [`Module::read`] gives it, without a copy
    /// if it is stored as it is.
    pub fn content(&self, entry: &Entry) -> Result<Bytes, ReadError> {
        let place = || self.place(entry).file;
        self.archive.content(entry, &place, &self.budget)
    }

    /// The place of an entry inside the input.
    pub fn place(&self, entry: &Entry) -> Place {
        self.place_of(&entry.name)
    }

    /// The place that an entry of this name has or would have.
    pub fn place_of(&self, name: &str) -> Place {
        Place::file(format!("{}{}{name}", self.place_prefix, self.directory))
    }

    /// The bytes of the archive this module lies in.
    pub fn archive_bytes(&self) -> &[u8] {
        self.archive.bytes()
    }
}

/// An opened input.
#[derive(Debug)]
pub struct Package {
    /// Where it was read from.
    pub path: PathBuf,
    /// What it is.
    pub kind: PackageKind,
    /// Size of the file in bytes.
    pub size: u64,
    /// The modules, the base first, the others by name. Empty for a policy
    /// document.
    pub modules: Vec<Module>,
    /// The archive around the modules, if they lie in one: `BUNDLE-METADATA/`
    /// of a bundle, `toc.pb` of a set. `None` for an APK, AAR or JAR.
    pub outer: Option<Module>,
    /// The bytes of a policy document.
    pub document: Option<Vec<u8>>,
    /// Anomalies seen on opening. [`Package::anomalies`] has the later ones
    /// too.
    pub anomalies: Vec<Anomaly>,
    /// Gaps seen on opening. [`Package::gaps`] has the later ones too.
    pub gaps: Vec<Gap>,
    /// What this input may still cost.
    pub budget: Arc<Budget>,
    /// The whole file; empty for a policy document.
    whole: Bytes,
    sha256: OnceLock<String>,
    nested: OnceLock<Vec<Nested>>,
}

impl Package {
    /// Reads the file at `path` and opens it.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self, OpenError> {
        let metadata =
            std::fs::metadata(path).map_err(|error| OpenError::Unreadable(error.to_string()))?;
        if metadata.is_dir() {
            return Err(OpenError::Directory);
        }
        // A pipe would be waited for, a device read without end.
        if !metadata.is_file() {
            return Err(OpenError::NotAFile);
        }
        if metadata.len() > limits.input_bytes {
            return Err(OpenError::TooLarge(metadata.len(), limits.input_bytes));
        }
        let mut bytes = Vec::new();
        std::fs::File::open(path)
            .and_then(|file| {
                file.take(limits.input_bytes.saturating_add(1))
                    .read_to_end(&mut bytes)
            })
            .map_err(|error| OpenError::Unreadable(error.to_string()))?;
        let mut package = Self::from_bytes(&path.to_string_lossy(), bytes, limits)?;
        path.clone_into(&mut package.path);
        Ok(package)
    }

    /// Opens bytes as if they were read from a file called `name`.
    pub fn from_bytes(name: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Self, OpenError> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > limits.input_bytes {
            return Err(OpenError::TooLarge(size, limits.input_bytes));
        }
        if bytes.is_empty() {
            return Err(OpenError::Empty);
        }
        let path = PathBuf::from(name);
        let promised = PackageKind::of_extension(&path);
        let budget = Arc::new(Budget::new(limits));
        let mut package = Self {
            kind: promised.unwrap_or(PackageKind::Apk),
            size,
            modules: Vec::new(),
            outer: None,
            document: None,
            anomalies: Vec::new(),
            gaps: Vec::new(),
            budget,
            whole: Bytes::default(),
            sha256: OnceLock::new(),
            nested: OnceLock::new(),
            path,
        };
        if promised == Some(PackageKind::Policy) {
            if size > limits.document_bytes {
                return Err(OpenError::TooLarge(size, limits.document_bytes));
            }
            package.document = Some(bytes);
            return Ok(package);
        }
        if promised == Some(PackageKind::Apkm) && !bytes.starts_with(b"PK") {
            return Err(match sniff::other(&bytes) {
                Some("a binary file") => OpenError::EncryptedApkm,
                Some(what) => OpenError::NotAnArchive(what),
                None => OpenError::Truncated,
            });
        }
        package.whole = Bytes::new(bytes);
        let bytes = package.whole.clone();
        formats::open(&mut package, bytes)?;
        package.anomalies.sort();
        package.gaps.sort();
        Ok(package)
    }

    /// SHA-256 of the file, in lower-case hexadecimal. Worked out once; it
    /// takes a while (about half a second for a gigabyte, with instructions
    /// for it), so ask for it beside other work.
    pub fn sha256(&self) -> &str {
        self.sha256.get_or_init(|| {
            let file = self.document.as_deref().unwrap_or(&self.whole);
            hex(&Sha256::digest(file))
        })
    }

    /// Code and archives inside entries, at any depth within the limits:
    /// DEX, JAR, APK and ZIP under whatever name. Sorted by place; worked
    /// out once.
    pub fn nested(&self) -> &[Nested] {
        self.nested.get_or_init(|| nested::find(self))
    }

    /// Schemes and certificates that the package, or each APK of a set, is
    /// signed with: identity, not verification. Empty for an unsigned
    /// package. What cannot be read is noted with [`Package::gaps`].
    pub fn signing(&self) -> Signing {
        signing::of(self)
    }

    /// The file name of the input.
    pub fn file_name(&self) -> String {
        self.path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// All anomalies so far, those included that reading entries showed.
    pub fn anomalies(&self) -> Vec<Anomaly> {
        let mut all = self.anomalies.clone();
        all.extend(self.budget.anomalies());
        all.sort();
        all.dedup();
        all
    }

    /// All gaps so far, those included that looking for nested archives
    /// showed.
    pub fn gaps(&self) -> Vec<Gap> {
        let mut all = self.gaps.clone();
        all.extend(self.budget.gaps());
        all.sort();
        all.dedup();
        all
    }
}

/// Bytes in lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
