//! Names by which a shared library may look up members of Java classes.

use std::collections::BTreeSet;

use memchr::memmem;

use crate::decode::elf;

/// Texts of one library that can be names and descriptors of members.
///
/// The native interface finds methods by both (`GetMethodID`), so that a
/// method of which the library has only one is not called by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookedUp {
    /// Names of methods, and of classes with slashes.
    pub names: BTreeSet<String>,
    /// Descriptors of methods: `(I)V`.
    pub descriptors: BTreeSet<String>,
}

/// No library looks up nearly as many members.
const MOST_DESCRIPTORS: usize = 1 << 14;
const MOST_NAMES: usize = 1 << 17;
const LONGEST: usize = 256;
/// Runs of code are read as shorter names now and then.
const SHORTEST: usize = 3;

/// The texts of a library; `None` if it has no descriptor.
pub fn looked_up(bytes: &[u8]) -> Option<LookedUp> {
    let descriptors: BTreeSet<String> = memmem::find_iter(bytes, b"\0(")
        .filter_map(|at| descriptor(bytes.get(at.checked_add(1)?..)?))
        .take(MOST_DESCRIPTORS)
        .collect();
    if descriptors.is_empty() {
        return None;
    }
    let names = elf::strings(bytes, SHORTEST)
        .map(|(_, text)| text)
        .filter(|text| is_name(text))
        .take(MOST_NAMES)
        .map(str::to_owned)
        .collect();
    Some(LookedUp { names, descriptors })
}

/// The descriptor of a method that stands here, up to the next zero.
fn descriptor(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.get(..LONGEST).unwrap_or(bytes);
    let text = bytes.get(..memchr::memchr(0, bytes)?)?;
    let text = str::from_utf8(text).ok()?;
    let (parameters, result) = text.strip_prefix('(')?.split_once(')')?;
    let fits = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_$/;[".contains(&byte))
    };
    let fits = fits(parameters) && fits(result) && !result.is_empty();
    fits.then(|| text.to_owned())
}

fn is_name(text: &str) -> bool {
    let mangled = text.starts_with("_Z");
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_$/".contains(&byte);
    text.len() <= LONGEST && !mangled && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_read_for_names_and_descriptors() {
        let found = looked_up(b"\x7fELF\0a/b/C\0grab\0()Ljava/lang/String;\0_ZN1aE\0two words\0");
        let found = found.expect("there is a descriptor");
        assert!(found.names.contains("grab") && found.names.contains("a/b/C"));
        assert!(!found.names.contains("_ZN1aE") && !found.names.contains("two words"));
        assert!(found.descriptors.contains("()Ljava/lang/String;"));
        // Without one, no method is looked up.
        assert_eq!(looked_up(b"\0grab\0(not one)\0(\0"), None);
    }
}
