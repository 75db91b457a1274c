//! The tables of a DEX: strings, types, protos, fields and methods, each
//! sorted as the format asks, and the positions in them.

use std::collections::BTreeSet;

use super::super::code::{Class, Field, Method, Proto, STRINGS, Value, What};

/// Sorted tables.
#[derive(Clone, Debug, Default)]
pub(super) struct Ids {
    pub strings: Vec<String>,
    pub types: Vec<String>,
    pub protos: Vec<Proto>,
    pub fields: Vec<Field>,
    pub methods: Vec<Method>,
}

impl Ids {
    /// Everything that the classes name.
    pub fn collect(classes: &[Class]) -> Self {
        let mut named = Named::default();
        for class in classes {
            named.class(class);
        }
        named.sorted()
    }

    pub fn string(&self, text: &str) -> usize {
        position(&self.strings, |known| known == text)
    }

    pub fn of(&self, descriptor: &str) -> usize {
        position(&self.types, |known| known == descriptor)
    }

    pub fn proto(&self, proto: &Proto) -> usize {
        position(&self.protos, |known| known == proto)
    }

    pub fn field(&self, field: &Field) -> usize {
        position(&self.fields, |known| known == field)
    }

    pub fn method(&self, method: &Method) -> usize {
        position(&self.methods, |known| known == method)
    }
}

/// Everything that is asked for was collected before from the same classes.
fn position<T>(table: &[T], wanted: impl Fn(&T) -> bool) -> usize {
    table.iter().position(wanted).unwrap_or(usize::MAX)
}

/// What the classes name, before it is sorted.
#[derive(Default)]
struct Named<'a> {
    strings: BTreeSet<String>,
    types: BTreeSet<&'a str>,
    protos: BTreeSet<&'a Proto>,
    fields: BTreeSet<&'a Field>,
    methods: BTreeSet<&'a Method>,
}

impl<'a> Named<'a> {
    fn class(&mut self, class: &'a Class) {
        self.types.insert(&class.name);
        self.types.insert(&class.extends);
        self.types
            .extend(class.implements.iter().map(String::as_str));
        self.strings.extend(class.source.clone());
        for field in &class.fields {
            self.fields.insert(&field.field);
            self.values(field.value.as_slice());
        }
        for method in &class.methods {
            self.methods.insert(&method.method);
            for statement in method.code.iter().flatten() {
                self.what(&statement.what);
            }
        }
    }

    fn what(&mut self, what: &'a What) {
        match what {
            What::Const(value) | What::Return(Some(value)) | What::Throw(value) => {
                self.values(std::slice::from_ref(value));
            }
            What::ConstClass(of) => {
                self.types.insert(of);
            }
            What::Call(_, method, values) | What::New(method, values) => {
                self.methods.insert(method);
                self.values(values);
            }
            What::Strings(values) => {
                self.types.insert(STRINGS);
                self.values(values);
            }
            What::GetStatic(field) | What::Get(field, _) => {
                self.fields.insert(field);
            }
            What::PutStatic(field, value) | What::Put(field, _, value) => {
                self.fields.insert(field);
                self.values(std::slice::from_ref(value));
            }
            What::If { .. } | What::Goto(_) | What::Label(_) | What::Return(None) => {}
        }
    }

    fn values(&mut self, values: &[Value]) {
        for value in values {
            if let Value::Text(text) = value {
                self.strings.insert(text.clone());
            }
        }
    }

    fn sorted(mut self) -> Ids {
        for method in &self.methods {
            self.types.insert(&method.class);
            self.strings.insert(method.name.clone());
            self.protos.insert(&method.proto);
        }
        for proto in &self.protos {
            self.types.insert(&proto.result);
            self.types
                .extend(proto.parameters.iter().map(String::as_str));
            self.strings.insert(proto.shorty());
        }
        for field in &self.fields {
            self.types.extend([field.class.as_str(), &field.of]);
            self.strings.insert(field.name.clone());
        }
        self.strings
            .extend(self.types.iter().map(|&of| of.to_owned()));

        let mut ids = Ids {
            strings: self.strings.into_iter().collect(),
            types: self.types.into_iter().map(str::to_owned).collect(),
            protos: self.protos.into_iter().cloned().collect(),
            fields: self.fields.into_iter().cloned().collect(),
            methods: self.methods.into_iter().cloned().collect(),
        };
        // The order of strings is that of UTF-16 code units, the order of
        // all others that of their positions in the tables before.
        ids.strings.sort_by_cached_key(|text| utf16(text));
        ids.types.sort_by_cached_key(|text| utf16(text));
        let mut protos = std::mem::take(&mut ids.protos);
        protos.sort_by_cached_key(|proto| {
            let parameters: Vec<_> = proto.parameters.iter().map(|of| ids.of(of)).collect();
            (ids.of(&proto.result), parameters)
        });
        ids.protos = protos;
        let mut fields = std::mem::take(&mut ids.fields);
        fields.sort_by_cached_key(|f| (ids.of(&f.class), ids.string(&f.name), ids.of(&f.of)));
        ids.fields = fields;
        let mut methods = std::mem::take(&mut ids.methods);
        methods.sort_by_cached_key(|m| {
            let proto = ids.proto(&m.proto);
            (ids.of(&m.class), ids.string(&m.name), proto)
        });
        ids.methods = methods;
        ids
    }
}

fn utf16(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}
