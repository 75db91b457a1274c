//! Attributes as plain values, resource references resolved.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::attributes::Attr;
use super::{Label, attributes};
use crate::decode::res_value::INT_BOOLEAN;
use crate::decode::resources::{ResValue, ResourceTable};
use crate::decode::xml::{Element, Value};
use crate::evidence::Place;

/// Reads attributes of one manifest (or other XML file) of an app.
pub struct Reader<'a> {
    /// Path of the file inside the input, for evidence.
    pub file: &'a str,
    /// Resource tables of the app: the base first, then the splits.
    pub tables: &'a [&'a ResourceTable],
    /// Bytes of text that may still be taken from the tables.
    allowance: Cell<usize>,
    unread: RefCell<Unread>,
}

/// Attributes that are given but have no value that can be read: by element
/// and attribute name, the first place and how many there are.
type Unread = BTreeMap<(String, &'static str), (Place, usize)>;

/// References let a small file say a lot: every attribute can name the same
/// long text. No real manifest comes near this.
const ALLOWANCE: usize = 64 << 20;
/// What following a reference costs at least, in bytes of text.
const STEP: usize = 64;

impl<'a> Reader<'a> {
    /// Reads the XML file at `file` with the resource `tables` of its app.
    pub const fn new(file: &'a str, tables: &'a [&'a ResourceTable]) -> Self {
        Self::with_allowance(file, tables, ALLOWANCE)
    }

    /// The same, for a file that may take no more than so many bytes of text
    /// from the tables.
    pub const fn with_allowance(
        file: &'a str,
        tables: &'a [&'a ResourceTable],
        allowance: usize,
    ) -> Self {
        Self {
            file,
            tables,
            allowance: Cell::new(allowance),
            unread: RefCell::new(BTreeMap::new()),
        }
    }

    /// What was asked for and is given, but has no value that can be read:
    /// a reference that leads nowhere, an unknown code name of a version.
    /// One place for each attribute of each kind of element, and what it is
    /// in English; sorted.
    pub fn unread(&self) -> Vec<(Place, String)> {
        let unread = self.unread.borrow();
        let row = |((element, attribute), (place, count)): (&(String, _), &(Place, usize))| {
            let more = match count {
                1 => String::new(),
                more => format!(" ({more} times)"),
            };
            let detail = format!("{attribute} of {element} has no value that can be read{more}");
            (place.clone(), detail)
        };
        unread.iter().map(row).collect()
    }

    /// Notes that an attribute on which a check rests cannot be read.
    fn miss(&self, element: &Element, attribute: Attr) {
        if attributes::DECISIVE.contains(&attribute) {
            self.miss_named(element, attribute.1);
        }
    }

    /// Notes that an attribute of `element` cannot be read.
    pub(super) fn miss_named(&self, element: &Element, name: &'static str) {
        let mut unread = self.unread.borrow_mut();
        let key = (element.name.clone(), name);
        let place = || (self.place(element, &element.name), 0);
        let (_, count) = unread.entry(key).or_insert_with(place);
        *count = count.saturating_add(1);
    }

    /// Whether so much text was taken from the tables that later references
    /// were left as they are.
    pub const fn exhausted(&self) -> bool {
        self.allowance.get() == 0
    }

    fn spend(&self, bytes: usize) -> Option<()> {
        let left = self.allowance.get().checked_sub(bytes);
        self.allowance.set(left.unwrap_or(0));
        left.map(|_| ())
    }

    /// The place of `element`, with the line if the format records one.
    pub fn place(&self, element: &Element, locator: &str) -> Place {
        let place = Place::file(self.file).at(locator);
        let place = if element.line > 0 {
            place.line(element.line)
        } else {
            place
        };
        if element.offset > 0 {
            place.offset(element.offset)
        } else {
            place
        }
    }

    /// Whether the attribute is given at all.
    pub fn has(&self, element: &Element, (id, name): Attr) -> bool {
        element.android(id, name).is_some()
    }

    /// Text of an attribute, references followed in the default locale.
    pub fn text(&self, element: &Element, attribute: Attr) -> Option<String> {
        let (id, name) = attribute;
        let value = &element.android(id, name)?.value;
        let text = self.text_of(value);
        let known = match value {
            Value::Text(_) | Value::NamedReference(_) | Value::Null | Value::Empty => true,
            // A reference that leads nowhere stays one.
            Value::Reference(_) => !text.is_empty() && !text.starts_with("@0x"),
            Value::ThemeAttribute(_) => false,
            _ => !text.is_empty(),
        };
        if !known {
            self.miss(element, attribute);
        }
        Some(text).filter(|text| !text.is_empty())
    }

    /// Text of a value; empty if it has none.
    pub fn text_of(&self, value: &Value) -> String {
        match value {
            Value::Text(text) | Value::NamedReference(text) => text.clone(),
            Value::Int(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Reference(id) => match self.resolve(*id) {
                Some(Value::Reference(_)) | None => format!("@0x{id:08x}"),
                Some(resolved) => self.text_of(&resolved),
            },
            Value::ThemeAttribute(id) => format!("?0x{id:08x}"),
            _ => String::new(),
        }
    }

    /// Integer of an attribute.
    pub fn int(&self, element: &Element, (id, name): Attr) -> Option<i32> {
        element
            .android(id, name)
            .and_then(|a| self.int_of(&a.value))
    }

    /// Integer of a value; text counts if it is a number.
    pub fn int_of(&self, value: &Value) -> Option<i32> {
        match value {
            Value::Int(number) => Some(*number),
            Value::Bool(flag) => Some(i32::from(*flag)),
            Value::Text(text) => match text.strip_prefix("0x") {
                Some(hex) => u32::from_str_radix(hex, 16).ok().map(u32::cast_signed),
                None => text.parse().ok(),
            },
            Value::Reference(id) => match self.resolve(*id)? {
                Value::Reference(_) => None,
                resolved => self.int_of(&resolved),
            },
            _ => None,
        }
    }

    /// Boolean of an attribute. Of text, Android takes `true`, `TRUE` and
    /// `1` for true and all else for false; a placeholder that the build
    /// has yet to fill is neither.
    pub fn bool(&self, element: &Element, attribute: Attr) -> Option<bool> {
        let (id, name) = attribute;
        let value = &element.android(id, name)?.value;
        let flag = self.bool_of(value);
        if flag.is_none() && is_given(value) {
            self.miss(element, attribute);
        }
        flag
    }

    /// Whether a component, or the application, is on; it is if nothing is
    /// said. A boolean resource may differ with system and screen
    /// (`@bool/from_v26`): what is on for some is on.
    pub fn is_enabled(&self, element: &Element) -> bool {
        let (id, name) = attributes::ENABLED;
        let given = element.android(id, name).map(|given| &given.value);
        let on_for_some = match given {
            Some(Value::Reference(id)) => self.is_true_for_some(*id),
            _ => false,
        };
        on_for_some || self.bool(element, attributes::ENABLED).unwrap_or(true)
    }

    fn is_true_for_some(&self, id: u32) -> bool {
        let tables = self.tables.iter();
        let tables = tables.take_while(|_| self.spend(STEP).is_some());
        let mut values = tables.flat_map(|table| table.values(id));
        values.any(|(_, value)| match value {
            ResValue::Item(raw) => raw.kind == INT_BOOLEAN && raw.data != 0,
            ResValue::Bag { .. } => false,
        })
    }

    fn bool_of(&self, value: &Value) -> Option<bool> {
        match value {
            Value::Text(text) if text.contains("${") => None,
            Value::Text(text) => Some(matches!(text.as_str(), "true" | "TRUE" | "1")),
            Value::Bool(flag) => Some(*flag),
            Value::Int(number) => Some(*number != 0),
            Value::Reference(id) => match self.resolve(*id)? {
                Value::Reference(_) => None,
                resolved => self.bool_of(&resolved),
            },
            _ => None,
        }
    }

    /// API level of an attribute; the code name of a released preview gives
    /// the level it became.
    pub fn sdk(&self, element: &Element, attribute: Attr) -> Option<u32> {
        let (id, name) = attribute;
        let value = &element.android(id, name)?.value;
        let level = match self.int_of(value) {
            Some(level) => u32::try_from(level).ok(),
            None => level_of(&self.text_of(value)),
        };
        if level.is_none() && is_given(value) {
            self.miss(element, attribute);
        }
        level
    }

    /// The texts of an attribute in every locale; a literal has the empty
    /// locale.
    pub fn labels(&self, element: &Element, (id, name): Attr) -> Vec<Label> {
        match element.android(id, name) {
            Some(attribute) => self.labels_of(&attribute.value),
            None => Vec::new(),
        }
    }

    /// The texts of a value in every locale.
    pub fn labels_of(&self, value: &Value) -> Vec<Label> {
        let Value::Reference(id) = *value else {
            let text = self.text_of(value);
            return vec![Label {
                locale: String::new(),
                text,
            }];
        };
        let mut labels: Vec<Label> = self
            .tables
            .iter()
            .take_while(|_| self.spend(STEP).is_some())
            .flat_map(|table| table.text(id))
            .take_while(|(_, text)| self.spend(text.len().max(STEP)).is_some())
            .map(|(locale, text)| Label { locale, text })
            .collect();
        labels.sort();
        labels.dedup();
        labels
    }

    /// Name of the resource an attribute refers to (`xml/network`), or the
    /// value as written.
    pub fn resource_name(&self, element: &Element, (id, name): Attr) -> Option<String> {
        match &element.android(id, name)?.value {
            Value::Reference(id) => {
                let known = self.tables.iter().find_map(|table| table.name(*id));
                Some(known.unwrap_or_else(|| format!("@0x{id:08x}")))
            }
            Value::NamedReference(name) => Some(name.trim_start_matches('@').to_owned()),
            other => Some(self.text_of(other)).filter(|text| !text.is_empty()),
        }
    }

    /// Id of the resource an attribute refers to.
    pub fn reference(&self, element: &Element, (id, name): Attr) -> Option<u32> {
        match element.android(id, name)?.value {
            Value::Reference(id) => Some(id),
            _ => None,
        }
    }

    /// Names of the set bits of `foregroundServiceType`.
    pub fn foreground_service_types(&self, element: &Element) -> Vec<String> {
        let attribute = attributes::FOREGROUND_SERVICE_TYPE;
        if let Some(bits) = self.int(element, attribute) {
            let set = attributes::FOREGROUND_SERVICE_TYPES
                .iter()
                .filter(|(bit, _)| bits & bit != 0);
            return set.map(|(_, name)| (*name).to_owned()).collect();
        }
        let written = self.text(element, attribute).unwrap_or_default();
        written
            .split('|')
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn resolve(&self, id: u32) -> Option<Value> {
        self.spend(STEP)?;
        let value = self
            .tables
            .iter()
            .find_map(|table| table.resolve_value(id))?;
        if let Value::Text(text) = &value {
            self.spend(text.len())?;
        }
        Some(value)
    }
}

/// `@null` and `@empty` are as good as not given.
const fn is_given(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Empty)
}

/// The API level that a preview with this code name became.
fn level_of(code_name: &str) -> Option<u32> {
    Some(match code_name {
        "M" => 23,
        "N" => 24,
        "O" => 26,
        "P" => 28,
        "Q" => 29,
        "R" => 30,
        "S" => 31,
        "Sv2" => 32,
        "Tiramisu" => 33,
        "UpsideDownCake" => 34,
        "VanillaIceCream" => 35,
        "Baklava" => 36,
        _ => return None,
    })
}
