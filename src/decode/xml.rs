//! One shape for XML, whatever it was written as: binary XML of an APK,
//! protocol buffers of an app bundle, plain text of a library.

/// Namespace of the attributes that Android defines.
pub const ANDROID: &str = "http://schemas.android.com/apk/res/android";

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
    /// the file has no ids for it, with this local name.
    pub fn android(&self, resource_id: u32, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|a| a.resource_id == Some(resource_id))
            .or_else(|| {
                self.attributes
                    .iter()
                    .find(|a| a.resource_id.is_none() && a.namespace == ANDROID && a.name == name)
            })
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
}
