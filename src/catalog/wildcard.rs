//! Names with `*` for any characters, as catalogue files write them.

use std::collections::BTreeMap;

/// Entries whose key matches: only those that begin like the pattern up to
/// its first `*` are looked at.
pub fn keyed<'m, V>(
    map: &'m BTreeMap<&'m str, V>,
    pattern: &'m str,
) -> impl Iterator<Item = (&'m str, &'m V)> {
    let prefix = pattern.split('*').next().unwrap_or_default();
    map.range(prefix..)
        .take_while(move |(key, _)| key.starts_with(prefix))
        .filter(move |(key, _)| matches(pattern, key))
        .map(|(key, value)| (*key, value))
}

/// Whether `text` matches `pattern`, in which `*` stands for any characters.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text) in [
            ("libjiagu.so", "libjiagu.so"),
            ("libshell-super.*.so", "libshell-super.2019.so"),
            ("lib/*/mix.dex", "lib/armeabi/mix.dex"),
            ("assets/apps/*/www/*", "assets/apps/__UNI__1/www/a.js"),
            (
                "*.MyWrapperProxyApplication",
                "com.a.MyWrapperProxyApplication",
            ),
            ("com.secneo.*", "com.secneo.apkwrapper.H"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("libjiagu.so", "libjiagu.so.1"),
            ("libshell-super.*.so", "libshell-super.so"),
            ("a*a", "a"),
            ("*.MyWrapperProxyApplication", "MyWrapperProxyApplication"),
            ("com.secneo.*", "com.secneo"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
