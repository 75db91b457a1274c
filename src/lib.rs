//! A privacy audit of Android apps: opens a package, works out what the app
//! can do and what it tells its user, and flags the issue types that privacy
//! regulators cite. Offline, without an account, a phone or a JVM.
//!
//! The steps of the `apkaudit` program are public functions. The whole
//! program:
//!
//! ```
//! use apkaudit::{Checks, Limits, Options, Package, extract, gate, report};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let limits = Limits::default();
//! let package = Package::open("fixtures/apps/shop/shop.apk".as_ref(), &limits)?;
//! let facts = extract(&package, &limits, &Options::default());
//! assert_eq!(facts.identity.package, "com.example.shop");
//!
//! let checks = Checks::builtin()?;
//! let findings = checks.evaluate(&facts);
//! let gate = gate::decide(&findings, Some("high:medium".parse()?));
//! assert!(!gate.passed, "the demo app has planted issues");
//!
//! let input = report::Input::analysed("shop.apk".to_owned(), &facts);
//! let result = report::RunResult::new(checks.version(), vec![input], findings, Some(gate));
//! let json = report::json::render(&result);
//! # assert!(json.contains("\"app-list-access\""));
//! # Ok(())
//! # }
//! ```
//!
//! Data goes one way through the modules, each of which can be used alone:
//! [`container`] opens packages, [`decode`] reads file formats, [`manifest`],
//! [`layout`], [`code`], [`native`], [`dependencies`], [`endpoint`] and
//! [`policy`] give one part of the [`facts`] each, [`check`] judges facts with the knowledge of the
//! [`catalog`], [`source`] points at lines of
//! the sources, [`gate`] decides, [`diff`] compares two apps, [`report`] prints. [`sample`] builds small
//! packages from a readable description, for examples and tests.
//!
//! What could not be looked at is a [`Gap`](evidence::Gap), never an absence.

pub mod catalog;
pub mod check;
pub mod cli;
pub mod code;
pub mod container;
pub mod decode;
pub mod dependencies;
pub mod diff;
pub mod disclosure;
pub mod endpoint;
pub mod evidence;
pub mod facts;
pub mod gate;
pub mod interface;
pub mod layout;
pub mod limits;
pub mod manifest;
pub mod native;
pub mod permission;
pub mod policy;
pub mod program;
pub mod report;
pub mod sample;
pub mod sdk;
pub mod source;

pub use check::Checks;
pub use container::Package;
pub use facts::{Facts, Options, extract};
pub use limits::Limits;
