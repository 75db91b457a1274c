//! Which members that the app names are in the catalogue of APIs.

use rustc_hash::FxHashMap;

use super::names::NONE;
use super::world::{File, Type, World};
use crate::catalog::{self, Api, Named, Role, Subject};

/// The members of the catalogue that the files name, by file and index. One
/// that is called on a class of the app, and comes from a class of the
/// platform above it, counts too: `MainActivity.requestPermissions`.
#[derive(Debug, Default)]
pub(super) struct Watched {
    methods: Vec<FxHashMap<u32, Vec<Named>>>,
    fields: Vec<FxHashMap<u32, Vec<Named>>>,
    /// Addresses of content: those that the catalogue lists, and others of
    /// the same classes under the name of one of these.
    uris: FxHashMap<(u32, u32), String>,
}

impl Watched {
    /// Looks through the tables of all files.
    pub fn new(world: &World<'_>) -> Self {
        let mut above = Above::default();
        let mut watched = Self::default();
        for file in &world.files {
            let mut methods = FxHashMap::default();
            for (index, method) in (0..).zip(&file.methods) {
                let name = world.name(method.sig);
                let found = above
                    .of(world, method.class)
                    .find(name, false, || Some(world.descriptor(method.sig)));
                if !found.is_empty() {
                    methods.insert(index, found);
                }
            }
            let mut fields = FxHashMap::default();
            for (index, field) in (0..).zip(&file.fields) {
                let name = world.names.text(field.name);
                let found = above
                    .of(world, field.class)
                    .find(name, true, || Some(world.types.text(field.of)));
                let listed = found.iter().find_map(|named| {
                    let api = catalog::apis().at(named.api)?;
                    (api.role == Role::UriField).then_some(api)
                });
                // That the catalogue lists a field for something else says
                // nothing of its address.
                let is_uri = world.types.text(field.of) == b"Landroid/net/Uri;";
                let of_class = || uri_of(&world.dotted(field.class));
                if let Some(api) = listed.or_else(|| is_uri.then(of_class).flatten()) {
                    let name = format!("@{}", api.name());
                    watched.uris.insert((file.number, index), name);
                }
                if !found.is_empty() {
                    fields.insert(index, found);
                }
            }
            watched.methods.push(methods);
            watched.fields.push(fields);
        }
        watched
    }

    /// Whether the catalogue has the method of this index.
    pub fn is_method(&self, file: &File<'_>, index: u32) -> bool {
        !self.method(file, index).is_empty()
    }

    /// Whether the catalogue has the field of this index.
    pub fn is_field(&self, file: &File<'_>, index: u32) -> bool {
        !self.field(file, index).is_empty()
    }

    /// The name of a field that holds an address of content: `@` and its name.
    pub fn uri(&self, file: &File<'_>, index: u32) -> Option<String> {
        self.uris.get(&(file.number, index)).cloned()
    }

    /// The kind of information that the field of this index holds.
    pub fn kind_of_field(&self, file: &File<'_>, index: u32) -> Option<&'static str> {
        let api = catalog::apis().at(self.field(file, index).first()?.api)?;
        match &api.subject {
            Subject::Kind(kind) if api.role == Role::Field => Some(kind),
            _ => None,
        }
    }

    /// What the catalogue has on the method of this index.
    pub fn method(&self, file: &File<'_>, index: u32) -> &[Named] {
        get(&self.methods, file, index)
    }

    /// What the catalogue has on the field of this index.
    pub fn field(&self, file: &File<'_>, index: u32) -> &[Named] {
        get(&self.fields, file, index)
    }
}

/// An address of content that a class of the catalogue has.
fn uri_of(class: &str) -> Option<&'static Api> {
    let name = format!("{class}.CONTENT_URI");
    let mut apis = catalog::apis().named(&name);
    apis.find(|api| api.role == Role::UriField)
}

fn get<'m>(of: &'m [FxHashMap<u32, Vec<Named>>], file: &File<'_>, index: u32) -> &'m [Named] {
    let file = of.get(file.number as usize);
    file.and_then(|members| members.get(&index))
        .map_or(&[], |found| found)
}

/// Types of the catalogue above a type, worked out once for each.
#[derive(Debug, Default)]
struct Above {
    known: FxHashMap<Type, Vec<Type>>,
}

/// Classes of the catalogue, the nearest first.
struct Classes<'c, 'w, 'a> {
    types: &'c [Type],
    world: &'w World<'a>,
}

impl Above {
    fn of<'c, 'w, 'a>(&'c mut self, world: &'w World<'a>, of: Type) -> Classes<'c, 'w, 'a> {
        let types = self.known.entry(of).or_insert_with(|| {
            let all = match world.class_of(of) {
                Some(class) => world.supers(class),
                None if of == NONE => Vec::new(),
                None => vec![of],
            };
            let known = |of: &Type| {
                let name = world.types.text(*of);
                let name = name.strip_prefix(b"L").and_then(|n| n.strip_suffix(b";"));
                name.is_some_and(|name| catalog::apis().class(name).is_some())
            };
            all.into_iter().filter(known).collect()
        });
        Classes { types, world }
    }
}

impl Classes<'_, '_, '_> {
    fn find<'d>(
        &self,
        name: &[u8],
        is_field: bool,
        descriptor: impl Fn() -> Option<&'d [u8]>,
    ) -> Vec<Named> {
        for of in self.types {
            let text = self.world.types.text(*of);
            let text = text.strip_prefix(b"L").and_then(|n| n.strip_suffix(b";"));
            let Some(class) = text.and_then(|text| catalog::apis().class(text)) else {
                continue;
            };
            let found = class.find(name, is_field, &descriptor);
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }
}
