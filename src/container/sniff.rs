//! What a file is by its first bytes, and an archive by its entries.

use super::archive::Archive;

/// A ZIP archive: begins with a local header.
pub(super) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
}

/// A DEX file of any version (`dex\n035\0`, Android "Dalvik executable
/// format", `DEX_FILE_MAGIC`).
pub(super) fn is_dex(head: &[u8]) -> bool {
    head.starts_with(b"dex\n0")
}

/// What a file that is no ZIP archive is, in words for its user; `None` if
/// it could be the beginning of a ZIP archive.
pub(super) fn other(file: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 20] = [
        (b"\x1f\x8b", "a gzip file"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"Rar!", "a RAR archive"),
        (b"\xfd7zXZ\0", "an xz file"),
        (b"BZh", "a bzip2 file"),
        (b"\x28\xb5\x2f\xfd", "a zstd file"),
        (b"\x7fELF", "an ELF binary"),
        (b"dex\n", "a DEX file"),
        (b"%PDF-", "a PDF document"),
        (b"MZ", "a Windows program"),
        (b"\xca\xfe\xba\xbe", "a Java class file"),
        (b"\x89PNG", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"\x03\0\x08\0", "a binary Android XML file"),
        (b"\x02\0\x0c\0", "an Android resource table"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\xff\xfe", "a text file"),
        (b"\xfe\xff", "a text file"),
        (b"ANDROID BACKUP\n", "an Android backup"),
    ];
    if file.starts_with(b"PK") {
        return None;
    }
    for (magic, what) in KNOWN {
        if file.starts_with(magic) {
            return Some(what);
        }
    }
    let head = file.get(..4096).unwrap_or(file);
    let start = head.trim_ascii_start();
    let html = [&b"<!doctype html"[..], b"<html"].iter().any(|tag| {
        start
            .get(..tag.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(tag))
    });
    if html {
        return Some("an HTML page (a failed download?)");
    }
    if start.starts_with(b"version https://git-lfs") {
        return Some("a Git LFS pointer (run `git lfs pull`)");
    }
    let text = head
        .iter()
        .all(|&b| b >= 0x20 || matches!(b, b'\n' | b'\r' | b'\t' | 0x0c));
    Some(if text { "a text file" } else { "a binary file" })
}

/// Whether an archive without a manifest is a library of Java classes. With
/// DEX code, it is an app that has lost its manifest.
pub(super) fn is_library(archive: &Archive) -> bool {
    let is_class =
        |name: &str| name.as_bytes().ends_with(b".class") && !name.starts_with("META-INF/");
    archive.entry("classes.dex").is_none() && archive.entries().iter().any(|e| is_class(&e.name))
}

/// An archive of which nothing can be said.
pub(super) const PLAIN: &str = "a ZIP archive";
/// An archive with class files.
pub(super) const JAVA: &str = "a Java archive";

/// What an archive without a manifest is, in words for its user.
pub(super) fn archive(archive: &Archive) -> &'static str {
    let has = |name| archive.entry(name).is_some();
    let any = |found: fn(&str) -> bool| archive.entries().iter().any(|e| found(&e.name));
    if has("module.json")
        || has("ets/modules.abc")
        || any(|name| name.as_bytes().ends_with(b".hap"))
    {
        "a HarmonyOS package"
    } else if any(|name| name.starts_with("Payload/")) {
        "an iOS app"
    } else if has("[Content_Types].xml") {
        "an Office document"
    } else if has("classes.dex") {
        "a DEX archive"
    } else if any(|name| name.as_bytes().ends_with(b".class")) {
        JAVA
    } else {
        PLAIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_file_is_named_for_its_user() {
        assert_eq!(other(b"PK\x03\x04"), None);
        assert_eq!(other(b"\x1f\x8b\x08"), Some("a gzip file"));
        assert_eq!(other(b"hello\n"), Some("a text file"));
        assert_eq!(
            other(b" <!DOCTYPE HTML><p>404"),
            Some("an HTML page (a failed download?)")
        );
        assert_eq!(other(b"\0\0\0\0"), Some("a binary file"));
    }
}
