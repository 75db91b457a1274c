//! What a shared library says about itself: its name, what it needs, what
//! it exports, and the notes of its tool-chain.
//!
//! Only the program headers, the dynamic section, its symbols and the notes
//! are read: the parts the loader itself goes by. Section headers, which
//! packers strip or forge, are not. Sources: the System V ABI chapters
//! "Program Loading and Dynamic Linking", and the GNU hash section for the
//! number of symbols, which no other dynamic tag gives.

use std::fmt::Write as _;

use goblin::container::Ctx;
use goblin::elf::dynamic::{DT_NEEDED, Dynamic};
use goblin::elf::header::{EM_386, EM_AARCH64, EM_ARM, EM_RISCV, EM_X86_64};
use goblin::elf::program_header::{PT_DYNAMIC, PT_NOTE, ProgramHeader};
use goblin::elf::sym::{STB_GLOBAL, STB_WEAK, Symtab};
use goblin::elf::{Elf, Sym};

use super::DecodeError;
use super::cursor::Cursor;

/// Facts of one library.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Library {
    /// Android's name for the machine: `arm64-v8a`, `armeabi-v7a`, `x86`,
    /// `x86_64`, `riscv64`; or `machine 8`.
    pub abi: String,
    /// `DT_SONAME`.
    pub soname: Option<String>,
    /// `DT_NEEDED`, in file order, at most 512.
    pub needed: Vec<String>,
    /// Exported symbols that the Java native interface looks up, in symbol
    /// order, at most [`MAX_JNI_NAMES`].
    pub jni_names: Vec<String>,
    /// Number of all exported `Java_*` symbols.
    pub jni_exports: u32,
    /// Whether `JNI_OnLoad` is exported: methods may be registered without
    /// `Java_*` symbols.
    pub jni_on_load: bool,
    /// Number of all exported symbols.
    pub exports: u32,
    /// GNU build id, lower-case hexadecimal.
    pub build_id: Option<String>,
    /// NDK release of the Android note: `r26b`.
    pub ndk: Option<String>,
}

/// Most JNI symbol names kept of one library.
pub const MAX_JNI_NAMES: usize = 4096;

/// More program headers than any linker writes. Together with the bound on
/// the dynamic section it keeps address translation linear in the file.
const MAX_PROGRAM_HEADERS: usize = 256;
/// Bytes of a dynamic section: 4096 entries of 16.
const MAX_DYNAMIC: u64 = 64 * 1024;
const MAX_NEEDED: usize = 512;
const MAX_NAME: usize = 4096;

/// Reads the facts of a library.
///
/// # Errors
/// When the header, the program headers or the dynamic section do not
/// follow the format. Symbols and notes that cannot be read are left out.
pub fn library(bytes: &[u8]) -> Result<Library, DecodeError> {
    const WHAT: &str = "ELF header";
    let header = Elf::parse_header(bytes)
        .map_err(|_| DecodeError::new(WHAT, "does not follow the format", 0))?;
    let machine = header.e_machine;
    let count = usize::from(header.e_phnum);
    let at = usize::try_from(header.e_phoff).unwrap_or(usize::MAX);
    let ctx = Elf::lazy_parse(header)
        .map(|elf| elf_context(&elf))
        .map_err(|_| DecodeError::new(WHAT, "has an unknown class or byte order", 4))?;
    if count > MAX_PROGRAM_HEADERS {
        return Err(DecodeError::new(WHAT, "has too many program headers", at));
    }
    let segments = ProgramHeader::parse(bytes, at, count, ctx)
        .map_err(|_| DecodeError::new("ELF program headers", "are cut short", at))?;
    let mut library = Library {
        abi: abi(machine),
        ..Library::default()
    };
    for segment in segments.iter().filter(|s| s.p_type == PT_NOTE) {
        notes(
            &mut library,
            slice(bytes, segment.p_offset, segment.p_filesz),
        );
    }
    if let Some(segment) = segments.iter().find(|s| s.p_type == PT_DYNAMIC) {
        let at = usize::try_from(segment.p_offset).unwrap_or(usize::MAX);
        if segment.p_filesz > MAX_DYNAMIC {
            return Err(DecodeError::new("ELF dynamic section", "is too large", at));
        }
        let dynamic = Dynamic::parse(bytes, &segments, ctx)
            .ok()
            .flatten()
            .ok_or_else(|| DecodeError::new("ELF dynamic section", "is cut short", at))?;
        linking(&mut library, bytes, &dynamic, ctx);
    }
    Ok(library)
}

/// Runs of at least `least` printable ASCII characters, each with its
/// offset. Runs are cut at 4096 characters.
pub fn strings(bytes: &[u8], least: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0_usize;
    std::iter::from_fn(move || {
        loop {
            let tail = bytes.get(rest..).filter(|t| !t.is_empty())?;
            let skip = tail.iter().position(|b| matches!(b, b' '..=b'~'))?;
            let start = rest.saturating_add(skip);
            let run = bytes.get(start..)?;
            let length = run
                .iter()
                .take(MAX_NAME)
                .position(|b| !matches!(b, b' '..=b'~'))
                .unwrap_or_else(|| run.len().min(MAX_NAME));
            rest = start.saturating_add(length.max(1));
            if length >= least {
                let text = run.get(..length).and_then(|r| str::from_utf8(r).ok())?;
                return Some((start, text));
            }
        }
    })
}

fn elf_context(elf: &Elf<'_>) -> Ctx {
    let container = if elf.is_64 {
        goblin::container::Container::Big
    } else {
        goblin::container::Container::Little
    };
    let endian = if elf.little_endian {
        goblin::container::Endian::Little
    } else {
        goblin::container::Endian::Big
    };
    Ctx::new(container, endian)
}

fn abi(machine: u16) -> String {
    match machine {
        EM_AARCH64 => "arm64-v8a".into(),
        EM_ARM => "armeabi-v7a".into(),
        EM_386 => "x86".into(),
        EM_X86_64 => "x86_64".into(),
        EM_RISCV => "riscv64".into(),
        other => format!("machine {other}"),
    }
}

fn slice(bytes: &[u8], offset: u64, length: u64) -> &[u8] {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let tail = bytes.get(start..).unwrap_or_default();
    tail.get(..length).unwrap_or(tail)
}

/// Names and symbols of the dynamic section.
fn linking(library: &mut Library, bytes: &[u8], dynamic: &Dynamic, ctx: Ctx) {
    let info = &dynamic.info;
    let names = slice(bytes, info.strtab as u64, info.strsz as u64);
    let name = |offset: u64| -> Option<String> {
        let bytes = name_at(names, offset);
        (!bytes.is_empty()).then(|| String::from_utf8_lossy(bytes).into_owned())
    };
    if info.soname != 0 {
        library.soname = name(info.soname as u64);
    }
    library.needed = dynamic
        .dyns
        .iter()
        .filter(|d| d.d_tag == DT_NEEDED)
        .filter_map(|d| name(d.d_val))
        .take(MAX_NEEDED)
        .collect();
    let Some(count) = symbol_count(bytes, dynamic, ctx) else {
        return;
    };
    let Ok(symbols) = Symtab::parse(bytes, info.symtab, count, ctx) else {
        return;
    };
    for symbol in symbols.iter().filter(exported) {
        library.exports = library.exports.saturating_add(1);
        let name = name_at(names, symbol.st_name as u64);
        if name.starts_with(b"Java_") {
            library.jni_exports = library.jni_exports.saturating_add(1);
            if library.jni_names.len() < MAX_JNI_NAMES {
                let name = String::from_utf8_lossy(name).into_owned();
                library.jni_names.push(name);
            }
        } else if name == b"JNI_OnLoad" {
            library.jni_on_load = true;
        }
    }
}

fn exported(symbol: &Sym) -> bool {
    symbol.st_shndx != 0 && matches!(symbol.st_bind(), STB_GLOBAL | STB_WEAK)
}

fn name_at(names: &[u8], offset: u64) -> &[u8] {
    let tail = slice(names, offset, MAX_NAME as u64);
    let end = memchr::memchr(0, tail).unwrap_or(tail.len());
    tail.get(..end).unwrap_or_default()
}

/// The number of dynamic symbols: of the System V hash table if there is
/// one, else of the GNU hash table, else up to the string table, which
/// every linker puts behind.
fn symbol_count(bytes: &[u8], dynamic: &Dynamic, ctx: Ctx) -> Option<usize> {
    let info = &dynamic.info;
    let size = Sym::size(ctx.container);
    let tail = bytes.len().checked_sub(info.symtab)?;
    let most = tail.checked_div(size)?;
    if info.symtab == 0 {
        return None;
    }
    let by_hash = info
        .hash
        .and_then(|at| word(bytes, usize::try_from(at).ok()?.checked_add(4)?, ctx));
    let count = match by_hash {
        Some(count) => Some(count),
        None => match info.gnu_hash {
            Some(at) => gnu_symbol_count(bytes, usize::try_from(at).ok()?, ctx),
            None => info
                .strtab
                .checked_sub(info.symtab)
                .and_then(|b| b.checked_div(size)),
        },
    }?;
    Some(count.min(most))
}

/// One past the last symbol of the longest chain of a GNU hash table.
fn gnu_symbol_count(bytes: &[u8], at: usize, ctx: Ctx) -> Option<usize> {
    let buckets = word(bytes, at, ctx)?;
    let first = word(bytes, at.checked_add(4)?, ctx)?;
    let bloom = word(bytes, at.checked_add(8)?, ctx)?;
    let bloom_size = if ctx.container.is_big() { 8 } else { 4 };
    let bucket_at = at
        .checked_add(16)?
        .checked_add(bloom.checked_mul(bloom_size)?)?;
    let chain_at = bucket_at.checked_add(buckets.checked_mul(4)?)?;
    if chain_at > bytes.len() {
        return None;
    }
    let mut last = 0_usize;
    for bucket in 0..buckets {
        last = last.max(word(
            bytes,
            bucket_at.checked_add(bucket.checked_mul(4)?)?,
            ctx,
        )?);
    }
    if last < first {
        return Some(first);
    }
    loop {
        let link = last.checked_sub(first)?.checked_mul(4)?;
        let hash = word(bytes, chain_at.checked_add(link)?, ctx)?;
        last = last.checked_add(1)?;
        if hash & 1 == 1 {
            return Some(last);
        }
    }
}

fn word(bytes: &[u8], at: usize, ctx: Ctx) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?.first_chunk::<4>()?;
    let value = if ctx.le.is_little() {
        u32::from_le_bytes(*four)
    } else {
        u32::from_be_bytes(*four)
    };
    usize::try_from(value).ok()
}

/// The notes of a segment: three words, then name and description, each
/// padded to four bytes. All Android machines are little-endian.
fn notes(library: &mut Library, segment: &[u8]) {
    let mut cursor = Cursor::new(segment, 0, "ELF note");
    while let Some((name, kind, description)) = note(&mut cursor) {
        match (name, kind) {
            (b"GNU\0", 3) if description.len() <= 64 => {
                library.build_id = Some(hexadecimal(description));
            }
            // API level (a word), NDK release and build (64 bytes each).
            (b"Android\0", 1) => {
                let release = description.get(4..68).unwrap_or_default();
                let end = memchr::memchr(0, release).unwrap_or(release.len());
                library.ndk = release
                    .get(..end)
                    .filter(|r| !r.is_empty() && r.iter().all(u8::is_ascii_graphic))
                    .map(|r| String::from_utf8_lossy(r).into_owned());
            }
            _ => {}
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn note<'a>(cursor: &mut Cursor<'a>) -> Option<(&'a [u8], u32, &'a [u8])> {
    let name_size = cursor.index().ok()?;
    let size = cursor.index().ok()?;
    let kind = cursor.u32().ok()?;
    let name = cursor.take(name_size).ok()?;
    cursor.skip(padding(name_size)).ok()?;
    let description = cursor.take(size).ok()?;
    // The last note may end without padding.
    let _ = cursor.skip(padding(size).min(cursor.remaining()));
    Some((name, kind, description))
}

const fn padding(size: usize) -> usize {
    match size & 3 {
        0 => 0,
        1 => 3,
        2 => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small AArch64 library: one load segment over the whole file, a
    /// dynamic section, symbols counted by a GNU hash table, two notes.
    pub(crate) fn sample() -> Vec<u8> {
        let names = b"\0libsample.so\0liblog.so\0Java_com_example_Native_start\0Java_com_example_Native_stop\0JNI_OnLoad\0malloc\0";
        let at = |name: &str| {
            u32::try_from(
                memchr::memmem::find(names, format!("\0{name}\0").as_bytes()).unwrap() + 1,
            )
            .unwrap()
        };
        let (dynamic_at, names_at, symbols_at, hash_at, notes_at) =
            (0x400_u64, 0x500_u64, 0x600_u64, 0x700_u64, 0x800_u64);
        let mut file = vec![0_u8; 0x900];
        let mut put = |at: u64, bytes: &[u8]| {
            let at = usize::try_from(at).unwrap();
            file[at..at + bytes.len()].copy_from_slice(bytes);
        };
        put(0, b"\x7FELF\x02\x01\x01");
        put(16, &3_u16.to_le_bytes());
        put(18, &EM_AARCH64.to_le_bytes());
        put(20, &1_u32.to_le_bytes());
        put(32, &64_u64.to_le_bytes());
        put(52, &64_u16.to_le_bytes());
        put(54, &56_u16.to_le_bytes());
        put(56, &3_u16.to_le_bytes());
        for (index, (kind, at, size)) in [
            (1_u32, 0_u64, 0x900_u64),
            (PT_DYNAMIC, dynamic_at, 8 * 16),
            (PT_NOTE, notes_at, 0x100),
        ]
        .into_iter()
        .enumerate()
        {
            let head = 64 + 56 * index as u64;
            put(head, &kind.to_le_bytes());
            for (field, value) in [(8, at), (16, at), (24, at), (32, size), (40, size)] {
                put(head + field, &value.to_le_bytes());
            }
        }
        for (index, (tag, value)) in [
            (1_u64, u64::from(at("liblog.so"))),
            (14, u64::from(at("libsample.so"))),
            (5, names_at),
            (10, names.len() as u64),
            (6, symbols_at),
            (11, 24),
            (0x6FFF_FEF5, hash_at),
            (0, 0),
        ]
        .into_iter()
        .enumerate()
        {
            put(dynamic_at + 16 * index as u64, &tag.to_le_bytes());
            put(dynamic_at + 16 * index as u64 + 8, &value.to_le_bytes());
        }
        put(names_at, names);
        for (index, (name, section)) in [
            ("malloc", 0_u16),
            ("Java_com_example_Native_start", 7),
            ("Java_com_example_Native_stop", 7),
            ("JNI_OnLoad", 7),
        ]
        .into_iter()
        .enumerate()
        {
            let symbol = symbols_at + 24 * (index as u64 + 1);
            put(symbol, &at(name).to_le_bytes());
            put(symbol + 4, &[0x12]);
            put(symbol + 6, &section.to_le_bytes());
        }
        // One bucket, hashed symbols from 2, one bloom word; the chain ends
        // at symbol 4.
        for (index, value) in [1_u32, 2, 1, 0, 0, 0, 2, 0, 0, 1].into_iter().enumerate() {
            put(hash_at + 4 * index as u64, &value.to_le_bytes());
        }
        put(notes_at, &[4, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0]);
        put(notes_at + 12, b"GNU\0\xDE\xAD\xBE\xEF");
        put(notes_at + 20, &[8, 0, 0, 0, 132, 0, 0, 0, 1, 0, 0, 0]);
        put(notes_at + 32, b"Android\0\x15\0\0\0r26b");
        file
    }

    #[test]
    fn a_library_names_itself_what_it_needs_and_what_it_gives_to_java() {
        let library = library(&sample()).unwrap();
        assert_eq!(
            library,
            Library {
                abi: "arm64-v8a".into(),
                soname: Some("libsample.so".into()),
                needed: vec!["liblog.so".into()],
                jni_names: vec![
                    "Java_com_example_Native_start".into(),
                    "Java_com_example_Native_stop".into()
                ],
                jni_exports: 2,
                jni_on_load: true,
                exports: 3,
                build_id: Some("deadbeef".into()),
                ndk: Some("r26b".into()),
            }
        );
    }

    #[test]
    fn what_is_no_library_is_an_error_that_says_why() {
        let error = library(b"PK\x03\x04 this is a zip").unwrap_err();
        assert_eq!(error.what, "ELF header");
        assert!(library(&[]).is_err());
        assert!(library(&sample()[..80]).is_err());
    }

    #[test]
    fn a_forged_dynamic_section_is_refused_before_it_costs_anything() {
        let mut file = sample();
        file[64 + 56 + 32..64 + 56 + 40].copy_from_slice(&0x10_0000_u64.to_le_bytes());
        assert_eq!(library(&file).unwrap_err().why, "is too large");
        let mut file = sample();
        file[56..58].copy_from_slice(&0xFFFF_u16.to_le_bytes());
        assert_eq!(
            library(&file).unwrap_err().why,
            "has too many program headers"
        );
    }

    #[test]
    fn printable_strings_come_with_their_offsets() {
        let found: Vec<_> = strings(b"\x00\x01http://a.example\x00ab\xffshort?", 5).collect();
        assert_eq!(found, [(2, "http://a.example"), (22, "short?")]);
        assert_eq!(strings(&[0; 100], 4).count(), 0);
    }

    #[test]
    fn damaged_libraries_do_not_panic_nor_allocate_beyond_the_file() {
        let file = sample();
        for length in 0..file.len() {
            if let Ok(library) = library(&file[..length]) {
                assert!(library.exports <= 4);
            }
        }
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).unwrap()
        };
        for _ in 0..5000 {
            let mut damaged = file.clone();
            for _ in 0..=next() % 6 {
                let at = next() % damaged.len();
                damaged[at] = u8::try_from(next() % 256).unwrap();
            }
            if let Ok(library) = library(&damaged) {
                assert!(library.exports as usize <= damaged.len() / 16);
            }
        }
    }
}
