//! The examples of the checks: each is built, read and judged like an app.

use std::fmt;

use super::check::{Check, Example};
use super::checks::Checks;
use super::finding::Finding;
use super::scale::Verdict;
use crate::container::Package;
use crate::facts::{self, Facts, Options};
use crate::limits::Limits;
use crate::sample;

/// Result of running examples.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExamplesRun {
    /// Examples that were run.
    pub run: usize,
    /// Those that gave something else than expected.
    pub failures: Vec<ExampleFailure>,
}

/// An example that gave something else than expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFailure {
    /// Id of the check.
    pub check: String,
    /// Path of the check file.
    pub file: String,
    /// What the example is about.
    pub about: String,
    /// What the check file expects, sorted.
    pub expected: Vec<String>,
    /// What the check said, sorted; or why the app could not be made.
    pub found: Result<Vec<String>, String>,
}

impl fmt::Display for ExampleFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: example \"{}\"  ({})",
            self.check, self.about, self.file
        )?;
        writeln!(f, "  expected  {}", self.expected.join(", "))?;
        match &self.found {
            Ok(found) => writeln!(f, "  found     {}", found.join(", ")),
            Err(error) => writeln!(f, "  not run   {error}"),
        }
    }
}

impl Checks {
    /// Builds the app of every example, reads it as any other app and judges
    /// it.
    pub fn test(&self) -> ExamplesRun {
        self.test_with(read)
    }

    /// Runs every example. `facts` makes the facts of an example's app, or
    /// says why it cannot.
    pub fn test_with(
        &self,
        facts: impl Fn(&Check, &Example) -> Result<Facts, String>,
    ) -> ExamplesRun {
        let mut result = ExamplesRun::default();
        for check in self.checks() {
            for example in &check.examples {
                result.run += 1;
                let mut expected = example.expect.clone();
                expected.sort();
                let found = facts(check, example).map(|facts| said(&self.judge(check, &facts)));
                if found.as_ref() != Ok(&expected) {
                    result.failures.push(ExampleFailure {
                        check: check.id.clone(),
                        file: check.file.clone(),
                        about: example.about.clone(),
                        expected,
                        found,
                    });
                }
            }
        }
        result
    }
}

/// The facts of an example's app, by way of a package in memory.
pub(super) fn read(check: &Check, example: &Example) -> Result<Facts, String> {
    let folder = check.folder.as_deref();
    let sample = sample::build(&example.app, folder).map_err(|error| error.to_string())?;
    let limits = Limits::default();
    let package = Package::from_bytes(&sample.file_name, sample.bytes, &limits)
        .map_err(|error| error.to_string())?;
    let options = Options {
        app_type: example.app_type,
        ..Options::default()
    };
    Ok(facts::extract(&package, &limits, &options))
}

/// Findings in the words of an expectation, sorted.
fn said(findings: &[Finding]) -> Vec<String> {
    let word = |finding: &Finding| match finding.verdict {
        Verdict::Pass | Verdict::NotApplicable => finding.verdict.to_string(),
        _ => format!("{} {}", finding.verdict, finding.subject),
    };
    let mut said: Vec<String> = findings.iter().map(word).collect();
    said.sort();
    said
}
