//! Entry names: bytes to text, and names that mean mischief.

/// The upper half of code page 437, the encoding of APPNOTE.TXT appendix D.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The name as text, and whether it is UTF-8.
///
/// Android takes names as UTF-8 whatever the flag says, and aapt2 writes
/// them so without the flag. Anything else is read as code page 437, which
/// gives every byte a character.
pub(super) fn decode(name: &[u8]) -> (String, bool) {
    if let Ok(text) = std::str::from_utf8(name) {
        return (text.to_owned(), true);
    }
    let upper: Vec<char> = CP437.chars().collect();
    let text = name
        .iter()
        .map(|&byte| match byte.checked_sub(0x80) {
            None => char::from(byte),
            Some(high) => upper.get(usize::from(high)).copied().unwrap_or('?'),
        })
        .collect();
    (text, false)
}

/// Why unpacking a file under this name would be unsafe or misleading.
pub(super) fn mischief(name: &str) -> Option<&'static str> {
    if name.split(['/', '\\']).any(|part| part == "..") {
        Some("climbs out of its directory")
    } else if name.starts_with(['/', '\\']) || name.get(1..3) == Some(":\\") {
        Some("is absolute")
    } else if name.contains('\\') {
        Some("contains a backslash")
    } else if name.chars().any(char::is_control) {
        Some("contains a control character")
    } else if name.is_empty() {
        Some("is empty")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_utf8_first() {
        assert_eq!(
            decode("assets/隐私政策.html".as_bytes()),
            ("assets/隐私政策.html".to_owned(), true)
        );
        assert_eq!(decode(b"caf\x82\xff"), ("café\u{a0}".to_owned(), false));
        assert_eq!(CP437.chars().count(), 128);
    }

    #[test]
    fn a_name_that_leaves_its_place_is_seen() {
        assert!(mischief("../../data/x").is_some());
        assert!(mischief("a\\..\\b").is_some());
        assert!(mischief("/etc/passwd").is_some());
        assert!(mischief("a\0.dex").is_some());
        assert_eq!(mischief("assets/..data/a..b"), None);
    }
}
