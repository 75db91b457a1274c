//! What the text of an attribute stands for.
//!
//! Source: "Accessing your app resources" and "Resource types: styles" of
//! the Android documentation for the forms of references.

use crate::decode::escape::unescape;
use crate::decode::xml::Value;

/// The value that `text` is written for: a reference, nothing, or text with
/// its escapes replaced.
pub(super) fn typed(text: &str) -> Value {
    let trimmed = text.trim();
    match trimmed {
        "@null" => return Value::Null,
        "@empty" => return Value::Empty,
        _ => {}
    }
    if let Some(name) = trimmed.strip_prefix('@') {
        let name = name.strip_prefix('+').unwrap_or(name);
        let name = name.strip_prefix('*').unwrap_or(name);
        if let Some(id) = id(name) {
            return Value::Reference(id);
        }
        if is_resource(name) {
            return Value::NamedReference(trimmed.to_owned());
        }
    }
    if let Some(name) = trimmed.strip_prefix('?') {
        let name = name.strip_prefix('*').unwrap_or(name);
        if let Some(id) = id(name) {
            return Value::ThemeAttribute(id);
        }
        if is_theme_attribute(name) {
            return Value::NamedReference(trimmed.to_owned());
        }
    }
    Value::Text(unescape(text).into_owned())
}

/// `0x7f010002`.
fn id(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("0x")?;
    let all = digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// `[package:]type/name`.
fn is_resource(name: &str) -> bool {
    let name = without_package(name);
    name.split_once('/')
        .is_some_and(|(kind, name)| is_word(kind) && is_word(name))
}

/// `[package:][attr/]name`.
fn is_theme_attribute(name: &str) -> bool {
    let name = without_package(name);
    let name = name.strip_prefix("attr/").unwrap_or(name);
    is_word(name) && !name.contains('/')
}

fn without_package(name: &str) -> &str {
    match name.split_once(':') {
        Some((package, rest)) if is_word(package) => rest,
        _ => name,
    }
}

/// Names of resources have letters of any script, digits and `_ . - $`.
fn is_word(text: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || "_.-$".contains(c);
    !text.is_empty() && text.chars().all(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Value {
        Value::NamedReference(text.to_owned())
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn references_keep_their_names() {
        for name in [
            "@string/app_name",
            "@+id/save",
            "@*android:string/ok",
            "@com.example.lib:style/Theme.Lib",
            "?attr/colorPrimary",
            "?android:attr/textColor",
            "?colorAccent",
        ] {
            assert_eq!(typed(name), named(name));
        }
        assert_eq!(typed(" @string/x "), named("@string/x"));
    }

    #[test]
    fn references_by_number_become_ids() {
        assert_eq!(typed("@0x7f010002"), Value::Reference(0x7f01_0002));
        assert_eq!(typed("?0x01010036"), Value::ThemeAttribute(0x0101_0036));
        assert_eq!(typed("@0x7f"), text("@0x7f"));
    }

    #[test]
    fn nothing_and_empty_have_values_of_their_own() {
        assert_eq!(typed("@null"), Value::Null);
        assert_eq!(typed("@empty"), Value::Empty);
        assert_eq!(typed(""), text(""));
    }

    #[test]
    fn everything_else_is_text_with_its_escapes_replaced() {
        for plain in [
            "true",
            "33",
            "name@example.com",
            "@home",
            "? what",
            "?a/b",
            "${applicationId}.x",
        ] {
            assert_eq!(typed(plain), text(plain));
        }
        assert_eq!(typed(r"\@string/x"), text("@string/x"));
        assert_eq!(typed(r"a\nb"), text("a\nb"));
    }
}
