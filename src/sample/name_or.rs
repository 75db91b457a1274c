//! A list item that is a name alone or a table with particulars.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::description::{Content, Declared, Feature, OtherContent, Permission};

/// `"NAME"`, or `{ name = "NAME", … }`. Unlike an untagged enum it keeps the
/// error of the table that does not fit.
#[derive(Clone, Debug)]
pub(super) struct NameOr<T>(pub T);

/// What a name alone stands for.
pub(super) trait Named: Sized {
    /// What to write, for errors.
    const EXPECTED: &'static str;
    fn named(name: &str) -> Self;
}

macro_rules! named {
    ($($item:ident: $expected:literal),*) => {$(
        impl Named for $item {
            const EXPECTED: &'static str = $expected;
            fn named(name: &str) -> Self {
                Self { name: name.to_owned(), ..Self::default() }
            }
        }
    )*};
}

named!(
    Feature: "the name of a feature, or { name = \"…\", required = false }",
    Permission: "the name of a permission, or { name = \"…\", max-sdk = 28 }",
    Declared: "the name of a permission, or { name = \"…\", protection = \"signature\" }"
);

struct NameOrTable<T>(PhantomData<T>);

impl<'de, T: Named + Deserialize<'de>> Visitor<'de> for NameOrTable<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<T, E> {
        Ok(T::named(name))
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(table))
    }
}

impl<'de, T: Named + Deserialize<'de>> Deserialize<'de> for NameOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(NameOrTable(PhantomData))
            .map(NameOr)
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrTable;

        impl<'de> Visitor<'de> for TextOrTable {
            type Value = Content;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text, or a table with one of text, base64, from, zip")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Content, E> {
                Ok(Content::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Content, A::Error> {
                OtherContent::deserialize(MapAccessDeserializer::new(table)).map(Content::Other)
            }
        }

        deserializer.deserialize_any(TextOrTable)
    }
}
