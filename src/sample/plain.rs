//! XML as text, as libraries hold it.

use super::xml::{ANDROID, Attribute, Element};

/// Writes a document with one element a line.
pub(super) fn write(root: &Element) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    element(&mut text, root, 0);
    text
}

fn element(out: &mut String, element: &Element, depth: usize) {
    let indent = "    ".repeat(depth);
    out.push_str(&indent);
    out.push('<');
    out.push_str(&element.name);
    if depth == 0 && uses_android(element) {
        out.push_str(" xmlns:android=\"");
        out.push_str(ANDROID);
        out.push('"');
    }
    for attribute in &element.attributes {
        write_attribute(out, attribute);
    }
    if element.children.is_empty() && element.text.is_empty() {
        out.push_str(" />\n");
        return;
    }
    out.push('>');
    out.push_str(&escaped(&element.text));
    if !element.children.is_empty() {
        out.push('\n');
        for child in &element.children {
            self::element(out, child, depth + 1);
        }
        out.push_str(&indent);
    }
    out.push_str("</");
    out.push_str(&element.name);
    out.push_str(">\n");
}

fn write_attribute(out: &mut String, attribute: &Attribute) {
    out.push(' ');
    if attribute.android {
        out.push_str("android:");
    }
    out.push_str(&attribute.name);
    out.push_str("=\"");
    out.push_str(&escaped(&attribute.value.plain()));
    out.push('"');
}

fn uses_android(root: &Element) -> bool {
    let mut found = false;
    root.walk(&mut |element| found |= element.attributes.iter().any(|a| a.android));
    found
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
