//! What a team sets in `apkaudit.toml`: which checks count and how much,
//! what the app is, what is accepted and until when.
//!
//! The text of a file becomes a [`Config`]; one file may go on from others
//! (`extends`), whose values it replaces one by one. Every value remembers
//! where it stands, so that a mistake can be drawn and a decision explained.
//! Reading files is for whoever calls this.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;

use super::Threshold;
use super::date::Date;
use super::diagnostics::{DiagnosticKind, DiagnosticLevel};
use super::file::{AppFile, ChecksFile, File, GateFile, OneOrMore, OutputFile, SuppressFile};
use super::suppress::{Pattern, Suppression};
use crate::catalog::{self, Fault, Faults, closest};
use crate::check::{Checks, Confidence, Regime, Selector, Severity};
use crate::evidence::Place;

/// Name of the file that is looked for.
pub const FILE_NAME: &str = "apkaudit.toml";

/// Where a value stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Path as the user knows it.
    pub file: Arc<str>,
    /// The whole text.
    pub source: Arc<str>,
    /// Bytes of the value.
    pub span: Range<usize>,
}

/// A value, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<T> {
    /// The value.
    pub value: T,
    /// Where.
    pub spot: Spot,
}

/// How much a check counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It does not run.
    Off,
    /// Its findings have this severity.
    At(Severity),
}

/// What the files set; what is not set is `None` or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The files, the one that was named or found last.
    pub files: Vec<String>,
    /// `app.type`: number or id of the type.
    pub app_type: Option<Set<String>>,
    /// `app.policy`: paths, relative to the file that sets them.
    pub policy: Option<Set<Vec<PathBuf>>>,
    /// `app.sdk-list`.
    pub sdk_list: Option<Set<Vec<PathBuf>>>,
    /// `app.permissions`: what the app is meant to ask for, and what for.
    pub permissions: BTreeMap<String, Set<String>>,
    /// `checks.regimes`; all if it names `all`.
    pub regimes: Option<Set<Vec<String>>>,
    /// `checks.select`.
    pub select: Option<Set<Vec<String>>>,
    /// `checks.ignore`.
    pub ignore: Option<Set<Vec<String>>>,
    /// `checks.directories`: checks of the team's own.
    pub directories: Option<Set<Vec<PathBuf>>>,
    /// `checks.levels`, by id of the check.
    pub levels: BTreeMap<String, Set<Level>>,
    /// `gate.fail-on`; `None` inside for `never`.
    pub fail_on: Option<Set<Option<Threshold>>>,
    /// `gate.strict`.
    pub strict: Option<Set<bool>>,
    /// `gate.baseline`.
    pub baseline: Option<Set<PathBuf>>,
    /// `gate.diagnostics`.
    pub diagnostics: BTreeMap<DiagnosticKind, Set<DiagnosticLevel>>,
    /// `output.format`.
    pub format: Option<Set<String>>,
    /// `output.lang`.
    pub lang: Option<Set<String>>,
    /// `output.profile`.
    pub profile: Option<Set<String>>,
    /// `output.min-severity`.
    pub min_severity: Option<Set<Severity>>,
    /// `output.min-confidence`.
    pub min_confidence: Option<Set<Confidence>>,
    /// `output.reports`: paths by format.
    pub reports: BTreeMap<String, Set<PathBuf>>,
    /// `suppress`, in the order of the files.
    pub suppressions: Vec<Suppression>,
}

/// A file that was read, and the files it goes on from.
#[derive(Debug)]
pub struct Parsed {
    file: File,
    text: Text,
    folder: PathBuf,
}

/// Name and text of a file.
#[derive(Clone, Debug)]
struct Text {
    file: Arc<str>,
    source: Arc<str>,
}

impl Text {
    fn spot(&self, span: Range<usize>) -> Spot {
        Spot {
            file: Arc::clone(&self.file),
            source: Arc::clone(&self.source),
            span,
        }
    }

    fn set<T, U>(&self, spanned: &Spanned<T>, value: U) -> Set<U> {
        Set {
            value,
            spot: self.spot(spanned.span()),
        }
    }
}

impl Spot {
    /// A mistake at this place.
    pub fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(&self.file, &self.source, Some(self.span.clone()), message)
    }

    /// `apkaudit.toml:14`
    pub fn line(&self) -> String {
        match self.place().line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.to_string(),
        }
    }

    /// File and line.
    pub fn place(&self) -> Place {
        let position = self.fault("").position();
        Place {
            line: position.and_then(|(line, _)| u32::try_from(line).ok()),
            ..Place::file(&*self.file)
        }
    }
}

impl Parsed {
    /// Reads the text of a file that users know as `name`; `folder` is where
    /// it lies.
    pub fn new(name: &str, folder: &Path, source: &Arc<str>) -> Result<Self, Fault> {
        Ok(Self {
            file: catalog::read(name, source)?,
            text: Text {
                file: Arc::from(name),
                source: Arc::clone(source),
            },
            folder: folder.to_owned(),
        })
    }

    /// The files that this one goes on from, the first weakest.
    pub fn extends(&self) -> Vec<Set<PathBuf>> {
        let extends = self.file.extends.iter();
        extends
            .map(|path| self.text.set(path, self.folder.join(path.get_ref())))
            .collect()
    }
}

impl Config {
    /// Takes the values of a file, which replace those before. All mistakes
    /// come back together.
    pub fn add(&mut self, parsed: Parsed) -> Result<(), Faults> {
        let Parsed { file, text, folder } = parsed;
        let mut faults = Vec::new();
        self.files.push(text.file.to_string());
        let mut reader = Reader {
            text: &text,
            folder: &folder,
            faults: &mut faults,
        };
        self.add_app(file.app, &mut reader);
        self.add_checks(file.checks, &mut reader);
        self.add_gate(file.gate, &mut reader);
        self.add_output(file.output, &mut reader);
        for one in &file.suppress {
            self.suppressions.extend(reader.suppression(one));
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Faults(faults))
        }
    }

    fn add_app(&mut self, app: AppFile, reader: &mut Reader<'_>) {
        if let Some(of) = app.r#type {
            let name = match of.get_ref() {
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::String(name) => name.clone(),
                _ => String::new(),
            };
            let set = reader.text.set(&of, name.clone());
            if catalog::app_type(&name).is_some() {
                self.app_type = Some(set);
            } else {
                let ids = catalog::app_types().iter().map(|of| of.id.as_str());
                let near = closest(&name, ids).map(|id| format!("did you mean `{id}`?"));
                let help = near.unwrap_or_else(|| {
                    "give a number from 1 to 39 or an id; apkaudit check --app-type x lists them"
                        .to_owned()
                });
                let fault = set.spot.fault("there is no such type of app");
                reader.faults.push(fault.help(Some(help)));
            }
        }
        replace(&mut self.policy, reader.paths(app.policy));
        replace(&mut self.sdk_list, reader.paths(app.sdk_list));
        for (name, purpose) in app.permissions {
            let full = if name.get_ref().contains('.') {
                name.get_ref().clone()
            } else {
                format!("android.permission.{}", name.get_ref())
            };
            let set = reader.text.set(&name, purpose.get_ref().clone());
            if purpose.get_ref().trim().is_empty() {
                let spot = reader.text.spot(purpose.span());
                let fault = spot.fault("a permission needs its purpose in words");
                reader.faults.push(fault);
            }
            self.permissions.insert(full, set);
        }
    }

    fn add_checks(&mut self, checks: ChecksFile, reader: &mut Reader<'_>) {
        if let Some(regimes) = checks.regimes {
            for regime in regimes.get_ref() {
                let known = || Regime::ALL.into_iter().map(Regime::word).chain(["all"]);
                if !known().any(|word| word == regime.get_ref()) {
                    reader.word(regime, "regime", known());
                }
            }
            let names = regimes.get_ref().iter().map(|name| name.get_ref().clone());
            self.regimes = Some(reader.text.set(&regimes, names.collect()));
        }
        let list = |list: Option<Spanned<Vec<String>>>| {
            list.map(|list| reader.text.set(&list, list.get_ref().clone()))
        };
        replace(&mut self.select, list(checks.select));
        replace(&mut self.ignore, list(checks.ignore));
        replace(&mut self.directories, reader.paths(checks.directories));
        for (check, level) in checks.levels {
            let parsed = match level.get_ref().as_str() {
                "off" => Some(Level::Off),
                word => word.parse().ok().map(Level::At),
            };
            if let Some(parsed) = parsed {
                let set = reader.text.set(&check, parsed);
                self.levels.insert(check.into_inner(), set);
            } else {
                let words = Severity::WORDS.iter().copied().chain(["off"]);
                reader.word(&level, "level", words);
            }
        }
    }

    fn add_gate(&mut self, gate: GateFile, reader: &mut Reader<'_>) {
        if let Some(fail_on) = gate.fail_on {
            let parsed = match fail_on.get_ref().as_str() {
                "never" => Ok(None),
                text => text.parse().map(Some),
            };
            match parsed {
                Ok(threshold) => self.fail_on = Some(reader.text.set(&fail_on, threshold)),
                Err(error) => {
                    let fault = reader.text.spot(fail_on.span()).fault(error.to_string());
                    let help = "write it as `high`, `high:medium` or `never`".to_owned();
                    reader.faults.push(fault.help(Some(help)));
                }
            }
        }
        if let Some(strict) = gate.strict {
            self.strict = Some(reader.text.set(&strict, *strict.get_ref()));
        }
        if let Some(path) = gate.baseline {
            let full = reader.folder.join(path.get_ref());
            self.baseline = Some(reader.text.set(&path, full));
        }
        for (kind, level) in gate.diagnostics {
            let known = DiagnosticKind::ALL.into_iter();
            let found = known.clone().find(|known| known.word() == kind.get_ref());
            let Some(found) = found else {
                reader.word(&kind, "diagnostic", known.map(DiagnosticKind::word));
                continue;
            };
            match DiagnosticLevel::named(level.get_ref()) {
                Some(parsed) => {
                    let set = reader.text.set(&level, parsed);
                    self.diagnostics.insert(found, set);
                }
                None => reader.word(&level, "level", DiagnosticLevel::WORDS),
            }
        }
    }

    fn add_output(&mut self, output: OutputFile, reader: &mut Reader<'_>) {
        let word = |word: Option<Spanned<String>>| {
            word.map(|word| reader.text.set(&word, word.get_ref().clone()))
        };
        replace(&mut self.format, word(output.format));
        replace(&mut self.lang, word(output.lang));
        replace(&mut self.profile, word(output.profile));
        for (format, path) in output.reports {
            let full = reader.folder.join(path.get_ref());
            let set = reader.text.set(&format, full);
            self.reports.insert(format.into_inner(), set);
        }
        if let Some(word) = output.min_severity {
            match word.get_ref().parse() {
                Ok(severity) => self.min_severity = Some(reader.text.set(&word, severity)),
                Err(_) => reader.word(&word, "severity", Severity::WORDS.iter().copied()),
            }
        }
        if let Some(word) = output.min_confidence {
            match word.get_ref().parse() {
                Ok(confidence) => self.min_confidence = Some(reader.text.set(&word, confidence)),
                Err(_) => reader.word(&word, "confidence", Confidence::WORDS.iter().copied()),
            }
        }
    }

    /// Names of checks that no check has, drawn on the files.
    pub fn unknown_checks(&self, checks: &Checks) -> Faults {
        let ids = || checks.checks().iter().map(|check| check.id.as_str());
        let mut faults = Vec::new();
        let mut look = |name: &str, spot: &Spot| {
            let selector: Selector = name.parse().unwrap_or_else(|never| match never {});
            if checks.checks().iter().any(|check| selector.names(check)) {
                return;
            }
            let near = closest(name, ids()).map(|id| format!("did you mean `{id}`?"));
            let help = near.unwrap_or_else(|| "apkaudit checks list shows all".to_owned());
            let fault = spot.fault(format!("no check is named by `{name}`"));
            faults.push(fault.help(Some(help)));
        };
        for (name, level) in &self.levels {
            look(name, &level.spot);
        }
        for list in [&self.select, &self.ignore].into_iter().flatten() {
            for name in &list.value {
                look(name, &list.spot);
            }
        }
        for suppression in &self.suppressions {
            look(&suppression.check.to_string(), &suppression.check_spot);
        }
        Faults(faults)
    }

    /// The level of a diagnostic.
    pub fn diagnostic(&self, kind: DiagnosticKind) -> DiagnosticLevel {
        let set = self.diagnostics.get(&kind);
        set.map_or(DiagnosticLevel::Warn, |set| set.value)
    }
}

fn replace<T>(old: &mut Option<T>, new: Option<T>) {
    if new.is_some() {
        *old = new;
    }
}

/// Reads values of one file.
struct Reader<'a> {
    text: &'a Text,
    folder: &'a Path,
    faults: &'a mut Vec<Fault>,
}

impl Reader<'_> {
    fn paths(&self, list: Option<Spanned<Vec<String>>>) -> Option<Set<Vec<PathBuf>>> {
        let list = list?;
        let paths = list.get_ref().iter().map(|path| self.folder.join(path));
        Some(self.text.set(&list, paths.collect()))
    }

    /// A word that is none of those known.
    fn word<'w>(
        &mut self,
        given: &Spanned<String>,
        what: &str,
        known: impl IntoIterator<Item = &'w str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let name = given.get_ref();
        let near = closest(name, known.iter().copied()).map(|id| format!("did you mean `{id}`?"));
        let help = near.unwrap_or_else(|| format!("expected one of `{}`", known.join("`, `")));
        let spot = self.text.spot(given.span());
        let fault = spot.fault(format!("`{name}` is no {what}"));
        self.faults.push(fault.help(Some(help)));
    }

    fn suppression(&mut self, one: &Spanned<SuppressFile>) -> Option<Suppression> {
        let file = one.get_ref();
        let spot = self.text.spot(one.span());
        let before = self.faults.len();
        let reason = match &file.reason {
            Some(reason) if !reason.get_ref().trim().is_empty() => {
                reason.get_ref().trim().to_owned()
            }
            given => {
                let place = given.as_ref().map(Spanned::span);
                let place = place.map_or_else(|| spot.clone(), |span| self.text.spot(span));
                let fault = place.fault("a suppression needs a reason");
                let help = "write why this is accepted and by whom: reason = \"…\"".to_owned();
                self.faults.push(fault.help(Some(help)));
                String::new()
            }
        };
        let until = if let Some(until) = &file.until {
            let text = match until.get_ref() {
                toml::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let spot = self.text.spot(until.span());
            let day = text.parse::<Date>();
            day.map_err(|error| self.faults.push(spot.fault(error.to_string())))
                .ok()
        } else {
            let fault = spot.fault("a suppression needs a last day");
            let help = "write how long this is accepted: until = 2027-03-31".to_owned();
            self.faults.push(fault.help(Some(help)));
            None
        };
        if self.faults.len() > before {
            return None;
        }
        let check = file.check.get_ref().parse();
        Some(Suppression {
            check: check.unwrap_or_else(|never: std::convert::Infallible| match never {}),
            check_spot: self.text.spot(file.check.span()),
            package: file
                .package
                .as_ref()
                .map(|list| patterns(list, str::to_owned)),
            parts: parts(file),
            reason,
            until: until?,
            spot,
        })
    }
}

/// The names that a suppression gives, by kind of part.
fn parts(file: &SuppressFile) -> BTreeMap<&'static str, Vec<Pattern>> {
    /// Makes a short name whole.
    type Full = fn(&str) -> String;
    let permission: Full = |name| {
        if name.contains(['.', '*']) {
            name.to_owned()
        } else {
            format!("android.permission.{name}")
        }
    };
    let sdk: Full = |name| name.strip_prefix("sdk:").unwrap_or(name).to_owned();
    let given: [(&str, &Option<Spanned<OneOrMore>>, Full); 7] = [
        ("api", &file.api, str::to_owned),
        ("clause", &file.clause, str::to_owned),
        ("component", &file.component, str::to_owned),
        ("data", &file.data, str::to_owned),
        ("host", &file.host, str::to_owned),
        ("permission", &file.permission, permission),
        ("sdk", &file.sdk, sdk),
    ];
    let named =
        |(kind, names, full): (_, &Option<_>, Full)| Some((kind, patterns(names.as_ref()?, full)));
    given.into_iter().filter_map(named).collect()
}

fn patterns(list: &Spanned<OneOrMore>, full: fn(&str) -> String) -> Vec<Pattern> {
    let names = list.get_ref().list();
    names.iter().map(|name| Pattern::new(&full(name))).collect()
}
