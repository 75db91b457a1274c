//! The errors of this room: a package that cannot be opened, an entry that
//! cannot be read.

use std::fmt;

use crate::evidence::GapKind;

/// Why an input is not a package that can be looked at.
///
/// The text is for the user: what is wrong and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The operating system does not let us read it.
    Unreadable(String),
    /// A directory where a file is needed.
    Directory,
    /// A pipe, a device, a socket: nothing that has an end.
    NotAFile,
    /// Larger than the limit for its kind: size and limit in bytes.
    TooLarge(u64, u64),
    /// No bytes at all.
    Empty,
    /// Not a ZIP archive, but something we can name.
    NotAnArchive(&'static str),
    /// Begins as a ZIP archive, but its central directory is missing.
    Truncated,
    /// A ZIP archive without entries.
    NoEntries,
    /// More entries than `Limits` allow: number and limit.
    TooManyEntries(usize, usize),
    /// A ZIP archive that is no Android package, but something we can name.
    NoManifest(&'static str),
    /// Called a JAR, and neither class files nor code of an app in it.
    NoClasses,
    /// The encrypted form of APKM that APKMirror used until 2020.
    EncryptedApkm,
    /// A set of split packages of which none can be opened: the first
    /// reason.
    NoReadableSplit(String),
}

impl OpenError {
    /// The kind of gap this error leaves when it is about a part of an input
    /// and not the whole.
    pub const fn gap_kind(&self) -> GapKind {
        match self {
            Self::TooLarge(..) | Self::TooManyEntries(..) => GapKind::Limit,
            Self::EncryptedApkm => GapKind::Encrypted,
            Self::NoManifest(_) | Self::NoClasses => GapKind::Missing,
            _ => GapKind::Malformed,
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(
                f,
                "cannot be read: {why}; check the path and the permissions"
            ),
            Self::Directory => write!(
                f,
                "is a directory; give a package file, or a directory that holds some"
            ),
            Self::NotAFile => write!(
                f,
                "is a pipe or a device and not a file; save the package to a file and give that"
            ),
            Self::TooLarge(size, limit) => {
                write!(f, "is too large: {size} bytes; at most {limit} are read")
            }
            Self::Empty => write!(f, "is an empty file; copy or download the package again"),
            Self::NotAnArchive(what) => write!(
                f,
                "is {what}, not a ZIP archive, so not an Android package; check which file was meant"
            ),
            Self::Truncated => write!(
                f,
                "is cut short or damaged: the central directory at the end of the ZIP archive is missing; copy or download the package again"
            ),
            Self::NoEntries => write!(
                f,
                "is a ZIP archive without entries, so not an Android package; check how it was built"
            ),
            Self::TooManyEntries(count, limit) => write!(
                f,
                "has {count} or more entries, the limit is {limit}; no real app is like this"
            ),
            Self::NoManifest(what) => write!(
                f,
                "is {what} without AndroidManifest.xml, so not an Android package; give an .apk, .aab, .aar, .jar, .apks, .xapk or .apkm file"
            ),
            Self::NoClasses => write!(
                f,
                "is a JAR without class files, so no library for Android apps; give the one with the compiled classes, not with their sources or documentation"
            ),
            Self::EncryptedApkm => write!(
                f,
                "is an encrypted APKM file of the old kind; unpack it with APKMirror Installer, or download it again: new APKM files are plain"
            ),
            Self::NoReadableSplit(why) => write!(
                f,
                "none of the APKs in it can be opened; the first one {why}"
            ),
        }
    }
}

impl std::error::Error for OpenError {}

/// Why the content of an entry cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// A size, ratio or budget limit stopped the reading.
    Limit(String),
    /// The content is really encrypted, not only marked so.
    Encrypted,
    /// The content is not where the directory says, or does not inflate.
    Malformed(String),
}

impl ReadError {
    /// The kind of gap this error leaves.
    pub const fn gap_kind(&self) -> GapKind {
        match self {
            Self::Limit(_) => GapKind::Limit,
            Self::Encrypted => GapKind::Encrypted,
            Self::Malformed(_) => GapKind::Malformed,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(why) | Self::Malformed(why) => f.write_str(why),
            Self::Encrypted => f.write_str("entry is encrypted"),
        }
    }
}

impl std::error::Error for ReadError {}
