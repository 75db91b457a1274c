//! One shape for XML, whatever it was written as: binary XML of an APK,
//! protocol buffers of an app bundle, plain text of a library.

/// Namespace of the attributes that Android defines.
pub const ANDROID: &str = "http://schemas.android.com/apk/res/android";

/// Something about a file that Android tolerates and that may serve to
/// mislead tools: a kebab-case kind (`axml-header-size`), particulars in
/// English, and the offset in bytes.
pub type Oddity = (&'static str, String, usize);

/// Most oddities of one document that are kept.
const ODDITIES: usize = 100;

/// Keeps an oddity, up to a fixed number of them.
pub(crate) fn note(list: &mut Vec<Oddity>, kind: &'static str, detail: String, offset: usize) {
    if list.len() < ODDITIES {
        list.push((kind, detail, offset));
    }
}

/// A whole XML document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// The first element of the document, which is the one Android reads.
    pub root: Element,
    /// What is unusual about the file: kind, particulars, offset in bytes.
    /// At most a hundred.
    pub anomalies: Vec<Oddity>,
    /// What is missing from the tree because it could not be read, if
    /// anything is: the first such thing, in English.
    pub lost: Option<String>,
}

/// An element with its attributes and children.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Element {
    /// Namespace URI; empty if none.
    pub namespace: String,
    /// Local name.
    pub name: String,
    /// Attributes in file order.
    pub attributes: Vec<Attribute>,
    /// Child elements in file order.
    pub children: Vec<Element>,
    /// Text directly inside this element, concatenated.
    pub text: String,
    /// Line of the source file as the format records it; 0 if it does not.
    pub line: u32,
    /// Offset in bytes of the element in the decoded file; 0 if the format
    /// has none.
    pub offset: u64,
}

/// One attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Namespace URI; empty if none.
    pub namespace: String,
    /// Local name as the file's strings say. Obfuscators change it; the
    /// resource id is what Android goes by.
    pub name: String,
    /// Framework or app resource id of the attribute, for example
    /// `0x01010003` for `android:name`.
    pub resource_id: Option<u32>,
    /// Typed value.
    pub value: Value,
    /// Offset in bytes of the attribute in the decoded file; 0 if none.
    pub offset: u64,
}

/// A typed value, as in `Res_value` of the Android framework.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `@null`, or undefined.
    Null,
    /// `@empty`.
    Empty,
    /// Text.
    Text(String),
    /// Reference to a resource id (`@0x7f…`).
    Reference(u32),
    /// Reference to a theme attribute (`?0x7f…`).
    ThemeAttribute(u32),
    /// Decimal, hexadecimal, enum or flag integer.
    Int(i32),
    /// Boolean.
    Bool(bool),
    /// Floating point number.
    Float(f32),
    /// Colour, as ARGB.
    Color(u32),
    /// Dimension in the packed form of the framework.
    Dimension(u32),
    /// Fraction in the packed form of the framework.
    Fraction(u32),
    /// A reference by name that the format keeps unresolved (plain XML):
    /// `@string/app_name`, `?attr/x`.
    NamedReference(String),
    /// A value type this version does not know: type byte and data.
    Other(u8, u32),
}

impl Element {
    /// The attribute of the Android namespace with this resource id or, if
    /// the element has no ids at all (plain XML), with this local name.
    /// Android goes by the id alone: a name without one is a decoy.
    pub fn android(&self, resource_id: u32, name: &str) -> Option<&Attribute> {
        let mut attributes = self.attributes.iter();
        if attributes.clone().any(|a| a.resource_id.is_some()) {
            attributes.find(|a| a.resource_id == Some(resource_id))
        } else {
            attributes.find(|a| a.namespace == ANDROID && a.name == name)
        }
    }

    /// The attribute without namespace with this name.
    pub fn plain(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|a| a.namespace.is_empty() && a.name == name)
    }

    /// Children with this element name.
    pub fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |c| c.name == name)
    }
}

impl Value {
    /// Text as written, if this is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A truth value: a boolean, an integer as Android coerces it (anything
    /// but zero is true), or the text `true` or `false`.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Int(value) => Some(*value != 0),
            Self::Text(text) => match text.trim() {
                "true" | "TRUE" | "True" => Some(true),
                "false" | "FALSE" | "False" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// An integer: as such, or as text in decimal or, after `0x`, in
    /// hexadecimal.
    pub fn as_int(&self) -> Option<i32> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Text(text) => {
                let text = text.trim();
                match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
                    Some(digits) if digits.bytes().all(|b| b.is_ascii_hexdigit()) => {
                        u32::from_str_radix(digits, 16).ok().map(u32::cast_signed)
                    }
                    Some(_) => None,
                    None => text.parse().ok(),
                }
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truth_value_is_read_from_every_form_it_is_written_in() {
        assert_eq!(Value::Bool(true).as_bool(), Some(true));
        assert_eq!(Value::Int(-1).as_bool(), Some(true));
        assert_eq!(Value::Text(" false ".into()).as_bool(), Some(false));
        assert_eq!(Value::Text("@bool/x".into()).as_bool(), None);
        assert_eq!(Value::Reference(0x7f01_0000).as_bool(), None);
    }

    #[test]
    fn an_integer_is_read_from_decimal_and_hexadecimal_text() {
        assert_eq!(Value::Int(33).as_int(), Some(33));
        assert_eq!(Value::Text("33".into()).as_int(), Some(33));
        assert_eq!(Value::Text("-2".into()).as_int(), Some(-2));
        assert_eq!(Value::Text("0x1f".into()).as_int(), Some(31));
        assert_eq!(Value::Text("0xffffffff".into()).as_int(), Some(-1));
        assert_eq!(Value::Text("0x+1f".into()).as_int(), None);
        assert_eq!(Value::Text("VanillaIceCream".into()).as_int(), None);
        assert_eq!(Value::Bool(true).as_int(), None);
    }

    #[test]
    fn oddities_stop_at_a_fixed_number() {
        let mut list = Vec::new();
        for i in 0..1000 {
            note(&mut list, "sample", String::new(), i);
        }
        assert_eq!(list.len(), ODDITIES);
    }
}
