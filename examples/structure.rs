//! Prints the classes of a package and the calls that its code makes, a line
//! each, as the program analysis sees them: what
//! `tests/compare/structure.py` compares with other tools.
//!
//! `cargo run --example structure -- PACKAGE`
//!
//! ```text
//! file    classes.dex
//! class   Lcom/example/App;    Landroid/app/Application;    Lcom/example/Named;,…
//! call    super    Lcom/example/App;.onCreate:()V    named method    method that runs
//! ```
//!
//! Fields are separated by tabs; what is not there is `-`.
#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use std::error::Error;
use std::io::Write;

use apkaudit::decode::dex::Kind;
use apkaudit::program::{self, Bytecode};
use apkaudit::{Limits, Package, code};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("which package?")?;
    let limits = Limits::default();
    let package = Package::open(path.as_ref(), &limits)?;
    let files: Vec<Bytecode> = code::load(&package)
        .into_iter()
        .filter_map(Bytecode::of)
        .collect();
    let structure = program::structure(&files, &limits);

    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for file in &files {
        writeln!(out, "file\t{}", file.path)?;
    }
    for class in &structure.classes {
        let above = class.superclass.as_deref().unwrap_or("-");
        let interfaces = match class.interfaces.as_slice() {
            [] => "-".to_owned(),
            some => some.join(","),
        };
        writeln!(out, "class\t{}\t{above}\t{interfaces}", class.name)?;
    }
    for call in &structure.calls {
        let runs = call.runs.as_deref().unwrap_or("-");
        let kind = word(call.kind);
        writeln!(out, "call\t{kind}\t{}\t{}\t{runs}", call.caller, call.named)?;
    }
    out.flush()?;
    Ok(())
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::InvokeVirtual => "virtual",
        Kind::InvokeSuper => "super",
        Kind::InvokeDirect => "direct",
        Kind::InvokeStatic => "static",
        Kind::InvokeInterface => "interface",
        _ => "polymorphic",
    }
}
