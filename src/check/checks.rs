//! A set of checks: loaded from files, run on facts.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::check::Check;
use super::compile::Compiler;
use super::finding::Finding;
use super::judge::Judge;
use super::schema::CheckFile;
use super::selection::{Selection, UnknownSelector};
use super::trial;
use super::values::Scope;
use crate::catalog::{self, Fault, Faults};
use crate::facts::Facts;
use crate::native::Logic;

/// Checks, ready to run.
///
/// ```
/// use apkaudit::check::Checks;
///
/// let checks = Checks::builtin()?;
/// assert!(checks.version().contains('+'));
/// # Ok::<(), apkaudit::check::CheckErrors>(())
/// ```
#[derive(Debug)]
pub struct Checks {
    list: Vec<Check>,
    pub(super) used: BTreeSet<&'static str>,
    digest: Sha256,
}

/// Every mistake in a set of check files, drawn on the files.
pub type CheckErrors = Faults;

/// Version of the check set, beside the digest of its files.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetFile {
    version: String,
}

impl Checks {
    /// No checks yet; [`Checks::load`] adds some.
    pub fn none() -> Self {
        Self {
            list: Vec::new(),
            used: BTreeSet::new(),
            digest: Sha256::new(),
        }
    }

    /// The checks that this program carries.
    pub fn builtin() -> Result<Self, CheckErrors> {
        let mut checks = Self::of_the_program();
        let mut faults = Vec::new();
        for path in embedded() {
            let file = format!("checks/{path}");
            match catalog::load_file(path) {
                Ok(parsed) => checks.compile(&file, &Arc::from(""), parsed, false, &mut faults),
                Err(fault) => {
                    faults.push(fault);
                    None
                }
            };
        }
        if faults.is_empty() {
            checks.finish(faults)
        } else {
            Self::builtin_verified()
        }
    }

    /// The same, read from the texts of the files as checks of a user are:
    /// takes its time, and finds what is wrong.
    pub fn builtin_verified() -> Result<Self, CheckErrors> {
        let mut checks = Self::of_the_program();
        let mut faults = Vec::new();
        for path in embedded() {
            let (file, source) = catalog::embedded(path);
            checks.read(&file, &source, &mut faults);
        }
        checks.finish(faults)
    }

    /// No checks yet, and the digest of those of this program.
    fn of_the_program() -> Self {
        let mut checks = Self::none();
        checks.digest.update(catalog::DIGEST);
        checks
    }

    /// Version of the checks that this program carries, without reading
    /// them: [`Checks::version`] of [`Checks::builtin`].
    pub fn builtin_version() -> String {
        Self::of_the_program().version()
    }

    /// Adds the check files (`*.toml`) of a directory and those below it.
    /// An id that is there already is refused. On an error nothing of the
    /// directory is to be used.
    pub fn load(self, directory: &Path) -> Result<Self, CheckErrors> {
        let mut checks = self;
        let mut faults = Vec::new();
        let mut found = false;
        for entry in WalkDir::new(directory).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    faults.push(unreadable(directory, &error));
                    continue;
                }
            };
            let path = entry.path();
            if !entry.file_type().is_file() || path.extension().is_none_or(|e| e != "toml") {
                continue;
            }
            found = true;
            match std::fs::read_to_string(path) {
                Ok(text) => {
                    let below = path.strip_prefix(directory).unwrap_or(path);
                    let below = below.to_string_lossy().replace('\\', "/");
                    let shown = path.to_string_lossy().replace('\\', "/");
                    let check = checks.add(&shown, &below, &Arc::from(text), &mut faults);
                    if let Some(check) = check {
                        check.folder = path.parent().map(Path::to_path_buf);
                    }
                }
                Err(error) => faults.push(unreadable(path, &error)),
            }
        }
        if !found && faults.is_empty() {
            faults.push(unreadable(
                directory,
                &"there is no check file (*.toml) in it",
            ));
        }
        checks.finish(faults)
    }

    /// Only the checks that are selected, with the clauses and labels of
    /// the selected regimes.
    pub fn only(self, selection: &Selection) -> Result<Self, UnknownSelector> {
        let mut checks = self;
        selection.apply(&mut checks.list)?;
        Ok(checks)
    }

    /// The checks, sorted by id.
    pub fn checks(&self) -> &[Check] {
        &self.list
    }

    /// The check of this id.
    pub fn named(&self, id: &str) -> Option<&Check> {
        let at = self
            .list
            .binary_search_by(|check| check.id.as_str().cmp(id))
            .ok()?;
        self.list.get(at)
    }

    /// Version of the check set and the first eight digits of the SHA-256 of
    /// its files: `2026.11+1a2b3c4d`. Checks of the user change the digest.
    ///
    /// # Panics
    ///
    /// If the embedded `catalog/set.toml` is wrong: a defect of the build
    /// that every test run meets.
    pub fn version(&self) -> String {
        let set: SetFile = catalog::knowledge("catalog/set.toml");
        let digest = super::hex(&self.digest.clone().finalize());
        format!("{}+{}", set.version, digest.get(..8).unwrap_or(&digest))
    }

    /// What the checks say of an app: at least one finding of each check;
    /// most severe first, then by check, verdict and subject. The same facts
    /// give the same findings in the same order.
    pub fn evaluate(&self, facts: &Facts) -> Vec<Finding> {
        let judge = self.judge_of(facts);
        let mut findings: Vec<Finding> = self
            .list
            .par_iter()
            .flat_map_iter(|check| judge.judge(check))
            .collect();
        findings.sort_by(|a, b| {
            let rank = |f: &Finding| (f.severity, f.verdict);
            (a.severity, &a.check)
                .cmp(&(b.severity, &b.check))
                .then_with(|| rank(a).cmp(&rank(b)))
                .then_with(|| (&a.subject, &a.owner).cmp(&(&b.subject, &b.owner)))
        });
        findings
    }

    /// What one of the checks says of an app.
    pub(super) fn judge(&self, check: &Check, facts: &Facts) -> Vec<Finding> {
        self.judge_of(facts).judge(check)
    }

    fn judge_of<'a>(&'a self, facts: &'a Facts) -> Judge<'a> {
        Judge {
            scope: Scope::new(facts, &self.used),
            gaps: &facts.gaps,
            outside: facts
                .identity
                .frameworks
                .iter()
                .filter(|framework| framework.logic != Logic::Classes)
                .map(|framework| framework.name.as_str())
                .collect(),
            package: &facts.identity.package,
        }
    }

    /// Compiles one file. `file` is its path for people, `below` the one
    /// that counts for the digest.
    pub(super) fn add(
        &mut self,
        file: &str,
        below: &str,
        source: &Arc<str>,
        faults: &mut Vec<Fault>,
    ) -> Option<&mut Check> {
        self.digest(below, source);
        self.read(file, source, faults)
    }

    fn read(
        &mut self,
        file: &str,
        source: &Arc<str>,
        faults: &mut Vec<Fault>,
    ) -> Option<&mut Check> {
        match catalog::read(file, source) {
            Ok(parsed) => self.compile(file, source, parsed, true, faults),
            Err(fault) => {
                faults.push(fault);
                None
            }
        }
    }

    /// Adds the check of a file that was read. `verify` looks for what is
    /// wrong with its conditions and texts.
    fn compile(
        &mut self,
        file: &str,
        source: &Arc<str>,
        parsed: CheckFile,
        verify: bool,
        faults: &mut Vec<Fault>,
    ) -> Option<&mut Check> {
        let before = faults.len();
        let id_span = parsed.id.span();
        let mut compiler = Compiler {
            file,
            source,
            catalog: catalog::builtin(),
            verify,
            used: &mut self.used,
            faults,
        };
        let check = compiler.check(parsed);
        if verify && faults.len() == before {
            for (span, message) in trial::trial(&check) {
                let span = span.map(|(start, end)| start..end);
                faults.push(Fault::new(file, source, span, message));
            }
        }
        if let Some(other) = self.list.iter().find(|other| other.id == check.id) {
            let message = format!("the id `{}` is already that of {}", check.id, other.file);
            faults.push(Fault::new(file, source, Some(id_span), message));
        }
        self.list.push(check);
        self.list.last_mut()
    }

    pub(super) fn finish(mut self, mut faults: Vec<Fault>) -> Result<Self, CheckErrors> {
        if faults.is_empty() {
            self.list.sort_by(|a, b| a.id.cmp(&b.id));
            return Ok(self);
        }
        let start = |fault: &Fault| fault.span.as_ref().map_or(0, |span| span.start);
        faults
            .sort_by(|a, b| (&a.file, start(a), &a.message).cmp(&(&b.file, start(b), &b.message)));
        faults.dedup();
        Err(Faults(faults))
    }

    fn digest(&mut self, path: &str, text: &str) {
        self.digest.update((path.len() as u64).to_le_bytes());
        self.digest.update(path);
        self.digest.update((text.len() as u64).to_le_bytes());
        self.digest.update(text);
    }
}

/// Paths of the check files of this program.
fn embedded() -> impl Iterator<Item = &'static str> {
    let all = catalog::embedded_paths("");
    all.filter(|path| !path.starts_with("catalog/"))
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Fault {
    let message = format!("cannot read the checks: {error}");
    let shown = path.to_string_lossy().replace('\\', "/");
    Fault::new(&shown, &Arc::from(""), None, message)
}
