//! Real packages from readable descriptions, for examples and tests.
//!
//! A description is TOML: what the app declares, which files, libraries and
//! classes it has. [`build`] turns it into the bytes of an APK, app bundle,
//! library (AAR or JAR), set of splits or policy document, with binary manifest, resource
//! table, DEX and ELF as build tools write them, and the same bytes every
//! time.
//!
//! Nothing here uses the decoders, so that one mistake cannot stand in both
//! (`docs/adr/0002`).
//!
//! ```
//! let sample = apkaudit::sample::build(
//!     r#"
//!     package = "com.example.torch"
//!     target-sdk = 33
//!     labels = { "" = "Torch", "zh-CN" = "手电筒" }
//!     permissions = ["android.permission.READ_CONTACTS"]
//!
//!     [[component]]
//!     kind = "receiver"
//!     class = ".Boot"
//!     filters = [{ actions = ["android.intent.action.BOOT_COMPLETED"] }]
//!     "#,
//!     None,
//! )?;
//! assert_eq!(sample.file_name, "sample.apk");
//! assert!(sample.bytes.starts_with(b"PK"));
//! # Ok::<(), apkaudit::sample::SampleError>(())
//! ```
//!
//! # All keys
//!
//! ```toml
#![doc = include_str!("example.toml")]
//! ```
//!
//! # Instructions
//!
//! An instruction is one line of `code`:
//!
//! ```text
//! const-string "text"                  const 5 | null         const-class a.B
//! call RESULT a.B.method(TYPE, TYPE)   a static method; arguments are null or 0
//! call-virtual RESULT a.B.method(TYPE) on NAME with "text", 5, null, NAME
//!                                      also call-static, -direct, -super, -interface
//! new a.B(TYPE) with …                 strings "one", "two"   a String[]
//! get-static TYPE a.B.field            put-static TYPE a.B.field with …
//! get TYPE a.B.field on NAME           put TYPE a.B.field on NAME with …
//! if NAME goto end                     if not NAME goto end   goto end    end:
//! return | return NAME                 throw NAME
//! ```
//!
//! Names are written as in Java, with `$` before inner classes:
//! `android.provider.Settings$Secure`, `java.lang.String[]`. `id = call …`
//! gives the value a name; `it` is the value of the last instruction that
//! gave one. `this` and the parameters that the signature names can be used
//! too. A method that does not end with a return gets one.

mod aab;
mod aar;
mod apk;
mod archive;
mod arsc;
mod attributes;
mod axml;
mod bytes;
mod code;
mod content;
mod description;
mod dex;
mod elf;
mod error;
mod jar;
mod manifest;
mod name_or;
mod parts;
mod plain;
mod policy;
mod pool;
mod proto;
mod resources;
mod signing;
#[cfg(test)]
mod tests;
mod tricks;
mod xml;

use std::path::Path;

pub use error::SampleError;

use description::{Content, Description, Kind};

/// A package in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Name with the extension of its kind, without directories.
    pub file_name: String,
    /// The content of the file.
    pub bytes: Vec<u8>,
}

/// Builds what `toml` describes. `folder` is where `{ from = "…" }` finds
/// files; without it such a file is an error.
///
/// # Errors
/// When the text is no TOML or has an unknown key, when a value cannot be
/// written into the format, or a file cannot be read.
pub fn build(toml: &str, folder: Option<&Path>) -> Result<Sample, SampleError> {
    let mut app: Description =
        toml::from_str(toml).map_err(|error| SampleError::new("", error.to_string()))?;
    if let Some(policy) = app.policy.take() {
        let text = Content::Text(policy.text()?);
        if app.kind == Kind::Policy {
            app.text = Some(text);
            app.file_name.get_or_insert("sample.md".to_owned());
        } else {
            app.files.insert(policy.file, text);
        }
    }
    if app.kind != Kind::Apk && !app.signing.subject.is_empty() {
        return Err(SampleError::new("signing", "only APKs can be signed"));
    }
    let bytes = match app.kind {
        Kind::Apk if app.split.is_empty() => apk::apk(&app, folder)?,
        Kind::Apk => apk::set(&app, folder)?,
        Kind::Aar => aar::aar(&app, folder)?,
        Kind::Jar => jar::library(&app, folder)?,
        Kind::Aab => aab::aab(&app, folder)?,
        Kind::Policy => document(&app, folder)?,
    };
    Ok(Sample {
        file_name: file_name(&app)?,
        bytes,
    })
}

fn document(app: &Description, folder: Option<&Path>) -> Result<Vec<u8>, SampleError> {
    let text = app
        .text
        .as_ref()
        .ok_or_else(|| SampleError::new("text", "is missing: the document of kind `policy`"))?;
    content::bytes(text, folder).map_err(|error| error.within("text"))
}

fn file_name(app: &Description) -> Result<String, SampleError> {
    let default = match app.kind {
        Kind::Apk if app.split.is_empty() => "sample.apk",
        Kind::Apk => "sample.apks",
        Kind::Aab => "sample.aab",
        Kind::Aar => "sample.aar",
        Kind::Jar => "sample.jar",
        Kind::Policy => "sample.html",
    };
    let Some(name) = &app.file_name else {
        return Ok(default.to_owned());
    };
    if name.is_empty() || name.contains(['/', '\\']) {
        return Err(SampleError::new(
            "file-name",
            "must be a name without directories",
        ));
    }
    Ok(name.clone())
}
